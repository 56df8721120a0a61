#include <list>
#include <map>
#include <random>

#include "../../../cpp/fix/src/market_decoder.hpp"
#include "raw_peer.hpp"

namespace martlet::test {
namespace {

MarketEvent event_of(EventKind kind, std::uint64_t order, Side side, std::int64_t price, std::int64_t quantity, std::int64_t time = noon) {
    MarketEvent event{};
    event.kind = kind;
    event.instrument = 3;
    event.order = order;
    event.side = side;
    event.price = price;
    event.quantity = quantity;
    event.exchange_time = time;
    return event;
}

/// The obvious book: for each side and price, the queue.
struct PlainBook {
    struct Order {
        std::uint64_t id;
        std::int64_t quantity;
        bool operator==(const Order&) const = default;
    };
    std::map<std::pair<Side, std::int64_t>, std::list<Order>> levels;

    void apply(const MarketEvent& event) {
        if (event.kind == EventKind::snapshot_begin || event.kind == EventKind::discontinuity) levels.clear();
        if (event.kind == EventKind::order_add) levels[{event.side, event.price}].push_back({event.order, event.quantity});
        if (event.kind == EventKind::order_cancel || event.kind == EventKind::order_execute) reduce(event.order, event.quantity);
        if (event.kind == EventKind::order_modify) modify(event);
    }
    void reduce(std::uint64_t id, std::int64_t quantity) {
        for (auto level = levels.begin(); level != levels.end(); ++level)
            for (auto order = level->second.begin(); order != level->second.end(); ++order)
                if (order->id == id) {
                    order->quantity -= quantity == 0 ? order->quantity : quantity;
                    if (order->quantity <= 0) level->second.erase(order);
                    if (level->second.empty()) levels.erase(level);
                    return;
                }
        ADD_FAILURE() << "unknown order " << id;
    }
    void modify(const MarketEvent& event) {
        if ((event.flags & market_flag_priority) != 0) {
            for (auto& [key, queue] : levels)
                for (Order& order : queue)
                    if (order.id == event.order) order.quantity = event.quantity;
        } else {
            reduce(event.order, 0);
            levels[{event.side, event.price}].push_back({event.order, event.quantity});
        }
    }
    std::vector<MarketEvent> state() const {
        std::vector<MarketEvent> events;
        for (const auto& [key, queue] : levels)
            for (const Order& order : queue) events.push_back(event_of(EventKind::order_add, order.id, key.first, key.second, order.quantity));
        return events;
    }
};

struct MarketTest : testing::Test {
    /// Logs on and subscribes the client to both instruments; answers with `book` for instrument 3.
    void subscribe(const std::vector<MarketEvent>& book = {}) {
        pair.broker_settings.subscribe_at_logon = true;
        pair.start();
        for (int i = 0; i < 2; ++i) {
            const VenueRequest request = pair.request();
            ASSERT_EQ(request.kind, VenueRequestKind::subscribe);
            answer(request, request.instrument == 3 ? book : std::vector<MarketEvent>{});
            for (std::size_t skip = 0; skip < (request.instrument == 3 ? book.size() : 0) + 2; ++skip) snapshot.push_back(pair.market());
        }
    }
    void answer(const VenueRequest& request, const std::vector<MarketEvent>& book) {
        ASSERT_EQ(pair.venue.snapshot(0, request.request, request.instrument, book.data(), book.size()), FixStatus::ok);
    }
    void publish(const std::vector<MarketEvent>& events) { ASSERT_EQ(pair.venue.publish(events.data(), events.size()), FixStatus::ok); }

