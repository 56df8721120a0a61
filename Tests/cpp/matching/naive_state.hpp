#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <tuple>
#include <vector>

#include "martlet/book.hpp"
#include "martlet/matching_types.hpp"

// What the naive engine knows: one list of orders, and the rules of the market. Nothing here makes a report.

namespace martlet {

/// An order, and where it is.
struct NaiveOrder {
    enum class Where { shown, hidden, parked, waiting };
    OrderState state;
    OrderType type;
    TimeInForce in_force;
    bool hidden, post_only;
    OrderTerms terms;
    Where where;
    std::int64_t shown;   ///< lots that the public sees
    std::uint64_t joined; ///< when it took its place
    std::uint64_t parked; ///< when it began to wait for its trigger
    bool buys() const { return state.side == Side::buy; }
    bool limited() const { return type == OrderType::limit || type == OrderType::stop_limit; }
};

/// The market as it stands, searched from end to end for everything.
class NaiveState {
public:
    using Order = NaiveOrder;
    using Where = NaiveOrder::Where;

    void set_bands(std::int64_t low, std::int64_t high) { low_ = low, high_ = high; }
    void set_ticks(const TickTable& table) { ticks_ = table; }

    TradingStatus status() const { return status_; }
    std::int64_t last_trade() const { return last_; }
    std::size_t order_count() const { return orders_.size(); }
    /// The best bid and the best ask of what is shown; price 0 where there is none.
    std::array<Level, 2> best_levels() const {
        std::array<Level, 2> best{};
        for (const Order& order : orders_) {
            if (order.where != Where::shown) continue;
            Level& level = best[!order.buys()];
            if (level.orders != 0 && better(order.buys(), level.price, order.state.price)) continue;
            if (level.price != order.state.price) level = {order.state.price, 0, 0, 0};
            level.quantity += order.shown;
            ++level.orders;
        }
        return best;
    }
    /// What an auction now would come to.
    AuctionResult indicative(bool opening, bool closing) const {
        std::vector<Order> sides[2];
        return price_auction(sides, opening, closing);
    }

    /// Every order: shown, hidden, stops (each buyers first, in priority), then waiting.
    std::vector<Order> all() const {
        std::vector<Order> orders = orders_;
        sort(orders);
        return orders;
    }

protected:
    explicit NaiveState(const MatchingOptions& options) : options_(options) {
        ticks_.count = 1;
        ticks_.from[0] = 1;
        ticks_.tick[0] = options.tick;
    }

    static void sort(std::vector<Order>& orders) {
        const auto rank = [](const Order& order) {
            const std::int64_t price = order.where == Where::parked ? order.terms.stop : order.state.price;
            const bool low_first = order.where == Where::parked ? order.buys() : !order.buys();
            const bool waits = order.where == Where::waiting;
            return std::tuple(order.where, waits ? false : !order.buys(), waits ? 0 : low_first ? price : -price, order.joined);
        };
        std::sort(orders.begin(), orders.end(), [&](const Order& a, const Order& b) { return rank(a) < rank(b); });
    }
    static bool is_stop(OrderType type) { return type == OrderType::stop || type == OrderType::stop_limit || type == OrderType::trailing_stop; }
    static bool for_auction(TimeInForce in_force) { return in_force == TimeInForce::at_the_opening || in_force == TimeInForce::at_the_close; }
    static bool may_rest(TimeInForce in_force) {
        return in_force == TimeInForce::day || in_force == TimeInForce::good_till_cancel || in_force == TimeInForce::good_till_date;
    }
    bool call() const { return status_ == TradingStatus::pre_open || status_ == TradingStatus::auction; }
    static bool better(bool buys, std::int64_t a, std::int64_t b) { return buys ? a > b : a < b; }

    Order* find(std::uint32_t owner, std::uint64_t client) {
        for (Order& order : orders_)
            if (order.state.owner == owner && order.state.client == client) return &order;
        return nullptr;
    }
    Order* find(std::uint64_t number) {
        for (Order& order : orders_)
            if (order.state.number == number) return &order;
        return nullptr;
    }
    void remove(std::uint64_t number) {
        std::erase_if(orders_, [number](const Order& order) { return order.state.number == number; });
    }
    void place(Order order, Where where) {
        order.where = where;
        order.joined = ++joins_;
        orders_.push_back(order);
    }

