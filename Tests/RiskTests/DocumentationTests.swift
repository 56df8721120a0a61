import Glibc
import Risk
import Testing

@Suite struct DocumentationTests {
    @Test("the table in docs/risk.md is the one that the code makes")
    func drift() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try #require(contents("/" + root + "/docs/risk.md"))
        let between = text.split(separator: RiskDocumentation.begin + "\n").last?.split(separator: "\n" + RiskDocumentation.end).first
        #expect(between.map(String.init) == RiskDocumentation.table(), "replace the table in docs/risk.md by the one above")
    }

    @Test("every reason has its own name and a sentence")
    func names() {
        let names = DenyReason.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(DenyReason.allCases.allSatisfy { $0.explanation.hasSuffix(".") })
    }

    private func contents(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
