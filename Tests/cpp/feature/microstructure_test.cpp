#include <gtest/gtest.h>

#include <vector>

#include "martlet/book.hpp"
#include "martlet/microstructure.hpp"
#include "series.hpp"

namespace martlet {
namespace {

using namespace testing;

struct Top {
    std::int64_t bid, bid_quantity, ask, ask_quantity;
    bool operator==(const Top&) const = default;
};

/// One term of Cont, Kukanov and Stoikov, side by side: what demand gained less what supply gained.
std::int64_t flow(const Top& a, const Top& b) {
    const std::int64_t demand = b.bid > a.bid ? b.bid_quantity : b.bid < a.bid ? -a.bid_quantity : b.bid_quantity - a.bid_quantity;
    const std::int64_t supply = b.ask < a.ask ? b.ask_quantity : b.ask > a.ask ? -a.ask_quantity : b.ask_quantity - a.ask_quantity;
    return demand - supply;
}

TEST(OrderFlowImbalance, IsTheSumOfTheLastChangesAtTheTop) {
    for (const int period : {1, 2, 7, 100, 256}) {
        Dice dice(static_cast<std::uint64_t>(period));
        OrderFlowImbalance kernel(period);
        std::vector<std::int64_t> flows;
        Top last{1000, 5, 1002, 5};
        kernel.update(last.bid, last.bid_quantity, last.ask, last.ask_quantity);
        for (int i = 0; i < 3'000; ++i) {
            Top now = last;
            if (dice.next() % 3 == 0) now.bid += static_cast<std::int64_t>(dice.next() % 3) - 1;
            if (dice.next() % 3 == 0) now.ask += static_cast<std::int64_t>(dice.next() % 3) - 1;
            now.bid_quantity = 1 + static_cast<std::int64_t>(dice.next() % 4);
            now.ask_quantity = 1 + static_cast<std::int64_t>(dice.next() % 4);
            if (!(now == last)) flows.push_back(flow(last, now));
            last = now;
            kernel.update(now.bid, now.bid_quantity, now.ask, now.ask_quantity);
            const auto n = static_cast<std::size_t>(period);
            ASSERT_EQ(kernel.warm(), flows.size() >= n);
            if (flows.size() < n) continue;
            std::int64_t sum = 0, moved = 0;
            for (std::size_t k = flows.size() - n; k < flows.size(); ++k) {
                sum += flows[k];
                moved += std::abs(flows[k]);
            }
            ASSERT_EQ(kernel.value(), static_cast<double>(sum));
            ASSERT_DOUBLE_EQ(kernel.relative(), moved == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(moved));
        }
    }
}

TEST(OrderFlowImbalance, CountsASideThatVanishesAsGoneAndOneThatReturnsAsNew) {
    OrderFlowImbalance kernel(1);
    kernel.update(100, 7, 101, 3);
    kernel.update(100, 0, 101, 3);
    EXPECT_EQ(kernel.value(), -7);
    kernel.update(99, 0, 101, 3); // still no bid: its stale price says nothing
    EXPECT_EQ(kernel.value(), -7);
    kernel.update(90, 4, 101, 3);
    EXPECT_EQ(kernel.value(), 4);
    kernel.update(90, 4, 101, 0);
    EXPECT_EQ(kernel.value(), 3);
    kernel.update(90, 4, 300, 9);
    EXPECT_EQ(kernel.value(), -9);
}

TEST(OrderFlowImbalance, DoesNotOverflowOnAbsurdQuantities) {
    OrderFlowImbalance kernel(256);
    for (int i = 0; i < 1'000; ++i) {
        const bool up = i % 2 == 0;
        kernel.update(up ? INT64_MAX : INT64_MIN, INT64_MAX, up ? INT64_MAX : INT64_MIN, up ? INT64_MIN : INT64_MAX);
        ASSERT_TRUE(!kernel.warm() || std::abs(kernel.relative()) <= 1);
    }
    EXPECT_TRUE(kernel.warm());
}

TEST(OrderFlowImbalance, OfAMirroredMarketIsTheOpposite) {
    OrderFlowImbalance kernel(20), mirror(20);
    Dice dice(4);
    for (int i = 0; i < 500; ++i) {
        const auto bid = static_cast<std::int64_t>(dice.next() % 3), ask = 4 + static_cast<std::int64_t>(dice.next() % 3);
        const auto qb = static_cast<std::int64_t>(dice.next() % 5), qa = static_cast<std::int64_t>(dice.next() % 5);
        kernel.update(bid, qb, ask, qa);
        mirror.update(-ask, qa, -bid, qb);
        ASSERT_EQ(kernel.warm(), mirror.warm());
        if (kernel.warm()) ASSERT_EQ(kernel.value(), -mirror.value());
    }
}

TEST(BookImbalance, ComparesTheBestLevelsOfEachSide) {
    BookImbalance kernel(2);
    EXPECT_TRUE(std::isnan(kernel.value()));
    const Level bids[] = {{10, 3, 1, 0}, {9, 5, 2, 0}, {8, 1000, 1, 0}};
    const Level asks[] = {{11, 2, 1, 0}};
    kernel.update(bids, 3, asks, 1);
    EXPECT_DOUBLE_EQ(kernel.value(), 0.6);
    kernel.update(bids, 0, asks, 0);
    EXPECT_EQ(kernel.value(), 0);
    kernel.update(0, 9);
    EXPECT_EQ(kernel.value(), -1);
    kernel.update(INT64_MAX, INT64_MAX);
    EXPECT_EQ(kernel.value(), 0);
    EXPECT_EQ(BookImbalance(0).status(), KernelStatus::bad_period);
}

TEST(Spread, IsAskLessBidAndAShareOfTheMid) {
    Spread kernel;
    EXPECT_TRUE(std::isnan(kernel.value()) && std::isnan(kernel.relative()));
    kernel.update(99, 101);
    EXPECT_EQ(kernel.value(), 2);
    EXPECT_DOUBLE_EQ(kernel.relative(), 0.02);
    kernel.update(101, 99);
    EXPECT_EQ(kernel.value(), -2);
    kernel.update(-1, 1);
    EXPECT_EQ(kernel.relative(), 0);
    kernel.update(INT64_MIN, INT64_MAX);
    EXPECT_TRUE(std::isfinite(kernel.value()));
}

TEST(Microprice, LeansToTheThinnerSide) {
    EXPECT_EQ(microprice(100, 1, 102, 1), 101);
    EXPECT_EQ(microprice(100, 3, 102, 1), 101.5);
    EXPECT_EQ(microprice(100, 0, 102, 5), 100);
    EXPECT_EQ(microprice(100, 0, 102, 0), 101);
    Dice dice(8);
    for (int i = 0; i < 1'000; ++i) {
        const auto bid = static_cast<std::int64_t>(dice.next() % 1'000'000);
        const auto ask = bid + 1 + static_cast<std::int64_t>(dice.next() % 1000);
        const double value = microprice(bid, static_cast<std::int64_t>(dice.next()), ask, static_cast<std::int64_t>(dice.next()));
        ASSERT_TRUE(value >= static_cast<double>(bid) && value <= static_cast<double>(ask));
    }
}

} // namespace
} // namespace martlet
