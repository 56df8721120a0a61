internal import Foundation

/// Where a secret is to be read from. The file itself never holds one.
package enum SecretSource: ConfigurationValue, Hashable {
    case environment(String)
    case file(String)

    package static var isConfidential: Bool { true }
    package static var expectation: String {
        "where the secret is kept, environment:NAME or file:PATH (never the secret itself)"
    }
    package init?(configuration text: String) {
        if text.hasPrefix("environment:"), text.utf8.count > 12 {
            self = .environment(String(text.dropFirst(12)))
        } else if text.hasPrefix("file:"), text.utf8.count > 5 {
            self = .file(String(text.dropFirst(5)))
        } else {
            return nil
        }
    }
    package var configurationText: String {
        switch self {
        case .environment(let name): "environment:\(name)"
        case .file(let path): "file:\(path)"
        }
    }
}

extension VenueSettings {
    /// The logon's password; nil where none is asked for.
    func readPassword() throws(CommandFailure) -> String? {
        guard let password else { return nil }
        return try Secret.read(password, environment: ProcessInfo.processInfo.environment).get()
    }
}

/// A version of FIX, by its BeginString.
package enum ProtocolVersion: String, ConfigurationChoice {
    case fix42 = "FIX.4.2"
    case fix44 = "FIX.4.4"
}

/// `venue`: the FIX session and what is at its other end.
package struct VenueSettings: Sendable {
    /// Whether the simulated exchange is started in this process; else one is expected at host and port.
    package var embedded = true
    package var host = "127.0.0.1"
    /// 0: the embedded exchange takes a free one.
    package var port: UInt16 = 0
    package var speed = Speed(240)
    package var version = ProtocolVersion.fix44
    package var senderCompID = "MARTLET"
    package var targetCompID = "MSIM"
    package var username = "martlet"
    package var password: SecretSource?
    package var heartbeat = Nanoseconds.seconds(30)
    /// Wall time for the first logon; nil: for ever.
    package var logonTimeout: Nanoseconds? = .seconds(30)
    package var cancelOnDisconnect = true
    /// Folder with FIX44.xml; nil: the project's own dictionary.
    package var dictionaries: String?
    /// Prefix of client order ids: another one for each deployment that shares an account.
    package var deployment = "M1"
    package var tls = TLSSettings()
    package var hours = HoursSettings()
    package var dropCopy = DropCopySettings()

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("embedded", &embedded, "start the simulated exchange in this process; false: connect to host and port")
        reader.value("host", &host, "address of the venue; without TLS only this machine (127.0.0.1, ::1, localhost)")
        reader.value("port", &port, "TCP port of the venue; 0: the embedded exchange takes a free one")
        reader.value("speed", &speed, in: Speed(0.001)...Speed(10_000), "how many times faster than the wall clock the simulated exchange runs")
        reader.value("version", &version, "FIX version; FIX.4.2 has no passwords, and no way to ask for open orders as a whole, executions and positions")
        reader.value("sender_comp_id", &senderCompID, "our name in the FIX session (SenderCompID)")
        reader.value("target_comp_id", &targetCompID, "the venue's name in the FIX session (TargetCompID)")
        reader.value("username", &username, "user name of the logon")
        reader.optional("password", &password, "where the logon's password is kept; none: the exchange asks for none")
        reader.value("heartbeat", &heartbeat, in: .seconds(1)...(.minutes(10)), "time between heartbeats, wall clock, whole seconds")
        reader.optional("logon_timeout", &logonTimeout, "time for the first logon, wall clock, after which the session ends; none: it waits")
        reader.value("cancel_on_disconnect", &cancelOnDisconnect, "ask the venue to cancel our orders when the session is lost")
        reader.optional("dictionaries", &dictionaries, "folder with a FIX44.xml to validate by; none: the project's own")
        reader.value("deployment", &deployment, "prefix of client order ids, at most 7 letters and digits: another for each deployment on one account")
        reader.section("tls") { tls.read(&$0) }
        reader.section("hours") { hours.read(&$0) }
        reader.section("drop_copy") { dropCopy.read(&$0) }
    }
}

/// `venue.tls`: how the session with a venue is encrypted.
package struct TLSSettings: Sendable {
    package var enabled = false
    /// PEM file; nil: the system's authorities.
    package var authorities: String?
    /// nil: the host.
    package var serverName: String?
    package var certificate: String?
    package var key: String?

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("enabled", &enabled, "encrypt the session: TLS 1.2 or later, the venue's certificate checked")
        reader.optional("ca_file", &authorities, "PEM file of the authorities that are believed, and no others; none: the system's")
        reader.optional("server_name", &serverName, "name or address that the venue's certificate must bear; none: the host")
        reader.optional("certificate", &certificate, "PEM file of our certificate and its chain, where the venue asks for one")
        reader.optional("key", &key, "PEM file of the certificate's private key")
    }
}

/// `venue.drop_copy`: a second session that only listens to what the venue tells of our orders.
package struct DropCopySettings: Sendable {
    package var enabled = false
    /// nil: the venue's.
    package var host: String?
    package var port: UInt16?
    package var senderCompID = "MARTLETDC"
    package var targetCompID: String?

    mutating func read(_ reader: inout ConfigurationReader) {
        reader.value("enabled", &enabled, "listen to copies of our execution reports: what the books lack is asked for, and blocks new risk")
        reader.optional("host", &host, "address of the copies; none: venue.host")
        reader.optional("port", &port, "TCP port of the copies; none: venue.port")
        reader.value("sender_comp_id", &senderCompID, "our name in the session of the copies")
        reader.optional("target_comp_id", &targetCompID, "the venue's name in it; none: venue.target_comp_id")
    }
}
