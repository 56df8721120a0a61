#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "martlet/instrument.hpp"

namespace martlet {
namespace {

std::string written(std::int64_t units, Decimal increment) {
    char text[64];
    return std::string(text, write_decimal(units, increment, text, sizeof text));
}

struct Read {
    DecimalStatus status;
    std::int64_t units;
};

Read read(std::string_view text, Decimal increment) {
    std::int64_t units = 0;
    const auto status = read_decimal(text.data(), text.size(), increment, &units);
    return {status, units};
}

TEST(Decimal, WritesExactText) {
    EXPECT_EQ(written(12345, {1, -2}), "123.45");
    EXPECT_EQ(written(-5, {1, -2}), "-0.05");
    EXPECT_EQ(written(0, {1, -2}), "0.00");
    EXPECT_EQ(written(3, {25, -2}), "0.75");
    EXPECT_EQ(written(7, {1, 0}), "7");
    EXPECT_EQ(written(7, {1, 3}), "7000");
    EXPECT_EQ(written(INT64_MIN, {1, 0}), "-9223372036854775808");
}

TEST(Decimal, ReadsOnlyWholeIncrements) {
    EXPECT_EQ(read("123.45", {1, -2}).units, 12345);
    EXPECT_EQ(read("123.4500", {1, -2}).units, 12345);
    EXPECT_EQ(read("0.75", {25, -2}).units, 3);
    EXPECT_EQ(read("7000", {1, 3}).units, 7);
    EXPECT_EQ(read("-1", {1, -4}).units, -10000);
    EXPECT_EQ(read("0.80", {25, -2}).status, DecimalStatus::not_a_multiple);
    EXPECT_EQ(read("1.001", {1, -2}).status, DecimalStatus::not_a_multiple);
    EXPECT_EQ(read("7001", {1, 3}).status, DecimalStatus::not_a_multiple);
    EXPECT_EQ(read("99999999999999999999", {1, 0}).status, DecimalStatus::overflow);
    for (const char* bad : {"", "-", ".", "1e5", "+1", "1.2.3", " 1", "0x1"})
        EXPECT_EQ(read(bad, {1, -2}).status, DecimalStatus::malformed) << bad;
}

TEST(Decimal, TextOfEveryNumberReadsBackAsTheSameNumber) {
    std::uint64_t state = 42;
    for (int i = 0; i < 200'000; ++i) {
        state = state * 6364136223846793005ull + 1442695040888963407ull;
        const auto units = static_cast<std::int64_t>(state) >> (state % 60);
        const Decimal increment{static_cast<std::int64_t>(1 + (state >> 33) % 250), static_cast<std::int32_t>((state >> 50) % 12) - 9};
        const auto text = written(units, increment);
        if (text.empty()) continue; // beyond 128 bits
        const auto back = read(text, increment);
        ASSERT_EQ(back.status, DecimalStatus::ok) << text;
        ASSERT_EQ(back.units, units) << text;
    }
}

TEST(Decimal, MoneyOfOneIncrementAndLot) {
    InstrumentDefinition definition{};
    definition.price_increment = {1, -2};
    definition.lot_increment = {1, 0};
    definition.multiplier = {1, 0};
    definition.money_unit = {1, -4};
    const auto ratio = money_ratio(definition);
    EXPECT_EQ(ratio.numerator, 100);
    EXPECT_EQ(ratio.denominator, 1);
    definition.money_unit = {1, 0};
    EXPECT_EQ(money_ratio(definition).numerator, 1);
    EXPECT_EQ(money_ratio(definition).denominator, 100);
}

} // namespace
} // namespace martlet
