#include "venue_fixtures.hpp"

#include <gtest/gtest.h>

#include "martlet/book.hpp"

namespace {

using namespace exchange_test;
using martlet::ExecType;
using martlet::OrderStatus;
using martlet::RejectReason;
using martlet::Side;
using martlet::TimeInForce;
using martlet::VenueReport;
using martlet::VenueRequestKind;
using martlet::VenueStatus;
using martlet::exchange::VenueDesk;

class Desk : public ::testing::Test {
protected:
    void SetUp() override { reopen(); }

    void reopen() {
        desk.reset();
        heard = {};
        desk = std::make_unique<VenueDesk>(heard);
        const auto result = desk->open(make_venue(instruments, directory.path()));
        ASSERT_EQ(result.status, VenueStatus::ok) << result.text;
        ASSERT_TRUE(desk->commit());
    }

    void ask(const martlet::VenueRequest& request) {
        desk->handle(request);
        ASSERT_TRUE(desk->commit());
    }

    std::vector<martlet::InstrumentDefinition> instruments = make_instruments(2);
    TemporaryDirectory directory;
    Heard heard;
    std::unique_ptr<VenueDesk> desk;
};

TEST_F(Desk, AnOrderIsAcceptedFilledAndCounted) {
    ask(make_new(0, "A1", Side::buy, 0, 40));
    ASSERT_GE(heard.reports.size(), 2u);
    EXPECT_EQ(heard.reports[0].session, 0u);
    EXPECT_EQ(heard.reports[0].report.event.exec_type, ExecType::new_order);
    EXPECT_STREQ(heard.reports[0].report.client_order, "A1");
    EXPECT_EQ(heard.last().event.status, OrderStatus::filled);
    EXPECT_EQ(heard.last().event.cumulative_quantity, 40);
    EXPECT_EQ(heard.last().order_quantity, 40);
    EXPECT_GT(heard.last().average_price, 9'000);
    ask(make_request(VenueRequestKind::positions, 0));
    ASSERT_EQ(heard.openings.back().total, 1u);
    EXPECT_EQ(heard.last().event.cumulative_quantity, 40);
    EXPECT_EQ(heard.last().event.fee, desk->exchange().holding(1, 0).cash) << "the venue's books and the market's accounts agree";
    EXPECT_TRUE(heard.last().request_last);
}

TEST_F(Desk, NothingIsSaidBeforeItIsInTheJournal) {
    heard.journal = directory.file("venue.journal");
    desk->handle(make_new(0, "A1", Side::buy, 9'000, 40));
    EXPECT_TRUE(heard.reports.empty());
    EXPECT_TRUE(desk->journal().pending());
    ASSERT_TRUE(desk->commit());
    EXPECT_EQ(heard.reports.size(), 1u);
    ask(make_new(0, "A2", Side::sell, 0, 40));
    ask(make_request(VenueRequestKind::cancel, 0, "A3", "A1"));
    ask(make_request(VenueRequestKind::cancel, 0, "A4", "A1"));
    EXPECT_GE(heard.reports.size(), 5u);
    EXPECT_EQ(heard.said_too_early, 0);
}

TEST_F(Desk, CancelAndReplaceCarryBothIds) {
    ask(make_new(0, "A1", Side::buy, 9'000, 40));
    auto replace = make_request(VenueRequestKind::replace, 0, "A2", "A1");
    replace.price = 9'010;
    replace.quantity = 50;
    ask(replace);
    EXPECT_EQ(heard.last().event.exec_type, ExecType::replaced);
    EXPECT_STREQ(heard.last().client_order, "A2");
    EXPECT_STREQ(heard.last().original_client_order, "A1");
    EXPECT_EQ(heard.last().order_price, 9'010);
    EXPECT_EQ(heard.last().event.leaves_quantity, 50);
    ask(make_request(VenueRequestKind::cancel, 0, "A3", "A2"));
    EXPECT_EQ(heard.last().event.exec_type, ExecType::canceled);
    EXPECT_STREQ(heard.last().client_order, "A3");
    EXPECT_STREQ(heard.last().original_client_order, "A2");
    ask(make_request(VenueRequestKind::cancel, 0, "A4", "A2"));
    EXPECT_EQ(heard.last().event.kind, martlet::EventKind::cancel_reject);
    EXPECT_EQ(heard.last().event.reason, RejectReason::too_late);
    EXPECT_EQ(heard.last().event.status, OrderStatus::canceled);
    ask(make_request(VenueRequestKind::cancel, 0, "A5", "NEVER"));
    EXPECT_EQ(heard.last().event.reason, RejectReason::unknown_order);
}

TEST_F(Desk, AClOrdIDIsNeverTakenTwiceAndAPossibleResendIsAnsweredWithTheOrder) {
    ask(make_new(0, "A1", Side::buy, 9'000, 40));
    ask(make_new(0, "A1", Side::buy, 9'000, 40));
    EXPECT_EQ(heard.last().event.exec_type, ExecType::rejected);
    EXPECT_EQ(heard.last().event.reason, RejectReason::duplicate_order);
    auto again = make_new(0, "A1", Side::buy, 9'000, 40);
    again.flags = martlet::venue_flag_possible_resend;
    ask(again);
    EXPECT_EQ(heard.last().event.exec_type, ExecType::order_status);
    EXPECT_EQ(heard.last().event.status, OrderStatus::new_order);
    EXPECT_EQ(desk->books().orders().size(), 1u);
}

TEST_F(Desk, OwnersAreStrangersToEachOther) {
    ask(make_new(0, "SAME", Side::buy, 9'000, 40));
    ask(make_new(1, "SAME", Side::sell, 11'000, 7));
    EXPECT_EQ(heard.last().event.exec_type, ExecType::new_order) << "ids are an owner's own";
    EXPECT_EQ(heard.reports.back().session, 1u);
    ask(make_request(VenueRequestKind::order_status, 1, "SAME"));
    EXPECT_EQ(heard.last().order_quantity, 7);
    ask(make_new(0, "A1", Side::buy, 9'000, 3));
    ask(make_request(VenueRequestKind::cancel, 1, "B2", "A1"));
    EXPECT_EQ(heard.last().event.reason, RejectReason::unknown_order);
    ask(make_request(VenueRequestKind::order_status, 1, "A1"));
    EXPECT_EQ(heard.last().event.reason, RejectReason::unknown_order);
    ask(make_request(VenueRequestKind::mass_status, 1));
    EXPECT_EQ(heard.openings.back().total, 1u);
    ask(make_request(VenueRequestKind::mass_status, 0));
    EXPECT_EQ(heard.openings.back().total, 2u);
    ask(make_new(0, "A2", Side::buy, 0, 5));
    ask(make_request(VenueRequestKind::positions, 1));
    EXPECT_EQ(heard.openings.back().total, 0u);
    ask(make_request(VenueRequestKind::trades, 1));
    EXPECT_EQ(heard.openings.back().total, 0u);
    ask(make_request(VenueRequestKind::trades, 0));
    EXPECT_GE(heard.openings.back().total, 1u);
    auto down = make_request(VenueRequestKind::session_down, 1);
    down.flags = martlet::venue_flag_cancel_on_disconnect;
    ask(down);
    EXPECT_EQ(heard.last().event.exec_type, ExecType::canceled);
    ask(make_request(VenueRequestKind::mass_status, 0));
    EXPECT_EQ(heard.openings.back().total, 2u) << "the other owner's orders stay";
}

TEST_F(Desk, ARequestThatTheSessionFoundFaultWithIsRefused) {
    auto request = make_new(0, "A1", Side::buy, 9'000, 40);
    request.fault = RejectReason::unknown_instrument;
    request.instrument = UINT32_MAX;
    std::strcpy(request.symbol, "NOSUCH");
    ask(request);
    EXPECT_EQ(heard.last().event.reason, RejectReason::unknown_instrument);
    EXPECT_STREQ(heard.last().symbol, "NOSUCH");
    EXPECT_STREQ(heard.last().client_order, "A1");
    auto subscribe = make_request(VenueRequestKind::subscribe, 0);
    subscribe.fault = RejectReason::unknown_instrument;
    ask(subscribe);
    EXPECT_EQ(heard.market_data_rejects, 1);
}

TEST_F(Desk, ASnapshotAndWhatIsPublishedAfterItMakeTheVenuesBook) {
    desk->advance(desk->resume_time() + 30 * second);
    ask(make_new(0, "A1", Side::buy, 9'500, 40)); // its event is not published yet
    auto subscribe = make_request(VenueRequestKind::subscribe, 0);
    ask(subscribe);
    martlet::Book book{martlet::BookOptions{}};
    for (const auto& event : heard.book) ASSERT_EQ(book.apply(event), martlet::BookFault::none);
    desk->advance(desk->resume_time() + 600 * second);
    for (std::size_t i = heard.published_at_snapshot; i < heard.published.size(); ++i)
        if (heard.published[i].instrument == 0) ASSERT_EQ(book.apply(heard.published[i]), martlet::BookFault::none);
    std::vector<martlet::MarketEvent> now(4096);
    now.resize(desk->exchange().snapshot(0, now.data(), now.size()));
    EXPECT_EQ(book.order_count() + 2, now.size());
    for (const auto& event : now)
        if (event.kind == martlet::EventKind::order_add) EXPECT_EQ(book.find(event.order).quantity, event.quantity);
}

TEST_F(Desk, ARestartKeepsExecutionsPositionsAndNumbersAndEndsDayOrders) {
    ask(make_new(0, "A1", Side::buy, 0, 40));
    ask(make_new(0, "DAY", Side::buy, 9'000, 10));
    ask(make_new(0, "GTC", Side::buy, 9'100, 20, TimeInForce::good_till_cancel));
    ask(make_new(1, "B1", Side::sell, 0, 15));
    ask(make_request(VenueRequestKind::cancel, 1, "B2", "NEVER")); // took an execution number
    desk->advance(desk->resume_time() + 3 * second);
    desk->checkpoint();
    ASSERT_TRUE(desk->commit());
    const auto cash = desk->books().holding(1, 0).cash;
    const auto next_order = desk->exchange().next_order();
    const auto next_execution = desk->exchange().next_execution();
    const auto executions = desk->books().executions().size();
    const auto stopped_at = desk->exchange().now();
    const double price = desk->exchange().fair_value(0);
    reopen();
    EXPECT_EQ(desk->books().holding(1, 0).position, 40);
    EXPECT_EQ(desk->books().holding(1, 0).cash, cash);
    EXPECT_EQ(desk->books().holding(2, 0).position, -15);
    EXPECT_EQ(desk->books().executions().size(), executions);
    EXPECT_GE(desk->exchange().next_order(), next_order);
    EXPECT_GT(desk->exchange().next_execution(), next_execution);
    EXPECT_GE(desk->exchange().now(), stopped_at);
    EXPECT_NEAR(desk->exchange().fair_value(0), price, 2) << "the market goes on where it was";
    // What became of the open orders was said at once.
    ASSERT_EQ(heard.reports.size(), 2u);
    EXPECT_EQ(heard.reports[0].report.event.exec_type, ExecType::canceled);
    EXPECT_STREQ(heard.reports[0].report.client_order, "DAY");
    EXPECT_EQ(heard.reports[1].report.event.exec_type, ExecType::restated);
    EXPECT_STREQ(heard.reports[1].report.client_order, "GTC");
    ask(make_request(VenueRequestKind::mass_status, 0));
    EXPECT_EQ(heard.openings.back().total, 2u) << "the ended day order shows once more";
    ask(make_request(VenueRequestKind::cancel, 0, "A9", "GTC"));
    EXPECT_EQ(heard.last().event.exec_type, ExecType::canceled);
    ask(make_new(0, "A1", Side::buy, 9'000, 1));
    EXPECT_EQ(heard.last().event.reason, RejectReason::duplicate_order) << "ids of earlier runs are still taken";
    reopen();
    ask(make_request(VenueRequestKind::mass_status, 0));
    EXPECT_EQ(heard.openings.back().total, 0u);
}

TEST_F(Desk, ARestoredOrderGoesOnFillingWhereItWas) {
    ask(make_new(0, "G", Side::buy, 20'000, 100'000'000, TimeInForce::good_till_cancel)); // buys the whole book, the rest rests
    const auto filled = heard.last().event.cumulative_quantity;
    ASSERT_GT(filled, 0);
    ASSERT_EQ(heard.last().event.status, OrderStatus::partially_filled);
    reopen();
    ASSERT_GT(heard.reports.size(), 1u);
    EXPECT_GT(heard.last().event.cumulative_quantity, filled) << "it met the new market's asks";
    EXPECT_EQ(heard.last().event.leaves_quantity, 100'000'000 - heard.last().event.cumulative_quantity);
    const auto now_filled = heard.last().event.cumulative_quantity;
    auto replace = make_request(VenueRequestKind::replace, 0, "G2", "G");
    replace.price = 20'000;
    replace.quantity = now_filled + 5;
    ask(replace);
    EXPECT_EQ(heard.last().event.exec_type, ExecType::replaced);
    EXPECT_EQ(heard.last().event.leaves_quantity, 5);
    desk->advance(desk->exchange().now() + 60 * second);
    ASSERT_TRUE(desk->commit());
    EXPECT_EQ(heard.last().event.status, OrderStatus::filled) << "the quantity counts what was filled before the restart";
    EXPECT_EQ(heard.last().event.cumulative_quantity, now_filled + 5);
    EXPECT_EQ(desk->books().holding(1, 0).position, now_filled + 5);
}

TEST_F(Desk, TheJournalOfOtherInstrumentsOrADamagedOneIsRefused) {
    ask(make_new(0, "A1", Side::buy, 0, 40));
    desk.reset();
    auto others = make_instruments(2);
    std::strcpy(others[1].symbol, "OTHER");
    VenueDesk other(heard);
    EXPECT_EQ(other.open(make_venue(others, directory.path())).status, VenueStatus::other_instruments);
    other.close();
    std::FILE* file = std::fopen(directory.file("venue.journal").c_str(), "r+b");
    std::fseek(file, 40, SEEK_SET);
    std::fputc('!', file);
    std::fclose(file);
    VenueDesk damaged(heard);
    const auto result = damaged.open(make_venue(instruments, directory.path()));
    EXPECT_EQ(result.status, VenueStatus::journal_damaged);
    EXPECT_NE(result.text.find("damaged at byte 0"), std::string::npos) << result.text;
}

TEST_F(Desk, ASecondVenueOnTheSameDirectoryIsRefused) {
    VenueDesk second(heard);
    const auto result = second.open(make_venue(instruments, directory.path()));
    EXPECT_EQ(result.status, VenueStatus::directory_unusable);
    EXPECT_NE(result.text.find("in use"), std::string::npos) << result.text;
}

TEST_F(Desk, ClosingCancelsOrdersAndRefusesNewOnes) {
    ask(make_new(0, "A1", Side::buy, 9'000, 40));
    desk->close_market();
    ASSERT_TRUE(desk->commit());
    EXPECT_EQ(heard.last().event.exec_type, ExecType::canceled);
    ASSERT_GE(heard.published.size(), 2u);
    EXPECT_EQ(heard.published.back().kind, martlet::EventKind::trading_status);
    EXPECT_EQ(heard.published.back().reference, static_cast<std::uint64_t>(martlet::TradingStatus::closed));
    ask(make_new(0, "A2", Side::buy, 9'000, 40));
    EXPECT_EQ(heard.last().event.reason, RejectReason::exchange_closed);
}

TEST_F(Desk, AMassCancelEndsTheClientsOrdersAndNobodyElsesAndIsAnsweredAfterThem) {
    ask(make_new(0, "A1", Side::buy, 9'000, 40));
    ask(make_new(0, "A2", Side::buy, 8'000, 40));
    ask(make_new(1, "B1", Side::buy, 7'000, 40));
    heard.reports.clear();
    martlet::VenueRequest request{};
    request.kind = martlet::VenueRequestKind::mass_cancel;
    request.session = 0;
    std::strcpy(request.request, "A3");
    desk->handle(request);
    ASSERT_EQ(heard.openings.size(), 1u);
    EXPECT_EQ(heard.openings[0].kind, martlet::VenueRequestKind::mass_cancel);
    EXPECT_EQ(heard.openings[0].total, 2u);
    ASSERT_EQ(heard.reports.size(), 2u) << "they were out before the answer";
    for (const auto& answer : heard.reports) {
        EXPECT_EQ(answer.session, 0u);
        EXPECT_EQ(answer.report.event.exec_type, ExecType::canceled);
    }
    desk->handle(request);
    EXPECT_EQ(heard.openings.back().total, 0u);
    EXPECT_EQ(heard.reports.size(), 2u);
}

TEST_F(Desk, TheStateOfARunningVenueAndOfItsJournalAreTheSame) {
    ask(make_new(0, "A\"1", Side::buy, 0, 40));
    ask(make_new(1, "B1", Side::sell, 11'000, 15));
    desk->checkpoint();
    ASSERT_TRUE(desk->commit());
    const std::string running = desk->state_json();
    std::vector<char> text(1 << 16);
    std::size_t length = 0;
    ASSERT_EQ(martlet::read_venue_state(directory.path().c_str(), text.data(), text.size(), &length), VenueStatus::ok);
    EXPECT_EQ(running, text.data());
    EXPECT_EQ(length, running.size());
    EXPECT_NE(running.find(R"("clientOrder":"A\"1")"), std::string::npos);
    EXPECT_NE(running.find(R"("symbol":"TEST0","position":40)"), std::string::npos) << running;
    char small[16];
    ASSERT_EQ(martlet::read_venue_state(directory.path().c_str(), small, sizeof small, &length), VenueStatus::ok);
    EXPECT_EQ(length, running.size());
    EXPECT_EQ(std::string(small), running.substr(0, 15));
    EXPECT_EQ(martlet::read_venue_state("/nonexistent", small, sizeof small, &length), VenueStatus::directory_unusable);
}

} // namespace
