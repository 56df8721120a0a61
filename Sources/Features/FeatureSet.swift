public import Domain

/// Features by name, on the bars of one length: what a model is given, the same in research, in a backtest and live.
///
///     let set = FeatureSet(
///         name: "swing", timeframe: .minute,
///         features: [
///             Feature(name: "rsi", kernel: "rsi", parameters: ["period": 14], timeframe: .hour),
///             Feature(name: "calm", kernel: "atr", normalisation: Normalisation(method: .zScore, window: 500)),
///         ])
///
/// A row of values is made at the close of each bar of `timeframe`. Features of longer bars have in it the value of the
/// last bar that was over by then. Checked by `FeaturePlan`; what a file says of it: docs/features.md.
public struct FeatureSet: Sendable, Hashable, Codable {
    public var name: String
    /// Length of the bars at whose close a row is made.
    public var timeframe: Timeframe
    /// Which of the instrument's bars are read.
    public var price: FeaturePrice
    /// A longer hole between two bars (from the close of one to the open of the next) starts every feature anew; nil: none does.
    /// Nanoseconds.
    public var resetAfter: Int64?
    /// Sectors, or whatever else: of those that hold an instrument the first counts.
    public var groups: [InstrumentGroup]
    /// Numbers of files, that features take as their input by name.
    public var series: [OutsideSeries]
    /// Scheduled events, for `calendar: events`.
    public var events: [EventSchedule]
    /// Texts of files and the lexicons that make them numbers.
    public var texts: [TextSource]
    /// Trades of options in files, for kernels that take those.
    public var optionTrades: [OptionTrades]
    public var features: [Feature]

    /// Most features of a set.
    public static let maximumFeatures = 1_000
    /// Most inputs of a kernel of several series.
    public static let maximumInputs = 8

    public init(
        name: String, timeframe: Timeframe, price: FeaturePrice = .trades, resetAfter: Int64? = nil, groups: [InstrumentGroup] = [],
        series: [OutsideSeries] = [], events: [EventSchedule] = [], texts: [TextSource] = [], optionTrades: [OptionTrades] = [],
        features: [Feature]
    ) {
        self.name = name
        self.timeframe = timeframe
        self.price = price
        self.resetAfter = resetAfter
        self.groups = groups
        self.series = series
        self.events = events
        self.texts = texts
        self.optionTrades = optionTrades
        self.features = features
    }
}

extension FeatureSet {
    /// What was stored before a key was there has none of it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        timeframe = try container.decode(Timeframe.self, forKey: .timeframe)
        price = try container.decode(FeaturePrice.self, forKey: .price)
        resetAfter = try container.decodeIfPresent(Int64.self, forKey: .resetAfter)
        groups = try container.decode([InstrumentGroup].self, forKey: .groups)
        series = try container.decodeIfPresent([OutsideSeries].self, forKey: .series) ?? []
        events = try container.decodeIfPresent([EventSchedule].self, forKey: .events) ?? []
        texts = try container.decodeIfPresent([TextSource].self, forKey: .texts) ?? []
        optionTrades = try container.decodeIfPresent([OptionTrades].self, forKey: .optionTrades) ?? []
        features = try container.decode([Feature].self, forKey: .features)
    }
}

extension FeatureSet {
    /// The files that it names, as it names them.
    public var files: [String] { series.map(\.file) + events.compactMap(\.file) + texts.flatMap { [$0.file, $0.lexicon] } + optionTrades.map(\.file) }
}

/// Instruments that belong together.
public struct InstrumentGroup: Sendable, Hashable, Codable {
    public var name: String
    /// `VENUE:SYMBOL` each.
    public var members: [String]

    public init(name: String, members: [String]) {
        self.name = name
        self.members = members
    }
}

/// Which bars of an instrument a set reads.
public enum FeaturePrice: String, Sendable, Hashable, Codable, CaseIterable {
    case trades, bid, ask
    /// The mean of bid and ask, of each of the four prices; the volume is the bid's.
    case middle
}

