#include "fixtures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "martlet/book.hpp"
#include "martlet/random.hpp"

namespace {

using namespace exchange_test;
using martlet::Book;
using martlet::BookOptions;
using martlet::EventKind;
using martlet::Exchange;
using martlet::ExchangeStatus;
using martlet::MarketEvent;
using martlet::Regime;
using martlet::Side;

std::uint64_t digest_of_run(std::uint64_t seed, std::uint32_t buffer, std::int64_t step) {
    const auto instruments = make_instruments(3);
    auto options = make_options(instruments, seed);
    options.market_buffer = buffer;
    Exchange exchange;
    EXPECT_EQ(exchange.open(options), ExchangeStatus::ok);
    std::uint64_t digest = 0xCBF29CE484222325ull;
    for (std::int64_t t = step; t <= 1200 * second; t += step)
        run_to(exchange, start + t, [&](const MarketEvent& event) {
            std::uint64_t words[sizeof event / 8];
            std::memcpy(words, &event, sizeof event);
            for (const std::uint64_t word : words) digest = (digest ^ word) * 0x100000001B3ull;
        });
    EXPECT_GT(exchange.totals().market_events, 20'000u);
    return digest;
}

TEST(GeneratedMarket, TheSameSeedGivesTheSameEventsHoweverTheyAreDrained) {
    const std::uint64_t digest = digest_of_run(7, 1 << 16, 1200 * second);
    EXPECT_EQ(digest, digest_of_run(7, 1 << 16, 1200 * second));
    EXPECT_EQ(digest, digest_of_run(7, 16, 1200 * second));
    EXPECT_EQ(digest, digest_of_run(7, 1 << 16, 3 * second));
    EXPECT_NE(digest, digest_of_run(8, 1 << 16, 1200 * second));
}

TEST(GeneratedMarket, ABookMadeFromTheEventsEqualsTheExchangesAndIsNeverCrossed) {
    const auto instruments = make_instruments(2);
    Exchange exchange;
    ASSERT_EQ(exchange.open(make_options(instruments, 3)), ExchangeStatus::ok);
    std::vector<Book> books;
    for (int i = 0; i < 2; ++i) books.emplace_back(BookOptions{});
    std::int64_t latest = 0;
    for (int minute = 1; minute <= 120; ++minute) {
        run_to(exchange, start + minute * 60 * second, [&](const MarketEvent& event) {
            ASSERT_GE(event.exchange_time, latest) << "time goes forward";
            ASSERT_GT(event.price, 0);
            ASSERT_EQ(books[event.instrument].apply(event), martlet::BookFault::none);
            latest = event.exchange_time;
        });
        for (std::uint32_t i = 0; i < 2; ++i) {
            std::vector<MarketEvent> snapshot(4096);
            const std::size_t count = exchange.snapshot(i, snapshot.data(), snapshot.size());
            ASSERT_LE(count, snapshot.size());
            ASSERT_EQ(count, books[i].order_count() + 2);
            std::size_t at = 1;
            for (const Side side : {Side::buy, Side::sell})
                for (std::uint32_t order = books[i].first_order(side); order != 0; order = books[i].next_order(order), ++at) {
                    const martlet::OrderView view = books[i].order_at(order);
                    ASSERT_EQ(snapshot[at].order, view.order);
                    ASSERT_EQ(snapshot[at].price, view.price);
                    ASSERT_EQ(snapshot[at].quantity, view.quantity);
                }
        }
    }
}

TEST(GeneratedMarket, PositionsSumToZeroAndCashToMinusTheFees) {
    const auto instruments = make_instruments(3);
    Exchange exchange;
    ASSERT_EQ(exchange.open(make_options(instruments, 5)), ExchangeStatus::ok);
    run_to(exchange, start + 3600 * second, [](const MarketEvent&) {});
    std::uint64_t client = 1;
    for (std::uint32_t owner = 1; owner <= 3; ++owner)
        for (std::uint32_t i = 0; i < 3; ++i)
            exchange.submit(make_order(client++, i, owner == 1 ? Side::buy : Side::sell, 0, 100 * owner, martlet::OrderType::market), owner);
    EXPECT_GT(exchange.holding(martlet::first_participant + 6, 0).fees, 0) << "a taker pays";
    for (std::uint32_t i = 0; i < 3; ++i) {
        const martlet::Holding total = exchange.total_holding(i);
        EXPECT_EQ(total.position, 0);
        EXPECT_EQ(total.cash, -total.fees);
        EXPECT_NE(total.fees, 0);
        EXPECT_EQ(exchange.holding(1, i).position, 100);
        EXPECT_EQ(exchange.holding(3, i).position, -300);
    }
    EXPECT_GT(exchange.totals().trades, 1000u);
}

/// Every trade that prints took its quantity from an order that the feed had shown: nothing is filled off the book.
TEST(GeneratedMarket, EveryTradeExecutesAnOrderOfTheBook) {
    const auto instruments = make_instruments(1);
    Exchange exchange;
    ASSERT_EQ(exchange.open(make_options(instruments, 6)), ExchangeStatus::ok);
    std::map<std::uint64_t, std::int64_t> resting;
    MarketEvent last{};
    std::uint64_t trades = 0;
    run_to(exchange, start + 3600 * second, [&](const MarketEvent& event) {
        switch (event.kind) {
        case EventKind::order_add:
            ASSERT_TRUE(resting.emplace(event.order, event.quantity).second);
            break;
        case EventKind::order_modify: resting.at(event.order) = event.quantity; break;
        case EventKind::order_cancel: ASSERT_EQ(resting.erase(event.order), 1u); break;
        case EventKind::order_execute:
            ASSERT_GE(resting.at(event.order) -= event.quantity, 0);
            if (resting.at(event.order) == 0) resting.erase(event.order);
            break;
        case EventKind::trade:
            ASSERT_EQ(last.kind, EventKind::order_execute);
            ASSERT_EQ(last.quantity, event.quantity);
            ASSERT_EQ(last.price, event.price);
            ++trades;
            break;
        default: break;
        }
        last = event;
    });
    EXPECT_EQ(trades, exchange.totals().trades);
}

TEST(GeneratedMarket, IsPlausibleOverTwoDays) {
    const auto instruments = make_instruments(2);
    Exchange exchange;
    ASSERT_EQ(exchange.open(make_options(instruments, 11)), ExchangeStatus::ok);
    Book book{BookOptions{}};
    int calm = 0, narrow = 0, storm = 0, wide = 0;
    double squares = 0, last = 0, away = 0;
    int returns = 0;
    constexpr int seconds = 2 * 86'400;
    for (int t = 20; t <= seconds; t += 20) {
        run_to(exchange, start + t * second, [&](const MarketEvent& event) {
            if (event.instrument == 0) book.apply(event);
        });
        ASSERT_GT(book.best_bid().quantity, 0);
        ASSERT_GT(book.best_ask().quantity, 0);
        const std::int64_t spread = book.best_ask().price - book.best_bid().price;
        ASSERT_GE(spread, 1);
        if (exchange.regime(0) == Regime::storm) {
            ++storm;
            wide += spread >= 2 ? 1 : 0;
        } else {
            ++calm;
            narrow += spread <= 3 ? 1 : 0;
        }
        away += std::fabs(book.mid() - exchange.fair_value(0));
        if (t % 300 == 0) {
            if (last > 0) {
                squares += std::log(book.mid() / last) * std::log(book.mid() / last);
                ++returns;
            }
            last = book.mid();
        }
    }
    EXPECT_GT(narrow, calm * 95 / 100) << "1 to 3 ticks in calm";
    EXPECT_GT(storm, 20);
    EXPECT_GT(wide, storm * 60 / 100) << "wider in a storm";
    EXPECT_LT(away / (seconds / 20), 3) << "the price follows the fair value";
    const double daily = std::sqrt(squares / returns * 288);
    EXPECT_GT(daily, 0.008);
    EXPECT_LT(daily, 0.035);
    const double rate = static_cast<double>(exchange.totals().market_events) / seconds / 2;
    EXPECT_GT(rate, 7);
    EXPECT_LT(rate, 13);
}

/// The drift that a regime plants is there in the traded prices, with its sign, for every seed.
TEST(GeneratedMarket, TrendsDriftAndARangeReturns) {
    const auto instruments = make_instruments(1);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        double move[3] = {};
        for (const Regime regime : {Regime::range, Regime::trend_up, Regime::trend_down}) {
            auto options = make_options(instruments, seed);
            options.regime = regime;
            Exchange exchange;
            ASSERT_EQ(exchange.open(options), ExchangeStatus::ok);
            Book book{BookOptions{}};
            run_to(exchange, start + 6 * 3600 * second, [&](const MarketEvent& event) { book.apply(event); });
            move[static_cast<int>(regime)] = book.mid() - 10'000;
        }
        EXPECT_GT(move[1], 100) << seed; // nine mean trends long: about 2 % and 18 standard deviations
        EXPECT_LT(move[2], -100) << seed;
        EXPECT_LT(std::fabs(move[0]), 60) << seed;
    }
}

TEST(GeneratedMarket, TrendsLastLongEnoughToBeSeen) {
    const auto instruments = make_instruments(1);
    auto options = make_options(instruments, 21);
    martlet::MarketProfile profile;
    profile.events_per_second = 0.2; // only the regimes matter here
    options.profiles = &profile;
    Exchange exchange;
    ASSERT_EQ(exchange.open(options), ExchangeStatus::ok);
    std::map<Regime, std::vector<double>> minutes;
    Regime now = exchange.regime(0);
    int length = 0;
    for (int minute = 1; minute <= 30 * 1440; ++minute) {
        run_to(exchange, start + minute * 60 * second, [](const MarketEvent&) {});
        ++length;
        if (exchange.regime(0) != now) {
            minutes[now].push_back(length);
            now = exchange.regime(0);
            length = 0;
        }
    }
    ASSERT_EQ(minutes.size(), 4u) << "every regime occurs in a month";
    for (const Regime trend : {Regime::trend_up, Regime::trend_down}) {
        auto& lengths = minutes[trend];
        EXPECT_GT(lengths.size(), 50u);
        double sum = 0;
        for (const double one : lengths) sum += one;
        EXPECT_NEAR(sum / static_cast<double>(lengths.size()), 40, 10);
        EXPECT_GE(*std::min_element(lengths.begin(), lengths.end()), 15);
    }
}

TEST(GeneratedMarket, InstrumentsMoveTogetherAsMuchAsIsAsked) {
    const auto instruments = make_instruments(2);
    for (const double wanted : {0.0, 0.8}) {
        auto options = make_options(instruments, 31);
        options.correlation = wanted;
        options.regime = Regime::range;
        martlet::MarketProfile profiles[2];
        for (auto& profile : profiles) profile.events_per_second = 0.2;
        options.profiles = profiles;
        Exchange exchange;
        ASSERT_EQ(exchange.open(options), ExchangeStatus::ok);
        double last[2] = {10'000, 10'000}, xx = 0, yy = 0, xy = 0;
        for (int t = 1; t <= 20'000; ++t) {
            run_to(exchange, start + t * second, [](const MarketEvent&) {});
            const double x = std::log(exchange.fair_value(0) / last[0]);
            const double y = std::log(exchange.fair_value(1) / last[1]);
            last[0] = exchange.fair_value(0);
            last[1] = exchange.fair_value(1);
            xx += x * x;
            yy += y * y;
            xy += x * y;
        }
        EXPECT_NEAR(xy / std::sqrt(xx * yy), wanted, 0.03);
    }
}

TEST(GeneratedMarket, MarketOrdersComeInBursts) {
    const auto instruments = make_instruments(1);
    auto options = make_options(instruments, 41);
    options.regime = Regime::range;
    Exchange exchange;
    ASSERT_EQ(exchange.open(options), ExchangeStatus::ok);
    std::vector<int> per_ten_seconds;
    for (int t = 10; t <= 36'000; t += 10) {
        int packets = 0;
        bool traded = false;
        run_to(exchange, start + t * second, [&](const MarketEvent& event) {
            traded |= event.kind == EventKind::trade;
            if ((event.flags & martlet::market_flag_last) != 0) {
                packets += traded ? 1 : 0;
                traded = false;
            }
        });
        per_ten_seconds.push_back(packets);
    }
    double sum = 0, squares = 0;
    for (const int n : per_ten_seconds) {
        sum += n;
        squares += static_cast<double>(n) * n;
    }
    const double mean = sum / static_cast<double>(per_ten_seconds.size());
    const double variance = squares / static_cast<double>(per_ten_seconds.size()) - mean * mean;
    EXPECT_GT(variance / mean, 3) << "a Poisson flow has 1";
}

/// Extreme profiles: the market goes on, whatever the ratio of ticks, volatility and rate.
TEST(GeneratedMarket, StandsExtremeProfiles) {
    const auto instruments = make_instruments(1);
    struct Extreme {
        std::int64_t price;
        double volatility, rate;
        std::uint32_t resting, levels;
    };
    for (const Extreme& extreme : {Extreme{20, 0.02, 10, 200, 16}, Extreme{1'000'000'000, 0.02, 10, 200, 5}, Extreme{10'000, 1.5, 10, 20, 1},
                                   Extreme{10'000, 0.0001, 5'000, 50'000, 5}, Extreme{500, 2, 1, 1, 1}}) {
        martlet::MarketProfile profile;
        profile.start_price = extreme.price;
        profile.daily_volatility = extreme.volatility;
        profile.events_per_second = extreme.rate;
        profile.resting_orders = extreme.resting;
        profile.maker_levels = extreme.levels;
        auto options = make_options(instruments, 51);
        options.profiles = &profile;
        Exchange exchange;
        ASSERT_EQ(exchange.open(options), ExchangeStatus::ok);
        Book book{BookOptions{}};
        std::uint64_t count = 0;
        const int hours = extreme.rate > 100 ? 1 : 48;
        for (int hour = 1; hour <= hours && count < 1'000'000; ++hour) {
            run_to(exchange, start + hour * 600 * second, [&](const MarketEvent& event) {
                ASSERT_EQ(book.apply(event), martlet::BookFault::none);
                ASSERT_GT(event.price, 0);
                ++count;
            });
            ASSERT_GT(book.best_bid().quantity, 0) << extreme.price << " " << extreme.volatility;
            ASSERT_GT(book.best_ask().quantity, 0) << extreme.price << " " << extreme.volatility;
        }
        EXPECT_GT(count, 100u);
    }
}

TEST(GeneratedMarket, RefusesOptionsThatMakeNoSense) {
    auto instruments = make_instruments(2);
    const auto status = [&](auto&& change) {
        auto options = make_options(instruments);
        martlet::MarketProfile profiles[2];
        options.profiles = profiles;
        change(options, profiles);
        Exchange exchange;
        return exchange.open(options);
    };
    using Options = martlet::ExchangeOptions;
    using Profiles = martlet::MarketProfile*;
    EXPECT_EQ(status([](Options&, Profiles) {}), ExchangeStatus::ok);
    EXPECT_EQ(status([](Options& o, Profiles) { o.instrument_count = 0; }), ExchangeStatus::bad_instruments);
    EXPECT_EQ(status([](Options& o, Profiles) { o.instrument_count = 65; }), ExchangeStatus::bad_instruments);
    EXPECT_EQ(status([](Options& o, Profiles) { o.start_time = -1; }), ExchangeStatus::bad_time);
    EXPECT_EQ(status([](Options& o, Profiles) { o.correlation = 1; }), ExchangeStatus::bad_profile);
    EXPECT_EQ(status([](Options& o, Profiles) { o.regime = static_cast<Regime>(9); }), ExchangeStatus::bad_profile);
    EXPECT_EQ(status([](Options&, Profiles p) { p[1].events_per_second = std::nan(""); }), ExchangeStatus::bad_profile);
    EXPECT_EQ(status([](Options&, Profiles p) { p[1].daily_volatility = -0.1; }), ExchangeStatus::bad_profile);
    EXPECT_EQ(status([](Options&, Profiles p) { p[1].resting_orders = 50'001; }), ExchangeStatus::bad_profile);
    instruments[1].tick = 0;
    EXPECT_EQ(status([](Options&, Profiles) {}), ExchangeStatus::bad_instruments);
    instruments[1].tick = 1;
    instruments[1].id = 5;
    EXPECT_EQ(status([](Options&, Profiles) {}), ExchangeStatus::bad_instruments);
}

} // namespace
