#include "support.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "martlet/book.hpp"
#include "martlet/fix_log.hpp"

namespace martlet {
namespace {

constexpr char soh = '\x01';

/// A message of these fields, written with `|`, framed with the length and checksum that it has with SOH.
std::string message(std::string body, char separator = soh, std::string_view version = "FIX.4.4") {
    std::replace(body.begin(), body.end(), '|', soh);
    std::string text = "8=" + std::string(version) + soh + "9=" + std::to_string(body.size()) + soh + body;
    unsigned sum = 0;
    for (const char c : text) sum += static_cast<unsigned char>(c);
    char trailer[16];
    std::snprintf(trailer, sizeof trailer, "10=%03u%c", sum % 256, soh);
    text += trailer;
    std::replace(text.begin(), text.end(), soh, separator);
    return text;
}

/// The head of every message: its type, and when it was sent.
std::string head(std::string_view type, int number = 1) {
    return "35=" + std::string(type) + "|34=" + std::to_string(number) + "|49=V|52=20240102-10:00:00.500|56=C|";
}

struct Decoded {
    FeedStatus status = FeedStatus::ok;
    EventBuffer events;
    DefectLog log;
    FixLogCounts counts{};
    const MarketEvent& at(std::size_t index) const { return events.begin()[index]; }
    std::vector<EventKind> kinds() const {
        std::vector<EventKind> result;
        for (const MarketEvent& event : events) result.push_back(event.kind);
        return result;
    }
};

FixLogOptions options(FixBook book = FixBook::by_price, FixChecks checks = FixChecks::strict) {
    return {checks, book, true, {1, -2}, {1, 0}, 0};
}

Decoded decode(const std::string& bytes, FixLogOptions chosen = options(), std::size_t piece = SIZE_MAX, const std::vector<FixInstrument>& wanted = {}) {
    Decoded result;
    FixLogDecoder decoder(chosen, wanted.data(), wanted.size(), result.events, result.log);
    for (std::size_t at = 0; at < bytes.size(); at += std::min(piece, bytes.size() - at))
        decoder.consume(bytes.data() + at, std::min(piece, bytes.size() - at));
    decoder.finish(true);
    result.status = decoder.status();
    result.counts = decoder.counts();
    return result;
}

const std::string trade = message(head("X") + "268=1|279=0|269=2|55=A|270=1.50|271=3|");
const std::string level = message(head("X") + "268=1|279=0|269=0|55=A|270=1.50|271=3|");

TEST(FixLog, ABookByPriceFollowsItsSnapshotAndItsChanges) {
    const Decoded result = decode(
        message(head("W", 1) + "55=A|268=3|269=0|270=10.00|271=5|269=1|270=10.02|271=7|269=2|270=10.01|271=1|") +
        message(head("X", 2) + "268=3|279=1|269=0|55=A|270=10.00|271=4|279=0|269=1|270=10.03|271=2|279=2|269=1|270=10.02|") +
        message(head("X", 3) + "268=1|279=5|269=0|55=A|270=9.99|271=1|"));
    EXPECT_EQ(result.log.record_count(), 0u);
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::snapshot_begin, EventKind::level_set, EventKind::level_set, EventKind::snapshot_end,
                                           EventKind::level_set, EventKind::level_set, EventKind::level_set, EventKind::level_set}));
    EXPECT_TRUE(result.at(1).flags & market_flag_snapshot);
    EXPECT_TRUE(result.at(3).flags & market_flag_last);
    EXPECT_FALSE(result.at(5).flags & market_flag_last);
    EXPECT_TRUE(result.at(6).flags & market_flag_last);
    Book book{BookOptions{.mode = BookMode::by_price}};
    for (const MarketEvent& event : result.events) EXPECT_EQ(book.apply(event), BookFault::none);
    EXPECT_EQ(book.best_bid().quantity, 4);
    EXPECT_EQ(book.best_ask().price, 1'003);
    EXPECT_EQ(book.level_count(Side::buy), 2u);
}

