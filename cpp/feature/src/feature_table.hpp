#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "martlet/kernels/kernel.hpp"
#include "number_places.hpp"

// What the registry and the batch hold of a kernel: its description and its loops, for one series and for
// eight at once.

// Larger instruction sets, for functions that are called only where the processor has them.
#if defined(__x86_64__)
#define MARTLET_AVX2 [[gnu::target("avx2")]]
#define MARTLET_AVX512 [[clang::no_sanitize("address"), gnu::target("avx512f,avx512dq,avx512vl")]] // the same code as of AVX2: looked at once
#endif

namespace martlet {

/// Least value of a column that must be positive: the quotient of two such stays a normal number.
inline constexpr double smallest_positive = 1e-100;
/// Largest size of an input: its square, summed over a window, is far from overflow.
inline constexpr double largest_input = 1e100;

/// Series that a batch computes at once.
inline constexpr int batch_lanes = 8;

/// Begin of each state; the kernel and its memory follow, then, in a state for streaming, the parameters:
/// what each update touches lies together. Flat: no pointer.
struct StateHeader {
    std::int32_t feature;
    std::int32_t padding;
    std::int64_t updates;
    std::int64_t warm_up;
    std::uint64_t bytes;

    double* parameters(std::int32_t count) noexcept {
        return reinterpret_cast<double*>(reinterpret_cast<unsigned char*>(this) + bytes) - count;
    }
};

/// What a loop does: `count` records through the kernel. Element (t, lane) of a column stands at t × lanes +
/// lane; columns that the kernel does not read may be null.
using FeatureLoop = void (*)(void* state, const double* const* in, double* const* out, std::int64_t count) noexcept;

/// States of one number type.
struct StateFunctions {
    std::size_t (*bytes)(const double* parameters) noexcept;
    void (*create)(const double* parameters, void* memory) noexcept; ///< header excepted, and the parameters behind
    std::size_t fixed_bytes; ///< header and kernel, which each update looks at; the memory behind, in places
};

/// The instruction sets that kernels are compiled for. Eight series at once fill the registers of AVX2 and AVX-512, and
/// elsewhere than on x86-64 those of the baseline; the two lanes of x86-64's own baseline are not worth a third of the
/// core's compile time: there series go one after the other.
enum class LaneSet : std::uint8_t { baseline = 0, avx2, avx512, count };
#if defined(__x86_64__)
constexpr bool has_lanes(LaneSet set) noexcept { return set != LaneSet::baseline; }
#else
constexpr bool has_lanes(LaneSet set) noexcept { return set == LaneSet::baseline; }
#endif

/// A loop of each instruction set.
struct Loops {
    FeatureLoop of[static_cast<int>(LaneSet::count)];
    FeatureLoop operator[](LaneSet set) const noexcept { return of[static_cast<int>(set)]; }
};

struct FeatureEntry {
    const FeatureDescription* about;
    bool (*valid)(const double* parameters) noexcept;
    std::int64_t (*warm_up)(const double* parameters) noexcept;
    kernels::Span (*span)(const double* parameters) noexcept;
    kernels::Span (*settles)(const double* parameters) noexcept;
    std::vector<std::size_t> (*numbers)(const double* parameters); ///< null where it does not settle
    FeatureStatus (*step)(void* state, const double* record, double* outputs) noexcept; ///< `update_feature`
    void (*accept)(void* state, const double* record, double* outputs) noexcept;        ///< the same of a record that is acceptable
    StateFunctions one;
    StateFunctions lanes;
    Loops run_one;   ///< of one series
    Loops run_lanes; ///< of eight; null where the set has no lanes
};

/// The entry of an index, null beyond the last.
const FeatureEntry* feature_entry(std::int32_t feature) noexcept;

/// Whether each column that the feature reads holds what it takes.
bool acceptable_record(const FeatureDescription& about, const double* record) noexcept;

namespace table {

using namespace kernels;

template <class Kernel, class Real>
struct States {
    static_assert(std::is_trivially_copyable_v<Kernel> && alignof(Kernel) <= 8 && sizeof(Kernel) % 8 == 0);
    static constexpr FeatureDescription about = Kernel::about;
    static constexpr int columns = 64 - __builtin_clzll(about.inputs | 1);
    /// The memory behind begins where a Real does not lie across two lines of the cache.
    static constexpr std::size_t fixed_bytes = (sizeof(StateHeader) + sizeof(Kernel) + sizeof(Real) - 1) / sizeof(Real) * sizeof(Real);

