#include "participants.hpp"

#include <algorithm>

#include "streams.hpp"

namespace martlet::exchange {
namespace {

// Shares of the configured event rate. An order that is added also leaves, by cancel or by execution, and
// an execution prints a trade as well; the makers' moves and the takers are the rest. Found by counting.
constexpr double limit_share = 0.30;
constexpr double market_share = 0.04;

constexpr double informed_share = 0.3;    // market orders that know the fair value
constexpr std::int64_t sated_orders = 200; // usual orders held together at which most want out
constexpr double most_sated = 0.5;
constexpr double storm_caution = 1.5;      // steps that everybody keeps off the fair value in a storm
constexpr double base_rest = 10; // orders a level holds before the book grows wider

} // namespace

std::int64_t floor_to(double price, std::int64_t step, std::int64_t phase) noexcept {
    const auto whole = static_cast<std::int64_t>(price);
    const std::int64_t shifted = whole - phase;
    return shifted - ((shifted % step) + step) % step + phase;
}

std::int64_t ceil_to(double price, std::int64_t step, std::int64_t phase) noexcept {
    const std::int64_t below = floor_to(price, step, phase);
    return static_cast<double>(below) < price ? below + step : below;
}

NoiseTraders::NoiseTraders(const ExchangeOptions& options, const Floor& floor)
    : arrivals_(options.seed, stream_noise_arrivals, floor.instrument.id),
      orders_(options.seed, stream_noise_orders, floor.instrument.id), limit_rate_(limit_share * floor.profile.events_per_second),
      depth_(std::max(3.0, floor.profile.resting_orders / (2 * base_rest))) {
    // Bursts last as long as twenty usual events.
    hawkes_.configure(market_share * floor.profile.events_per_second, limit_rate_, floor.profile.events_per_second / 20);
    hawkes_.excess_time = options.start_time;
}

double NoiseTraders::cancel_rate(const Floor& floor) const noexcept {
    return limit_rate_ * static_cast<double>(floor.noise_count()) / floor.profile.resting_orders;
}

std::int64_t NoiseTraders::next_time(const Floor& floor, double activity, std::int64_t now) noexcept {
    if (now > hawkes_.excess_time) hawkes_.age(now);
    return now + hawkes_.next_arrival(arrivals_, activity, cancel_rate(floor) * activity);
}

void NoiseTraders::act(Floor& floor, const FairValues::One& fair, std::int64_t now) {
    if (now > hawkes_.excess_time) hawkes_.age(now);
    const Hawkes::Kind kind = hawkes_.choose(arrivals_, fair.activity, cancel_rate(floor) * fair.activity);
    switch (kind) {
    case Hawkes::buy:
    case Hawkes::sell:
        hawkes_.excite(kind);
        market_order(floor, choose_side(floor, fair, kind == Hawkes::buy ? Side::buy : Side::sell));
        break;
    case Hawkes::limit: limit_order(floor, fair); break;
    case Hawkes::cancel: cancel_one(floor, fair); break;
    }
}

void NoiseTraders::fill_book(Floor& floor, const FairValues::One& fair) {
    while (floor.noise_count() < floor.profile.resting_orders) limit_order(floor, fair);
}

std::int64_t NoiseTraders::draw_lots(const Floor& floor) noexcept {
    // Eighths of the typical size; many small, few large, mean about one.
    static constexpr std::int64_t eighths[16] = {1, 1, 2, 2, 4, 4, 4, 6, 8, 8, 8, 8, 12, 16, 16, 28};
    return std::max<std::int64_t>(1, floor.profile.typical_lots * eighths[orders_.below(16)] / 8);
}

/// Mostly the side that the burst has. Some know what the instrument is worth, and the more all of them hold
/// together, the more of them take profit: so the makers can shed what they bought.
Side NoiseTraders::choose_side(const Floor& floor, const FairValues::One& fair, Side drawn) noexcept {
    const double u = orders_.uniform();
    const double mispriced = (fair.value - floor.mid(fair.value)) / static_cast<double>(floor.step);
    if (u < informed_share && (mispriced > 0.75 || mispriced < -0.75)) return mispriced > 0 ? Side::buy : Side::sell;
    const double held = static_cast<double>(floor.position(noise_traders)) / static_cast<double>(sated_orders * floor.profile.typical_lots);
    if (1 - u < std::min(held < 0 ? -held : held, 1.0) * most_sated) return held > 0 ? Side::sell : Side::buy;
    return drawn;
}

void NoiseTraders::market_order(Floor& floor, Side side) {
    // Immediate or cancel at a worst price, so that one order never sweeps a thin book.
    const std::int64_t best = side == Side::buy ? floor.best_ask() : floor.best_bid();
    if (best == 0) return;
    const std::int64_t reach = 8 * floor.step;
    const std::int64_t worst = side == Side::buy ? best + reach : std::max(best - reach, floor.tick);
    floor.place(noise_traders, side, worst, draw_lots(floor), TimeInForce::immediate_or_cancel);
}

void NoiseTraders::limit_order(Floor& floor, const FairValues::One& fair) {
    if (!floor.noise_room()) return;
    const std::uint64_t draw = orders_.next();
    const Side side = (draw & 1) != 0 ? Side::buy : Side::sell;
    const bool wants_to_lead = ((draw >> 1) & 3) == 0;
    const std::int64_t sign = side == Side::buy ? 1 : -1;
    const std::int64_t own = side == Side::buy ? floor.best_bid() : floor.best_ask();
    const std::int64_t other = side == Side::buy ? floor.best_ask() : floor.best_bid();
    const double mid = floor.mid(fair.value);
    std::int64_t price = own != 0 ? own : floor_to(mid - static_cast<double>(sign * 2 * floor.step), floor.tick, 0);
    if (wants_to_lead && other != 0 && (other - price) * sign > floor.step) {
        price += sign * floor.step;
    } else {
        const double distance = orders_.exponential() * depth_;
        price -= sign * floor.step * static_cast<std::int64_t>(distance);
    }
    // Never an order at a price that a newcomer finds absurd: half the fair value away at most.
    const auto lowest = std::max(floor.tick, floor_to(fair.value * 0.5, floor.tick, 0));
    const auto highest = floor_to(fair.value * 1.5, floor.tick, 0);
    price = std::clamp(price, lowest, std::max(lowest, highest));
    // Nobody offers at a price that he thinks a gift; opinions differ by a step.
    const double opinion = fair.value + (orders_.uniform() - 0.5) * static_cast<double>(floor.step);
    const double caution = fair.regime == Regime::storm ? storm_caution * static_cast<double>(floor.step) : 0;
    if (side == Side::buy) price = std::min(price, floor_to(opinion - caution, floor.tick, 0));
    else price = std::max(price, ceil_to(opinion + caution, floor.tick, 0));
    if (other != 0 && (other - price) * sign <= 0) price = other - sign * floor.tick;
    price = std::max(price, floor.tick);
    floor.place(noise_traders, side, price, draw_lots(floor), TimeInForce::day);
}

void NoiseTraders::cancel_one(Floor& floor, const FairValues::One& fair) {
    const std::uint32_t count = floor.noise_count();
    if (count == 0) return;
    // Who stands on the wrong side of the fair value runs first.
    for (const Side side : {Side::buy, Side::sell}) {
        const std::uint32_t at = floor.engine().first_order(side);
        if (at == 0) continue;
        const OrderState best = floor.engine().order_at(at);
        const double away = static_cast<double>(best.price) - fair.value;
        if (best.owner == first_participant + noise_traders && (side == Side::buy ? away > 0 : away < 0)) {
            floor.cancel(Floor::slot_of(best.client));
            return;
        }
    }
    // Of two drawn at random, the one farther from the fair value goes: stale orders leave sooner.
    const std::uint32_t first = floor.noise_order(static_cast<std::uint32_t>(orders_.below(count)));
    const std::uint32_t second = floor.noise_order(static_cast<std::uint32_t>(orders_.below(count)));
    const double first_away = static_cast<double>(floor.order(first).price) - fair.value;
    const double second_away = static_cast<double>(floor.order(second).price) - fair.value;
    floor.cancel(first_away * first_away >= second_away * second_away ? first : second);
}

} // namespace martlet::exchange
