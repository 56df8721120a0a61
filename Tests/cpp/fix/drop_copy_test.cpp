#include "listened.hpp"
#include "subjects.hpp"

// A session that only listens: what it is told, what it is refused, and that nobody waits for it.

namespace martlet::test {
namespace {

const std::uint64_t order_id = make_client_order(1, 7);

/// Versions of the trading session and of the listener, and whether both use the standard dictionaries.
struct DropCopy : testing::TestWithParam<std::tuple<FixVersion, FixVersion, bool>> {
    void SetUp() override {
        const auto [trading, listening, by_standard] = GetParam();
        pair.speak(trading);
        pair.listener_settings.version = listening;
        if (!by_standard) return;
        standard = standard_dictionaries();
        if (standard.empty()) GTEST_SKIP() << "no standard dictionaries: ./martlet test fetches them, or name their folder in MARTLET_FIX_STANDARD";
        pair.use_dictionaries(standard);
    }
    std::string standard;
    Listened pair;
};

std::string name_of(const testing::TestParamInfo<DropCopy::ParamType>& info) {
    const auto text = [](FixVersion version) { return std::string(version == FixVersion::fix44 ? "44" : "42"); };
    return "Trading" + text(std::get<0>(info.param)) + "Listening" + text(std::get<1>(info.param)) + (std::get<2>(info.param) ? "Standard" : "BuiltIn");
}

INSTANTIATE_TEST_SUITE_P(Versions, DropCopy,
                         testing::Combine(testing::Values(FixVersion::fix44, FixVersion::fix42), testing::Values(FixVersion::fix44, FixVersion::fix42),
                                          testing::Bool()),
                         name_of);

constexpr ExecType news[] = {ExecType::pending_new,   ExecType::new_order,      ExecType::trade,        ExecType::trade_correct,
                             ExecType::pending_cancel, ExecType::pending_replace, ExecType::replaced,   ExecType::restated,
                             ExecType::trade_cancel,  ExecType::suspended,      ExecType::stopped,      ExecType::done_for_day,
                             ExecType::canceled,      ExecType::expired,        ExecType::rejected,     ExecType::calculated};

TEST_P(DropCopy, WhatHappensToAnOrderIsCopiedOnceAndInOrderAndAnswersAreNot) {
    pair.start();
    const VenueRequest request = pair.placed(order_id);
    std::uint64_t number = 0;
    for (const ExecType type : news) {
        VenueReport report = executed(request, ++number);
        report.event.exec_type = type;
        report.event.exchange_time = noon / 1'000'000 * 1'000'000 + static_cast<std::int64_t>(number) * 1'000'000;
        report.event.cumulative_quantity = 4;
        report.event.leaves_quantity = 6;
        report.event.fee = -12;
        report.event.status = OrderStatus::partially_filled;
        if (type == ExecType::trade || type == ExecType::trade_correct || type == ExecType::trade_cancel) {
            report.event.last_quantity = 4;
            report.event.last_price = 12344;
        }
        if (type == ExecType::restated) report.event.flags = order_flag_unsolicited;
        if (type == ExecType::rejected) report.event.reason = RejectReason::too_late;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        // Answers and refusals beside it are the trading client's alone.
        VenueReport answer = executed(request, 900);
        answer.event.exec_type = ExecType::order_status;
        answer.event.flags = order_flag_status;
        ASSERT_EQ(pair.venue.report(0, answer), FixStatus::ok);
        const bool mass = pair.broker_settings.version == FixVersion::fix44;
        std::strcpy(answer.request, "5");
        answer.request_total = 2; // a part of the answer for all orders, whatever it says of each
        answer.event.exec_type = ExecType::new_order;
        if (mass) ASSERT_EQ(pair.venue.report(0, answer), FixStatus::ok);
        for (const EventKind kind : {EventKind::cancel_reject, EventKind::business_reject}) {
            VenueReport refusal = report_of(request, kind);
            refusal.event.reason = RejectReason::too_late;
            ASSERT_EQ(pair.venue.report(0, refusal), FixStatus::ok);
        }
        const OrderEvent told = pair.order();
        for (int i = mass ? 0 : 1; i < 4; ++i) pair.order();
        const OrderEvent heard = pair.copy();
        OrderEvent expected = told;
        expected.flags |= order_flag_copy;
        expected.receive_time = heard.receive_time; // its place
        EXPECT_EQ(std::memcmp(&heard, &expected, sizeof heard), 0)
            << "exec_type " << static_cast<int>(heard.exec_type) << " for " << static_cast<int>(type) << ", flags " << heard.flags << " for " << expected.flags;
        EXPECT_EQ(heard.client_order, order_id);
        EXPECT_EQ(told.exec_type, type);
        EXPECT_EQ(told.flags & order_flag_copy, 0);
    }
    EXPECT_EQ(pair.copies.approximate_size(), 0u);
    EXPECT_EQ(pair.venue.counters().copies, std::size(news));
    EXPECT_EQ(pair.venue.counters().copies_lost, 0u);
    EXPECT_EQ(pair.listener.counters().rejected_in, 0u);
}

TEST_P(DropCopy, NothingIsMissedOrRepeatedOverADisconnect) {
    pair.start();
    const VenueRequest request = pair.placed(order_id);
    std::uint64_t next = 1, heard = 1;
    for (int round = 0; round < 4; ++round) {
        for (int i = 0; i < 3; ++i) ASSERT_EQ(pair.venue.report(0, executed(request, next++)), FixStatus::ok);
        for (const OrderEvent& event : pair.copied_reports(3)) {
            EXPECT_EQ(event.execution, identifier("E" + std::to_string(heard++)));
            EXPECT_EQ(event.flags, order_flag_copy);
        }
        if (round % 2 == 0) pair.venue.disconnect(1);
        pair.stop_listener();
        for (int i = 0; i < 3; ++i) ASSERT_EQ(pair.venue.report(0, executed(request, next++)), FixStatus::ok) << "its listener is away, the client is not";
        pair.start_listener();
        for (const OrderEvent& event : pair.copied_reports(3)) {
            EXPECT_EQ(event.execution, identifier("E" + std::to_string(heard++)));
            EXPECT_EQ(event.flags, order_flag_copy | order_flag_possible_duplicate);
        }
    }
    for (std::uint64_t i = 1; i < next; ++i) EXPECT_EQ(pair.order().execution, identifier("E" + std::to_string(i)));
    EXPECT_TRUE(pair.ring_empty());
}

TEST_P(DropCopy, TheListenerMayHearItFirstOrLast) {
    pair.start();
    const VenueRequest request = pair.placed(order_id);
    pair.broker.stop(0);
    ASSERT_EQ(pair.order().kind, EventKind::session_down);
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_down);
    ASSERT_EQ(pair.venue.report(0, executed(request, 1)), FixStatus::queued);
    const OrderEvent first = pair.copy();
    EXPECT_TRUE(pair.ring_empty());
    pair.stop_listener();
    pair.start_broker();
    OrderEvent told = pair.order();
    if (told.kind == EventKind::session_up) told = pair.order();
    EXPECT_EQ(told.execution, first.execution);
    EXPECT_EQ(told.client_order, first.client_order);
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    ASSERT_EQ(pair.venue.report(0, executed(request, 2)), FixStatus::ok);
    const OrderEvent second = pair.order();
    pair.start_listener();
    EXPECT_EQ(pair.copied_reports(1)[0].execution, second.execution);
}

TEST_P(DropCopy, ARestartOfTheVenueKeepsWhatTheListenerHasNotHeard) {
    pair.start();
    const VenueRequest request = pair.placed(order_id);
    pair.stop_listener();
    ASSERT_EQ(pair.venue.report(0, executed(request, 1)), FixStatus::ok);
    pair.broker.stop(0);
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_down);
    pair.venue.stop(0);
    pair.start_venue();
    ASSERT_EQ(pair.venue.report(0, executed(request, 2)), FixStatus::queued);
    pair.start_listener();
    const auto heard = pair.copied_reports(2);
    EXPECT_EQ(heard[0].execution, identifier("E1"));
    EXPECT_EQ(heard[1].execution, identifier("E2"));
}

