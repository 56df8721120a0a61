#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "fixture.hpp"
#include "martlet/journal_format.hpp"

// Sealed segments that lie compressed: everything reads them as if they did not.

namespace martlet {
namespace {

namespace fs = std::filesystem;

std::string packed_file(const std::string& directory, int segment) { return segment_file(directory, segment) + ".zst"; }

int count_packed(const std::string& directory) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(directory)) count += entry.path().extension() == ".zst" ? 1 : 0;
    return count;
}

JournalOptions packing_options(const std::string& directory) {
    JournalOptions options = small_options(directory);
    options.quiet_nanoseconds = a_minute;
    options.compression_level = 3;
    return options;
}

/// A closed journal of nine segments, the first six compressed; `plain` is the same before that. Returns its last sequence.
std::uint64_t write_packed(const std::string& directory, const std::string& plain) {
    write_signed_journal(plain, 60);
    const int segments = count_segments(plain);
    EXPECT_GT(segments, 6);
    copy_journal(plain, directory);
    Journal journal;
    EXPECT_EQ(journal.open(packing_options(directory)), JournalStatus::ok);
    EXPECT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_EQ(journal.counters().compressed, static_cast<std::uint64_t>(segments + 1 - 3));
    EXPECT_EQ(journal.counters().keeping_failures, 0u);
    EXPECT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_EQ(count_packed(directory), segments + 1 - 3);
    return 60;
}

TEST(Compression, reader_and_verify_see_the_same_as_before) {
    TemporaryDirectory directory;
    const std::string packed = directory / "packed";
    const std::uint64_t last = write_packed(packed, directory / "plain");
    const int segments = count_segments(directory / "plain");
    for (int segment = 1; segment <= segments + 1; ++segment) {
        EXPECT_NE(fs::exists(segment_file(packed, segment)), fs::exists(packed_file(packed, segment))) << segment;
    }
    EXPECT_EQ(expect_records(packed), last);
    const VerifyReport before = verify(directory / "plain");
    const VerifyReport after = verify(packed, packed + "/journal.key.pub");
    EXPECT_EQ(after.status, JournalStatus::ok) << after.what;
    EXPECT_EQ(after.records, before.records);
    EXPECT_EQ(after.blocks, before.blocks);
    EXPECT_EQ(after.compressed, static_cast<std::uint64_t>(count_packed(packed)));
    EXPECT_EQ(before.compressed, 0u);
    JournalReader reader;
    for (std::uint64_t sequence = last; sequence != 0; --sequence) {
        ASSERT_EQ(reader.open(packed.c_str()), JournalStatus::ok);
        EXPECT_EQ(std::string(reader.run_text(), reader.run_text_size()), "{\"seed\":7}");
        ASSERT_EQ(reader.seek(sequence), JournalStatus::ok);
        ASSERT_TRUE(reader.next());
        ASSERT_EQ(reader.sequence(), sequence);
        ASSERT_EQ(reader.market().price, event_of(sequence).price);
    }
}

TEST(Compression, the_journal_goes_on_and_is_recovered) {
    TemporaryDirectory directory;
    const std::string packed = directory / "packed";
    std::uint64_t last = write_packed(packed, directory / "plain");
    for (int restart = 0; restart < 3; ++restart) {
        Journal journal;
        ASSERT_EQ(journal.open(packing_options(packed)), JournalStatus::ok);
        EXPECT_EQ(journal.recovery().last_sequence, last);
        ASSERT_TRUE(append(journal, ++last));
        ASSERT_EQ(journal.close(), JournalStatus::ok);
    }
    EXPECT_EQ(expect_records(packed), last);
    // Even where all that is not compressed is taken away: a compressed segment is never cut.
    for (int segment = 1; segment < 30; ++segment) fs::remove(segment_file(packed, segment));
    const int left = count_packed(packed);
    ASSERT_GT(left, 0);
    Journal journal;
    ASSERT_EQ(journal.open(packing_options(packed)), JournalStatus::ok);
    EXPECT_EQ(journal.recovery().bytes_cut, 0u);
    EXPECT_EQ(journal.segment(), static_cast<std::uint64_t>(left + 1));
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_EQ(verify(packed).status, JournalStatus::ok);
}

TEST(Compression, no_altered_byte_passes_for_what_was_written) {
    TemporaryDirectory directory;
    const std::string packed = directory / "packed";
    write_packed(packed, directory / "plain");
    const std::string path = packed_file(packed, 2);
    const std::string original = read_bytes(path);
    const VerifyReport whole = verify(packed);
    std::size_t found = 0;
    for (std::size_t at = 0; at < original.size(); ++at) {
        std::string bytes = original;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
        write_bytes(path, bytes);
        const VerifyReport report = verify(packed);
        if (report.status == JournalStatus::ok) { // a bit that means nothing to zstd: then the content is the same
            ASSERT_EQ(report.head, whole.head);
            ASSERT_EQ(report.records, whole.records);
            continue;
        }
        ASSERT_EQ(report.status, JournalStatus::damaged_inside) << at;
        ASSERT_EQ(report.bad_segment, 2u);
        ++found;
    }
    // What zstd passes over is a bit here and there; which, the records' content decides.
    EXPECT_GE(found, original.size() - original.size() / 32);
    for (std::size_t cut = 0; cut < original.size(); ++cut) {
        write_bytes(path, original.substr(0, cut));
        ASSERT_EQ(verify(packed).status, JournalStatus::damaged_inside) << cut;
    }
    write_bytes(path, original + "x");
    EXPECT_EQ(verify(packed).status, JournalStatus::damaged_inside);
    JournalReader reader;
    ASSERT_EQ(reader.open(packed.c_str()), JournalStatus::ok);
    while (reader.next()) {}
    EXPECT_EQ(reader.status(), JournalStatus::damaged_inside);
    write_bytes(path, original);
    EXPECT_EQ(verify(packed).status, JournalStatus::ok);
}

