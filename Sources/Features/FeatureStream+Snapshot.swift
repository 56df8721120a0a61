public import Core
internal import CxxFeature

extension FeatureStream {
    /// Writes the whole state, or reads it back: of a stream of the same set and instruments, computed by the same kernels; another's is
    /// refused (`StateCoder.problem`), and this one is then good for nothing.
    public func code(_ state: inout StateCoder) {
        state.section("feature stream")
        var hash = plan.set.contentHash
        var kernels = Kernel.digest &+ UInt64(FeaturePlan.version)
        var names = (instruments + [""] + references).joined(separator: "\n")
        let expected = (hash, kernels, names)
        state.value(&hash)
        state.value(&kernels)
        state.value(&names)
        guard (hash, kernels, names) == expected else { return state.fail("it is of another feature set, of other kernels or instruments") }
        codeState(&state)
    }
}
