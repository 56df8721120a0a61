#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/command.hpp"
#include "martlet/event.hpp"
#include "martlet/fix_profile.hpp"
#include "martlet/instrument.hpp"
#include "martlet/order_event.hpp"
#include "martlet/session_schedule.hpp"
#include "martlet/tls_settings.hpp"

// A venue's end of FIX 4.4 and 4.2 sessions with its clients: the acceptor.
//
//     session threads (one a connection): socket ──► frame ──► FIX session rules ──► VenueRequest ──► bounded queue
//     exchange thread: next_request() … report(), publish(), snapshot() ──► encode ──► store ──► sockets

namespace martlet {

/// One client that may log on.
struct VenueAccount {
    const char* client = nullptr;   ///< the client's SenderCompID
    const char* username = nullptr; ///< null: any; must be null in FIX 4.2, which has no field for it
    const char* password = nullptr; ///< null: any; must be null in FIX 4.2
    FixVersion version{};           ///< 4.4
    SessionSchedule schedule{};      ///< when it may be logged on. Reports kept for it are lost where numbers reset
    const char* copies_of = nullptr; ///< null: an ordinary client. Else the `client` of an ordinary account: this one only listens, it
                                     ///< gets a copy of each report of what happens to that client's orders (drop copy)
};

/// How to serve clients. Texts are copied by `start`.
struct VenueSettings {
    std::uint16_t port = 0;              ///< 0: any free one, told by `port()`. Listens on 127.0.0.1 only
    TlsSettings tls{};                   ///< with a `ca_file` clients need a certificate of it
    const char* venue = nullptr;         ///< our SenderCompID
    const VenueAccount* accounts = nullptr;
    std::uint32_t account_count = 0;     ///< at most 64; the index is the session's number
    const char* data_directory = nullptr;
    const char* dictionary_directory = nullptr;
    bool machine_durability = false;     ///< every message waits until it and its number are on the disk
    bool reset_sequence_numbers = false; ///< start all sessions at 1: only if the clients do the same
    std::uint32_t backlog_bytes = 64u << 20;   ///< unsent bytes at which a client that does not read is dropped
    std::uint32_t request_capacity = 1u << 14; ///< requests waiting for the exchange thread; beyond, the reader waits
    FixProfile profile;
    const InstrumentDefinition* instruments = nullptr;
    std::uint32_t instrument_count = 0;  ///< at most 4,096
};

enum class VenueRequestKind : std::uint8_t {
    none = 0,
    session_up,         ///< a client logged on
    session_down,       ///< a client left; `flags` says whether it asked to have its orders canceled
    new_order,
    cancel,
    replace,
    order_status,
    mass_status,
    subscribe,          ///< market data: answer with `snapshot`, which makes the subscription live
    unsubscribe,
    positions,
    trades,
    mass_cancel,        ///< all orders of the client: cancel and report them, then answer with `begin_answer`
};

enum VenueRequestFlags : std::uint16_t {
    venue_flag_possible_resend = 1,
    venue_flag_possible_duplicate = 2,
    venue_flag_cancel_on_disconnect = 4, ///< session_up, session_down
};

/// What a client asked for, decoded. Prices in increments, quantities in lots, texts zero-terminated.
struct VenueRequest {
    std::uint32_t session;
    std::uint32_t instrument;        ///< UINT32_MAX: none, or the symbol is unknown (`fault` says so)
    VenueRequestKind kind;
    Side side;
    OrderType type;
    TimeInForce time_in_force;
    std::uint16_t flags;             ///< VenueRequestFlags
    RejectReason fault;              ///< why the request cannot be honoured as sent; none: it can
    std::int64_t transact_time;      ///< TransactTime as the client says it
    std::int64_t price;
    std::int64_t stop_price;
    std::int64_t quantity;
    std::int64_t from_time;          ///< trades: executions from here on, ns; 0: all
    char client_order[36];           ///< ClOrdID, at most 32 characters
    char original_client_order[36];  ///< OrigClOrdID
    char request[36];                ///< id of a status, position, trade or market data request
    char symbol[24];                 ///< as the client wrote it
};

/// What the venue answers about an order, an execution or a position: the numbers in `event`, the
/// client's texts beside them. `event.kind` chooses the message: execution_report, cancel_reject (exec_type
/// pending_replace: a replace was refused), business_reject, position_report or trade_report.
struct VenueReport {
    OrderEvent event;
    std::int64_t order_price;        ///< limit price of the order; 0: none
    std::int64_t order_quantity;
    std::int64_t average_price;      ///< increments, rounded towards zero; information only
    std::uint32_t request_total;     ///< reports in the answer to `request`
    bool request_last;               ///< this is the last of them
    OrderType type;
    TimeInForce time_in_force;
    char client_order[36];
    char original_client_order[36];
    char request[36];                ///< empty: not an answer to a request
    char symbol[24];                 ///< used where `event.instrument` is UINT32_MAX
};

struct VenueCounters {
    std::uint64_t messages_in, messages_out;
    std::uint64_t logons, logons_refused;
    std::uint64_t connections_refused; ///< unknown CompIDs, no logon in time, a session that is already connected
    std::uint64_t garbled;
    std::uint64_t rejected_in;         ///< messages refused with Reject (3) or BusinessMessageReject (j)
    std::uint64_t slow_readers;        ///< clients dropped because their backlog was full
    std::uint64_t request_waits;       ///< requests that waited for room in the queue
    std::uint64_t unknown_orders;      ///< published changes of orders that were never added
    std::uint64_t unpublished;         ///< events of kinds that FIX market data has no entry for
    std::uint64_t store_torn_bytes;
    std::uint64_t resend_parts;        ///< parts that clients' resend requests were answered in, 256 messages at most each
    std::uint64_t copies;              ///< reports that were told once more to a session that listens, or kept for it
    std::uint64_t copies_lost;         ///< copies that could not be stored (disk full?): the listener never gets them
};

/// A FIX acceptor. `start` and `stop` belong to one thread; all that answers or publishes to one thread
/// (the exchange's), which may be another; `port`, `logged_on`, `counters` and `last_error` to any.
class MARTLET_NONCOPYABLE VenueSession {
public:
    VenueSession() noexcept;
    ~VenueSession(); ///< hangs up
    VenueSession(VenueSession&& other) noexcept;
    VenueSession& operator=(VenueSession&&) = delete;