TEST(FixLog, ABookByOrderFollowsExecutionsOnce) {
    const Decoded result = decode(
        message(head("W", 1) + "55=A|268=2|269=0|278=o-1|270=10.00|271=5|269=0|278=77|270=10.00|271=5|") +
            message(head("X", 2) + "268=2|279=0|269=2|55=A|37=77|270=10.00|271=2|2446=2|279=1|269=0|278=77|270=10.00|271=3|") +
            message(head("X", 3) + "268=2|279=0|269=2|55=A|37=77|270=10.00|271=3|279=2|269=0|278=77|") +
            message(head("X", 4) + "268=3|279=1|269=0|55=A|278=o-1|270=10.00|271=4|279=2|269=0|278=o-1|279=0|269=1|278=9|270=10.05|271=1|") +
            message(head("X", 5) + "268=2|279=0|269=2|55=A|37=404|270=10.05|271=1|279=0|269=2|270=10.05|271=1|"),
        options(FixBook::by_order));
    EXPECT_EQ(result.log.record_count(), 0u);
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::snapshot_begin, EventKind::order_add, EventKind::order_add, EventKind::snapshot_end,
                                           EventKind::order_execute, EventKind::order_execute, EventKind::order_modify, EventKind::order_cancel,
                                           EventKind::order_add, EventKind::trade, EventKind::trade}));
    EXPECT_EQ(result.counts.repeats, 2u);
    EXPECT_EQ(result.at(4).quantity, 2);
    EXPECT_EQ(result.at(4).side, Side::buy);
    EXPECT_TRUE(result.at(6).flags & market_flag_priority);
    EXPECT_EQ(result.at(7).quantity, 4) << "what was left of it, though the message does not say so";
    EXPECT_TRUE(result.at(9).flags & market_flag_implied) << "its order is not in the book";
    EXPECT_FALSE(result.at(10).flags & market_flag_implied);
    Book book{BookOptions{}};
    for (const MarketEvent& event : result.events) EXPECT_EQ(book.apply(event), BookFault::none);
    EXPECT_EQ(book.order_count(), 1u);
}

TEST(FixLog, TimesAreTheEntrysOwnOrTheMessages) {
    const auto time_of = [](const std::string& fields, const std::string& extra = "") {
        const Decoded result = decode(message("35=X|49=V|52=20240102-00:00:10.250|56=C|" + extra + "268=1|279=0|269=2|55=A|270=1.50|271=3|" + fields));
        EXPECT_EQ(result.events.size(), 1u);
        EXPECT_EQ(result.at(0).receive_time, 1'704'153'610'250'000'000);
        return result.at(0).exchange_time - 1'704'153'600'000'000'000;
    };
    constexpr std::int64_t second = 1'000'000'000;
    EXPECT_EQ(time_of(""), 10 * second + second / 4);
    EXPECT_EQ(time_of("", "60=20240102-00:00:09|"), 9 * second);
    EXPECT_EQ(time_of("273=00:00:08.123456789|"), 8 * second + 123'456'789);
    EXPECT_EQ(time_of("273=23:59:59|"), -second) << "just before midnight";
    EXPECT_EQ(time_of("272=20240101|273=12:00:00|"), -12 * 3'600 * second);
}

TEST(FixLog, ValuesTextsInterestAndStatusesHaveTheirEvents) {
    const Decoded result = decode(message(head("X") + "268=6|279=0|269=3|55=I|270=25802.1199999999|279=0|269=x|58=LIVE|279=0|269=C|271=1200|"
                                                      "279=2|269=3|270=1|279=0|269=J|279=2|269=2|270=1|271=1|") +
                                  message(head("f", 2) + "55=I|326=2|") + message(head("f", 3) + "55=I|326=17|") + message(head("f", 4) + "55=I|326=99|"));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::external_value, EventKind::open_interest, EventKind::clear, EventKind::trading_status,
                                           EventKind::trading_status, EventKind::trading_status}));
    EXPECT_EQ(result.at(0).price, 25'802'120'000'000);
    EXPECT_EQ(result.at(1).quantity, 1'200);
    EXPECT_EQ(static_cast<TradingStatus>(result.at(3).reference), TradingStatus::halted);
    EXPECT_EQ(static_cast<TradingStatus>(result.at(4).reference), TradingStatus::open);
    EXPECT_EQ(static_cast<TradingStatus>(result.at(5).reference), TradingStatus::unknown);
    EXPECT_EQ(result.counts.text_entries, 1u);
    EXPECT_EQ(result.counts.corrections, 2u);
}

