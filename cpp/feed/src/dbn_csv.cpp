#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "civil_time.hpp"
#include "dbn_events.hpp"
#include "lobster_rows.hpp"

namespace martlet {
namespace {

enum Column : std::uint8_t {
    ts_recv, ts_event, instrument_id, action, side, price, size, flags, sequence, order_id, bid_price, ask_price, bid_size, ask_size, symbol,
    column_count_,
    passed_over = column_count_,
};

Column column_named(std::string_view name) noexcept {
    constexpr std::array<std::pair<std::string_view, Column>, 20> names{{
        {"ts_recv", ts_recv}, {"ts_recv_ns", ts_recv}, {"ts_event", ts_event}, {"ts_event_ns", ts_event}, {"instrument_id", instrument_id},
        {"action", action}, {"side", side}, {"price", price}, {"price_1e-9", price}, {"size", size}, {"flags", flags}, {"sequence", sequence},
        {"order_id", order_id}, {"bid_px_00", bid_price}, {"ask_px_00", ask_price}, {"bid_sz_00", bid_size}, {"ask_sz_00", ask_size},
        {"symbol", symbol}, {"bid_px_00_1e-9", bid_price}, {"ask_px_00_1e-9", ask_price},
    }};
    for (const auto& [text, column] : names)
        if (text == name) return column;
    return passed_over;
}

template <typename Integer>
bool read_integer(std::string_view text, Integer& value) noexcept {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

/// In units of 1e-9, or as a decimal; nothing: no price.
bool read_price(std::string_view text, std::int64_t& value) noexcept {
    value = dbn::undefined_price;
    if (text.empty()) return true;
    if (text.find('.') == std::string_view::npos) return read_integer(text, value);
    return read_decimal(text.data(), text.size(), {1, -9}, &value) == DecimalStatus::ok;
}

/// ns since 1970, or ISO 8601; nothing: no time.
bool read_time(std::string_view text, std::uint64_t& value) noexcept {
    value = dbn::undefined_time;
    if (text.empty() || read_integer(text, value)) return true;
    BarLayout layout{};
    layout.time_format = TimeFormat::date_time;
    std::int64_t time = 0;
    if (!parse_time(text, {}, layout, time) || time < 0) return false;
    value = static_cast<std::uint64_t>(time);
    return true;
}

class CsvReader {
public:
    CsvReader(const char* path, DbnTranslator& translator, DefectLog& log) : lines_(path), translator_(translator), log_(log) {}

    FeedStatus run() {
        std::string_view line;
        if (translator_.status() != FeedStatus::ok) return translator_.status();
        if (!lines_.next(line)) return lines_.status() != FeedStatus::ok ? lines_.status() : FeedStatus::unknown_layout;
        if (!read_names(line)) return FeedStatus::unknown_layout;
        for (number_ = 1; translator_.status() == FeedStatus::ok && lines_.next(line);) {
            ++number_;
            const Defect defect = lines_.cut() ? Defect::record_too_long : read_row(line);
            if (defect != Defect::none) log_.add(defect, lines_.offset(), number_, line.data(), line.size());
        }
        translator_.finish();
        return lines_.status() != FeedStatus::ok ? lines_.status() : translator_.status();
    }
    std::uint64_t bytes() const noexcept { return lines_.bytes(); }

private:
    static std::string_view take(std::string_view& rest) noexcept {
        const std::size_t end = rest.find(',');
        const std::string_view field = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        return field;
    }

    bool read_names(std::string_view line) {
        std::array<bool, column_count_ + 1> has{};
        const std::size_t columns = column_count(line);
        for (std::size_t i = 0; i < columns; ++i) {
            const Column column = column_named(take(line));
            if (column != passed_over && has[column]) return false;
            has[column] = true;
            columns_.push_back(column);
        }
        for (const Column needed : {ts_recv, ts_event, instrument_id, action, side, price, size})
            if (!has[needed]) return false;
        const bool quotes = has[bid_price] && has[ask_price] && has[bid_size] && has[ask_size];
        schema_ = has[order_id] ? DbnSchema::mbo : quotes ? DbnSchema::quotes : DbnSchema::trades;
        return true;
    }

    Defect read_row(std::string_view line) {
        if (column_count(line) != columns_.size()) return Defect::wrong_column_count;
        std::array<std::string_view, column_count_ + 1> fields{};
        for (const Column column : columns_) fields[column] = take(line);
        DbnRecord record{};
        record.schema = schema_;
        if (!read_time(fields[ts_event], record.event_time) || !read_time(fields[ts_recv], record.receive_time)) return Defect::malformed_time;
        const bool numbers = read_integer(fields[instrument_id], record.instrument_id) && read_price(fields[price], record.price) &&
                             read_integer(fields[size], record.size) && optional(fields[flags], record.flags) &&
                             optional(fields[sequence], record.sequence) && optional(fields[order_id], record.order) &&
                             read_price(fields[bid_price], record.bid_price) && read_price(fields[ask_price], record.ask_price) &&
                             optional(fields[bid_size], record.bid_size) && optional(fields[ask_size], record.ask_size);
        if (!numbers) return Defect::malformed_number;
        if (fields[action].size() != 1 || fields[side].size() > 1) return Defect::malformed_record;
        record.action = fields[action][0];
        record.side = fields[side].empty() ? 'N' : fields[side][0];
        if (!fields[symbol].empty() && translator_.has_symbols()) translator_.bind(fields[symbol], record.instrument_id);
        return translator_.apply(record);
    }

    template <typename Integer>
    static bool optional(std::string_view text, Integer& value) noexcept {
        return text.empty() || read_integer(text, value);
    }

    LineReader lines_;
    DbnTranslator& translator_;
    DefectLog& log_;
    std::vector<Column> columns_;
    DbnSchema schema_ = DbnSchema::mbo;
    std::uint64_t number_ = 0;
};

} // namespace

FeedStatus decode_dbn_csv(const char* path, const DbnOptions& options, const DbnInstrument* instruments,
                          std::size_t instrument_count, EventBuffer& out, DefectLog& log, DbnCounts& counts) noexcept {
    DbnTranslator translator(options, instruments, instrument_count, out);
    CsvReader reader(path, translator, log);
    const FeedStatus status = reader.run();
    counts = {};
    translator.add_counts(counts);
    counts.bytes = reader.bytes();
    return status;
}

} // namespace martlet
