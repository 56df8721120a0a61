#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/random.hpp"

#include "fair_value.hpp"
#include "floor.hpp"
#include "hawkes.hpp"

// Who trades in the generated market. Each acts when its time comes, sees the book and (makers) the
// latent fair value, and gives orders through `Floor` like everybody else.

namespace martlet::exchange {

/// Rounds a price down or up to a multiple of `step` shifted by `phase`.
std::int64_t floor_to(double price, std::int64_t step, std::int64_t phase) noexcept;
std::int64_t ceil_to(double price, std::int64_t step, std::int64_t phase) noexcept;

/// Many small traders without a view: market orders and limit orders in bursts (Hawkes), cancels that keep about
/// `resting_orders` in the book.
class NoiseTraders {
public:
    NoiseTraders(const ExchangeOptions& options, const Floor& floor);

    /// Time of the next action after `now`.
    std::int64_t next_time(const Floor& floor, double activity, std::int64_t now) noexcept;
    void act(Floor& floor, const FairValues::One& fair, std::int64_t now);
    /// Gives limit orders until the book holds what the profile asks for.
    void fill_book(Floor& floor, const FairValues::One& fair);

private:
    std::int64_t draw_lots(const Floor& floor) noexcept;
    Side choose_side(const Floor& floor, const FairValues::One& fair, Side drawn) noexcept;
    void market_order(Floor& floor, Side side);
    void limit_order(Floor& floor, const FairValues::One& fair);
    void cancel_one(Floor& floor, const FairValues::One& fair);
    double cancel_rate(const Floor& floor) const noexcept;

    RandomStream arrivals_;
    RandomStream orders_;
    Hawkes hawkes_;
    double limit_rate_;
    double depth_; ///< mean distance of a limit order from the best price, steps
};

/// Quotes several levels a side around the fair value, shifted against its inventory; moves them when
/// the centre has moved by more than half a level.
class MarketMaker {
public:
    static constexpr std::uint32_t maximum_levels = 16;

    MarketMaker(const ExchangeOptions& options, const Floor& floor, std::uint32_t participant);

    std::int64_t next_time(double activity, std::int64_t now) noexcept;
    void act(Floor& floor, const FairValues::One& fair);

private:
    struct Quote {
        std::uint32_t slot = Floor::no_slot;
        std::uint64_t number = 0;
    };

    bool alive(const Floor& floor, const Quote& quote) const noexcept;
    void quote_side(Floor& floor, Side side, std::int64_t best, bool quoting);

    RandomStream random_;
    std::uint32_t participant_;
    std::uint32_t levels_;
    std::int64_t phase_;
    double wakes_per_second_;
    double centre_ = 0;
    double half_ = 0;
    Quote bids_[maximum_levels];
    Quote asks_[maximum_levels];
};

/// Trades on the price alone: a trend follower with the sign of a fast average against a slow one, a mean
/// reverter against the distance from its average.
class Taker {
public:
    Taker(const ExchangeOptions& options, const Floor& floor, std::uint32_t participant);

    std::int64_t next_time(double activity, std::int64_t now) noexcept;
    void act(Floor& floor, const FairValues::One& fair, std::int64_t now);

private:
    std::int64_t wanted_position(const Floor& floor, double mid, double deviation) noexcept;

    RandomStream random_;
    std::uint32_t participant_;
    bool follows_trend_;
    double wakes_per_second_;
    double slow_seconds_;
    double fast_ = 0;
    double slow_ = 0;
    std::int64_t latest_ = 0;
    std::int64_t wanted_ = 0;
};

} // namespace martlet::exchange
