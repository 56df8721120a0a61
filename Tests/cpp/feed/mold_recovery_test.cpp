#include "support.hpp"

#include <algorithm>
#include <random>

#include "itch_stream.hpp"
#include "martlet/mold_recovery.hpp"

namespace martlet {
namespace {

using W = test::ItchWriter;

std::string packet(std::uint64_t sequence, std::size_t messages, std::string_view session = "SESSION001") {
    std::string bytes = std::string(session) + W::number(sequence, 8) + W::number(messages, 2);
    for (std::size_t i = 0; i < messages; ++i) bytes += W::framed(W::add(1, static_cast<std::int64_t>(sequence + i), sequence + i, 'B', 100, "A", 100));
    return bytes;
}

/// A recovery before a receiver before a decoder of all stocks.
struct Line {
    explicit Line(std::size_t packets = 64, std::size_t bytes = 65'536) : recovery(receiver, packets, bytes) {}
    void take(const std::string& bytes, std::int64_t time = 1'000) { recovery.packet(bytes.data(), bytes.size(), time); }
    /// The numbers of the messages in the order in which they went on; a discontinuity is minus the first that is lost.
    std::vector<std::int64_t> told() const {
        std::vector<std::int64_t> result;
        for (const MarketEvent& event : events) {
            const auto number = static_cast<std::int64_t>(event.reference);
            result.push_back(event.kind == EventKind::discontinuity ? -number : number);
        }
        return result;
    }
    std::string request() {
        char bytes[MoldRecovery::request_size];
        return {bytes, recovery.request(bytes)};
    }

    EventBuffer events;
    DefectLog log;
    ItchDecoder decoder{{15'512, ItchFraming::automatic, 0, 0}, nullptr, 0, events, log};
    MoldReceiver receiver{decoder, log, 1};
    MoldRecovery recovery;
};

using Told = std::vector<std::int64_t>;

TEST(MoldRecovery, AGapIsAskedForAndFilledInOrder) {
    Line line;
    line.take(packet(1, 2), 100);
    EXPECT_EQ(line.request(), "") << "nothing is missing";
    line.take(packet(6, 1), 200);
    line.take(packet(5, 1), 300);
    EXPECT_EQ(line.told(), (Told{1, 2}));
    EXPECT_EQ(line.recovery.missing(), 2u);
    EXPECT_EQ(line.request(), "SESSION001" + W::number(3, 8) + W::number(2, 2));
    line.take(packet(3, 2), 400);
    EXPECT_EQ(line.told(), (Told{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(line.events.end()[-1].receive_time, 400) << "what waited is of the time at which it could be used";
    EXPECT_EQ(line.receiver.counts().gaps + line.receiver.counts().lost, 0u);
    EXPECT_EQ(line.recovery.counts().held, 2u);
    EXPECT_EQ(line.recovery.counts().filled, 1u);
    EXPECT_EQ(line.recovery.counts().requests, 1u);
}

TEST(MoldRecovery, AHeartbeatThatIsAheadShowsAGapAtTheEnd) {
    Line line;
    line.take(packet(1, 1));
    line.take("SESSION001" + W::number(4, 8) + W::number(0, 2));
    EXPECT_EQ(line.recovery.missing(), 2u);
    line.take(packet(2, 2));
    EXPECT_EQ(line.recovery.missing(), 0u);
    EXPECT_EQ(line.told(), (Told{1, 2, 3}));
    EXPECT_EQ(line.receiver.counts().heartbeats, 1u);
}

TEST(MoldRecovery, AGapThatIsGivenUpIsToldOnceAndTheNextOneStillWaits) {
    Line line;
    line.take(packet(1, 1));
    line.take(packet(3, 1));
    line.take(packet(6, 1));
    line.recovery.give_up(500);
    EXPECT_EQ(line.told(), (Told{1, -2, 3}));
    EXPECT_EQ(line.request(), "SESSION001" + W::number(4, 8) + W::number(2, 2));
    line.take(packet(4, 2));
    EXPECT_EQ(line.told(), (Told{1, -2, 3, 4, 5, 6}));
    line.recovery.give_up(600);
    EXPECT_EQ(line.recovery.counts().given_up, 1u) << "nothing waits";
    EXPECT_EQ(line.receiver.counts().lost, 1u);
}

TEST(MoldRecovery, WithoutRoomTheFirstGapIsGivenUpAndTheStreamGoesOn) {
    Line few(2);
    few.take(packet(1, 1));
    for (const std::uint64_t number : {3, 5, 7}) few.take(packet(number, 1));
    EXPECT_EQ(few.told(), (Told{1, -2, 3}));
    EXPECT_EQ(few.recovery.missing(), 1u);
    Line none(8, 10);
    none.take(packet(1, 1));
    none.take(packet(4, 1));
    EXPECT_EQ(none.told(), (Told{1, -2, 4}));
    EXPECT_EQ(none.recovery.counts().held, 0u);
}

TEST(MoldRecovery, TheRoomOfWhatWentOnIsUsedAgain) {
    const std::size_t size = packet(1, 1).size();
    Line line(8, 3 * size);
    line.take(packet(1, 1));
    line.take(packet(8, 1)); // waits all the time
    for (std::uint64_t number = 2; number < 7; ++number) {
        if (number % 2 == 0) line.take(packet(number + 1, 1));
        line.take(packet(number, 1));
    }
    line.take(packet(7, 1));
    EXPECT_EQ(line.told(), (Told{1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(line.recovery.counts().given_up, 0u);
}

TEST(MoldRecovery, AnotherSessionEndsWhatTheOldOneWaitedFor) {
    Line line;
    line.take(packet(1, 1));
    line.take(packet(3, 1));
    line.take(packet(1, 1, "SESSION002"));
    EXPECT_EQ(line.recovery.counts().given_up, 1u);
    EXPECT_EQ(line.receiver.counts().messages, 3u);
    EXPECT_EQ(line.recovery.missing(), 0u);
    line.take(packet(3, 1, "SESSION002"));
    EXPECT_EQ(line.request(), "SESSION002" + W::number(2, 8) + W::number(1, 2));
}

TEST(MoldRecovery, ALongGapIsAskedForInPieces) {
    Line line;
    line.take(packet(1, 1));
    line.take(packet(200'000, 1));
    EXPECT_EQ(line.request(), "SESSION001" + W::number(2, 8) + W::number(0xFFFE, 2)) << "the two highest counts mean something else";
    line.take("short");
    EXPECT_EQ(line.log.count(Defect::truncated_record), 1u);
}

/// Two lossy lines and a sender that answers requests: everything goes on once and in order, however the packets come.
TEST(MoldRecovery, WhateverIsLostOrShuffledEveryMessageGoesOnOnceAndInOrder) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        std::mt19937_64 random(seed);
        Line line(4'096, 1 << 20);
        std::vector<std::pair<std::uint64_t, std::size_t>> sent;
        std::uint64_t next = 1;
        while (next < 500) {
            sent.emplace_back(next, 1 + random() % 5);
            next += sent.back().second;
        }
        std::vector<std::string> arriving;
        for (const auto& [sequence, count] : sent)
            for (int copy = 0; copy < 2; ++copy)
                if (random() % 4 != 0) arriving.push_back(packet(sequence, count));
        for (std::size_t i = 1; i < arriving.size(); ++i)
            if (random() % 3 == 0) std::swap(arriving[i], arriving[i - std::min<std::size_t>(i, random() % 8)]);
        arriving.push_back("SESSION001" + W::number(next, 8) + W::number(0, 2));
        std::int64_t time = 0;
        for (const std::string& each : arriving) line.take(each, ++time);
        for (int asked = 0; line.recovery.missing() != 0 && asked < 2'000; ++asked) {
            const std::string request = line.request();
            ASSERT_EQ(request.size(), MoldRecovery::request_size);
            const auto at = [&request](std::size_t begin, std::size_t count) {
                std::uint64_t value = 0;
                for (std::size_t i = begin; i < begin + count; ++i) value = value << 8 | static_cast<unsigned char>(request[i]);
                return value;
            };
            line.take(packet(at(10, 8), std::min<std::uint64_t>(at(18, 2), 7)), ++time);
        }
        Told expected;
        for (std::uint64_t number = 1; number < next; ++number) expected.push_back(static_cast<std::int64_t>(number));
        ASSERT_EQ(line.told(), expected) << "seed " << seed;
        EXPECT_EQ(line.receiver.counts().lost, 0u);
    }
}

} // namespace
} // namespace martlet
