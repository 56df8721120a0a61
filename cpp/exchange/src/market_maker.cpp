#include "participants.hpp"

#include <algorithm>

#include "streams.hpp"

namespace martlet::exchange {
namespace {

constexpr double wakes_share = 0.08;   // wakes per event of the configured rate
constexpr double calm_half_spread = 0.55;  // steps from the centre to the best quote
constexpr double storm_half_spread = 2.0;
constexpr double skew_steps = 3.0;     // shift of the centre at the inventory limit
constexpr std::int64_t inventory_orders = 300; // inventory limit in usual orders

} // namespace

MarketMaker::MarketMaker(const ExchangeOptions& options, const Floor& floor, std::uint32_t participant)
    : random_(options.seed, stream_makers, floor.instrument.id * 16 + participant), participant_(participant),
      levels_(floor.profile.maker_levels),
      phase_(floor.step / static_cast<std::int64_t>(maker_count) * (participant - first_maker) / floor.tick * floor.tick),
      wakes_per_second_(wakes_share * floor.profile.events_per_second) {}

std::int64_t MarketMaker::next_time(double activity, std::int64_t now) noexcept {
    const double wait = random_.exponential() / (wakes_per_second_ * activity);
    return now + 1 + static_cast<std::int64_t>(std::min(wait, 1e6) * 1e9);
}

void MarketMaker::act(Floor& floor, const FairValues::One& fair) {
    const auto step = static_cast<double>(floor.step);
    const auto limit = static_cast<double>(inventory_orders * floor.profile.typical_lots);
    const double inventory = std::clamp(static_cast<double>(floor.position(participant_)) / limit, -1.0, 1.0);
    const double opinion = (random_.uniform() - 0.5) * 0.2 * step;
    const double centre = fair.value + opinion - inventory * skew_steps * step;
    const double half = (fair.regime == Regime::storm ? storm_half_spread : calm_half_spread) * step;
    const double moved = centre - centre_;
    if (moved > 0.5 * step || moved < -0.5 * step || half != half_) {
        centre_ = centre;
        half_ = half;
    }
    const std::int64_t bid = floor_to(centre_ - half_, floor.step, phase_);
    const std::int64_t ask = std::max(ceil_to(centre_ + half_, floor.step, phase_), bid + floor.tick);
    // The side that makes room moves first, or the maker would trade with itself.
    const bool rising = moved > 0;
    if (rising) quote_side(floor, Side::sell, ask, inventory > -1);
    quote_side(floor, Side::buy, bid, inventory < 1);
    if (!rising) quote_side(floor, Side::sell, ask, inventory > -1);
}

bool MarketMaker::alive(const Floor& floor, const Quote& quote) const noexcept {
    return quote.slot != Floor::no_slot && floor.order(quote.slot).number == quote.number;
}

void MarketMaker::quote_side(Floor& floor, Side side, std::int64_t best, bool quoting) {
    Quote* quotes = side == Side::buy ? bids_ : asks_;
    const std::int64_t away = side == Side::buy ? -floor.step : floor.step;
    bool wanted[maximum_levels] = {};
    for (std::uint32_t k = 0; k < levels_ && quoting; ++k) wanted[k] = best + away * static_cast<std::int64_t>(k) > 0;
    bool spare[maximum_levels] = {};
    // Orders that already stand at a wanted price keep their place in the queue; the others may be moved.
    for (std::uint32_t i = 0; i < levels_; ++i) {
        if (!alive(floor, quotes[i])) {
            quotes[i] = {};
            continue;
        }
        const std::int64_t distance = floor.order(quotes[i].slot).price - best;
        const std::int64_t k = distance / away;
        const bool kept = distance % away == 0 && k >= 0 && k < static_cast<std::int64_t>(levels_) && wanted[k];
        if (kept) wanted[k] = false;
        else spare[i] = true;
    }
    std::uint32_t at = 0;
    for (std::uint32_t k = 0; k < levels_; ++k) {
        if (!wanted[k]) continue;
        const std::int64_t price = best + away * static_cast<std::int64_t>(k);
        const std::int64_t lots = floor.profile.typical_lots * static_cast<std::int64_t>(2 + k);
        while (at < levels_ && !spare[at] && quotes[at].slot != Floor::no_slot) ++at;
        if (at == levels_) break;
        if (spare[at]) {
            spare[at] = false;
            floor.replace(quotes[at].slot, price, lots);
        } else {
            const std::uint32_t slot = floor.place(participant_, side, price, lots, TimeInForce::day);
            if (slot != Floor::no_slot) quotes[at] = {slot, floor.order(slot).number};
        }
        ++at;
    }
    for (std::uint32_t i = 0; i < levels_; ++i)
        if (spare[i]) {
            floor.cancel(quotes[i].slot);
            quotes[i] = {};
        }
}

} // namespace martlet::exchange
