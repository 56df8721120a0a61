#include "floor.hpp"

#include <algorithm>
#include <cassert>

#include "martlet/elementary.hpp"

#include "fair_value.hpp"

namespace martlet::exchange {
namespace {

/// One more than all participants can have resting: the makers' levels, the noise, the adversaries', one on its way.
std::uint32_t slots_for(const MarketProfile& profile, std::uint32_t adversary_slots) noexcept {
    return Floor::most_noise(profile) + 2 * maker_count * profile.maker_levels + adversary_slots + 1;
}

MatchingOptions matching_options(const InstrumentDefinition& definition, std::uint32_t slots) noexcept {
    MatchingOptions options;
    options.instrument = definition.id;
    options.expected_orders = 2 * slots;
    options.tick = definition.tick;
    return options;
}

/// What a usual second moves, rounded to ticks: a coarser grid would be jumpy, a finer one would have the makers
/// move all their quotes all the time.
std::int64_t step_for(const InstrumentDefinition& definition, const MarketProfile& profile) noexcept {
    const double per_second =
        static_cast<double>(profile.start_price) * profile.daily_volatility * 0.55 / portable_sqrt(day_seconds);
    const double ticks = per_second / static_cast<double>(definition.tick);
    return definition.tick * std::max<std::int64_t>(1, static_cast<std::int64_t>(ticks + 0.5));
}

} // namespace

Floor::Floor(const InstrumentDefinition& definition, const MarketProfile& market, std::uint32_t adversary_slots, Tape& tape,
             ExternalOrders& external)
    : instrument(definition), profile(market), ratio(money_ratio(definition)), tick(definition.tick),
      step(step_for(definition, market)), engine_(matching_options(definition, slots_for(market, adversary_slots))), tape_(tape),
      external_(external), orders_(slots_for(market, adversary_slots)) {
    free_.reserve(orders_.size());
    for (std::size_t slot = orders_.size(); slot-- > 0;) free_.push_back(static_cast<std::uint32_t>(slot));
    noise_.reserve(orders_.size());
}

double Floor::mid(double fallback) const noexcept {
    const std::int64_t bid = best_bid();
    const std::int64_t ask = best_ask();
    return bid == 0 || ask == 0 ? fallback : 0.5 * static_cast<double>(bid + ask);
}

std::uint32_t Floor::place(std::uint32_t participant, Side side, std::int64_t price, std::int64_t lots, TimeInForce time_in_force) {
    assert(participant < participant_count && !free_.empty() && "there is a slot for every order that may rest");
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    const std::uint64_t number = (next_count_++ << 16) | slot;
    ParticipantOrder& order = orders_[slot];
    order = {number, price, 0, participant, 0, side};
    ++totals_[participant].orders;
    totals_[participant].lots_ordered += lots;
    if (participant == noise_traders) {
        order.place = noise_count();
        noise_.push_back(slot);
    }
    engine_.submit({first_participant + participant, side, OrderType::limit, time_in_force, 0, number, price, lots, tape_.now}, *this);
    return orders_[slot].number == number ? slot : no_slot;
}

void Floor::cancel(std::uint32_t slot) {
    const ParticipantOrder& order = orders_[slot];
    assert(order.number != 0);
    ++totals_[order.participant].cancels;
    engine_.cancel({first_participant + order.participant, 0, order.number, order.number, tape_.now}, *this);
}

void Floor::replace(std::uint32_t slot, std::int64_t price, std::int64_t lots) {
    ParticipantOrder& order = orders_[slot];
    assert(order.number != 0);
    order.price = price;
    engine_.replace({first_participant + order.participant, 0, order.number, order.number, price, order.filled + lots, tape_.now}, *this);
}

void Floor::release(std::uint32_t slot) noexcept {
    ParticipantOrder& order = orders_[slot];
    assert(order.number != 0);
    if (order.participant == noise_traders) {
        const std::uint32_t moved = noise_.back();
        noise_[order.place] = moved;
        orders_[moved].place = order.place;
        noise_.pop_back();
    }
    order.number = 0;
    free_.push_back(slot);
}

void Floor::settle(const OrderState& order, const Filled& fill, bool taker) noexcept {
    if (order.owner < first_participant) {
        external_.filled(instrument.id, order, fill, taker);
        return;
    }
    const std::uint32_t participant = order.owner - first_participant;
    const std::int32_t ppm = taker ? instrument.taker_fee_ppm : instrument.maker_fee_ppm;
    accounts_[participant].fill(order.side, fill.price, fill.quantity, fee_of(fill.price, fill.quantity, ppm, ratio));
    ++totals_[participant].trades;
    totals_[participant].lots_traded += fill.quantity;
    const std::uint32_t slot = slot_of(order.client);
    orders_[slot].filled += fill.quantity;
    if (order.leaves == 0) release(slot);
}

void Floor::on_accepted(const Accepted& event) noexcept {
    ++tape_.orders;
    if (event.order.owner < first_participant) external_.accepted(instrument.id, event);
}

void Floor::on_fill(const Filled& event) noexcept {
    ++tape_.trades;
    settle(event.maker, event, false);
    settle(event.taker, event, true);
}

void Floor::on_canceled(const Canceled& event) noexcept {
    if (event.order.owner < first_participant) external_.canceled(instrument.id, event);
    else release(slot_of(event.order.client));
}

void Floor::on_replaced(const Replaced& event) noexcept {
    if (event.order.owner < first_participant) external_.replaced(instrument.id, event);
}

void Floor::on_rejected(const Rejected& event) noexcept {
    if (event.owner < first_participant) {
        external_.rejected(instrument.id, event);
        return;
    }
    // External owners may have filled the book; anything else is a participant's mistake.
    assert(event.reason == RejectReason::order_exceeds_limit && event.request == RequestKind::new_order);
    release(slot_of(event.client));
}

void Floor::on_market(const MarketEvent& event) noexcept {
    tape_.events.push_back(event);
    tape_.events.back().receive_time = event.exchange_time;
    ++tape_.total_events;
}

} // namespace martlet::exchange
