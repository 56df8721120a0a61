import Foundation
import Testing
import orchestrator

@Suite struct DoctorTests {
    private func finding(_ subject: String, _ change: (inout RunConfiguration) -> Void) throws -> Doctor.Finding {
        var configuration = RunConfiguration()
        configuration.run.data = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID())").path
        change(&configuration)
        return try #require(Doctor(configuration: configuration, environment: [:]).findings().first { $0.subject.hasPrefix(subject) })
    }

    @Test("a machine that built the program passes, and nothing is left behind")
    func healthy() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-doctor-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = RunConfiguration()
        configuration.run.data = folder.path
        configuration.run.journalSegment = .mebibytes(1)
        let failed = Doctor(configuration: configuration, environment: [:]).findings().filter { $0.verdict == .failed }
        #expect(failed.map(\.subject) == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test("a data folder that cannot be written is a failure")
    func readOnly() throws {
        #expect(try finding("data folder") { $0.run.data = "/proc/martlet" }.verdict == .failed)
        #expect(try finding("data folder") { $0.run.data = "/dev/null" }.verdict == .failed)
        #expect(try finding("data folder") { $0.run.data = "/dev/null/martlet" }.verdict == .failed)
    }

    @Test("too little disk space is a failure")
    func fullDisk() throws {
        #expect(try finding("disk space") { $0.run.journalSegment = ByteCount(1 << 60) }.verdict == .failed)
    }

    @Test("a password that is configured and not there is a failure")
    func password() throws {
        #expect(try finding("password") { $0.venue.password = .environment("MISSING") }.verdict == .failed)
        #expect(try finding("password") { $0.venue.password = .file("/nonexistent") }.verdict == .failed)
        #expect(try finding("password") { _ in }.verdict == .ok)
    }
}
