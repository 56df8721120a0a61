import Testing

/// The tree against the rules of determinism.
@Suite struct DeterminismTests {
    @Test("no Swift module on the path to a decision reads a clock, chance or an unordered collection")
    func swift() throws {
        var found: [Violation] = []
        for module in try SourceTree.folders(in: "Sources") where Map.deterministicModules.contains(module) {
            let files = try SourceTree.files(under: "Sources/\(module)", "swift")
            let unordered = files.reduce(into: Set()) { $0.formUnion(DeterminismRules.unorderedNames(inSwift: $1)) }
            for file in files {
                found += DeterminismRules.violations(in: file, DeterminismRules.swift)
                found += DeterminismRules.swiftIteration(in: file, unordered: unordered)
            }
        }
        #expect(found.isEmpty, "\(lines(found))")
    }

    @Test("no C++ family on the path to a decision reads a clock, chance or an unordered collection")
    func cxx() throws {
        var found: [Violation] = []
        for family in try SourceTree.folders(in: "cpp") where Map.deterministicFamilies.contains(family) {
            let files = try SourceTree.files(under: "cpp/\(family)", "hpp", "cpp").filter { !Map.isExempt($0.path) }
            let unordered = files.reduce(into: Set()) { $0.formUnion(DeterminismRules.unorderedNames(inCxx: $1)) }
            for file in files {
                found += DeterminismRules.violations(in: file, DeterminismRules.cxx)
                found += DeterminismRules.cxxIteration(in: file, unordered: unordered)
            }
        }
        #expect(found.isEmpty, "\(lines(found))")
    }
}

/// The rules against what they must catch, and against what they must leave alone.
@Suite struct DeterminismRuleTests {
    private func swift(_ text: String) -> [Violation] {
        let file = SourceFile(path: "x.swift", text: text)
        return DeterminismRules.violations(in: file, DeterminismRules.swift) + DeterminismRules.swiftIteration(in: file, unordered: [])
    }

    private func cxx(_ text: String) -> [Violation] {
        let file = SourceFile(path: "x.cpp", text: text)
        return DeterminismRules.violations(in: file, DeterminismRules.cxx) + DeterminismRules.cxxIteration(in: file, unordered: [])
    }

    @Test("a clock, chance or a seeded hash in Swift is caught", arguments: [
        "let t = Date()", "let t = Date ( )", "let t = Date.now", "let t: Instant = .now", "clock_gettime(CLOCK_REALTIME, &t)",
        "let c = ContinuousClock()", "Int.random(in: 0..<5)", "Double.random(in: lower(a)...upper(b))", "Bool.random()",
        "orders.shuffled()", "orders.shuffle()", "orders.randomElement()", "var g = SystemRandomNumberGenerator()",
        "let id = UUID()", "var h = Hasher()", "key.hashValue % 7",
    ])
    func swiftBad(snippet: String) {
        #expect(swift("let a = 1\n\(snippet)\n").map(\.line).first == 2)
    }

    @Test("iteration over a Swift dictionary or set is caught", arguments: [
        "var d: [Int: String] = [:]\nfor x in d {}", "var d: [Int: String] = [:]\nfor (k, v) in self.d where k > 0 {}",
        "let d = [Int: String]()\nfor x in d.keys {}", "let s: Set<Int> = []\nfor x in s {}", "let s = Set(values)\ns.forEach { use($0) }",
        "var d = Dictionary<Int, Int>()\nd.values.reduce(0, +)", "var d: [Int: [Int]] = [:]\nlet l = d.map { $0.key }",
        "var d: [Int: Int] = [:]\nlet l = Array(d.values)", "func f(_ d: [Int: Int]) {\nfor x in d {} }", "var d: [Int: Int] = [:]\nlet x = d.first",
        "let s: Set<Int> = []\nfor (i, x) in s.enumerated() {}",
    ])
    func swiftIterationBad(snippet: String) {
        #expect(swift(snippet).map(\.line) == [2])
    }

    @Test("what has a generator, an order or a reason is left alone", arguments: [
        "Int.random(in: 0..<5, using: &generator)", "Double.random(in: a(b)...c, using: &g)", "orders.shuffled(using: &g)",
        "let t = Date(timeIntervalSince1970: x)", "// Date()", "let text = \"Date() .now\"", "/* Int.random(in: 0..<5) */",
        "let nowhere = event.nowish", "let d: [Int: Int] = [:]\nfor x in d.sorted(by: <) {}", "let d: [Int: Int] = [:]\nlet x = d[5]",
        "let a: [Int] = []\nfor x in a {}", "let d: OrderedDictionary<Int, Int> = [:]\nfor x in d {}",
        "let d: [Int: Int] = [:]\nlet n = d.values.reduce(0, +) // ordered: a sum of integers has no order",
        "func f(_ bars: [(key: String, count: Int)]) { for bar in bars {} }",
        "let d: [Int: Int] = [:]\nfor x in data {}", "let d: [Int: Int] = [:]\nfor x in d.keys.sorted() {}",
    ])
    func swiftGood(snippet: String) {
        #expect(swift(snippet) == [])
    }

    @Test("a dictionary of another file of the module is caught, unless the name is an array here")
    func acrossFiles() {
        let loop = SourceFile(path: "x.swift", text: "for x in table.orders {}\n")
        #expect(DeterminismRules.swiftIteration(in: loop, unordered: ["orders"]).count == 1)
        let array = SourceFile(path: "x.swift", text: "let orders: [Int] = []\nfor x in orders {}\n")
        #expect(DeterminismRules.swiftIteration(in: array, unordered: ["orders"]) == [])
    }

    @Test("a clock or chance in C++ is caught", arguments: [
        "int x = rand();", "std::srand(1);", "x = std::rand() % 6;", "std::random_device d;", "auto t = time(nullptr);", "t = std::time(0);",
        "auto t = std::chrono::system_clock::now();", "steady_clock::now()", "clock_gettime(CLOCK_MONOTONIC, &t);",
    ])
    func cxxBad(snippet: String) {
        #expect(cxx("int a;\n\(snippet)\n").map(\.line).first == 2)
    }

    @Test("iteration over an unordered container in C++ is caught", arguments: [
        "std::unordered_map<int, Order> orders_;\nfor (const auto& [id, order] : orders_) use(order);",
        "std::unordered_set<int> ids;\nfor (int id : self->ids) use(id);", "std::unordered_map<int, std::vector<int>> m;\nauto i = m.begin();",
        "void f(const std::unordered_map<int, int>& m) {\nfor (auto& x : m) {} }",
    ])
    func cxxIterationBad(snippet: String) {
        #expect(cxx(snippet).map(\.line) == [2])
    }

    @Test("what has an order in C++ is left alone", arguments: [
        "std::vector<int> v;\nfor (int x : v) {}", "std::unordered_map<int, int> m;\nauto i = m.find(3);", "// rand()", "const char* s = \"rand()\";",
        "brand();", "order.time(3);", "receive_time(0);", "int operand(int);", "char c = '\"'; // rand()", "const int big = 1'000'000; // time(nullptr)",
    ])
    func cxxGood(snippet: String) {
        #expect(cxx(snippet) == [])
    }
}
