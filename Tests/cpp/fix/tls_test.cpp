#include <fcntl.h>

#include <thread>

#include "../../../cpp/fix/src/stream.hpp"
#include "certificates.hpp"
#include "raw_peer.hpp"
#include "support.hpp"

namespace martlet::test {
namespace {

/// A pair whose connection is encrypted by certificates of one authority; a test changes what it is about.
struct TlsPair : Pair {
    explicit TlsPair(const Certificate::Terms& venue_terms = {})
        : authority("Test authority", {.names = "", .authority = true}, nullptr), venue_certificate("venue", venue_terms, &authority) {
        ca = authority.write_certificate(folder / "ca.pem");
        certificate = venue_certificate.write_certificate(folder / "venue.pem");
        key = venue_certificate.write_key(folder / "venue.key");
        venue_settings.tls.enabled = broker_settings.tls.enabled = true;
        venue_settings.tls.certificate_file = certificate.c_str();
        venue_settings.tls.key_file = key.c_str();
        broker_settings.tls.ca_file = ca.c_str();
    }
    /// Starts both; the broker must be refused with these words.
    void expect_refusal(const std::string& words) {
        start_venue();
        start_broker();
        EXPECT_TRUE(eventually([&] { return broker_error().find(words) != std::string::npos; })) << broker_error();
        EXPECT_FALSE(broker.logged_on());
        EXPECT_EQ(venue.counters().logons, 0u);
    }
    Certificate authority, venue_certificate;
    std::string ca, certificate, key;
};

void trade(Pair& pair, std::uint64_t count) {
    for (std::uint64_t i = 1; i <= count; ++i) {
        ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, i))), SendStatus::sent);
        const VenueRequest request = pair.request();
        ASSERT_EQ(request.kind, VenueRequestKind::new_order);
        pair.venue.report(0, report_of(request, EventKind::execution_report));
        ASSERT_EQ(pair.order().client_order, make_client_order(1, i));
    }
}

TEST(FixTls, OrdersAndReportsPassEncrypted) {
    TlsPair pair;
    pair.start();
    trade(pair, 50);
}

TEST(FixTls, ManyMessagesBothWaysAtOnceArriveInOrder) {
    TlsPair pair;
    pair.venue_settings.backlog_bytes = 64u << 20;
    pair.start();
    constexpr std::uint64_t count = 3'000;
    std::thread venue([&] {
        for (std::uint64_t i = 1; i <= count; ++i) pair.venue.report(0, report_of(pair.request(), EventKind::execution_report));
    });
    std::thread sender([&] {
        for (std::uint64_t i = 1; i <= count; ++i) ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, i))), SendStatus::sent);
    });
    for (std::uint64_t i = 1; i <= count; ++i) ASSERT_EQ(pair.order().client_order, make_client_order(1, i));
    sender.join();
    venue.join();
}

TEST(FixTls, APeerThatDoesNotReadIsSentToByABacklog) {
    TlsPair pair;
    pair.broker_settings.push_timeout_milliseconds = 60'000;
    pair.start();
    // Far more than the sockets hold, for a client that reads only afterwards: its ring is full meanwhile.
    VenueReport report{};
    report.event.kind = EventKind::execution_report;
    report.event.instrument = 3;
    report.event.side = Side::buy;
    report.event.exec_type = ExecType::new_order;
    report.event.status = OrderStatus::new_order;
    report.type = OrderType::limit;
    constexpr int count = 30'000;
    for (int i = 0; i < count; ++i) {
        report.event.exchange_time = i;
        ASSERT_EQ(pair.venue.report(0, report), FixStatus::ok) << i;
    }
    for (int i = 0; i < count; ++i) ASSERT_EQ(pair.order().exchange_time, i);
    EXPECT_EQ(pair.venue.counters().slow_readers, 0u);
}

TEST(FixTls, TheNameExpectedMayDifferFromTheHost) {
    TlsPair pair({.names = "DNS:fix.broker.example"});
    pair.broker_settings.tls.server_name = "fix.broker.example";
    pair.start();
}

TEST(FixTls, AnotherNameIsRefusedAndBothAreTold) {
    TlsPair pair({.names = "DNS:fix.broker.example,DNS:other.example"});
    pair.expect_refusal("expected a certificate for 127.0.0.1, was one for fix.broker.example, other.example");
    pair.broker.stop(0);
    pair.broker_settings.tls.server_name = "localhost";
    pair.start_broker();
    EXPECT_TRUE(eventually([&] { return pair.broker_error().find("expected a certificate for localhost") != std::string::npos; })) << pair.broker_error();
    EXPECT_GE(pair.broker.counters().logons_refused, 1u);
}

TEST(FixTls, AnUnknownAuthorityIsRefused) {
    TlsPair pair;
    const Certificate stranger("Another authority", {.names = "", .authority = true}, nullptr);
    const std::string other = stranger.write_certificate(pair.folder / "other.pem");
    pair.broker_settings.tls.ca_file = other.c_str();
    pair.expect_refusal("was issued by /CN=Test authority, which is no authority of " + other);
}

TEST(FixTls, TheSystemsAuthoritiesDoNotKnowOurs) {
    TlsPair pair;
    pair.broker_settings.tls.ca_file = nullptr;
    pair.expect_refusal("which is no authority of the system's");
}

