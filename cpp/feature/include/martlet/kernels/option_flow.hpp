#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/windows.hpp"

// What the trades of an underlying's options say of it.

namespace martlet::kernels {

/// Columns of `FeatureRecord::option_trade`.
enum OptionColumn : int {
    option_price = 0, option_quantity, option_multiplier, option_strike, option_seconds, option_underlying, option_call, option_side
};

/// Sums over the last `period` option trades. Premium is price × quantity × multiplier, negative prices and
/// quantities count as 0. Bought calls and sold puts are bullish, sold calls and bought puts bearish, by the side
/// that began the trade; trades without a side count in all but the directional figures.
///
/// A put/call ratio is 1 where neither was traded, at most `most`, and that where there are puts alone. Moneyness is
/// how far the strike is out of the money as a share of the underlying, negative in the money, weighted by
/// quantity; 0 where nothing was traded. O(1) amortised.
template <class Real>
class OptionFlow {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(500, 1, "period", "trades in the window"), {"short_days", 7, 0, 3'650, false, "days to expiry of what is short-dated"},
        {"most", 100, 1, 1e6, false, "largest put/call ratio"}};
    static constexpr const char* outputs[] = {"call_premium",  "put_premium",      "put_call_quantity", "put_call_premium", "net_premium",
                                              "net_share",     "out_of_the_money", "moneyness",         "short_dated"};
    static constexpr FeatureDescription about =
        describe<unit::money, unit::money, unit::ratio, unit::ratio, unit::money, unit::ratio, unit::ratio, unit::ratio, unit::ratio>(
            "option_flow", "premium of calls and puts, put/call ratios, directional premium, share out of the money, moneyness, share short-dated",
            "Pan and Poteshman 2006, signed option volume", FeatureGroup::derivatives, FeatureRecord::option_trade,
            columns(0, 1, 2, 3, 4, 5, 6, 7), parameters, outputs, columns(option_multiplier, option_strike, option_underlying));
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }
    static Span span(const double* p) noexcept { return span_of_windows(p[0]); }

    OptionFlow(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), short_(p[1] * 86'400), most_(p[2]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real zero{0.0}, one{1.0};
        const Real lots = maximum(in[option_quantity], zero);
        const Real premium = maximum(in[option_price], zero) * lots * in[option_multiplier];
        const auto call = in[option_call] > zero;
        const Real side = select(in[option_side] > zero, one, select(in[option_side] < zero, Real(-1.0), zero));
        const Real above = (in[option_strike] - in[option_underlying]) / in[option_underlying];
        const Real out_by = select(call, above, -above);
        Sums now;
        now.call_premium = select(call, premium, zero);
        now.put_premium = select(call, zero, premium);
        now.call_lots = select(call, lots, zero);
        now.put_lots = select(call, zero, lots);
        now.net = premium * select(call, side, -side);
        now.out = select(out_by > zero, lots, zero);
        now.moneyness = lots * out_by;
        now.brief = select(in[option_seconds] <= Real(short_), lots, zero);
        window_.push(now, memory);

        const Sums total = window_.total(memory);
        const Real traded = total.call_lots + total.put_lots;
        out[0] = total.call_premium;
        out[1] = total.put_premium;
        out[2] = ratio(total.put_lots, total.call_lots);
        out[3] = ratio(total.put_premium, total.call_premium);
        out[4] = total.net;
        out[5] = quotient<Real>(total.net, total.call_premium + total.put_premium, 0.0);
        out[6] = quotient<Real>(total.out, traded, 0.0);
        out[7] = quotient<Real>(total.moneyness, traded, 0.0);
        out[8] = quotient<Real>(total.brief, traded, 0.0);
    }

private:
    struct Sums {
        using Number = Real;
        Real call_premium{}, put_premium{}, call_lots{}, put_lots{}, net{}, out{}, moneyness{}, brief{};
        MARTLET_INLINE static Sums joined(const Sums& a, std::int32_t, const Sums& b, std::int32_t) noexcept {
            return {a.call_premium + b.call_premium, a.put_premium + b.put_premium, a.call_lots + b.call_lots, a.put_lots + b.put_lots,
                    a.net + b.net, a.out + b.out, a.moneyness + b.moneyness, a.brief + b.brief};
        }
    };

    MARTLET_INLINE Real ratio(const Real& puts, const Real& calls) const noexcept {
        const Real value = minimum(quotient<Real>(puts, calls, most_), Real(most_));
        return select(puts + calls > Real(0.0), value, Real(1.0));
    }

    Window<Sums> window_;
    double short_;
    double most_;
};

} // namespace martlet::kernels
