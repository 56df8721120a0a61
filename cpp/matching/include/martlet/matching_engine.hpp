#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "martlet/book.hpp"
#include "martlet/id_table.hpp"
#include "martlet/level_ladder.hpp"
#include "martlet/matching_types.hpp"
#include "martlet/slab.hpp"

// Price-time matching of one instrument, for C++ (the handler is a template; Swift reaches it through the
// exchange).
//
//     submit ─┐            ┌─► handler: accepted, fill, canceled, replaced, triggered, rejected   (to the owners)
//     replace ┼─► match ───┤
//     cancel ─┘            └─► handler: order_add, order_execute, trade, …                        (the public feed)
//
// An order is in one of four places:
//
//     ladder_    shown, by price and time                  the hot path knows only this one
//     dark_      hidden, at its price after what is shown
//     triggers_  stops, by the price that triggers them
//     waiting    for the next auction: market orders of a call phase, good at the opening or close

namespace martlet {

/// Matches orders of one instrument by price, then time. One thread.
///
/// `Handler` has `on_accepted(const Accepted&)`, `on_fill(const Filled&)`, `on_canceled(const Canceled&)`,
/// `on_replaced(const Replaced&)`, `on_triggered(const Triggered&)`, `on_rejected(const Rejected&)` and
/// `on_market(const MarketEvent&)`, none of which may call back into the engine. Every request is answered by exactly
/// one accepted, replaced, canceled or rejected before its fills; what it makes happen to other orders (triggers,
/// expiry) is stated after, expiry before. The market events of one request end with `market_flag_last`; their
/// `reference` counts them. A book that applies them has the orders that are shown.
///
/// Phases (`set_status`): `open` matches; `pre_open` and `auction` take orders without matching them; going from
/// these to `open` or from `auction` to `closed` uncrosses at one price; in all others only cancels are taken. `end_day`
/// ends day orders.
///
/// Invariants: in `open` bids stand below asks; quantity is conserved (each order's quantity = filled + leaves +
/// withdrawn); a fill is at the maker's price with the maker that is first in price-time priority, or at the auction's.
/// Cost: O(1) a request plus O(1) a fill. Fill-or-kill and minimum quantity look through the levels that they need;
/// a trade moves each trailing stop; an auction sorts what it can match. Allocates only where `growths` counts, and
/// for auctions. Memory: 48 bytes a resting order and 13 to 26 in the id table; 56 more where it has terms.
class MatchingEngine {
public:
    explicit MatchingEngine(const MatchingOptions& options) noexcept;
    MatchingEngine(MatchingEngine&&) noexcept = default;
    MatchingEngine& operator=(MatchingEngine&&) noexcept = default;

    template <class Handler> void submit(const OrderRequest& request, Handler& handler) noexcept;
    template <class Handler> void submit(const OrderRequest& request, const OrderTerms& terms, Handler& handler) noexcept;
    template <class Handler> void cancel(const CancelRequest& request, Handler& handler) noexcept;
    /// Keeps the place in the queue when the price stays and the quantity does not grow; else the order goes
    /// to the end of its new level, after trading with what it crosses.
    template <class Handler> void replace(const ReplaceRequest& request, Handler& handler) noexcept;
    /// Withdraws everything of `owner`: shown, hidden, stops, waiting; each bids first, in priority. O(orders).
    template <class Handler> void cancel_all(std::uint32_t owner, std::int64_t time, Handler& handler) noexcept;
    /// Changes the phase of trading; see above. Good-at-the-opening orders meet the first opening after `end_day`.
    /// Going to `open` triggers the stops that the auction's price has reached, or without an auction's trade the last one's.
    template <class Handler> void set_status(TradingStatus status, std::int64_t time, Handler& handler) noexcept;
    /// The trading day is over: day orders and those that still wait for an opening or close go (`expired`).
    template <class Handler> void end_day(std::int64_t time, Handler& handler) noexcept;
    /// Time has come to `time`: good-till-date orders whose time is over go. Requests do this by themselves.
    template <class Handler> void advance(std::int64_t time, Handler& handler) noexcept;

