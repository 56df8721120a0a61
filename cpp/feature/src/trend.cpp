#include "groups.hpp"
#include "martlet/kernels/averages.hpp"

namespace martlet {

std::span<const FeatureEntry> trend_features() noexcept {
    using namespace kernels;
    return table::entries<Sma, Ema, Macd>();
}

} // namespace martlet
