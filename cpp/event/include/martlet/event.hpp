#pragma once
#include <cstddef>
#include <cstdint>

// The plain records that make up the one ordered stream: everything the engine is told and everything
// it says. Layouts are fixed and versioned; a journal written by one build is read by the next.
//
//     MarketEvent   64 bytes   what the market did
//     OrderEvent   128 bytes   what a venue said of an order, an execution or a position
//     HostEvent     64 bytes   timers, control, decisions, model swaps, starts of runs
//     Command      128 bytes   what the engine wants done at a venue            (command.hpp)
//
// All begin with the same 32-byte head, so a reader can tell them apart before it knows which it has:
//
//     0        8            16            24          28    29    30
//     sequence receiveTime  exchangeTime  instrument  kind  side  flags

namespace martlet {

/// Version of every layout in this folder. It is written in the journal's header; a reader refuses others.
inline constexpr std::uint16_t layout_version = 1;

/// What a record says. The number is part of the layout: never renumber, only append within the group.
enum class EventKind : std::uint8_t {
    none = 0,

    // The market (MarketEvent).
    trade = 1,           ///< a trade printed: price, quantity, side of the aggressor
    quote = 2,           ///< best bid and ask changed: QuoteEvent
    order_add = 3,       ///< an order joined the book
    order_modify = 4,    ///< an order has a new price or quantity
    order_cancel = 5,    ///< quantity left the book; zero quantity means the whole order
    order_execute = 6,   ///< a resting order was executed for `quantity`
    level_set = 7,       ///< a price level's total is now `quantity`; zero removes the level
    snapshot_begin = 8,  ///< the book is about to be stated anew; it is cleared
    snapshot_end = 9,    ///< the snapshot is complete; the book is valid again
    clear = 10,          ///< the book is empty
    discontinuity = 11,  ///< events were lost; the book is invalid until the next snapshot
    bar = 12,            ///< a bar closed: BarEvent
    funding = 13,        ///< funding rate: `price` in 1e-9
    open_interest = 14,  ///< open interest: `quantity` in lots
    trading_status = 15, ///< `reference` is a TradingStatus
    auction = 16,        ///< indicative or final auction: price, quantity; `reference` is the imbalance in lots
    external_value = 17, ///< a number from outside: `price` in 1e-9; `reference` names the series

    // What a venue said (OrderEvent).
    execution_report = 32, ///< the order's state after something happened to it
    cancel_reject = 33,    ///< a cancel or replace was refused; the order stays as it was
    business_reject = 34,  ///< the venue could not process a message; `client_order` where it named one. With
                           ///< `order_flag_undecodable`: we could not read one of the venue's, nothing was refused
    session_reject = 35,   ///< the venue's session layer refused a message
    position_report = 36,  ///< the venue's position: `cumulative_quantity` signed, cash in `fee`
    trade_report = 37,     ///< one past execution, asked for by the reconciliation
    session_up = 38,       ///< the session logged on
    session_down = 39,     ///< the session was lost or logged out
    send_failed = 40,      ///< our own side could not send the command of `client_order`
    report_end = 41,       ///< last answer to a request: `reference_number` names the request
    instrument_definition = 42, ///< the venue stated an instrument: symbol in `venue_order`/`execution`

    // The host (HostEvent).
    timer = 64,        ///< a timer that the engine asked for is due
    control = 65,      ///< an operator's or watchdog's order: `code` is a ControlAction
    decision = 66,     ///< the council's answer; votes follow as payload
    model_swap = 67,   ///< a loaded and warm model takes over; content hash as payload
    run_start = 68,    ///< a process began or recovered: `id` is the epoch of client order ids
    run_end = 69,      ///< a run ended in order

