#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/matching_engine.hpp"

// The hot path of MatchingEngine: plain limit and market orders, their cancels and replaces, in `open`. What is rare
// goes to matching_special.inl.hpp and matching_auction.inl.hpp; queries are in src/.

namespace martlet {

inline IdTable::Place MatchingEngine::locate(std::uint32_t owner, std::uint64_t client) const noexcept {
    return table_.find(hash_of(owner, client), [this, owner, client](std::uint32_t node) noexcept {
        return orders_[node].client == client && orders_[node].owner == owner;
    });
}

// Where a node stands in the table; its number need not be compared.
inline IdTable::Place MatchingEngine::place_of(std::uint32_t node) const noexcept {
    return table_.find(hash_of(orders_[node].owner, orders_[node].client), [node](std::uint32_t found) noexcept { return found == node; });
}

inline bool MatchingEngine::valid_price(std::int64_t price) const noexcept {
    const std::uint64_t above = static_cast<std::uint64_t>(price) - static_cast<std::uint64_t>(band_low_);
    return above <= band_span_ && (uniform_tick_ == 1 || on_tick(price));
}

// Whether an order of this side and price would trade at once.
inline bool MatchingEngine::crosses(bool sell, std::int64_t price) const noexcept {
    const std::int64_t reach = key_of(!sell, price);
    return ladder_.best_key(!sell) >= reach || dark_.best_key(!sell) >= reach;
}

inline RejectReason MatchingEngine::judge(const OrderRequest& request, IdTable::Place place) const noexcept {
    if (request.side != Side::buy && request.side != Side::sell) [[unlikely]] return RejectReason::malformed;
    if (request.quantity <= 0 || request.quantity > options_.maximum_quantity) [[unlikely]] return RejectReason::bad_quantity;
    if (request.type == OrderType::market) {
        if (!anything_offered(request.side == Side::sell)) [[unlikely]] return RejectReason::no_liquidity;
    } else {
        if (!valid_price(request.price)) [[unlikely]] return RejectReason::bad_price;
        if (orders_.full() && request.time_in_force < TimeInForce::immediate_or_cancel) [[unlikely]]
            return RejectReason::order_exceeds_limit;
    }
    return place.handle != 0 ? RejectReason::duplicate_order : RejectReason::none;
}

template <class Handler>
[[gnu::always_inline]] inline void MatchingEngine::submit(const OrderRequest& request, Handler& handler) noexcept {
    const bool plain = status_ == TradingStatus::open && (request.type == OrderType::limit || request.type == OrderType::market) &&
                       request.time_in_force <= TimeInForce::fill_or_kill && request.instructions == 0 && request.time < next_expiry_;
    // Where a request goes on by reference, a copy goes: so the request itself can stay in registers.
    if (!plain) [[unlikely]] {
        const OrderRequest special = request;
        submit(special, OrderTerms{}, handler);
        return;
    }
    const IdTable::Place place = locate(request.owner, request.client);
    const RejectReason reason = judge(request, place);
    if (reason != RejectReason::none) [[unlikely]] {
        handler.on_rejected(Rejected{request.owner, RequestKind::new_order, reason, request.client, 0, request.time});
        return;
    }
    const bool market = request.type == OrderType::market;
    const OrderState order{next_number_++, request.client, request.owner, request.side, {}, market ? 0 : request.price, 0, request.quantity};
    handler.on_accepted(Accepted{order, request.time});
    const bool takes = market || request.time_in_force >= TimeInForce::immediate_or_cancel || crosses(request.side == Side::sell, request.price);
    if (takes) {
        const OrderRequest taker = request;
        take(taker, order.number, handler);
        return;
    }
    rest(order, place, static_cast<std::uint32_t>(request.time_in_force), EventKind::order_add, request.time, handler);
}

// A plain order that does not simply rest.
template <class Handler>
[[gnu::noinline]] void MatchingEngine::take(const OrderRequest& request, std::uint64_t number, Handler& handler) noexcept {
    const bool market = request.type == OrderType::market;
    const bool sell = request.side == Side::sell;
    const bool rests = !market && request.time_in_force < TimeInForce::immediate_or_cancel;
    const bool whole = request.time_in_force == TimeInForce::fill_or_kill;
    const std::int64_t limit = market ? worst(sell) : request.price;
    OrderState order{number, request.client, request.owner, request.side, {}, market ? 0 : request.price, 0, request.quantity};
    first_trade_ = 0;
    if (!whole || available(sell, limit, order.leaves, order.owner, options_.self_match) >= order.leaves) [[likely]] {
        const Then then = has_stops() ? Then::open : rests ? Then::rest : Then::nothing;
        if (!match(order, limit, options_.self_match, then, request.time, handler)) order.leaves = 0;
    }
    if (order.leaves != 0) {
        if (rests)
            rest(order, locate(order.owner, order.client), static_cast<std::uint32_t>(request.time_in_force), EventKind::order_add, request.time,
                 handler);
        else handler.on_canceled(Canceled{order, 0, RejectReason::no_liquidity, request.time});
    }
    if (first_trade_ != 0) elect(request.time, handler);
    finish(handler);
}

// Trades an order with what stands against it up to its limit. False: self-match prevention withdrew it.
template <class Handler>
inline bool MatchingEngine::match(OrderState& taker, std::int64_t limit, SelfMatch self_match, Then then, std::int64_t time, Handler& handler) noexcept {
    const bool opposite = taker.side != Side::sell;
    if (self_match != SelfMatch::allowed || dark_.best(opposite) != 0) [[unlikely]]
        return match_special(taker, limit, self_match, time, handler);
    const std::int64_t reach = key_of(opposite, limit);
    const auto meets = [&]() noexcept { return taker.leaves != 0 && ladder_.best_key(opposite) >= reach; };
    for (bool goes_on = meets(); goes_on;) {
        PriceLevel& level = ladder_[ladder_.best(opposite)];
        const std::uint32_t node = level.first;
        Node& resting = orders_[node];
        if (resting.is_special()) [[unlikely]] {
            fill(taker, node, time, handler);
            goes_on = meets();
            continue;
        }
        const std::int64_t offered = resting.leaves();
        const std::int64_t quantity = offered < taker.leaves ? offered : taker.leaves;
        taker.leaves -= quantity;
        taker.filled += quantity;
        const OrderState maker{resting.number, resting.client, resting.owner, opposite ? Side::sell : Side::buy, {},
                               level.price, resting.filled() + quantity, offered - quantity};
        const std::uint64_t trade = next_trade_++;
        if (first_trade_ == 0) first_trade_ = maker.price;
        last_trade_ = maker.price;
        level.quantity -= quantity;
        if (maker.leaves != 0) {
            resting.add_leaves(-quantity);
            resting.add_filled(quantity);
            goes_on = false;
        } else {
            unlink(ladder_, node);
            table_.erase(place_of(node), rehash());
            orders_.give(node);
            goes_on = meets();
        }
        handler.on_fill(Filled{maker, taker, maker.price, quantity, trade, time});
        state(EventKind::order_execute, maker.side, maker.number, maker.price, quantity, 0, time, handler);
        if (goes_on || (taker.leaves != 0 && then == Then::rest))
            state(EventKind::trade, taker.side, trade, maker.price, quantity, 0, time, handler);
        else if (then != Then::open) state(EventKind::trade, taker.side, trade, maker.price, quantity, market_flag_last, time, handler);
        else publish(EventKind::trade, taker.side, trade, maker.price, quantity, 0, time, handler);
    }
    return true;
}

// Puts an order at the end of its level's queue, and says so.
template <class Handler>
[[gnu::always_inline]] inline void MatchingEngine::rest(const OrderState& order, IdTable::Place place, std::uint32_t traits, EventKind stated_as, std::int64_t time,
                                 Handler& handler) noexcept {
    const std::uint32_t node = orders_.take();
    const std::uint32_t level = ladder_.find_or_make(order.side == Side::sell, order.price);
    Node& added = orders_[node];
    added.number = order.number;
    added.client = order.client;
    added.set(order.leaves, 0, order.filled, traits);
    added.owner = order.owner;
    append(ladder_, node, level);
    ladder_[level].quantity += order.leaves;
    table_.insert(place, node, rehash());
    // Alone, it need not wait to know that it is the last.
    if (!has_pending_) [[likely]] state(stated_as, order.side, order.number, order.price, order.leaves, market_flag_last, time, handler);
    else publish(stated_as, order.side, order.number, order.price, order.leaves, 0, time, handler);
}

template <class Handler> [[gnu::always_inline]] inline void MatchingEngine::cancel(const CancelRequest& request, Handler& handler) noexcept {
    const IdTable::Place place = locate(request.owner, request.original);
    if (place.handle == 0 || orders_[place.handle].is_special() || request.time >= next_expiry_) [[unlikely]] {
        const CancelRequest special = request;
        cancel_special(special, handler);
        return;
    }
    const OrderState order = shown_state(place.handle);
    ladder_[orders_[place.handle].level].quantity -= order.leaves;
    unlink(ladder_, place.handle);
    table_.erase(place, rehash());
    orders_.give(place.handle);
    handler.on_canceled(Canceled{order, request.client, RejectReason::none, request.time});
    state(EventKind::order_cancel, order.side, order.number, order.price, 0, market_flag_last, request.time, handler);
}

template <class Handler> inline void MatchingEngine::replace(const ReplaceRequest& request, Handler& handler) noexcept {
    if (request.time >= next_expiry_) [[unlikely]] expire(request.time, handler);
    const IdTable::Place place = locate(request.owner, request.original);
    const RejectReason reason = judge(request, place.handle);
    if (reason != RejectReason::none) [[unlikely]] {
        handler.on_rejected(Rejected{request.owner, RequestKind::replace, reason, request.client, request.original, request.time});
        finish(handler);
        return;
    }
    first_trade_ = 0;
    Node& node = orders_[place.handle];
    if (node.is_special() || status_ != TradingStatus::open) [[unlikely]] {
        replace_special(request, place.handle, handler);
        return;
    }
    OrderState order = shown_state(place.handle);
    const std::int64_t leaves = request.quantity - order.filled;
    const bool keeps = request.price == order.price && leaves <= order.leaves;
    ladder_[node.level].quantity -= keeps ? order.leaves - leaves : order.leaves;
    table_.erase(place, rehash());
    if (keeps) {
        const bool changed = leaves != order.leaves;
        node.add_leaves(leaves - order.leaves);
        node.client = request.client;
        table_.insert(locate(request.owner, request.client), place.handle, rehash());
        handler.on_replaced(Replaced{shown_state(place.handle), request.original, true, request.time});
        if (changed)
            publish(EventKind::order_modify, order.side, order.number, order.price, leaves, market_flag_priority, request.time, handler);
        finish(handler);
        return;
    }
    const std::uint32_t traits = node.traits();
    unlink(ladder_, place.handle);
    orders_.give(place.handle);
    const std::int64_t old_price = order.price;
    order.client = request.client;
    order.price = request.price;
    order.leaves = leaves;
    handler.on_replaced(Replaced{order, request.original, false, request.time});
    const bool moves_within = !crosses(order.side == Side::sell, request.price);
    if (!moves_within) {
        publish(EventKind::order_cancel, order.side, order.number, old_price, 0, 0, request.time, handler);
        if (!match(order, request.price, options_.self_match, has_stops() ? Then::open : Then::rest, request.time, handler)) order.leaves = 0;
    }
    if (order.leaves != 0)
        rest(order, locate(order.owner, order.client), traits, moves_within ? EventKind::order_modify : EventKind::order_add, request.time, handler);
    if (first_trade_ != 0) elect(request.time, handler);
    finish(handler);
}

template <class Handler>
inline void MatchingEngine::publish(EventKind kind, Side side, std::uint64_t order, std::int64_t price, std::int64_t quantity,
                                    std::uint16_t flags, std::int64_t time, Handler& handler) noexcept {
    if (has_pending_) release_pending(handler);
    has_pending_ = true;
    pending_ = {0, 0, time, options_.instrument, kind, side, flags, price, quantity, order, ++feed_sequence_};
}

// A market event of which it is known whether it is its request's last: it need not be held.
template <class Handler>
inline void MatchingEngine::state(EventKind kind, Side side, std::uint64_t order, std::int64_t price, std::int64_t quantity,
                                  std::uint16_t flags, std::int64_t time, Handler& handler) noexcept {
    if (has_pending_) [[unlikely]] release_pending(handler);
    handler.on_market(MarketEvent{0, 0, time, options_.instrument, kind, side, flags, price, quantity, order, ++feed_sequence_});
}

template <class Handler> [[gnu::noinline]] void MatchingEngine::release_pending(Handler& handler) noexcept {
    handler.on_market(pending_);
    has_pending_ = false;
}

template <class Handler> inline void MatchingEngine::finish(Handler& handler) noexcept {
    if (!has_pending_) return;
    pending_.flags |= market_flag_last;
    release_pending(handler);
}

// Puts a node at the end of a level's queue. The level's quantity is the caller's.
inline void MatchingEngine::append(LevelLadder& ladder, std::uint32_t node, std::uint32_t level) noexcept {
    PriceLevel& target = ladder[level];
    orders_[node].next = 0;
    orders_[node].previous = target.last;
    orders_[node].level = level;
    // Chosen, not branched on: which of the two it is, nothing predicts.
    std::uint32_t& link = target.last != 0 ? orders_[target.last].next : target.first;
    link = node;
    target.last = node;
    ++target.orders;
}

// Takes a node out of its queue, and the level out of the ladder when it was the last. The level's quantity
// is the caller's: it knows what has gone already.
inline void MatchingEngine::unlink(LevelLadder& ladder, std::uint32_t node) noexcept {
    const Node& gone = orders_[node];
    PriceLevel& level = ladder[gone.level];
    if (--level.orders == 0) [[unlikely]] {
        ladder.remove(gone.level);
        return;
    }
    std::uint32_t& before = gone.previous != 0 ? orders_[gone.previous].next : level.first;
    std::uint32_t& after = gone.next != 0 ? orders_[gone.next].previous : level.last;
    before = gone.next;
    after = gone.previous;
}

inline void MatchingEngine::forget(std::uint32_t node) noexcept {
    Node& gone = orders_[node];
    table_.erase(place_of(node), rehash());
    if (gone.extension() != 0) [[unlikely]] release(node);
    orders_.give(node);
}

inline OrderState MatchingEngine::shown_state(std::uint32_t node) const noexcept {
    const Node& found = orders_[node];
    return {found.number, found.client, found.owner, ladder_.is_sell(found.level) ? Side::sell : Side::buy, {},
            ladder_[found.level].price, found.filled(), found.leaves()};
}

inline void MatchingEngine::fetch_ahead(Ahead step, std::uint32_t owner, std::uint64_t client) const noexcept {
    const std::uint32_t hash = hash_of(owner, client);
    if (step == Ahead::engine) {
        const auto* end = reinterpret_cast<const char*>(&pending_);
        for (const auto* line = reinterpret_cast<const char*>(this); line < end; line += 64) __builtin_prefetch(line, 1);
    } else if (step == Ahead::place) {
        table_.prefetch(hash);
    } else {
        const std::uint32_t handle = table_.likely(hash);
        const Node& node = orders_[handle];
        __builtin_prefetch(&node, 1);
        if (step == Ahead::order || handle == 0) return;
        __builtin_prefetch(&orders_[node.next], 1);
        __builtin_prefetch(&orders_[node.previous], 1);
        __builtin_prefetch(&ladder_[node.level], 1);
    }
}

inline Level MatchingEngine::level_of(std::uint32_t level) const noexcept {
    if (level == 0) return {0, 0, 0, 0};
    const PriceLevel& found = ladder_[level];
    return {found.price, found.quantity, found.orders, 0};
}

} // namespace martlet
