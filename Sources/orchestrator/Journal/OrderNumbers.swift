internal import Core
internal import CxxFix
internal import CxxJournal

/// Client order ids as the venue has them (`M1-1-2A`): deployment, epoch, counter.
struct OrderNumbers {
    let deployment: String
    private var codec = martlet.ClientOrderCodec()

    /// `nil` where the name of the deployment allows no ids.
    init?(deployment: String) {
        self.deployment = deployment
        guard codec.configure(deployment, 20) else { return nil }
    }

    /// Of the run that wrote the journal; `nil` where its header tells no run.
    init?(_ reader: borrowing martlet.JournalReader) {
        guard let run = try? RunText(json: reader.runText), let configuration = try? run.load() else { return nil }
        self.init(deployment: configuration.venue.deployment)
    }

    func text(_ id: UInt64) -> String {
        let text = CStrings.text(capacity: 64) { codec.write(id, $0, $1) }
        return text.isEmpty ? "\(id)" : text
    }

    /// Reads the venue's form, or the number itself.
    func number(_ text: String) -> UInt64? {
        if let number = UInt64(text) { return number }
        var id: UInt64 = 0
        return codec.read(text, text.utf8.count, &id) ? id : nil
    }
}
