#pragma once
#include <cstddef>
#include <cstdint>

namespace martlet::exchange {

/// What each random stream of the exchange is for. The index within a purpose is the instrument's, or
/// instrument × 16 + participant. Numbers are part of what a seed means: append only.
enum Stream : std::uint32_t {
    stream_common_factor = 0x4D000001,
    stream_own_factor = 0x4D000002,
    stream_regimes = 0x4D000003,
    stream_noise_arrivals = 0x4D000004,
    stream_noise_orders = 0x4D000005,
    stream_makers = 0x4D000006,
    stream_takers = 0x4D000007,
    stream_adversaries = 0x4D000008,
};

} // namespace martlet::exchange
