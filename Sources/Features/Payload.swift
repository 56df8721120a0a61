/// Why a payload of numbers is not what it should be.
public enum PayloadError: Error, Equatable, CustomStringConvertible {
    case version(expected: Int, was: Double)
    case length(expected: Int, was: Int)
    /// The number at a place is out of its range.
    case value(name: String, place: Int, was: Double)

    public var description: String {
        switch self {
        case .version(let expected, let was): "expected layout version \(expected), was \(was)"
        case .length(let expected, let was): "expected at least \(expected) numbers, were \(was)"
        case .value(let name, let place, let was): "\(name) at place \(place) is out of range: \(was)"
        }
    }
}

/// Writes numbers into somebody's memory so that the same content always gives the same bits: every NaN is the one quiet NaN.
package struct PayloadCursor {
    private let memory: UnsafeMutablePointer<Double>
    package private(set) var count = 0

    package init(_ memory: UnsafeMutablePointer<Double>) { self.memory = memory }

    package mutating func put(_ value: Double) {
        (memory + count).initialize(to: value.isNaN ? .nan : value)
        count += 1
    }

    /// Two numbers: a double holds 53 bits, so the upper and the lower 32 go apart.
    package mutating func put(_ value: Int64) {
        put(Double(value >> 32))
        put(Double(value & 0xFFFF_FFFF))
    }
}

/// The same into an array.
package struct PayloadWriter {
    package private(set) var numbers: [Double] = []

    package init(capacity: Int) { numbers.reserveCapacity(capacity) }

    package mutating func put(_ value: Double) { numbers.append(value.isNaN ? .nan : value) }
}

/// Reads them back, refusing what no writer wrote.
package struct PayloadReader {
    private let numbers: [Double]
    private var place = 0

    package init(_ numbers: [Double]) { self.numbers = numbers }

    package var isAtEnd: Bool { place == numbers.count }

    package mutating func number() throws(PayloadError) -> Double {
        guard place < numbers.count else {
            throw .length(expected: place + 1, was: numbers.count)
        }
        defer { place += 1 }
        return numbers[place]
    }

    /// A number within bounds; NaN is not.
    package mutating func number(_ name: String, in range: ClosedRange<Double>) throws(PayloadError) -> Double {
        let value = try number()
        guard range.contains(value) else { throw .value(name: name, place: place - 1, was: value) }
        return value
    }

    /// A whole number within bounds.
    package mutating func whole(_ name: String, in range: ClosedRange<Int>) throws(PayloadError) -> Int {
        let value = try number()
        guard let whole = Int(exactly: value), range.contains(whole) else {
            throw .value(name: name, place: place - 1, was: value)
        }
        return whole
    }

    package mutating func int64(_ name: String) throws(PayloadError) -> Int64 {
        let high = try whole(name, in: Int(Int32.min)...Int(Int32.max))
        let low = try whole(name, in: 0...0xFFFF_FFFF)
        return Int64(high) << 32 | Int64(low)
    }

    package mutating func version(_ expected: Int) throws(PayloadError) {
        let value = try number()
        guard value == Double(expected) else { throw .version(expected: expected, was: value) }
    }

    /// One of several versions.
    package mutating func version(_ expected: ClosedRange<Int>) throws(PayloadError) -> Int {
        let value = try number()
        guard let version = Int(exactly: value), expected.contains(version) else { throw .version(expected: expected.upperBound, was: value) }
        return version
    }

    package func finish() throws(PayloadError) {
        guard isAtEnd else { throw .length(expected: place, was: numbers.count) }
    }
}
