#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/moments.hpp"

// What a book says: spreads, weights of its sides, and the flow of orders that changes it.

namespace martlet::kernels {

/// Columns of `FeatureRecord::quote`.
enum QuoteColumn : int { bid = 0, bid_quantity, ask, ask_quantity };
/// Columns of `FeatureRecord::depth`: ten of each.
inline constexpr int depth_levels = 10;
inline constexpr int bid_prices = 0, bid_quantities = 10, ask_prices = 20, ask_quantities = 30;
constexpr std::uint64_t every_depth_column = (1ull << 40) - 1;

/// a − b as a share of a + b; 0 where that is 0.
template <class Real>
MARTLET_INLINE Real balance(const Real& a, const Real& b) noexcept {
    return quotient<Real>(a - b, a + b, 0.0);
}

/// Ask less bid, in price units (negative in a crossed market) and as a share of the mid (0 where that is 0).
/// O(1).
template <class Real>
class alignas(8) QuotedSpread {
public:
    static constexpr NoParameters parameters{};
    static constexpr const char* outputs[] = {"spread", "relative", "mid"};
    static constexpr FeatureDescription about = describe<unit::price, unit::ratio, unit::price>(
        "quoted_spread", "ask less bid in price units, the same as a share of the mid, and the mid", "Huang and Stoll 1996",
        FeatureGroup::microstructure, FeatureRecord::quote, columns(bid, ask), parameters, outputs);
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    QuotedSpread(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        out[0] = in[ask] - in[bid];
        out[2] = (in[ask] + in[bid]) * 0.5;
        out[1] = quotient<Real>(out[0], out[2], 0.0);
    }
};

/// Mid weighted by the opposite quantities, its distance from the mid in price units, and the imbalance of the
/// best quantities, −1 … 1. The plain mid where both quantities are zero; negative quantities count as zero.
/// O(1).
template <class Real>
class alignas(8) Microprice {
public:
    static constexpr NoParameters parameters{};
    static constexpr const char* outputs[] = {"microprice", "lean", "imbalance"};
    static constexpr FeatureDescription about = describe<unit::price, unit::price, unit::ratio>(
        "microprice", "mid weighted by opposite quantities, its distance from the mid in price units, imbalance of the top",
        "Gatheral and Oomen 2010", FeatureGroup::microstructure, FeatureRecord::quote, columns(bid, bid_quantity, ask, ask_quantity),
        parameters, outputs);
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    Microprice(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real buyers = maximum(in[bid_quantity], Real(0.0)), sellers = maximum(in[ask_quantity], Real(0.0));
        out[2] = balance(buyers, sellers);
        out[1] = (in[ask] - in[bid]) * 0.5 * out[2];
        out[0] = (in[ask] + in[bid]) * 0.5 + out[1];
    }
};

/// What one update adds to order flow imbalance: came to the bid and left the ask, less what left the bid
/// and came to the ask.
template <class Real>
MARTLET_INLINE Real flow(
    const Real& bid, const Real& bid_size, const Real& ask, const Real& ask_size, const Real& old_bid, const Real& old_bid_size,
    const Real& old_ask, const Real& old_ask_size) noexcept {
    const Real zero{0.0};
    return (select(bid >= old_bid, bid_size, zero) - select(bid <= old_bid, old_bid_size, zero)) -
           (select(ask <= old_ask, ask_size, zero) - select(ask >= old_ask, old_ask_size, zero));
}

/// Order flow imbalance of the last `period` updates of the top, in lots and as a share of all that moved
/// (−1 … 1, 0 where nothing did). O(1) amortised.
template <class Real>
class FlowImbalance {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100)};
    static constexpr const char* outputs[] = {"flow", "relative"};
    static constexpr FeatureDescription about = describe<unit::quantity, unit::ratio>(
        "order_flow_imbalance", "what came to the bid and left the ask less the reverse, in lots and as a share of what moved",
        "Cont, Kukanov and Stoikov 2014, equation 4", FeatureGroup::microstructure, FeatureRecord::quote,
        columns(bid, bid_quantity, ask, ask_quantity), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    FlowImbalance(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real one = flow(in[bid], in[bid_quantity], in[ask], in[ask_quantity], before_[bid], before_[bid_quantity], before_[ask], before_[ask_quantity]);
        for (int i = 0; i < 4; ++i) before_[i] = in[i];
        if (first_ == 0) window_.push({one, absolute(one)}, memory);
        first_ = 0;
        const SumPair<Real> total = window_.total(memory);
        out[0] = total.first;
        out[1] = quotient<Real>(total.first, total.second, 0.0);
    }

private:
    Window<SumPair<Real>> window_;
    Real before_[4]{};
    std::int64_t first_ = 1;
};

