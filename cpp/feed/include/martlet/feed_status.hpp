#pragma once
#include <cstddef>
#include <cstdint>

// What can go wrong with a file as a whole, and what can be wrong with one record of it.

namespace martlet {

/// Why an operation on a file ended.
enum class FeedStatus : std::uint8_t {
    ok = 0,
    cannot_open,          ///< the file cannot be opened
    read_failed,          ///< the system refused to read on
    write_failed,         ///< the system refused to write: the disk may be full
    compression_damaged,  ///< gzip or zstd data with a wrong checksum or an impossible code
    compression_truncated,///< gzip or zstd data that ends in the middle
    unknown_layout,       ///< the columns fit no known layout
    too_large,            ///< a stated bound was met
    out_of_memory,
    invalid_argument,     ///< the caller's values do not hold together
    not_a_partition,      ///< the file does not begin as a catalog partition does
    unsupported_version,  ///< a partition of another format or layout version
    partition_truncated,  ///< a partition that ends before its directory says
    header_damaged,       ///< a partition's header or directory has a wrong checksum or impossible values
    block_damaged,        ///< a partition's block has a wrong checksum or does not decode
};

/// The status in words, zero-terminated, static.
const char* feed_status_text(FeedStatus status) noexcept;

/// What is wrong with one record. The table in `feed_status.cpp` is the one source of codes and texts.
enum class Defect : std::uint8_t {
    none = 0,
    truncated_record,    ///< the file ends inside the record
    record_too_long,     ///< longer than any record of this format
    wrong_column_count,
    malformed_record,    ///< not the syntax of the format
    malformed_time,
    malformed_number,
    number_out_of_range, ///< does not fit 64 bits
    off_increment,       ///< a price between two price increments
    not_positive,        ///< a price of zero or less
    negative_quantity,
    inconsistent_ohlc,   ///< low and high do not contain open and close
    bar_too_wide,        ///< high − low does not fit 32 bits of increments
    unknown_type,        ///< a message type that the format does not have
    wrong_symbol,        ///< a row of another instrument
    duplicate,           ///< the same bar or order again
    conflicting_duplicate, ///< another bar at a time that is taken
    unpaired,            ///< a bid bar without its ask bar, or the other way round
    crossed,             ///< bid at or above ask
    unknown_order,       ///< names an order and a level that the book does not have
    out_of_order,        ///< earlier than its predecessor
    rounded_price,       ///< a price with binary noise, set to the increment it means
    rounded_quantity,    ///< a quantity between two lots, set to the nearest
    missing,             ///< bars that should be there and are not
    session_break,       ///< a gap long enough to be a closed market
    outlier,             ///< a move far beyond what is usual in this file
    split_like_jump,     ///< a jump by about a whole factor: perhaps an unadjusted split
    wrong_length,        ///< the record's stated length is not the length that it has
    wrong_checksum,      ///< a checksum that the record or the book states does not hold
    excess_quantity,     ///< takes more of an order than there is
    sequence_gap,        ///< records before this one are missing
};
inline constexpr std::size_t defect_count = 31;

/// What is done with a defect.
enum class Treatment : std::uint8_t {
    rejected = 0, ///< not imported; kept in the side file
    repaired = 1, ///< imported after a stated repair
    noted = 2,    ///< imported as it is
};

/// The code ("inconsistent_ohlc"), the meaning and the treatment. Static, zero-terminated.
const char* defect_code(Defect defect) noexcept;
const char* defect_text(Defect defect) noexcept;
Treatment defect_treatment(Defect defect) noexcept;

} // namespace martlet
