#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/kernels/number.hpp"

// The exponential of N doubles: `portable_exp` of each, so that no lane's bits depend on the others or on the
// processor.

namespace martlet::kernels {

MARTLET_INLINE double exponential(double a) noexcept { return portable_exp(a); }

template <int N>
MARTLET_INLINE Lanes<N> exponential(const Lanes<N>& a) noexcept {
    Lanes<N> out;
    for (int i = 0; i < N; ++i) out.lane[i] = portable_exp(a.lane[i]);
    return out;
}

} // namespace martlet::kernels
