#pragma once
#include <cstddef>
#include <cstdint>

#include <vector>

#include "martlet/exchange.hpp"
#include "martlet/random.hpp"

namespace martlet::exchange {

inline constexpr std::int64_t second = 1'000'000'000;
inline constexpr double day_seconds = 86'400;

/// The latent fair value of every instrument: a geometric random walk in steps of one second whose
/// drift and volatility follow the instrument's regime; one common normal couples the instruments.
///
///     d log V = drift dt + σ (ρ dW_common + √(1 − ρ²) dW_own) − pull (log V − anchor) dt
///
/// A pull toward the start with a half-life of 20 days keeps the price positive and in range for ever.
class FairValues {
public:
    struct One {
        RandomStream own;
        RandomStream regimes;
        Regime regime = Regime::range;
        std::int64_t regime_end = 0;
        double log_value = 0;
        double value = 0;      ///< increments
        double log_start = 0;
        double anchor = 0;     ///< log value at which the regime began
        double base_sigma = 0; ///< per √second, in a trend
        double sigma = 0;      ///< per √second, now
        double drift = 0;      ///< per second, now
        double pull = 0;       ///< per second, toward the anchor
        double activity = 1;   ///< factor of the order flow's intensity
    };

    FairValues(const ExchangeOptions& options, const std::vector<MarketProfile>& profiles);

    /// One second passes.
    void step(std::int64_t now) noexcept;

    const One& operator[](std::size_t instrument) const noexcept { return all_[instrument]; }

private:
    void enter(One& one, Regime regime, std::int64_t now) noexcept;
    Regime choose_next(One& one) noexcept;

    RandomStream common_;
    std::vector<One> all_;
    double regime_seconds_;
    double common_weight_;
    double own_weight_;
    Regime fixed_;
};

} // namespace martlet::exchange
