/// A parameter of an agent or of the council that makes no sense.
public struct ParameterError: Error, Equatable, CustomStringConvertible {
    public let name: String
    public let was: Double
    /// What would be right.
    public let expected: String

    public var description: String { "\(name): expected \(expected), was \(was)" }

    static func check(_ name: String, _ value: Double, in range: ClosedRange<Double>) throws(ParameterError) {
        guard range.contains(value) else {
            throw ParameterError(
                name: name, was: value, expected: "\(shortText(range.lowerBound)) … \(shortText(range.upperBound))")
        }
    }

    static func check(_ name: String, _ value: Double, above: Double, _ other: String) throws(ParameterError) {
        guard value > above else { throw ParameterError(name: name, was: value, expected: "more than \(other) (\(shortText(above)))") }
    }
}
