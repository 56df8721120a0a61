#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/event.hpp"
#include "martlet/id_table.hpp"
#include "martlet/level_ladder.hpp"
#include "martlet/slab.hpp"

// The order book of one instrument, built from market events.
//
//     MarketEvent ──► apply ──► by_order:  id table ─► node ─► level ─► FIFO of nodes
//                          ├──► by_price:  level
//                          └──► top_only:  one level a side
//                          └──► BookFault: what was wrong with the event, counted

namespace martlet {

/// What the book is made of; fixed for its life.
enum class BookMode : std::uint8_t {
    by_order = 0, ///< L3: order_add, order_modify, order_cancel, order_execute
    by_price = 1, ///< L2: level_set
    top_only = 2, ///< quote: the two best levels
};

/// What was wrong with an event. The book stays consistent whatever comes; each fault is counted.
enum class BookFault : std::uint8_t {
    none = 0,
    unknown_order,     ///< modify, cancel or execute of an order that is not in the book: ignored
    duplicate_order,   ///< add of an order that is in the book: ignored
    crossed,           ///< after the last event of a packet the best bid is above the best ask: kept as stated
    locked,            ///< after the last event of a packet the best bid equals the best ask: kept as stated
    negative_quantity, ///< quantity negative, or zero where it must not be: ignored
    excess_quantity,   ///< more canceled or executed than rested: the order is removed
    level_missing,     ///< level_set to zero of a level that is not there: ignored
    bad_price,         ///< price beyond ±2⁵³ increments: ignored
    bad_side,          ///< neither buy nor sell, or not the order's side: ignored
    wrong_mode,        ///< an event that a book of this mode does not take: ignored
    full,              ///< `maximum_orders` reached: ignored
    overflow,          ///< quantity beyond 2⁵³ lots, or a level's total beyond 63 bits: ignored
    snapshot_order,    ///< snapshot_end without snapshot_begin: ignored
    count_,            ///< number of faults
};

/// Sizes. Growing beyond `expected_…` is allowed and counted; beyond `maximum_orders` is a fault.
struct BookOptions {
    BookMode mode = BookMode::by_order;
    std::uint32_t expected_orders = 4096;      ///< live at once
    std::uint32_t expected_levels = 4096;      ///< ticks that a side spans in a quiet market
    std::uint32_t maximum_orders = IdTable::maximum_handles - 1; ///< live at once, below 2²²; in by_price, levels a side
    std::int64_t tick = 1;                     ///< increments between usual prices
};

/// One price level. A quantity of zero means that there is no such level.
struct Level {
    std::int64_t price;    ///< increments
    std::int64_t quantity; ///< lots
    std::uint32_t orders;  ///< 0 where the source does not say (by_price, top_only)
    std::uint32_t reserved;
};

/// One resting order.
struct OrderView {
    std::uint64_t order;    ///< the venue's number; meaningless when `quantity` is zero
    std::int64_t price;     ///< increments
    std::int64_t quantity;  ///< lots; zero: there is no such order
    Side side;
    std::uint8_t reserved[3];
    std::uint32_t joined;   ///< `Book::joins` when it took its place in the queue, modulo 2³²
};

/// Order book of one instrument. One thread; nothing here blocks or throws.
///
/// Invariants: a level exists exactly while its quantity (by_order: its number of orders) is not zero; the
/// quantity of a level is the sum of its orders; orders of a level stand in the order of joining.
/// Memory: 32 bytes an order and a level, 13 to 26 bytes an entry of the id table.
class MARTLET_NONCOPYABLE Book {
public:
    explicit Book(const BookOptions& options) noexcept;
    Book(Book&&) noexcept = default;
    Book& operator=(Book&&) noexcept = default;
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;

    /// Applies one event; events that are not about the book (trades, bars, …) and executions flagged
    /// `implied` leave it alone. Returns what was wrong; `crossed` and `locked` are judged at
    /// `market_flag_last` only, outside snapshots. O(1); allocates only where `growths` counts.
    BookFault apply(const MarketEvent& event) noexcept;

    /// False from a discontinuity, and while a snapshot is under way, until snapshot_end.
    bool valid() const noexcept { return !in_snapshot_ && !stale_; }
    /// Number of times that the book was begun anew (snapshot_begin, clear).
    std::uint32_t epoch() const noexcept { return epoch_; }
    BookMode mode() const noexcept { return options_.mode; }

    Level best_bid() const noexcept { return level_of(ladder_.best(false)); }
    Level best_ask() const noexcept { return level_of(ladder_.best(true)); }
    /// Whether both sides are there and the best bid is at or above the best ask.
    bool crossed() const noexcept;
    /// Writes up to `count` levels of a side, best first; returns how many. O(count).
    std::size_t depth(Side side, Level* levels, std::size_t count) const noexcept;
    /// Walks the levels of a side, best first: `first_level`, then `next_level` until 0. Cursors are good until
    /// the next `apply`.
    std::uint32_t first_level(Side side) const noexcept { return ladder_.best(side == Side::sell); }
    std::uint32_t next_level(std::uint32_t cursor) const noexcept { return ladder_.next(cursor); }
    Level level(std::uint32_t cursor) const noexcept { return level_of(cursor); }
    /// The level at a price. O(1).
    Level level_at(Side side, std::int64_t price) const noexcept;
    std::size_t level_count(Side side) const noexcept { return ladder_.count(side == Side::sell); }

