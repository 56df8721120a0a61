#pragma once
#include "venue_fixtures.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <thread>

#include "martlet/book.hpp"
#include "martlet/broker_session.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/venue_server.hpp"

// A venue over real sockets, with BrokerSession as its client.

namespace exchange_test {

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

inline constexpr auto patience = std::chrono::seconds(60);

inline std::string unique_name(const char* base) {
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

inline Command ask(CommandKind kind, std::uint64_t request) {
    Command command{};
    command.kind = EventKind::command;
    command.command = kind;
    command.request = request;
    command.receive_time = start;
    return command;
}

inline Command order(std::uint64_t id, Side side, std::int64_t price, std::int64_t quantity,
              martlet::TimeInForce time_in_force = martlet::TimeInForce::day) {
    Command command = make_order(martlet::make_client_order(1, id), 0, side, price, quantity,
                                 price == 0 ? martlet::OrderType::market : martlet::OrderType::limit, time_in_force);
    command.receive_time = start;
    return command;
}

inline std::uint64_t id(std::uint64_t counter) { return martlet::make_client_order(1, counter); }

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

} // namespace exchange_test
