#include "generated_market.hpp"

#include <algorithm>

namespace martlet::exchange {

GeneratedMarket::GeneratedMarket(const ExchangeOptions& options, const std::vector<MarketProfile>& profiles, Tape& tape,
                                 ExternalOrders& external)
    : fair_values_(options, profiles), agenda_(options.instrument_count * participant_count + 1), tape_(tape) {
    floors_.reserve(options.instrument_count);
    for (std::uint32_t i = 0; i < options.instrument_count; ++i) {
        auto floor = std::make_unique<Floor>(options.instruments[i], profiles[i], Adversaries::slots(options), tape, external);
        NoiseTraders noise(options, *floor);
        Adversaries adversaries(options, *floor);
        Traders traders{std::move(floor), noise, {}, {}, adversaries, false};
        for (std::uint32_t k = 0; k < maker_count; ++k) traders.makers.emplace_back(options, *traders.floor, first_maker + k);
        for (std::uint32_t k = first_trend_follower; k < first_adversary; ++k) traders.takers.emplace_back(options, *traders.floor, k);
        floors_.push_back(std::move(traders));
        // The makers open the market, the others wait until there is one.
        for (std::uint32_t k = 0; k < maker_count; ++k) agenda_.schedule(i * participant_count + first_maker + k, options.start_time);
    }
    agenda_.schedule(options.instrument_count * participant_count, options.start_time + second);
}

void GeneratedMarket::run_next() {
    const std::uint32_t actor = agenda_.next_actor();
    tape_.now = std::max(tape_.now, agenda_.next_time());
    if (actor == floors_.size() * participant_count) {
        fair_values_.step(tape_.now);
        agenda_.schedule(actor, tape_.now + second);
        return;
    }
    const std::uint32_t instrument = actor / participant_count;
    act(floors_[instrument], actor % participant_count, fair_values_[instrument]);
}

void GeneratedMarket::act(Traders& traders, std::uint32_t participant, const FairValues::One& fair) {
    Floor& floor = *traders.floor;
    const std::int64_t now = tape_.now;
    const std::uint32_t first = floor.instrument.id * participant_count;
    std::int64_t next = never;
    if (participant == noise_traders) {
        traders.noise.act(floor, fair, now);
        next = traders.noise.next_time(floor, fair.activity, now);
    } else if (participant < first_trend_follower) {
        MarketMaker& maker = traders.makers[participant - first_maker];
        maker.act(floor, fair);
        next = maker.next_time(fair.activity, now);
        if (!traders.opened && participant == first_maker + maker_count - 1) open_floor(traders, fair);
    } else if (participant >= first_adversary) {
        next = traders.adversaries.act(participant, floor, now);
    } else {
        Taker& taker = traders.takers[participant - first_trend_follower];
        taker.act(floor, fair, now);
        next = taker.next_time(fair.activity, now);
    }
    agenda_.schedule(first + participant, next);
}

/// The makers have quoted: everybody else begins.
void GeneratedMarket::open_floor(Traders& traders, const FairValues::One& fair) {
    Floor& floor = *traders.floor;
    const std::uint32_t first = floor.instrument.id * participant_count;
    traders.opened = true;
    traders.noise.fill_book(floor, fair);
    agenda_.schedule(first + noise_traders, traders.noise.next_time(floor, fair.activity, tape_.now));
    for (std::uint32_t k = first_trend_follower; k < first_adversary; ++k)
        agenda_.schedule(first + k, traders.takers[k - first_trend_follower].next_time(fair.activity, tape_.now));
    for (std::uint32_t k = first_adversary; k < participant_count; ++k)
        agenda_.schedule(first + k, traders.adversaries.first_time(k, tape_.now));
}

} // namespace martlet::exchange
