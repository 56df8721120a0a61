#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"
#include "martlet/instrument.hpp"

// FIX messages as a feed: logs and recorded market data, FIX.4.0 to FIX.4.4 and FIXT.1.1, separated by SOH or `|`, one a
// line or without line breaks. No session is kept and no dictionary needed: tags and values are scanned.
//
//     bytes ─► message: BeginString, BodyLength, CheckSum ─► fields ─► W, X: entries by symbol ─► MarketEvent ─► EventBuffer
//                                                               ├─► f: trading_status
//                                                               ├─► 8: fills as trades, where that is wanted
//                                                               └─► others: counted by type
//
// Entries by MDEntryType (269):
//
//     0 1    by price: level_set. By order: New order_add, Change order_modify, Delete order_cancel of the whole order
//     2      trade. By order, where OrderID (37) names an order of the book: order_execute; the Change or Delete that
//            repeats it says nothing
//     C      open_interest
//     J      clear
//     others external_value: `price` is MDEntryPx in 1e-9, `reference` the type's character ('3': an index value).
//            An entry without MDEntryPx is text, and counted
//
// A snapshot (W) is stated between snapshot_begin and snapshot_end, without its trades. RptSeq (83) numbers an instrument's
// entries, or messages: what was told already is passed over; a jump is a discontinuity. The last event of each instrument
// in a message bears market_flag_last.

namespace martlet {

/// What must hold of a message's frame.
enum class FixChecks : std::uint8_t {
    strict = 0,    ///< BodyLength and CheckSum are right; in a log with `|` as they are with SOH
    rewritten = 1, ///< the log was rewritten (names were changed): the message ends with its CheckSum, whatever that says
};

enum class FixBook : std::uint8_t { by_price = 0, by_order = 1 };

/// An instrument that is wanted.
struct FixInstrument {
    char symbol[40];           ///< Symbol (55), or SecurityID (48) where there is none; zero-terminated
    std::uint32_t instrument;  ///< of its events
    Decimal price_increment;
    Decimal lot_increment;
};

struct FixLogOptions {
    FixChecks checks;
    FixBook book;
    bool executions;                   ///< an execution report's fill is a trade, implied, without a side
    Decimal price_increment;           ///< where no instrument is named: all are wanted, numbered in the order of appearance
    Decimal lot_increment;
    std::uint32_t maximum_instruments; ///< 0: 65,536; at the next one the decoder stops with `too_large`
};

/// What was met.
struct FixLogCounts {
    std::uint64_t bytes;
    std::uint64_t messages;        ///< sound ones
    std::uint64_t entries;         ///< of market data, all
    std::uint64_t text_entries;    ///< without a price, of a type that has one
    std::uint64_t corrections;     ///< trade and value entries that change or take back an old one: nothing is retold
    std::uint64_t told_already;    ///< entries whose RptSeq was passed, reports and messages marked as possible duplicates
    std::uint64_t gaps;            ///< jumps of RptSeq
    std::uint64_t sequence_jumps;  ///< times that MsgSeqNum is not the next one of its sender
    std::uint64_t repeats;         ///< changes and deletes that only repeat executions
    std::uint64_t without_book;    ///< by order: entries of a book of which something is missing, until its next snapshot
    std::uint64_t unwanted;        ///< entries, statuses and fills of instruments that are not wanted
    std::uint64_t events;
    std::uint64_t wrong_lengths;   ///< of messages taken all the same (`rewritten`)
    std::uint64_t wrong_checksums; ///< of messages taken all the same (`rewritten`)
    std::uint64_t between_bytes;   ///< between messages: line ends, and what a log puts before a message (`rewritten`)
};

/// Decodes a stream of messages. A message that is not sound, and an entry that cannot be read, is kept aside with its
/// reason; decoding goes on at the next message. `receive_time` is SendingTime, held where it goes back; `exchange_time`
/// the entry's own date and time, else TransactTime, else SendingTime. Memory: the largest message, 64 KiB. One thread.
class MARTLET_NONCOPYABLE FixLogDecoder {
public:
    static constexpr std::size_t largest_message = 65'536;

    /// `instrument_count` zero: all. `out` and `log` must outlive the decoder.
    FixLogDecoder(const FixLogOptions& options, const FixInstrument* instruments, std::size_t instrument_count, EventBuffer& out,
                  DefectLog& log) noexcept;
    FixLogDecoder(const FixLogDecoder&) = delete;
    FixLogDecoder& operator=(const FixLogDecoder&) = delete;
    /// What was moved from is only good for destruction.
    FixLogDecoder(FixLogDecoder&& other) noexcept;
    FixLogDecoder& operator=(FixLogDecoder&& other) noexcept;
    ~FixLogDecoder();

    /// The next bytes, in pieces of any size.
    void consume(const char* data, std::size_t size) noexcept;
    /// `complete` false: a message that is begun is not judged.
    void finish(bool complete) noexcept;

    FeedStatus status() const noexcept;
    FixLogCounts counts() const noexcept;
    /// Sound messages of a MsgType.
    std::uint64_t count(const char* type) const noexcept;
    /// Instruments met that are wanted.
    std::size_t symbol_count() const noexcept;
    /// Symbol of the instrument met `index`-th, zero-terminated; empty where there is none. Valid until the next `consume`.
    const char* symbol(std::size_t index) const noexcept MARTLET_RETURNS_INTERIOR;

private:
    struct Impl;
    Impl* impl_;
};

/// Decodes a whole file, plain, gzip or zstd.
FeedStatus decode_fix_log(const char* path, const FixLogOptions& options, const FixInstrument* instruments,
                          std::size_t instrument_count, EventBuffer& out, DefectLog& log, FixLogCounts& counts) noexcept;

} // namespace martlet
