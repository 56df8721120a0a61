internal import Agents
internal import Core
internal import CxxEvent
internal import Features

/// An order explained, for people and for JSON.
struct Explanation: Encodable {
    struct Feature: Encodable {
        var name: String
        /// Not yet known where `nil`: its window was not full, or the book had no such side.
        var value: Double?
    }

    /// What became of it. Decimals as exact text; `nil` where nothing was filled.
    struct Outcome: Encodable {
        var status: String
        var reason: String?
        var filled: String
        var averagePrice: String?
        var fees: String
        var currency: String
    }

    var order: String
    /// The packed number of `order`.
    var number: UInt64
    /// Nanoseconds since the Unix epoch.
    var time: Int64
    var instrument: String
    var side: String
    var type: String
    var quantity: String
    /// Of a limit order.
    var price: String?
    var outcome: Outcome
    /// What decided: the council's or the fallback's words, or that a protective stop did.
    var decision: [String]
    /// When the council was asked, and the features were so; nanoseconds since the Unix epoch. An order that goes on with an earlier
    /// decision is later.
    var asked: Int64?
    var features: [Feature]
    /// The instrument's row of the run's feature set.
    var setFeatures: [Feature]
    /// The order and all that became of it, one record a line.
    var records: [String]

    init(_ trail: OrderTrail, order: String, council: Council, columns: [String]) throws {
        let command = trail.command
        let plain = martlet.Decimal(mantissa: 1, exponent: 0)
        let lot = trail.instrument?.lot_increment ?? plain
        let increment = trail.instrument?.price_increment ?? plain
        self.order = order
        number = command.client_order
        time = command.receive_time
        instrument = trail.instrument?.symbolText ?? "unknown instrument"
        side = command.side == .buy ? "buy" : "sell"
        type = command.type.name
        quantity = lot.text(command.quantity)
        price = command.price == 0 ? nil : increment.text(command.price)
        let hundredth = martlet.Decimal(mantissa: increment.mantissa, exponent: increment.exponent - 2)
        outcome = Outcome(
            status: trail.outcome.isUnsent ? "not_sent" : trail.outcome.status?.name ?? "unknown",
            reason: trail.outcome.reason == .none ? nil : trail.outcome.reason.name, filled: lot.text(trail.outcome.lots),
            averagePrice: trail.outcome.averageHundredths.map { hundredth.text($0) },
            fees: (trail.instrument?.money_unit ?? plain).text(trail.outcome.fees), currency: trail.instrument?.currencyText ?? "")
        records = trail.records
        if trail.decision != nil {
            decision = try CouncilDecision(payload: trail.votes).explanation { council.name(of: $0) }
        } else {
            decision = ["no decision: a protective stop or an operator"]
        }
        features = []
        setFeatures = []
        if !trail.observation.isEmpty {
            let observation = try Observation(payload: trail.observation)
            asked = observation.time
            features = ObservationFeature.allCases.map {
                Feature(name: "\($0)", value: observation[$0].isFinite ? observation[$0] : nil)
            }
            guard columns.count == observation.setValues.count else {
                throw CommandFailure(.finding, "the run says that its set has \(columns.count) columns, and the council was shown \(observation.setValues.count)")
            }
            setFeatures = zip(columns, observation.setValues).map { Feature(name: $0, value: $1.isFinite ? $1 : nil) }
        }
    }

    var lines: [String] {
        let limit = price.map { " at \($0)" } ?? ""
        var lines = [
            "order \(order): \(side) \(quantity) \(instrument), \(type)\(limit), \(Timestamp(nanoseconds: time).configurationText)",
            "outcome: \(outcome.text(of: quantity))", "", "decision",
        ]
        lines += decision.map { "  \($0)" }
        for (title, features) in [("features", features), ("features of the run's set", setFeatures)] where !features.isEmpty {
            lines += ["", title + (asked.map { ", \(Timestamp(nanoseconds: $0).configurationText)" } ?? "")]
            let width = features.map(\.name.count).max() ?? 0
            lines += features.map { feature in
                let value = feature.value.map(Self.text) ?? "not known yet"
                return "  \(feature.name)\(String(repeating: " ", count: width - feature.name.count))  \(value)"
            }
        }
        return lines + ["", "records"] + records.map { "  \($0)" }
    }

    /// Six digits that count.
    private static func text(_ value: Double) -> String {
        guard value != 0, value.magnitude < 1e15, value.magnitude >= 1e-9 else { return value == 0 ? "0" : "\(value)" }
        var scale = 1.0
        while value.magnitude * scale < 1e5 { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
    }
}

extension Explanation.Outcome {
    fileprivate func text(of quantity: String) -> String {
        let words = status.split(separator: "_").joined(separator: " ") + (reason.map { " (\($0))" } ?? "")
        guard let averagePrice else { return "\(words), nothing filled" }
        return "\(words), \(filled) of \(quantity) at \(averagePrice) on average, fees \(fees) \(currency)"
    }
}
