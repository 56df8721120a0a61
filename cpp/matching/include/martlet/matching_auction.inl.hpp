#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/matching_engine.hpp"

// Phases of trading and the auctions between them.

namespace martlet {

template <class Handler> void MatchingEngine::set_status(TradingStatus status, std::int64_t time, Handler& handler) noexcept {
    if (time >= next_expiry_) expire(time, handler);
    first_trade_ = 0;
    if (status == TradingStatus::open && status_ != TradingStatus::open) uncross(!opened_, false, time, handler);
    if (status == TradingStatus::closed && status_ == TradingStatus::auction) uncross(false, true, time, handler);
    status_ = status;
    publish(EventKind::trading_status, Side::none, 0, 0, 0, 0, time, handler);
    pending_.reference = static_cast<std::uint64_t>(status);
    if (status == TradingStatus::open) {
        opened_ = true;
        if (first_trade_ == 0 && last_trade_ != 0) call_up(last_trade_);
        run_elections(time, handler);
    }
    finish(handler);
}

template <class Handler> void MatchingEngine::end_day(std::int64_t time, Handler& handler) noexcept {
    if (time >= next_expiry_) expire(time, handler);
    opened_ = status_ == TradingStatus::open;
    withdraw_all([this](std::uint32_t node) {
        const auto in_force = static_cast<TimeInForce>(orders_[node].traits() & trait_time_in_force);
        return in_force == TimeInForce::day || in_force == TimeInForce::at_the_opening || in_force == TimeInForce::at_the_close;
    }, RejectReason::expired, time, handler);
    finish(handler);
}

// Trades all that can trade at one price, and ends what waited for this auction.
template <class Handler> void MatchingEngine::uncross(bool opening, bool closing, std::int64_t time, Handler& handler) noexcept {
    std::vector<Interest> sides[2];
    gather(sides, opening, closing);
    const AuctionResult result = price_auction(sides);
    std::int64_t left = result.volume;
    for (std::size_t buyer = 0, seller = 0; left > 0;) {
        const std::uint32_t nodes[2] = {sides[0][buyer].node, sides[1][seller].node};
        const auto wanted = orders_[nodes[0]].leaves();
        const auto offered = orders_[nodes[1]].leaves();
        std::int64_t quantity = wanted < offered ? wanted : offered;
        if (left < quantity) quantity = left;
        left -= quantity;
        cross(nodes, quantity, result.price, time, handler);
        if (quantity == wanted) ++buyer;
        if (quantity == offered) ++seller;
    }
    if (result.volume != 0) {
        publish(EventKind::auction, Side::none, 0, result.price, result.volume, 0, time, handler);
        pending_.reference = static_cast<std::uint64_t>(result.surplus);
        first_trade_ = last_trade_ = result.price;
    }
    scratch_.clear();
    for (std::uint32_t node = waiting_.first; node != 0; node = orders_[node].next)
        if (takes_part(node, opening, closing)) scratch_.push_back(node);
    for (const std::uint32_t node : scratch_) withdraw(node, 0, RejectReason::no_liquidity, time, handler);
}

// One fill of an auction. What the public saw of the two orders leaves the book: one by execution, the other,
// where both were seen, by cancel, so that nobody counts the trade twice.
template <class Handler>
void MatchingEngine::cross(const std::uint32_t (&nodes)[2], std::int64_t quantity, std::int64_t price, std::int64_t time, Handler& handler) noexcept {
    const bool seller_first = orders_[nodes[1]].number < orders_[nodes[0]].number;
    const std::uint32_t makers[2] = {nodes[seller_first], nodes[!seller_first]};
    const std::int64_t seen[2] = {reduce(makers[0], quantity), reduce(makers[1], quantity)};
    const OrderState maker = state_of(makers[0]);
    const OrderState taker = state_of(makers[1]);
    const std::uint64_t trade = next_trade_++;
    handler.on_fill(Filled{maker, taker, price, quantity, trade, time});
    if (seen[0] != 0) publish(EventKind::order_execute, maker.side, maker.number, price, seen[0], 0, time, handler);
    if (seen[1] != 0) publish(seen[0] != 0 ? EventKind::order_cancel : EventKind::order_execute, taker.side, taker.number, price, seen[1], 0, time, handler);
    const std::uint16_t flags = seen[0] == 0 && seen[1] == 0 ? market_flag_implied : 0;
    publish(EventKind::trade, taker.side, trade, price, quantity, flags, time, handler);
    for (const std::uint32_t node : makers) after_reduction(node, time, handler);
}

} // namespace martlet
