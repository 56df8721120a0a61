package import Core
package import CxxFix

/// Where and as whom to connect. The password is given by the caller, never read from a file here.
public struct VenueConnection: Sendable {
    public var host = "127.0.0.1"
    public var port: UInt16 = 0
    /// FIX 4.2 instead of 4.4.
    public var isFIX42 = false
    public var sender = "MARTLET"
    public var target = "EXCHANGE"
    public var username = ""
    public var password = ""
    /// Prefix of client order ids.
    public var deployment = "M1"
    public var heartbeatSeconds: UInt32 = 30
    public var cancelOnDisconnect = true
    /// Wall nanoseconds for the first logon, after which the session fails; `nil`: it waits.
    public var logonTimeout: Int64?
    /// A folder with FIX44.xml instead of the built-in dictionary.
    public var dictionaries: String?
    /// `nil`: plaintext, which goes to this machine only.
    public var encryption: VenueEncryption?
    /// `nil`: always open.
    public var hours: SessionHours?
    /// A second session that only listens; `nil`: none.
    public var dropCopy: DropCopy?
    /// Both ends begin anew at 1, once, at the first logon: an operator's word, never the session's own.
    public var resetsSequenceNumbers = false

    public init() {}
}

/// Where and as whom to listen to what the venue tells of our orders, once more.
public struct DropCopy: Sendable {
    public var host: String
    public var port: UInt16
    public var sender: String
    public var target: String
    /// As of the trading session, and apart from it: both at once would lose what either still has to tell.
    public var resetsSequenceNumbers = false

    public init(host: String, port: UInt16, sender: String, target: String) {
        self.host = host
        self.port = port
        self.sender = sender
        self.target = target
    }
}

/// TLS to a venue: whom to believe and who we are. Files are PEM.
public struct VenueEncryption: Sendable {
    /// The authorities believed, and no others; `nil`: the system's.
    public var authorities: String?
    /// What the venue's certificate must bear; `nil`: the host.
    public var serverName: String?
    /// Our certificate with its chain, and its key: both or neither.
    public var certificate: String?
    public var key: String?

    public init() {}
}

extension VenueEncryption {
    /// As the FIX core reads it; the texts live as long as `strings`.
    package func settings(_ strings: CStrings) -> martlet.TlsSettings {
        var settings = martlet.TlsSettings()
        settings.enabled = true
        settings.ca_file = strings.pointer(authorities ?? "")
        settings.server_name = strings.pointer(serverName ?? "")
        settings.certificate_file = strings.pointer(certificate ?? "")
        settings.key_file = strings.pointer(key ?? "")
        return settings
    }
}
