#include "support.hpp"

#include <algorithm>
#include <cstring>
#include <random>

#include "dbn_stream.hpp"
#include "martlet/book.hpp"
#include "martlet/dbn.hpp"

namespace martlet {
namespace {

using W = test::DbnWriter;
constexpr std::int64_t unit = 1'000'000'000;

struct Decoded {
    FeedStatus status = FeedStatus::ok;
    EventBuffer events;
    DefectLog log;
    DbnInfo info{};
    DbnCounts counts{};
    const MarketEvent& at(std::size_t index) const { return events.begin()[index]; }
    std::vector<EventKind> kinds() const {
        std::vector<EventKind> result;
        for (const MarketEvent& event : events) result.push_back(event.kind);
        return result;
    }
};

Decoded decode(const std::string& bytes, std::size_t piece = SIZE_MAX, const std::vector<DbnInstrument>& wanted = {}, DbnOptions options = {{1, 0}, 0, 0}) {
    Decoded result;
    DbnDecoder decoder(options, wanted.data(), wanted.size(), result.events, result.log);
    for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at))
        decoder.consume(bytes.data() + at, std::min(piece, bytes.size() - at));
    decoder.finish(true);
    result.status = decoder.status();
    result.info = decoder.info();
    result.counts = decoder.counts();
    return result;
}

std::string mbo(const std::string& records) { return W::metadata(1, 0, {{"ESH4", {"5"}}}) + records; }

bool same(const EventBuffer& a, const EventBuffer& b) {
    return a.size() == b.size() && std::memcmp(a.begin(), b.begin(), a.size() * sizeof(MarketEvent)) == 0;
}

TEST(Dbn, AFillTakesTheQuantityAndWhatRepeatsItSaysNothing) {
    const Decoded result = decode(mbo(W::order('A', 'A', 7, 100 * unit, 10) + W::order('T', 'B', 9, 100 * unit, 4, 0) + W::order('F', 'A', 7, 100 * unit, 4, 0) +
                                      W::order('M', 'A', 7, 100 * unit, 6) + W::order('T', 'B', 10, 100 * unit, 6, 0) +
                                      W::order('F', 'A', 7, 100 * unit, 6, 0) + W::order('C', 'A', 7, 100 * unit, 6)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::trade, EventKind::order_execute, EventKind::trade, EventKind::order_execute}));
    EXPECT_EQ(result.at(2).quantity, 4);
    EXPECT_EQ(result.at(2).side, Side::sell);
    EXPECT_TRUE(result.at(2).flags & market_flag_last) << "the record that ends the venue event says nothing itself";
    EXPECT_FALSE(result.at(1).flags & (market_flag_last | market_flag_implied));
    EXPECT_EQ(result.at(1).side, Side::buy);
    EXPECT_EQ(result.counts.repeats, 2u);
    EXPECT_EQ(result.counts.live_orders, 0u);
    EXPECT_EQ(result.log.record_count(), 0u);
}

TEST(Dbn, ACancelBehindAFillTakesOnlyWhatTheFillLeft) {
    const Decoded result = decode(mbo(W::order('A', 'B', 7, 100 * unit, 10) + W::order('F', 'B', 7, 100 * unit, 4, 0) + W::order('C', 'B', 7, 100 * unit, 4, 0) +
                                      W::order('C', 'B', 7, 100 * unit, 2, 0) + W::order('C', 'B', 7, 100 * unit, 4)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::order_execute, EventKind::order_cancel, EventKind::order_cancel}));
    EXPECT_EQ(result.at(2).quantity, 2) << "part of an order";
    EXPECT_EQ(result.at(3).quantity, 4);
}

TEST(Dbn, AFillThatIsRepeatedInPartsIsNotTakenTwice) {
    const Decoded result = decode(mbo(W::order('A', 'B', 7, 100 * unit, 10) + W::order('F', 'B', 7, 100 * unit, 4, 0) + W::order('C', 'B', 7, 100 * unit, 2, 0) +
                                      W::order('C', 'B', 7, 100 * unit, 2) + W::order('C', 'B', 7, 100 * unit, 6)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::order_execute, EventKind::order_cancel}));
    EXPECT_EQ(result.counts.repeats, 2u);
    EXPECT_EQ(result.events.end()[-1].quantity, 6);
}