    // The engine's own (Command, HostEvent).
    command = 96,          ///< a command, recorded before it is released
    decision_request = 97, ///< a decision is due; the observation follows as payload
    note = 98,             ///< the engine says why: a denial, a halt; `code` is the reason
};

/// Side of an order, a level or an aggressor.
enum class Side : std::uint8_t { none = 0, buy = 1, sell = 2 };

/// Phase of trading, in `reference` of a `trading_status` event.
enum class TradingStatus : std::uint8_t { unknown = 0, pre_open = 1, auction = 2, open = 3, halted = 4, closed = 5 };

/// Bits of `flags` of a market event.
enum MarketFlags : std::uint16_t {
    market_flag_last = 1,       ///< last event of one packet: the book is consistent after it
    market_flag_snapshot = 2,   ///< part of a snapshot
    market_flag_implied = 4,    ///< not from an order: a hidden or implied execution
    market_flag_priority = 8,   ///< order_modify: the order keeps its place in the queue
    market_flag_late = 16,      ///< waited for us for longer than a price may be old: the book has it, nothing is traded on it
};

/// What the market did. `price` in the instrument's increments, `quantity` in lots.
struct MarketEvent {
    std::uint64_t sequence;     ///< number in the ordered stream; 0 before the sequencer saw it
    std::int64_t receive_time;  ///< ns since the Unix epoch, never goes back within a stream
    std::int64_t exchange_time; ///< ns since the Unix epoch as the venue says it; may go back
    std::uint32_t instrument;   ///< dense InstrumentID of the session
    EventKind kind;
    Side side;
    std::uint16_t flags;        ///< MarketFlags
    std::int64_t price;
    std::int64_t quantity;
    std::uint64_t order;        ///< venue's number of the order; of the trade for a trade
    std::uint64_t reference;    ///< kind's own: venue sequence, status, series
};

/// `EventKind::quote`: both sides at once. A quantity of zero means no such side.
struct QuoteEvent {
    std::uint64_t sequence;
    std::int64_t receive_time;
    std::int64_t exchange_time;
    std::uint32_t instrument;
    EventKind kind;
    Side side;
    std::uint16_t flags;
    std::int64_t bid_price;
    std::int64_t bid_quantity;
    std::int64_t ask_price;
    std::int64_t ask_quantity;
};

/// `EventKind::bar`, stamped with its close in `exchange_time`. Open, high and close are kept as
/// distances above the low, so the whole bar is one record; a bar wider than 2³² − 1 increments is
/// refused where it enters.
struct BarEvent {
    std::uint64_t sequence;
    std::int64_t receive_time;
    std::int64_t exchange_time;
    std::uint32_t instrument;
    EventKind kind;
    Side side;                ///< `none`: trades; `buy`: bid prices; `sell`: ask prices
    std::uint16_t flags;
    std::int64_t low;
    std::uint32_t open_above_low;
    std::uint32_t high_above_low;
    std::uint32_t close_above_low;
    std::uint32_t seconds;    ///< length of the bar
    std::int64_t volume;      ///< lots; 0 where the source has none

    std::int64_t open() const noexcept { return low + open_above_low; }
    std::int64_t high() const noexcept { return low + high_above_low; }
    std::int64_t close() const noexcept { return low + close_above_low; }
};

static_assert(sizeof(MarketEvent) == 64 && alignof(MarketEvent) == 8);
static_assert(sizeof(QuoteEvent) == 64 && sizeof(BarEvent) == 64);
static_assert(offsetof(MarketEvent, kind) == 28 && offsetof(QuoteEvent, kind) == 28 && offsetof(BarEvent, kind) == 28);
static_assert(offsetof(MarketEvent, price) == 32 && offsetof(BarEvent, low) == 32);

/// Reads a market event as the quote that it is. Its kind is the caller's to check.
inline QuoteEvent as_quote(const MarketEvent& event) noexcept { return __builtin_bit_cast(QuoteEvent, event); }
/// Reads a market event as the bar that it is. Its kind is the caller's to check.
inline BarEvent as_bar(const MarketEvent& event) noexcept { return __builtin_bit_cast(BarEvent, event); }
/// The bar or quote as the record that travels.
inline MarketEvent as_market_event(const BarEvent& bar) noexcept { return __builtin_bit_cast(MarketEvent, bar); }
inline MarketEvent as_market_event(const QuoteEvent& quote) noexcept { return __builtin_bit_cast(MarketEvent, quote); }

/// What an operator, a watchdog or the host orders, in `code` of a `control` event.
enum class ControlAction : std::uint16_t {
    none = 0,
    kill = 1,        ///< cancel everything, take no new risk until lifted
    resume = 2,      ///< an operator lifts the kill switch
    cancel_all = 3,  ///< cancel open orders, go on trading
    stop = 4,        ///< the run ends: cancel everything, finish
    reconcile = 5,   ///< ask the venue for orders, fills and positions now
    accept = 6,      ///< an operator takes the venue's positions over as ours, where the last comparison found others
};

/// What the host tells the engine, and what the engine asks of the host; a payload may follow.
struct HostEvent {
    std::uint64_t sequence;
    std::int64_t receive_time;
    std::int64_t due_time;       ///< timer: when it was due; decision request: the deadline
    std::uint32_t instrument;    ///< UINT32_MAX: no instrument
    EventKind kind;
    Side side;
    std::uint16_t flags;         ///< HostFlags
    std::uint64_t id;            ///< timer, epoch; decision: sequence of its request
    double strength;             ///< decision: target strength, −2 … +2
    double confidence;           ///< decision: 0 … 1
    std::uint16_t code;          ///< ControlAction, deny code, note
    std::uint16_t payload_kind;  ///< what follows as payload; 0: nothing
    std::uint32_t payload_size;  ///< its length in bytes
};

/// Bits of `flags` of a host event.
enum HostFlags : std::uint16_t {
    host_flag_fallback = 1, ///< decision: the rule-based fallback answered in the council's stead
    host_flag_veto = 2,     ///< decision: the consensus refused to act
};

static_assert(sizeof(HostEvent) == 64 && offsetof(HostEvent, kind) == 28);

} // namespace martlet
