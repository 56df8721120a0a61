#include <benchmark/benchmark.h>

#include <vector>

#include "martlet/averages.hpp"
#include "martlet/extrema.hpp"
#include "martlet/microstructure.hpp"
#include "martlet/oscillators.hpp"
#include "martlet/volatility.hpp"

// Nanoseconds for one update of one kernel and one reading of its value.

namespace martlet {
namespace {

struct Bar {
    double high, low, close;
};

std::vector<Bar> walk() {
    std::vector<Bar> bars(4096);
    std::uint64_t state = 1;
    double price = 1000;
    for (Bar& bar : bars) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        price += static_cast<double>(state >> 40) / 16777216.0 - 0.5;
        bar = {price + 0.3, price - 0.4, price};
    }
    return bars;
}

template <class Kernel, class... Parameters>
void bars(benchmark::State& state, Parameters... parameters) {
    const auto input = walk();
    Kernel kernel{parameters...};
    std::size_t i = 0;
    for (auto _ : state) {
        const Bar& bar = input[i++ & 4095];
        if constexpr (requires { kernel.update(bar.high, bar.low, bar.close); }) kernel.update(bar.high, bar.low, bar.close);
        else if constexpr (requires { kernel.update(bar.high, bar.low); }) kernel.update(bar.high, bar.low);
        else kernel.update(bar.close);
        benchmark::DoNotOptimize(kernel.value());
    }
    state.counters["bytes"] = sizeof(Kernel);
}

template <class Kernel, class... Parameters>
void tops(benchmark::State& state, Parameters... parameters) {
    Kernel kernel{parameters...};
    std::int64_t i = 0;
    for (auto _ : state) {
        ++i;
        if constexpr (requires { kernel.update(i, i, i, i); }) kernel.update(1000 + (i & 3), 1 + (i & 63), 1005 + (i & 7), 1 + (i & 31));
        else kernel.update(1 + (i & 63), 70 + (i & 31));
        benchmark::DoNotOptimize(kernel.value());
    }
    state.counters["bytes"] = sizeof(Kernel);
}

void sma_20(benchmark::State& state) { bars<Sma>(state, 20); }
BENCHMARK(sma_20);
void sma_256(benchmark::State& state) { bars<Sma>(state, 256); }
BENCHMARK(sma_256);
void ema_20(benchmark::State& state) { bars<Ema>(state, 20); }
BENCHMARK(ema_20);
void macd_12_26_9(benchmark::State& state) { bars<Macd>(state, 12, 26, 9); }
BENCHMARK(macd_12_26_9);
void rsi_14(benchmark::State& state) { bars<Rsi>(state, 14); }
BENCHMARK(rsi_14);
void bollinger_20(benchmark::State& state) { bars<Bollinger>(state, 20, 2.0); }
BENCHMARK(bollinger_20);
void bollinger_256(benchmark::State& state) { bars<Bollinger>(state, 256, 2.0); }
BENCHMARK(bollinger_256);
void atr_14(benchmark::State& state) { bars<Atr>(state, 14); }
BENCHMARK(atr_14);
void adx_14(benchmark::State& state) { bars<Adx>(state, 14); }
BENCHMARK(adx_14);
void realised_volatility_60(benchmark::State& state) { bars<RealisedVolatility>(state, 60); }
BENCHMARK(realised_volatility_60);
void rolling_extrema_20(benchmark::State& state) { bars<RollingExtrema>(state, 20); }
BENCHMARK(rolling_extrema_20);
void rolling_extrema_256(benchmark::State& state) { bars<RollingExtrema>(state, 256); }
BENCHMARK(rolling_extrema_256);
void order_flow_imbalance_100(benchmark::State& state) { tops<OrderFlowImbalance>(state, 100); }
BENCHMARK(order_flow_imbalance_100);
void book_imbalance(benchmark::State& state) { tops<BookImbalance>(state, 5); }
BENCHMARK(book_imbalance);
void spread(benchmark::State& state) { tops<Spread>(state); }
BENCHMARK(spread);

} // namespace
} // namespace martlet
