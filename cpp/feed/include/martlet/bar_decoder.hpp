#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/bar_layout.hpp"
#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"
#include "martlet/instrument.hpp"

// From OHLCV files to bar events, as the source has them; `check_bars` then orders, stamps and judges them.
//
//     bytes ─► records (CSV lines, JSON arrays) ─► numbers ─► BarEvent ─► EventBuffer
//                    └────────────────────────────────┴──► DefectLog

namespace martlet {

enum class BarFormat : std::uint8_t { csv = 0, json = 1 };

/// What the records mean.
struct BarDecodeOptions {
    BarFormat format;
    Side side;               ///< `none`: trades; `buy`: bid prices; `sell`: ask prices
    BarLayout layout;        ///< of CSV; JSON has the one that `json_layout` gives
    Decimal price_increment;
    Decimal lot_increment;
    bool volume_in_money;    ///< the volume is of money, and becomes lots by division by the close
};

/// [ms since 1970 UTC, open, high, low, close, volume, …], stamped open, continuous market. Strings for numbers are
/// taken too, and more columns are passed over.
BarLayout json_layout() noexcept;

/// What was read.
struct BarSourceInfo {
    std::uint64_t bytes; ///< after decompression
    std::uint64_t rows;  ///< records, without the header
};

/// Decodes bytes that come in pieces of any size. Bars are appended with the source's own stamp in
/// `exchange_time`, the record's line in `sequence` and its offset in `receive_time`, until `check_bars` has run.
/// Errors: per record into the log; `status` for the whole. Memory: one record. One thread.
class MARTLET_NONCOPYABLE BarDecoder {
public:
    /// `out` and `log` must outlive the decoder.
    BarDecoder(const BarDecodeOptions& options, EventBuffer& out, DefectLog& log) noexcept;
    BarDecoder(const BarDecoder&) = delete;
    BarDecoder& operator=(const BarDecoder&) = delete;
    ~BarDecoder();

    void consume(const char* data, std::size_t size) noexcept;
    /// `complete` false: the bytes end where the source was cut, so a record that is begun is not whole.
    void finish(bool complete) noexcept;
    FeedStatus status() const noexcept;
    BarSourceInfo info() const noexcept;

private:
    struct Impl;
    Impl* impl_;
};

/// Decodes a whole file, decompressing it where it is gzip or zstd. What came before a damage stays in `out`.
FeedStatus decode_bars(const char* path, const BarDecodeOptions& options, EventBuffer& out, DefectLog& log,
                       BarSourceInfo& info) noexcept;

/// What the decimals of a file say of its increments.
struct InferredIncrements {
    Decimal price_increment; ///< the finest decimal place that a price uses
    Decimal lot_increment;   ///< the finest decimal place that a volume uses
    std::int64_t tick;       ///< greatest common divisor of all prices, in increments
    std::uint64_t rows;
};

/// Reads the file once for its decimals. A number with more than 15 significant digits is read as the double that
/// it was printed from, so that 0.07453000000000001 counts as 0.07453.
FeedStatus infer_increments(const char* path, BarFormat format, const BarLayout& layout, InferredIncrements& result) noexcept;

} // namespace martlet
