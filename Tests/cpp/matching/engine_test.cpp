#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "../book/market_events.hpp"
#include "martlet/matching_engine.hpp"
#include "naive_engine.hpp"

// The matching engine against the naive one, its own feed and the law that quantity is conserved.

namespace martlet {
namespace {

using test::SplitMix;

/// Anything the engine said, as numbers.
using Happening = std::array<std::int64_t, 18>;

/// Keeps reports and market events, each kind in its order.
struct Recorder {
    std::vector<Happening> reports;
    std::vector<MarketEvent> feed;

    template <class... Values> void keep(std::int64_t kind, Values... values) {
        Happening happening{kind, static_cast<std::int64_t>(values)...};
        reports.push_back(happening);
    }
    void clear() {
        reports.clear();
        feed.clear();
    }
    void on_accepted(const Accepted& event) {
        const OrderState& o = event.order;
        keep(1, o.number, o.client, o.owner, o.side, o.price, o.filled, o.leaves, event.time);
    }
    void on_fill(const Filled& event) {
        const OrderState& m = event.maker;
        const OrderState& t = event.taker;
        EXPECT_NE(m.side, t.side);
        keep(2, m.number, m.client, m.owner, m.side, m.price, m.filled, m.leaves, t.number, t.client, t.owner, t.side, t.price, t.filled,
             t.leaves, event.quantity, event.trade, event.time);
    }
    void on_canceled(const Canceled& event) {
        const OrderState& o = event.order;
        keep(3, o.number, o.client, o.owner, o.side, o.price, o.filled, o.leaves, event.request, event.reason, event.time);
    }
    void on_replaced(const Replaced& event) {
        const OrderState& o = event.order;
        keep(4, o.number, o.client, o.owner, o.side, o.price, o.filled, o.leaves, event.original, event.kept_priority, event.time);
    }
    void on_triggered(const Triggered& event) {
        const OrderState& o = event.order;
        keep(6, o.number, o.client, o.owner, o.side, o.price, o.filled, o.leaves, event.stop, event.time);
    }
    void on_rejected(const Rejected& event) {
        keep(5, event.owner, event.request, event.reason, event.client, event.original, event.time);
    }
    void on_market(const MarketEvent& event) { feed.push_back(event); }
};

bool same(const std::vector<MarketEvent>& a, const std::vector<MarketEvent>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(MarketEvent)) == 0);
}

bool same(const OrderState& a, const OrderState& b) {
    return a.number == b.number && a.client == b.client && a.owner == b.owner && a.side == b.side && a.price == b.price &&
           a.filled == b.filled && a.leaves == b.leaves;
}

/// An order as it stands, and what of it is shown.
using Standing = std::pair<OrderState, std::int64_t>;

std::vector<Standing> standing(const MatchingEngine& engine) {
    std::vector<Standing> orders;
    engine.for_each_order([&](std::uint32_t at) { orders.emplace_back(engine.order_at(at), engine.shown_at(at)); });
    return orders;
}

/// Both engines under the same requests.
class Pair {
public:
    explicit Pair(const MatchingOptions& options) : fast(options), naive(options, said_naive) {}

