#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "market_events.hpp"
#include "naive_book.hpp"

// The fast book against the naive one: random streams, wide worlds, and every small world.

namespace martlet {
namespace {

using namespace test;

bool same(const Level& a, const Level& b) {
    return std::tie(a.price, a.quantity, a.orders) == std::tie(b.price, b.quantity, b.orders);
}
bool same(const OrderView& a, const OrderView& b) {
    return std::tie(a.order, a.price, a.quantity, a.side, a.joined) == std::tie(b.order, b.price, b.quantity, b.side, b.joined);
}
bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

template <class T> bool same(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const T& x, const T& y) { return same(x, y); });
}

template <class B> std::vector<Level> levels(const B& book, Side side) {
    std::vector<Level> all(book.level_count(side));
    all.resize(book.depth(side, all.data(), all.size()));
    return all;
}
template <class B> std::vector<OrderView> orders(const B& book, Side side) {
    std::vector<OrderView> all(book.order_count());
    all.resize(book.orders(side, all.data(), all.size()));
    return all;
}

// Compares every query. `probe` is an order number and a price to ask for.
::testing::AssertionResult equal(const Book& book, const NaiveBook& naive, std::uint64_t order, std::int64_t price) {
    for (const Side side : {Side::buy, Side::sell}) {
        if (!same(levels(book, side), levels(naive, side))) return ::testing::AssertionFailure() << "levels differ";
        if (!same(orders(book, side), orders(naive, side))) return ::testing::AssertionFailure() << "orders differ";
        if (!same(book.level_at(side, price), naive.level_at(side, price))) return ::testing::AssertionFailure() << "level_at";
    }
    if (!same(book.best_bid(), naive.best_bid()) || !same(book.best_ask(), naive.best_ask())) return ::testing::AssertionFailure() << "best";
    if (!same(book.mid(), naive.mid()) || !same(book.microprice(), naive.microprice())) return ::testing::AssertionFailure() << "mid";
    if (!same(book.imbalance(3), naive.imbalance(3))) return ::testing::AssertionFailure() << "imbalance";
    if (book.crossed() != naive.crossed() || book.valid() != naive.valid() || book.epoch() != naive.epoch() || book.joins() != naive.joins())
        return ::testing::AssertionFailure() << "state";
    if (book.mode() == BookMode::by_order) {
        if (!same(book.find(order), naive.find(order))) return ::testing::AssertionFailure() << "find";
        if (book.queue_ahead(order) != naive.queue_ahead(order)) return ::testing::AssertionFailure() << "queue_ahead";
    }
    for (int fault = 1; fault < static_cast<int>(BookFault::count_); ++fault)
        if (book.fault_count(static_cast<BookFault>(fault)) != naive.fault_count(static_cast<BookFault>(fault)))
            return ::testing::AssertionFailure() << "fault count " << fault;
    return ::testing::AssertionSuccess();
}

struct World {
    const char* name;
    BookMode mode;
    std::int64_t tick;
    std::int64_t reach;      ///< ticks around the middle where prices fall
    std::uint64_t drift;     ///< the middle jumps by up to this many ticks, rarely
    std::uint64_t numbers;   ///< order numbers in use
    std::uint32_t levels;    ///< what the book is told to expect
    int events;
    int off_tick;            ///< one price in this many lies between ticks; 0: none
    int compare_every;       ///< all queries; the fault of every event is always compared
};

void PrintTo(const World& world, std::ostream* out) { *out << world.name; }

class Generator {
public:
    Generator(const World& world, std::uint64_t seed) : world_(world), random_(seed) {}

    MarketEvent next() {
        if (random_.below(200) == 0) middle_ += (static_cast<std::int64_t>(random_.below(2 * world_.drift + 1)) - static_cast<std::int64_t>(world_.drift)) * world_.tick;
        const std::uint16_t last = random_.below(2) != 0 ? market_flag_last : 0;
        const std::uint64_t roll = random_.below(10'000);
        if (roll < 40) return rare(roll);
        if (world_.mode == BookMode::by_price && roll > 200) return level_set(side(), price(), quantity(6) , last);
        if (world_.mode == BookMode::top_only && roll > 200) return quote(price(), quantity(8), price(), quantity(8));
        if (roll < 4500) return add(number(), side(), price(), quantity(50), last);
        if (roll < 7000) return cancel(number(), random_.below(3) == 0 ? quantity(4) : 0);
        if (roll < 8500) return execute(number(), quantity(20), last);
        if (roll < 9900) {
            const std::uint16_t flags = last | (random_.below(2) != 0 ? market_flag_priority : 0);
            return modify(number(), random_.below(4) == 0 ? side() : Side::none, price(), quantity(30), flags);
        }
        return event(EventKind::trade, side(), number(), price(), quantity(5));
    }

    std::uint64_t number() { return random_.below(world_.numbers) * 0x1'0000'0001ull; }
    std::int64_t price() {
        const std::int64_t ticks = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(2 * world_.reach + 1))) - world_.reach;
        const std::int64_t off = world_.off_tick != 0 && random_.below(static_cast<std::uint64_t>(world_.off_tick)) == 0 ? 1 : 0;
        return middle_ + ticks * world_.tick + off;
    }

