#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/event.hpp"

// What a venue says of orders, executions and positions.

namespace martlet {

/// FIX ExecType (150) as a number that does not depend on the FIX version.
enum class ExecType : std::uint8_t {
    none = 0, pending_new, new_order, trade, canceled, replaced, pending_cancel, pending_replace, rejected, expired,
    done_for_day, stopped, suspended, restated, trade_cancel, trade_correct, order_status, calculated,
};

/// FIX OrdStatus (39). `unknown` is ours: asked for and not yet answered; silence is never a reject.
enum class OrderStatus : std::uint8_t {
    unknown = 0, pending_new, new_order, partially_filled, filled, canceled, replaced, pending_cancel, pending_replace,
    rejected, expired, done_for_day, stopped, suspended, calculated, accepted_for_bidding,
};

/// Why a venue or our own side refused. The texts are in the docs, generated from this enum.
enum class RejectReason : std::uint16_t {
    none = 0,
    other = 1,
    unknown_instrument = 2,
    exchange_closed = 3,
    order_exceeds_limit = 4,
    too_late = 5,               ///< the order is already filled, canceled or expired
    unknown_order = 6,
    duplicate_order = 7,
    bad_price = 8,              ///< not a positive multiple of the tick, or outside the band
    bad_quantity = 9,           ///< not a positive multiple of the lot, or above the maximum
    unsupported = 10,           ///< order type, time in force or message that the venue does not offer
    no_liquidity = 11,          ///< a market order met an empty book
    already_pending = 12,       ///< a cancel or replace of this order is under way
    not_logged_on = 13,
    throttled = 14,
    malformed = 15,
    would_trade = 16,           ///< a post-only order that would have taken liquidity
    self_match = 17,            ///< it would have traded with an order of its own owner
    minimum_quantity = 18,      ///< less than the order's minimum was there
    expired = 19,               ///< its time is over
};

/// Up to 16 characters of a venue's identifier, zero-padded; a longer one is the first 16 bytes of its
/// SHA-256. Equality is all that the engine needs; the text itself is in the journalled message.
struct Identifier16 {
    std::uint64_t high;
    std::uint64_t low;
    friend bool operator==(const Identifier16&, const Identifier16&) = default;
};

/// Bits of `flags` of an order event.
enum OrderFlags : std::uint16_t {
    order_flag_possible_duplicate = 1, ///< the message was marked PossDupFlag
    order_flag_possible_resend = 2,    ///< the message was marked PossResend
    order_flag_status = 4,             ///< an answer to a status request, nothing happened
    order_flag_recovered = 8,          ///< from the reconciliation
    order_flag_unsolicited = 16,       ///< the venue acted by itself
    order_flag_taker = 32,             ///< our order took liquidity
    order_flag_foreign_id = 64,        ///< the client order id is not one that this deployment made
    order_flag_undecodable = 128,      ///< the message could not be read in full: what it says has happened, and is unknown
    order_flag_uncertain = 256,        ///< of a send_failed: the message may have left all the same
    order_flag_copy = 512,             ///< heard on a session that only listens: the trading session has told it or will, never book it
};

/// What a venue said. Quantities in lots, prices in increments, fees in money units.
struct OrderEvent {
    std::uint64_t sequence;
    std::int64_t receive_time;
    std::int64_t exchange_time;         ///< TransactTime
    std::uint32_t instrument;
    EventKind kind;
    Side side;
    std::uint16_t flags;                ///< OrderFlags
    std::uint64_t client_order;         ///< our packed ClOrdID (client_order.hpp); 0: none
    std::uint64_t original_client_order;///< OrigClOrdID; 0: none
    Identifier16 venue_order;
    Identifier16 execution;             ///< the key of the idempotent reducer: ExecID; of a bust or correction ExecRefID
    std::int64_t last_quantity;         ///< of this execution alone
    std::int64_t last_price;
    std::int64_t cumulative_quantity;   ///< of the order so far; position_report: the signed position
    std::int64_t leaves_quantity;
    std::int64_t fee;                   ///< commission, money units; position_report: cash
    ExecType exec_type;
    OrderStatus status;
    RejectReason reason;
    std::uint32_t reference_number;     ///< request that is answered, or that a send_failed is about (0: an
                                        ///< order, cancel or replace); of the venue's own rejects MsgSeqNum of ours
};

static_assert(sizeof(OrderEvent) == 128 && alignof(OrderEvent) == 8);
static_assert(offsetof(OrderEvent, kind) == 28 && offsetof(OrderEvent, client_order) == 32);
static_assert(offsetof(OrderEvent, last_quantity) == 80 && offsetof(OrderEvent, exec_type) == 120);

} // namespace martlet
