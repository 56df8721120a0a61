#include "support.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstdio>
#include <map>

#include "martlet/text_decoder.hpp"

// Every text file of `shared/data` that is not bars in a table: the counts of its README, and no row unexplained.

namespace martlet {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int32_t march_1970 = 59; // any day, where the file has its own dates

struct Decoded {
    FeedStatus status = FeedStatus::ok;
    EventBuffer events;
    DefectLog log;
    TextCounts counts{};
};

TextOptions options(TextLayout layout, Decimal price, Decimal lot, Zone zone = Zone::fixed, std::int32_t day = march_1970) {
    TextOptions made{};
    made.layout = layout;
    made.zone = zone;
    made.day = day;
    made.bar_seconds = 60;
    made.price_unit = {1, 0};
    made.price_increment = price;
    made.lot_increment = lot;
    return made;
}

/// LEAN's US equities: dollars × 10,000.
TextOptions equity(TextLayout layout, std::int32_t day = march_1970) {
    TextOptions made = options(layout, {1, -4}, {1, 0}, Zone::new_york, day);
    made.price_unit = {1, -4};
    return made;
}

Decoded decode(const std::string& path, const TextOptions& how) {
    Decoded result;
    result.status = decode_text(path.c_str(), how, result.events, result.log, result.counts);
    EXPECT_EQ(result.status, FeedStatus::ok) << path << ": " << feed_status_text(result.status);
    std::int64_t last = INT64_MIN;
    for (const MarketEvent& event : result.events) {
        EXPECT_GE(event.exchange_time, last);
        last = event.exchange_time;
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(3, result.log.record_count()); ++i)
        std::printf("  %s: %s line %llu: %s\n", path.substr(path.rfind('/') + 1).c_str(), defect_code(result.log.record(i).defect),
                    static_cast<unsigned long long>(result.log.record(i).line), result.log.record(i).text);
    return result;
}

std::int32_t day_of(int year, int month, int day) {
    using namespace std::chrono;
    return static_cast<std::int32_t>(
        sys_days(year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)), std::chrono::day(static_cast<unsigned>(day))))
            .time_since_epoch()
            .count());
}

/// The day in a file's name: 20140501_quote.zip.
std::int32_t day_of(const std::filesystem::path& file) {
    const std::string name = file.filename().string();
    return day_of(std::stoi(name.substr(0, 4)), std::stoi(name.substr(4, 2)), std::stoi(name.substr(6, 2)));
}

std::vector<std::string> files(const std::string& folder, std::string_view ending) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().string().ends_with(ending)) found.push_back(entry.path().string());
    std::sort(found.begin(), found.end());
    return found;
}