    /// Half-way between the best prices, increments; NaN where a side is empty.
    double mid() const noexcept;
    /// Mid weighted by the opposite quantities, (bid × askQuantity + ask × bidQuantity) ÷ both; NaN where a side is empty.
    double microprice() const noexcept;
    /// (bids − asks) ÷ (bids + asks) over the best `levels` levels a side, −1 … 1; NaN where both are empty.
    double imbalance(std::size_t levels) const noexcept;

    /// The resting order with this number; quantity zero where there is none. by_order only. O(1).
    OrderView find(std::uint64_t order) const noexcept;
    /// Lots that stand before the order at its price; −1 where there is no such order. by_order only.
    /// O(orders before it).
    std::int64_t queue_ahead(std::uint64_t order) const noexcept;
    std::size_t order_count() const noexcept { return orders_.live(); }
    /// Orders that ever took a place at the end of a queue, modulo 2³²: a later one has a larger number.
    std::uint32_t joins() const noexcept { return joins_; }
    /// Walks the orders of a side in priority: `first_order`, then `next_order` until 0. Cursors are good
    /// until the next `apply`.
    std::uint32_t first_order(Side side) const noexcept;
    std::uint32_t next_order(std::uint32_t cursor) const noexcept;
    /// First order at a price, 0 where there is none.
    std::uint32_t first_order_at(Side side, std::int64_t price) const noexcept;
    OrderView order_at(std::uint32_t cursor) const noexcept;
    /// Writes up to `count` orders of a side in priority; returns how many.
    std::size_t orders(Side side, OrderView* out, std::size_t count) const noexcept;

    /// How often a fault was met since the book was made.
    std::uint64_t fault_count(BookFault fault) const noexcept;
    /// All faults together.
    std::uint64_t faults() const noexcept;
    /// How often memory had to grow beyond the options.
    std::uint32_t growths() const noexcept { return orders_.growths() + table_.growths() + ladder_.growths(); }

    /// Bytes that `write_state` writes. O(1).
    std::size_t state_bytes() const noexcept;
    /// Writes all that the book's answers depend on, orders in their priority, faults counted: `state_bytes()` bytes. O(orders).
    void write_state(void* bytes) const noexcept;
    /// Becomes the book that wrote a state, of the same mode; only `growths` is its own. False where the bytes are no such state:
    /// the book is empty then. O(orders); allocates where there are more than were expected.
    bool read_state(const void* bytes, std::size_t size) noexcept;

private:
    struct Node {
        std::uint64_t order;
        std::int64_t quantity;
        std::uint32_t next;
        std::uint32_t previous;
        std::uint32_t level;
        std::uint32_t joined;
    };
    static_assert(sizeof(Node) == 32);
    static constexpr std::int64_t limit = std::int64_t{1} << 53;

    BookFault apply_other(const MarketEvent& event) noexcept;
    BookFault judged(const MarketEvent& event, BookFault fault) noexcept;
    IdTable::Place locate(std::uint64_t order) const noexcept;
    auto hash_of() const noexcept {
        return [this](std::uint32_t node) noexcept { return fibonacci_hash(orders_[node].order); };
    }
    BookFault add(const MarketEvent& event) noexcept;
    BookFault modify(const MarketEvent& event) noexcept;
    BookFault reduce(const MarketEvent& event) noexcept;
    BookFault set_level(const MarketEvent& event) noexcept;
    BookFault set_quote(const MarketEvent& event) noexcept;
    void set_top(bool sell, std::int64_t price, std::int64_t quantity) noexcept;
    BookFault begin_or_end(const MarketEvent& event) noexcept;
    BookFault judge_cross() const noexcept;
    void append(std::uint32_t node, std::uint32_t level) noexcept;
    void unlink(std::uint32_t node) noexcept;
    void remove(IdTable::Place place) noexcept;
    void empty() noexcept;
    bool put_back(bool sell, std::uint64_t order, std::int64_t price, std::int64_t quantity, std::uint32_t joined) noexcept;
    void count_fault(BookFault fault) noexcept;
    Level level_of(std::uint32_t level) const noexcept;

    BookOptions options_;
    bool in_snapshot_ = false;
    bool stale_ = false;
    std::uint32_t epoch_ = 0;
    std::uint32_t joins_ = 0;
    LevelLadder ladder_;
    Slab<Node, &Node::next> orders_;
    IdTable table_;
    std::uint64_t fault_counts_[static_cast<std::size_t>(BookFault::count_)] = {};
};

} // namespace martlet

#include "martlet/book.inl.hpp"
