#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/book.hpp"
#include "martlet/command.hpp"
#include "martlet/event.hpp"
#include "martlet/instrument.hpp"
#include "martlet/order_event.hpp"

// Our orders against a market that was recorded without them.
//
//     recorded events ──► on_market ──► the book of the instrument ──► passive fills ─┐
//     our commands ─────► submit ─────► walks the book at arrival ───► taker fills ───┴─► reports()
//
// The book is the market's own, or one that its host keeps anyway (`shared_book`): building it twice would cost
// more than all the rest.
//
// The recorded market does not react to us. So that this flatters nobody:
//   * an order arriving at time t meets the book made by events at or before t;
//   * liquidity that we took stays taken for as long as the recorded market shows it;
//   * a passive order fills only through an event strictly later than its arrival, at its own price, never for
//     more than that event offered.

namespace martlet {

/// What the recording of one instrument consists of.
enum class RecordedSource : std::uint8_t {
    by_order = 0, ///< order_add … order_execute; trades count only when flagged `implied` (hidden, crosses): the others repeat executions
    by_price = 1, ///< level_set and trades
    top = 2,      ///< quotes and, where there are any, trades
    bars = 3,     ///< bars alone
};

/// When a passive order fills.
enum class QueueModel : std::uint8_t {
    trade_through = 0,  ///< the market trades, or is offered, strictly beyond the order's price
    queue_position = 1, ///< also at its price, once what stood before it is consumed
};

/// How one instrument's recording is used.
struct RecordedOptions {
    RecordedSource source = RecordedSource::by_order;
    QueueModel queue = QueueModel::trade_through;
    std::uint32_t expected_orders = 4096;   ///< of the recorded book
    std::uint32_t expected_levels = 4096;
    std::uint32_t maximum_orders = IdTable::maximum_handles - 1; ///< of the recorded book, below 2²²
    std::uint32_t maximum_working = 4096;   ///< our open orders in this instrument; beyond: order_exceeds_limit
    std::int64_t half_spread = 0;           ///< increments that a taker pays on bars of trades
    std::int64_t slippage = 0;              ///< increments that a taker pays on any bar, on top
    /// Bars: an order that arrives at most this long after a bar's opening still gets that opening (ns).
    std::int64_t opening_window = 1'000'000'000;
    /// The instrument's book where somebody else keeps it, in the mode that `source` asks for; it must outlive the
    /// market. Null: the market keeps its own.
    const Book* shared_book = nullptr;
};

/// Matches our commands against recorded markets of many instruments, and says what a venue would have
/// said. One thread; takes no clock: times are those of the events and the arrival times that it is given.
///
/// Orders: limit and market; day and good_till_cancel rest, immediate_or_cancel and fill_or_kill do not.
/// `replace` states the total quantity (filled included); at the same price without growth the order keeps its
/// time. What rests of a market order is canceled (`no_liquidity`); on bars it waits for the next opening.
///
/// Bars: an order trades at the opening of the first bar that opens at or after its arrival (see
/// `opening_window`) and closes strictly after it, at open ± (half_spread + slippage), a limit order only if
/// its price allows; a resting limit order fills in full at its price when a bar trades strictly beyond it. Bars
/// of bid prices serve sellers, bars of ask prices buyers, both without half_spread; bars of trades serve both.
///
/// Cost: on_market is the book's apply plus a few comparisons while no order of ours works in the
/// instrument, O(our working orders there) otherwise. Memory: its own books; 256 bytes an order of ours; the last
/// 65,536 finished orders and fills are remembered for `order_status`, duplicates and `trades`.
class MARTLET_NONCOPYABLE RecordedMarket {
public:
    /// One definition and one set of options an instrument; events and commands name it by `definitions[i].id`
    /// (below 1,048,576). An instrument whose money does not fit 64 bits refuses all orders with `other`.
    RecordedMarket(const InstrumentDefinition* definitions, const RecordedOptions* options, std::size_t count) noexcept;
    RecordedMarket(RecordedMarket&& other) noexcept;
    RecordedMarket& operator=(RecordedMarket&& other) noexcept;
    RecordedMarket(const RecordedMarket&) = delete;
    RecordedMarket& operator=(const RecordedMarket&) = delete;
    ~RecordedMarket();

    /// The market's next event, in the order of the stream, for an instrument whose book is the market's own.
    /// Returns the book's fault; an event of an instrument that is not here is ignored.
    BookFault on_market(const MarketEvent& event) noexcept;

    /// The same for an instrument with a shared book: `before`, then its keeper applies the event, then `after`,
    /// which returns `report_count()`. Nothing may be submitted in between.
    void before(const MarketEvent* event) noexcept;
    std::size_t after(const MarketEvent* event) noexcept;

    /// A command of ours that reaches the venue at `arrival_time` (ns). All events up to that time must have
    /// been given; where later ones were given already, the order counts as arriving with the last of them.
    /// new_order, cancel, replace, order_status, mass_status, positions and trades are answered; other kinds
    /// are not for a venue and are ignored.
    void submit(const Command& command, std::int64_t arrival_time) noexcept;

    /// What the venue says, in order, since `clear_reports`: `report_count()` records, good until the next call
    /// that is not const. `exchange_time` is the time of the market event or arrival behind it; sequence and
    /// receive_time are the host's to fill.
    const OrderEvent* reports() const noexcept MARTLET_RETURNS_INTERIOR;
    std::size_t report_count() const noexcept;
    void clear_reports() noexcept;

    /// Our open orders in all instruments.
    std::size_t working_count() const noexcept;
    /// Our position in lots; buys are positive. 0 for an instrument that is not here.
    std::int64_t position(std::uint32_t instrument) const noexcept;
    /// Money units received minus paid in this instrument, fees deducted; rounded half to even once.
    std::int64_t cash(std::uint32_t instrument) const noexcept;
    /// Best recorded levels (not on bars).
    Level best_bid(std::uint32_t instrument) const noexcept;
    Level best_ask(std::uint32_t instrument) const noexcept;
    /// The recorded book; null for an instrument that is not here.
    const Book* book(std::uint32_t instrument) const noexcept MARTLET_RETURNS_INTERIOR;

private:
    struct State;
    State* state_;
};

} // namespace martlet
