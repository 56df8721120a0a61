#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>

// What the streaming kernels share: their status, the inputs they take, and a sliding window that never
// subtracts.
//
// Every kernel of this family is a plain copyable struct without pointers: a copy is a snapshot, equal
// kernels give equal outputs for equal inputs. None allocates or throws; all are single-threaded.
//
//   - `value()` (and its siblings) is NaN until `warm()`, and finite afterwards for every input.
//   - An input that is not `acceptable` (NaN, infinite, above 1e100 in size) is ignored as a whole.
//   - A kernel made with a period outside its range says so in `status()` and never warms.

namespace martlet {

/// Longest window of any kernel, in updates.
inline constexpr std::int32_t maximum_window = 256;
/// Largest input that a kernel takes: its square, summed over a window, is far from overflow.
inline constexpr double maximum_input = 1e100;

/// Whether a kernel was made with sensible parameters.
enum class KernelStatus : std::uint8_t {
    ok = 0,
    bad_period,    ///< below the kernel's minimum or above `maximum_window`
    bad_parameter, ///< a parameter beside the period is out of range
};

/// True for finite numbers of at most `maximum_input` in size.
inline bool acceptable(double x) noexcept { return x >= -maximum_input && x <= maximum_input; }

inline constexpr double not_warm = std::numeric_limits<double>::quiet_NaN();

inline constexpr KernelStatus check_period(std::int32_t period, std::int32_t minimum) noexcept {
    return period >= minimum && period <= maximum_window ? KernelStatus::ok : KernelStatus::bad_period;
}

/// An aggregate of the last `period` values, in O(1) amortised and without ever taking a value out.
///
/// Time is cut into blocks of `period` updates. Within the current block the aggregate so far is kept as
/// a prefix; of the block before, every suffix. The window is always one such suffix and the prefix:
///
///     block before:  [. . . s₃ s₄ s₅]   current block:  [x₀ x₁ x₂ · · ·]
///                          └─suffix─┘                    └prefix┘
///
/// At the end of a block its values are folded into suffixes in place: `period` steps every `period`
/// updates. Since nothing is subtracted, an extreme value leaves no trace once it is out of the window,
/// a flat series has exactly no variance, and errors do not build up over a year of bars.
///
/// `Aggregate` has `of(x)` and `joined(a, na, b, nb)`, the aggregates of `na` and then `nb` values.
template <class Aggregate>
class SlidingWindow {
public:
    /// `period` must be in 1 … maximum_window.
    explicit SlidingWindow(std::int32_t period) noexcept : period_(period) {}

    void push(const Aggregate& value) noexcept {
        slots_[position_] = value;
        prefix_ = position_ == 0 ? value : Aggregate::joined(prefix_, position_, value, 1);
        ++position_;
        if (size_ < period_) ++size_;
        if (position_ == period_) fold();
    }

    std::int32_t period() const noexcept { return period_; }
    /// Values in the window, at most the period.
    std::int32_t size() const noexcept { return size_; }
    bool full() const noexcept { return size_ == period_; }

    /// Aggregate of the values in the window; undefined while it is empty.
    Aggregate total() const noexcept {
        if (!full()) return prefix_;
        if (position_ == 0) return slots_[0];
        return Aggregate::joined(slots_[position_], period_ - position_, prefix_, position_);
    }

    void reset() noexcept { *this = SlidingWindow(period_); }

    friend bool operator==(const SlidingWindow&, const SlidingWindow&) = default;

private:
    void fold() noexcept {
        for (std::int32_t i = period_ - 2; i >= 0; --i)
            slots_[i] = Aggregate::joined(slots_[i], 1, slots_[i + 1], period_ - 1 - i);
        position_ = 0;
    }

    Aggregate prefix_{};
    std::int32_t period_;
    std::int32_t position_ = 0; ///< next place in the current block
    std::int32_t size_ = 0;
    std::int32_t padding_ = 0;
    Aggregate slots_[maximum_window]{};
};

/// Sum of the values.
struct SumAggregate {
    double sum = 0;

    static SumAggregate of(double x) noexcept { return {x}; }
    static SumAggregate joined(const SumAggregate& a, std::int32_t, const SumAggregate& b, std::int32_t) noexcept {
        return {a.sum + b.sum};
    }
    friend bool operator==(const SumAggregate&, const SumAggregate&) = default;
};

/// Mean and sum of squared distances from it, joined by Chan, Golub and LeVeque (1979).
struct MomentAggregate {
    double mean = 0;
    double squares = 0;

    static MomentAggregate of(double x) noexcept { return {x, 0}; }
    static MomentAggregate joined(const MomentAggregate& a, std::int32_t na, const MomentAggregate& b, std::int32_t nb) noexcept {
        const double weight = static_cast<double>(nb) / static_cast<double>(na + nb);
        const double distance = b.mean - a.mean;
        return {a.mean + distance * weight, a.squares + b.squares + distance * distance * weight * static_cast<double>(na)};
    }
    friend bool operator==(const MomentAggregate&, const MomentAggregate&) = default;
};

/// Highest high and lowest low.
struct ExtremeAggregate {
    double high = 0;
    double low = 0;

    static ExtremeAggregate joined(const ExtremeAggregate& a, std::int32_t, const ExtremeAggregate& b, std::int32_t) noexcept {
        return {a.high > b.high ? a.high : b.high, a.low < b.low ? a.low : b.low};
    }
    friend bool operator==(const ExtremeAggregate&, const ExtremeAggregate&) = default;
};

} // namespace martlet
