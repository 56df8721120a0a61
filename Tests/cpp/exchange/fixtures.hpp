#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "martlet/exchange.hpp"

namespace exchange_test {

inline constexpr std::int64_t second = 1'000'000'000;
inline constexpr std::int64_t start = 1'700'000'000 * second;

/// `count` instruments at 100.00 with ticks of 0.01, lots of 1 and money in 0.0001; takers pay 50 ppm and makers earn 20.
inline std::vector<martlet::InstrumentDefinition> make_instruments(std::uint32_t count) {
    std::vector<martlet::InstrumentDefinition> all(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        martlet::InstrumentDefinition& one = all[i];
        one = {};
        one.id = i;
        std::snprintf(one.symbol, sizeof one.symbol, "TEST%u", i);
        std::snprintf(one.venue, sizeof one.venue, "MARTLETX");
        std::snprintf(one.currency, sizeof one.currency, "USD");
        one.price_increment = {1, -2};
        one.lot_increment = {1, 0};
        one.multiplier = {1, 0};
        one.money_unit = {1, -4};
        one.tick = 1;
        one.maker_fee_ppm = -20;
        one.taker_fee_ppm = 50;
    }
    return all;
}

inline martlet::ExchangeOptions make_options(const std::vector<martlet::InstrumentDefinition>& instruments, std::uint64_t seed = 1) {
    martlet::ExchangeOptions options;
    options.seed = seed;
    options.instruments = instruments.data();
    options.instrument_count = static_cast<std::uint32_t>(instruments.size());
    options.start_time = start;
    return options;
}

/// Advances to `time` and gives every market event to `seen`, whatever the size of the buffer.
template <class Seen>
martlet::ExchangeStatus run_to(martlet::Exchange& exchange, std::int64_t time, Seen&& seen) {
    while (true) {
        const martlet::ExchangeStatus status = exchange.advance(time);
        for (const martlet::MarketEvent& event : exchange.market_events()) seen(event);
        exchange.clear_market_events();
        if (status != martlet::ExchangeStatus::buffer_full) return status;
    }
}

inline martlet::Command make_order(std::uint64_t client, std::uint32_t instrument, martlet::Side side, std::int64_t price,
                                   std::int64_t quantity, martlet::OrderType type = martlet::OrderType::limit,
                                   martlet::TimeInForce time_in_force = martlet::TimeInForce::day) {
    martlet::Command command{};
    command.kind = martlet::EventKind::command;
    command.command = martlet::CommandKind::new_order;
    command.client_order = client;
    command.instrument = instrument;
    command.side = side;
    command.type = type;
    command.time_in_force = time_in_force;
    command.price = price;
    command.quantity = quantity;
    return command;
}

inline martlet::Command make_cancel(std::uint64_t client, std::uint64_t original) {
    martlet::Command command{};
    command.kind = martlet::EventKind::command;
    command.command = martlet::CommandKind::cancel;
    command.client_order = client;
    command.original_client_order = original;
    return command;
}

inline martlet::Command make_replace(std::uint64_t client, std::uint64_t original, std::int64_t price, std::int64_t quantity) {
    martlet::Command command = make_cancel(client, original);
    command.command = martlet::CommandKind::replace;
    command.type = martlet::OrderType::limit;
    command.price = price;
    command.quantity = quantity;
    return command;
}

} // namespace exchange_test
