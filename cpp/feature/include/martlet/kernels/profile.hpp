#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/bar_oscillators.hpp"

// Volume by price.

namespace martlet::kernels {

/// Volume profile of the last `period` bars: their range in `bins` equal parts, each with the volume of the
/// bars whose typical price is in it. The point of control is the middle of the fullest part (the lowest of
/// equals); the value area grows from it by its fuller neighbour (the upper of equals) until it holds `share`
/// of the volume. A window without volume is all value, its middle the point of control. O(period + bins).
template <class Real>
class VolumeProfile {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(50, 1, "period", "updates in the window", 10'000), {"bins", 24, 2, 64, true, "parts of the range"},
        {"share", 0.7, 0.01, 1, false, "part of the volume that the value area holds"}};
    static constexpr const char* outputs[] = {"point_of_control", "value_area_high", "value_area_low"};
    static constexpr FeatureDescription about = describe<unit::price>(
        "volume_profile", "price of the most volume and the area around it that holds most of it, in price units",
        "Steidlmayer 1986", FeatureGroup::volume, FeatureRecord::bar, columns(high, low, close, volume), parameters, outputs, 0,
        "O(period + bins)");
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    VolumeProfile(const double* p, Arena& arena) noexcept
        : range_(whole(p[0]), arena), prices_(whole(p[0]), arena), volumes_(whole(p[0]), arena), share_(p[2]), bins_(whole(p[1])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        range_.push({in[high], in[low]}, memory);
        prices_.exchange(typical_price(in), memory);
        volumes_.exchange(in[volume], memory);
        const Extremes<Real> total = range_.total(memory);
        // Where a price falls differs from lane to lane, so each is looked at alone.
        const auto* highs = reinterpret_cast<const double*>(&total.high);
        const auto* lows = reinterpret_cast<const double*>(&total.low);
        for (int lane = 0; lane < lanes_of<Real>; ++lane) profile(memory, lane, lows[lane], highs[lane], out);
    }

private:
    void profile(const Real* memory, int lane, double bottom, double top, Real* out) const noexcept {
        double sums[64] = {};
        double total = 0;
        const auto* prices = reinterpret_cast<const double*>(prices_.slots(memory)) + lane;
        const auto* volumes = reinterpret_cast<const double*>(volumes_.slots(memory)) + lane;
        const double width = (top - bottom) / bins_;
        for (std::int32_t i = 0; i < prices_.period(); ++i) {
            const double place = (prices[i * lanes_of<Real>] - bottom) / width;
            const std::int32_t bin = place >= bins_ ? bins_ - 1 : place >= 0 ? static_cast<std::int32_t>(place) : 0;
            sums[bin] += volumes[i * lanes_of<Real>];
            total += volumes[i * lanes_of<Real>];
        }
        std::int32_t most = 0;
        for (std::int32_t bin = 1; bin < bins_; ++bin)
            if (sums[bin] > sums[most]) most = bin;
        double control = bottom + width * (most + 0.5);
        std::int32_t first = most, last = most;
        double held = sums[most];
        if (!(total > 0)) {
            control = bottom + (top - bottom) * 0.5;
            held = 0;
            first = 0;
            last = bins_ - 1;
        }
        while (held < share_ * total && (first > 0 || last < bins_ - 1)) {
            const bool up = first == 0 || (last < bins_ - 1 && sums[last + 1] >= sums[first - 1]);
            held += up ? sums[++last] : sums[--first];
        }
        reinterpret_cast<double*>(&out[0])[lane] = control;
        reinterpret_cast<double*>(&out[1])[lane] = bottom + width * (last + 1);
        reinterpret_cast<double*>(&out[2])[lane] = bottom + width * first;
    }

    Window<Extremes<Real>> range_;
    Delay<Real> prices_;
    Delay<Real> volumes_;
    double share_;
    std::int32_t bins_;
    std::int32_t padding_ = 0;
};

} // namespace martlet::kernels
