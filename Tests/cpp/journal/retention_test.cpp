#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "../../../cpp/journal/src/keeper.hpp"
#include "fixture.hpp"
#include "martlet/journal_format.hpp"

// What retention removes, what it may not, and that a removed prefix is told from a rewritten one.

namespace martlet {
namespace {

namespace fs = std::filesystem;

using detail::KeepingLimits;
using detail::KeptSegment;

constexpr std::uint64_t no_need = UINT64_MAX;

JournalOptions keeping_options(const std::string& directory) {
    JournalOptions options = small_options(directory);
    options.quiet_nanoseconds = a_minute;
    options.retain_bytes = 1; // as little as may be
    return options;
}

/// Appends one by one until `segments` were begun; the last sequence.
std::uint64_t fill(Journal& journal, std::uint64_t segments, std::uint64_t sequence = 0) {
    while (journal.segment() < segments) {
        EXPECT_TRUE(append(journal, ++sequence));
        journal.kick();
        EXPECT_TRUE(journal.wait_durable(sequence, a_minute));
    }
    return sequence;
}

bool there(const std::string& directory, int segment) { return fs::exists(segment_file(directory, segment)); }

/// The first record of a segment.
std::uint64_t begin_of(const std::string& directory, std::uint64_t segment) {
    JournalReader reader;
    EXPECT_EQ(reader.open(directory.c_str()), JournalStatus::ok);
    while (reader.next() && reader.segment() < segment) {}
    return reader.sequence();
}

/// Reads from the first record that is left to the end; its sequence, or 0.
std::uint64_t first_of(const std::string& directory, std::uint64_t last) {
    JournalReader reader;
    EXPECT_EQ(reader.open(directory.c_str()), JournalStatus::ok);
    std::uint64_t first = 0;
    while (reader.next()) {
        if (first == 0) first = reader.sequence();
        const MarketEvent expected = event_of(reader.sequence());
        EXPECT_EQ(std::memcmp(reader.record(), &expected, sizeof(expected)), 0);
    }
    EXPECT_EQ(reader.status(), JournalStatus::end);
    EXPECT_EQ(reader.sequence(), 0u);
    EXPECT_EQ(reader.seek(last), JournalStatus::ok);
    return first;
}

// The rule as the header states it, asked of each count from the longest down.
std::size_t removable_by_definition(const std::vector<KeptSegment>& all, const KeepingLimits& limits, std::uint64_t needed) {
    const auto allowed = [&](std::size_t i) { // segment i, those before it being gone
        if (i + detail::untouched_segments >= all.size()) return false;
        if (all[i + 1].previous_sequence >= needed) return false;
        std::uint64_t bytes = 0;
        for (std::size_t j = i; j < all.size(); ++j) bytes += all[j].bytes;
        const bool many = limits.bytes != 0 && bytes > limits.bytes;
        return many || (limits.nanoseconds != 0 && all.back().begun - all[i + 1].begun > limits.nanoseconds);
    };
    std::size_t count = 0;
    while (allowed(count)) ++count;
    return count;
}

TEST(Retention, removes_by_bytes_and_age_what_the_rule_says_and_nothing_that_is_needed) {
    std::mt19937_64 random(3);
    std::size_t removed = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::vector<KeptSegment> segments(random() % 8);
        std::uint64_t sequence = 0;
        std::int64_t time = static_cast<std::int64_t>(random() % 100) - 50;
        for (std::size_t i = 0; i < segments.size(); ++i) {
            segments[i] = {i + 1, sequence, time, random() % 100};
            sequence += random() % 5;
            time += static_cast<std::int64_t>(random() % 20);
        }
        KeepingLimits limits;
        if (random() % 3 != 0) limits.bytes = random() % 400;
        if (random() % 3 != 0) limits.nanoseconds = static_cast<std::int64_t>(random() % 60);
        const std::uint64_t needed = random() % 25;
        const std::size_t count = detail::removable(segments, limits, needed);
        ASSERT_EQ(count, removable_by_definition(segments, limits, needed));
        if (count != 0) ASSERT_LT(segments[count].previous_sequence, needed) << "a needed record went";
        removed += count;
    }
    EXPECT_GT(removed, 1'000u);
}

TEST(Retention, removes_nothing_until_it_is_let_and_then_only_whole_segments_that_nobody_needs) {
    TemporaryDirectory directory;
    Journal journal;
    ASSERT_EQ(journal.open(keeping_options(directory.path())), JournalStatus::ok);
    const std::uint64_t last = fill(journal, 9);
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_EQ(journal.counters().removed, 0u);
    EXPECT_EQ(verify(directory.path()).removed, 0u);

    const std::uint64_t needed = begin_of(directory.path(), 4);
    journal.release_before(needed - 1); // the last record of segment 3 is still wanted
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_FALSE(there(directory.path(), 2));
    EXPECT_TRUE(there(directory.path(), 3));
    journal.release_before(needed);
    journal.release_before(1); // never taken back
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_FALSE(there(directory.path(), 3));
    EXPECT_TRUE(there(directory.path(), 4));
    EXPECT_EQ(journal.counters().removed, 3u);
    EXPECT_EQ(journal.counters().keeping_failures, 0u);
    EXPECT_EQ(first_of(directory.path(), last), needed);

    journal.release_before(no_need);
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_FALSE(there(directory.path(), 6));
    EXPECT_TRUE(there(directory.path(), 7)) << "recovery may need it";
    ASSERT_TRUE(append(journal, last + 1));
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    const VerifyReport report = verify(directory.path(), directory / "journal.key.pub");
    EXPECT_EQ(report.status, JournalStatus::ok) << report.what;
    EXPECT_EQ(report.removed, 6u);
    EXPECT_EQ(report.segments, 3u);

    // Whoever goes on finds its place.
    ASSERT_EQ(journal.open(keeping_options(directory.path())), JournalStatus::ok);
    EXPECT_EQ(journal.recovery().last_sequence, last + 1);
    ASSERT_TRUE(append(journal, last + 2));
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_EQ(verify(directory.path()).status, JournalStatus::ok);
}

TEST(Retention, by_age_goes_by_the_records_own_times) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = keeping_options(directory.path());
    options.retain_bytes = 0;
    options.retain_nanoseconds = 1'000 * 15; // fifteen records long: see event_of
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    fill(journal, 9);
    journal.release_before(no_need);
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    ASSERT_GT(journal.counters().removed, 0u);
    JournalReader reader;
    ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
    ASSERT_EQ(reader.seek(UINT64_MAX), JournalStatus::end);
    const std::int64_t newest = reader.created_at();
    ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
    const std::uint64_t first = reader.segment();
    while (reader.next() && reader.segment() == first) {}
    EXPECT_LE(newest - reader.created_at(), options.retain_nanoseconds) << "the first one left ended later than that";
    journal.close();
}

TEST(Retention, waits_for_a_reader_and_goes_on_when_it_has_passed) {
    TemporaryDirectory directory;
    Journal journal;
    ASSERT_EQ(journal.open(keeping_options(directory.path())), JournalStatus::ok);
    const std::uint64_t last = fill(journal, 9);
    // The reader first: the journal's own thread begins to remove as soon as something is released.
    JournalReader reader;
    ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
    journal.release_before(no_need);
    std::uint64_t expected = 0;
    for (std::uint64_t segment = 1; segment <= 6; ++segment) {
        while (reader.segment() < segment) {
            ASSERT_TRUE(reader.next());
            ASSERT_EQ(reader.sequence(), ++expected);
        }
        ASSERT_EQ(journal.tidy(), JournalStatus::ok);
        EXPECT_EQ(journal.counters().removed, segment - 1);
        EXPECT_TRUE(there(directory.path(), static_cast<int>(segment)));
    }
    while (reader.next()) ASSERT_EQ(reader.sequence(), ++expected);
    EXPECT_EQ(expected, last);
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_EQ(journal.counters().removed, 6u);
    journal.close();
}

/// A closed journal of nine segments, of which the first three were removed; `whole` is the same before that.
void write_retained(const std::string& directory, const std::string& whole) {
    Journal journal;
    ASSERT_EQ(journal.open(keeping_options(directory)), JournalStatus::ok);
    fill(journal, 9);
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    copy_journal(directory, whole);
    ASSERT_EQ(journal.open(keeping_options(directory)), JournalStatus::ok);
    journal.release_before(begin_of(directory, 4));
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    ASSERT_EQ(journal.counters().removed, 3u);
    ASSERT_EQ(journal.close(), JournalStatus::ok);
}

TEST(Retention, what_was_removed_otherwise_is_damage) {
    TemporaryDirectory directory;
    const std::string kept = directory / "kept";
    write_retained(kept, directory / "whole");
    const std::string anchor = read_bytes(kept + "/journal.anchor");
    ASSERT_EQ(anchor.size(), sizeof(AnchorRecord));
    ASSERT_EQ(verify(kept).status, JournalStatus::ok);

    fs::remove(segment_file(kept, 4));
    EXPECT_EQ(verify(kept).status, JournalStatus::damaged_inside);
    EXPECT_EQ(verify(kept).bad_segment, 4u);
    VerifyOptions archived;
    archived.allow_missing_front = true;
    EXPECT_EQ(verify_journal(kept.c_str(), archived).status, JournalStatus::ok);
    fs::copy_file(segment_file(directory / "whole", 4), segment_file(kept, 4));
    ASSERT_EQ(verify(kept).status, JournalStatus::ok);

    for (std::size_t at = 0; at < anchor.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string altered = anchor;
            altered[at] = static_cast<char>(altered[at] ^ (1 << bit));
            write_bytes(kept + "/journal.anchor", altered);
            ASSERT_NE(verify(kept).status, JournalStatus::ok) << "byte " << at << " bit " << bit;
        }
    }
    fs::remove(kept + "/journal.anchor");
    EXPECT_EQ(verify(kept).status, JournalStatus::damaged_inside);
    EXPECT_EQ(verify(kept).bad_segment, 1u);
}

