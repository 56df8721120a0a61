#include "fixtures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "martlet/book.hpp"

namespace {

using namespace exchange_test;
using martlet::Book;
using martlet::BookOptions;
using martlet::Exchange;
using martlet::ExchangeStatus;
using martlet::MarketEvent;
using martlet::Side;

constexpr std::int64_t hours = 3600 * second;
constexpr std::int64_t usual = 100; // lots of a usual order, the default

/// A market of one instrument, its public book, and what the public could measure of it.
struct Observed {
    std::vector<martlet::InstrumentDefinition> instruments = make_instruments(1);
    Exchange exchange;
    Book book{BookOptions{}};
    std::uint64_t events = 0;
    double last_mid = 0;
    std::uint64_t digest = 0xCBF29CE484222325ull;
    std::map<std::int64_t, std::uint64_t> per_second; ///< messages

    explicit Observed(std::uint64_t seed, std::uint32_t adversaries, std::int64_t limit = 200) {
        auto options = make_options(instruments, seed);
        options.adversaries = adversaries;
        options.adversary_orders = limit;
        EXPECT_EQ(exchange.open(options), ExchangeStatus::ok);
    }

    template <class Seen> void run(std::int64_t to, Seen&& seen) {
        run_to(exchange, start + to, [&](const MarketEvent& event) {
            book.apply(event);
            ++events;
            ++per_second[(event.exchange_time - start) / second];
            for (const std::uint64_t word : {static_cast<std::uint64_t>(event.exchange_time), static_cast<std::uint64_t>(event.price),
                                             static_cast<std::uint64_t>(event.quantity), event.order})
                digest = (digest ^ word) * 0x100000001B3ull;
            seen(event);
        });
    }

    void run(std::int64_t to) {
        run(to, [](const MarketEvent&) {});
    }

    /// Half-way between the best prices, the last known where a side has been swept empty.
    double mid() {
        if (book.best_bid().price != 0 && book.best_ask().price != 0)
            last_mid = 0.5 * static_cast<double>(book.best_bid().price + book.best_ask().price);
        return last_mid;
    }

    /// (Bids − asks) ÷ both, of the lots within eight ticks of the best prices.
    double imbalance() const {
        double lots[2] = {};
        for (const Side side : {Side::buy, Side::sell})
            for (std::uint32_t at = book.first_order(side); at != 0; at = book.next_order(at)) {
                const martlet::OrderView order = book.order_at(at);
                const std::int64_t best = side == Side::buy ? book.best_bid().price : book.best_ask().price;
                if (std::llabs(order.price - best) > 8) break;
                lots[side == Side::sell] += static_cast<double>(order.quantity);
            }
        return lots[0] + lots[1] == 0 ? 0 : (lots[0] - lots[1]) / (lots[0] + lots[1]);
    }
};

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// Share of the seconds of a day's hours in which the book leans more than `lean` to one side.
double leaning(std::uint32_t adversaries, double lean) {
    int leans = 0, seconds = 0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Observed market(seed, adversaries);
        for (std::int64_t t = 60 * second; t <= 4 * hours; t += second, ++seconds) {
            market.run(t);
            leans += std::abs(market.imbalance()) > lean;
        }
    }
    return static_cast<double>(leans) / seconds;
}

