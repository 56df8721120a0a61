#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/exponential.hpp"
#include "martlet/kernels/logarithm.hpp"
#include "martlet/kernels/moments.hpp"

// What trades say: who began them, what they cost, and how the price answers.

namespace martlet::kernels {

/// Columns of `FeatureRecord::trade`: a trade and the top of the book before it.
enum TradeColumn : int { trade_price = 0, trade_quantity, trade_bid, trade_ask };

/// Who began a trade, by Lee and Ready: the buyer above the mid, the seller below; at the mid by the last
/// price that differed (the tick test).
template <class Real>
class TradeSigner {
public:
    /// 1, −1, or 0 where nothing says so yet.
    MARTLET_INLINE Real update(const Real* in) noexcept {
        const Real mid = (in[trade_bid] + in[trade_ask]) * 0.5;
        const Real zero{0.0}, one{1.0}, less{-1.0};
        const Real price = in[trade_price];
        const Real change = select(price > price_, one, select(price < price_, less, tick_));
        tick_ = first_ != 0 ? zero : change;
        price_ = price;
        first_ = 0;
        return select(price > mid, one, select(price < mid, less, tick_));
    }

private:
    Real price_{};
    Real tick_{};
    std::int64_t first_ = 1;
};

/// Side that began the trade: 1 buyer, −1 seller, 0 unknown. O(1).
template <class Real>
class TradeSign {
public:
    static constexpr NoParameters parameters{};
    static constexpr FeatureDescription about = describe<unit::sign>(
        "trade_sign", "1 where the buyer began the trade, -1 where the seller did, 0 where nothing says", "Lee and Ready 1991",
        FeatureGroup::microstructure, FeatureRecord::trade, columns(trade_price, trade_bid, trade_ask), parameters, one_output);
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    TradeSign(const double*, Arena&) noexcept {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept { out[0] = sign_.update(in); }

private:
    TradeSigner<Real> sign_;
};

/// Effective spread, twice the signed distance of the price from the mid: of the last trade, on average, and
/// that as a share of the mid (0 where that is 0). Price units. O(1) amortised.
template <class Real>
class EffectiveSpread {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(50, 1, "period", "trades in the mean")};
    static constexpr const char* outputs[] = {"last", "mean", "relative"};
    static constexpr FeatureDescription about = describe<unit::price, unit::price, unit::ratio>(
        "effective_spread", "twice the signed distance of trades from the mid, in price units and as a share of it",
        "Huang and Stoll 1996", FeatureGroup::microstructure, FeatureRecord::trade, columns(trade_price, trade_bid, trade_ask), parameters,
        outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }

