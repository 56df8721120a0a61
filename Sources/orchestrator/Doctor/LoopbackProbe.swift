internal import Glibc

/// Whether anybody listens at a TCP port of this machine.
enum LoopbackProbe {
    enum State: Equatable {
        case answered
        case free
        case failed(String)
    }

    static func state(ofPort port: UInt16) -> State {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return .failed(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return .answered }
        return errno == ECONNREFUSED ? .free : .failed(String(cString: strerror(errno)))
    }
}
