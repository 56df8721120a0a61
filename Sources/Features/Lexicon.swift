internal import CxxFeature

/// A lexicon in memory. Immutable once it is there.
final class Lexicon: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    /// Entities that it names, in the order of their first line.
    let entities: [String]
    private let counts: UnsafeMutableBufferPointer<Int32>

    /// Reads a lexicon; what is wrong with it is said with its line.
    static func read(_ text: UnsafeBufferPointer<UInt8>, as file: String) -> Result<Lexicon, OutsideFault> {
        text.withMemoryRebound(to: CChar.self) { text -> Result<Lexicon, OutsideFault> in
            let bytes = martlet.lexicon_bytes(text.baseAddress, text.count)
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(8, bytes), alignment: 16)
            var line: Int32 = 0
            let status = martlet.create_lexicon(text.baseAddress, text.count, memory.baseAddress, bytes, &line)
            guard status == .ok else {
                memory.deallocate()
                return .failure(OutsideFault(messages: ["\(file):\(max(1, line)): \(Self.text(status))"]))
            }
            let lexicon = Lexicon(memory)
            guard let wrong = lexicon.entities.first(where: { !isColumn($0) }) else { return .success(lexicon) }
            return .failure(OutsideFault(messages: ["\(file): expected an entity's name of 1 to 64 letters, digits and any of _ - : . for a column, was '\(wrong)'"]))
        }
    }

    private static func isColumn(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && !MomentSource.ofTexts.contains { $0.name == name }
            && name.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || (0x30...0x39).contains($0.value) || "_-:.".unicodeScalars.contains($0)) }
    }

    private init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
        entities = (0..<martlet.lexicon_entities(memory.baseAddress)).map { String(cString: martlet.lexicon_entity(memory.baseAddress, $0)!) }
        counts = .allocate(capacity: entities.count)
    }

    deinit {
        memory.deallocate()
        counts.deallocate()
    }

    /// Tone of a text, −1 … 1, then how often it names each entity. One thread at a time.
    func score(_ text: String) -> [Double] {
        counts.initialize(repeating: 0)
        var text = text
        let score = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { martlet.score_text(memory.baseAddress, $0.baseAddress, $0.count, counts.baseAddress) }
        }
        return [score.tone] + counts.map(Double.init)
    }

    private static func text(_ status: martlet.LexiconStatus) -> String {
        switch status {
        case .bad_line: "expected one to four words and then a number from -1 to 1, `negation` or `= NAME`"
        case .repeated: "the phrase was there before"
        case .too_large: "expected at most \(TextSource.maximumLexicon) bytes and 4096 entities, were more"
        default: "cannot be read"
        }
    }
}
