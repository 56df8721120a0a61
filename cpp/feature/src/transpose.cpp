#include "transpose.hpp"

namespace martlet::transpose {
namespace {

void interleave_baseline(const double* const* from, double* to, std::int64_t count) noexcept { interleave(from, to, count); }
void doubles_baseline(const double* from, double* const* to, std::int64_t count) noexcept { separate(from, to, count); }
void floats_baseline(const double* from, float* const* to, std::int64_t count) noexcept { separate(from, to, count); }
/// Whole numbers of 64 bits have no order in the baseline of x86-64.
bool within_baseline(const double* values, std::int64_t count, double least, double largest) noexcept {
    bool all = true;
    for (std::int64_t t = 0; t < count; ++t) all = all & (values[t] >= least) & (values[t] <= largest);
    return all;
}

#if defined(__x86_64__)
MARTLET_AVX2 void interleave_avx2(const double* const* from, double* to, std::int64_t count) noexcept { interleave(from, to, count); }
MARTLET_AVX2 void doubles_avx2(const double* from, double* const* to, std::int64_t count) noexcept { separate(from, to, count); }
MARTLET_AVX2 void floats_avx2(const double* from, float* const* to, std::int64_t count) noexcept { separate(from, to, count); }
MARTLET_AVX2 bool within_avx2(const double* values, std::int64_t count, double least, double largest) noexcept { return within(values, count, least, largest); }

MARTLET_AVX512 void interleave_avx512(const double* const* from, double* to, std::int64_t count) noexcept { interleave(from, to, count); }
MARTLET_AVX512 void doubles_avx512(const double* from, double* const* to, std::int64_t count) noexcept { separate(from, to, count); }
MARTLET_AVX512 void floats_avx512(const double* from, float* const* to, std::int64_t count) noexcept { separate(from, to, count); }
MARTLET_AVX512 bool within_avx512(const double* values, std::int64_t count, double least, double largest) noexcept { return within(values, count, least, largest); }
#endif

} // namespace

const Functions& functions(LaneSet set) noexcept {
    static constexpr Functions sets[] = {
        {interleave_baseline, doubles_baseline, floats_baseline, within_baseline},
#if defined(__x86_64__)
        {interleave_avx2, doubles_avx2, floats_avx2, within_avx2},
        {interleave_avx512, doubles_avx512, floats_avx512, within_avx512},
#endif
    };
    return sets[static_cast<int>(set)];
}

} // namespace martlet::transpose
