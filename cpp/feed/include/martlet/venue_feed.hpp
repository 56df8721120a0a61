#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"
#include "martlet/instrument.hpp"

// The JSON streams of crypto venues, live or captured, as market events.
//
//     message ─► venue's syntax ─► symbol ─► sequence rule ─► level_set, trade, quote ─► EventBuffer
//                     │              │             │
//                     ▼              ▼             ├─ before the snapshot: kept, then replayed on it
//                 DefectLog       foreign          └─ gap: discontinuity, `wants_snapshot`

namespace martlet {

/// Whose syntax and whose sequence rule.
enum class VenueFormat : std::uint8_t {
    binance_spot = 0,  ///< diff depth: U ≤ snapshot + 1 ≤ u, then U = previous u + 1
    binance_usdm = 1,  ///< diff depth: U ≤ snapshot ≤ u, then pu = previous u
    binance_coinm = 2, ///< as USD-M; quantities are contracts
    coinbase = 3,      ///< level2, matches: no numbers in the book's channel; trade ids are consecutive
    kraken = 4,        ///< book, trade, spread, version 1: a CRC-32 of the best ten levels with every update
    bitstamp = 5,      ///< diff_order_book, order_book, live_trades: no numbers; microtimestamps order
    okx = 6,           ///< books, trades, bbo-tbt: prevSeqId = previous seqId, and a CRC-32 where it is sent
    bybit = 7,         ///< version 5 orderbook, publicTrade: u = previous u + 1, u = 1 begins anew
};
inline constexpr std::size_t venue_format_count = 8;

/// What of a stream becomes events.
enum VenueParts : std::uint8_t {
    venue_levels = 1, ///< the book by price: snapshot_begin … level_set … snapshot_end, level_set, discontinuity
    venue_trades = 2,
    venue_quotes = 4, ///< best bid and ask where the venue sends them as such
    venue_all = 7,
};

/// One instrument of a stream.
struct VenueInstrument {
    char symbol[32];         ///< as the stream spells it ("BTCUSDT", "XBT/USD"), zero-terminated; case counts
    std::uint32_t instrument;///< becomes `instrument` of its events
    Decimal price_increment;
    Decimal lot_increment;
};

/// One message of a stream, as it was received.
struct VenueMessage {
    const char* data;
    std::size_t size;
    std::int64_t receive_time;  ///< ns since the Unix epoch
    std::uint64_t offset;       ///< where it stands in its source, for the log
    std::uint64_t line;
};

/// What was met. Every message is in exactly one of the first eleven; `messages` is their sum.
struct VenueCounts {
    std::uint64_t messages;
    std::uint64_t snapshots;   ///< whole books
    std::uint64_t updates;     ///< changes of a book that were taken, some after waiting for the snapshot
    std::uint64_t waiting;     ///< changes of a book that still wait for a snapshot
    std::uint64_t stale;       ///< changes and snapshots that the book is beyond
    std::uint64_t trades;      ///< messages with trades
    std::uint64_t quotes;
    std::uint64_t controls;    ///< subscriptions, heartbeats, statuses
    std::uint64_t passed_over; ///< known kinds that say nothing new here: klines, tickers, parts that are not asked for
    std::uint64_t foreign;     ///< of an instrument that was not added
    std::uint64_t rejected;    ///< in the log
    std::uint64_t lost;        ///< changes of a book that came after a gap, or that could wait no longer
    std::uint64_t bytes;
    std::uint64_t gaps;        ///< numbers that do not follow, per book and occurrence
    std::uint64_t checksums;   ///< book checksums that were verified and hold
};

/// Decodes the stream of one connection. One thread; allocates only to grow.
///
/// A book's events begin with its snapshot; changes that came before are kept (at most 65,536 messages and 4 million
/// levels a book, beyond that all that wait are given up) and replayed on it. Where the sequence rule breaks, a
/// checksum does not hold, or a change cannot be read, the book ends with a discontinuity, `wants_snapshot` is true
/// until one came, and the log has the record.
/// Events: `receive_time` never goes back; `exchange_time` as the venue says it, the receive time where it
/// says none; `reference` the venue's number of the change; `order` of a trade its id; `side` of a trade the aggressor's; the last event of a message bears
/// `market_flag_last`.
class MARTLET_NONCOPYABLE VenueDecoder {
public:
    /// `out` and `log` must outlive the decoder.
    VenueDecoder(VenueFormat format, std::uint8_t parts, EventBuffer& out, DefectLog& log) noexcept;
    VenueDecoder(const VenueDecoder&) = delete;
    VenueDecoder& operator=(const VenueDecoder&) = delete;
    ~VenueDecoder();

    /// False: the symbol is there already or empty, or an increment is not positive. Before the first message.
    bool add_instrument(const VenueInstrument& instrument) noexcept;
    /// One message of the stream.
    void message(const VenueMessage& message) noexcept;
    /// One answer to a request for a book. `symbol` (zero-terminated): what was asked for; null: what the answer
    /// says, or the only instrument there is.
    void snapshot(const char* symbol, const VenueMessage& message) noexcept;
    /// The connection was lost: every book ends with a discontinuity and wants a snapshot.
    void disconnected(std::int64_t receive_time) noexcept;

    /// Whether the book of the instrument added as number `index` has none to build on.
    bool wants_snapshot(std::size_t index) const noexcept;
    /// too_large: `out` is full, and events were lost.
    FeedStatus status() const noexcept;
    VenueCounts counts() const noexcept;

private:
    struct Impl;
    Impl* impl_;
};

/// Decodes captured files, plain, gzip or zstd, merged in the order of their receive times. A line is
/// `<ns> <JSON>` or `<s.fraction>: <JSON>`; `<url> -> <s.fraction>: <JSON>` is the answer to a request for the book
/// that the url names; `<url> <- …`, `<url> <-> …` and empty lines are passed over. `instruments` are added first.
/// Errors: per line into the log; the status for the whole. Memory: the longest line, at most 16 MiB.
FeedStatus decode_venue_files(VenueFormat format, std::uint8_t parts, const char* const* paths, std::size_t path_count,
                              const VenueInstrument* instruments, std::size_t instrument_count, EventBuffer& out,
                              DefectLog& log, VenueCounts& counts) noexcept;

/// Finds the instruments of captured files: each symbol whose book or trades appear, in the order of appearance and
/// numbered from 0, with the finest decimal places that its prices and quantities use as increments. Writes up to
/// `capacity`; `found` is how many there are.
FeedStatus find_venue_instruments(VenueFormat format, const char* const* paths, std::size_t path_count,
                                  VenueInstrument* instruments, std::size_t capacity, std::size_t& found) noexcept;

/// Decodes Binance's files of historical futures books (symbol,timestamp,first_update_id,last_update_id,side,
/// update_type,price,qty,pu), one after the other, with the rule of the stream; rows of one number are one message.
FeedStatus decode_binance_depth_csv(const char* const* paths, std::size_t path_count, const VenueInstrument* instruments,
                                    std::size_t instrument_count, EventBuffer& out, DefectLog& log, VenueCounts& counts) noexcept;

/// "binance-spot", "kraken", …: static, zero-terminated; null for a number that is no format.
const char* venue_format_name(VenueFormat format) noexcept;

} // namespace martlet