    // The order that `taker` meets first at `limit` or better.
    Order* best(const OrderState& taker, std::int64_t limit) {
        Order* found = nullptr;
        for (Order& order : orders_) {
            if (order.state.side == taker.side || (order.where != Where::shown && order.where != Where::hidden)) continue;
            if (better(taker.side == Side::buy, order.state.price, limit)) continue;
            const auto rank = [](const Order& o) { return std::tuple(o.buys() ? -o.state.price : o.state.price, o.hidden, o.joined); };
            if (found == nullptr || rank(order) < rank(*found)) found = &order;
        }
        return found;
    }

    // What a taker could have: plays the matching on a copy.
    std::int64_t offered(const OrderState& taker, std::int64_t limit, SelfMatch mode, std::int64_t wanted) {
        const std::vector<Order> kept = orders_;
        const std::uint64_t joins = joins_;
        std::int64_t sum = 0;
        while (sum < wanted) {
            Order* maker = best(taker, limit);
            if (maker == nullptr) break;
            if (mode != SelfMatch::allowed && maker->state.owner == taker.owner) {
                if (mode != SelfMatch::cancel_oldest) break;
                remove(maker->state.number);
                continue;
            }
            const std::int64_t slice = maker->hidden ? maker->state.leaves : maker->shown;
            sum += slice;
            maker->state.leaves -= slice;
            maker->shown = std::min(maker->terms.display, maker->state.leaves);
            maker->joined = ++joins_;
            if (maker->state.leaves == 0) remove(maker->state.number);
        }
        orders_ = kept;
        joins_ = joins;
        return sum;
    }

    SelfMatch mode_of(const Order& order) const { return order.terms.self_match == SelfMatch::allowed ? options_.self_match : order.terms.self_match; }
    static bool reached(const Order& order, std::int64_t price) { return order.buys() ? price >= order.terms.stop : price <= order.terms.stop; }

    bool takes_part(const Order& order, bool opening, bool closing) const {
        if (order.where == Where::parked) return false;
        return order.in_force == TimeInForce::at_the_opening ? opening : order.in_force == TimeInForce::at_the_close ? closing : true;
    }
    // Who takes part, the most eager first, and the price, by trying each.
    AuctionResult price_auction(std::vector<Order> (&sides)[2], bool opening, bool closing) const {
        std::vector<std::int64_t> prices;
        for (const Order& order : orders_) {
            if (!takes_part(order, opening, closing)) continue;
            sides[!order.buys()].push_back(order);
            if (order.limited()) prices.push_back(order.state.price);
        }
        if (last_ != 0 && valid(last_)) prices.push_back(last_);
        for (auto& side : sides)
            std::sort(side.begin(), side.end(), [](const Order& a, const Order& b) {
                const auto rank = [](const Order& o) {
                    const int kind = o.where == Where::shown ? 0 : o.where == Where::waiting ? 1 : 2;
                    return std::tuple(o.limited(), o.buys() ? -o.state.price : o.state.price, kind, o.joined);
                };
                return rank(a) < rank(b);
            });
        using Merit = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>; // more is better
        Merit best_merit{};
        AuctionResult found{};
        for (const std::int64_t candidate : prices) {
            std::int64_t sums[2] = {0, 0};
            for (const auto& side : sides)
                for (const Order& order : side)
                    if (!order.limited() || !better(order.buys(), candidate, order.state.price)) sums[!order.buys()] += order.state.leaves;
            const std::int64_t both = std::min(sums[0], sums[1]);
            if (both == 0) continue;
            const std::int64_t away = last_ == 0 ? 0 : std::abs(candidate - last_);
            const Merit merit{both, -std::abs(sums[0] - sums[1]), -away, -candidate};
            if (found.price != 0 && merit <= best_merit) continue;
            best_merit = merit;
            found = {candidate, both, sums[0] - sums[1]};
        }
        return found;
    }

    bool on_tick(std::int64_t price) const {
        std::int64_t tick = ticks_.tick[0];
        for (std::size_t i = 1; i < ticks_.count; ++i)
            if (price >= ticks_.from[i]) tick = ticks_.tick[i];
        return price % tick == 0;
    }
    bool valid(std::int64_t price) const { return price >= low_ && price <= high_ && on_tick(price); }
    static constexpr std::int64_t farthest = std::int64_t{1} << 53;