    static Kernel* kernel(void* state) noexcept {
        return reinterpret_cast<Kernel*>(static_cast<unsigned char*>(state) + sizeof(StateHeader));
    }
    static Real* memory(void* state) noexcept {
        return reinterpret_cast<Real*>(static_cast<unsigned char*>(state) + fixed_bytes);
    }
    static std::size_t bytes(const double* parameters) noexcept {
        Arena arena;
        const Kernel made(parameters, arena);
        static_cast<void>(made);
        return fixed_bytes + static_cast<std::size_t>(arena.used()) * sizeof(Real) + static_cast<std::size_t>(about.parameter_count) * sizeof(double);
    }
    static void create(const double* parameters, void* state) noexcept {
        std::memset(kernel(state), 0, sizeof(Kernel)); // padding too: equal states are equal bytes
        Arena arena;
        new (kernel(state)) Kernel(parameters, arena);
        std::uninitialized_fill_n(memory(state), arena.used(), Real(0.0));
    }

    /// Record t through the kernel; not a number instead of its outputs where it is cold.
    MARTLET_INLINE static void record(
        Kernel& local, const double* const* from, double* const* to, Real* behind, std::int64_t t, bool cold) noexcept {
        Real row[columns];
        Real values[about.output_count];
#pragma clang loop unroll(full)
        for (int i = 0; i < columns; ++i)
            if ((about.inputs >> i & 1) != 0) row[i] = *reinterpret_cast<const Real*>(from[i] + t * lanes_of<Real>);
        local.update(row, values, behind);
        if (cold)
            for (int i = 0; i < about.output_count; ++i) values[i] = Real(std::numeric_limits<double>::quiet_NaN());
        for (int i = 0; i < about.output_count; ++i) *reinterpret_cast<Real*>(to[i] + t * lanes_of<Real>) = values[i];
    }

    /// The kernel is worked on as a local, so that its fields live in registers between records. With `blocks`, one that takes
    /// several records of a series at once is given them.
    template <bool blocks = false>
    MARTLET_INLINE static void run(void* state, const double* const* in, double* const* out, std::int64_t count) noexcept {
        StateHeader* header = static_cast<StateHeader*>(state);
        const double* from[columns];
        double* to[about.output_count];
        for (int i = 0; i < columns; ++i) from[i] = (about.inputs >> i & 1) != 0 ? in[i] : nullptr;
        for (int i = 0; i < about.output_count; ++i) to[i] = out[i];
        Kernel local = *kernel(state);
        Real* const behind = memory(state);
        const std::int64_t cold = std::clamp<std::int64_t>(header->warm_up - 1 - header->updates, 0, count);
        std::int64_t t = 0;
        if constexpr (blocks) {
            while (t + Kernel::block_size <= count) {
                if (t >= cold && local.block_ready()) {
                    local.block(from, to, behind, t);
                    t += Kernel::block_size;
                } else {
                    record(local, from, to, behind, t, t < cold);
                    ++t;
                }
            }
        } else if constexpr (requires { local.aligned(); }) {
            while (t + 4 <= count) {
                if (t >= cold && local.aligned()) {
                    for (int k = 0; k < 4; ++k) record(local, from, to, behind, t + k, false);
                    t += 4;
                } else {
                    record(local, from, to, behind, t, t < cold);
                    ++t;
                }
            }
        }
        for (; t < count; ++t) record(local, from, to, behind, t, t < cold);
        *kernel(state) = local;
        header->updates += count;
    }

    /// Whether the columns that the kernel reads hold what it takes; of a deep record two at once.
    MARTLET_INLINE static bool acceptable(const double* input) noexcept {
        constexpr int few = 8;
        bool good = true;
        Lanes<2>::Mask pairs{{-1, -1}};
#pragma clang loop unroll(full)
        for (int i = 0; i < columns; ++i) {
            if ((about.inputs >> i & 1) == 0) continue;
            if (columns > few && i % 2 == 0 && (about.inputs >> i & 3) == 3 && (about.positive >> i & 3) == 0) {
                pairs = pairs & (absolute(*reinterpret_cast<const Lanes<2>*>(input + i)) <= Lanes<2>(largest_input));
            } else if (columns > few && i % 2 == 1 && (about.inputs >> (i - 1) & 3) == 3 && (about.positive >> (i - 1) & 3) == 0) {
                continue; // with the one before
            } else {
                good = good & (input[i] <= largest_input) & (input[i] >= ((about.positive >> i & 1) != 0 ? smallest_positive : -largest_input));
            }
        }
        return good & ((pairs.lane[0] & pairs.lane[1]) != 0);
    }