    Pair pair;
    std::vector<MarketEvent> snapshot;
};

TEST_F(MarketTest, ASnapshotStatesTheBookBetweenItsBeginAndEnd) {
    const std::vector<MarketEvent> book = {event_of(EventKind::order_add, 11, Side::buy, 9'999, 5),
                                           event_of(EventKind::order_add, 12, Side::sell, 10'001, 7, noon + 1)};
    subscribe(book);
    ASSERT_EQ(snapshot.size(), 6u);
    EXPECT_EQ(snapshot[0].kind, EventKind::snapshot_begin);
    for (std::size_t i = 0; i < 2; ++i) {
        MarketEvent expected = book[i];
        expected.flags = market_flag_snapshot;
        EXPECT_GT(snapshot[i + 1].receive_time, 0) << "when it came";
        expected.receive_time = snapshot[i + 1].receive_time;
        EXPECT_EQ(std::memcmp(&snapshot[i + 1], &expected, sizeof expected), 0) << i;
    }
    EXPECT_EQ(snapshot[3].kind, EventKind::snapshot_end);
    EXPECT_EQ(snapshot[3].flags, market_flag_snapshot | market_flag_last);
    EXPECT_EQ(snapshot[4].instrument, 7u);
}

TEST_F(MarketTest, EventsArriveAsTheyWerePublishedWithTheLastOneMarked) {
    subscribe();
    const std::vector<MarketEvent> sent = {
        event_of(EventKind::order_add, 21, Side::buy, 9'990, 10), event_of(EventKind::order_add, 22, Side::sell, 10'010, 20, noon + 1),
        event_of(EventKind::order_execute, 21, Side::buy, 9'990, 4, noon + 2), event_of(EventKind::order_execute, 21, Side::buy, 9'990, 6, noon + 3),
        event_of(EventKind::trade, 900, Side::sell, 9'990, 10, noon + 3), event_of(EventKind::order_cancel, 22, Side::sell, 0, 0, noon + 4)};
    publish(sent);
    for (std::size_t i = 0; i < sent.size(); ++i) {
        MarketEvent got = pair.market();
        EXPECT_GT(got.reference, 0u);
        got.reference = 0;
        MarketEvent expected = sent[i];
        expected.flags = i + 1 == sent.size() ? market_flag_last : 0;
        EXPECT_GT(got.receive_time, 0) << "when it came";
        expected.receive_time = got.receive_time;
        EXPECT_EQ(std::memcmp(&got, &expected, sizeof got), 0) << "event " << i << " kind " << static_cast<int>(got.kind);
    }
    EXPECT_TRUE(pair.ring_empty());
}

TEST_F(MarketTest, AHiddenTradeKeepsItsMark) {
    subscribe();
    MarketEvent trade = event_of(EventKind::trade, 5, Side::none, 10'000, 1);
    trade.flags = market_flag_implied;
    publish({trade});
    const MarketEvent got = pair.market();
    EXPECT_EQ(got.kind, EventKind::trade);
    EXPECT_EQ(got.side, Side::none);
    EXPECT_EQ(got.flags, market_flag_implied | market_flag_last);
}

TEST_F(MarketTest, TradingStatusArrives) {
    subscribe();
    for (const TradingStatus status : {TradingStatus::halted, TradingStatus::open, TradingStatus::closed, TradingStatus::pre_open, TradingStatus::auction}) {
        MarketEvent event = event_of(EventKind::trading_status, 0, Side::none, 0, 0);
        event.reference = static_cast<std::uint64_t>(status);
        publish({event});
        const MarketEvent got = pair.market();
        EXPECT_EQ(got.kind, EventKind::trading_status);
        EXPECT_EQ(got.reference, event.reference);
        EXPECT_EQ(got.exchange_time, noon);
    }
}

TEST_F(MarketTest, TheClientsBookIsTheVenuesWhateverHappens) {
    subscribe();
    std::mt19937_64 random(7);
    PlainBook ours, theirs;
    std::uint64_t next = 1;
    for (int round = 0; round < 200; ++round) {
        std::vector<MarketEvent> batch;
        for (int i = 0; i < 10; ++i) {
            const std::vector<MarketEvent> live = theirs.state();
            const auto pick = [&] { return live[random() % live.size()]; };
            MarketEvent event = event_of(EventKind::order_add, next, random() % 2 == 0 ? Side::buy : Side::sell, 9'990 + static_cast<std::int64_t>(random() % 20),
                                         1 + static_cast<std::int64_t>(random() % 50));
            const unsigned what = random() % 5;
            if (live.size() < 20 || what == 0) {
                ++next;
            } else {
                const MarketEvent order = pick();
                event.order = order.order;
                event.side = order.side;
                event.kind = what == 1 ? EventKind::order_modify : what == 2 ? EventKind::order_execute : EventKind::order_cancel;
                if (what == 1 && random() % 2 == 0) {
                    event.flags = market_flag_priority;
                    event.price = order.price;
                    event.quantity = 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(order.quantity));
                }
                if (what >= 2) {
                    event.price = order.price;
                    event.quantity = 1 + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(order.quantity));
                    if (what == 4) event.quantity = 0;
                }
            }
            theirs.apply(event);
            batch.push_back(event);
        }
        publish(batch);
        MarketEvent got{};
        do {
            got = pair.market();
            ours.apply(got);
        } while ((got.flags & market_flag_last) == 0);
        ASSERT_EQ(ours.levels, theirs.levels) << "round " << round;
    }
    EXPECT_EQ(pair.venue.counters().unknown_orders, 0u);
    EXPECT_EQ(pair.broker.counters().market_gaps, 0u);
}

TEST_F(MarketTest, AChangeOfAnOrderThatWasNeverAddedIsCountedAndNotPublished) {
    subscribe();
    publish({event_of(EventKind::order_cancel, 99, Side::buy, 1, 0)});
    EXPECT_EQ(pair.venue.counters().unknown_orders, 1u);
    EXPECT_TRUE(pair.ring_empty());
}

TEST_F(MarketTest, ABookByPriceArrivesAsLevels) {
    pair.broker_settings.profile.book = BookStyle::by_price;
    subscribe();
    publish({event_of(EventKind::level_set, 0, Side::buy, 9'999, 30), event_of(EventKind::level_set, 0, Side::buy, 9'999, 0)});
    MarketEvent got = pair.market();
    EXPECT_EQ(got.kind, EventKind::level_set);
    EXPECT_EQ(got.price, 9'999);
    EXPECT_EQ(got.quantity, 30);
    got = pair.market();
    EXPECT_EQ(got.kind, EventKind::level_set);
    EXPECT_EQ(got.quantity, 0);
}

TEST_F(MarketTest, ARefusedSubscriptionIsTold) {
    pair.start();
    Command command{};
    command.command = CommandKind::market_data;
    command.instrument = 3;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    const VenueRequest request = pair.request();
    ASSERT_EQ(request.kind, VenueRequestKind::subscribe);
    ASSERT_EQ(pair.venue.reject_market_data(0, request.request, RejectReason::unknown_instrument), FixStatus::ok);
    const OrderEvent event = pair.order();
    EXPECT_EQ(event.kind, EventKind::business_reject);
    EXPECT_EQ(event.instrument, 3u);
    EXPECT_EQ(event.reason, RejectReason::unknown_instrument);
}

TEST(MarketRequest, IsAskedAnewWhereNoAnswerCameInTime) {
    struct NoSink final : fix::EventSink {
        void push(const OrderEvent&) override {}
        bool push(const MarketEvent&) override { return true; }
    } sink;
    fix::BrokerContext context;
    InstrumentDefinition definition{};
    definition.id = 3;
    std::snprintf(definition.symbol, sizeof definition.symbol, "AAA");
    definition.price_increment = definition.lot_increment = definition.multiplier = definition.money_unit = Decimal{1, 0};
    std::string error;
    ASSERT_TRUE(context.instruments.configure(&definition, 1, &error)) << error;
    fix::MarketDecoder decoder(context, sink);
    const std::int64_t now = fix::wall_clock();
    const std::int64_t late = now + 2 * fix::MarketDecoder::answer_patience;
    EXPECT_TRUE(decoder.take_broken(late).empty()) << "nothing was asked";
    const std::uint64_t request = decoder.expect({3});
    EXPECT_TRUE(decoder.take_broken(now).empty());
    EXPECT_EQ(decoder.take_broken(late), std::vector<std::uint32_t>{3});
    FIX::Message snapshot;
    snapshot.setField(55, "AAA");
    snapshot.setField(262, std::to_string(request));
    ASSERT_TRUE(decoder.snapshot(snapshot));
    EXPECT_TRUE(decoder.take_broken(late).empty()) << "answered";
}

TEST_F(MarketTest, AGapInTheNumbersIsHealedByANewSnapshot) {
    RawVenue venue(pair);
    venue.start();
    Command command{};
    command.command = CommandKind::market_data;
    command.instrument = 3;
    ASSERT_EQ(pair.broker.send(command), SendStatus::sent);
    std::string request = venue.peer.receive("V");
    EXPECT_EQ(RawPeer::field(request, "55"), "AAA");
    EXPECT_EQ(RawPeer::field(request, "266"), "N");
    std::string id = RawPeer::field(request, "262");
    venue.peer.send("W", "262=" + id + "|55=AAA|83=10|268=1|269=0|270=99.99|271=5|278=1|");
    for (const EventKind kind : {EventKind::snapshot_begin, EventKind::order_add, EventKind::snapshot_end}) EXPECT_EQ(pair.market().kind, kind);
    venue.peer.send("X", "262=" + id + "|268=1|279=0|269=1|278=2|55=AAA|83=11|270=100.01|271=1|");
    EXPECT_EQ(pair.market().kind, EventKind::order_add);
    // 12 is missing.
    venue.peer.send("X", "262=" + id + "|268=1|279=0|269=1|278=3|55=AAA|83=13|270=100.02|271=1|");
    const MarketEvent gap = pair.market();
    EXPECT_EQ(gap.kind, EventKind::discontinuity);
    EXPECT_EQ(gap.reference, 12u);
    EXPECT_EQ(gap.order, 13u);
    request = venue.peer.receive("V");
    ASSERT_FALSE(request.empty());
    EXPECT_NE(RawPeer::field(request, "262"), id);
    // What still comes for the old request is not applied.
    venue.peer.send("X", "262=" + id + "|268=1|279=0|269=1|278=4|55=AAA|83=14|270=100.03|271=1|");
    id = RawPeer::field(request, "262");
    venue.peer.send("W", "262=" + id + "|55=AAA|83=14|268=0|");
    EXPECT_EQ(pair.market().kind, EventKind::snapshot_begin);
    EXPECT_EQ(pair.market().kind, EventKind::snapshot_end);
    venue.peer.send("X", "262=" + id + "|268=1|279=0|269=1|278=5|55=AAA|83=15|270=100.03|271=1|");
    EXPECT_EQ(pair.market().order, 5u);
    EXPECT_EQ(pair.broker.counters().market_gaps, 1u);
}

TEST_F(MarketTest, APriceBetweenTwoIncrementsIsToldAndTheBookIsAskedForAnew) {
    RawVenue venue(pair);
    pair.broker_settings.subscribe_at_logon = true;
    venue.start();
    const std::string id = RawPeer::field(venue.peer.receive("V"), "262");
    venue.peer.send("W", "262=" + id + "|55=AAA|83=0|268=0|");
    EXPECT_EQ(pair.market().kind, EventKind::snapshot_begin);
    EXPECT_EQ(pair.market().kind, EventKind::snapshot_end);
    venue.peer.send("X", "262=" + id + "|268=1|279=0|269=1|278=3|55=AAA|83=1|270=100.005|271=1|");
    EXPECT_EQ(pair.market().kind, EventKind::discontinuity);
    EXPECT_EQ(pair.order().kind, EventKind::business_reject);
    EXPECT_FALSE(venue.peer.receive("V").empty());
    EXPECT_TRUE(eventually([&] { return pair.broker.counters().undecodable == 1; }));
}

TEST(MarketOverflow, ARingThatIsFullLosesDataBehindOneDiscontinuityAndANewSnapshotHeals) {
    Pair pair(16);
    pair.broker_settings.subscribe_at_logon = true;
    pair.start();
    for (int i = 0; i < 2; ++i) {
        const VenueRequest request = pair.request();
        ASSERT_EQ(pair.venue.snapshot(0, request.request, request.instrument, nullptr, 0), FixStatus::ok);
    }
    std::vector<MarketEvent> many;
    for (std::uint64_t i = 1; i <= 100; ++i) many.push_back(event_of(EventKind::order_add, i, Side::buy, 9'000, 1));
    ASSERT_EQ(pair.venue.publish(many.data(), many.size()), FixStatus::ok);
    ASSERT_TRUE(eventually([&] { return pair.broker.counters().market_dropped > 0; }));
    int discontinuities = 0;
    std::uint64_t adds = 0;
    bool healed = false;
    while (!healed) {
        VenueRequest request{};
        if (pair.venue.next_request(&request)) {
            ASSERT_EQ(request.kind, VenueRequestKind::subscribe);
            ASSERT_EQ(request.instrument, 3u);
            ASSERT_EQ(pair.venue.snapshot(0, request.request, 3, many.data(), 2), FixStatus::ok);
        }
        InboundRecord record{};
        if (!pair.ring.try_pop(record)) {
            pair.ring.wait(1'000'000);
            continue;
        }
        if (record.kind == EventKind::discontinuity) ++discontinuities;
        if (discontinuities == 0 && record.kind == EventKind::order_add) ++adds;
        healed = discontinuities > 0 && record.kind == EventKind::snapshot_end;
    }
    EXPECT_EQ(discontinuities, 1);
    EXPECT_LT(adds, 100u);
}

} // namespace
} // namespace martlet::test
