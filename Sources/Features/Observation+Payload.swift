extension Observation {
    /// The observation as numbers, for the journal. Layout, version 1 without a feature set and 2 with one:
    ///
    ///     place  0        layout version
    ///            1        instrument
    ///            2, 3     time         (upper 32 bits, lower 32 bits; each exact as a double)
    ///            4, 5     sequence     (so too)
    ///            6, 7     position     (so too)
    ///            8 … 11   bid, ask, mid, tick
    ///            12       number of features, n
    ///            13 …     n features, in the order of ObservationFeature
    ///            13 + n   version 2: number of the set's columns, and then as many numbers
    ///
    /// The same observation always gives the same bits.
    public var payload: [Double] {
        let size = Self.payloadCount(setColumns: setValues.count)
        return setValues.withUnsafeBufferPointer { set in
            Array(unsafeUninitializedCapacity: size) { buffer, count in
                write(to: buffer.baseAddress!, set: set)
                count = size
            }
        }
    }

    /// The layout's version, of a payload with so many columns of a set.
    public static func layoutVersion(setColumns: Int) -> Int { setColumns == 0 ? 1 : 2 }

    /// Numbers in a payload with so many columns of a set.
    public static func payloadCount(setColumns: Int) -> Int {
        13 + ObservationFeature.count + (setColumns == 0 ? 0 : 1 + setColumns)
    }

    /// Writes `payload` into memory for `payloadCount(setColumns:)` numbers, with `set` in the place of `setValues`: from where a set is
    /// kept, without a copy in between. Allocates nothing.
    public func write(to memory: UnsafeMutablePointer<Double>, set: UnsafeBufferPointer<Double>) {
        var writer = PayloadCursor(memory)
        writer.put(Double(Self.layoutVersion(setColumns: set.count)))
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
        if !set.isEmpty {
            writer.put(Double(set.count))
            for value in set { writer.put(value) }
        }
        assert(writer.count == Self.payloadCount(setColumns: set.count))
    }

    /// Reads what `payload` wrote; refuses other versions, lengths and values that are no such thing.
    public init(payload: some RandomAccessCollection<Double>) throws(PayloadError) { try self.init(payload: Array(payload)) }

    /// The same, without a copy.
    public init(payload: [Double]) throws(PayloadError) {
        var reader = PayloadReader(payload)
        let version = try reader.version(1...2)
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
        if version == 2 {
            let columns = try reader.whole("number of the set's columns", in: 1...FeaturePlan.maximumColumns)
            setValues.reserveCapacity(columns)
            for _ in 0..<columns { setValues.append(try reader.number()) }
        }
        try reader.finish()
    }
}