    FixStatus start(const VenueSettings& settings) noexcept;
    /// Logs all clients out, waits up to `logout_milliseconds` for the answers (0: hangs up), joins all threads.
    void stop(std::uint32_t logout_milliseconds) noexcept;
    std::uint16_t port() const noexcept;
    bool logged_on(std::uint32_t session) const noexcept;
    /// Cuts a client's connection without a logout.
    void disconnect(std::uint32_t session) noexcept;

    /// Takes the next request; false where there is none. Sessions that only listen make none, not even by coming and going.
    bool next_request(VenueRequest* request) noexcept;
    /// Waits until there is a request, `wake` is called or the time is over; true where there is one.
    bool wait(std::int64_t nanoseconds) noexcept;
    void wake() noexcept;

    /// Sends one report. `queued`: the client is away and gets it when it returns and asks for a resend. What happened to an
    /// order goes to the client's listeners too, after the client itself; an answer to a request does not. The status is the
    /// client's. About 10 µs a message; while a listener is given what it missed (65,536 messages at most), its next copy waits for that.
    FixStatus report(std::uint32_t session, const VenueReport& report) noexcept;

    /// Opens the answer to a mass_status, positions or trades request: `total` reports follow through
    /// `report`. With a total of zero this is the whole answer. Of a mass_cancel it is all of the answer, after the
    /// reports: `request` is its ClOrdID, `total` the number of orders that were canceled.
    FixStatus begin_answer(std::uint32_t session, VenueRequestKind kind, const char* request, std::uint32_t total) noexcept;

    /// Answers a subscribe request with the instrument's book (order_add or level_set events, best first,
    /// queue order within a price) and makes the subscription live.
    FixStatus snapshot(std::uint32_t session, const char* request, std::uint32_t instrument, const MarketEvent* events,
                       std::size_t count) noexcept;
    FixStatus reject_market_data(std::uint32_t session, const char* request, RejectReason reason) noexcept;

    /// Publishes market events of any instruments to all live subscriptions: one IncrementalRefresh a
    /// subscription for the whole call. Encoded once, whatever the number of clients.
    FixStatus publish(const MarketEvent* events, std::size_t count) noexcept;

    /// How the trading session stands: told to the clients that asked for it, and to those that will ask. Open at the start.
    FixStatus session_status(TradingStatus status) noexcept;

    std::size_t last_error(char* text, std::size_t capacity) const noexcept;
    VenueCounters counters() const noexcept;

    struct State;

private:
    State* state_;
};

} // namespace martlet
