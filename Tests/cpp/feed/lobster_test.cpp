#include "support.hpp"

#include <algorithm>

#include "martlet/lobster.hpp"
#include "martlet/lobster_verifier.hpp"

namespace martlet {
namespace {

using test::TemporaryFolder;

constexpr std::int32_t summer = 15'512; // 2012-06-21
constexpr std::int32_t winter = 15'355; // 2012-01-16

struct Decoded {
    FeedStatus status = FeedStatus::ok;
    EventBuffer events;
    DefectLog log;
    LobsterCounts counts{};
    std::size_t of(EventKind kind) const {
        return static_cast<std::size_t>(
            std::count_if(events.begin(), events.end(), [kind](const MarketEvent& event) { return event.kind == kind; }));
    }
};

Decoded decode(std::string_view messages, std::string_view books, LobsterOptions options) {
    const TemporaryFolder folder;
    Decoded result;
    result.status = decode_lobster(folder.write("m.csv", messages).c_str(), folder.write("b.csv", books).c_str(), nullptr, options,
                                   result.events, result.log, result.counts);
    return result;
}

TEST(Lobster, NewYorkTimeFollowsDaylightSaving) {
    const char* message = "34200.5,5,0,1,2238200,-1\n";
    const char* book = "2239500,100,2231800,100\n";
    EXPECT_EQ(decode(message, book, {summer, 1, LobsterMode::levels}).events.begin()->exchange_time,
              (summer * 86'400ll + 13 * 3600 + 1800) * 1'000'000'000 + 500'000'000);
    EXPECT_EQ(decode(message, book, {winter, 1, LobsterMode::levels}).events.begin()->exchange_time,
              (winter * 86'400ll + 14 * 3600 + 1800) * 1'000'000'000 + 500'000'000);
}

TEST(Lobster, TheFirstRowBecomesASnapshotOfMadeUpOrders) {
    const Decoded result = decode("34200.1,1,77,18,5853300,1\n", "5859400,200,5853300,25\n", {summer, 50, LobsterMode::orders});
    ASSERT_EQ(result.events.size(), 5u);
    const MarketEvent* events = result.events.begin();
    EXPECT_EQ(events[0].kind, EventKind::snapshot_begin);
    EXPECT_EQ(events[1].quantity, 7) << "what the row has beyond the order that the message adds";
    EXPECT_NE(events[1].order >> 63, 0u);
    EXPECT_EQ(events[2].order, 77u);
    EXPECT_EQ(events[2].quantity, 18);
    EXPECT_EQ(events[3].price, 5'859'400);
    EXPECT_EQ(events[3].side, Side::sell);
    EXPECT_EQ(events[4].kind, EventKind::snapshot_end);
    EXPECT_TRUE(events[4].flags & market_flag_last);
}

TEST(Lobster, AMessageAboutAnOrderFromBeforeTheFileReducesItsLevel) {
    const Decoded result = decode("34200.1,5,0,1,5853400,1\n34200.2,2,11,40,5853300,1\n34200.3,4,12,60,5853300,1\n",
                                  "5859400,200,5853300,100\n5859400,200,5853300,60\n5859400,200,5853200,10\n",
                                  {summer, 50, LobsterMode::orders});
    EXPECT_EQ(result.counts.resting, 2u);
    EXPECT_EQ(result.counts.reseeded, 1u) << "the bid is exhausted and stated anew";
    EXPECT_EQ(result.of(EventKind::order_execute), 1u);
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    EXPECT_EQ(result.events.end()[-1].price, 5'853'200);
    EXPECT_EQ(result.events.end()[-1].kind, EventKind::order_add);
}

TEST(Lobster, AHaltBecomesATradingStatus) {
    const Decoded result = decode("34200.1,7,0,0,-1,-1\n34201,7,0,0,0,-1\n34202,7,0,0,1,-1\n",
                                  "5859400,200,5853300,100\n5859400,200,5853300,100\n5859400,200,5853300,100\n",
                                  {summer, 1, LobsterMode::levels});
    EXPECT_EQ(result.of(EventKind::trading_status), 3u);
    EXPECT_EQ(result.events.begin()[0].reference, static_cast<std::uint64_t>(TradingStatus::halted));
    EXPECT_EQ(result.events.end()[-1].reference, static_cast<std::uint64_t>(TradingStatus::open));
}

TEST(Lobster, EveryBadMessageIsKeptAsideWithItsReasonAndTheRestGoesOn) {
    const std::vector<std::pair<std::string, Defect>> bad{
        {"34200.1,1,77,18,5853300", Defect::wrong_column_count}, {"noon,1,77,18,5853300,1", Defect::malformed_time},
        {"99999,1,77,18,5853300,1", Defect::malformed_time},     {"34200.1.2,1,77,18,5853300,1", Defect::malformed_time},
        {"34200.1,1,77,x,5853300,1", Defect::malformed_number},  {"34200.1,1,77,18,5853300,2", Defect::malformed_number},
        {"34200.1,9,77,18,5853300,1", Defect::unknown_type},     {"34200.1,1,77,18,-5853300,1", Defect::not_positive},
        {"34200.1,1,77,-18,5853300,1", Defect::negative_quantity}, {"34200.1,1,77,18,99999999999,1", Defect::number_out_of_range},
        {"34200.1,1,9999999999999999999,18,5853300,1", Defect::number_out_of_range},
        {"", Defect::wrong_column_count}};
    const std::string good = "34200.2,5,0,1,5853400,1\n";
    const std::string book = "5859400,200,5853300,100\n";
    for (const auto& [line, defect] : bad) {
        const Decoded result = decode(good + line + "\n" + good, book + book + book, {summer, 1, LobsterMode::levels});
        EXPECT_EQ(result.status, FeedStatus::ok);
        EXPECT_EQ(result.log.count(defect), 1u) << line;
        EXPECT_EQ(result.log.total(Treatment::rejected), 1u) << line;
        EXPECT_EQ(result.log.record(0).line, 2u);
        EXPECT_EQ(result.log.record(0).offset, good.size());
        EXPECT_EQ(result.of(EventKind::trade), 2u) << line;
    }
}

TEST(Lobster, BadOrderbookRowsAreKeptAside) {
    const std::string message = "34200.2,5,0,1,5853400,1\n";
    for (const auto& [line, defect] : std::vector<std::pair<std::string, Defect>>{
             {"5859400,200,5853300", Defect::wrong_column_count}, {"5859400,200,5853300,x", Defect::malformed_number},
             {"5859400,-1,5853300,1", Defect::negative_quantity}, {"-1,200,5853300,1", Defect::not_positive},
             {"5859400,1,5853300,1,5859300,1,5853200,1", Defect::malformed_record}, {"5853300,1,5853300,1", Defect::crossed}}) {
        const Decoded result = decode(message, line + "\n", {summer, 1, LobsterMode::levels});
        EXPECT_EQ(result.log.count(defect), 1u) << line;
    }
}

TEST(Lobster, FilesOfDifferentLengthSayWhichRowsLackTheirPair) {
    const std::string message = "34200.2,5,0,1,5853400,1\n";
    const std::string book = "5859400,200,5853300,100\n";
    EXPECT_EQ(decode(message + message, book, {summer, 1, LobsterMode::levels}).log.count(Defect::unpaired), 1u);
    EXPECT_EQ(decode(message, book + book + book, {summer, 1, LobsterMode::levels}).log.count(Defect::unpaired), 2u);
}

TEST(Lobster, TimeThatGoesBackIsHeldAndCounted) {
    const std::string book = "5859400,200,5853300,100\n";
    const Decoded result = decode("34200.5,5,0,1,5853400,1\n34200.4,5,0,1,5853400,1\n", book + book, {summer, 1, LobsterMode::levels});
    EXPECT_EQ(result.log.count(Defect::out_of_order), 1u);
    EXPECT_EQ(result.events.begin()[0].exchange_time, result.events.end()[-1].exchange_time);
}

TEST(Lobster, AnOrderThatIsAddedTwiceIsADuplicate) {
    const Decoded result = decode("34200.1,1,77,18,5853300,1\n34200.2,1,77,18,5853300,1\n",
                                  "5859400,200,5853300,18\n5859400,200,5853300,18\n", {summer, 50, LobsterMode::orders});
    EXPECT_EQ(result.log.count(Defect::duplicate), 1u);
    EXPECT_EQ(result.counts.diverged, 0u);
}

TEST(Lobster, AMissingFileIsAnErrorAndNotAnEmptyDay) {
    EventBuffer events;
    DefectLog log;
    LobsterCounts counts{};
    EXPECT_EQ(decode_lobster("/nonexistent/m", "/nonexistent/b", nullptr, {summer, 1, LobsterMode::levels}, events, log, counts),
              FeedStatus::cannot_open);
}

TEST(LobsterVerifier, SeesAnOrderbookRowThatDoesNotFollowFromTheMessages) {
    const TemporaryFolder folder;
    const std::string messages = folder.write("m", "34200.1,5,0,1,5853400,1\n34200.2,1,5,10,5853300,1\n34200.3,1,6,1,5853400,1\n");
    LobsterVerification v{};
    const std::string right = "5859400,200,5853300,100\n5859400,200,5853300,110\n5859400,200,5853400,1\n";
    ASSERT_EQ(verify_lobster(messages.c_str(), folder.write("b", right).c_str(), nullptr, 50, 1, v), FeedStatus::ok);
    EXPECT_EQ(v.compared, 4u);
    EXPECT_EQ(v.mismatched, 0u);
    const std::string wrong = "5859400,200,5853300,100\n5859400,200,5853300,109\n5859400,200,5853400,1\n";
    ASSERT_EQ(verify_lobster(messages.c_str(), folder.write("b", wrong).c_str(), nullptr, 50, 1, v), FeedStatus::ok);
    EXPECT_EQ(v.mismatched, 1u);
    EXPECT_EQ(v.first_mismatch, 2u);
}

} // namespace
} // namespace martlet
