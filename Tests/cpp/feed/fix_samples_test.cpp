#include "support.hpp"

#include <algorithm>

#include "martlet/fix_log.hpp"

namespace martlet {
namespace {

struct Decoded {
    EventBuffer events;
    DefectLog log;
    FixLogCounts counts{};
    std::vector<std::string> symbols;
    std::size_t of(EventKind kind) const {
        return static_cast<std::size_t>(std::count_if(events.begin(), events.end(), [kind](const MarketEvent& event) { return event.kind == kind; }));
    }
};

/// Decodes a file and expects these numbers of messages by type, and no others.
Decoded decode(const std::string& path, FixChecks checks, const std::vector<std::pair<const char*, std::uint64_t>>& types) {
    Decoded result;
    FixLogDecoder decoder({checks, FixBook::by_price, true, {1, -4}, {1, 0}, 0}, nullptr, 0, result.events, result.log);
    gzFile file = gzopen(path.c_str(), "rb");
    char piece[10'007];
    for (int got = 0; (got = gzread(file, piece, sizeof piece)) > 0;) decoder.consume(piece, static_cast<std::size_t>(got));
    gzclose(file);
    decoder.finish(true);
    EXPECT_EQ(decoder.status(), FeedStatus::ok);
    result.counts = decoder.counts();
    std::uint64_t sum = 0;
    for (const auto& [type, count] : types) {
        EXPECT_EQ(decoder.count(type), count) << type;
        sum += count;
    }
    EXPECT_EQ(result.counts.messages, sum);
    for (std::size_t i = 0; i < decoder.symbol_count(); ++i) result.symbols.emplace_back(decoder.symbol(i));
    return result;
}

TEST(FixSamples, TheJohannesburgIndicesDecodeWithoutARemainder) {
    MARTLET_SAMPLE(path, "fix/jse_fix50_part1.fix.gz");
    const Decoded result = decode(path, FixChecks::strict, {{"X", 5'810}, {"0", 2'522}});
    EXPECT_EQ(result.counts.entries, 7'324u);
    EXPECT_EQ(result.counts.text_entries, 80u);
    EXPECT_EQ(result.symbols.size(), 80u);
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    EXPECT_EQ(result.log.count(Defect::rounded_price), 748u) << "such as 68.209999999999: kept to the nearest 1e-9";
    EXPECT_EQ(result.counts.between_bytes, 0u);
    EXPECT_EQ(result.counts.told_already, 14u) << "seven messages of two entries came twice";
    EXPECT_EQ(result.counts.gaps, 10u) << "ten times an instrument's numbers jump";
    EXPECT_EQ(result.log.count(Defect::sequence_gap), 10u);
    EXPECT_EQ(result.of(EventKind::discontinuity), 10u);
    EXPECT_EQ(result.of(EventKind::external_value), 7'324u - 80 - 14);
    EXPECT_EQ(result.events.size(), 7'324u - 80 - 14 + 10);
    const MarketEvent& first = *result.events.begin();
    EXPECT_EQ(first.price, 76'790'000'000) << "JA00 at 76.79";
    EXPECT_EQ(first.reference, static_cast<std::uint64_t>('3'));
    EXPECT_EQ(first.exchange_time, 1'322'116'200'000'000'000) << "the entry's own clock: 06:30:00";
    EXPECT_EQ(first.receive_time, 1'322'116'136'151'000'000) << "the message's: 06:28:56.151";
    EXPECT_EQ(result.symbols[0], "JA00");
}

TEST(FixSamples, TheSessionOfTheExampleClientDecodesWithoutARemainder) {
    MARTLET_SAMPLE(path, "fix/fix.4.1.set.1");
    const Decoded result = decode(path, FixChecks::strict, {{"A", 2}, {"0", 2}, {"D", 3}, {"8", 5}, {"F", 2}, {"3", 2}});
    EXPECT_EQ(result.log.record_count(), 0u);
    EXPECT_EQ(result.counts.sequence_jumps, 0u);
    EXPECT_EQ(result.symbols.size(), 3u);
    EXPECT_EQ(result.of(EventKind::trade), 2u) << "two orders were filled, the third was not";
    EXPECT_EQ(result.events.begin()->price, 123'000);
    EXPECT_EQ(result.events.begin()->quantity, 10'000);
}

TEST(FixSamples, TheRewrittenSimulatorLogDecodesWhereItsChecksumsAreNotJudged) {
    MARTLET_SAMPLE(path, "fix/fixsim_fix44_20180109_part1.log");
    const Decoded result = decode(path, FixChecks::rewritten, {{"0", 830}, {"5", 5}, {"8", 30}, {"A", 2}});
    EXPECT_EQ(result.log.record_count(), 0u);
    EXPECT_EQ(result.counts.wrong_checksums, 867u) << "no checksum is right";
    EXPECT_GT(result.counts.wrong_lengths, 800u) << "and hardly a length";
    EXPECT_EQ(result.counts.between_bytes, 2u * 867) << "line ends only";
    EXPECT_GT(result.counts.sequence_jumps, 0u) << "the session was begun anew";

    const Decoded strict = decode(path, FixChecks::strict, {});
    EXPECT_EQ(strict.log.total(Treatment::rejected), 867u) << "which the strict checks find, message by message";
    EXPECT_EQ(strict.events.size(), 0u);
}

} // namespace
} // namespace martlet
