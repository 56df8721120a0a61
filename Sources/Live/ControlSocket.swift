internal import Glibc

/// The control socket as a file: `control.socket` in the data folder, for its owner alone.
///
///     client ──"kill\n"──►  socket  ──► ControlServer ──HostEvent{control}──► InboundRing ──► engine
///            ◄──"ok\n"────                             ◄── SIGUSR1
struct ControlSocket {
    static let fileName = "control.socket"
    /// Longest request or answer, in bytes.
    static let longestRequest = 64
    static let longestAnswer = 1 << 16

    let folder: String

    /// A socket that listens; a file that a dead process left behind is replaced.
    func listen() throws(ControlError) -> Int32 {
        if let other = try connected() {
            close(other)
            throw .alreadyRunning(folder: folder)
        }
        unlink("\(folder)/\(Self.fileName)")
        let descriptor = try made()
        // On Linux the mode before bind is the mode of the file: at no moment is it open to others.
        fchmod(descriptor, 0o600)
        guard try withAddress({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 8) == 0 else {
            defer { close(descriptor) }
            throw Self.failure("cannot listen on \(folder)/\(Self.fileName)")
        }
        return descriptor
    }

    /// A socket connected to the process that listens, or nil where none does.
    func connected() throws(ControlError) -> Int32? {
        let descriptor = try made()
        let result = try withAddress { connect(descriptor, $0, $1) }
        if result == 0 { return descriptor }
        let reason = errno
        close(descriptor)
        if reason == ENOENT || reason == ECONNREFUSED { return nil }
        throw .failed("cannot reach \(folder)/\(Self.fileName): \(String(cString: strerror(reason)))")
    }

    /// Whether the process at the other end belongs to this user or to root.
    static func peerIsOwner(_ descriptor: Int32) -> Bool {
        var credentials = ucred()
        var length = socklen_t(MemoryLayout<ucred>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return false }
        return credentials.uid == geteuid() || credentials.uid == 0
    }

    static func setTimeout(_ descriptor: Int32, seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        let length = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, length)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, length)
    }

    /// Reads up to a line's end, at most `limit` bytes; nil where the peer says none in time.
    static func readLine(_ descriptor: Int32, limit: Int) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < limit {
            let got = recv(descriptor, &buffer, min(buffer.count, limit - bytes.count), 0)
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { return nil }
            bytes += buffer[..<got]
            if let end = bytes.firstIndex(of: 0x0A) { return String(decoding: bytes[..<end], as: UTF8.self) }
        }
        return nil
    }

    static func writeLine(_ descriptor: Int32, _ text: String) {
        var bytes = Array((text + "\n").utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent < 0 && errno == EINTR { continue }
            guard sent > 0 else { return }
            bytes = bytes.dropFirst(sent)
        }
    }

    static func failure(_ what: String) -> ControlError { .failed("\(what): \(String(cString: strerror(errno)))") }

    private func made() throws(ControlError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("cannot make a socket") }
        return descriptor
    }

    /// A path of more than 107 bytes does not fit an address: it is then named through the folder's
    /// descriptor.
    private func withAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws(ControlError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        var path = "\(folder)/\(Self.fileName)"
        var folderDescriptor: Int32 = -1
        if path.utf8.count >= capacity {
            folderDescriptor = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC)
            guard folderDescriptor >= 0 else { throw Self.failure("cannot open \(folder)") }
            path = "/proc/self/fd/\(folderDescriptor)/\(Self.fileName)"
        }
        defer { if folderDescriptor >= 0 { close(folderDescriptor) } }
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            target.copyBytes(from: path.utf8)
        }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        return result
    }
}
