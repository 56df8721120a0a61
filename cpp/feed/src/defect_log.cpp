#include "martlet/defect_log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace martlet {

struct DefectLog::State {
    std::string path;
    std::string source;
    std::FILE* file = nullptr;
    bool failed = false;
    bool created = false;
    std::array<std::uint64_t, defect_count> counts{};
    std::vector<DefectRecord> records;
};

namespace {

const char* treatment_text(Treatment treatment) noexcept {
    switch (treatment) {
    case Treatment::rejected: return "rejected";
    case Treatment::repaired: return "repaired";
    case Treatment::noted: return "noted";
    }
    return "unknown";
}

/// Control characters would break the side file's lines.
char printable(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c; }

} // namespace

DefectLog::DefectLog() noexcept : state_(new State) {}
DefectLog::DefectLog(DefectLog&& other) noexcept : state_(std::exchange(other.state_, new State)) {}
DefectLog& DefectLog::operator=(DefectLog&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}
DefectLog::~DefectLog() {
    close();
    delete state_;
}

void DefectLog::open(const char* path) noexcept { state_->path = path; }
void DefectLog::set_source(const char* name) noexcept { state_->source = name; }

void DefectLog::add(Defect defect, std::uint64_t offset, std::uint64_t line, const char* text, std::size_t length,
                    std::uint64_t count) noexcept {
    State& state = *state_;
    state.counts[static_cast<std::size_t>(defect)] += count;
    if (state.records.size() < kept_records) {
        DefectRecord record{};
        record.offset = offset;
        record.line = line;
        record.count = count;
        record.defect = defect;
        std::memcpy(record.text, text, std::min(length, sizeof record.text - 1));
        state.records.push_back(record);
    }
    if (state.path.empty() || state.failed) return;
    if (state.file == nullptr) {
        state.file = std::fopen(state.path.c_str(), "we");
        if (state.file == nullptr) {
            state.failed = true;
            return;
        }
        state.created = true;
        std::fputs("code\ttreatment\tsource\tline\toffset\tcount\trecord\n", state.file);
    }
    std::string clean(text, length);
    std::transform(clean.begin(), clean.end(), clean.begin(), printable);
    if (std::fprintf(state.file, "%s\t%s\t%s\t%llu\t%llu\t%llu\t%s\n", defect_code(defect),
                     treatment_text(defect_treatment(defect)), state.source.c_str(), static_cast<unsigned long long>(line),
                     static_cast<unsigned long long>(offset), static_cast<unsigned long long>(count), clean.c_str()) < 0)
        state.failed = true;
}

bool DefectLog::close() noexcept {
    if (state_->file != nullptr && std::fclose(std::exchange(state_->file, nullptr)) != 0) state_->failed = true;
    return !state_->failed;
}

std::uint64_t DefectLog::count(Defect defect) const noexcept { return state_->counts[static_cast<std::size_t>(defect)]; }

std::uint64_t DefectLog::total(Treatment treatment) const noexcept {
    std::uint64_t sum = 0;
    for (std::size_t i = 1; i < defect_count; ++i)
        if (defect_treatment(static_cast<Defect>(i)) == treatment) sum += state_->counts[i];
    return sum;
}

bool DefectLog::wrote_file() const noexcept { return state_->created; }
std::size_t DefectLog::record_count() const noexcept { return state_->records.size(); }
DefectRecord DefectLog::record(std::size_t index) const noexcept { return state_->records.at(index); }

} // namespace martlet
