#include "adversaries.hpp"

#include <algorithm>

#include "agenda.hpp"
#include "streams.hpp"

namespace martlet::exchange {
namespace {

constexpr Side other(Side side) noexcept { return side == Side::buy ? Side::sell : Side::buy; }
constexpr std::int64_t sign(Side side) noexcept { return side == Side::buy ? 1 : -1; }
std::int64_t best_of(const Floor& floor, Side side) noexcept { return side == Side::buy ? floor.best_bid() : floor.best_ask(); }

// In the market's usual events.
constexpr double rest_events = 300;       // between two campaigns
constexpr double spoof_events = 60;       // that layers stand
constexpr double spoof_look_events = 1;   // between two looks at the price
constexpr double push_events = 0.5;       // between two orders of an ignition
constexpr double wait_events = 40;        // for who follows
constexpr double unload_events = 6;
constexpr double stuff_events = 30;       // that a stuffing lasts
constexpr double flip_events = 0.05;      // between two of its messages

// Sizes are parts of what the adversary may hold.
constexpr std::int64_t layer_part = 5;    // a layer
constexpr std::int64_t own_part = 100;    // the spoofer's own order
constexpr std::int64_t push_part = 20;    // one order of an ignition, and of its unloading
constexpr std::int64_t stuff_part = 2000; // one order of a stuffing

constexpr std::int64_t layer_steps = 3;   // from the best price to the first layer
constexpr std::int64_t near_steps = 1;    // at which the layers are approached
constexpr std::uint32_t push_orders = 14;
constexpr std::int64_t push_reach = 3;    // steps behind the best price
constexpr std::int64_t push_steps = 10;   // that an ignition moves the price at most: then there is nobody left to trade with
constexpr std::int64_t unload_reach = 0;
constexpr std::int64_t stuff_nearest = 3; // steps from the best price
constexpr std::int64_t stuff_depth = 8;

} // namespace

AdversaryTerms::AdversaryTerms(const ExchangeOptions& options, const Floor& floor, std::uint32_t number)
    : random(options.seed, stream_adversaries, floor.instrument.id * 16 + number), participant(number),
      limit(options.adversary_orders * floor.profile.typical_lots),
      events_per_second(floor.profile.events_per_second) {}

std::int64_t AdversaryTerms::after(double events) noexcept {
    return 1 + static_cast<std::int64_t>(std::min(random.exponential() * events / events_per_second, 1e6) * 1e9);
}

std::int64_t AdversaryTerms::part(std::int64_t of) const noexcept { return std::max<std::int64_t>(1, limit / of); }

std::int64_t AdversaryTerms::room(const Floor& floor, Side side, std::int64_t open) const noexcept {
    return std::max<std::int64_t>(0, limit - sign(side) * floor.position(participant) - open);
}

Side AdversaryTerms::choose_side(const Floor& floor) noexcept {
    const Side drawn = random.chance(0.5) ? Side::buy : Side::sell;
    const std::int64_t held = floor.position(participant);
    if (held > limit / 2) return Side::sell;
    return held < -limit / 2 ? Side::buy : drawn;
}

void AdversaryTerms::take(Floor& floor, Side side, std::int64_t lots, std::int64_t reach) const {
    const std::int64_t best = best_of(floor, other(side));
    if (best != 0) take_to(floor, side, lots, best + sign(side) * reach * floor.step);
}

void AdversaryTerms::take_to(Floor& floor, Side side, std::int64_t lots, std::int64_t price) const {
    if (lots <= 0) return;
    const std::int64_t worst = std::max(price, floor.tick);
    floor.place(participant, side, worst, lots, TimeInForce::immediate_or_cancel);
}

void AdversaryOrder::withdraw(Floor& floor) {
    if (alive(floor)) floor.cancel(slot);
    *this = {};
}

// Layers on one side make the price look supported there; its own order waits at the best price of the other.
// The layers go as soon as the price comes near, and what its own order did not get is taken when they go.

bool Spoofer::approached(const Floor& floor) const noexcept {
    const Side wall = other(side_);
    const std::int64_t best = best_of(floor, wall);
    for (const AdversaryOrder& layer : layers_) {
        if (!layer.alive(floor)) continue;
        if (best == 0 || (best - floor.order(layer.slot).price) * sign(wall) <= near_steps * floor.step) return true;
    }
    return false;
}

void Spoofer::begin(Floor& floor, std::int64_t now) {
    side_ = terms_.choose_side(floor);
    const Side wall = other(side_);
    const std::int64_t best = best_of(floor, wall);
    const std::int64_t own = best_of(floor, side_);
    if (best == 0 || own == 0) return;
    std::int64_t open = 0;
    for (std::uint32_t k = 0; k < layers; ++k) {
        const std::int64_t price = best - sign(wall) * floor.step * (layer_steps + static_cast<std::int64_t>(k));
        const std::int64_t lots = std::min(terms_.part(layer_part), terms_.room(floor, wall, open));
        if (price <= 0 || lots == 0) break;
        const std::uint32_t slot = floor.place(terms_.participant, wall, price, lots, TimeInForce::day);
        if (slot == Floor::no_slot) break;
        layers_[k] = {slot, floor.order(slot).number};
        open += lots;
    }
    held_ = floor.position(terms_.participant);
    wanted_ = std::min(terms_.part(own_part), terms_.room(floor, side_, 0));
    if (wanted_ > 0) {
        const std::uint32_t slot = floor.place(terms_.participant, side_, own, wanted_, TimeInForce::day);
        if (slot != Floor::no_slot) own_ = {slot, floor.order(slot).number};
    }
    working_ = true;
    until_ = now + terms_.after(spoof_events);
    floor.count_campaign(terms_.participant);
}

void Spoofer::end(Floor& floor) {
    for (AdversaryOrder& layer : layers_) layer.withdraw(floor);
    own_.withdraw(floor);
    const std::int64_t traded = (floor.position(terms_.participant) - held_) * sign(side_);
    const std::int64_t missing = std::min(wanted_ - std::max<std::int64_t>(traded, 0), terms_.room(floor, side_, 0));
    terms_.take(floor, side_, missing, 0);
    working_ = false;
}

std::int64_t Spoofer::act(Floor& floor, std::int64_t now) {
    if (!working_) begin(floor, now);
    else if (now >= until_ || approached(floor)) end(floor);
    return now + terms_.after(working_ ? spoof_look_events : rest_events);
}

std::int64_t Igniter::act(Floor& floor, std::int64_t now) {
    if (phase_ == Phase::rest) {
        side_ = terms_.choose_side(floor);
        const std::int64_t best = best_of(floor, other(side_));
        if (best == 0) return now + terms_.after(rest_events);
        worst_ = best + sign(side_) * push_steps * floor.step;
        left_ = push_orders;
        phase_ = Phase::push;
        floor.count_campaign(terms_.participant);
    }
    if (phase_ == Phase::push) {
        const std::int64_t lots = std::min(terms_.part(push_part), terms_.room(floor, side_, 0));
        const std::int64_t best = best_of(floor, other(side_));
        const std::int64_t near = best + sign(side_) * push_reach * floor.step;
        const bool goes_on = best != 0 && (worst_ - best) * sign(side_) >= 0;
        if (goes_on) terms_.take_to(floor, side_, lots, side_ == Side::buy ? std::min(near, worst_) : std::max(near, worst_));
        if (--left_ > 0 && lots > 0 && goes_on) return now + terms_.after(push_events);
        phase_ = Phase::wait;
        return now + terms_.after(wait_events);
    }
    phase_ = Phase::unload;
    const std::int64_t held = floor.position(terms_.participant);
    if (held == 0) {
        phase_ = Phase::rest;
        return now + terms_.after(rest_events);
    }
    terms_.take(floor, held > 0 ? Side::sell : Side::buy, std::min(held < 0 ? -held : held, terms_.part(push_part)), unload_reach);
    return now + terms_.after(unload_events);
}

void Stuffer::flip(Floor& floor) {
    AdversaryOrder& order = orders_[at_];
    at_ = (at_ + 1) % most_orders;
    if (order.alive(floor)) return order.withdraw(floor);
    order = {};
    const Side side = terms_.random.chance(0.5) ? Side::buy : Side::sell;
    const std::int64_t best = best_of(floor, side);
    const auto away = stuff_nearest + static_cast<std::int64_t>(terms_.random.below(stuff_depth));
    const std::int64_t price = best - sign(side) * floor.step * away;
    // However many of them fill, the limit holds.
    const std::int64_t lots = std::min(terms_.part(stuff_part), terms_.room(floor, side, 0) / most_orders);
    if (best == 0 || price <= 0 || lots == 0) return;
    const std::uint32_t slot = floor.place(terms_.participant, side, price, lots, TimeInForce::day);
    if (slot != Floor::no_slot) order = {slot, floor.order(slot).number};
}

std::int64_t Stuffer::act(Floor& floor, std::int64_t now) {
    if (!working_) {
        working_ = true;
        until_ = now + terms_.after(stuff_events);
        floor.count_campaign(terms_.participant);
    }
    if (now < until_) {
        flip(floor);
        return now + terms_.after(flip_events);
    }
    for (AdversaryOrder& order : orders_) order.withdraw(floor);
    // What was hit is given back before the next time.
    const std::int64_t held = floor.position(terms_.participant);
    terms_.take(floor, held > 0 ? Side::sell : Side::buy, held < 0 ? -held : held, unload_reach);
    working_ = false;
    return now + terms_.after(rest_events);
}

Adversaries::Adversaries(const ExchangeOptions& options, const Floor& floor)
    : present_(options.adversaries), opening_(options, floor, first_adversary + 7), spoofer_(AdversaryTerms(options, floor, spoofer)),
      igniter_(AdversaryTerms(options, floor, igniter)), stuffer_(AdversaryTerms(options, floor, stuffer)) {}

std::uint32_t Adversaries::slots(const ExchangeOptions& options) noexcept {
    return ((options.adversaries & adversary_spoofer) != 0 ? Spoofer::layers + 1 : 0) +
           ((options.adversaries & adversary_stuffer) != 0 ? Stuffer::most_orders : 0);
}

std::int64_t Adversaries::first_time(std::uint32_t participant, std::int64_t now) noexcept {
    const std::uint32_t bit = 1u << (participant - first_adversary);
    return (present_ & bit) != 0 ? now + opening_.after(rest_events) : never;
}

std::int64_t Adversaries::act(std::uint32_t participant, Floor& floor, std::int64_t now) {
    switch (participant) {
    case spoofer: return spoofer_.act(floor, now);
    case igniter: return igniter_.act(floor, now);
    default: return stuffer_.act(floor, now);
    }
}

} // namespace martlet::exchange
