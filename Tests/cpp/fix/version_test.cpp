#include "subjects.hpp"

// What the two ends tell each other in FIX 4.2: the same events as in 4.4 where it has words for them, a refusal where not.

namespace martlet::test {
namespace {

const std::uint64_t order_id = make_client_order(35, 35 * 36 + 35);

struct Version42 : testing::TestWithParam<bool> {
    void SetUp() override {
        pair.speak(FixVersion::fix42);
        if (!GetParam()) return;
        standard = standard_dictionaries();
        if (standard.empty()) GTEST_SKIP() << "no standard dictionaries: ./martlet test fetches them, or name their folder in MARTLET_FIX_STANDARD";
        pair.venue_settings.dictionary_directory = pair.broker_settings.dictionary_directory = standard.c_str();
    }
    VenueRequest placed() {
        EXPECT_EQ(pair.broker.send(order_command(order_id)), SendStatus::sent);
        return pair.request();
    }
    std::string standard;
    Pair pair;
};

INSTANTIATE_TEST_SUITE_P(Dictionaries, Version42, testing::Bool(),
                         [](const testing::TestParamInfo<bool>& info) { return info.param ? "Standard" : "BuiltIn"; });

TEST_P(Version42, OrdersCancelsReplacementsAndQuestionsArriveAsTheyWereSent) {
    pair.start();
    VenueRequest request = placed();
    EXPECT_EQ(request.kind, VenueRequestKind::new_order);
    EXPECT_EQ(request.fault, RejectReason::none);
    EXPECT_EQ(request.price, 12345);
    EXPECT_EQ(request.quantity, 10);
    EXPECT_EQ(request.type, OrderType::limit);
    EXPECT_EQ(request.time_in_force, TimeInForce::good_till_cancel);
    EXPECT_EQ(request.transact_time, noon / 1'000'000 * 1'000'000) << "4.2 has milliseconds";
    Command command = order_command(make_client_order(1, 2));
    command.original_client_order = order_id;
    command.command = CommandKind::cancel;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::cancel);
    EXPECT_STREQ(request.original_client_order, "T1-Z-ZZ");
    command.command = CommandKind::replace;
    command.price = 777;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::replace);
    EXPECT_EQ(request.price, 777);
    command = order_command(order_id);
    command.command = CommandKind::order_status;
    command.request = 77;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::order_status);
    EXPECT_STREQ(request.client_order, "T1-Z-ZZ");
    command.side = Side::none;
    EXPECT_EQ(pair.broker.send(command), SendStatus::bad_command) << "4.2 asks for a side";
}

TEST_P(Version42, EveryExecTypeAndStatusArrives) {
    pair.start();
    const VenueRequest request = placed();
    for (auto type = static_cast<int>(ExecType::pending_new); type <= static_cast<int>(ExecType::calculated); ++type)
        for (auto status = static_cast<int>(OrderStatus::pending_new); status <= static_cast<int>(OrderStatus::accepted_for_bidding); ++status)
            for (const std::int64_t done : {0, 4, 10}) {
                VenueReport report = report_of(request, EventKind::execution_report);
                report.event.exec_type = static_cast<ExecType>(type);
                report.event.status = static_cast<OrderStatus>(status);
                report.event.cumulative_quantity = done;
                report.event.leaves_quantity = 10 - done;
                ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
                const OrderEvent event = pair.order();
                EXPECT_EQ(event.kind, EventKind::execution_report) << type << " " << status;
                EXPECT_EQ(static_cast<int>(event.exec_type), type);
                const OrderStatus replaced = done > 0 ? OrderStatus::partially_filled : OrderStatus::new_order;
                EXPECT_EQ(event.status, report.event.status == OrderStatus::replaced ? replaced : report.event.status);
                EXPECT_EQ((event.flags & order_flag_status) != 0, report.event.exec_type == ExecType::order_status);
                EXPECT_EQ(event.cumulative_quantity, done);
            }
}

