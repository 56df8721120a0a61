#pragma once
#include "quickfix.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "broker_context.hpp"
#include "market_decoder.hpp"
#include "martlet/broker_session.hpp"
#include "order_decoder.hpp"
#include "session_host.hpp"

namespace martlet::fix {

/// An event's place (broker_session.hpp) is its message's number in the store, and in the last bits how many of that message's
/// events came before it.
inline constexpr unsigned place_bits = 16;

/// What a BrokerSession is: the session, its thread, and the way from callbacks to the ring.
class BrokerLink final : public FIX::Application, public EventSink {
public:
    BrokerLink() = default;
    ~BrokerLink() override { stop(0); }

    FixStatus start(const BrokerSettings& settings);
    void stop(std::uint32_t logout_milliseconds);
    SendStatus send(const Command& command);
    SendStatus request_instruments(std::uint64_t request);
    SendStatus cancel_all(std::uint64_t client_order, std::int64_t time);
    SendStatus request_session_status(std::uint64_t request);
    bool logged_on() const noexcept { return logged_on_.load(std::memory_order_acquire); }
    std::size_t received_count() const;
    bool received(std::size_t index, InstrumentDefinition* definition) const;
    BrokerCounters counters() const noexcept;
    const ErrorText& error() const noexcept { return error_; }

    // EventSink
    void push(const OrderEvent& event) override;
    bool push(const MarketEvent& event) override;

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

private:
    /// Which order a message of ours was about, for rejects that name only its sequence number.
    struct Sent {
        std::uint32_t sequence;
        std::uint64_t client_order;
    };

    FixStatus check(const BrokerSettings& settings);
    void serve();
    Stream connect();
    void tick();
    void pause();
    void wait(std::chrono::milliseconds duration);
    SendStatus deliver(FIX::Message& message, std::uint64_t client_order);
    void subscribe(const std::vector<std::uint32_t>& instruments);
    bool still_asked(const FIX::Message& message) const;
    bool decode(const std::string& type, const FIX::Message& message);
    bool security_list(const FIX::Message& message);
    void note_sent(std::uint32_t sequence);
    void push_session(EventKind kind);
    bool offer(OrderEvent event) noexcept;
    void begin_telling(std::uint64_t delivery) noexcept;
    std::int64_t next_place() noexcept;
    void tell_unrecorded();
    void tell_again(const std::string& text);
    void note_refusal(const FIX::Message& refusal);
    void tell_lost_report(bool patiently);
    std::uint64_t sent_order(const FIX::Message& message) const;

    BrokerContext context_;
    std::string host_, username_, password_;
    std::uint16_t port_ = 0;
    std::unique_ptr<TlsContext> tls_; ///< null: plaintext
    std::uint32_t reconnect_milliseconds_ = 0;
    std::uint32_t push_timeout_milliseconds_ = 0;
    bool cancel_on_disconnect_ = false;
    bool subscribe_at_logon_ = false;
    bool listens_ = false; ///< a drop copy
    InboundRing* ring_ = nullptr;

    ErrorText error_;
    std::shared_ptr<FIX::DataDictionary> dictionary_;
    std::unique_ptr<SessionHost> host_session_;
    std::unique_ptr<OrderDecoder> orders_;
    std::unique_ptr<MarketDecoder> market_;
    FIX::Message outgoing_; ///< reused for every command; the engine's thread only
    StopSignal signal_;
    std::thread thread_;
    std::mutex pause_mutex_;
    std::condition_variable pause_;
    std::uint32_t refusals_in_a_row_ = 0;
    std::atomic<bool> logged_on_{false};
    std::atomic<bool> reset_pending_{false};
    int logon_sequence_ = 0; ///< number of this connection's logon; the session thread's
    std::uint64_t recorded_ = all_recorded; ///< the last place that the engine has on record
    std::uint64_t delivery_ = 0;            ///< number of the message being told; 0: none, or one that is not kept
    std::uint64_t told_of_it_ = 0;          ///< its events so far
    bool telling_again_ = false;            ///< what the engine lost, before the first connection
    bool decoding_snapshot_ = false;
    bool report_lost_ = false;    ///< the session refused a report, and the engine does not know yet; the session thread's
    bool dropped_report_ = false; ///< a report found no room: the message must come once more

    mutable std::mutex table_mutex_; ///< guards the rest
    std::vector<InstrumentDefinition> received_;
    std::vector<std::uint32_t> wanted_; ///< instruments whose market data the engine asked for anew
    std::vector<Sent> sent_;

    std::atomic<std::uint64_t> logons_{0}, refused_{0}, disconnects_{0}, rejected_in_{0}, undecodable_{0}, stale_{0}, waits_{0}, told_again_{0};
};

} // namespace martlet::fix