TEST(Dbn, AModifyBehindAFillIsHeldAgainstWhatTheVenueCounted) {
    const Decoded result = decode(mbo(W::order('A', 'B', 7, 100 * unit, 10) + W::order('F', 'B', 7, 100 * unit, 4, 0) + W::order('M', 'B', 7, 100 * unit, 8)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::order_execute, EventKind::order_modify}));
    EXPECT_TRUE(result.events.end()[-1].flags & market_flag_priority) << "eight of ten are no more";
}

TEST(Dbn, AnIcebergsHiddenPartIsAnImpliedTradeAndItsNextPartJoinsAnew) {
    const Decoded result = decode(mbo(W::order('A', 'A', 7, 100 * unit, 5) + W::order('F', 'A', 7, 100 * unit, 8, 0) + W::order('M', 'A', 7, 100 * unit, 5)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::order_execute, EventKind::trade, EventKind::order_add}));
    EXPECT_EQ(result.at(1).quantity, 5);
    EXPECT_EQ(result.at(2).quantity, 3);
    EXPECT_TRUE(result.at(2).flags & market_flag_implied);
    EXPECT_EQ(result.at(2).side, Side::buy) << "who took it";
    EXPECT_EQ(result.counts.hidden_fills, 1u);
}

TEST(Dbn, AFillOfAnOrderThatIsNotInTheBookIsAnImpliedTradeToo) {
    const Decoded result = decode(mbo(W::order('T', 'N', 0, 100 * unit, 3, 0) + W::order('F', 'N', 77, 100 * unit, 3)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::trade, EventKind::trade}));
    EXPECT_FALSE(result.at(0).flags & market_flag_implied);
    EXPECT_TRUE(result.at(1).flags & market_flag_implied);
    EXPECT_EQ(result.counts.orderless_fills, 1u);
}

TEST(Dbn, ATradeWithoutAnyFillStandsForItself) {
    const Decoded result = decode(mbo(W::order('T', 'A', 0, 100 * unit, 3) + W::order('A', 'B', 1, 100 * unit, 3)));
    EXPECT_TRUE(result.at(0).flags & market_flag_implied);
}

TEST(Dbn, AModifyKeepsItsPlaceOnlyAtTheSamePriceForNoMore) {
    const Decoded result = decode(mbo(W::order('A', 'B', 7, 100 * unit, 10) + W::order('M', 'B', 7, 100 * unit, 9) + W::order('M', 'B', 7, 100 * unit, 12) +
                                      W::order('M', 'B', 7, 101 * unit, 12) + W::order('M', 'A', 7, 101 * unit, 12) + W::order('M', 'B', 8, 99 * unit, 3)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::order_modify, EventKind::order_modify, EventKind::order_modify,
                                           EventKind::order_cancel, EventKind::order_add, EventKind::order_add}));
    EXPECT_TRUE(result.at(1).flags & market_flag_priority);
    EXPECT_FALSE(result.at(2).flags & market_flag_priority);
    EXPECT_FALSE(result.at(3).flags & market_flag_priority);
    EXPECT_EQ(result.at(5).side, Side::sell);
    EXPECT_EQ(result.counts.added_by_modify, 1u);
}

TEST(Dbn, SnapshotsBeginWithTheirFirstRecordAndEndBeforeTheFirstOther) {
    const auto old = W::order('A', 'B', 7, 100 * unit, 10);
    const std::string run = W::order('R', 'N', 0, W::no_price, 0, 40, 50, 5, 900) + W::order('A', 'B', 8, 99 * unit, 1, 40, 51, 5, 900) +
                            W::order('A', 'A', 9, 101 * unit, 1, 168, 52, 5, 900);
    const Decoded result = decode(mbo(old + run + W::order('A', 'B', 10, 98 * unit, 1, 128, 1'000)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::snapshot_begin, EventKind::order_add, EventKind::order_add,
                                           EventKind::snapshot_end, EventKind::order_add}));
    EXPECT_EQ(result.at(2).exchange_time, 900) << "a snapshot is of the time at which it was made";
    EXPECT_TRUE(result.at(2).flags & market_flag_snapshot);
    EXPECT_TRUE(result.at(4).flags & market_flag_snapshot);
    EXPECT_FALSE(result.at(5).flags & market_flag_snapshot);
    EXPECT_EQ(result.counts.live_orders, 3u);
    const Decoded open = decode(mbo(W::order('A', 'B', 8, 99 * unit, 1, 40)));
    EXPECT_EQ(open.kinds(), (std::vector{EventKind::snapshot_begin, EventKind::order_add, EventKind::snapshot_end})) << "and at the end of the stream";
    EXPECT_TRUE(open.at(2).flags & market_flag_last);
}

