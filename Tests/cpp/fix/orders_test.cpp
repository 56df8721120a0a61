#include "support.hpp"

namespace martlet::test {
namespace {

const std::uint64_t order_id = make_client_order(35, 1295); // "T1-Z-ZZ"

/// A live session with one order at the venue.
struct OrderTest : testing::Test {
    void SetUp() override { pair.start(); }
    VenueRequest placed() {
        EXPECT_EQ(pair.broker.send(order_command(order_id)), SendStatus::sent);
        return pair.request();
    }
    Pair pair;
};

TEST_F(OrderTest, ANewOrderArrivesAsItWasSent) {
    const VenueRequest request = placed();
    EXPECT_EQ(request.kind, VenueRequestKind::new_order);
    EXPECT_EQ(request.session, 0u);
    EXPECT_EQ(request.instrument, 3u);
    EXPECT_EQ(request.side, Side::buy);
    EXPECT_EQ(request.type, OrderType::limit);
    EXPECT_EQ(request.time_in_force, TimeInForce::good_till_cancel);
    EXPECT_EQ(request.price, 12345);
    EXPECT_EQ(request.quantity, 10);
    EXPECT_EQ(request.transact_time, noon);
    EXPECT_EQ(request.fault, RejectReason::none);
    EXPECT_STREQ(request.client_order, "T1-Z-ZZ");
    EXPECT_STREQ(request.symbol, "AAA");
}

TEST_F(OrderTest, EveryTypeAndTimeInForceArrives) {
    std::uint64_t counter = 0;
    for (const OrderType type : {OrderType::market, OrderType::limit, OrderType::stop, OrderType::stop_limit})
        for (const TimeInForce in_force : {TimeInForce::day, TimeInForce::good_till_cancel, TimeInForce::immediate_or_cancel, TimeInForce::fill_or_kill}) {
            Command command = order_command(make_client_order(1, ++counter));
            command.type = type;
            command.time_in_force = in_force;
            command.side = Side::sell;
            command.instrument = 7;
            command.price = 123457;
            command.stop_price = 120001;
            ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
            const VenueRequest request = pair.request();
            EXPECT_EQ(request.type, type);
            EXPECT_EQ(request.time_in_force, in_force);
            EXPECT_EQ(request.side, Side::sell);
            EXPECT_EQ(request.fault, RejectReason::none);
            const bool limit = type == OrderType::limit || type == OrderType::stop_limit;
            const bool stop = type == OrderType::stop || type == OrderType::stop_limit;
            EXPECT_EQ(request.price, limit ? 123457 : 0);
            EXPECT_EQ(request.stop_price, stop ? 120001 : 0);
        }
}

TEST_F(OrderTest, WhatTheProfileHasNoWordForIsRefusedBeforeItIsSent) {
    Pair other;
    other.broker_settings.profile.time_in_force[static_cast<int>(TimeInForce::fill_or_kill)] = '\0';
    other.broker_settings.profile.handling_instruction = '1';
    other.start();
    Command command = order_command(order_id);
    command.time_in_force = TimeInForce::fill_or_kill;
    EXPECT_EQ(other.broker.send(command), SendStatus::unsupported);
    command.time_in_force = TimeInForce::day;
    EXPECT_EQ(other.broker.send(command), SendStatus::sent);
    command.instrument = 99;
    EXPECT_EQ(other.broker.send(command), SendStatus::bad_command);
    command = order_command(order_id);
    command.quantity = 0;
    EXPECT_EQ(other.broker.send(command), SendStatus::bad_command);
    command = order_command(order_id);
    command.command = CommandKind::cancel;
    EXPECT_EQ(other.broker.send(command), SendStatus::bad_command) << "a cancel without the order that it means";
}

TEST_F(OrderTest, CancelReplaceAndStatusRequestsArriveAsTheyWereSent) {
    Command command = order_command(make_client_order(1, 2));
    command.original_client_order = order_id;
    command.command = CommandKind::cancel;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    VenueRequest request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::cancel);
    EXPECT_STREQ(request.client_order, "T1-1-2");
    EXPECT_STREQ(request.original_client_order, "T1-Z-ZZ");
    command.command = CommandKind::replace;
    command.price = -5; // spreads trade below zero
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::replace);
    EXPECT_EQ(request.price, -5);
    EXPECT_EQ(request.quantity, 10);
    command = order_command(order_id);
    command.command = CommandKind::order_status;
    command.request = 77;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::order_status);
    EXPECT_STREQ(request.request, "77");
    EXPECT_STREQ(request.client_order, "T1-Z-ZZ");
}

