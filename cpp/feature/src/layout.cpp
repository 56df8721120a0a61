#include <type_traits>

#include "martlet/averages.hpp"
#include "martlet/extrema.hpp"
#include "martlet/microstructure.hpp"
#include "martlet/oscillators.hpp"
#include "martlet/volatility.hpp"

// What Swift and snapshots rely on: kernels are copied as bytes, and stay as small as their docs say.

namespace martlet {

template <class Kernel, std::size_t bytes>
constexpr bool plain = std::is_trivially_copyable_v<Kernel> && std::is_standard_layout_v<Kernel> && alignof(Kernel) == 8 &&
                       sizeof(Kernel) <= bytes;

static_assert(plain<Sma, 2112> && plain<Ema, 32> && plain<Macd, 128>);
static_assert(plain<Rsi, 40> && plain<Adx, 72> && plain<Atr, 32>);
static_assert(plain<Bollinger, 4192> && plain<RealisedVolatility, 2112> && plain<RollingExtrema, 4192>);
static_assert(plain<BookImbalance, 16>);
static_assert(std::is_trivially_copyable_v<Spread> && sizeof(Spread) == 24);
static_assert(std::is_trivially_copyable_v<OrderFlowImbalance> && sizeof(OrderFlowImbalance) <= 2128);

} // namespace martlet
