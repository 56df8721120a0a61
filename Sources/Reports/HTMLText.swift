/// Text made safe for elements and quoted attributes.
func escaped(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count)
    for character in text.unicodeScalars {
        switch character {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"": out += "&quot;"
        case "'": out += "&#39;"
        default: out.unicodeScalars.append(character)
        }
    }
    return out
}

/// Text made safe, what stands between backticks as code.
func withCode(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    guard parts.count % 2 == 1 else { return escaped(text) }
    return parts.enumerated().map { $0 % 2 == 0 ? escaped(String($1)) : "<code>\(escaped(String($1)))</code>" }.joined()
}

/// A JSON string that is safe inside a script element: `<`, `>` and `&` are escaped, so it cannot end there.
func scriptString(_ text: String) -> String {
    var out = "\""
    for character in text.unicodeScalars {
        switch character {
        case "\"", "\\", "<", ">", "&", "'", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1F}":
            let digits = String(character.value, radix: 16)
            out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: out.unicodeScalars.append(character)
        }
    }
    return out + "\""
}

/// Up to `places` digits after the point, plain ASCII, for coordinates.
func coordinate(_ value: Double, places: Int = 1) -> String {
    var power = 1.0
    for _ in 0..<places { power *= 10 }
    let scaled = (value * power).rounded() / power
    guard scaled.isFinite else { return "0" }
    return scaled == scaled.rounded() && scaled.magnitude < 1e15 ? String(Int64(scaled)) : "\(scaled)"
}

/// Pixels that a label of so many characters takes beside a chart, rounded up.
func labelPixels(_ characters: Int) -> Double { 7 * Double(characters) }

/// `12.3456%`
func percentage(_ fraction: Double) -> String { coordinate(fraction * 100, places: 3) + "%" }
