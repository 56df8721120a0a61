#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine_scenario.hpp"

// The scenarios of scenarios/engine, on both engines.

namespace martlet {
namespace {

using namespace test;

std::vector<std::filesystem::path> scenario_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(__FILE__).parent_path() / "scenarios" / "engine"))
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

class EngineScenarioFile : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(EngineScenarioFile, BothEnginesAnswerAsWritten) {
    const std::string name = GetParam().filename().string();
    std::ifstream fast(GetParam());
    std::ifstream naive(GetParam());
    const std::string wrong = EngineScenario<FastMarket>::play(name, fast);
    EXPECT_TRUE(wrong.empty()) << wrong;
    const std::string wrong_naive = EngineScenario<NaiveMarket>::play(name, naive);
    EXPECT_TRUE(wrong_naive.empty()) << "(naive engine) " << wrong_naive;
}

INSTANTIATE_TEST_SUITE_P(Files, EngineScenarioFile, testing::ValuesIn(scenario_files()), [](const auto& info) {
    std::string name = info.param.stem().string();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

TEST(EngineScenarios, ThereAreSixtyAndTheyShowEveryReasonOfARefusalOrCancel) {
    std::string all;
    for (const auto& path : scenario_files()) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        all += text.str();
    }
    EXPECT_GE(scenario_files().size(), 60u);
    for (int reason = 1; reason < 64; ++reason) {
        const std::string name = reason_text(static_cast<RejectReason>(reason));
        if (name != "?") EXPECT_NE(all.find(": " + name + "\n"), std::string::npos) << name;
    }
}

TEST(EngineScenarios, AWrongExpectationIsShownBesideWhatWasSaid) {
    std::istringstream text("# A scenario that is wrong.\n"
                            "sell 100 @ 10.05 as A1 by alice\n"
                            "> accepted A1\n"
                            "buy 40 @ 10.05 as B1 by bob\n"
                            "> accepted B1\n"
                            "> fill B1 40 @ 10.05 with A1, leaves 0 and 50\n");
    EXPECT_EQ(EngineScenario<FastMarket>::play("wrong.txt", text), "wrong.txt:4: to 'buy 40 @ 10.05 as B1 by bob'\n"
                                                                   "      accepted B1\n"
                                                                   "  expected  fill B1 40 @ 10.05 with A1, leaves 0 and 50\n"
                                                                   "  was       fill B1 40 @ 10.05 with A1, leaves 0 and 60\n");
}

TEST(EngineScenarios, AnAnswerThatIsNotStatedIsADifference) {
    std::istringstream text("# A scenario that leaves something out.\n"
                            "sell 100 @ 10.05 as A1 by alice\n"
                            "> accepted A1\n"
                            "cancel A1\n");
    EXPECT_EQ(EngineScenario<FastMarket>::play("short.txt", text), "short.txt:4: to 'cancel A1'\n  was       canceled A1 100\n");
}

TEST(EngineScenarios, ATextThatMakesNoSenseIsRefusedWithItsPlace) {
    std::istringstream text("# A scenario with a word that nobody knows.\nsell 100 @ 10.05 as A1 by alice quickly\n");
    try {
        EngineScenario<FastMarket>::play("odd.txt", text);
        FAIL() << "was played";
    } catch (const ScenarioError& error) {
        EXPECT_STREQ(error.what(), "odd.txt:2: unknown word 'quickly'");
    }
}

} // namespace
} // namespace martlet
