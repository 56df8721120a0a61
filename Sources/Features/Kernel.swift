internal import CxxFeature

/// A feature that the core computes, by name: what it takes, what shapes it, what it gives.
///
///     let rsi = Kernel.named("rsi")
///     rsi?.parameters.map(\.name)      // ["period"]
///
/// A value that names a row of the core's table; all that it says is looked up there. Lives as long as the process.
public struct Kernel: Sendable, Hashable {
    /// What one update takes.
    public enum Record: UInt8, Sendable, CaseIterable {
        /// Open, high, low, close and volume.
        case bar = 0
        /// One column, for some kernels with a second one as the reference.
        case series
        /// Best bid and ask with their quantities.
        case quote
        /// Ten levels of each side.
        case depth
        /// A trade and the top of the book before it.
        case trade
        /// Up to eight columns.
        case several
        /// A trade of an option, with what the contract is.
        case optionTrade
    }

    /// A number that shapes a kernel.
    public struct Parameter: Sendable, Hashable {
        public let name: String
        /// Its value where none is given.
        public let initial: Double
        public let allowed: ClosedRange<Double>
        /// Only whole numbers are accepted.
        public let isWhole: Bool
        public let meaning: String
    }

    /// Place in the core's table. Stable within one build only: files name kernels by `name`.
    let index: Int32

    private var about: martlet.FeatureDescription { martlet.feature_at(index).pointee }

    public var name: String { String(cString: about.name) }
    /// One sentence, with the unit of the outputs.
    public var meaning: String { String(cString: about.meaning) }
    /// Where the formula is from.
    public var source: String { String(cString: about.source) }
    /// Of one update.
    public var cost: String { String(cString: about.cost) }
    /// Rises when the same input gives other numbers than before.
    public var version: Int { Int(about.version) }
    public var record: Record {
        guard let record = Record(rawValue: about.record.rawValue) else { preconditionFailure("a record of the core that has no name here") }
        return record
    }

    /// The chapter of the field that it belongs to, such as `momentum`.
    public var group: String {
        switch about.group {
        case .trend: "trend"
        case .momentum: "momentum"
        case .volatility: "volatility"
        case .volume: "volume"
        case .pattern: "pattern"
        case .price_action: "price action"
        case .microstructure: "microstructure"
        case .statistics: "statistics"
        case .relation: "relation"
        case .derivatives: "derivatives"
        @unknown default: "other"
        }
    }

    public var parameters: [Parameter] {
        (0..<Int(about.parameter_count)).map { place in
            let parameter = about.parameters[place]
            return Parameter(
                name: String(cString: parameter.name), initial: parameter.initial, allowed: parameter.minimum...parameter.maximum,
                isWhole: parameter.whole, meaning: String(cString: parameter.meaning))
        }
    }

    /// Names of what it gives, unique within the kernel; `value` where it gives one thing.
    public var outputs: [String] { (0..<Int(about.output_count)).map { String(cString: about.outputs[$0]!) } }

    /// What the inputs of a kernel of series must be measured in, one or (with a reference) two; `any`: it does not matter. None of other kernels.
    public var inputUnits: [String] { (0..<seriesInputs).map { inputUnit($0).text } }

    /// What its outputs are measured in where the series that it takes is measured in `input`.
    func outputUnits(of input: martlet.FeatureUnit) -> [martlet.FeatureUnit] {
        (0..<about.output_count).map { martlet.feature_output_unit(index, $0, input) }
    }

    /// What input `place` of a series must be measured in; `any` where it does not matter.
    func inputUnit(_ place: Int) -> martlet.FeatureUnit { martlet.feature_input_unit(index, Int32(place)) }

    /// How many inputs a kernel of several series takes: as many as it reads, or as its parameter says.
    var severalInputs: ClosedRange<Int> {
        let most = about.inputs.nonzeroBitCount
        return parameters.contains { $0.name == "inputs" } ? 2...most : most...most
    }

    /// How many columns of a series it reads: 1, or 2 where it has a reference.
    var seriesInputs: Int { record == .series ? (about.inputs & 2 != 0 ? 2 : 1) : 0 }

    /// Updates until the outputs are numbers, with one value for each parameter; nil where those do not fit.
    public func warmUp(_ values: [Double]) -> Int? {
        let updates = values.withUnsafeBufferPointer { martlet.feature_warm_up(index, $0.baseAddress, Int32($0.count)) }
        return updates < 0 ? nil : Int(updates)
    }

    /// The first parameter whose value is not acceptable, or does not go with the others; nil where all are.
    func refused(_ values: [Double]) -> Parameter? {
        var place: Int32 = 0
        let status = values.withUnsafeBufferPointer { martlet.check_feature(index, $0.baseAddress, Int32($0.count), &place) }
        guard status != .ok else { return nil }
        let all = parameters
        return all[min(max(Int(place), 0), all.count - 1)]
    }

    /// Every kernel, in the order of the core's table.
    public static var all: [Kernel] { (0..<martlet.feature_count()).map(Kernel.init(index:)) }

    /// The kernel of this name; nil where there is none.
    public static func named(_ name: String) -> Kernel? {
        let index = martlet.find_feature(name)
        return index < 0 ? nil : Kernel(index: index)
    }

    /// Of the names, parameters and versions of all kernels: builds with equal digests give equal numbers.
    public static var digest: UInt64 { martlet.feature_digest() }
}

extension martlet.FeatureUnit {
    /// As documents and messages name it: `price`, `ratio`.
    var text: String { martlet.feature_unit_name(self).map { String(cString: $0) } ?? "mixed" }
}
