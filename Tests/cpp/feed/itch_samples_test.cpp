#include "support.hpp"

#include <cstring>
#include <map>

#include "martlet/book.hpp"
#include "martlet/itch.hpp"

namespace martlet {
namespace {

constexpr std::int32_t day = 14'967; // 2010-12-24

struct Decoded {
    EventBuffer events;
    DefectLog log;
    ItchCounts counts{};
    std::map<char, std::uint64_t> types;
};

/// Decodes plain bytes, and counts by type.
Decoded decode(std::string_view bytes, const std::vector<ItchStock>& stocks) {
    Decoded result;
    ItchDecoder decoder({day, ItchFraming::automatic, 1'024, 0}, stocks.data(), stocks.size(), result.events, result.log);
    decoder.consume(bytes.data(), bytes.size());
    decoder.finish(true);
    EXPECT_EQ(decoder.status(), FeedStatus::ok);
    result.counts = decoder.counts();
    for (int type = 1; type < 128; ++type)
        if (decoder.count(static_cast<char>(type)) != 0) result.types[static_cast<char>(type)] = decoder.count(static_cast<char>(type));
    return result;
}

std::string unpack(const std::string& path) {
    gzFile file = gzopen(path.c_str(), "rb");
    std::string bytes;
    char piece[65'536];
    for (int got = 0; (got = gzread(file, piece, sizeof piece)) > 0;) bytes.append(piece, static_cast<std::size_t>(got));
    gzclose(file);
    return bytes;
}

TEST(ItchSamples, TheRealMorningDecodesWithoutARemainder) {
    MARTLET_SAMPLE(path, "itch/nasdaq_itch50_first1000.itch");
    const std::string bytes = unpack(path);
    const Decoded result = decode(bytes, {});
    EXPECT_EQ(result.counts.messages, 1'000u);
    EXPECT_EQ(result.types, (std::map<char, std::uint64_t>{{'S', 1}, {'R', 993}, {'H', 3}, {'Y', 3}}));
    EXPECT_EQ(result.counts.bytes, bytes.size());
    EXPECT_EQ(result.counts.unframed + result.counts.skipped_bytes + result.log.record_count(), 0u);
    ASSERT_EQ(result.events.size(), 3u) << "three stocks say that they will trade, before the market opens";
    EXPECT_EQ(result.events.begin()[0].reference, static_cast<std::uint64_t>(TradingStatus::pre_open));
}

TEST(ItchSamples, TheArtificialDayDecodesWithoutARemainderThoughItsPrefixesAreZero) {
    MARTLET_SAMPLE(path, "itch/ex20101224.TEST_ITCH_50.gz");
    const Decoded result = decode(unpack(path), {});
    EXPECT_EQ(result.counts.messages, 12'012u);
    EXPECT_EQ(result.counts.unframed, 12'012u);
    EXPECT_EQ(result.types, (std::map<char, std::uint64_t>{{'S', 6}, {'R', 3}, {'H', 3}, {'A', 4'997}, {'F', 3}, {'E', 198}, {'X', 45},
                                                            {'D', 1'745}, {'U', 12}, {'P', 5'000}}));
    EXPECT_EQ(result.counts.skipped_bytes, 0u);
    EXPECT_EQ(result.log.count(Defect::unknown_order), 117u) << "94 D, 18 E, 3 X and 2 U name orders that no message added";
    EXPECT_EQ(result.log.total(Treatment::rejected), 117u);
    EXPECT_EQ(result.log.total(Treatment::repaired) + result.log.total(Treatment::noted), 0u);
    // 3 stocks change their status 3 times; of 12 replacements 10 are known, two events each.
    EXPECT_EQ(result.events.size(), 9u + 5'000 + (198 - 18) + (45 - 3) + (1'745 - 94) + 2 * (12 - 2) + 5'000);
    EXPECT_EQ(result.counts.live_orders, 3'204u);

    std::size_t live = 0;
    for (std::uint32_t locate = 1; locate <= 3; ++locate) {
        Book book{BookOptions{}};
        for (const MarketEvent& event : result.events)
            if (event.instrument == locate) {
                const BookFault fault = book.apply(event);
                ASSERT_TRUE(fault == BookFault::none || fault == BookFault::crossed || fault == BookFault::locked) << "made-up orders cross, nothing else";
            }
        live += book.order_count();
    }
    EXPECT_EQ(live, 3'204u);
}

TEST(ItchSamples, OneStockOfTheFileIsItsShareOfAllStocks) {
    MARTLET_SAMPLE(path, "itch/ex20101224.TEST_ITCH_50.gz");
    EventBuffer all, one;
    DefectLog log, other;
    ItchCounts counts{};
    const ItchOptions options{day, ItchFraming::automatic, 0, 0};
    ASSERT_EQ(decode_itch(path.c_str(), options, nullptr, 0, all, log, counts), FeedStatus::ok);
    const ItchStock bob{{'B', 'O', 'B', ' ', ' ', ' ', ' ', ' '}, 5};
    ASSERT_EQ(decode_itch(path.c_str(), options, &bob, 1, one, other, counts), FeedStatus::ok);
    std::vector<MarketEvent> share;
    for (MarketEvent event : all)
        if (event.instrument == 2) {
            event.instrument = 5;
            share.push_back(event);
        }
    ASSERT_GT(share.size(), 1'000u);
    ASSERT_EQ(one.size(), share.size());
    EXPECT_EQ(std::memcmp(one.begin(), share.data(), share.size() * sizeof(MarketEvent)), 0);
}

} // namespace
} // namespace martlet