    template <class Fast, class Naive> ::testing::AssertionResult step(Fast&& on_fast, Naive&& on_naive) {
        said_fast.clear();
        said_naive.clear();
        on_fast(fast, said_fast);
        on_naive(naive);
        if (said_fast.reports != said_naive.reports) return ::testing::AssertionFailure() << "reports differ";
        if (!same(said_fast.feed, said_naive.feed)) return ::testing::AssertionFailure() << "market events differ";
        return ::testing::AssertionSuccess();
    }
    ::testing::AssertionResult submit(const OrderRequest& request) {
        return step([&](auto& engine, auto& handler) { engine.submit(request, handler); }, [&](auto& engine) { engine.submit(request); });
    }
    ::testing::AssertionResult submit(const OrderRequest& request, const OrderTerms& terms) {
        return step([&](auto& engine, auto& handler) { engine.submit(request, terms, handler); },
                    [&](auto& engine) { engine.submit(request, terms); });
    }
    ::testing::AssertionResult advance(std::int64_t time) {
        return step([&](auto& engine, auto& handler) { engine.advance(time, handler); }, [&](auto& engine) { engine.advance(time); });
    }
    ::testing::AssertionResult end_day(std::int64_t time) {
        return step([&](auto& engine, auto& handler) { engine.end_day(time, handler); }, [&](auto& engine) { engine.end_day(time); });
    }
    ::testing::AssertionResult set_bands(std::int64_t low, std::int64_t high) {
        return step([&](auto& engine, auto&) { EXPECT_TRUE(engine.set_bands(low, high)); }, [&](auto& engine) { engine.set_bands(low, high); });
    }
    ::testing::AssertionResult set_ticks(const TickTable& table) {
        return step([&](auto& engine, auto&) { EXPECT_TRUE(engine.set_ticks(table)); }, [&](auto& engine) { engine.set_ticks(table); });
    }
    ::testing::AssertionResult cancel(const CancelRequest& request) {
        return step([&](auto& engine, auto& handler) { engine.cancel(request, handler); }, [&](auto& engine) { engine.cancel(request); });
    }
    ::testing::AssertionResult replace(const ReplaceRequest& request) {
        return step([&](auto& engine, auto& handler) { engine.replace(request, handler); }, [&](auto& engine) { engine.replace(request); });
    }
    ::testing::AssertionResult cancel_all(std::uint32_t owner, std::int64_t time) {
        return step([&](auto& engine, auto& handler) { engine.cancel_all(owner, time, handler); },
                    [&](auto& engine) { engine.cancel_all(owner, time); });
    }
    ::testing::AssertionResult set_status(TradingStatus status, std::int64_t time) {
        return step([&](auto& engine, auto& handler) { engine.set_status(status, time, handler); },
                    [&](auto& engine) { engine.set_status(status, time); });
    }
    ::testing::AssertionResult same_orders() const {
        const auto a = standing(fast);
        const auto b = naive.all();
        const bool equal = std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Standing& x, const auto& y) {
            return same(x.first, y.state) && x.second == (y.where == NaiveEngine<Recorder>::Where::shown ? y.shown : 0);
        });
        if (equal && fast.order_count() == b.size()) return ::testing::AssertionSuccess();
        return ::testing::AssertionFailure() << "the orders differ";
    }

    Recorder said_fast;
    Recorder said_naive;
    MatchingEngine fast;
    NaiveEngine<Recorder> naive;
};

/// Quantity of each order by its number: what it is now, filled and withdrawn.
class Conservation {
public:
    void see(const std::vector<Happening>& reports) {
        for (const Happening& h : reports) {
            const auto number = static_cast<std::uint64_t>(h[1]);
            if (h[0] == 1) open_[number] = h[7];
            if (h[0] == 4) open_[number] = h[7];
            if (h[0] == 3) {
                ASSERT_EQ(open_[number], h[7]) << "withdrawn is not what rested of order " << number;
                open_.erase(number);
            }
            if (h[0] != 2) continue;
            const std::int64_t quantity = h[15];
            ASSERT_GT(quantity, 0);
            for (const auto& [order, leaves] : {std::pair{number, h[7]}, std::pair{static_cast<std::uint64_t>(h[8]), h[14]}}) {
                open_[order] -= quantity;
                ASSERT_EQ(open_[order], leaves) << "fill of order " << order;
                if (leaves == 0) open_.erase(order);
            }
        }
    }
    void equals(const std::vector<Standing>& orders) const {
        ASSERT_EQ(open_.size(), orders.size());
        for (const auto& [order, shown] : orders) ASSERT_EQ(open_.at(order.number), order.leaves);
    }

private:
    std::map<std::uint64_t, std::int64_t> open_;
};

/// Every kind of request, valid and not, around a wandering price.
class RandomRequests {
public:
    RandomRequests(std::uint64_t seed, std::int64_t reach, std::int64_t tick, bool plain)
        : random_(seed), reach_(reach), tick_(tick), plain_(plain) {}

