#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "martlet/matching_engine.hpp"

// WL-1, the published order book workload: 10,000 orders, then 5,000,000 messages around a wandering price,
// about 10,000 orders live. Integers only; the check sums are the workload's own.

namespace martlet::wl1 {

enum class Kind : std::uint8_t { add = 0, cancel = 1, replace = 2, market = 3 };

struct Message {
    std::uint32_t id;      ///< the new order; cancel: the order meant
    std::uint32_t old;     ///< replace: the order that goes
    std::int32_t price;
    std::int32_t quantity;
    Kind kind;
    bool buy;
    std::uint16_t reserved;
};
static_assert(sizeof(Message) == 20);

inline constexpr std::size_t prefill = 10'000;
inline constexpr std::size_t timed = 5'000'000;

/// What the workload's messages and their matching must add up to.
struct Sums {
    std::uint64_t adds = 0, cancels = 0, replaces = 0, markets = 0; ///< timed part
    std::uint64_t next_id = 0;
    std::uint64_t fills = 0;
    std::int64_t filled = 0;
    std::int64_t value = 0; ///< Σ price × quantity
    std::uint64_t live = 0;
    std::int64_t best_bid = 0;
    std::int64_t best_ask = 0;
    friend bool operator==(const Sums&, const Sums&) = default;
};
inline constexpr Sums expected = {2'782'401, 1'719'134, 249'829, 248'636, 3'290'867, 1'298'943, 33'154'703, 1'655'983'342'624, 9'734, 50'055, 50'057};

inline MatchingOptions options() {
    MatchingOptions options;
    options.expected_orders = 16'384;
    options.expected_levels = 16'384;
    return options;
}

/// Gives one message to an engine; every order has the owner 1 and its id as client number.
template <class Engine, class Handler> [[gnu::always_inline]] inline void play(const Message& message, Engine& engine, Handler& handler) {
    if (message.kind == Kind::cancel || message.kind == Kind::replace) {
        const std::uint64_t gone = message.kind == Kind::cancel ? message.id : message.old;
        engine.cancel(CancelRequest{1, 0, 0, gone, 0}, handler);
        if (message.kind == Kind::cancel) return;
    }
    engine.submit(OrderRequest{1, message.buy ? Side::buy : Side::sell, message.kind == Kind::market ? OrderType::market : OrderType::limit,
                               TimeInForce::good_till_cancel, 0, message.id, message.price, message.quantity, 0},
                  handler);
}

/// Gives all messages to an engine; a function of its own, so that what is around it does not change what is measured.
template <class Engine, class Handler> [[gnu::noinline]] void play_all(std::span<const Message> messages, Engine& engine, Handler& handler) {
    for (const Message& message : messages) play(message, engine, handler);
}

/// Makes the messages; they depend on the matching, so an engine is run along.
class Generator {
public:
    Generator() : engine_(options()) {}

    /// All messages, prefill first; `sums` as the run went. Where `path` is given, the middle follows it instead of
    /// wandering: the price at each of the timed messages.
    std::vector<Message> make(Sums& sums, std::size_t count = timed, const std::function<std::int32_t(std::size_t)>& path = {}) {
        messages_.reserve(prefill + count);
        for (std::size_t i = 0; i < prefill; ++i) send(add());
        sums_ = {};
        sums_.fills = handler_.fills;
        for (std::size_t i = 0; i < count; ++i) {
            if (path) middle_ = path(i);
            step(!path);
        }
        sums_.next_id = next_id_;
        sums_.fills = handler_.fills;
        sums_.filled = handler_.filled;
        sums_.value = handler_.value;
        sums_.live = live_.size();
        sums_.best_bid = engine_.best_bid().price;
        sums_.best_ask = engine_.best_ask().price;
        sums = sums_;
        return std::move(messages_);
    }

private:
    struct Handler {
        std::vector<std::uint32_t> gone; ///< filled makers, in fill order
        bool rests = false;
        std::uint64_t fills = 0;
        std::int64_t filled = 0;
        std::int64_t value = 0;
        void on_accepted(const Accepted&) {}
        void on_fill(const Filled& fill) {
            ++fills;
            filled += fill.quantity;
            value += fill.quantity * fill.price;
            if (fill.maker.leaves == 0) gone.push_back(static_cast<std::uint32_t>(fill.maker.client));
        }
        void on_canceled(const Canceled&) {}
        void on_replaced(const Replaced&) {}
        void on_triggered(const Triggered&) {}
    void on_rejected(const Rejected&) {}
        void on_market(const MarketEvent& event) { rests |= event.kind == EventKind::order_add; }
    };

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ull;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }
    std::uint64_t uniform(std::uint64_t n) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * n) >> 64);
    }

    void step(bool wanders) {
        if (wanders && uniform(64) == 0) {
            middle_ += uniform(2) != 0 ? 1 : -1;
            if (middle_ < 46'000) middle_ = 46'000;
            if (middle_ > 54'000) middle_ = 54'000;
        }
        const std::uint64_t roll = uniform(100);
        Kind kind = roll < 55 ? Kind::add : roll < 90 ? Kind::cancel : roll < 95 ? Kind::replace : Kind::market;
        if (kind == Kind::add && live_.size() >= 10'500) kind = Kind::cancel;
        else if (kind == Kind::cancel && live_.size() < 9'500) kind = Kind::add;
        switch (kind) {
        case Kind::add:
            ++sums_.adds;
            send(add());
            break;
        case Kind::cancel:
            ++sums_.cancels;
            send({live_[uniform(live_.size())], 0, 0, 0, kind, false, 0});
            break;
        case Kind::replace: {
            ++sums_.replaces;
            const std::uint32_t old = live_[uniform(live_.size())];
            const bool buy = sides_[old];
            const std::int32_t price = draw_price(buy);
            const auto quantity = static_cast<std::int32_t>(1 + uniform(100));
            send({next_id_++, old, price, quantity, kind, buy, 0});
            break;
        }
        case Kind::market: {
            ++sums_.markets;
            const bool buy = uniform(2) != 0;
            const auto quantity = static_cast<std::int32_t>(1 + uniform(100));
            send({next_id_++, 0, 0, quantity, kind, buy, 0});
            break;
        }
        }
    }

    std::int32_t draw_price(bool buy) {
        std::int32_t distance = 0;
        while (distance < 255 && uniform(16) != 0) ++distance;
        return buy ? middle_ - 1 - distance : middle_ + 1 + distance;
    }

    Message add() {
        const bool buy = uniform(2) != 0;
        const std::int32_t price = draw_price(buy);
        const auto quantity = static_cast<std::int32_t>(1 + uniform(100));
        return {next_id_++, 0, price, quantity, Kind::add, buy, 0};
    }

    void send(const Message& message) {
        messages_.push_back(message);
        handler_.gone.clear();
        handler_.rests = false;
        play(message, engine_, handler_);
        if (message.kind == Kind::cancel) forget(message.id);
        if (message.kind == Kind::replace) forget(message.old);
        for (const std::uint32_t maker : handler_.gone) forget(maker);
        if (!handler_.rests) return;
        if (sides_.size() <= message.id) {
            sides_.resize(2 * static_cast<std::size_t>(message.id) + 1);
            places_.resize(sides_.size());
        }
        sides_[message.id] = message.buy;
        places_[message.id] = static_cast<std::uint32_t>(live_.size());
        live_.push_back(message.id);
    }

    void forget(std::uint32_t id) {
        const std::uint32_t place = places_[id];
        live_[place] = live_.back();
        places_[live_[place]] = place;
        live_.pop_back();
    }

    MatchingEngine engine_;
    Handler handler_;
    std::vector<Message> messages_;
    std::vector<std::uint32_t> live_;
    std::vector<std::uint32_t> places_; ///< by id: where in `live_`
    std::vector<bool> sides_;
    Sums sums_;
    std::uint64_t state_ = 42;
    std::int32_t middle_ = 50'000;
    std::uint32_t next_id_ = 1;
};

} // namespace martlet::wl1
