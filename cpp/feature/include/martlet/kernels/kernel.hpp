#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/features.hpp"
#include "martlet/kernels/number.hpp"

// How a kernel is written, and how it becomes a feature.
//
//     template <class Real>
//     class Momentum {
//     public:
//         static constexpr FeatureParameter parameters[] = {period_parameter(10)};
//         static constexpr const char* outputs[] = {"value"};
//         static constexpr FeatureDescription about = describe<unit::input>(
//             "momentum", "change over `period` values, in units of the input", "Murphy 1999",
//             FeatureGroup::momentum, FeatureRecord::series, columns(0), parameters, outputs);
//
//         static std::int64_t warm_up(const double* p) noexcept { return whole(p[0]) + 1; }
//         Momentum(const double* p, Arena& arena) noexcept : past_(whole(p[0]), arena) {}
//         MARTLET_INLINE void update(const Real* in, Real* out, Real* memory) noexcept {
//             out[0] = in[0] - past_.exchange(in[0], memory);
//         }
//     private:
//         Delay<Real> past_;
//     };
//
// `describe` takes the units of the outputs, one each or one for all; `taking` says what the value (the reference,
// the others) of a series must be measured in, where that matters.
//
// To add one:
//   1. Write the class in the header of its subject in martlet/kernels/ (a new header where none fits). It
//      must be trivially copyable, hold no pointer, and take all memory beyond its fields from the arena.
//   2. Name it in the list of its group in cpp/feature/src/<group>.cpp. That is all: the registry, streaming,
//      batch, lanes, the tests of the contract (warm-up, finite, snapshot, reset, batch = streaming) and the
//      benchmark find it there. A new group is a new file like those, and a row in src/registry.cpp.
//   3. Test its values against TA-Lib (Tests/reference) or a plain definition (Tests/cpp/feature).
//
// What `update` may rely on and must keep:
//   - `in[i]` is column i of the record, for the columns in `about.inputs`; others are not set. All are
//     acceptable (finite, at most 1e100 in size), and those in `about.positive` are at least 1e-100.
//   - It writes every output each time; what it writes before `warm_up` updates is not shown to anybody.
//     From then on each output is finite for any acceptable input: use `quotient` for divisions.
//   - Its path depends on counts and parameters alone, never on a value: choices between values are
//     `select`s, since N series take each step together.
//   - Sums run in an order that depends on counts alone. Nothing is allocated, no clock is read.
//   - Every function is a member or template over Real and marked MARTLET_INLINE where it runs per update.
//
// Optional members: `static bool valid(const double* p)` for parameters that must fit each other (fast <
// slow); `static Span span(const double* p)` where the outputs depend on the last inputs alone, which lets
// a batch cut one long series into pieces and stream them side by side; `static Span settles(const double* p)` where what has been is forgotten
// bit by bit only (exponential means): after `reach` updates the state is most likely, to the last bit, that of a
// kernel that has run since the start. A batch tries it, and compares the states where the pieces meet: whatever
// is said here, its bits are right. `bool aligned() const`, true where
// all counts have run out and all recurrences are at the begin of a block (smoothing.hpp): four updates from
// there are compiled as one straight piece of code; `block_size`, `block_ready()` and `block(from, to, memory, t)`
// for that many records of one series at once, the bits being those of the updates (eight_records.hpp), compiled for
// AVX-512 too unless `block_of_bits` says that its registers do nothing for it (candle_block.hpp).

