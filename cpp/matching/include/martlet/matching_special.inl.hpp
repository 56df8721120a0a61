#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/matching_engine.hpp"

// What the hot path sends away: hidden and iceberg orders, stops, post-only, minimum quantity, expiry, self-match
// prevention.

namespace martlet {

template <class Handler>
[[gnu::noinline]] void MatchingEngine::submit(const OrderRequest& request, const OrderTerms& terms, Handler& handler) noexcept {
    if (request.time >= next_expiry_) expire(request.time, handler);
    const RejectReason reason = judge(request, terms);
    if (reason != RejectReason::none) {
        handler.on_rejected(Rejected{request.owner, RequestKind::new_order, reason, request.client, 0, request.time});
        finish(handler);
        return;
    }
    const std::uint32_t traits = traits_of(request, terms);
    const bool sell = request.side == Side::sell;
    Incoming incoming{{next_number_++, request.client, request.owner, request.side, {}, (traits & trait_market) != 0 ? 0 : request.price, 0,
                       request.quantity}, traits, terms};
    handler.on_accepted(Accepted{incoming.order, request.time});
    first_trade_ = 0;
    const bool for_auction = request.time_in_force == TimeInForce::at_the_opening || request.time_in_force == TimeInForce::at_the_close;
    if ((traits & trait_parked) != 0) {
        if (incoming.terms.stop == 0) incoming.terms.stop = sell ? last_trade_ - terms.trail : last_trade_ + terms.trail;
        if (!is_call() && last_trade_ != 0 && triggered(sell, incoming.terms.stop, last_trade_)) trigger(incoming, request.time, handler);
        else park(keep(incoming), sell, incoming.terms.stop);
    } else if (for_auction || (is_call() && (traits & trait_market) != 0)) {
        incoming.traits |= trait_waiting;
        chain(waiting_, keep(incoming));
    } else if (is_call()) {
        settle(incoming, EventKind::order_add, request.time, handler);
    } else {
        activate(incoming, request.time, handler);
    }
    if (first_trade_ != 0) elect(request.time, handler);
    finish(handler);
}

template <class Handler> [[gnu::noinline]] void MatchingEngine::cancel_special(const CancelRequest& request, Handler& handler) noexcept {
    if (request.time >= next_expiry_) expire(request.time, handler);
    const std::uint32_t node = locate(request.owner, request.original).handle;
    if (node == 0)
        handler.on_rejected(
            Rejected{request.owner, RequestKind::cancel, RejectReason::unknown_order, request.client, request.original, request.time});
    else withdraw(node, request.client, RejectReason::none, request.time, handler);
    finish(handler);
}

// Says that an order's stop was reached, and lets it go on as what it becomes.
template <class Handler> inline void MatchingEngine::trigger(Incoming& incoming, std::int64_t time, Handler& handler) noexcept {
    incoming.traits &= ~static_cast<std::uint32_t>(trait_parked | trait_elected | trait_trailing);
    handler.on_triggered(Triggered{incoming.order, incoming.terms.stop, time});
    activate(incoming, time, handler);
}

// An order meets the market in `open`.
template <class Handler> void MatchingEngine::activate(Incoming& incoming, std::int64_t time, Handler& handler) noexcept {
    OrderState& order = incoming.order;
    const bool sell = order.side == Side::sell;
    const bool market = (incoming.traits & trait_market) != 0;
    const auto in_force = static_cast<TimeInForce>(incoming.traits & trait_time_in_force);
    const std::int64_t limit = market ? worst(sell) : order.price;
    const SelfMatch mode = self_match_of(incoming.traits);
    const std::int64_t least = in_force == TimeInForce::fill_or_kill ? order.leaves : incoming.terms.minimum;
    if (least != 0 && available(sell, limit, least, order.owner, mode) < least) {
        const bool whole = in_force == TimeInForce::fill_or_kill;
        handler.on_canceled(Canceled{order, 0, whole ? RejectReason::no_liquidity : RejectReason::minimum_quantity, time});
        return;
    }
    if (!match(order, limit, mode, Then::open, time, handler) || order.leaves == 0) return;
    if (market || !may_rest(in_force)) handler.on_canceled(Canceled{order, 0, RejectReason::no_liquidity, time});
    else settle(incoming, EventKind::order_add, time, handler);
}

// Rests a limit order, shown or hidden.
template <class Handler>
void MatchingEngine::settle(Incoming& incoming, EventKind stated_as, std::int64_t time, Handler& handler) noexcept {
    const OrderState& order = incoming.order;
    const bool sell = order.side == Side::sell;
    const std::uint32_t node = keep(incoming);
    if ((incoming.traits & trait_dark) != 0) {
        const std::uint32_t level = dark_.find_or_make(sell, order.price);
        append(dark_, node, level);
        dark_[level].quantity += order.leaves;
        return;
    }
    const std::uint32_t level = ladder_.find_or_make(sell, order.price);
    append(ladder_, node, level);
    if ((incoming.traits & trait_iceberg) != 0) {
        Extension& extension = extensions_[orders_[node].extension()];
        extension.shown = extension.display < order.leaves ? extension.display : order.leaves;
    }
    const std::int64_t shown = shown_at(node);
    ladder_[level].quantity += shown;
    publish(stated_as, order.side, order.number, order.price, shown, 0, time, handler);
}

template <class Handler>
[[gnu::noinline]] bool MatchingEngine::match_special(OrderState& taker, std::int64_t limit, SelfMatch self_match, std::int64_t time,
                                                     Handler& handler) noexcept {
    const bool sell = taker.side == Side::sell;
    while (taker.leaves != 0) {
        const std::uint32_t node = first_maker(sell, limit);
        if (node == 0) break;
        if (self_match == SelfMatch::allowed || orders_[node].owner != taker.owner) fill(taker, node, time, handler);
        else if (!prevent_self_match(taker, node, self_match, time, handler)) return false;
    }
    return true;
}

// One fill with any resting order.
template <class Handler>
[[gnu::noinline]] void MatchingEngine::fill(OrderState& taker, std::uint32_t node, std::int64_t time, Handler& handler) noexcept {
    const bool dark = orders_[node].has(trait_dark);
    const std::int64_t offered = dark ? orders_[node].leaves() : shown_at(node);
    const std::int64_t quantity = offered < taker.leaves ? offered : taker.leaves;
    reduce(node, quantity);
    taker.leaves -= quantity;
    taker.filled += quantity;
    const OrderState maker = state_of(node);
    const std::uint64_t trade = next_trade_++;
    if (first_trade_ == 0) first_trade_ = maker.price;
    last_trade_ = maker.price;
    handler.on_fill(Filled{maker, taker, maker.price, quantity, trade, time});
    if (!dark) publish(EventKind::order_execute, maker.side, maker.number, maker.price, quantity, 0, time, handler);
    const std::uint16_t flags = dark ? market_flag_implied : 0;
    publish(EventKind::trade, taker.side, trade, maker.price, quantity, flags, time, handler);
    after_reduction(node, time, handler);
}

// An order that lost all goes; an iceberg that lost all that was shown shows its next slice.
template <class Handler> void MatchingEngine::after_reduction(std::uint32_t node, std::int64_t time, Handler& handler) noexcept {
    const Node& left = orders_[node];
    if (left.leaves() == 0) {
        take_out(node);
        forget(node);
        return;
    }
    if (!left.has(trait_iceberg)) return;
    Extension& extension = extensions_[left.extension()];
    if (extension.shown != 0) return;
    // The last of its level stays: the level may not die in between.
    const std::uint32_t level = left.level;
    if (ladder_[level].last != node) {
        unlink(ladder_, node);
        append(ladder_, node, level);
    }
    const auto leaves = left.leaves();
    extension.shown = extension.display < leaves ? extension.display : leaves;
    ladder_[level].quantity += extension.shown;
    const OrderState order = state_of(node);
    publish(EventKind::order_add, order.side, order.number, order.price, extension.shown, 0, time, handler);
}

// Two orders of one owner would trade. False: the incoming one is gone.
template <class Handler>
bool MatchingEngine::prevent_self_match(OrderState& taker, std::uint32_t node, SelfMatch mode, std::int64_t time, Handler& handler) noexcept {
    const auto resting = orders_[node].leaves();
    const std::int64_t quantity = resting < taker.leaves ? resting : taker.leaves;
    const bool resting_goes = mode == SelfMatch::cancel_oldest || mode == SelfMatch::cancel_both || (mode == SelfMatch::decrement && quantity == resting);
    const bool taker_goes = mode == SelfMatch::cancel_newest || mode == SelfMatch::cancel_both || (mode == SelfMatch::decrement && quantity == taker.leaves);
    if (resting_goes) {
        withdraw(node, 0, RejectReason::self_match, time, handler);
    } else if (mode == SelfMatch::decrement) {
        shrink(node, resting - quantity, time, handler);
    }
    if (taker_goes) {
        handler.on_canceled(Canceled{taker, 0, RejectReason::self_match, time});
        return false;
    }
    if (mode == SelfMatch::decrement) {
        taker.leaves -= quantity;
        handler.on_replaced(Replaced{taker, taker.client, true, time});
    }
    return true;
}

// Takes quantity from a resting order in its place without a trade.
template <class Handler> void MatchingEngine::shrink(std::uint32_t node, std::int64_t leaves, std::int64_t time, Handler& handler) noexcept {
    const std::int64_t seen = set_leaves(node, leaves);
    const OrderState order = state_of(node);
    handler.on_replaced(Replaced{order, order.client, true, time});
    if (seen == 0) return;
    publish(EventKind::order_modify, order.side, order.number, order.price, shown_at(node), market_flag_priority, time, handler);
}

// Follows the trades of a matching: trailing stops move, stops are triggered, until none is left.
template <class Handler> inline void MatchingEngine::elect(std::int64_t time, Handler& handler) noexcept {
    if (has_stops()) [[unlikely]] run_elections(time, handler);
}

template <class Handler> [[gnu::noinline]] void MatchingEngine::run_elections(std::int64_t time, Handler& handler) noexcept {
    for (;;) {
        if (first_trade_ != 0) {
            // One order's trades go one way: between the first and the last price nothing else can happen.
            note_trade(first_trade_);
            if (last_trade_ != first_trade_) note_trade(last_trade_);
            first_trade_ = 0;
        }
        const std::uint32_t node = elected_.first;
        if (node == 0) return;
        Incoming incoming{state_of(node), orders_[node].traits(), terms_of(node)};
        take_out(node);
        forget(node);
        trigger(incoming, time, handler);
    }
}

template <class Handler>
[[gnu::noinline]] void MatchingEngine::withdraw(std::uint32_t node, std::uint64_t request, RejectReason reason, std::int64_t time,
                                                Handler& handler) noexcept {
    const OrderState order = state_of(node);
    const bool shown = !orders_[node].has(trait_dark | trait_parked | trait_waiting | trait_elected);
    take_out(node);
    forget(node);
    handler.on_canceled(Canceled{order, request, reason, time});
    if (shown) publish(EventKind::order_cancel, order.side, order.number, order.price, 0, 0, time, handler);
}

template <class Handler, class Which>
void MatchingEngine::withdraw_all(Which&& which, RejectReason reason, std::int64_t time, Handler& handler) noexcept {
    scratch_.clear();
    for_each_order([&](std::uint32_t node) {
        if (which(node)) scratch_.push_back(node);
    });
    for (const std::uint32_t node : scratch_) withdraw(node, 0, reason, time, handler);
}

template <class Handler> void MatchingEngine::cancel_all(std::uint32_t owner, std::int64_t time, Handler& handler) noexcept {
    if (time >= next_expiry_) expire(time, handler);
    withdraw_all([this, owner](std::uint32_t node) { return orders_[node].owner == owner; }, RejectReason::none, time, handler);
    finish(handler);
}

template <class Handler> void MatchingEngine::advance(std::int64_t time, Handler& handler) noexcept {
    if (time >= next_expiry_) expire(time, handler);
    finish(handler);
}

template <class Handler> [[gnu::noinline]] void MatchingEngine::expire(std::int64_t time, Handler& handler) noexcept {
    while (!expiries_.empty() && expiries_.front().time <= time) {
        const Expiry due = next_due();
        if (is_dated(due)) withdraw(due.node, 0, RejectReason::expired, time, handler);
    }
    next_expiry_ = expiries_.empty() ? no_expiry : expiries_.front().time;
}

// A replace of an order with terms, or in a call phase; it was judged.
template <class Handler>
[[gnu::noinline]] void MatchingEngine::replace_special(const ReplaceRequest& request, std::uint32_t node, Handler& handler) noexcept {
    const auto traits = orders_[node].traits();
    if ((traits & (trait_parked | trait_waiting)) != 0) {
        replace_off_book(request, node, handler);
        return;
    }
    OrderState order = state_of(node);
    const std::int64_t leaves = request.quantity - order.filled;
    const bool shown = (traits & trait_dark) == 0;
    if (request.price == order.price && leaves <= order.leaves) {
        rename(node, request.client);
        const std::int64_t seen = set_leaves(node, leaves);
        handler.on_replaced(Replaced{state_of(node), request.original, true, request.time});
        if (shown && seen != 0)
            publish(EventKind::order_modify, order.side, order.number, order.price, shown_at(node), market_flag_priority, request.time, handler);
        finish(handler);
        return;
    }
    const std::int64_t old_price = order.price;
    Incoming incoming{order, traits, terms_of(node)};
    take_out(node);
    forget(node);
    incoming.order.client = request.client;
    incoming.order.price = request.price;
    incoming.order.leaves = leaves;
    handler.on_replaced(Replaced{incoming.order, request.original, false, request.time});
    if (is_call() || !crosses(order.side == Side::sell, request.price)) {
        settle(incoming, EventKind::order_modify, request.time, handler);
    } else {
        if (shown) publish(EventKind::order_cancel, order.side, order.number, old_price, 0, 0, request.time, handler);
        activate(incoming, request.time, handler);
    }
    if (first_trade_ != 0) elect(request.time, handler);
    finish(handler);
}

// A replace of a stop, or of an order that waits for an auction.
template <class Handler>
void MatchingEngine::replace_off_book(const ReplaceRequest& request, std::uint32_t node, Handler& handler) noexcept {
    const auto traits = orders_[node].traits();
    const OrderState order = state_of(node);
    Incoming incoming{order, traits, terms_of(node)};
    incoming.order.client = request.client;
    incoming.order.leaves = request.quantity - order.filled;
    if ((traits & trait_market) == 0) incoming.order.price = request.price;
    const bool waits = (traits & trait_waiting) != 0;
    if (!waits && request.stop != 0) incoming.terms.stop = request.stop;
    const bool same_queue = waits ? incoming.order.price == order.price : incoming.terms.stop == terms_of(node).stop;
    const bool keeps = same_queue && incoming.order.leaves <= order.leaves;
    if (keeps) {
        rename(node, request.client);
        set_leaves(node, incoming.order.leaves);
        extensions_[orders_[node].extension()].price = incoming.order.price;
        handler.on_replaced(Replaced{incoming.order, request.original, true, request.time});
        finish(handler);
        return;
    }
    take_out(node);
    forget(node);
    handler.on_replaced(Replaced{incoming.order, request.original, false, request.time});
    const bool sell = order.side == Side::sell;
    if (waits) chain(waiting_, keep(incoming));
    else if (!is_call() && last_trade_ != 0 && triggered(sell, incoming.terms.stop, last_trade_)) trigger(incoming, request.time, handler);
    else park(keep(incoming), sell, incoming.terms.stop);
    if (first_trade_ != 0) elect(request.time, handler);
    finish(handler);
}

template <class Visit> void MatchingEngine::for_each_order(Visit&& visit) const {
    const auto walk = [&](const LevelLadder& ladder, bool sell) {
        for (std::uint32_t level = ladder.best(sell); level != 0; level = ladder.next(level))
            for (std::uint32_t node = ladder[level].first; node != 0; node = orders_[node].next) visit(node);
    };
    walk(ladder_, false);
    walk(ladder_, true);
    walk(dark_, false);
    walk(dark_, true);
    walk(triggers_, true); // stops of buyers: the lowest is the first to go
    walk(triggers_, false);
    for (std::uint32_t node = waiting_.first; node != 0; node = orders_[node].next) visit(node);
}

} // namespace martlet
