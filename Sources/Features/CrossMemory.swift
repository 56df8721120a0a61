internal import CxxFeature

/// What a step over the universe remembers from one moment to the next: flat memory, whose bytes are a snapshot. One thread at a time; allocates at
/// `init` alone.
final class CrossMemory {
    let bytes: UnsafeMutableRawBufferPointer

    /// Most bytes of one step.
    static let maximumBytes = 1 << 30

    /// nil where the step has nothing to remember, or where it would be more than `maximumBytes`: its values are then never there.
    init?(_ method: CrossSection, _ parameters: [Double], instruments: Int) {
        let size = Self.size(method, parameters, instruments: instruments)
        guard size > 0, size <= Self.maximumBytes else { return nil }
        bytes = .allocate(byteCount: size, alignment: 16)
        switch method {
        case .cluster:
            let status = martlet.create_clusters(Int32(instruments), Int32(parameters[0]), bytes.baseAddress, size)
            precondition(status == .ok, "the size was asked for")
        default: bytes.storeBytes(of: martlet.AdvanceDeclineLine(), as: martlet.AdvanceDeclineLine.self)
        }
    }

    deinit { bytes.deallocate() }

    /// Whether a step over so many instruments can remember what it must.
    static func fits(_ method: CrossSection, _ parameters: [Double], instruments: Int) -> Bool {
        guard method == .cluster else { return true }
        return (1...maximumBytes).contains(size(method, parameters, instruments: instruments))
    }

    private static func size(_ method: CrossSection, _ parameters: [Double], instruments: Int) -> Int {
        switch method {
        case .cluster: instruments > Int(Int32.max) ? 0 : martlet.cluster_bytes(Int32(instruments), Int32(parameters[0]))
        case .advanceDecline: MemoryLayout<martlet.AdvanceDeclineLine>.size
        default: 0
        }
    }

    /// The advance/decline line after another moment.
    func advance(_ breadth: martlet.MarketBreadth) -> Double {
        bytes.baseAddress!.assumingMemoryBound(to: martlet.AdvanceDeclineLine.self).pointee.update(breadth)
    }
}
