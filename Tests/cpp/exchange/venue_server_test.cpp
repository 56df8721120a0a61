#include "venue_fixtures.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <thread>

#include "martlet/book.hpp"
#include "martlet/broker_session.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/venue_server.hpp"

// The venue over real sockets, with BrokerSession as the client.

namespace {

using namespace exchange_test;
using martlet::BrokerSession;
using martlet::Command;
using martlet::CommandKind;
using martlet::EventKind;
using martlet::ExecType;
using martlet::FixStatus;
using martlet::MarketEvent;
using martlet::OrderEvent;
using martlet::OrderStatus;
using martlet::Side;
using martlet::VenueServer;
using martlet::VenueStatus;

constexpr auto patience = std::chrono::seconds(60);

std::string unique_name(const char* base) {
    static std::atomic<int> counter{0};
    return std::string(base) + std::to_string(++counter);
}

/// A client that keeps what it hears: books by market data, reports in a queue.
struct Client {
    Client(const std::string& name, const std::string& venue, const std::vector<martlet::InstrumentDefinition>& instruments,
           const std::string& directory)
        : ring(1 << 16), name_(name), venue_(venue), directory_(directory) {
        for (std::size_t i = 0; i < instruments.size(); ++i) books.emplace_back(martlet::BookOptions{});
        settings.sender = name_.c_str();
        settings.target = venue_.c_str();
        settings.username = "u";
        settings.password = "secret";
        settings.deployment = "T";
        settings.data_directory = directory_.c_str();
        settings.reconnect_milliseconds = 10;
        settings.cancel_on_disconnect = false;
        settings.instruments = instruments.data();
        settings.instrument_count = static_cast<std::uint32_t>(instruments.size());
        settings.ring = &ring;
    }

    void start(std::uint16_t port) {
        settings.port = port;
        ASSERT_EQ(session.start(settings), FixStatus::ok);
        ASSERT_TRUE(until([&] { return session.logged_on(); }));
    }

    /// Takes in what came; true once `condition` holds. Bounded by `patience`.
    bool until(const std::function<bool()>& condition) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!condition()) {
            martlet::InboundRecord record;
            if (ring.try_pop(record)) take(record);
            else if (std::chrono::steady_clock::now() > deadline) return false;
            else ring.wait(1'000'000);
        }
        return true;
    }

    void take(const martlet::InboundRecord& record) {
        if (record.family() == martlet::RecordFamily::order) {
            reports.push_back(record.order());
            return;
        }
        const MarketEvent event = record.market();
        ++market_events;
        discontinuities += event.kind == EventKind::discontinuity ? 1 : 0;
        snapshots += event.kind == EventKind::snapshot_end ? 1 : 0;
        closed = closed || (event.kind == EventKind::trading_status &&
                            event.reference == static_cast<std::uint64_t>(martlet::TradingStatus::closed));
        if (event.instrument < books.size()) books[event.instrument].apply(event);
    }

    /// The next report that `wanted` likes; those before it are dropped.
    OrderEvent report(const std::function<bool(const OrderEvent&)>& wanted) {
        OrderEvent found{};
        const bool came = until([&] {
            while (!reports.empty()) {
                found = reports.front();
                reports.pop_front();
                if (wanted(found)) return true;
            }
            return false;
        });
        EXPECT_TRUE(came) << "no such report came";
        return found;
    }

    OrderEvent report_of(std::uint64_t id, ExecType type) {
        return report([=](const OrderEvent& event) { return event.client_order == id && event.exec_type == type; });
    }

    void send(const Command& command) { ASSERT_EQ(session.send(command), martlet::SendStatus::sent); }

    martlet::InboundRing ring;
    std::string name_, venue_, directory_;
    martlet::BrokerSettings settings;
    BrokerSession session;
    std::vector<martlet::Book> books;
    std::deque<OrderEvent> reports;
    std::uint64_t market_events = 0, discontinuities = 0, snapshots = 0;
    bool closed = false;
};

Command ask(CommandKind kind, std::uint64_t request) {
    Command command{};
    command.kind = EventKind::command;
    command.command = kind;
    command.request = request;
    command.receive_time = start;
    return command;
}

Command order(std::uint64_t id, Side side, std::int64_t price, std::int64_t quantity,
              martlet::TimeInForce time_in_force = martlet::TimeInForce::day) {
    Command command = make_order(martlet::make_client_order(1, id), 0, side, price, quantity,
                                 price == 0 ? martlet::OrderType::market : martlet::OrderType::limit, time_in_force);
    command.receive_time = start;
    return command;
}

std::uint64_t id(std::uint64_t counter) { return martlet::make_client_order(1, counter); }

class Server : public ::testing::Test {
protected:
    void SetUp() override {
        accounts[0] = {names[0].c_str(), nullptr, "secret"};
        accounts[1] = {names[1].c_str(), nullptr, "secret"};
        options = make_venue(instruments, venue_directory);
        options.venue = venue_name.c_str();
        options.accounts = accounts;
        options.speed = 20;
        client = make_client(0);
    }

    std::unique_ptr<Client> make_client(int index) {
        return std::make_unique<Client>(names[index], venue_name, instruments, directory.file(names[index].c_str()));
    }

    void start_venue() {
        char text[512] = {};
        const VenueStatus status = server.start(options);
        server.last_error(text, sizeof text);
        ASSERT_EQ(status, VenueStatus::ok) << text;
    }

    std::string state() {
        std::vector<char> text(1 << 20);
        EXPECT_LT(server.state_json(text.data(), text.size()), text.size());
        return text.data();
    }

    std::vector<martlet::InstrumentDefinition> instruments = make_instruments(2);
    TemporaryDirectory directory;
    std::string venue_directory = directory.file("venue");
    std::string names[2] = {unique_name("CLIENT"), unique_name("CLIENT")};
    std::string venue_name = unique_name("EXCHANGE");
    martlet::VenueAccount accounts[2];
    martlet::VenueOptions options;
    VenueServer server;
    std::unique_ptr<Client> client;
};

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
