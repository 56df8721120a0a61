#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/moments.hpp"

// What futures and perpetual swaps say beyond their price: basis, funding, open interest. A year has 365 days.

namespace martlet::kernels {

/// Value over reference less 1: a future over its index, a perpetual over spot. And that a year, simple: × 365 ÷
/// `days`, the tenor of a constant-maturity future or the interval that a perpetual's premium is paid for (eight
/// hours: 1/3). For a future whose expiry comes nearer, `dated_basis`. O(1).
template <class Real>
class Basis {
public:
    static constexpr FeatureParameter parameters[] = {{"days", 30, 1e-3, 36'500, false, "days over which the basis is earned"}};
    static constexpr const char* outputs[] = {"basis", "annual"};
    static constexpr FeatureDescription about = taking(unit::price, unit::price, describe<unit::ratio>(
        "basis", "value over reference less 1, and that a year", "Hull 2021, basis and cost of carry", FeatureGroup::derivatives,
        FeatureRecord::series, columns(0, 1), parameters, outputs, columns(1)));
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    Basis(const double* p, Arena&) noexcept : yearly_(365 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        out[0] = quotient<Real>(in[0] - in[1], in[1], 0.0);
        out[1] = out[0] * yearly_;
    }

private:
    double yearly_;
};

/// The same of a dated future, the third column the seconds until it expires: simple by the time that is left, which
/// counts as `shortest` days where it is less. O(1).
template <class Real>
class DatedBasis {
public:
    static constexpr FeatureParameter parameters[] = {{"shortest", 1, 1e-3, 3'650, false, "days that are left at least, for the yearly figure"}};
    static constexpr const char* outputs[] = {"basis", "annual"};
    static constexpr FeatureDescription about = taking(unit::price, unit::price, unit::seconds, describe<unit::ratio>(
        "dated_basis", "future over spot less 1, and that a year by the seconds until expiry: future, spot, seconds",
        "Hull 2021, basis and cost of carry", FeatureGroup::derivatives, FeatureRecord::several, columns(0, 1, 2), parameters, outputs,
        columns(1)));
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    DatedBasis(const double* p, Arena&) noexcept : shortest_(p[0] * 86'400) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        out[0] = quotient<Real>(in[0] - in[1], in[1], 0.0);
        out[1] = out[0] * (365 * 86'400.0) / maximum(in[2], Real(shortest_));
    }

private:
    double shortest_;
};

/// Funding of a perpetual: the series is the rate of each interval, as a share (0.0001 is a basis point). Its sum and
/// mean over the window, and the mean times the intervals of a year. O(1) amortised.
template <class Real>
class Funding {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(21, 1, "period", "intervals in the window"),
        {"per_year", 1095, 1, 600'000, false, "intervals in a year: 1095 of eight hours, 8760 of one"}};
    static constexpr const char* outputs[] = {"sum", "mean", "annual"};
    static constexpr FeatureDescription about = taking(unit::ratio, describe<unit::ratio>(
        "funding", "sum and mean of the funding rates of the window, and the mean a year", "perpetual swaps, Shiller 1993",
        FeatureGroup::derivatives, FeatureRecord::series, columns(0), parameters, outputs));
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    Funding(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), count_(p[0]), per_year_(p[1]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        window_.push({in[0]}, memory);
        out[0] = window_.total(memory).sum;
        out[1] = out[0] / count_;
        out[2] = out[1] * per_year_;
    }

private:
    Window<Sum<Real>> window_;
    double count_;
    double per_year_;
};

/// Open interest, the reference the price: its change over `period` updates, that as a share (0 of nothing), and what
/// price and open interest say together: 2 new longs (both up), 1 shorts covered (price up, open interest down), −1
/// longs given up (both down), −2 new shorts (price down, open interest up), 0 where one stands. O(1).
template <class Real>
class OpenInterest {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(1)};
    static constexpr const char* outputs[] = {"change", "relative", "quadrant"};
    static constexpr FeatureDescription about = taking(unit::quantity, unit::price, describe<unit::quantity, unit::ratio, unit::sign>(
        "open_interest", "change of open interest in lots and as a share; 2, 1, -1, -2 for new longs, covering, giving up, new shorts",
        "Murphy 1999, rules of volume and open interest", FeatureGroup::derivatives, FeatureRecord::series, columns(0, 1), parameters, outputs));
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    OpenInterest(const double* p, Arena& arena) noexcept : interest_(whole(p[0]), arena), price_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real before = interest_.exchange(in[0], memory), price = price_.exchange(in[1], memory);
        const Real zero{0.0};
        out[0] = in[0] - before;
        out[1] = quotient<Real>(out[0], before, 0.0);
        const Real rising = select(out[0] > zero, Real(2.0), select(out[0] < zero, Real(1.0), zero));
        const Real falling = select(out[0] > zero, Real(-2.0), select(out[0] < zero, Real(-1.0), zero));
        out[2] = select(in[1] > price, rising, select(in[1] < price, falling, zero));
    }

private:
    Delay<Real> interest_;
    Delay<Real> price_;
};

} // namespace martlet::kernels
