#include "martlet/histogram.hpp"

#include <cassert>
#include <cmath>
#include <cstring>

namespace martlet {

Histogram::Histogram() noexcept : counts_(new std::uint64_t[bucket_count]()) {
    assert(index_of(highest) == bucket_count - 1);
}

Histogram::Histogram(Histogram&& other) noexcept
    : counts_(other.counts_), count_(other.count_), clamped_(other.clamped_), sum_low_(other.sum_low_),
      sum_high_(other.sum_high_), minimum_(other.minimum_), maximum_(other.maximum_) {
    other.counts_ = nullptr;
}

Histogram::~Histogram() { delete[] counts_; }

std::int64_t Histogram::top_of(std::size_t index) noexcept {
    if (index < 2048) return static_cast<std::int64_t>(index);
    const std::size_t shift = index / 1024 - 1;
    const std::size_t scaled = index - shift * 1024;
    return static_cast<std::int64_t>(((scaled + 1) << shift) - 1);
}

double Histogram::mean() const noexcept {
    if (count_ == 0) return 0;
    const double sum = std::ldexp(static_cast<double>(sum_high_), 64) + static_cast<double>(sum_low_);
    return sum / static_cast<double>(count_);
}

std::int64_t Histogram::value_at_percentile(double percentile) const noexcept {
    if (count_ == 0) return 0;
    // Not a number counts as 0, since every comparison with it is false.
    const double bounded = percentile > 0 ? (percentile < 100 ? percentile : 100) : 0;
    const double exact_rank = std::ceil(bounded / 100 * static_cast<double>(count_));
    const auto asked = static_cast<std::uint64_t>(exact_rank);
    const std::uint64_t rank = asked < 1 ? 1 : asked > count_ ? count_ : asked;
    std::uint64_t seen = 0;
    for (std::size_t index = 0; index < bucket_count; ++index) {
        seen += counts_[index];
        if (seen >= rank) return top_of(index) < maximum_ ? top_of(index) : maximum_;
    }
    assert(false && "the buckets hold fewer values than were counted");
    return maximum_;
}

void Histogram::reset() noexcept {
    std::memset(counts_, 0, bucket_count * sizeof(counts_[0]));
    count_ = clamped_ = sum_low_ = sum_high_ = 0;
    minimum_ = highest;
    maximum_ = 0;
}

void Histogram::add(const Histogram& other) noexcept {
    for (std::size_t index = 0; index < bucket_count; ++index) counts_[index] += other.counts_[index];
    count_ += other.count_;
    clamped_ += other.clamped_;
    sum_high_ += other.sum_high_;
    if (__builtin_add_overflow(sum_low_, other.sum_low_, &sum_low_)) ++sum_high_;
    minimum_ = other.minimum_ < minimum_ ? other.minimum_ : minimum_;
    maximum_ = other.maximum_ > maximum_ ? other.maximum_ : maximum_;
}

} // namespace martlet
