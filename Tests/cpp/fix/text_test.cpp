#include <random>

#include "../../../cpp/fix/src/dictionary.hpp"
#include "../../../cpp/fix/src/frame.hpp"
#include "../../../cpp/fix/src/instruments.hpp"
#include "../../../cpp/fix/src/text.hpp"
#include "raw_peer.hpp"

namespace martlet::fix {
namespace {

std::string time_text(std::int64_t nanoseconds, int digits) {
    char text[time_text_capacity];
    return std::string(text, write_time(nanoseconds, digits, text));
}

TEST(FixText, TimesAreWrittenAsTheProtocolSays) {
    EXPECT_EQ(time_text(0, 3), "19700101-00:00:00.000");
    EXPECT_EQ(time_text(test::noon, 9), "20260101-12:00:00.123456789");
    EXPECT_EQ(time_text(test::noon, 6), "20260101-12:00:00.123456");
    EXPECT_EQ(time_text(test::noon, 0), "20260101-12:00:00");
    EXPECT_EQ(time_text(-1, 9), "19691231-23:59:59.999999999");
}

TEST(FixText, TimesAreReadBackExactly) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 20'000; ++i) {
        const auto time = static_cast<std::int64_t>(random() % 7'000'000'000'000'000'000ull);
        std::int64_t back = 0;
        ASSERT_TRUE(read_time(time_text(time, 9), &back));
        ASSERT_EQ(back, time);
    }
}

TEST(FixText, TimesThatAreNoneAreRefused) {
    std::int64_t ignored = 0;
    for (const char* text : {"", "20260101", "20260101-12:00", "20261301-12:00:00", "20260230-12:00:00", "20260101-24:00:00", "20260101-12:60:00",
                             "20260101 12:00:00", "20260101-12:00:00.", "20260101-12:00:00.12x", "00010101-00:00:00", "99990101-00:00:00",
                             "20260101-12:00:00.1234567890"})
        EXPECT_FALSE(read_time(text, &ignored)) << text;
}

TEST(FixText, ExactDecimalsAreReadWithoutLoss) {
    const auto read = [](std::string_view text) {
        Decimal value{0, 0};
        return read_exact(text, &value) ? std::to_string(value.mantissa) + "e" + std::to_string(value.exponent) : std::string("refused");
    };
    EXPECT_EQ(read("0.01"), "1e-2");
    EXPECT_EQ(read("0.2500"), "25e-2");
    EXPECT_EQ(read("100"), "1e2");
    EXPECT_EQ(read("1.0"), "1e0");
    for (const char* text : {"", "0", "-1", "1e5", "1.2.3", ".", "99999999999999999999999"}) EXPECT_EQ(read(text), "refused") << text;
}

TEST(FixFrames, MessagesComeOutWholeHoweverTheyCameIn) {
    std::mt19937 random(3);
    test::RawPeer peer("A", "B");
    std::string stream;
    std::vector<std::string> sent;
    for (int i = 0; i < 200; ++i) {
        sent.push_back(peer.message("D", "58=" + std::string(random() % 500, 'x') + "10=8=FIX|"));
        stream += sent.back();
        if (random() % 4 == 0) stream += "noise 8=FI";
    }
    FrameReader frames;
    std::vector<std::string> got;
    for (std::size_t at = 0; at < stream.size();) {
        const std::size_t part = std::min<std::size_t>(1 + random() % 300, stream.size() - at);
        std::memcpy(frames.space(part), stream.data() + at, part);
        frames.added(part);
        at += part;
        for (std::string message; frames.next(&message);) got.push_back(message);
    }
    EXPECT_EQ(got, sent);
    EXPECT_GT(frames.garbled(), 0u);
}

TEST(FixFrames, ABodyLengthBeyondTheBoundIsNoise) {
    FrameReader frames;
    const std::string text = "8=FIX.4.4\0019=999999999\00135=D\001";
    std::memcpy(frames.space(text.size()), text.data(), text.size());
    frames.added(text.size());
    std::string message;
    EXPECT_FALSE(frames.next(&message));
    EXPECT_EQ(frames.garbled(), 1u);
}