TEST(Dbn, AClearEmptiesTheBook) {
    const Decoded result = decode(mbo(W::order('A', 'B', 7, 100 * unit, 10) + W::order('R', 'N', 0, W::no_price, 0) + W::order('A', 'B', 7, 100 * unit, 10)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::clear, EventKind::order_add}));
    EXPECT_EQ(result.log.record_count(), 0u) << "the number is free again";
}

TEST(Dbn, AGapIsToldOnceAndEndsWithTheBooksNextStatement) {
    const Decoded result = decode(mbo(W::order('A', 'B', 7, 100 * unit, 10) + W::order('A', 'B', 8, 100 * unit, 1, 132) + W::order('A', 'B', 9, 100 * unit, 1, 132) +
                                      W::order('R', 'N', 0, W::no_price, 0) + W::order('A', 'B', 10, 100 * unit, 1)));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::discontinuity, EventKind::order_add, EventKind::order_add,
                                           EventKind::snapshot_begin, EventKind::snapshot_end, EventKind::order_add}));
    EXPECT_EQ(result.counts.gaps, 1u);
    EXPECT_EQ(result.log.count(Defect::sequence_gap), 1u);
    Book book{BookOptions{}};
    for (const MarketEvent& event : result.events) (void)book.apply(event);
    EXPECT_TRUE(book.valid());
    EXPECT_EQ(book.order_count(), 1u);
}

TEST(Dbn, AnUndefinedPriceIsNoSideOfAQuoteAndNoPriceOfAnOrder) {
    const Decoded result = decode(W::metadata(1, 1, {}) + W::quote('A', 'B', 99 * unit, 1, 99 * unit, W::no_price, 4, 0) +
                                  W::quote('T', 'A', 99 * unit, 2, 99 * unit, W::no_price, 4, 0, 0) + W::quote('C', 'B', 99 * unit, 2, 99 * unit, W::no_price, 4, 0) +
                                  W::quote('A', 'A', 101 * unit, 2, 99 * unit, 101 * unit, 4, 2) + W::quote('R', 'N', W::no_price, 0, W::no_price, W::no_price, 0, 0));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::quote, EventKind::trade, EventKind::quote, EventKind::quote}));
    EXPECT_EQ(as_quote(result.at(0)).ask_quantity, 0);
    EXPECT_EQ(as_quote(result.at(0)).bid_price, 99);
    EXPECT_TRUE(result.at(1).flags & market_flag_last) << "the quote behind it did not change";
    EXPECT_EQ(as_quote(result.at(3)).bid_quantity, 0);
    EXPECT_EQ(decode(mbo(W::order('A', 'B', 7, W::no_price, 1))).log.count(Defect::malformed_number), 1u);
}

TEST(Dbn, TradesAreTradesAndNegativePricesAreAllowed) {
    const Decoded result = decode(W::metadata(2, 4, {}) + W::trade('B', -37 * unit, 2) + W::trade('N', 5 * unit, 1, 200, 6));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::trade, EventKind::trade}));
    EXPECT_EQ(result.at(0).price, -37);
    EXPECT_EQ(result.at(0).side, Side::buy);
    EXPECT_EQ(result.at(1).instrument, 1u) << "numbered in the order of appearance";
    EXPECT_TRUE(result.at(0).flags & market_flag_last);
}