    EffectiveSpread(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real mid = (in[trade_bid] + in[trade_ask]) * 0.5;
        const Real spread = sign_.update(in) * (in[trade_price] - mid) * 2.0;
        window_.push({spread, quotient<Real>(spread, mid, 0.0)}, memory);
        const SumPair<Real> total = window_.total(memory);
        out[0] = spread;
        out[1] = total.first * share_;
        out[2] = total.second * share_;
    }

private:
    TradeSigner<Real> sign_;
    Window<SumPair<Real>> window_;
    double share_;
};

/// Realised spread and price impact of trades, known `horizon` trades later: what their maker kept against
/// the mid of then, and by how much the mid went with them. Means over `period` trades, price units. Their sum
/// is the effective spread of those trades. O(1) amortised.
template <class Real>
class RealisedSpread {
public:
    static constexpr FeatureParameter parameters[] = {
        period_parameter(50, 1, "period", "trades in the mean"), period_parameter(10, 1, "horizon", "trades until the mid is looked at", 10'000)};
    static constexpr const char* outputs[] = {"realised", "impact"};
    static constexpr FeatureDescription about = describe<unit::price>(
        "realised_spread", "what makers of trades kept some trades later, and how far the mid went, in price units",
        "Huang and Stoll 1996", FeatureGroup::microstructure, FeatureRecord::trade, columns(trade_price, trade_bid, trade_ask), parameters,
        outputs);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + whole(p[1]); }

    RealisedSpread(const double* p, Arena& arena) noexcept
        : window_(whole(p[0]), arena), signs_(whole(p[1]), arena), prices_(whole(p[1]), arena), mids_(whole(p[1]), arena),
          share_(1.0 / p[0]), wait_(whole(p[1])) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real mid = (in[trade_bid] + in[trade_ask]) * 0.5;
        const Real sign = signs_.exchange(sign_.update(in), memory) * 2.0;
        const Real price = prices_.exchange(in[trade_price], memory);
        const Real before = mids_.exchange(mid, memory);
        if (wait_ > 0) --wait_;
        else window_.push({sign * (price - mid), sign * (mid - before)}, memory);
        const SumPair<Real> total = window_.total(memory);
        out[0] = total.first * share_;
        out[1] = total.second * share_;
    }

private:
    TradeSigner<Real> sign_;
    Window<SumPair<Real>> window_;
    Delay<Real> signs_;
    Delay<Real> prices_;
    Delay<Real> mids_;
    double share_;
    std::int64_t wait_;
};

/// Lots that buyers began less those that sellers began: since the start, over the last `period` trades, and
/// that as a share of all lots of these (0 where there are none). O(1) amortised.
template <class Real>
class VolumeDelta {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100, 1, "period", "trades in the window")};
    static constexpr const char* outputs[] = {"cumulative", "window", "relative"};
    static constexpr FeatureDescription about = describe<unit::quantity, unit::quantity, unit::ratio>(
        "volume_delta", "lots of buyers less those of sellers, since the start, in the window, and as a share", "Lee and Ready 1991",
        FeatureGroup::microstructure, FeatureRecord::trade, columns(trade_price, trade_quantity, trade_bid, trade_ask), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]); }

    VolumeDelta(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real lots = sign_.update(in) * in[trade_quantity];
        total_ += lots;
        window_.push({lots, absolute(in[trade_quantity])}, memory);
        const SumPair<Real> total = window_.total(memory);
        out[0] = total_;
        out[1] = total.first;
        out[2] = quotient<Real>(total.first, total.second, 0.0);
    }

private:
    TradeSigner<Real> sign_;
    Window<SumPair<Real>> window_;
    Real total_{};
};

/// Kyle's lambda: slope of the changes of the mid from trade to trade over the signed lots of the trade
/// between; 0 where these do not vary. And the share of the changes that it explains, 0 … 1. O(1) amortised.
template <class Real>
class KyleLambda {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100, 2, "period", "trades in the regression")};
    static constexpr const char* outputs[] = {"lambda", "r_squared"};
    static constexpr FeatureDescription about = describe<unit::mixed, unit::ratio>(
        "kyle_lambda", "price units by which the mid follows a signed lot, and the share of its changes that this explains", "Kyle 1985",
        FeatureGroup::microstructure, FeatureRecord::trade, columns(trade_price, trade_quantity, trade_bid, trade_ask), parameters, outputs);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    KyleLambda(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real mid = (in[trade_bid] + in[trade_ask]) * 0.5;
        if (first_ == 0) window_.push(PairMoments<Real>::of(lots_, mid - mid_), memory);
        first_ = 0;
        mid_ = mid;
        lots_ = sign_.update(in) * in[trade_quantity];
        const PairMoments<Real> total = window_.total(memory);
        out[0] = total.slope();
        const Real r = total.correlation();
        out[1] = r * r;
    }

private:
    TradeSigner<Real> sign_;
    Window<PairMoments<Real>> window_;
    Real mid_{};
    Real lots_{};
    std::int64_t first_ = 1;
};

