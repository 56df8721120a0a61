#include "martlet/journal_reader.hpp"

#include <algorithm>
#include <cassert>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "segment_scan.hpp"

namespace martlet {

using namespace detail;

struct JournalReader::State {
    std::string directory;
    std::vector<std::uint64_t> numbers;
    std::size_t index = 0;             // of the current segment in `numbers`
    SegmentFile segment;
    std::uint64_t offset = 0;          // of the next frame
    std::uint64_t previous = 0;        // sequence of the record before it
    bool on_record = false;
    Frame frame{};
    JournalStatus status = JournalStatus::not_open;
    Damage damage;

    bool last() const { return index + 1 == numbers.size(); }

    JournalStatus fail(JournalStatus reason) {
        on_record = false;
        return status = reason;
    }

    JournalStatus enter(std::size_t at, bool check_previous) {
        index = at;
        int error = 0;
        JournalStatus opened = segment.open(directory, numbers[at], &damage, &error);
        if (opened == JournalStatus::damaged_tail || opened == JournalStatus::damaged_inside) {
            const bool torn = last() && header_is_torn_tail(segment, numbers[at]);
            opened = torn ? JournalStatus::damaged_tail : JournalStatus::damaged_inside;
        }
        if (opened != JournalStatus::ok) {
            segment = SegmentFile{}; // its header may speak of bytes that are not there
            return fail(opened);
        }
        if (check_previous && segment.header.previous_sequence != previous) {
            damage.set(offsetof(SegmentHeader, previous_sequence), "goes on after sequence %" PRIu64 ", expected %" PRIu64,
                       segment.header.previous_sequence, previous);
            return fail(JournalStatus::damaged_inside);
        }
        previous = segment.header.previous_sequence;
        offset = segment.header.header_bytes;
        on_record = false;
        return status = JournalStatus::ok;
    }

    bool next() {
        while (status == JournalStatus::ok) {
            if (offset >= segment.file.size()) {
                if (last()) return fail(JournalStatus::end), false;
                if (numbers[index + 1] != numbers[index] + 1) {
                    damage.set(0, "segment %" PRIu64 " is missing", numbers[index] + 1);
                    return fail(JournalStatus::damaged_inside), false;
                }
                enter(index + 1, true);
                continue;
            }
            if (!read_frame(segment.file, offset, &frame, &damage)) {
                const bool torn = last() && survivors_behind(segment.file, numbers[index], offset).controls == 0;
                return fail(torn ? JournalStatus::damaged_tail : JournalStatus::damaged_inside), false;
            }
            offset = frame.end();
            if (frame.header.kind != FrameKind::record) continue;
            std::uint64_t own;
            std::memcpy(&own, frame.record, sizeof(own));
            if (own != previous + 1 || frame.header.sequence != own) {
                damage.set(frame.offset, "sequence %" PRIu64 ", expected %" PRIu64, own, previous + 1);
                return fail(JournalStatus::damaged_inside), false;
            }
            previous = own;
            on_record = true;
            return true;
        }
        return false;
    }

    template <typename Record>
    Record read() const {
        Record record{};
        if (on_record) std::memcpy(&record, frame.record, std::min<std::size_t>(sizeof(record), frame.header.size));
        return record;
    }
};

JournalReader::JournalReader() noexcept : state_(new State) {}
JournalReader::JournalReader(JournalReader&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
JournalReader::~JournalReader() { delete state_; }

JournalStatus JournalReader::open(const char* directory) noexcept {
    *state_ = State{};
    State& state = *state_;
    if (directory == nullptr) return state.fail(JournalStatus::bad_options);
    state.directory = directory;
    if (const int error = list_segments(state.directory, &state.numbers); error != 0) {
        state.damage.set(0, "the directory cannot be read: %s", std::strerror(error));
        return state.fail(status_of(error));
    }
    if (state.numbers.empty()) return state.fail(JournalStatus::not_found);
    return state.enter(0, false);
}

JournalStatus JournalReader::seek(std::uint64_t sequence) noexcept {
    State& state = *state_;
    if (state.numbers.empty()) return state.fail(JournalStatus::not_open);
    std::size_t at = state.numbers.size();
    do {
        --at;
        const JournalStatus entered = state.enter(at, false);
        // A torn header at the very end hides no records; any other damage does.
        if (entered != JournalStatus::ok && (entered != JournalStatus::damaged_tail || at == 0)) return entered;
        if (entered == JournalStatus::ok && state.segment.header.previous_sequence < sequence) break;
    } while (at != 0);
    for (;;) {
        const std::uint64_t offset = state.offset;
        const std::uint64_t previous = state.previous;
        const std::size_t index = state.index;
        if (!state.next()) return state.status;
        if (state.previous < sequence) continue;
        // Back before the record that was asked for; a step into the next segment stays, at its first frame.
        state.offset = state.index == index ? offset : state.frame.offset;
        state.previous = state.index == index ? previous : state.previous - 1;
        state.on_record = false;
        return state.status;
    }
}

bool JournalReader::next() noexcept { return state_->next(); }
JournalStatus JournalReader::status() const noexcept { return state_->status; }

std::size_t JournalReader::error_text(char* text, std::size_t capacity) const noexcept {
    const State& state = *state_;
    int length = 0;
    if (state.damage.what[0] == 0) {
        length = std::snprintf(text, capacity, "%s", journal_status_text(state.status));
    } else {
        const std::uint64_t number = state.numbers.empty() ? 0 : state.numbers[state.index];
        length = std::snprintf(text, capacity, "%s: segment %" PRIu64 " at byte %" PRIu64 ": %s",
                               journal_status_text(state.status), number, state.damage.offset, state.damage.what);
    }
    return std::min(static_cast<std::size_t>(std::max(length, 0)), capacity == 0 ? 0 : capacity - 1);
}

const void* JournalReader::record() const noexcept { return state_->on_record ? state_->frame.record : nullptr; }
std::size_t JournalReader::record_size() const noexcept { return state_->on_record ? state_->frame.header.size : 0; }
const void* JournalReader::payload() const noexcept {
    return state_->on_record ? state_->frame.record + state_->frame.header.size : nullptr;
}
std::size_t JournalReader::payload_size() const noexcept {
    return state_->on_record ? state_->frame.header.payload_size : 0;
}
std::uint64_t JournalReader::sequence() const noexcept { return state_->on_record ? state_->previous : 0; }

EventKind JournalReader::kind() const noexcept { return market().kind; }
MarketEvent JournalReader::market() const noexcept { return state_->read<MarketEvent>(); }
OrderEvent JournalReader::order() const noexcept { return state_->read<OrderEvent>(); }
HostEvent JournalReader::host() const noexcept { return state_->read<HostEvent>(); }
Command JournalReader::command() const noexcept { return state_->read<Command>(); }

std::uint64_t JournalReader::segment() const noexcept { return state_->segment.header.segment; }
std::int64_t JournalReader::created_at() const noexcept { return state_->segment.header.created_at; }
std::size_t JournalReader::instrument_count() const noexcept { return state_->segment.header.instrument_count; }

InstrumentDefinition JournalReader::instrument(std::size_t index) const noexcept {
    assert(index < instrument_count());
    InstrumentDefinition definition;
    std::memcpy(&definition, state_->segment.instruments() + index * sizeof(definition), sizeof(definition));
    return definition;
}

const char* JournalReader::run_text() const noexcept {
    return state_->segment.header.segment == 0 ? "" : state_->segment.run_text();
}
std::size_t JournalReader::run_text_size() const noexcept { return state_->segment.header.run_text_bytes; }

} // namespace martlet
