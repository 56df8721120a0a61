#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <vector>

#include "martlet/matching_engine.hpp"

// Price-time matching written for being obviously right: two ordered maps of lists, every order searched
// for where it is needed. Shares the request and event structs with `MatchingEngine`, no code.

namespace martlet {

template <class Handler> class NaiveEngine {
public:
    NaiveEngine(const MatchingOptions& options, Handler& handler) : options_(options), handler_(handler) {}

    void submit(const OrderRequest& request) {
        time_ = request.time;
        const RejectReason reason = judge(request);
        if (reason != RejectReason::none) {
            handler_.on_rejected(Rejected{request.owner, RequestKind::new_order, reason, request.client, 0, time_});
            return;
        }
        const bool market = request.type == OrderType::market;
        OrderState order{};
        order.number = ++orders_made_;
        order.client = request.client;
        order.owner = request.owner;
        order.side = request.side;
        order.price = market ? 0 : request.price;
        order.leaves = request.quantity;
        handler_.on_accepted(Accepted{order, time_});
        if (request.time_in_force != TimeInForce::fill_or_kill || offered(order, market) >= order.leaves) trade(order, market);
        const bool rests = !market && (request.time_in_force == TimeInForce::day || request.time_in_force == TimeInForce::good_till_cancel);
        if (order.leaves > 0 && rests) {
            queue(order).push_back(order);
            feed(EventKind::order_add, order.side, order.number, order.price, order.leaves);
        } else if (order.leaves > 0) {
            handler_.on_canceled(Canceled{order, 0, RejectReason::no_liquidity, time_});
        }
        flush();
    }

    void cancel(const CancelRequest& request) {
        time_ = request.time;
        const OrderState* found = find(request.owner, request.original);
        if (found == nullptr) {
            handler_.on_rejected(
                Rejected{request.owner, RequestKind::cancel, RejectReason::unknown_order, request.client, request.original, time_});
            return;
        }
        withdraw(*found, request.client);
        flush();
    }

    void replace(const ReplaceRequest& request) {
        time_ = request.time;
        const RejectReason reason = judge(request);
        if (reason != RejectReason::none) {
            handler_.on_rejected(Rejected{request.owner, RequestKind::replace, reason, request.client, request.original, time_});
            return;
        }
        OrderState* found = find(request.owner, request.original);
        const OrderState old = *found;
        OrderState changed = old;
        changed.client = request.client;
        changed.price = request.price;
        changed.leaves = request.quantity - old.filled;
        const bool stays = request.price == old.price && changed.leaves <= old.leaves;
        handler_.on_replaced(Replaced{changed, request.original, stays, time_});
        if (stays) {
            *found = changed;
            if (changed.leaves != old.leaves)
                feed(EventKind::order_modify, old.side, old.number, old.price, changed.leaves, market_flag_priority);
        } else {
            remove(old);
            const bool crosses = offered(changed, false) > 0;
            if (crosses) {
                feed(EventKind::order_cancel, old.side, old.number, old.price, 0);
                trade(changed, false);
            }
            if (changed.leaves > 0) {
                queue(changed).push_back(changed);
                feed(crosses ? EventKind::order_add : EventKind::order_modify, changed.side, changed.number, changed.price, changed.leaves);
            }
        }
        flush();
    }

    void cancel_all(std::uint32_t owner, std::int64_t time) {
        time_ = time;
        for (const OrderState& order : all())
            if (order.owner == owner) withdraw(order, 0);
        flush();
    }

    void set_status(TradingStatus status, std::int64_t time) {
        time_ = time;
        status_ = status;
        feed(EventKind::trading_status, Side::none, 0, 0, 0);
        pending_.back().reference = static_cast<std::uint64_t>(status);
        flush();
    }

    /// Every resting order: bids best first, then asks best first, each price by time.
    std::vector<OrderState> all() const {
        std::vector<OrderState> orders;
        for (const auto& [price, queue] : bids_) orders.insert(orders.end(), queue.begin(), queue.end());
        for (const auto& [price, queue] : asks_) orders.insert(orders.end(), queue.begin(), queue.end());
        return orders;
    }

private:
    using Queue = std::list<OrderState>;

    Queue& queue(const OrderState& order) { return order.side == Side::buy ? bids_[order.price] : asks_[order.price]; }

    OrderState* find(std::uint32_t owner, std::uint64_t client) {
        for (auto& [price, queue] : bids_)
            for (OrderState& order : queue)
                if (order.owner == owner && order.client == client) return &order;
        for (auto& [price, queue] : asks_)
            for (OrderState& order : queue)
                if (order.owner == owner && order.client == client) return &order;
        return nullptr;
    }

    void remove(const OrderState& gone) {
        Queue& from = queue(gone);
        from.remove_if([&gone](const OrderState& order) { return order.number == gone.number; });
        if (!from.empty()) return;
        if (gone.side == Side::buy) bids_.erase(gone.price);
        else asks_.erase(gone.price);
    }

    void withdraw(OrderState order, std::uint64_t request) {
        remove(order);
        handler_.on_canceled(Canceled{order, request, RejectReason::none, time_});
        feed(EventKind::order_cancel, order.side, order.number, order.price, 0);
    }

    // Calls `visit` with each resting order that `taker` would meet, in priority, until it returns false.
    template <class Visit> void meet(const OrderState& taker, bool any_price, Visit&& visit) {
        const auto walk = [&](auto& side) {
            for (auto& [price, queue] : side) {
                if (!any_price && (taker.side == Side::buy ? price > taker.price : price < taker.price)) return;
                for (OrderState& maker : queue)
                    if (!visit(maker)) return;
            }
        };
        if (taker.side == Side::buy) walk(asks_);
        else walk(bids_);
    }

    std::int64_t offered(const OrderState& taker, bool any_price) {
        std::int64_t sum = 0;
        meet(taker, any_price, [&sum](const OrderState& maker) {
            sum += maker.leaves;
            return true;
        });
        return sum;
    }

    void trade(OrderState& taker, bool any_price) {
        std::vector<OrderState> emptied;
        meet(taker, any_price, [&](OrderState& maker) {
            if (taker.leaves == 0) return false;
            const std::int64_t quantity = std::min(taker.leaves, maker.leaves);
            for (OrderState* side : {&taker, &maker}) {
                side->leaves -= quantity;
                side->filled += quantity;
            }
            ++trades_;
            handler_.on_fill(Filled{maker, taker, maker.price, quantity, trades_, time_});
            feed(EventKind::order_execute, maker.side, maker.number, maker.price, quantity);
            feed(EventKind::trade, taker.side, trades_, maker.price, quantity);
            if (maker.leaves == 0) emptied.push_back(maker);
            return true;
        });
        for (const OrderState& maker : emptied) remove(maker);
    }

    bool good(std::int64_t price) const { return price > 0 && price <= (std::int64_t{1} << 53) && price % options_.tick == 0; }

    RejectReason judge(const OrderRequest& request) {
        if (status_ != TradingStatus::open) return RejectReason::exchange_closed;
        if (request.side != Side::buy && request.side != Side::sell) return RejectReason::malformed;
        if (request.quantity <= 0 || request.quantity > options_.maximum_quantity) return RejectReason::bad_quantity;
        const bool rests = request.time_in_force == TimeInForce::day || request.time_in_force == TimeInForce::good_till_cancel;
        if (request.type == OrderType::market) {
            if (request.side == Side::buy ? asks_.empty() : bids_.empty()) return RejectReason::no_liquidity;
        } else if (request.type == OrderType::limit) {
            if (!good(request.price)) return RejectReason::bad_price;
            if (rests && all().size() >= options_.maximum_orders) return RejectReason::order_exceeds_limit;
        } else {
            return RejectReason::unsupported;
        }
        if (static_cast<int>(request.time_in_force) > static_cast<int>(TimeInForce::fill_or_kill)) return RejectReason::unsupported;
        return find(request.owner, request.client) != nullptr ? RejectReason::duplicate_order : RejectReason::none;
    }

    RejectReason judge(const ReplaceRequest& request) {
        const OrderState* found = find(request.owner, request.original);
        if (found == nullptr) return RejectReason::unknown_order;
        if (status_ != TradingStatus::open) return RejectReason::exchange_closed;
        if (request.quantity <= found->filled || request.quantity > options_.maximum_quantity) return RejectReason::bad_quantity;
        if (!good(request.price)) return RejectReason::bad_price;
        const OrderState* other = find(request.owner, request.client);
        return other != nullptr && other != found ? RejectReason::duplicate_order : RejectReason::none;
    }

    void feed(EventKind kind, Side side, std::uint64_t order, std::int64_t price, std::int64_t quantity, std::uint16_t flags = 0) {
        MarketEvent event{};
        event.exchange_time = time_;
        event.instrument = options_.instrument;
        event.kind = kind;
        event.side = side;
        event.flags = flags;
        event.price = price;
        event.quantity = quantity;
        event.order = order;
        event.reference = ++fed_;
        pending_.push_back(event);
    }

    void flush() {
        if (!pending_.empty()) pending_.back().flags |= market_flag_last;
        for (const MarketEvent& event : pending_) handler_.on_market(event);
        pending_.clear();
    }

    MatchingOptions options_;
    Handler& handler_;
    std::map<std::int64_t, Queue, std::greater<>> bids_;
    std::map<std::int64_t, Queue> asks_;
    std::vector<MarketEvent> pending_;
    TradingStatus status_ = TradingStatus::open;
    std::int64_t time_ = 0;
    std::uint64_t orders_made_ = 0;
    std::uint64_t trades_ = 0;
    std::uint64_t fed_ = 0;
};

} // namespace martlet
