#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <list>
#include <map>
#include <unordered_map>
#include <vector>

#include "martlet/book.hpp"

// The order book written for being obviously right: ordered maps and lists, sums taken when asked. It
// shares the event structs and the vocabulary (faults, options, views) with `Book`, no code.

namespace martlet {

class NaiveBook {
public:
    explicit NaiveBook(const BookOptions& options) : options_(options) {}

    BookFault apply(const MarketEvent& event) {
        bool about_the_book = true;
        BookFault fault = dispatch(event, about_the_book);
        if (!about_the_book) return BookFault::none;
        if (fault == BookFault::none && (event.flags & market_flag_last) != 0 && valid() && crossed())
            fault = best_bid().price == best_ask().price ? BookFault::locked : BookFault::crossed;
        if (fault != BookFault::none) ++counts_[fault];
        return fault;
    }

    bool valid() const { return valid_; }
    std::uint32_t epoch() const { return epoch_; }
    BookMode mode() const { return options_.mode; }

    Level best_bid() const { return best(Side::buy); }
    Level best_ask() const { return best(Side::sell); }
    bool crossed() const {
        return !bids_.empty() && !asks_.empty() && best_bid().price >= best_ask().price;
    }
    std::size_t depth(Side side, Level* levels, std::size_t count) const {
        const std::vector<Level> all = levels_of(side);
        const std::size_t written = std::min(count, all.size());
        std::copy_n(all.begin(), written, levels);
        return written;
    }
    Level level_at(Side side, std::int64_t price) const {
        for (const Level& level : levels_of(side))
            if (level.price == price) return level;
        return {0, 0, 0, 0};
    }
    std::size_t level_count(Side side) const { return side == Side::buy ? bids_.size() : asks_.size(); }

    double mid() const {
        if (bids_.empty() || asks_.empty()) return std::nan("");
        return static_cast<double>(best_bid().price + best_ask().price) * 0.5;
    }
    double microprice() const {
        if (bids_.empty() || asks_.empty()) return std::nan("");
        const Level bid = best_bid();
        const Level ask = best_ask();
        return (static_cast<double>(bid.price) * static_cast<double>(ask.quantity) +
                static_cast<double>(ask.price) * static_cast<double>(bid.quantity)) /
               (static_cast<double>(bid.quantity) + static_cast<double>(ask.quantity));
    }
    double imbalance(std::size_t count) const {
        double sums[2] = {0, 0};
        for (const Side side : {Side::buy, Side::sell}) {
            std::vector<Level> levels(count);
            const std::size_t written = depth(side, levels.data(), count);
            for (std::size_t i = 0; i < written; ++i) sums[side == Side::sell] += static_cast<double>(levels[i].quantity);
        }
        if (sums[0] + sums[1] <= 0) return std::nan("");
        return (sums[0] - sums[1]) / (sums[0] + sums[1]);
    }

    OrderView find(std::uint64_t order) const {
        for (const Side side : {Side::buy, Side::sell})
            for (const OrderView& view : all_orders(side))
                if (view.order == order) return view;
        return {0, 0, 0, Side::none, {}, 0};
    }
    std::int64_t queue_ahead(std::uint64_t order) const {
        const auto at = where_.find(order);
        if (at == where_.end()) return -1;
        std::int64_t ahead = 0;
        for (const Resting& resting : queue(at->second.side, at->second.price)) {
            if (resting.order == order) break;
            ahead += resting.quantity;
        }
        return ahead;
    }
    std::size_t order_count() const { return where_.size(); }
    std::uint32_t joins() const { return joins_; }
    std::size_t orders(Side side, OrderView* out, std::size_t count) const {
        const std::vector<OrderView> all = all_orders(side);
        const std::size_t written = std::min(count, all.size());
        std::copy_n(all.begin(), written, out);
        return written;
    }
    std::uint64_t fault_count(BookFault fault) const {
        const auto at = counts_.find(fault);
        return at == counts_.end() ? 0 : at->second;
    }
    std::uint64_t faults() const {
        std::uint64_t sum = 0;
        for (const auto& [fault, count] : counts_) sum += count;
        return sum;
    }

private:
    struct Resting {
        std::uint64_t order;
        std::int64_t quantity;
        std::uint32_t joined;
    };
    using Queue = std::list<Resting>;
    struct Where {
        Side side;
        std::int64_t price;
    };
    static constexpr std::int64_t limit = std::int64_t{1} << 53;

