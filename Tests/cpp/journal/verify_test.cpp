#include <gtest/gtest.h>

#include <filesystem>

#include "../../../cpp/journal/src/frame.hpp"
#include "fixture.hpp"
#include "martlet/journal_format.hpp"

// What verification finds.

namespace martlet {
namespace {

namespace fs = std::filesystem;

TEST(Verify, finds_every_single_flipped_bit_of_a_signed_journal) {
    TemporaryDirectory directory;
    write_signed_journal(directory.path());
    ASSERT_EQ(verify(directory.path()).status, JournalStatus::ok);
    const int segments = count_segments(directory.path());
    ASSERT_GE(segments, 2);
    for (int number = 1; number <= segments; ++number) {
        const std::string path = segment_file(directory.path(), number);
        const std::string original = read_bytes(path);
        const std::size_t last_seal = original.size() - sizeof(SealRecord);
        std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
        for (std::size_t at = 0; at < original.size(); ++at) {
            for (int bit = 0; bit < 8; ++bit) {
                file.seekp(static_cast<std::streamoff>(at));
                file.put(static_cast<char>(original[at] ^ (1 << bit)));
                file.flush();
                const VerifyReport report = verify(directory.path());
                // A torn last seal is what a crash in close() leaves; all else was complete and signed.
                const bool tail = number == segments && at >= last_seal;
                ASSERT_EQ(report.status, tail ? JournalStatus::damaged_tail : JournalStatus::damaged_inside)
                    << "segment " << number << " byte " << at << " bit " << bit;
                ASSERT_EQ(report.bad_segment, static_cast<std::uint64_t>(number)) << report.what;
                ASSERT_NE(report.what[0], 0);
            }
            file.seekp(static_cast<std::streamoff>(at));
            file.put(original[at]);
            file.flush();
        }
    }
    EXPECT_EQ(verify(directory.path()).status, JournalStatus::ok);
}

TEST(Verify, finds_every_single_flipped_bit_of_a_journal_whose_writer_died) {
    TemporaryDirectory directory;
    write_crashed_journal(directory.path());
    const VerifyReport before = verify(directory.path());
    ASSERT_EQ(before.status, JournalStatus::ok) << before.what;
    ASSERT_FALSE(before.sealed);
    ASSERT_EQ(before.open_records, 2u);
    const std::string path = segment_file(directory.path(), 2);
    std::string bytes = read_bytes(path);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
            write_bytes(path, bytes);
            const JournalStatus status = verify(directory.path()).status;
            ASSERT_TRUE(status == JournalStatus::damaged_inside || status == JournalStatus::damaged_tail) << at;
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        }
    }
}

TEST(Verify, finds_missing_swapped_and_foreign_segments) {
    TemporaryDirectory directory;
    const std::string place = directory / "journal";
    write_signed_journal(place, 30);
    ASSERT_GE(count_segments(place), 3);
    const std::string first = read_bytes(segment_file(place, 1));
    const std::string second = read_bytes(segment_file(place, 2));

    fs::remove(segment_file(place, 2));
    EXPECT_EQ(verify(place).status, JournalStatus::damaged_inside);
    EXPECT_EQ(verify(place).bad_segment, 2u);
    write_bytes(segment_file(place, 2), first);
    EXPECT_EQ(verify(place).status, JournalStatus::damaged_inside);
    write_bytes(segment_file(place, 2), second);
    ASSERT_EQ(verify(place).status, JournalStatus::ok);

    fs::remove(segment_file(place, 1));
    EXPECT_EQ(verify(place).status, JournalStatus::damaged_inside);
    VerifyOptions archived;
    archived.allow_missing_front = true;
    EXPECT_EQ(verify_journal(place.c_str(), archived).status, JournalStatus::ok);
    EXPECT_EQ(recover_journal(place.c_str(), nullptr).last_sequence, 30u);
    write_bytes(segment_file(place, 1), first);

    const std::string other = directory / "other"; // the same records under another key
    write_signed_journal(other, 30);
    write_bytes(segment_file(place, 2), read_bytes(segment_file(other, 2)));
    EXPECT_EQ(verify(place).status, JournalStatus::damaged_inside);
    EXPECT_EQ(verify(other, place + "/journal.key.pub").status, JournalStatus::damaged_inside);
    EXPECT_EQ(verify(other, other + "/journal.key.pub").status, JournalStatus::ok);

    write_bytes(segment_file(place, 2), second);
    std::ofstream(segment_file(place, count_segments(place)), std::ios::app | std::ios::binary) << std::string(64, 0);
    EXPECT_EQ(verify(place).status, JournalStatus::damaged_inside) << "bytes behind a seal";
    fs::resize_file(segment_file(place, 1), first.size() - sizeof(SealRecord));
    EXPECT_EQ(verify(place).status, JournalStatus::damaged_inside) << "an unsigned segment before another";
}

