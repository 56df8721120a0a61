#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "martlet/bar_decoder.hpp"

namespace martlet {

/// One record of a source of bars, as text. Views live until the sink returns.
struct RawBar {
    std::uint64_t offset;
    std::uint64_t line;
    std::string_view record;
    std::string_view time, clock, symbol, open, high, low, close, volume;
};

/// Takes what a splitter finds.
class RawBarSink {
public:
    virtual ~RawBarSink() = default;
    virtual void bar(const RawBar& raw) = 0;
    virtual void defect(Defect defect, std::uint64_t offset, std::uint64_t line, std::string_view record) = 0;
};

/// Longest record that is looked at; a longer one is a defect.
inline constexpr std::size_t maximum_record = 4096;

/// Cuts bytes into records.
class RecordSplitter {
public:
    virtual ~RecordSplitter() = default;
    virtual void consume(std::string_view bytes) = 0;
    virtual void finish(bool complete) = 0;

    FeedStatus status = FeedStatus::ok;
    std::uint64_t bytes_seen = 0;
    std::uint64_t rows = 0;
};

std::unique_ptr<RecordSplitter> make_csv_splitter(const BarLayout& layout, RawBarSink& sink);
std::unique_ptr<RecordSplitter> make_json_splitter(RawBarSink& sink);

/// Runs a whole file through a splitter.
FeedStatus split_file(const char* path, RecordSplitter& splitter) noexcept;

/// Reads a decimal as units of `increment`. A text with an exponent or with more than 15 significant digits that
/// falls between two units by no more than a double's noise is set to the unit it means; `rounded` then is true.
Defect read_units(std::string_view text, Decimal increment, std::int64_t& units, bool& rounded) noexcept;

/// Reads a quantity as lots, rounding to the nearest.
Defect read_lots(std::string_view text, Decimal increment, std::int64_t& lots, bool& rounded) noexcept;

/// The number of decimal places that the text's value uses, −1 where it is no number.
int decimal_places(std::string_view text) noexcept;

} // namespace martlet