TEST_P(Version42, FillsBustsAndCorrectionsArriveWithEveryNumberExact) {
    pair.start();
    const VenueRequest request = placed();
    for (const ExecType type : {ExecType::trade, ExecType::trade_correct, ExecType::trade_cancel}) {
        VenueReport report = report_of(request, EventKind::execution_report);
        report.event.exec_type = type;
        report.event.status = OrderStatus::partially_filled;
        report.event.last_quantity = 4;
        report.event.last_price = 12344;
        report.event.cumulative_quantity = 4;
        report.event.leaves_quantity = 6;
        report.event.fee = -12;
        report.event.exchange_time = noon / 1'000'000 * 1'000'000;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        const OrderEvent event = pair.order();
        OrderEvent expected = report.event;
        expected.client_order = order_id;
        expected.receive_time = event.receive_time; // its place
        EXPECT_EQ(std::memcmp(&event, &expected, sizeof event), 0) << static_cast<int>(type) << " fee " << event.fee;
    }
}

TEST_P(Version42, EveryReasonOfEveryRejectArrives) {
    pair.start();
    const VenueRequest request = placed();
    for (auto code = static_cast<int>(RejectReason::other); code <= static_cast<int>(RejectReason::malformed); ++code) {
        const auto reason = static_cast<RejectReason>(code);
        VenueReport report = report_of(request, EventKind::execution_report);
        report.event.exec_type = ExecType::rejected;
        report.event.status = OrderStatus::rejected;
        report.event.reason = reason;
        for (const EventKind kind : {EventKind::execution_report, EventKind::cancel_reject, EventKind::business_reject}) {
            report.event.kind = kind;
            if (kind == EventKind::cancel_reject) report.event.exec_type = ExecType::pending_cancel;
            ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
            const OrderEvent event = pair.order();
            EXPECT_EQ(event.kind, kind) << code;
            EXPECT_EQ(event.reason, reason) << code;
        }
    }
}

TEST_P(Version42, AChangeThatNobodyAskedForIsToldAsSuch) {
    pair.start();
    VenueReport report = report_of(placed(), EventKind::execution_report);
    report.event.exec_type = ExecType::restated;
    report.event.flags = order_flag_unsolicited;
    ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
    EXPECT_EQ(pair.order().flags, order_flag_unsolicited);
}

TEST_P(Version42, MarketDataAndTradingStatusArrive) {
    pair.start();
    Command command{};
    command.command = CommandKind::market_data;
    command.instrument = 3;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    const VenueRequest request = pair.request();
    ASSERT_EQ(request.kind, VenueRequestKind::subscribe);
    MarketEvent order{};
    order.kind = EventKind::order_add;
    order.instrument = 3;
    order.side = Side::buy;
    order.order = 5;
    order.price = 100;
    order.quantity = 7;
    order.exchange_time = noon;
    ASSERT_EQ(pair.venue.snapshot(0, request.request, 3, &order, 1), FixStatus::ok);
    EXPECT_EQ(pair.market().kind, EventKind::snapshot_begin);
    const MarketEvent added = pair.market();
    EXPECT_EQ(added.order, 5u);
    EXPECT_EQ(added.price, 100);
    EXPECT_EQ(pair.market().kind, EventKind::snapshot_end);
    order.order = 6;
    ASSERT_EQ(pair.venue.publish(&order, 1), FixStatus::ok);
    EXPECT_EQ(pair.market().order, 6u);
    MarketEvent status{};
    status.kind = EventKind::trading_status;
    status.instrument = 3;
    status.exchange_time = noon;
    for (const TradingStatus said : {TradingStatus::open, TradingStatus::halted, TradingStatus::auction}) {
        status.reference = static_cast<std::uint64_t>(said);
        ASSERT_EQ(pair.venue.publish(&status, 1), FixStatus::ok);
        // 4.2 has no number for an auction: what is not known to be open is not traded.
        EXPECT_EQ(pair.market().reference, static_cast<std::uint64_t>(said == TradingStatus::auction ? TradingStatus::unknown : said));
    }
}

