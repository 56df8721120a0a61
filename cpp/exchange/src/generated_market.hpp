#pragma once
#include <cstddef>
#include <cstdint>

#include <memory>
#include <vector>

#include "adversaries.hpp"
#include "agenda.hpp"
#include "fair_value.hpp"
#include "floor.hpp"
#include "participants.hpp"

namespace martlet::exchange {

/// The generated market: fair values, one floor per instrument and its participants, each of which acts
/// when the agenda says so. Event-driven: time between two actions costs nothing.
class GeneratedMarket {
public:
    GeneratedMarket(const ExchangeOptions& options, const std::vector<MarketProfile>& profiles, Tape& tape, ExternalOrders& external);

    std::int64_t next_time() const noexcept { return agenda_.next_time(); }
    /// Lets the next actor act; the tape's time is set to its time before.
    void run_next();

    Floor& floor(std::uint32_t instrument) noexcept { return *floors_[instrument].floor; }
    const Floor& floor(std::uint32_t instrument) const noexcept { return *floors_[instrument].floor; }
    const FairValues& fair_values() const noexcept { return fair_values_; }

private:
    struct Traders {
        std::unique_ptr<Floor> floor;
        NoiseTraders noise;
        std::vector<MarketMaker> makers;
        std::vector<Taker> takers;
        Adversaries adversaries;
        bool opened = false;
    };

    void act(Traders& traders, std::uint32_t participant, const FairValues::One& fair);
    void open_floor(Traders& traders, const FairValues::One& fair);

    FairValues fair_values_;
    std::vector<Traders> floors_;
    Agenda agenda_; ///< participant_count actors per instrument, then the fair values' clock
    Tape& tape_;
};

} // namespace martlet::exchange
