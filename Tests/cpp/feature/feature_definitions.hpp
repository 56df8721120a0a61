#pragma once
#include <functional>

#include "definitions.hpp"
#include "every_feature.hpp"

// The textbook definitions of what TA-Lib does not have, over whole columns and in extended precision:
// slow, and written without looking at the kernels.

namespace martlet::testing {

struct Columns {
    Series open, high, low, close, volume;
    std::size_t size() const { return close.size(); }
};

inline Series each(std::size_t count, std::size_t first, const std::function<double(std::size_t)>& value) {
    Series out(count, nan);
    for (std::size_t i = first; i < count; ++i) out[i] = value(i);
    return out;
}

inline double wma(const Series& x, std::size_t i, std::size_t n) {
    long double sum = 0, weights = 0;
    for (std::size_t k = 0; k < n; ++k) {
        sum += static_cast<long double>(x[i - k]) * (n - k);
        weights += n - k;
    }
    return static_cast<double>(sum / weights);
}

inline Series hma(const Series& x, std::size_t n) {
    const auto root = static_cast<std::size_t>(std::sqrt(static_cast<double>(n)));
    const Series raw = each(x.size(), n - 1, [&](std::size_t i) { return 2 * wma(x, i, n / 2) - wma(x, i, n); });
    return each(x.size(), n + root - 2, [&](std::size_t i) { return wma(raw, i, root); });
}

inline Series true_ranges(const Columns& c) {
    return each(c.size(), 1, [&](std::size_t i) {
        return std::max({c.high[i] - c.low[i], std::fabs(c.high[i] - c.close[i - 1]), std::fabs(c.low[i] - c.close[i - 1])});
    });
}

inline double sum_of(const Series& x, std::size_t i, std::size_t n) {
    long double sum = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k) sum += x[k];
    return static_cast<double>(sum);
}

struct SuperTrendSeries {
    Series line, direction;
};

/// As charting programs have it: the bands are held while the close before stays inside them.
inline SuperTrendSeries supertrend(const Columns& c, std::size_t n, double width) {
    const Series range = wilder(true_ranges(c), n, 1);
    SuperTrendSeries out{Series(c.size(), nan), Series(c.size(), nan)};
    double upper = 0, lower = 0;
    bool rising = false;
    for (std::size_t i = n; i < c.size(); ++i) {
        const double middle = (c.high[i] + c.low[i]) / 2;
        const double basic_upper = middle + width * range[i], basic_lower = middle - width * range[i];
        if (i == n) {
            upper = basic_upper;
            lower = basic_lower;
        } else {
            if (basic_upper < upper || c.close[i - 1] > upper) upper = basic_upper;
            if (basic_lower > lower || c.close[i - 1] < lower) lower = basic_lower;
            if (rising && c.close[i] < lower) rising = false;
            else if (!rising && c.close[i] > upper) rising = true;
        }
        out.line[i] = rising ? lower : upper;
        out.direction[i] = rising ? 1 : -1;
    }
    return out;
}

inline double middle_of(const Columns& c, std::size_t i, std::size_t n) { return (highest(c.high, i, n) + lowest(c.low, i, n)) / 2; }

inline double trend_strength(const Series& x, std::size_t i, std::size_t n) {
    long double path = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k) path += std::fabs(x[k] - x[k - 1]);
    return path > 0 ? static_cast<double>((x[i] - x[i - n]) / path) : 0;
}

/// 1 − residual variance ÷ variance of a line fitted by the normal equations.
inline double r_squared(const Series& y, std::size_t i, std::size_t n) {
    long double mean_x = 0, mean_y = 0, xx = 0, xy = 0, yy = 0;
    for (std::size_t k = 0; k < n; ++k) {
        mean_x += k;
        mean_y += y[i + 1 - n + k];
    }
    mean_x /= n;
    mean_y /= n;
    for (std::size_t k = 0; k < n; ++k) {
        const long double dx = k - mean_x, dy = y[i + 1 - n + k] - mean_y;
        xx += dx * dx;
        xy += dx * dy;
        yy += dy * dy;
    }
    if (yy == 0) return 0;
    long double residual = 0;
    for (std::size_t k = 0; k < n; ++k) {
        const long double error = (y[i + 1 - n + k] - mean_y) - xy / xx * (k - mean_x);
        residual += error * error;
    }
    return static_cast<double>(1 - residual / yy);
}

inline double log_of(double a, double b) { return static_cast<double>(std::log(static_cast<long double>(a) / b)); }

inline double sample_variance(const Series& x, std::size_t i, std::size_t n) {
    const double one = deviation(x, i, n);
    return one * one * static_cast<double>(n) / static_cast<double>(n - 1);
}

inline double yang_zhang(const Columns& c, std::size_t i, std::size_t n) {
    Series gap(c.size(), 0), body(c.size(), 0);
    long double product = 0;
    for (std::size_t k = i + 1 - n; k <= i; ++k) {
        gap[k] = log_of(c.open[k], c.close[k - 1]);
        body[k] = log_of(c.close[k], c.open[k]);
        product += log_of(c.high[k], c.close[k]) * log_of(c.high[k], c.open[k]) + log_of(c.low[k], c.close[k]) * log_of(c.low[k], c.open[k]);
    }
    const double count = static_cast<double>(n);
    const double weight = 0.34 / (1.34 + (count + 1) / (count - 1));
    return std::sqrt(sample_variance(gap, i, n) + weight * sample_variance(body, i, n) + (1 - weight) * static_cast<double>(product) / count);
}

/// A mean of squares of every bar's `part`, and its root.
inline Series root_mean(std::size_t count, std::size_t first, std::size_t n, const std::function<double(std::size_t)>& part) {
    const Series parts = each(count, first, part);
    return each(count, first + n - 1, [&](std::size_t i) { return std::sqrt(std::max(0.0, sum_of(parts, i, n) / static_cast<double>(n))); });
}

inline double money_flow(const Columns& c, std::size_t i) {
    const double range = c.high[i] - c.low[i];
    return range > 0 ? ((c.close[i] - c.low[i]) - (c.high[i] - c.close[i])) / range * c.volume[i] : 0;
}

inline double typical(const Columns& c, std::size_t i) { return (c.high[i] + c.low[i] + c.close[i]) / 3; }

inline double vwap(const Columns& c, std::size_t first, std::size_t i) {
    long double money = 0, volume = 0;
    for (std::size_t k = first; k <= i; ++k) {
        money += static_cast<long double>(typical(c, k)) * c.volume[k];
        volume += c.volume[k];
    }
    return volume > 0 ? static_cast<double>(money / volume) : typical(c, i);
}

} // namespace martlet::testing
