#pragma once
#include <cstdint>

#include "martlet/event.hpp"

// Short ways to write the market events of a test.

namespace martlet::test {

inline MarketEvent event(EventKind kind, Side side = Side::none, std::uint64_t order = 0, std::int64_t price = 0,
                         std::int64_t quantity = 0, std::uint16_t flags = market_flag_last) {
    MarketEvent made{};
    made.kind = kind;
    made.side = side;
    made.order = order;
    made.price = price;
    made.quantity = quantity;
    made.flags = flags;
    return made;
}
inline MarketEvent add(std::uint64_t order, Side side, std::int64_t price, std::int64_t quantity, std::uint16_t flags = market_flag_last) {
    return event(EventKind::order_add, side, order, price, quantity, flags);
}
inline MarketEvent modify(std::uint64_t order, Side side, std::int64_t price, std::int64_t quantity, std::uint16_t flags = market_flag_last) {
    return event(EventKind::order_modify, side, order, price, quantity, flags);
}
inline MarketEvent cancel(std::uint64_t order, std::int64_t quantity = 0) {
    return event(EventKind::order_cancel, Side::none, order, 0, quantity);
}
inline MarketEvent execute(std::uint64_t order, std::int64_t quantity, std::uint16_t flags = market_flag_last) {
    return event(EventKind::order_execute, Side::none, order, 0, quantity, flags);
}
inline MarketEvent level_set(Side side, std::int64_t price, std::int64_t quantity, std::uint16_t flags = market_flag_last) {
    return event(EventKind::level_set, side, 0, price, quantity, flags);
}
inline MarketEvent quote(std::int64_t bid, std::int64_t bid_quantity, std::int64_t ask, std::int64_t ask_quantity) {
    QuoteEvent made{};
    made.kind = EventKind::quote;
    made.flags = market_flag_last;
    made.bid_price = bid;
    made.bid_quantity = bid_quantity;
    made.ask_price = ask;
    made.ask_quantity = ask_quantity;
    return as_market_event(made);
}

/// splitmix64, the generator of the published workloads.
class SplitMix {
public:
    explicit SplitMix(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ull;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }
    /// Uniform in 0 … n − 1.
    std::uint64_t below(std::uint64_t n) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * n) >> 64);
    }

private:
    std::uint64_t state_;
};

} // namespace martlet::test