    // Both sides as maps from price to queue; in by_price and top_only a level is one anonymous order.
    std::map<std::int64_t, Queue>& side_of(Side side) { return side == Side::buy ? bids_ : asks_; }
    const std::map<std::int64_t, Queue>& side_of(Side side) const { return side == Side::buy ? bids_ : asks_; }
    const Queue& queue(Side side, std::int64_t price) const { return side_of(side).at(price); }

    static std::int64_t total(const Queue& queue) {
        std::int64_t sum = 0;
        for (const Resting& resting : queue) sum += resting.quantity;
        return sum;
    }
    Level level(std::int64_t price, const Queue& queue) const {
        return {price, total(queue), options_.mode == BookMode::by_order ? static_cast<std::uint32_t>(queue.size()) : 0, 0};
    }
    std::vector<Level> levels_of(Side side) const {
        std::vector<Level> levels;
        for (const auto& [price, queue] : side_of(side)) levels.push_back(level(price, queue));
        if (side == Side::buy) std::reverse(levels.begin(), levels.end());
        return levels;
    }
    Level best(Side side) const {
        const std::vector<Level> levels = levels_of(side);
        return levels.empty() ? Level{0, 0, 0, 0} : levels.front();
    }
    std::vector<OrderView> all_orders(Side side) const {
        std::vector<OrderView> views;
        if (options_.mode != BookMode::by_order) return views;
        for (const Level& level : levels_of(side))
            for (const Resting& resting : queue(side, level.price))
                views.push_back({resting.order, level.price, resting.quantity, side, {}, resting.joined});
        return views;
    }

    static bool wild(std::int64_t price) { return price > limit || price < -limit; }
    static bool sided(Side side) { return side == Side::buy || side == Side::sell; }
    bool too_much(Side side, std::int64_t price, std::int64_t without, std::int64_t quantity) const {
        const auto at = side_of(side).find(price);
        const std::int64_t others = at == side_of(side).end() ? 0 : total(at->second) - without;
        return others > std::numeric_limits<std::int64_t>::max() - quantity;
    }

    BookFault dispatch(const MarketEvent& event, bool& about_the_book) {
        const auto need = [this](BookMode mode) { return options_.mode == mode; };
        switch (event.kind) {
        case EventKind::order_add: return need(BookMode::by_order) ? add(event) : BookFault::wrong_mode;
        case EventKind::order_modify: return need(BookMode::by_order) ? modify(event) : BookFault::wrong_mode;
        case EventKind::order_cancel:
            if (!need(BookMode::by_order)) return BookFault::wrong_mode;
            return event.quantity < 0 ? BookFault::negative_quantity : reduce(event);
        case EventKind::order_execute:
            if ((event.flags & market_flag_implied) != 0) return BookFault::none;
            if (!need(BookMode::by_order)) return BookFault::wrong_mode;
            return event.quantity <= 0 ? BookFault::negative_quantity : reduce(event);
        case EventKind::level_set: return need(BookMode::by_price) ? set_level(event) : BookFault::wrong_mode;
        case EventKind::quote: return need(BookMode::top_only) ? quote(event) : BookFault::wrong_mode;
        case EventKind::snapshot_begin:
            empty();
            snapshot_ = true;
            valid_ = false;
            return BookFault::none;
        case EventKind::snapshot_end:
            if (!snapshot_) return BookFault::snapshot_order;
            snapshot_ = false;
            valid_ = true;
            return BookFault::none;
        case EventKind::clear: empty(); return BookFault::none;
        case EventKind::discontinuity:
            snapshot_ = false;
            valid_ = false;
            return BookFault::none;
        default: about_the_book = false; return BookFault::none;
        }
    }

    void empty() {
        bids_.clear();
        asks_.clear();
        where_.clear();
        ++epoch_;
    }

