#pragma once
#include <cstddef>
#include <cstdint>

#include <unordered_map>
#include <vector>

#include "agenda.hpp"

#include "martlet/exchange.hpp"

namespace martlet::exchange {

/// Turns a recorded array into order-by-order events in order of time, moved to the virtual clock.
///
/// - Orders and trades pass as they are.
/// - A quote is two orders, numbered `quote_order(side)`; their price and size change.
/// - A level is one order, numbered by its side and price.
/// - A bar that closes at T and lasts s becomes prices inside [T − s, T): open, then low and high (high
///   and low where the bar fell), then close, with `bar_steps` − 1 prices between two of them, evenly in
///   time; each is a quote around the price and one trade at it. The bar's volume is spread evenly over
///   the trades. Nothing of a bar shows before T − s, and no price before its own time. A bid bar and an ask bar of
///   the same close make one path with their own quotes and trades at the touched side.
class RecordedReplay {
public:
    /// What stands against the recording; ok: nothing.
    static ExchangeStatus check(const ExchangeOptions& options) noexcept;

    explicit RecordedReplay(const ExchangeOptions& options);

    /// Time of the next event; `never` at the end.
    std::int64_t next_time() const noexcept;

    /// Appends what happens at the next time (one packet, its last event marked) to `events`. Returns
    /// false at the end.
    bool next(std::vector<MarketEvent>& events);

    /// Bars that overlapped an earlier one of their instrument and were left out.
    std::uint64_t skipped_bars() const noexcept { return skipped_bars_; }

    static constexpr std::uint64_t quote_order(Side side) noexcept { return side == Side::buy ? 1 : 2; }

private:
    /// One event of the array, or a pair of bid and ask bars, and when it begins.
    struct Item {
        std::int64_t time;
        std::uint64_t index;
        std::uint64_t partner; ///< ask bar of a bid bar; `no_partner`
    };
    struct Point {
        std::int64_t bid;
        std::int64_t ask;
        std::int64_t price;
        std::int64_t lots;
        Side side;
    };
    /// What one of the two quote orders shows.
    struct Shown {
        std::int64_t price = 0;
        std::int64_t quantity = 0;
    };
    struct Lane {
        std::vector<Point> path; ///< of the bar in progress
        std::size_t done = 0;    ///< points of it that were given
        std::int64_t begin = 0;
        std::int64_t length = 0;
        std::int64_t busy_until = 0;
        bool by_order = false;   ///< the recording has orders
        Shown bid, ask;          ///< the two quote orders; zero quantity: absent
        std::unordered_map<std::uint64_t, std::int64_t> levels;
    };

    static constexpr std::uint64_t no_partner = ~0ull;

    static std::int64_t time_of(const MarketEvent& event) noexcept;
    std::int64_t item_time(std::size_t item) const noexcept;
    std::size_t item_count() const noexcept { return items_.empty() ? count_ : items_.size(); }
    void begin_bar(const Item& item);
    void lay_path(Lane& lane, const BarEvent& bar, const BarEvent* ask);
    void give_point(std::uint32_t instrument, std::vector<MarketEvent>& events);
    void give_plain(const MarketEvent& event, std::int64_t time, std::vector<MarketEvent>& events);
    void set_quote(std::uint32_t instrument, std::int64_t time, Shown bid, Shown ask, std::vector<MarketEvent>& events);
    void set_side(Lane& lane, std::uint32_t instrument, std::int64_t time, Side side, Shown now, std::vector<MarketEvent>& events);
    void set_level(const MarketEvent& event, std::int64_t time, std::vector<MarketEvent>& events);

    const MarketEvent* recorded_;
    std::uint64_t count_;
    std::vector<Item> items_; ///< empty where there is no bar: the array itself is the order
    std::size_t item_ = 0;
    std::vector<Lane> lanes_;
    Agenda bars_; ///< one actor per instrument: its bar in progress
    std::vector<InstrumentDefinition> instruments_;
    std::int64_t offset_ = 0;
    std::int64_t latest_ = 0;
    std::int64_t half_spread_;
    std::int64_t quote_lots_;
    std::uint32_t bar_steps_;
    std::uint64_t skipped_bars_ = 0;
};

} // namespace martlet::exchange
