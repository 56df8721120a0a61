#include "server_fixtures.hpp"

#include <sys/resource.h>

#include <csignal>
#include <set>

// The venue over real sockets, with BrokerSession as the client.

namespace {

using namespace exchange_test;

TEST_F(Server, AnOrderSentOverFixIsFilledAndInTheVenuesBooks) {
    start_venue();
    client->start(server.port());
    client->send(order(1, Side::buy, 0, 25));
    const OrderEvent fill = client->report([](const OrderEvent& e) { return e.status == OrderStatus::filled; });
    EXPECT_EQ(fill.client_order, id(1));
    EXPECT_EQ(fill.cumulative_quantity, 25);
    EXPECT_GE(fill.exchange_time, start) << "TransactTime is virtual";
    EXPECT_LT(fill.exchange_time, start + 3600 * second);
    EXPECT_NE(state().find(R"("symbol":"TEST0","position":25)"), std::string::npos) << state();
    client->send(ask(CommandKind::positions, 5));
    const OrderEvent position = client->report([](const OrderEvent& e) { return e.kind == EventKind::position_report; });
    EXPECT_EQ(position.cumulative_quantity, 25);
    EXPECT_LT(position.fee, -25 * 9'000 * 100) << "cash paid";
    client->send(ask(CommandKind::trades, 6));
    const OrderEvent trade = client->report([](const OrderEvent& e) { return e.kind == EventKind::trade_report; });
    EXPECT_EQ(trade.client_order, id(1));
}

TEST_F(Server, TheClientsBookIsTheVenuesBook) {
    options.end_time = start + 120 * second; // then the market stands still and both can be compared
    options.speed = 60;
    start_venue();
    client->start(server.port());
    ASSERT_TRUE(client->until([&] { return client->closed; }));
    ASSERT_GE(client->snapshots, 2u);
    EXPECT_EQ(client->discontinuities, 0u);
    // A second client subscribes to the book that stands still.
    auto late = make_client(1);
    late->start(server.port());
    ASSERT_TRUE(late->until([&] { return late->snapshots >= 2; }));
    for (std::uint32_t i = 0; i < 2; ++i) {
        EXPECT_GT(late->books[i].order_count(), 50u);
        ASSERT_EQ(client->books[i].order_count(), late->books[i].order_count());
        EXPECT_EQ(client->books[i].faults(), 0u);
        for (const Side side : {Side::buy, Side::sell}) {
            std::uint32_t theirs = late->books[i].first_order(side);
            for (std::uint32_t ours = client->books[i].first_order(side); ours != 0; ours = client->books[i].next_order(ours)) {
                const martlet::OrderView a = client->books[i].order_at(ours), b = late->books[i].order_at(theirs);
                ASSERT_EQ(a.order, b.order) << "the same queue";
                ASSERT_EQ(a.price, b.price);
                ASSERT_EQ(a.quantity, b.quantity);
                theirs = late->books[i].next_order(theirs);
            }
        }
    }
    client->send(order(1, Side::buy, 9'000, 1));
    EXPECT_EQ(client->report_of(id(1), ExecType::rejected).reason, martlet::RejectReason::exchange_closed);
}

TEST_F(Server, AClientThatLostMarketDataIsHealedByASnapshot) {
    options.speed = 2'000;
    start_venue();
    martlet::InboundRing tiny(64); // outlives the session that fills it
    auto small = make_client(1);
    small->settings.ring = &tiny; // nobody reads it: market data is lost
    small->settings.port = server.port();
    ASSERT_EQ(small->session.start(small->settings), FixStatus::ok);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (small->session.counters().market_dropped == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    ASSERT_GT(small->session.counters().market_dropped, 0u);
    // Now it reads: after the discontinuity comes a snapshot, and the book is whole again.
    bool gap = false, healed = false;
    while (!(gap && healed) && std::chrono::steady_clock::now() < deadline) {
        martlet::InboundRecord record;
        if (!tiny.try_pop(record)) {
            tiny.wait(1'000'000);
            continue;
        }
        small->take(record);
        if (record.family() != martlet::RecordFamily::market) continue;
        gap |= record.market().kind == EventKind::discontinuity;
        healed = gap && small->books[record.market().instrument].valid() && small->books[record.market().instrument].order_count() > 20;
    }
    EXPECT_TRUE(gap);
    EXPECT_TRUE(healed);
}

TEST_F(Server, ARestartGoesOnWithNumbersPositionsAndSequences) {
    start_venue();
    const std::uint16_t port = server.port();
    options.port = port;
    client->start(port);
    client->send(order(1, Side::buy, 0, 25));
    const OrderEvent first = client->report([](const OrderEvent& e) { return e.status == OrderStatus::filled; });
    client->send(order(2, Side::buy, 9'000, 5));
    client->report_of(id(2), ExecType::new_order);
    client->send(order(3, Side::buy, 9'001, 6, martlet::TimeInForce::good_till_cancel));
    client->report_of(id(3), ExecType::new_order);
    const auto owners = [&] { // without the head, whose time goes on
        const std::string all = state();
        return all.substr(all.find("\"owners\""));
    };
    const std::string before = owners();
    server.stop(0);
    EXPECT_EQ(owners(), before) << "books can be read after the stop";
    start_venue();
    ASSERT_TRUE(client->until([&] { return client->session.logged_on() && client->session.counters().logons >= 2; }));
    EXPECT_GE(server.virtual_time(), first.exchange_time);
    client->send(ask(CommandKind::mass_status, 9));
    std::set<std::uint64_t> open;
    client->report([&](const OrderEvent& event) {
        if (event.exec_type == ExecType::order_status && event.status == OrderStatus::new_order) open.insert(event.client_order);
        return event.kind == EventKind::report_end && event.reference_number == 9;
    });
    EXPECT_EQ(open, std::set<std::uint64_t>{id(3)});
    client->send(order(4, Side::sell, 0, 25));
    const OrderEvent second_fill = client->report([](const OrderEvent& e) { return e.status == OrderStatus::filled && e.side == Side::sell; });
    EXPECT_FALSE(second_fill.execution == first.execution);
    EXPECT_NE(state().find(R"("symbol":"TEST0","position":0)"), std::string::npos) << state();
}

TEST_F(Server, OwnersTradeSideBySide) {
    start_venue();
    auto other = make_client(1);
    client->start(server.port());
    other->start(server.port());
    client->send(order(1, Side::buy, 9'000, 5));
    client->report_of(id(1), ExecType::new_order);
    other->send(order(1, Side::sell, 0, 7));
    const OrderEvent fill = other->report([](const OrderEvent& e) { return e.status == OrderStatus::filled; });
    EXPECT_EQ(fill.cumulative_quantity, 7);
    Command cancel = make_cancel(id(2), id(1));
    cancel.side = Side::buy;
    cancel.receive_time = start;
    client->send(cancel);
    client->report_of(id(2), ExecType::canceled);
    for (const OrderEvent& event : client->reports) EXPECT_NE(event.exec_type, ExecType::trade);
}

TEST_F(Server, ARecordedMarketIsServedWithoutShowingTheFuture) {
    std::vector<MarketEvent> bars;
    for (int minute = 0; minute < 600; ++minute) {
        martlet::BarEvent bar{};
        bar.kind = EventKind::bar;
        bar.exchange_time = bar.receive_time = 1'500'000'000 * second + (minute + 1) * 60 * second;
        bar.low = 1'000 + minute * 10;
        bar.open_above_low = bar.close_above_low = 2;
        bar.high_above_low = 4;
        bar.seconds = 60;
        bar.volume = 100;
        bars.push_back(martlet::as_market_event(bar));
    }
    options.exchange.recorded = bars.data();
    options.exchange.recorded_count = bars.size();
    options.speed = 600; // ten bars a second
    start_venue();
    client->start(server.port());
    ASSERT_TRUE(client->until([&] { return client->books[0].best_bid().quantity > 0; }));
    client->send(order(1, Side::buy, 0, 3));
    const OrderEvent fill = client->report([](const OrderEvent& e) { return e.exec_type == ExecType::trade; });
    const std::int64_t minute = (fill.exchange_time - start) / (60 * second);
    EXPECT_GE(fill.last_price, 1'000 + minute * 10);
    EXPECT_LE(fill.last_price, 1'000 + minute * 10 + 5) << "the price of its own minute";
}

TEST_F(Server, WhatCannotBeStartedSaysWhy) {
    const auto text_of = [](VenueServer& venue) {
        char text[512] = {};
        venue.last_error(text, sizeof text);
        return std::string(text);
    };
    const auto status = [&](auto&& change, const char* expected) {
        martlet::VenueOptions changed = options;
        const std::string fresh = directory.file(unique_name("dir").c_str());
        changed.data_directory = fresh.c_str();
        change(changed);
        VenueServer venue;
        const VenueStatus result = venue.start(changed);
        EXPECT_NE(text_of(venue).find(expected), std::string::npos) << text_of(venue);
        return result;
    };
    using Options = martlet::VenueOptions;
    EXPECT_EQ(status([](Options& o) { o.speed = 0; }, "speed"), VenueStatus::bad_options);
    EXPECT_EQ(status([](Options& o) { o.speed = 20'000; }, "speed"), VenueStatus::bad_options);
    EXPECT_EQ(status([](Options& o) { o.account_count = 0; }, "accounts"), VenueStatus::bad_options);
    EXPECT_EQ(status([](Options& o) { o.data_directory = nullptr; }, "data directory"), VenueStatus::bad_options);
    EXPECT_EQ(status([](Options& o) { o.end_time = 5; }, "end time"), VenueStatus::bad_options);
    EXPECT_EQ(status([](Options& o) { o.exchange.correlation = 2; }, "profile"), VenueStatus::bad_options);
    EXPECT_EQ(status([](Options& o) { o.data_directory = "/proc/nowhere"; }, "/proc/nowhere"), VenueStatus::directory_unusable);
    start_venue();
    const std::uint16_t taken = server.port();
    EXPECT_EQ(status([&](Options& o) { o.port = taken; }, ""), VenueStatus::session_failed) << "the same CompIDs in one process";
    EXPECT_EQ(status([&](Options& o) { o.port = taken, o.venue = "ELSEWHERE"; }, std::to_string(taken).c_str()), VenueStatus::port_in_use);
    EXPECT_EQ(server.start(options), VenueStatus::already_running);
}

TEST_F(Server, AJournalThatCannotBeWrittenHangsUpInsteadOfAnswering) {
    start_venue();
    client->start(server.port());
    // The file size limit makes the next write fail as a full disk does.
    struct rlimit old {};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
    const auto previous = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = old;
    small.rlim_cur = 1;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    client->session.send(order(1, Side::buy, 0, 25));
    const bool down = client->until([&] { return server.status() == VenueStatus::journal_failed; });
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old), 0);
    std::signal(SIGXFSZ, previous);
    EXPECT_TRUE(down);
    for (const OrderEvent& event : client->reports) EXPECT_NE(event.kind, EventKind::execution_report);
    char text[512] = {};
    server.last_error(text, sizeof text);
    EXPECT_NE(std::string(text).find("cannot write"), std::string::npos) << text;
}

} // namespace
