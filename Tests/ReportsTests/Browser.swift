import Foundation
import Testing

/// Chromium without a window, one run a page, and what the page told.
struct Browser {
    /// What came of a page.
    struct Outcome: Decodable {
        /// Bars that the page says it drew; empty where it did not come so far.
        var drawn = ""
        /// Errors, refused requests and requests of the page itself.
        var complaints: [String] = []
        /// Pixels of the picture by color, `#rrggbb`; a pane's lines and candles without its background.
        var pixels: [String: Int] = [:]
        /// The values of the style sheet's colors by name.
        var colors: [String: String] = [:]
        var reading = ""
        var panes: [String] = []
        /// The page is wider than the window.
        var isTooWide = false
        /// What the browser wrote of the page's console.
        var console: [String] = []

        private enum CodingKeys: CodingKey { case drawn, complaints, pixels, colors, reading, panes, isTooWide }
    }

    /// The first that PATH has; nil where none is there.
    static let program: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        for name in ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"] {
            for folder in folders where access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
        }
        return nil
    }()

    /// Opens `html` in a window of `width` × `height`, waits until it drew or 10 s of its time went by, and reads it.
    static func open(_ html: String, width: Int, height: Int = 900, isDark: Bool = false) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-page-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let page = folder.appending(path: "page.html")
        let probed = html.replacing("<style>", with: "<script>\(listening)</script><style>", maxReplacements: 1)
            .replacing("</body>", with: "<script>\(reporting)</script></body>")
        try Data(probed.utf8).write(to: page)

        let (output, log) = (folder.appending(path: "dom"), folder.appending(path: "log"))
        for file in [output, log] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: try #require(program))
        // No sandbox: it needs rights that a container has not, and the page is ours. No address of a network is found.
        process.arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=\(folder.path())",
            "--window-size=\(width),\(height)", "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)",
            "--virtual-time-budget=10000", "--enable-logging=stderr", "--dump-dom", page.absoluteString,
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: log)
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        if ended.wait(timeout: .now() + 120) == .timedOut {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
            Issue.record("the browser did not end within 120 s")
        }
        let dom = try String(contentsOf: output, encoding: .utf8)
        let lines = try String(decoding: Data(contentsOf: log), as: UTF8.self).split(separator: "\n").map(String.init)
        let start = try #require(dom.range(of: "<pre id=\"probe\">"), "the page told nothing; the browser: \(lines.suffix(5))")
        let end = try #require(dom.range(of: "</pre>", range: start.upperBound..<dom.endIndex))
        let text = dom[start.upperBound..<end.lowerBound].replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
        var outcome = try JSONDecoder().decode(Outcome.self, from: Data(text.utf8))
        outcome.console = lines.filter { $0.contains(":CONSOLE") }
        return outcome
    }

    private static let listening = """
        window.complaints=[];
        addEventListener('error',event=>complaints.push('error: '+event.message),true);
        addEventListener('unhandledrejection',event=>complaints.push('rejection: '+event.reason));
        document.addEventListener('securitypolicyviolation',event=>complaints.push('refused: '+event.blockedURI));
        """

    /// When the page has drawn, or failed, what is to be known stands in an element as JSON.
    private static let reporting = """
        (()=>{
        const started=performance.now(),root=document.documentElement,hex=v=>'#'+v.map(x=>x.toString(16).padStart(2,'0')).join('');
        const look=()=>{
          if(root.dataset.drawn===undefined&&!complaints.length&&performance.now()-started<8000)return setTimeout(look,50);
          const pixels={},colors={},style=getComputedStyle(root);
          for(const name of ['up','down','blue','orange','s2','s3','s4','s5'])colors[name]=style.getPropertyValue('--'+name).trim();
          for(const canvas of document.querySelectorAll('#chart canvas')){
            const d=canvas.width&&canvas.height?canvas.getContext('2d').getImageData(0,0,canvas.width,canvas.height).data:[];
            for(let i=0;i<d.length;i+=4)if(d[i+3]===255){const c=hex([d[i],d[i+1],d[i+2]]);pixels[c]=(pixels[c]??0)+1}
          }
          const most=Object.entries(pixels).sort((a,b)=>b[1]-a[1]).slice(0,400);
          complaints.push(...performance.getEntriesByType('resource').map(e=>'request: '+e.name));
          const probe=document.createElement('pre');probe.id='probe';
          probe.textContent=JSON.stringify({drawn:root.dataset.drawn??'',complaints,pixels:Object.fromEntries(most),colors,
            reading:document.getElementById('reading')?.textContent??'',panes:[...document.querySelectorAll('.pane')].map(e=>e.textContent),
            isTooWide:root.scrollWidth>innerWidth});
          document.body.append(probe);
        };
        look();
        })();
        """
}
