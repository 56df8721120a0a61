#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "../../../cpp/fix/src/append_log.hpp"
#include "../../../cpp/fix/src/crc32c.hpp"
#include "support.hpp"

namespace martlet::fix {
namespace {

struct AppendLogTest : testing::Test {
    using Record = std::pair<std::uint32_t, std::string>;

    bool open(AppendLog& log) {
        found.clear();
        return log.open(path, 7, [this](const LogRecord& record, std::string_view text) { found.emplace_back(record.sequence, std::string(text)); }, &error);
    }
    /// Random records, some longer than the room that is reserved at a time.
    std::vector<Record> random_records(std::size_t count, unsigned seed) {
        std::mt19937 random(seed);
        std::vector<Record> records;
        for (std::size_t i = 0; i < count; ++i) {
            std::string text(random() % 50 == 0 ? random() % 3'000'000 : random() % 700, '\0');
            for (char& c : text) c = static_cast<char>(random());
            records.emplace_back(static_cast<std::uint32_t>(random()), std::move(text));
        }
        return records;
    }
    std::string bytes() const {
        std::ifstream file(path, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    }
    void write(const std::string& content) const { std::ofstream(path, std::ios::binary) << content; }

    test::Folder folder;
    std::string path = folder / "log";
    std::string error;
    std::vector<Record> found;
};

TEST_F(AppendLogTest, GivesBackWhatWasAppendedInOrderOverAnyReopenings) {
    const auto records = random_records(300, 1);
    for (std::size_t i = 0; i < records.size();) {
        AppendLog log;
        ASSERT_TRUE(open(log)) << error;
        ASSERT_EQ(found, std::vector<Record>(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(i)));
        for (std::size_t end = std::min(records.size(), i + 37); i < end; ++i) {
            std::uint64_t offset = 0;
            ASSERT_TRUE(log.append(RecordKind::sent, records[i].first, records[i].second, &offset));
            std::string back(records[i].second.size(), '\0');
            ASSERT_TRUE(log.read(offset, back.data(), back.size()));
            ASSERT_EQ(back, records[i].second) << "readable at once";
        }
    }
    AppendLog log;
    ASSERT_TRUE(open(log)) << error;
    EXPECT_EQ(found, records);
}

TEST_F(AppendLogTest, AMissingRecordInTheMiddleIsNoticed) {
    std::uint64_t places[3];
    {
        AppendLog log;
        ASSERT_TRUE(open(log));
        for (std::uint32_t i = 0; i < 3; ++i) ASSERT_TRUE(log.append(RecordKind::received, i + 1, "same length " + std::to_string(i), &places[i]));
    }
    const std::string whole = bytes();
    const std::size_t head = LogRecord::head_bytes, size = places[1] - places[0];
    write(whole.substr(0, places[1] - head) + whole.substr(places[2] - head));
    AppendLog log;
    EXPECT_FALSE(open(log));
    EXPECT_NE(error.find("a record is missing before it"), std::string::npos) << error;
    // Two that changed places are each intact, and in the wrong order.
    write(whole.substr(0, places[1] - head) + whole.substr(places[2] - head, size) + whole.substr(places[1] - head, size));
    EXPECT_FALSE(open(log));
    write(whole);
    EXPECT_TRUE(open(log)) << error;
}

TEST_F(AppendLogTest, EveryFlippedBitBeforeTheLastRecordIsNoticed) {
    {
        AppendLog log;
        ASSERT_TRUE(open(log));
        for (std::uint32_t i = 1; i <= 4; ++i) ASSERT_TRUE(log.append(RecordKind::sent, i, "message number " + std::to_string(i)));
    }
    const std::string whole = bytes();
    const std::size_t record = (whole.size() - 4096) / 4;
    for (std::size_t at = 4096; at < whole.size() - record; ++at) {
        const std::size_t in_record = (at - 4096) % record;
        if (in_record >= 24 + std::string("message number 1").size()) continue; // filling
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        write(damaged);
        AppendLog log;
        ASSERT_FALSE(open(log)) << "byte " << at;
        ASSERT_EQ(bytes(), damaged) << "a damaged file is left as it is";
    }
}

TEST_F(AppendLogTest, WhatIsDroppedStaysBesideItAndTheChainGoesOn) {
    const auto records = random_records(40, 2);
    std::uint64_t from = 0;
    {
        AppendLog log;
        ASSERT_TRUE(open(log));
        log.numbers().next_sender = 99;
        for (std::size_t i = 0; i < records.size(); ++i) {
            std::uint64_t offset = 0;
            ASSERT_TRUE(log.append(RecordKind::sent, records[i].first, records[i].second, &offset));
            if (i == 25) from = offset - LogRecord::head_bytes;
        }
        std::size_t shown = 0;
        ASSERT_TRUE(log.drop_before(from, [&](const LogRecord& record, std::string_view text) {
            ASSERT_EQ(records[25 + shown], Record(record.sequence, text));
            ++shown;
        }, &error)) << error;
        EXPECT_EQ(shown, 15u);
        EXPECT_EQ(log.numbers().next_sender, 99u);
        ASSERT_TRUE(log.append(RecordKind::sent, 1, "after"));
    }
    AppendLog log;
    ASSERT_TRUE(open(log)) << error;
    ASSERT_EQ(found.size(), 16u);
    EXPECT_EQ(found.front(), records[25]);
    EXPECT_EQ(found.back().second, "after");
    EXPECT_EQ(log.numbers().next_sender, 99u);
    path += ".previous";
    AppendLog old;
    ASSERT_TRUE(open(old)) << error;
    EXPECT_EQ(found, records);
}

TEST_F(AppendLogTest, IsSyncedWhileAnotherThreadAppends) {
    AppendLog log;
    ASSERT_TRUE(open(log));
    std::atomic<bool> stop{false};
    std::atomic<int> synced{0};
    std::thread syncer([&] {
        while (!stop) {
            EXPECT_TRUE(log.sync());
            ++synced;
        }
    });
    std::uint32_t number = 0;
    while (synced < 3) ASSERT_TRUE(log.append(RecordKind::sent, ++number % 1'000'000 + 1, "text"));
    stop = true;
    syncer.join();
}

TEST(Crc32c, TheInstructionAndTheTableAgreeOnAnyLengthAndStart) {
    EXPECT_EQ(crc32c("123456789", 9), 0xE3069283u);
    std::mt19937 random(3);
    std::string text(300, '\0');
    for (char& c : text) c = static_cast<char>(random());
    for (std::size_t begin = 0; begin < 9; ++begin)
        for (std::size_t size = 0; size + begin <= text.size(); ++size)
            ASSERT_EQ(crc32c(text.data() + begin, size, 77), crc32c_table(text.data() + begin, size, 77)) << begin << " " << size;
}

} // namespace
} // namespace martlet::fix
