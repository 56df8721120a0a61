#pragma once
#include <cstddef>
#include <cstdint>

#include <vector>

#include "martlet/exchange.hpp"
#include "martlet/instrument.hpp"
#include "martlet/matching_engine.hpp"

#include "account.hpp"

namespace martlet::exchange {

/// Participants of one instrument; owner numbers are `first_participant` + these.
enum Participant : std::uint32_t {
    noise_traders = 0,
    first_maker = 1,
    maker_count = 3,
    first_trend_follower = 4,
    first_mean_reverter = 6,
    first_adversary = 8,
    spoofer = 8,
    igniter = 9,
    stuffer = 10,
    participant_count = 11,
};

/// A resting order of a participant. Its number is unique among the participant's orders and names its
/// slot: count × 65,536 + slot.
struct ParticipantOrder {
    std::uint64_t number = 0; ///< 0: the slot is free
    std::int64_t price = 0;
    std::int64_t filled = 0;
    std::uint32_t participant = 0;
    std::uint32_t place = 0;  ///< noise traders: place in their list
    Side side = Side::none;
};

/// Who hears of what happens to orders of external owners.
class ExternalOrders {
public:
    virtual void accepted(std::uint32_t instrument, const Accepted& event) = 0;
    virtual void filled(std::uint32_t instrument, const OrderState& order, const Filled& fill, bool taker) = 0;
    virtual void canceled(std::uint32_t instrument, const Canceled& event) = 0;
    virtual void replaced(std::uint32_t instrument, const Replaced& event) = 0;
    virtual void rejected(std::uint32_t instrument, const Rejected& event) = 0;

protected:
    ~ExternalOrders() = default;
};

/// Where market events go: shared by all instruments of an exchange.
struct Tape {
    std::vector<MarketEvent> events;
    std::int64_t now = 0;
    std::uint64_t total_events = 0;
    std::uint64_t orders = 0;
    std::uint64_t trades = 0;
};

/// One instrument of a generated market: its matching engine, the participants' orders and accounts.
/// Nothing else gives orders of participants to the engine, and no fill comes from elsewhere.
class Floor {
public:
    static constexpr std::uint32_t no_slot = 0xFFFF;

    /// `adversary_slots`: orders that the adversaries may have resting together.
    Floor(const InstrumentDefinition& definition, const MarketProfile& market, std::uint32_t adversary_slots, Tape& tape,
          ExternalOrders& external);

    /// A limit order of a participant. The slot of what rests; `no_slot` where nothing does.
    std::uint32_t place(std::uint32_t participant, Side side, std::int64_t price, std::int64_t lots, TimeInForce time_in_force);
    void cancel(std::uint32_t slot);
    /// New price and open size of a resting order; the slot stays unless the order is filled by it.
    void replace(std::uint32_t slot, std::int64_t price, std::int64_t lots);
    const ParticipantOrder& order(std::uint32_t slot) const noexcept { return orders_[slot]; }
    /// Whether one more noise order may rest; the makers' share of the slots stays theirs.
    bool noise_room() const noexcept { return noise_.size() < most_noise(profile); }
    static std::uint32_t most_noise(const MarketProfile& profile) noexcept { return profile.resting_orders * 5 / 4; }
    /// Resting orders of the noise traders, by place in no particular order; a place gives the slot.
    std::uint32_t noise_count() const noexcept { return static_cast<std::uint32_t>(noise_.size()); }
    std::uint32_t noise_order(std::uint32_t place) const noexcept { return noise_[place]; }

    std::int64_t best_bid() const noexcept { return engine_.best_bid().price; } ///< 0: no bids
    std::int64_t best_ask() const noexcept { return engine_.best_ask().price; } ///< 0: no asks
    /// Half-way between the best prices, `fallback` where a side is empty.
    double mid(double fallback) const noexcept;
    std::int64_t position(std::uint32_t participant) const noexcept { return accounts_[participant].position; }
    const Account& account(std::uint32_t participant) const noexcept { return accounts_[participant]; }
    const ParticipantTotals& totals(std::uint32_t participant) const noexcept { return totals_[participant]; }
    /// An adversary begins what it is named for.
    void count_campaign(std::uint32_t participant) noexcept { ++totals_[participant].campaigns; }

    /// An external owner's request; what becomes of it comes through `ExternalOrders`.
    void external_new(const OrderRequest& request, const OrderTerms& terms) { engine_.submit(request, terms, *this); }
    void external_cancel(const CancelRequest& request) { engine_.cancel(request, *this); }
    void external_replace(const ReplaceRequest& request) { engine_.replace(request, *this); }
    void external_cancel_all(std::uint32_t owner) { engine_.cancel_all(owner, tape_.now, *this); }
    void set_status(TradingStatus status) { engine_.set_status(status, tape_.now, *this); }
    const MatchingEngine& engine() const noexcept { return engine_; }

    const InstrumentDefinition instrument;
    const MarketProfile profile;
    const MoneyRatio ratio;
    const std::int64_t tick;
    const std::int64_t step; ///< increments between quote levels: a tick, more where ticks are fine against the volatility

    // The matching engine's handler.
    void on_accepted(const Accepted& event) noexcept;
    void on_fill(const Filled& event) noexcept;
    void on_canceled(const Canceled& event) noexcept;
    void on_replaced(const Replaced& event) noexcept;
    /// Nobody is told: FIX 4.4 has no report for it, the order's fills or cancel follow.
    void on_triggered(const Triggered&) noexcept {}
    void on_rejected(const Rejected& event) noexcept;
    void on_market(const MarketEvent& event) noexcept;

    static std::uint32_t slot_of(std::uint64_t number) noexcept { return static_cast<std::uint32_t>(number & 0xFFFF); }

private:
    void release(std::uint32_t slot) noexcept;
    void settle(const OrderState& order, const Filled& fill, bool taker) noexcept;

    MatchingEngine engine_;
    Tape& tape_;
    ExternalOrders& external_;
    std::vector<ParticipantOrder> orders_;
    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> noise_;
    std::uint64_t next_count_ = 1;
    Account accounts_[participant_count];
    ParticipantTotals totals_[participant_count] = {};
};

} // namespace martlet::exchange