TEST(FixDictionary, TheBuiltInOneHasEveryMessageWeSpeak) {
    std::string error;
    const auto dictionary = load_dictionary(nullptr, FixVersion::fix44, &error);
    ASSERT_NE(dictionary, nullptr) << error;
    EXPECT_EQ(dictionary->getVersion(), "FIX.4.4");
    for (const char* type : {"0", "1", "2", "3", "4", "5", "A", "j", "D", "F", "G", "H", "AF", "8", "9", "V", "W", "X", "Y", "f", "x", "y", "AN", "AO", "AP",
                             "AD", "AQ", "AE"})
        EXPECT_TRUE(dictionary->isMsgType(type)) << type;
}

TEST(FixDictionary, AMissingDirectoryIsAnErrorThatNamesIt) {
    std::string error;
    EXPECT_EQ(load_dictionary("/nonexistent", FixVersion::fix44, &error), nullptr);
    EXPECT_NE(error.find("/nonexistent"), std::string::npos);
}

} // namespace
} // namespace martlet::fix

namespace martlet::test {
namespace {

TEST(ClientOrderCodec, WritesWhatItReads) {
    std::mt19937_64 random(5);
    for (const char* deployment : {"A", "T1", "PROD", "abcdefghijkl"})
        for (const std::size_t length : {std::size_t{20}, std::size_t{25}, std::size_t{32}, std::strlen(deployment) + 13}) {
            ClientOrderCodec codec;
            if (std::strlen(deployment) + 13 > length) {
                EXPECT_FALSE(codec.configure(deployment, length));
                continue;
            }
            ASSERT_TRUE(codec.configure(deployment, length));
            for (int i = 0; i < 500; ++i) {
                const std::uint64_t id = i < 4 ? (i % 2 == 0 ? 0 : ~0ull) : random() >> (random() % 64);
                char text[40];
                const std::size_t written = codec.write(id, text, sizeof text);
                ASSERT_GT(written, 0u);
                ASSERT_LE(written, length);
                std::uint64_t back = 1;
                ASSERT_TRUE(codec.read(text, written, &back)) << text;
                ASSERT_EQ(back, id);
            }
        }
}

TEST(ClientOrderCodec, DoesNotTakeForeignIdsForItsOwn) {
    ClientOrderCodec codec;
    ASSERT_TRUE(codec.configure("T1", 20));
    for (const char* text : {"", "T1", "T1-", "T1-1", "T1-1-", "T1--1", "T2-1-1", "t1-1-1", "T1-1-1-1", "T1-01-1", "T1-1-01", "T1-a-1", "T1-ZZZZZ-1",
                             "T1-1-ZZZZZZZZZ", "T11-1-1", "T1 1 1"}) {
        std::uint64_t id = 7;
        EXPECT_FALSE(codec.read(text, std::strlen(text), &id)) << text;
        EXPECT_EQ(id, 0u);
    }
    EXPECT_FALSE(codec.configure("", 20));
    EXPECT_FALSE(codec.configure(nullptr, 20));
    EXPECT_FALSE(codec.configure("A-B", 20));
    EXPECT_FALSE(codec.configure("abcdefghijklm", 40));
}

TEST(Identifiers, ShortOnesAreTheirTextAndLongOnesTheirHash) {
    char text[20];
    EXPECT_EQ(write_identifier(identifier("EXEC-1"), text, sizeof text), 6u);
    EXPECT_STREQ(text, "EXEC-1");
    EXPECT_EQ(write_identifier(identifier("0123456789ABCDEF"), text, sizeof text), 16u);
    EXPECT_NE(identifier("0123456789ABCDEF0"), identifier("0123456789ABCDEF"));
    EXPECT_NE(identifier("0123456789ABCDEF0"), identifier("0123456789ABCDEF1"));
    EXPECT_EQ(write_identifier(identifier("EXEC-1"), text, 6), 0u);
}

} // namespace
} // namespace martlet::test
