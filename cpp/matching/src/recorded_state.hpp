#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "martlet/recorded_market.hpp"
#include "martlet/slab.hpp"

// What RecordedMarket keeps. Private to its sources.

namespace martlet {

__extension__ using Int128 = __int128;

/// One of our orders, working or finished and still remembered.
struct OwnOrder {
    std::uint64_t client;    ///< the number under which it is known now
    std::uint64_t number;    ///< the venue's
    std::int64_t price;      ///< market orders: the worst price there is
    std::int64_t quantity;
    std::int64_t filled;
    std::int64_t arrival;    ///< only events strictly later may fill it passively
    std::int64_t ahead;      ///< queue position by price: lots before it
    std::int64_t unexplained;///< queue position by price: lots that left before it and whose trade was not yet seen
    std::uint32_t joined;    ///< queue position by order: the book's `joins` at its arrival
    std::uint32_t lane;
    std::uint32_t link;
    Side side;
    OrderType type;
    TimeInForce time_in_force;
    OrderStatus status;
    bool awaits_opening;     ///< bars: has not met its first opening
    std::uint8_t reserved[3];

    std::int64_t leaves() const noexcept { return quantity - filled; }
};

/// One instrument.
struct Lane {
    Lane(const InstrumentDefinition& stated, const RecordedOptions& wanted) noexcept;

    std::unique_ptr<Book> own; ///< where the market keeps its own book
    const Book* book;          ///< its own or the shared one
    InstrumentDefinition definition;
    RecordedOptions options;
    MoneyRatio money;
    bool refuses_orders;      ///< its money does not fit
    TradingStatus status = TradingStatus::unknown;
    bool busy = false;        ///< we have working orders or taken liquidity: look at every event
    std::int64_t clock = INT64_MIN; ///< latest time of its events
    std::uint32_t epoch = 0;
    /// Our working orders, buys and sells, best price first, earlier first at one price.
    std::vector<std::uint32_t> working[2];
    /// What we took of what is displayed: by order number, or by price and side.
    std::unordered_map<std::uint64_t, std::int64_t> taken;
    std::int64_t position = 0;
    Int128 spent = 0;         ///< Σ signed quantity × price
    std::int64_t fees = 0;

    bool trades() const noexcept { return status == TradingStatus::unknown || status == TradingStatus::open; }
    bool waits() const noexcept { return !working[0].empty() || !working[1].empty(); }
    void find_busy() noexcept { busy = waits() || !taken.empty(); }
};

/// A client order id that is no longer a working order's.
struct Remembered {
    std::uint64_t client;
    std::uint32_t order;
    bool frees; ///< the last id of its order: forgetting it frees the slot
};

struct RecordedMarket::State {
    static constexpr std::size_t memory = 65'536;  ///< finished ids and fills that are remembered
    static constexpr std::uint32_t no_lane = 0xFFFF'FFFF;

    std::vector<Lane> lanes;
    std::vector<std::uint32_t> lane_of; ///< by instrument
    Slab<OwnOrder, &OwnOrder::link> orders{64, 1u << 24};
    std::unordered_map<std::uint64_t, std::uint32_t> by_client;
    std::deque<Remembered> finished;
    std::deque<OrderEvent> fills;
    std::vector<OrderEvent> reports;
    OrderView executed{};             ///< the order that the event at work executes, as it was before
    std::uint64_t next_order = 1;
    std::uint64_t next_execution = 1;
    std::size_t working = 0;

    Lane* lane(std::uint32_t instrument) noexcept {
        const bool known = instrument < lane_of.size() && lane_of[instrument] != no_lane;
        return known ? &lanes[lane_of[instrument]] : nullptr;
    }

    // Commands (recorded_commands.cpp).
    void new_order(const Command& command, std::int64_t time) noexcept;
    void cancel(const Command& command, std::int64_t time) noexcept;
    void replace(const Command& command, std::int64_t time) noexcept;
    void order_status(const Command& command, std::int64_t time) noexcept;
    void mass_status(const Command& command, std::int64_t time) noexcept;
    void positions(const Command& command, std::int64_t time) noexcept;
    void trades(const Command& command, std::int64_t time) noexcept;
    RejectReason judge(const Lane& lane, OrderType type, TimeInForce time_in_force, std::int64_t price,
                       std::int64_t quantity) const noexcept;
    std::uint32_t find_working(std::uint64_t client) const noexcept;

    // The market (recorded_fills.cpp).
    void after(Lane& lane, const MarketEvent& event) noexcept;
    void foresee(const Lane& lane, const MarketEvent& event) noexcept;
    void observe(Lane& lane, const MarketEvent& event) noexcept;
    void on_bar(Lane& lane, const BarEvent& bar) noexcept;
    void arrive(std::uint32_t handle, std::int64_t time) noexcept;
    void take(Lane& lane, OwnOrder& order, std::int64_t time) noexcept;
    std::int64_t takeable(const Lane& lane, const OwnOrder& order) const noexcept;
    void fill_beyond(Lane& lane, std::int64_t price, std::int64_t quantity) noexcept;
    void fill_at(Lane& lane, const OrderView& executed, std::int64_t price, Side resting, std::int64_t quantity) noexcept;
    void forget_taken(Lane& lane, const MarketEvent& event) noexcept;
    void fill_offered(Lane& lane) noexcept;
    void bar_fills(Lane& lane, OwnOrder& order, const BarEvent& bar) noexcept;

    // Orders and reports (recorded_orders.cpp).
    void stand(std::uint32_t handle) noexcept;
    void leave(std::uint32_t handle) noexcept;
    void finish(std::uint32_t handle, OrderStatus status) noexcept;
    void remember(std::uint64_t client, std::uint32_t handle, bool frees) noexcept;
    void sweep(Lane& lane) noexcept;
    OrderEvent report(const OwnOrder& order, ExecType type, std::int64_t time) noexcept;
    void refuse(const Command& command, EventKind kind, RejectReason reason, std::int64_t time) noexcept;
    void end(const Command& command, std::int64_t time) noexcept;
    void fill(Lane& lane, OwnOrder& order, std::int64_t price, std::int64_t quantity, bool taker, std::int64_t time) noexcept;
    void cancel_rest(std::uint32_t handle, RejectReason reason, std::int64_t time) noexcept;
};

/// Money of `quantity` at `price` times `parts_per_million`, rounded half to even once; saturates at 64 bits.
std::int64_t money_of(Int128 price_times_quantity, MoneyRatio ratio, std::int64_t parts, std::int64_t whole) noexcept;

/// Whether `a` is a better price than `b` for an order of this side that waits (higher for buys).
inline bool better(Side side, std::int64_t a, std::int64_t b) noexcept { return side == Side::buy ? a > b : a < b; }
inline Side opposite(Side side) noexcept { return side == Side::buy ? Side::sell : Side::buy; }
inline std::int64_t event_time(const MarketEvent& event) noexcept {
    return event.exchange_time != 0 ? event.exchange_time : event.receive_time;
}

inline void RecordedMarket::State::after(Lane& lane, const MarketEvent& event) noexcept {
    const std::int64_t time = event_time(event);
    if (time > lane.clock) lane.clock = time;
    if (event.kind == EventKind::trading_status) [[unlikely]] lane.status = static_cast<TradingStatus>(event.reference);
    if (!lane.busy) [[likely]] return;
    if (lane.options.source != RecordedSource::bars) observe(lane, event);
    else if (event.kind == EventKind::bar) on_bar(lane, as_bar(event));
}

} // namespace martlet
