#include <algorithm>

#include "raw_peer.hpp"

// Reports that must not be misread, sent as text by a venue that says exactly what a test tells it to.

namespace martlet::test {
namespace {

/// A report of 100 AAA bought at 10.00 by T1-1-1; `what`: ids and ExecType, `more`: any other fields.
std::string report(std::string_view what, std::string_view more = "") {
    return "37=V1|11=T1-1-1|39=2|55=AAA|54=1|31=10.00|32=100|151=0|14=100|6=10.00|60=20260101-12:00:00.123|" + std::string(what) + std::string(more);
}

struct ReportTest : testing::Test {
    void SetUp() override { venue.start(); }
    /// What the engine hears of a message.
    OrderEvent heard(std::string_view type, std::string fields) {
        venue.peer.send(type, std::move(fields));
        return pair.order();
    }
    /// Nothing was heard but what the test has read.
    void expect_no_more() { EXPECT_EQ(heard("8", report("17=MARK|150=F|")).execution, identifier("MARK")); }
    Pair pair;
    RawVenue venue{pair};
};

TEST_F(ReportTest, ABustOrACorrectionNamesTheExecutionThatItIsAbout) {
    OrderEvent event = heard("8", report("17=E2|19=E1|150=G|"));
    EXPECT_EQ(event.kind, EventKind::execution_report);
    EXPECT_EQ(event.exec_type, ExecType::trade_correct);
    EXPECT_EQ(event.execution, identifier("E1"));
    EXPECT_EQ(event.last_quantity, 100);
    EXPECT_EQ(event.last_price, 1000);
    event = heard("8", report("17=E3|19=E1|150=H|"));
    EXPECT_EQ(event.exec_type, ExecType::trade_cancel);
    EXPECT_EQ(event.execution, identifier("E1"));
    event = heard("8", report("17=E4|19=E1|150=F|"));
    EXPECT_EQ(event.execution, identifier("E4")) << "a trade is itself, whatever it refers to";
}

TEST_F(ReportTest, ACorrectionOfACorrectionIsAboutTheExecutionBehindBoth) {
    for (const char* what : {"17=E2|19=E1|150=G|", "17=E3|19=E2|150=G|", "17=E3|19=E2|150=G|", "17=E4|19=E3|150=H|"})
        EXPECT_EQ(heard("8", report(what)).execution, identifier("E1")) << what;
    std::string another = report("17=E9|19=E3|150=G|");
    another.replace(another.find("37=V1"), 5, "37=V2");
    EXPECT_EQ(heard("8", another).execution, identifier("E3")) << "of another order";
    for (int i = 0; i < 300; ++i) {
        const std::string own = "17=F" + std::to_string(i + 1), former = "|19=F" + std::to_string(i);
        EXPECT_EQ(heard("8", report(own + former + "|150=G|")).execution, identifier("F0"));
    }
}

TEST_F(ReportTest, ABustOrACorrectionOfNothingCannotBeRead) {
    for (const char* what : {"17=E2|150=G|", "17=E2|150=H|"}) {
        const OrderEvent event = heard("8", report(what));
        EXPECT_EQ(event.kind, EventKind::business_reject);
        EXPECT_EQ(event.reason, RejectReason::malformed);
        EXPECT_EQ(event.client_order, make_client_order(1, 1));
        EXPECT_EQ(event.execution, identifier("E2"));
    }
}

TEST_F(ReportTest, WhatCannotBeReadIsToldApartFromARefusal) {
    std::string half_an_increment = report("17=E5|150=F|");
    half_an_increment.replace(half_an_increment.find("31=10.00"), 8, "31=10.005");
    std::string elsewhere = report("17=E5|150=F|");
    elsewhere.replace(elsewhere.find("55=AAA"), 6, "55=ZZZ");
    for (const std::string& fields : {half_an_increment, elsewhere, report("17=E5|150=H|")}) {
        const OrderEvent event = heard("8", fields);
        EXPECT_EQ(event.kind, EventKind::business_reject);
        EXPECT_EQ(event.flags, order_flag_undecodable);
        EXPECT_EQ(event.client_order, make_client_order(1, 1));
        EXPECT_EQ(event.execution, identifier("E5"));
    }
    const OrderEvent refusal = heard("j", "45=2|372=D|379=T1-1-1|380=0|");
    EXPECT_EQ(refusal.kind, EventKind::business_reject);
    EXPECT_EQ(refusal.client_order, make_client_order(1, 1));
    EXPECT_EQ(refusal.flags, 0) << "the venue did refuse the order";
}

TEST_F(ReportTest, ARefusedQuestionNamesNoOrder) {
    ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, 1))), SendStatus::sent);
    const std::string order = RawPeer::field(venue.peer.receive("D"), "34");
    Command question = order_command(make_client_order(1, 1));
    question.command = CommandKind::order_status;
    question.request = 7;
    ASSERT_EQ(pair.broker.send(question), SendStatus::sent);
    const std::string asked = venue.peer.receive("H");
    EXPECT_EQ(RawPeer::field(asked, "790"), "7");
    const std::string number = RawPeer::field(asked, "34");
    // By its number, whatever type the venue says it was, and by its type, whatever it says that it was about.
    for (const std::string& refused : {"45=" + number + "|372=H|", "45=" + number + "|372=D|", "45=" + order + "|372=H|", "45=" + order + "|372=AF|"}) {
        EXPECT_EQ(heard("j", refused + "380=3|").client_order, 0u) << refused;
        EXPECT_EQ(heard("3", refused + "373=5|").client_order, 0u) << refused;
    }
    const OrderEvent named = heard("j", "45=" + number + "|372=H|379=T1-1-1|380=3|");
    EXPECT_EQ(named.kind, EventKind::business_reject);
    EXPECT_EQ(named.client_order, 0u);
    EXPECT_EQ(heard("3", "45=" + order + "|372=D|373=5|").client_order, make_client_order(1, 1));
}

