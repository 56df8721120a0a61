#include "martlet/cross_section.hpp"

#include <algorithm>
#include <limits>

#include "martlet/elementary.hpp"

namespace martlet {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

bool present(double x) noexcept { return x >= -1e100 && x <= 1e100; }

/// Median of sorted values; `count` is at least 1.
double median_of(const double* sorted, std::int32_t count) noexcept {
    const std::int32_t half = count / 2;
    return count % 2 != 0 ? sorted[half] : sorted[half - 1] + (sorted[half] - sorted[half - 1]) * 0.5;
}

/// a ÷ b where that is a finite number, else 0.
double quotient_or_zero(double a, double b) noexcept {
    const double value = a / b;
    return value >= -1e120 && value <= 1e120 ? value : 0;
}

bool in_group(std::int32_t group, std::int32_t group_count) noexcept { return group >= 0 && group < group_count; }

/// Ranks by `value(i)` of the indices in `order`; told to `give(i, rank)`, which may overwrite that value.
template <class Value, class Give>
void rank(std::int32_t* order, std::int32_t known, const Value& value, const Give& give) noexcept {
    std::sort(order, order + known, [&](std::int32_t a, std::int32_t b) { return value(a) != value(b) ? value(a) < value(b) : a < b; });
    for (std::int32_t from = 0; from < known;) {
        std::int32_t to = from + 1;
        while (to < known && value(order[to]) == value(order[from])) ++to;
        const double place = known > 1 ? 0.5 * static_cast<double>(from + to - 1) / static_cast<double>(known - 1) : 0.5;
        for (; from < to; ++from) give(order[from], place);
    }
}

} // namespace

void cross_rank(const double* values, std::int32_t count, std::int32_t* order, double* out) noexcept {
    std::int32_t known = 0;
    for (std::int32_t i = 0; i < count; ++i)
        if (present(values[i])) order[known++] = i;
    rank(order, known, [&](std::int32_t i) { return values[i]; }, [&](std::int32_t i, double place) { out[i] = place; });
    for (std::int32_t i = 0; i < count; ++i)
        if (!present(values[i])) out[i] = absent;
}

void cross_z_score(const double* values, std::int32_t count, double* out) noexcept {
    const CrossDispersion all = cross_dispersion(values, count);
    for (std::int32_t i = 0; i < count; ++i)
        out[i] = present(values[i]) ? quotient_or_zero(values[i] - all.mean, all.deviation) : absent;
}

void cross_robust_score(const double* values, std::int32_t count, double* sorted, double* out) noexcept {
    constexpr double of_normal = 1.4826022185056018; // 1 / Φ⁻¹(3/4)
    std::int32_t known = 0;
    for (std::int32_t i = 0; i < count; ++i)
        if (present(values[i])) sorted[known++] = values[i];
    double middle = 0, spread = 0;
    if (known > 0) {
        std::sort(sorted, sorted + known);
        middle = median_of(sorted, known);
        for (std::int32_t i = 0; i < known; ++i) sorted[i] = __builtin_fabs(sorted[i] - middle);
        std::sort(sorted, sorted + known);
        spread = median_of(sorted, known) * of_normal;
    }
    for (std::int32_t i = 0; i < count; ++i) out[i] = present(values[i]) ? quotient_or_zero(values[i] - middle, spread) : absent;
}

CrossDispersion cross_dispersion(const double* values, std::int32_t count) noexcept {
    CrossDispersion out{0, 0, 0, 0};
    double first = 0, sum = 0; // distances from the first, so that equal values have exactly no deviation
    for (std::int32_t i = 0; i < count; ++i) {
        if (!present(values[i])) continue;
        if (out.present++ == 0) first = values[i];
        sum += values[i] - first;
    }
    if (out.present == 0) return out;
    out.mean = first + sum / out.present;
    double squares = 0, sizes = 0;
    for (std::int32_t i = 0; i < count; ++i) {
        if (!present(values[i])) continue;
        const double distance = values[i] - out.mean;
        squares += distance * distance;
        sizes += __builtin_fabs(distance);
    }
    out.deviation = portable_sqrt(squares / out.present);
    out.absolute_deviation = sizes / out.present;
    return out;
}

