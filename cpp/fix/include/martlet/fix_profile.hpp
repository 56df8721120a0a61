#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/command.hpp"

// What differs from broker to broker, as data, and the statuses of both ends of a FIX session.

namespace martlet {

/// Versions of the protocol that are spoken. What 4.2 cannot say is refused before it is sent (`SendStatus::unsupported`), or
/// said in other words where it has them.
enum class FixVersion : std::uint8_t {
    fix44 = 0,
    fix42 = 1, ///< no credentials in the logon; no questions for open orders as a whole, positions, past trades and instruments
};

/// How a venue states its book.
enum class BookStyle : std::uint8_t {
    by_order = 0, ///< one entry an order, its number in MDEntryID (278); AggregatedBook=N
    by_price = 1, ///< one entry a price level; AggregatedBook=Y, decoded to `level_set`
};

/// A broker's peculiarities. A zero character means: the field is not sent, or the value is not offered
/// and a command that needs it is refused with `SendStatus::unsupported`.
struct FixProfile {
    char handling_instruction = 0;                     ///< HandlInst (21)
    char time_in_force[4] = {'0', '1', '3', '4'};      ///< TimeInForce (59), indexed by `TimeInForce`
    char order_type[5] = {0, '1', '2', '3', '4'};      ///< OrdType (40), indexed by `OrderType`
    std::uint8_t client_order_length = 20;             ///< longest ClOrdID (11) that the broker takes
    std::uint8_t time_digits = 9;                      ///< fraction digits of TransactTime (60): 3, 6 or 9
    BookStyle book = BookStyle::by_order;
    bool send_rpt_seq = true;                          ///< acceptor: number the entries of each instrument in RptSeq (83)
    std::int32_t market_depth = 0;                     ///< MarketDepth (264): 0 the full book
    std::int32_t cancel_on_disconnect_tag = 9001;      ///< Logon field that asks for it; 0: the broker has none
    char cancel_on_disconnect_value[8] = "Y";          ///< its value
    char account[24] = "";                             ///< Account (1); empty: not sent where it is optional
};

/// Result of starting and of administrative calls.
enum class FixStatus : std::uint8_t {
    ok = 0,
    queued,             ///< the peer is away: stored with a sequence number, delivered by its resend request
    not_logged_on,      ///< the session is not logged on and the message is not worth keeping
    bad_settings,       ///< a setting is missing or out of range; `last_error` names it
    plaintext_refused,  ///< the host is not loopback and the connection would not be encrypted
    duplicate_session,  ///< a session with these three identifiers already lives in this process
    port_in_use,        ///< the port cannot be listened on; `last_error` says why
    store_failed,       ///< the message store cannot be opened or is damaged inside
    dictionary_failed,  ///< the data dictionary cannot be read
    already_started,
    not_started,
    unknown_session,    ///< no session with this index
    unknown_instrument, ///< no instrument with this number
    not_subscribed,     ///< market data was not asked for
    send_failed,        ///< the connection broke or the peer reads too slowly; it is being closed
    out_of_resources,   ///< memory, threads or descriptors
    tls_failed,         ///< a certificate, key or authority file cannot be used; `last_error` says which and why
};

/// What became of a command.
enum class SendStatus : std::uint8_t {
    sent = 0,        ///< handed to the socket; it may still be lost with the connection
    not_logged_on,   ///< certainly not sent
    unsupported,     ///< certainly not sent: the profile has no word for it
    bad_command,     ///< certainly not sent: unknown instrument, no quantity, an id that does not fit
    store_failed,    ///< certainly not sent: the message could not be stored (disk full?)
    withheld,        ///< certainly not sent: the host held it back
    uncertain,       ///< the connection broke while it was sent: the order's state is unknown
};

/// English for a status; static, zero-terminated.
const char* fix_status_text(FixStatus status) noexcept;
const char* send_status_text(SendStatus status) noexcept;

} // namespace martlet
