#include "support.hpp"

#include "itch_stream.hpp"
#include "martlet/mold_udp64.hpp"

namespace martlet {
namespace {

using W = test::ItchWriter;

std::string packet(std::uint64_t sequence, const std::vector<std::string>& messages, std::string_view session = "SESSION001") {
    std::string bytes = std::string(session) + W::number(sequence, 8) + W::number(messages.size(), 2);
    for (const std::string& message : messages) bytes += W::framed(message);
    return bytes;
}
std::string mark(std::uint64_t sequence, std::uint16_t count) { return "SESSION001" + W::number(sequence, 8) + W::number(count, 2); }

/// A line of packets into a decoder of one stock.
struct Line {
    explicit Line(std::uint64_t first = 1) : receiver(decoder, log, first) {}
    void take(const std::string& bytes, std::int64_t time = 1'000) { receiver.packet(bytes.data(), bytes.size(), time); }
    std::vector<EventKind> kinds() const {
        std::vector<EventKind> result;
        for (const MarketEvent& event : events) result.push_back(event.kind);
        return result;
    }

    EventBuffer events;
    DefectLog log;
    ItchDecoder decoder{{15'512, ItchFraming::automatic, 0, 0}, nullptr, 0, events, log};
    MoldReceiver receiver;
};

const std::string add = W::add(1, 10, 1, 'B', 100, "A", 100);
const std::string cut = W::cancel(1, 11, 1, 1);

TEST(MoldUdp64, MessagesGoOnInOrderWithTheirNumbersAndTheTimeOfTheirPacket) {
    Line line;
    line.take(packet(1, {add, cut}), 500);
    line.take(mark(3, 0));
    line.take(packet(3, {cut}), 600);
    ASSERT_EQ(line.events.size(), 3u);
    EXPECT_EQ(line.events.begin()[1].reference, 2u);
    EXPECT_EQ(line.events.begin()[1].receive_time, 500);
    EXPECT_EQ(line.events.begin()[2].receive_time, 600);
    const MoldCounts counts = line.receiver.counts();
    EXPECT_EQ(counts.packets, 3u);
    EXPECT_EQ(counts.heartbeats, 1u);
    EXPECT_EQ(counts.messages, 3u);
    EXPECT_EQ(counts.gaps + counts.duplicates + line.log.record_count(), 0u);
    EXPECT_EQ(counts.sessions, 1u);
}

TEST(MoldUdp64, AGapBecomesOneDiscontinuityWithTheFirstNumberThatIsMissing) {
    for (const bool by_heartbeat : {false, true}) {
        Line line;
        line.take(packet(1, {add}));
        if (by_heartbeat) line.take(mark(5, 0));
        line.take(packet(5, {cut}));
        EXPECT_EQ(line.kinds(), (std::vector{EventKind::order_add, EventKind::discontinuity, EventKind::order_cancel}));
        EXPECT_EQ(line.events.begin()[1].reference, 2u);
        EXPECT_EQ(line.receiver.counts().gaps, 1u);
        EXPECT_EQ(line.receiver.counts().lost, 3u);
        line.take(packet(2, {cut, cut, cut, cut, cut}));
        EXPECT_EQ(line.receiver.counts().duplicates, 4u) << "what comes too late is not told out of its order";
        EXPECT_EQ(line.receiver.counts().messages, 3u) << "but what is new behind it is told";
    }
}

TEST(MoldUdp64, ASecondLineBringsWhatTheFirstLostAndNothingTwice) {
    Line line;
    const std::vector<std::string> packets{packet(1, {add, cut}), packet(3, {cut}), packet(4, {cut, cut}), packet(6, {cut})};
    for (const std::size_t i : {0, 0, 1, 2, 1, 2, 3, 3}) line.take(packets[i]);
    EXPECT_EQ(line.receiver.counts().messages, 6u);
    EXPECT_EQ(line.receiver.counts().duplicates, 6u);
    EXPECT_EQ(line.receiver.counts().gaps, 0u);
}

TEST(MoldUdp64, AStreamThatIsJoinedLateMissesItsBeginningUnlessTheFirstNumberIsOpen) {
    Line line(1);
    line.take(packet(9, {add}));
    EXPECT_EQ(line.receiver.counts().lost, 8u);
    Line open(0);
    open.take(packet(9, {add}));
    EXPECT_EQ(open.receiver.counts().gaps, 0u);
    EXPECT_EQ(open.receiver.next(), 10u);
}

TEST(MoldUdp64, AnotherSessionBeginsItsNumbersAnew) {
    Line line;
    line.take(packet(1, {add, cut}));
    line.take(packet(1, {cut}, "SESSION002"));
    EXPECT_EQ(line.kinds(), (std::vector{EventKind::order_add, EventKind::order_cancel, EventKind::discontinuity, EventKind::order_cancel}));
    EXPECT_EQ(line.receiver.counts().sessions, 2u);
    Line ended;
    ended.take(packet(1, {add, cut}));
    ended.take(mark(3, 0xFFFF));
    EXPECT_TRUE(ended.receiver.ended());
    ended.take(packet(1, {cut}, "SESSION002"));
    EXPECT_FALSE(ended.receiver.ended());
    EXPECT_EQ(ended.kinds(), (std::vector{EventKind::order_add, EventKind::order_cancel, EventKind::order_cancel})) << "nothing was lost of a session that ended";
}

TEST(MoldUdp64, APacketThatIsNotSoundIsKeptAsideAsFarAsItIsUnsound) {
    Line line;
    line.take("SESSION001short");
    EXPECT_EQ(line.log.count(Defect::truncated_record), 1u);
    const std::string whole = packet(1, {add, cut});
    line.take(whole.substr(0, whole.size() - 1));
    EXPECT_EQ(line.log.count(Defect::truncated_record), 2u);
    EXPECT_EQ(line.receiver.counts().messages, 1u);
    line.take(packet(2, {cut}) + "tail");
    EXPECT_EQ(line.log.count(Defect::wrong_length), 1u);
    EXPECT_EQ(line.receiver.counts().messages, 2u);
    line.take(packet(3, {"Z123456789012", cut + "?", "", cut}));
    EXPECT_EQ(line.log.count(Defect::unknown_type), 1u);
    EXPECT_EQ(line.log.count(Defect::wrong_length), 3u);
    EXPECT_EQ(line.receiver.next(), 7u);
    EXPECT_EQ(line.events.size(), 3u);
}

} // namespace
} // namespace martlet
