#include "support.hpp"

namespace martlet::test {
namespace {

TEST(FixSession, LogsOnAndTellsBothSides) {
    Pair pair;
    pair.start();
    EXPECT_TRUE(pair.broker.logged_on());
    EXPECT_TRUE(pair.venue.logged_on(0));
    EXPECT_EQ(pair.broker.counters().logons, 1u);
}

TEST(FixSession, LogsOutInOrderAndTellsBothSides) {
    Pair pair;
    pair.start();
    pair.broker.stop(5'000);
    EXPECT_EQ(pair.order().kind, EventKind::session_down);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down);
    EXPECT_FALSE(pair.broker.logged_on());
}

TEST(FixSession, AsksForCancelOnDisconnectInTheLogon) {
    Pair pair;
    pair.start_venue();
    pair.start_broker();
    EXPECT_EQ(pair.request().flags, venue_flag_cancel_on_disconnect);
    pair.broker.stop(0);
    const VenueRequest down = pair.request();
    EXPECT_EQ(down.kind, VenueRequestKind::session_down);
    EXPECT_EQ(down.flags, venue_flag_cancel_on_disconnect);
}

TEST(FixSession, DoesNotAskForCancelOnDisconnectWhereTheSettingIsOff) {
    Pair pair;
    pair.broker_settings.cancel_on_disconnect = false;
    pair.start_venue();
    pair.start_broker();
    EXPECT_EQ(pair.request().flags, 0);
}

TEST(FixSession, AWrongPasswordIsRefusedWithAText) {
    Pair pair;
    pair.broker_settings.password = "guess";
    pair.start_venue();
    pair.start_broker();
    ASSERT_TRUE(eventually([&] { return pair.broker.counters().logons_refused > 0; }));
    EXPECT_NE(pair.broker_error().find("wrong username or password"), std::string::npos) << pair.broker_error();
    EXPECT_FALSE(pair.broker.logged_on());
    EXPECT_GE(pair.venue.counters().logons_refused, 1u);
    EXPECT_TRUE(pair.ring_empty());
}

TEST(FixSession, WrongCompIdsAreRefused) {
    Pair pair;
    const std::string other = unique_id("STRANGER");
    pair.broker_settings.sender = other.c_str();
    pair.start_venue();
    pair.start_broker();
    ASSERT_TRUE(eventually([&] { return pair.venue.counters().connections_refused > 0; }));
    EXPECT_FALSE(pair.broker.logged_on());
}

TEST(FixSession, APortInUseIsAStatusWithAText) {
    Pair first, second;
    first.start_venue();
    second.venue_settings.port = first.venue.port();
    EXPECT_EQ(second.venue.start(second.venue_settings), FixStatus::port_in_use);
    EXPECT_NE(second.venue_error().find("port " + std::to_string(first.venue.port())), std::string::npos) << second.venue_error();
}

TEST(FixSession, ASecondSessionWithTheSameIdentifiersIsRefused) {
    Pair pair;
    pair.start();
    BrokerSession twin;
    EXPECT_EQ(twin.start(pair.broker_settings), FixStatus::duplicate_session);
    EXPECT_TRUE(pair.broker.logged_on());
}

TEST(FixSession, OnlyLoopbackIsReachedWithoutEncryption) {
    Pair pair;
    pair.broker_settings.port = 1;
    for (const char* host : {"10.0.0.1", "192.168.1.2", "example.com", "::2", "0.0.0.0", "127.0.0.1.example.com"}) {
        pair.broker_settings.host = host;
        EXPECT_EQ(pair.broker.start(pair.broker_settings), FixStatus::plaintext_refused) << host;
        EXPECT_NE(pair.broker_error().find(host), std::string::npos);
    }
}

TEST(FixSession, SettingsThatMakeNoSenseAreNamed) {
    Pair pair;
    pair.broker_settings.port = 1;
    const auto refused = [&](const char* word) {
        EXPECT_EQ(pair.broker.start(pair.broker_settings), FixStatus::bad_settings) << word;
        EXPECT_NE(pair.broker_error().find(word), std::string::npos) << pair.broker_error();
    };
    pair.broker_settings.deployment = "WAYTOOLONGDEPLOYMENT";
    refused("deployment");
    pair.broker_settings.deployment = "T1";
    pair.broker_settings.sender = "A/B";
    refused("sender");
    pair.broker_settings.sender = pair.broker_id.c_str();
    pair.broker_settings.heartbeat_seconds = 0;
    refused("heartbeat_seconds");
    pair.broker_settings.heartbeat_seconds = 30;
    pair.definitions[1].id = pair.definitions[0].id;
    refused("BTC-PERP");
    pair.definitions[1].id = 7;
    pair.broker_settings.dictionary_directory = "/nonexistent";
    EXPECT_EQ(pair.broker.start(pair.broker_settings), FixStatus::dictionary_failed);
}

TEST(FixSession, SequenceNumbersGoOnAfterARestart) {
    Pair pair;
    pair.start();
    const std::uint64_t id = make_client_order(1, 1);
    ASSERT_EQ(pair.broker.send(order_command(id)), SendStatus::sent);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::new_order);
    pair.broker.stop(5'000);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down);
    EXPECT_EQ(pair.order().kind, EventKind::session_down);
    pair.start_broker();
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_up);
    EXPECT_EQ(pair.order().kind, EventKind::session_up);
    // Nothing was resent, nothing was reset, and the session works.
    EXPECT_EQ(pair.broker.counters().stale_not_resent, 0u);
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 2))), SendStatus::sent);
    EXPECT_EQ(std::string(pair.request().client_order), "T1-1-2");
}

