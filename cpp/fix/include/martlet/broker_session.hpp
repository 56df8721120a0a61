#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/command.hpp"
#include "martlet/event.hpp"
#include "martlet/fix_profile.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/instrument.hpp"
#include "martlet/order_event.hpp"
#include "martlet/session_schedule.hpp"
#include "martlet/tls_settings.hpp"

// Our end of a FIX 4.4 or 4.2 session with a broker: the initiator.
//
//     engine thread ── send(Command) ──► encode ──► store (one write) ──► socket
//     session thread: socket ──► frame ──► FIX session rules, dictionary ──► decode ──► InboundRing

namespace martlet {

/// Of order events from the ring `receive_time` is their place in what the session told so far, to be kept with the event where it is
/// recorded: above all places before it, also those of earlier processes. 0: no message told it (the session is up or down). A
/// message counts as received before its events are on record; the next start is told the last place that is, and tells what came
/// behind it again.
inline constexpr std::uint64_t all_recorded = ~std::uint64_t{0};

/// How to reach a broker. Texts are copied by `start`. Nothing is read from the environment.
struct BrokerSettings {
    const char* host = "127.0.0.1";      ///< without `tls` loopback only
    std::uint16_t port = 0;
    TlsSettings tls{};
    const char* sender = nullptr;        ///< our SenderCompID (49): letters, digits, "._-", at most 32
    const char* target = nullptr;        ///< the broker's TargetCompID (56)
    FixVersion version = FixVersion::fix44;
    const char* username = nullptr;      ///< 553; null: not sent. FIX 4.2 has no field for it
    const char* password = nullptr;      ///< 554; null: not sent. FIX 4.2 has no field for it
    const char* deployment = nullptr;    ///< prefix of client order ids
    const char* data_directory = nullptr;       ///< where the message store lives; made if missing
    const char* dictionary_directory = nullptr; ///< null: the built-in dictionary; else DIR/FIX44.xml or FIX42.xml, extended as docs/fix.md says
    std::uint32_t heartbeat_seconds = 30;
    std::uint32_t reconnect_milliseconds = 200; ///< first pause before a new attempt; doubles to 30 s while logons are refused
    std::uint32_t push_timeout_milliseconds = 2'000; ///< how long an order report waits for room in the ring before the session is dropped
    std::uint32_t backlog_bytes = 8u << 20;     ///< unsent bytes at which a peer that does not read is dropped
    bool cancel_on_disconnect = true;    ///< asked for in the logon where the profile has a field for it
    bool machine_durability = false;     ///< every message waits until it and its number are on the disk: no loss of power makes us
                                         ///< send a number twice. False: in the page cache, which a killed process leaves behind
    SessionSchedule schedule{};          ///< when to be connected; by default always
    std::uint64_t recorded = all_recorded; ///< the last place that is on record, 0: none. Events of messages received behind it come
                                         ///< first, before `session_up`; never again what is about the market alone
    bool reset_sequence_numbers = false; ///< once, at the first logon: ResetSeqNumFlag=Y. Never by itself
    bool subscribe_at_logon = true;      ///< ask for market data of all instruments as soon as logged on
    bool drop_copy = false;              ///< the session only listens to copies of another one's reports: it sends nothing, takes no
                                         ///< market data, and all its order events bear `order_flag_copy`
    FixProfile profile;
    const InstrumentDefinition* instruments = nullptr;
    std::uint32_t instrument_count = 0;  ///< at most 4,096
    InboundRing* ring = nullptr;         ///< must outlive the session
};

/// Counts since `start`. Read at any time from any thread.
struct BrokerCounters {
    std::uint64_t messages_in, messages_out;
    std::uint64_t logons, logons_refused, disconnects;
    std::uint64_t garbled;             ///< frames with a wrong length or checksum, and bytes between frames
    std::uint64_t rejected_in;         ///< messages that we refused with Reject (3) or BusinessMessageReject (j); a report among
                                       ///< them is told as a business_reject event with `order_flag_undecodable`
    std::uint64_t undecodable;         ///< accepted by the dictionary, yet not decodable or a refusal to answer: each became a business_reject event
    std::uint64_t stale_not_resent;    ///< requests of ours that a resend request asked for and that were gap-filled
    std::uint64_t market_gaps;         ///< gaps in RptSeq (83): each became a discontinuity and a new subscription
    std::uint64_t market_dropped;      ///< market events that found the ring full
    std::uint64_t report_waits;        ///< order reports that waited for room in the ring
    std::uint64_t store_torn_bytes;    ///< bytes cut from the store's tail at the last start
    std::uint64_t told_again;          ///< order events of messages that an earlier process received, and that were not on record
};

/// A FIX initiator with its own thread, reconnecting until stopped. `start` and `stop` belong to one
/// thread; `send` and the requests to one thread (the engine's), which may be another; the rest to any.
class MARTLET_NONCOPYABLE BrokerSession {
public:
    BrokerSession() noexcept;
    ~BrokerSession(); ///< stops without waiting for a logout
    BrokerSession(BrokerSession&& other) noexcept;
    BrokerSession& operator=(BrokerSession&&) = delete;

    /// Checks the settings, opens the store and begins to connect; does not wait for the logon.
    FixStatus start(const BrokerSettings& settings) noexcept;

    /// Logs out, waits up to `logout_milliseconds` for the answer (0: hangs up), and joins the thread.
    void stop(std::uint32_t logout_milliseconds) noexcept;

    /// Encodes, stores and sends: new_order, cancel, replace, order_status, mass_status, positions, trades,
    /// market_data. Never blocks on the network. About 10 µs. `unsupported`, as of all requests: the session only listens.
    SendStatus send(const Command& command) noexcept;

    /// Asks for the venue's instruments; answers are `instrument_definition` events and fill the table below.
    SendStatus request_instruments(std::uint64_t request) noexcept;

    /// Asks the venue to cancel all orders of the session at once, as the request `client_order` at `time`. Each order
    /// that it cancels has its own report; the answer after them is a `report_end` event with that `client_order` and the
    /// number of orders in `cumulative_quantity`, or a `business_reject` with it. `unsupported`: this version cannot say
    /// it, each order has to be canceled by itself.
    SendStatus cancel_all(std::uint64_t client_order, std::int64_t time) noexcept;

    /// Asks how the trading session stands, from now on: answers are `trading_status` events of all instruments.
    SendStatus request_session_status(std::uint64_t request) noexcept;

    bool logged_on() const noexcept;

    /// Definitions received so far (at most 4,096), to be compared with the configuration.
    std::size_t received_instrument_count() const noexcept;
    bool received_instrument(std::size_t index, InstrumentDefinition* definition) const noexcept;

    /// The last thing that went wrong, zero-terminated; its length.
    std::size_t last_error(char* text, std::size_t capacity) const noexcept;
    BrokerCounters counters() const noexcept;

    struct State;

private:
    State* state_;
};

/// The `send_failed` event that stands for a command which was not sent, or with `order_flag_uncertain` may have been.
/// `reference_number` is the command's request. The caller sequences it.
OrderEvent make_send_failed(const Command& command, SendStatus status) noexcept;

} // namespace martlet
