#include "groups.hpp"
#include "martlet/kernels/price_action.hpp"

namespace martlet {

std::span<const FeatureEntry> price_action_features() noexcept {
    using namespace kernels;
    return table::entries<Swings, SupportResistance, VolumeNodes, Breakout, Gaps, Peaks>();
}

} // namespace martlet
