#include "scenario.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace martlet::test {
namespace {

constexpr std::array<std::string_view, 13> verbs = {"logon", "connect", ">", "<", "raw", "order", "ping", "bye", "hung", "hang", "restart", "time", "pass"};

std::vector<std::string> words(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> all;
    for (std::string word; stream >> word;) all.push_back(word);
    return all;
}

} // namespace

std::vector<Scenario> read_scenarios(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    std::vector<Scenario> all;
    Scenario defaults;
    defaults.file = std::filesystem::path(path).stem().string();
    defaults.roles = {"echo", "venue", "broker"};
    defaults.versions = {"4.2", "4.4"};
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.empty() || line[0] == '#') continue;
        Step step;
        step.line = number;
        if (line.rfind("2: ", 0) == 0) {
            step.connection = 2;
            line.erase(0, 3);
        }
        const std::size_t space = line.find(' ');
        step.verb = line.substr(0, space);
        step.rest = space == std::string::npos ? "" : line.substr(space + 1);
        Scenario& current = all.empty() ? defaults : all.back();
        if (step.verb == "scenario") {
            all.push_back(defaults);
            all.back().title = step.rest;
        } else if (step.verb == "for") {
            current.roles = words(step.rest);
        } else if (step.verb == "in") {
            current.versions = words(step.rest);
        } else if (!all.empty() && std::find(verbs.begin(), verbs.end(), step.verb) != verbs.end()) {
            current.steps.push_back(step);
        } else {
            throw std::runtime_error(path + ":" + std::to_string(number) + ": cannot read '" + line + "'");
        }
    }
    return all;
}

} // namespace martlet::test