TEST(FixLog, AJumpOfAnInstrumentsNumbersIsADiscontinuityAndAnOldNumberIsPassedOver) {
    const auto numbered = [](int message_number, int rpt, std::string_view symbol = "A") {
        return message(head("X", message_number) + "268=1|279=0|269=0|55=" + std::string(symbol) + "|270=1.50|271=3|83=" + std::to_string(rpt) + "|");
    };
    const Decoded result = decode(numbered(1, 5) + numbered(2, 6) + numbered(3, 6) + numbered(4, 9) + numbered(5, 1, "B") + numbered(6, 10) +
                                  message(head("A", 1) + "98=0|108=30|141=Y|") + numbered(2, 1));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::level_set, EventKind::level_set, EventKind::discontinuity, EventKind::level_set,
                                           EventKind::level_set, EventKind::level_set, EventKind::level_set}));
    EXPECT_EQ(result.at(2).reference, 7u) << "the first number that is missing";
    EXPECT_EQ(result.counts.told_already, 1u);
    EXPECT_EQ(result.counts.gaps, 1u);
    EXPECT_EQ(result.log.count(Defect::sequence_gap), 1u);
    EXPECT_EQ(result.counts.sequence_jumps, 1u) << "the session begins anew";
}

TEST(FixLog, ABookByOrderOfWhichSomethingIsMissingWaitsForItsSnapshot) {
    const Decoded result = decode(message(head("X", 1) + "268=1|279=0|269=0|55=A|278=1|270=1.50|271=3|") + message(head("X", 2) + "268=1|279=1|269=0|55=A|278=2|270=1.50|271=3|") +
                                      message(head("X", 3) + "268=1|279=2|269=0|55=A|278=1|") + message(head("W", 4) + "55=A|268=1|269=0|278=3|270=1.50|271=3|") +
                                      message(head("X", 5) + "268=1|279=2|269=0|55=A|278=3|"),
                                  options(FixBook::by_order));
    EXPECT_EQ(result.kinds(), (std::vector{EventKind::order_add, EventKind::discontinuity, EventKind::snapshot_begin, EventKind::order_add,
                                           EventKind::snapshot_end, EventKind::order_cancel}));
    EXPECT_EQ(result.log.count(Defect::unknown_order), 1u);
    EXPECT_EQ(result.counts.without_book, 1u);
}

TEST(FixLog, FillsOfExecutionReportsAreImpliedTradesOnceEach) {
    const std::string fill = head("8") + "55=A|17=e1|20=0|150=F|31=2.50|32=4|";
    const std::string bytes = message(fill) + message(fill + "43=Y|") + message(head("8") + "55=A|17=e2|150=0|31=0|32=0|") + message(head("8") + "55=A|17=e3|20=1|150=F|31=1|32=1|") +
                              message(head("8") + "55=A|17=e4|20=0|150=2|31=0|32=0|") + message(head("8") + "55=A|17=e5|150=I|31=1|32=1|");
    const Decoded result = decode(bytes);
    ASSERT_EQ(result.events.size(), 1u);
    EXPECT_EQ(result.at(0).kind, EventKind::trade);
    EXPECT_EQ(result.at(0).price, 250);
    EXPECT_TRUE(result.at(0).flags & market_flag_implied);
    EXPECT_EQ(result.counts.told_already, 1u);
    FixLogOptions without = options();
    without.executions = false;
    EXPECT_EQ(decode(bytes, without).events.size(), 0u);
}

TEST(FixLog, OnlyTheInstrumentsThatAreWantedGiveEventsInTheirIncrements) {
    FixInstrument wanted{};
    std::strcpy(wanted.symbol, "B");
    wanted.instrument = 8;
    wanted.price_increment = {25, -2};
    wanted.lot_increment = {100, 0};
    const Decoded result = decode(message(head("X") + "268=3|279=0|269=2|55=A|270=1.50|271=3|279=0|269=2|55=B|270=1.50|271=300|279=0|269=2|270=1.60|271=300|") +
                                      message(head("W", 2) + "48=C|268=1|269=0|270=1|271=1|"),
                                  options(), SIZE_MAX, {wanted});
    ASSERT_EQ(result.events.size(), 1u);
    EXPECT_EQ(result.at(0).instrument, 8u);
    EXPECT_EQ(result.at(0).price, 6);
    EXPECT_EQ(result.at(0).quantity, 3);
    EXPECT_EQ(result.counts.unwanted, 2u);
    EXPECT_EQ(result.log.count(Defect::off_increment), 1u) << "the entry without a symbol is of the one before it";
}

