#include "support.hpp"

#include <zlib.h>

#include "martlet/text_decoder.hpp"

namespace martlet {
namespace {

using test::TemporaryFolder;

/// A zip archive's file, as `zip` writes it; `described`: with the checksum behind the data.
std::string zipped(std::string_view name, std::string_view plain, bool described = false, bool stored = false) {
    std::string data(compressBound(plain.size()) + 64, '\0');
    if (stored) {
        data = plain;
    } else {
        z_stream stream{};
        EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
        stream.avail_in = static_cast<uInt>(plain.size());
        stream.next_out = reinterpret_cast<Bytef*>(data.data());
        stream.avail_out = static_cast<uInt>(data.size());
        EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
        data.resize(stream.total_out);
        deflateEnd(&stream);
    }
    const auto little = [](std::uint64_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
        return text;
    };
    const std::uint64_t crc = ::crc32(0, reinterpret_cast<const Bytef*>(plain.data()), static_cast<uInt>(plain.size()));
    const std::string sizes = little(data.size(), 4) + little(plain.size(), 4);
    std::string file = little(0x04034B50, 4) + little(20, 2) + little(described ? 8 : 0, 2) + little(stored ? 0 : 8, 2) + little(0, 4) +
                       (described ? std::string(12, '\0') : little(crc, 4) + sizes) + little(name.size(), 2) + little(3, 2) + std::string(name) + "ext" + data;
    if (described) file += little(0x08074B50, 4) + little(crc, 4) + sizes;
    return file + little(0x02014B50, 4) + "the directory, which is not read";
}

TextOptions options(TextLayout layout) {
    TextOptions made{};
    made.layout = layout;
    made.day = 16'000;
    made.bar_seconds = 60;
    made.price_unit = {1, 0};
    made.price_increment = {1, -2};
    made.lot_increment = {1, -2};
    return made;
}

struct Decoded {
    FeedStatus status;
    EventBuffer events;
    DefectLog log;
    TextCounts counts{};
};

Decoded decode(const std::string& bytes, const TextOptions& how) {
    TemporaryFolder folder;
    Decoded result;
    result.status = decode_text(folder.write("file", bytes).c_str(), how, result.events, result.log, result.counts);
    return result;
}

constexpr const char* quotes = "1000,1.10,1.12\n2000,1.11,1.13\n";

TEST(Text, ZipsOfOneFileAreReadThroughInEveryForm) {
    for (const bool described : {false, true}) {
        const Decoded result = decode(zipped("a.csv", quotes, described), options(TextLayout::lean_forex_ticks));
        EXPECT_EQ(result.status, FeedStatus::ok) << described;
        EXPECT_EQ(result.counts.quotes, 2u);
    }
    EXPECT_EQ(decode(zipped("a.csv", quotes, false, true), options(TextLayout::lean_forex_ticks)).counts.quotes, 2u);
    EXPECT_EQ(decode(zipped("a.csv", ""), options(TextLayout::lean_forex_ticks)).status, FeedStatus::ok);
}

TEST(Text, ADamagedCutOrDoubleZipSaysSo) {
    const std::string sound = zipped("a.csv", quotes);
    std::string flipped = sound;
    flipped[14] = static_cast<char>(flipped[14] ^ 1); // the checksum
    EXPECT_EQ(decode(flipped, options(TextLayout::lean_forex_ticks)).status, FeedStatus::compression_damaged);
    for (const std::size_t size : {std::size_t{5}, std::size_t{31}, std::size_t{40}, std::size_t{45}})
        EXPECT_EQ(decode(sound.substr(0, size), options(TextLayout::lean_forex_ticks)).status, FeedStatus::compression_truncated) << size;
    const std::string first = sound.substr(0, sound.size() - 36);
    EXPECT_EQ(decode(first + sound, options(TextLayout::lean_forex_ticks)).status, FeedStatus::unknown_layout) << "two files in one archive";
    std::string encrypted = sound;
    encrypted[6] = 1;
    EXPECT_EQ(decode(encrypted, options(TextLayout::lean_forex_ticks)).status, FeedStatus::unknown_layout);
}

TEST(Text, BadRowsArePutAsideWithTheirPlaceAndTheRestComesThrough) {
    const Decoded result = decode("1000,1.10,1.12\n86400000,1,2\nx,1,2\n2000,1.105,1.12\n2000,0,1.12\n2000,1.10\n2000,1.1,a\n3000,1.10,1.12\n",
                                  options(TextLayout::lean_forex_ticks));
    EXPECT_EQ(result.status, FeedStatus::ok);
    EXPECT_EQ(result.counts.rows, 8u);
    EXPECT_EQ(result.counts.quotes, 2u);
    EXPECT_EQ(result.log.count(Defect::malformed_time), 2u);
    EXPECT_EQ(result.log.count(Defect::off_increment), 1u);
    EXPECT_EQ(result.log.count(Defect::not_positive), 1u);
    EXPECT_EQ(result.log.count(Defect::wrong_column_count), 1u);
    EXPECT_EQ(result.log.count(Defect::malformed_number), 1u);
    EXPECT_EQ(result.log.record(0).line, 2u);
    EXPECT_EQ(result.log.record(0).offset, 15u);
}

TEST(Text, RowsOutOfOrderAreNotedAndPutInTheirPlace) {
    const Decoded result = decode("3000,1.10,1.12\n1000,1.11,1.12\n2000,1.09,1.12\n", options(TextLayout::lean_forex_ticks));
    EXPECT_EQ(result.log.count(Defect::out_of_order), 2u);
    ASSERT_EQ(result.events.size(), 3u);
    EXPECT_EQ(as_quote(result.events.begin()[0]).bid_price, 111);
    EXPECT_EQ(as_quote(result.events.begin()[1]).bid_price, 109);
    EXPECT_EQ(result.events.begin()[1].sequence, 0u);
}

TEST(Text, ASuspiciousTickAndARejectedOneChangeNoQuote) {
    const Decoded result = decode("1000,100,5,0,0,P,1,0\n1001,90,5,0,0,P,1,1\n1002,90.001,7,110,5,P,1,0\n1003,0,0,110,5,P,1,0\n",
                                  options(TextLayout::lean_quote_ticks));
    EXPECT_EQ(result.counts.suspicious, 1u);
    EXPECT_EQ(result.log.total(Treatment::rejected), 1u);
    ASSERT_EQ(result.events.size(), 2u);
    const QuoteEvent last = as_quote(result.events.end()[-1]);
    EXPECT_EQ(last.bid_price, 10'000);
    EXPECT_EQ(last.bid_quantity, 500);
    EXPECT_EQ(last.ask_price, 11'000);
}

TEST(Text, AQuoteBarOfOneSideGivesOneBarAndACrossedOneIsNoted) {
    const Decoded result = decode("0,10,11,9,10,3,0,0,0,0,0\n60000,10,11,9,10,3,9,10,8,9,1\n120000,10,11,12,10,3,11,11,11,11,1\n", options(TextLayout::lean_quote_bars));
    EXPECT_EQ(result.counts.bars, 3u);
    EXPECT_EQ(result.log.count(Defect::crossed), 1u);
    EXPECT_EQ(result.log.count(Defect::inconsistent_ohlc), 1u);
    EXPECT_EQ(result.events.begin()[0].side, Side::buy);
    EXPECT_EQ(as_bar(result.events.begin()[0]).volume, 300) << "the size at the close";
}

TEST(Text, RatesAreReadExactlyWithTheirExponents) {
    const Decoded result = decode("20200101 00:00:00,1e-04\n20200101 08:00:00,-2.72866666666667e-05\n20200101 16:00:00,0.0000000005\n20200102 00:00:00,1e\n"
                                  "20200102 08:00:00,1e99\n20200102 16:00:00,0e99\n20200103 00:00:00,-12\n",
                                  options(TextLayout::funding_rates));
    EXPECT_EQ(result.log.count(Defect::malformed_number), 2u);
    std::vector<std::int64_t> rates;
    for (const MarketEvent& event : result.events) rates.push_back(event.price);
    EXPECT_EQ(rates, (std::vector<std::int64_t>{100'000, -27'287, 1, 0, -12'000'000'000}));
    EXPECT_EQ(result.counts.rounded, 2u);
}

TEST(Text, AFileOfAnotherLayoutIsRefusedAndNamesItself) {
    EXPECT_EQ(decode("a,b\n1,2\n", options(TextLayout::yahoo_bars)).status, FeedStatus::unknown_layout);
    EXPECT_EQ(decode("", options(TextLayout::wide_closes)).status, FeedStatus::unknown_layout);
    EXPECT_EQ(decode("{}", options(TextLayout::freqtrade_trades_json)).status, FeedStatus::unknown_layout);
    TextOptions wrong = options(TextLayout::lean_trade_bars);
    wrong.price_unit = {3, 0};
    EXPECT_EQ(decode("", wrong).status, FeedStatus::invalid_argument);
    EventBuffer events;
    DefectLog log;
    TextCounts counts{};
    EXPECT_EQ(decode_text("/no/such/file", options(TextLayout::lean_trade_bars), events, log, counts), FeedStatus::cannot_open);
}

TEST(Text, BrokenTradesInAnArrayAreSkippedOneByOne) {
    const Decoded result = decode(R"([[1570752011620,"7",null,"sell",0.01,2.5,0.1],[1,2],{"a":1},[1570752011621,"8",null,"up",0.01,2.5,0.1],[1570752011622,"9","x","buy",1e-2,2.5,0.1]])",
                                  options(TextLayout::freqtrade_trades_json));
    EXPECT_EQ(result.counts.rows, 5u);
    EXPECT_EQ(result.counts.trades, 2u);
    EXPECT_EQ(result.log.count(Defect::malformed_record), 3u);
    EXPECT_EQ(result.events.end()[-1].price, 1);
}

} // namespace
} // namespace martlet
