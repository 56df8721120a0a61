/// Writes a state to bytes, or reads it back, by one list of fields for both: what is written is what is read, in the same
/// order, and there is no second list to forget a field in.
///
///     extension Thing {
///         mutating func code(_ state: inout StateCoder) {
///             state.section("thing")
///             state.value(&count)
///             state.value(&price)
///         }
///     }
///
/// For snapshots, which a checksum guards; the first thing that cannot be (an impossible count, an unknown raw value, an
/// end too early) is kept in `problem`, and nothing is read any more. Numbers lie as in memory, little-endian. Writing grows its
/// buffer by doubling; reading allocates nothing of its own.
public struct StateCoder: ~Copyable {
    public let isReading: Bool
    /// Writing: equal states give equal bytes, what lies in no order is sorted first. For comparing states, not for keeping them.
    public let isCanonical: Bool
    /// The first thing that was wrong; nil: nothing so far.
    public private(set) var problem: String?
    @usableFromInline let buffer: StateBuffer
    @usableFromInline var position = 0
    @usableFromInline var limit: Int

    /// Writes into `buffer`, from its beginning.
    public init(writing buffer: StateBuffer, isCanonical: Bool = false) {
        isReading = false
        self.isCanonical = isCanonical
        self.buffer = buffer
        buffer.count = 0
        limit = buffer.capacity
    }

    /// Writes into `buffer`, behind what it holds.
    public init(appendingTo buffer: StateBuffer) {
        isReading = false
        isCanonical = false
        self.buffer = buffer
        position = buffer.count
        limit = buffer.capacity
    }

    /// Reads what `buffer` holds.
    public init(reading buffer: StateBuffer) {
        isReading = true
        isCanonical = false
        self.buffer = buffer
        limit = buffer.count
    }

    /// Reading: all of it was read, and nothing was wrong. Writing: always.
    public var isWhole: Bool { problem == nil && (!isReading || position == limit) }

    /// Notes what is wrong; the first time counts. Nothing is read from here on.
    public mutating func fail(_ what: String) {
        guard isReading, problem == nil else { return }
        problem = what
        limit = position
    }

    /// The next `count` bytes: to be written to, or to be read. nil where reading has come to its end.
    @inlinable
    public mutating func bytes(_ count: Int) -> UnsafeMutableRawPointer? {
        if position + count > limit {
            guard !isReading else {
                fail("it ends within a part")
                return nil
            }
            buffer.grow(to: position + count)
            limit = buffer.capacity
        }
        defer {
            position += count
            if !isReading { buffer.count = position }
        }
        return buffer.start + position
    }

    /// A number.
    @inlinable
    public mutating func value<Number: FixedWidthInteger>(_ number: inout Number) {
        guard let at = bytes(MemoryLayout<Number>.size) else { return }
        if isReading { number = at.loadUnaligned(as: Number.self) } else { at.storeBytes(of: number, as: Number.self) }
    }

    @inlinable
    public mutating func value(_ number: inout Double) {
        var bits = number.bitPattern
        value(&bits)
        if isReading { number = Double(bitPattern: bits) }
    }

    @inlinable
    public mutating func value(_ flag: inout Bool) {
        var number: UInt8 = flag ? 1 : 0
        value(&number)
        if number > 1 { fail("a flag is \(number)") }
        if isReading { flag = number == 1 }
    }

    @inlinable
    public mutating func value(_ number: inout Int64?) {
        var isThere = number != nil
        value(&isThere)
        guard isThere else { return number = nil }
        var present = number ?? 0
        value(&present)
        if isReading { number = present }
    }

    /// An enumeration by its raw value.
    @inlinable
    public mutating func choice<Choice: RawRepresentable>(_ choice: inout Choice) where Choice.RawValue: FixedWidthInteger {
        var raw = choice.rawValue
        value(&raw)
        guard isReading else { return }
        guard let read = Choice(rawValue: raw) else { return fail("there is no \(Choice.self) \(raw)") }
        choice = read
    }

