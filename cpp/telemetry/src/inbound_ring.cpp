#include "martlet/inbound_ring.hpp"

#include <atomic>
#include <chrono>
#include <cstring>
#include <new>

#include "martlet/parker.hpp"
#include "martlet/spsc_ring.hpp"

namespace martlet {
namespace {

// A slot is exactly a record whose first word, the sequence that the record does not have yet, says whose
// turn it is (D. Vyukov's bounded queue): `position` when it is free for the push that claimed that
// position, `position + 1` when it holds the record, `position + capacity` when it is free for the next lap.
struct Slot {
    std::atomic<std::uint64_t> turn;
    unsigned char rest[sizeof(InboundRecord) - sizeof(std::uint64_t)];
};
static_assert(sizeof(Slot) == sizeof(InboundRecord));

constexpr int spins_before_sleep = 64;

inline void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

std::int64_t now() noexcept { return std::chrono::steady_clock::now().time_since_epoch().count(); }

} // namespace

// Allocated on a cache line; each writer's words lie two lines from the next.
struct InboundRing::State {
    std::atomic<std::uint64_t> tail{0}; // pushers claim positions here
    unsigned char gap0[2 * cache_line - 8];
    std::atomic<std::uint64_t> head{0}; // written by the consumer alone
    std::atomic<std::uint32_t> nudged{0};
    Parker parker;
    unsigned char gap1[2 * cache_line - 16];
    std::atomic<std::uint64_t> refused{0};
    Slot* slots = nullptr;
    std::uint64_t mask = 0;

    template <std::size_t Size>
    bool push(const void* record) noexcept;
    bool something_there() const noexcept {
        const std::uint64_t position = head.load(std::memory_order_relaxed);
        return slots[position & mask].turn.load(std::memory_order_seq_cst) == position + 1;
    }
};

template <std::size_t Size>
bool InboundRing::State::push(const void* record) noexcept {
    std::uint64_t position = tail.load(std::memory_order_relaxed);
    for (;;) {
        Slot& slot = slots[position & mask];
        const std::uint64_t turn = slot.turn.load(std::memory_order_acquire);
        const auto ahead = static_cast<std::int64_t>(turn - position);
        if (ahead == 0) {
            if (!tail.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) continue;
            std::memcpy(slot.rest, static_cast<const unsigned char*>(record) + 8, Size - 8);
            std::memset(slot.rest + Size - 8, 0, sizeof(InboundRecord) - Size);
            // Sequentially consistent, against the parker's announcement: see Parker.
            slot.turn.store(position + 1, std::memory_order_seq_cst);
            parker.wake();
            return true;
        }
        if (ahead < 0) {
            refused.fetch_add(1, std::memory_order_relaxed);
            return false;
        }
        position = tail.load(std::memory_order_relaxed);
    }
}

InboundRing::InboundRing(std::size_t capacity) noexcept {
    std::size_t rounded = 2;
    while (rounded < capacity && rounded < (std::size_t{1} << 24)) rounded *= 2;
    state_ = new (::operator new(sizeof(State), std::align_val_t{2 * cache_line})) State;
    state_->slots = static_cast<Slot*>(::operator new(sizeof(Slot) * rounded, std::align_val_t{2 * cache_line}));
    state_->mask = rounded - 1;
    for (std::size_t i = 0; i < rounded; ++i) {
        new (&state_->slots[i].turn) std::atomic<std::uint64_t>(i);
        std::memset(state_->slots[i].rest, 0, sizeof(Slot::rest));
    }
}

InboundRing::InboundRing(InboundRing&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }

InboundRing::~InboundRing() {
    if (state_ == nullptr) return;
    ::operator delete(state_->slots, std::align_val_t{2 * cache_line});
    state_->~State();
    ::operator delete(state_, std::align_val_t{2 * cache_line});
}

bool InboundRing::try_push(const MarketEvent& event) noexcept {
    return record_family(event.kind) == RecordFamily::market && state_->push<sizeof(event)>(&event);
}
bool InboundRing::try_push(const OrderEvent& event) noexcept {
    return record_family(event.kind) == RecordFamily::order && state_->push<sizeof(event)>(&event);
}
bool InboundRing::try_push(const HostEvent& event) noexcept {
    return record_family(event.kind) == RecordFamily::host && state_->push<sizeof(event)>(&event);
}

bool InboundRing::try_pop(InboundRecord& out) noexcept {
    State& state = *state_;
    const std::uint64_t position = state.head.load(std::memory_order_relaxed);
    Slot& slot = state.slots[position & state.mask];
    if (slot.turn.load(std::memory_order_acquire) != position + 1) return false;
    std::memcpy(reinterpret_cast<unsigned char*>(&out) + 8, slot.rest, sizeof(slot.rest));
    out.sequence = 0;
    slot.turn.store(position + state.mask + 1, std::memory_order_release);
    state.head.store(position + 1, std::memory_order_release);
    return true;
}

bool InboundRing::wait(std::int64_t nanoseconds) noexcept {
    State& state = *state_;
    for (int spin = 0; spin < spins_before_sleep; ++spin) {
        if (state.something_there()) return true;
        if (state.nudged.load(std::memory_order_relaxed) != 0) break;
        pause();
    }
    const std::int64_t begun = now();
    for (;;) {
        state.parker.prepare();
        const bool over = state.something_there() || state.nudged.load(std::memory_order_seq_cst) != 0;
        const std::int64_t left = over ? 0 : nanoseconds - (now() - begun);
        if (left <= 0) break;
        // Comes back early where a pusher saw the announcement only after its record was already taken.
        state.parker.park(left);
    }
    state.parker.cancel();
    state.nudged.store(0, std::memory_order_relaxed);
    return state.something_there();
}

void InboundRing::wake() noexcept {
    state_->nudged.store(1, std::memory_order_seq_cst);
    state_->parker.wake();
}

std::size_t InboundRing::approximate_size() const noexcept {
    // Head first: it can only grow until tail is read, so the difference is never negative.
    const std::uint64_t head = state_->head.load(std::memory_order_acquire);
    const std::uint64_t tail = state_->tail.load(std::memory_order_acquire);
    const std::uint64_t size = tail - head;
    return static_cast<std::size_t>(size > state_->mask + 1 ? state_->mask + 1 : size);
}

std::size_t InboundRing::capacity() const noexcept { return static_cast<std::size_t>(state_->mask + 1); }

std::uint64_t InboundRing::refused() const noexcept { return state_->refused.load(std::memory_order_relaxed); }

} // namespace martlet
