#include "raw_peer.hpp"

namespace martlet::test {
namespace {

/// A venue and a raw client that knows the password.
struct HostileTest : testing::Test {
    void SetUp() override {
        pair.start_venue();
        peer = std::make_unique<RawPeer>(pair.broker_id, pair.venue_id);
        ASSERT_TRUE(peer->connect(pair.venue.port()));
    }
    void logon() {
        peer->send("A", "98=0|108=30|553=martlet|554=secret|");
        ASSERT_FALSE(peer->receive("A").empty());
        ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
    }
    /// The session still works: an order gets through.
    void works() {
        peer->send("D", order);
        EXPECT_EQ(pair.request().kind, VenueRequestKind::new_order);
    }
    const std::string order = "11=X1|55=AAA|54=1|60=20260101-12:00:00|38=1|40=2|44=1.00|";
    Pair pair;
    std::unique_ptr<RawPeer> peer;
};

TEST_F(HostileTest, AMessageWithAnUnknownFieldValueIsRejectedAndNamesTheField) {
    logon();
    peer->send("D", "11=X1|55=AAA|54=Q|60=20260101-12:00:00|38=1|40=2|44=1.00|");
    const std::string reject = peer->receive("3");
    EXPECT_EQ(RawPeer::field(reject, "371"), "54");
    EXPECT_EQ(pair.venue.counters().rejected_in, 1u);
    works();
}

TEST_F(HostileTest, AMessageWithoutARequiredFieldIsRejected) {
    logon();
    peer->send("D", "11=X1|55=AAA|54=1|60=20260101-12:00:00|38=1|");
    EXPECT_EQ(RawPeer::field(peer->receive("3"), "371"), "40");
    works();
}

TEST_F(HostileTest, APriceThatIsNoNumberIsRejected) {
    logon();
    peer->send("D", "11=X1|55=AAA|54=1|60=20260101-12:00:00|38=1|40=2|44=abc|");
    EXPECT_EQ(RawPeer::field(peer->receive("3"), "371"), "44");
    works();
}

TEST_F(HostileTest, AMessageTypeThatNobodyServesIsRejected) {
    logon();
    peer->send("8", "37=1|17=1|150=0|39=0|55=AAA|54=1|151=0|14=0|6=0|"); // a report from a client
    EXPECT_EQ(RawPeer::field(peer->receive("j"), "380"), "3");
    peer->send("ZZ", "58=what|");
    EXPECT_EQ(RawPeer::field(peer->receive("3"), "373"), "11");
    works();
}

TEST_F(HostileTest, AnIdentifierThatIsTooLongIsRejected) {
    logon();
    peer->send("D", "11=" + std::string(33, 'x') + "|55=AAA|54=1|60=20260101-12:00:00|38=1|40=2|44=1.00|");
    EXPECT_EQ(RawPeer::field(peer->receive("3"), "371"), "11");
    works();
}

TEST_F(HostileTest, WhatTheDictionaryLetsThroughIsAFaultOfTheRequest) {
    logon();
    const auto fault = [&](const char* quantity, const char* price) {
        peer->send("D", std::string("11=X1|55=AAA|54=1|60=20260101-12:00:00|38=") + quantity + "|40=2|44=" + price + "|");
        return pair.request().fault;
    };
    EXPECT_EQ(fault("1", "1.005"), RejectReason::bad_price);
    EXPECT_EQ(fault("1", "99999999999999999999"), RejectReason::bad_price);
    EXPECT_EQ(fault("0.5", "1.00"), RejectReason::bad_quantity);
    EXPECT_EQ(fault("0", "1.00"), RejectReason::bad_quantity);
    EXPECT_EQ(fault("-5", "1.00"), RejectReason::bad_quantity);
    EXPECT_EQ(fault("1", "1.000"), RejectReason::none);
}

TEST_F(HostileTest, ARevisionOfAnExecutionHasAnIdOfItsOwn) {
    logon();
    peer->send("D", order);
    VenueReport report = report_of(pair.request(), EventKind::execution_report);
    for (const ExecType type : {ExecType::trade_correct, ExecType::trade_cancel}) {
        report.event.exec_type = type;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok);
        const std::string text = peer->receive("8");
        EXPECT_EQ(RawPeer::field(text, "19"), "E1");
        EXPECT_EQ(RawPeer::field(text, "17"), type == ExecType::trade_correct ? "E1-G" : "E1-H");
    }
}

TEST_F(HostileTest, AWrongChecksumIsIgnoredAndTheMissingNumberAskedForAgain) {
    logon();
    std::string text = peer->message("D", order);
    text[text.size() - 2] = text[text.size() - 2] == '0' ? '1' : '0';
    peer->send_bytes(text);
    peer->send("D", order);
    const std::string resend = peer->receive("2");
    EXPECT_EQ(RawPeer::field(resend, "7"), "2");
    EXPECT_TRUE(eventually([&] { return pair.venue.counters().garbled == 1; }));
}

TEST_F(HostileTest, NoiseBetweenMessagesIsSkipped) {
    logon();
    peer->send_bytes("8=FIX.4.4\0019=abc\001 and 8 more \r\n bytes of noise 8=FIX.4");
    works();
}

TEST_F(HostileTest, AConnectionCutInTheMiddleOfAMessageLosesNothingElse) {
    logon();
    for (const int eighths : {0, 1, 4, 7}) {
        const int number = peer->next();
        const std::string text = peer->message("D", order);
        peer->send_bytes(std::string_view(text).substr(0, 1 + text.size() * static_cast<std::size_t>(eighths) / 8));
        peer->hang_up();
        EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down) << eighths;
        ASSERT_TRUE(peer->connect(pair.venue.port()));
        peer->set_next(number); // the half message was never taken: its number is the next logon's
        logon();
        works();
    }
}

