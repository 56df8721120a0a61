internal import Glibc

extension Doctor {
    /// The shared libraries that the core uses, by the names of Debian 12, and the function that tells a
    /// version.
    private static let known: [(subject: String, file: String, version: String?)] = [
        ("quickfix", "libquickfix.so.17", nil),
        ("openssl", "libcrypto.so.3", "OpenSSL_version"),
        ("zstd", "libzstd.so.1", "ZSTD_versionString"),
        ("zlib", "libz.so.1", "zlibVersion"),
        ("simdjson", "libsimdjson.so.14", nil),
    ]

    static func libraries() -> [Finding] {
        known.map { library in
            guard let handle = dlopen(library.file, RTLD_NOW | RTLD_LOCAL) else {
                return Finding(
                    subject: library.subject, verdict: .failed, detail: "\(library.file) cannot be loaded",
                    mend: "./martlet run installs what is missing")
            }
            defer { dlclose(handle) }
            guard let name = library.version, let symbol = dlsym(handle, name) else {
                return Finding(subject: library.subject, verdict: .ok, detail: library.file)
            }
            // All three take nothing or one ignored number and return a static string.
            typealias Version = @convention(c) (Int32) -> UnsafePointer<CChar>
            let version = String(cString: unsafeBitCast(symbol, to: Version.self)(0))
            return Finding(subject: library.subject, verdict: .ok, detail: "\(library.file) (\(version))")
        }
    }
}
