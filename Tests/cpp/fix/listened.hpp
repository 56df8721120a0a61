#pragma once
#include "raw_peer.hpp"

namespace martlet::test {

/// A pair, and a second session of ours that only listens to what the venue tells the first.
struct Listened : Pair {
    explicit Listened(std::size_t ring_capacity = 1 << 12)
        : Pair(ring_capacity), copies(ring_capacity), listener_id(unique_id("LISTENER")), folder_listener(folder / "listener") {
        listener_settings = broker_settings;
        listener_settings.sender = listener_id.c_str();
        listener_settings.data_directory = folder_listener.c_str();
        listener_settings.username = listener_settings.password = nullptr;
        listener_settings.drop_copy = true;
        listener_settings.subscribe_at_logon = true; // to no effect
        listener_settings.ring = &copies;
        listening.client = listener_id.c_str();
        listening.copies_of = broker_id.c_str();
    }

    void use_dictionaries(const std::string& directory) {
        venue_settings.dictionary_directory = broker_settings.dictionary_directory = listener_settings.dictionary_directory = directory.c_str();
    }
    /// Starts the venue with both accounts, the listener's first.
    void start_venue() {
        listening.version = listener_settings.version;
        accounts[0] = account;
        accounts[1] = listening;
        venue_settings.accounts = accounts;
        venue_settings.account_count = 2;
        Pair::start_venue();
    }
    void start_listener() {
        listener_settings.port = venue.port();
        ASSERT_EQ(listener.start(listener_settings), FixStatus::ok) << listener_error();
    }
    /// Starts all three and waits for both logons.
    void start() {
        start_venue();
        start_broker();
        ASSERT_EQ(request().kind, VenueRequestKind::session_up) << broker_error();
        ASSERT_EQ(order().kind, EventKind::session_up);
        start_listener();
        const OrderEvent up = copy();
        ASSERT_EQ(up.kind, EventKind::session_up) << listener_error();
        ASSERT_EQ(up.flags, order_flag_copy);
    }
    /// Lets the listener be away for longer.
    void stop_listener() {
        listener.stop(0);
        ASSERT_TRUE(eventually([&] { return !venue.logged_on(1); }));
        OrderEvent event = copy();
        while (event.kind == EventKind::execution_report) event = copy();
        ASSERT_EQ(event.kind, EventKind::session_down);
        ASSERT_EQ(event.flags, order_flag_copy);
    }

    /// The next event that the listener heard.
    OrderEvent copy() {
        InboundRecord found{};
        if (!eventually([&] { return copies.try_pop(found); })) ADD_FAILURE() << "no copy came: " << listener_error();
        EXPECT_EQ(found.family(), RecordFamily::order);
        return found.order();
    }
    /// The next `count` copies of reports, whatever else came between them.
    std::vector<OrderEvent> copied_reports(std::size_t count) {
        std::vector<OrderEvent> reports;
        while (reports.size() < count && !testing::Test::HasFailure())
            if (const OrderEvent event = copy(); event.kind == EventKind::execution_report) reports.push_back(event);
        return reports;
    }

    /// Places an order and gives back the venue's request.
    VenueRequest placed(std::uint64_t id) {
        EXPECT_EQ(broker.send(order_command(id)), SendStatus::sent);
        return request();
    }

    std::string listener_error() const {
        char text[512];
        return std::string(text, listener.last_error(text, sizeof text));
    }

    InboundRing copies;
    std::string listener_id, folder_listener;
    VenueAccount listening, accounts[2];
    BrokerSettings listener_settings;
    BrokerSession listener;
};

/// A report of an execution with this id.
inline VenueReport executed(const VenueRequest& request, std::uint64_t number) {
    VenueReport report = report_of(request, EventKind::execution_report);
    const std::string execution = "E" + std::to_string(number);
    report.event.execution = identifier(execution);
    return report;
}

} // namespace martlet::test
