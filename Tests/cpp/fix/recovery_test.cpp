#include "raw_peer.hpp"

namespace martlet::test {
namespace {

std::string report_fields(const char* execution, const char* client_order = "T1-1-1") {
    return std::string("37=V1|11=") + client_order + "|17=" + execution +
           "|150=F|39=2|55=AAA|54=1|38=10|31=123.45|32=10|151=0|14=10|6=123.45|60=20260101-12:00:00.123|";
}

TEST(FixRecovery, AResendRequestOverOrdersDoesNotSendThemAgain) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    for (std::uint64_t i = 1; i <= 3; ++i) {
        ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, i))), SendStatus::sent);
        ASSERT_FALSE(venue.peer.receive("D").empty());
    }
    venue.peer.send("8", report_fields("E1"));
    EXPECT_EQ(pair.order().kind, EventKind::execution_report);
    venue.peer.send("2", "7=1|16=0|"); // all from the beginning
    const std::string fill = venue.peer.receive("4");
    EXPECT_EQ(RawPeer::field(fill, "34"), "1");
    EXPECT_EQ(RawPeer::field(fill, "36"), "5") << "logon and three orders";
    EXPECT_EQ(RawPeer::field(fill, "123"), "Y");
    // The next thing on the wire is the next order, with the next number: no order in between.
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 4))), SendStatus::sent);
    const std::string next = venue.peer.receive("D");
    EXPECT_EQ(RawPeer::field(next, "11"), "T1-1-4");
    EXPECT_EQ(RawPeer::field(next, "34"), "5");
    EXPECT_EQ(pair.broker.counters().stale_not_resent, 3u);
}

TEST(FixRecovery, AResendRequestInTheMiddleOfSeveralIsAnsweredOnceAndEnds) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    for (std::uint64_t i = 1; i <= 5; ++i) ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, i))), SendStatus::sent);
    venue.peer.send("2", "7=3|16=4|");
    const std::string fill = venue.peer.receive("4");
    EXPECT_EQ(RawPeer::field(fill, "34"), "3");
    EXPECT_EQ(RawPeer::field(fill, "36"), "5");
}

TEST(FixRecovery, ASecondResendRequestWhileOneIsAnsweredIsForWhatIsLeftOfBoth) {
    constexpr int orders = 1'000;
    Pair pair;
    RawPeer peer(pair.broker_id, pair.venue_id);
    pair.account.username = pair.account.password = nullptr;
    pair.start_venue();
    ASSERT_TRUE(peer.connect(pair.venue.port()));
    peer.send("A", "98=0|108=30|");
    ASSERT_FALSE(peer.receive("A").empty());
    peer.send("D", "11=T1-1-1|21=1|55=AAA|54=1|60=20260101-12:00:00.123|38=10|40=2|44=123.45|59=1|");
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    const VenueRequest order = pair.request();
    for (int i = 1; i <= orders; ++i) ASSERT_EQ(pair.venue.report(0, report_of(order, EventKind::execution_report)), FixStatus::ok);
    for (int i = 1; i <= orders; ++i) ASSERT_FALSE(peer.receive("8").empty());
    const auto asked = [&](int begin, int end) { return peer.message("2", "7=" + std::to_string(begin) + "|16=" + std::to_string(end) + "|"); };
    // Both in one segment, so that the second is there when the first part of the first has been answered.
    peer.send_bytes(asked(302, 901) + asked(2, 0));
    std::vector<bool> told(orders + 2);
    for (int left = orders; left > 0;) {
        const std::string report = peer.receive("8");
        ASSERT_FALSE(report.empty()) << left << " are missing";
        ASSERT_EQ(RawPeer::field(report, "43"), "Y");
        const int number = std::stoi(RawPeer::field(report, "34"));
        if (!told[static_cast<std::size_t>(number)]) --left;
        told[static_cast<std::size_t>(number)] = true;
    }
    // The session goes on: both requests were counted once.
    peer.send("1", "112=PING|");
    EXPECT_EQ(RawPeer::field(peer.receive("0"), "112"), "PING");
    const std::uint64_t parts = pair.venue.counters().resend_parts;
    EXPECT_TRUE(parts >= 1 + 4 && parts <= 3 + 4) << parts << ": as much of the first as was answered before the second came, then all that is left";
}