private:
    MarketEvent rare(std::uint64_t roll) {
        switch (roll) {
        case 0: return event(EventKind::snapshot_begin);
        case 1: case 2: case 3: return event(EventKind::snapshot_end);
        case 4: return event(EventKind::discontinuity);
        case 5: return event(EventKind::clear);
        case 6: return add(number(), Side::none, price(), 1);
        case 7: return add(number(), side(), std::numeric_limits<std::int64_t>::max(), 1);
        case 8: return add(number(), side(), price(), std::numeric_limits<std::int64_t>::max());
        case 9: return execute(number(), 5, market_flag_implied);
        case 10: return quote(price(), -1, price(), 2);
        case 11: return add(number(), side(), price(), -1);
        default: return level_set(side(), price(), quantity(9));
        }
    }
    Side side() { return random_.below(2) != 0 ? Side::buy : Side::sell; }
    // One in `n` is zero.
    std::int64_t quantity(std::uint64_t n) { return static_cast<std::int64_t>(random_.below(n) == 0 ? 0 : 1 + random_.below(100)); }

    World world_;
    SplitMix random_;
    std::int64_t middle_ = 1'000'000;
};

// Under a sanitizer an event costs ten times as much; the worlds stay, shorter.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int shortened = 8;
constexpr std::size_t small_world_length = 4;
#else
constexpr int shortened = 1;
constexpr std::size_t small_world_length = 5;
#endif
#else
constexpr int shortened = 1;
constexpr std::size_t small_world_length = 5;
#endif

class Differential : public testing::TestWithParam<World> {};

TEST_P(Differential, EveryFaultAndEveryQueryOfTheFastBookEqualTheNaiveOnes) {
    const World& world = GetParam();
    BookOptions options;
    options.mode = world.mode;
    options.expected_orders = 4;
    options.expected_levels = world.levels;
    options.maximum_orders = static_cast<std::uint32_t>(world.numbers / 2 + 1);
    options.tick = world.tick;
    Book book(options);
    NaiveBook naive(options);
    Generator generator(world, 20'260'101);
    for (int i = 0; i < world.events / shortened; ++i) {
        const MarketEvent event = generator.next();
        ASSERT_EQ(book.apply(event), naive.apply(event)) << "event " << i;
        if (i % world.compare_every == 0) ASSERT_TRUE(equal(book, naive, generator.number(), generator.price())) << "after event " << i;
    }
    ASSERT_TRUE(equal(book, naive, generator.number(), generator.price()));
    EXPECT_GT(naive.faults(), 0u);
}

std::vector<unsigned char> state_of(const Book& book) {
    std::vector<unsigned char> bytes(book.state_bytes());
    book.write_state(bytes.data());
    return bytes;
}

TEST_P(Differential, ABookThatIsReadBackFromItsStateGoesOnAsIfNothingHadBeen) {
    const World& world = GetParam();
    BookOptions options;
    options.mode = world.mode;
    options.expected_orders = 4;
    options.expected_levels = world.levels;
    options.maximum_orders = static_cast<std::uint32_t>(world.numbers / 2 + 1);
    options.tick = world.tick;
    Book book(options);
    NaiveBook naive(options);
    Generator generator(world, 20'260'102);
    SplitMix random(7);
    int restored = 0;
    for (int i = 0; i < world.events / shortened / 10; ++i) {
        const MarketEvent event = generator.next();
        ASSERT_EQ(book.apply(event), naive.apply(event)) << "event " << i;
        if (random.below(200) != 0) continue;
        const std::vector<unsigned char> bytes = state_of(book);
        Book other(options);
        if (random.below(2) != 0) other.apply(event); // what it was before does not matter
        ASSERT_TRUE(other.read_state(bytes.data(), bytes.size()));
        ASSERT_EQ(state_of(other), bytes);
        book = std::move(other);
        ++restored;
        ASSERT_TRUE(equal(book, naive, generator.number(), generator.price())) << "after event " << i;
    }
    EXPECT_GT(restored, 10);
}

