#pragma once
#include <cstddef>
#include <cstdint>

#include <span>

#include "martlet/annotations.hpp"
#include "martlet/command.hpp"
#include "martlet/event.hpp"
#include "martlet/instrument.hpp"
#include "martlet/order_event.hpp"

// A whole venue's market without threads or clock. Time moves only in `advance`, so the same options
// and the same calls give the same events bit for bit.
//
//     fair value, regimes ──► makers, noise, trend followers, mean reverters ─┐
//                                                                             ├─► MatchingEngine ─► market events
//     submit(command, owner) ─────────────────────────────────────────────────┘                └─► reports to owners
//
//     recorded events ──► book and trades as they were ──► RecordedMarket ◄── submit(command, owner)

namespace martlet {

/// What became of a call.
enum class ExchangeStatus : std::uint8_t {
    ok = 0,
    buffer_full,     ///< `advance` stopped early: drain the buffers and call again
    ended,           ///< the recorded market has no more events
    not_open,        ///< `open` was not called or failed
    bad_instruments, ///< none, more than 64, ids not 0 … count − 1, or a tick or increment that is not positive
    bad_profile,     ///< a rate, volatility, price or size is negative, not finite or too large
    bad_time,        ///< start time negative or beyond the year 2200
    bad_recording,   ///< an event of an unknown instrument, or bars of no length
    out_of_memory,
};

/// What the latent fair value of an instrument does.
enum class Regime : std::uint8_t {
    range = 0,      ///< pulled back to where it was when the regime began
    trend_up = 1,   ///< drifts up
    trend_down = 2, ///< drifts down
    storm = 3,      ///< three times the volatility and the order flow, wide quotes
    switching = 255,///< as an option: regimes follow each other at random
};

/// Who trades against the rules in a generated market, as bits. Each works within `adversary_orders`, gives orders as
/// everybody does and acts by streams of its own; without them nothing of a market changes.
enum Adversary : std::uint32_t {
    adversary_spoofer = 1, ///< layers large orders away from the best price, trades the other side, and cancels them
    adversary_igniter = 2, ///< bursts of aggressive orders that others may follow, then the reverse
    adversary_stuffer = 4, ///< bursts of orders that are added and canceled at once
};
inline constexpr std::uint32_t all_adversaries = adversary_spoofer | adversary_igniter | adversary_stuffer;

/// How the generated market of one instrument behaves. Zero fields take the defaults in brackets.
struct MarketProfile {
    std::int64_t start_price = 0;       ///< increments [10,000 ticks]
    std::int64_t typical_lots = 0;      ///< size of a usual order [100]
    double daily_volatility = 0;        ///< of the log price over 24 hours [0.02]
    double events_per_second = 0;       ///< market events per second of virtual time, on average [10]
    std::uint32_t resting_orders = 0;   ///< orders in the book, about [200]; at most 50,000
    std::uint32_t maker_levels = 0;     ///< levels a side that each maker quotes [5]; at most 16
};

/// What an exchange is made from. Pointers are read during `open` alone, except `recorded`, which must
/// outlive the exchange.
struct ExchangeOptions {
    std::uint64_t seed = 1;
    const InstrumentDefinition* instruments = nullptr; ///< ids 0 … count − 1 in order
    std::uint32_t instrument_count = 0;                ///< 1 … 64
    const MarketProfile* profiles = nullptr;           ///< one an instrument; null: defaults
    std::int64_t start_time = 0;                       ///< ns since the Unix epoch
    double regime_minutes = 40;                        ///< mean length of a trend
    double correlation = 0.4;                          ///< of two instruments' fair values, 0 … 0.95
    Regime regime = Regime::switching;                 ///< another value holds that regime for ever
    std::uint32_t adversaries = 0;                     ///< `Adversary` bits; generated markets alone
    std::int64_t adversary_orders = 200;               ///< position that one of them takes at most, in usual orders, 1 … 10,000
    std::uint32_t market_buffer = 1u << 16;            ///< market events until `advance` stops
    std::uint32_t report_buffer = 1u << 12;            ///< reports until `advance` stops

