#include <sys/socket.h>

#include <condition_variable>
#include <mutex>

#include "../../../cpp/fix/src/connection.hpp"
#include "support.hpp"

namespace martlet::fix {
namespace {

/// A connection over a socket pair whose disk is as slow as the test wants.
struct HeldConnection {
    explicit HeldConnection(std::size_t backlog = 1 << 20) : connection(backlog) {
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
        connection.hold_until([this] {
            std::unique_lock lock(mutex);
            ++asked;
            changed.notify_all();
            changed.wait(lock, [this] { return allowed > 0; });
            --allowed;
            return good;
        });
        EXPECT_TRUE(connection.open(Stream(ends[0])));
    }
    ~HeldConnection() {
        allow(1'000'000);
        ::close(ends[1]);
    }
    void allow(int times) {
        const std::lock_guard lock(mutex);
        allowed += times;
        changed.notify_all();
    }
    void await_asked(int times) {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, test::patience, [&] { return asked >= times; }));
    }
    std::string received(std::size_t size) {
        std::string text(size, '\0');
        text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, ::recv(ends[1], text.data(), size, MSG_WAITALL))));
        return text;
    }
    bool nothing_there() {
        char byte;
        return ::recv(ends[1], &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
    }
    std::mutex mutex;
    std::condition_variable changed;
    int asked = 0, allowed = 0;
    bool good = true;
    int ends[2] = {-1, -1};
    Connection connection;
};

TEST(Durability, NothingIsSentBeforeTheDiskHasItAndOneWaitServesAll) {
    HeldConnection held;
    ASSERT_TRUE(held.connection.send("first."));
    held.await_asked(1); // the disk is busy with the first
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(held.connection.send("more"));
    EXPECT_TRUE(held.nothing_there());
    held.allow(1);
    EXPECT_EQ(held.received(6), "first.");
    held.await_asked(2);
    EXPECT_TRUE(held.nothing_there()) << "handed over while the disk was busy: not covered by it";
    held.allow(1);
    EXPECT_EQ(held.received(400).size(), 400u);
    EXPECT_EQ(held.asked, 2);
}

TEST(Durability, ADiskThatFailsCutsTheConnection) {
    HeldConnection held;
    held.good = false;
    ASSERT_TRUE(held.connection.send("lost"));
    held.allow(1);
    EXPECT_EQ(held.received(1), "") << "the peer sees the end, and nothing before it";
    EXPECT_TRUE(test::eventually([&] { return held.connection.closed(); }));
    EXPECT_FALSE(held.connection.send("more"));
}

TEST(Durability, AHangUpFirstMakesDurableWhatWasHandedOver) {
    HeldConnection held;
    held.allow(10);
    ASSERT_TRUE(held.connection.send("goodbye"));
    held.connection.hang_up();
    EXPECT_EQ(held.received(7), "goodbye");
}

TEST(Durability, TooMuchThatWaitsIsASlowPeer) {
    HeldConnection held(10);
    ASSERT_TRUE(held.connection.send("12345678"));
    EXPECT_FALSE(held.connection.send("12345678"));
    EXPECT_EQ(held.connection.slow_readers(), 1u);
}

} // namespace
} // namespace martlet::fix

namespace martlet::test {
namespace {

TEST(Durability, OrdersAndReportsPassBetweenTwoEndsThatWaitForTheirDisks) {
    Pair pair;
    pair.broker_settings.machine_durability = pair.venue_settings.machine_durability = true;
    pair.start();
    constexpr std::uint64_t count = 300;
    std::thread sender([&] {
        for (std::uint64_t i = 1; i <= count; ++i) ASSERT_EQ(pair.broker.send(order_command(make_client_order(1, i))), SendStatus::sent);
    });
    for (std::uint64_t i = 1; i <= count; ++i) {
        const VenueRequest request = pair.request();
        ASSERT_EQ(request.kind, VenueRequestKind::new_order);
        pair.venue.report(0, report_of(request, EventKind::execution_report));
    }
    for (std::uint64_t i = 1; i <= count; ++i) ASSERT_EQ(pair.order().client_order, make_client_order(1, i));
    sender.join();
    pair.broker.stop(5'000);
    EXPECT_EQ(pair.request().kind, VenueRequestKind::session_down);
}

} // namespace
} // namespace martlet::test
