#include "support.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "martlet/book.hpp"
#include "martlet/dbn.hpp"

namespace martlet {
namespace {

/// 25 December 2023, 17:00 in Chicago: before it orders may cross, since the auction is still to come.
constexpr std::int64_t opening = 1'703'545'200'000'000'000;
constexpr Decimal quarter{25, -2}; // the tick of the E-mini S&P
const DbnOptions options{quarter, 0, 0};

struct Decoded {
    EventBuffer events;
    DefectLog log;
    DbnInfo info{};
    DbnCounts counts{};
    std::size_t of(EventKind kind, std::uint16_t flags = 0) const {
        return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [=](const MarketEvent& event) {
            return event.kind == kind && (event.flags & flags) == flags;
        }));
    }
};

Decoded decode(const std::string& path) {
    Decoded result;
    EXPECT_EQ(decode_dbn(path.c_str(), options, nullptr, 0, result.events, result.log, result.info, result.counts), FeedStatus::ok);
    return result;
}

Decoded decode_csv(const std::string& path) {
    Decoded result;
    EXPECT_EQ(decode_dbn_csv(path.c_str(), options, nullptr, 0, result.events, result.log, result.counts), FeedStatus::ok);
    return result;
}

void expect_same(const EventBuffer& a, const EventBuffer& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        ASSERT_EQ(std::memcmp(a.begin() + i, b.begin() + i, sizeof(MarketEvent)), 0) << "event " << i;
}

using Queue = std::vector<std::tuple<std::uint64_t, std::int64_t, std::int64_t>>; // order, price, quantity

/// Both sides of a book, order by order in priority.
Queue queue_of(const Book& book) {
    Queue queue;
    for (const Side side : {Side::buy, Side::sell})
        for (std::uint32_t cursor = book.first_order(side); cursor != 0; cursor = book.next_order(cursor)) {
            const OrderView order = book.order_at(cursor);
            queue.emplace_back(order.order, order.price, order.quantity);
        }
    return queue;
}

Book replay(const EventBuffer& events) {
    Book book{BookOptions{}};
    for (const MarketEvent& event : events) EXPECT_EQ(book.apply(event), BookFault::none);
    return book;
}

