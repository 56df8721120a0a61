#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "martlet/book.hpp"
#include "martlet/matching_engine.hpp"
#include "naive_engine.hpp"

// The matching engine and the naive one under the same requests, and what must hold after each. Knows no test
// framework: the fuzzer uses it too. What is wrong is said as a text, nullptr where nothing is.

namespace martlet::test {

using Wrong = const char*;

/// Anything the engine said, as numbers; the first is its kind.
using Happening = std::array<std::int64_t, 18>;
enum ReportKind : std::int64_t { said_accepted = 1, said_fill, said_canceled, said_replaced, said_rejected, said_triggered };

/// Keeps reports and market events, each kind in its order.
struct Recorder {
    std::vector<Happening> reports;
    std::vector<MarketEvent> feed;

    template <class... Values> void keep(std::int64_t kind, Values... values) {
        reports.push_back(Happening{kind, static_cast<std::int64_t>(values)...});
    }
    void clear() {
        reports.clear();
        feed.clear();
    }
    void on_accepted(const Accepted& event) {
        const OrderState& o = event.order;
        keep(said_accepted, o.number, o.client, o.owner, o.side, o.price, o.filled, o.leaves, event.time);
    }
    void on_fill(const Filled& event) {
        const OrderState& m = event.maker;
        const OrderState& t = event.taker;
        keep(said_fill, m.number, m.client, m.owner, m.side, m.price, m.filled, m.leaves, t.number, t.client, t.owner, t.side, t.price, t.filled,
             t.leaves, event.quantity, event.trade, event.time);
    }
    void on_canceled(const Canceled& event) {
        const OrderState& o = event.order;
        keep(said_canceled, o.number, o.client, o.owner, o.side, o.price, o.filled, o.leaves, event.request, event.reason, event.time);
    }
    void on_replaced(const Replaced& event) {
        const OrderState& o = event.order;
        keep(said_replaced, o.number, o.client, o.owner, o.side, o.price, o.filled, o.leaves, event.original, event.kept_priority, event.time);
    }
    void on_triggered(const Triggered& event) {
        const OrderState& o = event.order;
        keep(said_triggered, o.number, o.client, o.owner, o.side, o.price, o.filled, o.leaves, event.stop, event.time);
    }
    void on_rejected(const Rejected& event) {
        keep(said_rejected, event.owner, event.request, event.reason, event.client, event.original, event.time);
    }
    void on_market(const MarketEvent& event) { feed.push_back(event); }
};

inline bool same(const std::vector<MarketEvent>& a, const std::vector<MarketEvent>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(MarketEvent)) == 0);
}
inline bool same(const OrderState& a, const OrderState& b) {
    return a.number == b.number && a.client == b.client && a.owner == b.owner && a.side == b.side && a.price == b.price &&
           a.filled == b.filled && a.leaves == b.leaves;
}
inline bool same(const AuctionResult& a, const AuctionResult& b) { return a.price == b.price && a.volume == b.volume && a.surplus == b.surplus; }

/// An order as it stands, and what of it is shown.
using Standing = std::pair<OrderState, std::int64_t>;

inline std::vector<Standing> standing(const MatchingEngine& engine) {
    std::vector<Standing> orders;
    engine.for_each_order([&](std::uint32_t at) { orders.emplace_back(engine.order_at(at), engine.shown_at(at)); });
    return orders;
}

/// A running hash of an engine's state after each message.
class StateHash {
public:
    void add(const Level& bid, const Level& ask, std::size_t orders, std::int64_t last, TradingStatus status) {
        for (const Level& level : {bid, ask}) {
            mix(level.price);
            mix(level.quantity);
            mix(level.orders);
        }
        mix(static_cast<std::int64_t>(orders));
        mix(last);
        mix(static_cast<std::int64_t>(status));
    }
    std::uint64_t value() const { return value_; }

private:
    void mix(std::int64_t number) {
        value_ = (value_ ^ static_cast<std::uint64_t>(number)) * 0x9E37'79B9'7F4A'7C15ull;
        value_ ^= value_ >> 32;
    }
    std::uint64_t value_ = 1;
};

/// Both engines under the same requests. Compares every report, every market event and the hash of the state.
class Pair {
public:
    explicit Pair(const MatchingOptions& options) : fast(options), naive(options, said_naive) {}

