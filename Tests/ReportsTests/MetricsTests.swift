import Domain
import Reports
import Testing

@Suite struct MetricsTests {
    func sample(_ seconds: Int64, _ equity: Int64, gross: Int64 = 0) -> EquitySample {
        EquitySample(time: seconds * second, equity: equity, gross: gross, net: gross)
    }

    func trade(_ side: Side, _ quantity: Int64, realised: Int64 = 0, fee: Int64 = 0, instrument: String = "A", at time: Int64 = 0) -> Trade {
        Trade(
            time: time, instrument: instrument, venue: "V", side: side, price: ExactDecimal(units: 1, scale: 0),
            quantity: ExactDecimal(units: quantity, scale: 0), notional: ExactDecimal(units: quantity * 10, scale: 2),
            fee: ExactDecimal(units: fee, scale: 2), realised: ExactDecimal(units: realised, scale: 2))
    }

    func metrics(_ samples: [EquitySample], _ trades: [Trade] = []) -> Metrics {
        Metrics(samples: samples, trades: trades, costs: ExactDecimal(units: 7, scale: 2), decimals: 2)
    }

    @Test("profit, return and drawdown are those of the whole series")
    func equity() {
        let one = metrics([sample(0, 10_000), sample(1, 12_000), sample(2, 9_000), sample(3, 11_000)])
        #expect(one.netProfit.description == "10.00" && one.return == 0.1)
        #expect(one.maximumDrawdown == 0.25)
        #expect(one.costs.description == "0.07")
    }

    @Test("the worst 30 days see only a peak of the 30 days before, and agree with the plain definition")
    func worstDays() {
        let day: Int64 = 86_400
        let slow = (0...100).map { sample(Int64($0) * day, 10_000 - Int64($0) * 50) }
        #expect(metrics(slow).maximumDrawdown == 0.5)
        #expect(abs(metrics(slow).worst30Days - 1_500 / 6_500) < 1e-12)
        var dice = Dice(3)
        for _ in 0..<200 {
            var time: Int64 = 0
            let series = (0..<60).map { _ in
                time += Int64.random(in: 0...9, using: &dice) * day
                return sample(time, Int64.random(in: -50...10_000, using: &dice))
            }
            for span in [Metrics.thirtyDays, Int64.max] {
                var worst = 0.0
                for (place, low) in series.enumerated() {
                    let peak = series[...place].filter { low.time - $0.time <= span }.map(\.equity).max() ?? 0
                    if peak > 0 { worst = max(worst, Double(peak - low.equity) / Double(peak)) }
                }
                #expect(Metrics.largestFall(series, within: span) == worst)
            }
        }
    }

    @Test("a round trip goes from flat to flat, and a fill through zero ends one and begins the next")
    func roundTrips() {
        let trips = RoundTrip.all(in: [
            trade(.buy, 2, fee: 10), trade(.buy, 2, fee: 10, at: 1), trade(.sell, 1, realised: 500, fee: 5, at: 2),
            trade(.sell, 9, realised: 900, fee: 90, at: 3), trade(.sell, 5, instrument: "B", at: 4),
            trade(.buy, 6, realised: -300, fee: 1, at: 5),
        ])
        #expect(trips.count == 2)
        #expect(trips[0].profit.units == 500 + 900 - 10 - 10 - 5 - 30, "a third of the fee of 90 closed")
        #expect(trips[0].closed == 3 && trips[0].opened == 0)
        #expect(trips[1].profit.units == -300 - 1 - 60 && trips[1].opened == 3 && trips[1].closed == 5)
    }

    @Test("the profit of all round trips is the realised profit less the fees when everything is closed")
    func conservation() {
        var dice = Dice(8)
        for _ in 0..<300 {
            var trades: [Trade] = []
            var position: Int64 = 0
            for step in 0..<40 {
                var change = Int64.random(in: -5...5, using: &dice)
                if step == 39 { change = -position }
                guard change != 0 else { continue }
                let closes = position.signum() * change.signum() < 0
                trades.append(
                    trade(
                        change > 0 ? .buy : .sell, abs(change), realised: closes ? Int64.random(in: -900...900, using: &dice) : 0,
                        fee: Int64.random(in: -20...50, using: &dice), at: Int64(step)))
                position += change
            }
            let total = trades.reduce(0) { $0 + $1.realised.units - $1.fee.units }
            #expect(RoundTrip.all(in: trades).reduce(0) { $0 + $1.profit.units } == total)
        }
    }

    @Test("win rate and profit factor count round trips after fees")
    func rates() {
        let one = metrics(
            [], [trade(.buy, 1), trade(.sell, 1, realised: 300, fee: 100), trade(.buy, 1), trade(.sell, 1, realised: 50, fee: 100)])
        #expect(one.trades == 2 && one.winRate == 0.5 && one.profitFactor == 4)
        #expect(one.averageWin?.description == "2.00" && one.averageLoss?.description == "-0.50")
        #expect(one.turnover.description == "0.40")
    }

    @Test("exposure is averaged over time, not over samples")
    func exposure() {
        let one = metrics([sample(0, 1_000, gross: 500), sample(9, 1_000), sample(10, 1_000, gross: 1_000)])
        #expect(one.averageExposure == 0.45 && one.timeInMarket == 0.9)
    }

    @Test("what has no meaning is nil, and nothing divides by zero")
    func nothing() {
        let none = metrics([])
        #expect(none.return == nil && none.winRate == nil && none.profitFactor == nil && none.averageExposure == nil)
        #expect(none.maximumDrawdown == 0 && none.worst30Days == 0 && none.turnoverRatio == nil)
        let ruin = metrics([sample(0, 0), sample(1, -5), sample(2, 0)])
        #expect(ruin.return == nil && ruin.maximumDrawdown == 0 && ruin.averageExposure == 0)
        #expect(metrics([sample(5, 10)]).averageExposure == nil)
    }

    @Test("attributed profit adds up to what was given, to the unit")
    func attribution() {
        var dice = Dice(9)
        for agents in 1...5 {
            var attribution = Attribution(agents: agents)
            var given: Int64 = 0
            for _ in 0..<2_000 {
                let units = Int64.random(in: -1_000_000...1_000_000, using: &dice)
                let weights = (0..<agents).map { _ in [0, 1, 0.3, .nan, -1, .infinity, 1e-9, 0.5].randomElement(using: &dice) ?? 0 }
                attribution.add(units, weights: weights)
                given += units
            }
            #expect(attribution.profits.reduce(attribution.unattributed, +) == given)
        }
        var shares = Attribution(agents: 3)
        shares.add(-100, weights: [2, 1, 0])
        #expect(shares.profits == [-67, -33, 0])
    }
}
