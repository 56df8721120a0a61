extension CandlePage {
    /// The page; `library` is the text of the standalone build of Lightweight Charts 5, of which a copy comes into it.
    /// Cost: linear in bars × series.
    package func html(library: String) -> String {
        let shown = Shown(self)
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'">
            <meta name="referrer" content="no-referrer">
            <title>\(escaped(title)) · Martlet</title>
            <style>
            \(pageStyle)
            \(candleStyle)
            </style></head><body><main class="wide">
            \(header(shown))\(remarks(shown))\(shown.bars.isEmpty ? Self.nothing : picture(shown, library))
            <footer>Times are UTC. Drawn by TradingView Lightweight Charts™, Copyright © 2025 TradingView, Inc. <a href="https://www.tradingview.com/" rel="noopener noreferrer">https://www.tradingview.com/</a></footer>
            </main></body></html>

            """
    }

    private static let nothing = "<figure><p class=\"empty\">There is no bar to draw.</p></figure>"

    private func header(_ shown: Shown) -> String {
        var span = ""
        if let first = shown.bars.first, let last = shown.bars.last {
            let (start, end) = (UTCTime(bars.times[first]), UTCTime(bars.times[last]))
            let isDaily = bars.times[shown.bars].allSatisfy { $0 % 86_400_000_000_000 == 0 }
            func text(_ time: UTCTime) -> String { isDaily ? time.date : time.date + " " + time.clock }
            let count = NumberText.grouped(shown.bars.count) + (shown.bars.count == 1 ? " bar" : " bars")
            span = "<div class=\"when\">\(text(start)) to \(text(end))\(isDaily ? "" : " UTC")<br>\(count)</div>"
        }
        return """
            <header>\(pageMark)
            <div><h1>\(escaped(title))</h1><p>\(facts.map(withCode).joined(separator: " · "))</p></div>
            \(span)</header>

            """
    }

    /// What of the input is not on the page.
    private func remarks(_ shown: Shown) -> String {
        func missing(_ count: Int, _ all: Int, _ name: String, _ kept: String) -> String? {
            count == all ? nil : "<p>\(NumberText.grouped(count)) of \(NumberText.grouped(all)) \(name) are shown: \(kept).</p>"
        }
        let lines = [
            missing(shown.bars.count, bars.times.count, "bars", "the newest"),
            missing(shown.series.count, series.count, "series", "the first, in at most \(Self.maximumPanes) panes below the price"),
            missing(shown.markers.count, markers.count, "fills", "the newest in the time of the bars"),
        ].compactMap(\.self)
        return lines.isEmpty ? "" : "<div class=\"notes\">" + lines.joined() + "</div>\n"
    }

    private func picture(_ shown: Shown, _ library: String) -> String {
        let fills = shown.markers.isEmpty
            ? "" : "<span class=\"key dot buy\">buy</span><span class=\"key dot sell\">sell</span>"
        return """
            <figure class="candles"><figcaption><div id="reading" aria-live="off"></div><div class="views">\(fills)<button type="button" id="latest">Latest</button><button type="button" id="all">All</button></div></figcaption>
            <div id="picture" tabindex="0" role="img" aria-label="Candles of \(escaped(title)). Arrow keys move, plus and minus zoom."><div id="chart"></div></div>
            <noscript><p class="empty">The picture is drawn by a script, and scripts are off.</p></noscript></figure>
            <script type="application/json" id="candles">\(data(shown))</script>
            <script>\(Self.inlined(library))</script>
            <script>
            \(candleScript)
            </script>
            """
    }

    /// A script that cannot end its element: `</script` and `<!--` are written with a backslash, which means the same in strings
    /// and regular expressions, the only places where a script has them.
    static func inlined(_ script: String) -> String {
        var out = ""
        out.reserveCapacity(script.utf8.count)
        var rest = script[...]
        while let place = rest.firstIndex(of: "<") {
            let after = rest.index(after: place)
            out += rest[..<after]
            rest = rest[after...]
            if rest.hasPrefix("!--") || rest.prefix(7).lowercased() == "/script" { out += "\\" }
        }
        return out + rest
    }
}
