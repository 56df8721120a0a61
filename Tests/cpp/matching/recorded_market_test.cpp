#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "../book/market_events.hpp"
#include "scenario.hpp"

// Our orders against a recorded market: scenarios, and what must hold whatever is recorded.

namespace martlet {
namespace {

using test::SplitMix;

std::vector<std::filesystem::path> scenario_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(__FILE__).parent_path() / "scenarios"))
        if (entry.path().extension() == ".txt") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

class RecordedScenario : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(RecordedScenario, EverythingThatTheVenueSaysIsAsWritten) { EXPECT_NO_THROW(test::Scenario::run(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Files, RecordedScenario, testing::ValuesIn(scenario_files()), [](const auto& info) {
    std::string name = info.param.stem().string();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

/// A random recorded market with orders of ours thrown in.
class World {
public:
    World(RecordedSource source, QueueModel queue, std::uint64_t seed) : random(seed), source_(source) {
        definition.price_increment = definition.lot_increment = definition.multiplier = definition.money_unit = {1, 0};
        definition.tick = 1;
        definition.taker_fee_ppm = 500;
        definition.maker_fee_ppm = -100;
        options.source = source;
        options.queue = queue;
        options.expected_orders = 64;
        options.expected_levels = 64;
        market = std::make_unique<RecordedMarket>(&definition, &options, 1);
    }

    MarketEvent event() {
        MarketEvent event{};
        event.exchange_time = now += static_cast<std::int64_t>(random.below(2));
        event.flags = market_flag_last;
        event.side = random.below(2) != 0 ? Side::buy : Side::sell;
        event.quantity = static_cast<std::int64_t>(1 + random.below(9));
        event.order = random.below(30);
        event.price = price(event.side);
        const std::uint64_t roll = random.below(100);
        if (source_ == RecordedSource::by_order) {
            event.kind = roll < 50 ? EventKind::order_add : roll < 65 ? EventKind::order_cancel : roll < 70 ? EventKind::order_modify : EventKind::order_execute;
            if (event.kind == EventKind::order_execute && roll < 75) event.flags |= market_flag_implied;
            if (event.kind == EventKind::order_execute && roll >= 75) event.price = 0;
            if (event.kind == EventKind::order_modify) event.side = Side::none;
        } else {
            event.kind = roll < 70 ? EventKind::level_set : EventKind::trade;
            if (event.kind == EventKind::level_set && roll < 30) event.quantity = 0;
        }
        return event;
    }

    Command order() {
        Command command{};
        command.kind = EventKind::command;
        command.command = CommandKind::new_order;
        command.client_order = next_client++;
        command.side = random.below(2) != 0 ? Side::buy : Side::sell;
        command.type = random.below(4) == 0 ? OrderType::market : OrderType::limit;
        command.time_in_force = static_cast<TimeInForce>(random.below(4));
        command.price = 90 + static_cast<std::int64_t>(random.below(21));
        command.quantity = static_cast<std::int64_t>(1 + random.below(15));
        return command;
    }

    Command cancel_or_replace() {
        Command command = order();
        command.command = random.below(2) != 0 ? CommandKind::cancel : CommandKind::replace;
        command.original_client_order = 1 + random.below(next_client);
        return command;
    }

    std::int64_t price(Side side) {
        const auto away = static_cast<std::int64_t>(random.below(8));
        return side == Side::buy ? 100 - away : 101 + away;
    }

    SplitMix random;
    InstrumentDefinition definition{};
    RecordedOptions options;
    std::unique_ptr<RecordedMarket> market;
    std::int64_t now = 1;
    std::uint64_t next_client = 1;

private:
    RecordedSource source_;
};

struct Sent {
    Side side;
    OrderType type;
    std::int64_t price;
    std::int64_t quantity;
    std::int64_t arrival;
    std::int64_t filled;
    bool open;
};

/// What every stream of reports must obey; knows our orders by their current number.
class Watch {
public:
    void sent(const Command& command, std::int64_t arrival) {
        if (command.command == CommandKind::new_order)
            pending_[command.client_order] = {command.side, command.type, command.price, command.quantity, arrival, 0, true};
        last_ = command;
        arrival_ = arrival;
    }

    void see(const OrderEvent& event, bool from_market) {
        ASSERT_GE(event.exchange_time, time_) << "time goes back";
        time_ = event.exchange_time;
        if (event.kind != EventKind::execution_report || event.exec_type == ExecType::rejected) return;
        ASSERT_TRUE(executions_.insert({event.execution.low, event.execution.high}).second) << "an execution id twice";
        if (event.exec_type == ExecType::replaced) rename(event);
        const bool canceled_by_us = event.exec_type == ExecType::canceled && event.original_client_order != 0;
        const auto at = pending_.find(canceled_by_us ? event.original_client_order : event.client_order);
        ASSERT_NE(at, pending_.end());
        Sent& order = at->second;
        ASSERT_TRUE(order.open) << "a report of an order that is finished";
        if (event.exec_type == ExecType::trade) fill(event, order, from_market);
        if (event.exec_type == ExecType::canceled) order.open = false;
        ASSERT_EQ(event.cumulative_quantity, order.filled);
        ASSERT_EQ(event.leaves_quantity, order.open ? order.quantity - order.filled : 0) << "quantity is not conserved";
    }

    std::int64_t position() const { return position_; }
    std::int64_t cash() const { return cash_; }
    std::size_t open() const {
        return static_cast<std::size_t>(std::count_if(pending_.begin(), pending_.end(), [](const auto& at) { return at.second.open; }));
    }
    std::size_t maker_fills = 0;
    std::size_t taker_fills = 0;

private:
    void rename(const OrderEvent& event) {
        Sent order = pending_.at(event.original_client_order);
        const bool keeps = last_.price == order.price && last_.quantity <= order.quantity;
        pending_.erase(event.original_client_order);
        order.price = last_.price;
        order.quantity = last_.quantity;
        if (!keeps) order.arrival = arrival_;
        pending_[event.client_order] = order;
    }

    void fill(const OrderEvent& event, Sent& order, bool from_market) {
        order.filled += event.last_quantity;
        ASSERT_GT(event.last_quantity, 0);
        ASSERT_LE(order.filled, order.quantity);
        order.open = order.filled < order.quantity;
        const bool taker = (event.flags & order_flag_taker) != 0;
        ++(taker ? taker_fills : maker_fills);
        ASSERT_EQ(taker, !from_market);
        if (!taker) {
            ASSERT_EQ(event.last_price, order.price);
            ASSERT_GT(event.exchange_time, order.arrival) << "a passive fill not strictly after arrival";
        } else if (order.type == OrderType::limit) {
            ASSERT_TRUE(order.side == Side::buy ? event.last_price <= order.price : event.last_price >= order.price);
        }
        const std::int64_t signed_quantity = order.side == Side::buy ? event.last_quantity : -event.last_quantity;
        position_ += signed_quantity;
        cash_ -= signed_quantity * event.last_price + event.fee;
    }

    std::map<std::uint64_t, Sent> pending_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> executions_;
    Command last_{};
    std::int64_t arrival_ = 0;
    std::int64_t time_ = 0;
    std::int64_t position_ = 0;
    std::int64_t cash_ = 0;
};

class RecordedProperties : public testing::TestWithParam<std::pair<RecordedSource, QueueModel>> {};

TEST_P(RecordedProperties, ReportsConserveQuantityAndPassiveFillsAreLaterAndCoveredByTheMarket) {
    World world(GetParam().first, GetParam().second, 77);
    Watch watch;
    for (int i = 0; i < 150'000; ++i) {
        const bool ours = world.random.below(12) == 0;
        std::int64_t covered = 0;
        if (ours) {
            const Command command = world.random.below(3) != 0 ? world.order() : world.cancel_or_replace();
            watch.sent(command, world.now);
            world.market->submit(command, world.now);
        } else {
            const MarketEvent event = world.event();
            world.market->on_market(event);
            covered = event.quantity;
            // An offer that rests beyond our orders may fill them too: never for more than is displayed.
            Level levels[64];
            for (const Side side : {Side::buy, Side::sell}) {
                const std::size_t count = world.market->book(0)->depth(side, levels, 64);
                for (std::size_t at = 0; at < count; ++at) covered += levels[at].quantity;
            }
        }
        for (std::size_t at = 0; at < world.market->report_count(); ++at) {
            const OrderEvent& report = world.market->reports()[at];
            ASSERT_NO_FATAL_FAILURE(watch.see(report, !ours)) << "step " << i;
            if (!ours) covered -= report.last_quantity;
        }
        if (!ours) ASSERT_GE(covered, 0) << "step " << i;
        world.market->clear_reports();
        ASSERT_EQ(world.market->position(0), watch.position()) << "step " << i;
    }
    EXPECT_EQ(world.market->cash(0), watch.cash());
    EXPECT_EQ(world.market->working_count(), watch.open());
    EXPECT_GT(watch.maker_fills, 1000u);
    EXPECT_GT(watch.taker_fills, 1000u);
}

INSTANTIATE_TEST_SUITE_P(Kinds, RecordedProperties,
                         testing::Values(std::pair{RecordedSource::by_order, QueueModel::trade_through},
                                         std::pair{RecordedSource::by_order, QueueModel::queue_position},
                                         std::pair{RecordedSource::by_price, QueueModel::trade_through},
                                         std::pair{RecordedSource::by_price, QueueModel::queue_position}));

// Buys everything that is shown, again and again: never more than was ever added.
TEST(RecordedMarket, WhatIsDisplayedOnceIsSoldOnce) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        World world(RecordedSource::by_order, QueueModel::trade_through, seed);
        std::int64_t added = 0;
        std::map<std::uint64_t, std::int64_t> shown;
        for (int i = 0; i < 2'000; ++i) {
            MarketEvent event = world.event();
            event.side = Side::sell;
            event.price = world.price(Side::sell);
            if (event.kind == EventKind::order_modify) event.kind = EventKind::order_cancel;
            if (event.kind == EventKind::order_execute) event.flags = market_flag_last;
            if (world.market->on_market(event) == BookFault::none && event.kind == EventKind::order_add) added += event.quantity;
            if (world.random.below(4) != 0) continue;
            Command command = world.order();
            command.side = Side::buy;
            command.type = OrderType::market;
            world.market->submit(command, world.now);
            ASSERT_LE(world.market->position(0), added);
            world.market->clear_reports();
        }
        EXPECT_GT(world.market->position(0), 0);
    }
}

TEST(RecordedMarket, TwoRunsOverTheSameStreamSayTheSameBytes) {
    std::vector<OrderEvent> runs[2];
    for (auto& run : runs) {
        World world(RecordedSource::by_order, QueueModel::queue_position, 5);
        for (int i = 0; i < 20'000; ++i) {
            if (world.random.below(10) == 0) world.market->submit(world.random.below(3) != 0 ? world.order() : world.cancel_or_replace(), world.now);
            else world.market->on_market(world.event());
            run.insert(run.end(), world.market->reports(), world.market->reports() + world.market->report_count());
            world.market->clear_reports();
        }
    }
    ASSERT_EQ(runs[0].size(), runs[1].size());
    EXPECT_GT(runs[0].size(), 1000u);
    EXPECT_EQ(std::memcmp(runs[0].data(), runs[1].data(), runs[0].size() * sizeof(OrderEvent)), 0);
}

// A market over a book that its host keeps says, byte for byte, what one with its own book says.
TEST_P(RecordedProperties, ASharedBookSaysTheSameBytes) {
    World world(GetParam().first, GetParam().second, 11);
    BookOptions book_options;
    book_options.mode = GetParam().first == RecordedSource::by_order ? BookMode::by_order : BookMode::by_price;
    book_options.expected_orders = book_options.expected_levels = 64;
    Book book(book_options);
    InstrumentDefinition definition = world.definition;
    RecordedOptions options = world.options;
    options.shared_book = &book;
    RecordedMarket sharing(&definition, &options, 1);
    EXPECT_EQ(sharing.book(0), &book);
    constexpr EventKind rare[] = {EventKind::clear, EventKind::discontinuity, EventKind::snapshot_begin, EventKind::snapshot_end,
                                  EventKind::trading_status, EventKind::bar};
    std::size_t said = 0;
    for (int i = 0; i < 100'000; ++i) {
        if (world.random.below(10) == 0) {
            const Command command = world.random.below(3) != 0 ? world.order() : world.cancel_or_replace();
            world.market->submit(command, world.now);
            sharing.submit(command, world.now);
        } else {
            MarketEvent event = world.event();
            if (world.random.below(100) == 0) event.kind = rare[world.random.below(std::size(rare))];
            if (event.kind == EventKind::trading_status) event.reference = 2 + world.random.below(2); // auction, open
            sharing.before(&event);
            const BookFault fault = book.apply(event);
            ASSERT_EQ(world.market->on_market(event), fault);
            ASSERT_EQ(sharing.after(&event), sharing.report_count());
        }
        const std::size_t count = world.market->report_count();
        ASSERT_EQ(sharing.report_count(), count) << "step " << i;
        ASSERT_EQ(std::memcmp(sharing.reports(), world.market->reports(), count * sizeof(OrderEvent)), 0) << "step " << i;
        said += count;
        world.market->clear_reports();
        sharing.clear_reports();
    }
    EXPECT_GT(said, 2000u);
    EXPECT_EQ(sharing.cash(0), world.market->cash(0));
}

TEST(RecordedMarket, InstrumentsDoNotTouchEachOther) {
    InstrumentDefinition definitions[2]{};
    RecordedOptions options[2];
    for (std::uint32_t i = 0; i < 2; ++i) {
        definitions[i].id = 10 * (i + 1);
        definitions[i].price_increment = {1, -2};
        definitions[i].lot_increment = definitions[i].multiplier = {1, 0};
        definitions[i].money_unit = {1, -4};
        definitions[i].tick = 1;
        definitions[i].taker_fee_ppm = 300;
        options[i].expected_orders = 16;
    }
    RecordedMarket market(definitions, options, 2);
    MarketEvent event = test::add(1, Side::sell, 12'345, 7);
    event.instrument = 20;
    event.exchange_time = 5;
    EXPECT_EQ(market.on_market(event), BookFault::none);
    event.instrument = 15;
    EXPECT_EQ(market.on_market(event), BookFault::none); // nobody's
    EXPECT_EQ(market.best_ask(10).quantity, 0);
    EXPECT_EQ(market.best_ask(20).price, 12'345);
    EXPECT_EQ(market.book(15), nullptr);
    Command command{};
    command.command = CommandKind::new_order;
    command.instrument = 20;
    command.side = Side::buy;
    command.type = OrderType::market;
    command.quantity = 3;
    command.client_order = 1;
    market.submit(command, 6);
    ASSERT_EQ(market.report_count(), 2u);
    const OrderEvent& fill = market.reports()[1];
    EXPECT_EQ(fill.instrument, 20u);
    // 123.45 × 3 = 370.35, 300 ppm of it 0.111105, in 1e-4: 1111.05.
    EXPECT_EQ(fill.fee, 1111);
    EXPECT_EQ(market.position(20), 3);
    EXPECT_EQ(market.position(10), 0);
    EXPECT_EQ(market.cash(20), -3'703'500 - 1111);
}

TEST(RecordedMarket, AnInstrumentWhoseMoneyDoesNotFitRefusesOrders) {
    InstrumentDefinition definition{};
    definition.price_increment = definition.lot_increment = {1, 0};
    definition.multiplier = {1, 18};
    definition.money_unit = {1, -4};
    RecordedOptions options;
    RecordedMarket market(&definition, &options, 1);
    Command command{};
    command.command = CommandKind::new_order;
    command.side = Side::buy;
    command.type = OrderType::limit;
    command.price = command.quantity = 1;
    command.client_order = 1;
    market.submit(command, 6);
    ASSERT_EQ(market.report_count(), 1u);
    EXPECT_EQ(market.reports()[0].reason, RejectReason::other);
}

} // namespace
} // namespace martlet
