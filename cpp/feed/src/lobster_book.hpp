#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <unordered_map>
#include <vector>

#include "lobster_rows.hpp"
#include "martlet/event_buffer.hpp"
#include "martlet/lobster.hpp"

namespace martlet {

/// The book of the LOBSTER importer: which orders live at which level, and which events say so.
///
///     message ─► known order? ─► its level, its event
///                └ no ─► the level's made-up order (what rested before the first row)
///                         └ none ─► nothing is known there: no event
class LobsterBook {
public:
    LobsterBook(std::size_t limit, EventBuffer& out, LobsterCounts& counts) : limit_(limit), out_(out), counts_(counts) {}

    /// Facts that all events of the row share.
    void begin_row(std::int64_t time, std::uint64_t row) noexcept;
    /// Marks the last event of the row; false where the buffer was full.
    bool end_row() noexcept;
    /// Appends an event of the row.
    void emit(EventKind kind, Side side, std::int64_t price, std::int64_t quantity, std::uint64_t order, std::uint16_t flags = 0);
    void emit_status(TradingStatus status);
    /// Best bid and ask; a size of zero means no such side.
    void emit_quote(const LobsterLevel& bid, const LobsterLevel& ask);

    /// States the whole book as a snapshot. `own`, where not null, is the addition that the row is the result of.
    void seed(const LobsterRow& row, const LobsterMessage* own);
    /// Applies an addition, cancel, removal or execution.
    Defect apply(const LobsterMessage& message);
    /// Holds the sides against the orderbook row and states anew those that are exhausted or differ.
    void reconcile(const LobsterRow& row);

private:
    struct Order {
        std::int64_t price;
        std::int64_t size;
        Side side;
    };
    struct Level {
        std::int64_t resting = 0;       ///< left of the made-up order
        std::uint64_t resting_order = 0;
        std::int64_t known = 0;         ///< sum of the orders
        std::vector<std::uint64_t> orders;
        std::int64_t total() const noexcept { return resting + known; }
    };
    /// Keys grow away from the best price. Levels up to `horizon` are known for certain, those beyond in part.
    struct BookSide {
        std::map<std::int64_t, Level> levels;
        std::int64_t horizon = std::numeric_limits<std::int64_t>::min();
    };

    static std::int64_t key(Side side, std::int64_t price) noexcept { return side == Side::buy ? -price : price; }
    BookSide& of(Side side) noexcept { return side == Side::buy ? bids_ : asks_; }

    Defect add(const LobsterMessage& message);
    Defect reduce_known(const LobsterMessage& message, std::unordered_map<std::uint64_t, Order>::iterator found);
    Defect reduce_resting(const LobsterMessage& message);
    void state_level(Side side, const LobsterLevel& wanted, std::uint16_t flags);
    void forget_level(Side side, std::map<std::int64_t, Level>::iterator level);
    void trim(Side side);
    bool equals(Side side, const std::vector<LobsterLevel>& row);
    void restate(Side side, const std::vector<LobsterLevel>& row);

    std::size_t limit_;
    EventBuffer& out_;
    LobsterCounts& counts_;
    BookSide bids_;
    BookSide asks_;
    std::unordered_map<std::uint64_t, Order> orders_;
    std::uint64_t made_up_ = 0;
    std::int64_t time_ = 0;
    std::uint64_t row_ = 0;
    std::size_t row_begin_ = 0;
    bool full_ = false;
};

} // namespace martlet
