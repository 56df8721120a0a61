#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

// Series for the kernels' tests, made with a generator of their own.

namespace martlet::testing {

inline const double nan = std::numeric_limits<double>::quiet_NaN();

struct Bars {
    std::string name;
    std::vector<double> high, low, close;
    std::size_t size() const { return close.size(); }
};

class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed * 2 + 1) {}
    std::uint64_t next() {
        state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
        return state_ >> 16;
    }
    double uniform() { return static_cast<double>(next() & 0xFFFFFFFF) / 4294967296.0; }

private:
    std::uint64_t state_;
};

/// A walk of `count` bars; a share of them gap, stand still or jump.
inline Bars walk(std::uint64_t seed, std::size_t count, double start, double step) {
    Dice dice(seed);
    Bars bars{"walk " + std::to_string(seed), {}, {}, {}};
    double price = start;
    for (std::size_t i = 0; i < count; ++i) {
        const double chance = dice.uniform();
        const double reach = chance < 0.03 ? 25 : chance < 0.15 ? 0 : 1;
        const double open = chance > 0.97 ? price * 1.05 : price;
        price = std::fabs(open + step * reach * (dice.uniform() - 0.5)) + 1e-9;
        bars.high.push_back(std::fmax(open, price) + step * reach * 0.2 * dice.uniform());
        bars.low.push_back(std::fmin(open, price) * (1 - 0.001 * reach * dice.uniform()));
        bars.close.push_back(price);
    }
    return bars;
}

inline Bars flat(double price, std::size_t count) {
    const std::vector<double> same(count, price);
    return {"flat", same, same, same};
}

/// Calm, one absurd bar, calm again.
inline Bars spiked(std::size_t count) {
    Bars bars = walk(77, count, 100, 1);
    bars.name = "spiked";
    bars.high[count / 2] = bars.close[count / 2] = 1e99;
    return bars;
}

/// Up by one each bar, or down.
inline Bars ramp(double start, double step, std::size_t count) {
    Bars bars{"ramp", {}, {}, {}};
    for (std::size_t i = 0; i < count; ++i) {
        const double close = start + step * static_cast<double>(i);
        bars.high.push_back(close + 0.25);
        bars.low.push_back(close - 0.25);
        bars.close.push_back(close);
    }
    return bars;
}

/// Bars on a coarse grid, where moves up and down are often of the same size.
inline Bars lattice(std::uint64_t seed, std::size_t count) {
    Dice dice(seed);
    Bars bars{"lattice", {}, {}, {}};
    for (std::size_t i = 0; i < count; ++i) {
        const double low = 10 + static_cast<double>(dice.next() % 4);
        const double span = static_cast<double>(dice.next() % 4);
        bars.low.push_back(low);
        bars.high.push_back(low + span);
        bars.close.push_back(low + (dice.next() % 2 == 0 ? span : 0));
    }
    return bars;
}

inline std::vector<Bars> every_series(std::size_t count = 700) {
    return {walk(1, count, 100, 1), walk(2, count, 30'000, 250), walk(3, count, 0.0001, 0.00001), walk(4, count, 1e9, 1e6),
            flat(100, count),       flat(0.1, count),            spiked(count),                   ramp(10, 1, count),
            ramp(5'000, -1, count), lattice(6, count)};
}

/// The same number: both NaN, or apart by no more than `relative` of the larger of the two and `scale`.
inline bool close_to(double a, double b, double relative, double scale = 0) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
    return std::fabs(a - b) <= relative * std::fmax(scale, std::fmax(std::fabs(a), std::fabs(b)));
}

} // namespace martlet::testing
