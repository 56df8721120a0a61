#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/exchange.hpp"
#include "martlet/venue_session.hpp"

// A venue as a service: an exchange behind a FIX acceptor, on one thread, in virtual time, with its own
// journal. It knows nothing of its clients' books.
//
//     socket ─► VenueSession ─► requests ─► desk ─► Exchange ─► reports ─► venue.journal ─► VenueSession ─► socket
//                                             │                                  │
//                                             └────────────── books ◄────────────┘ (orders, executions, positions, cash)

namespace martlet {

enum class VenueStatus : std::uint8_t {
    ok = 0,
    already_running,
    bad_options,         ///< `last_error` says which
    directory_unusable,  ///< the data directory cannot be made or written, or another venue has it
    journal_damaged,     ///< the journal is damaged inside: nothing was changed
    other_instruments,   ///< the journal is of other instruments
    port_in_use,
    session_failed,      ///< the FIX acceptor did not start; `last_error` says why
    journal_failed,      ///< running: the journal could not be written; the venue stopped answering and hung up
    out_of_resources,
};

/// English for a status; static, zero-terminated.
const char* venue_status_text(VenueStatus status) noexcept;

/// What a venue is made from. Texts and tables are copied by `start`, except `exchange.recorded`.
struct VenueOptions {
    ExchangeOptions exchange;               ///< `start_time` is where virtual time begins on a fresh data directory
    const char* venue = "MARTLETX";         ///< CompID of the venue
    const VenueAccount* accounts = nullptr; ///< who may log on, at most 64; the same order at every start is not needed. One with
                                            ///< `copies_of` owns nothing and is not in the books
    std::uint32_t account_count = 0;
    std::uint16_t port = 0;                 ///< on 127.0.0.1; 0: any free one
    TlsSettings tls{};                      ///< with a `ca_file` clients need a certificate of it
    const char* data_directory = nullptr;   ///< made where missing: `venue.journal`, and `fix/` for the message stores
    const char* dictionary_directory = nullptr;
    FixProfile profile;
    double speed = 1;                       ///< virtual seconds per second, above 0 up to 10,000
    std::int64_t anchor = 0;                ///< CLOCK_MONOTONIC ns at which virtual time is `start_time`; 0: at `start`
    std::int64_t end_time = 0;              ///< virtual time at which the market closes for good; 0: never
    bool machine_durability = false;        ///< executions survive the machine's death, not only the process's
    bool reset_sequence_numbers = false;
    std::uint32_t turn_microseconds = 500;  ///< market data is published at most this often while no request comes
};

/// Counts since `start`.
struct VenueServerCounters {
    std::uint64_t turns;            ///< of the venue's thread
    std::uint64_t requests;
    std::uint64_t reports;
    std::uint64_t market_events;    ///< published or nobody was there to hear them
    std::uint64_t snapshots;
    std::uint64_t journal_bytes;
    std::int64_t largest_lag;       ///< ns of virtual time that the market was behind its clock, at worst
};

/// A venue. `start`, `stop` and destruction belong to one thread; the rest to any.
///
/// Restart on the same data directory goes on with order and execution numbers, positions, cash, FIX
/// sequence numbers, and virtual time. Day orders that were open are then canceled (the reports go out, and mass
/// status shows them until the next restart); good-till-cancel orders rest again, at the end of
/// their queue. A generated market begins anew at the last known fair value.
///
/// Every accepted order, replace, cancel and every execution is in the journal before its report is sent.
class MARTLET_NONCOPYABLE VenueServer {
public:
    VenueServer() noexcept;
    ~VenueServer(); ///< stops
    VenueServer(VenueServer&& other) noexcept;
    VenueServer& operator=(VenueServer&& other) = delete;

    VenueStatus start(const VenueOptions& options) noexcept;
    /// Logs clients out, waiting up to `logout_milliseconds` (0: hangs up), and joins the thread. Orders stay in the
    /// journal as they are; books and counters can still be read.
    void stop(std::uint32_t logout_milliseconds) noexcept;

    /// ok while it runs; `journal_failed` after such a failure.
    VenueStatus status() const noexcept;
    std::uint16_t port() const noexcept;
    /// Virtual time now, ns since the Unix epoch.
    std::int64_t virtual_time() const noexcept;
    VenueServerCounters counters() const noexcept;
    std::size_t last_error(char* text, std::size_t capacity) const noexcept;

    /// The venue's books as JSON, zero-terminated, as far as `capacity` goes. Returns the whole length
    /// without the zero: where it is not below `capacity`, the text was cut; call again with more.
    /// Prices in increments, quantities in lots, money in money units.
    std::size_t state_json(char* text, std::size_t capacity) const noexcept;

private:
    struct State;
    State* state_;
};

/// The same JSON from the journal of a venue that need not run; changes nothing. `length` as above.
VenueStatus read_venue_state(const char* data_directory, char* text, std::size_t capacity, std::size_t* length) noexcept;

} // namespace martlet
