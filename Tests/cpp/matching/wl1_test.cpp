#include <gtest/gtest.h>

#include "../../../Bench/cpp/matching/wl1.hpp"
#include "martlet/book.hpp"

namespace martlet {
namespace {

// Counts as the generator does, and keeps the book of somebody who only sees the feed.
struct Follower {
    Book book{[] {
        BookOptions options;
        options.expected_orders = 16'384;
        options.expected_levels = 16'384;
        return options;
    }()};
    std::uint64_t faults = 0;
    std::uint64_t fills = 0;
    std::int64_t value = 0;
    void on_accepted(const Accepted&) {}
    void on_fill(const Filled& fill) {
        ++fills;
        value += fill.price * fill.quantity;
    }
    void on_canceled(const Canceled&) {}
    void on_replaced(const Replaced&) {}
    void on_triggered(const Triggered&) {}
    void on_rejected(const Rejected& rejected) { faults += rejected.reason != RejectReason::no_liquidity; }
    void on_market(const MarketEvent& event) { faults += book.apply(event) != BookFault::none; }
};

TEST(PublishedWorkload, ItsCheckSumsAreReproduced) {
    wl1::Sums sums;
    const std::vector<wl1::Message> messages = wl1::Generator().make(sums);
    EXPECT_EQ(sums.adds, wl1::expected.adds);
    EXPECT_EQ(sums.cancels, wl1::expected.cancels);
    EXPECT_EQ(sums.fills, wl1::expected.fills);
    EXPECT_EQ(sums.value, wl1::expected.value);
    EXPECT_EQ(sums.live, wl1::expected.live);
    EXPECT_TRUE(sums == wl1::expected);

    MatchingEngine engine(wl1::options());
    Follower follower;
    for (const wl1::Message& message : messages) wl1::play(message, engine, follower);
    EXPECT_EQ(follower.faults, 0u);
    EXPECT_EQ(follower.fills, wl1::expected.fills);
    EXPECT_EQ(follower.value, wl1::expected.value);
    EXPECT_EQ(follower.book.order_count(), wl1::expected.live);
    EXPECT_EQ(follower.book.best_bid().price, wl1::expected.best_bid);
    EXPECT_EQ(follower.book.best_ask().price, wl1::expected.best_ask);
    EXPECT_EQ(engine.growths() + follower.book.growths(), 0u) << "memory grew after start";
}

} // namespace
} // namespace martlet
