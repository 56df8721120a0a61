#include "venue_fixtures.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace {

using exchange_test::TemporaryDirectory;
using martlet::exchange::JournalResult;
using martlet::exchange::VenueFrame;
using martlet::exchange::VenueJournal;
using martlet::exchange::VenueRecordKind;

std::string slurp(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void spill(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

std::vector<std::string> read_all(const std::string& path, JournalResult::Code expected, bool cut = false) {
    std::vector<std::string> records;
    const JournalResult result = VenueJournal::read(
        path,
        [&](const VenueFrame& frame, const unsigned char* payload) {
            records.emplace_back(reinterpret_cast<const char*>(payload), frame.size);
        },
        cut);
    EXPECT_EQ(result.code, expected) << result.text;
    return records;
}

std::string write_ten(const TemporaryDirectory& directory) {
    const std::string path = directory.file("j");
    VenueJournal journal;
    EXPECT_EQ(journal.open(path, false).code, JournalResult::Code::ok);
    for (int i = 0; i < 10; ++i) {
        const std::string payload(static_cast<std::size_t>(1 + i * 3), static_cast<char>('a' + i));
        journal.append(VenueRecordKind::report, 3, payload.data(), payload.size());
    }
    EXPECT_EQ(journal.flush().code, JournalResult::Code::ok);
    return path;
}

TEST(VenueJournal, ChecksumIsTheCastagnoliOne) {
    EXPECT_EQ(martlet::exchange::crc32c("123456789", 9), 0xE3069283u);
}

TEST(VenueJournal, GivesBackWhatWasWritten) {
    const TemporaryDirectory directory;
    const std::string path = write_ten(directory);
    const auto records = read_all(path, JournalResult::Code::ok);
    ASSERT_EQ(records.size(), 10u);
    for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(records[i], std::string(1 + i * 3, static_cast<char>('a' + i)));
    EXPECT_TRUE(read_all(directory.file("missing"), JournalResult::Code::ok).empty());
}

TEST(VenueJournal, ATornEndAtEveryByteIsLeftOutAndCutOffAlone) {
    const TemporaryDirectory directory;
    const std::string path = write_ten(directory);
    const std::string whole = slurp(path);
    const std::size_t last = whole.size() - sizeof(VenueFrame) - 32; // 28 bytes of payload, padded
    for (std::size_t length = last; length < whole.size(); ++length) {
        spill(path, whole.substr(0, length));
        EXPECT_EQ(read_all(path, JournalResult::Code::ok).size(), 9u);
        EXPECT_EQ(slurp(path).size(), length) << "reading changes nothing";
        EXPECT_EQ(read_all(path, JournalResult::Code::ok, true).size(), 9u);
        EXPECT_EQ(slurp(path).size(), last);
    }
}

TEST(VenueJournal, AnyFlippedByteInsideIsDamageAndChangesNothing) {
    const TemporaryDirectory directory;
    const std::string path = write_ten(directory);
    const std::string whole = slurp(path);
    const std::size_t last = whole.size() - sizeof(VenueFrame) - 32;
    for (std::size_t at = 0; at < last; ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        spill(path, damaged);
        EXPECT_TRUE(read_all(path, JournalResult::Code::damaged, true).empty()) << at;
        EXPECT_EQ(slurp(path), damaged);
    }
}

TEST(VenueJournal, ASecondWriterIsRefused) {
    const TemporaryDirectory directory;
    VenueJournal first, second;
    EXPECT_EQ(first.open(directory.file("j"), true).code, JournalResult::Code::ok);
    EXPECT_EQ(second.open(directory.file("j"), true).code, JournalResult::Code::io);
    first.close();
    EXPECT_EQ(second.open(directory.file("j"), true).code, JournalResult::Code::ok);
}

TEST(VenueJournal, AFullDiskIsAStatus) {
    VenueJournal journal;
    ASSERT_EQ(journal.open("/dev/full", false).code, JournalResult::Code::ok);
    journal.append(VenueRecordKind::report, 1, "x", 1);
    const JournalResult result = journal.flush();
    EXPECT_EQ(result.code, JournalResult::Code::io);
    EXPECT_NE(result.text.find("No space left"), std::string::npos) << result.text;
}

} // namespace
