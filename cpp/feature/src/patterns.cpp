#include "groups.hpp"
#include "martlet/kernels/candles.hpp"

namespace martlet {
namespace {

template <int... Index>
std::span<const FeatureEntry> with_each(std::integer_sequence<int, Index...>) noexcept {
    using namespace kernels;
    static constexpr FeatureEntry all[] = {table::entry<CandlePatterns>(), table::entry<OnePattern<Index>::template Kernel>()...};
    return all;
}

} // namespace

std::span<const FeatureEntry> pattern_features() noexcept {
    return with_each(std::make_integer_sequence<int, kernels::candle::pattern_count>());
}

} // namespace martlet
