internal import Core
internal import CxxFix
internal import Foundation

/// The acceptor's session test mode: the sessions of the standard test client in FIX 4.2 and 4.4, whose application sends back
/// what it gets. It has no books; what the sessions keep is gone with it.
final class EchoVenue {
    private let session: UnsafeMutablePointer<martlet.EchoSession>
    private let strings = CStrings()
    private let folder: String

    init(port: UInt16, dictionaries: String) throws(CommandFailure) {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-echo-\(UUID().uuidString)").path
        session = .allocate(capacity: 1)
        session.initialize(to: martlet.EchoSession())
        var settings = martlet.EchoSettings()
        settings.port = port
        settings.dictionary_directory = strings.pointer(dictionaries)
        settings.data_directory = strings.pointer(folder)
        let status = session.pointee.start(settings)
        guard status == .ok else {
            let reason = CStrings.text { session.pointee.last_error($0, $1) }
            throw CommandFailure(Self.exit(status), "venue: \(String(cString: martlet.fix_status_text(status))): \(reason)")
        }
    }

    private static func exit(_ status: martlet.FixStatus) -> ExitStatus {
        switch status {
        case .dictionary_failed: .missingInput
        case .store_failed: .inputOutput
        default: .unavailable
        }
    }

    var port: UInt16 { session.pointee.port() }

    /// Logs the clients out and hangs up on those that do not answer.
    func stop() { session.pointee.stop(2_000) }

    deinit {
        session.deinitialize(count: 1)
        session.deallocate()
        try? FileManager.default.removeItem(atPath: folder) // at worst a few bytes of the tests' messages stay
    }
}