/// Volume-synchronised probability of informed trading: the imbalance of buckets of equal volume as a share of
/// the volume, over the last `buckets` full ones; 0 before the first. A trade belongs in full to the bucket
/// that it fills; sides are Lee and Ready's where the original classifies in bulk. Also how full the present
/// one is, 0 … 1. O(1), O(buckets) where one fills.
template <class Real>
class Vpin {
public:
    static constexpr FeatureParameter parameters[] = {
        {"volume", 10'000, 1e-9, 1e15, false, "lots in a bucket"}, period_parameter(50, 1, "buckets", "buckets in the mean", 1000)};
    static constexpr const char* outputs[] = {"vpin", "filled"};
    static constexpr FeatureDescription about = describe<unit::ratio>(
        "vpin", "imbalance of buckets of equal volume as a share of it, and how full the present one is",
        "Easley, Lopez de Prado and O'Hara 2012", FeatureGroup::microstructure, FeatureRecord::trade,
        columns(trade_price, trade_quantity, trade_bid, trade_ask), parameters, outputs, 0, "O(1), O(buckets) where one fills");
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    Vpin(const double* p, Arena& arena) noexcept
        : volume_(p[0]), buckets_(whole(p[1])), imbalances_(arena.take(buckets_)), volumes_(arena.take(buckets_)) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real lots = maximum(in[trade_quantity], Real(0.0));
        signed_ += sign_.update(in) * lots;
        filled_ += lots;
        close_full(memory);
        out[0] = value_;
        out[1] = minimum(quotient<Real>(filled_, Real(volume_), 1.0), Real(1.0));
    }

private:
    /// Buckets fill at different trades in different lanes, so each lane has its own place in the ring.
    MARTLET_INLINE void close_full(Real* memory) noexcept {
        constexpr int lanes = lanes_of<Real>;
        double* const all = reinterpret_cast<double*>(memory);
        const auto lane_of = [](Real& x, int lane) -> double& { return reinterpret_cast<double*>(&x)[lane]; };
        for (int lane = 0; lane < lanes; ++lane) {
            if (lane_of(filled_, lane) < volume_) continue;
            double& place = lane_of(place_, lane);
            const auto slot = static_cast<std::int32_t>(place);
            const double net = lane_of(signed_, lane);
            all[(imbalances_ + slot) * lanes + lane] = net < 0 ? -net : net;
            all[(volumes_ + slot) * lanes + lane] = lane_of(filled_, lane);
            place = slot + 1 == buckets_ ? 0.0 : place + 1.0;
            double apart = 0, total = 0;
            for (std::int32_t i = 0; i < buckets_; ++i) {
                apart += all[(imbalances_ + i) * lanes + lane];
                total += all[(volumes_ + i) * lanes + lane];
            }
            lane_of(value_, lane) = apart / total;
            lane_of(signed_, lane) = 0;
            lane_of(filled_, lane) = 0;
        }
    }

    TradeSigner<Real> sign_;
    Real signed_{};
    Real filled_{};
    Real place_{};
    Real value_{};
    double volume_;
    std::int32_t buckets_;
    std::int32_t imbalances_;
    std::int32_t volumes_;
    std::int32_t padding_ = 0;
};

/// Amihud's illiquidity: mean of |return| ÷ traded value (close × volume) over the bars of the window that
/// traded; 0 where none did. O(1) amortised.
template <class Real>
class Amihud {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(20)};
    static constexpr FeatureDescription about = describe<unit::mixed>(
        "amihud", "mean of absolute return over traded value, per unit of money", "Amihud 2002", FeatureGroup::microstructure,
        FeatureRecord::bar, columns(close, volume), parameters, one_output);
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    Amihud(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real change = absolute(quotient<Real>(in[close] - close_, close_, 0.0));
        const Real value = in[close] * in[volume];
        const auto traded = value > Real(0.0);
        close_ = in[close];
        if (first_ == 0)
            window_.push({select(traded, quotient<Real>(change, value, 0.0), Real(0.0)), select(traded, Real(1.0), Real(0.0))}, memory);
        first_ = 0;
        const SumPair<Real> total = window_.total(memory);
        out[0] = quotient<Real>(total.first, total.second, 0.0);
    }

private:
    Window<SumPair<Real>> window_;
    Real close_{};
    std::int64_t first_ = 1;
};

