#include "recorded_state.hpp"

#include <algorithm>
#include <limits>

// What we ask of the recorded venue.

namespace martlet {
namespace {

constexpr std::int64_t maximum_price = std::int64_t{1} << 44;
constexpr std::int64_t maximum_quantity = std::int64_t{1} << 40;

// A market order is a limit order with the worst price there is.
std::int64_t effective_price(const Command& command) noexcept {
    if (command.type != OrderType::market) return command.price;
    return command.side == Side::buy ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

// An answer to a status request is no execution: nothing happened, so it has no execution id.
OrderEvent as_status(OrderEvent event, const Command& command) noexcept {
    event.execution = {};
    event.flags |= order_flag_status;
    event.reference_number = static_cast<std::uint32_t>(command.request);
    return event;
}

} // namespace

RejectReason RecordedMarket::State::judge(const Lane& lane, OrderType type, TimeInForce time_in_force, std::int64_t price,
                                          std::int64_t quantity) const noexcept {
    if (lane.refuses_orders) return RejectReason::other;
    if (!lane.trades()) return RejectReason::exchange_closed;
    if (type != OrderType::market && type != OrderType::limit) return RejectReason::unsupported;
    if (time_in_force > TimeInForce::fill_or_kill) return RejectReason::unsupported;
    if (quantity <= 0 || quantity > maximum_quantity) return RejectReason::bad_quantity;
    if (lane.definition.maximum_quantity > 0 && quantity > lane.definition.maximum_quantity) return RejectReason::bad_quantity;
    if (type == OrderType::limit) {
        if (price <= 0 || price >= maximum_price) return RejectReason::bad_price;
        if (lane.definition.tick > 1 && price % lane.definition.tick != 0) return RejectReason::bad_price;
    }
    return RejectReason::none;
}

void RecordedMarket::State::new_order(const Command& command, std::int64_t time) noexcept {
    Lane* lane = this->lane(command.instrument);
    RejectReason reason = RejectReason::none;
    if (lane == nullptr) reason = RejectReason::unknown_instrument;
    else if (command.side != Side::buy && command.side != Side::sell) reason = RejectReason::malformed;
    else if (by_client.count(command.client_order) != 0) reason = RejectReason::duplicate_order;
    else reason = judge(*lane, command.type, command.time_in_force, command.price, command.quantity);
    if (reason == RejectReason::none && lane->working[0].size() + lane->working[1].size() >= lane->options.maximum_working)
        reason = RejectReason::order_exceeds_limit;
    const std::uint32_t handle = reason == RejectReason::none ? orders.take() : 0;
    if (reason == RejectReason::none && handle == 0) reason = RejectReason::order_exceeds_limit;
    if (reason != RejectReason::none) {
        refuse(command, EventKind::execution_report, reason, time);
        return;
    }
    time = std::max(time, lane->clock);
    OwnOrder& order = orders[handle];
    order = OwnOrder{};
    order.client = command.client_order;
    order.number = next_order++;
    order.price = effective_price(command);
    order.quantity = command.quantity;
    order.lane = static_cast<std::uint32_t>(lane - lanes.data());
    order.side = command.side;
    order.type = command.type;
    order.time_in_force = command.time_in_force;
    order.status = OrderStatus::new_order;
    by_client.emplace(command.client_order, handle);
    reports.push_back(report(order, ExecType::new_order, time));
    arrive(handle, time);
}

void RecordedMarket::State::cancel(const Command& command, std::int64_t time) noexcept {
    const std::uint32_t handle = find_working(command.original_client_order);
    if (handle == 0) {
        const bool known = by_client.count(command.original_client_order) != 0;
        refuse(command, EventKind::cancel_reject, known ? RejectReason::too_late : RejectReason::unknown_order, time);
        return;
    }
    finish(handle, OrderStatus::canceled);
    OrderEvent event = report(orders[handle], ExecType::canceled, time);
    event.client_order = command.client_order;
    event.original_client_order = command.original_client_order;
    reports.push_back(event);
}

void RecordedMarket::State::replace(const Command& command, std::int64_t time) noexcept {
    const std::uint32_t handle = find_working(command.original_client_order);
    RejectReason reason = RejectReason::none;
    if (handle == 0) {
        const bool known = by_client.count(command.original_client_order) != 0;
        reason = known ? RejectReason::too_late : RejectReason::unknown_order;
    } else if (by_client.count(command.client_order) != 0) {
        reason = RejectReason::duplicate_order;
    } else if (orders[handle].type != OrderType::limit) {
        reason = RejectReason::unsupported;
    } else {
        const OwnOrder& order = orders[handle];
        reason = judge(lanes[order.lane], OrderType::limit, order.time_in_force, command.price, command.quantity);
        if (reason == RejectReason::none && command.quantity <= order.filled) reason = RejectReason::bad_quantity;
    }
    if (reason != RejectReason::none) {
        refuse(command, EventKind::cancel_reject, reason, time);
        return;
    }
    OwnOrder& order = orders[handle];
    time = std::max(time, lanes[order.lane].clock);
    const bool keeps_time = command.price == order.price && command.quantity <= order.quantity;
    remember(order.client, handle, false);
    by_client.emplace(command.client_order, handle);
    if (!keeps_time) leave(handle);
    order.client = command.client_order;
    order.price = command.price;
    order.quantity = command.quantity;
    OrderEvent event = report(order, ExecType::replaced, time);
    event.original_client_order = command.original_client_order;
    reports.push_back(event);
    if (!keeps_time) arrive(handle, time);
}

void RecordedMarket::State::order_status(const Command& command, std::int64_t time) noexcept {
    const auto at = by_client.find(command.client_order);
    OrderEvent event{};
    if (at == by_client.end()) {
        event.exchange_time = time;
        event.instrument = command.instrument;
        event.kind = EventKind::execution_report;
        event.client_order = command.client_order;
        event.exec_type = ExecType::order_status;
        event.status = OrderStatus::rejected;
        event.reason = RejectReason::unknown_order;
    } else {
        event = report(orders[at->second], ExecType::order_status, time);
        event.client_order = command.client_order;
    }
    reports.push_back(as_status(event, command));
}

void RecordedMarket::State::mass_status(const Command& command, std::int64_t time) noexcept {
    for (const Lane& lane : lanes) {
        for (const auto& side : lane.working) {
            for (const std::uint32_t handle : side)
                reports.push_back(as_status(report(orders[handle], ExecType::order_status, time), command));
        }
    }
    end(command, time);
}

void RecordedMarket::State::positions(const Command& command, std::int64_t time) noexcept {
    for (const Lane& lane : lanes) {
        OrderEvent event{};
        event.exchange_time = time;
        event.instrument = lane.definition.id;
        event.kind = EventKind::position_report;
        event.cumulative_quantity = lane.position;
        event.fee = money_of(-lane.spent, lane.money, 1, 1) - lane.fees;
        event.reference_number = static_cast<std::uint32_t>(command.request);
        reports.push_back(event);
    }
    end(command, time);
}

void RecordedMarket::State::trades(const Command& command, std::int64_t time) noexcept {
    for (const OrderEvent& fill : fills) {
        if (fill.exchange_time < command.stop_price) continue;
        OrderEvent event = fill;
        event.kind = EventKind::trade_report;
        event.reference_number = static_cast<std::uint32_t>(command.request);
        reports.push_back(event);
    }
    end(command, time);
}

} // namespace martlet
