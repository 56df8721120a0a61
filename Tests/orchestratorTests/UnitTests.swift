import Testing
import orchestrator

@Suite struct UnitTests {
    @Test("what is written reads back as the same value")
    func roundTrips() {
        for count: Int64 in [0, 1, 999, 1_000, 1_500, 60_000_000_000, 90_000_000_000, 3_600_000_000_000, 86_400_000_000_001] {
            #expect(Nanoseconds(configuration: Nanoseconds(count).configurationText) == Nanoseconds(count))
        }
        for count: Int64 in [0, 1, 99, 100, 150, 999, 1_000, 25_000, 100_000, -20, -1_500, 1_000_001] {
            #expect(PartsPerMillion(configuration: PartsPerMillion(count).configurationText) == PartsPerMillion(count))
        }
        for day in stride(from: Int64(0), to: 90_000, by: 37) {
            let moment = Timestamp(nanoseconds: (day * 86_400 + day % 86_400) * 1_000_000_000)
            #expect(Timestamp(configuration: moment.configurationText) == moment)
        }
        for text in ["0.01", "-2.5", "1000000", "0", "0.000000000000000001", "123456789012345678"] {
            #expect(ExactDecimal(configuration: text)?.configurationText == text)
        }
    }

    @Test("units mean what they say")
    func meaning() {
        #expect(Nanoseconds(configuration: "5ms")?.count == 5_000_000)
        #expect(Nanoseconds(configuration: "1.5s")?.count == 1_500_000_000)
        #expect(Nanoseconds(configuration: "250 us")?.count == 250_000)
        #expect(PartsPerMillion(configuration: "10%")?.count == 100_000)
        #expect(PartsPerMillion(configuration: "2.5bp")?.count == 250)
        #expect(ByteCount(configuration: "64MiB")?.count == 67_108_864)
        #expect(Speed(configuration: "0.5x")?.factor == 0.5)
        #expect(Timestamp(configuration: "2024-08-08T23:54:15Z")?.nanoseconds == 1_723_161_255_000_000_000)
        #expect(Money(configuration: "1000.50 USDT") == Money(ExactDecimal(10_005, -1), "USDT"))
    }

    @Test("a share finer than one millionth is refused, not rounded")
    func exactness() {
        #expect(PartsPerMillion(configuration: "0.00001%") == nil)
        #expect(PartsPerMillion(configuration: "0.5ppm") == nil)
        #expect(Nanoseconds(configuration: "0.5ns") == nil)
    }

    @Test("what is nearly a value is refused", arguments: [
        "", " ", "-", ".", "1.", ".5", "+1", "1e5", "0x1", "1,5", "1 000", "nan", "inf", "--1", "1-", "１", "9999999999999999999",
    ])
    func malformed(text: String) {
        #expect(ExactDecimal(configuration: text) == nil)
        #expect(Nanoseconds(configuration: text + "ms") == nil)
        #expect(PartsPerMillion(configuration: text + "%") == nil)
        #expect(Double(configuration: text) == nil)
    }

    @Test("values that do not fit are refused")
    func overflow() {
        #expect(Nanoseconds(configuration: "200000d") == nil)
        #expect(Nanoseconds(configuration: "-1s") == nil)
        #expect(ByteCount(configuration: "999999999999999999GiB") == nil)
        #expect(UInt16(configuration: "65536") == nil)
        #expect(UInt64(configuration: "-1") == nil)
    }

    @Test("days that do not exist are refused", arguments: ["2023-02-29", "2024-13-01", "2024-00-01", "2024-1-1", "2024-08-08T24:00:00Z", "2024-08-08 00:00:00Z", "1969-12-31"])
    func days(text: String) {
        #expect(Timestamp(configuration: text) == nil)
    }

    @Test("a decimal is a whole number of units or says that it is not")
    func multiples() {
        #expect(ExactDecimal(configuration: "12.35")?.multiple(of: ExactDecimal(5, -2)) == 247)
        #expect(ExactDecimal(configuration: "12.36")?.multiple(of: ExactDecimal(5, -2)) == nil)
        #expect(ExactDecimal(configuration: "1000000")?.multiple(of: ExactDecimal(1, -4)) == 10_000_000_000)
        #expect(ExactDecimal(configuration: "999999999999999999")?.multiple(of: ExactDecimal(1, -4)) == nil)
    }
}