TEST(Compression, refuses_a_frame_that_claims_to_be_larger_than_any_of_ours) {
    TemporaryDirectory directory;
    const std::string packed = directory / "packed";
    write_packed(packed, directory / "plain");
    // A frame's header alone (RFC 8878): a single segment whose content would have 2⁴⁰ bytes.
    const unsigned char bomb[] = {0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 1, 0, 0};
    write_bytes(packed_file(packed, 1), std::string(reinterpret_cast<const char*>(bomb), sizeof(bomb)));
    const VerifyReport report = verify(packed);
    EXPECT_EQ(report.status, JournalStatus::damaged_inside);
    EXPECT_NE(std::string(report.what).find("1 GiB"), std::string::npos) << report.what;
}

TEST(Compression, what_a_crash_leaves_at_any_step_is_made_good) {
    TemporaryDirectory directory;
    const std::string packed = directory / "packed";
    const std::uint64_t last = write_packed(packed, directory / "plain");
    const std::string half = read_bytes(packed_file(packed, 1)).substr(0, 40);
    // Half a compressed file under its temporary name, or a whole one beside what it was made of.
    for (const bool renamed : {false, true}) {
        fs::copy_file(segment_file(directory / "plain", 1), segment_file(packed, 1));
        if (!renamed) {
            fs::remove(packed_file(packed, 1));
            write_bytes(packed_file(packed, 1) + ".tmp", half);
        }
        EXPECT_EQ(expect_records(packed), last);
        EXPECT_EQ(verify(packed).status, JournalStatus::ok);
        Journal journal;
        ASSERT_EQ(journal.open(small_options(packed)), JournalStatus::ok); // compresses nothing itself
        EXPECT_FALSE(fs::exists(packed_file(packed, 1) + ".tmp"));
        ASSERT_EQ(journal.close(), JournalStatus::ok);
        ASSERT_EQ(journal.open(packing_options(packed)), JournalStatus::ok);
        ASSERT_EQ(journal.tidy(), JournalStatus::ok);
        EXPECT_FALSE(fs::exists(segment_file(packed, 1)));
        EXPECT_TRUE(fs::exists(packed_file(packed, 1)));
        ASSERT_EQ(journal.close(), JournalStatus::ok);
        EXPECT_EQ(verify(packed).status, JournalStatus::ok);
    }
}

TEST(Compression, leaves_alone_what_a_reader_has_open_and_what_is_not_signed) {
    TemporaryDirectory directory;
    const std::string packed = directory / "packed";
    write_signed_journal(packed, 60);
    std::string altered = read_bytes(segment_file(packed, 3));
    const std::string original = altered;
    altered[altered.size() - 1] ^= 1;
    write_bytes(segment_file(packed, 3), altered);
    JournalReader reader;
    ASSERT_EQ(reader.open(packed.c_str()), JournalStatus::ok); // has the first
    Journal journal;
    ASSERT_EQ(journal.open(packing_options(packed)), JournalStatus::ok);
    EXPECT_NE(journal.tidy(), JournalStatus::ok);
    EXPECT_TRUE(fs::exists(segment_file(packed, 1)));
    EXPECT_FALSE(fs::exists(segment_file(packed, 2)));
    EXPECT_TRUE(fs::exists(segment_file(packed, 3))) << "kept as it is, to be looked into";
    EXPECT_FALSE(fs::exists(segment_file(packed, 4)));
    write_bytes(segment_file(packed, 3), original);
    ASSERT_EQ(reader.seek(60), JournalStatus::ok);
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_FALSE(fs::exists(segment_file(packed, 1)));
    EXPECT_FALSE(fs::exists(segment_file(packed, 3)));
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_EQ(expect_records(packed), 60u);
}

TEST(Compression, goes_with_retention) {
    TemporaryDirectory directory;
    const std::string packed = directory / "packed";
    const std::uint64_t last = write_packed(packed, directory / "plain");
    JournalOptions options = packing_options(packed);
    options.retain_bytes = 1;
    Journal journal;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    journal.release_before(UINT64_MAX);
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_EQ(count_packed(packed), 0);
    EXPECT_GT(journal.counters().removed, 6u);
    ASSERT_TRUE(append(journal, last + 1));
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    const VerifyReport report = verify(packed);
    EXPECT_EQ(report.status, JournalStatus::ok) << report.what;
    EXPECT_EQ(report.last_sequence, last + 1);
}

} // namespace
} // namespace martlet
