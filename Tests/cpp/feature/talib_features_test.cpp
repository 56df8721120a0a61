#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "every_feature.hpp"

// The registered features beside TA-Lib's own output: Tests/reference/talib_features.py writes the file, from
// made-up bars for the copy in the repository and from real ones for `./martlet test-reference`.

namespace martlet {
namespace {

using namespace testing;

std::string path_of_reference() {
    if (const char* named = std::getenv("MARTLET_TALIB_FEATURES")) return named;
    return (std::filesystem::path(__FILE__).parent_path() / "../../reference/talib_features.csv").string();
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> out;
    std::istringstream fields(text + separator);
    for (std::string field; std::getline(fields, field, separator);) out.push_back(field);
    return out;
}

double number(const std::string& field) { return field.empty() ? nan : std::strtod(field.c_str(), nullptr); }

/// `name(p;q).output`, streamed beside the file.
struct Column {
    std::string header;
    std::int32_t feature = -1;
    std::vector<double> parameters;
    std::size_t output = 0;
    double worst = 0;
    std::size_t compared = 0;

    explicit Column(const std::string& text) : header(text) {
        const auto begin = text.find('('), end = text.find(')');
        feature = find_feature(text.substr(0, begin).c_str());
        if (feature < 0) return;
        if (end > begin + 1)
            for (const std::string& one : split(text.substr(begin + 1, end - begin - 1), ';')) parameters.push_back(number(one));
        const FeatureDescription& about = *feature_at(feature);
        while (output < static_cast<std::size_t>(about.output_count) && text.substr(end + 2) != about.outputs[output]) ++output;
    }
};

/// What a difference is measured against besides 1 and the value: the size of what the output is a sum or
/// difference of. Shares and percentages have none.
double scale_of(const std::string& header, double prices, double volumes) {
    static const std::vector<std::string> of_price = {"sma", "ema", "wma", "dema", "tema", "t3", "kama", "macd", "linear_regression",
                                                      "atr", "sar", "donchian", "momentum", "bollinger", "standard_deviation", "true_range"};
    static const std::vector<std::string> of_volume = {"obv", "accumulation", "chaikin_oscillator"};
    const std::string name = header.substr(0, header.find('('));
    if (header.ends_with(".apo") || std::ranges::count(of_price, name) > 0) return prices;
    return std::ranges::count(of_volume, name) > 0 ? volumes : 0;
}

/// These divide a small difference of prices by another: what rounding leaves of the prices grows by as much
/// in both libraries, so that neither has nine digits in a market that barely moves.
double tolerance_of(const std::string& header) {
    return header.starts_with("cci(") || header.starts_with("stochastic_rsi(") ? 1e-8 : 1e-9;
}

/// Where a feature differs from TA-Lib on purpose, as its doc comment says.
bool differs_on_purpose(const std::string& header, double ours, double theirs) {
    const std::string name = header.substr(0, header.find('('));
    if (name == "rsi" || name == "mfi") return ours == 50 && theirs == 0;  // nothing moved
    if (name == "cci") return ours == 0;                                   // a deviation of rounding errors alone
    return false;
}

TEST(TaLib, AgreesWithEveryRegisteredFeatureThatItHas) {
    std::ifstream file(path_of_reference());
    std::string line;
    ASSERT_TRUE(std::getline(file, line)) << "no reference at " << path_of_reference();
    const auto names = split(line, ',');
    std::vector<Column> columns;
    for (std::size_t i = 6; i < names.size(); ++i) {
        columns.emplace_back(names[i]);
        ASSERT_GE(columns.back().feature, 0) << names[i];
        ASSERT_LT(columns.back().output, static_cast<std::size_t>(feature_at(columns.back().feature)->output_count)) << names[i];
    }
    std::vector<Streamed> streams;
    std::string series;
    double prices = 0, volumes = 0;
    std::size_t bar = 0, compared = 0, apart = 0;
    while (std::getline(file, line)) {
        const auto row = split(line, ',');
        const bool told = row.size() > 6; // of some bars TA-Lib's values were left out
        ASSERT_EQ(row.size(), told ? names.size() : 6);
        if (row[0] != series || streams.empty()) {
            series = row[0];
            streams.clear();
            for (const Column& column : columns) streams.emplace_back(column.feature, column.parameters);
            prices = volumes = 0;
            bar = 0;
        }
        std::array<double, maximum_record_columns> record{};
        for (std::size_t i = 0; i < 5; ++i) record[i] = number(row[i + 1]);
        std::array<double, maximum_record_columns> closes{};
        closes[0] = record[3];
        prices = std::fmax(prices, std::fabs(record[1]));
        volumes = std::fmax(volumes, std::fabs(record[4]));
        for (std::size_t k = 0; k < columns.size(); ++k) {
            Column& column = columns[k];
            const bool of_series = feature_at(column.feature)->record == FeatureRecord::series;
            ASSERT_EQ(streams[k].update(of_series ? closes : record), FeatureStatus::ok);
            if (!told) continue;
            const double ours = streams[k].outputs[column.output], theirs = number(row[k + 6]);
            ASSERT_EQ(std::isnan(ours), std::isnan(theirs)) << series << ": " << column.header << " at bar " << bar;
            if (std::isnan(theirs)) continue;
            ++column.compared;
            ++compared;
            if (differs_on_purpose(column.header, ours, theirs)) {
                ++apart;
                continue;
            }
            const double scale = std::max({1.0, std::fabs(theirs), scale_of(column.header, prices, volumes)});
            const double error = std::fabs(ours - theirs) / scale;
            EXPECT_LE(error, tolerance_of(column.header)) << series << ": " << column.header << " at bar " << bar << ": " << ours << ", TA-Lib " << theirs;
            column.worst = std::fmax(column.worst, error);
        }
        ++bar;
    }
    EXPECT_GT(compared, 10'000u);
    EXPECT_LT(apart * 20, compared) << "what differs on purpose is seldom";
    for (const Column& column : columns) std::printf("  %-34s %8zu values, largest error %.1e\n", column.header.c_str(), column.compared, column.worst);
}

} // namespace
} // namespace martlet
