#include "text_rows.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "bar_records.hpp"
#include "civil_time.hpp"
#include "json_text.hpp"
#include "venue_time.hpp"

namespace martlet {
namespace {

constexpr std::size_t most_symbols = 65'536;

struct LayoutFacts {
    TextLayout layout;
    std::size_t columns;
    std::string_view header;
};

constexpr std::array<LayoutFacts, text_layout_count> facts{{
    {TextLayout::histdata_quotes, 4, {}},
    {TextLayout::freqtrade_trades_csv, 9, ",timestamp,id,type,side,price,amount,cost,date"},
    {TextLayout::freqtrade_trades_json, 7, {}},
    {TextLayout::funding_rates, 2, {}},
    {TextLayout::funding_means, 3, "date,funding_mean,funding_abs"},
    {TextLayout::wide_closes, 0, "date,"},
    {TextLayout::yahoo_bars, 8, "Date,Open,High,Low,Close,Adj Close,Volume,Name"},
    {TextLayout::lean_trade_bars, 6, {}},
    {TextLayout::lean_quote_bars, 11, {}},
    {TextLayout::lean_trade_ticks, 6, {}},
    {TextLayout::lean_quote_ticks, 8, {}},
    {TextLayout::lean_forex_ticks, 3, {}},
    {TextLayout::lean_daily_trade_bars, 6, {}},
    {TextLayout::lean_daily_quote_bars, 11, {}},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < facts.size(); ++i)
        if (static_cast<std::size_t>(facts[i].layout) != i) return false;
    return true;
}
static_assert(in_order(), "one row per layout, in the order of the enum");

/// A time as the file shows it, without a zone.
bool local_time(std::string_view text, std::string_view clock, TimeFormat format, std::int64_t& at) noexcept {
    BarLayout layout{};
    layout.time_format = format;
    return parse_time(text, clock, layout, at);
}

bool is_zero(std::string_view text) noexcept { return text == "0"; }

} // namespace

TextRows::TextRows(const TextOptions& options, EventBuffer& out, DefectLog& log, TextCounts& counts)
    : options_(options), price_increment_{options.price_increment.mantissa, options.price_increment.exponent - options.price_unit.exponent},
      out_(out), log_(log), counts_(counts), begin_(out.size()) {}

std::size_t TextRows::columns() const noexcept { return facts[static_cast<std::size_t>(options_.layout)].columns; }
std::string_view TextRows::header() const noexcept { return facts[static_cast<std::size_t>(options_.layout)].header; }

void TextRows::name_columns(Fields fields) {
    for (const std::string_view name : fields.subspan(1)) {
        symbols_.emplace_back(name);
        latest_.push_back(std::numeric_limits<std::int64_t>::min());
    }
    counts_.symbols = symbols_.size();
}

void TextRows::note(Defect defect) noexcept { log_.add(defect, record_.offset, record_.line, record_.text.data(), record_.text.size()); }

void TextRows::take(Fields fields, const TextRecord& record) {
    record_ = record;
    row_begin_ = out_.size();
    rounded_price_ = rounded_quantity_ = false;
    const QuoteEvent before = quote_;
    const TextCounts counted = counts_;
    const Defect defect = row(fields);
    if (defect != Defect::none) {
        out_.truncate(row_begin_);
        quote_ = before;
        counts_ = counted;
        return note(defect);
    }
    if (rounded_price_) note(Defect::rounded_price);
    if (rounded_quantity_) note(Defect::rounded_quantity);
}

Defect TextRows::row(Fields fields) {
    std::int64_t at = 0;
    switch (options_.layout) {
    case TextLayout::histdata_quotes:
        if (!local_time(fields[0], {}, TimeFormat::compact_ms, at)) return Defect::malformed_time;
        // New York's standard time, in summer too.
        return forex_quote(fields, at + 5 * 3600 * second_ns);
    case TextLayout::freqtrade_trades_csv: return trade(fields.subspan(1));
    case TextLayout::freqtrade_trades_json: return trade(fields);
    case TextLayout::funding_rates: return funding(fields);
    case TextLayout::funding_means: return means(fields);
    case TextLayout::wide_closes: return closes(fields);
    case TextLayout::yahoo_bars: return yahoo(fields);
    case TextLayout::lean_trade_bars: return bars(fields, false, false);
    case TextLayout::lean_quote_bars: return bars(fields, true, false);
    case TextLayout::lean_trade_ticks: return lean_trade(fields);
    case TextLayout::lean_quote_ticks: return lean_quote(fields);
    case TextLayout::lean_forex_ticks: return clock(fields[0], at) ? forex_quote(fields, at) : Defect::malformed_time;
    case TextLayout::lean_daily_trade_bars: return bars(fields, false, true);
    case TextLayout::lean_daily_quote_bars: return bars(fields, true, true);
    }
    return Defect::unknown_type;
}

std::int64_t TextRows::to_utc(std::int64_t second) const noexcept {
    if (options_.zone == Zone::fixed) return second - options_.zone_offset_seconds;
    const std::int64_t day = second / day_seconds - (second % day_seconds < 0 ? 1 : 0);
    const CivilDate date = civil_from_days(static_cast<std::int32_t>(day));
    return second + new_york_to_utc(date.year, date.month, date.day, second - day * day_seconds);
}

/// Milliseconds since midnight of the options' day.
bool TextRows::clock(std::string_view text, std::int64_t& at) const noexcept {
    std::uint64_t milliseconds = 0;
    if (!json::whole(text, milliseconds) || milliseconds >= static_cast<std::uint64_t>(day_seconds) * 1'000) return false;
    const std::int64_t second = options_.day * day_seconds + static_cast<std::int64_t>(milliseconds / 1'000);
    at = to_utc(second) * second_ns + static_cast<std::int64_t>(milliseconds % 1'000) * 1'000'000;
    return true;
}

/// The midnight that ends a date.
bool TextRows::day_end(std::string_view date, std::int64_t& at) const noexcept {
    if (date.size() != 10 || !local_time(date, {}, TimeFormat::date_time, at)) return false;
    at = to_utc(at / second_ns + day_seconds) * second_ns;
    return true;
}

std::uint32_t TextRows::symbol(std::string_view name) {
    const auto found = by_name_.find(std::string(name));
    if (found != by_name_.end()) return found->second;
    const auto index = static_cast<std::uint32_t>(symbols_.size());
    symbols_.emplace_back(name);
    latest_.push_back(std::numeric_limits<std::int64_t>::min());
    by_name_.emplace(name, index);
    counts_.symbols = symbols_.size();
    return index;
}

void TextRows::judge_order(std::uint32_t instrument, std::int64_t at) noexcept {
    if (latest_.empty()) latest_.push_back(std::numeric_limits<std::int64_t>::min());
    std::int64_t& latest = latest_[instrument];
    if (at < latest) {
        note(Defect::out_of_order);
        unordered_ = true;
    }
    latest = std::max(latest, at);
}

Defect TextRows::price(std::string_view text, std::int64_t& units) {
    const Defect defect = read_units(text, price_increment_, units, rounded_price_);
    if (defect != Defect::none) return defect;
    return units > 0 ? Defect::none : Defect::not_positive;
}

Defect TextRows::lots(std::string_view text, std::int64_t& count) {
    const Defect defect = read_lots(text, options_.lot_increment, count, rounded_quantity_);
    if (defect != Defect::none) return defect;
    return count >= 0 ? Defect::none : Defect::negative_quantity;
}

MarketEvent TextRows::event(EventKind kind, std::int64_t at) const noexcept {
    MarketEvent made{};
    made.receive_time = made.exchange_time = at;
    made.kind = kind;
    made.flags = market_flag_last;
    made.sequence = out_.size(); // the place in the file, until `finish`
    return made;
}

void TextRows::append(const MarketEvent& event) noexcept { full_ |= !out_.append(event); }

void TextRows::quote(std::int64_t at) {
    const MarketEvent head = event(EventKind::quote, at);
    QuoteEvent made = as_quote(head);
    made.bid_price = quote_.bid_price;
    made.bid_quantity = quote_.bid_quantity;
    made.ask_price = quote_.ask_price;
    made.ask_quantity = quote_.ask_quantity;
    if (made.bid_quantity > 0 && made.ask_quantity > 0 && made.bid_price >= made.ask_price) note(Defect::crossed);
    judge_order(0, at);
    append(as_market_event(made));
    ++counts_.quotes;
}

Defect TextRows::forex_quote(Fields fields, std::int64_t at) {
    Defect defect = price(fields[1], quote_.bid_price);
    if (defect == Defect::none) defect = price(fields[2], quote_.ask_price);
    if (defect != Defect::none) return defect;
    quote_.bid_quantity = quote_.ask_quantity = 1;
    quote(at);
    return Defect::none;
}

Defect TextRows::lean_quote(Fields fields) {
    std::int64_t at = 0;
    if (!clock(fields[0], at)) return Defect::malformed_time;
    if (fields[7] != "0" && fields[7] != "1") return Defect::malformed_record;
    if (fields[7] == "1") {
        ++counts_.suspicious;
        return Defect::none;
    }
    struct Half {
        std::string_view price, size;
        std::int64_t& to_price;
        std::int64_t& to_size;
    };
    for (const Half& half : {Half{fields[1], fields[2], quote_.bid_price, quote_.bid_quantity},
                             Half{fields[3], fields[4], quote_.ask_price, quote_.ask_quantity}}) {
        if (is_zero(half.price)) continue; // as it was
        Defect defect = price(half.price, half.to_price);
        if (defect == Defect::none) defect = lots(half.size, half.to_size);
        if (defect != Defect::none) return defect;
    }
    quote(at);
    return Defect::none;
}

Defect TextRows::lean_trade(Fields fields) {
    std::int64_t at = 0;
    if (!clock(fields[0], at)) return Defect::malformed_time;
    if (fields[5] != "0" && fields[5] != "1") return Defect::malformed_record;
    if (fields[5] == "1") {
        ++counts_.suspicious;
        return Defect::none;
    }
    MarketEvent made = event(EventKind::trade, at);
    Defect defect = price(fields[1], made.price);
    if (defect == Defect::none) defect = lots(fields[2], made.quantity);
    if (defect != Defect::none) return defect;
    judge_order(0, at);
    append(made);
    ++counts_.trades;
    return Defect::none;
}

/// ms, id, type, side, price, amount, …
Defect TextRows::trade(Fields fields) {
    std::int64_t at = 0;
    if (!milliseconds(fields[0], at)) return Defect::malformed_time;
    MarketEvent made = event(EventKind::trade, at);
    if (!json::whole(fields[1], made.order)) return Defect::malformed_number;
    if (fields[3] != "buy" && fields[3] != "sell") return Defect::malformed_record;
    made.side = fields[3] == "buy" ? Side::buy : Side::sell;
    Defect defect = price(fields[4], made.price);
    if (defect == Defect::none) defect = lots(fields[5], made.quantity);
    if (defect != Defect::none) return defect;
    made.reference = made.order;
    judge_order(0, at);
    append(made);
    ++counts_.trades;
    return Defect::none;
}

Defect TextRows::value(EventKind kind, std::string_view text, std::uint64_t reference, std::int64_t at) {
    MarketEvent made = event(kind, at);
    bool rounded = false;
    if (!read_nanos(text, made.price, rounded)) return Defect::malformed_number;
    made.reference = reference;
    append(made);
    ++counts_.values;
    if (rounded) ++counts_.rounded;
    return Defect::none;
}

Defect TextRows::funding(Fields fields) {
    const std::size_t space = fields[0].find(' ');
    std::int64_t at = 0;
    if (space == std::string_view::npos || !local_time(fields[0].substr(0, space), fields[0].substr(space + 1), TimeFormat::compact, at))
        return Defect::malformed_time;
    judge_order(0, at);
    return value(EventKind::funding, fields[1], 0, at);
}

Defect TextRows::means(Fields fields) {
    std::int64_t at = 0;
    if (fields[0].size() != 10 || !local_time(fields[0], {}, TimeFormat::date_time, at)) return Defect::malformed_time;
    at += day_seconds * second_ns; // a day's mean is known when it is over
    judge_order(0, at);
    const Defect defect = value(EventKind::external_value, fields[1], 0, at);
    return defect != Defect::none ? defect : value(EventKind::external_value, fields[2], 1, at);
}

Defect TextRows::bar(Fields prices, std::string_view volume, Side side, std::int64_t at, std::uint32_t seconds, std::uint32_t instrument) {
    std::array<std::int64_t, 4> units{};
    for (std::size_t i = 0; i < units.size(); ++i) {
        const Defect defect = price(prices[i], units[i]);
        if (defect != Defect::none) return defect;
    }
    BarEvent made = as_bar(event(EventKind::bar, at));
    if (!volume.empty()) {
        const Defect defect = lots(volume, made.volume);
        if (defect != Defect::none) return defect;
    }
    const auto [open, high, low, close] = units;
    if (low > std::min(open, close) || high < std::max(open, close)) return Defect::inconsistent_ohlc;
    if (high - low > std::numeric_limits<std::uint32_t>::max()) return Defect::bar_too_wide;
    made.instrument = instrument;
    made.side = side;
    made.low = low;
    made.open_above_low = static_cast<std::uint32_t>(open - low);
    made.high_above_low = static_cast<std::uint32_t>(high - low);
    made.close_above_low = static_cast<std::uint32_t>(close - low);
    made.seconds = seconds;
    append(as_market_event(made));
    ++counts_.bars;
    return Defect::none;
}

Defect TextRows::bars(Fields fields, bool two_sides, bool daily) {
    std::int64_t at = 0;
    const auto length = daily ? static_cast<std::uint32_t>(day_seconds) : options_.bar_seconds;
    if (daily) {
        const std::size_t space = fields[0].find(' ');
        if (space == std::string_view::npos || !local_time(fields[0].substr(0, space), fields[0].substr(space + 1), TimeFormat::compact, at))
            return Defect::malformed_time;
        at = to_utc(at / second_ns + day_seconds) * second_ns;
    } else {
        if (!clock(fields[0], at)) return Defect::malformed_time;
        at += length * second_ns;
    }
    judge_order(0, at);
    if (!two_sides) return bar(fields.subspan(1, 4), fields[5], Side::none, at, length, 0);
    for (std::size_t first = 1; first < 11; first += 5) {
        const Fields prices = fields.subspan(first, 4);
        if (std::all_of(prices.begin(), prices.end(), is_zero)) continue; // that side was never quoted
        const Defect defect = bar(prices, fields[first + 4], first == 1 ? Side::buy : Side::sell, at, length, 0);
        if (defect != Defect::none) return defect;
    }
    if (out_.size() == row_begin_ + 2 && as_bar(out_.end()[-2]).close() > as_bar(out_.end()[-1]).close()) note(Defect::crossed);
    return Defect::none;
}

bool TextRows::is_wanted(std::string_view symbol) const noexcept {
    return options_.symbol[0] == '\0' || symbol == options_.symbol;
}

Defect TextRows::closes(Fields fields) {
    std::int64_t at = 0;
    if (!day_end(fields[0], at)) return Defect::malformed_time;
    judge_order(0, at);
    for (std::size_t i = 1; i < fields.size(); ++i) {
        if (!is_wanted(symbols_[i - 1])) {
            ++counts_.foreign;
            continue;
        }
        if (fields[i].empty()) {
            ++counts_.blanks;
            continue;
        }
        const std::array prices{fields[i], fields[i], fields[i], fields[i]};
        const auto instrument = options_.symbol[0] == '\0' ? static_cast<std::uint32_t>(i - 1) : 0;
        const Defect defect = bar(prices, {}, Side::none, at, static_cast<std::uint32_t>(day_seconds), instrument);
        if (defect != Defect::none) return defect;
    }
    return Defect::none;
}

Defect TextRows::yahoo(Fields fields) {
    std::int64_t at = 0;
    if (fields[7].empty() || fields[7].size() >= sizeof(TextSymbol::name)) return Defect::wrong_symbol;
    if (symbols_.size() >= most_symbols && !by_name_.contains(std::string(fields[7]))) return Defect::wrong_symbol;
    if (!is_wanted(fields[7])) {
        ++counts_.foreign;
        return Defect::none;
    }
    const std::uint32_t instrument = symbol(fields[7]);
    if (!day_end(fields[0], at)) return Defect::malformed_time;
    if (at == latest_[instrument]) return Defect::conflicting_duplicate;
    const Defect defect = bar(fields.subspan(1, 4), fields[6], Side::none, at, static_cast<std::uint32_t>(day_seconds), instrument);
    if (defect != Defect::none) return defect;
    judge_order(instrument, at);
    if (!options_.adjusted_closes) return Defect::none;
    const Defect adjusted = value(EventKind::external_value, fields[5], 0, at);
    if (adjusted == Defect::none) out_.data()[out_.size() - 1].instrument = instrument;
    return adjusted;
}

void TextRows::finish() noexcept {
    MarketEvent* const first = out_.data() + begin_;
    MarketEvent* const last = out_.data() + out_.size();
    if (unordered_ || symbols_.size() > 1) {
        // Equal times stay in the order of the file.
        std::sort(first, last, [](const MarketEvent& a, const MarketEvent& b) {
            return a.exchange_time != b.exchange_time ? a.exchange_time < b.exchange_time : a.sequence < b.sequence;
        });
    }
    for (MarketEvent* event = first; event != last; ++event) event->sequence = 0;
}

} // namespace martlet
