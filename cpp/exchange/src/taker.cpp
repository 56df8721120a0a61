#include "participants.hpp"

#include <algorithm>

#include "streams.hpp"

namespace martlet::exchange {
namespace {

constexpr double wakes_share = 0.015;
constexpr double trend_slow_seconds = 900;
constexpr double trend_fast_seconds = 90;
constexpr double reverter_seconds = 300;
constexpr std::int64_t position_orders = 40; // largest position in usual orders

} // namespace

Taker::Taker(const ExchangeOptions& options, const Floor& floor, std::uint32_t participant)
    : random_(options.seed, stream_takers, floor.instrument.id * 16 + participant), participant_(participant),
      follows_trend_(participant < first_mean_reverter), wakes_per_second_(wakes_share * floor.profile.events_per_second),
      // The second of a kind is slower, so that they do not all act at once.
      slow_seconds_((follows_trend_ ? trend_slow_seconds : reverter_seconds) * ((participant & 1) != 0 ? 1.7 : 1.0)) {}

std::int64_t Taker::next_time(double activity, std::int64_t now) noexcept {
    const double wait = random_.exponential() / (wakes_per_second_ * activity);
    return now + 1 + static_cast<std::int64_t>(std::min(wait, 1e6) * 1e9);
}

void Taker::act(Floor& floor, const FairValues::One& fair, std::int64_t now) {
    const double mid = floor.mid(fair.value);
    if (latest_ == 0) fast_ = slow_ = mid;
    const double elapsed = static_cast<double>(now - latest_) * 1e-9;
    latest_ = now;
    slow_ += (1 - portable_exp(-elapsed / slow_seconds_)) * (mid - slow_);
    fast_ += (1 - portable_exp(-elapsed / (follows_trend_ ? trend_fast_seconds : 1.0))) * (mid - fast_);
    // One standard deviation of the price over the averaging time, from the market's usual volatility.
    const double deviation = mid * fair.base_sigma * portable_sqrt(slow_seconds_);
    wanted_ = wanted_position(floor, mid, deviation);
    const std::int64_t missing = wanted_ - floor.position(participant_);
    const std::int64_t clip = floor.profile.typical_lots * 2;
    if (missing > -clip / 2 && missing < clip / 2) return;
    const Side side = missing > 0 ? Side::buy : Side::sell;
    const std::int64_t best = side == Side::buy ? floor.best_ask() : floor.best_bid();
    if (best == 0) return;
    const std::int64_t worst = side == Side::buy ? best + 2 * floor.step : std::max(best - 2 * floor.step, floor.tick);
    floor.place(participant_, side, worst, std::min(missing > 0 ? missing : -missing, clip), TimeInForce::immediate_or_cancel);
}

std::int64_t Taker::wanted_position(const Floor& floor, double mid, double deviation) noexcept {
    const std::int64_t most = position_orders * floor.profile.typical_lots;
    if (follows_trend_) {
        const double signal = (fast_ - slow_) / deviation;
        if (signal > 0.6) return most;
        if (signal < -0.6) return -most;
        return signal < 0.15 && signal > -0.15 ? 0 : wanted_;
    }
    const double signal = std::clamp((slow_ - mid) / deviation, -2.0, 2.0);
    if (signal < 1 && signal > -1) return signal < 0.3 && signal > -0.3 ? 0 : wanted_;
    return static_cast<std::int64_t>(signal * 0.5 * static_cast<double>(most));
}

} // namespace martlet::exchange