    // A recorded market instead of a generated one. Event times are moved so that the first begins at
    // `start_time`; a start time of 0 keeps them. Orders and trades pass as they are, a quote or level becomes
    // orders. A bar that closes at T and lasts s becomes prices inside [T − s, T), evenly in time: open, low, high,
    // close where it rose, else open, high, low, close; each a quote of `half_spread` to either side and one trade
    // at it, the volume spread evenly. No price shows before its own time.
    const MarketEvent* recorded = nullptr; ///< in order of receive time
    std::uint64_t recorded_count = 0;
    std::int64_t half_spread = 0;          ///< bars: increments between price and either quote [½ to 1 tick]
    std::int64_t quote_lots = 0;           ///< bars: size shown at either quote [1,000,000]
    std::uint32_t bar_steps = 0;           ///< bars: prices between two turning points, plus one [1]
};

/// A report and whom it is for.
struct OwnedReport {
    OrderEvent event;
    std::uint32_t owner;
    std::uint32_t reserved;
};

/// Position and cash of one owner in one instrument. Cash is what fills paid and earned, fees included.
struct Holding {
    std::int64_t position;  ///< lots, signed
    std::int64_t cash;      ///< money units
    std::int64_t fees;      ///< money units paid, already taken out of `cash`
};

/// What one participant of a generated market did in one instrument.
struct ParticipantTotals {
    std::uint64_t orders;       ///< given, replacements not counted
    std::uint64_t cancels;      ///< asked for
    std::uint64_t trades;
    std::int64_t lots_ordered;  ///< of the orders given
    std::int64_t lots_traded;
    std::uint64_t campaigns;    ///< of an adversary: layerings, ignitions or stuffings begun
};

/// What has happened so far.
struct ExchangeTotals {
    std::uint64_t market_events;
    std::uint64_t orders;        ///< accepted new orders, participants' included
    std::uint64_t trades;
    std::uint64_t external_orders;
    std::uint64_t faults;        ///< recorded events that did not fit the book, and bars that overlapped: left out
    std::uint64_t buffer_growths;///< times the market buffer grew beyond its configured size
};

/// First owner number of the exchange's own participants; external owners are below.
inline constexpr std::uint32_t first_participant = 1u << 31;
/// Owner numbers of the adversaries.
inline constexpr std::uint32_t spoofer_owner = first_participant + 8;
inline constexpr std::uint32_t igniter_owner = first_participant + 9;
inline constexpr std::uint32_t stuffer_owner = first_participant + 10;

/// The exchange. One thread at a time. Nothing here reads a clock or another source of chance.
///
///     Exchange exchange;
///     exchange.open(options);
///     exchange.advance(options.start_time + 1'000'000'000);
///     for (const MarketEvent& event : exchange.market_events()) …
///     exchange.clear_market_events();
class MARTLET_NONCOPYABLE Exchange {
public:
    Exchange() noexcept;
    ~Exchange();
    Exchange(Exchange&& other) noexcept;
    Exchange& operator=(Exchange&& other) noexcept;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// Builds the market at `start_time`. A generated book is filled by its first `advance`.
    ExchangeStatus open(const ExchangeOptions& options) noexcept;

    /// Runs everything due up to and including `to_time` in order of virtual time, earlier times do
    /// nothing. Stops early with `buffer_full`; time then stands at the last event.
    ExchangeStatus advance(std::int64_t to_time) noexcept;

    /// A new order, cancel or replace of an external owner, at the present virtual time. The answer
    /// and all its fills are in `reports` afterwards. Any other command is answered `unsupported`.
    ///
    /// `client_order` must be unique among all owners' requests and below 2^63; `original_client_order` names
    /// the order of a cancel or replace by its latest accepted request. A replace states the total
    /// quantity. `venue_order` 0 lets the exchange number the order; another value is that number (after a restart).
    void submit(const Command& command, std::uint32_t owner, std::uint64_t venue_order = 0) noexcept;

    /// Cancels all open orders of an owner, with reports marked unsolicited.
    void cancel_all(std::uint32_t owner) noexcept;

    /// The market closes for good: all external orders are canceled, a trading status is published, participants
    /// rest, new orders are refused. Time goes on.
    void close() noexcept;

    std::span<const MarketEvent> market_events() const noexcept;
    void clear_market_events() noexcept;
    std::span<const OwnedReport> reports() const noexcept;
    void clear_reports() noexcept;

    /// Appends `snapshot_begin`, one `order_add` per resting order in priority order, `snapshot_end`.
    /// Writes up to `capacity` events and returns how many there are in all.
    std::size_t snapshot(std::uint32_t instrument, MarketEvent* events, std::size_t capacity) const noexcept;

    std::int64_t now() const noexcept;
    /// Time of the next event that `advance` would run; INT64_MAX: none.
    std::int64_t next_time() const noexcept;
    Regime regime(std::uint32_t instrument) const noexcept;
    /// Latent fair value in increments; for a recorded market the last price. 0: unknown.
    double fair_value(std::uint32_t instrument) const noexcept;
    Holding holding(std::uint32_t owner, std::uint32_t instrument) const noexcept;
    /// What a participant did; zeros for external owners and in a recorded market.
    ParticipantTotals participant(std::uint32_t owner, std::uint32_t instrument) const noexcept;
    /// Sum over all owners, participants included: in a generated market the position is 0 and cash is −fees.
    Holding total_holding(std::uint32_t instrument) const noexcept;
    /// Number that the next accepted order or execution gets; set after a restart to go on where it ended.
    std::uint64_t next_order() const noexcept;
    std::uint64_t next_execution() const noexcept;
    /// Takes an execution number for a report that the caller makes itself.
    std::uint64_t take_execution() noexcept;
    void resume_numbers(std::uint64_t next_order, std::uint64_t next_execution) noexcept;
    ExchangeTotals totals() const noexcept;

private:
    struct State;
    State* state_;
};

} // namespace martlet
