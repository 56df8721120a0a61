internal import Glibc

/// C copies of Swift strings that live as long as this object: for settings structs whose texts a C++ call copies.
public final class CStrings {
    private var copies: [UnsafeMutablePointer<CChar>] = []

    public init() {}

    deinit { for copy in copies { free(copy) } }

    /// A zero-terminated copy; `nil` for an empty text, which settings read as "not given".
    public func pointer(_ text: String) -> UnsafePointer<CChar>? {
        guard !text.isEmpty else { return nil }
        guard let copy = strdup(text) else { fatalError("out of memory for a setting of \(text.utf8.count) bytes") }
        copies.append(copy)
        return UnsafePointer(copy)
    }

    /// The text that a C++ handle writes into a caller's buffer.
    public static func text(capacity: Int = 512, _ write: (UnsafeMutablePointer<CChar>, Int) -> Int) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
            let length = min(write(buffer.baseAddress!, buffer.count), buffer.count - 1)
            return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
