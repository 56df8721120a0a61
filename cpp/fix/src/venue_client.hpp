#pragma once
#include "quickfix.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "martlet/venue_session.hpp"
#include "request_queue.hpp"
#include "session_host.hpp"
#include "venue_encode.hpp"

namespace martlet::fix {

struct VenueTally {
    std::atomic<std::uint64_t> logons{0}, refused{0}, rejected_in{0}, copies{0}, copies_lost{0};
};

/// One client of a venue: its session, its account, and what it subscribed to.
class VenueClient final : public FIX::Application {
public:
    VenueClient(std::uint32_t index, const VenueAccount& account, std::string venue, const VenueContext& context, RequestQueue& queue,
                ErrorText& error, VenueTally& tally);

    FixStatus open(const HostSettings& settings) { return host_.open(settings); }
    const VenueContext& context() const noexcept { return context_; }
    const std::string& name() const noexcept { return name_; }
    SessionHost& host() noexcept { return host_; }
    const SessionHost& host() const noexcept { return host_; }
    bool logged_on() const noexcept { return logged_on_.load(std::memory_order_acquire); }

    /// Whether it only listens. Such a session asks for nothing, and no request tells that it came or went.
    bool listens() const noexcept { return !listens_to_.empty(); }
    const std::string& listens_to() const noexcept { return listens_to_; }
    /// Those who get copies of its reports; fixed after start.
    std::vector<VenueClient*>& listeners() noexcept { return listeners_; }

    /// Sends a message that is kept for the client's return (`queued`) where `keep`, or is not sent at all then.
    FixStatus send(FIX::Message& message, bool keep);

    /// How the trading session stands, for those who asked and will ask. Exchange thread.
    void tell_session_status(TradingStatus status);

    // Subscriptions: exchange thread only.
    void subscribe(std::uint32_t instrument, std::string_view request);
    void unsubscribe(std::uint32_t instrument);
    void unsubscribe_all();
    /// The request by which the client gets an instrument's data; null: it does not.
    const std::string* request_of(std::uint32_t instrument) const noexcept;

    // FIX::Application
    void onCreate(const FIX::SessionID&) override {}
    void onLogon(const FIX::SessionID&) override;
    void onLogout(const FIX::SessionID&) override;
    void toAdmin(FIX::Message& message, const FIX::SessionID&) override;
    void toApp(FIX::Message& message, const FIX::SessionID&) throw(FIX::DoNotSend) override;
    void fromAdmin(const FIX::Message& message, const FIX::SessionID&)
        throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) override;
    void fromApp(const FIX::Message& message, const FIX::SessionID&)
        throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override;

    /// Message types that are never stored and never resent: what they say is stale by then.
    static std::vector<std::string> passing_types() { return {"W", "X", "Y", "f", "h", "y", "AO", "AP", "AQ", "AE"}; }

private:
    bool credentials_fit(const FIX::Message& logon) const;
    void push_session(VenueRequestKind kind);
    void refuse(const std::string& type, const FIX::Message& message);
    void answer_session_status(const FIX::Message& message);
    void send_session_status(const std::string& request, TradingStatus status);

    std::uint32_t index_;
    std::string name_, username_, password_, venue_;
    std::string listens_to_; ///< client whose reports it gets copies of; empty: an ordinary one
    std::vector<VenueClient*> listeners_;
    bool check_username_, check_password_;
    const VenueContext& context_;
    RequestQueue& queue_;
    ErrorText& error_;
    VenueTally& tally_;
    SessionHost host_;
    std::atomic<bool> logged_on_{false};
    std::mutex status_mutex_; ///< guards the two below: session and exchange threads
    TradingStatus session_status_ = TradingStatus::open;
    std::string status_request_; ///< TradSesReqID; empty: not asked
    bool cancel_on_disconnect_ = false; ///< session thread only
    std::vector<VenueRequest> decoded_; ///< session thread only

    std::vector<std::string> requests_; ///< by instrument id; empty: not subscribed
};

} // namespace martlet::fix