TEST(FixRecovery, AQuestionBehindAGapIsAskedAgain) {
    // The peer misses a message of the run before, and asks for all from there, our subscription included.
    Pair pair;
    pair.broker_settings.subscribe_at_logon = true;
    RawVenue venue(pair);
    venue.start();
    const std::string first = venue.peer.receive("V");
    ASSERT_EQ(RawPeer::field(first, "34"), "2");
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 1))), SendStatus::sent);
    venue.peer.send("2", "7=1|16=0|");
    EXPECT_EQ(RawPeer::field(venue.peer.receive("4"), "36"), "2") << "the logon";
    const std::string again = venue.peer.receive("V");
    EXPECT_EQ(RawPeer::field(again, "34"), "2");
    EXPECT_EQ(RawPeer::field(again, "43"), "Y");
    EXPECT_EQ(RawPeer::field(again, "262"), RawPeer::field(first, "262"));
    EXPECT_EQ(RawPeer::field(venue.peer.receive("4"), "36"), "4") << "the order";
    // A question of the connection before is stale.
    venue.peer.hang_up();
    ASSERT_TRUE(venue.peer.accept());
    EXPECT_EQ(RawPeer::field(venue.peer.receive("A"), "34"), "4");
    venue.peer.send("A", "98=0|108=30|");
    venue.peer.send("2", "7=2|16=3|");
    EXPECT_EQ(RawPeer::field(venue.peer.receive("4"), "36"), "4");
}

TEST(FixRecovery, AResendRequestThatCameBehindAGapIsNotMissedWhenTheGapHasBeenFilled) {
    // Both sides miss something at logon: the peer's own resend request stands behind the gap that we are asking for.
    Pair pair;
    RawVenue venue(pair);
    pair.broker_settings.port = venue.peer.listen();
    ASSERT_EQ(pair.broker.start(pair.broker_settings), FixStatus::ok) << pair.broker_error();
    ASSERT_TRUE(venue.peer.accept());
    ASSERT_FALSE(venue.peer.receive("A").empty());
    venue.peer.send_bytes(venue.peer.with_number(3, "A", "98=0|108=30|"));
    venue.peer.send_bytes(venue.peer.with_number(4, "2", "7=1|16=0|"));
    EXPECT_EQ(RawPeer::field(venue.peer.receive("2"), "7"), "1") << "asks for what it misses";
    EXPECT_EQ(RawPeer::field(venue.peer.receive("4"), "36"), "3") << "and answers what is asked";
    ASSERT_EQ(pair.order().kind, EventKind::session_up);
    const std::string again = "122=20260101-12:00:00.123|";
    venue.peer.send_bytes(venue.peer.with_number(1, "8", report_fields("E1"), "43=Y|" + again));
    venue.peer.send_bytes(venue.peer.with_number(2, "8", report_fields("E2"), "43=Y|" + again));
    venue.peer.send_bytes(venue.peer.with_number(3, "4", "123=Y|36=5|", "43=Y|" + again));
    venue.peer.set_next(5);
    venue.peer.send("8", report_fields("E3"));
    for (const char* execution : {"E1", "E2", "E3"}) EXPECT_EQ(pair.order().execution, identifier(execution));
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 1))), SendStatus::sent);
    EXPECT_EQ(RawPeer::field(venue.peer.receive(""), "35"), "D") << "nothing is asked for a second time";
}