/// Lengths of the queues at the best prices, now and on average over the window, and per update what came to
/// them and what left them (cancelled or traded) while the price stood. Lots. O(1) amortised.
template <class Real>
class Queues {
    struct Sums {
        using Number = Real;
        Real of[6];
        MARTLET_INLINE static Sums joined(const Sums& a, std::int32_t, const Sums& b, std::int32_t) noexcept {
            Sums out;
            for (int i = 0; i < 6; ++i) out.of[i] = a.of[i] + b.of[i];
            return out;
        }
    };

public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100)};
    static constexpr const char* outputs[] = {"bid",     "ask",      "bid_mean", "ask_mean", "bid_arrivals",
                                              "ask_arrivals", "bid_removals", "ask_removals"};
    static constexpr FeatureDescription about = describe<unit::quantity>(
        "queues", "lengths of the best queues, their means, and lots that arrive at and leave them each update",
        "Cont, Stoikov and Talreja 2010", FeatureGroup::microstructure, FeatureRecord::quote,
        columns(bid, bid_quantity, ask, ask_quantity), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    Queues(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real zero{0.0};
        const Real bids = select(in[bid] == bid_, in[bid_quantity] - bid_quantity_, zero);
        const Real asks = select(in[ask] == ask_, in[ask_quantity] - ask_quantity_, zero);
        bid_ = in[bid];
        ask_ = in[ask];
        bid_quantity_ = in[bid_quantity];
        ask_quantity_ = in[ask_quantity];
        if (first_ == 0)
            window_.push({{bid_quantity_, ask_quantity_, maximum(bids, zero), maximum(asks, zero), maximum(-bids, zero), maximum(-asks, zero)}}, memory);
        first_ = 0;
        const Sums total = window_.total(memory);
        out[0] = bid_quantity_;
        out[1] = ask_quantity_;
        for (int i = 0; i < 6; ++i) out[2 + i] = total.of[i] * share_;
    }

private:
    Window<Sums> window_;
    Real bid_{}, ask_{}, bid_quantity_{}, ask_quantity_{};
    double share_;
    std::int64_t first_ = 1;
};

/// Imbalance of the quantities on the best 1, 5 and 10 levels, −1 (sellers alone) … 1; 0 where there is
/// nothing. O(levels).
template <class Real>
class alignas(8) DepthImbalance {
public:
    static constexpr NoParameters parameters{};
    static constexpr const char* outputs[] = {"level_1", "levels_5", "levels_10"};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "book_imbalance", "quantity of the bids less that of the asks, as a share of both, on 1, 5 and 10 levels",
        "Cao, Hansch and Wang 2009", FeatureGroup::microstructure, FeatureRecord::depth,
        every_depth_column & ~(0x3FFull | 0x3FFull << 20), parameters, outputs, 0, "O(levels)");
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    DepthImbalance(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        Real bids = in[bid_quantities], asks = in[ask_quantities];
        out[0] = balance(bids, asks);
        for (int i = 1; i < depth_levels; ++i) {
            bids += in[bid_quantities + i];
            asks += in[ask_quantities + i];
            if (i == 4) out[1] = balance(bids, asks);
        }
        out[2] = balance(bids, asks);
    }
};

/// Lots on ten levels of each side, and the slope of each: lots within a distance from the mid, over that
/// distance (least squares through zero); 0 where no level stands apart from the mid. O(levels).
template <class Real>
class alignas(8) DepthAndSlope {
public:
    static constexpr NoParameters parameters{};
    static constexpr const char* outputs[] = {"bid_depth", "ask_depth", "bid_slope", "ask_slope"};
    static constexpr FeatureDescription about = describe<unit::quantity, unit::quantity, unit::mixed, unit::mixed>(
        "depth_and_slope", "lots on ten levels of each side, and lots per price unit of distance from the mid",
        "Naes and Skjeltorp 2006, as a regression", FeatureGroup::microstructure, FeatureRecord::depth, every_depth_column, parameters,
        outputs, 0, "O(levels)");
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    DepthAndSlope(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real mid = (in[bid_prices] + in[ask_prices]) * 0.5;
        side(in + bid_prices, in + bid_quantities, mid, out[0], out[2]);
        side(in + ask_prices, in + ask_quantities, mid, out[1], out[3]);
    }

private:
    MARTLET_INLINE static void side(const Real* prices, const Real* quantities, const Real& mid, Real& depth, Real& slope) noexcept {
        Real products{}, squares{};
        depth = Real(0.0);
        for (int i = 0; i < depth_levels; ++i) {
            const Real distance = absolute(prices[i] - mid);
            depth += quantities[i];
            products += distance * depth;
            squares += distance * distance;
        }
        slope = quotient<Real>(products, squares, 0.0);
    }
};

/// Order flow imbalance of each of ten levels over the last `period` updates, and of all together. Lots.
/// O(levels) amortised.
template <class Real>
class MultiLevelFlow {
    struct Flows {
        using Number = Real;
        Real of[depth_levels];
        MARTLET_INLINE static Flows joined(const Flows& a, std::int32_t, const Flows& b, std::int32_t) noexcept {
            Flows out;
            for (int i = 0; i < depth_levels; ++i) out.of[i] = a.of[i] + b.of[i];
            return out;
        }
    };

public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100)};
    static constexpr const char* outputs[] = {"level_1", "level_2", "level_3", "level_4",  "level_5", "level_6",
                                              "level_7", "level_8", "level_9", "level_10", "total"};
    static constexpr FeatureDescription about = describe<unit::quantity>(
        "multi_level_flow_imbalance", "order flow imbalance of each of ten levels and of all, in lots", "Xu, Gould and Howison 2018",
        FeatureGroup::microstructure, FeatureRecord::depth, every_depth_column, parameters, outputs, 0, "O(levels) amortised");
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    MultiLevelFlow(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        Flows one;
        for (int i = 0; i < depth_levels; ++i)
            one.of[i] = flow(
                in[bid_prices + i], in[bid_quantities + i], in[ask_prices + i], in[ask_quantities + i], before_[bid_prices + i],
                before_[bid_quantities + i], before_[ask_prices + i], before_[ask_quantities + i]);
        for (int i = 0; i < 4 * depth_levels; ++i) before_[i] = in[i];
        if (first_ == 0) window_.push(one, memory);
        first_ = 0;
        const Flows total = window_.total(memory);
        out[depth_levels] = Real(0.0);
        for (int i = 0; i < depth_levels; ++i) {
            out[i] = total.of[i];
            out[depth_levels] += total.of[i];
        }
    }

private:
    Window<Flows> window_;
    Real before_[4 * depth_levels]{};
    std::int64_t first_ = 1;
};

} // namespace martlet::kernels
