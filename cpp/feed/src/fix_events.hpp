#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fix_scan.hpp"
#include "order_table.hpp"

namespace martlet {

/// From the fields of sound messages to events.
class FixTranslator {
public:
    FixTranslator(const FixLogOptions& options, const FixInstrument* instruments, std::size_t instrument_count, EventBuffer& out);

    /// What went wrong in a message, entry by entry, for the log.
    using Faults = std::vector<Defect>;
    /// Applies a message; what could not be applied is added to `faults`.
    void apply(const std::vector<FixField>& fields, Faults& faults);

    FeedStatus status() const noexcept { return status_; }
    FixLogCounts& counts() noexcept { return counts_; }
    std::uint64_t count(std::string_view type) const noexcept;
    std::size_t symbol_count() const noexcept { return lanes_.size(); }
    const std::string& symbol(std::size_t index) const noexcept { return lanes_[index].symbol; }

private:
    struct Order {
        std::int64_t price;
        std::int64_t book;   ///< lots, as New, Change and Delete say
        std::int64_t shown;  ///< lots, less the executions that those have not repeated yet
        Side side;
    };
    /// What is known of one instrument's stream.
    struct Lane {
        std::string symbol;
        std::uint32_t instrument;
        Decimal price_increment;
        Decimal lot_increment;
        std::uint64_t rpt = 0;          ///< last RptSeq; 0: none yet
        std::uint64_t rpt_message = 0;  ///< message that it came with
        bool lost = false;              ///< something is missing, and no snapshot has come since
        OrderTable<Order> orders{8};
    };
    /// One MDEntry, as it stands.
    struct Entry {
        char action = '0';
        char type = '\0';
        std::string_view symbol, security, price, size, date, clock, id, order, rpt, aggressor, condition;
    };

    Lane* lane_of(std::string_view symbol);
    void market_data(const std::vector<FixField>& fields, bool snapshot, Faults& faults);
    void read_entry_field(Entry& entry, const FixField& field) const noexcept;
    Defect entry(Lane& lane, const Entry& read, bool snapshot);
    bool in_order(Lane& lane, const Entry& read, Faults& faults);
    Defect book_entry(Lane& lane, const Entry& read, std::uint64_t rpt);
    Defect order_entry(Lane& lane, const Entry& read, std::int64_t price, std::int64_t lots, std::uint64_t rpt);
    Defect trade_entry(Lane& lane, const Entry& read, std::uint64_t rpt);
    Defect value_entry(Lane& lane, const Entry& read, std::uint64_t rpt);
    Defect security_status(const std::vector<FixField>& fields);
    Defect execution_report(const std::vector<FixField>& fields);
    Defect read_units(std::string_view text, Decimal increment, std::int64_t& units) const noexcept;
    bool entry_time(const Entry& read) noexcept;
    bool read_times(const std::vector<FixField>& fields);
    void note_sequence(const std::vector<FixField>& fields);
    void lose(Lane& lane, std::uint64_t first);
    void emit(const Lane& lane, EventKind kind, Side side, std::int64_t price, std::int64_t quantity, std::uint64_t order,
              std::uint16_t flags, std::uint64_t reference);
    void close_message();

    FixLogOptions options_;
    EventBuffer& out_;
    bool all_;
    std::size_t maximum_instruments_;
    std::vector<FixInstrument> wanted_;
    std::vector<Lane> lanes_;
    std::unordered_map<std::string, std::size_t> lane_by_symbol_;
    std::map<std::string, std::uint64_t, std::less<>> of_type_;
    std::map<std::string, std::uint64_t, std::less<>> sequences_; ///< next MsgSeqNum by sender and target
    std::vector<MarketEvent> open_;                  ///< of the message at hand
    std::int64_t message_time_ = 0;
    std::int64_t time_ = 0;                          ///< of the entry at hand
    std::int64_t receive_time_ = 0;
    std::int32_t day_ = 0;
    std::uint64_t message_ = 0;
    bool snapshot_ = false;
    FeedStatus status_ = FeedStatus::ok;
    FixLogCounts counts_{};
};

} // namespace martlet
