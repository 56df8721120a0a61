#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "../../../cpp/journal/src/frame.hpp"
#include "fixture.hpp"
#include "martlet/journal_format.hpp"
#include "martlet/snapshot.hpp"

// Reading beside the writer, and finding a place without reading what is before it.

namespace martlet {
namespace {

namespace fs = std::filesystem;

/// Follows a journal until `last`, checking each record; how many were read.
std::uint64_t follow(JournalReader& reader, std::uint64_t last) {
    std::uint64_t read = 0;
    std::uint64_t expected = 0;
    while (expected < last) {
        if (reader.next()) {
            const std::uint64_t sequence = reader.sequence();
            if (expected != 0) EXPECT_EQ(sequence, expected + 1);
            expected = sequence;
            const MarketEvent event = event_of(sequence);
            EXPECT_EQ(std::memcmp(reader.record(), &event, sizeof(event)), 0);
            EXPECT_EQ(std::string(static_cast<const char*>(reader.payload()), reader.payload_size()), payload_of(sequence));
            ++read;
            continue;
        }
        const JournalStatus refreshed = reader.refresh();
        if (refreshed == JournalStatus::end) std::this_thread::yield();
        else if (refreshed != JournalStatus::ok) {
            char text[300];
            reader.error_text(text, sizeof(text));
            ADD_FAILURE() << text;
            return read;
        }
    }
    return read;
}

TEST(Tail, readers_follow_the_writer_through_compression_and_retention_and_never_hold_it_up) {
    constexpr std::uint64_t last = 20'000;
    TemporaryDirectory directory;
    JournalOptions options = small_options(directory.path());
    options.segment_bytes = 64 << 10;
    options.block_bytes = 4 << 10;
    options.compression_level = 1;
    options.retain_bytes = 1;
    Journal journal;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    ASSERT_TRUE(append(journal, 1));
    ASSERT_TRUE(journal.wait_durable(1, a_minute));

    JournalReader still; // never moves from the first segment
    ASSERT_EQ(still.open(directory.path().c_str()), JournalStatus::ok);
    ASSERT_TRUE(still.next());
    std::vector<std::thread> readers;
    std::atomic<int> begun{0};
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            JournalReader reader;
            ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
            begun.fetch_add(1);
            EXPECT_EQ(follow(reader, last), last);
        });
    }
    while (begun.load() != 2) std::this_thread::yield();
    for (std::uint64_t sequence = 2; sequence <= last; ++sequence) {
        ASSERT_TRUE(append(journal, sequence));
        if (sequence % 1'000 == 0) journal.release_before(sequence);
    }
    // All that was appended becomes durable while a reader stands in the first segment: the writer needs nothing of it.
    ASSERT_TRUE(journal.wait_durable(last, a_minute));
    for (std::thread& reader : readers) reader.join();
    EXPECT_GT(journal.segment(), 10u);
    EXPECT_EQ(journal.counters().removed, 0u) << "the first segment is still open";
    EXPECT_EQ(follow(still, last), last - 1);
    ASSERT_EQ(still.seek(last), JournalStatus::ok);
    ASSERT_EQ(journal.tidy(), JournalStatus::ok);
    EXPECT_GT(journal.counters().removed, 5u);
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_EQ(verify(directory.path()).status, JournalStatus::ok);
}

TEST(Tail, a_record_half_written_is_read_when_it_is_whole) {
    TemporaryDirectory directory;
    write_crashed_journal(directory.path());
    const std::string path = segment_file(directory.path(), 2);
    const std::string whole = read_bytes(path);
    const std::uint64_t last = expect_records(directory.path());
    JournalReader reader;
    // As one write() may be seen by another process: its front first.
    for (std::size_t cut = whole.size() - 40; cut < whole.size(); ++cut) {
        write_bytes(path, whole.substr(0, cut));
        ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
        while (reader.next()) {}
        ASSERT_EQ(reader.status(), JournalStatus::damaged_tail);
        std::ofstream(path, std::ios::app | std::ios::binary) << whole.substr(cut);
        ASSERT_EQ(reader.refresh(), JournalStatus::ok);
        ASSERT_TRUE(reader.next());
        ASSERT_EQ(reader.sequence(), last);
        ASSERT_FALSE(reader.next());
        ASSERT_EQ(reader.refresh(), JournalStatus::end);
    }
}

TEST(Tail, refresh_says_what_it_cannot_do) {
    JournalReader reader;
    EXPECT_EQ(reader.refresh(), JournalStatus::not_open);
    TemporaryDirectory directory;
    write_signed_journal(directory.path());
    ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
    while (reader.next()) {}
    EXPECT_EQ(reader.refresh(), JournalStatus::end);
    fs::remove_all(directory.path());
    EXPECT_EQ(reader.refresh(), JournalStatus::not_found);
}

