internal import Foundation
internal import Glibc

/// Looks at the machine as a run would find it.
package struct Doctor {
    package enum Verdict: String, Codable, Sendable {
        case ok
        case doubtful
        case failed
    }

    package struct Finding: Codable, Sendable {
        package var subject: String
        package var verdict: Verdict
        package var detail: String
        package var mend: String = ""
    }

    let configuration: RunConfiguration
    let environment: [String: String]

    package init(configuration: RunConfiguration, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.configuration = configuration
        self.environment = environment
    }

    package func findings() -> [Finding] {
        [dataFolder(), diskSpace(), port(), password(), clock(), fileDescriptors()] + Self.libraries()
    }

    // MARK: files

    /// The nearest folder that exists on the way to the data folder.
    private var nearestFolder: String {
        var path = URL(fileURLWithPath: configuration.run.data).standardizedFileURL
        while !FileManager.default.fileExists(atPath: path.path), path.path != "/" { path.deleteLastPathComponent() }
        return path.path
    }

    func dataFolder() -> Finding {
        let wanted = URL(fileURLWithPath: configuration.run.data).standardizedFileURL.path
        let folder = nearestFolder
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
        guard isFolder.boolValue else {
            return Finding(subject: "data folder", verdict: .failed, detail: "\(folder) is not a folder", mend: "set run.data to another")
        }
        let probe = folder + "/.martlet-probe-\(getpid())"
        let file = open(probe, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            return Finding(
                subject: "data folder", verdict: .failed, detail: "\(folder): \(reason)", mend: "make it writable or set run.data to another")
        }
        let synced = write(file, "x", 1) == 1 && fsync(file) == 0
        let reason = String(cString: strerror(errno))
        close(file)
        unlink(probe)
        guard synced else { return Finding(subject: "data folder", verdict: .failed, detail: "\(folder): \(reason)", mend: "is the disk full?") }
        return Finding(
            subject: "data folder", verdict: .ok,
            detail: folder == wanted ? "\(wanted) can be written" : "\(wanted) will be made; \(folder) can be written")
    }

    /// A journal segment and as much again for snapshots and reports is the least that a run can do with.
    func diskSpace() -> Finding {
        var status = statvfs()
        guard statvfs(nearestFolder, &status) == 0 else {
            return Finding(subject: "disk space", verdict: .failed, detail: String(cString: strerror(errno)), mend: "")
        }
        let free = Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
        let least = 2 * configuration.run.journalSegment.count
        let detail = "\(free >> 20) MiB free"
        if free < least {
            return Finding(
                subject: "disk space", verdict: .failed, detail: detail, mend: "at least \(least >> 20) MiB are needed (2 × run.journal_segment)")
        }
        return Finding(subject: "disk space", verdict: free < 4 * least ? .doubtful : .ok, detail: detail)
    }

    func fileDescriptors() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Finding(
            subject: "open files", verdict: limit.rlim_cur < 256 ? .doubtful : .ok, detail: "\(limit.rlim_cur) allowed",
            mend: limit.rlim_cur < 256 ? "ulimit -n 1024" : "")
    }

    func password() -> Finding {
        guard let source = configuration.venue.password else {
            let needed = !configuration.venue.embedded
            return Finding(
                subject: "password", verdict: needed ? .doubtful : .ok,
                detail: needed ? "none is configured for \(configuration.venue.targetCompID)" : "the embedded exchange needs none",
                mend: needed ? "set venue.password to environment:NAME or file:PATH" : "")
        }
        switch Secret.read(source, environment: environment) {
        case .success: return Finding(subject: "password", verdict: .ok, detail: "found (\(source.configurationText))")
        case .failure(let failure): return Finding(subject: "password", verdict: .failed, detail: failure.message)
        }
    }

    // MARK: network and clock

    func port() -> Finding {
        let venue = configuration.venue
        let name = "port \(venue.port)"
        if venue.port == 0 { return Finding(subject: "port", verdict: .ok, detail: "the embedded exchange takes a free one") }
        let there = LoopbackProbe.state(ofPort: venue.port)
        switch (venue.embedded, there) {
        case (true, .free): return Finding(subject: name, verdict: .ok, detail: "is free for the embedded exchange")
        case (true, .answered):
            return Finding(subject: name, verdict: .failed, detail: "is in use", mend: "set venue.port to another, or to 0 for a free one")
        case (false, .answered): return Finding(subject: name, verdict: .ok, detail: "answers at \(venue.host)")
        case (false, .free):
            return Finding(
                subject: name, verdict: .failed, detail: "nobody answers at \(venue.host)", mend: "start the venue: orchestrator venue")
        case (_, .failed(let reason)): return Finding(subject: name, verdict: .failed, detail: reason)
        }
    }

    /// The wall clock is compared with the monotonic one: steps between the two would stamp events wrongly.
    func clock() -> Finding {
        var previous = Self.nanoseconds(CLOCK_MONOTONIC)
        let offset = Self.nanoseconds(CLOCK_REALTIME) - previous
        var backward = 0
        for _ in 0..<10_000 {
            let now = Self.nanoseconds(CLOCK_MONOTONIC)
            if now < previous { backward += 1 }
            previous = now
        }
        let drift = Self.nanoseconds(CLOCK_REALTIME) - Self.nanoseconds(CLOCK_MONOTONIC) - offset
        guard backward == 0 else {
            return Finding(subject: "clock", verdict: .failed, detail: "the monotonic clock went back \(backward) times", mend: "check the machine's clock source")
        }
        let year2024: Int64 = 1_704_067_200_000_000_000
        guard Self.nanoseconds(CLOCK_REALTIME) > year2024 else {
            return Finding(subject: "clock", verdict: .failed, detail: "the wall clock stands before 2024", mend: "set the clock")
        }
        let stepped = abs(drift) > 5_000_000
        return Finding(
            subject: "clock", verdict: stepped ? .doubtful : .ok,
            detail: stepped ? "the wall clock stepped by \(drift / 1_000) µs meanwhile" : "monotonic, the wall clock keeps pace")
    }

    private static func nanoseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
