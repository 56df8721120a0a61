/// Why the gate refused a command. One number a check, in the order in which the gate asks.
///
/// The raw value is written to the journal (`HostEvent.code` of a note) and the name to reports: neither
/// is ever renumbered or renamed. `docs/risk.md` is generated from this enum and a test fails when they
/// drift.
public enum DenyReason: UInt16, Sendable, CaseIterable {
    /// The command passed.
    case none = 0
    /// The record itself is wrong: no such instrument, no side, no quantity, a price off the tick.
    case malformed = 1
    /// The kill switch is tripped.
    case killSwitch = 2
    /// The instrument is on the restricted list.
    case restricted = 3
    /// The loop breaker halted the instrument: only orders that reduce risk pass.
    case instrumentHalted = 4
    /// More lots in one order than allowed.
    case orderSize = 5
    /// More money in one order than allowed.
    case orderNotional = 6
    /// The price is too far from the last reference price.
    case priceCollar = 7
    /// There is no market data, or it is too old to price the order.
    case staleMarketData = 8
    /// The same order was released a moment ago.
    case duplicateOrder = 9
    /// More orders in one second than allowed.
    case orderRate = 10
    /// Too many orders are open.
    case openOrders = 11
    /// The worst case of position, open orders and this order is too large.
    case positionLimit = 12
    /// The worst case over all instruments, longs plus shorts, is too large.
    case grossExposure = 13
    /// The worst case over all instruments, longs less shorts, is too large.
    case netExposure = 14
    /// The loss since the day began reached its limit.
    case dailyLoss = 15
    /// The fall from the highest equity of the last 30 days reached its limit.
    case monthlyDrawdown = 16
    /// The fall from the highest equity ever reached its limit.
    case peakDrawdown = 17
    /// An order's fate is unknown or the venue's books differ from ours.
    case unresolved = 18
    /// The message budget, cancels' reserve included, is used up for this second.
    case cancelBudget = 19
}

extension DenyReason {
    /// Stable name in reports, JSON and metrics.
    public var name: String {
        switch self {
        case .none: "none"
        case .malformed: "malformed"
        case .killSwitch: "kill_switch"
        case .restricted: "restricted"
        case .instrumentHalted: "instrument_halted"
        case .orderSize: "order_size"
        case .orderNotional: "order_notional"
        case .priceCollar: "price_collar"
        case .staleMarketData: "stale_market_data"
        case .duplicateOrder: "duplicate_order"
        case .orderRate: "order_rate"
        case .openOrders: "open_orders"
        case .positionLimit: "position_limit"
        case .grossExposure: "gross_exposure"
        case .netExposure: "net_exposure"
        case .dailyLoss: "daily_loss"
        case .monthlyDrawdown: "monthly_drawdown"
        case .peakDrawdown: "peak_drawdown"
        case .unresolved: "unresolved"
        case .cancelBudget: "cancel_budget"
        }
    }

    /// The check in one sentence, for the docs and for an operator.
    public var explanation: String {
        switch self {
        case .none: "The command passed every check."
        case .malformed: "Unknown instrument, no side, type or positive quantity, or a price that is not a multiple of the tick."
        case .killSwitch: "The kill switch is tripped; after a trip by limit, orders that reduce risk still pass."
        case .restricted: "The instrument is on the restricted list."
        case .instrumentHalted: "The instrument is halted: identical rejects in a row. Orders that only leave it still pass; `risk resume` lifts it."
        case .orderSize: "The order's lots exceed the limit for one order."
        case .orderNotional: "The order's lots at its worst price exceed the money limit for one order."
        case .priceCollar: "The limit price is further from the reference price (stop price for stop orders) than the collar."
        case .staleMarketData: "No reference price yet, or it is older than the limit."
        case .duplicateOrder: "Same instrument, side, type, price and quantity as an order released within the window."
        case .orderRate: "The order would be one too many within one second."
        case .openOrders: "As many orders as allowed are open."
        case .positionLimit: "Position, all open orders of this side and this order together exceed the share of equity or the lots allowed."
        case .grossExposure: "The sum over instruments of the worst-case absolute position exceeds its multiple of equity."
        case .netExposure: "The sum over instruments of the worst-case signed position exceeds its multiple of equity."
        case .dailyLoss: "Equity fell by the limit or more since the day began."
        case .monthlyDrawdown: "Equity fell by the limit or more from its highest in 30 days."
        case .peakDrawdown: "Equity fell by the limit or more from its highest ever."
        case .unresolved: "An order is unknown at the venue, an execution is missing, or a reconciliation is open."
        case .cancelBudget: "The cancel would exceed the venue's message budget; try again when the second has passed."
        }
    }

    /// Whether an order that reduces risk passes this check unasked.
    public var exemptsReducing: Bool {
        switch self {
        case .instrumentHalted, .positionLimit, .grossExposure, .netExposure, .dailyLoss, .monthlyDrawdown, .peakDrawdown, .unresolved: true
        default: false
        }
    }
}