TEST_F(ReportTest, TheLastReportOfAMassStatusEndsItWhetherItCanBeReadOrNot) {
    const std::string last = "584=5|911=1|912=Y|";
    std::string elsewhere = report("17=0|150=I|", last);
    elsewhere.replace(elsewhere.find("55=AAA"), 6, "55=ZZZ");
    std::string half_an_increment = report("17=0|150=I|", last);
    half_an_increment.replace(half_an_increment.find("31=10.00"), 8, "31=10.005");
    for (const std::string& fields : {elsewhere, half_an_increment, report("17=0|150=H|", last)}) {
        const OrderEvent event = heard("8", fields);
        EXPECT_EQ(event.kind, EventKind::business_reject);
        EXPECT_EQ(event.flags, order_flag_undecodable);
        EXPECT_EQ(event.reference_number, 5u);
        const OrderEvent end = pair.order();
        EXPECT_EQ(end.kind, EventKind::report_end);
        EXPECT_EQ(end.reference_number, 5u);
    }
    EXPECT_EQ(heard("8", report("17=0|150=I|", "584=6|911=0|912=Y|")).reference_number, 6u);
    expect_no_more(); // the answer that there is nothing ends once
}

/// A RequestForPositionsAck to request 8.
std::string positions_ack(std::string_view answer) { return "721=M1|710=8|1=A|581=1|" + std::string(answer); }
/// A TradeCaptureReportRequestAck to request 10.
std::string trades_ack(std::string_view answer) { return "568=10|569=0|55=[N/A]|" + std::string(answer); }
/// A PositionReport, one of two to request 8.
std::string position(std::string_view symbol, std::string_view quantities) {
    return "721=M1|710=8|727=2|728=0|715=20260101|1=A|581=1|730=0|731=1|734=0|55=" + std::string(symbol) + "|" + std::string(quantities);
}
const std::string five_long = "702=1|703=TOT|704=5|705=0|";

struct AnswerTest : ReportTest {
    void expect_end(const OrderEvent& event, std::uint32_t request) {
        EXPECT_EQ(event.kind, EventKind::report_end);
        EXPECT_EQ(event.reference_number, request);
    }
    /// The answer cannot be counted on, and nothing pretends that it ended.
    void expect_unread(const OrderEvent& event, std::uint32_t request, RejectReason reason) {
        EXPECT_EQ(event.kind, EventKind::business_reject);
        EXPECT_EQ(event.flags, order_flag_undecodable);
        EXPECT_EQ(event.client_order, 0u);
        EXPECT_EQ(event.reference_number, request);
        EXPECT_EQ(event.reason, reason);
    }
};

