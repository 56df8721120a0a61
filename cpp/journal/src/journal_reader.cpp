#include "martlet/journal_reader.hpp"

#include <algorithm>
#include <cassert>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <utility>

#include "segment_scan.hpp"

namespace martlet {

using namespace detail;

namespace {

constexpr int tries_to_enter = 10;

} // namespace

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
        SegmentFile entered; // beside the one that is left, whose hold keeps those behind it from being removed
        JournalStatus opened = entered.open(directory, numbers[at], &damage, &error);
        segment = std::move(entered);
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

    // The rest of a compressed segment.
    bool complete() {
        if (segment.is_complete() || segment.complete(&damage) == JournalStatus::ok) return true;
        fail(JournalStatus::damaged_inside);
        return false;
    }

    bool next() {
        while (status == JournalStatus::ok) {
            if (!complete()) return false;
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

    JournalStatus list() {
        const int error = list_segments(directory, &numbers);
        if (error == 0 && numbers.empty()) return fail(JournalStatus::not_found);
        if (error == 0) return JournalStatus::ok;
        damage.set(0, "the directory cannot be read: %s", std::strerror(error));
        return fail(status_of(error));
    }

    // The last segment that begins before `sequence`, or the first; entered.
    JournalStatus enter_before(std::uint64_t sequence) {
        std::size_t low = 0;
        std::size_t high = numbers.size();
        while (high - low > 1) {
            const std::size_t middle = low + (high - low) / 2;
            const JournalStatus entered = enter(middle, false);
            // A torn header at the very end hides no records; any other damage does.
            const bool torn = entered == JournalStatus::damaged_tail && middle + 1 == numbers.size();
            if (entered != JournalStatus::ok && !torn) return entered;
            (torn || segment.header.previous_sequence >= sequence ? high : low) = middle;
        }
        // What was decompressed already is kept; a plain segment is mapped anew, as long as it is now.
        const bool kept = segment.compressed && index == low && status == JournalStatus::ok;
        return kept ? status : enter(low, false);
    }

    // From where reading stands on to before the record `sequence`.
    JournalStatus step_to(std::uint64_t sequence) {
        for (;;) {
            const Place before{offset, previous};
            const std::size_t segment_before = index;
            if (!next()) return status;
            if (previous < sequence) continue;
            // Back before the record that was asked for; a step into the next segment stays, at its first frame.
            offset = index == segment_before ? before.offset : frame.offset;
            previous = index == segment_before ? before.previous : previous - 1;
            on_record = false;
            return status;
        }
    }

    JournalStatus seek(std::uint64_t sequence) {
        if (const JournalStatus entered = enter_before(sequence); entered != JournalStatus::ok) return entered;
        if (!complete()) return status;
        const std::size_t begun = index;
        const Place block = block_before(segment, sequence);
        offset = block.offset;
        previous = block.previous;
        const JournalStatus found = step_to(sequence);
        if (found == JournalStatus::ok || found == JournalStatus::end || block.offset == segment.header.header_bytes) return found;
        // Damage, or a payload that looked like a block record: then only going from frame to frame tells.
        if (const JournalStatus entered = enter(begun, false); entered != JournalStatus::ok) return entered;
        return step_to(sequence);
    }

    JournalStatus refresh() {
        if (status != JournalStatus::ok && status != JournalStatus::end && status != JournalStatus::damaged_tail) return status;
        const std::uint64_t number = numbers[index];
        // The directory first: where it names a next segment, this one is whole by then.
        if (const JournalStatus listed = list(); listed != JournalStatus::ok) return listed;
        const auto found = std::lower_bound(numbers.begin(), numbers.end(), number);
        if (found == numbers.end() || *found != number) {
            damage.set(0, "segment %" PRIu64 " is gone", number);
            return fail(JournalStatus::not_found);
        }
        index = static_cast<std::size_t>(found - numbers.begin());
        on_record = false;
        if (segment.header.segment == 0) return enter(index, true); // its header was torn
        if (const int error = segment.map_again(); error != 0) {
            damage.set(0, "the segment cannot be read: %s", std::strerror(error));
            return fail(status_of(error));
        }
        const bool more = offset < segment.file.size() || !last();
        status = JournalStatus::ok;
        return more ? status : fail(JournalStatus::end);
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
    JournalStatus entered = state.list();
    // Retention may have removed a segment between the two looks; then the next one is the first.
    for (int tries = 0; entered == JournalStatus::ok && tries < tries_to_enter; ++tries) {
        entered = state.enter(0, false);
        if (entered != JournalStatus::not_found) return entered;
        entered = state.list();
    }
    return entered == JournalStatus::ok ? state.fail(JournalStatus::not_found) : entered;
}

JournalStatus JournalReader::seek(std::uint64_t sequence) noexcept {
    State& state = *state_;
    if (state.numbers.empty()) return state.fail(JournalStatus::not_open);
    JournalStatus found = state.seek(sequence);
    for (int tries = 0; found == JournalStatus::not_found && tries < tries_to_enter; ++tries) {
        if (found = state.list(); found == JournalStatus::ok) found = state.seek(sequence);
    }
    return found;
}

JournalStatus JournalReader::refresh() noexcept {
    return state_->numbers.empty() ? state_->fail(JournalStatus::not_open) : state_->refresh();
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
