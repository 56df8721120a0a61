#include "martlet/text_decoder.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "byte_source.hpp"
#include "json_records.hpp"
#include "json_text.hpp"
#include "lobster_rows.hpp"
#include "text_rows.hpp"

namespace martlet {
namespace {

constexpr std::size_t most_columns = 4096;

void split(std::string_view text, std::vector<std::string_view>& fields) {
    fields.clear();
    const char* begin = text.data();
    const char* const end = begin + text.size();
    for (const char* at = begin;; ++at) {
        if (at != end && *at != ',') continue;
        fields.emplace_back(begin, static_cast<std::size_t>(at - begin));
        if (at == end || fields.size() > most_columns) return;
        begin = at + 1;
    }
}

/// Records of seven texts; null counts as an empty one.
class TradeRecords final : public JsonRecords {
public:
    TradeRecords(TextRows& rows, DefectLog& log) : rows_(rows), log_(log) {}

private:
    void record(std::string& text, std::uint64_t offset, std::uint64_t row) override {
        json::Document document(text);
        json::Array array;
        std::array<std::string_view, 7> fields;
        if (!array.open(document.root()) || !array.texts(fields.data(), fields.size()))
            return defect(Defect::malformed_record, offset, row, text);
        rows_.take(fields, {text, offset, row});
    }
    void defect(Defect found, std::uint64_t offset, std::uint64_t row, std::string_view text) override {
        log_.add(found, offset, row, text.data(), text.size());
    }

    TextRows& rows_;
    DefectLog& log_;
};

FeedStatus run_json(const char* path, TextRows& rows, DefectLog& log, TextCounts& counts) {
    TradeRecords records(rows, log);
    ByteSource source(path);
    for (;;) {
        const ByteSource::Piece piece = source.next();
        if (piece.size == 0) break;
        records.consume({piece.data, piece.size});
        if (records.status != FeedStatus::ok || rows.full()) break;
    }
    if (source.status() != FeedStatus::cannot_open) records.finish();
    counts.rows = records.rows;
    counts.bytes = records.bytes_seen;
    return source.status() != FeedStatus::ok ? source.status() : records.status;
}

bool is_header(std::string_view line, const TextRows& rows, TextLayout layout) noexcept {
    return layout == TextLayout::wide_closes ? line.starts_with(rows.header()) : line == rows.header();
}

FeedStatus run_csv(const char* path, TextLayout layout, TextRows& rows, DefectLog& log, TextCounts& counts) {
    LineReader reader(path);
    std::vector<std::string_view> fields;
    std::size_t columns = rows.columns();
    std::string_view line;
    std::uint64_t number = 0;
    bool header_expected = !rows.header().empty();
    while (!rows.full() && reader.next(line)) {
        ++number;
        if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
        if (header_expected) {
            header_expected = false;
            if (!is_header(line, rows, layout)) return FeedStatus::unknown_layout;
            split(line, fields);
            if (columns == 0) columns = fields.size();
            if (columns > most_columns) return FeedStatus::unknown_layout;
            if (layout == TextLayout::wide_closes) rows.name_columns(fields);
            continue;
        }
        if (line.empty()) continue;
        ++counts.rows;
        split(line, fields);
        const bool damaged = reader.status() != FeedStatus::ok;
        if (reader.cut() || damaged || fields.size() != columns) {
            const Defect defect = reader.cut() ? Defect::record_too_long : damaged ? Defect::truncated_record : Defect::wrong_column_count;
            log.add(defect, reader.offset(), number, line.data(), line.size());
            continue;
        }
        rows.take(fields, {line, reader.offset(), number});
    }
    counts.bytes = reader.bytes();
    return reader.status() == FeedStatus::ok && header_expected ? FeedStatus::unknown_layout : reader.status();
}

FeedStatus run(const char* path, const TextOptions& options, TextRows& rows, DefectLog& log, TextCounts& counts) {
    const FeedStatus status = options.layout == TextLayout::freqtrade_trades_json ? run_json(path, rows, log, counts)
                                                                                 : run_csv(path, options.layout, rows, log, counts);
    rows.finish();
    return rows.full() ? FeedStatus::too_large : status;
}

bool sound(const TextOptions& options) noexcept {
    return static_cast<std::size_t>(options.layout) < text_layout_count && options.price_unit.mantissa == 1 &&
           options.price_unit.exponent >= -18 && options.price_unit.exponent <= 0 && options.price_increment.mantissa > 0 &&
           options.lot_increment.mantissa > 0 && options.symbol[sizeof options.symbol - 1] == '\0' && options.bar_seconds <= 86'400 && options.day >= -25'567 && options.day <= 84'006;
}

} // namespace

FeedStatus decode_text(const char* path, const TextOptions& options, EventBuffer& out, DefectLog& log, TextCounts& counts) noexcept {
    counts = {};
    if (!sound(options)) return FeedStatus::invalid_argument;
    TextRows rows(options, out, log, counts);
    return run(path, options, rows, log, counts);
}

FeedStatus read_beginning(const char* path, char* bytes, std::size_t capacity, std::size_t& size) noexcept {
    ByteSource source(path);
    size = 0;
    while (size < capacity) {
        const ByteSource::Piece piece = source.next();
        if (piece.size == 0) break;
        const std::size_t taken = std::min(piece.size, capacity - size);
        std::memcpy(bytes + size, piece.data, taken);
        size += taken;
    }
    return size > 0 ? FeedStatus::ok : source.status();
}

FeedStatus list_text_symbols(const char* path, TextLayout layout, TextSymbol* symbols, std::size_t capacity, std::size_t& found) noexcept {
    EventBuffer nothing;
    DefectLog log;
    TextCounts counts{};
    found = 0;
    TextOptions options{};
    options.layout = layout;
    options.price_unit = {1, 0};
    options.price_increment = options.lot_increment = {1, -9};
    if (!sound(options)) return FeedStatus::invalid_argument;
    TextRows rows(options, nothing, log, counts);
    const FeedStatus status = run(path, options, rows, log, counts);
    for (const std::string& name : rows.symbols()) {
        if (found < capacity) {
            symbols[found] = {};
            std::memcpy(symbols[found].name, name.data(), std::min(name.size(), sizeof symbols[found].name - 1));
        }
        ++found;
    }
    return status;
}

} // namespace martlet
