import Domain
import Features
import Testing

@Suite("a set is checked whole before anything is computed")
struct FeaturePlanTests {
    func problems(_ features: [Feature], timeframe: Timeframe = .minute) -> [String] {
        do throws(FeatureSetError) {
            _ = try FeaturePlan(FeatureSet(name: "set", timeframe: timeframe, features: features))
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(
        "each mistake is named, with what would be right",
        arguments: [
            (Feature(name: "a", kernel: "rsj"), "features[0].kernel: no kernel is named 'rsj'; did you mean rsi?"),
            (Feature(name: "a", kernel: "rsi", parameters: ["perod": 3]), "features[0].parameters.perod: rsi has no such parameter; did you mean period?"),
            (Feature(name: "a", kernel: "rsi", parameters: ["period": 2.5]), "features[0].parameters.period: expected a whole number from"),
            (Feature(name: "a", kernel: "rsi", parameters: ["period": -1]), "features[0].parameters.period: expected a whole number from"),
            (Feature(name: "a", kernel: "macd", parameters: ["fast": 30]), "features[0].parameters."),
            (Feature(name: "A b", kernel: "rsi"), "features[0].name: expected 1 to 64 lower-case letters"),
            (Feature(name: "close", kernel: "rsi"), "features[0].name: 'close' is a column of the bars"),
            (Feature(name: "a", kernel: "atr", input: .column(.close)), "features[0].input: atr reads the whole bar"),
            (Feature(name: "a", kernel: "rsi", reference: .column(.open)), "features[0].reference: rsi takes no reference"),
            (Feature(name: "a", kernel: "correlation"), "features[0].reference: correlation compares with a second series"),
            (Feature(name: "a", kernel: "rsi", input: .feature(name: "b", output: nil)), "features[0].input: neither a column nor a feature"),
            (Feature(name: "a", kernel: "macd", output: "signl"), "features[0].output: macd has no output 'signl'; did you mean signal?"),
            (Feature(name: "a", kernel: "rsi", lag: -1), "features[0].lag: expected 0 or more bars, was -1; a negative lag would show what is not known yet"),
            (Feature(name: "a", kernel: "rsi", timeframe: Timeframe("90s")), "features[0].timeframe: expected a multiple of the set's 1m, was 90s"),
            (Feature(name: "a", kernel: "option_flow"), "features[0].kernel: option_flow takes option trades, and a feature has bars without a clock; write `clock: NAME`"),
            (Feature(name: "a", kernel: "correlation", reference: .instrument(.close, key: "SPY")), "features[0].reference: expected close@VENUE:SYMBOL, was 'close@SPY'"),
            (Feature(name: "a", kernel: "dated_basis", inputs: [.column(.open), .column(.close)]), "features[0].inputs: dated_basis takes 3 inputs, were 2"),
            (Feature(name: "a", kernel: "open_interest", reference: .column(.close)), "features[0].input: open_interest takes what is measured as quantity, and this is price"),
            (Feature(name: "a", across: .rank, output: "b"), "features[0].output: rank has one output"),
            (Feature(name: "a", kernel: "agreement", inputs: [.column(.open)]), "features[0].inputs: agreement takes 2 to 8 inputs, were 1"),
            (Feature(name: "a", kernel: "rsi", inputs: [.column(.open)]), "features[0].inputs: rsi does not take several"),
            (Feature(name: "a", across: .groupRank), "features[0].across: group_rank needs `groups` in the set"),
            (Feature(name: "a", kernel: "rsi", across: .rank), "features[0].across: a feature has a kernel or is taken across the universe"),
            (Feature(name: "a"), "features[0].kernel: there is none; write `kernel: NAME`"),
            (Feature(name: "a", kernel: "event_rate"), "features[0].input: event_rate takes what is measured as seconds, and this is price"),
            (Feature(name: "a", kernel: "rsi", normalisation: Normalisation(method: .zScore, window: 1)), "features[0].normalisation.window: expected a whole number from 2"),
        ])
    func mistakes(feature: Feature, text: String) {
        let found = problems([feature])
        #expect(found.count == 1 && found[0].hasPrefix(text), "\(found)")
    }

    @Test("groups have names and members of the right form")
    func groups() {
        let feature = Feature(name: "a", kernel: "rsi")
        func problems(_ groups: [InstrumentGroup]) -> [String] {
            do throws(FeatureSetError) {
                _ = try FeaturePlan(FeatureSet(name: "set", timeframe: .minute, groups: groups, features: [feature]))
                return []
            } catch {
                return error.problems.map(\.description)
            }
        }
        #expect(problems([.init(name: "g", members: ["X:A"]), .init(name: "h", members: ["X:B", "X:C"])]) == [])
        #expect(problems([.init(name: "g", members: ["A"])]) == ["groups[0].members: expected VENUE:SYMBOL, was 'A'"])
        #expect(problems([.init(name: "g", members: ["X:A X:B"])]).count == 1)
        #expect(problems([.init(name: "g", members: [])]) == ["groups[0].members: the group has nobody; list instruments as VENUE:SYMBOL"])
        #expect(problems([.init(name: "g", members: ["X:A"]), .init(name: "g", members: ["X:B"])]).count == 1)
    }

    @Test("two features of one name, and a reference to a later one, are refused")
    func order() {
        let found = problems([
            Feature(name: "a", kernel: "sma", input: .feature(name: "b", output: nil)), Feature(name: "b", kernel: "rsi"), Feature(name: "b", kernel: "rsi"),
        ])
        #expect(found == [
            "features[0].input: 'b' does not stand before this feature; put it behind that one",
            "features[2].name: 'b' is taken by a feature before; choose another name",
        ], "\(found)")
    }

    @Test("the columns are the features in their order, those with several outputs as name.output")
    func columns() throws {
        let plan = try FeaturePlan(
            FeatureSet(
                name: "set", timeframe: .minute,
                features: [Feature(name: "m", kernel: "macd"), Feature(name: "r", kernel: "rsi"), Feature(name: "s", kernel: "macd", output: "signal")]))
        #expect(plan.columns.map(\.name) == ["m.macd", "m.signal", "m.histogram", "r", "s"])
    }

    @Test("the hash is of what decides the values: not of the set's name, but of a default that is spelt out differently")
    func hash() {
        let a = FeatureSet(name: "a", timeframe: .minute, features: [Feature(name: "r", kernel: "rsi")])
        var b = a
        b.name = "b"
        b.features[0].parameters = ["period": 14]
        b.features[0].timeframe = .minute
        #expect(a.contentHash == b.contentHash)
        #expect(a.contentHash.count == 64)
        let others: [(inout FeatureSet) -> Void] = [
            { $0.features[0].parameters = ["period": 15] }, { $0.features[0].name = "q" }, { $0.features[0].lag = 1 },
            { $0.features[0].input = .column(.open) }, { $0.features[0].normalisation = Normalisation(method: .tanh, window: 5) },
            { $0.timeframe = .minutes5 }, { $0.price = .bid }, { $0.resetAfter = 5 }, { $0.features[0].timeframe = .hour },
        ]
        for change in others {
            var c = a
            change(&c)
            #expect(c.contentHash != a.contentHash)
        }
    }
}