TEST(FixRecovery, AnOrderMarkedAsDuplicateByNobodyIsSentOnce) {
    // An order that was sent while the connection died is not sent by the next connection either.
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 1))), SendStatus::sent);
    ASSERT_FALSE(venue.peer.receive("D").empty());
    venue.peer.hang_up();
    EXPECT_EQ(pair.order().kind, EventKind::session_down);
    EXPECT_EQ(pair.broker.send(order_command(make_client_order(1, 2))), SendStatus::not_logged_on);
    ASSERT_TRUE(venue.peer.accept());
    const std::string logon = venue.peer.receive("A");
    EXPECT_EQ(RawPeer::field(logon, "34"), "3") << "the refused order took no number";
    venue.peer.send("A", "98=0|108=30|");
    EXPECT_EQ(pair.order().kind, EventKind::session_up);
    venue.peer.send("2", "7=2|16=0|"); // as if the order had been lost
    const std::string fill = venue.peer.receive("4");
    EXPECT_EQ(RawPeer::field(fill, "36"), "4");
}

TEST(FixRecovery, ADuplicateExecutionReportIsPassedOnMarked) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    venue.peer.send("8", report_fields("E1"));
    OrderEvent event = pair.order();
    EXPECT_EQ(event.flags, 0);
    // The same report under its old number, as a resend brings it: QuickFIX takes it once more where it is expected …
    venue.peer.send("8", report_fields("E1"), "97=Y|");
    event = pair.order();
    EXPECT_EQ(event.flags, order_flag_possible_resend);
    EXPECT_EQ(event.execution, identifier("E1"));
    EXPECT_EQ(event.client_order, make_client_order(1, 1));
}

TEST(FixRecovery, ReportsMissedWhileAwayComeBackMarkedAndOnce) {
    Pair pair;
    pair.start();
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 1))), SendStatus::sent);
    const VenueRequest request = pair.request();
    pair.venue.disconnect(0);
    EXPECT_EQ(pair.order().kind, EventKind::session_down);
    pair.broker.stop(0); // away for longer
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down);
    VenueReport report = report_of(request, EventKind::execution_report);
    for (const char* execution : {"E1", "E2", "E3"}) {
        report.event.execution = identifier(execution);
        EXPECT_EQ(pair.venue.report(0, report), FixStatus::queued);
    }
    pair.start_broker();
    std::vector<Identifier16> seen;
    bool up = false;
    while (!up || seen.size() < 3) {
        const OrderEvent event = pair.order();
        if (event.kind == EventKind::session_up) up = true;
        if (event.kind != EventKind::execution_report) continue;
        EXPECT_EQ(event.flags, order_flag_possible_duplicate);
        seen.push_back(event.execution);
    }
    EXPECT_EQ(seen, (std::vector<Identifier16>{identifier("E1"), identifier("E2"), identifier("E3")}));
    report.event.execution = identifier("E4");
    EXPECT_EQ(pair.venue.report(0, report), FixStatus::ok);
    const OrderEvent event = pair.order();
    EXPECT_EQ(event.execution, identifier("E4"));
    EXPECT_EQ(event.flags, 0);
}

TEST(FixRecovery, MarketDataBetweenReportsIsNeverResentAndDoesNotHoldThemUp) {
    Pair pair;
    pair.broker_settings.subscribe_at_logon = true;
    pair.start();
    VenueRequest subscribe{};
    for (int i = 0; i < 2; ++i) {
        subscribe = pair.request();
        ASSERT_EQ(pair.venue.snapshot(0, subscribe.request, subscribe.instrument, nullptr, 0), FixStatus::ok);
    }
    for (int i = 0; i < 4; ++i) pair.market();
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 1))), SendStatus::sent);
    const VenueRequest order = pair.request();
    // The client's process dies with everything unread: its numbers are those of now.
    pair.broker.stop(0);
    VenueReport report = report_of(order, EventKind::execution_report);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(pair.market().kind, EventKind::discontinuity) << "both books are invalid now";
    EXPECT_EQ(pair.order().kind, EventKind::session_down);
    EXPECT_EQ(pair.venue.report(0, report), FixStatus::queued);
    EXPECT_EQ(pair.venue.snapshot(0, subscribe.request, subscribe.instrument, nullptr, 0), FixStatus::not_logged_on);
    pair.broker_settings.subscribe_at_logon = false;
    pair.start_broker();
    EXPECT_EQ(pair.order().kind, EventKind::session_up);
    EXPECT_EQ(pair.order().kind, EventKind::execution_report);
    // Nothing more is outstanding: a fresh report is unmarked.
    EXPECT_EQ(pair.venue.report(0, report), FixStatus::ok);
    EXPECT_EQ(pair.order().flags, 0);
}

