#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/book.hpp"
#include "martlet/command.hpp"
#include "martlet/event.hpp"
#include "martlet/id_table.hpp"
#include "martlet/level_ladder.hpp"
#include "martlet/order_event.hpp"
#include "martlet/slab.hpp"

// Price-time matching of one instrument, for C++ (the handler is a template; Swift reaches it through the
// exchange).
//
//     submit ─┐               ┌─► handler: accepted, fill, canceled, replaced, rejected   (to the owners)
//     replace ┼─► match ──────┤
//     cancel ─┘               └─► handler: order_add, order_execute, trade, …             (the public feed)

namespace martlet {

/// Sizes and rules of one engine.
struct MatchingOptions {
    std::uint32_t instrument = 0;
    std::uint32_t expected_orders = 4096;    ///< resting at once
    std::uint32_t expected_levels = 4096;    ///< ticks that a side spans in a quiet market
    std::uint32_t maximum_orders = 1u << 22; ///< resting at once, at most 2²²; beyond it new orders are refused
    std::int64_t tick = 1;                   ///< increments between valid prices
    std::int64_t maximum_quantity = std::int64_t{1} << 40; ///< lots per order, at most 2⁴⁰
};

/// A new order. `client` is the owner's own number, unique among the owner's resting orders.
struct OrderRequest {
    std::uint32_t owner;
    Side side;
    OrderType type;              ///< market or limit
    TimeInForce time_in_force;   ///< day and good_till_cancel rest alike: the engine knows no sessions
    std::uint8_t reserved;
    std::uint64_t client;
    std::int64_t price;          ///< increments; ignored for a market order
    std::int64_t quantity;       ///< lots
    std::int64_t time;           ///< ns since the Unix epoch, stamped on everything that follows
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
    std::int64_t price;
    std::int64_t quantity;
    std::int64_t time;
};

/// An order as it stands. A market order has price 0.
struct OrderState {
    std::uint64_t number;   ///< the engine's own, as the public feed shows it; never used twice
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

/// One fill, stated once for both sides; orders as they stand after it.
struct Filled {
    OrderState maker;
    OrderState taker;
    std::int64_t price;     ///< the maker's
    std::int64_t quantity;
    std::uint64_t trade;    ///< counts from 1
    std::int64_t time;
};

/// The order is gone; `order.leaves` is what was withdrawn.
struct Canceled {
    OrderState order;
    std::uint64_t request;  ///< client number of the cancel; 0: not asked for (rest of a market, IOC or FOK order, mass cancel)
    RejectReason reason;    ///< `no_liquidity` for the rest of a market, IOC or FOK order
    std::int64_t time;
};

struct Replaced {
    OrderState order;       ///< under its new number and price, before any fill that follows
    std::uint64_t original;
    bool kept_priority;
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

/// Matches orders of one instrument by price, then time. One thread.
///
/// `Handler` has `on_accepted(const Accepted&)`, `on_fill(const Filled&)`, `on_canceled(const Canceled&)`,
/// `on_replaced(const Replaced&)`, `on_rejected(const Rejected&)` and `on_market(const MarketEvent&)`, none of
/// which may call back into the engine. Every request is answered by exactly one accepted, replaced,
/// canceled or rejected before its fills. The market events of one request end with `market_flag_last`; their
/// `reference` counts them. A book that applies them equals this one.
///
/// Invariants: bids stand below asks; quantity is conserved (each order's quantity = filled + leaves +
/// withdrawn); a fill is always at the maker's price with the maker that is first in price-time priority.
/// Cost: O(1) a request plus O(1) a fill; FOK looks through the levels that it needs. Allocates only where
/// `growths` counts. Memory: 64 bytes a resting order (node 48, id table 16).
class MatchingEngine {
public:
    explicit MatchingEngine(const MatchingOptions& options) noexcept;
    MatchingEngine(MatchingEngine&&) noexcept = default;
    MatchingEngine& operator=(MatchingEngine&&) noexcept = default;

