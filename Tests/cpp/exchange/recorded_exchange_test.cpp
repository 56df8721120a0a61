#include "fixtures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "martlet/book.hpp"

namespace {

using namespace exchange_test;
using martlet::BarEvent;
using martlet::Book;
using martlet::EventKind;
using martlet::ExecType;
using martlet::Exchange;
using martlet::ExchangeStatus;
using martlet::MarketEvent;
using martlet::OrderType;
using martlet::Side;

constexpr std::int64_t recorded_at = 1'600'000'000 * second; // long before the virtual start

MarketEvent make_bar(std::uint32_t instrument, int minute, std::int64_t open, std::int64_t low, std::int64_t high, std::int64_t close,
                     std::int64_t volume = 0, Side side = Side::none) {
    BarEvent bar{};
    bar.kind = EventKind::bar;
    bar.instrument = instrument;
    bar.side = side;
    bar.exchange_time = bar.receive_time = recorded_at + (minute + 1) * 60 * second;
    bar.low = low;
    bar.open_above_low = static_cast<std::uint32_t>(open - low);
    bar.high_above_low = static_cast<std::uint32_t>(high - low);
    bar.close_above_low = static_cast<std::uint32_t>(close - low);
    bar.seconds = 60;
    bar.volume = volume;
    return martlet::as_market_event(bar);
}

MarketEvent make(EventKind kind, std::int64_t at, Side side = Side::none, std::int64_t price = 0, std::int64_t quantity = 0,
                 std::uint64_t order = 0, std::uint16_t flags = martlet::market_flag_last) {
    MarketEvent event{};
    event.kind = kind;
    event.receive_time = event.exchange_time = recorded_at + at;
    event.side = side;
    event.price = price;
    event.quantity = quantity;
    event.order = order;
    event.flags = flags;
    return event;
}

martlet::ExchangeOptions recorded_options(const std::vector<martlet::InstrumentDefinition>& instruments, const std::vector<MarketEvent>& events) {
    auto options = make_options(instruments);
    options.recorded = events.data();
    options.recorded_count = events.size();
    options.half_spread = 2;
    return options;
}

TEST(RecordedExchange, ABarsPricesComeInItsOwnMinuteInOrderAndMakeTheSameBarAgain) {
    const auto instruments = make_instruments(2);
    std::vector<MarketEvent> bars;
    for (int minute = 0; minute < 30; ++minute) {
        const std::int64_t open = 10'000 + minute * 7 % 40;
        const std::int64_t close = open + (minute % 3 - 1) * 5;
        bars.push_back(make_bar(0, minute, open, std::min(open, close) - 9, std::max(open, close) + 11, close, 1000 + minute));
        if (minute % 4 != 0) bars.push_back(make_bar(1, minute, 500, 490, 510, 505));
    }
    for (const std::uint32_t steps : {1u, 2u, 5u}) {
        auto options = recorded_options(instruments, bars);
        options.bar_steps = steps;
        Exchange exchange;
        ASSERT_EQ(exchange.open(options), ExchangeStatus::ok);
        std::size_t bar = 0;
        for (int minute = 0; minute < 30; ++minute) {
            std::vector<std::int64_t> prices;
            std::int64_t volume = 0;
            Book book{martlet::BookOptions{}};
            run_to(exchange, start + (minute + 1) * 60 * second - 1, [&](const MarketEvent& event) {
                ASSERT_GE(event.exchange_time, start + minute * 60 * second) << "nothing of a bar shows early";
                if (event.instrument != 0 || event.kind != EventKind::trade) return;
                prices.push_back(event.price);
                volume += event.quantity;
            });
            while (bars[bar].instrument != 0) ++bar;
            const BarEvent expected = martlet::as_bar(bars[bar++]);
            ASSERT_EQ(prices.size(), 3 * steps + 1);
            EXPECT_EQ(prices.front(), expected.open());
            EXPECT_EQ(prices.back(), expected.close());
            EXPECT_EQ(*std::min_element(prices.begin(), prices.end()), expected.low);
            EXPECT_EQ(*std::max_element(prices.begin(), prices.end()), expected.high());
            EXPECT_EQ(volume, expected.volume);
            const auto low = std::find(prices.begin(), prices.end(), expected.low);
            const auto high = std::find(prices.begin(), prices.end(), expected.high());
            EXPECT_EQ(low < high, expected.close() >= expected.open()) << "a rising bar has its low first";
        }
        EXPECT_EQ(exchange.advance(start + 3600 * second), ExchangeStatus::ended);
    }
}

/// Seeing a prefix of the recording gives the same events as long as time stays within it: a later bar changes
/// nothing that was shown before.
TEST(RecordedExchange, TheFutureOfARecordingChangesNothingBeforeIt) {
    const auto instruments = make_instruments(1);
    std::vector<MarketEvent> bars, changed;
    for (int minute = 0; minute < 10; ++minute) bars.push_back(make_bar(0, minute, 1000, 990, 1010, 1000 + minute));
    changed = bars;
    for (int minute = 5; minute < 10; ++minute) changed[static_cast<std::size_t>(minute)] = make_bar(0, minute, 3000, 2990, 3010, 3000);
    std::vector<MarketEvent> seen[2];
    for (int i = 0; i < 2; ++i) {
        Exchange exchange;
        ASSERT_EQ(exchange.open(recorded_options(instruments, i == 0 ? bars : changed)), ExchangeStatus::ok);
        run_to(exchange, start + 5 * 60 * second - 1, [&](const MarketEvent& event) { seen[i].push_back(event); });
    }
    ASSERT_EQ(seen[0].size(), seen[1].size());
    for (std::size_t i = 0; i < seen[0].size(); ++i) EXPECT_EQ(std::memcmp(&seen[0][i], &seen[1][i], sizeof(MarketEvent)), 0);
}

TEST(RecordedExchange, QuotesStandHalfASpreadAroundABarsPricesAndFillMarketOrders) {
    const auto instruments = make_instruments(1);
    const std::vector<MarketEvent> bars = {make_bar(0, 0, 1000, 990, 1020, 1010), make_bar(0, 1, 1010, 980, 1015, 985)};
    Exchange exchange;
    ASSERT_EQ(exchange.open(recorded_options(instruments, bars)), ExchangeStatus::ok);
    Book book{martlet::BookOptions{}};
    run_to(exchange, start, [&](const MarketEvent& event) { ASSERT_EQ(book.apply(event), martlet::BookFault::none); });
    EXPECT_EQ(book.best_bid().price, 998);
    EXPECT_EQ(book.best_ask().price, 1002);
    exchange.submit(make_order(1, 0, Side::buy, 0, 7, OrderType::market), 3);
    auto reports = exchange.reports();
    ASSERT_EQ(reports.size(), 2u);
    EXPECT_EQ(reports[1].event.last_price, 1002);
    EXPECT_EQ(reports[1].owner, 3u);
    exchange.clear_reports();
    // A passive order fills when the price goes through it, not before, and not at a touch.
    exchange.submit(make_order(2, 0, Side::buy, 990, 5), 3);
    exchange.clear_reports();
    run_to(exchange, start + 60 * second - 1, [&](const MarketEvent& event) { book.apply(event); });
    std::int64_t filled = 0;
    for (const auto& report : exchange.reports()) filled += report.event.last_quantity;
    EXPECT_EQ(filled, 0) << "the bid touched 990 and traded at it, never below";
    run_to(exchange, start + 119 * second, [&](const MarketEvent& event) { book.apply(event); });
    for (const auto& report : exchange.reports())
        if (report.event.exec_type == ExecType::trade) {
            filled += report.event.last_quantity;
            EXPECT_EQ(report.event.last_price, 990);
            EXPECT_GT(report.event.exchange_time, start + 60 * second);
        }
    EXPECT_EQ(filled, 5);
    EXPECT_EQ(exchange.holding(3, 0).position, 12);
    EXPECT_EQ(book.faults(), 0u);
}

TEST(RecordedExchange, BidAndAskBarsMakeOnePathWithTheirOwnQuotes) {
    const auto instruments = make_instruments(1);
    std::vector<MarketEvent> bars;
    for (int minute = 0; minute < 5; ++minute) {
        bars.push_back(make_bar(0, minute, 1000, 990, 1010, 1005, 0, Side::buy));
        bars.push_back(make_bar(0, minute, 1003, 992, 1015, 1008, 0, Side::sell));
    }
    Exchange exchange;
    ASSERT_EQ(exchange.open(recorded_options(instruments, bars)), ExchangeStatus::ok);
    Book book{martlet::BookOptions{}};
    std::vector<std::pair<std::int64_t, std::int64_t>> quotes;
    run_to(exchange, start + 60 * second - 1, [&](const MarketEvent& event) {
        ASSERT_EQ(book.apply(event), martlet::BookFault::none);
        if (event.kind != EventKind::trade) return;
        quotes.emplace_back(book.best_bid().price, book.best_ask().price);
        EXPECT_TRUE(event.price == book.best_bid().price || event.price == book.best_ask().price);
    });
    const std::vector<std::pair<std::int64_t, std::int64_t>> expected = {{1000, 1003}, {990, 992}, {1010, 1015}, {1005, 1008}};
    EXPECT_EQ(quotes, expected);
    EXPECT_EQ(exchange.totals().faults, 0u);
}

TEST(RecordedExchange, OrdersPassAsTheyAreAndFaultsAreLeftOut) {
    const auto instruments = make_instruments(1);
    const std::vector<MarketEvent> events = {
        make(EventKind::order_add, 0, Side::buy, 990, 10, 101),
        make(EventKind::order_add, 1, Side::sell, 1000, 10, 102),
        make(EventKind::order_cancel, 2, Side::buy, 980, 0, 999), // never added
        make(EventKind::order_execute, 3, Side::sell, 1000, 4, 102),
        make(EventKind::trade, 3, Side::buy, 1000, 4, 1),
        make(EventKind::order_execute, 4, Side::sell, 1000, 50, 102), // more than rests
        make(EventKind::order_add, 5, Side::sell, 1005, 10, 103),
    };
    Exchange exchange;
    ASSERT_EQ(exchange.open(recorded_options(instruments, events)), ExchangeStatus::ok);
    Book book{martlet::BookOptions{}};
    std::vector<EventKind> kinds;
    std::vector<std::int64_t> times;
    run_to(exchange, start + second, [&](const MarketEvent& event) {
        EXPECT_EQ(book.apply(event), martlet::BookFault::none);
        times.push_back(event.exchange_time - start);
        kinds.push_back(event.kind);
    });
    const std::vector<EventKind> expected = {EventKind::order_add, EventKind::order_add,    EventKind::order_execute,
                                             EventKind::trade,     EventKind::order_cancel, EventKind::order_add};
    EXPECT_EQ(kinds, expected);
    EXPECT_EQ(times, (std::vector<std::int64_t>{0, 1, 3, 3, 4, 5})) << "moved to the virtual clock";
    EXPECT_EQ(book.best_ask().price, 1005);
    EXPECT_EQ(exchange.totals().faults, 1u);
}

TEST(RecordedExchange, LevelsQuotesAndSnapshotsBecomeOrdersThatAReaderCanFollow) {
    const auto instruments = make_instruments(1);
    martlet::QuoteEvent quote{};
    quote.kind = EventKind::quote;
    quote.receive_time = quote.exchange_time = recorded_at + 5;
    quote.bid_price = 940;
    quote.bid_quantity = 5;
    quote.ask_price = 960;
    quote.ask_quantity = 6;
    const std::vector<MarketEvent> events = {
        make(EventKind::level_set, 0, Side::buy, 990, 10),
        make(EventKind::level_set, 1, Side::sell, 1000, 10),
        make(EventKind::level_set, 2, Side::buy, 990, 4),
        make(EventKind::level_set, 3, Side::buy, 990, 0),
        make(EventKind::snapshot_begin, 4),
        make(EventKind::level_set, 4, Side::buy, 900, 3, 0, martlet::market_flag_snapshot),
        make(EventKind::level_set, 4, Side::sell, 950, 3, 0, martlet::market_flag_snapshot),
        make(EventKind::snapshot_end, 4),
        make(EventKind::clear, 5),
        martlet::as_market_event(quote),
    };
    Exchange exchange;
    ASSERT_EQ(exchange.open(recorded_options(instruments, events)), ExchangeStatus::ok);
    Book book{martlet::BookOptions{}};
    const auto follow = [&](std::int64_t until) {
        run_to(exchange, start + until, [&](const MarketEvent& event) { ASSERT_EQ(book.apply(event), martlet::BookFault::none); });
    };
    follow(2);
    EXPECT_EQ(book.best_bid().quantity, 4);
    EXPECT_EQ(book.best_ask().quantity, 10);
    follow(3);
    EXPECT_EQ(book.best_bid().quantity, 0);
    follow(4);
    EXPECT_EQ(book.best_bid().price, 900);
    EXPECT_EQ(book.best_ask().price, 950);
    EXPECT_EQ(book.order_count(), 2u);
    follow(5);
    EXPECT_EQ(book.best_bid().price, 940);
    EXPECT_EQ(book.best_ask().price, 960);
    EXPECT_EQ(book.order_count(), 2u);
}

TEST(RecordedExchange, TwoOwnersWithTheSameMarketHearOnlyTheirOwn) {
    const auto instruments = make_instruments(1);
    const std::vector<MarketEvent> events = {
        make(EventKind::order_add, 0, Side::buy, 990, 10, 101),
        make(EventKind::order_add, 1, Side::sell, 1000, 100, 102),
        make(EventKind::order_add, 5 * second, Side::sell, 1001, 100, 103),
    };
    Exchange exchange;
    ASSERT_EQ(exchange.open(recorded_options(instruments, events)), ExchangeStatus::ok);
    run_to(exchange, start + second, [](const MarketEvent&) {});
    exchange.submit(make_order(1, 0, Side::buy, 995, 5), 1);
    exchange.submit(make_order(2, 0, Side::buy, 0, 5, OrderType::market), 2);
    exchange.submit(make_replace(3, 1, 996, 6), 1);
    exchange.submit(make_cancel(4, 3), 2);
    exchange.cancel_all(1);
    std::vector<std::pair<std::uint32_t, ExecType>> heard;
    std::uint64_t number = 1;
    for (const auto& report : exchange.reports()) {
        heard.emplace_back(report.owner, report.event.exec_type);
        EXPECT_EQ(report.event.sequence, number++);
    }
    const std::vector<std::pair<std::uint32_t, ExecType>> expected = {{1, ExecType::new_order},      {2, ExecType::new_order},
                                                                      {2, ExecType::trade},          {1, ExecType::replaced},
                                                                      {2, ExecType::pending_cancel}, {1, ExecType::canceled}};
    EXPECT_EQ(heard, expected);
    EXPECT_EQ(exchange.holding(1, 0).position, 0);
    EXPECT_EQ(exchange.holding(2, 0).position, 5);
    EXPECT_NE(exchange.reports().back().event.flags & martlet::order_flag_unsolicited, 0);
    EXPECT_EQ(exchange.reports().back().event.client_order, 3u);
}

TEST(RecordedExchange, RefusesRecordingsThatMakeNoSense) {
    const auto instruments = make_instruments(1);
    const auto status = [&](const std::vector<MarketEvent>& events) {
        Exchange exchange;
        return exchange.open(recorded_options(instruments, events));
    };
    EXPECT_EQ(status({make_bar(1, 0, 10, 10, 10, 10)}), ExchangeStatus::bad_recording) << "unknown instrument";
    EXPECT_EQ(status({make(EventKind::trade, 5), make(EventKind::trade, 4)}), ExchangeStatus::bad_recording) << "time goes back";
    auto bar = martlet::as_bar(make_bar(0, 0, 10, 10, 10, 10));
    bar.seconds = 0;
    EXPECT_EQ(status({martlet::as_market_event(bar)}), ExchangeStatus::bad_recording) << "a bar of no length";
    EXPECT_EQ(status({make_bar(0, 0, 10, 10, 10, 10)}), ExchangeStatus::ok);
}

} // namespace
