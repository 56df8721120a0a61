#include "groups.hpp"
#include "martlet/kernels/momentum.hpp"

namespace martlet {

std::span<const FeatureEntry> momentum_features() noexcept {
    using namespace kernels;
    return table::entries<Rsi>();
}

} // namespace martlet
