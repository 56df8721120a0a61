#include "server_fixtures.hpp"

// A client's second session, which only listens: what it is told, and that it owns nothing.

namespace {

using namespace exchange_test;

/// The first account is ALPHA, the second listens to it.
class ListenedDesk : public ::testing::Test {
protected:
    ListenedDesk() {
        accounts[0].client = "ALPHA";
        accounts[1].client = "BETA";
        accounts[1].copies_of = "ALPHA";
    }
    void SetUp() override { reopen(); }

    void reopen() {
        desk.reset();
        heard = {};
        desk = std::make_unique<martlet::exchange::VenueDesk>(heard);
        martlet::VenueOptions options = make_venue(instruments, directory.path());
        options.accounts = accounts;
        const auto result = desk->open(options);
        ASSERT_EQ(result.status, VenueStatus::ok) << result.text;
        ASSERT_TRUE(desk->commit());
    }
    void ask(const martlet::VenueRequest& request) {
        desk->handle(request);
        ASSERT_TRUE(desk->commit());
    }

    std::vector<martlet::InstrumentDefinition> instruments = make_instruments(2);
    martlet::VenueAccount accounts[2];
    TemporaryDirectory directory;
    Heard heard;
    std::unique_ptr<martlet::exchange::VenueDesk> desk;
};

TEST_F(ListenedDesk, WhoOnlyListensOwnsNothingAndLeavesNothingBehind) {
    ask(make_new(0, "A1", Side::buy, 9'000, 40));
    const std::size_t said = heard.reports.size();
    for (const auto kind : {martlet::VenueRequestKind::session_up, martlet::VenueRequestKind::session_down, martlet::VenueRequestKind::new_order,
                            martlet::VenueRequestKind::cancel, martlet::VenueRequestKind::replace, martlet::VenueRequestKind::order_status,
                            martlet::VenueRequestKind::mass_status, martlet::VenueRequestKind::mass_cancel, martlet::VenueRequestKind::positions,
                            martlet::VenueRequestKind::trades, martlet::VenueRequestKind::subscribe}) {
        auto request = make_request(kind, 1, "B1", "A1");
        request.flags = martlet::venue_flag_cancel_on_disconnect;
        ask(request);
    }
    EXPECT_EQ(heard.reports.size(), said);
    EXPECT_TRUE(heard.openings.empty());
    EXPECT_EQ(heard.published_at_snapshot, 0u);
    EXPECT_EQ(desk->books().orders().size(), 1u);
    EXPECT_TRUE(desk->books().orders()[0].open());
    EXPECT_EQ(desk->state_json().find("BETA"), std::string::npos);
}

TEST_F(ListenedDesk, AnAccountThatTradedBeforeKeepsItsPastAndIsToldNothing) {
    accounts[1].copies_of = nullptr;
    reopen();
    ask(make_new(1, "B1", Side::buy, 9'000, 40));
    accounts[1].copies_of = "ALPHA";
    reopen();
    EXPECT_TRUE(heard.reports.empty()) << "its day order ended with the restart, and there is nobody to tell";
    EXPECT_EQ(desk->books().orders()[0].status, OrderStatus::canceled);
    EXPECT_NE(desk->state_json().find("BETA"), std::string::npos);
    ask(make_new(0, "A1", Side::buy, 9'000, 40));
    EXPECT_EQ(heard.reports.back().session, 0u);
}

struct ListenedServer : Server {
    void SetUp() override {
        Server::SetUp();
        accounts[1].copies_of = names[0].c_str();
        listener = make_client(1);
        listener->settings.drop_copy = true;
    }
    /// All execution reports that the listener heard so far, once `last` is among them.
    void hear(std::uint64_t order, ExecType last) {
        bool found = false;
        while (!found) {
            const OrderEvent event = listener->report([](const OrderEvent& e) { return e.kind == EventKind::execution_report; });
            ASSERT_EQ(event.kind, EventKind::execution_report);
            copies.push_back(event);
            found = event.client_order == order && event.exec_type == last;
        }
    }
    std::unique_ptr<Client> listener;
    std::vector<OrderEvent> copies;
};

TEST_F(ListenedServer, TheListenerHearsEachReportOfItsClientOverDisconnectsAndARestart) {
    start_venue();
    options.port = server.port();
    client->start(server.port());
    listener->start(server.port());
    client->send(order(1, Side::buy, 0, 25));
    const OrderEvent fill = client->report([](const OrderEvent& e) { return e.status == OrderStatus::filled; });
    EXPECT_EQ(fill.flags & martlet::order_flag_copy, 0);
    client->send(order(2, Side::buy, 9'000, 5));
    client->report_of(id(2), ExecType::new_order);
    hear(id(2), ExecType::new_order);
    EXPECT_EQ(copies[0].exec_type, ExecType::new_order);
    std::int64_t filled = 0;
    for (const OrderEvent& copy : copies) {
        EXPECT_NE(copy.flags & martlet::order_flag_copy, 0);
        if (copy.exec_type == ExecType::trade) filled += copy.last_quantity;
    }
    EXPECT_EQ(filled, 25);
    EXPECT_EQ(copies[copies.size() - 2].execution, fill.execution);
    EXPECT_EQ(listener->market_events, 0u);
    EXPECT_EQ(state().find(names[1]), std::string::npos) << "the listener owns nothing";

    // Away, it misses the end of a day order, at the restart, and the next order's beginning.
    listener->session.stop(0);
    server.stop(0);
    start_venue();
    ASSERT_TRUE(client->until([&] { return client->session.logged_on() && client->session.counters().logons >= 2; }));
    client->send(order(3, Side::buy, 9'001, 6));
    client->report_of(id(3), ExecType::new_order);
    copies.clear();
    listener->start(server.port());
    hear(id(3), ExecType::new_order);
    ASSERT_EQ(copies.size(), 2u);
    EXPECT_EQ(copies[0].client_order, id(2));
    EXPECT_EQ(copies[0].exec_type, ExecType::canceled);
}

TEST_F(ListenedServer, WhenAListenerGoesNoOrderIsCanceled) {
    listener->settings.drop_copy = false; // asks for it in its logon, as no listener of ours does
    listener->settings.cancel_on_disconnect = true;
    start_venue();
    client->start(server.port());
    listener->start(server.port());
    client->send(order(1, Side::buy, 9'000, 5));
    client->report_of(id(1), ExecType::new_order);
    listener->session.send(order(9, Side::buy, 9'000, 5));
    EXPECT_EQ(listener->report([](const OrderEvent& e) { return e.kind == EventKind::business_reject && e.client_order != 0; }).client_order, id(9));
    listener->session.stop(0);
    // A turn later the order is still there to be canceled.
    Command cancel = make_cancel(id(2), id(1));
    cancel.side = Side::buy;
    cancel.receive_time = start;
    client->send(cancel);
    const OrderEvent canceled = client->report([](const OrderEvent& e) { return e.kind != EventKind::execution_report || e.exec_type != ExecType::new_order; });
    EXPECT_EQ(canceled.exec_type, ExecType::canceled);
    EXPECT_EQ(canceled.client_order, id(2)) << "by its owner, and not by the listener's going";
}

TEST_F(ListenedServer, AnAccountThatListensToNobodyDoesNotStart) {
    accounts[1].copies_of = "NOBODY";
    EXPECT_EQ(server.start(options), VenueStatus::session_failed);
    char text[512] = {};
    server.last_error(text, sizeof text);
    EXPECT_NE(std::string(text).find("copies_of"), std::string::npos) << text;
}

} // namespace
