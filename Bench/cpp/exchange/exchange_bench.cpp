#include <cstdio>
#include <vector>

#include <benchmark/benchmark.h>

#include "martlet/exchange.hpp"

// How fast the generated market makes events, and what one order of ours costs in it.

namespace martlet {
namespace {

constexpr std::int64_t second = 1'000'000'000;

Exchange open_market(std::uint32_t count, std::uint32_t resting, double rate) {
    std::vector<InstrumentDefinition> instruments(count);
    std::vector<MarketProfile> profiles(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        instruments[i] = {};
        instruments[i].id = i;
        std::snprintf(instruments[i].symbol, sizeof instruments[i].symbol, "S%u", i);
        instruments[i].price_increment = {1, -2};
        instruments[i].lot_increment = instruments[i].multiplier = {1, 0};
        instruments[i].money_unit = {1, -4};
        instruments[i].tick = 1;
        profiles[i].resting_orders = resting;
        profiles[i].events_per_second = rate;
    }
    ExchangeOptions options;
    options.instruments = instruments.data();
    options.instrument_count = count;
    options.profiles = profiles.data();
    options.start_time = 1'700'000'000 * second;
    Exchange exchange;
    if (exchange.open(options) != ExchangeStatus::ok) std::abort();
    return exchange;
}

// 3 instruments; the arguments are resting orders per instrument and events per second of virtual time.
void generate(benchmark::State& state) {
    Exchange exchange = open_market(3, static_cast<std::uint32_t>(state.range(0)), static_cast<double>(state.range(1)));
    std::int64_t time = exchange.now();
    std::int64_t events = 0;
    for (auto _ : state) {
        time += 60 * second * 10 / state.range(1);
        while (exchange.advance(time) == ExchangeStatus::buffer_full) {
            events += static_cast<std::int64_t>(exchange.market_events().size());
            exchange.clear_market_events();
        }
        events += static_cast<std::int64_t>(exchange.market_events().size());
        exchange.clear_market_events();
    }
    state.SetItemsProcessed(events);
}
BENCHMARK(generate)->Args({200, 10})->Args({3'500, 10})->Args({3'500, 1'000});

// An order joins far from the market and is canceled, in a market of 200 orders that stands still.
void order_and_cancel(benchmark::State& state) {
    Exchange exchange = open_market(1, 200, 10);
    exchange.advance(exchange.now() + 60 * second);
    std::uint64_t client = 1;
    for (auto _ : state) {
        Command command{};
        command.kind = EventKind::command;
        command.command = CommandKind::new_order;
        command.client_order = client;
        command.side = Side::buy;
        command.type = OrderType::limit;
        command.price = 9'000;
        command.quantity = 1;
        exchange.submit(command, 1);
        command.command = CommandKind::cancel;
        command.original_client_order = client++;
        command.client_order = client++;
        exchange.submit(command, 1);
        exchange.clear_reports();
        exchange.clear_market_events();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(order_and_cancel);

} // namespace
} // namespace martlet
