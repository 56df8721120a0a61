#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "every_feature.hpp"

// What a batch promises beyond the bits of each feature: the sink, holes in the data, refusals.

namespace martlet {
namespace {

using namespace testing;

std::vector<FeatureRequest> requests_of(std::initializer_list<const char*> names) {
    std::vector<FeatureRequest> out;
    for (const char* name : names) {
        out.emplace_back();
        out.back().feature = find_feature(name);
    }
    return out;
}

/// Tables of bars as the batch takes them.
struct Faces {
    std::vector<Table> tables;
    std::vector<std::vector<const double*>> columns;
    std::vector<FeatureTable> faces;

    explicit Faces(std::vector<Table> given) : tables(std::move(given)), columns(tables.size()) {
        for (std::size_t k = 0; k < tables.size(); ++k) {
            for (const auto& column : tables[k].columns) columns[k].push_back(column.data());
            faces.push_back({tables[k].record, static_cast<std::int32_t>(columns[k].size()), columns[k].data(), static_cast<std::int64_t>(tables[k].size())});
        }
    }
    std::int32_t count() const { return static_cast<std::int32_t>(faces.size()); }
};

struct Outputs {
    std::vector<std::vector<double>> values;
    std::vector<double*> pointers;
    Outputs(const Faces& faces, std::int32_t columns) {
        for (const FeatureTable& one : faces.faces)
            for (std::int32_t i = 0; i < columns; ++i) values.emplace_back(static_cast<std::size_t>(std::max<std::int64_t>(one.count, 0)), -1.0);
        for (auto& column : values) pointers.push_back(column.data());
    }
};

std::vector<Table> walks(std::size_t count) {
    std::vector<Table> out;
    for (std::size_t k = 0; k < count; ++k) out.push_back(walk_table(FeatureRecord::bar, 40 + k, 1'000 + 37 * k, 100, 1));
    return out;
}

struct Received {
    std::mutex lock;
    std::vector<std::vector<float>> values;
    std::int32_t columns = 0;
    std::size_t out_of_order = 0;

    static void take(void* context, const FeatureBlock* block) {
        auto& self = *static_cast<Received*>(context);
        const std::lock_guard guard(self.lock);
        auto& column = self.values[static_cast<std::size_t>(block->table * self.columns + block->column)];
        if (static_cast<std::size_t>(block->first) != column.size()) ++self.out_of_order;
        column.insert(column.end(), block->values, block->values + block->count);
    }
};

TEST(FeatureBatch, ASinkIsGivenEveryValueOnceInOrderRoundedToAFloat) {
    for (const std::size_t instruments : {1u, 3u, 8u, 19u}) {
        const Faces faces(walks(instruments));
        const auto requests = requests_of({"rsi", "macd", "bollinger", "atr", "obv", "parkinson"});
        const auto count = static_cast<std::int32_t>(requests.size());
        const std::int32_t columns = feature_columns(requests.data(), count);
        Outputs expected(faces, columns);
        ASSERT_EQ(compute_features(requests.data(), count, faces.faces.data(), faces.count(), expected.pointers.data(), {}), FeatureStatus::ok);
        Received received;
        received.columns = columns;
        received.values.resize(expected.values.size());
        ASSERT_EQ(stream_features(requests.data(), count, faces.faces.data(), faces.count(), Received::take, &received, {}), FeatureStatus::ok);
        EXPECT_EQ(received.out_of_order, 0u);
        for (std::size_t i = 0; i < expected.values.size(); ++i) {
            ASSERT_EQ(received.values[i].size(), expected.values[i].size());
            for (std::size_t t = 0; t < received.values[i].size(); ++t) {
                const auto narrow = static_cast<float>(expected.values[i][t]);
                ASSERT_TRUE(received.values[i][t] == narrow || (std::isnan(narrow) && std::isnan(received.values[i][t])));
            }
        }
    }
}

TEST(FeatureBatch, ARecordThatIsIgnoredRepeatsTheOutputsBeforeItInThatSeriesAlone) {
    std::vector<Table> tables = walks(9);
    tables[4].columns[3][500] = nan;
    tables[4].columns[1][0] = std::numeric_limits<double>::infinity();
    tables[7].columns[3][600] = 0; // no logarithm
    const Faces faces(tables);
    const auto requests = requests_of({"ema", "atr", "realised_volatility", "obv"});
    Outputs outputs(faces, 4);
    ASSERT_EQ(compute_features(requests.data(), 4, faces.faces.data(), 9, outputs.pointers.data(), {}), FeatureStatus::ok);
    for (std::size_t k = 0; k < 9; ++k)
        for (std::size_t f = 0; f < 4; ++f) {
            Streamed one(requests[f].feature, initial(*feature_at(requests[f].feature)));
            const bool of_series = feature_at(requests[f].feature)->record == FeatureRecord::series;
            for (std::size_t t = 0; t < tables[k].size(); ++t) {
                auto row = tables[k].row(t);
                if (of_series) row[0] = row[3];
                one.update(row);
                const double value = outputs.values[k * 4 + f][t];
                ASSERT_TRUE(value == one.outputs[0] || (std::isnan(value) && std::isnan(one.outputs[0]))) << k << ' ' << f << ' ' << t;
            }
        }
    EXPECT_EQ(outputs.values[4 * 4][500], outputs.values[4 * 4][499]);
    EXPECT_EQ(outputs.values[7 * 4 + 2][600], outputs.values[7 * 4 + 2][599]);
}

/// Lanes in which a record is ignored are given up where that is met, in whichever block, the others go on.
TEST(FeatureBatch, ASinkIsGivenEveryValueOnceInOrderWhereverRecordsAreIgnored) {
    Dice dice(7);
    const auto requests = requests_of({"ema", "atr", "realised_volatility", "obv", "candle_patterns"});
    const auto count = static_cast<std::int32_t>(requests.size());
    const std::int32_t columns = feature_columns(requests.data(), count);
    for (const std::size_t holed : {1u, 3u, 8u, 12u}) {
        std::vector<Table> tables = walks(12);
        for (std::size_t k = 0; k < holed; ++k)
            for (std::uint64_t holes = 1 + dice.next() % 3; holes > 0; --holes) {
                Table& one = tables[(5 * k + 2) % 12];
                one.columns[dice.next() % 4][dice.next() % one.size()] = dice.next() % 2 == 0 ? nan : 1e200;
            }
        const Faces faces(tables);
        Outputs expected(faces, columns), doubles(faces, columns);
        for (std::int32_t k = 0; k < faces.count(); ++k)
            ASSERT_EQ(compute_features(requests.data(), count, &faces.faces[static_cast<std::size_t>(k)], 1, expected.pointers.data() + k * columns,
                                       {1, FeatureLanes::baseline}), FeatureStatus::ok);
        ASSERT_EQ(compute_features(requests.data(), count, faces.faces.data(), faces.count(), doubles.pointers.data(), {}), FeatureStatus::ok);
        Received received;
        received.columns = columns;
        received.values.resize(expected.values.size());
        ASSERT_EQ(stream_features(requests.data(), count, faces.faces.data(), faces.count(), Received::take, &received, {}), FeatureStatus::ok);
        EXPECT_EQ(received.out_of_order, 0u);
        for (std::size_t i = 0; i < expected.values.size(); ++i) {
            ASSERT_EQ(received.values[i].size(), expected.values[i].size());
            for (std::size_t t = 0; t < received.values[i].size(); ++t) {
                const double value = expected.values[i][t];
                ASSERT_TRUE(doubles.values[i][t] == value || (std::isnan(value) && std::isnan(doubles.values[i][t]))) << i << ' ' << t;
                ASSERT_TRUE(received.values[i][t] == static_cast<float>(value) || (std::isnan(value) && std::isnan(received.values[i][t]))) << i << ' ' << t;
            }
        }
    }
}

TEST(FeatureBatch, AFeatureOfASeriesTakesTheColumnThatIsAskedFor) {
    const Faces faces(walks(3));
    auto requests = requests_of({"sma", "sma"});
    requests[0].value_column = 4;
    requests[1].value_column = 1;
    Outputs outputs(faces, 2);
    ASSERT_EQ(compute_features(requests.data(), 2, faces.faces.data(), 3, outputs.pointers.data(), {}), FeatureStatus::ok);
    for (std::size_t k = 0; k < 3; ++k)
        for (std::size_t f = 0; f < 2; ++f) {
            const auto& column = faces.tables[k].columns[f == 0 ? 4 : 1];
            double sum = 0;
            for (std::size_t t = column.size() - 30; t < column.size(); ++t) sum += column[t];
            EXPECT_NEAR(outputs.values[k * 2 + f].back(), sum / 30, 1e-9);
        }
}

TEST(FeatureBatch, RefusesWhatItCannotCompute) {
    const Faces faces(walks(2));
    const auto answer = [&](std::vector<FeatureRequest> requests, const Faces& from, FeatureBatchOptions options = {}) {
        const auto count = static_cast<std::int32_t>(requests.size());
        Outputs outputs(from, std::max(feature_columns(requests.data(), count), 0));
        return compute_features(requests.data(), count, from.faces.data(), from.count(), outputs.pointers.data(), options);
    };
    auto requests = requests_of({"rsi"});
    EXPECT_EQ(answer(requests, faces), FeatureStatus::ok);
    EXPECT_EQ(answer({}, faces), FeatureStatus::ok);
    EXPECT_EQ(answer(requests, Faces({})), FeatureStatus::ok);
    EXPECT_EQ(answer(requests, faces, {-1, FeatureLanes::best}), FeatureStatus::bad_count);
    requests[0].value_column = 5;
    EXPECT_EQ(answer(requests, faces), FeatureStatus::bad_column);
    requests[0].value_column = -1;
    EXPECT_EQ(answer(requests, faces), FeatureStatus::bad_column);
    requests = requests_of({"rsi"});
    requests[0].parameter_count = 1;
    requests[0].parameters[0] = 1;
    EXPECT_EQ(answer(requests, faces), FeatureStatus::bad_parameter);
    requests[0].parameter_count = 2;
    EXPECT_EQ(answer(requests, faces), FeatureStatus::bad_count);
    requests[0].feature = feature_count();
    EXPECT_EQ(answer(requests, faces), FeatureStatus::no_feature);
    Faces missing(walks(2));
    missing.columns[1][1] = nullptr;
    EXPECT_EQ(answer(requests_of({"rsi"}), missing), FeatureStatus::ok) << "nobody reads the high";
    EXPECT_EQ(answer(requests_of({"atr"}), missing), FeatureStatus::bad_column);
    const Faces quotes({walk_table(FeatureRecord::quote, 1, 50, 100, 1)});
    EXPECT_EQ(answer(requests_of({"atr"}), quotes), FeatureStatus::bad_column);
    Faces negative(walks(1));
    negative.faces[0].count = -1;
    EXPECT_EQ(answer(requests_of({"atr"}), negative), FeatureStatus::bad_count);
}

TEST(FeatureRegistry, KnowsItsNamesAndNothingBeyond) {
    std::set<std::string> names;
    for (std::int32_t i = 0; i < feature_count(); ++i) EXPECT_TRUE(names.insert(feature_at(i)->name).second) << feature_at(i)->name;
    for (const char* name : {"", "RSI", "rsi ", "unknown"}) EXPECT_EQ(find_feature(name), -1);
    EXPECT_EQ(feature_at(-1), nullptr);
    EXPECT_EQ(feature_at(feature_count()), nullptr);
    double memory[64];
    EXPECT_EQ(create_feature(-1, nullptr, 0, memory, sizeof memory), FeatureStatus::no_feature);
    EXPECT_EQ(feature_digest(), feature_digest());
    EXPECT_STREQ(record_column(FeatureRecord::bar, 3), "close");
    EXPECT_EQ(record_column(FeatureRecord::bar, 5), nullptr);
    EXPECT_EQ(record_column(FeatureRecord::bar, -1), nullptr);
}

} // namespace
} // namespace martlet