    ::testing::AssertionResult next(Pair& pair, std::int64_t time) {
        const std::uint64_t roll = random_.below(1000);
        if (random_.below(100) == 0) middle_ += static_cast<std::int64_t>(random_.below(2 * static_cast<std::uint64_t>(reach_) + 1)) - reach_;
        middle_ = std::max(middle_, 2 * reach_);
        const auto owner = static_cast<std::uint32_t>(random_.below(3));
        const std::uint64_t client = random_.below(40);
        if (roll < 12) {
            const TradingStatus next = phase();
            if (pair.fast.status() == TradingStatus::closed && random_.below(2) == 0) return pair.end_day(time);
            return pair.set_status(next, time);
        }
        if (roll < 15) return pair.cancel_all(owner, time);
        if (roll < 16) return pair.advance(time + static_cast<std::int64_t>(random_.below(20)));
        if (roll < 17 && !plain_) return rules(pair);
        if (roll < 250) return pair.cancel({owner, 0, 1000 + client, client, time});
        if (roll < 450) {
            ReplaceRequest request{owner, 0, random_.below(40), client, price(), quantity(), time};
            if (!plain_ && random_.below(4) == 0) request.stop = price();
            return pair.replace(request);
        }
        OrderRequest request{owner, side(), OrderType::limit, TimeInForce::day, 0, client, price(), quantity(), time};
        if (roll >= 850) request.type = OrderType::market;
        if (roll >= 996) request.type = OrderType::none;
        if (roll >= 700) request.time_in_force = static_cast<TimeInForce>(random_.below(roll >= 990 ? 8 : 4));
        if (plain_ || random_.below(3) == 0) return pair.submit(request);
        return pair.submit(request, terms(request));
    }

private:
    // Mostly open; the phases of a day in their order, and out of it.
    TradingStatus phase() {
        static constexpr TradingStatus day[] = {TradingStatus::pre_open, TradingStatus::auction, TradingStatus::open, TradingStatus::open,
                                                TradingStatus::open, TradingStatus::auction, TradingStatus::closed};
        if (random_.below(4) == 0) return random_.below(3) == 0 ? static_cast<TradingStatus>(random_.below(6)) : TradingStatus::open;
        return day[phase_++ % std::size(day)];
    }
    ::testing::AssertionResult rules(Pair& pair) {
        if (random_.below(2) == 0) {
            const bool wide = random_.below(3) != 0;
            return pair.set_bands(wide ? 1 : (middle_ - reach_ / 2 - 1) * tick_, wide ? std::int64_t{1} << 53 : (middle_ + reach_ / 2 + 1) * tick_);
        }
        TickTable table{};
        table.count = 1 + random_.below(3);
        for (std::size_t i = 0; i < table.count; ++i) {
            table.from[i] = i == 0 ? 1 : (middle_ - reach_ + static_cast<std::int64_t>(i) * reach_) * tick_;
            table.tick[i] = tick_ * static_cast<std::int64_t>(1 + i);
        }
        return pair.set_ticks(table);
    }
    // One to three things that an order can say; some do not go together.
    OrderTerms terms(OrderRequest& request) {
        OrderTerms terms;
        for (std::uint64_t said = 1 + random_.below(2); said != 0; --said) {
            switch (random_.below(9)) {
            case 0: request.instructions |= instruction_post_only; break;
            case 1: request.instructions |= instruction_hidden; break;
            case 2: terms.display = quantity() / 3; break;
            case 3:
                request.time_in_force = TimeInForce::immediate_or_cancel;
                terms.minimum = quantity() / 2;
                break;
            case 4:
                request.time_in_force = TimeInForce::good_till_date;
                terms.expires = request.time + static_cast<std::int64_t>(random_.below(60));
                break;
            case 5: terms.self_match = static_cast<SelfMatch>(random_.below(random_.below(50) == 0 ? 6 : 5)); break;
            case 6:
                request.type = random_.below(2) == 0 ? OrderType::stop : OrderType::stop_limit;
                terms.stop = price();
                break;
            case 7:
                request.type = OrderType::trailing_stop;
                terms.trail = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(reach_) + 1)) * tick_;
                if (random_.below(2) == 0) terms.stop = price();
                break;
            default: request.time_in_force = random_.below(2) == 0 ? TimeInForce::at_the_opening : TimeInForce::at_the_close; break;
            }
        }
        if (random_.below(100) == 0) terms.trail = terms.stop = static_cast<std::int64_t>(random_.next());
        return terms;
    }
    Side side() { return random_.below(300) == 0 ? Side::none : random_.below(2) != 0 ? Side::buy : Side::sell; }
    std::int64_t price() {
        const std::int64_t ticks = middle_ + static_cast<std::int64_t>(random_.below(2 * static_cast<std::uint64_t>(reach_) + 1)) - reach_;
        return ticks * tick_ + (random_.below(200) == 0 ? 1 : 0);
    }
    std::int64_t quantity() {
        if (random_.below(300) == 0) return 1 - static_cast<std::int64_t>(random_.below(3));
        return static_cast<std::int64_t>(1 + random_.below(20));
    }

    SplitMix random_;
    std::int64_t reach_;
    std::int64_t tick_;
    bool plain_;
    std::int64_t middle_ = 500;
    std::size_t phase_ = 0;
};

/// What a world must have seen often for its agreement to mean something.
struct Visits {
    std::map<std::int64_t, int> reports;  ///< by kind of report
    std::map<std::int64_t, int> reasons;  ///< of cancels and rejects
    std::map<EventKind, int> feed;
    int hidden_trades = 0;
    int new_slices = 0;                   ///< shown without an order's acceptance, replace or trigger

