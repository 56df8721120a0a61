#pragma once
#include <cstddef>
#include <cstdint>

// exp, log and square root that give the same bits on every x86-64 machine. The C library's exp and log
// pick an implementation by processor (with or without fused multiply-add), so their last bit differs
// between machines; a decision must not depend on them. These use only IEEE additions, multiplications
// and divisions in a fixed order, and are compiled with -ffp-contract=off.

namespace martlet {

/// e^x. Error below 1.0 ulp for normal results, below 1 ulp of the smallest subnormal besides where the
/// result is subnormal. NaN → NaN, +∞ → +∞, −∞ → 0, overflow → +∞, underflow → 0. A few nanoseconds.
double portable_exp(double x) noexcept;

/// Natural logarithm. Error below 1.0 ulp. 0 → −∞, negative or NaN → NaN, +∞ → +∞. A few nanoseconds.
double portable_log(double x) noexcept;

/// Square root, correctly rounded (IEEE 754 demands it of the instruction). Negative → NaN.
inline double portable_sqrt(double x) noexcept { return __builtin_sqrt(x); }

} // namespace martlet
