#pragma once
#include <cstddef>
#include <cstdint>

#include <map>
#include <memory>
#include <vector>

#include "martlet/exchange.hpp"
#include "martlet/recorded_market.hpp"

#include "account.hpp"
#include "floor.hpp"
#include "generated_market.hpp"
#include "recorded_replay.hpp"

namespace martlet {

/// Behind `Exchange`: one of the two markets, the external owners' orders and accounts, the output.
struct Exchange::State final : exchange::ExternalOrders {
    /// An open order of an external owner.
    struct External {
        std::uint64_t number;
        std::uint32_t owner;
        std::uint32_t instrument;
        Side side;
    };

    State(const ExchangeOptions& options, std::vector<MarketProfile> profiles);

    ExchangeStatus advance(std::int64_t to_time);
    void submit(const Command& command, std::uint32_t owner, std::uint64_t venue_order);
    void cancel_all(std::uint32_t owner);
    void close();
    std::size_t snapshot(std::uint32_t instrument, MarketEvent* events, std::size_t capacity) const;

    // What the generated market's engines say of external orders.
    void accepted(std::uint32_t instrument, const Accepted& event) override;
    void filled(std::uint32_t instrument, const OrderState& order, const Filled& fill, bool taker) override;
    void canceled(std::uint32_t instrument, const Canceled& event) override;
    void replaced(std::uint32_t instrument, const Replaced& event) override;
    void rejected(std::uint32_t instrument, const Rejected& event) override;

    // The recorded market.
    void run_recorded();
    void publish_recorded(const MarketEvent& event);
    void withdraw_recorded_book(std::uint32_t instrument);
    void collect_recorded();

    RejectReason judge(const Command& command) const;
    void submit_generated(const Command& command, std::uint32_t owner);
    void refuse(const Command& command, std::uint32_t owner, RejectReason reason);
    OrderEvent blank(std::uint32_t instrument, Side side, std::uint64_t number) noexcept;
    void emit(const OrderEvent& event, std::uint32_t owner);
    void book_fill(std::uint32_t owner, std::uint32_t instrument, Side side, std::int64_t price, std::int64_t lots, std::int64_t fee);

    std::vector<InstrumentDefinition> instruments;
    std::vector<MoneyRatio> ratios;
    std::size_t market_buffer;
    std::size_t report_buffer;
    exchange::Tape tape;
    std::vector<OwnedReport> reports;
    std::unique_ptr<exchange::GeneratedMarket> generated;
    std::unique_ptr<exchange::RecordedReplay> replay;
    std::unique_ptr<RecordedMarket> recorded;
    std::vector<MarketEvent> scratch;
    std::vector<double> last_prices;
    std::map<std::uint64_t, External> open_orders; ///< by client order; ordered, so that a mass cancel is too
    std::map<std::uint32_t, std::vector<exchange::Account>> accounts;
    std::uint64_t next_order = 1;
    std::uint64_t next_execution = 1;
    std::uint64_t pending_number = 0; ///< of the order that is being submitted
    std::uint64_t external_orders = 0;
    std::uint64_t faults = 0;
    std::uint64_t growths = 0;
    bool closed = false;

    /// Marks the cancel requests that the exchange makes itself.
    static constexpr std::uint64_t unsolicited_bit = 1ull << 63;
};

} // namespace martlet
