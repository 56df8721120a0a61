#pragma once
#include <cstddef>
#include <cstdint>

#include <atomic>
#include <new>
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
/// `Capacity` is a power of two. Wait-free on both sides: no lock, no system call, no allocation after
/// construction (which ends the process when memory is short). Batches touch the shared cursors once.
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

    /// Producer: appends one record. False where the ring is full.
    bool try_push(const T& value) noexcept { return push_some(&value, 1) == 1; }

    /// Producer: appends as many of `count` records as fit, in order, and returns how many.
    std::size_t push_some(const T* values, std::size_t count) noexcept {
        const std::uint64_t tail = cursors_->tail.load(std::memory_order_relaxed);
        std::size_t room = Capacity - static_cast<std::size_t>(tail - cursors_->head_seen);
        if (room < count) {
            cursors_->head_seen = cursors_->head.load(std::memory_order_acquire);
            room = Capacity - static_cast<std::size_t>(tail - cursors_->head_seen);
        }
        const std::size_t taken = room < count ? room : count;
        for (std::size_t i = 0; i < taken; ++i) slots_[(tail + i) & (Capacity - 1)] = values[i];
        if (taken != 0) cursors_->tail.store(tail + taken, std::memory_order_release);
        return taken;
    }

    /// Consumer: takes the oldest record. False where the ring is empty.
    bool try_pop(T& out) noexcept { return pop_some(&out, 1) == 1; }

    /// Consumer: takes up to `count` of the oldest records, in order, and returns how many.
    std::size_t pop_some(T* out, std::size_t count) noexcept {
        const std::uint64_t head = cursors_->head.load(std::memory_order_relaxed);
        std::size_t there = static_cast<std::size_t>(cursors_->tail_seen - head);
        if (there < count) {
            cursors_->tail_seen = cursors_->tail.load(std::memory_order_acquire);
            there = static_cast<std::size_t>(cursors_->tail_seen - head);
        }
        const std::size_t taken = there < count ? there : count;
        for (std::size_t i = 0; i < taken; ++i) out[i] = slots_[(head + i) & (Capacity - 1)];
        if (taken != 0) cursors_->head.store(head + taken, std::memory_order_release);
        return taken;
    }

    /// Records in the ring as any thread sees it at some moment during the call.
    std::size_t approximate_size() const noexcept {
        const std::uint64_t head = cursors_->head.load(std::memory_order_acquire);
        const std::uint64_t tail = cursors_->tail.load(std::memory_order_acquire);
        return static_cast<std::size_t>(tail - head);
    }

private:
    detail::SpscCursors* cursors_;
    T* slots_;
};

} // namespace martlet