TEST(Retention, what_is_left_must_go_on_from_the_anchor) {
    TemporaryDirectory directory;
    const std::string kept = directory / "kept";
    write_retained(kept, directory / "whole");
    // Another journal of the same owner, that tells another story under the same numbers.
    const std::string other = directory / "other";
    fs::create_directories(other);
    for (const char* name : {"/journal.key", "/journal.key.pub"}) fs::copy_file(kept + name, other + name);
    {
        JournalOptions options = keeping_options(other);
        options.run_text = "{\"seed\":8}";
        Journal journal;
        ASSERT_EQ(journal.open(options), JournalStatus::ok);
        fill(journal, 9);
        ASSERT_EQ(journal.close(), JournalStatus::ok);
    }
    ASSERT_EQ(verify(other).status, JournalStatus::ok);
    for (int segment = 1; segment <= 3; ++segment) fs::remove(segment_file(other, segment));
    fs::copy_file(kept + "/journal.anchor", other + "/journal.anchor");
    const VerifyReport report = verify(other);
    EXPECT_EQ(report.status, JournalStatus::damaged_inside);
    EXPECT_NE(std::string(report.what).find("anchor"), std::string::npos) << report.what;
}

TEST(Retention, a_crash_between_the_anchor_and_the_removal_is_no_damage_and_is_made_up_for) {
    TemporaryDirectory directory;
    const std::string kept = directory / "kept";
    write_retained(kept, directory / "whole");
    for (int first = 1; first <= 3; ++first) { // as many of the three as were still there
        const std::string copy = directory / "copy";
        copy_journal(kept, copy);
        for (int segment = first; segment <= 3; ++segment) {
            fs::copy_file(segment_file(directory / "whole", segment), segment_file(copy, segment));
        }
        write_bytes(copy + "/journal.anchor.tmp", "half an anch");
        const VerifyReport report = verify(copy);
        EXPECT_EQ(report.status, JournalStatus::ok) << report.what;
        EXPECT_EQ(report.removed, static_cast<std::uint64_t>(first - 1));
        Journal journal;
        ASSERT_EQ(journal.open(keeping_options(copy)), JournalStatus::ok);
        EXPECT_FALSE(fs::exists(copy + "/journal.anchor.tmp"));
        journal.release_before(no_need);
        ASSERT_EQ(journal.tidy(), JournalStatus::ok);
        EXPECT_FALSE(there(copy, 3));
        ASSERT_EQ(journal.close(), JournalStatus::ok);
        EXPECT_EQ(verify(copy).status, JournalStatus::ok);
        fs::remove_all(copy);
    }
}