    void see(const Recorder& said) {
        bool entered = false;
        for (const Happening& h : said.reports) {
            ++reports[h[0]];
            if (h[0] == 3) ++reasons[h[9]];
            if (h[0] == 5) ++reasons[h[3]];
            entered |= h[0] == 1 || h[0] == 4 || h[0] == 6;
        }
        int shown = 0;
        for (const MarketEvent& event : said.feed) {
            ++feed[event.kind];
            hidden_trades += event.kind == EventKind::trade && (event.flags & market_flag_implied) != 0;
            shown += event.kind == EventKind::order_add;
        }
        new_slices += shown > 1 || (shown == 1 && !entered);
    }
    void expect_everything() const {
        for (const std::int64_t kind : {1, 2, 3, 4, 5, 6}) EXPECT_GT(reports.at(kind), 100) << "report " << kind;
        for (const RejectReason reason : {RejectReason::exchange_closed, RejectReason::unknown_order, RejectReason::duplicate_order,
                                          RejectReason::bad_price, RejectReason::bad_quantity, RejectReason::unsupported, RejectReason::no_liquidity,
                                          RejectReason::malformed, RejectReason::would_trade, RejectReason::minimum_quantity, RejectReason::expired})
            EXPECT_GT(reasons.at(static_cast<std::int64_t>(reason)), 100) << "reason " << static_cast<int>(reason);
        for (const EventKind kind : {EventKind::order_add, EventKind::order_modify, EventKind::order_cancel, EventKind::order_execute, EventKind::trade,
                                     EventKind::auction, EventKind::trading_status})
            EXPECT_GT(feed.at(kind), 100) << "event " << static_cast<int>(kind);
        EXPECT_GT(hidden_trades, 100);
        EXPECT_GT(new_slices, 100);
    }
};

struct World {
    const char* name;
    std::int64_t reach;
    std::int64_t tick;
    bool plain;
    SelfMatch self_match;
};

class EngineDifferential : public testing::TestWithParam<World> {};

/// Whoever sees only the feed has the orders that are shown, in the same places.
void same_book(const Book& book, const std::vector<Standing>& orders, const MatchingEngine& engine) {
    std::vector<OrderView> views(book.order_count());
    const std::size_t bids = book.orders(Side::buy, views.data(), views.size());
    book.orders(Side::sell, views.data() + bids, views.size() - bids);
    std::size_t at = 0;
    for (const auto& [order, shown] : orders) {
        if (shown == 0) continue;
        ASSERT_LT(at, views.size());
        ASSERT_EQ(views[at].order, order.number);
        ASSERT_EQ(views[at].price, order.price);
        ASSERT_EQ(views[at++].quantity, shown);
    }
    ASSERT_EQ(views.size(), at);
    ASSERT_EQ(book.best_bid().quantity, engine.best_bid().quantity);
    ASSERT_EQ(book.best_ask().orders, engine.best_ask().orders);
}

TEST_P(EngineDifferential, EveryReportAndEveryMarketEventEqualTheNaiveOnesAndQuantityIsConserved) {
    MatchingOptions options;
    options.instrument = 7;
    options.expected_orders = 4;
    options.expected_levels = 64;
    options.maximum_orders = 60;
    options.maximum_quantity = 19;
    options.tick = GetParam().tick;
    options.self_match = GetParam().self_match;
    Pair pair(options);
    BookOptions book_options;
    book_options.tick = options.tick;
    Book book(book_options);
    Conservation conservation;
    Visits visits;
    RandomRequests requests(31 + static_cast<std::uint64_t>(GetParam().reach), GetParam().reach, GetParam().tick, GetParam().plain);
    for (int i = 0; i < 200'000; ++i) {
        ASSERT_TRUE(requests.next(pair, i)) << "request " << i;
        ASSERT_NO_FATAL_FAILURE(conservation.see(pair.said_fast.reports)) << "request " << i;
        visits.see(pair.said_fast);
        for (const MarketEvent& event : pair.said_fast.feed) {
            const BookFault fault = book.apply(event);
            const bool may_cross = pair.fast.status() != TradingStatus::open && (fault == BookFault::crossed || fault == BookFault::locked);
            ASSERT_TRUE(fault == BookFault::none || may_cross) << "request " << i;
        }
        if (i % 16 != 0) continue;
        ASSERT_TRUE(pair.same_orders()) << "after request " << i;
        const auto orders = standing(pair.fast);
        ASSERT_NO_FATAL_FAILURE(conservation.equals(orders));
        ASSERT_NO_FATAL_FAILURE(same_book(book, orders, pair.fast)) << "after request " << i;
    }
    if (!GetParam().plain) visits.expect_everything();
}