TEST(Seek, reads_nothing_before_the_block_that_it_looks_for) {
    TemporaryDirectory directory;
    JournalOptions options = small_options(directory.path());
    options.segment_bytes = 256 << 10;
    options.block_bytes = 1 << 10;
    options.quiet_nanoseconds = a_minute;
    constexpr std::uint64_t last = 12'000;
    Journal journal;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
        ASSERT_TRUE(append(journal, sequence));
        if (sequence % 5 == 0) ASSERT_TRUE(journal.wait_durable(sequence, a_minute)); // so that blocks end in between
    }
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    const int segments = count_segments(directory.path());
    ASSERT_GT(segments, 4);
    // All records but those of the last few blocks of each segment are made unreadable; who read one would say so.
    std::vector<std::uint64_t> readable;
    for (int number = 1; number <= segments; ++number) {
        const std::string path = segment_file(directory.path(), number);
        std::string bytes = read_bytes(path);
        SegmentHeader header;
        std::memcpy(&header, bytes.data(), sizeof(header));
        const std::size_t kept_from = bytes.size() - std::min<std::size_t>(bytes.size(), 8 << 10);
        for (std::size_t at = header.header_bytes; at < bytes.size();) {
            FrameHeader frame;
            std::memcpy(&frame, bytes.data() + at, sizeof(frame));
            if (frame.kind == FrameKind::record && at < kept_from) bytes[at + sizeof(frame) + 40] ^= 1;
            else if (frame.kind == FrameKind::record && at > kept_from + (3 << 10)) readable.push_back(frame.sequence);
            at += detail::frame_bytes(frame);
        }
        write_bytes(path, bytes);
    }
    ASSERT_GT(readable.size(), 100u);
    JournalReader reader;
    ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
    for (const std::uint64_t sequence : readable) {
        ASSERT_EQ(reader.seek(sequence), JournalStatus::ok) << sequence;
        ASSERT_TRUE(reader.next());
        ASSERT_EQ(reader.sequence(), sequence);
    }
}

TEST(Seek, is_not_led_astray_by_payloads_that_look_like_blocks) {
    TemporaryDirectory directory;
    const std::string first = directory / "first";
    JournalOptions options = small_options(first);
    options.segment_bytes = 1 << 20;
    options.block_bytes = 64 << 10;
    options.quiet_nanoseconds = a_minute;
    // The payload is full of block records that state their own place, and a sequence that is not theirs.
    Journal journal;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    std::uint64_t offset = 0;
    {
        const std::string header = read_bytes(segment_file(first, 1));
        offset = header.size();
    }
    std::string payload;
    for (std::uint64_t sequence = 1; sequence <= 40; ++sequence) {
        const MarketEvent event = event_of(sequence);
        payload.clear();
        std::uint64_t at = offset + sizeof(FrameHeader) + sizeof(event);
        for (int i = 0; i < 100; ++i, at += sizeof(BlockRecord)) {
            const BlockRecord block = detail::make_block(1, at, at, sequence + 3, Sha256Digest{});
            payload.append(reinterpret_cast<const char*>(&block), sizeof(block));
        }
        ASSERT_TRUE(journal.append(&event, sizeof(event), payload.data(), payload.size()));
        offset = at;
    }
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    JournalReader reader;
    ASSERT_EQ(reader.open(first.c_str()), JournalStatus::ok);
    for (std::uint64_t sequence = 1; sequence <= 40; ++sequence) {
        ASSERT_EQ(reader.seek(sequence), JournalStatus::ok) << sequence;
        ASSERT_TRUE(reader.next());
        ASSERT_EQ(reader.sequence(), sequence);
    }
}

TEST(Seek, a_recovery_reads_only_what_came_after_the_last_snapshot) {
    TemporaryDirectory directory;
    const std::string path = directory / "journal";
    write_signed_journal(path, 60);
    ASSERT_EQ(write_snapshot(path.c_str(), "engine", 51, 7, "state", 5, 2, nullptr), JournalStatus::ok);
    Snapshot snapshot;
    ASSERT_EQ(snapshot.load(path.c_str(), "engine", 60), JournalStatus::ok);
    JournalReader reader;
    ASSERT_EQ(reader.open(path.c_str()), JournalStatus::ok);
    ASSERT_EQ(reader.seek(snapshot.sequence() + 1), JournalStatus::ok);
    std::uint64_t replayed = 0;
    while (reader.next()) ASSERT_EQ(reader.sequence(), snapshot.sequence() + ++replayed);
    EXPECT_EQ(replayed, 9u);
    EXPECT_EQ(reader.status(), JournalStatus::end);
}

} // namespace
} // namespace martlet
