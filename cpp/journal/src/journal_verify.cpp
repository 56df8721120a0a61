#include "martlet/journal_verify.hpp"

#include <cinttypes>
#include <cstring>
#include <utility>

#include "anchor.hpp"
#include "segment_scan.hpp"

namespace martlet {
namespace {

using namespace detail;

class Verifier {
public:
    Verifier(const char* directory, const VerifyOptions& options) : directory_(directory), options_(options) {}

    VerifyReport run() {
        if (!load_key()) return report_;
        std::vector<std::uint64_t> numbers;
        if (const int error = list_segments(directory_, &numbers); error != 0) {
            return failed(status_of(error), 0, "the directory cannot be read: %s", std::strerror(error));
        }
        if (numbers.empty()) return failed(JournalStatus::not_found, 0, "%s", "no segments");
        if (!load_anchor()) return report_;
        if (numbers.front() > anchor_.segment + 1 && !options_.allow_missing_front) {
            const std::uint64_t missing = anchor_.segment + 1;
            return failed(JournalStatus::damaged_inside, missing, "segment %" PRIu64 " is missing", missing);
        }
        std::uint64_t expected = numbers.front();
        for (std::uint64_t number : numbers) {
            if (number != expected) return failed(JournalStatus::damaged_inside, expected, "%s", "the segment is missing");
            if (!take(number, number == numbers.back())) return report_;
            ++expected;
        }
        report_.status = JournalStatus::ok;
        return report_;
    }

private:
    template <typename... Arguments>
    VerifyReport& failed(JournalStatus status, std::uint64_t segment, const char* format, Arguments... arguments) {
        Damage damage;
        damage.set(0, format, arguments...);
        return failed(status, segment, damage);
    }

    VerifyReport& failed(JournalStatus status, std::uint64_t segment, const Damage& damage) {
        report_.status = status;
        report_.bad_segment = segment;
        report_.bad_offset = damage.offset;
        std::memcpy(report_.what, damage.what, sizeof(report_.what));
        return report_;
    }

    bool load_key() {
        if (options_.public_key_file == nullptr) return true;
        int error = 0;
        const JournalStatus status = read_public_key(options_.public_key_file, &key_, &error);
        if (status == JournalStatus::ok) return true;
        failed(JournalStatus::key_error, 0, "the public key cannot be read: %s",
               error != 0 ? std::strerror(error) : "not an Ed25519 key in PEM");
        return false;
    }

    // What retention removed, by the journal's own word.
    bool load_anchor() {
        Damage damage;
        int error = 0;
        JournalStatus status = read_anchor(directory_, &anchor_, &damage, &error);
        if (status == JournalStatus::ok && anchor_.segment != 0 && options_.public_key_file != nullptr && anchor_.key != key_) {
            damage.set(offsetof(AnchorRecord, public_key), "%s", "the anchor names another key than the one given");
            status = JournalStatus::damaged_inside;
        }
        if (status != JournalStatus::ok) failed(status, anchor_.segment, damage);
        return status == JournalStatus::ok;
    }

    // Whether the chain stands where the anchor says, at the end of the last segment that it speaks of.
    bool agrees_with_anchor(std::uint64_t number) {
        if (number != anchor_.segment) return true;
        if (before_.sequence == anchor_.end.sequence && before_.head == anchor_.end.head) return true;
        failed(JournalStatus::damaged_inside, number, "%s", "the chain is not what the signed anchor says: rewritten");
        return false;
    }

    bool take(std::uint64_t number, bool last) {
        SegmentFile segment;
        Damage damage;
        int error = 0;
        JournalStatus status = segment.open(directory_, number, &damage, &error);
        if (status == JournalStatus::ok) status = segment.complete(&damage);
        report_.bytes += segment.file.size();
        if (status == JournalStatus::damaged_tail || status == JournalStatus::damaged_inside) {
            const bool torn = last && header_is_torn_tail(segment, number);
            if (torn) report_.tail_bytes = segment.file.size();
            status = torn ? JournalStatus::damaged_tail : JournalStatus::damaged_inside;
        }
        if (status != JournalStatus::ok) {
            failed(status, number, damage);
            return false;
        }
        if (report_.segments == 0 && number != 1) {
            // The front is elsewhere: the first header that is here is taken at its word.
            before_.sequence = segment.header.previous_sequence;
            std::memcpy(before_.head.bytes, segment.header.previous_head, sizeof(before_.head.bytes));
            if (number <= anchor_.segment + 1) report_.removed = number - 1;
            if (!agrees_with_anchor(number - 1)) return false;
        }
        std::memcpy(report_.public_key, segment.header.public_key, sizeof(report_.public_key));
        if (options_.public_key_file != nullptr && std::memcmp(segment.header.public_key, key_.data(), key_.size()) != 0) {
            damage.set(offsetof(SegmentHeader, public_key), "%s", "the segment names another key than the one given");
            failed(JournalStatus::damaged_inside, number, damage);
            return false;
        }
        if (!count(number, segment, walk_segment(segment, before_, last)) || !agrees_with_anchor(number)) return false;
        if (report_.segments == 1) first_ = std::move(segment); // held to the end, and with it all that follow
        return true;
    }

    bool count(std::uint64_t number, const SegmentFile& segment, const Walk& walk) {
        ++report_.segments;
        report_.compressed += segment.compressed ? 1 : 0;
        report_.blocks += walk.blocks;
        report_.records += walk.records;
        report_.open_records = walk.open_records;
        report_.sealed = walk.sealed;
        if (report_.first_sequence == 0) report_.first_sequence = walk.first_sequence;
        if (walk.records != 0) report_.last_sequence = walk.reached.sequence;
        report_.head = walk.reached.head;
        report_.key_checked = options_.public_key_file != nullptr;
        before_ = walk.reached;
        if (walk.status == JournalStatus::ok) return true;
        if (walk.status == JournalStatus::damaged_tail) {
            report_.tail_bytes = segment.file.size() - walk.good_end;
            report_.tail_records = walk.tail_records;
        }
        failed(walk.status, number, walk.damage);
        return false;
    }

    const std::string directory_;
    const VerifyOptions options_;
    PublicKey key_{};
    Anchor anchor_;
    SegmentFile first_;
    ChainPoint before_;
    VerifyReport report_{};
};

} // namespace

VerifyReport verify_journal(const char* directory, const VerifyOptions& options) noexcept {
    if (directory == nullptr) {
        VerifyReport report{};
        report.status = JournalStatus::bad_options;
        return report;
    }
    return Verifier(directory, options).run();
}

} // namespace martlet
