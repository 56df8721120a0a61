#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/bar_layout.hpp"
#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"
#include "martlet/instrument.hpp"

// Text files of ticks, quotes, rates and of bars whose layout `BarDecoder` does not have: several instruments in one
// file, two sides in one row, or times within a day that the file's name gives.

namespace martlet {

/// What the rows are. Files may be plain, gzip, zstd or a zip of one file.
enum class TextLayout : std::uint8_t {
    histdata_quotes = 0,       ///< YYYYMMDD HHMMSSmmm,bid,ask,0 without header, in New York's standard time all year: quotes
    freqtrade_trades_csv = 1,  ///< ,timestamp,id,type,side,price,amount,cost,date: trades
    freqtrade_trades_json = 2, ///< [[ms since 1970, "id", type, side, price, amount, cost], …]: trades
    funding_rates = 3,         ///< YYYYMMDD HH:MM:SS,rate without header, UTC: funding
    funding_means = 4,         ///< date,funding_mean,funding_abs: a day's means, external values 0 and 1 at the day's end
    wide_closes = 5,           ///< date,SYMBOL,SYMBOL,…: a daily close per column, blank where there is none: bars of one price
    yahoo_bars = 6,            ///< Date,Open,High,Low,Close,Adj Close,Volume,Name: daily bars of many symbols, one after the other
    lean_trade_bars = 7,       ///< ms since midnight,open,high,low,close,volume: bars
    lean_quote_bars = 8,       ///< ms,bid O,H,L,C,size,ask O,H,L,C,size: a bid bar and an ask bar
    lean_trade_ticks = 9,      ///< ms,price,size,exchange,condition,suspicious: trades
    lean_quote_ticks = 10,     ///< ms,bid,size,ask,size,exchange,condition,suspicious; a zero side is unchanged: quotes
    lean_forex_ticks = 11,     ///< ms,bid,ask: quotes
    lean_daily_trade_bars = 12,///< YYYYMMDD HH:MM,open,high,low,close,volume: bars
    lean_daily_quote_bars = 13,///< YYYYMMDD HH:MM,bid O,H,L,C,size,ask O,H,L,C,size: a bid bar and an ask bar
};
inline constexpr std::size_t text_layout_count = 14;

/// What the file does not say.
struct TextOptions {
    TextLayout layout;
    Zone zone;                       ///< of LEAN's times, and of the midnights that end daily bars
    std::int32_t zone_offset_seconds;///< ahead of UTC, of Zone::fixed
    std::int32_t day;                ///< days since 1970-01-01, of LEAN's times within a day
    std::uint32_t bar_seconds;       ///< length of LEAN's bars within a day
    Decimal price_unit;              ///< what 1 in the file is: {1, -4} in LEAN's US and Indian equities, else {1, 0}
    Decimal price_increment;
    Decimal lot_increment;
    bool adjusted_closes;            ///< yahoo_bars: the adjusted close too, as external value 0 in 1e-9 after its bar
    char symbol[24];                 ///< of a file of many symbols the only one that is wanted, zero-terminated; empty: all
};

/// What was met.
struct TextCounts {
    std::uint64_t rows;       ///< records, without the header
    std::uint64_t bytes;      ///< after decompression
    std::uint64_t trades;
    std::uint64_t quotes;
    std::uint64_t bars;       ///< a row of two sides gives two
    std::uint64_t values;     ///< funding rates and external values
    std::uint64_t blanks;     ///< cells of wide closes without a price
    std::uint64_t suspicious; ///< ticks that the source marks as wrong: no events
    std::uint64_t rounded;    ///< rates with more than nine decimals, set to the nearest 1e-9
    std::uint64_t symbols;    ///< instruments met
    std::uint64_t foreign;    ///< rows, of wide closes cells, of symbols that are not wanted: no events
};

/// Decodes a whole file. Events are appended in the order of time; `exchange_time` and `receive_time` are the row's time,
/// of a bar its close. `instrument` is 0, in files of many symbols the symbol's place in `list_text_symbols` where all are wanted.
/// Quotes of a source that states no sizes have one lot a side. Prices are as the file has them: nothing is adjusted.
/// Errors: per row into the log, the status for the whole. Memory: one row. A header that is not the layout's:
/// unknown_layout.
FeedStatus decode_text(const char* path, const TextOptions& options, EventBuffer& out, DefectLog& log, TextCounts& counts) noexcept;

/// The first bytes of a file, plain, gzip, zstd or a zip of one file: what it begins like. Writes up to `capacity`; `size`
/// is how many there are.
FeedStatus read_beginning(const char* path, char* bytes, std::size_t capacity, std::size_t& size) noexcept;

/// One symbol of a file.
struct TextSymbol {
    char name[24]; ///< zero-terminated
};

/// The symbols of a file of many, in the order of their columns or of their appearance. Writes up to `capacity`;
/// `found` is how many there are.
FeedStatus list_text_symbols(const char* path, TextLayout layout, TextSymbol* symbols, std::size_t capacity, std::size_t& found) noexcept;

/// One row of a LEAN factor file: from the row before it (exclusive) until this day (inclusive), a price of that time
/// becomes one of today by both factors.
struct AdjustmentFactors {
    std::int32_t day;             ///< days since 1970-01-01
    std::int64_t price_factor;    ///< of dividends, in 1e-9
    std::int64_t split_factor;    ///< of splits, in 1e-9
    std::int64_t reference_price; ///< close of that day in 1e-4 of the currency; 0: not stated
};

/// One row of a LEAN map file: until this day (inclusive) the instrument was quoted under this ticker.
struct TickerPeriod {
    std::int32_t day;  ///< days since 1970-01-01
    char ticker[24];   ///< zero-terminated
    char exchange;     ///< the exchange's letter; zero: not stated
};

/// Reads a factor or a map file, in its own order, oldest first. Writes up to `capacity`; `found` is how many sound rows
/// there are. A factor beyond nine decimals is rounded_quantity, a date out of order out_of_order.
FeedStatus read_factor_file(const char* path, AdjustmentFactors* rows, std::size_t capacity, std::size_t& found, DefectLog& log) noexcept;
FeedStatus read_map_file(const char* path, TickerPeriod* rows, std::size_t capacity, std::size_t& found, DefectLog& log) noexcept;

} // namespace martlet
