#include "groups.hpp"
#include "martlet/kernels/bar_oscillators.hpp"
#include "martlet/kernels/momentum.hpp"

namespace martlet {

std::span<const FeatureEntry> momentum_features() noexcept {
    using namespace kernels;
    return table::entries<
        Rsi, Stochastic, FastStochastic, StochasticRsi, WilliamsR, Cci, Roc, Momentum, Trix, UltimateOscillator, Cmo,
        PriceOscillator, AwesomeOscillator, BalanceOfPower>();
}

} // namespace martlet
