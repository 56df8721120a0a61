#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/random.hpp"

#include "floor.hpp"

// Who trades against the rules. Each runs campaigns with rests between; all in units of the market that it is in: steps of
// price, mean times between events, and parts of what it may hold. None sees the fair value: they move what others see.
//
//     spoofer   layers ──► rests its own order on the other side ──► cancels all, trades what is left
//     igniter   buys and buys ──► waits for who follows ──► sells it all, lower and lower if need be
//     stuffer   adds and cancels, ten and more times as fast as everybody together ──► nothing left

namespace martlet::exchange {

/// What the three share: an instrument's units, limits and chance.
struct AdversaryTerms {
    AdversaryTerms(const ExchangeOptions& options, const Floor& floor, std::uint32_t participant);

    /// Nanoseconds from now until about `events` of the market's usual events have passed, at random.
    std::int64_t after(double events) noexcept;
    /// The limit divided by `of`, at least a lot.
    std::int64_t part(std::int64_t of) const noexcept;
    /// Lots that an order of this side may have so that the position stays within the limit, whatever else of that side,
    /// `open` lots, fills.
    std::int64_t room(const Floor& floor, Side side, std::int64_t open) const noexcept;
    /// The side for the next campaign: that of a coin, unless half of the limit is held; then the one that reduces it.
    Side choose_side(const Floor& floor) noexcept;
    /// Takes up to `lots` at once, at most `reach` steps behind the best price.
    void take(Floor& floor, Side side, std::int64_t lots, std::int64_t reach) const;
    /// Takes up to `lots` at once, at most at `price`.
    void take_to(Floor& floor, Side side, std::int64_t lots, std::int64_t price) const;

    RandomStream random;
    std::uint32_t participant;
    std::int64_t limit; ///< lots, either way
    double events_per_second;
};

/// A resting order of an adversary; `number` tells whether the slot is still its own.
struct AdversaryOrder {
    std::uint32_t slot = Floor::no_slot;
    std::uint64_t number = 0;

    bool alive(const Floor& floor) const noexcept { return slot != Floor::no_slot && floor.order(slot).number == number; }
    void withdraw(Floor& floor);
};

class Spoofer {
public:
    static constexpr std::uint32_t layers = 4;

    explicit Spoofer(const AdversaryTerms& terms) : terms_(terms) {}
    std::int64_t act(Floor& floor, std::int64_t now);

private:
    void begin(Floor& floor, std::int64_t now);
    void end(Floor& floor);
    bool approached(const Floor& floor) const noexcept;

    AdversaryTerms terms_;
    AdversaryOrder layers_[layers];
    AdversaryOrder own_;
    Side side_ = Side::none; ///< that it wants to trade; the layers stand on the other
    std::int64_t wanted_ = 0;
    std::int64_t held_ = 0;  ///< position when the campaign began
    std::int64_t until_ = 0;
    bool working_ = false;
};

class Igniter {
public:
    explicit Igniter(const AdversaryTerms& terms) : terms_(terms) {}
    std::int64_t act(Floor& floor, std::int64_t now);

private:
    enum class Phase : std::uint8_t { rest, push, wait, unload };

    AdversaryTerms terms_;
    Phase phase_ = Phase::rest;
    Side side_ = Side::none;
    std::uint32_t left_ = 0;  ///< orders of the burst
    std::int64_t worst_ = 0;  ///< price at which it ends
};

class Stuffer {
public:
    static constexpr std::uint32_t most_orders = 16;

    explicit Stuffer(const AdversaryTerms& terms) : terms_(terms) {}
    std::int64_t act(Floor& floor, std::int64_t now);

private:
    void flip(Floor& floor);

    AdversaryTerms terms_;
    AdversaryOrder orders_[most_orders];
    std::uint32_t at_ = 0;
    std::int64_t until_ = 0;
    bool working_ = false;
};

/// The adversaries of one instrument; those that were not asked for never act.
class Adversaries {
public:
    Adversaries(const ExchangeOptions& options, const Floor& floor);

    /// Orders that those asked for may have resting together.
    static std::uint32_t slots(const ExchangeOptions& options) noexcept;
    /// When one acts first; `never` where it was not asked for.
    std::int64_t first_time(std::uint32_t participant, std::int64_t now) noexcept;
    /// Lets one act; the time at which it acts next, after `now`.
    std::int64_t act(std::uint32_t participant, Floor& floor, std::int64_t now);

private:
    std::uint32_t present_;
    AdversaryTerms opening_;
    Spoofer spoofer_;
    Igniter igniter_;
    Stuffer stuffer_;
};

} // namespace martlet::exchange
