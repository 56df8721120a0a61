#include "support.hpp"

#include <cstdio>
#include <cstring>

#include "martlet/book.hpp"
#include "martlet/venue_feed.hpp"

// The captured streams of `shared/data`: every message is accounted for, and the books that come out stay uncrossed.

namespace martlet {
namespace {

struct Decoded {
    FeedStatus status = FeedStatus::ok;
    std::vector<VenueInstrument> instruments;
    EventBuffer events;
    DefectLog log;
    VenueCounts counts{};
};

Decoded decode(VenueFormat format, const std::vector<std::string>& files, std::uint8_t parts = venue_all) {
    Decoded result;
    std::vector<const char*> paths;
    for (const std::string& file : files) paths.push_back(file.c_str());
    result.instruments.resize(64);
    std::size_t found = 0;
    result.status = find_venue_instruments(format, paths.data(), paths.size(), result.instruments.data(), 64, found);
    if (result.status != FeedStatus::ok) return result;
    result.instruments.resize(found);
    result.status = decode_venue_files(format, parts, paths.data(), paths.size(), result.instruments.data(), found, result.events, result.log,
                                       result.counts);
    return result;
}

std::uint64_t accounted(const VenueCounts& c) {
    return c.snapshots + c.updates + c.waiting + c.stale + c.trades + c.quotes + c.controls + c.passed_over + c.foreign + c.rejected + c.lost;
}

void print(const char* name, const Decoded& d) {
    const VenueCounts& c = d.counts;
    std::printf("%s: %zu instruments, %zu events; messages %llu = snapshots %llu + updates %llu + waiting %llu + stale %llu + trades %llu + quotes "
                "%llu + controls %llu + passed over %llu + foreign %llu + rejected %llu + lost %llu; gaps %llu, checksums %llu\n",
                name, d.instruments.size(), d.events.size(), (unsigned long long)c.messages, (unsigned long long)c.snapshots,
                (unsigned long long)c.updates, (unsigned long long)c.waiting, (unsigned long long)c.stale, (unsigned long long)c.trades,
                (unsigned long long)c.quotes, (unsigned long long)c.controls, (unsigned long long)c.passed_over, (unsigned long long)c.foreign,
                (unsigned long long)c.rejected, (unsigned long long)c.lost, (unsigned long long)c.gaps, (unsigned long long)c.checksums);
    for (const VenueInstrument& i : d.instruments)
        std::printf("  %s 10^%d 10^%d\n", i.symbol, i.price_increment.exponent, i.lot_increment.exponent);
    for (std::size_t i = 0; i < std::min<std::size_t>(5, d.log.record_count()); ++i)
        std::printf("  %s line %llu: %s\n", defect_code(d.log.record(i).defect), (unsigned long long)d.log.record(i).line, d.log.record(i).text);
}

/// What the books of all instruments come to.
struct Books {
    std::vector<Book> books;
    std::uint64_t crossed = 0;
    std::uint64_t other_faults = 0;
    std::uint64_t packets = 0; ///< ends of messages at which a valid book was looked at
};

Books replay(const Decoded& decoded) {
    Books result;
    for (std::size_t i = 0; i < decoded.instruments.size(); ++i) {
        BookOptions options;
        options.mode = BookMode::by_price;
        result.books.emplace_back(options);
    }
    std::int64_t now = 0;
    for (const MarketEvent& event : decoded.events) {
        EXPECT_GE(event.receive_time, now);
        now = event.receive_time;
        if (event.kind == EventKind::quote) continue;
        Book& book = result.books[event.instrument];
        const BookFault fault = book.apply(event);
        // Venues remove levels that a limited snapshot did not have: nothing to do.
        if (fault != BookFault::none && fault != BookFault::level_missing && fault != BookFault::crossed && fault != BookFault::locked)
            ++result.other_faults;
        if ((event.flags & market_flag_last) == 0 || !book.valid()) continue;
        ++result.packets;
        const Level bid = book.best_bid();
        const Level ask = book.best_ask();
        if (bid.quantity > 0 && ask.quantity > 0 && bid.price >= ask.price) ++result.crossed;
    }
    return result;
}

std::uint64_t count(const EventBuffer& events, EventKind kind) {
    std::uint64_t found = 0;
    for (const MarketEvent& event : events) found += event.kind == kind ? 1 : 0;
    return found;
}

struct BinanceCase {
    const char* file;
    VenueFormat format;
    std::uint64_t depth, quotes, trades;
    int price_exponent, lot_exponent;
};

TEST(VenueSamples, BinanceStreamsSeedFromTheSnapshotFollowWithoutAGapAndStayUncrossed) {
    for (const BinanceCase& each : {BinanceCase{"binance_spot_btcusdt_20240808", VenueFormat::binance_spot, 3'451, 28'040, 9'757, -2, -6},
                                    BinanceCase{"binance_usdm_btcusdt_20240808", VenueFormat::binance_usdm, 6'551, 66'089, 21'313, -1, -3},
                                    BinanceCase{"binance_cm_btcusd_perp_20240808", VenueFormat::binance_coinm, 26'847, 19'136, 2'286, -1, 0}}) {
        MARTLET_SAMPLE(path, std::string("crypto_ticks/") + each.file + ".jsonl.gz");
        const Decoded decoded = decode(each.format, {path});
        print(each.file, decoded);
        ASSERT_EQ(decoded.status, FeedStatus::ok);
        ASSERT_EQ(decoded.instruments.size(), 1u);
        EXPECT_EQ(decoded.instruments[0].price_increment.exponent, each.price_exponent);
        EXPECT_EQ(decoded.instruments[0].lot_increment.exponent, each.lot_exponent);
        EXPECT_EQ(decoded.counts.updates + decoded.counts.stale, each.depth);
        EXPECT_EQ(decoded.counts.quotes, each.quotes);
        EXPECT_EQ(decoded.counts.trades, each.trades);
        EXPECT_EQ(decoded.counts.snapshots, 1u);
        EXPECT_EQ(decoded.counts.rejected + decoded.counts.foreign + decoded.counts.lost + decoded.counts.waiting, 0u);
        EXPECT_EQ(decoded.counts.gaps, 0u);
        EXPECT_EQ(accounted(decoded.counts), decoded.counts.messages);
        EXPECT_EQ(count(decoded.events, EventKind::trade), each.trades);
        const Books books = replay(decoded);
        EXPECT_EQ(books.crossed, 0u);
        EXPECT_EQ(books.other_faults, 0u);
        EXPECT_GT(books.packets, each.depth);
        EXPECT_GT(books.books[0].level_count(Side::buy), 100u);
    }
}

TEST(VenueSamples, BinanceFuturesOfFourInstrumentsJoinTheirSnapshotsFromTheRequestsFile) {
    MARTLET_SAMPLE(stream, "crypto_ws_captures/BINANCE_FUTURES.ws.1.0.gz");
    MARTLET_SAMPLE(answers, "crypto_ws_captures/BINANCE_FUTURES.http.0.0.gz");
    const Decoded decoded = decode(VenueFormat::binance_usdm, {stream, answers});
    print("BINANCE_FUTURES", decoded);
    ASSERT_EQ(decoded.status, FeedStatus::ok);
    EXPECT_EQ(decoded.instruments.size(), 4u);
    EXPECT_EQ(decoded.counts.messages, 1'536u + 5u);
    EXPECT_EQ(accounted(decoded.counts), decoded.counts.messages);
    EXPECT_EQ(decoded.counts.snapshots, 4u);
    EXPECT_EQ(decoded.counts.updates + decoded.counts.stale, 764u);
    EXPECT_EQ(decoded.counts.quotes, 613u);
    EXPECT_EQ(decoded.counts.trades, 91u);
    EXPECT_EQ(decoded.counts.passed_over, 67u) << "klines";
    EXPECT_EQ(decoded.counts.rejected + decoded.counts.gaps, 0u);
    const Books books = replay(decoded);
    EXPECT_EQ(books.crossed, 0u);
    EXPECT_EQ(books.other_faults, 0u);
}

TEST(VenueSamples, CoinbaseLevelsAndMatchesOfTenProductsAreWhole) {
    MARTLET_SAMPLE(stream, "crypto_ws_captures/COINBASE.ws.28.0.gz");
    MARTLET_SAMPLE(products, "crypto_ws_captures/COINBASE.0.gz");
    const Decoded decoded = decode(VenueFormat::coinbase, {products, stream});
    print("COINBASE", decoded);
    ASSERT_EQ(decoded.status, FeedStatus::ok);
    EXPECT_EQ(decoded.instruments.size(), 10u);
    EXPECT_EQ(decoded.counts.messages, 9'952u + 2u);
    EXPECT_EQ(accounted(decoded.counts), decoded.counts.messages);
    EXPECT_EQ(decoded.counts.snapshots, 10u);
    EXPECT_EQ(decoded.counts.updates, 9'719u);
    EXPECT_EQ(decoded.counts.trades, 97u);
    EXPECT_EQ(decoded.counts.passed_over, 107u + 10u) << "tickers, and the trade before each subscription";
    EXPECT_EQ(decoded.counts.rejected + decoded.counts.gaps, 0u);
    const Books books = replay(decoded);
    EXPECT_EQ(books.crossed, 0u);
    EXPECT_EQ(books.other_faults, 0u);
}

TEST(VenueSamples, EveryChecksumOfTheKrakenCaptureHolds) {
    MARTLET_SAMPLE(stream, "crypto_ws_captures/KRAKEN.ws.50.0.gz");
    const Decoded decoded = decode(VenueFormat::kraken, {stream});
    print("KRAKEN", decoded);
    ASSERT_EQ(decoded.status, FeedStatus::ok);
    EXPECT_EQ(decoded.instruments.size(), 10u);
    EXPECT_EQ(decoded.counts.messages, 4'325u);
    EXPECT_EQ(accounted(decoded.counts), decoded.counts.messages);
    EXPECT_EQ(decoded.counts.snapshots, 10u);
    EXPECT_EQ(decoded.counts.updates, 2'221u + 2'047u + 1u);
    EXPECT_EQ(decoded.counts.checksums, decoded.counts.updates) << "a checksum comes with every update";
    EXPECT_EQ(decoded.counts.rejected + decoded.counts.gaps, 0u);
    const Books books = replay(decoded);
    EXPECT_EQ(books.crossed, 0u);
    EXPECT_EQ(books.other_faults, 0u);
}

TEST(VenueSamples, BitstampChangesJoinTheBooksThatWereAskedFor) {
    MARTLET_SAMPLE(stream, "crypto_ws_captures/BITSTAMP.ws.1.0.gz");
    MARTLET_SAMPLE(answers, "crypto_ws_captures/BITSTAMP.http.0.0.gz");
    const Decoded decoded = decode(VenueFormat::bitstamp, {stream, answers});
    print("BITSTAMP", decoded);
    ASSERT_EQ(decoded.status, FeedStatus::ok);
    EXPECT_EQ(decoded.instruments.size(), 10u);
    EXPECT_EQ(decoded.counts.messages, 768u + 11u);
    EXPECT_EQ(accounted(decoded.counts), decoded.counts.messages);
    EXPECT_EQ(decoded.counts.snapshots, 10u);
    EXPECT_EQ(decoded.counts.updates + decoded.counts.stale, 717u);
    EXPECT_EQ(decoded.counts.trades, 10u);
    EXPECT_EQ(decoded.counts.rejected + decoded.counts.gaps, 0u);
    const Books books = replay(decoded);
    EXPECT_EQ(books.crossed, 0u);
    EXPECT_EQ(books.other_faults, 1u);
    EXPECT_EQ(books.books[2].fault_count(BookFault::overflow), 1u) << "112,716,000 XRP at 0.00001 are beyond 2^53 lots of 1e-8";
}

/// Both files are short cuts that do not join: the update names a predecessor far behind the snapshot.
TEST(VenueSamples, BinanceBooksAsFilesSayThatTheTwoCutsDoNotJoin) {
    MARTLET_SAMPLE(snapshot, "crypto_ticks/binance_btcusdt-depth-snap.csv");
    MARTLET_SAMPLE(update, "crypto_ticks/binance_btcusdt-depth-update.csv");
    Decoded decoded;
    decoded.instruments.resize(1);
    std::strcpy(decoded.instruments[0].symbol, "BTCUSDT");
    decoded.instruments[0].price_increment = {1, -1};
    decoded.instruments[0].lot_increment = {1, -3};
    const char* const paths[] = {snapshot.c_str(), update.c_str()};
    ASSERT_EQ(decode_binance_depth_csv(paths, 2, decoded.instruments.data(), 1, decoded.events, decoded.log, decoded.counts), FeedStatus::ok);
    EXPECT_EQ(decoded.counts.messages, 2u);
    EXPECT_EQ(decoded.counts.snapshots, 1u);
    EXPECT_EQ(decoded.counts.waiting, 1u);
    EXPECT_EQ(decoded.counts.gaps, 1u);
    EXPECT_EQ(decoded.counts.rejected, 0u);
    EXPECT_EQ(count(decoded.events, EventKind::level_set), 100u);
    EXPECT_EQ(decoded.events.end()[-1].kind, EventKind::discontinuity);
    EXPECT_EQ(decoded.events.begin()[1].price, 203'770);
    EXPECT_EQ(replay(decoded).crossed, 0u);
}

TEST(VenueFiles, ABadRowOfABookFilePutsItsChangeAside) {
    test::TemporaryFolder folder;
    const std::string head = "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n";
    const auto row = [](int first, int last, int previous, const char* kind, const char* price) {
        return "BTCUSDT,1667346579146," + std::to_string(first) + "," + std::to_string(last) + ",b," + kind + "," + price + ",1," +
               std::to_string(previous) + "\n";
    };
    const std::string path = folder.write("book.csv", head + row(5, 5, -1, "snap", "10.0") + row(5, 5, -1, "snap", "9.0") + row(4, 7, 3, "set", "9.5") +
                                                          row(8, 9, 7, "set", "9.25") + row(8, 9, 7, "set", "9.1") + row(10, 11, 9, "set", "9.0"));
    VenueInstrument facts{};
    std::strcpy(facts.symbol, "BTCUSDT");
    facts.price_increment = {1, -1};
    facts.lot_increment = {1, 0};
    EventBuffer events;
    DefectLog log;
    VenueCounts counts{};
    const char* const paths[] = {path.c_str()};
    ASSERT_EQ(decode_binance_depth_csv(paths, 1, &facts, 1, events, log, counts), FeedStatus::ok);
    EXPECT_EQ(counts.snapshots, 1u);
    EXPECT_EQ(counts.updates, 1u);
    EXPECT_EQ(counts.rejected, 1u);
    EXPECT_EQ(counts.waiting, 1u);
    EXPECT_EQ(log.count(Defect::off_increment), 1u);
    EXPECT_EQ(log.record(0).line, 5u);
    EXPECT_EQ(std::string_view(log.record(0).text), "BTCUSDT,1667346579146,8,9,b,set,9.25,1,7");
    EXPECT_EQ(count(events, EventKind::level_set), 3u);
    EXPECT_EQ(events.end()[-1].kind, EventKind::discontinuity);
}

} // namespace
} // namespace martlet