    template <class Fast, class Naive> Wrong step(Fast&& on_fast, Naive&& on_naive) {
        said_fast.clear();
        said_naive.clear();
        on_fast(fast, said_fast);
        on_naive(naive);
        if (said_fast.reports != said_naive.reports) return "reports differ";
        if (!same(said_fast.feed, said_naive.feed)) return "market events differ";
        hash_fast_.add(fast.best_bid(), fast.best_ask(), fast.order_count(), fast.last_trade(), fast.status());
        const auto best = naive.best_levels();
        hash_naive_.add(best[0], best[1], naive.order_count(), naive.last_trade(), naive.status());
        return hash_fast_.value() == hash_naive_.value() ? nullptr : "best levels, counts, last trade or phase differ";
    }
    Wrong submit(const OrderRequest& request) {
        return step([&](auto& engine, auto& handler) { engine.submit(request, handler); }, [&](auto& engine) { engine.submit(request); });
    }
    Wrong submit(const OrderRequest& request, const OrderTerms& terms) {
        return step([&](auto& engine, auto& handler) { engine.submit(request, terms, handler); },
                    [&](auto& engine) { engine.submit(request, terms); });
    }
    Wrong cancel(const CancelRequest& request) {
        return step([&](auto& engine, auto& handler) { engine.cancel(request, handler); }, [&](auto& engine) { engine.cancel(request); });
    }
    Wrong replace(const ReplaceRequest& request) {
        return step([&](auto& engine, auto& handler) { engine.replace(request, handler); }, [&](auto& engine) { engine.replace(request); });
    }
    Wrong cancel_all(std::uint32_t owner, std::int64_t time) {
        return step([&](auto& engine, auto& handler) { engine.cancel_all(owner, time, handler); },
                    [&](auto& engine) { engine.cancel_all(owner, time); });
    }
    Wrong set_status(TradingStatus status, std::int64_t time) {
        return step([&](auto& engine, auto& handler) { engine.set_status(status, time, handler); },
                    [&](auto& engine) { engine.set_status(status, time); });
    }
    Wrong advance(std::int64_t time) {
        return step([&](auto& engine, auto& handler) { engine.advance(time, handler); }, [&](auto& engine) { engine.advance(time); });
    }
    Wrong end_day(std::int64_t time) {
        return step([&](auto& engine, auto& handler) { engine.end_day(time, handler); }, [&](auto& engine) { engine.end_day(time); });
    }
    Wrong set_bands(std::int64_t low, std::int64_t high) {
        bool took = false;
        const Wrong wrong = step([&](auto& engine, auto&) { took = engine.set_bands(low, high); }, [&](auto& engine) { engine.set_bands(low, high); });
        return took ? wrong : "sound bands were refused";
    }
    Wrong set_ticks(const TickTable& table) {
        bool took = false;
        const Wrong wrong = step([&](auto& engine, auto&) { took = engine.set_ticks(table); }, [&](auto& engine) { engine.set_ticks(table); });
        return took ? wrong : "a sound tick table was refused";
    }
    /// The whole state: every order in its place, and what each auction would come to.
    Wrong same_state() const {
        const auto a = standing(fast);
        const auto b = naive.all();
        const bool equal = std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Standing& x, const auto& y) {
            return same(x.first, y.state) && x.second == (y.where == NaiveEngine<Recorder>::Where::shown ? y.shown : 0);
        });
        if (!equal || fast.order_count() != b.size()) return "the orders differ";
        for (const bool opening : {false, true})
            for (const bool closing : {false, true})
                if (!same(fast.indicative(opening, closing), naive.indicative(opening, closing))) return "the auctions to come differ";
        return nullptr;
    }
    std::uint64_t state_hash() const { return hash_fast_.value(); }
    /// What both said to the last request, for whoever looks for the reason of a difference.
    std::string last_answers() const {
        std::ostringstream text;
        for (const Recorder* said : {&said_fast, &said_naive}) {
            text << (said == &said_fast ? "fast:\n" : "naive:\n");
            for (const Happening& report : said->reports) {
                text << "  report";
                for (const std::int64_t number : report) text << ' ' << number;
                text << '\n';
            }
            for (const MarketEvent& e : said->feed)
                text << "  event " << static_cast<int>(e.kind) << " side " << static_cast<int>(e.side) << " order " << e.order << " price " << e.price
                     << " quantity " << e.quantity << " flags " << e.flags << " reference " << e.reference << '\n';
        }
        return text.str();
    }

    Recorder said_fast;
    Recorder said_naive;
    MatchingEngine fast;
    NaiveEngine<Recorder> naive;

