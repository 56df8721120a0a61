#pragma once
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <unordered_map>

#include "wl1.hpp"

// What one would write on an afternoon, as a yardstick on the same machine in the same run: ordered maps of lists and
// a hash table of iterators. It counts fills and says nothing to anybody.

namespace martlet::wl1 {

class Textbook {
public:
    std::uint64_t fills = 0;
    std::int64_t value = 0;

    void play(const Message& message) {
        if (message.kind == Kind::cancel || message.kind == Kind::replace) cancel(message.kind == Kind::cancel ? message.id : message.old);
        if (message.kind == Kind::cancel) return;
        Order order{message.id, message.quantity, message.price, message.buy};
        const bool market = message.kind == Kind::market;
        if (message.buy) trade(asks_, order, [&](std::int32_t price) { return market || price <= order.price; });
        else trade(bids_, order, [&](std::int32_t price) { return market || price >= order.price; });
        if (order.quantity == 0 || market) return;
        Queue& queue = message.buy ? bids_[order.price] : asks_[order.price];
        places_[order.id] = queue.insert(queue.end(), order);
    }
    std::size_t live() const { return places_.size(); }

private:
    struct Order {
        std::uint32_t id;
        std::int32_t quantity;
        std::int32_t price;
        bool buy;
    };
    using Queue = std::list<Order>;

    template <class Side, class Crosses> void trade(Side& side, Order& order, Crosses crosses) {
        while (order.quantity > 0 && !side.empty() && crosses(side.begin()->first)) {
            Queue& queue = side.begin()->second;
            Order& maker = queue.front();
            const std::int32_t quantity = maker.quantity < order.quantity ? maker.quantity : order.quantity;
            maker.quantity -= quantity;
            order.quantity -= quantity;
            ++fills;
            value += static_cast<std::int64_t>(quantity) * maker.price;
            if (maker.quantity > 0) continue;
            places_.erase(maker.id);
            queue.pop_front();
            if (queue.empty()) side.erase(side.begin());
        }
    }

    void cancel(std::uint32_t id) {
        const auto place = places_.find(id);
        if (place == places_.end()) return;
        const Order& order = *place->second;
        if (order.buy) leave(bids_, order.price, place->second);
        else leave(asks_, order.price, place->second);
        places_.erase(place);
    }
    template <class Side> void leave(Side& side, std::int32_t price, Queue::iterator order) {
        const auto level = side.find(price);
        level->second.erase(order);
        if (level->second.empty()) side.erase(level);
    }

    std::map<std::int32_t, Queue, std::greater<>> bids_;
    std::map<std::int32_t, Queue> asks_;
    std::unordered_map<std::uint32_t, Queue::iterator> places_;
};

} // namespace martlet::wl1
