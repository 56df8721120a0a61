#include <gtest/gtest.h>

#include <filesystem>

#include "../../../cpp/journal/src/frame.hpp"
#include "fixture.hpp"
#include "martlet/journal_format.hpp"

// What recovery mends and what it refuses.

namespace martlet {
namespace {

namespace fs = std::filesystem;

std::uint64_t whole_frames_end(const std::string& bytes, std::uint64_t limit) {
    SegmentHeader header;
    if (bytes.size() < sizeof(header) || limit < sizeof(header)) return 0;
    std::memcpy(&header, bytes.data(), sizeof(header));
    if (limit < header.header_bytes) return 0;
    std::uint64_t end = header.header_bytes;
    for (;;) {
        FrameHeader frame;
        if (end + sizeof(frame) > limit) return end;
        std::memcpy(&frame, bytes.data() + end, sizeof(frame));
        if (end + detail::frame_bytes(frame) > limit) return end;
        end += detail::frame_bytes(frame);
    }
}

TEST(Recovery, of_a_journal_cut_at_any_byte_keeps_the_whole_records_before_the_cut) {
    for (const bool crashed : {false, true}) {
        TemporaryDirectory directory;
        crashed ? write_crashed_journal(directory / "whole") : write_signed_journal(directory / "whole");
        const std::string whole = directory / "whole";
        const int last = count_segments(whole);
        const std::string bytes = read_bytes(segment_file(whole, last));
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            SCOPED_TRACE(testing::Message() << "cut at " << cut << " of " << bytes.size());
            const std::string copy = directory / "copy";
            copy_journal(whole, copy);
            fs::resize_file(segment_file(copy, last), cut);
            const std::uint64_t kept_bytes = whole_frames_end(bytes, cut);
            const bool whole_frames = kept_bytes == cut && cut != 0;
            const std::uint64_t kept = expect_records(copy, whole_frames ? JournalStatus::end : JournalStatus::damaged_tail);
            const VerifyReport damaged = verify(copy);
            ASSERT_EQ(damaged.status, whole_frames ? JournalStatus::ok : JournalStatus::damaged_tail);
            ASSERT_EQ(damaged.tail_bytes, cut - kept_bytes);

            const RecoveryReport report = recover_journal(copy.c_str(), nullptr);
            ASSERT_EQ(report.status, JournalStatus::ok) << report.what;
            ASSERT_EQ(report.last_sequence, kept);
            ASSERT_EQ(report.bytes_cut, cut - kept_bytes);
            ASSERT_EQ(expect_records(copy), kept);
            const bool at_length = cut % 16 == 0; // reading a key costs more than all the rest
            const VerifyReport mended = verify(copy, at_length ? copy + "/journal.key.pub" : std::string());
            ASSERT_EQ(mended.status, JournalStatus::ok) << mended.what;
            ASSERT_TRUE(mended.sealed);
            ASSERT_EQ(mended.head, report.head);
            if (at_length) ASSERT_FALSE(recover_journal(copy.c_str(), nullptr).signed_now) << "once is enough";
            fs::remove_all(copy);
        }
    }
}

TEST(Recovery, lets_the_chain_go_on_in_a_new_segment) {
    TemporaryDirectory directory;
    write_crashed_journal(directory.path());
    const std::uint64_t last = expect_records(directory.path());
    std::ofstream(segment_file(directory.path(), 2), std::ios::app | std::ios::binary) << "torn";
    Journal journal;
    ASSERT_EQ(journal.open(small_options(directory.path())), JournalStatus::ok);
    EXPECT_EQ(journal.recovery().last_sequence, last);
    EXPECT_EQ(journal.recovery().bytes_cut, 4u);
    EXPECT_TRUE(journal.recovery().signed_now);
    EXPECT_EQ(journal.durable(), last);
    EXPECT_EQ(journal.segment(), 3u);
    ASSERT_TRUE(append(journal, last + 1));
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_EQ(expect_records(directory.path()), last + 1);
    EXPECT_EQ(verify(directory.path()).status, JournalStatus::ok);
}

TEST(Recovery, refuses_damage_inside_and_changes_nothing) {
    TemporaryDirectory directory;
    write_signed_journal(directory.path());
    const int last = count_segments(directory.path());
    const std::string path = segment_file(directory.path(), last);
    const std::string original = read_bytes(path);
    for (std::size_t at = 0; at < original.size() - sizeof(SealRecord); at += 7) {
        std::string bytes = original;
        bytes[at] = static_cast<char>(bytes[at] ^ 16);
        write_bytes(path, bytes);
        ASSERT_EQ(recover_journal(directory.path().c_str(), nullptr).status, JournalStatus::damaged_inside) << at;
        Journal journal;
        ASSERT_EQ(journal.open(small_options(directory.path())), JournalStatus::damaged_inside);
        ASSERT_NE(journal.recovery().what[0], 0);
        ASSERT_EQ(read_bytes(path), bytes);
        ASSERT_EQ(count_segments(directory.path()), last);
    }
}

TEST(Recovery, tells_how_many_readable_records_went_with_the_tail) {
    TemporaryDirectory directory;
    write_crashed_journal(directory.path());
    const std::uint64_t last = expect_records(directory.path());
    const std::string path = segment_file(directory.path(), 2);
    std::string bytes = read_bytes(path);
    FrameHeader frame;
    const std::size_t last_frame = [&] { // where the last of the two open records begins
        for (std::size_t at = bytes.size() - sizeof(MarketEvent) - sizeof(frame);; at -= 8) {
            std::memcpy(&frame, bytes.data() + at, sizeof(frame));
            if (frame.sequence == last && at + detail::frame_bytes(frame) == bytes.size()) return at;
        }
    }();
    bytes[last_frame - 1] ^= 1; // the record before it
    write_bytes(path, bytes);
    const VerifyReport report = verify(directory.path());
    EXPECT_EQ(report.status, JournalStatus::damaged_tail);
    EXPECT_EQ(report.tail_records, 1u);
    const RecoveryReport recovery = recover_journal(directory.path().c_str(), nullptr);
    EXPECT_EQ(recovery.status, JournalStatus::ok);
    EXPECT_EQ(recovery.last_sequence, last - 2);
    EXPECT_EQ(recovery.records_cut, 1u);
}

TEST(Recovery, survives_a_crash_at_every_step_of_beginning_a_segment) {
    TemporaryDirectory directory;
    write_signed_journal(directory / "whole");
    const std::string whole = directory / "whole";
    const int next = count_segments(whole) + 1;
    const std::string header = read_bytes(segment_file(whole, 1)).substr(0, 128);
    for (const std::string& leftover : {std::string(), header.substr(0, 7), header}) {
        for (const bool renamed : {false, true}) {
            if (renamed && leftover.size() > 120) continue; // a whole header of another segment is no crash's work
            const std::string copy = directory / "copy";
            copy_journal(whole, copy);
            write_bytes(segment_file(copy, next) + (renamed ? "" : ".tmp"), leftover);
            EXPECT_EQ(verify(copy).status, renamed ? JournalStatus::damaged_tail : JournalStatus::ok);
            Journal journal;
            ASSERT_EQ(journal.open(small_options(copy)), JournalStatus::ok);
            EXPECT_EQ(journal.recovery().last_sequence, 12u);
            ASSERT_TRUE(append(journal, 13));
            ASSERT_EQ(journal.close(), JournalStatus::ok);
            EXPECT_EQ(expect_records(copy), 13u);
            EXPECT_EQ(verify(copy).status, JournalStatus::ok);
            fs::remove_all(copy);
        }
    }
}

} // namespace
} // namespace martlet
