#include "martlet/snapshot.hpp"

#include <gtest/gtest.h>

#include "fixture.hpp"

namespace martlet {
namespace {

JournalStatus save(const std::string& directory, std::uint64_t sequence, const std::string& state, std::size_t keep = 10) {
    return write_snapshot(directory.c_str(), "engine", sequence, 99, state.data(), state.size(), keep, nullptr);
}

std::string state_of(const Snapshot& snapshot) { return {static_cast<const char*>(snapshot.data()), snapshot.size()}; }

std::string file_of(const std::string& directory, std::uint64_t sequence) {
    char name[64];
    std::snprintf(name, sizeof(name), "/engine-%020llu.snapshot", static_cast<unsigned long long>(sequence));
    return directory + name;
}

TEST(Snapshot, the_latest_one_not_above_the_limit_comes_back) {
    TemporaryDirectory directory;
    ASSERT_EQ(save(directory.path(), 10, "ten"), JournalStatus::ok);
    ASSERT_EQ(save(directory.path(), 200, "two hundred"), JournalStatus::ok);
    ASSERT_EQ(save(directory.path(), 3, ""), JournalStatus::ok);
    Snapshot snapshot;
    ASSERT_EQ(snapshot.load(directory.path().c_str(), "engine", UINT64_MAX), JournalStatus::ok);
    EXPECT_EQ(snapshot.sequence(), 200u);
    EXPECT_EQ(snapshot.created_at(), 99);
    EXPECT_EQ(state_of(snapshot), "two hundred");
    ASSERT_EQ(snapshot.load(directory.path().c_str(), "engine", 199), JournalStatus::ok);
    EXPECT_EQ(state_of(snapshot), "ten");
    ASSERT_EQ(snapshot.load(directory.path().c_str(), "engine", 9), JournalStatus::ok);
    EXPECT_EQ(snapshot.size(), 0u);
    EXPECT_EQ(snapshot.load(directory.path().c_str(), "engine", 2), JournalStatus::not_found);
    EXPECT_EQ(snapshot.load(directory.path().c_str(), "other", 200), JournalStatus::not_found);
}

TEST(Snapshot, only_the_latest_are_kept_and_only_of_that_name) {
    TemporaryDirectory directory;
    ASSERT_EQ(write_snapshot(directory.path().c_str(), "venue", 1, 0, "v", 1, 1, nullptr), JournalStatus::ok);
    for (std::uint64_t sequence = 1; sequence <= 7; ++sequence) {
        ASSERT_EQ(save(directory.path(), sequence, "s", 3), JournalStatus::ok);
    }
    for (std::uint64_t sequence = 1; sequence <= 7; ++sequence) {
        EXPECT_EQ(std::filesystem::exists(file_of(directory.path(), sequence)), sequence > 4);
    }
    Snapshot snapshot;
    EXPECT_EQ(snapshot.load(directory.path().c_str(), "venue", 9), JournalStatus::ok);
}

TEST(Snapshot, one_with_any_bit_flipped_or_byte_missing_is_passed_over) {
    TemporaryDirectory directory;
    ASSERT_EQ(save(directory.path(), 1, "the older state"), JournalStatus::ok);
    ASSERT_EQ(save(directory.path(), 2, "the newer state"), JournalStatus::ok);
    const std::string path = file_of(directory.path(), 2);
    const std::string original = read_bytes(path);
    const auto expect_older = [&] {
        Snapshot snapshot;
        ASSERT_EQ(snapshot.load(directory.path().c_str(), "engine", UINT64_MAX), JournalStatus::ok);
        ASSERT_EQ(state_of(snapshot), "the older state");
        ASSERT_EQ(snapshot.passed_over(), 1u);
    };
    for (std::size_t at = 0; at < original.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string bytes = original;
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
            write_bytes(path, bytes);
            expect_older();
        }
        write_bytes(path, original.substr(0, at));
        expect_older();
    }
    write_bytes(path, original + "x");
    expect_older();
    write_bytes(path, original);
    std::filesystem::rename(path, file_of(directory.path(), 3)); // a name that its header does not bear out
    expect_older();
}

TEST(Snapshot, a_half_written_one_is_not_there) {
    TemporaryDirectory directory;
    ASSERT_EQ(save(directory.path(), 1, "state"), JournalStatus::ok);
    write_bytes(file_of(directory.path(), 2) + ".tmp", "half");
    Snapshot snapshot;
    ASSERT_EQ(snapshot.load(directory.path().c_str(), "engine", UINT64_MAX), JournalStatus::ok);
    EXPECT_EQ(snapshot.sequence(), 1u);
    EXPECT_EQ(snapshot.passed_over(), 0u);
    write_bytes(directory.path() + "/venue-1.snapshot.tmp", "another's");
    ASSERT_EQ(save(directory.path(), 3, "state"), JournalStatus::ok);
    EXPECT_FALSE(std::filesystem::exists(file_of(directory.path(), 2) + ".tmp")) << "the next one removes it";
    EXPECT_TRUE(std::filesystem::exists(directory.path() + "/venue-1.snapshot.tmp"));
}

TEST(Snapshot, those_of_records_that_were_lost_are_removed_and_no_others) {
    TemporaryDirectory directory;
    for (const std::uint64_t sequence : {5, 9, 10, 11, 400}) ASSERT_EQ(save(directory.path(), sequence, "s"), JournalStatus::ok);
    ASSERT_EQ(write_snapshot(directory.path().c_str(), "venue", 99, 0, "v", 1, 1, nullptr), JournalStatus::ok);
    EXPECT_EQ(remove_snapshots_after(directory.path().c_str(), "engine", 10), 2u);
    EXPECT_EQ(remove_snapshots_after(directory.path().c_str(), "engine", 10), 0u);
    Snapshot snapshot;
    ASSERT_EQ(snapshot.load(directory.path().c_str(), "engine", UINT64_MAX), JournalStatus::ok);
    EXPECT_EQ(snapshot.sequence(), 10u);
    EXPECT_EQ(snapshot.load(directory.path().c_str(), "venue", UINT64_MAX), JournalStatus::ok);
    EXPECT_EQ(remove_snapshots_after((directory.path() + "/nowhere").c_str(), "engine", 0), 0u);
}

TEST(Snapshot, refuses_names_that_are_paths) {
    TemporaryDirectory directory;
    for (const char* name : {"", "../x", "a/b", ".hidden", "a-b"}) {
        EXPECT_EQ(write_snapshot(directory.path().c_str(), name, 1, 0, "s", 1, 1, nullptr), JournalStatus::bad_options) << name;
    }
    EXPECT_EQ(write_snapshot(directory.path().c_str(), "a", 1, 0, "s", 1, 0, nullptr), JournalStatus::bad_options);
}

} // namespace
} // namespace martlet
