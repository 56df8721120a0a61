#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine_pair.hpp"

// Small worlds: every sequence of a few requests out of a small alphabet, two owners, two prices, a handful of lots.

namespace martlet {
namespace {

using namespace test;

using Letter = std::function<Wrong(Pair&)>;
using Alphabet = std::vector<Letter>;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MARTLET_SLOW 1
#endif
#endif
#ifdef MARTLET_SLOW
constexpr int longest = 3;
#else
constexpr int longest = 5;
#endif

/// Plays every word of `length` letters; what stands first is said to an empty market.
void exhaust(const Alphabet& alphabet, int length) {
    std::size_t words = 1;
    for (int i = 0; i < length; ++i) words *= alphabet.size();
    MatchingOptions options;
    options.expected_orders = 2;
    options.expected_levels = 64;
    for (std::size_t word = 0; word < words; ++word) {
        Trial trial(options);
        std::size_t code = word;
        for (int i = 0; i < length; ++i, code /= alphabet.size()) {
            Wrong wrong = alphabet[code % alphabet.size()](trial.pair);
            if (wrong == nullptr) wrong = trial.check(i + 1 == length);
            ASSERT_EQ(wrong, nullptr) << wrong << ", word " << word << ", letter " << i << "\n" << trial.pair.last_answers();
        }
    }
}

/// An order of one owner for one side, with what else it says.
Letter order(Side side, OrderType type, TimeInForce in_force, std::uint64_t client, std::int64_t price, std::int64_t quantity, OrderTerms terms = {},
             std::uint8_t instructions = 0, std::uint32_t owner = 0) {
    const OrderRequest request{owner != 0 ? owner : static_cast<std::uint32_t>(side), side, type, in_force, instructions, client, price, quantity, 1};
    return [=](Pair& pair) { return pair.submit(request, terms); };
}
Letter limit(Side side, std::uint64_t client, std::int64_t price, std::int64_t quantity, OrderTerms terms = {}, std::uint8_t instructions = 0,
             std::uint32_t owner = 0) {
    return order(side, OrderType::limit, TimeInForce::good_till_cancel, client, price, quantity, terms, instructions, owner);
}
Letter market(Side side, std::uint64_t client, std::int64_t quantity) {
    return order(side, OrderType::market, TimeInForce::day, client, 0, quantity);
}
Letter stop(Side side, std::uint64_t client, std::int64_t at, std::int64_t price = 0) {
    OrderTerms terms;
    terms.stop = at;
    return order(side, price == 0 ? OrderType::stop : OrderType::stop_limit, TimeInForce::day, client, price, 1, terms);
}
Letter trailing(Side side, std::uint64_t client, std::int64_t trail) {
    OrderTerms terms;
    terms.trail = trail;
    return order(side, OrderType::trailing_stop, TimeInForce::day, client, 0, 1, terms);
}
Letter cancel(Side side, std::uint64_t original) {
    return [=](Pair& pair) { return pair.cancel({static_cast<std::uint32_t>(side), 0, 99, original, 1}); };
}
Letter replace(Side side, std::uint64_t original, std::uint64_t client, std::int64_t price, std::int64_t quantity, std::int64_t at = 0) {
    return [=](Pair& pair) { return pair.replace({static_cast<std::uint32_t>(side), 0, client, original, price, quantity, 1, at}); };
}
Letter phase(TradingStatus status) {
    return [=](Pair& pair) { return pair.set_status(status, 1); };
}
OrderTerms with_display(std::int64_t display) {
    OrderTerms terms;
    terms.display = display;
    return terms;
}
OrderTerms with_minimum(std::int64_t minimum) {
    OrderTerms terms;
    terms.minimum = minimum;
    return terms;
}
OrderTerms with_self_match(SelfMatch mode) {
    OrderTerms terms;
    terms.self_match = mode;
    return terms;
}
OrderTerms until(std::int64_t time) {
    OrderTerms terms;
    terms.expires = time;
    return terms;
}

TEST(EngineSmallWorlds, EverySequenceOfPlainOrdersCancelsAndReplacesIsAnsweredAlike) {
    Alphabet alphabet;
    for (const Side side : {Side::buy, Side::sell}) {
        const auto owner = static_cast<std::uint32_t>(side);
        for (const std::int64_t price : {1, 2})
            for (const std::int64_t quantity : {1, 2})
                // Without terms: by the hot path.
                alphabet.push_back([=](Pair& pair) {
                    return pair.submit({owner, side, OrderType::limit, TimeInForce::day, 0, static_cast<std::uint64_t>(quantity), price, quantity, 1});
                });
        alphabet.push_back([=](Pair& pair) { return pair.submit({owner, side, OrderType::market, TimeInForce::day, 0, 5, 0, 2, 1}); });
        alphabet.push_back([=](Pair& pair) { return pair.submit({owner, side, OrderType::limit, TimeInForce::fill_or_kill, 0, 6, 2, 2, 1}); });
        alphabet.push_back(cancel(side, 1));
        alphabet.push_back(replace(side, 2, 1, 1, 1));
    }
    exhaust(alphabet, longest);
}

TEST(EngineSmallWorlds, EverySequenceWithIcebergsHiddenPostOnlyAndMinimumQuantityIsAnsweredAlike) {
    const Alphabet alphabet = {
        limit(Side::sell, 1, 2, 3, with_display(1)),
        limit(Side::sell, 2, 2, 2, {}, instruction_hidden),
        limit(Side::sell, 3, 2, 1),
        limit(Side::sell, 4, 1, 1, {}, instruction_hidden),
        limit(Side::buy, 1, 1, 3, with_display(2)),
        limit(Side::buy, 2, 2, 2),
        limit(Side::buy, 3, 2, 1, {}, instruction_post_only),
        limit(Side::buy, 4, 1, 1, {}, instruction_hidden | instruction_post_only),
        order(Side::buy, OrderType::limit, TimeInForce::fill_or_kill, 5, 2, 3),
        order(Side::buy, OrderType::limit, TimeInForce::immediate_or_cancel, 5, 2, 3, with_minimum(2)),
        market(Side::buy, 6, 4),
        market(Side::sell, 6, 2),
        replace(Side::sell, 1, 1, 2, 2),
        replace(Side::sell, 2, 2, 1, 3),
        cancel(Side::sell, 1),
    };
    exhaust(alphabet, longest);
}

TEST(EngineSmallWorlds, EverySequenceWithEachModeOfSelfMatchPreventionIsAnsweredAlike) {
    Alphabet alphabet = {
        limit(Side::sell, 1, 1, 2),
        limit(Side::sell, 2, 1, 3, with_display(1)),
        limit(Side::sell, 3, 1, 1, {}, instruction_hidden),
        limit(Side::sell, 4, 1, 1, {}, 0, 9),
        limit(Side::buy, 5, 1, 1, {}, 0, static_cast<std::uint32_t>(Side::sell)),
        order(Side::buy, OrderType::limit, TimeInForce::fill_or_kill, 6, 1, 2, with_self_match(SelfMatch::cancel_oldest), 0,
              static_cast<std::uint32_t>(Side::sell)),
        order(Side::buy, OrderType::limit, TimeInForce::fill_or_kill, 6, 1, 2, with_self_match(SelfMatch::decrement), 0,
              static_cast<std::uint32_t>(Side::sell)),
        replace(Side::sell, 1, 1, 1, 1),
    };
    for (const SelfMatch mode : {SelfMatch::cancel_newest, SelfMatch::cancel_oldest, SelfMatch::cancel_both, SelfMatch::decrement})
        alphabet.push_back(limit(Side::buy, 7, 1, 2, with_self_match(mode), 0, static_cast<std::uint32_t>(Side::sell)));
    exhaust(alphabet, longest);
}

TEST(EngineSmallWorlds, EverySequenceWithStopsTrailingStopsAndExpiryIsAnsweredAlike) {
    const Alphabet alphabet = {
        limit(Side::sell, 1, 3, 1),
        limit(Side::sell, 2, 2, 1),
        limit(Side::buy, 1, 1, 1),
        limit(Side::buy, 2, 2, 1),
        market(Side::buy, 3, 2),
        stop(Side::buy, 4, 2),
        stop(Side::buy, 5, 3, 3),
        stop(Side::sell, 4, 2),
        stop(Side::sell, 5, 1, 1),
        trailing(Side::sell, 6, 1),
        trailing(Side::buy, 6, 1),
        replace(Side::buy, 4, 4, 0, 2, 1),
        cancel(Side::buy, 4),
        order(Side::sell, OrderType::limit, TimeInForce::good_till_date, 7, 2, 1, until(2)),
        [](Pair& pair) { return pair.advance(2); },
    };
    exhaust(alphabet, longest);
}

TEST(EngineSmallWorlds, EverySequenceWithPhasesAndAuctionsIsAnsweredAlike) {
    const Alphabet alphabet = {
        phase(TradingStatus::auction),
        phase(TradingStatus::open),
        phase(TradingStatus::closed),
        [](Pair& pair) { return pair.end_day(1); },
        limit(Side::buy, 1, 2, 2),
        limit(Side::buy, 2, 1, 1, {}, instruction_hidden),
        limit(Side::sell, 1, 1, 1),
        limit(Side::sell, 2, 1, 3, with_display(1)),
        limit(Side::sell, 3, 3, 1),
        market(Side::buy, 3, 2),
        market(Side::sell, 4, 1),
        order(Side::buy, OrderType::limit, TimeInForce::at_the_opening, 5, 2, 1),
        order(Side::sell, OrderType::market, TimeInForce::at_the_close, 5, 0, 1),
        stop(Side::sell, 6, 2),
        replace(Side::buy, 1, 1, 1, 1),
        cancel(Side::sell, 1),
    };
    exhaust(alphabet, longest);
}

} // namespace
} // namespace martlet