TEST_F(AnswerTest, OnlyTheStatementThatThereAreNoneEndsPositionsAtOnce) {
    expect_end(heard("AO", positions_ack("727=0|728=0|729=0|")), 8);
    expect_end(heard("AO", positions_ack("727=0|728=2|729=0|")), 8);
    expect_end(heard("AO", positions_ack("728=2|729=2|")), 8);
    expect_no_more();
}

TEST_F(AnswerTest, RefusedPositionsAreNotFlat) {
    expect_unread(heard("AO", positions_ack("727=0|728=1|729=2|")), 8, RejectReason::other);
    expect_unread(heard("AO", positions_ack("727=0|728=3|729=2|")), 8, RejectReason::other);
    expect_unread(heard("AO", positions_ack("727=0|728=4|729=2|")), 8, RejectReason::unsupported);
    expect_unread(heard("AO", positions_ack("728=99|729=0|")), 8, RejectReason::other);
    expect_unread(heard("AO", positions_ack("727=3|728=2|729=0|")), 8, RejectReason::other); // none were found, and three
    expect_unread(heard("AO", positions_ack("727=0|728=0|729=2|")), 8, RejectReason::other); // valid, and rejected
    expect_no_more();
}

TEST_F(AnswerTest, AnAckThatDoesNotCountLeavesTheEndToThePositions) {
    venue.peer.send("AO", positions_ack("728=0|729=0|"));
    EXPECT_EQ(heard("AP", position("AAA", five_long)).cumulative_quantity, 5);
    EXPECT_EQ(heard("AP", position("BTC-PERP", five_long)).cumulative_quantity, 5'000);
    expect_end(pair.order(), 8);
}

TEST_F(AnswerTest, APositionThatCannotBeReadLeavesTheAnswerWithoutItsEnd) {
    for (const char* quantities : {"702=1|703=TOT|704=5.5|705=0|", "702=1|703=TOT|704=5|705=0.25|", "702=1|703=TOT|", "",
                                   "702=1|703=TOT|704=9000000000000000000|705=-9000000000000000000|"}) {
        venue.peer.send("AO", positions_ack("727=2|728=0|729=0|"));
        expect_unread(heard("AP", position("AAA", quantities)), 8, RejectReason::bad_quantity);
        EXPECT_EQ(heard("AP", position("BTC-PERP", five_long)).kind, EventKind::position_report);
        expect_no_more();
    }
    // The next answer to the same question is a new one.
    venue.peer.send("AO", positions_ack("727=2|728=0|729=0|"));
    for (const char* symbol : {"AAA", "BTC-PERP"}) EXPECT_EQ(heard("AP", position(symbol, five_long)).kind, EventKind::position_report);
    expect_end(pair.order(), 8);
}

TEST_F(AnswerTest, OneSideOfAPositionIsEnoughAndNoneIsFlatWhereItSaysSo) {
    venue.peer.send("AO", positions_ack("727=2|728=0|729=0|"));
    EXPECT_EQ(heard("AP", position("AAA", "702=1|703=TOT|705=7|")).cumulative_quantity, -7);
    const OrderEvent flat = heard("AP", position("BTC-PERP", "702=0|"));
    EXPECT_EQ(flat.kind, EventKind::position_report);
    EXPECT_EQ(flat.cumulative_quantity, 0);
    expect_end(pair.order(), 8);
}

TEST_F(AnswerTest, APositionInAnInstrumentThatIsNoneOfOursDoesNotHoldTheEndUp) {
    venue.peer.send("AO", positions_ack("727=2|728=0|729=0|"));
    const OrderEvent elsewhere = heard("AP", position("ZZZ", five_long));
    EXPECT_EQ(elsewhere.kind, EventKind::business_reject);
    EXPECT_EQ(elsewhere.reason, RejectReason::unknown_instrument);
    EXPECT_EQ(elsewhere.flags, 0);
    EXPECT_EQ(heard("AP", position("AAA", five_long)).kind, EventKind::position_report);
    expect_end(pair.order(), 8);
}

TEST_F(AnswerTest, OnlyTheStatementThatThereAreNoneEndsTradesAtOnce) {
    expect_end(heard("AQ", trades_ack("748=0|749=0|750=1|")), 10);
    venue.peer.send("AQ", trades_ack("748=3|749=0|750=0|"));
    venue.peer.send("AQ", trades_ack("749=0|750=0|")); // a broker that does not count: the reports say which is the last
    expect_no_more();
}

TEST_F(AnswerTest, RefusedTradesAreNotNone) {
    expect_unread(heard("AQ", trades_ack("748=0|749=8|750=2|")), 10, RejectReason::unsupported);
    expect_unread(heard("AQ", trades_ack("748=0|749=9|750=2|")), 10, RejectReason::other);
    expect_unread(heard("AQ", trades_ack("749=99|750=0|")), 10, RejectReason::other);
    expect_unread(heard("AQ", trades_ack("748=0|749=0|750=2|")), 10, RejectReason::other); // successful, and rejected
    expect_no_more();
    EXPECT_EQ(pair.broker.counters().undecodable, 4u);
}

/// Fees in ten-thousandths of a dollar, of 100 AAA at 10.00 unless a test says otherwise.
struct CommissionTest : ReportTest {
    OrderEvent filled(const std::string& commission) { return heard("8", report("17=E1|150=F|", commission)); }
    /// 500 of 0.001 BTC at `price`.
    OrderEvent filled_bitcoin(const std::string& price, const std::string& commission) {
        return heard("8", "37=V1|11=T1-1-1|39=2|55=BTC-PERP|54=1|31=" + price + "|32=0.5|151=0|14=0.5|6=1|60=20260101-12:00:00.123|17=E1|150=F|" + commission);
    }
    void expect_unread(const OrderEvent& event) {
        EXPECT_EQ(event.kind, EventKind::business_reject);
        EXPECT_EQ(event.flags, order_flag_undecodable);
        EXPECT_EQ(event.execution, identifier("E1"));
    }
};

TEST_F(CommissionTest, IsAbsoluteWhereItSaysSoOrSaysNothing) {
    EXPECT_EQ(filled("").fee, 0);
    EXPECT_EQ(filled("12=1.25|").fee, 12'500);
    EXPECT_EQ(filled("12=1.25|13=3|").fee, 12'500);
    EXPECT_EQ(filled("12=-1.25|13=3|").fee, -12'500) << "a rebate";
    EXPECT_EQ(filled("12=0.00120000000000000000000000000|13=3|").fee, 12) << "zeros say nothing";
    EXPECT_EQ(filled("12=900000000000000|13=3|").fee, 9'000'000'000'000'000'000);
}

TEST_F(CommissionTest, PerUnitIsTimesTheQuantityInUnits) {
    EXPECT_EQ(filled("12=0.005|13=1|").fee, 5'000);
    EXPECT_EQ(filled("12=-0.002|13=1|").fee, -2'000);
    EXPECT_EQ(filled_bitcoin("60000.5", "12=3|13=1|").fee, 15'000) << "of half a unit, not of 500 lots";
    EXPECT_EQ(heard("8", "37=V1|11=T1-1-1|39=0|55=AAA|54=1|151=100|14=0|6=0|60=20260101-12:00:00|17=E1|150=I|12=0.005|13=1|").fee, 0) << "nothing was executed";
}

TEST_F(CommissionTest, PercentIsOfTheValue) {
    EXPECT_EQ(filled("12=0.1|13=2|").fee, 10'000);
    EXPECT_EQ(filled_bitcoin("60000.5", "12=0.02|13=2|").fee, 60'001) << "6.00005 dollars";
    EXPECT_EQ(filled_bitcoin("-60000", "12=0.02|13=2|").fee, 60'000) << "a price below zero earns no fee";
}

TEST_F(CommissionTest, WhatIsFinerThanMoneyIsRoundedAgainstUs) {
    EXPECT_EQ(filled("12=0.00001|13=3|").fee, 1);
    EXPECT_EQ(filled("12=0.0000000000000000000000000001|13=3|").fee, 1);
    EXPECT_EQ(filled("12=-0.00129|13=3|").fee, -12);
    EXPECT_EQ(filled("12=-0.0000000000000000000000000001|13=3|").fee, 0);
    EXPECT_EQ(filled("12=0.0000001|13=1|").fee, 1);
    EXPECT_EQ(filled("12=0.000001|13=1|").fee, 1) << "exactly one";
    EXPECT_EQ(filled("12=0.0000011|13=1|").fee, 2);
}

TEST_F(CommissionTest, OfAnotherKindOrInAnotherCurrencyCannotBeRead) {
    for (const char* commission : {"12=1|13=4|", "12=1|13=5|", "12=1|13=6|", "12=1|13=3|479=EUR|", "12=1|479=EUR|"}) {
        const OrderEvent event = filled(commission);
        expect_unread(event);
        EXPECT_EQ(event.reason, RejectReason::unsupported) << commission;
    }
    EXPECT_EQ(filled("12=1|13=3|479=USD|").fee, 10'000);
    EXPECT_EQ(filled("13=6|479=EUR|").fee, 0) << "none is stated";
    const OrderEvent status = heard("8", "37=V1|11=T1-1-1|39=0|55=AAA|54=1|151=100|14=0|6=0|60=20260101-12:00:00|17=E1|150=I|12=1|13=6|");
    EXPECT_EQ(status.kind, EventKind::execution_report) << "nothing was executed";
}

TEST_F(CommissionTest, ThatDoesNotFitMoneyCannotBeRead) {
    for (const char* commission : {"12=1000000000000000|13=3|", "12=100000000000000|13=1|", "12=9000000000000000000|13=2|", "12=99999999999999999999|13=2|"})
        expect_unread(filled(commission));
}

TEST_F(CommissionTest, OfAPastTradeIsReadTheSameWay) {
    const auto past = [&](const std::string& commission) {
        return heard("AE", "571=E1|570=N|17=E1|55=AAA|32=100|31=10.00|75=20260101|60=20260101-12:00:00|552=1|54=1|37=V1|11=T1-1-1|" + commission);
    };
    EXPECT_EQ(past("12=0.005|13=1|").fee, 5'000);
    EXPECT_EQ(past("12=0.1|13=2|479=USD|").fee, 10'000);
    for (const char* commission : {"12=1|13=6|", "12=1|13=3|479=EUR|"}) {
        const OrderEvent event = past(commission);
        EXPECT_EQ(event.kind, EventKind::business_reject);
        EXPECT_EQ(event.flags, order_flag_undecodable | order_flag_recovered);
        EXPECT_EQ(event.reason, RejectReason::unsupported);
    }
}

TEST(Commission, OfAContractIsOfItsValueAndOfAnInverseOneCannotBeRead) {
    Pair pair;
    pair.definitions[0].multiplier = Decimal{50, 0};
    pair.definitions[1].contract = ContractKind::inverse;
    RawVenue venue(pair);
    venue.start();
    venue.peer.send("8", report("17=E1|150=F|", "12=0.1|13=2|"));
    EXPECT_EQ(pair.order().fee, 500'000);
    venue.peer.send("8", report("17=E1|150=F|", "12=0.1|13=1|"));
    EXPECT_EQ(pair.order().fee, 100'000);
    venue.peer.send("8", "37=V1|39=2|55=BTC-PERP|54=1|31=60000|32=1|151=0|14=1|6=1|17=E1|150=F|12=0.1|13=2|");
    EXPECT_EQ(pair.order().reason, RejectReason::unsupported);
}

/// What the session itself refuses never reaches the decoder.
struct RefusedTest : ReportTest {
    void expect_lost(const OrderEvent& event) {
        EXPECT_EQ(event.kind, EventKind::business_reject);
        EXPECT_EQ(event.flags, order_flag_undecodable);
        EXPECT_EQ(event.reason, RejectReason::malformed);
        EXPECT_EQ(event.client_order, 0u);
        EXPECT_EQ(event.instrument, UINT32_MAX);
        EXPECT_EQ(event.reference_number, 0u);
        EXPECT_GT(event.exchange_time, noon);
    }
    /// A fill without AvgPx (6), which the dictionary requires.
    const std::string malformed = "37=V1|11=T1-1-1|17=E1|150=F|39=2|55=AAA|54=1|31=10.00|32=100|151=0|14=100|";
};

TEST_F(RefusedTest, AReportThatTheSessionRejectsIsTold) {
    expect_lost(heard("8", malformed));
    EXPECT_EQ(RawPeer::field(venue.peer.receive("3"), "371"), "6");
    expect_lost(heard("8", report("17=E1|150=F|", "112=no field of a report|")));
    expect_lost(heard("8", report("17=E1|150=1|"))); // an ExecType of FIX 4.2
    expect_lost(heard("9", "37=V1|11=T1-1-1|39=2|434=1|"));
    expect_lost(heard("AP", "721=M1|710=8|"));
    expect_lost(heard("AE", "571=E1|"));
    expect_lost(heard("j", "45=2|"));
    expect_no_more();
    EXPECT_EQ(pair.broker.counters().rejected_in, 7u);
}

TEST_F(RefusedTest, AMessageThatNobodyServesIsTold) {
    expect_lost(heard("D", "11=X1|55=AAA|54=1|60=20260101-12:00:00|38=1|40=2|44=1.00|")); // answered with BusinessMessageReject
    EXPECT_EQ(RawPeer::field(venue.peer.receive("j"), "372"), "D");
    expect_lost(heard("r", "37=all of them were canceled|")); // not in the dictionary: answered with Reject
    expect_no_more();
}

TEST_F(RefusedTest, WhatWasLostIsToldBeforeWhatFollowed) {
    // Otherwise the end would close the order that the lost report was about.
    const std::string lost = venue.peer.message("8", malformed + "584=5|911=2|912=N|");
    venue.peer.send_bytes(lost + venue.peer.message("8", report("17=E2|150=I|", "584=5|911=2|912=Y|")));
    expect_lost(pair.order());
    EXPECT_EQ(pair.order().execution, identifier("E2"));
    EXPECT_EQ(pair.order().kind, EventKind::report_end);
}

TEST_F(RefusedTest, MarketDataAndTheSessionsOwnMessagesAreNotReports) {
    for (const char* type : {"W", "X", "Y", "f", "y", "0"}) venue.peer.send(type, "37=no field of these|");
    venue.peer.send("1", ""); // without what it must have
    expect_no_more();
    EXPECT_EQ(pair.broker.counters().rejected_in, 7u);
}

TEST(Refused, AReportThatFindsTheRingFullIsToldWhenThereIsRoom) {
    Pair pair(2);
    RawVenue venue(pair);
    venue.start();
    for (int i = 0; i < 2; ++i) venue.peer.send("8", report("17=E1|150=F|"));
    for (int i = 0; i < 50; ++i) venue.peer.send("8", "37=V1|17=E1|150=F|");
    ASSERT_TRUE(eventually([&] { return pair.broker.counters().rejected_in == 50; })) << "the session waited for the engine";
    for (int i = 0; i < 2; ++i) EXPECT_EQ(pair.order().flags, 0);
    EXPECT_EQ(pair.order().flags, order_flag_undecodable);
    EXPECT_EQ(pair.broker.counters().disconnects, 0u);
}

TEST(Refused, AReportThatIsNotToldInTimeDropsTheSessionAndIsToldInTheNext) {
    Pair pair(2);
    pair.broker_settings.push_timeout_milliseconds = 1;
    RawVenue venue(pair);
    venue.start();
    for (int i = 0; i < 2; ++i) venue.peer.send("8", report("17=E1|150=F|"));
    venue.peer.send("8", "37=V1|17=E1|150=F|");
    const int number = venue.peer.next();
    venue.peer.send("8", report("17=E2|150=F|"));
    ASSERT_TRUE(venue.peer.hung_up());
    for (int i = 0; i < 2; ++i) EXPECT_EQ(pair.order().flags, 0);
    ASSERT_TRUE(venue.peer.accept());
    ASSERT_FALSE(venue.peer.receive("A").empty());
    venue.peer.set_next(number);
    venue.peer.send("A", "98=0|108=30|");
    std::vector<EventKind> heard;
    for (int i = 0; i < 3; ++i) heard.push_back(pair.order().kind);
    EXPECT_EQ(std::count(heard.begin(), heard.end(), EventKind::business_reject), 1);
    EXPECT_EQ(std::count(heard.begin(), heard.end(), EventKind::session_down), 1);
    EXPECT_EQ(std::count(heard.begin(), heard.end(), EventKind::session_up), 1);
    venue.peer.send("8", report("17=E2|150=F|"));
    EXPECT_EQ(pair.order().execution, identifier("E2"));
}

} // namespace
} // namespace martlet::test