    /// Limit prices outside [low, high] are refused from now on, and market orders trade only inside, in an auction at its
    /// price; what rests stays. Returns false, and changes nothing, unless 1 ≤ low ≤ high ≤ 2⁵³.
    bool set_bands(std::int64_t low, std::int64_t high) noexcept;
    /// The ticks that are valid from now on (a dated table's next row); what rests stays. Returns false, and changes nothing,
    /// for a table that is empty, not ascending, or has a tick below 1.
    bool set_ticks(const TickTable& table) noexcept;

    TradingStatus status() const noexcept { return status_; }
    Level best_bid() const noexcept { return level_of(ladder_.best(false)); }
    Level best_ask() const noexcept { return level_of(ladder_.best(true)); }
    /// Price of the last trade; 0 before the first.
    std::int64_t last_trade() const noexcept { return last_trade_; }
    std::size_t depth(Side side, Level* levels, std::size_t count) const noexcept;
    /// What an auction now would come to; `opening`, `closing`: whether those who wait for that one take part.
    AuctionResult indicative(bool opening, bool closing) const noexcept;
    /// The owner's order, wherever it is; `leaves` zero where there is none.
    OrderState find(std::uint32_t owner, std::uint64_t client) const noexcept;
    /// Orders in all four places.
    std::size_t order_count() const noexcept { return orders_.live(); }
    /// Walks what is shown of a side in priority: `first_order`, then `next_order` until 0; good until the next request.
    std::uint32_t first_order(Side side) const noexcept;
    std::uint32_t next_order(std::uint32_t cursor) const noexcept;
    OrderState order_at(std::uint32_t cursor) const noexcept { return state_of(cursor); }
    /// Lots of a resting order that the public sees.
    std::int64_t shown_at(std::uint32_t cursor) const noexcept;
    /// What `fetch_ahead` fetches, in this order.
    enum class Ahead : std::uint8_t { engine, place, order, neighbours };
    /// A hint, for a host of so many books that they leave the cache: fetches a part of what a request about this order will
    /// read. Each step reads what the step before fetched, so let some other requests pass in between. Changes nothing.
    void fetch_ahead(Ahead step, std::uint32_t owner, std::uint64_t client) const noexcept;
    /// Calls `visit` with a cursor for every order: shown, hidden, stops (buyers first, in priority), then waiting.
    template <class Visit> void for_each_order(Visit&& visit) const;
    /// How often memory had to grow beyond the options.
    std::uint32_t growths() const noexcept {
        return orders_.growths() + table_.growths() + ladder_.growths() + dark_.growths() + triggers_.growths() + extensions_.growths();
    }

private:
    /// Bits of a node's traits: time in force in the lowest three, then where it is and what it is.
    enum Trait : std::uint32_t {
        trait_time_in_force = 7,
        trait_dark = 8,
        trait_parked = 16,   ///< a stop
        trait_waiting = 32,
        trait_iceberg = 64,
        trait_market = 128,  ///< without a limit price
        trait_trailing = 256,
        trait_post_only = 512,
        trait_dated = 1024,
        trait_elected = 2048, ///< a stop that was triggered and comes next
        trait_self_match_shift = 12,
        trait_anything = 0xFFFFF8,
    };
    struct Node {
        std::uint64_t number;
        std::uint64_t client;
        std::uint64_t leaves_word;   ///< lots in the lowest 40 bits, extension above
        std::uint64_t filled_word;   ///< lots in the lowest 40 bits, traits above
        std::uint32_t owner;
        std::uint32_t next;
        std::uint32_t previous;
        std::uint32_t level;         ///< in the ladder of its place; 0 while it waits or is elected

