#include "support.hpp"

#include "martlet/bar_check.hpp"
#include "martlet/bar_decoder.hpp"

namespace martlet {
namespace {

using test::TemporaryFolder;

constexpr const char* header = "timestamp,open,high,low,close,volume\n";

BarLayout layout(const char* name) {
    BarLayout found{};
    EXPECT_TRUE(find_layout(name, found)) << name;
    return found;
}

struct Decoded {
    FeedStatus status = FeedStatus::ok;
    EventBuffer bars;
    DefectLog log;
    BarSourceInfo info{};
    BarEvent bar(std::size_t index) const { return as_bar(bars.begin()[index]); }
};

BarDecodeOptions options_of(const BarLayout& of, BarFormat format = BarFormat::csv) {
    return {format, Side::none, of, {1, -2}, {1, 0}, false};
}

/// Decodes bytes, cut into pieces of `piece` bytes.
Decoded decode(std::string_view bytes, const BarDecodeOptions& options, std::size_t piece = 1 << 20) {
    Decoded result;
    BarDecoder decoder(options, result.bars, result.log);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        const std::string_view part = bytes.substr(at, piece);
        decoder.consume(part.data(), part.size());
    }
    decoder.finish(true);
    result.status = decoder.status();
    result.info = decoder.info();
    return result;
}

Decoded decode_file(const std::string& path, const BarDecodeOptions& options) {
    Decoded result;
    result.status = decode_bars(path.c_str(), options, result.bars, result.log, result.info);
    return result;
}

std::string rows(int count) {
    std::string text = header;
    for (int i = 0; i < count; ++i) {
        char line[96];
        std::snprintf(line, sizeof line, "2022-01-%02d %02d:%02d:00,1.50,2.00,1.00,1.75,%d\n", 1 + i / 1440, i / 60 % 24, i % 60, i);
        text += line;
    }
    return text;
}

TEST(BarCsv, EveryBadRowIsKeptAsideWithItsReasonAndTheRestGoesOn) {
    const std::string good = "2022-01-01 00:00:00,1.50,2.00,1.00,1.75,10\n";
    const std::vector<std::pair<std::string, Defect>> bad{
        {"2022-01-01 00:01:00,1.5,2,1,1.75", Defect::wrong_column_count},
        {"2022-01-01 00:01:00,1.5,2,1,1.75,10,7", Defect::wrong_column_count},
        {"2022-13-01 00:01:00,1.5,2,1,1.75,10", Defect::malformed_time},
        {"2022-02-29 00:01:00,1.5,2,1,1.75,10", Defect::malformed_time},
        {"2022-01-01 24:01:00,1.5,2,1,1.75,10", Defect::malformed_time},
        {"yesterday,1.5,2,1,1.75,10", Defect::malformed_time},
        {"2022-01-01 00:01:00,one,2,1,1.75,10", Defect::malformed_number},
        {"2022-01-01 00:01:00,nan,2,1,1.75,10", Defect::malformed_number},
        {"2022-01-01 00:01:00,1.5,2,1,,10", Defect::malformed_number},
        {"2022-01-01 00:01:00,1.5,2,1,1.755,10", Defect::off_increment},
        {"2022-01-01 00:01:00,1.5,99999999999999999999,1,1.75,10", Defect::number_out_of_range},
        {"2022-01-01 00:01:00,-1.5,2,-2,1.75,10", Defect::not_positive},
        {"2022-01-01 00:01:00,0,2,0,1.75,10", Defect::not_positive},
        {"2022-01-01 00:01:00,1.5,2,1,1.75,-10", Defect::negative_quantity},
        {"2022-01-01 00:01:00,1.5,1.6,1,1.75,10", Defect::inconsistent_ohlc},
        {"2022-01-01 00:01:00,1.5,2,1.6,1.75,10", Defect::inconsistent_ohlc},
        {"2022-01-01 00:01:00,1.5,99999999999,1,1.75,10", Defect::bar_too_wide},
        {std::string(5'000, '1'), Defect::record_too_long},
    };
    for (const auto& [line, defect] : bad) {
        for (const std::size_t piece : {1u, 7u, 1u << 20}) {
            const Decoded result = decode(header + good + line + "\n" + good, options_of(layout("ohlcv")), piece);
            EXPECT_EQ(result.status, FeedStatus::ok);
            EXPECT_EQ(result.bars.size(), 2u) << line;
            EXPECT_EQ(result.log.total(Treatment::rejected), 1u) << line;
            EXPECT_EQ(result.log.count(defect), 1u) << line << ": " << defect_code(result.log.record(0).defect);
            EXPECT_EQ(result.log.record(0).line, 3u);
            EXPECT_EQ(result.log.record(0).offset, std::string_view(header).size() + good.size());
        }
    }
}

TEST(BarCsv, PiecesOfAnySizeGiveTheSameBars) {
    const std::string text = rows(200);
    const Decoded whole = decode(text, options_of(layout("ohlcv")));
    ASSERT_EQ(whole.bars.size(), 200u);
    for (std::size_t piece = 1; piece < 100; ++piece) {
        const Decoded cut = decode(text, options_of(layout("ohlcv")), piece);
        ASSERT_EQ(cut.bars.size(), 200u);
        for (std::size_t i = 0; i < 200; ++i) {
            ASSERT_EQ(cut.bar(i).exchange_time, whole.bar(i).exchange_time);
            ASSERT_EQ(cut.bar(i).receive_time, whole.bar(i).receive_time) << "the offset";
            ASSERT_EQ(cut.bar(i).volume, static_cast<std::int64_t>(i));
        }
    }
}

TEST(BarCsv, LinesMayEndInCarriageReturnAndTheLastOneInNothing) {
    const Decoded result = decode("timestamp,open,high,low,close,volume\r\n2022-01-01 00:00:00,1.5,2,1,1.75,1\r\n2022-01-01 00:01:00,1.5,2,1,1.75,2",
                                  options_of(layout("ohlcv")));
    EXPECT_EQ(result.bars.size(), 2u);
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
}

TEST(BarCsv, BinaryNoiseIsSetToTheIncrementItMeans) {
    BarDecodeOptions options = options_of(layout("freqtrade"));
    options.price_increment = {1, -8};
    const Decoded result = decode("date,open,high,low,close,volume\n1515560400000,0.09946999000000001,0.0997238,0.099,1e-01,5\n", options);
    EXPECT_EQ(result.log.count(Defect::inconsistent_ohlc), 1u) << "0.1 is above the high";
    const Decoded sound = decode("date,open,high,low,close,volume\n1515560400000,0.09946999000000001,0.0997238,0.099,99e-03,5\n", options);
    ASSERT_EQ(sound.bars.size(), 1u);
    EXPECT_EQ(sound.bar(0).open(), 9'946'999);
    EXPECT_EQ(sound.bar(0).close(), 9'900'000);
    EXPECT_EQ(sound.log.count(Defect::rounded_price), 1u);
}

TEST(BarLayouts, EachIsFoundFromItsFirstLines) {
    for (std::size_t i = 0; i < layout_count(); ++i) {
        const BarLayout* each = layout_at(i);
        std::string text(each->comment_lines > 0 ? "a comment\n" : "");
        text += each->header[0] != '\0' ? std::string(each->header) + "\n" : "NIFTY,20220103,09:08,1,1,1,1,0,0\n";
        BarLayout found{};
        char seen[128];
        ASSERT_EQ(detect_layout_bytes(text.data(), text.size(), found, seen, sizeof seen), FeedStatus::ok) << each->name;
        EXPECT_STREQ(found.name, each->name);
    }
}

TEST(BarLayouts, AnUnknownHeaderIsNamedInTheError) {
    BarLayout found{};
    char seen[128];
    const std::string text = "when,o,h,l,c\n1,2,3,4,5\n";
    EXPECT_EQ(detect_layout_bytes(text.data(), text.size(), found, seen, sizeof seen), FeedStatus::unknown_layout);
    EXPECT_STREQ(seen, "it begins with 'when,o,h,l,c'");
    EXPECT_EQ(detect_layout_bytes("", 0, found, seen, sizeof seen), FeedStatus::unknown_layout);
    EXPECT_STREQ(seen, "the file is empty");
    EXPECT_EQ(decode(text, options_of(layout("ohlcv"))).status, FeedStatus::unknown_layout);
}

TEST(BarFiles, GzipAndZstdReadAsThePlainFile) {
    const TemporaryFolder folder;
    const std::string text = rows(20'000);
    const BarDecodeOptions options = options_of(layout("ohlcv"));
    for (const std::string& path : {folder.write("a.csv", text), folder.write("b.gz", test::gzip(text)), folder.write("c.zst", test::zstd(text)),
                                    folder.write("d.gz", test::gzip(text.substr(0, 999)) + test::gzip(text.substr(999))),
                                    folder.write("e.zst", test::zstd(text.substr(0, 999)) + test::zstd(text.substr(999)))}) {
        const Decoded result = decode_file(path, options);
        EXPECT_EQ(result.status, FeedStatus::ok) << path;
        EXPECT_EQ(result.bars.size(), 20'000u) << path;
        EXPECT_EQ(result.info.bytes, text.size()) << path;
    }
}

TEST(BarFiles, ACutOrDamagedCompressedFileIsAnErrorAndGivesWhatCameBefore) {
    const TemporaryFolder folder;
    const std::string text = rows(20'000);
    const BarDecodeOptions options = options_of(layout("ohlcv"));
    const std::string gz = test::gzip(text);
    const std::string zst = test::zstd(text);
    for (const std::string& packed : {gz, zst}) {
        const Decoded cut = decode_file(folder.write("cut", packed.substr(0, packed.size() / 2)), options);
        EXPECT_EQ(cut.status, FeedStatus::compression_truncated);
        EXPECT_GT(cut.bars.size(), 1'000u);
        EXPECT_LT(cut.bars.size(), 20'000u);
        EXPECT_LE(cut.log.count(Defect::truncated_record), 1u);
        std::string flipped = packed;
        flipped[packed.size() / 2] ^= 0x10;
        const FeedStatus status = decode_file(folder.write("bad", flipped), options).status;
        EXPECT_TRUE(status == FeedStatus::compression_damaged || status == FeedStatus::compression_truncated);
    }
    std::string wrong_sum = gz;
    wrong_sum[gz.size() - 6] ^= 1; // the CRC in the trailer
    EXPECT_EQ(decode_file(folder.write("sum.gz", wrong_sum), options).status, FeedStatus::compression_damaged);
    EXPECT_EQ(decode_file(folder.path("absent"), options).status, FeedStatus::cannot_open);
    EXPECT_EQ(decode_file(folder.write("empty", ""), options).bars.size(), 0u);
}

TEST(BarJson, RecordsOfNumbersOrStringsAreRead) {
    const std::string text = " [ [1640991660000, 1.5, 2.0, 1, 1.75, 10],\n[1640991720000,\"1.5\",\"2\",\"1\",\"1.75\",\"11\",\"more\",null] ] \n";
    for (const std::size_t piece : {1u, 5u, 1u << 20}) {
        const Decoded result = decode(text, options_of(json_layout(), BarFormat::json), piece);
        EXPECT_EQ(result.status, FeedStatus::ok);
        ASSERT_EQ(result.bars.size(), 2u);
        EXPECT_EQ(result.bar(0).exchange_time, 1'640'991'660'000'000'000);
        EXPECT_EQ(result.bar(1).close(), 175);
        EXPECT_EQ(result.bar(1).volume, 11);
        EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    }
}

TEST(BarJson, EveryBadRecordIsKeptAsideAndTheRestGoesOn) {
    const std::string good = "[1640991660000,1.5,2,1,1.75,10]";
    for (const auto& [record, defect] : std::vector<std::pair<std::string, Defect>>{
             {"[1640991660000,1.5,2,1,1.75]", Defect::wrong_column_count}, {"{\"a\":[1,2]}", Defect::malformed_record},
             {"12", Defect::malformed_record}, {"null", Defect::malformed_record}, {"[1640991660000,1.5,2,1,null,10]", Defect::malformed_number},
             {"[1640991660000,1.5,2,1,[1],10]", Defect::malformed_number}, {"[\"now\",1.5,2,1,1.75,10]", Defect::malformed_time},
             {"[1640991660000,1.5,2,1,true,10]", Defect::malformed_number}, {"[1640991660000,1.5 2,1,1.75,10]", Defect::malformed_record},
             {"[1640991660000,-1.5,2,-2,1.75,10]", Defect::not_positive}, {"[" + std::string(5'000, '1') + "]", Defect::record_too_long}}) {
        const Decoded result = decode("[" + good + "," + record + "," + good + "]", options_of(json_layout(), BarFormat::json));
        EXPECT_EQ(result.bars.size(), 2u) << record;
        EXPECT_EQ(result.log.count(defect), 1u) << record << ": " << defect_code(result.log.record(0).defect);
        EXPECT_EQ(result.log.total(Treatment::rejected), 1u) << record;
    }
}

TEST(BarJson, AnArrayWithoutItsEndIsTruncatedAndAnythingElseIsNoArray) {
    const Decoded cut = decode("[[1640991660000,1.5,2,1,1.75,10],[16409", options_of(json_layout(), BarFormat::json));
    EXPECT_EQ(cut.bars.size(), 1u);
    EXPECT_GE(cut.log.count(Defect::truncated_record), 1u);
    EXPECT_EQ(decode("{\"error\":1}", options_of(json_layout(), BarFormat::json)).status, FeedStatus::unknown_layout);
    EXPECT_EQ(decode("", options_of(json_layout(), BarFormat::json)).status, FeedStatus::unknown_layout);
}

/// Bars at these minutes, all alike but for the close.
EventBuffer bars_at(const std::vector<std::pair<std::int64_t, std::int64_t>>& minutes_and_closes) {
    EventBuffer bars;
    std::uint64_t line = 2;
    for (const auto& [minute, close] : minutes_and_closes) {
        BarEvent bar{};
        bar.kind = EventKind::bar;
        bar.exchange_time = minute * 60'000'000'000;
        bar.sequence = line++;
        bar.low = close;
        bars.append(as_market_event(bar));
    }
    return bars;
}

BarCheckOptions minute_bars() { return {60, Stamp::open, RowOrder::oldest_first, GapPolicy::continuous, 0}; }

TEST(BarCheck, BarsOutOfOrderAreCountedAndPutInTheirPlace) {
    DefectLog log;
    EventBuffer bars = bars_at({{1, 100}, {3, 100}, {2, 100}, {4, 100}});
    const BarCheckResult result = check_bars(bars, minute_bars(), log);
    EXPECT_EQ(log.count(Defect::out_of_order), 1u);
    EXPECT_EQ(log.record(0).line, 4u);
    EXPECT_EQ(result.missing, 0u);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(bars.begin()[i].exchange_time, static_cast<std::int64_t>(i + 2) * 60'000'000'000) << "stamped close";
}

TEST(BarCheck, TheFirstOfTwoBarsOfATimeIsKept) {
    for (const RowOrder order : {RowOrder::oldest_first, RowOrder::newest_first}) {
        DefectLog log;
        EventBuffer bars = order == RowOrder::oldest_first ? bars_at({{1, 100}, {2, 100}, {2, 100}, {2, 101}, {3, 100}})
                                                           : bars_at({{3, 100}, {2, 100}, {2, 100}, {2, 101}, {1, 100}});
        BarCheckOptions options = minute_bars();
        options.order = order;
        const BarCheckResult result = check_bars(bars, options, log);
        EXPECT_EQ(result.bars, 3u);
        EXPECT_EQ(bars.begin()[1].price, 100);
        EXPECT_EQ(log.count(Defect::duplicate), 1u);
        EXPECT_EQ(log.count(Defect::conflicting_duplicate), 1u);
        EXPECT_EQ(log.count(Defect::out_of_order), 0u);
    }
}

TEST(BarCheck, GapsAreMissingBarsOrClosedMarketsByTheRule) {
    const std::vector<std::pair<std::int64_t, std::int64_t>> times{{1, 100}, {2, 100}, {5, 100}, {1'000, 100}};
    BarCheckOptions options = minute_bars();
    const auto check = [&](GapPolicy gaps) {
        DefectLog log;
        EventBuffer bars = bars_at(times);
        options.gaps = gaps;
        options.longest_gap_seconds = 600;
        return check_bars(bars, options, log);
    };
    EXPECT_EQ(check(GapPolicy::continuous).missing, 2u + 994u);
    EXPECT_EQ(check(GapPolicy::sessions).missing, 2u);
    EXPECT_EQ(check(GapPolicy::sessions).breaks, 1u);
    EXPECT_EQ(check(GapPolicy::sparse).missing, 0u);
}

TEST(BarCheck, ASpikeIsAnOutlierAndAWholeFactorIsSplitLike) {
    std::vector<std::pair<std::int64_t, std::int64_t>> quiet;
    for (std::int64_t i = 0; i < 200; ++i) quiet.emplace_back(i, 10'000 + i % 3);
    DefectLog calm_log;
    EventBuffer calm = bars_at(quiet);
    check_bars(calm, minute_bars(), calm_log);
    EXPECT_EQ(calm_log.count(Defect::outlier) + calm_log.count(Defect::split_like_jump), 0u);
    DefectLog spike_log;
    auto spiked = quiet;
    spiked[150].second = 10'900;
    EventBuffer spike = bars_at(spiked);
    check_bars(spike, minute_bars(), spike_log);
    EXPECT_EQ(spike_log.count(Defect::outlier), 2u) << "there and back";
    DefectLog split_log;
    for (std::size_t i = 150; i < quiet.size(); ++i) quiet[i].second = 1'428 + static_cast<std::int64_t>(i % 2);
    EventBuffer split = bars_at(quiet);
    check_bars(split, minute_bars(), split_log);
    EXPECT_EQ(split_log.count(Defect::split_like_jump), 1u) << "7 to 1";
    EXPECT_EQ(split_log.count(Defect::outlier), 0u);
}

TEST(BarCheck, SidesJoinWhereBothAreThere) {
    EventBuffer joined;
    DefectLog log;
    ASSERT_EQ(join_sides(bars_at({{1, 100}, {2, 100}, {3, 102}}), bars_at({{2, 101}, {3, 101}, {4, 101}}), joined, log), FeedStatus::ok);
    EXPECT_EQ(joined.size(), 4u);
    EXPECT_EQ(log.count(Defect::unpaired), 2u);
    EXPECT_EQ(log.count(Defect::crossed), 1u);
}

TEST(DefectLog, TheSideFileHasEveryRecordInFullWithItsReason) {
    const TemporaryFolder folder;
    DefectLog log;
    log.open(folder.path("side.tsv").c_str());
    log.set_source("prices.csv");
    const std::string record(3'000, 'x');
    for (int i = 0; i < 1'000; ++i) log.add(Defect::off_increment, 10, 7, record.data(), record.size());
    log.add(Defect::malformed_number, 1, 2, "a\tb", 3);
    ASSERT_TRUE(log.close());
    const std::string text = test::read_file(folder.path("side.tsv"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1'002);
    EXPECT_NE(text.find("off_increment\trejected\tprices.csv\t7\t10\t1\t" + record + "\n"), std::string::npos);
    EXPECT_NE(text.find("malformed_number\trejected\tprices.csv\t2\t1\t1\ta?b\n"), std::string::npos);
    EXPECT_EQ(log.record_count(), DefectLog::kept_records);
    DefectLog nowhere;
    nowhere.open("/nonexistent/side.tsv");
    nowhere.add(Defect::off_increment, 0, 0, "", 0);
    EXPECT_FALSE(nowhere.close()) << "a side file that cannot be written must not pass in silence";
}

} // namespace
} // namespace martlet
