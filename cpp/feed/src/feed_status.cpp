#include "martlet/feed_status.hpp"

#include <array>

namespace martlet {
namespace {

struct DefectRow {
    Defect defect;
    const char* code;
    const char* text;
    Treatment treatment;
};

constexpr std::array<DefectRow, defect_count> defects{{
    {Defect::none, "none", "no defect", Treatment::noted},
    {Defect::truncated_record, "truncated_record", "the file ends inside the record", Treatment::rejected},
    {Defect::record_too_long, "record_too_long", "longer than any record of this format", Treatment::rejected},
    {Defect::wrong_column_count, "wrong_column_count", "not the number of columns that the layout has", Treatment::rejected},
    {Defect::malformed_record, "malformed_record", "not the syntax of the format", Treatment::rejected},
    {Defect::malformed_time, "malformed_time", "the time is not in the layout's format", Treatment::rejected},
    {Defect::malformed_number, "malformed_number", "a number is not a plain decimal", Treatment::rejected},
    {Defect::number_out_of_range, "number_out_of_range", "a number does not fit 64 bits of increments", Treatment::rejected},
    {Defect::off_increment, "off_increment", "a price falls between two price increments", Treatment::rejected},
    {Defect::not_positive, "not_positive", "a price is zero or negative", Treatment::rejected},
    {Defect::negative_quantity, "negative_quantity", "a quantity is negative", Treatment::rejected},
    {Defect::inconsistent_ohlc, "inconsistent_ohlc", "low and high do not contain open and close", Treatment::rejected},
    {Defect::bar_too_wide, "bar_too_wide", "high minus low does not fit 32 bits of increments", Treatment::rejected},
    {Defect::unknown_type, "unknown_type", "a message type that the format does not have", Treatment::rejected},
    {Defect::wrong_symbol, "wrong_symbol", "the row is of another instrument", Treatment::rejected},
    {Defect::duplicate, "duplicate", "the same bar or order again", Treatment::rejected},
    {Defect::conflicting_duplicate, "conflicting_duplicate", "another bar at a time that is taken; the first is kept", Treatment::rejected},
    {Defect::unpaired, "unpaired", "a bid bar without its ask bar, or the other way round", Treatment::rejected},
    {Defect::crossed, "crossed", "the bid is at or above the ask", Treatment::noted},
    {Defect::unknown_order, "unknown_order", "names an order and a level that the book does not have", Treatment::rejected},
    {Defect::out_of_order, "out_of_order", "earlier than its predecessor; put in its place", Treatment::repaired},
    {Defect::rounded_price, "rounded_price", "a price with binary noise, set to the increment it means", Treatment::repaired},
    {Defect::rounded_quantity, "rounded_quantity", "a quantity between two lots, set to the nearest", Treatment::repaired},
    {Defect::missing, "missing", "bars that should be there and are not", Treatment::noted},
    {Defect::session_break, "session_break", "a gap long enough to be a closed market", Treatment::noted},
    {Defect::outlier, "outlier", "a move far beyond what is usual in this file", Treatment::noted},
    {Defect::split_like_jump, "split_like_jump", "a jump by about a whole factor: perhaps an unadjusted split", Treatment::noted},
    {Defect::wrong_length, "wrong_length", "the length that the record states is not the one it has", Treatment::rejected},
    {Defect::wrong_checksum, "wrong_checksum", "a stated checksum does not hold", Treatment::rejected},
    {Defect::excess_quantity, "excess_quantity", "takes more of an order than there is; set to what there is", Treatment::repaired},
    {Defect::sequence_gap, "sequence_gap", "records before this one are missing", Treatment::noted},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < defects.size(); ++i)
        if (static_cast<std::size_t>(defects[i].defect) != i || defects[i].code == nullptr) return false;
    return true;
}
static_assert(in_order(), "one row per defect, in the order of the enum");

const DefectRow& row(Defect defect) noexcept {
    const auto index = static_cast<std::size_t>(defect);
    return defects[index < defects.size() ? index : 0];
}

} // namespace

const char* defect_code(Defect defect) noexcept { return row(defect).code; }
const char* defect_text(Defect defect) noexcept { return row(defect).text; }
Treatment defect_treatment(Defect defect) noexcept { return row(defect).treatment; }

const char* feed_status_text(FeedStatus status) noexcept {
    switch (status) {
    case FeedStatus::ok: return "ok";
    case FeedStatus::cannot_open: return "the file cannot be opened";
    case FeedStatus::read_failed: return "the file cannot be read to its end";
    case FeedStatus::write_failed: return "the file cannot be written: the disk may be full or the folder read-only";
    case FeedStatus::compression_damaged: return "the compressed data is damaged";
    case FeedStatus::compression_truncated: return "the compressed data ends in the middle";
    case FeedStatus::unknown_layout: return "the columns fit no known layout";
    case FeedStatus::too_large: return "more events than one import may have";
    case FeedStatus::out_of_memory: return "out of memory";
    case FeedStatus::invalid_argument: return "the values given do not hold together";
    case FeedStatus::not_a_partition: return "not a catalog partition: the file begins otherwise";
    case FeedStatus::unsupported_version: return "a catalog partition of a version that this build does not read";
    case FeedStatus::partition_truncated: return "the partition is cut short";
    case FeedStatus::header_damaged: return "the partition's header or directory is damaged";
    case FeedStatus::block_damaged: return "a block of the partition is damaged";
    }
    return "unknown status";
}

} // namespace martlet
