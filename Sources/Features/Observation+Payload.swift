extension Observation {
    /// The observation as numbers, for the journal. Layout, version 1:
    ///
    ///     place  0        layout version
    ///            1        instrument
    ///            2, 3     time         (upper 32 bits, lower 32 bits; each exact as a double)
    ///            4, 5     sequence     (so too)
    ///            6, 7     position     (so too)
    ///            8 … 11   bid, ask, mid, tick
    ///            12       number of features, n
    ///            13 …     n features, in the order of ObservationFeature
    ///
    /// The same observation always gives the same bits.
    public var payload: [Double] {
        Array(unsafeUninitializedCapacity: Self.payloadCount) { buffer, count in
            write(to: buffer.baseAddress!)
            count = Self.payloadCount
        }
    }

    /// Writes `payload` into memory for `payloadCount` numbers. Allocates nothing.
    public func write(to memory: UnsafeMutablePointer<Double>) {
        var writer = PayloadCursor(memory)
        writer.put(Double(Self.layoutVersion))
        writer.put(Double(instrument))
        writer.put(time)
        writer.put(Int64(bitPattern: sequence))
        writer.put(position)
        writer.put(bid)
        writer.put(ask)
        writer.put(mid)
        writer.put(tick)
        writer.put(Double(ObservationFeature.count))
        for index in numbers.indices { writer.put(numbers[index]) }
        assert(writer.count == Self.payloadCount)
    }

    /// Reads what `payload` wrote; refuses other versions, lengths and values that are no such thing.
    public init(payload: some RandomAccessCollection<Double>) throws(PayloadError) { try self.init(payload: Array(payload)) }

    /// The same, without a copy.
    public init(payload: [Double]) throws(PayloadError) {
        var reader = PayloadReader(payload)
        try reader.version(Self.layoutVersion)
        instrument = UInt32(try reader.whole("instrument", in: 0...Int(UInt32.max)))
        time = try reader.int64("time")
        sequence = UInt64(bitPattern: try reader.int64("sequence"))
        position = try reader.int64("position")
        bid = try reader.number()
        ask = try reader.number()
        mid = try reader.number()
        tick = try reader.number()
        let count = try reader.whole("number of features", in: ObservationFeature.count...ObservationFeature.count)
        numbers = InlineArray(repeating: .nan)
        for index in 0..<count { numbers[index] = try reader.number() }
        try reader.finish()
    }
}