TEST_P(DropCopy, WhateverAListenerAsksForIsRefusedAndTheExchangeHearsNothing) {
    pair.listener_settings.drop_copy = pair.listener_settings.subscribe_at_logon = false; // it does not know its place
    pair.start_venue();
    pair.start_listener();
    ASSERT_EQ(pair.copy().kind, EventKind::session_up);
    std::uint64_t sent = 0;
    const auto refused = [&](SendStatus status, const char* what) {
        if (status == SendStatus::unsupported) return; // the version has no words for it
        ASSERT_EQ(status, SendStatus::sent) << what;
        ++sent;
        const OrderEvent answer = pair.copy();
        EXPECT_EQ(answer.kind, EventKind::business_reject) << what << ": " << pair.venue_error();
    };
    for (const CommandKind kind : {CommandKind::new_order, CommandKind::cancel, CommandKind::replace, CommandKind::order_status, CommandKind::mass_status,
                                   CommandKind::positions, CommandKind::trades, CommandKind::market_data}) {
        Command command = order_command(make_client_order(2, sent + 1));
        command.command = kind;
        if (kind == CommandKind::cancel || kind == CommandKind::replace) command.original_client_order = order_id;
        command.request = 9;
        refused(pair.listener.send(command), std::to_string(static_cast<int>(kind)).c_str());
    }
    refused(pair.listener.cancel_all(make_client_order(2, 90), noon), "cancel all");
    refused(pair.listener.request_instruments(5), "instruments");
    refused(pair.listener.request_session_status(6), "session status");
    ASSERT_TRUE(eventually([&] { return pair.venue.counters().rejected_in == sent; }));
    pair.listener.stop(0);
    ASSERT_TRUE(eventually([&] { return !pair.venue.logged_on(1); }));
    pair.start_broker();
    const VenueRequest first = pair.request();
    EXPECT_EQ(first.session, 0u) << "the first that the exchange hears is the trading client";
    EXPECT_EQ(first.kind, VenueRequestKind::session_up);
    ASSERT_EQ(pair.order().kind, EventKind::session_up);
    EXPECT_EQ(pair.placed(order_id).kind, VenueRequestKind::new_order);
}

