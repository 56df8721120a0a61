#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "martlet/text_decoder.hpp"

namespace martlet {

/// Where a record stands.
struct TextRecord {
    std::string_view text;
    std::uint64_t offset;
    std::uint64_t line;
};

/// Turns the fields of rows into events.
class TextRows {
public:
    TextRows(const TextOptions& options, EventBuffer& out, DefectLog& log, TextCounts& counts);

    /// The number of fields that a row has; 0: as many as the header.
    std::size_t columns() const noexcept;
    /// The header that the file must begin with; empty: none. Of wide closes its beginning.
    std::string_view header() const noexcept;
    /// The symbols that the header of wide closes names.
    void name_columns(std::span<const std::string_view> fields);
    /// One row. What is wrong with it goes to the log, and nothing of it to the events.
    void take(std::span<const std::string_view> fields, const TextRecord& record);
    /// Puts what was appended in the order of time.
    void finish() noexcept;

    bool full() const noexcept { return full_; }
    const std::vector<std::string>& symbols() const noexcept { return symbols_; }

private:
    using Fields = std::span<const std::string_view>;

    Defect row(Fields fields);
    Defect trade(Fields fields);
    Defect forex_quote(Fields fields, std::int64_t at);
    Defect lean_quote(Fields fields);
    Defect lean_trade(Fields fields);
    Defect funding(Fields fields);
    Defect means(Fields fields);
    Defect closes(Fields fields);
    Defect yahoo(Fields fields);
    Defect bars(Fields fields, bool two_sides, bool daily);

    Defect bar(Fields prices, std::string_view volume, Side side, std::int64_t at, std::uint32_t seconds, std::uint32_t instrument);
    Defect price(std::string_view text, std::int64_t& units);
    Defect lots(std::string_view text, std::int64_t& lots);
    Defect value(EventKind kind, std::string_view text, std::uint64_t reference, std::int64_t at);
    MarketEvent event(EventKind kind, std::int64_t at) const noexcept;
    void append(const MarketEvent& event) noexcept;
    void quote(std::int64_t at);
    bool clock(std::string_view text, std::int64_t& at) const noexcept;
    bool day_end(std::string_view date, std::int64_t& at) const noexcept;
    std::int64_t to_utc(std::int64_t local_second) const noexcept;
    std::uint32_t symbol(std::string_view name);
    bool is_wanted(std::string_view symbol) const noexcept;
    void note(Defect defect) noexcept;
    void judge_order(std::uint32_t instrument, std::int64_t at) noexcept;

    TextOptions options_;
    Decimal price_increment_; ///< in the file's units
    EventBuffer& out_;
    DefectLog& log_;
    TextCounts& counts_;
    TextRecord record_{};
    std::size_t begin_;       ///< events before this file
    std::size_t row_begin_ = 0;
    std::vector<std::string> symbols_;
    std::unordered_map<std::string, std::uint32_t> by_name_;
    std::vector<std::int64_t> latest_; ///< time of the last row of each symbol
    QuoteEvent quote_{};      ///< both sides as they are
    bool rounded_price_ = false;
    bool rounded_quantity_ = false;
    bool unordered_ = false;
    bool full_ = false;
};

/// Reads a decimal, also with an exponent, as whole 1e-9, to the nearest, exactly; `rounded`: it had more places.
bool read_nanos(std::string_view text, std::int64_t& nanos, bool& rounded) noexcept;

} // namespace martlet
