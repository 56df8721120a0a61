internal import Foundation

/// Reads secrets from where the configuration says they are kept.
package enum Secret {
    /// At most 4096 bytes; one line end at the end of a file is not part of the secret.
    package static func read(
        _ source: SecretSource, environment: [String: String]
    ) -> Result<String, CommandFailure> {
        switch source {
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                return .failure(CommandFailure(.refused, "the environment variable \(name) holds no secret; set it for this process"))
            }
            return .success(value)
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path), data.count <= 4096 else {
                return .failure(CommandFailure(.refused, "the secret's file \(path) cannot be read or is larger than 4096 bytes"))
            }
            var text = String(decoding: data, as: UTF8.self)
            if text.hasSuffix("\n") { text.removeLast() }
            guard !text.isEmpty else { return .failure(CommandFailure(.refused, "the secret's file \(path) is empty")) }
            return .success(text)
        }
    }
}