        static constexpr unsigned lot_bits = 40;
        static constexpr std::uint64_t lot_mask = (std::uint64_t{1} << lot_bits) - 1;
        std::int64_t leaves() const noexcept { return static_cast<std::int64_t>(leaves_word & lot_mask); }
        std::int64_t filled() const noexcept { return static_cast<std::int64_t>(filled_word & lot_mask); }
        std::uint32_t extension() const noexcept { return static_cast<std::uint32_t>(leaves_word >> lot_bits); } ///< 0: none
        std::uint32_t traits() const noexcept { return static_cast<std::uint32_t>(filled_word >> lot_bits); }
        bool has(std::uint32_t asked) const noexcept { return (traits() & asked) != 0; }
        /// Whether it is anything but a shown limit order without terms.
        bool is_special() const noexcept { return has(trait_anything); }
        void add_leaves(std::int64_t lots) noexcept { leaves_word += static_cast<std::uint64_t>(lots); }
        void add_filled(std::int64_t lots) noexcept { filled_word += static_cast<std::uint64_t>(lots); }
        void set(std::int64_t leaves, std::uint32_t extension, std::int64_t filled, std::uint32_t traits) noexcept {
            leaves_word = static_cast<std::uint64_t>(leaves) | static_cast<std::uint64_t>(extension) << lot_bits;
            filled_word = static_cast<std::uint64_t>(filled) | static_cast<std::uint64_t>(traits) << lot_bits;
        }
        void set_traits(std::uint32_t traits) noexcept { filled_word = (filled_word & lot_mask) | static_cast<std::uint64_t>(traits) << lot_bits; }
        void set_extension(std::uint32_t extension) noexcept {
            leaves_word = (leaves_word & lot_mask) | static_cast<std::uint64_t>(extension) << lot_bits;
        }
    };
    static_assert(sizeof(Node) == 48);
    /// What few orders have.
    struct Extension {
        std::int64_t price;   ///< limit of an order that is not at a price level; 0: none
        std::int64_t stop;
        std::int64_t trail;
        std::int64_t display;
        std::int64_t shown;
        std::int64_t expires;
        std::uint32_t link;
        std::uint32_t sell;   ///< not 0: the order sells
    };
    static_assert(sizeof(Extension) == 56);
    /// An order on its way: not in any place.
    struct Incoming {
        OrderState order;
        std::uint32_t traits;
        OrderTerms terms;
    };
    struct Expiry {
        std::int64_t time;
        std::uint64_t number;
        std::uint32_t node;
    };
    /// What the feed says after the trades of a matching.
    enum class Then : std::uint8_t {
        nothing,
        rest, ///< what is left of the taker, if anything
        open, ///< not known yet
    };
    /// An order's part in an auction.
    struct Interest {
        std::int64_t price;  ///< what it accepts at worst, as a key that grows with eagerness
        std::uint64_t rank;  ///< at one price: shown, waiting, hidden; then by time
        std::uint32_t node;
    };
    struct Chain {
        std::uint32_t first = 0;
        std::uint32_t last = 0;
    };
    static constexpr std::int64_t price_limit = std::int64_t{1} << 53;
    static constexpr std::int64_t no_expiry = INT64_MAX;

