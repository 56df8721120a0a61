#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "martlet/averages.hpp"
#include "martlet/extrema.hpp"
#include "martlet/oscillators.hpp"
#include "martlet/volatility.hpp"
#include "series.hpp"

// The kernels beside TA-Lib's own output: Tests/reference/talib_reference.py writes the file.

namespace martlet {
namespace {

using namespace testing;

std::string reference_path() {
    if (const char* named = std::getenv("MARTLET_TALIB_REFERENCE")) return named;
    return (std::filesystem::path(__FILE__).parent_path() / "../../reference/talib.csv").string();
}

std::vector<double> numbers(const std::string& line) {
    std::vector<double> out;
    std::istringstream fields(line + ",");
    for (std::string field; std::getline(fields, field, ',');) out.push_back(field.empty() ? nan : std::stod(field));
    return out;
}

TEST(TaLib, AgreesWithTheKernelsOnEveryBar) {
    std::ifstream file(reference_path());
    std::string line;
    ASSERT_TRUE(std::getline(file, line)) << "no reference at " << reference_path();
    std::vector<std::string> names;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) names.push_back(field);
    ASSERT_EQ(names.size(), 17u);

    Sma sma(20);
    Ema ema(20);
    Rsi rsi(14);
    Macd macd(12, 26, 9);
    Bollinger bands(20);
    Atr atr(14);
    Adx adx(14);
    RollingExtrema channel(20);
    std::vector<double> worst(names.size(), 0);
    std::size_t bars = 0, compared = 0;
    while (std::getline(file, line)) {
        const auto row = numbers(line);
        ASSERT_EQ(row.size(), names.size());
        const double high = row[0], low = row[1], close = row[2];
        sma.update(close);
        ema.update(close);
        rsi.update(close);
        macd.update(close);
        bands.update(close);
        atr.update(high, low, close);
        adx.update(high, low, close);
        channel.update(high, low);
        const double ours[] = {high, low, close, sma.value(), ema.value(), rsi.value(), macd.value(), macd.signal(), bands.upper(),
                               bands.value(), bands.lower(), atr.value(), adx.value(), adx.plus_di(), adx.minus_di(), channel.high(), channel.low()};
        for (std::size_t i = 3; i < names.size(); ++i) {
            ASSERT_EQ(std::isnan(ours[i]), std::isnan(row[i])) << names[i] << " at bar " << bars;
            if (std::isnan(row[i])) continue;
            // MACD lines pass through zero: they are as exact as the prices that they are differences of.
            const double scale = names[i].starts_with("macd") ? close : std::fmax(std::fabs(row[i]), 1e-3);
            const double error = std::fabs(ours[i] - row[i]) / scale;
            ASSERT_LE(error, 1e-9) << names[i] << " at bar " << bars << ": " << ours[i] << ", TA-Lib " << row[i];
            worst[i] = std::fmax(worst[i], error);
            ++compared;
        }
        ++bars;
    }
    EXPECT_GE(compared, 1'500u);
    for (std::size_t i = 3; i < names.size(); ++i) std::printf("  %-12s largest relative error %.1e\n", names[i].c_str(), worst[i]);
    std::printf("  %zu bars, %zu values\n", bars, compared);
}

} // namespace
} // namespace martlet
