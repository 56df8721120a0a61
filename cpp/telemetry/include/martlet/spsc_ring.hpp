#pragma once
#include <cstddef>
#include <cstdint>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>

#include "martlet/annotations.hpp"

namespace martlet {

/// Bytes of one cache line; two are fetched as a pair, so what must not be shared lies two apart.
inline constexpr std::size_t cache_line = 64;

namespace detail {

/// The cursors of a single-producer single-consumer ring, each side's on lines of its own. Allocated on
/// a cache line rather than declared `alignas(64)`: Swift does not see types aligned above 16.
struct SpscCursors {
    std::atomic<std::uint64_t> tail{0};        // written by the producer
    std::uint64_t head_seen = 0;               // the producer's last look at head
    unsigned char gap0[2 * cache_line - 16];
    std::atomic<std::uint64_t> head{0};        // written by the consumer
    std::uint64_t tail_seen = 0;               // the consumer's last look at tail
    unsigned char gap1[2 * cache_line - 16];
};

inline SpscCursors* make_spsc_cursors() {
    return new (::operator new(sizeof(SpscCursors), std::align_val_t{2 * cache_line})) SpscCursors;
}
inline void free_spsc_cursors(SpscCursors* cursors) noexcept {
    if (cursors != nullptr) ::operator delete(cursors, std::align_val_t{2 * cache_line});
}

} // namespace detail

/// A bounded queue of plain records from exactly one thread to exactly one other.
///
///     producer                                     consumer
///     auto slots = ring.reserve(64);               auto records = ring.peek(64);
///     … write some of slots …  ring.commit(n);     … read some of records …  ring.release(n);
///
/// `Capacity` is a power of two. Wait-free on both sides: no lock, no system call, no allocation after
/// construction (which ends the process when memory is short). Each side keeps its last look at the other's cursor and
/// looks again only where that says that there is too little: a line of cursors crosses between the cores once in
/// many records, unless one side runs the ring empty (or full) at every record. Where the rate matters more than the
/// memory, the ring should fit the second-level cache but not the first: some 16,384 records of 64 bytes.
template <typename T, std::size_t Capacity>
class MARTLET_NONCOPYABLE SpscRing {
    static_assert(Capacity >= 2 && (Capacity & (Capacity - 1)) == 0, "capacity must be a power of two");
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= cache_line);

public:
    SpscRing() noexcept
        : cursors_(detail::make_spsc_cursors()),
          slots_(static_cast<T*>(::operator new(sizeof(T) * Capacity, std::align_val_t{cache_line}))) {}
    SpscRing(SpscRing&& other) noexcept : cursors_(other.cursors_), slots_(other.slots_) {
        other.cursors_ = nullptr;
        other.slots_ = nullptr;
    }
    SpscRing(const SpscRing&) = delete;
    SpscRing& operator=(const SpscRing&) = delete;
    ~SpscRing() {
        detail::free_spsc_cursors(cursors_);
        ::operator delete(slots_, std::align_val_t{cache_line});
    }

    static constexpr std::size_t capacity() noexcept { return Capacity; }

    /// Producer: up to `count` free slots that lie side by side, to be written in place; what they hold is left from
    /// earlier. Fewer where the ring is nearly full or its buffer ends, none where it is full. They stay the producer's until
    /// `commit`.
    std::span<T> reserve(std::size_t count) noexcept {
        const std::uint64_t tail = cursors_->tail.load(std::memory_order_relaxed);
        const std::size_t offset = static_cast<std::size_t>(tail) & (Capacity - 1);
        const std::size_t wanted = std::min(count, Capacity - offset);
        return {slots_ + offset, std::min(wanted, room(tail, wanted))};
    }
    /// Producer: hands the first `count` slots of the last `reserve` to the consumer.
    void commit(std::size_t count) noexcept {
        const std::uint64_t tail = cursors_->tail.load(std::memory_order_relaxed);
        assert(tail + count - cursors_->head_seen <= Capacity);
        cursors_->tail.store(tail + count, std::memory_order_release);
    }

