#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <random>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.hpp"
#include "martlet/snapshot.hpp"

// Deaths of the writer, and disks that refuse.

namespace martlet {
namespace {

/// The child's life: goes on with the journal and says through the pipe how far it is durable, until killed.
[[noreturn]] void write_until_killed(const std::string& directory, Durability durability, unsigned style, int pipe) {
    Journal journal;
    JournalOptions options;
    options.directory = directory.c_str();
    options.durability = durability;
    options.segment_bytes = 20'000;
    options.block_bytes = 2'000;
    options.ring_bytes = 8'192;
    options.quiet_nanoseconds = 1'000'000;
    if (journal.open(options) != JournalStatus::ok) _exit(3);
    for (std::uint64_t sequence = journal.recovery().last_sequence + 1;; ++sequence) {
        if (!append(journal, sequence)) _exit(4);
        // One waits for every record, one for some, one only looks.
        if (style == 0 || (style == 1 && sequence % 13 == 0)) {
            if (!journal.wait_durable(sequence, a_minute)) _exit(5);
        }
        const std::uint64_t durable = journal.durable();
        if (write(pipe, &durable, sizeof(durable)) != sizeof(durable)) _exit(6);
    }
}

class KillTest : public testing::TestWithParam<Durability> {};
INSTANTIATE_TEST_SUITE_P(both_levels, KillTest, testing::Values(Durability::process, Durability::machine),
                         [](const auto& level) { return level.param == Durability::process ? "process" : "machine"; });

TEST_P(KillTest, whatever_a_killed_writer_had_called_durable_is_there) {
    TemporaryDirectory directory;
    std::mt19937 random(17);
    std::uint64_t before = 0;
    for (unsigned round = 0; round < 24; ++round) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            close(ends[0]);
            write_until_killed(directory.path(), GetParam(), round % 3, ends[1]);
        }
        close(ends[1]);
        // Killed after so many reports, at whatever point it has reached by then.
        std::uint64_t durable = 0;
        for (unsigned left = 1 + random() % 400; left != 0; --left) {
            ASSERT_EQ(read(ends[0], &durable, sizeof(durable)), static_cast<ssize_t>(sizeof(durable)));
        }
        kill(child, SIGKILL);
        int status = 0;
        ASSERT_EQ(waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child failed with " << WEXITSTATUS(status);
        std::uint64_t later = 0;
        while (read(ends[0], &later, sizeof(later)) == sizeof(later)) durable = later;
        close(ends[0]);

        const JournalStatus found = verify(directory.path()).status;
        ASSERT_TRUE(found == JournalStatus::ok || found == JournalStatus::damaged_tail);
        const RecoveryReport report = recover_journal(directory.path().c_str(), nullptr);
        ASSERT_EQ(report.status, JournalStatus::ok) << report.what;
        ASSERT_GE(report.last_sequence, durable);
        ASSERT_GE(report.last_sequence, before);
        ASSERT_EQ(expect_records(directory.path()), report.last_sequence);
        before = report.last_sequence;
    }
    const VerifyReport report = verify(directory.path(), directory / "journal.key.pub");
    EXPECT_EQ(report.status, JournalStatus::ok) << report.what;
    EXPECT_EQ(report.last_sequence, before);
}

/// Appends until the journal refuses; what it then has called durable must be what can be read.
void expect_safe_refusal(const std::string& directory, JournalOptions options, JournalStatus expected) {
    options.directory = directory.c_str();
    Journal journal;
    JournalStatus status = journal.open(options);
    std::uint64_t durable = 0;
    if (status == JournalStatus::ok) {
        std::uint64_t sequence = 0;
        while (append(journal, ++sequence)) {
            ASSERT_LT(sequence, 1'000'000u) << "the disk never filled";
            if (!journal.wait_durable(sequence, a_minute)) break;
            durable = sequence;
        }
        status = journal.status();
        EXPECT_FALSE(append(journal, sequence + 1)) << "a failed journal refuses for good";
        EXPECT_FALSE(journal.wait_durable(sequence, 0));
        EXPECT_EQ(journal.durable(), durable);
        EXPECT_EQ(journal.flush(), expected);
        EXPECT_EQ(journal.close(), expected);
    }
    ASSERT_EQ(status, expected);
    ASSERT_NE(journal.error_number(), 0);
    char text[200];
    ASSERT_GT(journal.error_text(text, sizeof(text)), 0u);
    if (durable == 0) return;
    JournalReader reader;
    ASSERT_EQ(reader.open(directory.c_str()), JournalStatus::ok);
    std::uint64_t last = 0;
    while (reader.next()) last = reader.sequence();
    ASSERT_GE(last, durable);
    ASSERT_NE(reader.status(), JournalStatus::damaged_inside);
}

TEST(Refusal, a_file_that_may_not_grow_at_any_byte_stops_the_watermark_and_loses_nothing) {
    struct sigaction ignore = {}, before;
    ignore.sa_handler = SIG_IGN;
    ASSERT_EQ(sigaction(SIGXFSZ, &ignore, &before), 0);
    rlimit unlimited;
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
    for (rlim_t limit = 400; limit <= 1'400; limit += 3) { // within the header, and then within every frame
        SCOPED_TRACE(limit);
        TemporaryDirectory directory;
        JournalOptions options = small_options(directory.path());
        options.segment_bytes = 4'096;
        const std::string key = directory / "journal.key";
        { // the key is there already; it is the segment that may not grow
            Journal journal;
            options.directory = directory.path().c_str();
            ASSERT_EQ(journal.open(options), JournalStatus::ok);
        }
        const std::string place = directory / "limited";
        options.key_file = key.c_str();
        const rlimit limited{limit, unlimited.rlim_max};
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
        expect_safe_refusal(place, options, JournalStatus::io_error);
        ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
        const RecoveryReport report = recover_journal(place.c_str(), key.c_str());
        ASSERT_EQ(report.status, JournalStatus::ok) << report.what;
        ASSERT_EQ(expect_records(place, report.last_segment == 0 ? JournalStatus::not_found : JournalStatus::end),
                  report.last_sequence);
    }
    sigaction(SIGXFSZ, &before, nullptr);
}

constexpr int skip_code = 77;

/// Runs `body` in a child that sees a small file system of its own at `mount_point`.
int in_small_file_system(const std::string& mount_point, const char* size, const std::function<void()>& body) {
    const pid_t child = fork();
    if (child == 0) {
        if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            mount("tmpfs", mount_point.c_str(), "tmpfs", 0, size) != 0) {
            _exit(skip_code);
        }
        body();
        std::fflush(nullptr);
        _exit(testing::Test::HasFailure() ? 1 : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Refusal, a_full_disk_stops_the_watermark_and_loses_nothing) {
    for (const Durability durability : {Durability::process, Durability::machine}) {
        TemporaryDirectory directory;
        const int code = in_small_file_system(directory.path(), "size=64k", [&] {
            const std::string place = directory / "journal";
            JournalOptions options;
            options.durability = durability;
            expect_safe_refusal(place, options, JournalStatus::no_space);
            // Nor can the disk be recovered while it is full, or a snapshot written; nothing is lost by trying.
            const std::uint64_t last = verify(place).last_sequence;
            EXPECT_GT(last, 100u);
            Journal journal;
            options.directory = place.c_str();
            EXPECT_EQ(journal.open(options), JournalStatus::no_space);
            const std::string state(8'192, 's');
            EXPECT_EQ(write_snapshot(place.c_str(), "engine", 1, 0, state.data(), state.size(), 2, nullptr), JournalStatus::no_space);
            EXPECT_EQ(verify(place).last_sequence, last);
            // With room again, it goes on where it was.
            ASSERT_EQ(mount("tmpfs", directory.path().c_str(), "tmpfs", MS_REMOUNT, "size=1m"), 0);
            ASSERT_EQ(journal.open(options), JournalStatus::ok);
            EXPECT_EQ(journal.recovery().last_sequence, last);
            EXPECT_TRUE(append(journal, last + 1));
            EXPECT_EQ(journal.close(), JournalStatus::ok);
            EXPECT_EQ(verify(place).status, JournalStatus::ok);
        });
        if (code == skip_code) GTEST_SKIP() << "mounting a file system is not permitted here";
        EXPECT_EQ(code, 0);
    }
}

TEST(Refusal, a_read_only_disk_is_said_to_be_one) {
    TemporaryDirectory directory;
    const int code = in_small_file_system(directory.path(), "size=1m", [&] {
        const std::string place = directory / "journal";
        Journal journal;
        JournalOptions options;
        options.directory = place.c_str();
        ASSERT_EQ(journal.open(options), JournalStatus::ok);
        ASSERT_TRUE(append(journal, 1));
        ASSERT_EQ(journal.close(), JournalStatus::ok);
        ASSERT_EQ(mount("tmpfs", directory.path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
        EXPECT_EQ(journal.open(options), JournalStatus::read_only);
        char text[200];
        journal.error_text(text, sizeof(text));
        EXPECT_STREQ(text, "read-only or not permitted: Read-only file system");
        EXPECT_EQ(write_snapshot(place.c_str(), "engine", 1, 0, "s", 1, 2, nullptr), JournalStatus::read_only);
        // Reading needs no more than reading.
        EXPECT_EQ(verify(place).status, JournalStatus::ok);
        EXPECT_EQ(expect_records(place), 1u);
    });
    if (code == skip_code) GTEST_SKIP() << "mounting a file system is not permitted here";
    EXPECT_EQ(code, 0);
}

TEST(Refusal, a_file_where_the_directory_should_be_is_an_error) {
    TemporaryDirectory directory;
    const std::string place = directory / "file";
    write_bytes(place, "x");
    Journal journal;
    JournalOptions options;
    options.directory = place.c_str();
    EXPECT_EQ(journal.open(options), JournalStatus::io_error);
    EXPECT_EQ(journal.error_number(), ENOTDIR);
}

} // namespace
} // namespace martlet
