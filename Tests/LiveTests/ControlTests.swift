import CxxEvent
import CxxTelemetry
import Foundation
import Glibc
import Live
import Risk
import Testing

/// A server on a folder of its own, with its ring. Serialized, since SIGUSR1 belongs to the process.
@Suite(.serialized) struct ControlTests {
    fileprivate final class Fixture {
        let folder: String
        let ring: UnsafeMutablePointer<martlet.InboundRing>
        let server: ControlServer

        init(capacity: Int = 16, folderName: String = "control-\(UUID())") throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent(folderName).path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            ring = .allocate(capacity: 1)
            ring.initialize(to: martlet.InboundRing(capacity))
            server = try ControlServer(folder: folder, ring: ring) { "{\"events\": 12}" }
        }

        /// What reached the engine, waiting for it at most ten seconds.
        func next() -> martlet.HostEvent? {
            var record = martlet.InboundRecord()
            guard ring.pointee.wait(10_000_000_000), ring.pointee.try_pop(&record) else { return nil }
            return record.host()
        }

        func end() {
            server.stop()
            ring.deinitialize(count: 1)
            ring.deallocate()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    @Test("each request of an operator reaches the engine as its control event")
    func requests() throws {
        let fixture = try Fixture()
        defer { fixture.end() }
        for request in ControlRequest.allCases {
            guard let action = request.action else { continue }
            #expect(try ControlClient(folder: fixture.folder).send(request) == "")
            let event = try #require(fixture.next())
            #expect(event.kind == .control)
            #expect(event.code == action.rawValue)
            #expect(event.id == (request == .kill ? UInt64(KillCause.operator.rawValue) : 0))
        }
    }

    @Test("status is answered beside the engine")
    func status() throws {
        let fixture = try Fixture()
        defer { fixture.end() }
        #expect(try ControlClient(folder: fixture.folder).send(.status) == "{\"events\": 12}")
        #expect(fixture.ring.pointee.approximate_size() == 0)
    }

    @Test("SIGUSR1 reaches the engine as a kill by signal")
    func signal() throws {
        let fixture = try Fixture()
        defer { fixture.end() }
        kill(getpid(), SIGUSR1)
        let event = try #require(fixture.next())
        #expect(event.code == martlet.ControlAction.kill.rawValue)
        #expect(event.id == UInt64(KillCause.signal.rawValue))
    }

    @Test("a full stream refuses the request and says so")
    func full() throws {
        let fixture = try Fixture(capacity: 2)
        defer { fixture.end() }
        var filler = martlet.HostEvent()
        filler.kind = .timer
        while fixture.ring.pointee.try_push(filler) {}
        #expect(throws: ControlError.refused("the engine's stream is full")) {
            try ControlClient(folder: fixture.folder).send(.kill)
        }
    }

    @Test("the socket is the owner's alone, and goes with the server")
    func permissions() throws {
        let fixture = try Fixture()
        var facts = stat()
        #expect(stat("\(fixture.folder)/control.socket", &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
        fixture.end()
        #expect(throws: ControlError.notRunning(folder: fixture.folder)) { try ControlClient(folder: fixture.folder).send(.kill) }
    }

    @Test("a second process on the same folder is refused; what a dead one left is replaced")
    func exclusive() throws {
        let fixture = try Fixture()
        defer { fixture.end() }
        #expect(throws: ControlError.alreadyRunning(folder: fixture.folder)) {
            _ = try ControlServer(folder: fixture.folder, ring: fixture.ring) { "" }
        }
        let stale = FileManager.default.temporaryDirectory.appendingPathComponent("stale-\(UUID())").path
        try FileManager.default.createDirectory(atPath: stale, withIntermediateDirectories: true)
        let dead = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(stale)/control.socket".utf8) }
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = bind(dead, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        close(dead)
        let server = try ControlServer(folder: stale, ring: fixture.ring) { "alive" }
        #expect(try ControlClient(folder: stale).send(.status) == "alive")
        server.stop()
        try FileManager.default.removeItem(atPath: stale)
    }

    @Test("a folder whose path does not fit a socket's address works")
    func longPath() throws {
        let fixture = try Fixture(folderName: "control-\(UUID())/" + String(repeating: "long/", count: 30))
        defer { fixture.end() }
        try ControlClient(folder: fixture.folder).send(.stop)
        #expect(fixture.next()?.code == martlet.ControlAction.stop.rawValue)
    }

    @Test("what is no request is refused, and the next one still served")
    func malformed() throws {
        let fixture = try Fixture()
        defer { fixture.end() }
        #expect(fixture.ask("nonsense\n").hasPrefix("error expected one of kill"))
        #expect(fixture.ask(String(repeating: "x", count: 5_000)) == "")
        try ControlClient(folder: fixture.folder).send(.kill)
        #expect(fixture.next()?.code == martlet.ControlAction.kill.rawValue)
    }
}

extension ControlTests.Fixture {
    /// The raw answer to raw bytes.
    fileprivate func ask(_ text: String) -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(folder)/control.socket".utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { return "not connected" }
        let bytes = Array(text.utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
        var answer = [UInt8](repeating: 0, count: 4096)
        let got = recv(descriptor, &answer, answer.count, 0)
        return got > 0 ? String(decoding: answer[..<got], as: UTF8.self) : ""
    }
}
