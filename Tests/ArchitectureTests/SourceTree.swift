import Foundation

/// The package's files.
enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The names of the folders in `path`, sorted.
    static func folders(in path: String) throws -> [String] {
        let folder = root.appendingPathComponent(path)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().filter { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path, isDirectory: &isFolder)
            return isFolder.boolValue
        }
    }

    /// Every file under `path` that ends in one of `extensions`, sorted by path.
    static func files(under path: String, _ extensions: String...) throws -> [SourceFile] {
        let folder = root.appendingPathComponent(path)
        guard let walk = FileManager.default.enumerator(atPath: folder.path) else { return [] }
        let names = walk.compactMap { $0 as? String }.filter { name in extensions.contains { name.hasSuffix("." + $0) } }
        return try names.sorted().map { try file("\(path)/\($0)") }
    }

    static func file(_ path: String) throws -> SourceFile {
        SourceFile(path: path, text: try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8))
    }
}
