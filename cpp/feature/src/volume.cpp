#include "martlet/kernels/volume.hpp"

#include "groups.hpp"

namespace martlet {

std::span<const FeatureEntry> volume_features() noexcept {
    using namespace kernels;
    return table::entries<
        Obv, Mfi, Accumulation, ChaikinOscillator, ChaikinFlow, VolumePriceTrend, SessionVwap, RollingVwap, RelativeVolume,
        ForceIndex, EaseOfMovement>();
}

} // namespace martlet