INSTANTIATE_TEST_SUITE_P(Worlds, EngineDifferential,
                         testing::Values(World{"PlainNarrow", 2, 1, true, SelfMatch::allowed}, World{"PlainTicks", 8, 25, true, SelfMatch::cancel_oldest},
                                         World{"PlainWide", 300, 1, true, SelfMatch::allowed}, World{"AllNarrow", 2, 1, false, SelfMatch::allowed},
                                         World{"AllTicks", 8, 25, false, SelfMatch::allowed}, World{"AllWide", 60, 1, false, SelfMatch::decrement},
                                         World{"AllNewest", 4, 1, false, SelfMatch::cancel_newest},
                                         World{"AllBoth", 4, 1, false, SelfMatch::cancel_both}),
                         [](const auto& info) { return info.param.name; });

// All sequences of four requests out of a small alphabet: two owners, two prices, two sizes.
TEST(EngineSmallWorlds, EverySequenceOfFourRequestsIsAnsweredAlike) {
    using Request = std::function<::testing::AssertionResult(Pair&)>;
    std::vector<Request> alphabet;
    for (const Side side : {Side::buy, Side::sell}) {
        const auto owner = static_cast<std::uint32_t>(side);
        for (const std::int64_t price : {1, 2})
            for (const std::int64_t quantity : {1, 2})
                alphabet.push_back([=](Pair& pair) {
                    return pair.submit({owner, side, OrderType::limit, TimeInForce::day, 0, static_cast<std::uint64_t>(quantity), price, quantity, 1});
                });
        alphabet.push_back([=](Pair& pair) { return pair.submit({owner, side, OrderType::market, TimeInForce::day, 0, 5, 0, 2, 1}); });
        alphabet.push_back([=](Pair& pair) { return pair.submit({owner, side, OrderType::limit, TimeInForce::fill_or_kill, 0, 6, 2, 2, 1}); });
        alphabet.push_back([=](Pair& pair) { return pair.cancel({owner, 0, 9, 1, 1}); });
        alphabet.push_back([=](Pair& pair) { return pair.replace({owner, 0, 1, 2, 1, 1, 1}); });
    }
    const std::size_t letters = alphabet.size();
    std::size_t worlds = 1;
    for (int i = 0; i < 4; ++i) worlds *= letters;
    MatchingOptions options;
    options.expected_orders = 2;
    options.expected_levels = 64;
    for (std::size_t world = 0; world < worlds; ++world) {
        Pair pair(options);
        std::size_t code = world;
        for (int i = 0; i < 4; ++i, code /= letters) ASSERT_TRUE(alphabet[code % letters](pair)) << "world " << world;
        ASSERT_TRUE(pair.same_orders()) << "world " << world;
    }
}

TEST(Engine, AFullEngineRefusesWhatWouldRestAndStillTrades) {
    MatchingOptions options;
    options.maximum_orders = 1;
    MatchingEngine engine(options);
    Recorder said;
    engine.submit({1, Side::sell, OrderType::limit, TimeInForce::day, 0, 1, 100, 5, 1}, said);
    engine.submit({2, Side::buy, OrderType::limit, TimeInForce::day, 0, 1, 99, 5, 2}, said);
    ASSERT_EQ(said.reports.size(), 2u);
    EXPECT_EQ(said.reports[1][3], static_cast<std::int64_t>(RejectReason::order_exceeds_limit));
    engine.submit({2, Side::buy, OrderType::limit, TimeInForce::immediate_or_cancel, 0, 1, 100, 5, 3}, said);
    EXPECT_EQ(said.reports.back()[0], 2);
    EXPECT_EQ(engine.order_count(), 0u);
}

TEST(Engine, ExtremePricesAndQuantitiesAreRefused) {
    MatchingEngine engine(MatchingOptions{});
    Recorder said;
    for (const std::int64_t price : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
        engine.submit({1, Side::buy, OrderType::limit, TimeInForce::day, 0, 1, price, 1, 1}, said);
    for (const std::int64_t quantity : {std::int64_t{0}, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
        engine.submit({1, Side::buy, OrderType::limit, TimeInForce::day, 0, 1, 5, quantity, 1}, said);
    ASSERT_EQ(said.reports.size(), 7u);
    for (const Happening& report : said.reports) EXPECT_EQ(report[0], 5);
    EXPECT_TRUE(said.feed.empty());
}

} // namespace
} // namespace martlet
