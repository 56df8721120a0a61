#include "recorded_state.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

// Our orders' places and lives, and what is said of them.

namespace martlet {
namespace {

// A venue identifier as text: a letter and fifteen digits.
Identifier16 identifier(char letter, std::uint64_t number) noexcept {
    char text[16];
    text[0] = letter;
    for (int at = 15; at > 0; --at, number /= 10) text[at] = static_cast<char>('0' + number % 10);
    Identifier16 made{};
    std::memcpy(&made, text, sizeof text);
    return made;
}

} // namespace

std::int64_t money_of(Int128 price_times_quantity, MoneyRatio ratio, std::int64_t parts, std::int64_t whole) noexcept {
    constexpr Int128 most = std::numeric_limits<std::int64_t>::max();
    if (ratio.denominator <= 0) return 0;
    const Int128 divisor = static_cast<Int128>(ratio.denominator) * whole;
    Int128 product = 0;
    const bool negative = (price_times_quantity < 0) != (parts < 0);
    const Int128 size = price_times_quantity < 0 ? -price_times_quantity : price_times_quantity;
    const Int128 factor = static_cast<Int128>(ratio.numerator) * (parts < 0 ? -parts : parts);
    Int128 quotient = most;
    if (!__builtin_mul_overflow(size, factor, &product)) {
        quotient = product / divisor;
        const Int128 remainder = product - quotient * divisor;
        if (remainder > divisor - remainder || (remainder == divisor - remainder && (quotient & 1) != 0)) ++quotient;
    }
    quotient = std::min(quotient, most);
    return static_cast<std::int64_t>(negative ? -quotient : quotient);
}

OrderEvent RecordedMarket::State::report(const OwnOrder& order, ExecType type, std::int64_t time) noexcept {
    OrderEvent event{};
    event.exchange_time = time;
    event.instrument = lanes[order.lane].definition.id;
    event.kind = EventKind::execution_report;
    event.side = order.side;
    event.client_order = order.client;
    event.venue_order = identifier('O', order.number);
    event.execution = identifier('E', next_execution++);
    event.cumulative_quantity = order.filled;
    const bool open = order.status == OrderStatus::new_order || order.status == OrderStatus::partially_filled;
    event.leaves_quantity = open ? order.leaves() : 0;
    event.exec_type = type;
    event.status = order.status;
    return event;
}

void RecordedMarket::State::refuse(const Command& command, EventKind kind, RejectReason reason, std::int64_t time) noexcept {
    OrderEvent event{};
    event.exchange_time = time;
    event.instrument = command.instrument;
    event.kind = kind;
    event.side = command.side;
    event.client_order = command.client_order;
    event.original_client_order = command.original_client_order;
    event.exec_type = kind == EventKind::execution_report ? ExecType::rejected : ExecType::none;
    event.status = OrderStatus::rejected;
    event.reason = reason;
    if (kind == EventKind::execution_report) event.execution = identifier('E', next_execution++);
    const auto known = by_client.find(command.original_client_order);
    if (kind == EventKind::cancel_reject && known != by_client.end()) {
        // A refused cancel or replace leaves the order as it is: say how that is.
        const OwnOrder& order = orders[known->second];
        event.venue_order = identifier('O', order.number);
        event.status = order.status;
        event.cumulative_quantity = order.filled;
    } else if (kind == EventKind::cancel_reject) {
        event.status = OrderStatus::unknown;
    }
    reports.push_back(event);
}

void RecordedMarket::State::end(const Command& command, std::int64_t time) noexcept {
    OrderEvent event{};
    event.exchange_time = time;
    event.instrument = command.instrument;
    event.kind = EventKind::report_end;
    event.reference_number = static_cast<std::uint32_t>(command.request);
    reports.push_back(event);
}

// Puts an order in its place among the working ones: after all that are not worse.
void RecordedMarket::State::stand(std::uint32_t handle) noexcept {
    const OwnOrder& order = orders[handle];
    Lane& lane = lanes[order.lane];
    auto& side = lane.working[order.side == Side::sell];
    const auto worse = [this, &order](std::uint32_t other) noexcept { return better(order.side, order.price, orders[other].price); };
    side.insert(std::find_if(side.begin(), side.end(), worse), handle);
    ++working;
    lane.busy = true;
}

void RecordedMarket::State::leave(std::uint32_t handle) noexcept {
    const OwnOrder& order = orders[handle];
    Lane& lane = lanes[order.lane];
    auto& side = lane.working[order.side == Side::sell];
    const auto at = std::find(side.begin(), side.end(), handle);
    if (at == side.end()) return;
    side.erase(at);
    --working;
    lane.find_busy();
}

void RecordedMarket::State::finish(std::uint32_t handle, OrderStatus status) noexcept {
    orders[handle].status = status;
    leave(handle);
    remember(orders[handle].client, handle, true);
}

void RecordedMarket::State::remember(std::uint64_t client, std::uint32_t handle, bool frees) noexcept {
    finished.push_back({client, handle, frees});
    if (finished.size() <= memory) return;
    const Remembered oldest = finished.front();
    finished.pop_front();
    by_client.erase(oldest.client);
    if (oldest.frees) orders.give(oldest.order);
}

// States a fill; whether the order is finished by it is in its status, taking it away is the caller's.
void RecordedMarket::State::fill(Lane& lane, OwnOrder& order, std::int64_t price, std::int64_t quantity, bool taker,
                                 std::int64_t time) noexcept {
    const Int128 value = static_cast<Int128>(price) * quantity;
    order.filled += quantity;
    order.status = order.leaves() == 0 ? OrderStatus::filled : OrderStatus::partially_filled;
    OrderEvent event = report(order, ExecType::trade, time);
    event.last_price = price;
    event.last_quantity = quantity;
    if (taker) event.flags |= order_flag_taker;
    const std::int32_t rate = taker ? lane.definition.taker_fee_ppm : lane.definition.maker_fee_ppm;
    event.fee = money_of(value < 0 ? -value : value, lane.money, rate, 1'000'000);
    lane.position += order.side == Side::buy ? quantity : -quantity;
    lane.spent += order.side == Side::buy ? value : -value;
    lane.fees += event.fee;
    reports.push_back(event);
    fills.push_back(event);
    if (fills.size() > memory) fills.pop_front();
}

// Withdraws what rests of an order that nobody asked to cancel.
void RecordedMarket::State::cancel_rest(std::uint32_t handle, RejectReason reason, std::int64_t time) noexcept {
    finish(handle, OrderStatus::canceled);
    OrderEvent event = report(orders[handle], ExecType::canceled, time);
    event.flags |= order_flag_unsolicited;
    event.reason = reason;
    reports.push_back(event);
}

std::uint32_t RecordedMarket::State::find_working(std::uint64_t client) const noexcept {
    const auto at = by_client.find(client);
    if (at == by_client.end()) return 0;
    const OwnOrder& order = orders[at->second];
    const bool open = order.status == OrderStatus::new_order || order.status == OrderStatus::partially_filled;
    return open && order.client == client ? at->second : 0;
}

// Forgets liquidity that we took and that is no longer shown.
void RecordedMarket::State::sweep(Lane& lane) noexcept {
    for (auto at = lane.taken.begin(); at != lane.taken.end();) { // ordered: each entry is judged alone
        const bool by_order = lane.options.source == RecordedSource::by_order;
        const Side side = (at->first & 1) != 0 ? Side::sell : Side::buy;
        const std::int64_t shown = by_order ? lane.book->find(at->first).quantity
                                            : lane.book->level_at(side, static_cast<std::int64_t>(at->first) >> 1).quantity;
        at->second = std::min(at->second, shown);
        at = at->second == 0 ? lane.taken.erase(at) : std::next(at);
    }
    lane.find_busy();
}

} // namespace martlet
