#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "../../../cpp/feature/src/feature_table.hpp"
#include "every_feature.hpp"
#include "martlet/feature_batch.hpp"

// What every registered feature promises, whatever it computes. A feature that is added is under test here
// without a line of its own.

namespace martlet {
namespace {

using namespace testing;

const double infinity = std::numeric_limits<double>::infinity();

class EveryFeature : public ::testing::TestWithParam<std::int32_t> {
protected:
    const FeatureDescription& about() const { return *feature_at(GetParam()); }
};

std::string name_of(const ::testing::TestParamInfo<std::int32_t>& info) { return feature_at(info.param)->name; }
INSTANTIATE_TEST_SUITE_P(, EveryFeature, ::testing::Range(0, feature_count()), name_of);

bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// The first record at which a column of a batch has other bits than streaming gave; −1 where none has. What is not a number
/// may be any.
std::int64_t first_difference(const std::vector<double>& batch, const std::vector<double>& streamed) {
    if (batch.size() != streamed.size()) return 0;
    if (std::memcmp(batch.data(), streamed.data(), batch.size() * sizeof(double)) == 0) return -1;
    for (std::size_t t = 0; t < batch.size(); ++t)
        if (!same(batch[t], streamed[t])) return static_cast<std::int64_t>(t);
    return -1;
}

TEST_P(EveryFeature, IsDescribedInFullAndFoundByItsName) {
    EXPECT_EQ(find_feature(about().name), GetParam());
    for (const char* text : {about().meaning, about().source, about().cost}) {
        ASSERT_NE(text, nullptr);
        EXPECT_GT(std::strlen(text), 2u);
    }
    EXPECT_NE(about().inputs, 0u);
    EXPECT_EQ(about().positive & ~about().inputs, 0u);
    for (int i = 0; i < 64; ++i)
        EXPECT_TRUE((about().inputs >> i & 1) == 0 || record_column(about().record, i) != nullptr) << i;
    ASSERT_GE(about().output_count, 1);
    for (int i = 0; i < about().output_count; ++i)
        for (int k = 0; k < i; ++k) EXPECT_STRNE(about().outputs[i], about().outputs[k]);
    for (int i = 0; i < about().parameter_count; ++i) {
        const FeatureParameter& one = about().parameters[i];
        EXPECT_TRUE(one.minimum <= one.initial && one.initial <= one.maximum) << one.name;
        EXPECT_GT(std::strlen(one.meaning), 2u);
    }
    EXPECT_EQ(check_feature(GetParam(), nullptr, 0, nullptr), FeatureStatus::ok) << "its initial parameters";
}

TEST_P(EveryFeature, RefusesParametersOutOfTheirRange) {
    for (int i = 0; i < about().parameter_count; ++i) {
        const FeatureParameter& one = about().parameters[i];
        for (const double bad : {one.minimum - 1, one.maximum * 2 + 1, nan, infinity, one.whole ? one.initial + 0.5 : nan}) {
            auto parameters = initial(about());
            parameters[static_cast<std::size_t>(i)] = bad;
            std::int32_t at = -1;
            EXPECT_EQ(check_feature(GetParam(), parameters.data(), about().parameter_count, &at), FeatureStatus::bad_parameter);
            EXPECT_EQ(at, i);
            EXPECT_EQ(feature_bytes(GetParam(), parameters.data(), about().parameter_count), 0u);
            EXPECT_EQ(feature_warm_up(GetParam(), parameters.data(), about().parameter_count), -1);
        }
    }
    const std::vector<double> many(maximum_feature_parameters + 1, 1.0);
    EXPECT_EQ(check_feature(GetParam(), many.data(), about().parameter_count + 1, nullptr), FeatureStatus::bad_count);
}

TEST_P(EveryFeature, SaysNothingUntilWarmAndIsFiniteFromThenOnForAnyFiniteInput) {
    for (const auto& parameters : parameter_sets(GetParam()))
        for (const Table& table : every_table(about(), 900)) {
            Streamed feature(GetParam(), parameters);
            const std::int64_t warm = feature.warm_up();
            std::int64_t taken = 0;
            for (std::size_t t = 0; t < table.size(); ++t) {
                const FeatureStatus status = feature.update(table.row(t));
                if (status == FeatureStatus::ok) ++taken;
                for (const double value : feature.outputs)
                    ASSERT_EQ(std::isfinite(value), taken >= warm) << table.name << " record " << t << " value " << value;
            }
            ASSERT_EQ(feature_updates(feature.memory()), taken);
        }
}

TEST_P(EveryFeature, IgnoresARecordWithWhatIsNoAcceptableNumber) {
    const Table table = every_table(about(), 300).front();
    Streamed feature(GetParam(), initial(about()));
    for (std::size_t t = 0; t < table.size(); ++t) feature.update(table.row(t));
    const auto before = feature.bytes;
    for (int column = 0; column < maximum_record_columns; ++column) {
        for (const double bad : {nan, infinity, -infinity, 1.1e100, -1e300}) {
            auto row = table.row(17);
            row[static_cast<std::size_t>(column)] = bad;
            const bool read = (about().inputs >> column & 1) != 0;
            if (!read) continue;
            ASSERT_EQ(feature.update(row), FeatureStatus::ignored);
            ASSERT_EQ(feature.bytes, before);
        }
        if ((about().positive >> column & 1) == 0) continue;
        auto row = table.row(17);
        row[static_cast<std::size_t>(column)] = 0;
        ASSERT_EQ(feature.update(row), FeatureStatus::ignored);
    }
}

TEST_P(EveryFeature, GoesOnFromACopyOfItsBytesAsTheOriginalDoes) {
    const Table table = every_table(about(), 800).front();
    for (const auto& parameters : parameter_sets(GetParam())) {
        Streamed original(GetParam(), parameters);
        for (std::size_t t = 0; t < 431; ++t) original.update(table.row(t));
        Streamed copy(GetParam(), parameters);
        for (std::size_t t = 0; t < 97; ++t) copy.update(table.row(t));
        copy.bytes = original.bytes;
        for (std::size_t t = 431; t < table.size(); ++t) {
            original.update(table.row(t));
            copy.update(table.row(t));
            ASSERT_EQ(copy.bytes, original.bytes);
            for (std::size_t i = 0; i < copy.outputs.size(); ++i) ASSERT_TRUE(same(copy.outputs[i], original.outputs[i]));
        }
    }
}

TEST_P(EveryFeature, IsAsNewAfterAReset) {
    const Table table = every_table(about(), 500).front();
    const Streamed fresh(GetParam(), initial(about()));
    Streamed used(GetParam(), initial(about()));
    for (std::size_t t = 0; t < table.size(); ++t) used.update(table.row(t));
    reset_feature(used.memory());
    EXPECT_EQ(used.bytes, fresh.bytes);
}

TEST_P(EveryFeature, NeedsTheBytesThatItStates) {
    const auto parameters = initial(about());
    const std::size_t bytes = feature_bytes(GetParam(), parameters.data(), about().parameter_count);
    std::vector<double> memory(bytes / 8 + 1);
    EXPECT_EQ(bytes % 8, 0u);
    EXPECT_EQ(create_feature(GetParam(), parameters.data(), about().parameter_count, memory.data(), bytes - 1), FeatureStatus::small_memory);
    EXPECT_EQ(create_feature(GetParam(), parameters.data(), about().parameter_count, reinterpret_cast<char*>(memory.data()) + 4, bytes), FeatureStatus::small_memory);
    EXPECT_EQ(create_feature(GetParam(), parameters.data(), about().parameter_count, memory.data(), bytes), FeatureStatus::ok);
}

/// The outputs of a table by streaming, what a batch must give.
std::vector<std::vector<double>> streamed(std::int32_t feature, const std::vector<double>& parameters, const Table& table) {
    Streamed one(feature, parameters);
    std::vector<std::vector<double>> out(one.outputs.size());
    for (std::size_t t = 0; t < table.size(); ++t) {
        one.update(table.row(t));
        for (std::size_t i = 0; i < out.size(); ++i) out[i].push_back(one.outputs[i]);
    }
    return out;
}

TEST_P(EveryFeature, GivesTheSameBitsInABatchOfAnyWidthAndInstructionSet) {
    for (const auto& parameters : parameter_sets(GetParam())) {
        std::vector<Table> tables = every_table(about(), 700);
        for (std::size_t i = 0; i < tables.size(); ++i) tables[i].shorten(700 - 13 * (i % 5));
        std::vector<std::vector<std::vector<double>>> expected;
        for (const Table& table : tables) expected.push_back(streamed(GetParam(), parameters, table));
        FeatureRequest request;
        request.feature = GetParam();
        request.parameter_count = about().parameter_count;
        std::copy(parameters.begin(), parameters.end(), request.parameters);
        request.value_column = 0;
        request.reference_column = 1;
        for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{8}, tables.size()})
            for (const FeatureLanes lanes : {FeatureLanes::baseline, FeatureLanes::avx2, FeatureLanes::avx512}) {
                const Batch batch(request, tables, count, lanes);
                ASSERT_EQ(batch.status, FeatureStatus::ok);
                for (std::size_t k = 0; k < count; ++k)
                    for (std::size_t o = 0; o < expected[k].size(); ++o)
                        ASSERT_EQ(first_difference(batch.of(k, o), expected[k][o]), -1)
                            << tables[k].name << " of " << count << " output " << about().outputs[o] << " in set " << static_cast<int>(lanes);
            }
    }
}