TEST(Dbn, EveryVersionsMetadataIsReadAndNamesTheInstruments) {
    for (int version = 1; version <= 3; ++version)
        for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{33}}) {
            DbnInstrument wanted{};
            std::strcpy(wanted.symbol, "NQH4");
            wanted.instrument = 42;
            wanted.price_increment = {25, -2};
            const Decoded result = decode(W::metadata(version, 0, {{"ESH4", {"5"}}, {"NQH4", {"6", "66"}}}) + W::order('A', 'B', 1, unit, 1, 128, 100, 5) +
                                              W::order('A', 'B', 1, unit, 1, 128, 100, 6) + W::order('A', 'B', 2, unit, 1, 128, 100, 66),
                                          piece, {wanted});
            ASSERT_EQ(result.status, FeedStatus::ok);
            EXPECT_EQ(result.info.version, version);
            EXPECT_EQ(result.info.symbols, 2u);
            EXPECT_STREQ(result.info.dataset, "GLBX.MDP3");
            EXPECT_EQ(result.info.start, 1'000);
            EXPECT_EQ(result.info.end, 2'000);
            ASSERT_EQ(result.events.size(), 2u);
            EXPECT_EQ(result.at(0).instrument, 42u);
            EXPECT_EQ(result.at(1).price, 4) << "in quarters";
            EXPECT_EQ(result.counts.unwanted, 1u);
        }
}

TEST(Dbn, RecordsThatBearTheTimeOfTheirSendingAreRead) {
    std::string record = W::order('A', 'B', 1, unit, 1) + W::number<std::uint64_t>(7);
    record[0] = 16;
    const Decoded result = decode(W::metadata(1, 0, {}, true) + record + record);
    EXPECT_EQ(result.counts.records, 2u);
    EXPECT_EQ(result.log.count(Defect::duplicate), 1u);
}

TEST(Dbn, OtherRecordsArePassedOverByTheirLength) {
    const Decoded result = decode(mbo(W::head(0x16, 80, 5, 100) + std::string(64, '\0') + W::order('A', 'B', 1, unit, 1) + W::head(0x13, 360, 5, 1) + std::string(344, 'x')));
    EXPECT_EQ(result.counts.other_records, 2u);
    EXPECT_EQ(result.events.size(), 1u);
    EXPECT_EQ(result.log.record_count(), 0u);
}

TEST(Dbn, EveryBadRecordIsKeptAsideWithItsReasonAndTheRestGoesOn) {
    const std::string good = W::order('A', 'B', 1, 100 * unit, 5) + W::order('A', 'A', 2, 101 * unit, 5) + W::order('A', 'B', 3, 90 * unit, 5);
    std::string wrong_length = W::order('A', 'B', 9, 100 * unit, 5) + "1234";
    wrong_length[0] = 15;
    const std::vector<std::pair<std::string, Defect>> bad{
        {W::order('A', 'B', 1, 100 * unit, 5), Defect::duplicate},
        {W::order('A', 'N', 9, 100 * unit, 5), Defect::malformed_record},
        {W::order('A', 'B', 9, 100 * unit, 0), Defect::number_out_of_range},
        {W::order('A', 'B', UINT64_MAX, 100 * unit, 1), Defect::number_out_of_range},
        {W::order('A', 'B', 9, 100 * unit + 1, 5), Defect::off_increment},
        {W::order('C', 'B', 9, 100 * unit, 5), Defect::unknown_order},
        {W::order('M', 'B', 1, 100 * unit, 0), Defect::number_out_of_range},
        {W::order('T', 'B', 9, W::no_price, 5), Defect::malformed_number},
        {W::order('F', 'B', 1, 100 * unit, 0), Defect::number_out_of_range},
        {W::order('X', 'B', 9, 100 * unit, 5), Defect::unknown_type},
        {W::order('A', 'B', 9, 100 * unit, 5, 128 + 64), Defect::unknown_type},
        {W::order('A', 'B', 9, 100 * unit, 5, 128, 1ull << 63), Defect::malformed_time},
        {W::quote('X', 'B', 9, 1, 9, 9, 1, 1), Defect::unknown_type},
        {W::quote('A', 'B', 9 * unit, 1, 9 * unit + 5, 9, 1, 1), Defect::off_increment},
        {W::trade('B', unit, 1, 100, 5, 'A'), Defect::unknown_type},
        {wrong_length, Defect::wrong_length},
        {W::head(0x77, 56, 5, 100) + std::string(40, 'x'), Defect::unknown_type},
        {std::string(100, '\0'), Defect::malformed_record},
        {std::string(61, '\xF1'), Defect::malformed_record}};
    for (const auto& [bytes, defect] : bad)
        for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{57}}) {
            const Decoded result = decode(mbo(good + bytes + W::order('C', 'B', 1, 100 * unit, 5) + W::order('C', 'A', 2, 101 * unit, 5) + W::order('C', 'B', 3, 1, 5)), piece);
            EXPECT_EQ(result.status, FeedStatus::ok);
            EXPECT_EQ(result.log.count(defect), 1u) << defect_code(defect);
            ASSERT_EQ(result.log.total(Treatment::rejected), 1u) << defect_code(defect);
            ASSERT_EQ(result.events.size(), 6u) << defect_code(defect) << " in pieces of " << piece;
            EXPECT_EQ(result.at(5).order, 3u);
        }
}

