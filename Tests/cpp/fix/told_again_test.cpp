#include "../../../cpp/fix/src/session_store.hpp"
#include "raw_peer.hpp"

// A message counts as received before the engine has its events on record. What a process that died in between had received, and
// its engine lost, is told by the next one, whatever the venue does.

namespace martlet::test {
namespace {

std::uint64_t place(const OrderEvent& event) { return static_cast<std::uint64_t>(event.receive_time); }

struct ToldAgain : testing::TestWithParam<FixVersion> {
    ToldAgain() { pair.speak(GetParam()); }

    /// An order, and `executions` fills of it, as the venue tells them and our end does.
    std::vector<OrderEvent> heard(int executions) {
        pair.start();
        EXPECT_EQ(pair.broker.send(order_command(make_client_order(1, 1))), SendStatus::sent);
        const VenueRequest request = pair.request();
        std::vector<OrderEvent> events;
        for (int i = 1; i <= executions; ++i) {
            VenueReport report = report_of(request, EventKind::execution_report);
            report.event.exec_type = ExecType::trade;
            report.event.status = OrderStatus::partially_filled;
            report.event.execution = identifier("E" + std::to_string(i));
            report.event.last_quantity = report.event.cumulative_quantity = 1;
            report.event.leaves_quantity = 9;
            report.event.last_price = 12'345;
            EXPECT_EQ(pair.venue.report(0, report), FixStatus::ok);
            events.push_back(pair.order());
        }
        return events;
    }
    /// Starts our end once more, the last event on record at `recorded`, and logs on.
    void again(std::uint64_t recorded) {
        pair.broker.stop(0);
        while (!pair.ring_empty()) pair.record();
        pair.broker_settings.recorded = recorded;
        pair.start_broker();
    }
    Pair pair;
};
INSTANTIATE_TEST_SUITE_P(Versions, ToldAgain, testing::Values(FixVersion::fix44, FixVersion::fix42));

TEST_P(ToldAgain, WhatIsBehindTheLastEventOnRecordComesFirstOnceAndAsItWasTold) {
    const std::vector<OrderEvent> events = heard(5);
    for (std::size_t i = 0; i < events.size(); ++i) {
        ASSERT_GT(place(events[i]), 0u);
        if (i > 0) ASSERT_GT(place(events[i]), place(events[i - 1]));
    }
    for (const std::size_t recorded : {5, 2, 0}) {
        again(recorded == 0 ? 0 : place(events[recorded - 1]));
        for (std::size_t i = recorded; i < events.size(); ++i) {
            OrderEvent told = pair.order();
            EXPECT_EQ(std::memcmp(&told, &events[i], sizeof told), 0) << "execution " << i + 1 << " of those behind " << recorded;
        }
        EXPECT_EQ(pair.order().kind, EventKind::session_up);
        EXPECT_EQ(pair.broker.counters().told_again, events.size() - recorded);
    }
}

TEST_P(ToldAgain, WhoKeepsNoRecordIsToldNothingAgain) {
    heard(3);
    again(all_recorded);
    EXPECT_EQ(pair.order().kind, EventKind::session_up);
    EXPECT_EQ(pair.broker.counters().told_again, 0u);
}

TEST_P(ToldAgain, PlacesGoOnAboveThoseOnRecordWhateverBecomesOfTheStore) {
    const std::uint64_t last = place(heard(3).back());
    pair.broker.stop(0);
    pair.venue.stop(0);
    std::filesystem::remove_all(pair.folder_broker);
    std::filesystem::remove_all(pair.folder_venue);
    pair.broker_settings.recorded = last;
    while (!pair.ring_empty()) pair.record();
    for (const OrderEvent& event : heard(2)) EXPECT_GT(place(event), last);
}

TEST_P(ToldAgain, ARingWithoutRoomHoldsTheTellingUpAndLosesNothing) {
    const std::vector<OrderEvent> events = heard(40);
    pair.broker.stop(0);
    while (!pair.ring_empty()) pair.record();
    InboundRing small(2);
    pair.broker_settings.ring = &small;
    pair.broker_settings.push_timeout_milliseconds = 1;
    pair.broker_settings.recorded = 0;
    pair.start_broker();
    // Nothing is taken until some were waited for in vain.
    ASSERT_TRUE(eventually([&] { return small.refused() > 100; }));
    std::vector<std::uint64_t> places;
    ASSERT_TRUE(eventually([&] {
        InboundRecord record{};
        if (!small.try_pop(record)) return false;
        if (record.kind == EventKind::session_up) return true;
        places.push_back(place(record.order()));
        return false;
    }));
    ASSERT_EQ(places.size(), events.size());
    for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(places[i], place(events[i]));
    pair.broker.stop(0);
}

TEST(ToldAgainRaw, OfAMessageOfSeveralEventsTheRestIsToldAgain) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    venue.peer.send("8", "37=V1|11=T1-1-1|17=E1|150=I|39=0|55=AAA|54=1|38=10|151=10|14=0|6=0|584=7|911=1|912=Y|60=20260101-12:00:00.123|");
    const OrderEvent report = pair.order(), end = pair.order();
    ASSERT_EQ(end.kind, EventKind::report_end);
    pair.broker.stop(0);
    while (!pair.ring_empty()) pair.record();
    pair.broker_settings.recorded = place(report);
    ASSERT_EQ(pair.broker.start(pair.broker_settings), FixStatus::ok);
    EXPECT_EQ(pair.order().kind, EventKind::report_end);
    venue.logon();
}

TEST(ToldAgainRaw, WhatTheSessionRefusedAndWhatIsAboutTheMarketIsNotToldAgain) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    const std::string head = "37=V1|11=T1-1-1|", rest = "39=2|55=AAA|54=1|38=10|31=123.45|32=10|151=0|14=10|6=123.45|60=20260101-12:00:00.123|";
    venue.peer.send("8", head + "17=E1|150=F|" + rest);
    venue.peer.send("8", head + "17=E2|150=?|" + rest); // no such ExecType: refused by the dictionary
    venue.peer.send("h", "336=DAY|340=2|");
    venue.peer.send("8", head + "17=E3|150=F|" + rest);
    EXPECT_FALSE(venue.peer.receive("3").empty());
    const auto next = [&] {
        for (;;)
            if (const InboundRecord record = pair.record(); record.family() != RecordFamily::market) return record.order();
    };
    EXPECT_EQ(next().execution, identifier("E1"));
    EXPECT_NE(next().flags & order_flag_undecodable, 0);
    EXPECT_EQ(next().execution, identifier("E3"));
    pair.broker.stop(0);
    while (!pair.ring_empty()) pair.record();
    pair.broker_settings.recorded = 0;
    ASSERT_EQ(pair.broker.start(pair.broker_settings), FixStatus::ok);
    EXPECT_EQ(pair.order().execution, identifier("E1"));
    EXPECT_EQ(pair.order().execution, identifier("E3"));
    venue.logon();
}

