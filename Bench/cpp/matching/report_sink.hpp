#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/matching_engine.hpp"

// Where a benchmark's engine says what it says: written out, to memory that stays in the cache, as it would be to a ring.

namespace martlet::wl1 {

/// What an owner is told.
struct Report {
    std::uint64_t number;
    std::uint64_t client;
    std::int64_t price;
    std::int64_t quantity;
    std::int64_t leaves;
    std::uint32_t owner;
    std::uint16_t kind;   ///< 1 accepted, 2 filled as maker, 3 as taker, 4 canceled, 5 replaced, 6 triggered, 7 rejected
    std::uint16_t reason;
};
static_assert(sizeof(Report) == 48);

inline Report report_of(const OrderState& order, std::int64_t price, std::int64_t quantity, std::uint16_t kind, RejectReason reason = {}) {
    return {order.number, order.client, price, quantity, order.leaves, order.owner, kind, static_cast<std::uint16_t>(reason)};
}

/// A handler that gives every report to `Self::report`.
template <class Self> struct Reporter {
    void on_accepted(const Accepted& event) { tell(report_of(event.order, event.order.price, event.order.leaves, 1)); }
    void on_fill(const Filled& event) {
        tell(report_of(event.maker, event.price, event.quantity, 2));
        tell(report_of(event.taker, event.price, event.quantity, 3));
    }
    void on_canceled(const Canceled& event) { tell(report_of(event.order, event.order.price, event.order.leaves, 4, event.reason)); }
    void on_replaced(const Replaced& event) { tell(report_of(event.order, event.order.price, event.order.leaves, 5)); }
    void on_triggered(const Triggered& event) { tell(report_of(event.order, event.stop, event.order.leaves, 6)); }
    void on_rejected(const Rejected& event) { tell({0, event.client, 0, 0, 0, event.owner, 7, static_cast<std::uint16_t>(event.reason)}); }

private:
    void tell(const Report& report) { static_cast<Self*>(this)->report(report); }
};

/// Takes what owners are told: every acceptance, fill (once a side), cancel, replace and refusal.
struct OwnersSink : Reporter<OwnersSink> {
    static constexpr std::size_t size = 512;
    Report reports[size];
    std::size_t told = 0;
    void report(const Report& report) { reports[told++ % size] = report; }
    void on_market(const MarketEvent&) {}
};

/// Takes the public feed too.
struct ReportSink : Reporter<ReportSink> {
    static constexpr std::size_t size = 512;
    Report reports[size];
    MarketEvent feed[size];
    std::size_t told = 0;
    std::size_t fed = 0;
    void report(const Report& report) { reports[told++ % size] = report; }
    void on_market(const MarketEvent& event) { feed[fed++ % size] = event; }
};

} // namespace martlet::wl1
