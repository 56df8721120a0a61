#include "groups.hpp"
#include "martlet/kernels/entropy.hpp"
#include "martlet/kernels/fractal.hpp"
#include "martlet/kernels/normalisation.hpp"
#include "martlet/kernels/statistics.hpp"

namespace martlet {

std::span<const FeatureEntry> statistics_features() noexcept {
    using namespace kernels;
    return table::entries<
        RollingMoments, ZScore, CorrelationAndBeta, Autocorrelation, HalfLife, Quantiles, FractionalDifference, HurstRescaled,
        HurstDetrended, DickeyFuller, ShannonEntropy, PermutationEntropy, SampleEntropy,
        Lag, PercentRank, RobustScore, TanhScore>();
}

} // namespace martlet