TEST_P(Differential, AStateWithAnyByteChangedIsRefusedOrIsABookAllTheSame) {
    const World& world = GetParam();
    BookOptions options;
    options.mode = world.mode;
    options.expected_orders = 4;
    options.expected_levels = world.levels;
    options.maximum_orders = 40;
    options.tick = world.tick;
    Book book(options);
    Generator generator(world, 20'260'103);
    for (int i = 0; i < 300; ++i) book.apply(generator.next());
    const std::vector<unsigned char> bytes = state_of(book);
    SplitMix random(8);
    for (int round = 0; round < 2'000; ++round) {
        std::vector<unsigned char> changed = bytes;
        changed[random.below(changed.size())] ^= static_cast<unsigned char>(1 + random.below(255));
        if (random.below(4) == 0) changed.resize(random.below(changed.size()));
        Book other(options);
        if (!other.read_state(changed.data(), changed.size())) EXPECT_EQ(other.level_count(Side::buy) + other.level_count(Side::sell), 0u);
        for (const Side side : {Side::buy, Side::sell}) {
            std::int64_t sum = 0;
            for (const OrderView& order : orders(other, side)) sum += order.quantity;
            std::int64_t total = 0;
            for (const Level& level : levels(other, side)) total += level.quantity;
            if (world.mode == BookMode::by_order) ASSERT_EQ(sum, total);
        }
        for (int i = 0; i < 20; ++i) other.apply(generator.next());
    }
}

INSTANTIATE_TEST_SUITE_P(
    Worlds, Differential,
    testing::Values(World{"Tight", BookMode::by_order, 1, 3, 2, 24, 64, 800'000, 0, 3},
                    World{"Wandering", BookMode::by_order, 1, 20, 40, 60, 64, 400'000, 0, 5},
                    World{"Ticked", BookMode::by_order, 100, 40, 80, 60, 64, 300'000, 0, 5},
                    World{"OffTick", BookMode::by_order, 25, 40, 30, 80, 64, 300'000, 5, 5},
                    World{"Wide", BookMode::by_order, 1, 500'000, 2'000'000, 300, 64, 300'000, 0, 50},
                    World{"Levels", BookMode::by_price, 5, 60, 30, 200, 64, 300'000, 9, 20},
                    World{"WideLevels", BookMode::by_price, 1, 3'000, 5'000, 4'000, 128, 200'000, 0, 1000},
                    World{"Quotes", BookMode::top_only, 1, 40, 200, 20, 64, 200'000, 0, 1}),
    [](const testing::TestParamInfo<World>& info) { return std::string(info.param.name); });

// All sequences of a few events out of a small alphabet: two prices, two orders.
TEST(BookSmallWorlds, EverySequenceOfAFewEventsGivesTheSameBook) {
    std::vector<MarketEvent> alphabet;
    for (const std::uint64_t order : {1u, 2u}) {
        for (const std::int64_t price : {1, 2}) alphabet.push_back(add(order, order == 1 ? Side::buy : Side::sell, price, 2));
        alphabet.push_back(add(order, Side::buy, 1, 1));
        alphabet.push_back(cancel(order));
        alphabet.push_back(execute(order, 1));
        alphabet.push_back(modify(order, Side::none, 1, 2, market_flag_priority | market_flag_last));
        alphabet.push_back(modify(order, Side::none, 2, 1));
    }
    alphabet.push_back(event(EventKind::snapshot_begin));
    alphabet.push_back(event(EventKind::snapshot_end));
    const std::size_t letters = alphabet.size();
    std::size_t worlds = 1;
    for (std::size_t i = 0; i < small_world_length; ++i) worlds *= letters;
    BookOptions options;
    options.expected_orders = 2;
    options.expected_levels = 64;
    Book book(options);
    for (std::size_t world = 0; world < worlds; ++world) {
        NaiveBook naive(options);
        book.apply(event(EventKind::snapshot_begin));
        naive.apply(event(EventKind::snapshot_begin));
        std::size_t code = world;
        for (std::size_t i = 0; i < small_world_length; ++i, code /= letters)
            ASSERT_EQ(book.apply(alphabet[code % letters]), naive.apply(alphabet[code % letters])) << "world " << world;
        for (const Side side : {Side::buy, Side::sell}) {
            ASSERT_TRUE(same(levels(book, side), levels(naive, side))) << "world " << world;
            const auto fast = orders(book, side);
            const auto slow = orders(naive, side);
            ASSERT_EQ(fast.size(), slow.size()) << "world " << world;
            for (std::size_t i = 0; i < fast.size(); ++i) ASSERT_EQ(fast[i].order, slow[i].order) << "world " << world;
        }
        ASSERT_EQ(book.queue_ahead(1), naive.queue_ahead(1)) << "world " << world;
        ASSERT_EQ(book.valid(), naive.valid()) << "world " << world;
    }
}

} // namespace
} // namespace martlet
