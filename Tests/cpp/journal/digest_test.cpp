#include "martlet/digest.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "../../../cpp/journal/src/crc32c.hpp"

namespace martlet {
namespace {

std::string hex(const Sha256Digest& digest) {
    char text[65];
    digest.write_hex(text);
    return text;
}

TEST(Digest, agrees_with_the_published_examples) {
    EXPECT_EQ(hex(sha256("", 0)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256("abc", 3)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, does_not_depend_on_how_the_bytes_are_cut) {
    std::mt19937_64 random(5);
    std::string bytes(5'000, 0);
    for (char& byte : bytes) byte = static_cast<char>(random());
    const Sha256Digest whole = sha256(bytes.data(), bytes.size());
    DigestBuilder builder;
    for (int round = 0; round < 50; ++round) {
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t piece = std::min<std::size_t>(random() % 300, bytes.size() - at);
            builder.update(bytes.data() + at, piece);
            at += piece;
        }
        ASSERT_EQ(builder.finish(), whole) << "and starts anew";
    }
}

TEST(Digest, goes_on_from_a_saved_state_as_if_it_had_never_stopped) {
    std::mt19937_64 random(6);
    std::string bytes(400, 0);
    for (char& byte : bytes) byte = static_cast<char>(random());
    const Sha256Digest whole = sha256(bytes.data(), bytes.size());
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        DigestBuilder before;
        before.update(bytes.data(), cut);
        const DigestState state = before.state();
        DigestBuilder after;
        after.update("of something else", 17);
        ASSERT_TRUE(after.restore(state));
        after.update(bytes.data() + cut, bytes.size() - cut);
        ASSERT_EQ(after.finish(), whole) << cut;
        before.update(bytes.data() + cut, bytes.size() - cut);
        ASSERT_EQ(before.finish(), whole) << "saving changes nothing";
    }
}

TEST(Digest, refuses_a_state_that_none_can_have) {
    DigestBuilder builder;
    builder.update("abc", 3);
    DigestState state = builder.state();
    state.bytes[40] = 64; // more bytes of a block than it has
    EXPECT_FALSE(builder.restore(state));
    state.bytes[40] = 3;
    state.bytes[39] = 0xFF; // more bytes than the hash is defined for
    EXPECT_FALSE(builder.restore(state));
    EXPECT_EQ(hex(builder.finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, reads_back_its_own_hex_and_nothing_else) {
    const Sha256Digest digest = sha256("abc", 3);
    const std::string text = hex(digest);
    Sha256Digest read{};
    EXPECT_TRUE(read.read_hex(text.data(), text.size()));
    EXPECT_EQ(read, digest);
    EXPECT_FALSE(read.read_hex(text.data(), 63));
    std::string wrong = text;
    wrong[10] = 'g';
    EXPECT_FALSE(read.read_hex(wrong.data(), wrong.size()));
    EXPECT_EQ(read, digest) << "untouched by what it refused";
}

TEST(Crc32c, agrees_with_the_published_examples_both_ways) {
    EXPECT_EQ(detail::crc32c(0, "123456789", 9), 0xE3069283u);
    EXPECT_EQ(detail::crc32c_table(0, "123456789", 9), 0xE3069283u);
    const unsigned char zeros[32] = {};
    EXPECT_EQ(detail::crc32c(0, zeros, 32), 0x8A9136AAu); // RFC 3720, B.4
}

TEST(Crc32c, the_instruction_and_the_table_agree_for_every_length_and_alignment) {
    std::mt19937_64 random(9);
    unsigned char bytes[128];
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
    for (std::size_t begin = 0; begin < 16; ++begin) {
        for (std::size_t size = 0; begin + size <= sizeof(bytes); ++size) {
            const auto start = static_cast<std::uint32_t>(random());
            ASSERT_EQ(detail::crc32c(start, bytes + begin, size), detail::crc32c_table(start, bytes + begin, size));
        }
    }
}

} // namespace
} // namespace martlet
