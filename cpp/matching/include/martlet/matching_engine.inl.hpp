#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "martlet/matching_engine.hpp"

// The hot path of MatchingEngine; queries are in src/matching_engine.cpp.

namespace martlet {

inline IdTable::Place MatchingEngine::locate(std::uint32_t owner, std::uint64_t client) const noexcept {
    return table_.find(hash_of(owner, client), [this, owner, client](std::uint32_t node) noexcept {
        return orders_[node].client == client && orders_[node].owner == owner;
    });
}

inline bool MatchingEngine::valid_price(std::int64_t price) const noexcept {
    constexpr std::int64_t limit = std::int64_t{1} << 53;
    return price > 0 && price <= limit && (options_.tick == 1 || price % options_.tick == 0);
}

// Whether the best opposite price would trade with an order of this side and price.
inline bool MatchingEngine::crosses(bool sell, std::int64_t price) const noexcept {
    const std::uint32_t level = ladder_.best(!sell);
    return level != 0 && (sell ? ladder_[level].price >= price : ladder_[level].price <= price);
}

inline RejectReason MatchingEngine::judge(const OrderRequest& request) const noexcept {
    if (status_ != TradingStatus::open) [[unlikely]] return RejectReason::exchange_closed;
    if (request.side != Side::buy && request.side != Side::sell) [[unlikely]] return RejectReason::malformed;
    if (request.quantity <= 0 || request.quantity > options_.maximum_quantity) [[unlikely]] return RejectReason::bad_quantity;
    if (request.type == OrderType::market) {
        if (ladder_.best(request.side == Side::buy) == 0) [[unlikely]] return RejectReason::no_liquidity;
    } else {
        if (request.type != OrderType::limit) [[unlikely]] return RejectReason::unsupported;
        if (!valid_price(request.price)) [[unlikely]] return RejectReason::bad_price;
        if (orders_.full() && request.time_in_force < TimeInForce::immediate_or_cancel) [[unlikely]]
            return RejectReason::order_exceeds_limit;
    }
    if (request.time_in_force > TimeInForce::fill_or_kill) [[unlikely]] return RejectReason::unsupported;
    return locate(request.owner, request.client).handle != 0 ? RejectReason::duplicate_order : RejectReason::none;
}

template <class Handler> inline void MatchingEngine::submit(const OrderRequest& request, Handler& handler) noexcept {
    const RejectReason reason = judge(request);
    if (reason != RejectReason::none) [[unlikely]] {
        handler.on_rejected(Rejected{request.owner, RequestKind::new_order, reason, request.client, 0, request.time});
        return;
    }
    const bool market = request.type == OrderType::market;
    OrderState order{next_number_++, request.client, request.owner, request.side, {}, market ? 0 : request.price, 0, request.quantity};
    handler.on_accepted(Accepted{order, request.time});
    const bool sell = request.side == Side::sell;
    const bool fill_or_kill = request.time_in_force == TimeInForce::fill_or_kill;
    if (!fill_or_kill || can_fill(sell, market, request.price, request.quantity)) match(order, market, request.time, handler);
    if (order.leaves != 0) {
        if (market || request.time_in_force >= TimeInForce::immediate_or_cancel)
            handler.on_canceled(Canceled{order, 0, RejectReason::no_liquidity, request.time});
        else
            rest(order, EventKind::order_add, request.time, handler);
    }
    finish(handler);
}

template <class Handler>
inline void MatchingEngine::match(OrderState& taker, bool any_price, std::int64_t time, Handler& handler) noexcept {
    const bool sell = taker.side == Side::sell;
    while (taker.leaves != 0 && (any_price ? ladder_.best(!sell) != 0 : crosses(sell, taker.price))) {
        const std::uint32_t level = ladder_.best(!sell);
        const std::uint32_t node = ladder_[level].first;
        Node& resting = orders_[node];
        const std::int64_t quantity = resting.leaves < taker.leaves ? resting.leaves : taker.leaves;
        resting.leaves -= quantity;
        resting.filled += quantity;
        taker.leaves -= quantity;
        taker.filled += quantity;
        ladder_[level].quantity -= quantity;
        const OrderState maker = state_of(node);
        const std::uint64_t trade = next_trade_++;
        handler.on_fill(Filled{maker, taker, maker.price, quantity, trade, time});
        publish(EventKind::order_execute, maker.side, maker.number, maker.price, quantity, 0, time, handler);
        publish(EventKind::trade, taker.side, trade, maker.price, quantity, 0, time, handler);
        if (maker.leaves == 0) erase(node);
    }
}

// Puts an order at the end of its level's queue, and says so.
template <class Handler>
inline void MatchingEngine::rest(const OrderState& order, EventKind stated_as, std::int64_t time, Handler& handler) noexcept {
    const std::uint32_t node = orders_.take();
    const std::uint32_t level = ladder_.find_or_make(order.side == Side::sell, order.price);
    PriceLevel& target = ladder_[level];
    orders_[node] = {order.number, order.client, order.leaves, order.filled, order.owner, 0, target.last, level};
    if (target.last != 0) orders_[target.last].next = node;
    else target.first = node;
    target.last = node;
    target.quantity += order.leaves;
    ++target.orders;
    table_.insert(locate(order.owner, order.client), hash_of(order.owner, order.client), node);
    publish(stated_as, order.side, order.number, order.price, order.leaves, 0, time, handler);
}

template <class Handler> inline void MatchingEngine::cancel(const CancelRequest& request, Handler& handler) noexcept {
    const std::uint32_t node = locate(request.owner, request.original).handle;
    if (node == 0) [[unlikely]] {
        handler.on_rejected(
            Rejected{request.owner, RequestKind::cancel, RejectReason::unknown_order, request.client, request.original, request.time});
        return;
    }
    withdraw(node, request.client, request.time, handler);
    finish(handler);
}

template <class Handler>
inline void MatchingEngine::withdraw(std::uint32_t node, std::uint64_t request, std::int64_t time, Handler& handler) noexcept {
    const OrderState order = state_of(node);
    ladder_[orders_[node].level].quantity -= order.leaves;
    erase(node);
    handler.on_canceled(Canceled{order, request, RejectReason::none, time});
    publish(EventKind::order_cancel, order.side, order.number, order.price, 0, 0, time, handler);
}

template <class Handler> inline void MatchingEngine::replace(const ReplaceRequest& request, Handler& handler) noexcept {
    const IdTable::Place place = locate(request.owner, request.original);
    const RejectReason reason = judge(request, place.handle);
    if (reason != RejectReason::none) [[unlikely]] {
        handler.on_rejected(Rejected{request.owner, RequestKind::replace, reason, request.client, request.original, request.time});
        return;
    }
    Node& node = orders_[place.handle];
    OrderState order = state_of(place.handle);
    const std::int64_t leaves = request.quantity - order.filled;
    const bool keeps = request.price == order.price && leaves <= order.leaves;
    const bool moves_within = !keeps && !crosses(order.side == Side::sell, request.price);
    ladder_[node.level].quantity -= keeps ? order.leaves - leaves : order.leaves;
    table_.erase(place);
    if (keeps) {
        const bool changed = leaves != order.leaves;
        node.leaves = leaves;
        node.client = request.client;
        table_.insert(locate(request.owner, request.client), hash_of(request.owner, request.client), place.handle);
        handler.on_replaced(Replaced{state_of(place.handle), request.original, true, request.time});
        if (changed)
            publish(EventKind::order_modify, order.side, order.number, order.price, leaves, market_flag_priority, request.time, handler);
        finish(handler);
        return;
    }
    unlink(place.handle);
    orders_.give(place.handle);
    const std::int64_t old_price = order.price;
    order.client = request.client;
    order.price = request.price;
    order.leaves = leaves;
    handler.on_replaced(Replaced{order, request.original, false, request.time});
    if (moves_within) {
        rest(order, EventKind::order_modify, request.time, handler);
    } else {
        publish(EventKind::order_cancel, order.side, order.number, old_price, 0, 0, request.time, handler);
        match(order, false, request.time, handler);
        if (order.leaves != 0) rest(order, EventKind::order_add, request.time, handler);
    }
    finish(handler);
}

template <class Handler> inline void MatchingEngine::cancel_all(std::uint32_t owner, std::int64_t time, Handler& handler) noexcept {
    for (const Side side : {Side::buy, Side::sell}) {
        for (std::uint32_t node = first_order(side); node != 0;) {
            const std::uint32_t following = next_order(node);
            if (orders_[node].owner == owner) withdraw(node, 0, time, handler);
            node = following;
        }
    }
    finish(handler);
}

template <class Handler>
inline void MatchingEngine::set_status(TradingStatus status, std::int64_t time, Handler& handler) noexcept {
    status_ = status;
    publish(EventKind::trading_status, Side::none, 0, 0, 0, 0, time, handler);
    pending_.reference = static_cast<std::uint64_t>(status);
    finish(handler);
}

template <class Handler>
inline void MatchingEngine::publish(EventKind kind, Side side, std::uint64_t order, std::int64_t price, std::int64_t quantity,
                                    std::uint16_t flags, std::int64_t time, Handler& handler) noexcept {
    if (has_pending_) handler.on_market(pending_);
    has_pending_ = true;
    pending_ = {0, 0, time, options_.instrument, kind, side, flags, price, quantity, order, ++feed_sequence_};
}

template <class Handler> inline void MatchingEngine::finish(Handler& handler) noexcept {
    if (!has_pending_) return;
    pending_.flags |= market_flag_last;
    handler.on_market(pending_);
    has_pending_ = false;
}

// Takes a node out of its queue, and the level out of the ladder when it was the last. The level's quantity
// is the caller's: it knows what has gone already.
inline void MatchingEngine::unlink(std::uint32_t node) noexcept {
    const Node& gone = orders_[node];
    PriceLevel& level = ladder_[gone.level];
    if (--level.orders == 0) {
        ladder_.remove(gone.level);
        return;
    }
    if (gone.previous != 0) orders_[gone.previous].next = gone.next;
    else level.first = gone.next;
    if (gone.next != 0) orders_[gone.next].previous = gone.previous;
    else level.last = gone.previous;
}

inline void MatchingEngine::erase(std::uint32_t node) noexcept {
    unlink(node);
    table_.erase(locate(orders_[node].owner, orders_[node].client));
    orders_.give(node);
}

inline OrderState MatchingEngine::state_of(std::uint32_t node) const noexcept {
    const Node& found = orders_[node];
    const PriceLevel& level = ladder_[found.level];
    const Side side = ladder_.is_sell(found.level) ? Side::sell : Side::buy;
    return {found.number, found.client, found.owner, side, {}, level.price, found.filled, found.leaves};
}

inline Level MatchingEngine::level_of(std::uint32_t level) const noexcept {
    if (level == 0) return {0, 0, 0, 0};
    const PriceLevel& found = ladder_[level];
    return {found.price, found.quantity, found.orders, 0};
}

} // namespace martlet