    static std::uint32_t hash_of(std::uint32_t owner, std::uint64_t client) noexcept {
        return fibonacci_hash(client + owner * 0xD6E8'FEB8'6659'FD93ull);
    }
    auto rehash() const noexcept {
        return [this](std::uint32_t node) noexcept { return hash_of(orders_[node].owner, orders_[node].client); };
    }
    IdTable::Place locate(std::uint32_t owner, std::uint64_t client) const noexcept;
    IdTable::Place place_of(std::uint32_t node) const noexcept;
    static std::int64_t key_of(bool sell, std::int64_t price) noexcept { return LevelLadder::key_of(sell, price); }
    bool is_call() const noexcept { return status_ == TradingStatus::pre_open || status_ == TradingStatus::auction; }
    bool valid_price(std::int64_t price) const noexcept;
    bool on_tick(std::int64_t price) const noexcept;
    std::int64_t worst(bool sell) const noexcept { return sell ? band_low_ : band_low_ + static_cast<std::int64_t>(band_span_); }
    bool crosses(bool sell, std::int64_t price) const noexcept;
    bool anything_offered(bool sell) const noexcept { return ladder_.best(!sell) != 0 || dark_.best(!sell) != 0; }

    bool has_stops() const noexcept { return (triggers_.best(false) | triggers_.best(true)) != 0; }

    // Hot path (matching_engine.inl.hpp)
    RejectReason judge(const OrderRequest& request, IdTable::Place place) const noexcept;
    template <class Handler>
    bool match(OrderState& taker, std::int64_t limit, SelfMatch self_match, Then then, std::int64_t time, Handler& handler) noexcept;
    template <class Handler>
    void rest(const OrderState& order, IdTable::Place place, std::uint32_t traits, EventKind stated_as, std::int64_t time, Handler& handler) noexcept;
    template <class Handler>
    void publish(EventKind kind, Side side, std::uint64_t order, std::int64_t price, std::int64_t quantity, std::uint16_t flags,
                 std::int64_t time, Handler& handler) noexcept;
    template <class Handler>
    void state(EventKind kind, Side side, std::uint64_t order, std::int64_t price, std::int64_t quantity, std::uint16_t flags,
               std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void release_pending(Handler& handler) noexcept;
    template <class Handler> void finish(Handler& handler) noexcept;
    template <class Handler> void take(const OrderRequest& request, std::uint64_t number, Handler& handler) noexcept;
    void append(LevelLadder& ladder, std::uint32_t node, std::uint32_t level) noexcept;
    void unlink(LevelLadder& ladder, std::uint32_t node) noexcept;
    void forget(std::uint32_t node) noexcept;
    OrderState state_of(std::uint32_t node) const noexcept;
    OrderState shown_state(std::uint32_t node) const noexcept;
    Level level_of(std::uint32_t level) const noexcept;

    // Everything else (matching_special.inl.hpp, matching_auction.inl.hpp, src/)
    RejectReason judge(const OrderRequest& request, const OrderTerms& terms) const noexcept;
    RejectReason judge_terms(const OrderRequest& request, const OrderTerms& terms) const noexcept;
    RejectReason judge(const ReplaceRequest& request, std::uint32_t node) const noexcept;
    static bool may_rest(TimeInForce in_force) noexcept {
        return in_force == TimeInForce::day || in_force == TimeInForce::good_till_cancel || in_force == TimeInForce::good_till_date;
    }
    static bool triggered(bool sell, std::int64_t stop, std::int64_t price) noexcept { return sell ? price <= stop : price >= stop; }
    static std::uint32_t traits_of(const OrderRequest& request, const OrderTerms& terms) noexcept;
    SelfMatch self_match_of(std::uint32_t traits) const noexcept {
        const auto said = static_cast<SelfMatch>((traits >> trait_self_match_shift) & 7);
        return said == SelfMatch::allowed ? options_.self_match : said;
    }
    std::int64_t available(bool sell, std::int64_t limit, std::int64_t wanted, std::uint32_t owner, SelfMatch mode) const noexcept;
    std::uint32_t first_maker(bool sell, std::int64_t limit) const noexcept;
    OrderTerms terms_of(std::uint32_t node) const noexcept;
    std::uint32_t keep(const Incoming& incoming) noexcept;
    void take_out(std::uint32_t node) noexcept;
    void release(std::uint32_t node) noexcept;
    void rename(std::uint32_t node, std::uint64_t client) noexcept;
    std::int64_t set_leaves(std::uint32_t node, std::int64_t leaves) noexcept;
    std::int64_t reduce(std::uint32_t node, std::int64_t quantity) noexcept;
    void park(std::uint32_t node, bool sell, std::int64_t stop) noexcept;
    void chain(Chain& chain, std::uint32_t node) noexcept;
    void unchain(Chain& chain, std::uint32_t node) noexcept;
    void note_trade(std::int64_t price) noexcept;
    void call_up(std::int64_t price) noexcept;
    void schedule(std::uint32_t node) noexcept;
    Expiry next_due() noexcept;
    bool is_dated(const Expiry& entry) const noexcept;
    bool takes_part(std::uint32_t node, bool opening, bool closing) const noexcept;
    void gather(std::vector<Interest> (&sides)[2], bool opening, bool closing) const;
    AuctionResult price_auction(const std::vector<Interest> (&sides)[2]) const noexcept;
    template <class Handler> void trigger(Incoming& incoming, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void activate(Incoming& incoming, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void settle(Incoming& incoming, EventKind stated_as, std::int64_t time, Handler& handler) noexcept;
    template <class Handler>
    bool match_special(OrderState& taker, std::int64_t limit, SelfMatch self_match, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void fill(OrderState& taker, std::uint32_t node, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void after_reduction(std::uint32_t node, std::int64_t time, Handler& handler) noexcept;
    template <class Handler>
    bool prevent_self_match(OrderState& taker, std::uint32_t node, SelfMatch mode, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void shrink(std::uint32_t node, std::int64_t leaves, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void elect(std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void run_elections(std::int64_t time, Handler& handler) noexcept;
    template <class Handler>
    void withdraw(std::uint32_t node, std::uint64_t request, RejectReason reason, std::int64_t time, Handler& handler) noexcept;
    template <class Handler, class Which> void withdraw_all(Which&& which, RejectReason reason, std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void cancel_special(const CancelRequest& request, Handler& handler) noexcept;
    template <class Handler> void expire(std::int64_t time, Handler& handler) noexcept;
    template <class Handler> void replace_special(const ReplaceRequest& request, std::uint32_t node, Handler& handler) noexcept;
    template <class Handler> void replace_off_book(const ReplaceRequest& request, std::uint32_t node, Handler& handler) noexcept;
    template <class Handler> void uncross(bool opening, bool closing, std::int64_t time, Handler& handler) noexcept;
    template <class Handler>
    void cross(const std::uint32_t (&nodes)[2], std::int64_t quantity, std::int64_t price, std::int64_t time, Handler& handler) noexcept;

    MatchingOptions options_;
    TradingStatus status_ = TradingStatus::open;
    bool opened_ = true;            ///< there was an opening since `end_day`
    bool has_pending_ = false;
    std::int64_t band_low_ = 1;
    std::uint64_t band_span_ = static_cast<std::uint64_t>(price_limit) - 1;
    std::int64_t uniform_tick_ = 1; ///< 0: the table says
    std::int64_t next_expiry_ = no_expiry;
    std::int64_t last_trade_ = 0;
    std::int64_t first_trade_ = 0;  ///< of the matching under way; 0: none
    std::uint64_t next_number_ = 1;
    std::uint64_t next_trade_ = 1;
    std::uint64_t feed_sequence_ = 0;
    LevelLadder ladder_;
    Slab<Node, &Node::next> orders_;
    IdTable table_;
    LevelLadder dark_;
    MarketEvent pending_{}; ///< held until it is known whether it is the request's last; from here on the hot path reads nothing
    LevelLadder triggers_;  ///< the lowest buy stop and the highest sell stop are best
    Slab<Extension, &Extension::link> extensions_;
    Chain waiting_;
    Chain elected_;
    std::vector<std::uint32_t> trailing_; ///< in the order of acceptance
    std::vector<Expiry> expiries_;        ///< a heap; entries of orders that are gone are passed over
    std::vector<std::uint32_t> scratch_;
    std::uint32_t dated_ = 0;             ///< orders with an expiry
    TickTable ticks_{};
};

} // namespace martlet

#include "martlet/matching_engine.inl.hpp"
#include "martlet/matching_special.inl.hpp"
#include "martlet/matching_auction.inl.hpp"
