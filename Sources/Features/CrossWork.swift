internal import CxxFeature

/// Scratch memory for cross-sections of one universe, and its groups. One thread at a time; allocates at `init` alone.
final class CrossWork {
    /// Most outputs of a step.
    static let maximumOutputs = 3

    private let count: Int32
    /// Clusters and their sizes.
    private let numbered: UnsafeMutableBufferPointer<Int32>
    /// Values of one moment, NaN for who is absent; what comes out stands in `result`, output by output, one for each instrument.
    private let values: UnsafeMutableBufferPointer<Double>
    private let result: UnsafeMutableBufferPointer<Double>
    /// Where each instrument stands among them: by its key, so that sums have the same bits in whatever order instruments are given.
    private let places: [Int]
    private let numbers: UnsafeMutableBufferPointer<Double>
    private let order: UnsafeMutableBufferPointer<Int32>
    private let groups: [Int32]
    private let performance: UnsafeMutableBufferPointer<martlet.GroupPerformance>

    /// `groups` gives each instrument's group, −1 for none.
    init(instruments: [String], groups: [InstrumentGroup]) {
        count = Int32(instruments.count)
        values = .allocate(capacity: instruments.count)
        result = .allocate(capacity: Self.maximumOutputs * instruments.count)
        numbers = .allocate(capacity: 2 * max(instruments.count, groups.count))
        order = .allocate(capacity: max(instruments.count, groups.count))
        performance = .allocate(capacity: groups.count)
        numbered = .allocate(capacity: 2 * instruments.count)
        let sorted = instruments.indices.sorted { instruments[$0] < instruments[$1] }
        var places = Array(repeating: 0, count: instruments.count)
        for (place, instrument) in sorted.enumerated() { places[instrument] = place }
        self.places = places
        self.groups = sorted.map { instruments[$0] }.map { key in groups.firstIndex { $0.members.contains(key) }.map { Int32($0) } ?? -1 }
        values.initialize(repeating: .nan)
        result.initialize(repeating: .nan)
        numbers.initialize(repeating: 0)
        order.initialize(repeating: 0)
        numbered.initialize(repeating: 0)
        performance.initialize(repeating: martlet.GroupPerformance())
    }

    deinit {
        values.deallocate()
        result.deallocate()
        numbers.deallocate()
        order.deallocate()
        performance.deallocate()
        numbered.deallocate()
    }

    /// A number of `result`.
    func result(_ output: Int, of instrument: Int) -> Double { result[output * Int(count) + places[instrument]] }

    /// The value of one moment, NaN for who is absent.
    func set(_ value: Double, of instrument: Int) { values[places[instrument]] = value }

    /// From `values` to `result`. O(instruments), with ranks and medians × log; clusters O(instruments² × window). `memory` is that of the step where it has one.
    func compute(_ method: CrossSection, _ parameters: [Double], _ memory: CrossMemory?) {
        let (from, to) = (values.baseAddress, result.baseAddress)
        switch method {
        case .rank: martlet.cross_rank(from, count, order.baseAddress, to)
        case .zScore: martlet.cross_z_score(from, count, to)
        case .robust: martlet.cross_robust_score(from, count, numbers.baseAddress, to)
        case .residual: martlet.basket_residual(from, nil, count, numbers.baseAddress, to)
        case .breadth: fill(martlet.market_breadth(from, count).share_above)
        case .netBreadth: fill(martlet.market_breadth(from, count).net)
        case .dispersion: fill(martlet.cross_dispersion(from, count).deviation)
        case .advanceDecline: fill(memory.map { $0.advance(martlet.market_breadth(from, count)) } ?? .nan)
        case .cluster: findClusters(parameters, memory)
        case .lessGroup: martlet.group_demean(from, groups, count, Int32(performance.count), numbers.baseAddress, order.baseAddress, to)
        case .groupMean, .groupMedian, .groupRank:
            martlet.group_performance(from, groups, count, Int32(performance.count), order.baseAddress, performance.baseAddress)
            for place in groups.indices {
                guard groups[place] >= 0, values[place].isFinite else {
                    result[place] = .nan
                    continue
                }
                let group = performance[Int(groups[place])]
                result[place] = method == .groupMean ? group.mean : method == .groupMedian ? group.median : group.rank
            }
        }
    }

    /// Who has been there too seldom is in none, and NaN.
    private func findClusters(_ parameters: [Double], _ memory: CrossMemory?) {
        guard let state = memory?.bytes.baseAddress, let cluster = numbered.baseAddress else { return result.update(repeating: .nan) }
        let size = cluster + Int(count)
        martlet.update_clusters(state, values.baseAddress)
        let inside = result.baseAddress! + 2 * Int(count)
        let status = martlet.compute_clusters(state, parameters[1], Int32(parameters[2]), cluster, size, inside)
        precondition(status == .ok, "the parameters were checked")
        for place in values.indices {
            let isMember = cluster[place] >= 0
            result[place] = isMember ? Double(cluster[place]) : .nan
            result[Int(count) + place] = isMember ? Double(size[place]) : .nan
            if !isMember { inside[place] = .nan }
        }
    }

    /// One number for everybody who is present.
    private func fill(_ number: Double) {
        for place in values.indices { result[place] = values[place].isFinite ? number : .nan }
    }
}
