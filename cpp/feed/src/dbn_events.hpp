#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dbn_record.hpp"
#include "martlet/dbn.hpp"
#include "order_table.hpp"

namespace martlet {

/// From records to events: which instruments are wanted, what of their orders lives, which venue events are open.
class DbnTranslator {
public:
    DbnTranslator(const DbnOptions& options, const DbnInstrument* instruments, std::size_t instrument_count, EventBuffer& out);

    /// Whether this instrument was named by symbol only; then `bind` says its number.
    void bind(std::string_view symbol, std::uint32_t instrument_id);
    bool has_symbols() const noexcept { return !by_symbol_.empty(); }
    /// Applies a record. A defect that is rejected has changed nothing.
    Defect apply(const DbnRecord& record);
    /// Ends open snapshots and venue events.
    void finish();

    FeedStatus status() const noexcept { return status_; }
    /// Adds what the translator counts.
    void add_counts(DbnCounts& counts) const noexcept;

private:
    struct Order {
        std::int64_t price;   ///< increments
        std::uint32_t book;   ///< lots, as the venue's adds, cancels and modifies say
        std::uint32_t shown;  ///< lots, less the fills that those have not repeated yet: what our events add up to
        Side side;
    };
    struct Lane {
        std::uint32_t instrument;
        std::int64_t increment;        ///< in 1e-9
        OrderTable<Order> orders{8};
        bool in_snapshot = false;
        bool bad = false;              ///< a gap was told, and nothing since stated the book anew
        bool has_quote = false;
        bool has_trades = false;       ///< in the open venue event
        bool has_fills = false;        ///< in the open venue event
        std::int64_t bid_price = 0, bid_size = 0, ask_price = 0, ask_size = 0;
    };

    Lane* lane_of(std::uint32_t instrument_id);
    Defect apply_order(Lane& lane, const DbnRecord& record);
    Defect apply_quote(Lane& lane, const DbnRecord& record);
    Defect add(Lane& lane, const DbnRecord& record);
    Defect cancel(Lane& lane, const DbnRecord& record);
    Defect modify(Lane& lane, const DbnRecord& record);
    Defect trade(Lane& lane, const DbnRecord& record);
    Defect fill(Lane& lane, const DbnRecord& record);
    Defect clear(Lane& lane);
    Defect read_price(const Lane& lane, std::int64_t raw, std::int64_t& price) const noexcept;
    Defect read_order(const Lane& lane, const DbnRecord& record, std::int64_t& price, Side& side) const noexcept;
    Defect read_level(const Lane& lane, std::int64_t raw, std::uint32_t size, std::int64_t& price, std::int64_t& lots) const noexcept;
    void begin_snapshot(Lane& lane);
    void end_snapshot(Lane& lane);
    MarketEvent& emit(const Lane& lane, EventKind kind, Side side, std::int64_t price, std::int64_t quantity, std::uint64_t order,
                      std::uint16_t flags = 0);
    void close_event(Lane& lane);
    void flush();

    EventBuffer& out_;
    Decimal default_increment_;
    bool all_;
    std::size_t maximum_instruments_;
    std::size_t maximum_orders_;
    std::vector<Lane> lanes_;
    std::unordered_map<std::uint32_t, std::uint32_t> lane_by_id_;
    std::vector<DbnInstrument> by_symbol_;
    std::vector<MarketEvent> open_; ///< events whose venue event is not complete
    // Of the record at hand:
    std::int64_t event_time_ = 0;
    std::int64_t receive_time_ = 0;
    std::uint32_t sequence_ = 0;
    bool snapshot_ = false;
    FeedStatus status_ = FeedStatus::ok;
    DbnCounts counts_{};
};

} // namespace martlet
