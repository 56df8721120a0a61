#include "fixtures.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "martlet/book.hpp"
#include "martlet/random.hpp"

namespace {

using namespace exchange_test;
using martlet::ExecType;
using martlet::Exchange;
using martlet::ExchangeStatus;
using martlet::EventKind;
using martlet::OrderStatus;
using martlet::OrderType;
using martlet::OwnedReport;
using martlet::RejectReason;
using martlet::Side;
using martlet::TimeInForce;

class ExternalOrders : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(exchange.open(make_options(instruments, 2)), ExchangeStatus::ok);
        run_to(exchange, start + 60 * second, [](const martlet::MarketEvent&) {});
        std::vector<martlet::MarketEvent> book(4096);
        const std::size_t count = exchange.snapshot(0, book.data(), book.size());
        ASSERT_GT(count, 10u);
        best_bid = book[1].price;
        for (std::size_t i = 1; i < count && best_ask == 0; ++i)
            if (book[i].side == Side::sell) best_ask = book[i].price;
    }

    std::vector<OwnedReport> take() {
        std::vector<OwnedReport> all(exchange.reports().begin(), exchange.reports().end());
        exchange.clear_reports();
        return all;
    }

    std::vector<martlet::InstrumentDefinition> instruments = make_instruments(2);
    Exchange exchange;
    std::int64_t best_bid = 0, best_ask = 0;
};

