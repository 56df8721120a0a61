#include "recovery.hpp"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

#include "anchor.hpp"
#include "frame.hpp"
#include "martlet/journal_verify.hpp"
#include "segment_scan.hpp"

namespace martlet::detail {
namespace {

// Names of files that a crash left half made; nothing refers to them.
int remove_leftovers(const std::string& directory) {
    std::vector<std::string> names;
    if (const int error = list_directory(directory, &names); error != 0) return error;
    for (const std::string& name : names) {
        constexpr std::size_t suffix = 4;
        if (name.size() <= suffix || name.compare(name.size() - suffix, suffix, ".tmp") != 0) continue;
        const std::string finished = name.substr(0, name.size() - suffix);
        if (segment_of_name(finished) == 0 && "/" + finished != anchor_path("")) continue;
        if (unlink((directory + "/" + name).c_str()) != 0) return errno;
    }
    return 0;
}

// Ends an unsigned segment behind its last good frame: cuts what is torn, closes the open block, signs.
int finish_segment(const std::string& path, const SegmentFile& segment, Walk& walk, const SigningKey& key) {
    File file;
    int error = open_file(path, O_RDWR | O_APPEND, 0, &file);
    if (error != 0) return error;
    if (walk.good_end < segment.file.size() && ftruncate(file.get(), static_cast<off_t>(walk.good_end)) != 0) return errno;
    std::vector<unsigned char> bytes;
    std::uint64_t offset = walk.good_end;
    if (walk.good_end > walk.block_begin) {
        DigestBuilder digest;
        walk.reached.head = chain(digest, walk.reached.head, segment.file.data() + walk.block_begin,
                                  walk.good_end - walk.block_begin);
        const BlockRecord block =
            make_block(segment.header.segment, offset, walk.block_begin, walk.reached.sequence, walk.reached.head);
        const auto* at = reinterpret_cast<const unsigned char*>(&block);
        bytes.insert(bytes.end(), at, at + sizeof(block));
        offset += sizeof(block);
    }
    const SealRecord seal = make_seal(segment.header.segment, offset, SealReason::recovered, walk.reached.sequence,
                                      walk.reached.head, key);
    const auto* at = reinterpret_cast<const unsigned char*>(&seal);
    bytes.insert(bytes.end(), at, at + sizeof(seal));
    error = write_all(file.get(), bytes.data(), bytes.size());
    return error != 0 ? error : sync_data(file.get());
}

class Recoverer {
public:
    Recoverer(const std::string& directory, const SigningKey& key) : directory_(directory), key_(key) {}

    RecoveryReport run() {
        int error = remove_leftovers(directory_);
        if (error == 0) error = list_segments(directory_, &numbers_);
        if (error != 0) return failed(status_of(error), error, "the directory cannot be read or tidied");
        // Once, unless the last segment has nothing but a torn header: then the one before it is the last.
        while (!numbers_.empty()) {
            const Step step = take_last();
            if (step == Step::refused) return report_;
            if (step == Step::done) break;
        }
        error = sync_directory(directory_);
        return error == 0 ? report_ : failed(status_of(error), error, "the directory cannot be synced");
    }

private:
    enum class Step { done, removed, refused };

    RecoveryReport& failed(JournalStatus status, int error, const char* what) {
        report_.status = status;
        report_.error_number = error;
        std::snprintf(report_.what, sizeof(report_.what), "%s", what);
        return report_;
    }
    Step refuse(JournalStatus status, int error, const char* what) {
        failed(status, error, what);
        return Step::refused;
    }
    Step refuse_damage(std::uint64_t segment, const Damage& damage) {
        report_.status = JournalStatus::damaged_inside;
        say_where(segment, damage);
        return Step::refused;
    }
    void say_where(std::uint64_t segment, const Damage& damage) {
        std::snprintf(report_.what, sizeof(report_.what), "segment %" PRIu64 " at byte %" PRIu64 ": %.100s", segment,
                      damage.offset, damage.what);
    }

