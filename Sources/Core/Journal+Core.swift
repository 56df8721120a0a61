public import CxxEvent
public import CxxJournal

// The journal with Swift strings and arrays. Nothing here decides anything.

extension martlet.JournalStatus {
    /// A lower-case phrase: "no space left".
    public var text: String { String(cString: martlet.journal_status_text(self)) }
}

extension martlet.Sha256Digest {
    /// 64 lower-case hexadecimal digits.
    public var hexText: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65) { text in
            write_hex(text.baseAddress)
            return String(cString: text.baseAddress!)
        }
    }

    /// `nil` where `hexText` is not 64 hexadecimal digits.
    public init?(hexText: String) {
        self.init()
        var text = hexText
        guard text.withUTF8({ bytes in
            bytes.withMemoryRebound(to: CChar.self) { read_hex($0.baseAddress, $0.count) }
        }) else { return nil }
    }
}

extension martlet.DigestBuilder {
    /// Adds the bytes of a text, without a terminator.
    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update($0.baseAddress, $0.count) }
    }
}

extension martlet.Journal {
    /// Opens a journal with a session's instrument map and run text (JSON); `settings` says everything else, its own
    /// strings and arrays unused. `keyFile` nil: `<directory>/journal.key`.
    public mutating func open(
        directory: String, keyFile: String? = nil, instruments: [martlet.InstrumentDefinition] = [], runText: String = "",
        settings: martlet.JournalOptions
    ) -> martlet.JournalStatus {
        var options = settings
        return directory.withCString { directory in
            withOptionalCString(keyFile) { keyFile in
                runText.withCString { runText in
                    instruments.withUnsafeBufferPointer { instruments in
                        options.directory = directory
                        options.key_file = keyFile
                        options.run_text = runText
                        options.instruments = instruments.baseAddress
                        options.instrument_count = instruments.count
                        return open(options)
                    }
                }
            }
        }
    }

    /// What failed, in words.
    public var errorText: String { textFromCore { error_text($0, $1) } }
}

extension martlet.JournalReader {
    /// What ended the reading, and where.
    public var errorText: String { textFromCore { error_text($0, $1) } }

    /// Run text of the current record's segment.
    public var runText: String {
        String(decoding: UnsafeRawBufferPointer(start: run_text(), count: run_text_size()), as: UTF8.self)
    }
}

extension martlet.VerifyReport {
    /// What was expected and what came; empty where all is well.
    public var whatText: String { textOfField(what) }
}

extension martlet.RecoveryReport {
    /// What was damaged; empty where nothing was.
    public var whatText: String { textOfField(what) }
}

/// Checks a journal against the key in `publicKeyFile` (PEM), or against the key that it names itself.
public func verifyJournal(
    directory: String, publicKeyFile: String? = nil, allowMissingFront: Bool = false
) -> martlet.VerifyReport {
    withOptionalCString(publicKeyFile) { key in
        martlet.verify_journal(directory, martlet.VerifyOptions(public_key_file: key, allow_missing_front: allowMissingFront))
    }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}

private func textOfField<Field>(_ field: Field) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

private func textFromCore(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Int) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { text in
        _ = write(text.baseAddress, text.count)
        return String(cString: text.baseAddress!)
    }
}
