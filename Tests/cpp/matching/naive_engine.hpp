#pragma once
#include <algorithm>
#include <cstdint>
#include <deque>
#include <tuple>
#include <vector>

#include "martlet/matching_types.hpp"
#include "naive_state.hpp"

// Price-time matching written for being obviously right: one list of orders, searched from end to end for everything.
// Shares the request and event structs with `MatchingEngine`, no code.

namespace martlet {

template <class Handler> class NaiveEngine : public NaiveState {
public:
    using Order = NaiveOrder;
    using Where = NaiveOrder::Where;

    NaiveEngine(const MatchingOptions& options, Handler& handler) : NaiveState(options), handler_(handler) {}

    void submit(const OrderRequest& request, const OrderTerms& terms = {}) {
        begin(request.time);
        const RejectReason reason = judge(request, terms);
        if (reason != RejectReason::none) {
            handler_.on_rejected(Rejected{request.owner, RequestKind::new_order, reason, request.client, 0, time_});
            return flush();
        }
        Order order{};
        order.type = request.type;
        order.in_force = request.time_in_force;
        order.hidden = (request.instructions & instruction_hidden) != 0;
        order.post_only = (request.instructions & instruction_post_only) != 0;
        order.terms = terms;
        order.state = {++orders_made_, request.client, request.owner, request.side, {}, order.limited() ? request.price : 0, 0, request.quantity};
        handler_.on_accepted(Accepted{order.state, time_});
        if (is_stop(order.type)) {
            if (order.terms.stop == 0) order.terms.stop = order.buys() ? last_ + terms.trail : last_ - terms.trail;
            park(order);
        } else if (for_auction(order.in_force) || (call() && order.type == OrderType::market)) {
            place(order, Where::waiting);
        } else if (call()) {
            show(order, EventKind::order_add);
        } else {
            work(order);
        }
        follow();
        flush();
    }

    void cancel(const CancelRequest& request) {
        begin(request.time);
        const Order* found = find(request.owner, request.original);
        if (found == nullptr)
            handler_.on_rejected(
                Rejected{request.owner, RequestKind::cancel, RejectReason::unknown_order, request.client, request.original, time_});
        else withdraw(found->state.number, request.client, RejectReason::none);
        flush();
    }

    void replace(const ReplaceRequest& request) {
        begin(request.time);
        const RejectReason reason = judge(request);
        if (reason != RejectReason::none) {
            handler_.on_rejected(Rejected{request.owner, RequestKind::replace, reason, request.client, request.original, time_});
            return flush();
        }
        Order* found = find(request.owner, request.original);
        const Order old = *found;
        Order changed = old;
        changed.state.client = request.client;
        if (changed.limited()) changed.state.price = request.price;
        changed.state.leaves = request.quantity - old.state.filled;
        if (request.stop != 0) changed.terms.stop = request.stop;
        const bool same_price = old.where == Where::parked ? changed.terms.stop == old.terms.stop : changed.state.price == old.state.price;
        const bool stays = same_price && changed.state.leaves <= old.state.leaves;
        handler_.on_replaced(Replaced{changed.state, request.original, stays, time_});
        if (stays) {
            changed.shown = std::min(old.shown, changed.state.leaves);
            *found = changed;
            if (changed.shown != old.shown)
                feed(EventKind::order_modify, old.state.side, old.state.number, old.state.price, changed.shown, market_flag_priority);
            return flush();
        }
        remove(old.state.number);
        if (old.where == Where::parked) {
            park(changed);
        } else if (old.where == Where::waiting) {
            place(changed, Where::waiting);
        } else if (call() || best(changed.state, changed.state.price) == nullptr) {
            show(changed, EventKind::order_modify);
        } else {
            if (!old.hidden) feed(EventKind::order_cancel, old.state.side, old.state.number, old.state.price, 0);
            work(changed);
        }
        follow();
        flush();
    }

    void cancel_all(std::uint32_t owner, std::int64_t time) {
        begin(time);
        withdraw_all([owner](const Order& order) { return order.state.owner == owner; }, RejectReason::none);
        flush();
    }
    void advance(std::int64_t time) {
        begin(time);
        flush();
    }

    void set_status(TradingStatus status, std::int64_t time) {
        begin(time);
        if (status == TradingStatus::open && status_ != TradingStatus::open) uncross(!opened_, false);
        if (status == TradingStatus::closed && status_ == TradingStatus::auction) uncross(false, true);
        status_ = status;
        feed(EventKind::trading_status, Side::none, 0, 0, 0);
        pending_.back().reference = static_cast<std::uint64_t>(status);
        if (status == TradingStatus::open) {
            opened_ = true;
            std::deque<Order> elected;
            if (trades_now_.empty() && last_ != 0) call_up(last_, elected);
            follow(elected);
        }
        trades_now_.clear();
        flush();
    }
    void end_day(std::int64_t time) {
        begin(time);
        opened_ = status_ == TradingStatus::open;
        withdraw_all([](const Order& order) { return order.in_force == TimeInForce::day || for_auction(order.in_force); }, RejectReason::expired);
        flush();
    }
private:
    void begin(std::int64_t time) {
        time_ = time;
        trades_now_.clear();
        std::vector<Order> due;
        for (const Order& order : orders_)
            if (order.terms.expires != 0 && order.terms.expires <= time) due.push_back(order);
        std::sort(due.begin(), due.end(), [](const Order& a, const Order& b) {
            return std::tuple(a.terms.expires, a.state.number) < std::tuple(b.terms.expires, b.state.number);
        });
        for (const Order& order : due) withdraw(order.state.number, 0, RejectReason::expired);
    }

    void show(Order order, EventKind kind) {
        if (order.hidden) {
            order.shown = 0;
            return place(order, Where::hidden);
        }
        order.shown = order.terms.display != 0 ? std::min(order.terms.display, order.state.leaves) : order.state.leaves;
        feed(kind, order.state.side, order.state.number, order.state.price, order.shown);
        place(order, Where::shown);
    }
    void withdraw(std::uint64_t number, std::uint64_t request, RejectReason reason) {
        const Order gone = *find(number);
        remove(number);
        handler_.on_canceled(Canceled{gone.state, request, reason, time_});
        if (gone.where == Where::shown) feed(EventKind::order_cancel, gone.state.side, gone.state.number, gone.state.price, 0);
    }
    template <class Which> void withdraw_all(Which&& which, RejectReason reason) {
        for (const Order& order : all())
            if (which(order)) withdraw(order.state.number, 0, reason);
    }

    // An order meets the market.
    void work(Order order) {
        const bool limited = order.limited();
        const std::int64_t limit = limited ? order.state.price : order.buys() ? high_ : low_;
        const std::int64_t least = order.in_force == TimeInForce::fill_or_kill ? order.state.leaves : order.terms.minimum;
        if (least != 0 && offered(order.state, limit, mode_of(order), least) < least) {
            const auto reason = order.in_force == TimeInForce::fill_or_kill ? RejectReason::no_liquidity : RejectReason::minimum_quantity;
            handler_.on_canceled(Canceled{order.state, 0, reason, time_});
            return;
        }
        while (order.state.leaves > 0) {
            Order* maker = best(order.state, limit);
            if (maker == nullptr) break;
            if (mode_of(order) == SelfMatch::allowed || maker->state.owner != order.state.owner) trade(order.state, *maker);
            else if (!prevent(order.state, *maker, mode_of(order))) return;
        }
        if (order.state.leaves == 0) return;
        if (limited && may_rest(order.in_force)) show(order, EventKind::order_add);
        else handler_.on_canceled(Canceled{order.state, 0, RejectReason::no_liquidity, time_});
    }

    bool prevent(OrderState& taker, Order& maker, SelfMatch mode) {
        const std::int64_t quantity = std::min(taker.leaves, maker.state.leaves);
        const bool both = mode == SelfMatch::cancel_both;
        if (both || mode == SelfMatch::cancel_oldest || (mode == SelfMatch::decrement && maker.state.leaves == quantity)) {
            withdraw(maker.state.number, 0, RejectReason::self_match);
        } else if (mode == SelfMatch::decrement) {
            const std::int64_t shown = maker.shown;
            maker.state.leaves -= quantity;
            maker.shown = std::min(shown, maker.state.leaves);
            handler_.on_replaced(Replaced{maker.state, maker.state.client, true, time_});
            if (maker.shown != shown)
                feed(EventKind::order_modify, maker.state.side, maker.state.number, maker.state.price, maker.shown, market_flag_priority);
        }
        if (both || mode == SelfMatch::cancel_newest || (mode == SelfMatch::decrement && taker.leaves == quantity)) {
            handler_.on_canceled(Canceled{taker, 0, RejectReason::self_match, time_});
            return false;
        }
        if (mode == SelfMatch::decrement) {
            taker.leaves -= quantity;
            handler_.on_replaced(Replaced{taker, taker.client, true, time_});
        }
        return true;
    }

    static void fill(OrderState& state, std::int64_t quantity) {
        state.leaves -= quantity;
        state.filled += quantity;
    }
    void trade(OrderState& taker, Order& maker) {
        const std::int64_t quantity = std::min(taker.leaves, maker.hidden ? maker.state.leaves : maker.shown);
        fill(taker, quantity);
        fill(maker.state, quantity);
        if (!maker.hidden) maker.shown -= quantity;
        last_ = maker.state.price;
        trades_now_.push_back(last_);
        handler_.on_fill(Filled{maker.state, taker, last_, quantity, ++trades_, time_});
        if (!maker.hidden) feed(EventKind::order_execute, maker.state.side, maker.state.number, last_, quantity);
        feed(EventKind::trade, taker.side, trades_, last_, quantity, maker.hidden ? market_flag_implied : 0);
        after(maker.state.number);
    }
    // An order that lost all goes; an iceberg shows its next slice, last in its queue.
    void after(std::uint64_t number) {
        Order* order = find(number);
        if (order->state.leaves == 0) return remove(number);
        if (order->where != Where::shown || order->shown != 0) return;
        order->shown = std::min(order->terms.display, order->state.leaves);
        order->joined = ++joins_;
        feed(EventKind::order_add, order->state.side, number, order->state.price, order->shown);
    }

    void park(Order order) {
        if (!call() && last_ != 0 && reached(order, last_)) return trigger(order);
        order.parked = ++joins_;
        place(order, Where::parked);
    }
    void trigger(Order order) {
        handler_.on_triggered(Triggered{order.state, order.terms.stop, time_});
        order.type = order.type == OrderType::stop_limit ? OrderType::limit : OrderType::market;
        work(order);
    }
    // Looks at every trade since the request began, and at those that this makes.
    void follow(std::deque<Order> elected = {}) {
        for (;;) {
            for (const std::int64_t price : trades_now_) note(price, elected);
            trades_now_.clear();
            if (elected.empty()) return;
            const Order order = elected.front();
            elected.pop_front();
            trigger(order);
        }
    }
    void note(std::int64_t price, std::deque<Order>& elected) {
        std::vector<Order*> trailing;
        for (Order& order : orders_)
            if (order.where == Where::parked && order.type == OrderType::trailing_stop) trailing.push_back(&order);
        std::sort(trailing.begin(), trailing.end(), [](const Order* a, const Order* b) { return a->parked < b->parked; });
        for (Order* order : trailing) {
            const std::int64_t stop = order->buys() ? price + order->terms.trail : price - order->terms.trail;
            if (order->buys() ? stop >= order->terms.stop : stop <= order->terms.stop) continue;
            order->terms.stop = stop;
            order->joined = ++joins_;
        }
        call_up(price, elected);
    }
    void call_up(std::int64_t price, std::deque<Order>& elected) {
        std::vector<Order> now;
        for (const Order& order : orders_)
            if (order.where == Where::parked && reached(order, price)) now.push_back(order);
        sort(now);
        for (const Order& order : now) {
            elected.push_back(order);
            remove(order.state.number);
        }
    }

    void uncross(bool opening, bool closing) {
        std::vector<Order> sides[2];
        const auto [price, volume, surplus] = price_auction(sides, opening, closing);
        for (std::int64_t left = volume; left > 0;) {
            OrderState& buyer = sides[0].front().state;
            OrderState& seller = sides[1].front().state;
            const std::int64_t quantity = std::min({left, buyer.leaves, seller.leaves});
            left -= quantity;
            buyer.leaves -= quantity;
            seller.leaves -= quantity;
            cross(buyer.number, seller.number, quantity, price);
            for (auto& side : sides)
                if (side.front().state.leaves == 0) side.erase(side.begin());
        }
        if (volume != 0) {
            last_ = price;
            trades_now_.push_back(price);
            feed(EventKind::auction, Side::none, 0, price, volume);
            pending_.back().reference = static_cast<std::uint64_t>(surplus);
        }
        withdraw_all([&](const Order& order) { return order.where == Where::waiting && takes_part(order, opening, closing); }, RejectReason::no_liquidity);
    }
    void cross(std::uint64_t a, std::uint64_t b, std::int64_t quantity, std::int64_t price) {
        Order* maker = find(std::min(a, b));
        Order* taker = find(std::max(a, b));
        std::int64_t seen[2];
        for (int i = 0; Order* order : {maker, taker}) {
            fill(order->state, quantity);
            seen[i] = order->where == Where::shown ? std::min(order->shown, quantity) : 0;
            order->shown -= seen[i++];
        }
        handler_.on_fill(Filled{maker->state, taker->state, price, quantity, ++trades_, time_});
        if (seen[0] != 0) feed(EventKind::order_execute, maker->state.side, maker->state.number, price, seen[0]);
        if (seen[1] != 0)
            feed(seen[0] != 0 ? EventKind::order_cancel : EventKind::order_execute, taker->state.side, taker->state.number, price, seen[1]);
        feed(EventKind::trade, taker->state.side, trades_, price, quantity, seen[0] == 0 && seen[1] == 0 ? market_flag_implied : 0);
        const std::uint64_t later = taker->state.number;
        after(std::min(a, b));
        after(later);
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

    Handler& handler_;
    std::vector<MarketEvent> pending_;
    std::vector<std::int64_t> trades_now_; ///< prices since the request began
    std::int64_t time_ = 0;
    std::uint64_t orders_made_ = 0;
    std::uint64_t trades_ = 0;
    std::uint64_t fed_ = 0;
};

} // namespace martlet
