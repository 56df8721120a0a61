#pragma once
#include <cstddef>
#include <cstdint>

// Fits the parameters of the `garch` feature to a history of returns.

namespace martlet {

enum class GarchStatus : std::uint8_t {
    ok = 0,
    few_returns,    ///< fewer than 50
    bad_return,     ///< one is not finite or larger than 100 in size
    no_variance,    ///< all returns are alike
};

/// GARCH(1,1): variance of the next return = (1 − α − β) × long run² + α return² + β variance.
struct GarchFit {
    GarchStatus status;
    double alpha;
    double beta;
    double long_run;       ///< volatility per update that forecasts return to
    double log_likelihood; ///< mean per return, of the normal distribution without its constant
};

/// Largest quasi-likelihood by the simplex of Nelder and Mead (1965) over (α, β), α + β < 0.9999; the long-run
/// variance is the mean squared return (variance targeting: Engle, Mezrich 1996). Deterministic.
/// O(count × some hundred); no allocation.
GarchFit fit_garch(const double* returns, std::int64_t count) noexcept;

/// The mean log-likelihood of returns under given parameters, the variance begun at the long-run one.
double garch_log_likelihood(const double* returns, std::int64_t count, double alpha, double beta, double long_run) noexcept;

} // namespace martlet
