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

} // namespace
} // namespace martlet::test
