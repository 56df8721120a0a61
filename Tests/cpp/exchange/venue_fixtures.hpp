#pragma once

#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "../../../cpp/exchange/src/venue_desk.hpp"
#include "fixtures.hpp"

namespace exchange_test {

/// A new directory that goes away with its owner.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        char name[] = "/tmp/martlet-venue-XXXXXX";
        path_ = ::mkdtemp(name);
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    std::string file(const char* name) const { return path_ + "/" + name; }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// Keeps all that the desk says.
struct Heard final : martlet::exchange::VenueOutlet {
    struct Answer {
        std::uint32_t session;
        martlet::VenueReport report;
    };
    struct Opening {
        std::uint32_t session;
        martlet::VenueRequestKind kind;
        std::uint32_t total;
    };

    void report(std::uint32_t session, const martlet::VenueReport& report) override {
        reports.push_back({session, report});
        if (!journal.empty() && !in_journal(report.event.sequence)) ++said_too_early;
    }
    bool in_journal(std::uint64_t execution) const {
        bool found = false;
        martlet::exchange::VenueJournal::read(
            journal,
            [&](const martlet::exchange::VenueFrame& frame, const unsigned char* payload) {
                martlet::OrderEvent event{};
                if (frame.kind == martlet::exchange::VenueRecordKind::report) std::memcpy(&event, payload, sizeof event);
                found |= event.sequence == execution;
            },
            false);
        return found;
    }
    void begin_answer(std::uint32_t session, martlet::VenueRequestKind kind, const char*, std::uint32_t total) override {
        openings.push_back({session, kind, total});
    }
    void publish(const martlet::MarketEvent* events, std::size_t count) override { published.insert(published.end(), events, events + count); }
    void snapshot(std::uint32_t, const char*, std::uint32_t, const martlet::MarketEvent* events, std::size_t count) override {
        book.assign(events, events + count);
        published_at_snapshot = published.size();
    }
    void reject_market_data(std::uint32_t, const char*, martlet::RejectReason) override { ++market_data_rejects; }

    const martlet::VenueReport& last() const { return reports.back().report; }

    std::vector<Answer> reports;
    std::vector<Opening> openings;
    std::vector<martlet::MarketEvent> published, book;
    std::size_t published_at_snapshot = 0;
    int market_data_rejects = 0;
    std::string journal;    ///< looked into at every report, where given
    int said_too_early = 0; ///< reports that were not in it
};

inline const martlet::VenueAccount two_accounts[2] = {{.client = "ALPHA"}, {.client = "BETA"}};

inline martlet::VenueOptions make_venue(const std::vector<martlet::InstrumentDefinition>& instruments, const std::string& directory) {
    martlet::VenueOptions options;
    options.exchange = make_options(instruments, 4);
    options.accounts = two_accounts;
    options.account_count = 2;
    options.data_directory = directory.c_str();
    return options;
}

inline martlet::VenueRequest make_request(martlet::VenueRequestKind kind, std::uint32_t session, const char* client = "",
                                          const char* original = "") {
    martlet::VenueRequest request{};
    request.kind = kind;
    request.session = session;
    std::strncpy(request.client_order, client, sizeof request.client_order - 1);
    std::strncpy(request.original_client_order, original, sizeof request.original_client_order - 1);
    std::strncpy(request.request, "R1", sizeof request.request - 1);
    return request;
}

inline martlet::VenueRequest make_new(std::uint32_t session, const char* client, martlet::Side side, std::int64_t price,
                                      std::int64_t quantity, martlet::TimeInForce time_in_force = martlet::TimeInForce::day) {
    martlet::VenueRequest request = make_request(martlet::VenueRequestKind::new_order, session, client);
    request.side = side;
    request.type = price == 0 ? martlet::OrderType::market : martlet::OrderType::limit;
    request.time_in_force = time_in_force;
    request.price = price;
    request.quantity = quantity;
    return request;
}

} // namespace exchange_test
