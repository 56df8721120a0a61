internal import Foundation
internal import Yams

/// The text of a configuration as a tree with positions, and the single values that were given outside
/// of it. Bounds: one file of at most 1 MiB, at most 1,000 values from outside.
package struct ConfigurationDocument {
    /// One value from outside the file.
    package struct Override {
        package var key: String
        package var text: String
        package var origin: Origin

        package init(key: String, text: String, origin: Origin) {
            self.key = key
            self.text = text
            self.origin = origin
        }

        /// Reads `key=value` of a `--set` option; nil where there is no `=` or no key.
        package init?(option text: String) {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
            self.init(
                key: String(text[..<equals]), text: String(text[text.index(after: equals)...]),
                origin: .commandLine(option: "--set"))
        }
    }

    /// The file's name as messages show it; nil where there is none.
    package var path: String?
    /// The file's text, word for word.
    let text: String
    var root: Node?
    /// Later ones win.
    var overrides: [Override]

    static let maximumBytes = 1 << 20
    static let maximumOverrides = 1_000

    /// The start of the name of an environment variable that gives one value: `MARTLET__RUN__SEED=7`.
    package static let environmentPrefix = "MARTLET__"

    /// Parses YAML text. No text at all is an empty configuration, hence all defaults.
    package init(text: String, path: String?, overrides: [Override] = []) throws(ConfigurationError) {
        self.path = path
        self.text = text
        self.overrides = overrides
        guard overrides.count <= Self.maximumOverrides else {
            throw Self.error(
                path, nil, "expected at most \(Self.maximumOverrides) values from outside the file, were \(overrides.count)",
                "put them into the file")
        }
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.error(path, error)
        } catch {
            throw Self.error(path, nil, "cannot be read as YAML: \(error)", "")
        }
        if case .scalar(let scalar)? = root, scalar.string.isEmpty { root = nil }
    }

    /// Reads a file; without one there are the overrides alone.
    package init(file path: String?, overrides: [Override] = []) throws(ConfigurationError) {
        guard let path else {
            try self.init(text: "", path: nil, overrides: overrides)
            return
        }
        let data = try Self.contents(path)
        guard data.count <= Self.maximumBytes else {
            throw Self.error(path, nil, "expected at most \(Self.maximumBytes) bytes, were more", "is it the right file?")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Self.error(path, nil, "is not UTF-8 text", "save it as UTF-8; is it the right file?")
        }
        try self.init(text: text, path: path, overrides: overrides)
    }

    /// At most one byte more than is allowed; of a pipe too.
    private static func contents(_ path: String) throws(ConfigurationError) -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            var missing = error(path, nil, "no such file", "name an existing file, or leave --config out for the defaults")
            missing.isMissingFile = true
            throw missing
        }
        guard !isFolder.boolValue else { throw error(path, nil, "is a folder", "name the YAML file in it") }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw error(path, nil, "cannot be read", "make it readable for this user")
        }
        defer { try? file.close() }
        do {
            return try file.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw Self.error(path, nil, "cannot be read: \(error.localizedDescription)", "")
        }
    }

    /// The values that environment variables give, in the order of their names.
    package static func overrides(environment: [String: String]) -> [Override] {
        environment.filter { $0.key.hasPrefix(environmentPrefix) }
            .sorted { $0.key < $1.key }
            .map { name, value in
                let key = name.dropFirst(environmentPrefix.count).lowercased().split(
                    separator: "__", omittingEmptySubsequences: false)
                return Override(key: key.joined(separator: "."), text: value, origin: .environment(name: name))
            }
    }

    func origin(_ mark: Mark?) -> Origin {
        .file(path: path ?? "configuration", line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private static func error(_ path: String?, _ mark: Mark?, _ message: String, _ mend: String) -> ConfigurationError {
        let origin = Origin.file(path: path ?? "configuration", line: mark?.line ?? 1, column: mark?.column ?? 1)
        return ConfigurationError(problems: [ConfigurationProblem(origin: origin, key: "", message: message, mend: mend)])
    }

    private static func error(_ path: String?, _ error: YamlError) -> ConfigurationError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return Self.error(path, mark, "is not YAML: \(problem)", "look for a stray quote, tab or indentation in this line")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return Self.error(
                path, context.mark, "\(duplicates.sorted().joined(separator: ", ")) is given more than once", "keep one of them")
        case .reader(let problem, _, _, _):
            return Self.error(path, nil, "is not YAML: \(problem)", "save it as UTF-8 text")
        default:
            return Self.error(path, nil, "is not YAML: \(error)", "")
        }
    }
}
