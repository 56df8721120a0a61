/// Numbers in memory that does not move, for calls into the core. Written once, by whoever makes it; after that it may be shared.
final class NumberColumn: @unchecked Sendable {
    let memory: UnsafeMutableBufferPointer<Double>

    /// All NaN.
    init(count: Int) {
        memory = .allocate(capacity: count)
        memory.initialize(repeating: .nan)
    }

    init(_ numbers: [Double]) {
        memory = .allocate(capacity: numbers.count)
        _ = memory.initialize(from: numbers)
    }

    deinit { memory.deallocate() }

    var count: Int { memory.count }
    var array: [Double] { Array(memory) }
    subscript(row: Int) -> Double { memory[row] }
}