TEST(DbnSamples, TheSnapshotDecodesIntoOneSnapshot) {
    MARTLET_SAMPLE(path, "mbo/esh4-glbx-mdp3-20231224.mbo.dbn.zst");
    MARTLET_SAMPLE(csv, "mbo/esh4-glbx-mdp3-20231224.mbo.csv.gz");
    const Decoded binary = decode(path);
    EXPECT_EQ(binary.counts.records, 8'725u);
    EXPECT_EQ(binary.counts.snapshots, 1u);
    EXPECT_EQ(binary.events.size(), 8'725u + 2);
    EXPECT_EQ(binary.of(EventKind::order_add, market_flag_snapshot), 8'725u);
    EXPECT_EQ(binary.log.record_count(), 0u);
    EXPECT_EQ(binary.counts.skipped_bytes + binary.counts.other_records + binary.counts.unwanted, 0u);
    EXPECT_STREQ(binary.info.dataset, "GLBX.MDP3");
    EXPECT_EQ(binary.info.version, 1);
    EXPECT_EQ(binary.info.schema, 0);
    EXPECT_EQ(binary.info.symbols, 1u);
    const Decoded text = decode_csv(csv);
    EXPECT_EQ(text.log.record_count(), 0u);
    expect_same(binary.events, text.events);
}

TEST(DbnSamples, TheDayAndItsCsvTwinGiveTheSameEventsAndNothingIsLeftOver) {
    MARTLET_SAMPLE(path, "mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst");
    MARTLET_SAMPLE(csv, "mbo/esh4-glbx-mdp3-20231225.mbo.csv.gz");
    const Decoded binary = decode(path);
    EXPECT_EQ(binary.counts.records, 68'792u);
    EXPECT_EQ(binary.log.record_count(), 0u);
    EXPECT_EQ(binary.counts.orderless_fills, 7u) << "7 fills name an order that is not in the book";
    EXPECT_EQ(binary.counts.skipped_bytes + binary.counts.other_records + binary.counts.unwanted + binary.counts.gaps, 0u);
    EXPECT_EQ(binary.of(EventKind::order_add), 13'289u + 15'927 + 83) << "83 times an iceberg shows anew, after all that it showed was taken";
    EXPECT_EQ(binary.of(EventKind::trade) - binary.counts.orderless_fills - binary.counts.hidden_fills, 1'430u + 1'542 + 1);
    const Decoded text = decode_csv(csv);
    EXPECT_EQ(text.log.record_count(), 0u);
    EXPECT_EQ(text.counts.repeats, binary.counts.repeats);
    expect_same(binary.events, text.events);
}

TEST(DbnSamples, WhatTradesIsWhatTheFillsTookOnceAndNoMore) {
    MARTLET_SAMPLE(csv, "mbo/esh4-glbx-mdp3-20231225.mbo.csv.gz");
    std::int64_t filled = 0, printed = 0, told = 0;
    gzFile file = gzopen(csv.c_str(), "rb");
    char line[512];
    while (gzgets(file, line, sizeof line) != nullptr) {
        char action = 0, side = 0;
        long long price = 0, size = 0;
        if (std::sscanf(line, "%*[^,],%*[^,],%*[^,],%*[^,],%c,%c,%lld,%lld", &action, &side, &price, &size) != 4) continue;
        if (action == 'F') filled += size;
        if (action == 'T') printed += size;
    }
    gzclose(file);
    const Decoded result = decode_csv(csv);
    std::int64_t repeated = 0;
    for (const MarketEvent& event : result.events) {
        const bool implied = (event.flags & market_flag_implied) != 0;
        if (event.kind == EventKind::order_execute || (event.kind == EventKind::trade && implied)) told += event.quantity;
        if (event.kind == EventKind::trade && !implied) repeated += event.quantity;
    }
    EXPECT_EQ(told, filled) << "executions and implied trades together";
    EXPECT_EQ(repeated, printed) << "every trade of the day had its fills";
}

TEST(DbnSamples, TheBookAfterTheFirst8725RecordsEqualsTheSnapshotFile) {
    MARTLET_SAMPLE(snapshot, "mbo/esh4-glbx-mdp3-20231224.mbo.dbn.zst");
    MARTLET_SAMPLE(day, "mbo/esh4-glbx-mdp3-20231225.mbo.csv.gz");
    gzFile file = gzopen(day.c_str(), "rb");
    std::string head;
    char line[512];
    for (int rows = 0; rows <= 8'725 && gzgets(file, line, sizeof line) != nullptr; ++rows) head += line;
    gzclose(file);
    const test::TemporaryFolder folder;
    const Decoded first = decode_csv(folder.write("head.csv", head));
    EXPECT_EQ(first.counts.records, 8'725u);
    const Queue expected = queue_of(replay(decode(snapshot).events));
    EXPECT_EQ(expected.size(), 8'725u);
    EXPECT_EQ(queue_of(replay(first.events)), expected);
}

TEST(DbnSamples, TheBookAtTheEndOfTheDayIsUncrossedAndEqualsAReplayWithoutFills) {
    MARTLET_SAMPLE(path, "mbo/esh4-glbx-mdp3-20231225.mbo.dbn.zst");
    MARTLET_SAMPLE(csv, "mbo/esh4-glbx-mdp3-20231225.mbo.csv.gz");
    const Decoded result = decode(path);
    Book book{BookOptions{}};
    std::uint64_t crossed = 0;
    for (const MarketEvent& event : result.events) {
        const BookFault fault = book.apply(event);
        const bool meets = fault == BookFault::crossed || fault == BookFault::locked;
        crossed += meets ? 1 : 0;
        ASSERT_TRUE(fault == BookFault::none || (meets && event.exchange_time < opening)) << "venue sequence " << event.reference;
    }
    std::printf("ES day: %zu events, crossed or locked at the end of %llu venue events before the opening\n", result.events.size(),
                static_cast<unsigned long long>(crossed));
    EXPECT_TRUE(book.valid());
    EXPECT_FALSE(book.crossed());
    EXPECT_EQ(book.best_bid().price, 4'810'00 / 25);
    EXPECT_EQ(book.best_ask().price, 4'810'25 / 25);
    EXPECT_EQ(book.order_count(), 11'217u);

    // The venue's own rule: fills leave the book alone, what follows them takes the quantity.
    std::map<std::uint64_t, std::pair<std::int64_t, std::int64_t>> orders;
    gzFile file = gzopen(csv.c_str(), "rb");
    char line[512];
    while (gzgets(file, line, sizeof line) != nullptr) {
        char action = 0;
        long long price = 0, size = 0;
        unsigned long long order = 0;
        if (std::sscanf(line, "%*[^,],%*[^,],%*[^,],%*[^,],%c,%*c,%lld,%lld,%*[^,],%llu", &action, &price, &size, &order) != 4) continue;
        if (action == 'A' || action == 'M') orders[order] = {price / 250'000'000, size};
        if (action == 'C') orders.erase(order);
    }
    gzclose(file);
    ASSERT_EQ(orders.size(), book.order_count());
    for (const auto& [order, facts] : orders) {
        const OrderView view = book.find(order);
        ASSERT_EQ(view.price, facts.first) << order;
        ASSERT_EQ(view.quantity, facts.second) << order;
    }
}

TEST(DbnSamples, TheTopOfTheBookDecodesIntoQuotesAndTrades) {
    MARTLET_SAMPLE(path, "mbo/futures_mbp-1_2024-07-01T23-58_2024-07-02T00-02.dbn.zst");
    const Decoded result = decode(path);
    EXPECT_EQ(result.counts.records, 2'288u);
    EXPECT_EQ(result.info.schema, 1);
    EXPECT_EQ(result.log.record_count(), 0u);
    EXPECT_EQ(result.counts.skipped_bytes + result.counts.other_records + result.counts.unwanted + result.counts.gaps, 0u);
    EXPECT_EQ(result.of(EventKind::trade), 66u + 54);
    Book book{BookOptions{.mode = BookMode::top_only}};
    for (const MarketEvent& event : result.events) ASSERT_EQ(book.apply(event), BookFault::none);
    EXPECT_GT(result.of(EventKind::quote), 2'000u);
    EXPECT_FALSE(book.crossed());
}

} // namespace
} // namespace martlet
