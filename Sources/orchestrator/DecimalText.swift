internal import CxxEvent
internal import Foundation

extension martlet.Decimal {
    /// `units` of this increment as exact decimal text, "-12.50"; the bare number where the text does not fit.
    func text(_ units: Int64) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let length = martlet.write_decimal(units, self, buffer.baseAddress, buffer.count)
            guard length > 0 else { return "\(units)" }
            return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
