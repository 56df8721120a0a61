#include <algorithm>
#include <filesystem>

#include "subjects.hpp"

namespace martlet::test {
namespace {

/// One file of scenarios against one subject in one version.
struct Part {
    std::string file, role, version;
};

void PrintTo(const Part& part, std::ostream* out) { *out << part.role << " " << part.version << " " << part.file; }

std::unique_ptr<Subject> subject_of(const Part& part) {
    if (part.role == "echo") return std::make_unique<EchoSubject>("FIX." + part.version);
    if (part.role == "venue") return std::make_unique<VenueSubject>("FIX." + part.version);
    return std::make_unique<BrokerSubject>("FIX." + part.version);
}

const std::vector<Scenario>& scenarios() {
    static const std::vector<Scenario> all = [] {
        std::vector<std::string> paths;
        for (const auto& entry : std::filesystem::directory_iterator(MARTLET_SOURCE_FOLDER "/Tests/cpp/fix/scenarios")) paths.push_back(entry.path());
        std::sort(paths.begin(), paths.end());
        std::vector<Scenario> found;
        for (const std::string& path : paths)
            for (Scenario& scenario : read_scenarios(path)) found.push_back(std::move(scenario));
        return found;
    }();
    return all;
}

bool contains(const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

bool belongs(const Scenario& scenario, const Part& part) {
    return scenario.file == part.file && contains(scenario.roles, part.role) && contains(scenario.versions, part.version);
}

/// What is tested in which versions.
const std::vector<std::pair<std::string, std::string>> subjects = {{"echo", "4.2"}, {"echo", "4.4"}, {"venue", "4.2"},
                                                                   {"venue", "4.4"}, {"broker", "4.2"}, {"broker", "4.4"}};

std::vector<Part> parts() {
    std::vector<Part> all;
    for (const auto& [role, version] : subjects) {
        for (const Scenario& scenario : scenarios()) {
            const Part part{scenario.file, role, version};
            if (!belongs(scenario, part)) continue;
            if (all.empty() || all.back().file != part.file || all.back().role != role || all.back().version != version) all.push_back(part);
        }
    }
    return all;
}

class FixConformance : public testing::TestWithParam<Part> {};

TEST_P(FixConformance, GoesAsItsScenariosSay) {
    const Part& part = GetParam();
    if (part.role == "echo" && standard_dictionaries().empty())
        GTEST_SKIP() << "no standard dictionaries: ./martlet test fetches them, or name their folder in MARTLET_FIX_STANDARD";
    const std::unique_ptr<Subject> subject = subject_of(part);
    for (const Scenario& scenario : scenarios())
        if (belongs(scenario, part)) ScenarioPlayer(*subject).play(scenario);
}

std::string name_of(const testing::TestParamInfo<Part>& info) {
    std::string name = info.param.role + info.param.version + "_" + info.param.file;
    std::erase_if(name, [](char c) { return c == '.'; });
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, FixConformance, testing::ValuesIn(parts()), name_of);

TEST(FixScenarios, EveryVersionAndEndHasSixtyOrMore) {
    for (const auto& [role, version] : subjects) {
        const auto count = std::count_if(scenarios().begin(), scenarios().end(), [&](const Scenario& scenario) {
            return contains(scenario.roles, role) && contains(scenario.versions, version);
        });
        EXPECT_GE(count, 60) << role << " " << version;
    }
}

} // namespace
} // namespace martlet::test
