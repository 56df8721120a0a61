#include "support.hpp"

#include <algorithm>
#include <cstring>
#include <random>
#include <tuple>

#include "martlet/partition.hpp"
#include "martlet/series_merge.hpp"

namespace martlet {
namespace {

using test::TemporaryFolder;

InstrumentDefinition instrument() {
    InstrumentDefinition definition{};
    std::strcpy(definition.symbol, "TEST");
    std::strcpy(definition.venue, "XTST");
    definition.price_increment = {1, -2};
    definition.tick = 5;
    return definition;
}

/// Events whose every field takes extreme values now and then.
std::vector<MarketEvent> random_events(std::size_t count, std::uint64_t seed, bool bars) {
    std::mt19937_64 random(seed);
    std::vector<MarketEvent> events;
    const auto extreme = [&random] { return random() % 16 == 0 ? random() : random() % 1000; };
    std::int64_t time = 1'640'995'200'000'000'000;
    for (std::size_t i = 0; i < count; ++i) {
        time += random() % 50 == 0 ? -5 : static_cast<std::int64_t>(random() % 1'000'000);
        if (bars) {
            BarEvent bar{};
            bar.exchange_time = bar.receive_time = time;
            bar.kind = EventKind::bar;
            bar.side = static_cast<Side>(random() % 3);
            bar.flags = static_cast<std::uint16_t>(random());
            bar.low = static_cast<std::int64_t>(extreme());
            bar.open_above_low = static_cast<std::uint32_t>(extreme());
            bar.high_above_low = static_cast<std::uint32_t>(extreme());
            bar.close_above_low = static_cast<std::uint32_t>(extreme());
            bar.seconds = static_cast<std::uint32_t>(extreme());
            bar.volume = static_cast<std::int64_t>(extreme());
            events.push_back(as_market_event(bar));
        } else {
            MarketEvent event{};
            event.exchange_time = event.receive_time = time;
            event.kind = static_cast<EventKind>(1 + random() % 11);
            event.side = static_cast<Side>(random() % 3);
            event.flags = static_cast<std::uint16_t>(random());
            event.price = static_cast<std::int64_t>(extreme());
            event.quantity = static_cast<std::int64_t>(extreme());
            event.order = extreme();
            event.reference = extreme();
            events.push_back(event);
        }
    }
    return events;
}

void write(const std::string& path, const std::vector<MarketEvent>& events, PartitionKind kind) {
    PartitionWriter writer(path.c_str(), instrument(), kind, 18'993, kind == PartitionKind::bars ? 60 : 0);
    ASSERT_EQ(writer.append(events.data(), events.size()), FeedStatus::ok);
    ASSERT_EQ(writer.commit(), FeedStatus::ok);
}

struct Read {
    FeedStatus status = FeedStatus::ok;
    std::vector<MarketEvent> events;
};

Read read(const std::string& path) {
    PartitionReader reader;
    Read result;
    result.status = reader.open(path.c_str());
    if (result.status != FeedStatus::ok) return result;
    for (std::uint32_t block = 0; block < reader.info().blocks && result.status == FeedStatus::ok; ++block) {
        std::vector<MarketEvent> rows(reader.block_rows(block));
        result.status = reader.read_block(block, rows.data());
        result.events.insert(result.events.end(), rows.begin(), rows.end());
    }
    return result;
}

TEST(Partition, EventsAndBarsComeBackBitForBit) {
    const TemporaryFolder folder;
    for (const bool bars : {false, true}) {
        for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{1'000}, partition_block_rows, partition_block_rows + 1, 3 * partition_block_rows - 7}) {
            const auto events = random_events(count, count + bars, bars);
            const PartitionKind kind = bars ? PartitionKind::bars : PartitionKind::by_order;
            write(folder.path("p"), events, kind);
            const Read back = read(folder.path("p"));
            ASSERT_EQ(back.status, FeedStatus::ok);
            ASSERT_EQ(back.events.size(), count);
            if (count > 0) ASSERT_EQ(std::memcmp(back.events.data(), events.data(), count * sizeof(MarketEvent)), 0);
        }
    }
}

TEST(Partition, TheHeaderSaysWhatIsInIt) {
    const TemporaryFolder folder;
    const auto events = random_events(10, 1, true);
    write(folder.path("p"), events, PartitionKind::bars);
    PartitionReader reader;
    ASSERT_EQ(reader.open(folder.path("p").c_str()), FeedStatus::ok);
    const PartitionInfo info = reader.info();
    EXPECT_EQ(info.rows, 10u);
    EXPECT_EQ(info.day, 18'993);
    EXPECT_EQ(info.bar_seconds, 60u);
    EXPECT_EQ(info.first_time, events.front().exchange_time);
    EXPECT_EQ(info.last_time, events.back().exchange_time);
    EXPECT_STREQ(info.instrument.symbol, "TEST");
    EXPECT_EQ(info.instrument.tick, 5);
}

TEST(Partition, TheSameEventsGiveTheSameBytes) {
    const TemporaryFolder folder;
    const auto events = random_events(5'000, 3, false);
    write(folder.path("a"), events, PartitionKind::by_order);
    write(folder.path("b"), events, PartitionKind::by_order);
    EXPECT_EQ(test::read_file(folder.path("a")), test::read_file(folder.path("b")));
}

TEST(Partition, AnyFlippedByteIsFoundOrHarmless) {
    const TemporaryFolder folder;
    write(folder.path("p"), random_events(300, 4, false), PartitionKind::by_order);
    const std::string bytes = test::read_file(folder.path("p"));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string damaged = bytes;
        damaged[at] ^= 0x40;
        EXPECT_NE(read(folder.write("d", damaged)).status, FeedStatus::ok) << "byte " << at;
    }
}

TEST(Partition, AnyCutIsFound) {
    const TemporaryFolder folder;
    write(folder.path("p"), random_events(300, 5, false), PartitionKind::by_order);
    const std::string bytes = test::read_file(folder.path("p"));
    for (std::size_t size = 0; size < bytes.size(); size += 13)
        EXPECT_NE(read(folder.write("c", bytes.substr(0, size))).status, FeedStatus::ok) << size << " bytes";
    EXPECT_EQ(read(folder.write("t", "a text that is longer than a header" + std::string(600, '.'))).status, FeedStatus::not_a_partition);
    EXPECT_EQ(read(folder.path("absent")).status, FeedStatus::cannot_open);
}

TEST(Partition, WithoutCommitThereIsNoFile) {
    const TemporaryFolder folder;
    {
        const auto events = random_events(100, 6, false);
        PartitionWriter writer(folder.path("p").c_str(), instrument(), PartitionKind::by_order, 0, 0);
        ASSERT_EQ(writer.append(events.data(), events.size()), FeedStatus::ok);
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path("p")));
    EXPECT_FALSE(std::filesystem::exists(folder.path("p.tmp")));
}

TEST(Partition, AnEventOfAnotherKindIsRefused) {
    const TemporaryFolder folder;
    const auto bars = random_events(1, 7, true);
    PartitionWriter writer(folder.path("p").c_str(), instrument(), PartitionKind::quotes, 0, 0);
    EXPECT_EQ(writer.append(bars.data(), 1), FeedStatus::invalid_argument);
    EXPECT_EQ(writer.commit(), FeedStatus::invalid_argument);
    PartitionWriter nowhere("/nonexistent/p", instrument(), PartitionKind::quotes, 0, 0);
    EXPECT_EQ(nowhere.commit(), FeedStatus::cannot_open);
}

TEST(SeriesMerge, IsAStableSortByTimeAndRank) {
    const TemporaryFolder folder;
    std::vector<MarketEvent> expected;
    SeriesMerge merge;
    for (std::uint32_t rank = 0; rank < 4; ++rank) {
        merge.add_series();
        std::int64_t latest = INT64_MIN;
        for (int part = 0; part < 3; ++part) {
            auto events = random_events(2'000, 10 * rank + static_cast<std::uint64_t>(part), false);
            for (MarketEvent& event : events) { // coarse times, so that many are equal; now and then one goes back
                event.exchange_time = event.exchange_time / 10'000'000 * 10'000'000 + part * std::int64_t{2'000'000'000};
                event.receive_time = event.exchange_time;
            }
            const std::string path = folder.path("s" + std::to_string(rank) + std::to_string(part));
            write(path, events, PartitionKind::by_order);
            merge.add_partition(path.c_str());
            for (MarketEvent event : events) {
                latest = std::max(latest, event.exchange_time);
                event.receive_time = latest;
                event.instrument = rank;
                expected.push_back(event);
            }
        }
    }
    // `sequence` carries the place in the source, so that a plain sort is a stable one.
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i].sequence = i;
    std::sort(expected.begin(), expected.end(), [](const MarketEvent& a, const MarketEvent& b) {
        return std::tie(a.receive_time, a.instrument, a.sequence) < std::tie(b.receive_time, b.instrument, b.sequence);
    });
    for (MarketEvent& event : expected) event.sequence = 0;
    std::vector<MarketEvent> merged(expected.size() + 10);
    std::size_t count = 0;
    for (std::size_t piece = 1;; piece = piece % 700 + 13) {
        const std::size_t wrote = merge.next(merged.data() + count, std::min(piece, merged.size() - count));
        if (wrote == 0) break;
        count += wrote;
    }
    EXPECT_EQ(merge.status(), FeedStatus::ok);
    ASSERT_EQ(count, expected.size());
    EXPECT_EQ(std::memcmp(merged.data(), expected.data(), count * sizeof(MarketEvent)), 0);
}

TEST(SeriesMerge, ADamagedPartitionIsNamed) {
    const TemporaryFolder folder;
    write(folder.path("good"), random_events(10, 1, false), PartitionKind::by_order);
    SeriesMerge merge;
    merge.add_series();
    merge.add_partition(folder.path("good").c_str());
    merge.add_partition(folder.path("absent").c_str());
    std::vector<MarketEvent> events(100);
    while (merge.next(events.data(), events.size()) > 0) {}
    EXPECT_EQ(merge.status(), FeedStatus::cannot_open);
    EXPECT_EQ(merge.failed_path(), folder.path("absent"));
}

TEST(Partition, AFileThatIsSyncedLaterIsWholeAtOnce) {
    TemporaryFolder folder;
    const std::vector<MarketEvent> events = random_events(1'000, 5, false);
    for (const bool synced : {false, true}) {
        const std::string path = folder.write(synced ? "synced" : "unsynced", "");
        PartitionWriter writer(path.c_str(), instrument(), PartitionKind::by_order, 18'993, 0);
        ASSERT_EQ(writer.append(events.data(), events.size()), FeedStatus::ok);
        ASSERT_EQ(synced ? writer.commit() : writer.commit_unsynced(), FeedStatus::ok);
        EXPECT_EQ(writer.commit(), FeedStatus::invalid_argument);
        PartitionReader reader;
        ASSERT_EQ(reader.open(path.c_str()), FeedStatus::ok);
        EXPECT_EQ(reader.info().rows, events.size());
    }
    EXPECT_EQ(sync_files_of(folder.path("").c_str()), FeedStatus::ok);
    EXPECT_EQ(sync_files_of("/nonexistent"), FeedStatus::cannot_open);
}

} // namespace
} // namespace martlet