TEST_F(ExternalOrders, AMarketOrderIsFilledAtTheBookAndPaysTheTakersFee) {
    exchange.submit(make_order(1, 0, Side::buy, 0, 50, OrderType::market), 7);
    const auto reports = take();
    ASSERT_GE(reports.size(), 2u);
    EXPECT_EQ(reports[0].event.exec_type, ExecType::new_order);
    std::int64_t filled = 0, money = 0, fees = 0;
    for (std::size_t i = 1; i < reports.size(); ++i) {
        const martlet::OrderEvent& event = reports[i].event;
        EXPECT_EQ(reports[i].owner, 7u);
        EXPECT_EQ(event.exec_type, ExecType::trade);
        EXPECT_GE(event.last_price, best_ask);
        EXPECT_NE(event.flags & martlet::order_flag_taker, 0);
        filled += event.last_quantity;
        EXPECT_EQ(event.cumulative_quantity, filled);
        EXPECT_EQ(event.leaves_quantity, 50 - filled);
        money += event.last_price * event.last_quantity * 100; // 0.01 is 100 money units
        EXPECT_EQ(event.fee, (event.last_price * event.last_quantity * 100 * 50 + 500'000) / 1'000'000);
        fees += event.fee;
    }
    EXPECT_EQ(filled, 50);
    EXPECT_EQ(reports.back().event.status, OrderStatus::filled);
    const martlet::Holding holding = exchange.holding(7, 0);
    EXPECT_EQ(holding.position, 50);
    EXPECT_EQ(holding.cash, -money - fees);
    EXPECT_EQ(exchange.total_holding(0).position, 0);
}

TEST_F(ExternalOrders, APassiveOrderRestsInTheFeedAndIsFilledByTheOthers) {
    martlet::Book book{martlet::BookOptions{}};
    std::vector<martlet::MarketEvent> snapshot(4096);
    snapshot.resize(exchange.snapshot(0, snapshot.data(), snapshot.size()));
    for (const auto& event : snapshot) book.apply(event);
    exchange.submit(make_order(1, 0, Side::buy, best_bid, 30), 7);
    ASSERT_EQ(take().size(), 1u);
    std::uint64_t ours = 0;
    for (const auto& event : exchange.market_events()) {
        if (event.kind == EventKind::order_add) ours = event.order;
        book.apply(event);
    }
    EXPECT_EQ(book.find(ours).quantity, 30);
    exchange.clear_market_events();
    std::int64_t filled = 0;
    for (int t = 61; t <= 3600 && filled < 30; ++t) {
        run_to(exchange, start + t * second, [&](const martlet::MarketEvent& event) { book.apply(event); });
        for (const OwnedReport& report : take()) {
            EXPECT_EQ(report.event.exec_type, ExecType::trade);
            EXPECT_EQ(report.event.last_price, best_bid);
            EXPECT_EQ(report.event.flags & martlet::order_flag_taker, 0);
            EXPECT_LE(report.event.fee, 0) << "a maker earns";
            filled += report.event.last_quantity;
        }
    }
    EXPECT_EQ(filled, 30);
    EXPECT_EQ(book.find(ours).quantity, 0);
}

TEST_F(ExternalOrders, CancelAndReplaceAnswerUnderTheirOwnIds) {
    exchange.submit(make_order(1, 0, Side::buy, best_bid - 50, 30), 7);
    exchange.submit(make_replace(2, 1, best_bid - 60, 40), 7);
    exchange.submit(make_cancel(3, 2), 7);
    const auto reports = take();
    ASSERT_EQ(reports.size(), 3u);
    EXPECT_EQ(reports[1].event.exec_type, ExecType::replaced);
    EXPECT_EQ(reports[1].event.client_order, 2u);
    EXPECT_EQ(reports[1].event.original_client_order, 1u);
    EXPECT_EQ(reports[1].event.leaves_quantity, 40);
    EXPECT_EQ(reports[2].event.exec_type, ExecType::canceled);
    EXPECT_EQ(reports[2].event.client_order, 3u);
    EXPECT_EQ(reports[2].event.original_client_order, 2u);
    EXPECT_EQ(reports[2].event.leaves_quantity, 0);
    EXPECT_EQ(reports[0].event.venue_order, reports[2].event.venue_order);
}

TEST_F(ExternalOrders, AStopWaitsUnseenForATradeAtItsPriceAndThenTakes) {
    martlet::Command stop = make_order(1, 0, Side::sell, 0, 10, OrderType::stop);
    stop.stop_price = best_bid - 4;
    exchange.submit(stop, 7);
    ASSERT_EQ(take().size(), 1u);
    EXPECT_EQ(exchange.market_events().size(), 0u) << "nobody sees a stop";
    std::int64_t lowest = best_ask, filled = 0;
    for (int t = 61; t <= 4 * 3600 && filled < 10; ++t) {
        run_to(exchange, start + t * second, [&](const martlet::MarketEvent& event) {
            if (event.kind == EventKind::trade && event.instrument == 0 && event.price < lowest) lowest = event.price;
        });
        for (const OwnedReport& report : take()) {
            EXPECT_EQ(report.event.exec_type, ExecType::trade);
            EXPECT_NE(report.event.flags & martlet::order_flag_taker, 0);
            filled += report.event.last_quantity;
        }
        EXPECT_EQ(filled > 0, lowest <= best_bid - 4) << "second " << t;
    }
    EXPECT_EQ(filled, 10);
}

TEST_F(ExternalOrders, WhatCannotBeDoneIsRefusedWithItsReason) {
    const auto reason = [&](const martlet::Command& command, std::uint32_t owner = 7) {
        exchange.submit(command, owner);
        const auto reports = take();
        EXPECT_EQ(reports.size(), 1u);
        return reports.back().event.reason;
    };
    EXPECT_EQ(reason(make_order(1, 9, Side::buy, 100, 1)), RejectReason::unknown_instrument);
    EXPECT_EQ(reason(make_order(2, 0, Side::buy, 0, 1)), RejectReason::bad_price);
    EXPECT_EQ(reason(make_order(3, 0, Side::buy, 100, 0)), RejectReason::bad_quantity);
    EXPECT_EQ(reason(make_order(4, 0, Side::none, 100, 1)), RejectReason::malformed);
    EXPECT_EQ(reason(make_order(0, 0, Side::buy, 100, 1)), RejectReason::malformed);
    EXPECT_EQ(reason(make_order(5, 0, Side::buy, 100, 1, OrderType::stop)), RejectReason::bad_price) << "a stop without its price";
    EXPECT_EQ(reason(make_cancel(6, 999)), RejectReason::unknown_order);
    exchange.submit(make_order(10, 0, Side::buy, best_bid - 100, 5), 7);
    take();
    EXPECT_EQ(reason(make_order(10, 0, Side::buy, best_bid - 100, 5)), RejectReason::duplicate_order);
    EXPECT_EQ(reason(make_replace(11, 10, best_bid - 100, 0)), RejectReason::bad_quantity);
    EXPECT_EQ(reason(make_cancel(12, 10), 8), RejectReason::unknown_order) << "an owner cannot cancel another's order";
    EXPECT_EQ(reason(make_cancel(13, 10)), RejectReason::none);
    exchange.close();
    take();
    EXPECT_EQ(reason(make_order(14, 0, Side::buy, best_bid - 100, 5)), RejectReason::exchange_closed);
}

TEST_F(ExternalOrders, AMaximumQuantityBindsExternalOrdersAlone) {
    instruments[0].maximum_quantity = 10; // far below what the makers quote
    ASSERT_EQ(exchange.open(make_options(instruments, 2)), ExchangeStatus::ok);
    run_to(exchange, start + 60 * second, [](const martlet::MarketEvent&) {});
    EXPECT_GT(exchange.totals().orders, 100u);
    exchange.submit(make_order(1, 0, Side::buy, 0, 11, OrderType::market), 7);
    EXPECT_EQ(take().back().event.reason, RejectReason::bad_quantity);
    exchange.submit(make_order(2, 0, Side::buy, 0, 10, OrderType::market), 7);
    EXPECT_EQ(take().back().event.status, OrderStatus::filled);
}

TEST_F(ExternalOrders, TwoOwnersTradeWithEachOtherAndHearOnlyTheirOwn) {
    exchange.submit(make_order(1, 0, Side::sell, best_bid + 1, 5), 7); // joins or leads the asks
    exchange.submit(make_order(2, 0, Side::buy, best_bid + 1, 100'000, OrderType::limit, TimeInForce::immediate_or_cancel), 8);
    std::set<std::string> executions;
    std::int64_t sold = 0, bought = 0;
    for (const OwnedReport& report : take()) {
        EXPECT_EQ(report.owner, report.event.client_order == 1 ? 7u : 8u);
        EXPECT_TRUE(executions.insert(std::string(reinterpret_cast<const char*>(&report.event.execution), 16)).second)
            << "an execution number is never used twice";
        if (report.event.exec_type != ExecType::trade) continue;
        (report.owner == 7 ? sold : bought) += report.event.last_quantity;
    }
    EXPECT_EQ(sold, 5);
    EXPECT_GE(bought, 5);
    EXPECT_EQ(exchange.total_holding(0).position, 0);
    EXPECT_EQ(exchange.total_holding(0).cash, -exchange.total_holding(0).fees);
}

TEST_F(ExternalOrders, AMassCancelTakesOnlyTheOwnersOrders) {
    for (std::uint64_t i = 0; i < 10; ++i) exchange.submit(make_order(1 + i, i % 2, Side::buy, 9'000, 5), i < 6 ? 7 : 8);
    take();
    exchange.cancel_all(7);
    const auto reports = take();
    EXPECT_EQ(reports.size(), 6u);
    for (const OwnedReport& report : reports) {
        EXPECT_EQ(report.owner, 7u);
        EXPECT_EQ(report.event.exec_type, ExecType::canceled);
        EXPECT_NE(report.event.flags & martlet::order_flag_unsolicited, 0);
    }
    exchange.submit(make_cancel(50, 10), 8);
    EXPECT_EQ(take().back().event.exec_type, ExecType::canceled);
}

/// Random commands of many owners: quantities, positions and money are conserved at every step.
TEST_F(ExternalOrders, RandomCommandsConserveEverything) {
    martlet::RandomStream random(77, 1, 0);
    struct Known {
        std::uint64_t client;
        std::uint32_t owner;
    };
    std::vector<Known> open;
    std::uint64_t client = 1;
    std::int64_t cash = 0, fees = 0;
    for (int step = 0; step < 20'000; ++step) {
        const std::uint32_t owner = 1 + static_cast<std::uint32_t>(random.below(5));
        const std::uint64_t what = random.below(10);
        if (what < 6 || open.empty()) {
            const Side side = random.chance(0.5) ? Side::buy : Side::sell;
            const std::int64_t price = best_bid - 20 + static_cast<std::int64_t>(random.below(40));
            const OrderType type = random.chance(0.1) ? OrderType::market : OrderType::limit;
            exchange.submit(make_order(client, static_cast<std::uint32_t>(random.below(2)), side, price,
                                       1 + static_cast<std::int64_t>(random.below(500)), type, static_cast<TimeInForce>(random.below(4))),
                            owner);
            open.push_back({client++, owner});
        } else {
            Known& known = open[random.below(open.size())];
            if (what < 8) {
                exchange.submit(make_cancel(client++, known.client), known.owner);
            } else {
                exchange.submit(make_replace(client, known.client, best_bid - 20 + static_cast<std::int64_t>(random.below(40)),
                                             1 + static_cast<std::int64_t>(random.below(500))),
                                known.owner);
                known.client = client++;
            }
        }
        if (step % 10 == 0) exchange.advance(start + 60 * second + step * (second / 10));
        exchange.clear_market_events();
        for (const OwnedReport& report : take()) {
            const martlet::OrderEvent& event = report.event;
            ASSERT_LT(report.owner, martlet::first_participant);
            ASSERT_GE(event.leaves_quantity, 0);
            if (event.exec_type != ExecType::trade) continue;
            const std::int64_t money = event.last_price * event.last_quantity * 100;
            cash += (event.side == Side::buy ? -money : money) - event.fee;
            fees += event.fee;
        }
        if (open.size() > 400) open.erase(open.begin(), open.begin() + 200);
    }
    std::int64_t held_cash = 0, held_fees = 0;
    for (std::uint32_t owner = 1; owner <= 5; ++owner)
        for (std::uint32_t i = 0; i < 2; ++i) {
            held_cash += exchange.holding(owner, i).cash;
            held_fees += exchange.holding(owner, i).fees;
        }
    EXPECT_EQ(held_cash, cash);
    EXPECT_EQ(held_fees, fees);
    for (std::uint32_t i = 0; i < 2; ++i) {
        EXPECT_EQ(exchange.total_holding(i).position, 0);
        EXPECT_EQ(exchange.total_holding(i).cash, -exchange.total_holding(i).fees);
    }
}

} // namespace
