#pragma once
#include <bit>
#include <limits>

#include "feature_table.hpp"

// Columns to lanes and back: eight series side by side become one column of records of eight, by squares of
// eight records; and what else goes over whole columns.

namespace martlet::transpose {

using kernels::Lanes;
using Row = Lanes<batch_lanes>::Vector;
static_assert(batch_lanes == 8);

/// The transposed square, in place.
MARTLET_INLINE void square(Row (&r)[8]) noexcept {
    Row even[4], odd[4]; // of two rows each: their even and their odd elements
    for (int i = 0; i < 4; ++i) {
        even[i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        odd[i] = __builtin_shufflevector(r[2 * i], r[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    Row four[2][4]; // of four rows each: elements c and c + 4
    for (int half = 0; half < 2; ++half) {
        four[half][0] = __builtin_shufflevector(even[2 * half], even[2 * half + 1], 0, 1, 8, 9, 4, 5, 12, 13);
        four[half][1] = __builtin_shufflevector(odd[2 * half], odd[2 * half + 1], 0, 1, 8, 9, 4, 5, 12, 13);
        four[half][2] = __builtin_shufflevector(even[2 * half], even[2 * half + 1], 2, 3, 10, 11, 6, 7, 14, 15);
        four[half][3] = __builtin_shufflevector(odd[2 * half], odd[2 * half + 1], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (int c = 0; c < 4; ++c) {
        r[c] = __builtin_shufflevector(four[0][c], four[1][c], 0, 1, 2, 3, 8, 9, 10, 11);
        r[c + 4] = __builtin_shufflevector(four[0][c], four[1][c], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/// Numbers of a column that are fetched before their turn.
inline constexpr std::int64_t ahead = 64;

/// to[t × 8 + lane] = from[lane][t].
MARTLET_INLINE void interleave(const double* const* from, double* to, std::int64_t count) noexcept {
    std::int64_t t = 0;
    for (; t + 8 <= count; t += 8) {
        Row r[8];
        for (int lane = 0; lane < 8; ++lane) {
            __builtin_prefetch(from[lane] + t + ahead); // so many streams are more than the processor follows by itself
            r[lane] = *reinterpret_cast<const Row*>(from[lane] + t);
        }
        square(r);
        for (int k = 0; k < 8; ++k) *reinterpret_cast<Row*>(to + (t + k) * 8) = r[k];
    }
    for (; t < count; ++t)
        for (int lane = 0; lane < 8; ++lane) to[t * 8 + lane] = from[lane][t];
}

/// to[lane][t] = from[t × 8 + lane], as doubles or rounded to floats.
template <class Number>
MARTLET_INLINE void separate(const double* from, Number* const* to, std::int64_t count) noexcept {
    typedef Number Narrow __attribute__((vector_size(8 * sizeof(Number)), aligned(sizeof(Number)), may_alias));
    std::int64_t t = 0;
    for (; t + 8 <= count; t += 8) {
        Row r[8];
        for (int k = 0; k < 8; ++k) r[k] = *reinterpret_cast<const Row*>(from + (t + k) * 8);
        square(r);
        for (int lane = 0; lane < 8; ++lane) __builtin_prefetch(to[lane] + t + ahead, 1);
        for (int lane = 0; lane < 8; ++lane) *reinterpret_cast<Narrow*>(to[lane] + t) = __builtin_convertvector(r[lane], Narrow);
    }
    for (; t < count; ++t)
        for (int lane = 0; lane < 8; ++lane) to[lane][t] = static_cast<Number>(from[t * 8 + lane]);
}

/// Whether all values are numbers of at most `largest` and, if it is positive, at least `least`; else `least` is −`largest`. By
/// their bits: read as integers, doubles without their sign are in order, infinity and what is no number above all others.
MARTLET_INLINE bool within(const double* values, std::int64_t count, double least, double largest) noexcept {
    typedef std::int64_t Bits __attribute__((vector_size(64), aligned(8), may_alias));
    constexpr std::int64_t no_sign = std::numeric_limits<std::int64_t>::max();
    Bits size[2] = {}, low[2] = {Bits{} + no_sign, Bits{} + no_sign};
    std::int64_t t = 0;
    for (; t + 16 <= count; t += 16)
        for (int k = 0; k < 2; ++k) {
            const Bits x = *reinterpret_cast<const Bits*>(values + t + 8 * k), without_sign = x & no_sign;
            size[k] = without_sign > size[k] ? without_sign : size[k];
            low[k] = x < low[k] ? x : low[k];
        }
    const auto most = std::bit_cast<std::int64_t>(largest), lowest = least > 0 ? std::bit_cast<std::int64_t>(least) : -no_sign - 1;
    bool all = true;
    for (int k = 0; k < 2; ++k)
        for (int i = 0; i < 8; ++i) all = all & (size[k][i] <= most) & (low[k][i] >= lowest);
    for (; t < count; ++t) all = all & (values[t] >= least) & (values[t] <= largest);
    return all;
}

struct Functions {
    void (*interleave)(const double* const* from, double* to, std::int64_t count) noexcept;
    void (*doubles)(const double* from, double* const* to, std::int64_t count) noexcept;
    void (*floats)(const double* from, float* const* to, std::int64_t count) noexcept;
    bool (*within)(const double* values, std::int64_t count, double least, double largest) noexcept;
};

/// Those of an instruction set.
const Functions& functions(LaneSet set) noexcept;

} // namespace martlet::transpose