TEST_F(OrderTest, AFillArrivesWithEveryNumberExact) {
    VenueReport report = report_of(placed(), EventKind::execution_report);
    report.event.exec_type = ExecType::trade;
    report.event.status = OrderStatus::partially_filled;
    report.event.execution = identifier("an execution id longer than sixteen characters");
    report.event.execution = identifier("EXEC-000000001");
    report.event.last_quantity = 4;
    report.event.last_price = 12344;
    report.event.cumulative_quantity = 4;
    report.event.leaves_quantity = 6;
    report.event.fee = -12;
    report.event.flags = order_flag_taker;
    ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
    const OrderEvent event = pair.order();
    OrderEvent expected = report.event;
    expected.client_order = order_id;
    expected.receive_time = event.receive_time; // its place
    EXPECT_EQ(std::memcmp(&event, &expected, sizeof event), 0) << "fee " << event.fee << " time " << event.exchange_time;
}

TEST_F(OrderTest, EveryExecTypeAndStatusArrives) {
    const VenueRequest request = placed();
    for (auto type = static_cast<int>(ExecType::pending_new); type <= static_cast<int>(ExecType::calculated); ++type)
        for (auto status = static_cast<int>(OrderStatus::pending_new); status <= static_cast<int>(OrderStatus::accepted_for_bidding); ++status) {
            VenueReport report = report_of(request, EventKind::execution_report);
            report.event.exec_type = static_cast<ExecType>(type);
            report.event.status = static_cast<OrderStatus>(status);
            ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
            const OrderEvent event = pair.order();
            EXPECT_EQ(static_cast<int>(event.exec_type), type);
            // FIX 4.4 has no status for a replaced order: it is new again.
            EXPECT_EQ(event.status, report.event.status == OrderStatus::replaced ? OrderStatus::new_order : report.event.status);
            EXPECT_EQ((event.flags & order_flag_status) != 0, report.event.exec_type == ExecType::order_status);
        }
}

TEST_F(OrderTest, ABustAndACorrectionNameTheExecutionThatTheyRevise) {
    const VenueRequest request = placed();
    for (const ExecType type : {ExecType::trade_correct, ExecType::trade_cancel}) {
        VenueReport report = report_of(request, EventKind::execution_report);
        report.event.exec_type = type;
        report.event.status = OrderStatus::partially_filled;
        report.event.last_quantity = 3;
        report.event.last_price = 12343;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        const OrderEvent event = pair.order();
        EXPECT_EQ(event.exec_type, type);
        EXPECT_EQ(event.execution, identifier("E1"));
        EXPECT_EQ(event.last_quantity, 3);
        EXPECT_EQ(event.last_price, 12343);
    }
}

TEST_F(OrderTest, EveryReasonOfEveryRejectArrives) {
    const VenueRequest request = placed();
    for (auto code = static_cast<int>(RejectReason::other); code <= static_cast<int>(RejectReason::expired); ++code) {
        const auto reason = static_cast<RejectReason>(code);
        VenueReport report = report_of(request, EventKind::execution_report);
        report.event.exec_type = ExecType::rejected;
        report.event.status = OrderStatus::rejected;
        report.event.reason = reason;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        EXPECT_EQ(pair.order().reason, reason);

        report = report_of(request, EventKind::cancel_reject);
        report.event.exec_type = code % 2 == 0 ? ExecType::pending_cancel : ExecType::pending_replace;
        report.event.reason = reason;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        OrderEvent event = pair.order();
        EXPECT_EQ(event.kind, EventKind::cancel_reject);
        EXPECT_EQ(event.reason, reason);
        EXPECT_EQ(event.exec_type, report.event.exec_type);
        EXPECT_EQ(event.client_order, order_id);
        EXPECT_EQ(event.venue_order, identifier("V1"));

        report = report_of(request, EventKind::business_reject);
        report.event.reason = reason;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        event = pair.order();
        EXPECT_EQ(event.kind, EventKind::business_reject);
        EXPECT_EQ(event.reason, reason);
        EXPECT_EQ(event.client_order, order_id);
    }
}

