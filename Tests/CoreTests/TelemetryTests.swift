import CxxEvent
import CxxTelemetry
import Testing

/// The rings and the histogram as Swift sees them.
@Suite struct TelemetryTests {
    @Test("an inbound record has the layout of the widest event and its kind at the common place")
    func inboundRecord() {
        #expect(MemoryLayout<martlet.InboundRecord>.size == 128)
        #expect(MemoryLayout<martlet.InboundRecord>.offset(of: \.kind) == 28)
    }

    @Test("a market event goes through the inbound ring")
    func ring() {
        var ring = martlet.InboundRing(8)
        var event = martlet.MarketEvent()
        event.kind = .trade
        event.price = 1_234
        let pushed = ring.try_push(event)
        let waited = ring.wait(0)
        var record = martlet.InboundRecord()
        let popped = ring.try_pop(&record)
        let poppedAgain = ring.try_pop(&record)
        #expect(pushed && waited && popped && !poppedAgain)
        #expect(record.family() == .market && record.market().price == 1_234)
    }

    @Test("a histogram answers percentiles")
    func histogram() {
        var histogram = martlet.Histogram()
        for value in Int64(1)...1_000 { histogram.record(value) }
        let percentile = histogram.value_at_percentile(99)
        let maximum = histogram.max()
        #expect(percentile == 990 && maximum == 1_000)
    }
}
