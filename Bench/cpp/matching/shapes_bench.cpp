#include <algorithm>
#include <chrono>
#include <vector>

#include <benchmark/benchmark.h>

#include "report_sink.hpp"
#include "wl1.hpp"

// What WL-1 does not show: the spread of single messages, ids without neighbours, one long queue, many books, a crash.

namespace martlet {
namespace {

constexpr std::size_t shape_messages = 2'000'000;
wl1::ReportSink sink;

const std::vector<wl1::Message>& messages() {
    static const std::vector<wl1::Message> made = [] {
        wl1::Sums sums;
        return wl1::Generator().make(sums, shape_messages);
    }();
    return made;
}

void per_message(benchmark::State& state, std::size_t count) {
    state.counters["ns/message"] =
        benchmark::Counter(static_cast<double>(count) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void play_all(benchmark::State& state, const std::vector<wl1::Message>& all) {
    for (auto _ : state) {
        state.PauseTiming();
        MatchingEngine engine(wl1::options());
        wl1::play_all(std::span(all).first(wl1::prefill), engine, sink);
        state.ResumeTiming();
        wl1::play_all(std::span(all).subspan(wl1::prefill), engine, sink);
        benchmark::DoNotOptimize(sink.reports[0]);
    }
    per_message(state, all.size() - wl1::prefill);
}

#if defined(__x86_64__)
// Time of single messages by the processor's time stamp; the stamps' own cost (the least seen between two of them) is taken
// off. Counters are nanoseconds.
void single_messages(benchmark::State& state) {
    const auto& all = messages();
    std::vector<std::uint32_t> ticks;
    double nanoseconds_per_tick = 0;
    for (auto _ : state) {
        MatchingEngine engine(wl1::options());
        for (std::size_t i = 0; i < wl1::prefill; ++i) wl1::play(all[i], engine, sink);
        ticks.clear();
        ticks.reserve(all.size());
        std::uint64_t least = ~0ull;
        for (int i = 0; i < 1000; ++i) {
            const std::uint64_t before = __builtin_ia32_rdtsc();
            least = std::min<std::uint64_t>(least, __builtin_ia32_rdtsc() - before);
        }
        const auto wall = std::chrono::steady_clock::now();
        const std::uint64_t first = __builtin_ia32_rdtsc();
        for (std::size_t i = wl1::prefill; i < all.size(); ++i) {
            const std::uint64_t before = __builtin_ia32_rdtsc();
            wl1::play(all[i], engine, sink);
            const std::uint64_t took = __builtin_ia32_rdtsc() - before;
            ticks.push_back(static_cast<std::uint32_t>(took > least ? took - least : 0));
        }
        const auto span = static_cast<double>(__builtin_ia32_rdtsc() - first);
        nanoseconds_per_tick = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - wall).count() / span;
    }
    std::sort(ticks.begin(), ticks.end());
    const auto at = [&](double part) { return ticks[static_cast<std::size_t>(part * static_cast<double>(ticks.size() - 1))] * nanoseconds_per_tick; };
    state.counters["p50"] = at(0.5);
    state.counters["p99"] = at(0.99);
    state.counters["p99.9"] = at(0.999);
}
BENCHMARK(single_messages)->Unit(benchmark::kMillisecond)->Iterations(3);
#endif

// Ids drawn from 64 bits: no two are neighbours.
struct Sparse {
    static std::uint64_t scattered(std::uint64_t id) {
        std::uint64_t z = id * 0x9E3779B97F4A7C15ull;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        return z ^ (z >> 31);
    }
    static void play(const wl1::Message& message, MatchingEngine& engine) {
        using wl1::Kind;
        if (message.kind == Kind::cancel || message.kind == Kind::replace)
            engine.cancel(CancelRequest{1, 0, 0, scattered(message.kind == Kind::cancel ? message.id : message.old), 0}, sink);
        if (message.kind == Kind::cancel) return;
        engine.submit(OrderRequest{1, message.buy ? Side::buy : Side::sell, message.kind == Kind::market ? OrderType::market : OrderType::limit,
                                   TimeInForce::good_till_cancel, 0, scattered(message.id), message.price, message.quantity, 0},
                      sink);
    }
};
void sparse_ids(benchmark::State& state) {
    const auto& all = messages();
    for (auto _ : state) {
        state.PauseTiming();
        MatchingEngine engine(wl1::options());
        for (std::size_t i = 0; i < wl1::prefill; ++i) Sparse::play(all[i], engine);
        state.ResumeTiming();
        for (std::size_t i = wl1::prefill; i < all.size(); ++i) Sparse::play(all[i], engine);
    }
    per_message(state, shape_messages);
}
BENCHMARK(sparse_ids)->Unit(benchmark::kMillisecond);

OrderRequest resting(std::uint64_t client, Side side, std::int64_t price) {
    return {1, side, OrderType::limit, TimeInForce::good_till_cancel, 0, client, price, 10, 0};
}
std::uint64_t draw(std::uint64_t& state) {
    state += 0x9E3779B97F4A7C15ull;
    return Sparse::scattered(state);
}

// 100,000 orders at one price; one leaves anywhere, one joins at the end.
void one_level(benchmark::State& state) {
    MatchingOptions options;
    options.expected_orders = 131'072;
    MatchingEngine engine(options);
    std::vector<std::uint64_t> live;
    for (std::uint64_t id = 1; id <= 100'000; ++id) {
        engine.submit(resting(id, Side::buy, 1000), sink);
        live.push_back(id);
    }
    std::uint64_t next = 100'001, random = 7;
    for (auto _ : state) {
        std::uint64_t& leaves = live[draw(random) % live.size()];
        engine.cancel(CancelRequest{1, 0, 0, leaves, 0}, sink);
        engine.submit(resting(leaves = next++, Side::buy, 1000), sink);
    }
    state.SetItemsProcessed(state.iterations() * 2);
    per_message(state, 2);
}
BENCHMARK(one_level);

// 5,000 books with 200 orders each; every step one order leaves and one joins in one book: in turn (zipf 0), or drawn by
// Zipf's law (1), as attention to instruments is. `ahead` 1: the host looks at the batch that it has taken from its ring and
// fetches what the requests that come next will read.
class ManyBooks {
public:
    static constexpr std::size_t books = 5'000, orders = 200, turns = 1 << 20;

    explicit ManyBooks(bool zipf) : turns_(turns), turns_of_(books) {
        MatchingOptions options;
        options.expected_orders = 256;
        options.expected_levels = 64;
        engines_.reserve(books);
        for (std::size_t b = 0; b < books; ++b) {
            engines_.emplace_back(options);
            for (std::uint64_t id = 0; id < orders; ++id) join(engines_.back(), id);
        }
        std::vector<double> sums(books);
        double sum = 0;
        for (std::size_t b = 0; b < books; ++b) sums[b] = sum += 1.0 / static_cast<double>(b + 1);
        std::uint64_t random = 11;
        for (std::size_t i = 0; i < turns; ++i) {
            const double at = static_cast<double>(draw(random) >> 11) * 0x1p-53 * sum;
            const auto book = static_cast<std::uint32_t>(zipf ? std::lower_bound(sums.begin(), sums.end(), at) - sums.begin() : static_cast<std::ptrdiff_t>(i % books));
            turns_[i] = {book, turns_of_[book]++};
        }
    }

    /// The oldest order of the turn's book leaves, a new one joins.
    void play(std::size_t turn) {
        const std::uint32_t book = turns_[turn % turns].book;
        engines_[book].cancel(CancelRequest{1, 0, 0, oldest(turn), 0}, sink);
        join(engines_[book], oldest(turn) + orders);
    }
    void fetch(std::size_t turn, MatchingEngine::Ahead step) const {
        const MatchingEngine& engine = engines_[turns_[turn % turns].book];
        engine.fetch_ahead(step, 1, oldest(turn));
        if (step == MatchingEngine::Ahead::place) engine.fetch_ahead(step, 1, oldest(turn) + orders);
    }

private:
    struct Turn {
        std::uint32_t book;
        std::uint32_t rank; ///< turns of the book before this one
    };
    std::uint64_t oldest(std::size_t turn) const {
        const Turn& taken = turns_[turn % turns];
        return taken.rank + turn / turns * turns_of_[taken.book];
    }
    static void join(MatchingEngine& engine, std::uint64_t id) {
        const auto away = static_cast<std::int64_t>(id % orders) / 10;
        engine.submit(resting(id, id % 2 != 0 ? Side::buy : Side::sell, id % 2 != 0 ? 999 - away : 1001 + away), sink);
    }

    std::vector<MatchingEngine> engines_;
    std::vector<Turn> turns_;
    std::vector<std::uint32_t> turns_of_;
};

void many_books(benchmark::State& state) {
    using enum MatchingEngine::Ahead;
    constexpr std::size_t apart = 2; // turns between two steps
    ManyBooks market(state.range(0) != 0);
    const bool ahead = state.range(1) != 0;
    std::size_t turn = 0;
    for (auto _ : state) {
        if (ahead) {
            market.fetch(turn + 4 * apart, engine);
            market.fetch(turn + 3 * apart, place);
            market.fetch(turn + 2 * apart, order);
            market.fetch(turn + apart, neighbours);
        }
        market.play(turn++);
    }
    state.SetItemsProcessed(state.iterations() * 2);
    per_message(state, 2);
}
BENCHMARK(many_books)->ArgNames({"zipf", "ahead"})->ArgsProduct({{0, 1}, {0, 1}});

// The price falls by 40 % within 100,000 messages and comes back; `match_steady` is the same count without it. The
// goal is a ratio of at most 2.
void match_crash(benchmark::State& state) {
    static const std::vector<wl1::Message> all = [] {
        wl1::Sums sums;
        return wl1::Generator().make(sums, shape_messages, [](std::size_t i) -> std::int32_t {
            const std::size_t at = i % 500'000;
            if (at < 200'000 || at >= 400'000) return 50'000;
            const auto gone = static_cast<std::int32_t>(at < 300'000 ? at - 200'000 : 400'000 - at);
            return 50'000 - gone / 5;
        });
    }();
    play_all(state, all);
}
BENCHMARK(match_crash)->Unit(benchmark::kMillisecond);

void match_steady(benchmark::State& state) { play_all(state, messages()); }
BENCHMARK(match_steady)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace martlet