TEST_P(Version42, WhatItHasNoWordsForIsRefusedBeforeItIsSent) {
    pair.start();
    Command command{};
    command.receive_time = noon;
    command.request = 1;
    for (const CommandKind kind : {CommandKind::mass_status, CommandKind::positions, CommandKind::trades}) {
        command.command = kind;
        EXPECT_EQ(pair.broker.send(command), SendStatus::unsupported);
    }
    EXPECT_EQ(pair.broker.request_instruments(2), SendStatus::unsupported);
    EXPECT_EQ(placed().kind, VenueRequestKind::new_order) << "the session goes on, and nothing came before";
}

TEST(Version, PasswordsAreRefusedAtTheStartOfFix42) {
    Pair pair;
    pair.account.version = pair.broker_settings.version = FixVersion::fix42;
    pair.broker_settings.port = 1;
    EXPECT_EQ(pair.broker.start(pair.broker_settings), FixStatus::bad_settings);
    EXPECT_NE(pair.broker_error().find("FIX 4.2"), std::string::npos) << pair.broker_error();
    EXPECT_EQ(pair.venue.start(pair.venue_settings), FixStatus::bad_settings);
    EXPECT_NE(pair.venue_error().find("FIX 4.2"), std::string::npos) << pair.venue_error();
}

TEST(Version, TheWireOf42SaysTransactionTypesAndNothingThatIsOnlyIn44) {
    Pair pair;
    pair.speak(FixVersion::fix42);
    pair.start_venue();
    RawPeer peer(pair.broker_id, pair.venue_id, "FIX.4.2");
    ASSERT_TRUE(peer.connect(pair.venue.port()));
    peer.send("A", "98=0|108=30|");
    ASSERT_FALSE(peer.receive("A").empty());
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    peer.send("D", "11=X1|21=1|55=AAA|54=1|60=20260101-12:00:00|38=10|40=2|44=1.00|");
    VenueReport report = report_of(pair.request(), EventKind::execution_report);
    std::strcpy(report.request, "5");
    report.event.flags = order_flag_taker;
    const auto said = [&](ExecType type, std::int64_t leaves) {
        report.event.exec_type = type;
        report.event.leaves_quantity = leaves;
        EXPECT_EQ(pair.venue.report(0, report), FixStatus::ok);
        const std::string text = peer.receive("8");
        for (const char* tag : {"790", "851"}) EXPECT_EQ(RawPeer::field(text, tag), "") << text;
        return RawPeer::field(text, "20") + "/" + RawPeer::field(text, "150");
    };
    EXPECT_EQ(said(ExecType::new_order, 10), "0/0");
    EXPECT_EQ(said(ExecType::trade, 6), "0/1");
    EXPECT_EQ(said(ExecType::trade, 0), "0/2");
    EXPECT_EQ(said(ExecType::trade_cancel, 6), "1/1");
    EXPECT_EQ(said(ExecType::trade_correct, 0), "2/2");
    EXPECT_EQ(said(ExecType::replaced, 6), "0/5");
    report.event.status = OrderStatus::filled;
    EXPECT_EQ(said(ExecType::order_status, 0), "3/2");
    report.event.status = OrderStatus::replaced;
    EXPECT_EQ(said(ExecType::order_status, 0), "3/5");
}

TEST(Version, OneVenueServesBoth) {
    Pair pair;
    VenueAccount accounts[2] = {pair.account, pair.account};
    const std::string old_id = unique_id("OLD");
    accounts[1] = VenueAccount{};
    accounts[1].client = old_id.c_str();
    accounts[1].version = FixVersion::fix42;
    pair.venue_settings.accounts = accounts;
    pair.venue_settings.account_count = 2;
    pair.start();
    RawPeer old(old_id, pair.venue_id, "FIX.4.2");
    ASSERT_TRUE(old.connect(pair.venue.port()));
    old.send("A", "98=0|108=30|");
    EXPECT_FALSE(old.receive("A").empty());
    EXPECT_EQ(pair.request().session, 1u);
    RawPeer confused(old_id, pair.venue_id, "FIX.4.4");
    ASSERT_TRUE(confused.connect(pair.venue.port()));
    confused.send("A", "98=0|108=30|");
    EXPECT_TRUE(confused.hung_up());
}

} // namespace
} // namespace martlet::test
