#include <benchmark/benchmark.h>

#include "report_sink.hpp"
#include "textbook.hpp"
#include "wl1.hpp"
#include "martlet/book.hpp"
#include "martlet/recorded_market.hpp"

// WL-1: matching with every report emitted, without and with the public feed; the same as a feed for a book builder; and for a recorded market in
// which we have no orders. Time per message or event; a fresh book each iteration, prefill not timed.

namespace martlet {
namespace {

const std::vector<wl1::Message>& messages() {
    static const std::vector<wl1::Message> made = [] {
        wl1::Sums sums;
        auto messages = wl1::Generator().make(sums);
        if (!(sums == wl1::expected)) std::abort();
        return messages;
    }();
    return made;
}

template <class Sink> void match_wl1(benchmark::State& state) {
    const auto& all = messages();
    static Sink sink;
    for (auto _ : state) {
        state.PauseTiming();
        MatchingEngine engine(wl1::options());
        wl1::play_all(std::span(all).first(wl1::prefill), engine, sink);
        state.ResumeTiming();
        wl1::play_all(std::span(all).subspan(wl1::prefill), engine, sink);
        benchmark::DoNotOptimize(sink.reports[0]);
        if (engine.growths() != 0) state.SkipWithError("memory grew");
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(wl1::timed));
    state.counters["ns/message"] =
        benchmark::Counter(static_cast<double>(wl1::timed) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(match_wl1<wl1::OwnersSink>)->Name("match_wl1")->Unit(benchmark::kMillisecond);
BENCHMARK(match_wl1<wl1::ReportSink>)->Name("match_wl1_and_feed")->Unit(benchmark::kMillisecond);

// The yardstick: the textbook's containers, fills counted, no event made.
void textbook_wl1(benchmark::State& state) {
    const auto& all = messages();
    for (auto _ : state) {
        state.PauseTiming();
        wl1::Textbook engine;
        for (std::size_t i = 0; i < wl1::prefill; ++i) engine.play(all[i]);
        state.ResumeTiming();
        for (std::size_t i = wl1::prefill; i < all.size(); ++i) engine.play(all[i]);
        if (engine.fills != wl1::expected.fills || engine.live() != wl1::expected.live) std::abort();
        benchmark::DoNotOptimize(engine.value);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(wl1::timed));
    state.counters["ns/message"] =
        benchmark::Counter(static_cast<double>(wl1::timed) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(textbook_wl1)->Unit(benchmark::kMillisecond);

// Adds of what rests, executions, cancels: no trades.
const std::vector<MarketEvent>& feed() {
    struct Collect : wl1::ReportSink {
        std::vector<MarketEvent> events;
        void on_market(const MarketEvent& event) {
            if (event.kind != EventKind::trade) events.push_back(event);
        }
    };
    static const std::vector<MarketEvent> made = [] {
        static Collect collect;
        collect.events.reserve(6'000'000);
        MatchingEngine engine(wl1::options());
        for (const wl1::Message& message : messages()) wl1::play(message, engine, collect);
        return std::move(collect.events);
    }();
    return made;
}

BookOptions book_options() {
    BookOptions options;
    options.expected_orders = 10'240;
    options.expected_levels = 16'384;
    return options;
}

void set_rate(benchmark::State& state, std::size_t events) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
    state.counters["ns/event"] =
        benchmark::Counter(static_cast<double>(events) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void build_book_wl1(benchmark::State& state) {
    const auto& events = feed();
    for (auto _ : state) {
        Book book(book_options());
        std::int64_t sum = 0;
        for (const MarketEvent& event : events) {
            book.apply(event);
            sum += book.best_bid().price;
        }
        benchmark::DoNotOptimize(sum);
    }
    set_rate(state, events.size());
}
BENCHMARK(build_book_wl1)->Unit(benchmark::kMillisecond);

void recorded_market_wl1(benchmark::State& state) {
    const auto& events = feed();
    InstrumentDefinition definition{};
    definition.price_increment = definition.lot_increment = definition.multiplier = definition.money_unit = {1, 0};
    definition.tick = 1;
    RecordedOptions options;
    options.expected_orders = 10'240;
    options.expected_levels = 16'384;
    for (auto _ : state) {
        RecordedMarket market(&definition, &options, 1);
        if (state.range(0) != 0) {
            Command command{};
            command.command = CommandKind::new_order;
            command.client_order = 1;
            command.side = Side::buy;
            command.type = OrderType::limit;
            command.price = command.quantity = 1;
            market.submit(command, 0);
        }
        for (const MarketEvent& event : events) market.on_market(event);
        benchmark::DoNotOptimize(market.report_count());
    }
    set_rate(state, events.size());
}
BENCHMARK(recorded_market_wl1)->ArgName("working")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace martlet