TEST(FixTls, AnExpiredCertificateIsRefusedWithItsDate) {
    TlsPair pair({.from_seconds = -7200, .until_seconds = -3600});
    pair.expect_refusal("/CN=venue expired at 20");
}

TEST(FixTls, ACertificateOfTomorrowIsRefused) {
    TlsPair pair({.from_seconds = 3600, .until_seconds = 7200});
    pair.expect_refusal("/CN=venue is valid only from 20");
}

TEST(FixTls, AVenueWithAuthoritiesWantsACertificateOfThem) {
    TlsPair pair;
    pair.venue_settings.tls.ca_file = pair.ca.c_str();
    pair.start_venue();
    pair.start_broker();
    EXPECT_TRUE(eventually([&] { return pair.venue_error().find("did not return a certificate") != std::string::npos; })) << pair.venue_error();
    EXPECT_FALSE(pair.broker.logged_on());
    pair.broker.stop(0);
    const Certificate client("client", {.names = ""}, &pair.authority);
    const std::string certificate = client.write_certificate(pair.folder / "client.pem"), key = client.write_key(pair.folder / "client.key");
    pair.broker_settings.tls.certificate_file = certificate.c_str();
    pair.broker_settings.tls.key_file = key.c_str();
    pair.start_broker();
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_up) << pair.broker_error();
    // Of another authority it is as good as none.
    pair.broker.stop(0);
    const Certificate stranger("client", {.names = ""}, nullptr);
    stranger.write_certificate(certificate);
    stranger.write_key(key);
    pair.start_broker();
    EXPECT_TRUE(eventually([&] { return pair.venue_error().find("which is no authority of") != std::string::npos; })) << pair.venue_error();
}

TEST(FixTls, OneSideAloneDoesNotSpeak) {
    TlsPair plain_broker;
    plain_broker.broker_settings.tls.enabled = false;
    plain_broker.start_venue();
    plain_broker.start_broker();
    EXPECT_TRUE(eventually([&] { return plain_broker.venue_error().find("no TLS") != std::string::npos; })) << plain_broker.venue_error();
    EXPECT_FALSE(plain_broker.broker.logged_on());

    TlsPair plain_venue;
    plain_venue.venue_settings.tls.enabled = false;
    plain_venue.expect_refusal("no TLS with 127.0.0.1");
}

TEST(FixTls, AnOlderVersionIsRefused) {
    TlsPair pair;
    pair.start_venue();
    std::unique_ptr<SSL_CTX, fix::TlsDelete> context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_1_VERSION);
    std::unique_ptr<SSL, fix::TlsDelete> ssl(SSL_new(context.get()));
    const std::atomic<bool> stop{false};
    std::string error;
    const fix::Stream stream = fix::connect_to("127.0.0.1", pair.venue.port(), 1'000, stop, &error);
    ASSERT_TRUE(stream.is_open()) << error;
    const int flags = ::fcntl(stream.socket(), F_GETFL);
    ::fcntl(stream.socket(), F_SETFL, flags & ~O_NONBLOCK);
    SSL_set_fd(ssl.get(), stream.socket());
    EXPECT_NE(SSL_connect(ssl.get()), 1);
    EXPECT_TRUE(eventually([&] { return pair.venue_error().find("no TLS: no agreement") != std::string::npos; })) << pair.venue_error();
}

TEST(FixTls, APeerThatSaysNothingDoesNotHoldTheStop) {
    Pair pair;
    RawPeer silent(pair.venue_id, pair.broker_id);
    pair.broker_settings.tls.enabled = true;
    pair.broker_settings.port = silent.listen();
    ASSERT_EQ(pair.broker.start(pair.broker_settings), FixStatus::ok);
    ASSERT_TRUE(silent.accept());
    pair.broker.stop(0); // within the greeting
    EXPECT_FALSE(pair.broker.logged_on());
}

TEST(FixTls, FilesThatCannotBeUsedAreNamedAtTheStart) {
    TlsPair pair;
    const std::string missing = pair.folder / "missing.pem";
    const auto refused = [&](const char* words) {
        pair.broker_settings.port = 9;
        EXPECT_EQ(pair.broker.start(pair.broker_settings), FixStatus::tls_failed);
        EXPECT_NE(pair.broker_error().find(words), std::string::npos) << pair.broker_error();
    };
    pair.broker_settings.tls.ca_file = missing.c_str();
    refused("ca_file");
    pair.broker_settings.tls.ca_file = pair.ca.c_str();
    pair.broker_settings.tls.certificate_file = pair.certificate.c_str();
    refused("expected both or none");
    const Certificate other("other", {}, nullptr);
    const std::string wrong_key = other.write_key(pair.folder / "wrong.key");
    pair.broker_settings.tls.key_file = wrong_key.c_str();
    refused("wrong.key");
    pair.broker_settings.tls.certificate_file = missing.c_str();
    refused("missing.pem");
    pair.venue_settings.tls.certificate_file = pair.venue_settings.tls.key_file = nullptr;
    EXPECT_EQ(pair.venue.start(pair.venue_settings), FixStatus::tls_failed);
    EXPECT_NE(pair.venue_error().find("a venue needs both"), std::string::npos);
}

} // namespace
} // namespace martlet::test
