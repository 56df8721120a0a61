#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../book/market_events.hpp"
#include "engine_pair.hpp"
#include "engine_requests.hpp"

// The matching engine against the naive one, its own feed and the law that quantity is conserved, over millions of random
// messages.

namespace martlet {
namespace {

using namespace test;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MARTLET_SLOW 1
#endif
#endif
#ifdef MARTLET_SLOW
constexpr std::uint64_t usual_messages = 1'600'000;
#else
constexpr std::uint64_t usual_messages = 40'000'000;
#endif

struct World {
    const char* name;
    RequestRange range;
    SelfMatch self_match;
};
void PrintTo(const World& world, std::ostream* out) { *out << world.name; }

const World worlds[] = {{"PlainNarrow", {2, 1, true}, SelfMatch::allowed},       {"PlainTicks", {8, 25, true}, SelfMatch::cancel_oldest},
                        {"PlainWide", {300, 1, true}, SelfMatch::allowed},       {"AllNarrow", {2, 1, false}, SelfMatch::allowed},
                        {"AllTicks", {8, 25, false}, SelfMatch::allowed},        {"AllWide", {60, 1, false}, SelfMatch::decrement},
                        {"AllNewest", {4, 1, false}, SelfMatch::cancel_newest}, {"AllBoth", {4, 1, false}, SelfMatch::cancel_both}};

/// Messages for each world. `MARTLET_MATCHING_MESSAGES` says how many for all of them together.
std::uint64_t messages_a_world() {
    const char* asked = std::getenv("MARTLET_MATCHING_MESSAGES");
    const std::uint64_t all = asked != nullptr ? std::strtoull(asked, nullptr, 10) : usual_messages;
    return (all + std::size(worlds) - 1) / std::size(worlds);
}

/// What a world must have seen often for its agreement to mean something.
struct Visits {
    std::array<std::uint64_t, 8> reports{};   ///< by kind of report
    std::array<std::uint64_t, 32> reasons{};  ///< of cancels and rejects
    std::array<std::uint64_t, 256> feed{};    ///< by kind of event
    std::uint64_t hidden_trades = 0;
    std::uint64_t new_slices = 0;             ///< shown without an order's acceptance, replace or trigger

    void see(const Recorder& said) {
        bool entered = false;
        for (const Happening& h : said.reports) {
            ++reports[static_cast<std::size_t>(h[0])];
            if (h[0] == said_canceled) ++reasons[static_cast<std::size_t>(h[9])];
            if (h[0] == said_rejected) ++reasons[static_cast<std::size_t>(h[3])];
            entered |= h[0] == said_accepted || h[0] == said_replaced || h[0] == said_triggered;
        }
        int shown = 0;
        for (const MarketEvent& event : said.feed) {
            ++feed[static_cast<std::size_t>(event.kind)];
            hidden_trades += event.kind == EventKind::trade && (event.flags & market_flag_implied) != 0;
            shown += event.kind == EventKind::order_add;
        }
        new_slices += shown > 1 || (shown == 1 && !entered);
    }
    void expect_everything() const {
        for (const auto kind : {said_accepted, said_fill, said_canceled, said_replaced, said_rejected, said_triggered})
            EXPECT_GT(reports[static_cast<std::size_t>(kind)], 100u) << "report " << kind;
        for (const RejectReason reason : {RejectReason::exchange_closed, RejectReason::order_exceeds_limit, RejectReason::unknown_order,
                                          RejectReason::duplicate_order, RejectReason::bad_price, RejectReason::bad_quantity,
                                          RejectReason::unsupported, RejectReason::no_liquidity, RejectReason::malformed,
                                          RejectReason::would_trade, RejectReason::minimum_quantity, RejectReason::expired})
            EXPECT_GT(reasons[static_cast<std::size_t>(reason)], 100u) << "reason " << static_cast<int>(reason);
        for (const EventKind kind : {EventKind::order_add, EventKind::order_modify, EventKind::order_cancel, EventKind::order_execute, EventKind::trade,
                                     EventKind::auction, EventKind::trading_status})
            EXPECT_GT(feed[static_cast<std::size_t>(kind)], 100u) << "event " << static_cast<int>(kind);
        EXPECT_GT(hidden_trades, 100u);
        EXPECT_GT(new_slices, 100u);
    }
};

class EngineDifferential : public testing::TestWithParam<World> {};

constexpr std::uint64_t messages_a_life = 100'000; ///< then both engines begin anew
constexpr std::uint64_t watched_prefix = 1'000;    ///< of each life: the whole state is compared often

// One life of both engines. What is wrong, with the place, empty where nothing is.
std::string live(const World& world, std::uint64_t life, std::uint64_t messages, Visits& visits) {
    static constexpr std::uint32_t sizes[] = {60, 12, 60, 24};
    MatchingOptions options;
    options.instrument = 7;
    options.expected_orders = 4;
    options.expected_levels = 64;
    options.maximum_orders = sizes[life % std::size(sizes)];
    options.maximum_quantity = 19;
    options.tick = world.range.tick;
    options.self_match = world.self_match;
    Trial trial(options);
    Requests<SplitMix> requests(SplitMix(31 + static_cast<std::uint64_t>(world.range.reach) + 1'000'003 * life), world.range);
    for (std::uint64_t i = 0; i < messages; ++i) {
        Wrong wrong = requests.next(trial.pair, static_cast<std::int64_t>(i));
        const bool whole = i % 4'096 == 0 || (i < watched_prefix && i % 16 == 0) || i + 1 == messages;
        if (wrong == nullptr) wrong = trial.check(whole);
        if (wrong != nullptr) {
            return std::string(wrong) + ", life " + std::to_string(life) + ", message " + std::to_string(i) + "\n" + trial.pair.last_answers();
        }
        visits.see(trial.pair.said_fast);
    }
    return {};
}

TEST_P(EngineDifferential, EveryReportEveryMarketEventAndTheStateEqualTheNaiveOnesAndQuantityIsConserved) {
    const std::uint64_t messages = messages_a_world();
    Visits visits;
    for (std::uint64_t done = 0, life = 0; done < messages; ++life) {
        const std::uint64_t now = std::min(messages_a_life, messages - done);
        const std::string wrong = live(GetParam(), life, now, visits);
        ASSERT_TRUE(wrong.empty()) << wrong;
        done += now;
    }
    if (!GetParam().range.plain && messages >= messages_a_life) visits.expect_everything();
}

INSTANTIATE_TEST_SUITE_P(Worlds, EngineDifferential, testing::ValuesIn(worlds), [](const auto& info) { return info.param.name; });

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
    EXPECT_EQ(said.reports.back()[0], said_fill);
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
    for (const Happening& report : said.reports) EXPECT_EQ(report[0], said_rejected);
    EXPECT_TRUE(said.feed.empty());
}

} // namespace
} // namespace martlet
