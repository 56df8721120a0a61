#include <algorithm>

#include "../../../cpp/fix/src/session_store.hpp"
#include "../../../cpp/fix/src/text.hpp"
#include "support.hpp"
#include "test_clock.hpp"

namespace martlet::test {
namespace {

constexpr std::int64_t day = 86'400;

/// A session that began a minute ago and ends in an hour, by the wall clock as the process sees it now.
SessionSchedule open_for_an_hour(bool reset) {
    const std::int64_t of_day = fix::wall_clock() / 1'000'000'000 % day;
    SessionSchedule schedule;
    schedule.enabled = true;
    schedule.start_second = static_cast<std::uint32_t>((of_day + day - 60) % day);
    schedule.end_second = static_cast<std::uint32_t>((of_day + 3600) % day);
    schedule.reset_at_start = reset;
    return schedule;
}

void trade(Pair& pair, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t i = from; i <= to; ++i) {
        ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, i))), SendStatus::sent);
        const VenueRequest request = pair.request();
        ASSERT_EQ(request.kind, VenueRequestKind::new_order);
        pair.venue.report(0, report_of(request, EventKind::execution_report));
        ASSERT_EQ(pair.order().client_order, make_client_order(1, i));
    }
}

/// What the broker's log says: kinds, and the number of the last message sent.
struct Log {
    int resets = 0;
    std::uint32_t last_sent = 0;
    std::size_t received = 0;
};
Log log_of(const Pair& pair) {
    Log log;
    fix::SessionStore store("x", "y");
    std::string error;
    EXPECT_TRUE(store.open(pair.folder_broker + "/" + pair.broker_id + "-" + pair.venue_id + ".fixstore", &error, [&](const fix::LogRecord& record, std::string_view) {
        log.resets += record.kind == fix::RecordKind::reset;
        if (record.kind == fix::RecordKind::sent) log.last_sent = record.sequence;
        log.received += record.kind == fix::RecordKind::received;
    })) << error;
    return log;
}

void over_a_night(Pair& pair) {
    pair.start();
    trade(pair, 1, 5);
    advance_clock(3600);
    ASSERT_EQ(pair.order().kind, EventKind::session_down);
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_down);
    ASSERT_TRUE(eventually([&] { return pair.broker_error().find("is closed until") != std::string::npos; })) << pair.broker_error();
    EXPECT_EQ(pair.broker.send(order_command(make_client_order(1, 99))), SendStatus::not_logged_on);
    advance_clock(day - 3600);
    ASSERT_EQ(pair.order().kind, EventKind::session_up) << pair.broker_error();
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    trade(pair, 6, 7);
    pair.broker.stop(2'000);
}

TEST(SessionTimes, ASessionEndsAtItsTimeAndTheNextOneCountsFromOne) {
    Pair pair;
    pair.broker_settings.schedule = pair.account.schedule = open_for_an_hour(true);
    over_a_night(pair);
    const Log log = log_of(pair);
    EXPECT_EQ(log.resets, 1);
    EXPECT_EQ(log.last_sent, 3u) << "a logon and two orders";
    EXPECT_EQ(log.received, 7u) << "what came before is still there";
}

TEST(SessionTimes, WithoutAResetTheNumbersGoOnIntoTheNextSession) {
    Pair pair;
    pair.broker_settings.schedule = pair.account.schedule = open_for_an_hour(false);
    over_a_night(pair);
    const Log log = log_of(pair);
    EXPECT_EQ(log.resets, 0);
    EXPECT_GE(log.last_sent, 9u) << "two logons and seven orders, with or without a logout";
}

TEST(SessionTimes, AResetThatWasSleptOverIsDoneAtTheNextStart) {
    Pair pair;
    pair.broker_settings.schedule = pair.account.schedule = open_for_an_hour(true);
    pair.start();
    trade(pair, 1, 3);
    pair.broker.stop(2'000);
    pair.venue.stop(2'000);
    advance_clock(2 * day);
    while (pair.ring.approximate_size() > 0) pair.record();
    pair.start();
    trade(pair, 4, 4);
    pair.broker.stop(2'000);
    EXPECT_EQ(log_of(pair).last_sent, 2u);
}

TEST(SessionTimes, ARestartWithinASessionResetsNothing) {
    Pair pair;
    pair.broker_settings.schedule = pair.account.schedule = open_for_an_hour(true);
    pair.start();
    trade(pair, 1, 3);
    pair.broker.stop(2'000);
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_down);
    ASSERT_EQ(pair.order().kind, EventKind::session_down);
    pair.start_broker();
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    ASSERT_EQ(pair.order().kind, EventKind::session_up);
    trade(pair, 4, 4);
    pair.broker.stop(2'000);
    EXPECT_EQ(log_of(pair).resets, 0);
}

TEST(SessionTimes, AVenueHangsUpOnAClientOutsideItsTimes) {
    Pair pair;
    pair.account.schedule = open_for_an_hour(false);
    pair.account.schedule.start_second = static_cast<std::uint32_t>((pair.account.schedule.start_second + 1800) % day); // not yet
    pair.start_venue();
    pair.start_broker();
    ASSERT_TRUE(eventually([&] { return pair.venue.counters().connections_refused > 0; }));
    EXPECT_NE(pair.venue_error().find("is closed until"), std::string::npos) << pair.venue_error();
    EXPECT_FALSE(pair.broker.logged_on());
}

TEST(SessionTimes, TimesThatMakeNoSenseAreBadSettings) {
    Pair pair;
    pair.broker_settings.port = 9;
    pair.broker_settings.schedule.enabled = true;
    pair.broker_settings.schedule.zone = "Mars/Olympus";
    EXPECT_EQ(pair.broker.start(pair.broker_settings), FixStatus::bad_settings);
    EXPECT_NE(pair.broker_error().find("Mars/Olympus"), std::string::npos) << pair.broker_error();
    pair.account.schedule = SessionSchedule{.enabled = true, .days = 0};
    EXPECT_EQ(pair.venue.start(pair.venue_settings), FixStatus::bad_settings);
}

} // namespace
} // namespace martlet::test