    /// One record in place: copying the kernel would cost more than it does. What goes in and out is local
    /// meanwhile, so that the compiler knows it apart from the kernel's numbers.
    [[gnu::noinline]] static void accept(void* state, const double* input, double* out) noexcept {
        Real row[columns];
#pragma clang loop unroll(full)
        for (int i = 0; i < columns; ++i)
            if ((about.inputs >> i & 1) != 0) row[i] = input[i];
        Real values[about.output_count];
        StateHeader* header = static_cast<StateHeader*>(state);
        kernel(state)->update(row, values, memory(state));
        if (++header->updates < header->warm_up)
            for (int i = 0; i < about.output_count; ++i) values[i] = std::numeric_limits<double>::quiet_NaN();
        for (int i = 0; i < about.output_count; ++i) out[i] = values[i];
    }
    static FeatureStatus step(void* state, const double* input, double* out) noexcept {
        if (!acceptable(input)) return FeatureStatus::ignored;
        accept(state, input, out);
        return FeatureStatus::ok;
    }
};

// The loops of one series and of eight, compiled for each instruction set that has lanes. None fuses a multiplication
// with an addition, so all give the same bits.

template <template <class> class Kernel>
using Alone = States<Kernel<double>, double>;
template <template <class> class Kernel>
using InLanes = States<Kernel<Lanes<batch_lanes>>, Lanes<batch_lanes>>;
template <template <class> class Kernel>
inline constexpr bool in_blocks = requires { Kernel<double>::block_size; };
/// Blocks that wider registers do nothing for: one loop for all instruction sets.
template <template <class> class Kernel>
inline constexpr bool in_blocks_of_bits = requires { Kernel<double>::block_of_bits; };

template <template <class> class Kernel>
void run_one(void* state, const double* const* in, double* const* out, std::int64_t count) noexcept {
    Alone<Kernel>::template run<in_blocks<Kernel>>(state, in, out, count);
}

#if defined(__x86_64__)
template <template <class> class Kernel>
MARTLET_AVX512 void run_blocks_avx512(void* state, const double* const* in, double* const* out, std::int64_t count) noexcept {
    Alone<Kernel>::template run<true>(state, in, out, count);
}
template <template <class> class Kernel>
MARTLET_AVX2 void run_avx2(void* state, const double* const* in, double* const* out, std::int64_t count) noexcept {
    InLanes<Kernel>::run(state, in, out, count);
}
template <template <class> class Kernel>
MARTLET_AVX512 void run_avx512(void* state, const double* const* in, double* const* out, std::int64_t count) noexcept {
    InLanes<Kernel>::run(state, in, out, count);
}
template <template <class> class Kernel>
constexpr Loops one_loops() noexcept {
    // Of eight records AVX2 makes no more than the baseline does, which it shares.
    if constexpr (in_blocks<Kernel> && !in_blocks_of_bits<Kernel>) return {{run_one<Kernel>, run_one<Kernel>, run_blocks_avx512<Kernel>}};
    else return {{run_one<Kernel>, run_one<Kernel>, run_one<Kernel>}};
}
template <template <class> class Kernel>
constexpr Loops lane_loops() noexcept { return {{nullptr, run_avx2<Kernel>, run_avx512<Kernel>}}; }
#else
template <template <class> class Kernel>
void run_baseline(void* state, const double* const* in, double* const* out, std::int64_t count) noexcept {
    InLanes<Kernel>::run(state, in, out, count);
}
template <template <class> class Kernel>
constexpr Loops one_loops() noexcept { return {{run_one<Kernel>, nullptr, nullptr}}; }
template <template <class> class Kernel>
constexpr Loops lane_loops() noexcept { return {{run_baseline<Kernel>, nullptr, nullptr}}; }
#endif

template <template <class> class Kernel>
bool valid(const double* parameters) noexcept {
    if constexpr (requires { Kernel<double>::valid(parameters); }) return Kernel<double>::valid(parameters);
    return true;
}

template <template <class> class Kernel>
Span span_of(const double* parameters) noexcept {
    if constexpr (requires { Kernel<double>::span(parameters); }) return Kernel<double>::span(parameters);
    return {};
}

template <template <class> class Kernel>
Span settling_of(const double* parameters) noexcept {
    if constexpr (requires { Kernel<double>::settles(parameters); }) return Kernel<double>::settles(parameters);
    return {};
}

template <template <class> class Kernel>
constexpr FeatureEntry entry() noexcept {
    std::vector<std::size_t> (*numbers)(const double*) = nullptr;
    if constexpr (requires { Kernel<double>::settles(nullptr); }) numbers = number_places<Kernel>;
    using One = Alone<Kernel>;
    return {&Kernel<double>::about, valid<Kernel>, Kernel<double>::warm_up, span_of<Kernel>, settling_of<Kernel>, numbers, One::step, One::accept,
            {One::bytes, One::create, One::fixed_bytes}, {InLanes<Kernel>::bytes, InLanes<Kernel>::create, InLanes<Kernel>::fixed_bytes},
            one_loops<Kernel>(), lane_loops<Kernel>()};
}

/// The entries of a list of kernels, for the file of a group.
template <template <class> class... Kernel>
std::span<const FeatureEntry> entries() noexcept {
    static constexpr FeatureEntry all[] = {entry<Kernel>()...};
    return all;
}

} // namespace table
} // namespace martlet