private:
    StateHash hash_fast_;
    StateHash hash_naive_;
};

/// Quantity of each order by its number: what it was, less what was filled and withdrawn, is what it is.
class Conservation {
public:
    Wrong see(const std::vector<Happening>& reports) {
        for (const Happening& h : reports) {
            const auto number = static_cast<std::uint64_t>(h[1]);
            if (h[0] == said_accepted || h[0] == said_replaced) leaves(number) = h[7];
            if (h[0] == said_canceled) {
                if (leaves(number) != h[7]) return "withdrawn is not what rested of the order";
                leaves(number) = 0;
            }
            if (h[0] != said_fill) continue;
            const std::int64_t quantity = h[15];
            if (quantity <= 0 || h[4] == h[11]) return "a fill of nothing, or of two orders of one side";
            leaves(number) -= quantity;
            leaves(static_cast<std::uint64_t>(h[8])) -= quantity;
            if (leaves(number) != h[7] || leaves(static_cast<std::uint64_t>(h[8])) != h[14]) return "an order's fill does not add up";
        }
        return nullptr;
    }
    Wrong equals(const std::vector<Standing>& orders) const {
        for (const auto& [order, shown] : orders)
            if (order.number >= open_.size() || open_[order.number] != order.leaves) return "an order has not what it should have left";
        const auto living = std::count_if(open_.begin(), open_.end(), [](std::int64_t left) { return left != 0; });
        return static_cast<std::size_t>(living) == orders.size() ? nullptr : "an order was lost without a report";
    }

private:
    std::int64_t& leaves(std::uint64_t number) {
        if (number >= open_.size()) open_.resize(2 * number + 64);
        return open_[number];
    }
    std::vector<std::int64_t> open_;
};

/// Both engines, whoever sees only the feed, and the law of conservation.
class Trial {
public:
    explicit Trial(const MatchingOptions& options) : pair(options), book_(book_options(options)) {}

    /// What is wrong after the last request; `whole`: looks at everything.
    Wrong check(bool whole) {
        if (const Wrong wrong = conservation_.see(pair.said_fast.reports)) return wrong;
        for (const MarketEvent& event : pair.said_fast.feed) {
            const BookFault fault = book_.apply(event);
            const bool may_cross = pair.fast.status() != TradingStatus::open && (fault == BookFault::crossed || fault == BookFault::locked);
            if (fault != BookFault::none && !may_cross) return "the feed does not make a book";
        }
        if (!whole) return nullptr;
        if (const Wrong wrong = pair.same_state()) return wrong;
        const auto orders = standing(pair.fast);
        if (const Wrong wrong = conservation_.equals(orders)) return wrong;
        return same_book(orders);
    }
    Pair pair;

private:
    static BookOptions book_options(const MatchingOptions& options) {
        BookOptions made;
        made.tick = options.tick;
        return made;
    }
    // Whoever sees only the feed has the orders that are shown, in the same places.
    Wrong same_book(const std::vector<Standing>& orders) const {
        std::vector<OrderView> views(book_.order_count());
        const std::size_t bids = book_.orders(Side::buy, views.data(), views.size());
        book_.orders(Side::sell, views.data() + bids, views.size() - bids);
        std::size_t at = 0;
        for (const auto& [order, shown] : orders) {
            if (shown == 0) continue;
            if (at == views.size()) return "the feed shows fewer orders than there are";
            const OrderView& view = views[at++];
            if (view.order != order.number || view.price != order.price || view.quantity != shown) return "the feed shows another order";
        }
        if (at != views.size()) return "the feed shows more orders than there are";
        const bool alike = book_.best_bid().quantity == pair.fast.best_bid().quantity && book_.best_ask().orders == pair.fast.best_ask().orders;
        return alike ? nullptr : "the feed shows other best levels";
    }

    Book book_;
    Conservation conservation_;
};

} // namespace martlet::test