TEST(ToldAgainRaw, ADropCopyThatWasLostIsToldAgainAsACopy) {
    Pair pair;
    pair.broker_settings.drop_copy = true;
    pair.broker_settings.cancel_on_disconnect = false;
    RawVenue venue(pair);
    venue.start();
    venue.peer.send("8", "37=V1|11=T1-1-1|17=E1|150=F|39=2|55=AAA|54=1|38=10|31=123.45|32=10|151=0|14=10|6=123.45|60=20260101-12:00:00.123|");
    const OrderEvent copy = pair.order();
    pair.broker.stop(0);
    while (!pair.ring_empty()) pair.record();
    pair.broker_settings.recorded = 0;
    ASSERT_EQ(pair.broker.start(pair.broker_settings), FixStatus::ok);
    const OrderEvent told = pair.order();
    EXPECT_EQ(std::memcmp(&told, &copy, sizeof told), 0);
    EXPECT_NE(told.flags & order_flag_copy, 0);
    venue.logon();
}

TEST(ToldAgainStore, NumbersAreNeverUsedAgainAndWhatIsNotRecordedIsReadBack) {
    Folder folder;
    const std::string path = folder / "s.fixstore";
    const auto text = [](std::uint64_t number) { return "8=FIX.4.4\0019=5\00135=8\00134=" + std::to_string(number) + "\00110=000\001"; };
    const auto receive = [&](fix::SessionStore& store) {
        // A message whose number does not come to count keeps its own all the same: it may be on record.
        const std::string lost = text(0);
        store.receiving(&lost);
        const std::uint64_t first = store.delivering();
        const std::string message = text(first + 1);
        store.receiving(&message);
        const std::uint64_t number = store.delivering();
        EXPECT_EQ(number, first + 1);
        store.incrNextTargetMsgSeqNum();
        const std::string unheard = text(number); // logged, and nobody was told
        store.receiving(&unheard);
        store.incrNextTargetMsgSeqNum();
        return number;
    };
    std::vector<std::uint64_t> numbers;
    std::string error;
    for (int round = 0; round < 3; ++round) {
        fix::SessionStore store("S", "T");
        ASSERT_TRUE(store.open(path, &error, {}, numbers.empty() ? 0 : numbers.back())) << error;
        for (int i = 0; i < 4; ++i) numbers.push_back(receive(store));
        store.reset();
    }
    for (std::size_t i = 1; i < numbers.size(); ++i) ASSERT_GT(numbers[i], numbers[i - 1]);
    for (std::size_t from = 0; from < numbers.size(); ++from) {
        fix::SessionStore store("S", "T");
        ASSERT_TRUE(store.open(path, &error, {}, numbers[from])) << error;
        ASSERT_EQ(store.unrecorded().size(), numbers.size() - from) << "the last one recorded, which may be so in part, and those behind it";
        for (std::size_t i = from; i < numbers.size(); ++i) {
            std::string found;
            ASSERT_TRUE(store.read(store.unrecorded()[i - from], &found));
            EXPECT_EQ(found, text(numbers[i]));
        }
        const std::string message = text(1);
        store.receiving(&message);
        EXPECT_GT(store.delivering(), numbers.back());
    }
}

} // namespace
} // namespace martlet::test