TEST(Retention, vouches_for_no_chain_that_does_not_fit) {
    TemporaryDirectory directory;
    const std::string kept = directory / "kept";
    write_retained(kept, directory / "whole");
    std::string bytes = read_bytes(segment_file(kept, 5));
    bytes[bytes.size() - 1] ^= 1; // its signature
    write_bytes(segment_file(kept, 5), bytes);
    JournalOptions options = keeping_options(kept);
    Journal journal;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    journal.release_before(begin_of(directory / "whole", 6));
    EXPECT_NE(journal.tidy(), JournalStatus::ok);
    EXPECT_TRUE(there(kept, 4));
    EXPECT_TRUE(there(kept, 5));
    EXPECT_GE(journal.counters().keeping_failures, 1u);
    EXPECT_EQ(journal.status(), JournalStatus::ok) << "it stops nothing else";
    journal.close();
}

TEST(Retention, refuses_options_out_of_bounds) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = small_options(directory.path());
    for (const int level : {-1, 20}) {
        options.compression_level = level;
        EXPECT_EQ(journal.open(options), JournalStatus::bad_options);
    }
    options.compression_level = 0;
    options.retain_nanoseconds = -1;
    EXPECT_EQ(journal.open(options), JournalStatus::bad_options);
    EXPECT_EQ(journal.tidy(), JournalStatus::not_open);
}

} // namespace
} // namespace martlet
