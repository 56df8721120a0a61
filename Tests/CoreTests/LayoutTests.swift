import CxxEvent
import Testing

/// The layouts that Swift and C++ share, as Swift sees them.
@Suite struct LayoutTests {
    @Test("a market event has the layout that the journal writes")
    func marketEvent() {
        #expect(MemoryLayout<martlet.MarketEvent>.size == 64)
        #expect(MemoryLayout<martlet.MarketEvent>.offset(of: \.kind) == 28)
        #expect(MemoryLayout<martlet.MarketEvent>.offset(of: \.price) == 32)
        #expect(MemoryLayout<martlet.QuoteEvent>.size == 64)
        #expect(MemoryLayout<martlet.BarEvent>.size == 64)
        #expect(MemoryLayout<martlet.BarEvent>.offset(of: \.seconds) == 52)
        #expect(MemoryLayout<martlet.HostEvent>.size == 64)
        #expect(MemoryLayout<martlet.HostEvent>.offset(of: \.id) == 32)
    }

    @Test("an order event and a command have the layouts that the journal writes")
    func orderEvent() {
        #expect(MemoryLayout<martlet.OrderEvent>.size == 128)
        #expect(MemoryLayout<martlet.OrderEvent>.offset(of: \.last_quantity) == 80)
        #expect(MemoryLayout<martlet.OrderEvent>.offset(of: \.exec_type) == 120)
        #expect(MemoryLayout<martlet.Command>.size == 128)
        #expect(MemoryLayout<martlet.Command>.offset(of: \.command) == 88)
        #expect(MemoryLayout<martlet.InstrumentDefinition>.size == 144)
    }
}