TEST(Verify, reads_a_public_key_or_says_why_not) {
    TemporaryDirectory directory;
    write_signed_journal(directory.path());
    EXPECT_EQ(verify(directory.path(), directory / "missing.pub").status, JournalStatus::key_error);
    EXPECT_EQ(verify(directory.path(), segment_file(directory.path(), 1)).status, JournalStatus::key_error);
}

TEST(Verify, refuses_other_versions_instead_of_guessing) {
    TemporaryDirectory directory;
    write_signed_journal(directory.path());
    std::string bytes = read_bytes(segment_file(directory.path(), 1));
    SegmentHeader header;
    std::memcpy(&header, bytes.data(), sizeof(header));
    ++header.layout_version;
    header.crc = 0;
    header.crc = detail::crc32c(0, &header, sizeof(header));
    std::memcpy(bytes.data(), &header, sizeof(header));
    write_bytes(segment_file(directory.path(), 1), bytes);
    EXPECT_EQ(verify(directory.path()).status, JournalStatus::unsupported);
    JournalReader reader;
    EXPECT_EQ(reader.open(directory.path().c_str()), JournalStatus::unsupported);
}

TEST(Verify, finds_a_link_forged_where_no_block_follows_it_yet) {
    TemporaryDirectory directory;
    const std::string place = directory / "journal";
    write_signed_journal(place);
    const int next = count_segments(place) + 1;
    Journal journal;
    JournalOptions options = small_options(place);
    options.quiet_nanoseconds = a_minute;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    const std::string crashed = directory / "crashed";
    copy_journal(place, crashed);
    ASSERT_EQ(verify(crashed).status, JournalStatus::ok);
    const std::string original = read_bytes(segment_file(crashed, next));
    for (const bool head : {true, false}) {
        SegmentHeader header;
        std::memcpy(&header, original.data(), sizeof(header));
        head ? header.previous_head[5] ^= 1 : header.previous_sequence ^= 1;
        header.crc = 0;
        header.crc = detail::crc32c(0, &header, sizeof(header));
        std::string bytes = original;
        std::memcpy(bytes.data(), &header, sizeof(header));
        write_bytes(segment_file(crashed, next), bytes);
        EXPECT_EQ(verify(crashed).status, JournalStatus::damaged_inside);
        EXPECT_EQ(recover_journal(crashed.c_str(), nullptr).status, JournalStatus::damaged_inside);
    }
}

TEST(Verify, a_reader_alone_finds_an_altered_header_and_altered_records) {
    TemporaryDirectory directory;
    write_signed_journal(directory.path());
    const std::string path = segment_file(directory.path(), 1);
    const std::string original = read_bytes(path);
    const std::size_t last_control = original.size() - sizeof(SealRecord) - sizeof(BlockRecord);
    for (std::size_t at = 0; at < last_control; ++at) {
        std::string bytes = original;
        bytes[at] = static_cast<char>(bytes[at] ^ 4);
        write_bytes(path, bytes);
        JournalReader reader;
        reader.open(directory.path().c_str());
        while (reader.next()) {}
        ASSERT_EQ(reader.status(), JournalStatus::damaged_inside) << at;
    }
}

