internal import Core
internal import Engine

extension FillLog {
    /// Every fill, `full` pieces and the `last`; each of one of so many instruments.
    mutating func code(_ state: inout StateCoder, instruments: Int) {
        let number = state.count(count, atMost: RunRecorder.maximumFills)
        guard state.isReading else {
            for piece in full { Self.write(piece, &state) }
            return Self.write(last, &state)
        }
        self = FillLog()
        for _ in 0..<number where state.problem == nil {
            var fill = BookedFill.blank
            fill.code(&state)
            guard Int(fill.instrument) < instruments else { return state.fail("a fill of instrument \(fill.instrument)") }
            append(fill)
        }
    }

    private static func write(_ piece: [BookedFill], _ state: inout StateCoder) {
        for fill in piece {
            var fill = fill
            fill.code(&state)
        }
    }
}
