#include "support.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <tuple>

#include "itch_stream.hpp"
#include "martlet/book.hpp"
#include "martlet/itch.hpp"

namespace martlet {
namespace {

using test::ItchWriter;
using W = ItchWriter;

constexpr std::int32_t summer = 15'512; // 2012-06-21
constexpr std::int64_t midnight = (summer * 86'400ll + 4 * 3600) * 1'000'000'000;

struct Decoded {
    FeedStatus status = FeedStatus::ok;
    EventBuffer events;
    DefectLog log;
    ItchCounts counts{};
    const MarketEvent& at(std::size_t index) const { return events.begin()[index]; }
};

ItchStock stock(std::string_view name, std::uint32_t instrument) {
    ItchStock result{};
    std::copy(name.begin(), name.end(), result.symbol);
    result.instrument = instrument;
    return result;
}

/// Decodes bytes in pieces of one size.
Decoded decode(std::string_view bytes, std::vector<ItchStock> stocks = {}, std::size_t piece = SIZE_MAX,
               ItchFraming framing = ItchFraming::automatic) {
    Decoded result;
    ItchDecoder decoder({summer, framing, 16, 0}, stocks.data(), stocks.size(), result.events, result.log);
    for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at))
        decoder.consume(bytes.data() + at, std::min(piece, bytes.size() - at));
    decoder.finish(true);
    result.status = decoder.status();
    result.counts = decoder.counts();
    return result;
}

std::string stream(const std::vector<std::string>& messages) {
    std::string bytes;
    for (const std::string& message : messages) bytes += W::framed(message);
    return bytes;
}

bool same(const EventBuffer& a, const EventBuffer& b) {
    return a.size() == b.size() && std::memcmp(a.begin(), b.begin(), a.size() * sizeof(MarketEvent)) == 0;
}

TEST(Itch, TheTableOfLengthsHoldsTheSpecification) {
    const std::vector<std::pair<char, std::size_t>> lengths{
        {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28}, {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40},
        {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19}, {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
    std::size_t known = 0;
    for (int type = 0; type < 256; ++type) known += itch_length(static_cast<char>(type)) != 0 ? 1 : 0;
    EXPECT_EQ(known, lengths.size());
    for (const auto& [type, length] : lengths) EXPECT_EQ(itch_length(type), length) << type;
}

TEST(Itch, AnOrdersLifeBecomesItsEvents) {
    const Decoded result = decode(stream({W::add(7, 100, 11, 'B', 300, "AAPL", 1'000'000), W::add(7, 101, 12, 'S', 50, "AAPL", 1'000'100, "GSCO"),
                                          W::execute(7, 102, 11, 100, 900), W::execute_at(7, 103, 11, 50, 901, 'Y', 999'900),
                                          W::execute_at(7, 104, 11, 25, 902, 'N', 999'000), W::cancel(7, 105, 11, 25),
                                          W::replace(7, 106, 11, 13, 80, 999'500), W::remove(7, 107, 13), W::execute(7, 108, 12, 50, 903)}));
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    struct Row {
        EventKind kind;
        Side side;
        std::int64_t price, quantity;
        std::uint64_t order, reference;
        bool last;
    };
    const std::vector<Row> expected{
        {EventKind::order_add, Side::buy, 1'000'000, 300, 11, 1, true},      {EventKind::order_add, Side::sell, 1'000'100, 50, 12, 2, true},
        {EventKind::order_execute, Side::buy, 1'000'000, 100, 11, 3, true},  {EventKind::order_execute, Side::buy, 999'900, 50, 11, 4, true},
        {EventKind::order_cancel, Side::buy, 1'000'000, 25, 11, 5, true},    {EventKind::order_cancel, Side::buy, 1'000'000, 25, 11, 6, true},
        {EventKind::order_cancel, Side::buy, 1'000'000, 100, 11, 7, false},  {EventKind::order_add, Side::buy, 999'500, 80, 13, 7, true},
        {EventKind::order_cancel, Side::buy, 999'500, 80, 13, 8, true},      {EventKind::order_execute, Side::sell, 1'000'100, 50, 12, 9, true}};
    ASSERT_EQ(result.events.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const MarketEvent& event = result.at(i);
        const Row& row = expected[i];
        EXPECT_EQ(event.kind, row.kind) << i;
        EXPECT_EQ(event.side, row.side) << i;
        EXPECT_EQ(event.price, row.price) << i;
        EXPECT_EQ(event.quantity, row.quantity) << i;
        EXPECT_EQ(event.order, row.order) << i;
        EXPECT_EQ(event.reference, row.reference) << i;
        EXPECT_EQ((event.flags & market_flag_last) != 0, row.last) << i;
        EXPECT_EQ(event.instrument, 7u) << "without a choice the instrument is the locate code";
    }
    EXPECT_EQ(result.at(0).exchange_time, midnight + 100);
    EXPECT_EQ(result.at(0).receive_time, midnight + 100);
    EXPECT_EQ(result.counts.live_orders, 0u);
}

TEST(Itch, PrintsWithoutAnOrderAreImpliedAndCrossesSayTheirAuction) {
    const Decoded result = decode(stream({W::trade(3, 1, 40, "MSFT", 300'000, 77), W::cross(3, 2, 5'000, "MSFT", 301'000, 78), W::cross(3, 3, 0, "MSFT", 0, 79),
                                          W::imbalance(3, 4, 700, 90, 'S', "MSFT", 299'000, 0, 302'000),
                                          W::imbalance(3, 5, 800, 91, 'B', "MSFT", 299'000, 298'000, 302'000), W::imbalance(3, 6, 800, 0, 'N', "MSFT", 0, 1, 2)}));
    ASSERT_EQ(result.events.size(), 7u);
    EXPECT_EQ(result.at(0).kind, EventKind::trade);
    EXPECT_EQ(result.at(0).side, Side::none);
    EXPECT_EQ(result.at(0).order, 77u);
    EXPECT_TRUE(result.at(0).flags & market_flag_implied);
    EXPECT_EQ(result.at(1).kind, EventKind::auction);
    EXPECT_FALSE(result.at(1).flags & market_flag_last);
    EXPECT_EQ(result.at(2).kind, EventKind::trade);
    EXPECT_EQ(result.at(2).quantity, 5'000);
    EXPECT_TRUE(result.at(2).flags & market_flag_implied);
    EXPECT_EQ(result.at(3).kind, EventKind::auction) << "a cross without shares is no trade";
    EXPECT_EQ(result.at(3).quantity, 0);
    EXPECT_EQ(result.at(4).price, 302'000) << "without a near price the reference price";
    EXPECT_EQ(result.at(4).side, Side::sell);
    EXPECT_EQ(result.at(4).reference, 90u);
    EXPECT_EQ(result.at(4).quantity, 700);
    EXPECT_EQ(result.at(5).price, 298'000);
    EXPECT_EQ(result.at(5).side, Side::buy);
    EXPECT_EQ(result.at(6).side, Side::none);
}

TEST(Itch, WhatSaysNothingOfTheBookIsCountedByType) {
    std::string bytes;
    for (const char type : std::string_view("YLVWKJBNO")) bytes += W::framed(W::plain(type, 1, 5, itch_length(type)));
    EventBuffer events;
    DefectLog log;
    ItchDecoder decoder({summer, ItchFraming::prefixed, 0, 0}, nullptr, 0, events, log);
    decoder.consume(bytes.data(), bytes.size());
    decoder.finish(true);
    for (const char type : std::string_view("YLVWKJBNO")) EXPECT_EQ(decoder.count(type), 1u) << type;
    EXPECT_EQ(decoder.counts().messages, 9u);
    EXPECT_EQ(events.size(), 0u);
    EXPECT_EQ(log.record_count(), 0u);
}

TEST(Itch, TheStatusOfAStockIsToldWhereItChanges) {
    const Decoded result = decode(
        stream({W::system(1, 'O'), W::directory(4, 2, "X"), W::action(4, 3, "X", 'T'), W::system(4, 'S'), W::system(5, 'Q'), W::action(4, 6, "X", 'P'),
                W::action(4, 7, "X", 'Q'), W::action(4, 8, "X", 'T'), W::halt(4, 9, "X", 'B', 'H'), W::halt(4, 10, "X", 'Q', 'H'),
                W::halt(4, 11, "X", 'Q', 'T'), W::system(12, 'M'), W::system(13, 'E'), W::system(14, 'C')}),
        {stock("X", 9)});
    std::vector<TradingStatus> told;
    for (const MarketEvent& event : result.events) {
        EXPECT_EQ(event.kind, EventKind::trading_status);
        EXPECT_EQ(event.instrument, 9u);
        told.push_back(static_cast<TradingStatus>(event.reference));
    }
    using enum TradingStatus;
    EXPECT_EQ(told, (std::vector{pre_open, open, halted, auction, open, halted, open, closed}));
}

TEST(Itch, OnlyTheStocksThatAreWantedGiveEventsAndHoldOrders) {
    const std::string bytes = stream({W::directory(1, 1, "AAPL"), W::directory(2, 1, "AAPLW"), W::add(1, 2, 10, 'B', 5, "AAPL", 100),
                                      W::add(2, 3, 20, 'B', 5, "AAPLW", 100), W::execute(2, 4, 20, 5, 1), W::remove(1, 5, 10),
                                      W::add(3, 6, 30, 'S', 5, "ZVZZT", 100), W::remove(3, 7, 30), W::remove(4, 8, 99)});
    const Decoded result = decode(bytes, {stock("ZVZZT", 1), stock("AAPL", 0)});
    ASSERT_EQ(result.events.size(), 4u);
    EXPECT_EQ(result.at(0).instrument, 0u);
    EXPECT_EQ(result.at(2).instrument, 1u) << "an order names its stock, where the directory came before us";
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u) << "orders of other stocks are not looked for";
    EXPECT_EQ(result.counts.messages, 9u);
}

TEST(Itch, EveryBadMessageIsKeptAsideWithItsReasonAndTheRestGoesOn) {
    const std::string good = W::framed(W::add(1, 100, 1, 'B', 100, "A", 100)) + W::framed(W::add(1, 100, 2, 'B', 100, "A", 100));
    const std::string after = W::framed(W::remove(1, 101, 1)) + W::framed(W::remove(1, 101, 2));
    std::string wrong_length = W::add(1, 100, 3, 'B', 100, "A", 100) + "?";
    const std::vector<std::pair<std::string, Defect>> bad{
        {W::framed(wrong_length), Defect::wrong_length},
        {W::framed(W::plain('Z', 1, 100, 17)), Defect::unknown_type},
        {W::framed(W::add(1, 86'400'000'000'000, 3, 'B', 100, "A", 100)), Defect::malformed_time},
        {W::framed(W::add(1, 100, 3, 'X', 100, "A", 100)), Defect::malformed_record},
        {W::framed(W::add(1, 100, 3, 'B', 0, "A", 100)), Defect::number_out_of_range},
        {W::framed(W::add(1, 100, 3, 'B', 100, "A", 0)), Defect::not_positive},
        {W::framed(W::add(1, 100, 1, 'S', 100, "A", 100)), Defect::duplicate},
        {W::framed(W::add(1, 100, UINT64_MAX, 'S', 100, "A", 100)), Defect::number_out_of_range},
        {W::framed(W::remove(1, 100, 77)), Defect::unknown_order},
        {W::framed(W::remove(1, 100, UINT64_MAX)), Defect::unknown_order},
        {W::framed(W::execute(1, 100, 77, 5, 1)), Defect::unknown_order},
        {W::framed(W::cancel(1, 100, 77, 5)), Defect::unknown_order},
        {W::framed(W::replace(1, 100, 77, 78, 5, 100)), Defect::unknown_order},
        {W::framed(W::replace(1, 100, 1, 2, 5, 100)), Defect::duplicate},
        {W::framed(W::replace(1, 100, 1, 3, 5, 0)), Defect::not_positive},
        {W::framed(W::replace(1, 100, 1, 3, 0, 5)), Defect::number_out_of_range},
        {W::framed(W::cancel(1, 100, 1, 0)), Defect::number_out_of_range},
        {W::framed(W::execute_at(1, 100, 1, 5, 1, '?', 100)), Defect::malformed_record},
        {W::framed(W::trade(1, 100, 0, "A", 100, 1)), Defect::number_out_of_range},
        {W::framed(W::cross(1, 100, 5, "A", 0, 1)), Defect::not_positive},
        {W::framed(W::action(1, 100, "A", '?')), Defect::unknown_type},
        {W::framed(W::system(100, '?')), Defect::unknown_type},
        {std::string(30, '\xEE'), Defect::malformed_record},
        {std::string("\x7F\xFF", 2) + std::string(300, '\0'), Defect::malformed_record}};
    for (const auto& [bytes, defect] : bad)
        for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{7}}) {
            const Decoded result = decode(good + bytes + after, {}, piece);
            EXPECT_EQ(result.status, FeedStatus::ok);
            EXPECT_EQ(result.log.count(defect), 1u) << defect_code(defect);
            ASSERT_EQ(result.log.total(Treatment::rejected), 1u) << defect_code(defect);
            EXPECT_GE(result.log.record(0).offset, good.size());
            EXPECT_LE(result.log.record(0).offset, good.size() + 2);
            ASSERT_EQ(result.events.size(), 4u) << defect_code(defect) << " in pieces of " << piece;
            EXPECT_EQ(result.at(3).order, 2u);
        }
}

TEST(Itch, MoreThanAnOrderHasTakesWhatItHas) {
    const Decoded result = decode(stream({W::add(1, 1, 1, 'B', 100, "A", 100), W::execute(1, 2, 1, 101, 1), W::add(1, 3, 2, 'B', 100, "A", 100),
                                          W::cancel(1, 4, 2, 500)}));
    EXPECT_EQ(result.log.count(Defect::excess_quantity), 2u);
    EXPECT_EQ(result.at(1).quantity, 100);
    EXPECT_EQ(result.at(3).quantity, 100);
    EXPECT_EQ(result.counts.live_orders, 0u);
}

TEST(Itch, TimeThatGoesBackIsHeldAndCounted) {
    const Decoded result = decode(stream({W::add(1, 500, 1, 'B', 100, "A", 100), W::remove(1, 400, 1)}));
    EXPECT_EQ(result.log.count(Defect::out_of_order), 1u);
    EXPECT_EQ(result.at(1).exchange_time, result.at(0).exchange_time);
}

TEST(Itch, AStreamThatIsCutSaysSo) {
    const std::string bytes = stream({W::add(1, 500, 1, 'B', 100, "A", 100), W::remove(1, 600, 1)});
    for (std::size_t cut = 1; cut < 2 + 19; ++cut) {
        const Decoded result = decode(bytes.substr(0, bytes.size() - cut));
        EXPECT_EQ(result.log.count(Defect::truncated_record), 1u) << cut;
        EXPECT_EQ(result.events.size(), 1u);
    }
    EventBuffer events;
    DefectLog log;
    ItchDecoder decoder({summer, ItchFraming::automatic, 0, 0}, nullptr, 0, events, log);
    decoder.consume(bytes.data(), bytes.size() - 3);
    decoder.finish(false);
    EXPECT_EQ(log.record_count(), 0u) << "of a source that was cut the rest is not judged";
}

TEST(Itch, TheBoundOnLiveOrdersStopsTheDecoder) {
    const std::string bytes = stream({W::add(1, 1, 1, 'B', 100, "A", 100), W::add(1, 2, 2, 'B', 100, "A", 100), W::add(1, 3, 3, 'B', 100, "A", 100)});
    EventBuffer events;
    DefectLog log;
    ItchDecoder decoder({summer, ItchFraming::automatic, 0, 2}, nullptr, 0, events, log);
    decoder.consume(bytes.data(), bytes.size());
    EXPECT_EQ(decoder.status(), FeedStatus::too_large);
    EXPECT_EQ(events.size(), 2u);
}

/// Random but sound order flow of a few stocks, and what the book of each should be: levels from a plain map.
struct Flow {
    std::vector<std::string> messages;
    std::map<std::pair<int, std::int64_t>, std::int64_t> levels[4]; // (side, price) → shares
};

Flow random_flow(std::uint32_t seed, std::size_t count) {
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    Flow flow;
    std::vector<std::tuple<std::uint64_t, int, char, std::uint32_t, std::uint32_t>> live; // number, stock, side, price, shares
    std::uint64_t next = 0;
    const auto change = [&](int of, char side, std::uint32_t price, std::int64_t shares) {
        auto& level = flow.levels[of][{side, price}];
        level += shares;
        if (level == 0) flow.levels[of].erase({side, price});
    };
    for (std::uint64_t time = 1; flow.messages.size() < count; ++time) {
        const std::uint32_t choice = live.empty() ? 0 : below(10);
        const std::size_t at = live.empty() ? 0 : below(static_cast<std::uint32_t>(live.size()));
        if (choice < 4) {
            const int of = static_cast<int>(below(4));
            const char side = below(2) != 0 ? 'B' : 'S';
            const std::uint32_t price = 10'000 + 100 * below(20) + (side == 'B' ? 0 : 3'000);
            const std::uint32_t shares = 1 + below(500);
            next += 1 + below(5);
            flow.messages.push_back(W::add(static_cast<std::uint16_t>(of), time, next, side, shares, "S" + std::to_string(of), price));
            live.emplace_back(next, of, side, price, shares);
            change(of, side, price, shares);
            continue;
        }
        auto& [number, of, side, price, shares] = live[at];
        const auto locate = static_cast<std::uint16_t>(of);
        const std::uint32_t part = 1 + below(shares);
        if (choice == 4) flow.messages.push_back(W::execute(locate, time, number, part, time));
        if (choice == 5) flow.messages.push_back(W::cancel(locate, time, number, part));
        if (choice == 6) flow.messages.push_back(W::execute_at(locate, time, number, part, time, below(2) != 0 ? 'Y' : 'N', price + 1));
        if (choice >= 4 && choice <= 6) {
            change(of, side, price, -static_cast<std::int64_t>(part));
            shares -= part;
        } else {
            change(of, side, price, -static_cast<std::int64_t>(shares));
            shares = 0;
        }
        if (choice == 7) {
            next += 1 + below(5);
            const std::uint32_t new_price = price + 100;
            flow.messages.push_back(W::replace(locate, time, number, next, 77, new_price));
            change(of, side, new_price, 77);
            std::tie(number, price, shares) = std::tuple(next, new_price, 77u);
        } else if (choice > 7) {
            flow.messages.push_back(W::remove(locate, time, number));
        }
        if (shares == 0) {
            live[at] = live.back();
            live.pop_back();
        }
    }
    return flow;
}

TEST(Itch, TheBookOfRandomOrderFlowEqualsAPlainMapsLevels) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        const Flow flow = random_flow(seed, 3'000);
        const Decoded result = decode(stream(flow.messages));
        ASSERT_EQ(result.log.record_count(), 0u) << "seed " << seed;
        for (std::uint32_t of = 0; of < 4; ++of) {
            Book book{BookOptions{}};
            for (const MarketEvent& event : result.events)
                if (event.instrument == of) {
                    ASSERT_EQ(book.apply(event), BookFault::none);
                }
            std::map<std::pair<int, std::int64_t>, std::int64_t> levels;
            for (const Side side : {Side::buy, Side::sell})
                for (std::uint32_t cursor = book.first_level(side); cursor != 0; cursor = book.next_level(cursor))
                    levels[{side == Side::buy ? 'B' : 'S', book.level(cursor).price}] = book.level(cursor).quantity;
            EXPECT_EQ(levels, flow.levels[of]) << "seed " << seed;
        }
    }
}

TEST(Itch, FramingAndPiecesDoNotChangeTheEvents) {
    const Flow flow = random_flow(7, 2'000);
    std::string bare, zeros;
    for (const std::string& message : flow.messages) {
        bare += message;
        zeros += std::string(2, '\0') + message;
    }
    const std::string framed = stream(flow.messages);
    const Decoded whole = decode(framed);
    EXPECT_EQ(whole.counts.unframed, 0u);
    for (const std::size_t piece : {1u, 2u, 3u, 50u, 1'000u, 65'536u}) {
        EXPECT_TRUE(same(whole.events, decode(framed, {}, piece).events)) << piece;
        EXPECT_TRUE(same(whole.events, decode(bare, {}, piece).events)) << piece;
        const Decoded unframed = decode(zeros, {}, piece);
        EXPECT_TRUE(same(whole.events, unframed.events)) << piece;
        EXPECT_EQ(unframed.counts.unframed, flow.messages.size());
    }
}

} // namespace
} // namespace martlet
