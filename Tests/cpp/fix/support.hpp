#pragma once
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "martlet/broker_session.hpp"
#include "martlet/client_order.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/venue_session.hpp"

// Both ends of a session on real sockets, and a peer that speaks raw bytes. Every wait is for a condition,
// bounded by `patience`.

namespace martlet::test {

inline constexpr auto patience = std::chrono::seconds(20);

/// Waits until `condition` holds; false: it never did.
inline bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::yield();
    }
    return true;
}

/// A folder that goes with the test.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "martlet-fix-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

/// CompIDs that no other test uses: the session registry is global.
inline std::string unique_id(const std::string& base) {
    static std::atomic<int> counter{0};
    return base + std::to_string(++counter);
}

inline std::vector<InstrumentDefinition> instruments() {
    std::vector<InstrumentDefinition> all(2);
    const auto set = [](InstrumentDefinition& definition, std::uint32_t id, const char* symbol, Decimal increment, Decimal lot) {
        definition.id = id;
        std::strcpy(definition.symbol, symbol);
        std::strcpy(definition.venue, "SIM");
        std::strcpy(definition.currency, "USD");
        definition.price_increment = increment;
        definition.lot_increment = lot;
        definition.multiplier = Decimal{1, 0};
        definition.tick = 1;
        definition.money_unit = Decimal{1, -4};
    };
    set(all[0], 3, "AAA", Decimal{1, -2}, Decimal{1, 0});
    set(all[1], 7, "BTC-PERP", Decimal{5, -1}, Decimal{1, -3});
    all[1].maximum_quantity = 5000;
    return all;
}

inline constexpr std::int64_t noon = 1'767'268'800'123'456'789; // 2026-01-01 12:00:00.123456789

inline Command order_command(std::uint64_t id) {
    Command command{};
    command.kind = EventKind::command;
    command.receive_time = noon;
    command.instrument = 3;
    command.side = Side::buy;
    command.client_order = id;
    command.price = 12345;
    command.quantity = 10;
    command.command = CommandKind::new_order;
    command.type = OrderType::limit;
    command.time_in_force = TimeInForce::good_till_cancel;
    return command;
}

inline Identifier16 identifier(std::string_view text) { return make_identifier(text.data(), text.size()); }

/// A venue and a broker session that are to meet.
struct Pair {
    explicit Pair(std::size_t ring_capacity = 1 << 12) : ring(ring_capacity), broker_id(unique_id("CLIENT")), venue_id(unique_id("VENUE")) {
        folder_venue = folder / "venue";
        folder_broker = folder / "broker";
        account.client = broker_id.c_str();
        account.username = "martlet";
        account.password = "secret";
        venue_settings.venue = venue_id.c_str();
        venue_settings.accounts = &account;
        venue_settings.account_count = 1;
        venue_settings.data_directory = folder_venue.c_str();
        venue_settings.dictionary_directory = dictionaries();
        venue_settings.instruments = definitions.data();
        venue_settings.instrument_count = static_cast<std::uint32_t>(definitions.size());
        broker_settings.sender = broker_id.c_str();
        broker_settings.target = venue_id.c_str();
        broker_settings.username = "martlet";
        broker_settings.password = "secret";
        broker_settings.deployment = "T1";
        broker_settings.data_directory = folder_broker.c_str();
        broker_settings.dictionary_directory = dictionaries();
        broker_settings.reconnect_milliseconds = 5;
        broker_settings.subscribe_at_logon = false;
        broker_settings.instruments = definitions.data();
        broker_settings.instrument_count = static_cast<std::uint32_t>(definitions.size());
        broker_settings.ring = &ring;
    }

    /// Lets both ends speak this version, before they start. FIX 4.2 knows no passwords.
    void speak(FixVersion version) {
        account.version = broker_settings.version = version;
        account.username = account.password = broker_settings.username = broker_settings.password = nullptr;
    }

    /// A directory with the standard FIX44.xml and FIX42.xml, to run the same tests against it; null: the built-in dictionary.
    static const char* dictionaries() { return std::getenv("MARTLET_FIX_DICTIONARIES"); }

    void start_venue() { ASSERT_EQ(venue.start(venue_settings), FixStatus::ok) << venue_error(); }
    void start_broker() {
        broker_settings.port = venue.port();
        ASSERT_EQ(broker.start(broker_settings), FixStatus::ok) << broker_error();
    }
    /// Starts both and waits for the logon.
    void start() {
        start_venue();
        start_broker();
        ASSERT_EQ(request().kind, VenueRequestKind::session_up) << broker_error();
        ASSERT_EQ(order().kind, EventKind::session_up);
    }

    /// The next request at the venue.
    VenueRequest request() {
        VenueRequest found{};
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!venue.next_request(&found)) {
            if (std::chrono::steady_clock::now() > deadline) {
                ADD_FAILURE() << "no request came: " << venue_error();
                return VenueRequest{};
            }
            venue.wait(10'000'000);
        }
        return found;
    }
    /// The next record at the client, of any family.
    InboundRecord record() {
        InboundRecord found{};
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!ring.try_pop(found)) {
            if (std::chrono::steady_clock::now() > deadline) {
                ADD_FAILURE() << "no event came: " << broker_error();
                return InboundRecord{};
            }
            ring.wait(10'000'000);
        }
        return found;
    }
    OrderEvent order() {
        const InboundRecord found = record();
        EXPECT_EQ(found.family(), RecordFamily::order);
        return found.order();
    }
    MarketEvent market() {
        const InboundRecord found = record();
        EXPECT_EQ(found.family(), RecordFamily::market) << "kind " << static_cast<int>(found.kind);
        return found.market();
    }
    bool ring_empty() { return ring.approximate_size() == 0; }

    std::string broker_error() const {
        char text[512];
        return std::string(text, broker.last_error(text, sizeof text));
    }
    std::string venue_error() const {
        char text[512];
        return std::string(text, venue.last_error(text, sizeof text));
    }

    Folder folder;
    std::string folder_venue, folder_broker;
    InboundRing ring;
    std::string broker_id, venue_id;
    std::vector<InstrumentDefinition> definitions = instruments();
    VenueAccount account;
    VenueSettings venue_settings;
    BrokerSettings broker_settings;
    VenueSession venue;
    BrokerSession broker;
};

/// A report that a venue would send of an order that a request placed.
inline VenueReport report_of(const VenueRequest& request, EventKind kind) {
    VenueReport report{};
    report.event.kind = kind;
    report.event.instrument = request.instrument;
    report.event.side = request.side;
    report.event.exchange_time = noon;
    report.event.exec_type = ExecType::new_order;
    report.event.status = OrderStatus::new_order;
    report.event.venue_order = identifier("V1");
    report.event.execution = identifier("E1");
    report.event.leaves_quantity = request.quantity;
    report.order_price = request.price;
    report.order_quantity = request.quantity;
    report.type = request.type;
    report.time_in_force = request.time_in_force;
    std::memcpy(report.client_order, request.client_order, sizeof report.client_order);
    std::memcpy(report.original_client_order, request.original_client_order, sizeof report.original_client_order);
    std::memcpy(report.symbol, request.symbol, sizeof report.symbol);
    return report;
}

} // namespace martlet::test
