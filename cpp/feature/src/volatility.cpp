#include "groups.hpp"
#include "martlet/kernels/volatility.hpp"

namespace martlet {

std::span<const FeatureEntry> volatility_features() noexcept {
    using namespace kernels;
    return table::entries<Bollinger, Atr>();
}

} // namespace martlet