MarketBreadth market_breadth(const double* values, std::int32_t count) noexcept {
    MarketBreadth out{0, 0, 0, 0, 0};
    for (std::int32_t i = 0; i < count; ++i) {
        if (!present(values[i])) continue;
        ++out.present;
        if (values[i] > 0) ++out.advancing;
        if (values[i] < 0) ++out.declining;
    }
    if (out.present == 0) return out;
    out.share_above = static_cast<double>(out.advancing) / out.present;
    out.net = static_cast<double>(out.advancing - out.declining) / out.present;
    return out;
}

void group_performance(
    const double* values, const std::int32_t* groups, std::int32_t count, std::int32_t group_count, std::int32_t* order,
    GroupPerformance* out) noexcept {
    for (std::int32_t g = 0; g < group_count; ++g) out[g] = {0, 0, 0, absent, absent};
    std::int32_t known = 0;
    for (std::int32_t i = 0; i < count; ++i) {
        if (!present(values[i]) || !in_group(groups[i], group_count)) continue;
        order[known++] = i;
        out[groups[i]].mean += values[i];
        ++out[groups[i]].members;
    }
    std::sort(order, order + known, [&](std::int32_t a, std::int32_t b) {
        if (groups[a] != groups[b]) return groups[a] < groups[b];
        return values[a] != values[b] ? values[a] < values[b] : a < b;
    });
    const std::int32_t* from = order;
    for (std::int32_t g = 0; g < group_count; ++g) {
        GroupPerformance& one = out[g];
        const std::int32_t members = one.members;
        one.mean = members > 0 ? one.mean / members : absent;
        if (members == 0) continue;
        const double upper = values[from[members / 2]], lower = values[from[(members - 1) / 2]];
        one.median = lower + (upper - lower) * 0.5;
        from += members;
    }
    std::int32_t ranked = 0;
    for (std::int32_t g = 0; g < group_count; ++g)
        if (out[g].members > 0) order[ranked++] = g;
    rank(order, ranked, [&](std::int32_t g) { return out[g].mean; }, [&](std::int32_t g, double place) { out[g].rank = place; });
}

void group_demean(
    const double* values, const std::int32_t* groups, std::int32_t count, std::int32_t group_count, double* means,
    std::int32_t* members, double* out) noexcept {
    std::fill_n(means, group_count, 0.0);
    std::fill_n(members, group_count, 0);
    for (std::int32_t i = 0; i < count; ++i) {
        if (!present(values[i]) || !in_group(groups[i], group_count)) continue;
        means[groups[i]] += values[i];
        ++members[groups[i]];
    }
    for (std::int32_t g = 0; g < group_count; ++g)
        if (members[g] > 0) means[g] /= members[g];
    for (std::int32_t i = 0; i < count; ++i)
        out[i] = present(values[i]) && in_group(groups[i], group_count) ? values[i] - means[groups[i]] : absent;
}

void basket_residual(const double* values, const double* weights, std::int32_t count, double* scratch, double* out) noexcept {
    double* const money = scratch;          // weight × value of those behind
    double* const weight = scratch + count; // weight of those behind
    const auto weight_of = [&](std::int32_t i) {
        if (!present(values[i])) return 0.0;
        if (weights == nullptr) return 1.0;
        return weights[i] > 0 && weights[i] <= 1e100 ? weights[i] : 0.0;
    };
    double sum = 0, total = 0;
    for (std::int32_t i = count - 1; i >= 0; --i) {
        money[i] = sum;
        weight[i] = total;
        const double own = weight_of(i);
        if (own > 0) sum += own * values[i];
        total += own;
    }
    sum = total = 0; // of those before
    for (std::int32_t i = 0; i < count; ++i) {
        const double own = weight_of(i), value = values[i];
        const double others = total + weight[i];
        const double mean = others > 0 ? quotient_or_zero(sum + money[i], others) : value;
        if (own > 0) sum += own * value;
        total += own;
        out[i] = present(value) ? value - mean : absent;
    }
}

} // namespace martlet