TEST(FixLog, SeparatorsVersionsAndPiecesDoNotChangeTheEvents) {
    const std::vector<std::string> bodies{head("W", 1) + "55=A|268=1|269=0|270=10.00|271=5|", head("X", 2) + "268=1|279=0|269=2|55=A|270=1.50|271=3|", head("0", 3)};
    std::string bytes, lines, later;
    for (const std::string& body : bodies) {
        bytes += message(body);
        lines += message(body, '|') + "\r\n";
        later += message(body, soh, "FIXT.1.1");
    }
    const Decoded expected = decode(bytes);
    EXPECT_EQ(expected.counts.messages, 3u);
    EXPECT_EQ(expected.events.size(), 4u);
    for (const std::string& text : {bytes, lines, later})
        for (const FixChecks checks : {FixChecks::strict, FixChecks::rewritten})
            for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
                const Decoded result = decode(text, options(FixBook::by_price, checks), piece);
                EXPECT_EQ(result.log.record_count(), 0u);
                EXPECT_EQ(result.counts.wrong_lengths + result.counts.wrong_checksums, 0u);
                ASSERT_EQ(result.events.size(), expected.events.size());
                EXPECT_EQ(std::memcmp(result.events.begin(), expected.events.begin(), expected.events.size() * sizeof(MarketEvent)), 0);
            }
}

TEST(FixLog, DataFieldsMayHoldSeparators) {
    const std::string raw = std::string("58=x") + soh + "95=5" + soh + "96=a" + soh + "=b" + soh + soh;
    const Decoded result = decode(message(head("B") + raw) + trade);
    EXPECT_EQ(result.log.record_count(), 0u);
    EXPECT_EQ(result.counts.messages, 2u);
    EXPECT_EQ(decode(message(head("B") + "95=50|96=a|") + trade).log.count(Defect::wrong_length), 1u);
}

TEST(FixLog, EveryBadMessageIsKeptAsideWithItsReasonAndTheRestGoesOn) {
    std::string wrong_sum = level, wrong_length = level, text_length = level, no_version = level, other_separator = level;
    wrong_sum[wrong_sum.size() - 2] = wrong_sum[wrong_sum.size() - 2] == '9' ? '0' : '9';
    wrong_length[13] ^= 1;
    text_length[12] = 'x';
    no_version.replace(2, 7, "FIXFIXF");
    std::replace(other_separator.begin(), other_separator.end(), soh, '^');
    const std::vector<std::pair<std::string, Defect>> bad{
        {wrong_sum, Defect::wrong_checksum}, {wrong_length, Defect::wrong_length}, {text_length, Defect::malformed_record},
        {no_version, Defect::malformed_record}, {other_separator + std::string(1, soh), Defect::malformed_record}, {"a line of something else\n", Defect::malformed_record},
        {message("34=1|35=X|52=20240102-10:00:00|"), Defect::malformed_record},
        {message("35=X|49=V|268=1|279=0|269=2|55=A|270=1.50|271=3|"), Defect::malformed_time},
        {message(head("X") + "268=2|279=0|269=2|55=A|270=1.50|271=3|"), Defect::wrong_length},
        {message(head("X") + "279=0|269=2|55=A|270=1.50|271=3|"), Defect::malformed_record},
        {message(head("X") + "268=1|279=0|269=2|270=1.50|271=3|"), Defect::wrong_symbol},
        {message(head("W") + "268=1|269=2|270=1.50|271=3|"), Defect::wrong_symbol},
        {message(head("X") + "268=1|279=0|269=2|55=A|270=1.505|271=3|"), Defect::off_increment},
        {message(head("X") + "268=1|279=0|269=2|55=A|270=a|271=3|"), Defect::malformed_number},
        {message(head("X") + "268=1|279=0|269=2|55=A|270=1|271=-3|"), Defect::negative_quantity},
        {message(head("X") + "268=1|279=0|269=2|55=A|270=1|271=3|273=25:00:00|"), Defect::malformed_time},
        {message(head("X") + "268=1|279=0|269=2|55=A|270=99999999999999999999|271=3|"), Defect::number_out_of_range},
        {message(head("f") + "326=2|"), Defect::wrong_symbol},
        {message(head("B") + "58=|"), Defect::malformed_record}, {message(head("B") + "x=1|"), Defect::malformed_record}};
    for (const auto& [bytes, defect] : bad)
        for (const std::size_t piece : {SIZE_MAX, std::size_t{1}, std::size_t{60}}) {
            const Decoded result = decode(trade + bytes + trade + trade, options(), piece);
            EXPECT_EQ(result.status, FeedStatus::ok);
            EXPECT_EQ(result.log.count(defect), 1u) << defect_code(defect) << ": " << bytes;
            ASSERT_EQ(result.log.total(Treatment::rejected), 1u) << bytes;
            EXPECT_EQ(result.log.record(0).offset, trade.size());
            EXPECT_EQ(result.events.size(), 3u) << bytes;
        }
}