    Step take_last() {
        const std::uint64_t number = numbers_.back();
        int error = 0;
        Damage damage;
        SegmentFile segment;
        const JournalStatus opened = segment.open(directory_, number, &damage, &error);
        if (opened == JournalStatus::damaged_tail || opened == JournalStatus::damaged_inside) {
            return remove_torn(segment, damage);
        }
        if (opened != JournalStatus::ok) return refuse(opened, error, damage.what);
        if (segment.complete(&damage) != JournalStatus::ok) return refuse_damage(number, damage);
        ChainPoint before;
        if (!find_before(segment, &before, &damage)) return refuse_damage(number - 1, damage);
        Walk walk = walk_segment(segment, before, true);
        if (walk.status == JournalStatus::damaged_inside) return refuse_damage(number, walk.damage);
        if (walk.status == JournalStatus::damaged_tail) {
            report_.bytes_cut += segment.file.size() - walk.good_end;
            report_.records_cut = walk.tail_records;
            say_where(number, walk.damage);
        }
        if (!walk.sealed) {
            error = finish_segment(segment_path(directory_, number), segment, walk, key_);
            if (error != 0) return refuse(status_of(error), error, "the last segment cannot be signed");
            report_.signed_now = true;
        }
        report_.last_sequence = walk.reached.sequence;
        report_.last_segment = number;
        report_.head = walk.reached.head;
        return Step::done;
    }

    Step remove_torn(const SegmentFile& segment, const Damage& damage) {
        const std::uint64_t number = numbers_.back();
        if (!header_is_torn_tail(segment, number)) return refuse_damage(number, damage);
        if (unlink(segment_path(directory_, number).c_str()) != 0) {
            return refuse(status_of(errno), errno, "the torn segment cannot be removed");
        }
        report_.bytes_cut += segment.file.size();
        say_where(number, damage);
        numbers_.pop_back();
        return Step::removed;
    }

    // Where the chain stood before the last segment.
    bool find_before(const SegmentFile& segment, ChainPoint* before, Damage* damage) const {
        const std::uint64_t number = numbers_.back();
        if (number == 1) return true;
        if (numbers_.size() == 1) { // earlier segments are archived elsewhere
            before->sequence = segment.header.previous_sequence;
            std::memcpy(before->head.bytes, segment.header.previous_head, sizeof(before->head.bytes));
            return true;
        }
        if (numbers_[numbers_.size() - 2] != number - 1) {
            damage->set(0, "%s", "the segment before the last is missing");
            return false;
        }
        return read_seal(directory_, number - 1, false, before, damage);
    }

    const std::string& directory_;
    const SigningKey& key_;
    std::vector<std::uint64_t> numbers_;
    RecoveryReport report_{};
};

} // namespace

JournalStatus lock_directory(const std::string& directory, File* lock, int* error) {
    *error = open_file(directory + "/journal.lock", O_RDWR | O_CREAT, 0644, lock);
    if (*error != 0) return status_of(*error);
    if (flock(lock->get(), LOCK_EX | LOCK_NB) == 0) return JournalStatus::ok;
    *error = errno;
    lock->close();
    return *error == EWOULDBLOCK ? JournalStatus::locked : status_of(*error);
}

std::string key_path(const std::string& directory, const char* key_file) {
    return key_file != nullptr ? std::string(key_file) : directory + "/journal.key";
}

RecoveryReport recover_locked(const std::string& directory, const SigningKey& key) {
    return Recoverer(directory, key).run();
}

} // namespace martlet::detail

namespace martlet {

RecoveryReport recover_journal(const char* directory, const char* key_file) noexcept {
    using namespace detail;
    RecoveryReport report{};
    if (directory == nullptr) {
        report.status = JournalStatus::bad_options;
        return report;
    }
    if (access(directory, F_OK) != 0 && errno == ENOENT) return report;
    int error = 0;
    File lock;
    SigningKey key;
    report.status = lock_directory(directory, &lock, &error);
    if (report.status == JournalStatus::ok) report.status = key.load_or_make(key_path(directory, key_file), &error);
    if (report.status == JournalStatus::ok) return recover_locked(directory, key);
    report.error_number = error;
    return report;
}

} // namespace martlet
