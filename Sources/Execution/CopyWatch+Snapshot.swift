internal import Core
internal import CxxEvent

extension CopyWatch {
    mutating func code(_ state: inout StateCoder) {
        state.array(&held, atMost: CopyWatch.limit, blank: Held(report: martlet.OrderEvent(), due: 0)) { $1.code(&$0) }
        state.value(&isOverflowed)
        state.value(&overflowed)
    }
}

extension CopyWatch.Held {
    mutating func code(_ state: inout StateCoder) {
        state.plain(&report)
        state.value(&due)
        state.value(&isAsked)
    }
}
