#include "fair_value.hpp"

#include "agenda.hpp"
#include "streams.hpp"

#include "martlet/elementary.hpp"

namespace martlet::exchange {
namespace {

// A trend of mean length moves this many standard deviations of the noise over the same time: a plain
// breakout rule sees it, and it is not certain.
constexpr double trend_strength = 2.0;
// Part of the daily volatility that is noise; trends, ranges and storms make the rest. Found by
// measuring the realised volatility of a simulated year.
constexpr double noise_share = 0.55;
constexpr double storm_volatility = 3.0;
constexpr double storm_activity = 3.0;
constexpr double range_volatility = 0.8;
constexpr double range_pull = 1.0 / 600;                  // per second
constexpr double home_pull = 0.6931 / (20 * day_seconds); // half-life of 20 days

} // namespace

FairValues::FairValues(const ExchangeOptions& options, const std::vector<MarketProfile>& profiles)
    : common_(options.seed, stream_common_factor, 0), all_(profiles.size()), regime_seconds_(options.regime_minutes * 60),
      common_weight_(portable_sqrt(options.correlation)), own_weight_(portable_sqrt(1 - options.correlation)),
      fixed_(options.regime) {
    for (std::size_t i = 0; i < all_.size(); ++i) {
        One& one = all_[i];
        const auto index = static_cast<std::uint32_t>(i);
        one.own = RandomStream(options.seed, stream_own_factor, index);
        one.regimes = RandomStream(options.seed, stream_regimes, index);
        one.value = static_cast<double>(profiles[i].start_price);
        one.log_start = one.log_value = portable_log(one.value);
        one.base_sigma = profiles[i].daily_volatility * noise_share / portable_sqrt(day_seconds);
        enter(one, fixed_ == Regime::switching ? choose_next(one) : fixed_, options.start_time);
    }
}

void FairValues::step(std::int64_t now) noexcept {
    const double shared = common_weight_ * common_.normal();
    for (One& one : all_) {
        const double shock = shared + own_weight_ * one.own.normal();
        one.log_value += one.drift + one.sigma * shock - one.pull * (one.log_value - one.anchor) -
                         home_pull * (one.log_value - one.log_start);
        one.value = portable_exp(one.log_value);
        if (now >= one.regime_end) enter(one, choose_next(one), now);
    }
}

void FairValues::enter(One& one, Regime regime, std::int64_t now) noexcept {
    one.regime = regime;
    one.anchor = one.log_value;
    one.sigma = one.base_sigma;
    one.activity = 1;
    one.drift = one.pull = 0;
    const double trend_drift = trend_strength * one.base_sigma / portable_sqrt(regime_seconds_);
    double seconds = regime_seconds_ * (0.4 + 0.6 * one.regimes.exponential());
    switch (regime) {
    case Regime::trend_up: one.drift = trend_drift; break;
    case Regime::trend_down: one.drift = -trend_drift; break;
    case Regime::storm:
        one.sigma *= storm_volatility;
        one.activity = storm_activity;
        seconds *= 0.25;
        break;
    default:
        one.sigma *= range_volatility;
        one.pull = range_pull;
        break;
    }
    one.regime_end = fixed_ == Regime::switching ? now + static_cast<std::int64_t>(seconds * second) : never;
}

Regime FairValues::choose_next(One& one) noexcept {
    // Weights of range, trend up, trend down, storm; never the same again.
    static constexpr std::uint64_t weights[4] = {35, 25, 25, 15};
    std::uint64_t total = 0;
    for (int i = 0; i < 4; ++i)
        if (one.regime_end == 0 || i != static_cast<int>(one.regime)) total += weights[i];
    std::uint64_t drawn = one.regimes.below(total);
    for (int i = 0; i < 4; ++i) {
        if (one.regime_end != 0 && i == static_cast<int>(one.regime)) continue;
        if (drawn < weights[i]) return static_cast<Regime>(i);
        drawn -= weights[i];
    }
    return Regime::range;
}

} // namespace martlet::exchange
