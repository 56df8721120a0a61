#include "recorded_state.hpp"

#include <algorithm>

// When and how far our orders fill.

namespace martlet {
namespace {

std::uint64_t price_key(Side side, std::int64_t price) noexcept {
    return (static_cast<std::uint64_t>(price) << 1) | (side == Side::sell ? 1 : 0);
}

std::int64_t untaken(const Lane& lane, std::uint64_t key, std::int64_t shown) noexcept {
    if (lane.taken.empty()) return shown;
    const auto at = lane.taken.find(key);
    return at == lane.taken.end() ? shown : std::max<std::int64_t>(shown - at->second, 0);
}

// Whether an order that joined when the book counted `joined` stands before one that joined at `other`.
bool joined_before(std::uint32_t joined, std::uint32_t other) noexcept { return static_cast<std::int32_t>(joined - other) < 0; }

/// Visits what is left of a level for us: `visit(key, quantity)` returns false to stop.
template <class Visit> void visit_level(const Lane& lane, Side side, const Level& level, Visit&& visit) noexcept {
    if (lane.options.source != RecordedSource::by_order) {
        const std::uint64_t key = price_key(side, level.price);
        visit(key, untaken(lane, key, level.quantity));
        return;
    }
    for (std::uint32_t cursor = lane.book->first_order_at(side, level.price); cursor != 0; cursor = lane.book->next_order(cursor)) {
        const OrderView resting = lane.book->order_at(cursor);
        if (resting.price != level.price || !visit(resting.order, untaken(lane, resting.order, resting.quantity))) return;
    }
}

// Takes up to `wanted` lots of a level, remembers them as taken; returns how many.
std::int64_t take_level(Lane& lane, Side side, const Level& level, std::int64_t wanted) noexcept {
    std::int64_t got = 0;
    visit_level(lane, side, level, [&](std::uint64_t key, std::int64_t left) noexcept {
        const std::int64_t quantity = std::min(left, wanted - got);
        if (quantity > 0) lane.taken[key] += quantity;
        got += quantity;
        return got < wanted;
    });
    if (got > 0) lane.busy = true;
    return got;
}

std::int64_t initial_queue(const Lane& lane, const OwnOrder& order) noexcept {
    const Level best = order.side == Side::buy ? lane.book->best_bid() : lane.book->best_ask();
    if (lane.options.source == RecordedSource::top && best.quantity != 0 && better(order.side, best.price, order.price))
        return INT64_MAX; // behind the best price nothing is shown: not known until it is the best
    return lane.book->level_at(order.side, order.price).quantity;
}

// The queue before our orders cannot be longer than what is displayed.
void clip_queue(const Lane& lane, OwnOrder& order) noexcept {
    const std::int64_t shown = initial_queue(lane, order);
    if (shown >= order.ahead) return;
    if (order.ahead != INT64_MAX) order.unexplained += order.ahead - shown;
    order.ahead = shown;
}

} // namespace

// An order begins to count at `time`: it takes what it can and waits with the rest.
void RecordedMarket::State::arrive(std::uint32_t handle, std::int64_t time) noexcept {
    OwnOrder& order = orders[handle];
    Lane& lane = lanes[order.lane];
    order.arrival = std::max(time, lane.clock);
    if (lane.options.source == RecordedSource::bars) {
        order.awaits_opening = true;
        stand(handle);
        return;
    }
    const bool whole = order.time_in_force == TimeInForce::fill_or_kill;
    if (lane.book->valid() && (!whole || takeable(lane, order) >= order.leaves())) take(lane, order, time);
    if (order.leaves() == 0) {
        finish(handle, OrderStatus::filled);
    } else if (order.type == OrderType::market || order.time_in_force >= TimeInForce::immediate_or_cancel) {
        cancel_rest(handle, RejectReason::no_liquidity, time);
    } else {
        order.joined = lane.book->joins();
        lane.epoch = lane.book->epoch();
        order.ahead = initial_queue(lane, order);
        order.unexplained = 0;
        stand(handle);
    }
}

std::int64_t RecordedMarket::State::takeable(const Lane& lane, const OwnOrder& order) const noexcept {
    const Side side = opposite(order.side);
    std::int64_t sum = 0;
    for (std::uint32_t cursor = lane.book->first_level(side); cursor != 0 && sum < order.leaves(); cursor = lane.book->next_level(cursor)) {
        const Level level = lane.book->level(cursor);
        if (better(order.side, level.price, order.price)) break;
        visit_level(lane, side, level, [&](std::uint64_t, std::int64_t left) noexcept {
            sum += left;
            return sum < order.leaves();
        });
    }
    return sum;
}

// Walks the recorded book as it stands.
void RecordedMarket::State::take(Lane& lane, OwnOrder& order, std::int64_t time) noexcept {
    const Side side = opposite(order.side);
    for (std::uint32_t cursor = lane.book->first_level(side); cursor != 0 && order.leaves() != 0; cursor = lane.book->next_level(cursor)) {
        const Level level = lane.book->level(cursor);
        if (better(order.side, level.price, order.price)) break;
        const std::int64_t quantity = take_level(lane, side, level, order.leaves());
        if (quantity > 0) fill(lane, order, level.price, quantity, true, time);
    }
}

// An event that the book has not applied yet: an execution says less of its order than the book still knows.
void RecordedMarket::State::foresee(const Lane& lane, const MarketEvent& event) noexcept {
    executed = {};
    const bool explicit_execution = event.kind == EventKind::order_execute && (event.flags & market_flag_implied) == 0;
    if (explicit_execution && lane.waits() && lane.options.source == RecordedSource::by_order) executed = lane.book->find(event.order);
}

// A recorded event, applied to the book, while we have orders in this instrument, or took something of it.
void RecordedMarket::State::observe(Lane& lane, const MarketEvent& event) noexcept {
    const bool by_order = lane.options.source == RecordedSource::by_order;
    const bool implied = (event.flags & market_flag_implied) != 0;
    const OrderView before = executed;
    const bool waiting = lane.waits();

    if (!lane.taken.empty()) forget_taken(lane, event);
    if (!waiting) return;

    if (lane.book->epoch() != lane.epoch || event.kind == EventKind::snapshot_end) {
        // A book begun anew does not say who stands behind us: let everybody stand before.
        lane.epoch = lane.book->epoch();
        for (const auto& side : lane.working)
            for (const std::uint32_t handle : side) orders[handle].joined = lane.book->joins();
    }
    if (event.kind == EventKind::order_execute) {
        // An execution of an order that the book does not know is still a trade, where it says its price.
        const bool known = before.quantity != 0;
        const std::int64_t price = event.price != 0 ? event.price : before.price;
        const std::int64_t quantity = known ? std::min(event.quantity, before.quantity) : event.quantity;
        if (price != 0) fill_at(lane, before, price, known ? before.side : event.side, quantity);
    } else if (event.kind == EventKind::trade && (!by_order || implied)) {
        fill_at(lane, before, event.price, event.side == Side::none ? Side::none : opposite(event.side), event.quantity);
    }
    if (lane.book->valid()) fill_offered(lane);
}

// What we took is remembered only as far as the market still shows it.
void RecordedMarket::State::forget_taken(Lane& lane, const MarketEvent& event) noexcept {
    const bool by_order = lane.options.source == RecordedSource::by_order;
    switch (event.kind) {
    case EventKind::clear: lane.taken.clear(); break;
    case EventKind::order_cancel:
    case EventKind::order_execute:
    case EventKind::order_modify: {
        const auto at = by_order ? lane.taken.find(event.order) : lane.taken.end();
        if (at == lane.taken.end()) return;
        at->second = std::min(at->second, lane.book->find(event.order).quantity);
        if (at->second == 0) lane.taken.erase(at);
        break;
    }
    case EventKind::level_set:
    case EventKind::quote:
    case EventKind::snapshot_end:
        if (lane.book->valid()) sweep(lane); // while a snapshot builds, what is not yet stated is not gone
        return;
    default: return;
    }
    lane.find_busy();
}

// The market traded `quantity` at `price` against an order of side `resting`.
void RecordedMarket::State::fill_at(Lane& lane, const OrderView& executed, std::int64_t price, Side resting,
                                    std::int64_t quantity) noexcept {
    if (quantity <= 0) return;
    fill_beyond(lane, price, quantity);
    if (lane.options.queue != QueueModel::queue_position) return;
    for (const Side side : {Side::buy, Side::sell}) {
        if (resting != Side::none && side != resting) continue;
        std::int64_t left = quantity;
        const std::vector<std::uint32_t> handles = lane.working[side == Side::sell];
        for (const std::uint32_t handle : handles) {
            OwnOrder& order = orders[handle];
            if (order.price != price || order.arrival >= lane.clock || left == 0) continue;
            if (lane.options.source == RecordedSource::by_order) {
                const std::uint32_t first = lane.book->first_order_at(side, price);
                const bool waits = executed.quantity != 0 ? joined_before(executed.joined, order.joined)
                                                          : first != 0 && joined_before(lane.book->order_at(first).joined, order.joined);
                if (waits) continue;
            } else {
                const std::int64_t explained = std::min(order.unexplained, left);
                order.unexplained -= explained;
                const std::int64_t consumed = order.ahead == INT64_MAX ? left : std::min(order.ahead, left - explained);
                if (order.ahead != INT64_MAX) order.ahead -= consumed;
                if (left - explained - consumed <= 0) continue;
                left -= explained + consumed;
            }
            const std::int64_t filled = std::min(left, order.leaves());
            fill(lane, order, order.price, filled, false, lane.clock);
            left -= filled;
            if (order.leaves() == 0) finish(handle, OrderStatus::filled);
        }
    }
}

// The market traded `quantity` at `price`: orders of ours strictly beyond it would have been there first.
void RecordedMarket::State::fill_beyond(Lane& lane, std::int64_t price, std::int64_t quantity) noexcept {
    for (auto& side : lane.working) {
        for (std::size_t i = 0; i < side.size() && quantity != 0;) {
            const std::uint32_t handle = side[i];
            OwnOrder& order = orders[handle];
            if (!better(order.side, order.price, price)) break;
            if (order.arrival >= lane.clock) {
                ++i;
                continue;
            }
            const std::int64_t filled = std::min(quantity, order.leaves());
            fill(lane, order, order.price, filled, false, lane.clock);
            quantity -= filled;
            if (order.leaves() == 0) finish(handle, OrderStatus::filled);
            else ++i;
        }
    }
}

// The other side is displayed strictly beyond our orders' prices: in the real market it would have met them.
void RecordedMarket::State::fill_offered(Lane& lane) noexcept {
    const bool queues_by_price = lane.options.queue == QueueModel::queue_position && lane.options.source != RecordedSource::by_order;
    for (const Side side : {Side::buy, Side::sell}) {
        auto& handles = lane.working[side == Side::sell];
        for (std::size_t i = 0; i < handles.size();) {
            const std::uint32_t handle = handles[i];
            OwnOrder& order = orders[handle];
            if (queues_by_price) clip_queue(lane, order);
            const std::uint32_t best = lane.book->first_level(opposite(side));
            const bool through = best != 0 && better(side, order.price, lane.book->level(best).price);
            if (!through && !queues_by_price) break; // the orders behind have worse prices
            if (through && order.arrival < lane.clock) {
                for (std::uint32_t cursor = best; cursor != 0 && order.leaves() != 0; cursor = lane.book->next_level(cursor)) {
                    const Level level = lane.book->level(cursor);
                    if (!better(side, order.price, level.price)) break;
                    const std::int64_t quantity = take_level(lane, opposite(side), level, order.leaves());
                    if (quantity > 0) fill(lane, order, order.price, quantity, false, lane.clock);
                }
            }
            if (order.leaves() == 0) finish(handle, OrderStatus::filled);
            else ++i;
        }
    }
}

void RecordedMarket::State::on_bar(Lane& lane, const BarEvent& bar) noexcept {
    for (const Side side : {Side::buy, Side::sell}) {
        if (bar.side == side) continue; // buyers trade at ask prices, sellers at bid prices
        auto& handles = lane.working[side == Side::sell];
        for (std::size_t i = 0; i < handles.size();) {
            const std::uint32_t handle = handles[i];
            OwnOrder& order = orders[handle];
            bar_fills(lane, order, bar);
            if (order.leaves() == 0) finish(handle, OrderStatus::filled);
            else if (!order.awaits_opening && order.time_in_force >= TimeInForce::immediate_or_cancel)
                cancel_rest(handle, RejectReason::no_liquidity, lane.clock);
            else ++i;
        }
    }
}

void RecordedMarket::State::bar_fills(Lane& lane, OwnOrder& order, const BarEvent& bar) noexcept {
    const std::int64_t opened = bar.exchange_time - static_cast<std::int64_t>(bar.seconds) * 1'000'000'000;
    if (lane.clock <= order.arrival || opened < order.arrival - lane.options.opening_window) return;
    if (order.awaits_opening) {
        order.awaits_opening = false;
        const std::int64_t cost = lane.options.slippage + (bar.side == Side::none ? lane.options.half_spread : 0);
        const std::int64_t price = order.side == Side::buy ? bar.open() + cost : bar.open() - cost;
        if (!better(order.side, price, order.price)) {
            fill(lane, order, price, order.leaves(), true, lane.clock);
            return;
        }
    }
    if (order.time_in_force >= TimeInForce::immediate_or_cancel) return;
    const std::int64_t reached = order.side == Side::buy ? bar.low : bar.high();
    if (better(order.side, order.price, reached)) fill(lane, order, order.price, order.leaves(), false, lane.clock);
}

} // namespace martlet
