#include <vector>

#include <benchmark/benchmark.h>

#include "martlet/book.hpp"

// What one book operation costs in a book of a given size, apart from any workload.

namespace martlet {
namespace {

MarketEvent event(EventKind kind, std::uint64_t order, Side side, std::int64_t price, std::int64_t quantity) {
    MarketEvent made{};
    made.kind = kind;
    made.order = order;
    made.side = side;
    made.price = price;
    made.quantity = quantity;
    made.flags = market_flag_last;
    return made;
}

Book filled_book(std::uint64_t orders, std::int64_t levels, std::int64_t tick) {
    BookOptions options;
    options.expected_orders = static_cast<std::uint32_t>(orders) * 2;
    options.expected_levels = static_cast<std::uint32_t>(levels) * 4;
    options.tick = tick;
    Book book(options);
    for (std::uint64_t order = 1; order <= orders; ++order) {
        const bool buy = order % 2 != 0;
        const auto away = static_cast<std::int64_t>(order / 2) % levels;
        const std::int64_t price = (buy ? 100'000 - 1 - away : 100'000 + 1 + away) * tick;
        book.apply(event(EventKind::order_add, order, buy ? Side::buy : Side::sell, price, 10));
    }
    return book;
}

// An order joins and the oldest leaves, levels in turn.
void add_and_cancel(benchmark::State& state) {
    const auto orders = static_cast<std::uint64_t>(state.range(0));
    Book book = filled_book(orders, 100, state.range(1));
    std::uint64_t next = orders + 1;
    for (auto _ : state) {
        const bool buy = next % 2 != 0;
        const auto away = static_cast<std::int64_t>(next / 2) % 100;
        book.apply(event(EventKind::order_add, next, buy ? Side::buy : Side::sell, (buy ? 99'999 - away : 100'001 + away) * state.range(1), 10));
        book.apply(event(EventKind::order_cancel, next - orders, Side::none, 0, 0));
        ++next;
    }
    state.SetItemsProcessed(state.iterations() * 2);
}
BENCHMARK(add_and_cancel)->ArgNames({"orders", "tick"})->Args({1'000, 1})->Args({10'000, 1})->Args({10'000, 100})->Args({1'000'000, 1});

void set_level(benchmark::State& state) {
    BookOptions options;
    options.mode = BookMode::by_price;
    Book book(options);
    std::int64_t i = 0;
    for (auto _ : state) {
        const bool buy = (i & 1) != 0;
        const std::int64_t away = (i * 7) % 50;
        book.apply(event(EventKind::level_set, 0, buy ? Side::buy : Side::sell, buy ? 999 - away : 1001 + away, (i % 10) + 1));
        ++i;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(set_level);

void depth_of_ten(benchmark::State& state) {
    const Book book = filled_book(10'000, 100, 1);
    Level levels[20];
    for (auto _ : state) {
        book.depth(Side::buy, levels, 10);
        book.depth(Side::sell, levels + 10, 10);
        benchmark::DoNotOptimize(levels);
    }
}
BENCHMARK(depth_of_ten);

} // namespace
} // namespace martlet