TEST(TextSamples, HistdataQuotesAreInFixedEasternTime) {
    MARTLET_SAMPLE(path, "fx/histdata_eurusd_ticks_20200101.csv.gz");
    const Decoded result = decode(path, options(TextLayout::histdata_quotes, {1, -5}, {1, 0}));
    EXPECT_EQ(result.counts.quotes, 9'500u);
    EXPECT_EQ(result.log.total(Treatment::rejected) + result.log.total(Treatment::noted), 0u) << "no crossed quotes";
    const QuoteEvent first = as_quote(*result.events.begin());
    EXPECT_EQ(first.exchange_time, day_of(2020, 1, 1) * 86'400 * second + 22 * 3'600 * second + 65'000'000) << "17:00:00.065 is 22:00 UTC";
    EXPECT_EQ(first.bid_price, 112'120);
    EXPECT_EQ(first.ask_price, 112'172);
    EXPECT_EQ(first.bid_quantity, 1);
}

TEST(TextSamples, FreqtradeTradesAsJsonAndAsCsv) {
    MARTLET_SAMPLE(json, "crypto_ticks/binance_XRP_ETH-trades.json.gz");
    const Decoded xrp = decode(json, options(TextLayout::freqtrade_trades_json, {1, -8}, {1, -1}));
    EXPECT_EQ(xrp.counts.trades, 12'477u);
    EXPECT_EQ(xrp.log.total(Treatment::rejected), 0u);
    EXPECT_EQ(xrp.events.begin()->price, 141'342);
    EXPECT_EQ(xrp.events.begin()->quantity, 230);
    EXPECT_EQ(xrp.events.begin()->side, Side::sell);
    EXPECT_EQ(xrp.events.begin()->order, 13'519'807u);
    EXPECT_EQ(xrp.events.begin()->exchange_time, 1'570'752'011'620 * (second / 1'000));
    std::uint64_t same = 0;
    for (const MarketEvent* event = xrp.events.begin() + 1; event != xrp.events.end(); ++event) same += event->exchange_time == event[-1].exchange_time;
    EXPECT_EQ(same, 2'490u);
    MARTLET_SAMPLE(csv, "crypto_ticks/public_trades_list.csv");
    const Decoded eth = decode(csv, options(TextLayout::freqtrade_trades_csv, {1, -2}, {1, -3}));
    EXPECT_EQ(eth.counts.trades, 1'000u);
    EXPECT_EQ(eth.log.total(Treatment::rejected), 0u);
    EXPECT_EQ(eth.events.begin()->price, 166'680);
    EXPECT_EQ(eth.events.begin()->quantity, 26'062);
}

TEST(TextSamples, FundingEightHourlyAndDailyMeans) {
    MARTLET_SAMPLE(rates, "funding/binance_btcusd_perp_8h.csv");
    const Decoded eight = decode(rates, options(TextLayout::funding_rates, {1, 0}, {1, 0}));
    EXPECT_EQ(eight.counts.values, 12u);
    EXPECT_EQ(eight.events.begin()->kind, EventKind::funding);
    EXPECT_EQ(eight.events.begin()->price, 200'300) << "0.00020030 in 1e-9";
    EXPECT_EQ(eight.events.begin()->exchange_time, day_of(2020, 12, 29) * 86'400 * second);
    MARTLET_SAMPLE(means, "funding/btc_funding_daily_mean_2019_2026.csv");
    const Decoded daily = decode(means, options(TextLayout::funding_means, {1, 0}, {1, 0}));
    EXPECT_EQ(daily.counts.rows, 2'348u);
    EXPECT_EQ(daily.counts.values, 2u * 2'348);
    EXPECT_EQ(daily.log.total(Treatment::rejected), 0u);
    EXPECT_EQ(daily.events.begin()->price, 100'000) << "1e-04";
    EXPECT_EQ(daily.events.begin()->exchange_time, day_of(2019, 9, 11) * 86'400 * second) << "known when the day is over";
    std::uint64_t negative = 0;
    for (const MarketEvent& event : daily.events) negative += event.reference == 0 && event.price < 0 ? 1 : 0;
    EXPECT_EQ(negative, 266u);
}

TEST(TextSamples, WideClosesHaveBlanksBeforeListings) {
    MARTLET_SAMPLE(path, "equity_daily/stock_prices_20.csv.gz");
    const Decoded result = decode(path, options(TextLayout::wide_closes, {1, -6}, {1, 0}, Zone::new_york));
    EXPECT_EQ(result.counts.rows, 7'126u);
    EXPECT_EQ(result.counts.symbols, 20u);
    EXPECT_EQ(result.counts.blanks, 35'589u);
    EXPECT_EQ(result.counts.bars, 7'126u * 20 - 35'589);
    EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    TextSymbol symbols[20];
    std::size_t found = 0;
    ASSERT_EQ(list_text_symbols(path.c_str(), TextLayout::wide_closes, symbols, 20, found), FeedStatus::ok);
    EXPECT_EQ(found, 20u);
    EXPECT_STREQ(symbols[1].name, "AAPL");
    TextOptions apple = options(TextLayout::wide_closes, {1, -6}, {1, 0}, Zone::new_york);
    std::string_view("AAPL").copy(apple.symbol, 4);
    const Decoded one = decode(path, apple);
    EXPECT_EQ(one.counts.bars + one.counts.blanks, 7'126u);
    EXPECT_EQ(one.counts.foreign, 7'126u * 19);
    EXPECT_EQ(result.events.begin()->instrument, 1u);
    EXPECT_EQ(as_bar(*result.events.begin()).close(), 117'203);
    EXPECT_EQ(result.events.begin()->exchange_time, (day_of(1989, 12, 30) * 86'400LL + 5 * 3'600) * second) << "midnight in New York";
}

TEST(TextSamples, YahooBarsOfManySymbolsHaveEighteenBadRows) {
    MARTLET_SAMPLE(path, "equity_daily/sp500_5yr_ohlcv_245.csv.gz");
    TextOptions how = options(TextLayout::yahoo_bars, {1, -6}, {1, -1}, Zone::new_york);
    how.adjusted_closes = true;
    const Decoded result = decode(path, how);
    EXPECT_EQ(result.counts.rows, 304'862u);
    EXPECT_EQ(result.counts.symbols, 245u);
    EXPECT_EQ(result.log.count(Defect::inconsistent_ohlc), 17u);
    EXPECT_EQ(result.log.count(Defect::malformed_number), 1u) << "the empty row of ESS";
    EXPECT_EQ(result.log.total(Treatment::rejected), 18u);
    EXPECT_EQ(result.counts.bars, 304'862u - 18);
    EXPECT_EQ(result.counts.values, result.counts.bars);

    const std::string essex = "ESS";
    essex.copy(how.symbol, essex.size());
    how.adjusted_closes = false;
    const Decoded one = decode(path, how);
    EXPECT_EQ(one.counts.symbols, 1u);
    EXPECT_EQ(one.counts.bars + one.counts.foreign + 1, 304'862u);
    EXPECT_EQ(one.log.total(Treatment::rejected), 1u) << "the bad rows of other symbols are not its own";
    for (const MarketEvent& event : one.events) EXPECT_EQ(event.instrument, 0u);
}

TEST(TextSamples, TheBeginningOfAFileIsReadThroughItsCompression) {
    MARTLET_SAMPLE(zip, "equity_daily/lean_us/aapl.zip");
    MARTLET_SAMPLE(gzip, "mbo/esh4-glbx-mdp3-20231225.mbo.csv.gz");
    char bytes[14];
    std::size_t size = 0;
    ASSERT_EQ(read_beginning(zip.c_str(), bytes, sizeof bytes, size), FeedStatus::ok);
    EXPECT_EQ(std::string_view(bytes, size), "19980102 00:00");
    ASSERT_EQ(read_beginning(gzip.c_str(), bytes, 7, size), FeedStatus::ok);
    EXPECT_EQ(std::string_view(bytes, size), "ts_recv");
    EXPECT_EQ(read_beginning("/nonexistent", bytes, 7, size), FeedStatus::cannot_open);
}

struct Zips {
    std::uint64_t files = 0, rows = 0, bars = 0, quotes = 0, trades = 0, rejected = 0, crossed = 0, suspicious = 0;
};

Zips decode_all(const std::string& folder, std::string_view ending, const TextOptions& how) {
    Zips sum;
    for (const std::string& file : files(folder, ending)) {
        TextOptions each = how;
        if (how.layout != TextLayout::lean_daily_trade_bars && how.layout != TextLayout::lean_daily_quote_bars) each.day = day_of(std::filesystem::path(file));
        const Decoded result = decode(file, each);
        ++sum.files;
        sum.rows += result.counts.rows;
        sum.bars += result.counts.bars;
        sum.quotes += result.counts.quotes;
        sum.trades += result.counts.trades;
        sum.suspicious += result.counts.suspicious;
        sum.rejected += result.log.total(Treatment::rejected);
        sum.crossed += result.log.count(Defect::crossed);
    }
    return sum;
}

TEST(TextSamples, LeanEquityMinutesOfFourSymbols) {
    for (const auto& [symbol, rows] : {std::pair{"spy", 8'685u}, {"ibm", 5'008u}, {"bac", 6'203u}, {"aapl", 4'815u}}) {
        MARTLET_SAMPLE(folder, std::string("equity_intraday/minute/") + symbol);
        const Zips trades = decode_all(folder, "_trade.zip", equity(TextLayout::lean_trade_bars));
        const Zips quotes = decode_all(folder, "_quote.zip", equity(TextLayout::lean_quote_bars));
        EXPECT_EQ(trades.rows + quotes.rows, rows) << symbol;
        EXPECT_EQ(trades.bars, trades.rows);
        EXPECT_EQ(quotes.bars, 2 * quotes.rows);
        EXPECT_EQ(trades.rejected + quotes.rejected, 0u);
    }
    MARTLET_SAMPLE(ibm, "equity_intraday/minute/ibm/20131007_trade.zip");
    const Decoded first = decode(ibm, equity(TextLayout::lean_trade_bars, day_of(2013, 10, 7)));
    EXPECT_EQ(first.events.begin()->exchange_time, (day_of(2013, 10, 7) * 86'400LL + 8 * 3'600 + 60) * second) << "04:00 in New York opens at 08:00 UTC";
    EXPECT_EQ(as_bar(*first.events.begin()).open(), 1'815'200);
}

TEST(TextSamples, LeanEquityTicks) {
    MARTLET_SAMPLE(ibm_trades, "equity_intraday/tick/ibm/20131007_trade.zip");
    MARTLET_SAMPLE(ibm_quotes, "equity_intraday/tick/ibm/20131007_quote.zip");
    MARTLET_SAMPLE(spy_trades, "equity_intraday/tick/spy/20131007_trade.zip");
    const std::int32_t day = day_of(2013, 10, 7);
    const Decoded ibm = decode(ibm_trades, equity(TextLayout::lean_trade_ticks, day));
    EXPECT_EQ(ibm.counts.trades, 24'293u);
    EXPECT_EQ(ibm.log.total(Treatment::rejected), 0u);
    const Decoded spy = decode(spy_trades, equity(TextLayout::lean_trade_ticks, day));
    EXPECT_EQ(spy.counts.trades, 250'601u);
    EXPECT_EQ(spy.log.total(Treatment::rejected), 0u);
    const Decoded quotes = decode(ibm_quotes, equity(TextLayout::lean_quote_ticks, day));
    EXPECT_EQ(quotes.counts.quotes, 109'066u);
    EXPECT_EQ(quotes.counts.suspicious, 1u);
    EXPECT_EQ(quotes.log.total(Treatment::rejected), 0u);
    const QuoteEvent first = as_quote(quotes.events.begin()[0]);
    EXPECT_EQ(first.bid_quantity, 0) << "no bid yet";
    EXPECT_EQ(first.ask_price, 1'836'300);
    const QuoteEvent next = as_quote(quotes.events.begin()[1]);
    EXPECT_EQ(next.bid_price, 1'800'100);
    EXPECT_EQ(next.ask_price, 1'836'300) << "the ask stays";
}

TEST(TextSamples, LeanDailyBarsAreUnadjusted) {
    for (const auto& [symbol, rows] : {std::pair{"aapl", 5'849u}, {"spy", 5'849u}, {"ibm", 5'849u}, {"bac", 5'849u}, {"goog", 4'183u}, {"qqq", 3'964u}}) {
        MARTLET_SAMPLE(path, std::string("equity_daily/lean_us/") + symbol + ".zip");
        const Decoded result = decode(path, equity(TextLayout::lean_daily_trade_bars));
        EXPECT_EQ(result.counts.bars, rows) << symbol;
        EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    }
    MARTLET_SAMPLE(goog, "equity_daily/lean_us/goog.zip");
    EXPECT_EQ(as_bar(*decode(goog, equity(TextLayout::lean_daily_trade_bars)).events.begin()).open(), 1'359'100);
}

TEST(TextSamples, LeanForexCryptoAndIndia) {
    MARTLET_SAMPLE(minutes, "fx/lean_oanda_minute_eurusd");
    const Zips bars = decode_all(minutes, ".zip", options(TextLayout::lean_quote_bars, {1, -5}, {1, 0}));
    EXPECT_EQ(bars.rows, 9'552u);
    EXPECT_EQ(bars.rejected + bars.crossed, 0u);
    MARTLET_SAMPLE(ticks, "fx/lean_oanda_tick_eurusd");
    const Zips quotes = decode_all(ticks, ".zip", options(TextLayout::lean_forex_ticks, {1, -5}, {1, 0}));
    EXPECT_EQ(quotes.quotes, 321'559u);
    EXPECT_EQ(quotes.rejected + quotes.crossed, 0u);
    for (const char* pair : {"eurusd", "gbpusd"}) {
        MARTLET_SAMPLE(daily, std::string("fx/lean_oanda_daily/") + pair + ".zip");
        const Decoded result = decode(daily, options(TextLayout::lean_daily_quote_bars, {1, -5}, {1, 0}));
        EXPECT_EQ(result.counts.bars, 2u * 3'738) << pair;
        EXPECT_EQ(result.log.total(Treatment::rejected), 0u);
    }
    MARTLET_SAMPLE(crypto, "crypto_bars/lean_coinbase_minute_btcusd");
    const Zips trades = decode_all(crypto, "_trade.zip", options(TextLayout::lean_trade_bars, {1, -2}, {1, -8}));
    const Zips both = decode_all(crypto, "_quote.zip", options(TextLayout::lean_quote_bars, {1, -2}, {1, -8}));
    EXPECT_EQ(trades.rows + both.rows, 13'955u);
    EXPECT_EQ(trades.rejected + both.rejected, 0u);
    MARTLET_SAMPLE(india, "equity_india/lean_yesbank_minute");
    TextOptions kolkata = options(TextLayout::lean_trade_bars, {1, -4}, {1, 0});
    kolkata.price_unit = {1, -4};
    kolkata.zone_offset_seconds = 19'800;
    const Zips yesbank = decode_all(india, ".zip", kolkata);
    EXPECT_EQ(yesbank.bars, 1'130u);
    EXPECT_EQ(yesbank.rejected, 0u);
}

TEST(TextSamples, OandasTicksAggregateToItsMinuteBars) {
    MARTLET_SAMPLE(minutes, "fx/lean_oanda_minute_eurusd");
    MARTLET_SAMPLE(ticks, "fx/lean_oanda_tick_eurusd");
    std::uint64_t compared = 0;
    std::uint64_t same = 0;
    for (const std::string& file : files(minutes, ".zip")) {
        const std::int32_t day = day_of(std::filesystem::path(file));
        const Decoded bars = decode(file, options(TextLayout::lean_quote_bars, {1, -5}, {1, 0}, Zone::fixed, day));
        const std::string other = ticks + "/" + std::filesystem::path(file).filename().string();
        const Decoded quotes = decode(other, options(TextLayout::lean_forex_ticks, {1, -5}, {1, 0}, Zone::fixed, day));
        struct Ohlc {
            std::int64_t open, high, low, close;
        };
        std::map<std::pair<std::int64_t, Side>, Ohlc> built;
        for (const MarketEvent& event : quotes.events) {
            const QuoteEvent quote = as_quote(event);
            const std::int64_t close = (quote.exchange_time / (60 * second) + 1) * 60 * second;
            for (const auto& [side, price] : {std::pair{Side::buy, quote.bid_price}, {Side::sell, quote.ask_price}}) {
                auto [place, fresh] = built.try_emplace({close, side}, Ohlc{price, price, price, price});
                Ohlc& bar = place->second;
                bar = {bar.open, std::max(bar.high, price), std::min(bar.low, price), price};
            }
        }
        for (const MarketEvent& event : bars.events) {
            const BarEvent bar = as_bar(event);
            const auto found = built.find({bar.exchange_time, bar.side});
            if (found == built.end()) continue;
            ++compared;
            const Ohlc& o = found->second;
            same += o.open == bar.open() && o.high == bar.high() && o.low == bar.low && o.close == bar.close() ? 1 : 0;
        }
    }
    EXPECT_EQ(compared, 2u * 9'552);
    EXPECT_EQ(same, compared);
}

TEST(TextSamples, FactorAndMapFilesAreKeptAsDatedData) {
    DefectLog log;
    AdjustmentFactors factors[256];
    TickerPeriod tickers[16];
    std::size_t found = 0;
    for (const char* symbol : {"aapl", "bac", "goog", "ibm", "qqq", "spy"}) {
        MARTLET_SAMPLE(factor_path, std::string("equity_daily/lean_us/factor_files/") + symbol + ".csv");
        MARTLET_SAMPLE(map_path, std::string("equity_daily/lean_us/map_files/") + symbol + ".csv");
        ASSERT_EQ(read_factor_file(factor_path.c_str(), factors, 256, found, log), FeedStatus::ok);
        EXPECT_GE(found, 3u);
        EXPECT_EQ(factors[found - 1].day, day_of(2050, 12, 31));
        EXPECT_EQ(factors[found - 1].split_factor, 1'000'000'000);
        ASSERT_EQ(read_map_file(map_path.c_str(), tickers, 16, found, log), FeedStatus::ok);
        EXPECT_GE(found, 2u);
        EXPECT_STREQ(tickers[found - 1].ticker, symbol);
    }
    EXPECT_EQ(log.total(Treatment::rejected) + log.total(Treatment::repaired), 0u);
    MARTLET_SAMPLE(aapl, "equity_daily/lean_us/factor_files/aapl.csv");
    ASSERT_EQ(read_factor_file(aapl.c_str(), factors, 256, found, log), FeedStatus::ok);
    bool seven_for_one = false;
    for (std::size_t i = 1; i < found; ++i)
        if (factors[i - 1].day == day_of(2014, 6, 6)) seven_for_one = std::abs(factors[i].split_factor - 7 * factors[i - 1].split_factor) < 10'000; // seven decimals
    EXPECT_TRUE(seven_for_one) << "the split of 2014-06-09, after the last day at the old price";
    MARTLET_SAMPLE(qqq, "equity_daily/lean_us/map_files/qqq.csv");
    ASSERT_EQ(read_map_file(qqq.c_str(), tickers, 16, found, log), FeedStatus::ok);
    ASSERT_EQ(found, 4u);
    EXPECT_STREQ(tickers[2].ticker, "qqqq");
    EXPECT_EQ(tickers[2].day, day_of(2011, 3, 22));
    EXPECT_EQ(tickers[2].exchange, 'Q');
}

} // namespace
} // namespace martlet
