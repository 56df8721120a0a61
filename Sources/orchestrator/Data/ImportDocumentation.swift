internal import MarketData

/// The table of formats that `data import` reads, for the documentation.
package enum ImportDocumentation {
    /// The layouts that are more than a table of bars, as rows of Markdown.
    package static var layouts: String {
        "| `--layout` | What the files hold | Found or to be named |\n|---|---|---|\n"
            + ImportLayout.allCases.map { "| `\($0.rawValue)` | \($0.meaning) | \($0.isDetected ? "found" : "named") |\n" }.joined()
    }
}
