#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/event.hpp"
#include "martlet/order_event.hpp"

namespace martlet {

/// Which of the three records of the inbound stream an `InboundRecord` holds.
enum class RecordFamily : std::uint8_t {
    none = 0,   ///< not an inbound kind
    market = 1, ///< MarketEvent
    order = 2,  ///< OrderEvent
    host = 3,   ///< HostEvent
};

/// The family that a kind belongs to. Commands, decision requests and notes are the engine's own and
/// never inbound: `none`.
inline RecordFamily record_family(EventKind kind) noexcept {
    const auto number = static_cast<std::uint8_t>(kind);
    if (number == 0) return RecordFamily::none;
    if (number < 32) return RecordFamily::market;
    if (number < 64) return RecordFamily::order;
    if (number < 96) return RecordFamily::host;
    return RecordFamily::none;
}

/// One record on its way to the sequencer: a MarketEvent, OrderEvent or HostEvent, told apart by the
/// kind at offset 28. The first 32 bytes are the common head; `body` is the record's own, zero where it
/// ends early.
struct InboundRecord {
    std::uint64_t sequence; ///< 0: the sequencer has not numbered it
    std::int64_t receive_time;
    std::int64_t exchange_time;
    std::uint32_t instrument;
    EventKind kind;
    Side side;
    std::uint16_t flags;
    std::uint64_t body[12];

    RecordFamily family() const noexcept { return record_family(kind); }
    /// Bytes of the record that it holds: 64 or 128; 0 for none.
    std::size_t size() const noexcept {
        const RecordFamily held = family();
        return held == RecordFamily::none ? 0 : held == RecordFamily::order ? sizeof(OrderEvent) : sizeof(MarketEvent);
    }
    /// The record by value. That it is of this family is the caller's to check.
    MarketEvent market() const noexcept { return read<MarketEvent>(); }
    OrderEvent order() const noexcept { return read<OrderEvent>(); }
    HostEvent host() const noexcept { return read<HostEvent>(); }

private:
    template <typename Event>
    Event read() const noexcept {
        Event event;
        __builtin_memcpy(&event, this, sizeof(event));
        return event;
    }
};

static_assert(sizeof(InboundRecord) == 128 && offsetof(InboundRecord, kind) == 28 && offsetof(InboundRecord, body) == 32);

/// The bounded ring by which everything reaches the engine's thread: any number of threads push, one pops.
///
/// Records of one pusher keep their order. A push costs two atomic exchanges and a copy of 128 bytes, no
/// lock and no allocation; it makes a system call only where the consumer is asleep in `wait`. What to do when the
/// ring is full is the pusher's policy: order reports wait, market data is dropped behind a `discontinuity`.
///
/// The record's `sequence` does not survive: it is the slot's turn while the record travels, and 0 when it
/// arrives, for the sequencer to fill.
///
/// The object may be moved until it is lent to others by address; give it a fixed place first.
class MARTLET_NONCOPYABLE InboundRing {
public:
    /// `capacity` records (128 bytes each), rounded up to a power of two from 2 to 2²⁴. Ends the process
    /// when memory is short.
    explicit InboundRing(std::size_t capacity) noexcept;
    InboundRing(InboundRing&& other) noexcept;
    InboundRing(const InboundRing&) = delete;
    InboundRing& operator=(const InboundRing&) = delete;
    ~InboundRing();

    /// Any thread: appends a record. False where the ring is full, or its kind is not of the family.
    bool try_push(const MarketEvent& event) noexcept;
    bool try_push(const OrderEvent& event) noexcept;
    bool try_push(const HostEvent& event) noexcept;

    /// Consumer: takes the oldest record, its `sequence` 0. False where there is none.
    bool try_pop(InboundRecord& out) noexcept;

    /// Consumer: sleeps until a record is there, `wake()` is called, or `nanoseconds` have passed. True
    /// where a record is there. Spins first for about a microsecond.
    bool wait(std::int64_t nanoseconds) noexcept;

    /// Any thread: ends a `wait` that is under way; without one, ends the next.
    void wake() noexcept;

    /// Records in the ring at some moment during the call; any thread.
    std::size_t approximate_size() const noexcept;
    std::size_t capacity() const noexcept;
    /// Pushes refused because the ring was full, since construction; any thread.
    std::uint64_t refused() const noexcept;

private:
    struct State;
    State* state_;
};

} // namespace martlet