TEST_F(OrderTest, AnOrderInAnUnknownInstrumentIsAFaultThatTheVenueCanAnswer) {
    Pair other;
    std::vector<InstrumentDefinition> more = other.definitions;
    std::strcpy(more[1].symbol, "UNLISTED");
    other.broker_settings.instruments = more.data();
    other.start();
    Command command = order_command(order_id);
    command.instrument = 7;
    ASSERT_EQ(other.broker.send(command), SendStatus::sent);
    const VenueRequest request = other.request();
    EXPECT_EQ(request.fault, RejectReason::unknown_instrument);
    EXPECT_EQ(request.instrument, UINT32_MAX);
    EXPECT_STREQ(request.symbol, "UNLISTED");
    VenueReport report = report_of(request, EventKind::execution_report);
    report.event.exec_type = ExecType::rejected;
    report.event.status = OrderStatus::rejected;
    report.event.reason = RejectReason::unknown_instrument;
    ASSERT_EQ(other.venue.report(0, report), FixStatus::ok);
    const OrderEvent event = other.order();
    EXPECT_EQ(event.kind, EventKind::execution_report);
    EXPECT_EQ(event.instrument, 7u);
    EXPECT_EQ(event.reason, RejectReason::unknown_instrument);
}

TEST_F(OrderTest, AForeignOrderIdIsFlaggedNotDropped) {
    VenueReport report = report_of(placed(), EventKind::execution_report);
    std::strcpy(report.client_order, "by-telephone");
    ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
    const OrderEvent event = pair.order();
    EXPECT_EQ(event.client_order, 0u);
    EXPECT_EQ(event.flags, order_flag_foreign_id);
}

TEST_F(OrderTest, ExactlyOneReportForOneRequestNumberAnswersAStatusRequest) {
    VenueReport report = report_of(placed(), EventKind::execution_report);
    report.event.exec_type = ExecType::order_status;
    std::strcpy(report.request, "4711");
    ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
    const OrderEvent event = pair.order();
    EXPECT_EQ(event.reference_number, 4711u);
    EXPECT_EQ(event.flags, order_flag_status);
}

TEST_F(OrderTest, AMassStatusAnswerEndsWithItsEnd) {
    const VenueRequest order = placed();
    Command command{};
    command.command = CommandKind::mass_status;
    command.request = 5;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    const VenueRequest request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::mass_status);
    EXPECT_STREQ(request.request, "5");
    ASSERT_EQ(pair.venue.begin_answer(0, request.kind, request.request, 2), FixStatus::ok);
    for (const bool last : {false, true}) {
        VenueReport report = report_of(order, EventKind::execution_report);
        report.event.exec_type = ExecType::order_status;
        std::strcpy(report.request, request.request);
        report.request_total = 2;
        report.request_last = last;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        EXPECT_EQ(pair.order().reference_number, 5u);
    }
    const OrderEvent end = pair.order();
    EXPECT_EQ(end.kind, EventKind::report_end);
    EXPECT_EQ(end.reference_number, 5u);
    // And where there is no order, the end is the whole answer.
    ASSERT_EQ(pair.venue.begin_answer(0, request.kind, "6", 0), FixStatus::ok);
    const OrderEvent none = pair.order();
    EXPECT_EQ(none.kind, EventKind::report_end);
    EXPECT_EQ(none.reference_number, 6u);
}

TEST_F(OrderTest, PositionsAndCashArriveExactlyAndEnd) {
    Command command{};
    command.command = CommandKind::positions;
    command.receive_time = noon;
    command.request = 8;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    const VenueRequest request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::positions);
    ASSERT_EQ(pair.venue.begin_answer(0, request.kind, request.request, 2), FixStatus::ok);
    for (const std::uint32_t instrument : {3u, 7u}) {
        VenueReport report{};
        report.event.kind = EventKind::position_report;
        report.event.instrument = instrument;
        report.event.exchange_time = noon;
        report.event.cumulative_quantity = instrument == 3 ? 1500 : -2500;
        report.event.fee = 1'000'000'0001;
        std::strcpy(report.request, request.request);
        report.request_total = 2;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        const OrderEvent event = pair.order();
        EXPECT_EQ(event.kind, EventKind::position_report);
        EXPECT_EQ(event.instrument, instrument);
        EXPECT_EQ(event.cumulative_quantity, report.event.cumulative_quantity);
        EXPECT_EQ(event.fee, report.event.fee);
        EXPECT_EQ(event.exchange_time, noon);
        EXPECT_EQ(event.reference_number, 8u);
    }
    EXPECT_EQ(pair.order().kind, EventKind::report_end);
    ASSERT_EQ(pair.venue.begin_answer(0, VenueRequestKind::positions, "9", 0), FixStatus::ok);
    EXPECT_EQ(pair.order().reference_number, 9u);
}

