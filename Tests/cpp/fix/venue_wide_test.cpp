#include "raw_peer.hpp"

// What concerns all orders or all instruments at once: mass cancels and the status of the trading session.

namespace martlet::test {
namespace {

const std::uint64_t order_id = make_client_order(35, 35 * 36 + 35);

struct VenueWide : testing::Test {
    void SetUp() override { pair.start(); }
    Pair pair;
};

TEST_F(VenueWide, AMassCancelIsAnsweredWithTheNumberOfItsOrders) {
    ASSERT_EQ(pair.broker.cancel_all(order_id, noon), SendStatus::sent);
    const VenueRequest request = pair.request();
    EXPECT_EQ(request.kind, VenueRequestKind::mass_cancel);
    EXPECT_STREQ(request.request, "T1-Z-ZZ");
    EXPECT_EQ(request.transact_time, noon);
    ASSERT_EQ(pair.venue.begin_answer(0, request.kind, request.request, 3), FixStatus::ok);
    const OrderEvent event = pair.order();
    EXPECT_EQ(event.kind, EventKind::report_end);
    EXPECT_EQ(event.client_order, order_id);
    EXPECT_EQ(event.cumulative_quantity, 3);
    EXPECT_EQ(event.reference_number, 0u) << "it is not the end of a comparison";
}

TEST_F(VenueWide, AMassCancelOfAPartIsRefusedByTheVenue) {
    pair.broker.stop(0);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down);
    RawPeer peer(pair.broker_id, pair.venue_id);
    ASSERT_TRUE(peer.connect(pair.venue.port()));
    peer.set_next(2);
    peer.send("A", "98=0|108=30|553=martlet|554=secret|");
    ASSERT_FALSE(peer.receive("A").empty());
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_up);
    peer.send("q", "11=X|530=1|55=AAA|60=20260101-12:00:00|");
    const std::string text = peer.receive("r");
    EXPECT_EQ(RawPeer::field(text, "11"), "X");
    EXPECT_EQ(RawPeer::field(text, "531"), "0");
    EXPECT_EQ(RawPeer::field(text, "532"), "0");
    EXPECT_EQ(RawPeer::field(text, "533"), "");
}

TEST(VenueWideRefused, ARefusedMassCancelIsTold) {
    Pair pair;
    RawVenue venue(pair);
    venue.start();
    ASSERT_EQ(pair.broker.cancel_all(order_id, noon), SendStatus::sent);
    ASSERT_FALSE(venue.peer.receive("q").empty());
    venue.peer.send("r", "11=T1-Z-ZZ|37=NONE|530=7|531=0|532=99|58=exchange_closed|");
    const OrderEvent event = pair.order();
    EXPECT_EQ(event.kind, EventKind::business_reject);
    EXPECT_EQ(event.client_order, order_id);
    EXPECT_EQ(event.reason, RejectReason::exchange_closed);
    venue.peer.send("r", "11=T1-Z-ZZ|37=NONE|530=7|531=0|");
    EXPECT_EQ(pair.order().reason, RejectReason::unsupported);
}

TEST(VenueWideRefused, Fix42HasNoMassCancelAndNothingIsSent) {
    Pair pair;
    pair.speak(FixVersion::fix42);
    pair.start();
    EXPECT_EQ(pair.broker.cancel_all(order_id, noon), SendStatus::unsupported);
    ASSERT_EQ(pair.broker.send(order_command(order_id)), SendStatus::sent);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::new_order);
}

struct SessionStatus : testing::TestWithParam<FixVersion> {
    void SetUp() override {
        pair.speak(GetParam());
        pair.start();
    }
    /// One event for each instrument.
    void told(TradingStatus status) {
        for (const std::uint32_t instrument : {3u, 7u}) {
            const MarketEvent event = pair.market();
            EXPECT_EQ(event.kind, EventKind::trading_status);
            EXPECT_EQ(event.instrument, instrument);
            EXPECT_EQ(event.reference, static_cast<std::uint64_t>(status));
            EXPECT_NE(event.flags & market_flag_last, 0);
        }
    }
    Pair pair;
};

INSTANTIATE_TEST_SUITE_P(Versions, SessionStatus, testing::Values(FixVersion::fix44, FixVersion::fix42));

TEST_P(SessionStatus, IsToldNowAndFromNowOnToWhoAsks) {
    pair.venue.session_status(TradingStatus::pre_open); // nobody has asked
    ASSERT_EQ(pair.broker.request_session_status(1), SendStatus::sent);
    told(TradingStatus::pre_open);
    for (const TradingStatus status : {TradingStatus::open, TradingStatus::halted, TradingStatus::closed}) {
        ASSERT_EQ(pair.venue.session_status(status), FixStatus::ok);
        told(status);
    }
    EXPECT_TRUE(pair.ring_empty());
}

TEST_P(SessionStatus, IsAskedAnewInTheNextSession) {
    ASSERT_EQ(pair.broker.request_session_status(1), SendStatus::sent);
    told(TradingStatus::open);
    pair.broker.stop(5'000);
    EXPECT_EQ(pair.order().kind, EventKind::session_down);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down);
    pair.start_broker();
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_up);
    EXPECT_EQ(pair.order().kind, EventKind::session_up);
    pair.venue.session_status(TradingStatus::closed); // told to nobody
    ASSERT_EQ(pair.broker.request_session_status(2), SendStatus::sent);
    told(TradingStatus::closed);
    EXPECT_TRUE(pair.ring_empty());
}

} // namespace
} // namespace martlet::test