    template <class Handler> void submit(const OrderRequest& request, Handler& handler) noexcept;
    template <class Handler> void cancel(const CancelRequest& request, Handler& handler) noexcept;
    /// Keeps the place in the queue when the price stays and the quantity does not grow; else the order goes
    /// to the end of its new level, after trading with what it crosses.
    template <class Handler> void replace(const ReplaceRequest& request, Handler& handler) noexcept;
    /// Withdraws everything that `owner` has resting, bids first, in priority. O(resting orders).
    template <class Handler> void cancel_all(std::uint32_t owner, std::int64_t time, Handler& handler) noexcept;
    /// Changes the phase of trading; in every phase but `open` only cancels are taken.
    template <class Handler> void set_status(TradingStatus status, std::int64_t time, Handler& handler) noexcept;

    TradingStatus status() const noexcept { return status_; }
    Level best_bid() const noexcept { return level_of(ladder_.best(false)); }
    Level best_ask() const noexcept { return level_of(ladder_.best(true)); }
    std::size_t depth(Side side, Level* levels, std::size_t count) const noexcept;
    /// The owner's resting order; `leaves` zero where there is none.
    OrderState find(std::uint32_t owner, std::uint64_t client) const noexcept;
    std::size_t order_count() const noexcept { return orders_.live(); }
    /// Walks a side in priority: `first_order`, then `next_order` until 0; good until the next request.
    std::uint32_t first_order(Side side) const noexcept;
    std::uint32_t next_order(std::uint32_t cursor) const noexcept;
    OrderState order_at(std::uint32_t cursor) const noexcept { return state_of(cursor); }
    /// Number of market events stated so far: the `reference` of the last.
    std::uint64_t feed_sequence() const noexcept { return feed_sequence_; }
    /// How often memory had to grow beyond the options.
    std::uint32_t growths() const noexcept { return orders_.growths() + table_.growths() + ladder_.growths(); }

private:
    struct Node {
        std::uint64_t number;
        std::uint64_t client;
        std::int64_t leaves;
        std::int64_t filled;
        std::uint32_t owner;
        std::uint32_t next;
        std::uint32_t previous;
        std::uint32_t level;
    };
    static_assert(sizeof(Node) == 48);

    static std::uint32_t hash_of(std::uint32_t owner, std::uint64_t client) noexcept {
        return fibonacci_hash(client + owner * 0xD6E8'FEB8'6659'FD93ull);
    }
    IdTable::Place locate(std::uint32_t owner, std::uint64_t client) const noexcept;
    RejectReason judge(const OrderRequest& request) const noexcept;
    RejectReason judge(const ReplaceRequest& request, std::uint32_t node) const noexcept;
    bool valid_price(std::int64_t price) const noexcept;
    bool crosses(bool sell, std::int64_t price) const noexcept;
    bool can_fill(bool sell, bool any_price, std::int64_t price, std::int64_t quantity) const noexcept;
    template <class Handler> void match(OrderState& taker, bool any_price, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void rest(const OrderState& order, EventKind stated_as, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void withdraw(std::uint32_t node, std::uint64_t request, std::int64_t time, Handler& handler) noexcept;
    template <class Handler>
    void publish(EventKind kind, Side side, std::uint64_t order, std::int64_t price, std::int64_t quantity, std::uint16_t flags,
                 std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void finish(Handler& handler) noexcept;
    void unlink(std::uint32_t node) noexcept;
    void erase(std::uint32_t node) noexcept;
    OrderState state_of(std::uint32_t node) const noexcept;
    Level level_of(std::uint32_t level) const noexcept;

    MatchingOptions options_;
    TradingStatus status_ = TradingStatus::open;
    bool has_pending_ = false;
    std::uint64_t next_number_ = 1;
    std::uint64_t next_trade_ = 1;
    std::uint64_t feed_sequence_ = 0;
    MarketEvent pending_{}; ///< held until it is known whether it is the request's last
    LevelLadder ladder_;
    Slab<Node, &Node::next> orders_;
    IdTable table_;
};

} // namespace martlet

#include "martlet/matching_engine.inl.hpp"