TEST(Dbn, MoreThanAnOrderHasCancelsWhatItHas) {
    const Decoded result = decode(mbo(W::order('A', 'B', 1, 100 * unit, 5) + W::order('C', 'B', 1, 100 * unit, 6)));
    EXPECT_EQ(result.log.count(Defect::excess_quantity), 1u);
    EXPECT_EQ(result.at(1).quantity, 5);
}

TEST(Dbn, WhatIsNoDbnIsRefusedWhole) {
    EXPECT_EQ(decode("DBZ\x01" + std::string(300, 'x')).status, FeedStatus::unknown_layout);
    std::string later = mbo("");
    later[3] = 4;
    EXPECT_EQ(decode(later).status, FeedStatus::unknown_layout);
    std::string listless = mbo("");
    listless[8 + 100 + 4] = '\x7F'; // so many symbols are not there
    EXPECT_EQ(decode(listless).status, FeedStatus::unknown_layout);
    EXPECT_EQ(decode(mbo("").substr(0, 150)).status, FeedStatus::unknown_layout);
    EXPECT_EQ(decode("").status, FeedStatus::unknown_layout);
    std::string endless = mbo("");
    std::memcpy(endless.data() + 4, "\xFF\xFF\xFF\x7F", 4);
    EXPECT_EQ(decode(endless).status, FeedStatus::too_large);
}

TEST(Dbn, BoundsAndIncrementsAreHeld) {
    const std::string two = W::order('A', 'B', 1, unit, 1, 128, 100, 5) + W::order('A', 'B', 1, unit, 1, 128, 100, 6);
    EXPECT_EQ(decode(mbo(two), SIZE_MAX, {}, {{1, 0}, 1, 0}).status, FeedStatus::too_large);
    EXPECT_EQ(decode(mbo(W::order('A', 'B', 1, unit, 1) + W::order('A', 'B', 2, unit, 1)), SIZE_MAX, {}, {{1, 0}, 0, 1}).status, FeedStatus::too_large);
    for (const Decimal increment : {Decimal{0, 0}, Decimal{-1, 0}, Decimal{1, -10}, Decimal{INT64_MAX, 0}})
        EXPECT_EQ(decode(mbo(two), SIZE_MAX, {}, {increment, 0, 0}).status, FeedStatus::invalid_argument);
}

