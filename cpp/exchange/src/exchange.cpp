#include "exchange_state.hpp"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace martlet {
namespace {

constexpr std::uint32_t most_instruments = 64;
constexpr std::int64_t latest_start = 7'258'118'400'000'000'000; // the year 2200

ExchangeStatus check_instruments(const ExchangeOptions& options) noexcept {
    if (options.instruments == nullptr || options.instrument_count == 0 || options.instrument_count > most_instruments)
        return ExchangeStatus::bad_instruments;
    for (std::uint32_t i = 0; i < options.instrument_count; ++i) {
        const InstrumentDefinition& one = options.instruments[i];
        if (one.id != i || one.tick <= 0 || one.tick > 1'000'000'000 || money_ratio(one).denominator == 0)
            return ExchangeStatus::bad_instruments;
    }
    return ExchangeStatus::ok;
}

/// The profile with its defaults filled in, or nothing where it is out of range.
ExchangeStatus complete(MarketProfile& profile, const InstrumentDefinition& instrument) noexcept {
    if (profile.start_price == 0) profile.start_price = 10'000 * instrument.tick;
    if (profile.typical_lots == 0) profile.typical_lots = 100;
    if (profile.daily_volatility == 0) profile.daily_volatility = 0.02;
    if (profile.events_per_second == 0) profile.events_per_second = 10;
    if (profile.resting_orders == 0) profile.resting_orders = 200;
    if (profile.maker_levels == 0) profile.maker_levels = 5;
    const bool fits = profile.start_price >= 20 * instrument.tick && profile.start_price <= std::int64_t{1} << 50 &&
                      profile.typical_lots > 0 && profile.typical_lots <= std::int64_t{1} << 32 &&
                      profile.daily_volatility > 0 && profile.daily_volatility <= 2 && profile.events_per_second > 0 &&
                      profile.events_per_second <= 1e6 && profile.resting_orders <= 50'000 && profile.maker_levels <= 16;
    return fits ? ExchangeStatus::ok : ExchangeStatus::bad_profile;
}

ExchangeStatus check(const ExchangeOptions& options, std::vector<MarketProfile>& profiles) {
    if (const ExchangeStatus status = check_instruments(options); status != ExchangeStatus::ok) return status;
    if (options.start_time < 0 || options.start_time > latest_start) return ExchangeStatus::bad_time;
    const bool regimes = options.regime_minutes > 0 && options.regime_minutes <= 1e6 && options.correlation >= 0 &&
                         options.correlation <= 0.95 &&
                         (options.regime == Regime::switching || options.regime <= Regime::storm) &&
                         options.adversaries <= all_adversaries && options.adversary_orders >= 1 && options.adversary_orders <= 10'000;
    if (!regimes || options.market_buffer == 0 || options.report_buffer == 0) return ExchangeStatus::bad_profile;
    if (options.recorded != nullptr) return exchange::RecordedReplay::check(options);
    for (std::uint32_t i = 0; i < options.instrument_count; ++i) {
        profiles.push_back(options.profiles != nullptr ? options.profiles[i] : MarketProfile{});
        if (const ExchangeStatus status = complete(profiles.back(), options.instruments[i]); status != ExchangeStatus::ok) return status;
    }
    return ExchangeStatus::ok;
}

} // namespace

Exchange::Exchange() noexcept : state_(nullptr) {}
Exchange::~Exchange() { delete state_; }
Exchange::Exchange(Exchange&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
Exchange& Exchange::operator=(Exchange&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}

ExchangeStatus Exchange::open(const ExchangeOptions& options) noexcept {
    try {
        std::vector<MarketProfile> profiles;
        if (const ExchangeStatus status = check(options, profiles); status != ExchangeStatus::ok) return status;
        auto made = std::make_unique<State>(options, std::move(profiles));
        delete state_;
        state_ = made.release();
        return ExchangeStatus::ok;
    } catch (const std::bad_alloc&) {
        return ExchangeStatus::out_of_memory;
    }
}

ExchangeStatus Exchange::advance(std::int64_t to_time) noexcept {
    return state_ == nullptr ? ExchangeStatus::not_open : state_->advance(to_time);
}

void Exchange::submit(const Command& command, std::uint32_t owner, std::uint64_t venue_order) noexcept {
    if (state_ != nullptr) state_->submit(command, owner, venue_order);
}

void Exchange::cancel_all(std::uint32_t owner) noexcept {
    if (state_ != nullptr) state_->cancel_all(owner);
}

void Exchange::close() noexcept {
    if (state_ != nullptr && !state_->closed) state_->close();
}

std::span<const MarketEvent> Exchange::market_events() const noexcept {
    return state_ == nullptr ? std::span<const MarketEvent>() : state_->tape.events;
}

void Exchange::clear_market_events() noexcept {
    if (state_ != nullptr) state_->tape.events.clear();
}

std::span<const OwnedReport> Exchange::reports() const noexcept {
    return state_ == nullptr ? std::span<const OwnedReport>() : state_->reports;
}

void Exchange::clear_reports() noexcept {
    if (state_ != nullptr) state_->reports.clear();
}

std::size_t Exchange::snapshot(std::uint32_t instrument, MarketEvent* events, std::size_t capacity) const noexcept {
    if (state_ == nullptr || instrument >= state_->instruments.size()) return 0;
    return state_->snapshot(instrument, events, capacity);
}

std::int64_t Exchange::now() const noexcept { return state_ == nullptr ? 0 : state_->tape.now; }

std::int64_t Exchange::next_time() const noexcept {
    if (state_ == nullptr || state_->closed) return exchange::never;
    return state_->generated != nullptr ? state_->generated->next_time() : state_->replay->next_time();
}

Regime Exchange::regime(std::uint32_t instrument) const noexcept {
    if (state_ == nullptr || state_->generated == nullptr || instrument >= state_->instruments.size()) return Regime::range;
    return state_->generated->fair_values()[instrument].regime;
}

double Exchange::fair_value(std::uint32_t instrument) const noexcept {
    if (state_ == nullptr || instrument >= state_->instruments.size()) return 0;
    return state_->generated != nullptr ? state_->generated->fair_values()[instrument].value : state_->last_prices[instrument];
}

Holding Exchange::holding(std::uint32_t owner, std::uint32_t instrument) const noexcept {
    if (state_ == nullptr || instrument >= state_->instruments.size()) return {};
    const MoneyRatio& ratio = state_->ratios[instrument];
    if (owner >= first_participant) {
        const std::uint32_t participant = owner - first_participant;
        if (state_->generated == nullptr || participant >= exchange::participant_count) return {};
        return state_->generated->floor(instrument).account(participant).holding(ratio);
    }
    const auto found = state_->accounts.find(owner);
    return found == state_->accounts.end() ? Holding{} : found->second[instrument].holding(ratio);
}

ParticipantTotals Exchange::participant(std::uint32_t owner, std::uint32_t instrument) const noexcept {
    if (state_ == nullptr || state_->generated == nullptr || instrument >= state_->instruments.size() || owner < first_participant ||
        owner - first_participant >= exchange::participant_count)
        return {};
    return state_->generated->floor(instrument).totals(owner - first_participant);
}

Holding Exchange::total_holding(std::uint32_t instrument) const noexcept {
    if (state_ == nullptr || instrument >= state_->instruments.size()) return {};
    exchange::Account total;
    for (const auto& [owner, accounts] : state_->accounts) total += accounts[instrument];
    for (std::uint32_t i = 0; i < exchange::participant_count && state_->generated != nullptr; ++i)
        total += state_->generated->floor(instrument).account(i);
    return total.holding(state_->ratios[instrument]);
}

std::uint64_t Exchange::next_order() const noexcept { return state_ == nullptr ? 0 : state_->next_order; }
std::uint64_t Exchange::next_execution() const noexcept { return state_ == nullptr ? 0 : state_->next_execution; }
std::uint64_t Exchange::take_execution() noexcept { return state_ == nullptr ? 0 : state_->next_execution++; }

void Exchange::resume_numbers(std::uint64_t next_order, std::uint64_t next_execution) noexcept {
    if (state_ == nullptr) return;
    state_->next_order = std::max(state_->next_order, next_order);
    state_->next_execution = std::max(state_->next_execution, next_execution);
}

ExchangeTotals Exchange::totals() const noexcept {
    if (state_ == nullptr) return {};
    const std::uint64_t skipped = state_->replay != nullptr ? state_->replay->skipped_bars() : 0;
    return {state_->tape.total_events, state_->tape.orders,           state_->tape.trades,
            state_->external_orders,   state_->faults + skipped, state_->growths};
}

} // namespace martlet