/// Roll's spread: 2 √(−covariance of consecutive price changes); 0 where that is not negative. Price units.
/// O(1) amortised.
template <class Real>
class Roll {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(50, 2, "period", "pairs of changes in the window")};
    static constexpr FeatureDescription about = taking(unit::price, describe<unit::price>(
        "roll_spread", "spread that the bounce of prices implies, in price units", "Roll 1984", FeatureGroup::microstructure,
        FeatureRecord::series, columns(0), parameters, one_output));
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 2; }

    Roll(const double* p, Arena& arena) noexcept : window_(whole(p[0]), arena), share_(1.0 / p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        const Real change = in[0] - price_;
        if (seen_ >= 2) window_.push(PairMoments<Real>::of(change_, change), memory);
        ++seen_;
        price_ = in[0];
        change_ = change;
        out[0] = 2.0 * square_root(maximum(-window_.total(memory).xy * share_, Real(0.0)));
    }

private:
    Window<PairMoments<Real>> window_;
    Real price_{};
    Real change_{};
    double share_;
    std::int64_t seen_ = 0;
};

/// Rate of events (arrivals, cancels, trades: whichever the series has), over the last `period` of them. The
/// series is the time of each event in seconds. Events per second; 0 where no time passed. O(1).
template <class Real>
class EventRate {
public:
    static constexpr FeatureParameter parameters[] = {period_parameter(100, 1, "period", "events in the window")};
    static constexpr FeatureDescription about = taking(unit::seconds, describe<unit::per_second>(
        "event_rate", "events per second; the series is the time of each in seconds", "Cont, Stoikov and Talreja 2010",
        FeatureGroup::microstructure, FeatureRecord::series, columns(0), parameters, one_output));
    static std::int64_t warm_up(const double* p) noexcept { return static_cast<std::int64_t>(whole(p[0])) + 1; }

    EventRate(const double* p, Arena& arena) noexcept : past_(whole(p[0]), arena), count_(p[0]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
        out[0] = maximum(quotient<Real>(Real(count_), in[0] - past_.exchange(in[0], memory), 0.0), Real(0.0));
    }

private:
    Delay<Real> past_;
    double count_;
};

/// Intensity of a Hawkes process with an exponential kernel, base + jump × Σ exp(−decay × age) over all events
/// so far: just before the newest, which shows what it came into, and just after it. The series is the time of
/// each event in seconds; a time before that of the event before counts as the same. Events per second. O(1).
template <class Real>
class Hawkes {
public:
    static constexpr FeatureParameter parameters[] = {
        {"base", 1, 0, 1e9, false, "events per second without any before"}, {"jump", 0.5, 0, 1e9, false, "what an event adds, per second"},
        {"decay", 1, 1e-9, 1e9, false, "how fast that goes, per second"}};
    static constexpr const char* outputs[] = {"before", "after"};
    static constexpr FeatureDescription about = taking(unit::seconds, describe<unit::per_second>(
        "hawkes_intensity", "events per second just before and after the newest; the series is the time of each in seconds",
        "Hawkes 1971; recursion of Ozaki 1979", FeatureGroup::microstructure, FeatureRecord::series, columns(0), parameters, outputs));
    static std::int64_t warm_up(const double*) noexcept { return 1; }

    Hawkes(const double* p, Arena&) noexcept : base_(p[0]), jump_(p[1]), decay_(p[2]) {}
    MARTLET_INLINE void update(const Real* in, Real* out, Real*) noexcept {
        const Real age = minimum(maximum(in[0] - time_, Real(0.0)) * decay_, Real(700.0));
        time_ = first_ != 0 ? in[0] : maximum(in[0], time_);
        first_ = 0;
        excited_ *= exponential(-age);
        out[0] = excited_ * jump_ + base_;
        excited_ += Real(1.0);
        out[1] = excited_ * jump_ + base_;
    }

private:
    Real excited_{};
    Real time_{};
    double base_;
    double jump_;
    double decay_;
    std::int64_t first_ = 1;
};

} // namespace martlet::kernels