TEST(FixSession, AVenueThatRestartsIsReachedAgain) {
    Pair pair;
    pair.start();
    const std::uint16_t port = pair.venue.port();
    pair.venue.stop(0);
    EXPECT_EQ(pair.order().kind, EventKind::session_down);
    pair.venue_settings.port = port;
    pair.start_venue();
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_up);
    EXPECT_EQ(pair.order().kind, EventKind::session_up);
}

TEST(FixSession, ALostVenueStoreIsToldAndOnlyAnExplicitResetHealsIt) {
    Pair pair;
    pair.start();
    // Enough messages that the venue's fresh numbers are too low.
    for (std::uint64_t i = 1; i <= 5; ++i) {
        ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, i))), SendStatus::sent);
        const VenueRequest request = pair.request();
        pair.venue.report(0, report_of(request, EventKind::execution_report));
        EXPECT_EQ(pair.order().kind, EventKind::execution_report);
    }
    const std::uint16_t port = pair.venue.port();
    pair.venue.stop(0);
    EXPECT_EQ(pair.order().kind, EventKind::session_down);
    std::filesystem::remove_all(pair.folder_venue);
    pair.venue_settings.port = port;
    pair.start_venue();
    ASSERT_TRUE(eventually([&] { return pair.broker_error().find("too low") != std::string::npos; })) << pair.broker_error();
    EXPECT_FALSE(pair.broker.logged_on());
    pair.broker.stop(0);
    pair.broker_settings.reset_sequence_numbers = true;
    pair.start_broker();
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_up);
    EXPECT_EQ(pair.order().kind, EventKind::session_up);
}

TEST(FixSession, WithoutASessionACommandIsCertainlyNotSent) {
    Pair pair;
    EXPECT_EQ(pair.broker.send(order_command(1)), SendStatus::not_logged_on);
    pair.broker_settings.port = 9; // nobody listens
    ASSERT_EQ(pair.broker.start(pair.broker_settings), FixStatus::ok);
    EXPECT_EQ(pair.broker.send(order_command(1)), SendStatus::not_logged_on);
    const OrderEvent event = make_send_failed(order_command(1), SendStatus::not_logged_on);
    EXPECT_EQ(event.kind, EventKind::send_failed);
    EXPECT_EQ(event.client_order, 1u);
    EXPECT_EQ(event.reason, RejectReason::not_logged_on);
    EXPECT_EQ(event.reference_number, 0u) << "an order answers no request";
}

TEST(FixSession, WhatWasNotSentNamesItsRequestAndWhetherItMayHaveLeft) {
    Command command = order_command(1);
    command.command = CommandKind::order_status;
    command.request = 77;
    for (const SendStatus status : {SendStatus::not_logged_on, SendStatus::unsupported, SendStatus::bad_command, SendStatus::store_failed}) {
        const OrderEvent event = make_send_failed(command, status);
        EXPECT_EQ(event.kind, EventKind::send_failed);
        EXPECT_EQ(event.reference_number, 77u);
        EXPECT_EQ(event.flags, 0) << send_status_text(status);
    }
    const OrderEvent event = make_send_failed(command, SendStatus::uncertain);
    EXPECT_EQ(event.reference_number, 77u);
    EXPECT_EQ(event.flags, order_flag_uncertain);
    EXPECT_EQ(make_send_failed(command, SendStatus::sent).flags, order_flag_uncertain) << "a caller that is wrong is not made certain";
}

TEST(FixSession, AStoreInUseByAnotherProcessIsRefused) {
    Pair pair;
    pair.start();
    // The file lock holds between descriptors too, so a second venue over the same folder shows it.
    VenueSession second;
    VenueSettings settings = pair.venue_settings;
    EXPECT_EQ(second.start(settings), FixStatus::duplicate_session);
}

} // namespace
} // namespace martlet::test