TEST(Adversaries, AMarketWithoutThemIsWhatItWas) {
    Observed market(7, 0);
    market.run(hours);
    EXPECT_EQ(market.exchange.participant(martlet::spoofer_owner, 0).orders, 0u);
    EXPECT_EQ(market.exchange.participant(martlet::igniter_owner, 0).orders, 0u);
    EXPECT_EQ(market.exchange.participant(martlet::stuffer_owner, 0).orders, 0u);
    // Counted before there were adversaries.
    EXPECT_EQ(market.digest, 9187069355659049328ull);
    EXPECT_EQ(market.events, 31'156u);
}

TEST(Adversaries, TheSameSeedGivesTheSameMarketWithEachOfThem) {
    for (const std::uint32_t which : {1u, 2u, 4u, 7u}) {
        Observed one(9, which), two(9, which), none(9, 0);
        for (Observed* market : {&one, &two, &none}) market->run(hours);
        EXPECT_EQ(one.digest, two.digest);
        EXPECT_EQ(one.events, two.events);
        EXPECT_NE(one.digest, none.digest) << "adversaries " << which << " did nothing";
    }
}

TEST(Adversaries, TheSpooferShowsFarMoreThanItTradesAndTheBookLeans) {
    Observed market(3, martlet::adversary_spoofer);
    market.run(8 * hours);
    const martlet::ParticipantTotals did = market.exchange.participant(martlet::spoofer_owner, 0);
    EXPECT_GT(did.campaigns, 300u);
    EXPECT_GT(did.lots_ordered, 15 * did.lots_traded) << "it means few of its orders";
    EXPECT_GT(did.lots_traded, 0) << "it trades the other side";
    EXPECT_GT(did.cancels, 3 * did.campaigns) << "the layers go again";
    EXPECT_GT(leaning(martlet::adversary_spoofer, 0.4), 4 * leaning(0, 0.4) + 0.02);
}

TEST(Adversaries, TheSpoofersLayersAreGoneBeforeThePriceIsThere) {
    Observed market(4, martlet::adversary_spoofer);
    market.run(8 * hours);
    const martlet::ParticipantTotals did = market.exchange.participant(martlet::spoofer_owner, 0);
    // Of the 160 usual orders that each campaign has in layers hardly any trade; its own two are most of what does.
    EXPECT_LT(did.lots_traded, static_cast<std::int64_t>(did.campaigns) * 4 * usual);
}

TEST(Adversaries, TheIgniterMovesThePriceAndItComesBack) {
    std::vector<double> pushed, after; // ticks, an ignition
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Observed market(seed, martlet::adversary_igniter);
        std::uint64_t campaigns = 0;
        for (std::int64_t t = 60 * second; t <= 8 * hours; t += second / 10) {
            const double before = market.mid();
            market.run(t);
            const std::uint64_t now = market.exchange.participant(martlet::igniter_owner, 0).campaigns;
            if (now == campaigns) continue;
            // It pushes for a second, waits for some, and has unloaded after some more.
            const double side = market.exchange.holding(martlet::igniter_owner, 0).position > 0 ? 1 : -1;
            double most = 0;
            for (std::int64_t u = t; u < t + 4 * second; u += second / 10) {
                market.run(u);
                most = std::max(most, side * (market.mid() - before));
            }
            t += 60 * second;
            market.run(t);
            if (campaigns != 0) {
                pushed.push_back(most);
                after.push_back(side * (market.mid() - before));
            }
            // One that began meanwhile was not watched from its beginning.
            campaigns = market.exchange.participant(martlet::igniter_owner, 0).campaigns;
        }
    }
    ASSERT_GT(pushed.size(), 300u);
    EXPECT_GT(median(pushed), 4) << "ticks";
    EXPECT_LT(median(after), 0.35 * median(pushed)) << "most of it has come back";
}

TEST(Adversaries, TheStufferFloodsAndHardlyTrades) {
    Observed market(5, martlet::adversary_stuffer), none(5, 0);
    for (Observed* one : {&market, &none}) one->run(4 * hours);
    const martlet::ParticipantTotals did = market.exchange.participant(martlet::stuffer_owner, 0);
    EXPECT_GT(did.campaigns, 150u);
    EXPECT_GT(did.orders + did.cancels, 500 * std::max<std::uint64_t>(did.trades, 1)) << "messages per trade";
    const auto busiest = [](const Observed& one) {
        std::vector<std::uint64_t> counts;
        for (const auto& [at, count] : one.per_second) counts.push_back(count);
        std::sort(counts.begin(), counts.end());
        return counts[counts.size() * 99 / 100];
    };
    EXPECT_GT(busiest(market), 3 * busiest(none)) << "messages in one of the busiest seconds";
}

TEST(Adversaries, NoneHoldsMoreThanItsLimit) {
    for (const std::int64_t limit : {1, 5, 200}) {
        Observed market(6, martlet::all_adversaries, limit);
        std::int64_t most = 0;
        for (std::int64_t t = second; t <= 2 * hours; t += second) {
            market.run(t);
            for (const std::uint32_t owner : {martlet::spoofer_owner, martlet::igniter_owner, martlet::stuffer_owner}) {
                const std::int64_t held = std::llabs(market.exchange.holding(owner, 0).position);
                ASSERT_LE(held, limit * usual) << "owner " << owner - martlet::first_participant << " at second " << t / second;
                most = std::max(most, held);
            }
        }
        EXPECT_GT(most, limit * usual / 3) << "and the limit is what holds them back";
        const martlet::Holding total = market.exchange.total_holding(0);
        EXPECT_EQ(total.position, 0);
        EXPECT_EQ(total.cash, -total.fees);
    }
}

TEST(Adversaries, UnknownOnesAndLimitsOutOfRangeAreRefused) {
    const auto instruments = make_instruments(1);
    auto options = make_options(instruments);
    Exchange exchange;
    options.adversaries = 8;
    EXPECT_EQ(exchange.open(options), ExchangeStatus::bad_profile);
    options.adversaries = martlet::all_adversaries;
    for (const std::int64_t limit : {-1, 0, 10'001}) {
        options.adversary_orders = limit;
        EXPECT_EQ(exchange.open(options), ExchangeStatus::bad_profile);
    }
    options.adversary_orders = 1;
    EXPECT_EQ(exchange.open(options), ExchangeStatus::ok);
}

} // namespace