TEST_P(DropCopy, TheTextSaysThatTheSessionOnlyListens) {
    pair.start_venue();
    const bool is42 = pair.listener_settings.version == FixVersion::fix42;
    RawPeer peer(pair.listener_id, pair.venue_id, is42 ? "FIX.4.2" : "FIX.4.4");
    ASSERT_TRUE(peer.connect(pair.venue.port()));
    peer.send("A", "98=0|108=30|9001=Y|");
    ASSERT_FALSE(peer.receive("A").empty());
    peer.send("D", "11=T1-1-7|21=1|55=AAA|54=1|38=10|40=2|44=123.45|60=20260101-12:00:00|");
    const std::string refusal = peer.receive("j");
    EXPECT_EQ(RawPeer::field(refusal, "45"), "2");
    EXPECT_EQ(RawPeer::field(refusal, "372"), "D");
    EXPECT_EQ(RawPeer::field(refusal, "379"), "T1-1-7");
    EXPECT_EQ(RawPeer::field(refusal, "380"), is42 ? "0" : "6");
    EXPECT_EQ(RawPeer::field(refusal, "58"), "this session only listens: it gets copies of the reports to " + pair.broker_id);
    peer.send("j", "45=2|372=8|380=0|"); // a refusal of a copy is not refused
    peer.send("1", "112=PING|");
    EXPECT_EQ(RawPeer::field(peer.receive(""), "112"), "PING");
    VenueRequest request{};
    request.instrument = 3;
    request.side = Side::buy;
    request.quantity = 10;
    ASSERT_EQ(pair.venue.report(0, executed(request, 1)), FixStatus::queued);
    const std::string copy = peer.receive("");
    EXPECT_EQ(RawPeer::field(copy, "35"), "8");
    EXPECT_EQ(RawPeer::field(copy, "17"), "E1");
    EXPECT_EQ(RawPeer::field(copy, "797"), is42 ? "" : "Y") << "4.2 has no field that marks a copy";
}

} // namespace
} // namespace martlet::test
