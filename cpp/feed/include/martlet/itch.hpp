#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"

// NASDAQ TotalView-ITCH 5.0: every order of a day, for all stocks in one stream.
//
//     bytes ─► frames ─► type, length, time ─► stock chosen? ─► order table ─► MarketEvent ─► EventBuffer
//                 └─────────────┴────────────────────────────────────┴───────────────────────► DefectLog
//
// Prices are dollars × 10,000, so an instrument's price increment is 0.0001; quantities are shares. Times are nanoseconds
// after midnight in New York.
//
//     A F      order_add
//     E        order_execute at the order's price
//     C        printable: order_execute at the price of the execution; else order_cancel of the quantity, since the
//              cross that it is part of prints by itself
//     X D      order_cancel
//     U        order_cancel of the old order, order_add of the new one
//     P        trade, implied, no side: the message's side is always B since 2014
//     Q        auction (final), and a trade, implied, where shares crossed
//     I        auction (indicative): near price, or the reference price where there is none; side and `reference`: the imbalance
//     S H h    trading_status, where it changes: halt and quotation of the stock, else the phase of the day
//     R        binds a stock's name to its locate code, as do H, A, F, P and Q
//     Y L V W K J B N O   checked and counted

namespace martlet {

/// How messages follow one another.
enum class ItchFraming : std::uint8_t {
    automatic = 0, ///< by the first byte: no message type is zero, no prefix begins otherwise
    prefixed = 1,  ///< each message behind its length in two bytes; a prefix of zero: the length follows from the type
    bare = 2,      ///< the length follows from the type
};

/// A stock that is wanted.
struct ItchStock {
    char symbol[8];           ///< padded with spaces or zeros
    std::uint32_t instrument; ///< of its events
};

struct ItchOptions {
    std::int32_t day;              ///< days since 1970-01-01, in New York
    ItchFraming framing;
    std::uint32_t expected_orders; ///< live at once, of the stocks that are wanted; more make the table grow
    std::uint32_t maximum_orders;  ///< live at once; at the next one the decoder stops with `too_large`; 0: 2²⁶
};

/// What was met.
struct ItchCounts {
    std::uint64_t bytes;
    std::uint64_t messages;      ///< whole ones of a known type and length
    std::uint64_t events;        ///< appended
    std::uint64_t live_orders;   ///< of the stocks that are wanted, now
    std::uint64_t unframed;      ///< messages whose prefix was zero
    std::uint64_t skipped_bytes; ///< in defective records and in search of the next sound one
};

/// Decodes a stream of messages. The last event of each message bears market_flag_last; `reference` is the message's
/// number, from 1 (of a trading status its status, of an auction the imbalance). A time that goes back is held, and counted.
///
/// Every message that is not what the format says is counted and kept aside, as hexadecimal digits; decoding goes on at
/// the next sound one. Cost: about 20 ns a message, no allocation but where the order table or `out` grow. One thread.
class MARTLET_NONCOPYABLE ItchDecoder {
public:
    /// `stock_count` zero: all stocks, the instrument is the day's locate code. `out` and `log` must outlive the decoder.
    ItchDecoder(const ItchOptions& options, const ItchStock* stocks, std::size_t stock_count, EventBuffer& out,
                DefectLog& log) noexcept;
    ItchDecoder(const ItchDecoder&) = delete;
    ItchDecoder& operator=(const ItchDecoder&) = delete;
    /// What was moved from is only good for destruction.
    ItchDecoder(ItchDecoder&& other) noexcept;
    ItchDecoder& operator=(ItchDecoder&& other) noexcept;
    ~ItchDecoder();

    /// The next bytes, in pieces of any size.
    void consume(const char* data, std::size_t size) noexcept;
    /// `complete` false: the bytes end where the source was cut, so a message that is begun is not judged.
    void finish(bool complete) noexcept;

    /// One message without a frame, as a packet bears it: `number` becomes its events' `reference`.
    void message(const char* data, std::size_t size, std::uint64_t number) noexcept;
    /// `receive_time` of the events that follow; before the first call it is the exchange time.
    void received_at(std::int64_t time) noexcept;
    /// Messages were lost: one `discontinuity` for every stock that is known and wanted, in the order of their locate codes,
    /// with the number of the first message that is missing.
    void lost(std::uint64_t number) noexcept;

    FeedStatus status() const noexcept;
    ItchCounts counts() const noexcept;
    /// Messages of a type.
    std::uint64_t count(char type) const noexcept;

private:
    struct Impl;
    Impl* impl_;
};

/// Decodes a whole file, plain, gzip or zstd.
FeedStatus decode_itch(const char* path, const ItchOptions& options, const ItchStock* stocks, std::size_t stock_count,
                       EventBuffer& out, DefectLog& log, ItchCounts& counts) noexcept;

/// Length of a message of this type in bytes, without a prefix; 0: there is no such type.
std::size_t itch_length(char type) noexcept;

} // namespace martlet
