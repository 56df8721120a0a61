#include "martlet/kernels/volume.hpp"

#include "groups.hpp"
#include "martlet/kernels/profile.hpp"

namespace martlet {

std::span<const FeatureEntry> volume_features() noexcept {
    using namespace kernels;
    return table::entries<
        Obv, Mfi, Accumulation, ChaikinOscillator, ChaikinFlow, VolumePriceTrend, SessionVwap, RollingVwap, VolumeProfile, RelativeVolume,
        ForceIndex, EaseOfMovement>();
}

} // namespace martlet
