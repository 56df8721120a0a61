#include "martlet/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace martlet {
namespace {

// The definition that the header states, on the values themselves.
std::int64_t exact_percentile(const std::vector<std::int64_t>& sorted, double percentile) {
    const auto rank = static_cast<std::size_t>(std::ceil(percentile / 100 * static_cast<double>(sorted.size())));
    return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

void expect_three_digits(std::int64_t measured, std::int64_t exact) {
    EXPECT_GE(measured, exact);
    EXPECT_LE(static_cast<double>(measured - exact), static_cast<double>(exact) / 1000.0);
}

TEST(Histogram, an_empty_one_answers_zero_everywhere) {
    const Histogram histogram;
    EXPECT_EQ(histogram.count(), 0u);
    EXPECT_EQ(histogram.min(), 0);
    EXPECT_EQ(histogram.max(), 0);
    EXPECT_EQ(histogram.mean(), 0);
    EXPECT_EQ(histogram.value_at_percentile(50), 0);
}

TEST(Histogram, percentiles_agree_with_sorted_values_to_three_digits_over_the_whole_range) {
    std::mt19937_64 random(7);
    std::lognormal_distribution<double> spread(9, 4); // from nanoseconds to minutes
    Histogram histogram;
    std::vector<std::int64_t> values;
    for (int i = 0; i < 200'000; ++i) {
        const auto value = static_cast<std::int64_t>(std::min(spread(random), double(Histogram::highest)));
        histogram.record(value);
        values.push_back(value);
    }
    std::sort(values.begin(), values.end());
    for (double percentile : {0.0, 0.001, 1.0, 25.0, 50.0, 75.0, 90.0, 99.0, 99.9, 99.99, 99.999, 100.0}) {
        SCOPED_TRACE(percentile);
        expect_three_digits(histogram.value_at_percentile(percentile), exact_percentile(values, percentile));
    }
    EXPECT_EQ(histogram.min(), values.front());
    EXPECT_EQ(histogram.max(), values.back());
    EXPECT_EQ(histogram.count(), values.size());
    long double sum = 0;
    for (std::int64_t value : values) sum += static_cast<long double>(value);
    EXPECT_NEAR(histogram.mean(), static_cast<double>(sum / values.size()), histogram.mean() * 1e-12);
}

TEST(Histogram, every_value_below_2048_is_kept_exactly) {
    Histogram histogram;
    for (std::int64_t value = 0; value < 2048; ++value) {
        histogram.reset();
        histogram.record(value);
        histogram.record(Histogram::highest); // so that the answer is not clipped to the maximum
        ASSERT_EQ(histogram.value_at_percentile(50), value);
    }
}

TEST(Histogram, the_edges_of_every_power_of_two_are_kept_to_three_digits) {
    Histogram histogram;
    for (int bit = 11; bit < 42; ++bit) {
        const std::int64_t edge = std::int64_t{1} << bit;
        for (std::int64_t value : {edge - 1, edge, edge + 1}) {
            histogram.reset();
            histogram.record(value);
            histogram.record(Histogram::highest);
            SCOPED_TRACE(value);
            expect_three_digits(histogram.value_at_percentile(50), value);
        }
    }
}

// The bucket of a value by its definition, one power of two at a time.
std::int64_t top_of_bucket(std::int64_t value) {
    std::int64_t width = 1;
    while (value / width >= 2048) width *= 2;
    return value / width * width + width - 1;
}

TEST(Histogram, every_rank_of_a_thousand_random_samples_is_the_sorted_value_s_bucket) {
    std::mt19937_64 random(13);
    for (int round = 0; round < 20; ++round) {
        Histogram histogram;
        std::vector<std::int64_t> values;
        for (int i = 0; i < 1'000; ++i) values.push_back(static_cast<std::int64_t>(random() >> (22 + random() % 42)));
        for (std::int64_t value : values) histogram.record(value);
        std::sort(values.begin(), values.end());
        for (std::size_t rank = 1; rank <= values.size(); ++rank) {
            const double percentile = (static_cast<double>(rank) - 0.5) / static_cast<double>(values.size()) * 100;
            ASSERT_EQ(histogram.value_at_percentile(percentile), std::min(top_of_bucket(values[rank - 1]), values.back()));
        }
    }
}

TEST(Histogram, what_is_out_of_range_is_counted_at_the_edge_and_as_clamped) {
    Histogram histogram;
    histogram.record(-5);
    histogram.record(Histogram::highest + 1);
    histogram.record(INT64_MAX);
    histogram.record(Histogram::highest);
    EXPECT_EQ(histogram.count(), 4u);
    EXPECT_EQ(histogram.clamped(), 3u);
    EXPECT_EQ(histogram.min(), 0);
    EXPECT_EQ(histogram.max(), Histogram::highest);
    EXPECT_EQ(histogram.value_at_percentile(NAN), 0);
}

TEST(Histogram, an_hour_fits) {
    Histogram histogram;
    histogram.record(3'600'000'000'000);
    EXPECT_EQ(histogram.clamped(), 0u);
    EXPECT_EQ(histogram.value_at_percentile(100), 3'600'000'000'000);
}

TEST(Histogram, adding_one_to_another_is_the_same_as_recording_both) {
    std::mt19937_64 random(11);
    Histogram first, second, both;
    for (int i = 0; i < 10'000; ++i) {
        const auto value = static_cast<std::int64_t>(random() >> (22 + random() % 40));
        (i % 3 == 0 ? first : second).record(value);
        both.record(value);
    }
    first.add(second);
    EXPECT_EQ(first.count(), both.count());
    EXPECT_EQ(first.min(), both.min());
    EXPECT_EQ(first.max(), both.max());
    EXPECT_EQ(first.mean(), both.mean());
    for (double percentile = 0; percentile <= 100; percentile += 0.5) {
        ASSERT_EQ(first.value_at_percentile(percentile), both.value_at_percentile(percentile));
    }
}

TEST(Histogram, the_sum_survives_64_bits) {
    Histogram histogram;
    for (int i = 0; i < (1 << 23); ++i) histogram.record(Histogram::highest); // 2⁶⁵ in all
    EXPECT_DOUBLE_EQ(histogram.mean(), static_cast<double>(Histogram::highest));
}

} // namespace
} // namespace martlet
