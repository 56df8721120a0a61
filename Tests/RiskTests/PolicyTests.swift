import CxxEvent
import Risk
import Testing

@Suite struct PolicyTests {
    private func compile(
        _ policy: RiskPolicy, _ definitions: [martlet.InstrumentDefinition] = [World.definition(0, "AAPL"), World.definition(1, "MSFT")],
        capital: Int64 = 1_000_000
    ) -> Result<GateLimits, RiskError> {
        definitions.withUnsafeBufferPointer { buffer in
            do throws(RiskError) { return .success(try policy.compile(buffer, capital: capital)) } catch { return .failure(error) }
        }
    }

    @Test("percentages become millionths, exceptions bind for their instrument alone")
    func units() throws {
        var policy = RiskPolicy()
        var exception = InstrumentPolicy(symbol: "MSFT")
        exception.positionPercent = 2.5
        exception.maximumOrderLots = 7
        policy.instruments = [exception]
        policy.restricted = ["AAPL"]
        policy.dayStartMinutes = -60
        let limits = try compile(policy).get()
        #expect(limits.instruments[0].positionParts == 100_000 && limits.instruments[1].positionParts == 25_000)
        #expect(limits.instruments[0].restricted && !limits.instruments[1].restricted && limits.instruments[1].maximumOrderLots == 7)
        #expect(limits.instruments[0].maximumOrderNotional == 100_000 && limits.instruments[0].collarParts == 30_000)
        #expect(limits.instruments[0].moneyNumerator == 100 && limits.instruments[0].moneyDenominator == 1)
        #expect(limits.grossParts == 2_000_000 && limits.dailyLossParts == 50_000 && limits.dayOffset == -World.hour)
    }

    @Test("a setting that cannot be enforced is refused by its name")
    func refusals() {
        func refused(_ name: String, _ change: (inout RiskPolicy) -> Void) {
            var policy = RiskPolicy()
            change(&policy)
            guard case .failure(.invalidSetting(let found, _, _)) = compile(policy) else {
                Issue.record("\(name) was accepted")
                return
            }
            #expect(found == name)
        }
        refused("positionPercent") { $0.positionPercent = .nan }
        refused("positionPercent") { $0.positionPercent = 0 }
        refused("dailyLossPercent") { $0.dailyLossPercent = 101 }
        refused("monthlyDrawdownPercent") { $0.monthlyDrawdownPercent = -1 }
        refused("peakDrawdownPercent") { $0.peakDrawdownPercent = .infinity }
        refused("grossExposureMultiple") { $0.grossExposureMultiple = 0 }
        refused("netExposureMultiple") { $0.netExposureMultiple = 1e9 }
        refused("orderNotionalPercent") { $0.orderNotionalPercent = 0 }
        refused("maximumOrderLots") { $0.maximumOrderLots = 0 }
        refused("maximumPositionLots") { $0.maximumPositionLots = .max }
        refused("collarBasisPoints") { $0.collarBasisPoints = 0 }
        refused("staleNanoseconds") { $0.staleNanoseconds = 0 }
        refused("duplicateWindowNanoseconds") { $0.duplicateWindowNanoseconds = -1 }
        refused("ordersPerSecond") { $0.ordersPerSecond = 0 }
        refused("maximumOpenOrders") { $0.maximumOpenOrders = 0 }
        refused("cancelReservePerSecond") { $0.cancelReservePerSecond = 199 }
        refused("dayStartMinutes") { $0.dayStartMinutes = 1_440 }
        refused("riskPerTradePercent") { $0.riskPerTradePercent = 0 }
        refused("stopRanges") { $0.stopRanges = .nan }
        refused("restricted") { $0.restricted = ["IBM"] }
        refused("instruments[0].symbol") { $0.instruments = [InstrumentPolicy(symbol: "IBM")] }
        refused("instruments[1].symbol") { $0.instruments = [InstrumentPolicy(symbol: "AAPL"), InstrumentPolicy(symbol: "AAPL")] }
    }

    @Test("instruments that the gate cannot value are refused")
    func instruments() {
        func refused(_ definitions: [martlet.InstrumentDefinition]) -> Bool {
            if case .failure(.invalidInstrument) = compile(RiskPolicy(), definitions) { return true }
            return false
        }
        #expect(refused([World.definition(0, "X", contract: .inverse)]))
        #expect(refused([World.definition(1, "X")]))
        var wide = World.definition(0, "X")
        wide.multiplier = martlet.Decimal(mantissa: .max, exponent: 18)
        #expect(refused([wide]))
        var euro = World.definition(1, "Y")
        withUnsafeMutableBytes(of: &euro.currency) { $0.copyBytes(from: "EUR".utf8) }
        #expect(refused([World.definition(0, "X"), euro]))
        var still = World.definition(0, "X")
        still.tick = 0
        #expect(refused([still]))
        if case .success = compile(RiskPolicy(), [], capital: 1) { Issue.record("no instruments were accepted") }
        if case .success = compile(RiskPolicy(), capital: 0) { Issue.record("no capital was accepted") }
    }

    @Test("the rule risks two percent between entry and stop, shrunk by conviction")
    func sizing() throws {
        let rule = try Sizing.Rule(RiskPolicy())
        var input = Sizing.Input(
            strength: 2, confidence: 1, disagreement: 0, averageTrueRange: 10, equity: 1_000_000, limitLots: 10_000)
        // 2 % of a million is 20,000; a stop at two ranges loses 20 a lot.
        #expect(Sizing.target(input, rule: rule, limits: World.row()) == Sizing.Target(lots: 1_000, stopDistance: 20))
        input.confidence = 0.5
        input.disagreement = 0.5
        #expect(Sizing.target(input, rule: rule, limits: World.row()).lots == 250)
        input.strength = -1
        #expect(Sizing.target(input, rule: rule, limits: World.row()).lots == -125)
        input.limitLots = 7
        #expect(Sizing.target(input, rule: rule, limits: World.row()).lots == -7)
        for bad in [Double.nan, .infinity, 0, -3] {
            input.averageTrueRange = bad
            #expect(Sizing.target(input, rule: rule, limits: World.row()).lots == 0)
        }
    }

    @Test("a market order for what the gate names as its most passes, one lot more does not")
    func maximumPosition() {
        for price in Int64(1)...400 {
            var limits = World.limits()
            limits.instruments[0].maximumOrderLots = 1_000_000
            limits.instruments[0].maximumOrderNotional = 1_000_000_000
            limits.instruments[0].maximumPositionLots = 1_000_000
            limits.instruments[0].moneyNumerator = 3
            limits.instruments[0].moneyDenominator = 7
            var gate = World.gate(limits)
            gate.mark(instrument: 0, price: price, time: World.start)
            let most = gate.maximumPosition(0)
            #expect(gate.evaluate(World.order(.sell, most + 1, type: .market), now: World.start) == .positionLimit)
            #expect(gate.check(World.order(.buy, most, type: .market), now: World.start) == .none)
        }
    }
}
