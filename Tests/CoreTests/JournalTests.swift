import Core
import CxxEvent
import CxxJournal
import Testing

#if canImport(Glibc)
    import Glibc
#endif

/// The journal as Swift sees it.
@Suite struct JournalTests {
    @Test("a record goes into a journal and comes back")
    func roundTrip() throws {
        var pattern = Array("/tmp/martlet-core-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&pattern))
        let directory = String(cString: made)
        defer {
            for name in ["journal-00000001.segment", "journal.key", "journal.key.pub", "journal.lock"] {
                unlink(directory + "/" + name)
            }
            rmdir(directory)
        }
        var instrument = martlet.InstrumentDefinition()
        instrument.tick = 25
        var journal = martlet.Journal()
        let opened = journal.open(
            directory: directory, instruments: [instrument], runText: "{\"seed\":1}", settings: martlet.JournalOptions())
        #expect(opened == .ok)
        var event = martlet.MarketEvent()
        event.sequence = 1
        event.kind = .trade
        event.price = 4_711
        let appended = withUnsafeBytes(of: event) { journal.append($0.baseAddress, $0.count, nil, 0) }
        let durable = journal.wait_durable(1, 60_000_000_000)
        let closed = journal.close()
        #expect(appended && durable && closed == .ok)

        var reader = martlet.JournalReader()
        let found = reader.open(directory) == .ok && reader.next()
        let price = reader.market().price
        let text = reader.runText
        let tick = reader.instrument(0).tick
        let more = reader.next()
        #expect(found && price == 4_711 && text == "{\"seed\":1}" && tick == 25 && !more)

        let report = verifyJournal(directory: directory, publicKeyFile: directory + "/journal.key.pub")
        #expect(report.status == .ok && report.sealed && report.key_checked && report.records == 1)
        #expect(report.whatText == "")
    }

    @Test("a failure says what and where")
    func failure() {
        let report = verifyJournal(directory: "/nowhere/at/all")
        #expect(report.status == .not_found && report.whatText.contains("No such file"))
        #expect(martlet.JournalStatus.no_space.text == "no space left")
    }

    @Test("a digest is built from pieces and read back from its hex")
    func digest() {
        var builder = martlet.DigestBuilder()
        builder.update("a")
        builder.update("bc")
        let digest = builder.finish()
        #expect(digest.hexText == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(martlet.Sha256Digest(hexText: digest.hexText)?.hexText == digest.hexText)
        #expect(martlet.Sha256Digest(hexText: "ba") == nil)
    }
}
