public import CxxEvent
internal import Features

/// What the engine says in answer to one event: commands, decision requests and notes, in order.
///
/// The host drains it after every event, numbers each record, appends it to the journal and only then
/// lets it act. The capacity is fixed when the engine is made, from the number of orders that can be open
/// at once (a kill switch cancels them all in answer to one event); exceeding it is a broken invariant.
public struct OutputBuffer: ~Copyable {
    /// One record: `command` when its kind says so, else `host` with `payload`.
    public struct Record {
        public var isCommand: Bool
        public var command: martlet.Command
        public var host: martlet.HostEvent
        /// Where the payload begins in the buffer's payload area, in doubles, and how many it has.
        public var payloadOffset: Int
        public var payloadCount: Int
    }

    private let records: UnsafeMutablePointer<Record>
    private var payloads: UnsafeMutablePointer<Double>
    private let capacity: Int
    private var payloadCapacity: Int
    private var payloadUsed = 0
    /// Records since the last `removeAll`.
    public private(set) var count = 0

    init(capacity: Int, payloadCapacity: Int) {
        self.capacity = capacity
        self.payloadCapacity = payloadCapacity
        records = .allocate(capacity: capacity)
        payloads = .allocate(capacity: payloadCapacity)
    }

    deinit {
        records.deallocate()
        payloads.deallocate()
    }

    public var isEmpty: Bool { count == 0 }

    /// The record at `index`, oldest first.
    public subscript(index: Int) -> Record {
        precondition(index >= 0 && index < count, "output record \(index) of \(count)")
        return records[index]
    }

    /// The payload of a record: valid until the next `removeAll`.
    public func payload(of record: Record) -> UnsafeBufferPointer<Double> {
        UnsafeBufferPointer(start: payloads + record.payloadOffset, count: record.payloadCount)
    }

    /// Forgets all records; O(1).
    public mutating func removeAll() {
        count = 0
        payloadUsed = 0
    }

    /// Makes room for so many numbers in answer to one event: where another configuration shows more. The buffer is empty.
    mutating func reservePayloads(_ numbers: Int) {
        guard numbers > payloadCapacity else { return }
        precondition(isEmpty, "the answer to an event was not taken")
        payloads.deallocate()
        payloads = .allocate(capacity: numbers)
        payloadCapacity = numbers
    }

    mutating func append(_ command: martlet.Command) {
        precondition(count < capacity, "more than \(capacity) commands in answer to one event")
        (records + count).initialize(
            to: Record(
                isCommand: true, command: command, host: martlet.HostEvent(), payloadOffset: 0, payloadCount: 0))
        count += 1
    }

    mutating func append(_ host: martlet.HostEvent) {
        precondition(count < capacity, "more than \(capacity) records in answer to one event")
        (records + count).initialize(
            to: Record(
                isCommand: false, command: martlet.Command(), host: host, payloadOffset: 0, payloadCount: 0))
        count += 1
    }

    /// Appends a host record with what an agent is shown as its payload: the observation, and the row of the feature set.
    mutating func append(_ host: martlet.HostEvent, _ observation: Observation, set: UnsafeBufferPointer<Double>) {
        let size = Observation.payloadCount(setColumns: set.count)
        precondition(payloadUsed + size <= payloadCapacity, "payload area of \(payloadCapacity) doubles is full")
        observation.write(to: payloads + payloadUsed, set: set)
        append(host)
        records[count - 1].payloadOffset = payloadUsed
        records[count - 1].payloadCount = size
        payloadUsed += size
    }
}
