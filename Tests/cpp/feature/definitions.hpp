#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "series.hpp"

// The textbook definitions, over the whole series each time: slow, and written without looking at the
// kernels. Index `i` is the newest value; what has not enough history is NaN.

namespace martlet::testing {

using Series = std::vector<double>;

inline double sma(const Series& x, std::size_t i, std::size_t n) {
    if (i + 1 < n) return nan;
    long double sum = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k) sum += x[k];
    return static_cast<double>(sum / n);
}

inline double deviation(const Series& x, std::size_t i, std::size_t n) {
    if (i + 1 < n) return nan;
    long double mean = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k) mean += x[k];
    mean /= n;
    long double squares = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k) squares += (x[k] - mean) * (x[k] - mean);
    return static_cast<double>(std::sqrt(squares / n));
}

/// Exponential mean that listens from index `from`, seeded by the mean of the first `n` it hears.
inline Series ema(const Series& x, std::size_t n, std::size_t from = 0) {
    Series out(x.size(), nan);
    long double value = 0;
    const long double weight = 2.0L / (n + 1);
    for (std::size_t i = from + n - 1; i < x.size(); ++i) {
        if (i == from + n - 1) {
            for (std::size_t k = from; k <= i; ++k) value += x[k];
            value /= n;
        } else {
            value = weight * x[i] + (1 - weight) * value;
        }
        out[i] = static_cast<double>(value);
    }
    return out;
}

struct MacdSeries {
    Series line, signal;
};

inline MacdSeries macd(const Series& x, std::size_t fast, std::size_t slow, std::size_t signal) {
    const Series quick = ema(x, fast, slow - fast);
    const Series late = ema(x, slow);
    MacdSeries out{Series(x.size(), nan), Series(x.size(), nan)};
    Series line;
    for (std::size_t i = slow - 1; i < x.size(); ++i) line.push_back(quick[i] - late[i]);
    const Series smooth = ema(line, signal);
    for (std::size_t i = slow + signal - 2; i < x.size(); ++i) {
        out.line[i] = line[i - (slow - 1)];
        out.signal[i] = smooth[i - (slow - 1)];
    }
    return out;
}

/// Wilder's smoothing of `x` from index `from` on: the mean of the first n, then 1/n of the new.
inline Series wilder(const Series& x, std::size_t n, std::size_t from) {
    Series out(x.size(), nan);
    long double value = 0;
    for (std::size_t i = from; i < x.size(); ++i) {
        if (i < from + n) value += static_cast<long double>(x[i]) / n;
        else value = (value * (n - 1) + x[i]) / n;
        if (i + 1 >= from + n) out[i] = static_cast<double>(value);
    }
    return out;
}

inline Series rsi(const Series& x, std::size_t n) {
    Series gains(x.size(), 0), losses(x.size(), 0), out(x.size(), nan);
    for (std::size_t i = 1; i < x.size(); ++i) {
        gains[i] = std::max(x[i] - x[i - 1], 0.0);
        losses[i] = std::max(x[i - 1] - x[i], 0.0);
    }
    const Series up = wilder(gains, n, 1);
    const Series down = wilder(losses, n, 1);
    for (std::size_t i = n; i < x.size(); ++i) {
        if (up[i] == 0 && down[i] == 0) out[i] = 50;
        else out[i] = down[i] == 0 ? 100 : 100 - 100 / (1 + up[i] / down[i]);
    }
    return out;
}

inline Series ranges(const Bars& bars) {
    Series out(bars.size(), nan);
    for (std::size_t i = 1; i < bars.size(); ++i)
        out[i] = std::max({bars.high[i] - bars.low[i], std::fabs(bars.high[i] - bars.close[i - 1]),
                           std::fabs(bars.low[i] - bars.close[i - 1])});
    return out;
}

inline Series atr(const Bars& bars, std::size_t n) { return wilder(ranges(bars), n, 1); }

struct AdxSeries {
    Series adx, plus, minus;
};

/// As TA-Lib has it: sums of the first n − 1 movements, decayed by 1/n from the n-th on.
inline AdxSeries adx(const Bars& bars, std::size_t n) {
    const std::size_t count = bars.size();
    const Series range = ranges(bars);
    AdxSeries out{Series(count, nan), Series(count, nan), Series(count, nan)};
    long double up_sum = 0, down_sum = 0, range_sum = 0, average = 0;
    for (std::size_t i = 1; i < count; ++i) {
        const double up = bars.high[i] - bars.high[i - 1];
        const double down = bars.low[i - 1] - bars.low[i];
        if (i >= n) {
            up_sum -= up_sum / n;
            down_sum -= down_sum / n;
            range_sum -= range_sum / n;
        }
        if (up > down && up > 0) up_sum += up;
        if (down > up && down > 0) down_sum += down;
        range_sum += range[i];
        if (i < n) continue;
        const long double plus = range_sum == 0 ? 0 : 100 * up_sum / range_sum;
        const long double minus = range_sum == 0 ? 0 : 100 * down_sum / range_sum;
        out.plus[i] = static_cast<double>(plus);
        out.minus[i] = static_cast<double>(minus);
        const bool direction = plus + minus > 0;
        const long double index = direction ? 100 * std::fabs(plus - minus) / (plus + minus) : 0;
        if (i < 2 * n) average += index / n;
        else if (direction) average += (index - average) / n;
        if (i >= 2 * n - 1) out.adx[i] = static_cast<double>(average);
    }
    return out;
}

inline double realised_volatility(const Series& x, std::size_t i, std::size_t n) {
    if (i < n) return nan;
    long double squares = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k) {
        const long double change = std::log(static_cast<long double>(x[k]) / x[k - 1]);
        squares += change * change;
    }
    return static_cast<double>(std::sqrt(squares / n));
}

inline double highest(const Series& x, std::size_t i, std::size_t n) {
    return i + 1 < n ? nan : *std::max_element(x.begin() + static_cast<long>(i + 1 - n), x.begin() + static_cast<long>(i + 1));
}

inline double lowest(const Series& x, std::size_t i, std::size_t n) {
    return i + 1 < n ? nan : *std::min_element(x.begin() + static_cast<long>(i + 1 - n), x.begin() + static_cast<long>(i + 1));
}

} // namespace martlet::testing