/// Rewrites history as one who can compute CRCs, and the chain too, but has no key.
class Forger {
public:
    explicit Forger(std::string path) : path_(std::move(path)), bytes_(read_bytes(path_)) {}

    void forge(bool chain_too) {
        SegmentHeader header;
        std::memcpy(&header, bytes_.data(), sizeof(header));
        DigestBuilder digest;
        Sha256Digest before;
        std::memcpy(before.bytes, header.previous_head, sizeof(before.bytes));
        head_ = detail::chain(digest, before, bytes_.data(), header.header_bytes);
        bool forged = false;
        std::size_t block_begin = header.header_bytes;
        for (std::size_t at = header.header_bytes; at < bytes_.size();) {
            FrameHeader frame;
            std::memcpy(&frame, bytes_.data() + at, sizeof(frame));
            const std::size_t size = detail::frame_bytes(frame);
            if (frame.kind == FrameKind::record && !forged) {
                bytes_[at + sizeof(frame) + offsetof(MarketEvent, price)] ^= 1;
                forged = true;
            } else if (frame.kind == FrameKind::block && chain_too) {
                head_ = detail::chain(digest, head_, bytes_.data() + block_begin, at - block_begin);
                std::memcpy(&bytes_[at + offsetof(BlockRecord, head)], head_.bytes, sizeof(head_.bytes));
            } else if (frame.kind == FrameKind::seal && chain_too) {
                std::memcpy(&bytes_[at + offsetof(SealRecord, head)], head_.bytes, sizeof(head_.bytes));
            }
            if (frame.kind != FrameKind::record) block_begin = at + size;
            const std::uint32_t crc = detail::frame_crc(bytes_.data() + at, size);
            std::memcpy(&bytes_[at], &crc, sizeof(crc));
            at += size;
        }
        write_bytes(path_, bytes_);
    }

private:
    std::string path_;
    std::string bytes_;
    Sha256Digest head_{};
};

TEST(Verify, the_chain_finds_a_rewritten_record_whose_crc_is_right) {
    TemporaryDirectory directory;
    write_signed_journal(directory.path());
    Forger(segment_file(directory.path(), 1)).forge(false);
    const VerifyReport report = verify(directory.path());
    EXPECT_EQ(report.status, JournalStatus::damaged_inside);
    EXPECT_NE(std::string(report.what).find("SHA-256"), std::string::npos) << report.what;
}

TEST(Verify, the_signature_finds_a_rewritten_record_whose_crc_and_chain_are_right) {
    TemporaryDirectory directory;
    write_signed_journal(directory.path());
    Forger(segment_file(directory.path(), count_segments(directory.path()))).forge(true);
    const VerifyReport report = verify(directory.path());
    EXPECT_EQ(report.status, JournalStatus::damaged_inside);
    EXPECT_NE(std::string(report.what).find("signature"), std::string::npos) << report.what;
}

TEST(Verify, a_journal_copied_into_a_payload_is_not_taken_for_one) {
    TemporaryDirectory directory;
    const std::string inner = directory / "inner";
    const std::string outer = directory / "outer";
    write_signed_journal(inner, 4);
    const std::string copied = read_bytes(segment_file(inner, 1));
    Journal journal;
    JournalOptions options = small_options(outer);
    options.segment_bytes = options.block_bytes = 1 << 20;
    options.quiet_nanoseconds = a_minute;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    const MarketEvent event = event_of(1);
    ASSERT_TRUE(journal.append(&event, sizeof(event), copied.data(), copied.size()));
    ASSERT_TRUE(journal.wait_durable(1, a_minute));
    const std::string crashed = directory / "crashed";
    copy_journal(outer, crashed);
    const std::string path = segment_file(crashed, 1);
    fs::resize_file(path, fs::file_size(path) - 8); // torn inside the payload, with whole frames in it
    EXPECT_EQ(verify(crashed).status, JournalStatus::damaged_tail);
    EXPECT_EQ(recover_journal(crashed.c_str(), nullptr).status, JournalStatus::ok);
}

} // namespace
} // namespace martlet
