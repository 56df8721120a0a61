#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "market_events.hpp"
#include "naive_book.hpp"

// One suite for both books: what a book must do, whatever it is made of.

namespace martlet {
namespace {

using namespace test;

template <class T> class BookBehaviour : public testing::Test {
public:
    static T make(BookMode mode, std::uint32_t maximum = 1u << 20) {
        BookOptions options;
        options.mode = mode;
        options.expected_orders = 16;
        options.expected_levels = 64;
        options.maximum_orders = maximum;
        return T(options);
    }
};

using Books = testing::Types<Book, NaiveBook>;
TYPED_TEST_SUITE(BookBehaviour, Books);

void expect_level(const Level& level, std::int64_t price, std::int64_t quantity, std::uint32_t orders) {
    EXPECT_EQ(level.price, price);
    EXPECT_EQ(level.quantity, quantity);
    EXPECT_EQ(level.orders, orders);
}

TYPED_TEST(BookBehaviour, AnEmptyBookHasNoPricesAndIsValid) {
    auto book = this->make(BookMode::by_order);
    EXPECT_TRUE(book.valid());
    EXPECT_EQ(book.epoch(), 0u);
    EXPECT_EQ(book.best_bid().quantity, 0);
    EXPECT_TRUE(std::isnan(book.mid()));
    EXPECT_TRUE(std::isnan(book.microprice()));
    EXPECT_TRUE(std::isnan(book.imbalance(5)));
    EXPECT_FALSE(book.crossed());
}

TYPED_TEST(BookBehaviour, TheBestLevelsAreTheHighestBidAndTheLowestAsk) {
    auto book = this->make(BookMode::by_order);
    book.apply(add(1, Side::buy, 100, 5));
    book.apply(add(2, Side::buy, 101, 7));
    book.apply(add(3, Side::buy, 101, 1));
    book.apply(add(4, Side::sell, 105, 2));
    book.apply(add(5, Side::sell, 103, 4));
    expect_level(book.best_bid(), 101, 8, 2);
    expect_level(book.best_ask(), 103, 4, 1);
    EXPECT_EQ(book.mid(), 102.0);
    EXPECT_EQ(book.microprice(), (101.0 * 4 + 103.0 * 8) / 12.0);
    EXPECT_EQ(book.imbalance(1), (8.0 - 4.0) / 12.0);
    EXPECT_EQ(book.imbalance(10), (13.0 - 6.0) / 19.0);
}

TYPED_TEST(BookBehaviour, DepthIsWrittenBestFirstAndNoFurtherThanAsked) {
    auto book = this->make(BookMode::by_order);
    for (std::int64_t price = 90; price < 95; ++price) book.apply(add(static_cast<std::uint64_t>(price), Side::buy, price, price));
    Level levels[8];
    ASSERT_EQ(book.depth(Side::buy, levels, 3), 3u);
    EXPECT_EQ(levels[0].price, 94);
    EXPECT_EQ(levels[2].price, 92);
    EXPECT_EQ(book.depth(Side::buy, levels, 8), 5u);
    EXPECT_EQ(book.depth(Side::sell, levels, 8), 0u);
    EXPECT_EQ(book.level_at(Side::buy, 93).quantity, 93);
    EXPECT_EQ(book.level_at(Side::sell, 93).quantity, 0);
}

TYPED_TEST(BookBehaviour, ACancelTakesAPartOrTheWholeOrder) {
    auto book = this->make(BookMode::by_order);
    book.apply(add(1, Side::buy, 100, 10));
    EXPECT_EQ(book.apply(cancel(1, 4)), BookFault::none);
    EXPECT_EQ(book.find(1).quantity, 6);
    EXPECT_EQ(book.apply(cancel(1)), BookFault::none);
    EXPECT_EQ(book.find(1).quantity, 0);
    EXPECT_EQ(book.order_count(), 0u);
    EXPECT_EQ(book.level_count(Side::buy), 0u);
}

TYPED_TEST(BookBehaviour, AnExecutionReducesAndAHiddenOneLeavesTheBookAlone) {
    auto book = this->make(BookMode::by_order);
    book.apply(add(1, Side::sell, 100, 10));
    EXPECT_EQ(book.apply(execute(1, 3)), BookFault::none);
    expect_level(book.best_ask(), 100, 7, 1);
    EXPECT_EQ(book.apply(execute(0, 50, market_flag_implied)), BookFault::none);
    expect_level(book.best_ask(), 100, 7, 1);
    EXPECT_EQ(book.apply(execute(1, 7)), BookFault::none);
    EXPECT_EQ(book.best_ask().quantity, 0);
}

TYPED_TEST(BookBehaviour, AModifyLosesThePlaceInTheQueueUnlessFlagged) {
    auto book = this->make(BookMode::by_order);
    for (std::uint64_t order = 1; order <= 3; ++order) book.apply(add(order, Side::buy, 100, 10));
    book.apply(modify(1, Side::buy, 100, 8, market_flag_priority));
    EXPECT_EQ(book.queue_ahead(1), 0);
    EXPECT_EQ(book.queue_ahead(3), 18);
    book.apply(modify(1, Side::none, 100, 8));
    EXPECT_EQ(book.queue_ahead(1), 20);
    EXPECT_EQ(book.queue_ahead(2), 0);
    book.apply(modify(2, Side::buy, 101, 9, market_flag_priority)); // another price cannot keep a place
    expect_level(book.best_bid(), 101, 9, 1);
    EXPECT_EQ(book.queue_ahead(1), 10);
}

TYPED_TEST(BookBehaviour, OrdersComeInPriority) {
    auto book = this->make(BookMode::by_order);
    book.apply(add(1, Side::sell, 102, 1));
    book.apply(add(2, Side::sell, 101, 2));
    book.apply(add(3, Side::sell, 101, 3));
    OrderView views[4];
    ASSERT_EQ(book.orders(Side::sell, views, 4), 3u);
    EXPECT_EQ(views[0].order, 2u);
    EXPECT_EQ(views[1].order, 3u);
    EXPECT_EQ(views[2].order, 1u);
    EXPECT_EQ(views[2].price, 102);
    EXPECT_EQ(views[1].side, Side::sell);
    EXPECT_EQ(book.orders(Side::sell, views, 1), 1u);
}

TYPED_TEST(BookBehaviour, FaultyEventsChangeNothingAndAreCounted) {
    auto book = this->make(BookMode::by_order, 2);
    book.apply(add(1, Side::buy, 100, 10));
    const auto huge = (std::int64_t{1} << 53) + 1;
    EXPECT_EQ(book.apply(add(1, Side::sell, 105, 1)), BookFault::duplicate_order);
    EXPECT_EQ(book.apply(add(2, Side::buy, 100, 0)), BookFault::negative_quantity);
    EXPECT_EQ(book.apply(add(2, Side::buy, 100, -5)), BookFault::negative_quantity);
    EXPECT_EQ(book.apply(add(2, Side::none, 100, 5)), BookFault::bad_side);
    EXPECT_EQ(book.apply(add(2, Side::buy, huge, 5)), BookFault::bad_price);
    EXPECT_EQ(book.apply(add(2, Side::buy, std::numeric_limits<std::int64_t>::min(), 5)), BookFault::bad_price);
    EXPECT_EQ(book.apply(add(2, Side::buy, 100, huge)), BookFault::overflow);
    EXPECT_EQ(book.apply(cancel(9)), BookFault::unknown_order);
    EXPECT_EQ(book.apply(cancel(1, -1)), BookFault::negative_quantity);
    EXPECT_EQ(book.apply(execute(1, 0)), BookFault::negative_quantity);
    EXPECT_EQ(book.apply(execute(9, 1)), BookFault::unknown_order);
    EXPECT_EQ(book.apply(modify(9, Side::buy, 1, 1)), BookFault::unknown_order);
    EXPECT_EQ(book.apply(modify(1, Side::sell, 100, 1)), BookFault::bad_side);
    EXPECT_EQ(book.apply(modify(1, Side::buy, 100, 0)), BookFault::negative_quantity);
    EXPECT_EQ(book.apply(level_set(Side::buy, 100, 1)), BookFault::wrong_mode);
    EXPECT_EQ(book.apply(quote(1, 1, 2, 2)), BookFault::wrong_mode);
    EXPECT_EQ(book.apply(event(EventKind::snapshot_end)), BookFault::snapshot_order);
    expect_level(book.best_bid(), 100, 10, 1);
    EXPECT_EQ(book.order_count(), 1u);
    book.apply(add(2, Side::buy, 99, 1));
    EXPECT_EQ(book.apply(add(3, Side::buy, 98, 1)), BookFault::full);
    EXPECT_EQ(book.apply(execute(2, 2)), BookFault::excess_quantity);
    EXPECT_EQ(book.order_count(), 1u);
    EXPECT_EQ(book.fault_count(BookFault::negative_quantity), 5u);
    EXPECT_EQ(book.fault_count(BookFault::excess_quantity), 1u);
    EXPECT_EQ(book.faults(), 19u);
}

TYPED_TEST(BookBehaviour, ALevelCannotOverflow) {
    auto book = this->make(BookMode::by_order, 4096);
    const std::int64_t most = std::int64_t{1} << 53;
    std::uint64_t order = 1;
    while (order < 1024) ASSERT_EQ(book.apply(add(order++, Side::buy, 100, most)), BookFault::none);
    EXPECT_EQ(book.apply(add(order, Side::buy, 100, most)), BookFault::overflow);
    EXPECT_EQ(book.apply(add(order, Side::buy, 100, most - 1)), BookFault::none);
    EXPECT_EQ(book.apply(modify(order, Side::buy, 100, most)), BookFault::overflow);
    EXPECT_EQ(book.best_bid().quantity, std::numeric_limits<std::int64_t>::max());
}

TYPED_TEST(BookBehaviour, ACrossIsJudgedAtTheEndOfAPacketOnly) {
    auto book = this->make(BookMode::by_order);
    book.apply(add(1, Side::buy, 100, 1));
    EXPECT_EQ(book.apply(add(2, Side::sell, 99, 1, 0)), BookFault::none);
    EXPECT_TRUE(book.crossed());
    EXPECT_EQ(book.apply(add(3, Side::sell, 120, 1)), BookFault::crossed);
    EXPECT_EQ(book.apply(modify(2, Side::sell, 100, 1)), BookFault::locked);
    EXPECT_EQ(book.apply(cancel(1)), BookFault::none);
    EXPECT_EQ(book.fault_count(BookFault::crossed), 1u);
    EXPECT_EQ(book.fault_count(BookFault::locked), 1u);
}

TYPED_TEST(BookBehaviour, ASnapshotClearsInvalidatesAndValidatesAtItsEnd) {
    auto book = this->make(BookMode::by_order);
    book.apply(add(1, Side::buy, 100, 1));
    book.apply(event(EventKind::snapshot_begin));
    EXPECT_FALSE(book.valid());
    EXPECT_EQ(book.order_count(), 0u);
    EXPECT_EQ(book.epoch(), 1u);
    const std::uint16_t flags = market_flag_snapshot | market_flag_last;
    EXPECT_EQ(book.apply(add(1, Side::buy, 101, 2, flags)), BookFault::none);
    EXPECT_EQ(book.apply(add(2, Side::sell, 101, 2, flags)), BookFault::none); // not judged before the end
    EXPECT_EQ(book.apply(event(EventKind::snapshot_end)), BookFault::locked);
    EXPECT_TRUE(book.valid());
    EXPECT_EQ(book.best_bid().price, 101);
}

TYPED_TEST(BookBehaviour, ADiscontinuityInvalidatesUntilTheNextSnapshot) {
    auto book = this->make(BookMode::by_price);
    book.apply(level_set(Side::buy, 100, 5));
    book.apply(event(EventKind::discontinuity));
    EXPECT_FALSE(book.valid());
    EXPECT_EQ(book.best_bid().quantity, 5); // the last known state, marked as such
    book.apply(event(EventKind::clear));
    EXPECT_FALSE(book.valid());
    EXPECT_EQ(book.epoch(), 1u);
    book.apply(event(EventKind::snapshot_begin));
    book.apply(event(EventKind::discontinuity)); // the snapshot itself was cut
    EXPECT_EQ(book.apply(event(EventKind::snapshot_end)), BookFault::snapshot_order);
    EXPECT_FALSE(book.valid());
    book.apply(event(EventKind::snapshot_begin));
    book.apply(event(EventKind::snapshot_end));
    EXPECT_TRUE(book.valid());
    EXPECT_EQ(book.epoch(), 3u);
}

TYPED_TEST(BookBehaviour, ALevelBookIsSetLevelByLevel) {
    auto book = this->make(BookMode::by_price, 2);
    EXPECT_EQ(book.apply(level_set(Side::buy, 100, 5)), BookFault::none);
    EXPECT_EQ(book.apply(level_set(Side::buy, 100, 3)), BookFault::none);
    EXPECT_EQ(book.apply(level_set(Side::sell, 102, 4)), BookFault::none);
    expect_level(book.best_bid(), 100, 3, 0);
    EXPECT_EQ(book.apply(level_set(Side::buy, 99, 0)), BookFault::level_missing);
    EXPECT_EQ(book.apply(level_set(Side::buy, 99, -1)), BookFault::negative_quantity);
    EXPECT_EQ(book.apply(level_set(Side::none, 99, 1)), BookFault::bad_side);
    EXPECT_EQ(book.apply(level_set(Side::buy, 99, 1)), BookFault::none);
    EXPECT_EQ(book.apply(level_set(Side::buy, 98, 1)), BookFault::full);
    EXPECT_EQ(book.apply(level_set(Side::buy, 99, 2)), BookFault::none);
    EXPECT_EQ(book.apply(level_set(Side::buy, 100, 0)), BookFault::none);
    expect_level(book.best_bid(), 99, 2, 0);
    EXPECT_EQ(book.apply(add(1, Side::buy, 1, 1)), BookFault::wrong_mode);
    EXPECT_EQ(book.apply(cancel(1)), BookFault::wrong_mode);
    EXPECT_EQ(book.find(1).quantity, 0);
    EXPECT_EQ(book.queue_ahead(1), -1);
}

TYPED_TEST(BookBehaviour, AQuoteSetsBothBestLevels) {
    auto book = this->make(BookMode::top_only);
    EXPECT_EQ(book.apply(quote(100, 5, 101, 6)), BookFault::none);
    expect_level(book.best_bid(), 100, 5, 0);
    expect_level(book.best_ask(), 101, 6, 0);
    EXPECT_EQ(book.apply(quote(90'000, 1, 90'001, 1)), BookFault::none);
    EXPECT_EQ(book.level_count(Side::buy), 1u);
    EXPECT_EQ(book.apply(quote(90'000, 1, 90'000, 0)), BookFault::none);
    EXPECT_EQ(book.best_ask().quantity, 0);
    EXPECT_EQ(book.apply(quote(90'000, -1, 90'001, 1)), BookFault::negative_quantity);
    EXPECT_EQ(book.apply(quote(90'002, 1, 90'001, 1)), BookFault::crossed);
    EXPECT_EQ(book.apply(event(EventKind::trade, Side::buy, 0, 5, 5)), BookFault::none);
}

} // namespace
} // namespace martlet