/// One feature of a set: a kernel on the bars of one length, and what is done with its values.
public struct Feature: Sendable, Hashable, Codable {
    /// Lower-case letters, digits and underscores; unique in its set.
    public var name: String
    /// Name of a kernel of the core (`Kernel.all`); empty where `across` or `calendar` says what is done, and where `input` names a file's values that are taken as
    /// they are.
    public var kernel: String
    /// Instead of a kernel: where the instrument's `input`, a feature before this one, stands among the universe's.
    public var across: CrossSection?
    /// Instead of a kernel: what the clock and the calendar say.
    public var calendar: CalendarStep?
    /// By name; those not given have the kernel's initial value.
    public var parameters: [String: Double]
    /// Length of its bars, a multiple of the set's; nil: the set's.
    public var timeframe: Timeframe?
    /// What a kernel of a series takes; nil: the close. Others read the columns that they are defined on.
    public var input: FeatureInput?
    /// What a kernel of two series takes as the reference.
    public var reference: FeatureInput?
    /// What a kernel of several series takes, two to eight.
    public var inputs: [FeatureInput]
    /// A series or option trades of the set whose rows the kernel takes one by one, as they become known, instead of a value at each bar.
    public var clock: String?
    /// The one output that is kept; nil: all, as `name.output` where there are several.
    public var output: String?
    public var normalisation: Normalisation?
    /// Bars of its length by which the values are late.
    public var lag: Int

    public init(
        name: String, kernel: String = "", across: CrossSection? = nil, calendar: CalendarStep? = nil, parameters: [String: Double] = [:], timeframe: Timeframe? = nil, input: FeatureInput? = nil,
        reference: FeatureInput? = nil, inputs: [FeatureInput] = [], clock: String? = nil, output: String? = nil, normalisation: Normalisation? = nil, lag: Int = 0
    ) {
        self.name = name
        self.kernel = kernel
        self.across = across
        self.calendar = calendar
        self.parameters = parameters
        self.timeframe = timeframe
        self.input = input
        self.reference = reference
        self.inputs = inputs
        self.clock = clock
        self.output = output
        self.normalisation = normalisation
        self.lag = lag
    }
}

/// A column of a bar.
public enum BarColumn: String, Sendable, Hashable, Codable, CaseIterable {
    case open, high, low, close, volume

    var place: Int { Self.allCases.firstIndex(of: self)! }
}

/// Where a kernel of a series has its values from.
public enum FeatureInput: Sendable, Hashable {
    /// A column of the instrument's own bars.
    case column(BarColumn)
    /// A column of another instrument's bars of the same length, as last known: `close@XNYS:SPY`.
    case instrument(BarColumn, key: String)
    /// A feature that stands before this one in the set, of the same instrument, as last known: `rsi` or `macd.signal`. Or a file's values:
    /// `funding` or `funding.rate`.
    case feature(name: String, output: String?)
}

extension FeatureInput: LosslessStringConvertible, Codable {
    /// Reads `close`, `close@VENUE:SYMBOL`, `feature` or `feature.output`; nil for what can be none of them.
    public init?(_ text: String) {
        if let at = text.firstIndex(of: "@") {
            let key = String(text[text.index(after: at)...])
            guard let column = BarColumn(rawValue: String(text[..<at])), !key.isEmpty else { return nil }
            self = .instrument(column, key: key)
        } else if let column = BarColumn(rawValue: text) {
            self = .column(column)
        } else {
            let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
            self = .feature(name: parts[0], output: parts.count == 2 ? parts[1] : nil)
        }
    }

    public var description: String {
        switch self {
        case .column(let column): column.rawValue
        case .instrument(let column, let key): "\(column.rawValue)@\(key)"
        case .feature(let name, let output): name + (output.map { ".\($0)" } ?? "")
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let input = FeatureInput(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected a column or a feature, was '\(text)'")
        }
        self = input
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// How a feature's values are made comparable: by those of its own last bars, never by later ones.
public struct Normalisation: Sendable, Hashable, Codable {
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// Distance from the window's mean in standard deviations.
        case zScore = "z_score"
        /// Share of the window's values below it, 0 … 1.
        case rank
        /// Distance from the window's median in (scaled) median absolute deviations.
        case robust
        /// Hyperbolic tangent of half the z-score: −1 … 1.
        case tanh

        /// The kernel that does it.
        var kernel: String {
            switch self {
            case .zScore: "z_score"
            case .rank: "percent_rank"
            case .robust: "robust_score"
            case .tanh: "tanh_score"
            }
        }
    }

    public var method: Method
    /// Bars of the feature's length, the last one included.
    public var window: Int

    public init(method: Method, window: Int) {
        self.method = method
        self.window = window
    }
}
