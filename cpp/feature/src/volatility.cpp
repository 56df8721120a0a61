#include "martlet/kernels/volatility.hpp"

#include "groups.hpp"
#include "martlet/kernels/estimators.hpp"

namespace martlet {

std::span<const FeatureEntry> volatility_features() noexcept {
    using namespace kernels;
    return table::entries<
        Bollinger, StandardDeviation, TrueRange, Atr, Natr, Keltner, RealisedVolatility, Parkinson, GarmanKlass,
        RogersSatchell, YangZhang, EwmaVolatility, Garch, VolatilityOfVolatility>();
}

} // namespace martlet
