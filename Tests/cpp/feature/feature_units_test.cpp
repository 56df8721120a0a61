#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

#include "martlet/features.hpp"

// Units: what a feature takes and gives, for whoever checks a chain of them.

namespace martlet {
namespace {

FeatureUnit output(const char* name, std::int32_t at, FeatureUnit value = FeatureUnit::price) {
    return feature_output_unit(find_feature(name), at, value);
}

TEST(FeatureUnits, HaveDifferentNames) {
    std::set<std::string> names;
    for (int unit = 0; feature_unit_name(static_cast<FeatureUnit>(unit)) != nullptr; ++unit)
        EXPECT_TRUE(names.insert(feature_unit_name(static_cast<FeatureUnit>(unit))).second) << unit;
    EXPECT_EQ(names.size(), static_cast<std::size_t>(FeatureUnit::mixed) + 1);
    EXPECT_STREQ(feature_unit_name(FeatureUnit::per_second), "per_second");
    EXPECT_STREQ(feature_unit_name(FeatureUnit::mixed), "mixed");
}

TEST(FeatureUnits, EveryOutputHasOneAndEveryInputIsNamed) {
    for (std::int32_t feature = 0; feature < feature_count(); ++feature) {
        const FeatureDescription& about = *feature_at(feature);
        ASSERT_NE(about.units, nullptr) << about.name;
        for (std::int32_t i = 0; i < about.output_count; ++i) {
            EXPECT_NE(about.units[i], FeatureUnit::any) << about.name << ' ' << about.outputs[i];
            EXPECT_NE(feature_unit_name(about.units[i]), nullptr) << about.name;
            const bool relative = about.units[i] == FeatureUnit::input || about.units[i] == FeatureUnit::input_squared;
            EXPECT_FALSE(relative && about.record != FeatureRecord::series) << about.name << ": only a series has one input";
            EXPECT_NE(feature_output_unit(feature, i, FeatureUnit::quantity), FeatureUnit::input) << about.name;
        }
        for (const FeatureUnit unit : {about.value_unit, about.reference_unit})
            EXPECT_TRUE(unit != FeatureUnit::input && unit != FeatureUnit::input_squared && unit != FeatureUnit::mixed) << about.name;
    }
}

TEST(FeatureUnits, FollowTheInputWhereTheFeatureDoes) {
    EXPECT_EQ(output("sma", 0), FeatureUnit::price);
    EXPECT_EQ(output("sma", 0, FeatureUnit::quantity), FeatureUnit::quantity);
    EXPECT_EQ(output("rolling_moments", 1), FeatureUnit::mixed) << "a squared price";
    EXPECT_EQ(output("rolling_moments", 1, FeatureUnit::ratio), FeatureUnit::ratio);
    EXPECT_EQ(output("rolling_moments", 2), FeatureUnit::score);
    EXPECT_EQ(output("rsi", 0), FeatureUnit::percent);
    EXPECT_EQ(output("candle_doji", 0), FeatureUnit::sign);
    EXPECT_EQ(output("candle_patterns", 60), FeatureUnit::sign);
    EXPECT_EQ(output("supertrend", 1), FeatureUnit::sign);
    EXPECT_EQ(output("supertrend", 2), FeatureUnit::mixed) << "there is no third";
    EXPECT_EQ(feature_output_unit(-1, 0, FeatureUnit::price), FeatureUnit::mixed);
}

TEST(FeatureUnits, OfInputsAreThoseOfTheRecordOrWhatTheSeriesMustBe) {
    const auto input = [](const char* name, std::int32_t at) { return feature_input_unit(find_feature(name), at); };
    EXPECT_EQ(input("atr", 3), FeatureUnit::price);
    EXPECT_EQ(input("obv", 4), FeatureUnit::quantity);
    EXPECT_EQ(input("microprice", 1), FeatureUnit::quantity);
    EXPECT_EQ(input("microprice", 2), FeatureUnit::price);
    EXPECT_EQ(input("book_imbalance", 39), FeatureUnit::quantity);
    EXPECT_EQ(input("book_imbalance", 20), FeatureUnit::price);
    EXPECT_EQ(input("trade_sign", 1), FeatureUnit::quantity);
    EXPECT_EQ(input("trade_sign", 3), FeatureUnit::price);
    EXPECT_EQ(input("sma", 0), FeatureUnit::any);
    EXPECT_EQ(input("garch", 0), FeatureUnit::price);
    EXPECT_EQ(input("event_rate", 0), FeatureUnit::seconds);
    EXPECT_EQ(input("atr", 40), FeatureUnit::any);
    EXPECT_EQ(record_column_unit(FeatureRecord::bar, 5), FeatureUnit::any);
}

} // namespace
} // namespace martlet
