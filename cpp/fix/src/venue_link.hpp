#pragma once
#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "market_publisher.hpp"
#include "venue_client.hpp"

namespace martlet::fix {

/// What a VenueSession is: the listener, its clients, one thread a connection.
class VenueLink {
public:
    VenueLink() = default;
    ~VenueLink() { stop(0); }

    FixStatus start(const VenueSettings& settings);
    void stop(std::uint32_t logout_milliseconds);
    std::uint16_t port() const noexcept { return port_; }
    VenueClient* client(std::uint32_t session) noexcept { return session < clients_.size() ? clients_[session].get() : nullptr; }

    bool next_request(VenueRequest* request);
    RequestQueue* queue() noexcept { return queue_.get(); }
    FixStatus report(std::uint32_t session, const VenueReport& report);
    FixStatus begin_answer(std::uint32_t session, VenueRequestKind kind, const char* request, std::uint32_t total);
    FixStatus snapshot(std::uint32_t session, const char* request, std::uint32_t instrument, const MarketEvent* events, std::size_t count);
    FixStatus reject_market_data(std::uint32_t session, const char* request, RejectReason reason);
    FixStatus publish(const MarketEvent* events, std::size_t count);

    const ErrorText& error() const noexcept { return error_; }
    VenueCounters counters() const noexcept;

private:
    struct Worker {
        std::thread thread;
        std::atomic<bool> done{false};
    };

    FixStatus check(const VenueSettings& settings);
    FixStatus open_clients(const VenueSettings& settings);
    void accept_all();
    void reap(bool all);
    void serve(int socket);
    VenueClient* identify(int socket, FrameReader* frames);
    void publish_to(VenueClient& client);
    void publish_status(const MarketEvent& event);

    VenueContext context_;
    std::string venue_;
    ErrorText error_;
    VenueTally tally_;
    StopSignal signal_;
    std::unique_ptr<RequestQueue> queue_;
    std::vector<std::unique_ptr<VenueClient>> clients_;
    std::unique_ptr<MarketPublisher> publisher_;
    std::string entries_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread acceptor_;
    std::list<Worker> workers_; ///< acceptor thread only, until it has ended
    std::atomic<std::uint64_t> unknown_orders_{0}, unpublished_{0}; ///< copies for other threads
};

} // namespace martlet::fix