TEST(FixRecovery, AReportThatFindsNoRoomDropsTheSessionAndComesBack) {
    Pair pair(4);
    pair.broker_settings.push_timeout_milliseconds = 1;
    pair.start();
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 1))), SendStatus::sent);
    const VenueRequest request = pair.request();
    VenueReport report = report_of(request, EventKind::execution_report);
    for (int i = 0; i < 20; ++i) {
        const std::string execution = "E" + std::to_string(i);
        report.event.execution = identifier(execution);
        const FixStatus status = pair.venue.report(0, report);
        ASSERT_TRUE(status == FixStatus::ok || status == FixStatus::queued);
    }
    ASSERT_TRUE(eventually([&] { return pair.broker.counters().disconnects > 0; }));
    // The engine wakes up: every report arrives, in order of its first appearance.
    int expected = 0;
    bool told = false;
    while (expected < 20 && !testing::Test::HasFailure()) {
        const OrderEvent event = pair.order();
        told = told || event.kind == EventKind::session_down;
        if (event.kind != EventKind::execution_report) continue;
        const std::string wanted = "E" + std::to_string(expected);
        if (event.execution == identifier(wanted)) ++expected;
        else EXPECT_NE(event.flags & order_flag_possible_duplicate, 0) << "only a duplicate may come out of order";
    }
    EXPECT_EQ(expected, 20);
    EXPECT_TRUE(told);
}

TEST(FixRecovery, ARejectNamesTheOrderByItsSequenceNumber) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    const std::uint64_t id = make_client_order(1, 9);
    ASSERT_EQ(pair.broker.send(order_command(id)), SendStatus::sent);
    const std::string number = RawPeer::field(venue.peer.receive("D"), "34");
    venue.peer.send("3", "45=" + number + "|372=D|373=5|58=no|");
    OrderEvent event = pair.order();
    EXPECT_EQ(event.kind, EventKind::session_reject);
    EXPECT_EQ(event.client_order, id);
    EXPECT_EQ(std::to_string(event.reference_number), number);
    venue.peer.send("j", "45=" + number + "|372=D|380=3|");
    event = pair.order();
    EXPECT_EQ(event.kind, EventKind::business_reject);
    EXPECT_EQ(event.client_order, id);
    EXPECT_EQ(event.reason, RejectReason::unsupported);
}

TEST(FixRecovery, AReportThatCannotBeReadIsToldNotDropped) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    std::string fields = report_fields("E7");
    fields.replace(fields.find("31=123.45"), 9, "31=123.455"); // half an increment
    venue.peer.send("8", fields);
    OrderEvent event = pair.order();
    EXPECT_EQ(event.kind, EventKind::business_reject);
    EXPECT_EQ(event.reason, RejectReason::bad_price);
    EXPECT_EQ(event.client_order, make_client_order(1, 1));
    EXPECT_EQ(event.execution, identifier("E7"));
    fields = report_fields("E8");
    fields.replace(fields.find("55=AAA"), 6, "55=ZZZ");
    venue.peer.send("8", fields);
    event = pair.order();
    EXPECT_EQ(event.kind, EventKind::business_reject);
    EXPECT_EQ(event.reason, RejectReason::unknown_instrument);
    EXPECT_TRUE(eventually([&] { return pair.broker.counters().undecodable == 2; }));
}

TEST(FixRecovery, AFeeFinerThanMoneyDoesNotCostTheFill) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    venue.peer.send("8", report_fields("E1") + "12=0.00129|13=3|");
    const OrderEvent event = pair.order();
    EXPECT_EQ(event.kind, EventKind::execution_report);
    EXPECT_EQ(event.fee, 13) << "0.0013: never in our favour";
}

} // namespace
} // namespace martlet::test