    /// Consumer: up to `count` of the oldest records that lie side by side, to be read in place. Fewer where there
    /// are fewer or the buffer ends; none where the ring is empty. They stay the consumer's until `release`.
    std::span<const T> peek(std::size_t count) noexcept {
        const std::uint64_t head = cursors_->head.load(std::memory_order_relaxed);
        const std::size_t offset = static_cast<std::size_t>(head) & (Capacity - 1);
        const std::size_t wanted = std::min(count, Capacity - offset);
        return {slots_ + offset, std::min(wanted, waiting(head, wanted))};
    }
    /// Consumer: gives the first `count` slots of the last `peek` back to the producer.
    void release(std::size_t count) noexcept {
        const std::uint64_t head = cursors_->head.load(std::memory_order_relaxed);
        assert(count <= cursors_->tail_seen - head);
        cursors_->head.store(head + count, std::memory_order_release);
    }

    /// Producer: appends one record. False where the ring is full.
    bool try_push(const T& value) noexcept {
        const std::uint64_t tail = cursors_->tail.load(std::memory_order_relaxed);
        if (room(tail, 1) == 0) return false;
        slots_[tail & (Capacity - 1)] = value;
        cursors_->tail.store(tail + 1, std::memory_order_release);
        return true;
    }
    /// Consumer: takes the oldest record. False where the ring is empty.
    bool try_pop(T& out) noexcept {
        const std::uint64_t head = cursors_->head.load(std::memory_order_relaxed);
        if (waiting(head, 1) == 0) return false;
        out = slots_[head & (Capacity - 1)];
        cursors_->head.store(head + 1, std::memory_order_release);
        return true;
    }

    /// Producer: appends as many of `count` records as fit, in order, and returns how many.
    std::size_t push_some(const T* values, std::size_t count) noexcept {
        const std::uint64_t tail = cursors_->tail.load(std::memory_order_relaxed);
        const std::size_t taken = std::min(count, room(tail, count));
        if (taken == 0) return 0;
        const std::size_t offset = static_cast<std::size_t>(tail) & (Capacity - 1);
        const std::size_t before_end = std::min(taken, Capacity - offset);
        std::memcpy(slots_ + offset, values, before_end * sizeof(T));
        if (taken != before_end) std::memcpy(slots_, values + before_end, (taken - before_end) * sizeof(T));
        cursors_->tail.store(tail + taken, std::memory_order_release);
        return taken;
    }
    /// Consumer: takes up to `count` of the oldest records, in order, and returns how many.
    std::size_t pop_some(T* out, std::size_t count) noexcept {
        const std::uint64_t head = cursors_->head.load(std::memory_order_relaxed);
        const std::size_t taken = std::min(count, waiting(head, count));
        if (taken == 0) return 0;
        const std::size_t offset = static_cast<std::size_t>(head) & (Capacity - 1);
        const std::size_t before_end = std::min(taken, Capacity - offset);
        std::memcpy(out, slots_ + offset, before_end * sizeof(T));
        if (taken != before_end) std::memcpy(out + before_end, slots_, (taken - before_end) * sizeof(T));
        cursors_->head.store(head + taken, std::memory_order_release);
        return taken;
    }

    /// Records in the ring as any thread sees it at some moment during the call.
    std::size_t approximate_size() const noexcept {
        const std::uint64_t head = cursors_->head.load(std::memory_order_acquire);
        const std::uint64_t tail = cursors_->tail.load(std::memory_order_acquire);
        return static_cast<std::size_t>(std::min<std::uint64_t>(tail - head, Capacity));
    }

private:
    // Free slots, by the last look at the consumer's cursor where that is enough.
    std::size_t room(std::uint64_t tail, std::size_t wanted) noexcept {
        std::size_t known = Capacity - static_cast<std::size_t>(tail - cursors_->head_seen);
        if (known < wanted) {
            cursors_->head_seen = cursors_->head.load(std::memory_order_acquire);
            known = Capacity - static_cast<std::size_t>(tail - cursors_->head_seen);
        }
        return known;
    }
    // Records there, by the last look at the producer's cursor where that is enough.
    std::size_t waiting(std::uint64_t head, std::size_t wanted) noexcept {
        std::size_t known = static_cast<std::size_t>(cursors_->tail_seen - head);
        if (known < wanted) {
            cursors_->tail_seen = cursors_->tail.load(std::memory_order_acquire);
            known = static_cast<std::size_t>(cursors_->tail_seen - head);
        }
        return known;
    }

    detail::SpscCursors* cursors_;
    T* slots_;
};

} // namespace martlet