TEST(FixLog, AMessageThatIsCutIsToldAtTheEndOfACompleteSource) {
    for (const FixChecks checks : {FixChecks::strict, FixChecks::rewritten})
        for (std::size_t size = 20; size < trade.size() - 1; ++size) {
            const Decoded result = decode(trade + trade.substr(0, size), options(FixBook::by_price, checks));
            EXPECT_EQ(result.log.count(Defect::truncated_record), 1u) << size;
            EXPECT_EQ(result.events.size(), 1u);
        }
    EventBuffer events;
    DefectLog log;
    FixLogDecoder decoder(options(), nullptr, 0, events, log);
    decoder.consume(trade.data(), trade.size() - 5);
    decoder.finish(false);
    EXPECT_EQ(log.record_count(), 0u);
}

TEST(FixLog, AMessageWithoutAnEndCostsNoMoreThanTheLargestMessage) {
    const std::string endless = std::string("8=FIX.4.4\x01" "9=99\x01") + std::string(200'000, 'x') + "\n" + trade;
    for (const FixChecks checks : {FixChecks::strict, FixChecks::rewritten})
        for (const std::size_t piece : {SIZE_MAX, std::size_t{1'000}}) {
            const Decoded result = decode(endless, options(FixBook::by_price, checks), piece);
            EXPECT_GE(result.log.total(Treatment::rejected), 1u);
            EXPECT_EQ(result.events.size(), 1u);
        }
}

TEST(FixLog, EachStretchOfSomethingElseIsOneDefectHoweverItComes) {
    const std::string bytes = trade + "noise and more noise\n" + trade + "x\n" + trade;
    for (std::size_t piece = 1; piece < 40; ++piece) {
        const Decoded result = decode(bytes, options(), piece);
        EXPECT_EQ(result.log.count(Defect::malformed_record), 2u) << piece;
        EXPECT_EQ(result.events.size(), 3u);
    }
}

TEST(FixLog, ALogMayPutSomethingBeforeEachMessageWhereItIsNotJudgedStrictly) {
    const Decoded result = decode("20240102-10:00:00 in : " + message(head("0"), '|') + "\n20240102-10:00:01 out: " + message(head("0"), '|') + "\n",
                                  options(FixBook::by_price, FixChecks::rewritten));
    EXPECT_EQ(result.counts.messages, 2u);
    EXPECT_EQ(result.log.record_count(), 0u);
    EXPECT_EQ(result.counts.between_bytes, 23u + 24 + 1);
}

TEST(FixLog, BoundsAndIncrementsAreHeld) {
    FixLogOptions one = options();
    one.maximum_instruments = 1;
    EXPECT_EQ(decode(trade + message(head("X") + "268=1|279=0|269=2|55=B|270=1.50|271=3|"), one).status, FeedStatus::too_large);
    FixLogOptions none = options();
    none.price_increment = {0, 0};
    EXPECT_EQ(decode(trade, none).status, FeedStatus::invalid_argument);
    EventBuffer events;
    DefectLog log;
    FixLogCounts counts{};
    EXPECT_EQ(decode_fix_log("/nowhere/x.log", options(), nullptr, 0, events, log, counts), FeedStatus::cannot_open);
}

} // namespace
} // namespace martlet
