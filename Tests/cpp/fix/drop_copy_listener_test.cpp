#include <sys/resource.h>

#include <csignal>

#include "listened.hpp"

// The listening end by itself, the settings of both ends, and listeners that are slow or gone.

namespace martlet::test {
namespace {

const std::uint64_t order_id = make_client_order(1, 7);
const std::string fill = "37=V1|11=T1-1-7|17=E1|150=F|39=2|55=AAA|54=1|38=10|31=123.45|32=10|151=0|14=10|6=123.45|60=20260101-12:00:00.123|";

TEST(DropCopyListener, SendsNothingAndMarksAllItsEvents) {
    Pair pair;
    pair.broker_settings.drop_copy = pair.broker_settings.subscribe_at_logon = pair.broker_settings.cancel_on_disconnect = true;
    RawVenue venue(pair);
    pair.broker_settings.port = venue.peer.listen();
    ASSERT_EQ(pair.broker.start(pair.broker_settings), FixStatus::ok) << pair.broker_error();
    ASSERT_TRUE(venue.peer.accept());
    EXPECT_EQ(RawPeer::field(venue.peer.receive("A"), "9001"), "") << "it has no orders that its end could endanger";
    venue.peer.send("A", "98=0|108=30|");
    OrderEvent event = pair.order();
    EXPECT_EQ(event.kind, EventKind::session_up);
    EXPECT_EQ(event.flags, order_flag_copy);
    for (auto kind = static_cast<int>(CommandKind::new_order); kind <= static_cast<int>(CommandKind::market_data); ++kind) {
        Command command = order_command(order_id);
        command.command = static_cast<CommandKind>(kind);
        EXPECT_EQ(pair.broker.send(command), SendStatus::unsupported) << kind;
    }
    EXPECT_EQ(pair.broker.cancel_all(order_id, noon), SendStatus::unsupported);
    EXPECT_EQ(pair.broker.request_instruments(1), SendStatus::unsupported);
    EXPECT_EQ(pair.broker.request_session_status(2), SendStatus::unsupported);
    venue.peer.send("1", "112=PING|");
    EXPECT_EQ(RawPeer::field(venue.peer.receive(""), "35"), "0") << "the next that it says is a heartbeat";
    venue.peer.send("8", fill + "797=Y|");
    event = pair.order();
    EXPECT_EQ(event.kind, EventKind::execution_report);
    EXPECT_EQ(event.flags, order_flag_copy);
    EXPECT_EQ(event.client_order, order_id);
    venue.peer.hang_up();
    event = pair.order();
    EXPECT_EQ(event.kind, EventKind::session_down);
    EXPECT_EQ(event.flags, order_flag_copy);
    EXPECT_EQ(pair.broker.send(order_command(order_id)), SendStatus::unsupported) << "not for want of a session";
}

TEST(DropCopyListener, WhatItCannotReadOrHasNoUseForIsMarkedToo) {
    Pair pair;
    pair.broker_settings.drop_copy = true;
    RawVenue venue(pair);
    venue.start();
    std::string other = fill;
    other.replace(other.find("11=T1-1-7"), 9, "11=DESK-9");
    venue.peer.send("8", other);
    EXPECT_EQ(pair.order().flags, order_flag_copy | order_flag_foreign_id);
    std::string half = fill;
    half.replace(half.find("31=123.45"), 9, "31=123.455"); // half an increment
    venue.peer.send("8", half);
    OrderEvent event = pair.order();
    EXPECT_EQ(event.kind, EventKind::business_reject);
    EXPECT_EQ(event.flags, order_flag_copy | order_flag_undecodable);
    EXPECT_EQ(event.client_order, order_id);
    venue.peer.send("8", "37=V1|"); // the dictionary refuses it
    EXPECT_EQ(RawPeer::field(venue.peer.receive("3"), "372"), "8");
    event = pair.order();
    EXPECT_EQ(event.kind, EventKind::business_reject);
    EXPECT_EQ(event.flags, order_flag_copy | order_flag_undecodable);
    // Nobody asked for news of the market; they have no mark that would keep them from the engine's own.
    venue.peer.send("h", "335=1|336=DAY|340=3|");
    venue.peer.send("f", "55=AAA|326=2|");
    venue.peer.send("8", fill);
    EXPECT_EQ(pair.order().execution, identifier("E1"));
    EXPECT_TRUE(pair.ring_empty());
}

TEST(DropCopyVenue, WrongSettingsAreRefusedWithAText) {
    Pair pair;
    const auto error_of = [&](std::vector<VenueAccount> accounts) {
        pair.venue_settings.accounts = accounts.data();
        pair.venue_settings.account_count = static_cast<std::uint32_t>(accounts.size());
        return pair.venue.start(pair.venue_settings) == FixStatus::bad_settings ? pair.venue_error() : std::string("started");
    };
    const auto listens = [](const char* client, const char* to) {
        VenueAccount account;
        account.client = client;
        account.copies_of = to;
        return account;
    };
    const std::string wanted = "expected copies_of to name an ordinary account of this venue";
    EXPECT_EQ(error_of({pair.account, listens("B", "NOBODY")}), "account B: " + wanted + ", was 'NOBODY'");
    EXPECT_EQ(error_of({pair.account, listens("B", "")}), "account B: " + wanted + ", was ''");
    EXPECT_EQ(error_of({pair.account, listens("B", "B")}), "account B: " + wanted + ", was itself");
    EXPECT_EQ(error_of({listens("C", "B"), pair.account, listens("B", pair.broker_id.c_str())}), "account C: " + wanted + ", B only listens itself");
    EXPECT_EQ(error_of({listens("B", pair.broker_id.c_str()), listens("C", pair.broker_id.c_str()), pair.account}), "started");
}

TEST(DropCopyVenue, EachOfTwoListenersIsToldAndNobodyElse) {
    Listened pair;
    const std::string second = unique_id("LISTENER"), stranger = unique_id("CLIENT");
    VenueAccount accounts[4];
    accounts[0] = accounts[1] = pair.listening;
    accounts[1].client = second.c_str();
    accounts[2] = pair.account;
    accounts[3].client = stranger.c_str();
    pair.venue_settings.accounts = accounts;
    pair.venue_settings.account_count = 4;
    pair.Pair::start_venue();
    RawPeer peers[3] = {{pair.listener_id, pair.venue_id}, {second, pair.venue_id}, {stranger, pair.venue_id}};
    for (RawPeer& peer : peers) {
        ASSERT_TRUE(peer.connect(pair.venue.port()));
        peer.send("A", "98=0|108=30|");
        ASSERT_FALSE(peer.receive("A").empty());
    }
    ASSERT_TRUE(eventually([&] { return pair.venue.logged_on(0) && pair.venue.logged_on(1) && pair.venue.logged_on(3); }));
    VenueRequest request{};
    request.instrument = 3;
    request.side = Side::buy;
    EXPECT_EQ(pair.venue.report(0, executed(request, 9)), FixStatus::unknown_session) << "a listener is told by its client's reports alone";
    EXPECT_EQ(pair.venue.report(3, executed(request, 8)), FixStatus::ok);
    EXPECT_EQ(pair.venue.report(2, executed(request, 1)), FixStatus::queued);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(RawPeer::field(peers[i].receive(""), "17"), "E1");
    EXPECT_EQ(RawPeer::field(peers[2].receive(""), "17"), "E8");
    EXPECT_EQ(pair.venue.counters().copies, 2u);
}

TEST(DropCopyVenue, AListenerThatDoesNotReadIsCutOffAndHearsTheRestWhenItReturns) {
    Listened pair;
    pair.venue_settings.backlog_bytes = 1 << 16;
    pair.start_venue();
    pair.start_broker();
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    ASSERT_EQ(pair.order().kind, EventKind::session_up);
    RawPeer peer(pair.listener_id, pair.venue_id);
    ASSERT_TRUE(peer.connect(pair.venue.port()));
    peer.send("A", "98=0|108=30|");
    ASSERT_TRUE(eventually([&] { return pair.venue.logged_on(1); }));
    const VenueRequest request = pair.placed(order_id);
    std::uint64_t told = 0;
    while (pair.venue.counters().slow_readers == 0 && told < 60'000) {
        for (int i = 0; i < 100; ++i) ASSERT_EQ(pair.venue.report(0, executed(request, ++told)), FixStatus::ok);
        for (std::uint64_t i = told - 99; i <= told; ++i) ASSERT_EQ(pair.order().execution, identifier("E" + std::to_string(i)));
    }
    ASSERT_EQ(pair.venue.counters().slow_readers, 1u) << "the trading client heard all, the other was given up";
    // With so little patience it may take several connections to be given what was missed; each begins where the last one ended.
    std::uint64_t heard = 0;
    for (int connection = 0; connection < 100 && heard < told; ++connection) {
        ASSERT_TRUE(eventually([&] { return !pair.venue.logged_on(1); }));
        ASSERT_TRUE(peer.connect(pair.venue.port()));
        peer.send("A", "98=0|108=30|");
        ASSERT_FALSE(peer.receive("A").empty());
        peer.send("2", "7=" + std::to_string(heard + 2) + "|16=0|"); // the first number was the logon's
        for (std::string copy; heard < told && !(copy = peer.receive("8")).empty();)
            ASSERT_EQ(RawPeer::field(copy, "17"), "E" + std::to_string(++heard));
        peer.hang_up();
    }
    EXPECT_EQ(heard, told);
    EXPECT_EQ(pair.venue.counters().copies_lost, 0u);
}

TEST(DropCopyVenue, AListenerThatNeverCameIsToldEverything) {
    Listened pair;
    pair.start_venue();
    pair.start_broker();
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    ASSERT_EQ(pair.order().kind, EventKind::session_up);
    const VenueRequest request = pair.placed(order_id);
    constexpr std::uint64_t count = 3'000;
    for (std::uint64_t i = 1; i <= count; ++i) ASSERT_EQ(pair.venue.report(0, executed(request, i)), FixStatus::ok);
    for (std::uint64_t i = 1; i <= count; ++i) ASSERT_EQ(pair.order().execution, identifier("E" + std::to_string(i)));
    pair.start_listener();
    for (std::uint64_t i = 1; i <= count; ++i) ASSERT_EQ(pair.copied_reports(1)[0].execution, identifier("E" + std::to_string(i)));
    EXPECT_EQ(pair.copies.approximate_size(), 0u);
}

struct DropCopyParts : testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Durability, DropCopyParts, testing::Bool(), [](const auto& machine) { return machine.param ? "Machine" : "Process"; });

TEST_P(DropCopyParts, WhatAListenerMissedIsToldInPartsBetweenWhichOthersHaveTheirTurn) {
    constexpr std::uint64_t missed = 3'000, part = 256, news = 200;
    Listened pair(1 << 13);
    pair.venue_settings.machine_durability = GetParam();
    pair.start();
    const VenueRequest order = pair.placed(order_id);
    pair.stop_listener();
    for (std::uint64_t i = 1; i <= missed; ++i) ASSERT_EQ(pair.venue.report(0, executed(order, i)), FixStatus::ok);
    const std::uint64_t before = pair.venue.counters().resend_parts;
    pair.start_listener();
    // News while it is told: of each report its client hears, and the copy takes its place behind what was missed.
    ASSERT_TRUE(eventually([&] { return pair.venue.counters().resend_parts > before; }));
    for (std::uint64_t i = missed + 1; i <= missed + news; ++i) ASSERT_EQ(pair.venue.report(0, executed(order, i)), FixStatus::ok);
    const std::vector<OrderEvent> heard = pair.copied_reports(missed + news);
    ASSERT_EQ(heard.size(), missed + news);
    for (std::uint64_t i = 1; i <= heard.size(); ++i) ASSERT_EQ(heard[i - 1].execution, identifier("E" + std::to_string(i)));
    EXPECT_EQ(pair.venue.counters().resend_parts - before, (missed + part - 1) / part);
    EXPECT_EQ(pair.venue.counters().slow_readers, 0u);
    EXPECT_TRUE(pair.copies.approximate_size() == 0) << "and nothing is told twice";
}

TEST(DropCopyVenue, AsMuchAsAPartHoldsIsToldAtOnceAndOneMoreInTwo) {
    for (const std::uint64_t missed : {256u, 257u}) {
        Listened pair(1 << 11);
        pair.start();
        const VenueRequest order = pair.placed(order_id);
        pair.stop_listener();
        for (std::uint64_t i = 1; i <= missed; ++i) ASSERT_EQ(pair.venue.report(0, executed(order, i)), FixStatus::ok);
        const std::uint64_t before = pair.venue.counters().resend_parts;
        pair.start_listener();
        EXPECT_EQ(pair.copied_reports(missed).size(), missed);
        EXPECT_EQ(pair.venue.counters().resend_parts - before, missed == 256 ? 1u : 2u);
    }
}

TEST(DropCopyVenue, ACopyThatCannotBeStoredIsCounted) {
    Listened pair;
    pair.start_venue();
    VenueRequest request{};
    request.instrument = 3;
    request.side = Side::buy;
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before;
    small.rlim_cur = 1;
    ::setrlimit(RLIMIT_FSIZE, &small);
    std::uint64_t told = 0;
    for (; pair.venue.counters().copies_lost == 0 && told < 100'000; ++told) pair.venue.report(0, executed(request, told)); // a log has some room
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    EXPECT_EQ(pair.venue.counters().copies_lost, 1u);
    EXPECT_EQ(pair.venue.counters().copies, told - 1);
    pair.venue.report(0, executed(request, told));
    EXPECT_EQ(pair.venue.counters().copies, told) << "there is room again";
}

/// The deployment's two sessions and its one ring: each pushes from its own thread.
TEST(DropCopyRing, TwoSessionsPushIntoOneRingAndEachKeepsItsOrder) {
    Listened pair(64); // small, so that both wait for room
    pair.listener_settings.ring = &pair.ring;
    pair.broker_settings.push_timeout_milliseconds = pair.listener_settings.push_timeout_milliseconds = 60'000;
    pair.start_venue();
    pair.start_broker();
    ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    ASSERT_EQ(pair.order().kind, EventKind::session_up);
    pair.start_listener();
    ASSERT_EQ(pair.order().flags, order_flag_copy);
    const VenueRequest request = pair.placed(order_id);
    constexpr std::uint64_t count = 5'000;
    std::thread venue([&] {
        for (std::uint64_t i = 1; i <= count; ++i) ASSERT_EQ(pair.venue.report(0, executed(request, i)), FixStatus::ok);
    });
    std::uint64_t told = 0, heard = 0;
    while ((told < count || heard < count) && !testing::Test::HasFailure()) {
        const OrderEvent event = pair.order();
        std::uint64_t& seen = (event.flags & order_flag_copy) != 0 ? heard : told;
        EXPECT_EQ(event.execution, identifier("E" + std::to_string(++seen)));
    }
    venue.join();
    EXPECT_TRUE(pair.ring_empty());
}

} // namespace
} // namespace martlet::test
