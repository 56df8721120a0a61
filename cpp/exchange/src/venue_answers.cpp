#include "venue_desk.hpp"

#include <cstring>

#include "identifiers.hpp"

// What the desk answers to questions: status of orders, positions, executions, books.

namespace martlet::exchange {

VenueReport VenueDesk::describe(const VenueOrder& order) const noexcept {
    VenueReport report{};
    report.order_price = order.type == OrderType::limit ? order.price : 0;
    report.order_quantity = order.quantity;
    report.average_price = order.cumulative > 0 ? static_cast<std::int64_t>(order.notional / static_cast<double>(order.cumulative)) : 0;
    report.type = order.type;
    report.time_in_force = order.time_in_force;
    return report;
}

/// The order as it stands. Nothing happens by it, so it has no execution number.
VenueReport VenueDesk::status_of(const VenueOrder& order) const noexcept {
    VenueReport report = describe(order);
    OrderEvent& event = report.event;
    event.receive_time = event.exchange_time = order.time;
    event.instrument = order.instrument;
    event.kind = EventKind::execution_report;
    event.side = order.side;
    event.flags = order_flag_status;
    event.venue_order = venue_identifier('O', order.number);
    event.execution = venue_identifier('S', order.number);
    event.exec_type = ExecType::order_status;
    event.status = order.status;
    event.cumulative_quantity = order.cumulative;
    event.leaves_quantity = order.leaves;
    event.client_order = order.key;
    std::memcpy(report.client_order, order.client_order, sizeof report.client_order);
    return report;
}

void VenueDesk::order_status(const VenueRequest& request) {
    const VenueOrder* order = books_.find(owner_of(request.session), request.client_order);
    VenueReport report{};
    if (order != nullptr) {
        report = status_of(*order);
        // Under the id that was asked for, which may be an earlier one of the order.
        if (std::strcmp(report.client_order, request.client_order) != 0)
            std::memcpy(report.original_client_order, request.client_order, sizeof report.original_client_order);
    } else {
        report.event.receive_time = report.event.exchange_time = exchange_.now();
        report.event.instrument = request.instrument;
        report.event.kind = EventKind::execution_report;
        report.event.side = request.side;
        report.event.flags = order_flag_status;
        report.event.execution = venue_identifier('S', 0);
        report.event.exec_type = ExecType::order_status;
        report.event.status = OrderStatus::rejected;
        report.event.reason = RejectReason::unknown_order;
        std::memcpy(report.client_order, request.client_order, sizeof report.client_order);
        std::memcpy(report.symbol, request.symbol, sizeof report.symbol);
    }
    std::memcpy(report.request, request.request, sizeof report.request);
    outbox_.push_back({request.session, report});
}

void VenueDesk::answer(const VenueRequest& request, std::vector<VenueReport>& reports) {
    // The opening must not overtake reports that wait for the journal.
    if (!commit()) return;
    const auto total = static_cast<std::uint32_t>(reports.size());
    outlet_.begin_answer(request.session, request.kind, request.request, total);
    for (std::uint32_t i = 0; i < total; ++i) {
        std::memcpy(reports[i].request, request.request, sizeof reports[i].request);
        reports[i].request_total = total;
        reports[i].request_last = i + 1 == total;
        outlet_.report(request.session, reports[i]);
    }
    reports_sent_ += total;
}

void VenueDesk::mass_status(const VenueRequest& request) {
    const std::uint32_t owner = owner_of(request.session);
    std::vector<VenueReport> reports;
    for (const VenueOrder& order : books_.orders())
        if (order.owner == owner && (order.open() || order.closed_at_restart)) reports.push_back(status_of(order));
    answer(request, reports);
}

void VenueDesk::positions(const VenueRequest& request) {
    const std::uint32_t owner = owner_of(request.session);
    std::vector<VenueReport> reports;
    for (std::uint32_t i = 0; i < books_.instruments().size(); ++i) {
        const Holding holding = books_.holding(owner, i);
        if (holding.position == 0 && holding.cash == 0) continue;
        VenueReport report{};
        report.event.receive_time = report.event.exchange_time = exchange_.now();
        report.event.instrument = i;
        report.event.kind = EventKind::position_report;
        report.event.cumulative_quantity = holding.position;
        report.event.fee = holding.cash;
        reports.push_back(report);
    }
    answer(request, reports);
}

void VenueDesk::trades(const VenueRequest& request) {
    const std::uint32_t owner = owner_of(request.session);
    std::vector<VenueReport> reports;
    for (const OrderEvent& execution : books_.executions()) {
        const VenueOrder* order = books_.find_key(execution.client_order);
        if (order == nullptr || order->owner != owner || execution.exchange_time < request.from_time) continue;
        VenueReport report = describe(*order);
        report.event = execution;
        report.event.kind = EventKind::trade_report;
        std::memcpy(report.client_order, books_.text_of(execution.client_order), sizeof report.client_order);
        reports.push_back(report);
    }
    answer(request, reports);
}

void VenueDesk::subscribe(const VenueRequest& request) {
    if (request.fault != RejectReason::none || request.instrument >= books_.instruments().size()) {
        outlet_.reject_market_data(request.session, request.request, RejectReason::unknown_instrument);
        return;
    }
    // What changed the book so far must be out before the book itself is.
    publish();
    std::size_t count = exchange_.snapshot(request.instrument, book_.data(), book_.size());
    if (count > book_.size()) {
        book_.resize(count * 2);
        count = exchange_.snapshot(request.instrument, book_.data(), book_.size());
    }
    // Without the marks of its begin and end.
    outlet_.snapshot(request.session, request.request, request.instrument, book_.data() + 1, count - 2);
    ++snapshots_;
}

} // namespace martlet::exchange
