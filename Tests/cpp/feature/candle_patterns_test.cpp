#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "every_feature.hpp"

// The candlestick patterns beside TA-Lib's own output: Tests/reference/candle_reference.py writes the file.

namespace martlet {
namespace {

using namespace testing;

struct Reference {
    std::vector<std::array<double, maximum_record_columns>> bars;
    std::vector<std::map<std::string, int>> found; ///< by TA-Lib's name
};

Reference reference() {
    const char* named = std::getenv("MARTLET_CANDLE_REFERENCE");
    const std::string path =
        named != nullptr ? named : (std::filesystem::path(__FILE__).parent_path() / "../../reference/candles.csv").string();
    std::ifstream file(path);
    Reference out;
    std::string line;
    if (!std::getline(file, line)) ADD_FAILURE() << "no reference at " << path;
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::array<double, maximum_record_columns> bar{};
        std::string field;
        for (std::size_t i = 0; i < 4; ++i) {
            std::getline(fields, field, ',');
            bar[i] = std::stod(field);
        }
        out.bars.push_back(bar);
        out.found.emplace_back();
        while (fields >> field) out.found.back()[field.substr(0, field.find('='))] = std::stoi(field.substr(field.find('=') + 1));
    }
    return out;
}

/// "TA-Lib CDLDOJI" → "CDLDOJI".
std::string peer_of(const FeatureDescription& about) {
    const std::string source = about.source;
    return source.substr(source.find("CDL"));
}

std::vector<std::int32_t> single_patterns() {
    std::vector<std::int32_t> out;
    for (std::int32_t i = 0; i < feature_count(); ++i)
        if (feature_at(i)->group == FeatureGroup::pattern && feature_at(i)->output_count == 1) out.push_back(i);
    return out;
}

TEST(CandlePatterns, AreTheIntegersOfTaLibAtEveryBar) {
    const Reference expected = reference();
    const auto singles = single_patterns();
    ASSERT_EQ(singles.size(), 61u);
    const bool made = std::getenv("MARTLET_CANDLE_REFERENCE") == nullptr;
    for (const std::int32_t feature : singles) {
        const FeatureDescription& about = *feature_at(feature);
        Streamed one(feature, initial(about));
        std::size_t hits = 0;
        for (std::size_t t = 0; t < expected.bars.size(); ++t) {
            one.update(expected.bars[t]);
            const auto found = expected.found[t].find(peer_of(about));
            const int value = found != expected.found[t].end() ? found->second : 0;
            ASSERT_EQ(std::isnan(one.outputs[0]) ? 0 : one.outputs[0], value) << about.name << " at bar " << t;
            hits += value != 0;
        }
        EXPECT_TRUE(hits > 0 || !made) << "no " << about.name << " in the reference";
    }
}

TEST(CandlePatterns, AreTheSameTogetherAsOneByOne) {
    const Reference expected = reference();
    const std::int32_t together = find_feature("candle_patterns");
    const FeatureDescription& about = *feature_at(together);
    ASSERT_EQ(about.output_count, 61);
    Streamed all(together, initial(about));
    std::vector<Streamed> singles;
    for (int i = 0; i < about.output_count; ++i) {
        const std::int32_t one = find_feature(("candle_" + std::string(about.outputs[i])).c_str());
        ASSERT_GE(one, 0) << about.outputs[i];
        singles.emplace_back(one, initial(*feature_at(one)));
    }
    for (std::size_t t = 0; t < expected.bars.size(); ++t) {
        all.update(expected.bars[t]);
        for (std::size_t i = 0; i < singles.size(); ++i) {
            singles[i].update(expected.bars[t]);
            if (!std::isnan(all.outputs[i])) {
                ASSERT_EQ(all.outputs[i], singles[i].outputs[0]) << about.outputs[i] << " at bar " << t;
            }
        }
    }
}

TEST(CandlePatterns, AreTheSameInBlocksOfBarsAsBarByBar) {
    const Reference expected = reference();
    const std::int32_t feature = find_feature("candle_patterns");
    Table table{"reference", FeatureRecord::bar, std::vector<std::vector<double>>(5)};
    for (const auto& bar : expected.bars)
        for (std::size_t c = 0; c < 5; ++c) table.columns[c].push_back(bar[c]);
    FeatureRequest request;
    request.feature = feature;
    const Batch batch(request, {table}, 1, FeatureLanes::best);
    ASSERT_EQ(batch.status, FeatureStatus::ok);
    Streamed one(feature, initial(*feature_at(feature)));
    for (std::size_t t = 0; t < table.size(); ++t) {
        one.update(expected.bars[t]);
        for (std::size_t i = 0; i < one.outputs.size(); ++i) {
            if (!std::isnan(one.outputs[i])) {
                ASSERT_EQ(batch.at(0, i, t), one.outputs[i]) << feature_at(feature)->outputs[i] << " at bar " << t;
            }
        }
    }
}

/// What the doji says of the last bar when its settings are as given.
double doji_of_last(const Reference& bars, const std::map<std::string, double>& settings) {
    const std::int32_t feature = find_feature("candle_patterns");
    const FeatureDescription& about = *feature_at(feature);
    auto parameters = initial(about);
    for (int i = 0; i < about.parameter_count; ++i)
        if (settings.contains(about.parameters[i].name)) parameters[static_cast<std::size_t>(i)] = settings.at(about.parameters[i].name);
    Streamed one(feature, parameters);
    for (const auto& bar : bars.bars) one.update(bar);
    for (int i = 0; i < about.output_count; ++i)
        if (std::string(about.outputs[i]) == "doji") return one.outputs[static_cast<std::size_t>(i)];
    return nan;
}

TEST(CandlePatterns, FollowTheSettingsThatAUserGives) {
    Reference bars;
    for (int i = 0; i < 40; ++i) bars.bars.push_back({10, i < 36 ? 12.0 : 10.5, 9, 10, 0}); // ranges 3, lately 1.5
    bars.bars.back() = {10, 11, 9, 10.2, 0};                                               // a body of 0.2
    EXPECT_EQ(doji_of_last(bars, {}), 100) << "a tenth of the mean range, 0.255";
    EXPECT_EQ(doji_of_last(bars, {{"body_doji", 0.05}}), 0);
    EXPECT_EQ(doji_of_last(bars, {{"range_period", 3}}), 0) << "a tenth of the mean of the last three, 0.15";
    EXPECT_EQ(doji_of_last(bars, {{"range_period", 30}}), 100);
}

} // namespace
} // namespace martlet
