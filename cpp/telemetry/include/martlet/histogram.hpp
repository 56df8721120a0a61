#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"

namespace martlet {

/// Counts of values from 0 to 2⁴² − 1 (73 minutes in nanoseconds) in buckets no wider than a thousandth
/// of what they hold: three significant digits over the whole range, in 270 kB.
///
/// Log-linear buckets as in G. Tene's HdrHistogram: below 2,048 each value has its own; above, each power
/// of two is divided into 1,024. `record` is a few instructions and never allocates. One thread at a time.
class MARTLET_NONCOPYABLE Histogram {
public:
    /// Largest value that is told from larger ones; larger ones are counted as this.
    static constexpr std::int64_t highest = (std::int64_t{1} << 42) - 1;

    /// Empty. Ends the process when memory is short.
    Histogram() noexcept;
    Histogram(Histogram&& other) noexcept;
    Histogram(const Histogram&) = delete;
    Histogram& operator=(const Histogram&) = delete;
    ~Histogram();

    /// Counts one value. Below 0 it is counted as 0, above `highest` as `highest`; both add to `clamped()`.
    void record(std::int64_t value) noexcept {
        if (value < 0 || value > highest) {
            value = value < 0 ? 0 : highest;
            ++clamped_;
        }
        ++counts_[index_of(static_cast<std::uint64_t>(value))];
        ++count_;
        if (__builtin_add_overflow(sum_low_, static_cast<std::uint64_t>(value), &sum_low_)) ++sum_high_;
        minimum_ = value < minimum_ ? value : minimum_;
        maximum_ = value > maximum_ ? value : maximum_;
    }

    std::uint64_t count() const noexcept { return count_; }
    std::uint64_t clamped() const noexcept { return clamped_; }
    /// Exact; 0 while empty.
    std::int64_t min() const noexcept { return count_ == 0 ? 0 : minimum_; }
    /// Exact; 0 while empty.
    std::int64_t max() const noexcept { return maximum_; }
    /// Exact but for the rounding of the last division; 0 while empty.
    double mean() const noexcept;

    /// The value that `percentile` per cent of the counted ones do not exceed: the ⌈percentile/100 · count⌉-th
    /// smallest, at least the first, rounded up to the top of its bucket but never above `max()`. 0 while
    /// empty. Walks the buckets: about 10 µs.
    std::int64_t value_at_percentile(double percentile) const noexcept;

    /// Forgets everything.
    void reset() noexcept;
    /// Counts everything that `other` has counted.
    void add(const Histogram& other) noexcept;

private:
    static constexpr std::size_t bucket_count = 33792;

    static std::size_t index_of(std::uint64_t value) noexcept {
        // Leaves 11 significant bits, 1,024 to 2,047; with bit 10 set, what is below 2,048 stays as it is without a branch.
        const int shift = 53 - __builtin_clzll(value | 1024);
        return static_cast<std::size_t>(shift) * 1024 + static_cast<std::size_t>(value >> shift);
    }
    static std::int64_t top_of(std::size_t index) noexcept;

    std::uint64_t* counts_;
    std::uint64_t count_ = 0;
    std::uint64_t clamped_ = 0;
    std::uint64_t sum_low_ = 0;
    std::uint64_t sum_high_ = 0;
    std::int64_t minimum_ = highest;
    std::int64_t maximum_ = 0;
};

} // namespace martlet
