internal import CxxJournal

extension StreamDigests {
    /// Both digests so far.
    package mutating func code(_ state: inout StateCoder) {
        state.section("digests")
        inputs.code(&state)
        decisions.code(&state)
    }
}

extension BufferedDigest {
    /// The state of `builder`, once it has all that was `waiting` for it: `count` is 0
    /// then.
    mutating func code(_ state: inout StateCoder) {
        settle()
        var saved = builder.state()
        state.plain(&saved)
        if state.isReading, !builder.restore(saved) { state.fail("a digest is in a state that none can have") }
    }
}