namespace martlet::kernels {

/// Hands out the memory behind a kernel's fields, as offsets in Reals from its begin. It only counts.
class Arena {
public:
    /// Room for `count` Reals, zero at the start.
    std::int32_t take(std::int32_t count) noexcept {
        const std::int32_t at = used_;
        used_ += count;
        return at;
    }
    std::int32_t used() const noexcept { return used_; }

private:
    std::int32_t used_ = 0;
};

/// A kernel with a finite memory: started afresh at an update whose number is a multiple of `grid`, it has
/// the same state as one that has run since the start, `reach` updates later.
struct Span {
    std::int64_t grid = 0; ///< 0: it has no finite memory
    std::int64_t reach = 0;
};

inline std::int64_t common_multiple(std::int64_t x, std::int64_t y) noexcept {
    std::int64_t p = x, q = y;
    while (q != 0) {
        const std::int64_t rest = p % q;
        p = q;
        q = rest;
    }
    return x / p * y;
}

/// The span of a kernel that holds windows and delays of these lengths, one feeding the other at most.
inline Span span_of_windows(double a, double b = 1, double c = 1, double d = 1) noexcept {
    const auto n = [](double x) { return static_cast<std::int64_t>(x); };
    constexpr std::int64_t coarsest = 1 << 20; // a coarser grid fits no series: no span
    const std::int64_t two = common_multiple(n(a), n(b)), three = two < coarsest ? common_multiple(two, n(c)) : coarsest;
    const std::int64_t grid = three < coarsest ? common_multiple(three, n(d)) : coarsest;
    return {grid < coarsest ? grid : 0, 2 * (n(a) + n(b) + n(c) + n(d)) + 2};
}

/// How soon exponential means forget how they began: with the smallest `weight` among them, `deep` of them in a
/// row, in a kernel whose counts repeat every `grid` updates. 53 bits have to fade and the last of them to be
/// rounded away, which takes a flat stretch or a jump longer: the reach is what walks take, and half as much again.
inline Span settling(double weight, int deep = 1, std::int64_t grid = 4) noexcept {
    return {grid, static_cast<std::int64_t>((60.0 + 12.0 * deep) / weight) + 64};
}

/// A whole-numbered parameter as an integer. It was checked when the state was made.
MARTLET_INLINE std::int32_t whole(double x) noexcept { return static_cast<std::int32_t>(x); }

/// Bits of the columns that a kernel reads.
template <class... Column>
constexpr std::uint64_t columns(Column... column) noexcept {
    return (0ull | ... | (1ull << column));
}

/// Columns of `FeatureRecord::bar`.
enum BarColumn : int { open = 0, high, low, close, volume };

constexpr FeatureParameter period_parameter(
    double initial, double minimum = 1, const char* name = "period", const char* meaning = "updates in the window",
    double maximum = maximum_feature_window) noexcept {
    return {name, initial, minimum, maximum, true, meaning};
}

struct NoParameters {};

namespace unit {
using enum FeatureUnit;
}

/// Units of `Outputs` outputs: one each, or one for all.
template <int Outputs, FeatureUnit... Unit>
struct OutputUnits {
    static_assert(sizeof...(Unit) == 1 || sizeof...(Unit) == Outputs, "an output has no unit");
    FeatureUnit of[Outputs];
    constexpr OutputUnits() noexcept : of{} {
        constexpr FeatureUnit given[] = {Unit...};
        for (int i = 0; i < Outputs; ++i) of[i] = given[sizeof...(Unit) == 1 ? 0 : i];
    }
};
template <int Outputs, FeatureUnit... Unit>
inline constexpr OutputUnits<Outputs, Unit...> output_units;

template <FeatureUnit... Unit, class Parameters, int Outputs>
constexpr FeatureDescription describe(
    const char* name, const char* meaning, const char* source, FeatureGroup group, FeatureRecord record, std::uint64_t inputs,
    const Parameters& parameters, const char* const (&outputs)[Outputs], std::uint64_t positive = 0, const char* cost = "O(1)",
    std::int32_t version = 1) noexcept {
    static_assert(Outputs <= maximum_feature_outputs);
    FeatureDescription about;
    about.name = name;
    about.meaning = meaning;
    about.source = source;
    about.cost = cost;
    about.group = group;
    about.record = record;
    about.inputs = inputs;
    about.positive = positive;
    if constexpr (requires { parameters[0]; }) {
        static_assert(sizeof(Parameters) / sizeof(FeatureParameter) <= maximum_feature_parameters);
        about.parameters = parameters;
        about.parameter_count = sizeof(Parameters) / sizeof(FeatureParameter);
    }
    about.outputs = outputs;
    about.output_count = Outputs;
    about.units = output_units<Outputs, Unit...>.of;
    about.version = version;
    return about;
}

/// The description of a feature whose value, reference and further columns must have these units.
constexpr FeatureDescription taking(FeatureUnit value, FeatureDescription about) noexcept {
    about.value_unit = value;
    return about;
}
constexpr FeatureDescription taking(FeatureUnit value, FeatureUnit reference, FeatureDescription about) noexcept {
    about.reference_unit = reference;
    return taking(value, about);
}
constexpr FeatureDescription taking(FeatureUnit value, FeatureUnit reference, FeatureUnit other, FeatureDescription about) noexcept {
    about.other_unit = other;
    return taking(value, reference, about);
}

} // namespace martlet::kernels