    BookFault add(const MarketEvent& event) {
        if (event.quantity <= 0) return BookFault::negative_quantity;
        if (event.quantity > limit) return BookFault::overflow;
        if (wild(event.price)) return BookFault::bad_price;
        if (!sided(event.side)) return BookFault::bad_side;
        if (where_.count(event.order) != 0) return BookFault::duplicate_order;
        if (where_.size() >= options_.maximum_orders) return BookFault::full;
        if (too_much(event.side, event.price, 0, event.quantity)) return BookFault::overflow;
        join(event.side, event.price, event.order, event.quantity);
        return BookFault::none;
    }

    void join(Side side, std::int64_t price, std::uint64_t order, std::int64_t quantity) {
        side_of(side)[price].push_back({order, quantity, joins_++});
        where_[order] = {side, price};
    }

    void leave(std::uint64_t order) {
        const Where at = where_.at(order);
        auto& side = side_of(at.side);
        side[at.price].remove_if([order](const Resting& resting) { return resting.order == order; });
        if (side[at.price].empty()) side.erase(at.price);
        where_.erase(order);
    }

    Resting& resting(std::uint64_t order) {
        const Where at = where_.at(order);
        for (Resting& resting : side_of(at.side).at(at.price))
            if (resting.order == order) return resting;
        std::abort();
    }

    BookFault modify(const MarketEvent& event) {
        if (event.quantity <= 0) return BookFault::negative_quantity;
        if (event.quantity > limit) return BookFault::overflow;
        if (wild(event.price)) return BookFault::bad_price;
        if (where_.count(event.order) == 0) return BookFault::unknown_order;
        const Where at = where_.at(event.order);
        if (event.side != Side::none && event.side != at.side) {
            if (event.side == Side::sell || at.side == Side::sell) return BookFault::bad_side;
        }
        const bool same_price = event.price == at.price;
        const std::int64_t own = resting(event.order).quantity;
        if (too_much(at.side, event.price, same_price ? own : 0, event.quantity)) return BookFault::overflow;
        if (same_price && (event.flags & market_flag_priority) != 0) {
            resting(event.order).quantity = event.quantity;
        } else {
            leave(event.order);
            join(at.side, event.price, event.order, event.quantity);
        }
        return BookFault::none;
    }

    BookFault reduce(const MarketEvent& event) {
        if (where_.count(event.order) == 0) return BookFault::unknown_order;
        const std::int64_t rest = resting(event.order).quantity;
        if (event.quantity != 0 && event.quantity < rest) {
            resting(event.order).quantity -= event.quantity;
            return BookFault::none;
        }
        leave(event.order);
        return event.quantity > rest ? BookFault::excess_quantity : BookFault::none;
    }

    BookFault set_level(const MarketEvent& event) {
        if (event.quantity < 0) return BookFault::negative_quantity;
        if (event.quantity > limit) return BookFault::overflow;
        if (wild(event.price)) return BookFault::bad_price;
        if (!sided(event.side)) return BookFault::bad_side;
        auto& side = side_of(event.side);
        if (event.quantity == 0) return side.erase(event.price) == 0 ? BookFault::level_missing : BookFault::none;
        if (side.count(event.price) == 0 && side.size() >= options_.maximum_orders) return BookFault::full;
        side[event.price] = {{0, event.quantity, 0}};
        return BookFault::none;
    }

    BookFault quote(const MarketEvent& event) {
        const QuoteEvent quote = as_quote(event);
        if (quote.bid_quantity < 0 || quote.ask_quantity < 0) return BookFault::negative_quantity;
        if (quote.bid_quantity > limit || quote.ask_quantity > limit) return BookFault::overflow;
        if (wild(quote.bid_price) || wild(quote.ask_price)) return BookFault::bad_price;
        bids_.clear();
        asks_.clear();
        if (quote.bid_quantity != 0) bids_[quote.bid_price] = {{0, quote.bid_quantity, 0}};
        if (quote.ask_quantity != 0) asks_[quote.ask_price] = {{0, quote.ask_quantity, 0}};
        return BookFault::none;
    }

    BookOptions options_;
    std::map<std::int64_t, Queue> bids_;
    std::map<std::int64_t, Queue> asks_;
    std::unordered_map<std::uint64_t, Where> where_;
    std::map<BookFault, std::uint64_t> counts_;
    bool valid_ = true;
    bool snapshot_ = false;
    std::uint32_t epoch_ = 0;
    std::uint32_t joins_ = 0;
};

} // namespace martlet