TEST(Dbn, RandomOrderFlowBuildsTheVenuesBookWhateverThePieces) {
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
        std::mt19937 random(seed);
        const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
        struct Live {
            std::uint64_t id;
            char side;
            std::int64_t price;
            std::uint32_t size;
        };
        std::vector<Live> live;
        std::string records;
        std::uint64_t next = 0;
        for (std::uint64_t time = 1; time < 1'500; ++time) {
            const std::uint32_t choice = live.size() < 5 ? 0 : below(9);
            if (choice < 3) {
                live.push_back({++next, below(2) != 0 ? 'A' : 'B', below(50), 1 + below(20)});
                if (live.back().side == 'A') live.back().price += 60;
                records += W::order('A', live.back().side, next, live.back().price * unit, live.back().size, 128, time);
                continue;
            }
            const std::size_t at = below(static_cast<std::uint32_t>(live.size()));
            Live& order = live[at];
            if (choice < 5) { // a fill, and its repetition
                const std::uint32_t part = 1 + below(order.size);
                records += W::order('T', order.side == 'A' ? 'B' : 'A', 0, order.price * unit, part, 0, time) +
                           W::order('F', order.side, order.id, order.price * unit, part, 0, time);
                order.size -= part;
                records += order.size == 0 ? W::order('C', order.side, order.id, order.price * unit, part, 128, time)
                                           : W::order('M', order.side, order.id, order.price * unit, order.size, 128, time);
            } else if (choice < 7) {
                order.size = 1 + below(20);
                order.price += below(2);
                records += W::order('M', order.side, order.id, order.price * unit, order.size, 128, time);
            } else {
                records += W::order('C', order.side, order.id, order.price * unit, order.size, 128, time);
                order.size = 0;
            }
            if (order.size == 0) {
                live[at] = live.back();
                live.pop_back();
            }
        }
        const Decoded whole = decode(mbo(records));
        ASSERT_EQ(whole.log.record_count(), 0u);
        for (const std::size_t piece : {1u, 55u, 4'096u}) EXPECT_TRUE(same(whole.events, decode(mbo(records), piece).events)) << piece;
        Book book{BookOptions{}};
        for (const MarketEvent& event : whole.events) ASSERT_EQ(book.apply(event), BookFault::none);
        ASSERT_EQ(book.order_count(), live.size());
        for (const Live& order : live) {
            EXPECT_EQ(book.find(order.id).price, order.price);
            EXPECT_EQ(book.find(order.id).quantity, order.size);
        }
    }
}

TEST(Dbn, CsvOfTheVendorsOwnNamesIsRead) {
    const test::TemporaryFolder folder;
    const std::string path = folder.write("trades.csv", "ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,depth,price,size,flags,ts_in_delta,sequence,symbol\n"
                                                        "2023-12-25T00:00:00.000000010Z,2023-12-25T00:00:00.000000005Z,0,1,5,T,B,0,4799.250000000,2,128,0,7,ESH4\n"
                                                        "1703462400000000020,1703462400000000015,0,1,6,T,A,0,4799250000000,3,128,0,8,NQH4\n"
                                                        "x,1703462400000000015,0,1,5,T,A,0,1,3,128,0,8,ESH4\n"
                                                        "1,1,0,1,5,T,A,0,1,3,128,0\n"
                                                        "1703462400000000020,1703462400000000015,0,1,5,T,A,0,one,3,128,0,8,ESH4\n"
                                                        "1703462400000000020,1703462400000000015,0,1,5,TT,A,0,1,3,128,0,8,ESH4\n");
    DbnInstrument wanted{};
    std::strcpy(wanted.symbol, "ESH4");
    wanted.instrument = 3;
    wanted.price_increment = {25, -2};
    EventBuffer events;
    DefectLog log;
    DbnCounts counts{};
    ASSERT_EQ(decode_dbn_csv(path.c_str(), {{1, -9}, 0, 0}, &wanted, 1, events, log, counts), FeedStatus::ok);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events.begin()->price, 19'197);
    EXPECT_EQ(events.begin()->exchange_time, 1'703'462'400'000'000'005);
    EXPECT_EQ(events.begin()->receive_time, 1'703'462'400'000'000'010);
    EXPECT_EQ(events.begin()->instrument, 3u);
    EXPECT_EQ(counts.unwanted, 1u);
    for (const Defect defect : {Defect::malformed_time, Defect::wrong_column_count, Defect::malformed_number, Defect::malformed_record})
        EXPECT_EQ(log.count(defect), 1u) << defect_code(defect);
    EXPECT_EQ(decode_dbn_csv(folder.write("other.csv", "a,b,c\n1,2,3\n").c_str(), {{1, -9}, 0, 0}, nullptr, 0, events, log, counts), FeedStatus::unknown_layout);
    EXPECT_EQ(decode_dbn_csv("/nowhere/x.csv", {{1, -9}, 0, 0}, nullptr, 0, events, log, counts), FeedStatus::cannot_open);
}

TEST(Dbn, QuotesAsCsvEqualQuotesAsRecords) {
    const test::TemporaryFolder folder;
    const std::string path = folder.write("mbp.csv", "ts_recv,ts_event,instrument_id,action,side,price,size,flags,sequence,bid_px_00,ask_px_00,bid_sz_00,ask_sz_00\n"
                                                     "110,100,5,A,B,99000000000,1,128,100,99000000000,,4,0\n"
                                                     "110,100,5,T,A,99.000000000,2,0,100,99000000000,,4,0\n"
                                                     "110,100,5,A,A,101000000000,2,128,100,99000000000,101.000000000,4,2\n");
    EventBuffer events;
    DefectLog log;
    DbnCounts counts{};
    ASSERT_EQ(decode_dbn_csv(path.c_str(), {{1, 0}, 0, 0}, nullptr, 0, events, log, counts), FeedStatus::ok);
    const Decoded binary = decode(W::metadata(1, 1, {}) + W::quote('A', 'B', 99 * unit, 1, 99 * unit, W::no_price, 4, 0) +
                                  W::quote('T', 'A', 99 * unit, 2, 99 * unit, W::no_price, 4, 0, 0) + W::quote('A', 'A', 101 * unit, 2, 99 * unit, 101 * unit, 4, 2));
    EXPECT_TRUE(same(events, binary.events));
}

} // namespace
} // namespace martlet
