#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <random>
#include <set>

#include "fixture.hpp"
#include "martlet/snapshot.hpp"

// A disk that keeps what it was told to keep and no more: of a file the bytes that were there at its last fsync or fdatasync, of a
// folder the names at its last fsync. Everything in this program syncs through the two functions below.

namespace {

class Disk {
public:
    static Disk& instance() {
        static Disk disk;
        return disk;
    }
    void watch(const std::string& folder, const std::string& shadow) {
        const std::lock_guard lock(mutex_);
        folder_ = folder;
        shadow_ = shadow;
        bytes_.clear();
        if (!shadow.empty()) std::filesystem::create_directories(shadow);
    }
    void synced(int descriptor) {
        const std::lock_guard lock(mutex_);
        struct stat facts {};
        if (folder_.empty() || fstat(descriptor, &facts) != 0) return;
        if (S_ISDIR(facts.st_mode)) {
            struct stat ours {};
            if (stat(folder_.c_str(), &ours) == 0 && ours.st_ino == facts.st_ino && ours.st_dev == facts.st_dev) keep_names();
        } else {
            bytes_[facts.st_ino] = static_cast<std::uintmax_t>(facts.st_size);
        }
    }
    /// Makes `to` what a loss of power leaves now.
    void lose_power(const std::string& to) {
        namespace fs = std::filesystem;
        const std::lock_guard lock(mutex_);
        fs::remove_all(to);
        fs::create_directories(to);
        for (const auto& entry : fs::directory_iterator(shadow_)) {
            struct stat facts {};
            ASSERT_EQ(stat(entry.path().c_str(), &facts), 0);
            const std::string file = to + "/" + entry.path().filename().string();
            fs::copy_file(entry.path(), file);
            const auto found = bytes_.find(facts.st_ino);
            fs::resize_file(file, found == bytes_.end() ? 0 : found->second);
        }
    }

private:
    /// A second name keeps what the folder may let go before its next sync.
    void keep_names() {
        namespace fs = std::filesystem;
        for (const auto& entry : fs::directory_iterator(shadow_)) fs::remove(entry.path());
        for (const auto& entry : fs::directory_iterator(folder_)) {
            std::error_code gone; // renamed or removed meanwhile: then the next sync tells
            fs::create_hard_link(entry.path(), shadow_ + "/" + entry.path().filename().string(), gone);
        }
    }

    std::mutex mutex_;
    std::string folder_, shadow_;
    std::map<ino_t, std::uintmax_t> bytes_;
};

} // namespace

extern "C" int fdatasync(int descriptor) {
    const int result = static_cast<int>(syscall(SYS_fdatasync, descriptor));
    if (result == 0) Disk::instance().synced(descriptor);
    return result;
}
extern "C" int fsync(int descriptor) {
    const int result = static_cast<int>(syscall(SYS_fsync, descriptor));
    if (result == 0) Disk::instance().synced(descriptor);
    return result;
}

namespace martlet {
namespace {

/// What comes back of a folder: the journal, and a snapshot that its records go on from, or its first record.
void expect_comeback(const std::string& folder, std::uint64_t round) {
    Journal journal;
    ASSERT_EQ(journal.open(small_options(folder)), JournalStatus::ok) << "after round " << round;
    const std::uint64_t last = journal.recovery().last_sequence;
    remove_snapshots_after(folder.c_str(), "engine", last);
    JournalReader reader;
    const std::uint64_t first = reader.open(folder.c_str()) == JournalStatus::ok && reader.next() ? reader.sequence() : 1;
    if (first == 1) return;
    Snapshot snapshot;
    ASSERT_EQ(snapshot.load(folder.c_str(), "engine", last), JournalStatus::ok)
        << "after round " << round << " the journal is left with the records " << first << " to " << last << ", and no snapshot of any";
    EXPECT_GE(snapshot.sequence(), first);
    EXPECT_EQ(journal.close(), JournalStatus::ok);
}

TEST(PowerLoss, AtAnyMomentLeavesAJournalThatGoesOnFromASnapshotOrFromItsFirstRecord) {
    TemporaryDirectory place;
    const std::string folder = place / "journal", lost = place / "lost";
    Disk::instance().watch(folder, place / "shadow");
    std::mt19937_64 random(7);
    {
        Journal journal;
        JournalOptions options = small_options(folder);
        options.quiet_nanoseconds = a_minute;
        options.retain_bytes = 1; // as little as may be
        ASSERT_EQ(journal.open(options), JournalStatus::ok);
        std::uint64_t sequence = 0, synced = 0;
        std::vector<std::uint64_t> snapshots;
        for (std::uint64_t round = 1; round <= 120; ++round) {
            // Several snapshots in a segment, and segments without one.
            for (std::uint64_t n = 1 + random() % (round % 10 == 0 ? 60 : 4); n > 0; --n) ASSERT_TRUE(append(journal, ++sequence));
            journal.kick();
            ASSERT_TRUE(journal.wait_durable(sequence, a_minute));
            const std::string state = "state " + std::to_string(sequence);
            ASSERT_EQ(write_snapshot(folder.c_str(), "engine", sequence, 0, state.data(), state.size(), 2, &synced), JournalStatus::ok);
            snapshots.push_back(sequence);
            if (random() % 2 == 0) Disk::instance().lose_power(lost), expect_comeback(lost, round);
            if (snapshots.size() >= 2) journal.release_before(snapshots[snapshots.size() - 2]);
            ASSERT_EQ(journal.tidy(), JournalStatus::ok);
            Disk::instance().lose_power(lost);
            expect_comeback(lost, round);
            if (HasFatalFailure()) break;
        }
        EXPECT_GT(journal.counters().removed, 10u) << "nothing was at stake";
        EXPECT_EQ(journal.close(), JournalStatus::ok);
    }
    Disk::instance().watch("", "");
}

} // namespace
} // namespace martlet
