package import Core

extension ReceivedPlaces {
    package mutating func code(_ state: inout StateCoder) {
        state.value(&trading)
        state.value(&copies)
    }
}