TEST_P(EveryFeature, GivesTheSameBitsForALongSeriesInPieces) {
    Table table = walk_table(about().record, 31, 6'011, 100, 1);
    for (const auto& parameters : parameter_sets(GetParam())) {
        const auto expected = streamed(GetParam(), parameters, table);
        FeatureRequest request;
        request.feature = GetParam();
        request.parameter_count = about().parameter_count;
        std::copy(parameters.begin(), parameters.end(), request.parameters);
        request.value_column = 0;
        request.reference_column = 1;
        const Batch batch(request, {table}, 1, FeatureLanes::best);
        for (std::size_t o = 0; o < expected.size(); ++o) ASSERT_EQ(first_difference(batch.of(0, o), expected[o]), -1) << about().outputs[o];
    }
}

/// Pieces of a series that settle are compared where they meet. Here they do, they cannot (a flat stretch keeps
/// each where its rounding left it), and a record in the middle is ignored.
TEST_P(EveryFeature, GivesTheSameBitsForAVeryLongSeriesWhetherItsPiecesMeetOrNot) {
    if (std::strncmp(about().cost, "O(1)", 4) != 0) GTEST_SKIP() << "too slow for the length, and in no pieces";
    constexpr std::size_t records = 60'013;
    Table walk = walk_table(about().record, 32, records, 100, 1), still = walk, holes = walk;
    for (auto& column : still.columns) std::fill(column.begin() + 9'000, column.end(), column[9'000]);
    for (auto& column : holes.columns) column[31'000] = nan;
    FeatureRequest request;
    request.feature = GetParam();
    request.value_column = 0;
    request.reference_column = 1;
    for (const Table& table : {walk, still, holes}) {
        const auto expected = streamed(GetParam(), initial(about()), table);
        const Batch batch(request, {table}, 1, FeatureLanes::best);
        ASSERT_EQ(batch.status, FeatureStatus::ok);
        for (std::size_t o = 0; o < expected.size(); ++o) ASSERT_EQ(first_difference(batch.of(0, o), expected[o]), -1) << about().outputs[o];
    }
}

TEST(FeatureTable, KnowsWhereEveryKernelThatSettlesKeepsItsNumbers) {
    int settling = 0;
    for (std::int32_t i = 0; i < feature_count(); ++i) {
        const FeatureEntry& entry = *feature_entry(i);
        if (entry.numbers == nullptr) continue;
        ++settling;
        EXPECT_FALSE(entry.numbers(initial(*feature_at(i)).data()).empty()) << feature_at(i)->name;
    }
    EXPECT_GT(settling, 15);
}

} // namespace
} // namespace martlet