    RejectReason judge(const OrderRequest& r, const OrderTerms& t) {
        const bool immediate = r.time_in_force == TimeInForce::immediate_or_cancel || r.time_in_force == TimeInForce::fill_or_kill;
        const bool post_only = (r.instructions & instruction_post_only) != 0;
        const bool hidden = (r.instructions & instruction_hidden) != 0;
        if (status_ != TradingStatus::open && (!call() || immediate || post_only)) return RejectReason::exchange_closed;
        if (r.side != Side::buy && r.side != Side::sell) return RejectReason::malformed;
        if (r.quantity <= 0 || r.quantity > options_.maximum_quantity) return RejectReason::bad_quantity;
        const bool limited = r.type == OrderType::limit || r.type == OrderType::stop_limit;
        const bool stop = is_stop(r.type);
        if (!stop && r.type != OrderType::limit && r.type != OrderType::market) return RejectReason::unsupported;
        if (static_cast<int>(r.time_in_force) > 6 || r.instructions > 3 || static_cast<int>(t.self_match) > 4) return RejectReason::unsupported;
        if (stop && !may_rest(r.time_in_force)) return RejectReason::unsupported;
        if ((post_only || hidden) && (r.type != OrderType::limit || !may_rest(r.time_in_force))) return RejectReason::unsupported;
        if (t.display < 0 || t.display > r.quantity || t.minimum < 0 || t.minimum > r.quantity) return RejectReason::bad_quantity;
        if (t.display != 0 && (!limited || !may_rest(r.time_in_force) || hidden)) return RejectReason::unsupported;
        if (t.minimum != 0 && r.time_in_force != TimeInForce::immediate_or_cancel) return RejectReason::unsupported;
        if ((t.expires != 0) != (r.time_in_force == TimeInForce::good_till_date)) return RejectReason::malformed;
        if (t.expires != 0 && t.expires <= r.time) return RejectReason::expired;
        if (t.stop != 0 && !stop) return RejectReason::malformed;
        if (t.trail != 0 && r.type != OrderType::trailing_stop) return RejectReason::malformed;
        if (stop) {
            if (t.stop < 0 || t.stop > farthest || t.trail < 0 || t.trail > farthest) return RejectReason::bad_price;
            if (t.stop != 0 && !on_tick(t.stop)) return RejectReason::bad_price;
            if (r.type != OrderType::trailing_stop && t.stop == 0) return RejectReason::bad_price;
            if (r.type == OrderType::trailing_stop && (t.trail == 0 || (t.stop == 0 && last_ == 0))) return RejectReason::bad_price;
        }
        if (r.time_in_force == TimeInForce::at_the_opening && opened_) return RejectReason::exchange_closed;
        if (limited && !valid(r.price)) return RejectReason::bad_price;
        const OrderState probe{0, 0, 0, r.side, {}, 0, 0, 0};
        const bool waits = call() || for_auction(r.time_in_force);
        if (r.type == OrderType::market && !waits && best(probe, r.side == Side::buy ? INT64_MAX : 0) == nullptr) return RejectReason::no_liquidity;
        if (post_only && best(probe, r.price) != nullptr) return RejectReason::would_trade;
        const bool rests = !immediate && (r.type != OrderType::market || waits);
        if (rests && orders_.size() >= options_.maximum_orders) return RejectReason::order_exceeds_limit;
        return find(r.owner, r.client) != nullptr ? RejectReason::duplicate_order : RejectReason::none;
    }

    RejectReason judge(const ReplaceRequest& request) {
        const Order* found = find(request.owner, request.original);
        if (found == nullptr) return RejectReason::unknown_order;
        if (status_ != TradingStatus::open && !call()) return RejectReason::exchange_closed;
        if (request.quantity <= found->state.filled || request.quantity > options_.maximum_quantity) return RejectReason::bad_quantity;
        if (found->limited() && !valid(request.price)) return RejectReason::bad_price;
        if (request.stop != 0 && found->where != Where::parked) return RejectReason::unsupported;
        if (request.stop != 0 && (request.stop < 0 || request.stop > farthest || !on_tick(request.stop))) return RejectReason::bad_price;
        if (found->post_only && !call() && best(found->state, request.price) != nullptr) return RejectReason::would_trade;
        const Order* other = find(request.owner, request.client);
        return other != nullptr && other != found ? RejectReason::duplicate_order : RejectReason::none;
    }

    MatchingOptions options_;
    std::vector<Order> orders_;
    TradingStatus status_ = TradingStatus::open;
    bool opened_ = true;
    TickTable ticks_{};
    std::int64_t low_ = 1;
    std::int64_t high_ = farthest;
    std::int64_t last_ = 0;
    std::uint64_t joins_ = 0;
};

} // namespace martlet
