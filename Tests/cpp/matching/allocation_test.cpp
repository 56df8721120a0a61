#include "../allocations.hpp"

#include <gtest/gtest.h>

#include "../../../Bench/cpp/matching/wl1.hpp"
#include "martlet/book.hpp"

namespace martlet {
namespace {

struct Feed {
    Book book{[] {
        BookOptions options;
        options.expected_orders = 16'384;
        options.expected_levels = 16'384;
        return options;
    }()};
    std::uint64_t events = 0;
    void on_accepted(const Accepted&) {}
    void on_fill(const Filled&) {}
    void on_canceled(const Canceled&) {}
    void on_replaced(const Replaced&) {}
    void on_triggered(const Triggered&) {}
    void on_rejected(const Rejected&) {}
    void on_market(const MarketEvent& event) {
        ++events;
        (void)book.apply(event);
    }
};

TEST(Allocations, MatchingAndTheBookOfItsFeedMakeNoneAfterThePrefill) {
    if (!allocations_are_counted) GTEST_SKIP() << "a sanitizer has the heap";
    wl1::Sums sums;
    const std::vector<wl1::Message> messages = wl1::Generator().make(sums);
    MatchingEngine engine(wl1::options());
    Feed feed;
    for (std::size_t i = 0; i < wl1::prefill; ++i) wl1::play(messages[i], engine, feed);
    Level levels[10];
    std::size_t depth = 0;
    const std::uint64_t made = allocations_of([&] {
        for (std::size_t i = wl1::prefill; i < messages.size(); ++i) {
            wl1::play(messages[i], engine, feed);
            if (i % 64 == 0) depth += feed.book.depth(Side::buy, levels, 10);
        }
    });
    EXPECT_EQ(made, 0u);
    EXPECT_EQ(feed.book.order_count(), wl1::expected.live);
    EXPECT_GT(depth, 100'000u);
}

} // namespace
} // namespace martlet