    /// A plain struct of the core without pointers, padding spelled out: its memory, with its size as a check.
    @inlinable
    public mutating func plain<Plain>(_ plain: inout Plain) {
        var size = UInt32(MemoryLayout<Plain>.size)
        value(&size)
        guard size == MemoryLayout<Plain>.size else { return fail("a \(Plain.self) of \(size) bytes, expected \(MemoryLayout<Plain>.size)") }
        guard let at = bytes(MemoryLayout<Plain>.size) else { return }
        withUnsafeMutableBytes(of: &plain) { memory in
            if isReading {
                memory.copyMemory(from: UnsafeRawBufferPointer(start: at, count: memory.count))
            } else {
                UnsafeMutableRawBufferPointer(start: at, count: memory.count).copyMemory(from: UnsafeRawBufferPointer(memory))
            }
        }
    }

    /// A count of at most `limit`: what comes back is in 0 … limit, whatever was read.
    @inlinable
    public mutating func count(_ count: Int, atMost limit: Int) -> Int {
        var number = count
        value(&number)
        guard isReading else { return count }
        if problem == nil && (number < 0 || number > limit) { fail("\(number) where at most \(limit) can be") }
        return problem == nil ? number : 0
    }

    /// A number that must be as it is here: what the state was made for.
    @inlinable
    public mutating func expect<Number: FixedWidthInteger>(_ expected: Number, _ what: StaticString) {
        var number = expected
        value(&number)
        if number != expected { fail("\(what) is \(number), expected \(expected)") }
    }

    /// The elements of an array, each by `body`; `blank` is what one is before it is read.
    @inlinable
    public mutating func array<Element>(
        _ elements: inout [Element], atMost limit: Int, blank: @autoclosure () -> Element, _ body: (inout StateCoder, inout Element) -> Void
    ) {
        let number = count(elements.count, atMost: limit)
        guard isReading else {
            for index in elements.indices { body(&self, &elements[index]) }
            return
        }
        elements.removeAll(keepingCapacity: true)
        for _ in 0..<number where problem == nil {
            var element = blank()
            body(&self, &element)
            if problem == nil { elements.append(element) }
        }
    }

    /// A text of at most 16 MiB.
    public mutating func value(_ text: inout String) {
        var copy = text
        let size = count(copy.utf8.count, atMost: 1 << 24)
        guard let at = bytes(size) else { return }
        if isReading {
            text = String(decoding: UnsafeRawBufferPointer(start: at, count: size), as: UTF8.self)
        } else {
            copy.withUTF8 { UnsafeMutableRawBufferPointer(start: at, count: size).copyMemory(from: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Begins a part: reading checks that it is this one that was written here.
    public mutating func section(_ name: StaticString) {
        let wanted = name.withUTF8Buffer { $0.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 } }
        var mark = wanted
        value(&mark)
        if mark != wanted { fail("part '\(name)' is not where it should be") }
    }
}

/// Memory that a state is written to: kept from one to the next, so that only a larger state allocates.
public final class StateBuffer: @unchecked Sendable {
    // One thread at a time has it; it changes hands whole.
    @usableFromInline var start: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    /// Bytes written.
    public var count = 0

    public init(capacity: Int = 1 << 20) {
        self.capacity = max(capacity, 64)
        start = .allocate(byteCount: self.capacity, alignment: 16)
    }

    /// A copy of `bytes`, to be read.
    public convenience init(copying bytes: UnsafeRawBufferPointer) {
        self.init(capacity: bytes.count)
        if let from = bytes.baseAddress { start.copyMemory(from: from, byteCount: bytes.count) }
        count = bytes.count
    }

    deinit { start.deallocate() }

    /// Calls `body` with what was written.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: start, count: count)) }
    }

    @usableFromInline func grow(to needed: Int) {
        var larger = capacity
        while larger < needed { larger *= 2 }
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = moved
        capacity = larger
    }
}
