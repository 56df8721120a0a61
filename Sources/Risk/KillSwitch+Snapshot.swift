internal import Core

extension KillSwitch {
    mutating func code(_ state: inout StateCoder) {
        state.choice(&cause)
        state.choice(&reason)
        state.value(&time)
    }
}