TEST_F(HostileTest, AMessageInPiecesIsTakenWhole) {
    logon();
    const std::string text = peer->message("D", order);
    for (const char c : text) peer->send_bytes(std::string_view(&c, 1));
    EXPECT_EQ(pair.request().kind, VenueRequestKind::new_order);
}

TEST_F(HostileTest, AFirstMessageThatIsNoLogonIsHungUpOn) {
    peer->send("D", order);
    EXPECT_TRUE(peer->hung_up());
    EXPECT_EQ(pair.venue.counters().connections_refused, 1u);
}

TEST_F(HostileTest, BytesThatAreNoFixAreHungUpOn) {
    peer->send_bytes("GET / HTTP/1.1\r\nHost: venue\r\n\r\n");
    EXPECT_TRUE(peer->hung_up());
}

TEST_F(HostileTest, AStrangersLogonIsHungUpOn) {
    RawPeer stranger(unique_id("STRANGER"), pair.venue_id);
    ASSERT_TRUE(stranger.connect(pair.venue.port()));
    stranger.send("A", "98=0|108=30|");
    EXPECT_TRUE(stranger.hung_up());
    RawPeer misled(pair.broker_id, unique_id("OTHERVENUE"));
    ASSERT_TRUE(misled.connect(pair.venue.port()));
    misled.send("A", "98=0|108=30|");
    EXPECT_TRUE(misled.hung_up());
    logon();
}

TEST_F(HostileTest, ALogonWithoutAPasswordIsAnsweredByALogoutThatSaysWhy) {
    peer->send("A", "98=0|108=30|553=martlet|");
    EXPECT_NE(RawPeer::field(peer->receive("5"), "58").find("wrong username or password"), std::string::npos);
    EXPECT_TRUE(peer->hung_up());
    EXPECT_FALSE(pair.venue.logged_on(0));
}

TEST_F(HostileTest, ASenderThatChangesItsNameIsLoggedOut) {
    logon();
    RawPeer other("SOMEBODY", pair.venue_id);
    peer->send_bytes(other.with_number(peer->next(), "D", order));
    EXPECT_FALSE(peer->receive("5").empty());
}

TEST_F(HostileTest, AClientThatDoesNotReadIsCutOffAndTheVenueGoesOn) {
    peer->hang_up();
    pair.venue.stop(0);
    pair.venue_settings.backlog_bytes = 1 << 16;
    pair.start_venue();
    ASSERT_TRUE(peer->connect(pair.venue.port()));
    logon();
    peer->send("V", "262=1|263=1|264=0|265=1|266=N|267=2|269=0|269=1|146=1|55=AAA|");
    const VenueRequest request = pair.request();
    ASSERT_EQ(request.kind, VenueRequestKind::subscribe);
    ASSERT_EQ(pair.venue.snapshot(0, request.request, 3, nullptr, 0), FixStatus::ok);
    std::vector<MarketEvent> batch(1'000);
    std::uint64_t next = 1;
    const bool cut = eventually([&] {
        for (MarketEvent& event : batch) {
            event = MarketEvent{};
            event.kind = EventKind::order_add;
            event.instrument = 3;
            event.side = Side::buy;
            event.order = next++;
            event.price = event.quantity = 1;
        }
        pair.venue.publish(batch.data(), batch.size());
        return pair.venue.counters().slow_readers > 0;
    });
    EXPECT_TRUE(cut);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down);
}

} // namespace
} // namespace martlet::test
