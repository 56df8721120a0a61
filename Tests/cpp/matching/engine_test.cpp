#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "../book/market_events.hpp"
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
        EXPECT_EQ(m.price, event.price);
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

std::vector<OrderState> resting(const MatchingEngine& engine) {
    std::vector<OrderState> orders;
    for (const Side side : {Side::buy, Side::sell})
        for (std::uint32_t at = engine.first_order(side); at != 0; at = engine.next_order(at)) orders.push_back(engine.order_at(at));
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
        const auto a = resting(fast);
        const auto b = naive.all();
        const bool equal = std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const OrderState& x, const OrderState& y) { return same(x, y); });
        if (equal && fast.order_count() == b.size()) return ::testing::AssertionSuccess();
        return ::testing::AssertionFailure() << "resting orders differ";
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
    void equals(const std::vector<OrderState>& orders) const {
        ASSERT_EQ(open_.size(), orders.size());
        for (const OrderState& order : orders) ASSERT_EQ(open_.at(order.number), order.leaves);
    }

private:
    std::map<std::uint64_t, std::int64_t> open_;
};

class RandomRequests {
public:
    explicit RandomRequests(std::uint64_t seed, std::int64_t reach, std::int64_t tick) : random_(seed), reach_(reach), tick_(tick) {}

    ::testing::AssertionResult next(Pair& pair, std::int64_t time) {
        const std::uint64_t roll = random_.below(1000);
        if (random_.below(100) == 0) middle_ += static_cast<std::int64_t>(random_.below(2 * static_cast<std::uint64_t>(reach_) + 1)) - reach_;
        middle_ = std::max(middle_, 2 * reach_);
        const auto owner = static_cast<std::uint32_t>(random_.below(3));
        const std::uint64_t client = random_.below(40);
        if (roll < 1) return pair.set_status(random_.below(4) == 0 ? TradingStatus::halted : TradingStatus::open, time);
        if (roll < 5) return pair.set_status(TradingStatus::open, time);
        if (roll < 8) return pair.cancel_all(owner, time);
        if (roll < 250) return pair.cancel({owner, 0, 1000 + client, client, time});
        if (roll < 450) return pair.replace({owner, 0, random_.below(40), client, price(), quantity(), time});
        OrderRequest request{owner, side(), OrderType::limit, TimeInForce::day, 0, client, price(), quantity(), time};
        if (roll >= 850) request.type = OrderType::market;
        if (roll >= 996) request.type = OrderType::stop;
        if (roll >= 700) request.time_in_force = static_cast<TimeInForce>(random_.below(roll >= 990 ? 5 : 4));
        return pair.submit(request);
    }

private:
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
    std::int64_t middle_ = 500;
};

class EngineDifferential : public testing::TestWithParam<std::pair<std::int64_t, std::int64_t>> {};

TEST_P(EngineDifferential, EveryReportAndEveryMarketEventEqualTheNaiveOnesAndQuantityIsConserved) {
    MatchingOptions options;
    options.instrument = 7;
    options.expected_orders = 4;
    options.expected_levels = 64;
    options.maximum_orders = 60;
    options.maximum_quantity = 19;
    options.tick = GetParam().second;
    Pair pair(options);
    BookOptions book_options;
    book_options.tick = options.tick;
    Book book(book_options);
    Conservation conservation;
    RandomRequests requests(31 + static_cast<std::uint64_t>(GetParam().first), GetParam().first, GetParam().second);
    for (int i = 0; i < 200'000; ++i) {
        ASSERT_TRUE(requests.next(pair, i)) << "request " << i;
        ASSERT_NO_FATAL_FAILURE(conservation.see(pair.said_fast.reports)) << "request " << i;
        for (const MarketEvent& event : pair.said_fast.feed) ASSERT_EQ(book.apply(event), BookFault::none) << "request " << i;
        if (i % 16 != 0) continue;
        ASSERT_TRUE(pair.same_orders()) << "after request " << i;
        const auto orders = resting(pair.fast);
        ASSERT_NO_FATAL_FAILURE(conservation.equals(orders));
        // The book of somebody who only sees the feed has the same orders in the same places.
        std::vector<OrderView> views(book.order_count());
        const std::size_t bids = book.orders(Side::buy, views.data(), views.size());
        book.orders(Side::sell, views.data() + bids, views.size() - bids);
        ASSERT_EQ(views.size(), orders.size());
        for (std::size_t at = 0; at < orders.size(); ++at) {
            ASSERT_EQ(views[at].order, orders[at].number);
            ASSERT_EQ(views[at].price, orders[at].price);
            ASSERT_EQ(views[at].quantity, orders[at].leaves);
        }
        ASSERT_EQ(book.best_bid().quantity, pair.fast.best_bid().quantity);
        ASSERT_EQ(book.best_ask().orders, pair.fast.best_ask().orders);
    }
}

INSTANTIATE_TEST_SUITE_P(Worlds, EngineDifferential,
                         testing::Values(std::pair{std::int64_t{2}, std::int64_t{1}}, std::pair{std::int64_t{8}, std::int64_t{25}},
                                         std::pair{std::int64_t{300}, std::int64_t{1}}),
                         [](const auto& info) { return "Reach" + std::to_string(info.param.first); });

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
