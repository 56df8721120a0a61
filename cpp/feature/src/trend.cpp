#include "groups.hpp"
#include "martlet/kernels/averages.hpp"
#include "martlet/kernels/channels.hpp"
#include "martlet/kernels/direction.hpp"
#include "martlet/kernels/regression.hpp"
#include "martlet/kernels/smooth_averages.hpp"
#include "martlet/kernels/stops.hpp"

namespace martlet {

std::span<const FeatureEntry> trend_features() noexcept {
    using namespace kernels;
    return table::entries<
        Sma, Ema, Wma, Dema, Tema, Kama, Hma, T3, Macd, Directional, Adx, Adxr, Aroon, Sar, SuperTrend, Ichimoku,
        LinearRegression, TrendStrength, Donchian, Vortex>();
}

} // namespace martlet
