#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/spsc_ring.hpp"

namespace martlet {

/// A bounded queue of variable-length records from exactly one thread to exactly one other; each record
/// is a head and an optional payload, kept side by side.
///
/// A record lies in one piece: where it would cross the end of the buffer, the rest of the buffer is
/// skipped. Wait-free on both sides; no allocation after construction (which ends the process when
/// memory is short).
class MARTLET_NONCOPYABLE ByteRing {
public:
    /// Bytes of bookkeeping before each record.
    static constexpr std::size_t overhead = 8;

    /// `capacity` bytes, rounded up to a power of two between 4 KiB and 1 GiB.
    explicit ByteRing(std::size_t capacity) noexcept;
    ByteRing(ByteRing&& other) noexcept;
    ByteRing(const ByteRing&) = delete;
    ByteRing& operator=(const ByteRing&) = delete;
    ~ByteRing();

    std::size_t capacity() const noexcept { return capacity_; }
    /// Largest head plus payload that one record may have: with it a record always fits an empty ring.
    std::size_t maximum_record() const noexcept { return capacity_ / 2 - overhead; }

    /// Producer: copies one record in. False where there is no room now; never true later for a record
    /// above `maximum_record()`.
    bool try_push(const void* head, std::size_t head_size, const void* payload, std::size_t payload_size) noexcept;

    /// Bytes in use at some moment during the call; for the producer at most, for the consumer at least these.
    std::size_t used() const noexcept;
    /// Producer: whether more than half is in use. Cheap: looks at the consumer's cursor only where its
    /// last look says so.
    bool above_half() noexcept;

    /// One record in the buffer, valid until it is popped.
    struct View {
        const unsigned char* data; ///< head, then payload; aligned to 8 bytes; null: the ring is empty
        std::uint32_t head_size;
        std::uint32_t payload_size;
    };

    /// Consumer: the oldest record that has not been stepped over, without copying; steps over it.
    /// `data` is null where there is none. The space is given back by `release()`.
    View next() noexcept;

    /// Consumer: gives the space of all records that `next()` returned back to the producer.
    void release() noexcept;

    /// True where the consumer has seen everything; any thread may ask.
    bool empty() const noexcept;

private:
    detail::SpscCursors* cursors_;
    unsigned char* bytes_;
    std::size_t capacity_;
    std::uint64_t read_ = 0; // consumer: position after the last record that next() returned
};

} // namespace martlet
