#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/book.hpp"

// The hot path of Book; what is asked or happens rarely is in src/book.cpp.

namespace martlet {

inline BookFault Book::apply(const MarketEvent& event) noexcept {
    BookFault fault = BookFault::none;
    // The frequent by comparison: a jump through a table is predicted no better, and costs more.
    if (event.kind == EventKind::order_add) fault = add(event);
    else if (event.kind == EventKind::order_cancel || event.kind == EventKind::order_execute) fault = reduce(event);
    else if (event.kind == EventKind::level_set) fault = set_level(event);
    else return apply_other(event);
    return judged(event, fault);
}

[[gnu::noinline]] inline BookFault Book::apply_other(const MarketEvent& event) noexcept {
    switch (event.kind) {
    case EventKind::order_modify: return judged(event, modify(event));
    case EventKind::quote: return judged(event, set_quote(event));
    case EventKind::snapshot_begin:
    case EventKind::snapshot_end:
    case EventKind::clear:
    case EventKind::discontinuity: return judged(event, begin_or_end(event));
    default: return BookFault::none;
    }
}

[[gnu::always_inline]] inline BookFault Book::judged(const MarketEvent& event, BookFault fault) noexcept {
    if (fault == BookFault::none && (event.flags & market_flag_last) != 0) fault = judge_cross();
    if (fault != BookFault::none) [[unlikely]] count_fault(fault);
    return fault;
}

inline IdTable::Place Book::locate(std::uint64_t order) const noexcept {
    return table_.find(fibonacci_hash(order), [this, order](std::uint32_t node) noexcept { return orders_[node].order == order; });
}

[[gnu::noinline]] inline BookFault Book::add(const MarketEvent& event) noexcept {
    if (options_.mode != BookMode::by_order) [[unlikely]] return BookFault::wrong_mode;
    if (event.quantity <= 0) [[unlikely]] return BookFault::negative_quantity;
    if (event.quantity > limit) [[unlikely]] return BookFault::overflow;
    if (event.price > limit || event.price < -limit) [[unlikely]] return BookFault::bad_price;
    if (event.side != Side::buy && event.side != Side::sell) [[unlikely]] return BookFault::bad_side;
    const IdTable::Place place = locate(event.order);
    if (place.handle != 0) [[unlikely]] return BookFault::duplicate_order;
    const std::uint32_t node = orders_.take();
    if (node == 0) [[unlikely]] return BookFault::full;
    const std::uint32_t level = ladder_.find_or_make(event.side == Side::sell, event.price);
    std::int64_t total = 0;
    if (__builtin_add_overflow(ladder_[level].quantity, event.quantity, &total)) [[unlikely]] {
        orders_.give(node); // the level is an old one: one order alone cannot overflow
        return BookFault::overflow;
    }
    ladder_[level].quantity = total;
    orders_[node].order = event.order;
    orders_[node].quantity = event.quantity;
    append(node, level);
    table_.insert(place, node, hash_of());
    return BookFault::none;
}

// Puts a node at the end of a level's queue. The level's quantity is the caller's.
inline void Book::append(std::uint32_t node, std::uint32_t level) noexcept {
    Node& added = orders_[node];
    PriceLevel& target = ladder_[level];
    added.next = 0;
    added.previous = target.last;
    added.level = level;
    added.joined = joins_++;
    // Chosen, not branched on: which of the two it is, nothing predicts.
    std::uint32_t& link = target.last != 0 ? orders_[target.last].next : target.first;
    link = node;
    target.last = node;
    ++target.orders;
}

// Takes a node out of its level, and the level out of the ladder when it was the last.
inline void Book::unlink(std::uint32_t node) noexcept {
    const Node& gone = orders_[node];
    PriceLevel& level = ladder_[gone.level];
    if (--level.orders == 0) [[unlikely]] {
        ladder_.remove(gone.level);
        return;
    }
    level.quantity -= gone.quantity;
    // Chosen, not branched on: whether an order stands at an end of its queue, nothing predicts.
    std::uint32_t& before = gone.previous != 0 ? orders_[gone.previous].next : level.first;
    std::uint32_t& after = gone.next != 0 ? orders_[gone.next].previous : level.last;
    before = gone.next;
    after = gone.previous;
}

[[gnu::always_inline]] inline void Book::remove(IdTable::Place place) noexcept {
    unlink(place.handle);
    table_.erase(place, hash_of());
    orders_.give(place.handle);
}

[[gnu::noinline]] inline BookFault Book::reduce(const MarketEvent& event) noexcept {
    const bool cancel = event.kind == EventKind::order_cancel;
    if (!cancel && (event.flags & market_flag_implied) != 0) [[unlikely]] return BookFault::none;
    if (options_.mode != BookMode::by_order) [[unlikely]] return BookFault::wrong_mode;
    if (event.quantity < (cancel ? 0 : 1)) [[unlikely]] return BookFault::negative_quantity;
    const IdTable::Place place = locate(event.order);
    if (place.handle == 0) [[unlikely]] return BookFault::unknown_order;
    Node& node = orders_[place.handle];
    if (event.quantity != 0 && event.quantity < node.quantity) {
        node.quantity -= event.quantity;
        ladder_[node.level].quantity -= event.quantity;
        return BookFault::none;
    }
    const bool excess = event.quantity > node.quantity;
    remove(place);
    return excess ? BookFault::excess_quantity : BookFault::none;
}

inline BookFault Book::judge_cross() const noexcept {
    const std::int64_t overlap = ladder_.best_key(false) + ladder_.best_key(true); // bid − ask
    if (overlap < 0) [[likely]] return BookFault::none;
    if (!valid()) return BookFault::none;
    return overlap == 0 ? BookFault::locked : BookFault::crossed;
}

[[gnu::noinline]] inline BookFault Book::set_level(const MarketEvent& event) noexcept {
    if (options_.mode != BookMode::by_price) [[unlikely]] return BookFault::wrong_mode;
    if (event.quantity < 0) [[unlikely]] return BookFault::negative_quantity;
    if (event.quantity > limit) [[unlikely]] return BookFault::overflow;
    if (event.price > limit || event.price < -limit) [[unlikely]] return BookFault::bad_price;
    if (event.side != Side::buy && event.side != Side::sell) [[unlikely]] return BookFault::bad_side;
    const bool sell = event.side == Side::sell;
    if (event.quantity == 0) {
        const std::uint32_t level = ladder_.find(sell, event.price);
        if (level == 0) [[unlikely]] return BookFault::level_missing;
        ladder_.remove(level);
        return BookFault::none;
    }
    if (ladder_.count(sell) >= options_.maximum_orders && ladder_.find(sell, event.price) == 0) [[unlikely]] return BookFault::full;
    ladder_[ladder_.find_or_make(sell, event.price)].quantity = event.quantity;
    return BookFault::none;
}

inline BookFault Book::set_quote(const MarketEvent& event) noexcept {
    if (options_.mode != BookMode::top_only) [[unlikely]] return BookFault::wrong_mode;
    const QuoteEvent quote = as_quote(event);
    if (quote.bid_quantity < 0 || quote.ask_quantity < 0) [[unlikely]] return BookFault::negative_quantity;
    if (quote.bid_quantity > limit || quote.ask_quantity > limit) [[unlikely]] return BookFault::overflow;
    if (quote.bid_price > limit || quote.bid_price < -limit || quote.ask_price > limit || quote.ask_price < -limit) [[unlikely]]
        return BookFault::bad_price;
    set_top(false, quote.bid_price, quote.bid_quantity);
    set_top(true, quote.ask_price, quote.ask_quantity);
    return BookFault::none;
}

inline void Book::set_top(bool sell, std::int64_t price, std::int64_t quantity) noexcept {
    const std::uint32_t best = ladder_.best(sell);
    if (best != 0 && (quantity == 0 || ladder_[best].price != price)) ladder_.remove(best);
    if (quantity != 0) ladder_[ladder_.find_or_make(sell, price)].quantity = quantity;
}

inline Level Book::level_of(std::uint32_t level) const noexcept {
    if (level == 0) return {0, 0, 0, 0};
    const PriceLevel& found = ladder_[level];
    return {found.price, found.quantity, found.orders, 0};
}

inline bool Book::crossed() const noexcept {
    return ladder_.best_key(false) + ladder_.best_key(true) >= 0;
}

inline double Book::mid() const noexcept {
    const std::uint32_t bid = ladder_.best(false);
    const std::uint32_t ask = ladder_.best(true);
    if (bid == 0 || ask == 0) return __builtin_nan("");
    return static_cast<double>(ladder_[bid].price + ladder_[ask].price) * 0.5;
}

inline double Book::microprice() const noexcept {
    const std::uint32_t bid = ladder_.best(false);
    const std::uint32_t ask = ladder_.best(true);
    if (bid == 0 || ask == 0) return __builtin_nan("");
    const auto bid_quantity = static_cast<double>(ladder_[bid].quantity);
    const auto ask_quantity = static_cast<double>(ladder_[ask].quantity);
    return (static_cast<double>(ladder_[bid].price) * ask_quantity + static_cast<double>(ladder_[ask].price) * bid_quantity) /
           (bid_quantity + ask_quantity);
}

inline double Book::imbalance(std::size_t levels) const noexcept {
    double totals[2] = {0, 0};
    for (int sell = 0; sell < 2; ++sell) {
        std::uint32_t level = ladder_.best(sell != 0);
        for (std::size_t i = 0; i < levels && level != 0; ++i, level = ladder_.next(level))
            totals[sell] += static_cast<double>(ladder_[level].quantity);
    }
    const double sum = totals[0] + totals[1];
    return sum > 0 ? (totals[0] - totals[1]) / sum : __builtin_nan("");
}

} // namespace martlet
