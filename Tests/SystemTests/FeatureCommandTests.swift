import Foundation
import Testing

@Suite("features on the command line")
struct FeatureCommandTests {
    static let set = """
        name: swing
        timeframe: 5m
        features:
          - name: rsi
            kernel: rsi
            parameters: {period: 9}
            timeframe: 1h
          - name: rate
            kernel: roc
          - name: calm
            kernel: atr
            normalisation: {method: z_score, window: 100}
            lag: 1
          - name: place
            across: rank
            input: rate
          - name: beta
            kernel: correlation
            parameters: {period: 30}
            reference: close@X:ETH
            output: beta
        """

    /// A folder with the set, and bars of two instruments that are not there at the same minutes.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-features-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try set.write(toFile: "\(folder)/swing.yaml", atomically: true, encoding: .utf8)
        for (name, skip) in [("eth", 7), ("ltc", 11)] {
            var text = "timestamp,open,high,low,close,volume\n"
            var state: UInt64 = UInt64(skip)
            var price = 100.0
            for bar in 0..<900 where bar % skip != 0 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let step = Double(Int(state >> 33) % 200 - 100) / 100
                let close = max(1, price + step)
                text += "2024-01-\(bar / 288 + 1 < 10 ? "0" : "")\(bar / 288 + 1) \(two(bar % 288 / 12)):\(two(bar % 12 * 5)):00,"
                text += [price, max(price, close) + 0.25, min(price, close) - 0.25, close].map { String(format: "%.2f", $0) }.joined(separator: ",") + ",\(bar % 50)\n"
                price = (close * 100).rounded() / 100
            }
            try text.write(toFile: "\(folder)/\(name).csv", atomically: true, encoding: .utf8)
        }
        try body(folder)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    @discardableResult
    static func run(_ arguments: [String], in folder: String, name: String = "run", expecting code: Int32 = 0) throws -> Child {
        let child = try Child(Market.program, ["features"] + arguments, in: folder, name: name)
        #expect(try child.wait(seconds: 120) == .exit(code), "\(arguments.joined(separator: " ")): \(child.errors)")
        return child
    }

    static let inputs = ["--set", "swing.yaml", "--input", "X:ETH=eth.csv", "--input", "X:LTC=ltc.csv"]

    @Test("two processes compute the same bytes; what is stored is shown, and says where it came from")
    func compute() throws {
        try Self.withFolder { folder in
            for data in ["one", "two"] { try Self.run(["compute"] + Self.inputs + ["--data", data], in: folder, name: data) }
            let files = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/one/features").filter { $0.hasSuffix(".features") }.sorted()
            #expect(files.count == 2)
            for file in files {
                let pair = try ["one", "two"].map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)/features/\(file)")) }
                #expect(pair[0] == pair[1], "\(file)")
            }
            #expect(try Self.run(["list", "--data", "one"], in: folder).output.contains("X:LTC"))
            let shown = try Self.run(["show", "swing", "--instrument", "X:ETH", "--data", "one"], in: folder).output
            #expect(shown.contains("rsi") && shown.contains("place") && !shown.contains("not warm"))
            let lineage = try Self.run(["lineage", "swing", "--instrument", "X:LTC", "--data", "one"], in: folder).output
            #expect(lineage.contains("X:LTC bars-5m") && lineage.contains("X:ETH bars-5m") && lineage.contains("those of this program"))
            try Self.run(["drift", "swing", "--metrics", "drift.prom", "--data", "one"], in: folder)
            #expect(try String(contentsOfFile: "\(folder)/drift.prom", encoding: .utf8).contains("martlet_feature_stability_index{set=\"swing@"))
            try Self.run(["show", "swing", "--at", "2023-12-31", "--data", "one"], in: folder, expecting: 66)
            try Self.run(["show", "swink", "--data", "one"], in: folder, expecting: 66)
        }
    }

    @Test("CSV has a line for each bar; a value that is not there yet is empty, and the last line is what the store has")
    func csv() throws {
        try Self.withFolder { folder in
            try Self.run(["compute", "--output", "values.csv"] + Self.inputs + ["--data", "d"], in: folder)
            let lines = try String(contentsOfFile: "\(folder)/values.csv", encoding: .utf8).split(separator: "\n")
            #expect(lines[0] == "time,instrument,rsi,rate,calm,place,beta")
            #expect(lines.count == 1 + (900 - 129) + (900 - 82))
            #expect(lines[1] == "2024-01-01T00:10:00Z,X:ETH,,,,,")
            #expect(lines.last?.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty } == true)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/d/features"))
            let out = try Self.run(["compute", "--output", "-"] + Self.inputs, in: folder).output
            #expect(out.split(separator: "\n") == lines)
        }
    }

    @Test("the bar that is open at the end of a history is given out where another's history goes on past its end, and only there")
    func openBar() throws {
        try Self.withFolder { folder in
            try "name: five\ntimeframe: 5m\nfeatures: [{name: rate, kernel: roc, parameters: {period: 1}}]\n".write(toFile: "\(folder)/five.yaml", atomically: true, encoding: .utf8)
            for (name, minutes) in [("short", 7), ("long", 20), ("even", 9)] {
                let lines = (0..<minutes).map { "2024-01-01 10:\(Self.two($0)):00,\(100 + $0),\(101 + $0),99,\(100 + $0),1" }
                try "timestamp,open,high,low,close,volume\n\(lines.joined(separator: "\n"))\n".write(toFile: "\(folder)/\(name).csv", atomically: true, encoding: .utf8)
            }
            func rows(_ names: [String]) throws -> [String] {
                let inputs = names.flatMap { ["--input", "X:\($0.uppercased())=\($0).csv"] }
                let lines = try Self.run(["compute", "--set", "five.yaml", "--output", "-"] + inputs, in: folder).output.split(separator: "\n").map(String.init)
                return lines.filter { names.count == 1 ? $0.hasPrefix("2024") : $0.contains("X:SHORT") }.map { String($0.prefix(20)) }
            }
            #expect(try rows(["short"]) == ["2024-01-01T10:05:00Z"])
            #expect(try rows(["short", "even"]) == ["2024-01-01T10:05:00Z"])
            #expect(try rows(["short", "long"]) == ["2024-01-01T10:05:00Z", "2024-01-01T10:10:00Z"])
        }
    }

    @Test("what a place in the universe depends on is in the lineage; devices are written, not replaced")
    func universe() throws {
        try Self.withFolder { folder in
            try Self.run(["compute", "--set", "swing.yaml", "--input", "X:ETH=eth.csv", "--data", "alone"], in: folder)
            try Self.run(["compute"] + Self.inputs + ["--data", "both"], in: folder)
            let alone = try Self.run(["lineage", "swing", "--instrument", "X:ETH", "--data", "alone"], in: folder).output
            let both = try Self.run(["lineage", "swing", "--instrument", "X:ETH", "--data", "both"], in: folder).output
            #expect(!alone.contains("X:LTC") && both.contains("X:LTC bars-5m"))
            try "old".write(toFile: "\(folder)/target.csv", atomically: true, encoding: .utf8)
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/link.csv", withDestinationPath: "\(folder)/target.csv")
            try Self.run(["compute", "--output", "link.csv"] + Self.inputs, in: folder)
            #expect(try String(contentsOfFile: "\(folder)/target.csv", encoding: .utf8).hasPrefix("time,instrument,"))
            try Self.run(["compute", "--output", "/dev/null"] + Self.inputs, in: folder)
            var facts = stat()
            #expect(stat("/dev/null", &facts) == 0 && facts.st_mode & S_IFMT == S_IFCHR)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".new") }
            #expect(left == [])
        }
    }

    @Test("an order is explained by the set's values, which are those that a computation over the same bars gives")
    func session() throws {
        try Self.withFolder { folder in
            for name in ["eth", "ltc"] {
                let child = try Child(Market.program, ["data", "import", "--instrument", "X:\(name.uppercased())", "--currency", "USD", "--set", "run.data=d", "\(name).csv"], in: folder, name: name)
                #expect(try child.wait(seconds: 60) == .exit(0), "\(child.errors)")
            }
            try Self.run(["compute", "--set", "swing.yaml", "--input", "X:ETH", "--input", "X:LTC", "--data", "d", "--output", "values.csv"], in: folder)
            let lines = try String(contentsOfFile: "\(folder)/values.csv", encoding: .utf8).split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
            let arguments = [
                "backtest", "--market", "X:ETH,X:LTC", "--keep", "--format", "json", "--set", "run.data=d", "--set", "features.set=swing.yaml",
                "--set", "agents.trend.minimum_breakout=0", "--set", "agents.trend.minimum_adx=0", "--set", "agents.mean_reversion.entry=0.5", "--set", "agents.mean_reversion.exit=0.1", "--set", "agents.mean_reversion.minimum_edge=0",
            ]
            let wrong = try Child(Market.program, arguments + ["--set", "run.timeframe=1m"], in: folder, name: "wrong")
            #expect(try wrong.wait(seconds: 60) == .exit(78))
            #expect((wrong.output + wrong.errors).contains("--set: features.set: expected a set of run.timeframe (1m), and swing.yaml has 5m"), "\(wrong.errors)")
            let stranger = try Child(Market.program, ["backtest", "--market", "X:LTC"] + arguments.dropFirst(3) + ["--set", "run.timeframe=5m"], in: folder, name: "stranger")
            #expect(try stranger.wait(seconds: 60) == .exit(78))
            #expect((stranger.output + stranger.errors).contains("swing.yaml refers to X:ETH, which this run does not have; it has X:LTC"), "\(stranger.errors)")
            let others = [
                ("bid.yaml", Self.set.replacingOccurrences(of: "timeframe: 5m\n", with: "timeframe: 5m\nprice: bid\n"), "backtest", "bid.yaml takes bars of bid, and X:ETH has none"),
                ("short.yaml", "name: short\ntimeframe: 1m\nfeatures: [{name: rate, kernel: roc}]\n", "backtest", "short.yaml has bars of 1m, which cannot be built from X:ETH's of 300 s"),
                ("filed.yaml", "name: filed\ntimeframe: 1m\nseries: [{name: funding, file: f.csv, unit: ratio}]\nfeatures: [{name: rate, input: funding}]\n", "paper", "filed.yaml names f.csv: a session reads no files"),
                ("none.yaml", nil, "paper", "features.set: none.yaml: no such file"),
            ]
            try "time,v\n2024-01-01,1\n".write(toFile: "\(folder)/f.csv", atomically: true, encoding: .utf8)
            for (name, text, command, words) in others {
                if let text { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
                let market = command == "backtest" ? ["--market", "X:ETH,X:LTC"] : []
                let length = name == "bid.yaml" ? "5m" : "1m"
                let child = try Child(
                    Market.program, [command] + market + ["--set", "run.data=d", "--set", "features.set=\(name)", "--set", "run.timeframe=\(length)"], in: folder, name: name)
                #expect(try child.wait(seconds: 60) == .exit(text == nil ? 66 : 78), "\(child.errors)")
                #expect(child.errors.contains(words), "\(child.errors)")
            }
            let ran = try Child(Market.program, arguments + ["--set", "run.timeframe=5m"], in: folder, name: "backtest")
            #expect(try ran.wait(seconds: 60) == .exit(0), "\(ran.errors)")
            var compared = 0
            for facts in try Self.explained(in: folder, last: 20) {
                let row = try #require(lines.last { $0[1] == "X:\(facts.instrument)" && Timestamp.nanoseconds($0[0]) <= facts.asked ?? .min })
                for (place, name) in ["rsi", "rate", "calm", "place", "beta"].enumerated() {
                    let shown = try #require(facts.setFeatures.first { $0.name == name })
                    #expect(shown.value == Double(row[2 + place]), "\(facts.order): \(name)")
                    compared += shown.value == nil ? 0 : 1
                }
            }
            #expect(compared > 30)
        }
    }

    @Test(
        "kernels of the market's events: a session over real orders shows what a computation over them gives, and nothing of it knows the future",
        .enabled(if: MarketSample.run, "the market data of ../shared/data is not there"))
    func events() throws {
        try Self.withFolder { folder in
            let sample = MarketSample.all[0]
            let child = try Child(Market.program, ["data", "import", "--instrument", sample.key, "--set", "run.data=d"] + sample.options, in: folder, name: "import")
            #expect(try child.wait(seconds: 120) == .exit(0), "\(child.errors)")
            try """
                name: micro
                timeframe: 1m
                features:
                  - {name: width, kernel: quoted_spread, output: spread}
                  - {name: flow, kernel: order_flow_imbalance, parameters: {period: 200}, output: relative}
                  - {name: toxic, kernel: vpin, parameters: {volume: 5000, buckets: 20}, output: vpin}
                  - {name: impact, kernel: kyle_lambda, output: lambda, normalisation: {method: z_score, window: 60}}
                  - {name: pace, kernel: event_rate, clock: trades, timeframe: 5m}
                  - {name: calm, kernel: atr, timeframe: 5m}

                """.write(toFile: "\(folder)/micro.yaml", atomically: true, encoding: .utf8)
            let names = ["width", "flow", "toxic", "impact", "pace", "calm"]
            try Self.run(["compute", "--set", "micro.yaml", "--input", sample.key, "--data", "d", "--output", "values.csv"], in: folder)
            #expect(try Self.run(["check", "--set", "micro.yaml", "--input", sample.key, "--data", "d", "--cuts", "4"], in: folder).output.hasPrefix("no value of 6 columns changed"))
            let lines = try String(contentsOfFile: "\(folder)/values.csv", encoding: .utf8).split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
            #expect(lines.count > 380 && lines[0] == ["time"] + names)
            let ran = try Child(
                Market.program, ["backtest", "--market", sample.key, "--keep", "--set", "run.data=d", "--set", "features.set=micro.yaml", "--set", "run.timeframe=1m"],
                in: folder, name: "backtest")
            #expect(try ran.wait(seconds: 120) == .exit(0), "\(ran.errors)")
            var compared = 0
            for facts in try Self.explained(in: folder, last: 25) {
                let row = try #require(lines.last { Timestamp.nanoseconds($0[0]) <= facts.asked ?? .min })
                for (place, name) in names.enumerated() {
                    let shown = try #require(facts.setFeatures.first { $0.name == name })
                    #expect(shown.value == Double(row[1 + place]), "\(facts.order): \(name)")
                    compared += shown.value == nil ? 0 : 1
                }
            }
            #expect(compared > 60)
            try "name: deep\ntimeframe: 1m\nfeatures:\n  - {name: book, kernel: book_imbalance}\n".write(toFile: "\(folder)/deep.yaml", atomically: true, encoding: .utf8)
            let deep = try Self.run(["compute", "--set", "deep.yaml", "--input", sample.key, "--data", "d"], in: folder, expecting: 64)
            #expect(deep.errors.contains("book: book_imbalance takes ten levels of the book, and there are only quotes"), "\(deep.errors)")
        }
    }

    /// The last orders of the last run, explained: those that a decision brought about.
    private static func explained(in folder: String, last: Int) throws -> [Explained] {
        let dump = try Child(Market.program, ["journal", "dump", "d/latest/journal", "--kind", "command", "--format", "json"], in: folder, name: "dump")
        #expect(try dump.wait(seconds: 60) == .exit(0), "\(dump.errors)")
        let orders = try dump.output.split(separator: "\n").map { try JSONDecoder().decode(SessionJournal.Record.self, from: Data($0.utf8)) }
            .filter { $0.command == "new_order" }.compactMap(\.client_order)
        return try orders.suffix(last).compactMap { order in
            let child = try Child(Market.program, ["explain", order, "d/latest/journal", "--format", "json"], in: folder, name: "explain-\(order)")
            #expect(try child.wait(seconds: 60) == .exit(0), "\(child.errors)")
            let facts = try JSONDecoder().decode(Explained.self, from: Data(child.output.utf8))
            return facts.setFeatures.isEmpty ? nil : facts // a protective stop asks nobody
        }
    }

    private struct Explained: Decodable {
        struct Feature: Decodable {
            var name: String
            var value: Double?
        }
        var order: String
        var asked: Int64?
        var instrument: String
        var setFeatures: [Feature]
    }

    private enum Timestamp {
        static func nanoseconds(_ text: String) -> Int64 {
            guard let date = ISO8601DateFormatter().date(from: text) else { return .max }
            return Int64(date.timeIntervalSince1970) * 1_000_000_000
        }
    }

    @Test("nothing of the set knows the future; ranking wants more bars than there are, and says so")
    func judge() throws {
        try Self.withFolder { folder in
            #expect(try Self.run(["check", "--cuts", "5"] + Self.inputs, in: folder).output.hasPrefix("no value of 5 columns changed"))
            let few = try Self.run(["rank", "--horizon", "10"] + Self.inputs, in: folder, expecting: 65)
            #expect(few.errors.contains("expected at least 400 returns that do not overlap"))
            #expect(try Self.run(["rank"] + Self.inputs, in: folder).output.contains("rank correlation of the halves"))
        }
    }

    /// What bars do not know, beside the set.
    static let outside = """
        name: outside
        timeframe: 5m
        series:
          - name: perp
            file: data/perp.csv
            columns:
              - {name: rate, unit: ratio}
              - {name: interest, unit: quantity}
            valid_for: 2d
        texts:
          - {name: news, file: data/news.csv, lexicon: data/words.txt, half_life: 6h}
        option_trades:
          - {name: tape, file: data/tape.csv}
        events:
          - {name: fomc, times: [2024-01-02T19:00:00Z, 2024-01-03]}
          - {name: earnings, file: data/earnings.csv}
        features:
          - name: rate
            input: perp.rate
          - name: carry
            kernel: funding
            parameters: {period: 2}
            input: perp.rate
            clock: perp
            output: mean
          - name: hours
            calendar: session
            parameters: {zone: America/New_York, open: 09:30, close: 16:00}
            output: progress
          - name: meeting
            calendar: events
            parameters: {schedule: fomc, horizon: 2d, before: 2h}
          - name: report
            calendar: events
            parameters: {schedule: earnings}
            output: seconds_to_next
          - name: mood
            kernel: sma
            parameters: {period: 3}
            input: news.tone
          - name: flow
            kernel: option_flow
            parameters: {period: 1}
            clock: tape
            output: call_premium
          - name: group
            across: cluster
            parameters: {window: 50, pairs: 10, threshold: 0.9}
            output: size
          - name: line
            across: advance_decline
            input: mood
        """
    static let outsideFiles = [
        "perp.csv": "time,known,instrument,rate,interest\n2024-01-01T08:00:00Z,2024-01-01T08:00:05Z,X:ETH,0.25,10\n2024-01-01T16:00:00Z,2024-01-01T16:02:00Z,X:ETH,0.5,11\n",
        "news.csv": "time,text\n2024-01-01T02:00:00Z,\"Record profit, again\"\n2024-01-02,a loss\n", "words.txt": "record profit 1\nloss -0.5\n",
        "tape.csv": "time,instrument,price,quantity,multiplier,strike,expiry,underlying,right,side\n2024-01-01T12:00:00Z,X:ETH,2,3,10,100,2024-01-26,101,call,buy\n",
        "earnings.csv": "at,known,instrument\n2024-01-03T20:00:00Z,2024-01-02T12:00:00Z,X:ETH\n",
    ]

    static func withOutside(_ body: (String) throws -> Void) throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/sets/data", withIntermediateDirectories: true)
            try outside.write(toFile: "\(folder)/sets/outside.yaml", atomically: true, encoding: .utf8)
            for (name, text) in outsideFiles { try text.write(toFile: "\(folder)/sets/data/\(name)", atomically: true, encoding: .utf8) }
            try body(folder)
        }
    }

    @Test("files, texts, option trades and the calendar come in by the set, from the set's own folder, and are in the lineage")
    func outsideFiles() throws {
        try Self.withOutside { folder in
            let inputs = ["--set", "sets/outside.yaml"] + Self.inputs.dropFirst(2)
            let child = try Self.run(["compute"] + inputs + ["--data", "d"], in: folder)
            #expect(child.errors.contains("perp has no row of X:LTC") && !child.errors.contains("X:ETH"), "\(child.errors)")
            func show(_ at: String) throws -> String { try Self.run(["show", "outside", "--instrument", "X:ETH", "--at", at, "--data", "d"], in: folder).output }
            func has(_ text: String, _ column: String, _ value: String) -> Bool {
                text.split(separator: "\n").contains { line in
                    let fields = line.split(separator: " ")
                    return fields.count > 1 && fields[0] == column && fields[1...].joined(separator: " ").hasPrefix(value)
                }
            }
            let eight = try show("2024-01-01T08:04:00Z")
            #expect(has(eight, "rate", "not warm") && has(eight, "mood", "1"), "it became known at 08:00:05\n\(eight)")
            let sixteen = try show("2024-01-01T16:11:00Z")
            #expect(has(sixteen, "rate", "0.5") && has(sixteen, "carry", "0.375") && has(sixteen, "flow", "60"), "\(sixteen)")
            #expect(has(sixteen, "meeting.seconds_to_next", "96600") && has(sixteen, "report", "2592000"), "what is scheduled is not known yet\n\(sixteen)")
            let second = try show("2024-01-02T19:41:00Z")
            #expect(has(second, "report", "87600") && has(second, "meeting.inside", "1"), "\(second)")
            let third = try show("2024-01-03T16:11:00Z")
            #expect(has(third, "rate", "not warm"), "two days after it was known a rate is not there\n\(third)")
            let lineage = try Self.run(["lineage", "outside", "--instrument", "X:ETH", "--data", "d"], in: folder).output
            for name in ["perp data/perp.csv: ", "news data/news.csv: ", "data/words.txt: ", "tape data/tape.csv: ", "earnings data/earnings.csv: "] { #expect(lineage.contains(name), "\(lineage)") }
            #expect(lineage.contains("at each row of perp") && lineage.contains("session in America/New_York") && lineage.contains("cluster across the universe window=50"))
            #expect(try Self.run(["check", "--cuts", "5"] + inputs, in: folder).output.hasPrefix("no value of"))
            // What a file holds decides where values are stored, not where it lies.
            try FileManager.default.moveItem(atPath: "\(folder)/sets", toPath: "\(folder)/moved")
            try Self.run(["compute", "--set", "moved/outside.yaml"] + Self.inputs.dropFirst(2) + ["--data", "d"], in: folder)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/d/features/outside").count == 1)
            try "record profit 1\nloss -0.75\n".write(toFile: "\(folder)/moved/data/words.txt", atomically: true, encoding: .utf8)
            try Self.run(["compute", "--set", "moved/outside.yaml"] + Self.inputs.dropFirst(2) + ["--data", "d"], in: folder)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/d/features/outside").count == 2)
        }
    }

    @Test("a mistake in a file that the set names has the set's line and the file's; what may be named is listed")
    func outsideMistakes() throws {
        try Self.withOutside { folder in
            try "time,known,instrument,rate,interest\n2024-01-01T08:00:00Z,,X:ETH,0.0001,ten\n".write(toFile: "\(folder)/sets/data/perp.csv", atomically: true, encoding: .utf8)
            let child = try Self.run(["compute", "--set", "sets/outside.yaml", "--input", "eth.csv"], in: folder, expecting: 78)
            #expect(child.errors.contains("sets/outside.yaml:5:11: series[0].file: data/perp.csv:2: expected a number in 'interest', was 'ten'"), "\(child.errors)")
            let wrong = Self.outside.replacingOccurrences(of: "09:30", with: "9:30").replacingOccurrences(of: "threshold", with: "treshold").replacingOccurrences(of: "valid_for", with: "valid_fr")
            try wrong.write(toFile: "\(folder)/sets/outside.yaml", atomically: true, encoding: .utf8)
            let keys = try Self.run(["compute", "--set", "sets/outside.yaml", "--input", "eth.csv"], in: folder, expecting: 78)
            #expect(keys.errors.contains("parameters.open: expected a time of the day") && keys.errors.contains("parameters.treshold: is not a key; did you mean threshold?"), "\(keys.errors)")
            #expect(keys.errors.contains("series[0].valid_fr: is not a key; did you mean valid_for?"), "\(keys.errors)")
            let list = try Self.run(["list", "--kernels"], in: folder).output
            #expect(list.contains("advance_decline") && list.contains("minutes_left") && list.contains("option_flow"))
            #expect(try !Self.run(["list", "--kernels", "--group", "calendar"], in: folder).output.contains("option_flow"))
        }
    }

    @Test("each mistake in a file is named with its line and what would be right; nothing is computed")
    func mistakes() throws {
        try Self.withFolder { folder in
            let wrong = Self.set.replacingOccurrences(of: "kernel: rsi", with: "kernel: rsj").replacingOccurrences(of: "lag: 1", with: "lagg: 1")
                .replacingOccurrences(of: "input: rate", with: "input: beta")
            try wrong.write(toFile: "\(folder)/swing.yaml", atomically: true, encoding: .utf8)
            let child = try Self.run(["compute"] + Self.inputs + ["--data", "d"], in: folder, expecting: 78)
            #expect(child.errors.contains("swing.yaml:5:13: features[0].kernel: no kernel is named 'rsj'; did you mean rsi?"), "\(child.errors)")
            #expect(child.errors.contains("swing.yaml:13:5: features[2].lagg: is not a key; did you mean lag?"), "\(child.errors)")
            #expect(child.errors.contains("'beta' does not stand before this feature"), "\(child.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/d"))
            try Self.set.replacingOccurrences(of: "    kernel: roc\n", with: "").write(toFile: "\(folder)/none.yaml", atomically: true, encoding: .utf8)
            let missing = try Self.run(["compute", "--set", "none.yaml", "--input", "eth.csv"], in: folder, expecting: 78)
            #expect(missing.errors.contains("none.yaml:8:11: features[1].kernel: there is none"), "\(missing.errors)")
            try Self.run(["list", "--group", "momentum"], in: folder, expecting: 64)
            try Self.set.replacingOccurrences(of: "method: z_score, ", with: "").write(toFile: "\(folder)/half.yaml", atomically: true, encoding: .utf8)
            let half = try Self.run(["compute", "--set", "half.yaml", "--input", "eth.csv"], in: folder, expecting: 78)
            #expect(half.errors.contains("half.yaml:12:") && half.errors.contains("window: has no method beside it"), "\(half.errors)")
            try Self.run(["compute", "--set", "absent.yaml", "--input", "eth.csv"], in: folder, expecting: 66)
            try Self.run(["compute", "--set", "swing.yaml", "--input", "X:A=none.csv"], in: folder, expecting: 78)
        }
    }
}