TEST_F(OrderTest, PastExecutionsArriveExactlyAndEnd) {
    Command command{};
    command.command = CommandKind::trades;
    command.stop_price = noon;
    command.request = 10;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    const VenueRequest request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::trades);
    EXPECT_EQ(request.from_time, noon);
    ASSERT_EQ(pair.venue.begin_answer(0, request.kind, request.request, 1), FixStatus::ok);
    VenueReport report{};
    report.event.kind = EventKind::trade_report;
    report.event.instrument = 7;
    report.event.side = Side::sell;
    report.event.exchange_time = noon + 1;
    report.event.venue_order = identifier("V9");
    report.event.execution = identifier("E9");
    report.event.last_quantity = 1234;
    report.event.last_price = 87'654;
    report.event.fee = 77;
    std::strcpy(report.client_order, "T1-Z-ZZ");
    std::strcpy(report.request, request.request);
    report.request_total = 1;
    report.request_last = true;
    ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
    const OrderEvent event = pair.order();
    OrderEvent expected = report.event;
    expected.client_order = order_id;
    expected.flags = order_flag_recovered;
    expected.exec_type = ExecType::trade;
    expected.reference_number = 10;
    expected.receive_time = event.receive_time; // its place
    EXPECT_EQ(std::memcmp(&event, &expected, sizeof event), 0);
    EXPECT_EQ(pair.order().kind, EventKind::report_end);
}

TEST_F(OrderTest, TheVenuesInstrumentsCanBeAskedFor) {
    ASSERT_EQ(pair.broker.request_instruments(12), SendStatus::sent);
    EXPECT_EQ(pair.order().kind, EventKind::instrument_definition);
    EXPECT_EQ(pair.order().instrument, 7u);
    EXPECT_EQ(pair.order().kind, EventKind::report_end);
    ASSERT_EQ(pair.broker.received_instrument_count(), 2u);
    InstrumentDefinition definition{};
    ASSERT_TRUE(pair.broker.received_instrument(1, &definition));
    EXPECT_STREQ(definition.symbol, "BTC-PERP");
    EXPECT_STREQ(definition.currency, "USD");
    EXPECT_STREQ(definition.venue, "SIM");
    EXPECT_EQ(definition.price_increment.mantissa, 5);
    EXPECT_EQ(definition.price_increment.exponent, -1);
    EXPECT_EQ(definition.lot_increment.mantissa, 1);
    EXPECT_EQ(definition.lot_increment.exponent, -3);
    EXPECT_EQ(definition.maximum_quantity, 5000);
}

TEST_F(OrderTest, SeveralClientsAreServedApart) {
    Pair two;
    const std::string second_id = unique_id("CLIENT");
    VenueAccount accounts[2] = {two.account, two.account};
    accounts[1].client = second_id.c_str();
    accounts[1].password = "other";
    two.venue_settings.accounts = accounts;
    two.venue_settings.account_count = 2;
    two.start();
    InboundRing second_ring(64); // outlives its session
    BrokerSession second;
    BrokerSettings settings = two.broker_settings;
    settings.sender = second_id.c_str();
    settings.password = "other";
    settings.ring = &second_ring;
    ASSERT_EQ(second.start(settings), FixStatus::ok);
    EXPECT_EQ(two.request().session, 1u);
    ASSERT_TRUE(eventually([&] { return second.logged_on(); }));
    ASSERT_EQ(second.send(order_command(order_id)), SendStatus::sent);
    const VenueRequest request = two.request();
    EXPECT_EQ(request.session, 1u);
    ASSERT_EQ(two.venue.report(1, report_of(request, EventKind::execution_report)), FixStatus::ok);
    ASSERT_TRUE(eventually([&] { return second_ring.approximate_size() == 2; })); // session_up and the report
    EXPECT_TRUE(two.ring_empty());
}

} // namespace
} // namespace martlet::test
