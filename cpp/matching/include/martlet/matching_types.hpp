#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/command.hpp"
#include "martlet/event.hpp"
#include "martlet/order_event.hpp"

// What the matching engine is asked, and what it says.

namespace martlet {

/// What happens when an order would trade with a resting order of its own owner. The incoming order's rule counts.
/// Not in auctions.
enum class SelfMatch : std::uint8_t {
    allowed = 0,
    cancel_newest = 1, ///< what is left of the incoming order goes
    cancel_oldest = 2, ///< the resting order goes
    cancel_both = 3,
    decrement = 4,     ///< both lose the smaller quantity, without a trade
};

/// Sizes and rules of one engine.
struct MatchingOptions {
    std::uint32_t instrument = 0;
    std::uint32_t expected_orders = 4096;    ///< resting at once
    std::uint32_t expected_levels = 4096;    ///< ticks that a side spans in a quiet market
    std::uint32_t maximum_orders = 1u << 22; ///< resting at once, below 2²²; beyond it new orders are refused
    std::int64_t tick = 1;                   ///< increments between valid prices
    std::int64_t maximum_quantity = (std::int64_t{1} << 40) - 1; ///< lots per order, below 2⁴⁰
    SelfMatch self_match = SelfMatch::allowed; ///< of orders that do not say
};

/// Bits of `OrderRequest::instructions`.
enum OrderInstructions : std::uint8_t {
    instruction_post_only = 1, ///< refused (`would_trade`) where it would take liquidity
    instruction_hidden = 2,    ///< never shown; at its price after all that is shown
};

/// A new order. `client` is the owner's own number, unique among the owner's resting orders.
struct OrderRequest {
    std::uint32_t owner;
    Side side;
    OrderType type;
    TimeInForce time_in_force;
    std::uint8_t instructions;   ///< OrderInstructions
    std::uint64_t client;
    std::int64_t price;          ///< increments; ignored where the type has no limit
    std::int64_t quantity;       ///< lots
    std::int64_t time;           ///< ns since the Unix epoch, stamped on everything that follows
};

/// What an order may say beyond its request. Zero means: nothing said.
struct OrderTerms {
    std::int64_t stop = 0;     ///< stop, stop_limit: a trade at this price or beyond it triggers; trailing_stop: where it begins
    std::int64_t trail = 0;    ///< trailing_stop: increments between the best trade since and the stop
    std::int64_t display = 0;  ///< lots shown at once (iceberg): the next slice goes to the end of the queue
    std::int64_t minimum = 0;  ///< immediate_or_cancel: fills at least so many lots at once, or nothing
    std::int64_t expires = 0;  ///< good_till_date: gone from this time on
    SelfMatch self_match = SelfMatch::allowed; ///< allowed: as the engine's options say
};

/// Withdraw what rests of `original`.
struct CancelRequest {
    std::uint32_t owner;
    std::uint32_t reserved;
    std::uint64_t client;        ///< the request's own number
    std::uint64_t original;
    std::int64_t time;
};

/// Give `original` a new price and total quantity (what is filled included), and the number `client`.
struct ReplaceRequest {
    std::uint32_t owner;
    std::uint32_t reserved;
    std::uint64_t client;
    std::uint64_t original;
    std::int64_t price;          ///< ignored where the order has no limit
    std::int64_t quantity;
    std::int64_t time;
    std::int64_t stop = 0;       ///< the new stop of an order that waits for its trigger; 0: as it is
};

/// An order as it stands. `price` is 0 where it has no limit.
struct OrderState {
    std::uint64_t number;   ///< the engine's own, as the public feed shows it; no two orders have the same
    std::uint64_t client;
    std::uint32_t owner;
    Side side;
    std::uint8_t reserved[3];
    std::int64_t price;
    std::int64_t filled;    ///< lots
    std::int64_t leaves;    ///< lots; filled + leaves is the order's quantity

    std::int64_t quantity() const noexcept { return filled + leaves; }
};

enum class RequestKind : std::uint8_t { new_order = 0, cancel = 1, replace = 2 };

struct Accepted {
    OrderState order;
    std::int64_t time;
};

/// One fill, stated once for both sides; orders as they stand after it. In an auction the maker is the order with
/// the lower number.
struct Filled {
    OrderState maker;
    OrderState taker;
    std::int64_t price;     ///< the maker's; in an auction the auction's
    std::int64_t quantity;
    std::uint64_t trade;    ///< counts from 1
    std::int64_t time;
};

/// The order is gone; `order.leaves` is what was withdrawn.
struct Canceled {
    OrderState order;
    std::uint64_t request;  ///< client number of the cancel; 0: not asked for
    RejectReason reason;    ///< none: asked for, or by `cancel_all`; no_liquidity, self_match, minimum_quantity, expired
    std::int64_t time;
};

struct Replaced {
    OrderState order;       ///< under its new number and price, before any fill that follows
    std::uint64_t original; ///< equals `order.client` where self-match prevention took quantity away
    bool kept_priority;
    std::int64_t time;
};

/// The market reached the order's stop: from here on it is a market or limit order.
struct Triggered {
    OrderState order;
    std::int64_t stop;
    std::int64_t time;
};

struct Rejected {
    std::uint32_t owner;
    RequestKind request;
    RejectReason reason;
    std::uint64_t client;
    std::uint64_t original; ///< cancel, replace: the order meant
    std::int64_t time;
};

/// Ticks by price: from `from[i]` on (ascending, the first 1 or below) prices are multiples of `tick[i]`.
struct TickTable {
    static constexpr std::size_t capacity = 24;
    std::int64_t from[capacity];
    std::int64_t tick[capacity];
    std::size_t count;
};

/// What an auction came to, or would come to.
struct AuctionResult {
    std::int64_t price;   ///< 0: nothing trades
    std::int64_t volume;  ///< lots
    std::int64_t surplus; ///< lots left at that price; positive: buyers
};

} // namespace martlet
