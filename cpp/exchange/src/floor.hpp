#pragma once
#include <cstddef>
#include <cstdint>

#include <vector>

#include "martlet/exchange.hpp"
#include "martlet/instrument.hpp"
#include "martlet/matching.hpp"

#include "fair_value.hpp"

namespace martlet::exchange {

/// Participants of one instrument; owner numbers are `first_participant` + these.
enum Participant : std::uint32_t {
    noise_traders = 0,
    first_maker = 1,
    maker_count = 3,
    first_trend_follower = 4,
    trend_follower_count = 2,
    first_mean_reverter = 6,
    mean_reverter_count = 2,
    participant_count = 8,
};

/// A resting order of a participant, in a slot that its number names: number = count × 65,536 + slot.
struct ParticipantOrder {
    std::uint64_t number = 0;  ///< 0: the slot is free
    std::int64_t price = 0;
    std::int64_t leaves = 0;
    std::uint32_t participant = 0;
    std::uint32_t place = 0;   ///< noise traders: place in their list
    Side side = Side::none;
};

/// Who hears of what happens to orders of external owners.
class ExternalOrders {
public:
    virtual void external_fill(std::uint64_t number, std::int64_t price, std::int64_t lots, std::int64_t leaves, bool taker) = 0;

protected:
    ~ExternalOrders() = default;
};

/// Where market events go and where numbers come from: shared by all instruments of an exchange.
struct Tape {
    std::vector<MarketEvent> events;
    std::uint64_t next_order = 1;
    std::uint64_t next_trade = 1;
    std::int64_t now = 0;
    std::uint64_t orders = 0;
    std::uint64_t trades = 0;
};

/// One instrument of a generated market: its matching engine, the participants' orders and accounts.
/// Nothing else gives orders of participants to the engine, and no fill comes from elsewhere.
class Floor {
public:
    static constexpr std::uint32_t no_slot = 0xFFFF;
    static constexpr std::uint32_t external_slot = 0xFFFF;

    Floor(const InstrumentDefinition& instrument, const MarketProfile& profile, Tape& tape, ExternalOrders& external);

    /// A limit order of a participant. The slot of what rests; `no_slot` where nothing does.
    std::uint32_t place(std::uint32_t participant, Side side, std::int64_t price, std::int64_t lots, TimeInForce time_in_force);
    void cancel(std::uint32_t slot);
    /// New price or size of a resting order; the slot stays unless the order is filled by it.
    void replace(std::uint32_t slot, std::int64_t price, std::int64_t lots);
    const ParticipantOrder& order(std::uint32_t slot) const noexcept { return orders_[slot]; }
    bool room() const noexcept { return !free_.empty(); }

    std::int64_t best_bid() const noexcept; ///< 0: no bids
    std::int64_t best_ask() const noexcept; ///< 0: no asks
    /// Half-way between the best prices, `fallback` where a side is empty.
    double mid(double fallback) const noexcept;
    std::int64_t position(std::uint32_t participant) const noexcept { return holdings_[participant].position; }
    const Holding& holding(std::uint32_t participant) const noexcept { return holdings_[participant]; }
    Holding& holding(std::uint32_t participant) noexcept { return holdings_[participant]; }

    /// Takes an order of an external owner to the engine; fills come through `ExternalOrders`.
    MatchOutcome external_new(std::uint64_t number, std::uint32_t owner, const Command& command);
    MatchOutcome external_cancel(std::uint64_t number);
    MatchOutcome external_replace(std::uint64_t number, std::int64_t price, std::int64_t lots);

    /// Resting orders of the noise traders, by place in no particular order; a place gives the slot.
    std::uint32_t noise_count() const noexcept { return static_cast<std::uint32_t>(noise_.size()); }
    std::uint32_t noise_order(std::uint32_t place) const noexcept { return noise_[place]; }
    const MatchingEngine& engine() const noexcept { return engine_; }

    const InstrumentDefinition instrument;
    const MarketProfile profile;
    const MoneyRatio ratio;
    const std::int64_t tick;
    const std::int64_t step; ///< increments between quote levels: a tick, more where ticks are fine against the volatility

private:
    struct Sink;
    void mark_last(std::size_t before) noexcept;
    void release(std::uint32_t slot) noexcept;
    void settle(std::uint32_t participant, Side side, std::int64_t price, std::int64_t lots, bool taker) noexcept;
    void participant_fill(std::uint64_t number, std::int64_t price, std::int64_t lots, std::int64_t leaves);

    MatchingEngine engine_;
    Tape& tape_;
    ExternalOrders& external_;
    std::vector<ParticipantOrder> orders_;
    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> noise_;
    Holding holdings_[participant_count] = {};
};

} // namespace martlet::exchange
