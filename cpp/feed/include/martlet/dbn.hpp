#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"
#include "martlet/instrument.hpp"

// DBN, Databento's binary encoding, versions 1 to 3: schemas mbo, mbp-1, tbbo and trades; and the same records as CSV.
//
//     .dbn, .dbn.zst ─► metadata, records ─┐
//                                          ├─► one record ─► instrument ─► its orders ─► events of one venue event ─► EventBuffer
//     .csv, .csv.gz ─► columns by name ────┘
//
// mbo: the venue tells a fill, and then, by a cancel or modify, what is left. Here the fill itself is the order_execute that
// takes the quantity, and what only repeats it says nothing:
//
//     A      order_add                        M      order_modify; order_add where the order is not in the book
//     C      order_cancel of what fills have not taken yet
//     F      order_execute, up to what the book shows of the order; beyond (an iceberg's hidden part, an order that is not
//            in the book) a trade, implied
//     T      trade: it repeats its fills, so it is implied only where its event has none
//     R      clear; flagged as snapshot, or the first record of a run so flagged: snapshot_begin
//     N      nothing
//
// mbp-1, tbbo: a quote where the best bid or ask changes; T a trade. trades: T a trade.
//
// `exchange_time` is ts_event, of snapshots ts_recv: the time that they are of. `receive_time` is ts_recv, held where it goes
// back. `reference` is the venue's sequence. The last event of an instrument in a venue event (F_LAST) bears market_flag_last.
// F_MAYBE_BAD_BOOK, where it begins, is a discontinuity. A snapshot ends before the first record that is not of it.

namespace martlet {

/// An instrument that is wanted.
struct DbnInstrument {
    char symbol[72];             ///< zero-terminated; used where `instrument_id` is 0, by the metadata's mapping
    std::uint32_t instrument_id; ///< the publisher's number
    std::uint32_t instrument;    ///< of its events
    Decimal price_increment;     ///< at least 1e-9
};

struct DbnOptions {
    /// Where no instrument is named, all are wanted: numbered in the order of appearance, with this increment.
    Decimal price_increment;
    std::uint32_t maximum_instruments; ///< 0: 65,536; at the next one the decoder stops with `too_large`
    std::uint32_t maximum_orders;      ///< live at once, per instrument; 0: 2²⁴; beyond: `too_large`
};

/// What the metadata says; of CSV all zero.
struct DbnInfo {
    char dataset[17];      ///< zero-terminated
    std::uint8_t version;
    std::uint16_t schema;  ///< 0: mbo, 1: mbp-1, 3: tbbo, 4: trades; 65,535: mixed
    std::int64_t start;    ///< ns since 1970
    std::int64_t end;      ///< ns since 1970, exclusive; −1: open
    std::uint64_t symbols; ///< mapped
};

/// What was met.
struct DbnCounts {
    std::uint64_t bytes;          ///< after decompression
    std::uint64_t records;        ///< whole ones of the schemas above
    std::uint64_t other_records;  ///< of other schemas: definitions, status, statistics, messages of the gateway
    std::uint64_t unwanted;       ///< of instruments that are not wanted
    std::uint64_t events;
    std::uint64_t repeats;        ///< cancels and modifies that only repeat fills, and records of action N
    std::uint64_t hidden_fills;   ///< fills, or parts of them, beyond what the book shows of their order
    std::uint64_t orderless_fills;///< fills of orders that are not in the book
    std::uint64_t added_by_modify;///< modifies of orders that are not in the book
    std::uint64_t snapshots;
    std::uint64_t gaps;           ///< times that F_MAYBE_BAD_BOOK began
    std::uint64_t live_orders;    ///< now
    std::uint64_t skipped_bytes;  ///< in search of the next sound record
};

/// Decodes a stream of DBN. A record that is not what the format says is counted and kept aside, as hexadecimal digits;
/// decoding goes on. Events wait until their venue event is complete, 4,096 at most. Cost: about 50 ns a record. One thread.
class MARTLET_NONCOPYABLE DbnDecoder {
public:
    /// `instrument_count` zero: all. `out` and `log` must outlive the decoder.
    DbnDecoder(const DbnOptions& options, const DbnInstrument* instruments, std::size_t instrument_count, EventBuffer& out,
               DefectLog& log) noexcept;
    DbnDecoder(const DbnDecoder&) = delete;
    DbnDecoder& operator=(const DbnDecoder&) = delete;
    /// What was moved from is only good for destruction.
    DbnDecoder(DbnDecoder&& other) noexcept;
    DbnDecoder& operator=(DbnDecoder&& other) noexcept;
    ~DbnDecoder();

    /// The next bytes, in pieces of any size.
    void consume(const char* data, std::size_t size) noexcept;
    /// Ends snapshots and venue events that are open. `complete` false: a record that is begun is not judged.
    void finish(bool complete) noexcept;

    /// `unknown_layout`: not DBN of a version from 1 to 3; `invalid_argument`: an increment that 1e-9 does not divide.
    FeedStatus status() const noexcept;
    /// Meaningful once the metadata has been read.
    DbnInfo info() const noexcept;
    DbnCounts counts() const noexcept;
    /// The publisher's number of a symbol by the metadata's first mapping; 0: none.
    std::uint32_t instrument_id(const char* symbol) const noexcept;

private:
    struct Impl;
    Impl* impl_;
};

/// Decodes a whole file, plain, gzip or zstd.
FeedStatus decode_dbn(const char* path, const DbnOptions& options, const DbnInstrument* instruments, std::size_t instrument_count,
                      EventBuffer& out, DefectLog& log, DbnInfo& info, DbnCounts& counts) noexcept;

/// Decodes the same records as CSV, plain, gzip or zstd, into the same events. Columns are found by the names in the first
/// line: ts_recv, ts_event (also with `_ns`; ns since 1970 or ISO 8601), instrument_id, action, side, price (also
/// `price_1e-9`; in units of 1e-9, or with a decimal point), size, flags, sequence, and order_id (mbo) or bid_px_00,
/// ask_px_00, bid_sz_00, ask_sz_00 (mbp-1); others are passed over. Symbols are taken from a column `symbol`.
FeedStatus decode_dbn_csv(const char* path, const DbnOptions& options, const DbnInstrument* instruments,
                          std::size_t instrument_count, EventBuffer& out, DefectLog& log, DbnCounts& counts) noexcept;

} // namespace martlet
