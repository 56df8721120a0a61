internal import Domain
internal import Foundation
internal import Yams

/// Walks a document along the schema that the settings spell out, and keeps account: of every value and
/// its origin, of every problem, of every key that nobody asked for.
///
///     var reader = ConfigurationReader(document)
///     reader.section("run") { section in
///         section.value("seed", &seed, "what chance starts from")
///     }
///     try reader.finish()
///
/// The defaults are what the variables hold before they are read: there is no second place for them.
package struct ConfigurationReader {
    /// One value as `config explain` shows it.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var text: String
        package var origin: Origin
        package var meaning: String
        package var expectation: String
    }

    /// Where a value was looked for: at a section of the file, or nowhere but outside of it.
    struct Place {
        var path: String
        var mapping: Node.Mapping?
        var origin: Origin
    }

    let document: ConfigurationDocument
    private(set) package var entries: [Entry] = []
    private(set) package var problems: [ConfigurationProblem] = []
    private var overrides: [String: ConfigurationDocument.Override] = [:]
    private var unused: [String]
    private var strangers: [(section: String, key: String, origin: Origin)] = []
    private var place: Place
    private var asked: Set<String> = []

    package init(_ document: ConfigurationDocument) {
        self.document = document
        unused = document.overrides.map(\.key)
        place = Place(path: "", mapping: nil, origin: .standard)
        for override in document.overrides { overrides[override.key] = override }
        guard let root = document.root else { return }
        place.origin = document.origin(root.mark)
        place.mapping = mapping(of: root, at: "", origin: place.origin)
    }

    // MARK: values

    /// Reads one scalar into `target`, which holds the default.
    package mutating func value<Value: ConfigurationValue>(_ key: String, _ target: inout Value, _ meaning: String) {
        read(key, meaning, Value.expectation, target.configurationText) { text in
            guard let value = Value(configuration: text) else { return .expected(Value.expectation) }
            target = value
            return .taken(value.configurationText)
        }
    }

    /// Reads one scalar within bounds, both ends included.
    package mutating func value<Value: ConfigurationValue & Comparable>(
        _ key: String, _ target: inout Value, in allowed: ClosedRange<Value>, _ meaning: String
    ) {
        let bounds = "\(allowed.lowerBound.configurationText) to \(allowed.upperBound.configurationText)"
        read(key, meaning, "\(Value.expectation); \(bounds)", target.configurationText) { text in
            guard let value = Value(configuration: text) else { return .expected(Value.expectation) }
            guard allowed.contains(value) else { return .expected(bounds) }
            target = value
            return .taken(value.configurationText)
        }
    }

    /// Reads a scalar that may be absent; `none` in the file says so.
    package mutating func optional<Value: ConfigurationValue>(_ key: String, _ target: inout Value?, _ meaning: String) {
        let expectation = Value.expectation + ", or none"
        read(key, meaning, expectation, target?.configurationText ?? "none") { text in
            if text == "none" {
                target = nil
                return .taken(text)
            }
            guard let value = Value(configuration: text) else {
                return Value.isConfidential ? .confidential(expectation) : .expected(expectation)
            }
            target = value
            return .taken(value.configurationText)
        }
    }

    /// Reads `[a, b, c]`, at most `limit` of them.
    package mutating func values<Value: ConfigurationValue>(
        _ key: String, _ target: inout [Value], _ meaning: String, limit: Int = 1_000
    ) {
        let standard = Self.listText(target)
        let expectation = "a list of at most \(limit), each \(Value.expectation)"
        guard let (node, origin) = lookUp(key) else {
            return note(key, standard, .standard, meaning, expectation)
        }
        guard case .sequence(let sequence) = node, sequence.count <= limit else {
            return refuse(key, origin, expectation, Self.kind(of: node))
        }
        var values: [Value] = []
        for element in sequence {
            guard case .scalar(let scalar) = element, let value = Value(configuration: scalar.string) else {
                return refuse(key, origin.at(element.mark), Value.expectation, Self.kind(of: element))
            }
            values.append(value)
        }
        target = values
        note(key, Self.listText(values), origin, meaning, expectation)
    }

    /// Every key of this section is somebody else's.
    package mutating func takeAll() {
        for (key, _) in place.mapping ?? [:] { asked.insert(key.scalar?.string ?? "") }
    }

    // MARK: sections

    /// Reads a section of its own.
    package mutating func section(_ key: String, _ body: (inout ConfigurationReader) -> Void) {
        asked.insert(key)
        let path = join(key)
        guard let node = node(key) else {
            return enter(Place(path: path, mapping: nil, origin: place.origin), body)
        }
        let origin = document.origin(node.mark)
        enter(Place(path: path, mapping: mapping(of: node, at: path, origin: origin), origin: origin), body)
    }

    /// Reads a list of sections. Where the file has one it replaces the default whole: each item starts
    /// from `blank` and must state the keys in `required`.
    package mutating func list<Item>(
        _ key: String, _ target: inout [Item], blank: Item, required: [String], limit: Int,
        _ body: (inout ConfigurationReader, inout Item) -> Void
    ) {
        asked.insert(key)
        let path = join(key)
        guard let node = node(key) else {
            for index in target.indices {
                enter(Place(path: "\(path)[\(index)]", mapping: nil, origin: .standard)) { body(&$0, &target[index]) }
            }
            return
        }
        let origin = document.origin(node.mark)
        guard case .sequence(let sequence) = node, (1...limit).contains(sequence.count) else {
            return problem(origin, path, "expected a list of 1 to \(limit) sections, was \(Self.kind(of: node))", "start each with a dash")
        }
        var items: [Item] = []
        for (index, element) in sequence.enumerated() {
            let itemPath = "\(path)[\(index)]"
            let itemOrigin = document.origin(element.mark)
            let mapping = mapping(of: element, at: itemPath, origin: itemOrigin)
            for name in required where mapping != nil && mapping.flatMap({ Self.find(name, in: $0) }) == nil && overrides["\(itemPath).\(name)"] == nil {
                problem(itemOrigin, itemPath, "has no \(name)", "add a line \(name): …")
            }
            var item = blank
            enter(Place(path: itemPath, mapping: mapping, origin: itemOrigin)) { body(&$0, &item) }
            items.append(item)
        }
        target = items
    }

    // MARK: the end

    /// A problem that only several values together show, at the place where `key` was given.
    package mutating func problem(key: String, _ message: String, _ mend: String) {
        problem(origin(of: key), key, message, mend)
    }

    /// Where a value was given; where it was not, and it is one of a list's items, where something else of that item was.
    private func origin(of key: String) -> Origin {
        if let entry = entries.first(where: { $0.key == key }), entry.origin != .standard { return entry.origin }
        var section = key[...]
        while let dot = section.lastIndex(of: "."), section.contains("[") {
            section = section[..<dot]
            if let entry = entries.first(where: { $0.key.hasPrefix(section + ".") && $0.origin != .standard }) { return entry.origin }
        }
        return .standard
    }

    /// The same of a key of the section that is being read.
    package mutating func problem(here key: String, _ message: String, _ mend: String) { problem(key: join(key), message, mend) }

    /// Nobody gave the value.
    func isDefault(_ key: String) -> Bool { entries.first { $0.key == key }?.origin == .standard }

    /// Reports what nobody asked for; throws where there is any problem, in the order of the file.
    package mutating func finish() throws(ConfigurationError) {
        leave()
        let known = entries.map(\.key)
        for stranger in strangers {
            let path = stranger.section.isEmpty ? stranger.key : "\(stranger.section).\(stranger.key)"
            problem(stranger.origin, path, "is not a key", Suggestion.mend(path, known: known))
        }
        strangers = []
        for key in unused where !known.contains(key) {
            guard let override = overrides[key] else { continue }
            problem(override.origin, key, "is not a key", Suggestion.mend(key, known: known))
        }
        unused = []
        if !problems.isEmpty {
            throw ConfigurationError(problems: problems.sorted { $0.origin.order < $1.origin.order })
        }
    }

    // MARK: inside

    private func join(_ key: String) -> String { place.path.isEmpty ? key : "\(place.path).\(key)" }

    private mutating func enter(_ inner: Place, _ body: (inout ConfigurationReader) -> Void) {
        let outer = place
        let outerAsked = asked
        place = inner
        asked = []
        body(&self)
        leave()
        place = outer
        asked = outerAsked
    }

    /// Notes the keys of the current section that nobody asked for.
    private mutating func leave() {
        guard let mapping = place.mapping else { return }
        for (keyNode, _) in mapping {
            let key = keyNode.scalar?.string ?? ""
            if !asked.contains(key) { strangers.append((place.path, key, document.origin(keyNode.mark))) }
        }
    }

    /// The node of the current section in the file.
    private func node(_ key: String) -> Node? {
        place.mapping.flatMap { Self.find(key, in: $0) }
    }

    /// By the key's text, not by the value that YAML takes it for: `on` and `no` are words here.
    private static func find(_ key: String, in mapping: Node.Mapping) -> Node? {
        mapping.first { $0.key.scalar?.string == key }?.value
    }

    /// The node that gives `key` and where it is from: command line and environment before the file.
    private mutating func lookUp(_ key: String) -> (Node, Origin)? {
        asked.insert(key)
        if let override = overrides[join(key)] {
            // Only a list needs YAML; any other text is taken as it stands.
            if override.text.hasPrefix("["), let list = try? Yams.compose(yaml: override.text) {
                return (list, override.origin)
            }
            return (.scalar(Node.Scalar(override.text)), override.origin)
        }
        return node(key).map { ($0, document.origin($0.mark)) }
    }

    /// What became of a text: the value as it would be written, or what was expected instead.
    private enum Verdict {
        case taken(String)
        case expected(String)
        /// The same, and the text must not be repeated: it may be a secret.
        case confidential(String)
    }

    private mutating func read(
        _ key: String, _ meaning: String, _ expectation: String, _ standard: String, _ accept: (String) -> Verdict
    ) {
        guard let (node, origin) = lookUp(key) else { return note(key, standard, .standard, meaning, expectation) }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            return refuse(key, origin, expectation, Self.kind(of: node))
        }
        switch accept(scalar.string) {
        case .taken(let text): note(key, text, origin, meaning, expectation)
        case .expected(let expected): refuse(key, origin, expected, "'\(scalar.string)'")
        case .confidential(let expected): refuse(key, origin, expected, "something else")
        }
    }

    private mutating func note(_ key: String, _ text: String, _ origin: Origin, _ meaning: String, _ expectation: String) {
        entries.append(Entry(key: join(key), text: text, origin: origin, meaning: meaning, expectation: expectation))
    }

    private mutating func refuse(_ key: String, _ origin: Origin, _ expected: String, _ was: String) {
        note(key, was, origin, "", "")
        problem(origin, join(key), "expected \(expected), was \(was)", "")
    }

    private mutating func problem(_ origin: Origin, _ key: String, _ message: String, _ mend: String) {
        problems.append(ConfigurationProblem(origin: origin, key: key, message: message, mend: mend))
    }

    private mutating func mapping(of node: Node, at path: String, origin: Origin) -> Node.Mapping? {
        if case .mapping(let mapping) = node { return mapping }
        problem(origin, path, "expected a section of `key: value` lines, was \(Self.kind(of: node))", "")
        return nil
    }

    private static func listText(_ values: [some ConfigurationValue]) -> String {
        "[" + values.map(\.configurationText).joined(separator: ", ") + "]"
    }

    private static func kind(of node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
        case .mapping: "a section"
        case .sequence(let sequence): "a list of \(sequence.count)"
        case .alias: "an alias"
        }
    }
}

extension Origin {
    /// The place of a part of this value.
    fileprivate func at(_ mark: Mark?) -> Origin {
        guard case .file(let path, _, _) = self, let mark else { return self }
        return .file(path: path, line: mark.line, column: mark.column)
    }

    /// Problems in the file first, from its top; then those from outside.
    fileprivate var order: (Int, Int) {
        guard case .file(_, let line, let column) = self else { return (.max, 0) }
        return (line, column)
    }
}
