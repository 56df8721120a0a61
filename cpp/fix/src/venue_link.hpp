#pragma once
#include <atomic>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "acceptor.hpp"
#include "market_publisher.hpp"
#include "venue_client.hpp"

namespace martlet::fix {

/// What a VenueSession is: the acceptor, its clients, what they subscribed to.
class VenueLink {
public:
    VenueLink() = default;
    ~VenueLink() { stop(0); }

    FixStatus start(const VenueSettings& settings);
    void stop(std::uint32_t logout_milliseconds);
    std::uint16_t port() const noexcept { return acceptor_.port(); }
    VenueClient* client(std::uint32_t session) noexcept { return session < clients_.size() ? clients_[session].get() : nullptr; }

    bool next_request(VenueRequest* request);
    RequestQueue* queue() noexcept { return queue_.get(); }
    FixStatus report(std::uint32_t session, const VenueReport& report);
    FixStatus begin_answer(std::uint32_t session, VenueRequestKind kind, const char* request, std::uint32_t total);
    FixStatus snapshot(std::uint32_t session, const char* request, std::uint32_t instrument, const MarketEvent* events, std::size_t count);
    FixStatus reject_market_data(std::uint32_t session, const char* request, RejectReason reason);
    FixStatus publish(const MarketEvent* events, std::size_t count);
    FixStatus session_status(TradingStatus status);

    const ErrorText& error() const noexcept { return error_; }
    VenueCounters counters() const noexcept;

private:
    VenueClient* trader(std::uint32_t session) noexcept;
    VenueContext& context_of(FixVersion version) noexcept { return contexts_[static_cast<std::size_t>(version)]; }
    FixStatus check(const VenueSettings& settings);
    FixStatus open_clients(const VenueSettings& settings);
    void introduce_listeners();
    void copy_to_listeners(VenueClient& client, const VenueReport& report);
    void publish_to(VenueClient& client);
    void publish_status(const MarketEvent& event);

    VenueContext contexts_[std::size(vocabularies)]; ///< by version
    std::string venue_;
    ErrorText error_;
    VenueTally tally_;
    std::unique_ptr<RequestQueue> queue_;
    std::vector<std::unique_ptr<VenueClient>> clients_;
    std::unique_ptr<MarketPublisher> publisher_;
    std::string entries_;
    FIX::Message outgoing_; ///< reused for every report; the exchange's thread only
    Acceptor acceptor_{error_}; ///< last but for numbers: its threads use all that is above
    std::atomic<std::uint64_t> unknown_orders_{0}, unpublished_{0}; ///< copies for other threads
};

} // namespace martlet::fix
