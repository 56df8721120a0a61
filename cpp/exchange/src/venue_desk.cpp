#include "venue_desk.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "identifiers.hpp"

namespace martlet::exchange {
namespace {

constexpr std::uint32_t no_session = UINT32_MAX;
constexpr std::size_t publish_events = 500; // in one message, about 40 kB

void copy_text(char (&to)[client_text], const char* from) noexcept {
    std::strncpy(to, from, sizeof to - 1);
    to[sizeof to - 1] = '\0';
}

RejectReason reason_closed(const VenueOrder& order) noexcept {
    return order.open() ? RejectReason::none : RejectReason::too_late;
}

} // namespace

bool VenueDesk::advance(std::int64_t time) {
    const ExchangeStatus status = exchange_.advance(time);
    drain_reports();
    publish();
    return status != ExchangeStatus::buffer_full;
}

void VenueDesk::publish() {
    const auto events = exchange_.market_events();
    market_events_ += events.size();
    // In messages of a bounded size, cut where the book is consistent.
    for (std::size_t done = 0; done < events.size();) {
        std::size_t end = std::min(done + publish_events, events.size());
        while (end < events.size() && (events[end - 1].flags & market_flag_last) == 0) ++end;
        outlet_.publish(events.data() + done, end - done);
        done = end;
    }
    exchange_.clear_market_events();
}

void VenueDesk::handle(const VenueRequest& request) {
    // A session that only listens owns nothing that it could ask about, change or leave behind.
    if (owner_of(request.session) == 0) return;
    switch (request.kind) {
    case VenueRequestKind::new_order: new_order(request); break;
    case VenueRequestKind::cancel:
    case VenueRequestKind::replace: change_order(request); break;
    case VenueRequestKind::order_status: order_status(request); break;
    case VenueRequestKind::mass_status: mass_status(request); break;
    case VenueRequestKind::session_down:
        if ((request.flags & venue_flag_cancel_on_disconnect) != 0) {
            exchange_.cancel_all(owner_of(request.session));
            drain_reports();
        }
        break;
    case VenueRequestKind::mass_cancel: mass_cancel(request); break;
    case VenueRequestKind::positions: positions(request); break;
    case VenueRequestKind::trades: trades(request); break;
    case VenueRequestKind::subscribe: subscribe(request); break;
    case VenueRequestKind::unsubscribe:
    case VenueRequestKind::session_up:
    case VenueRequestKind::none: break;
    }
}

std::uint32_t VenueDesk::owner_of(std::uint32_t session) const noexcept {
    return session < owners_.size() ? owners_[session] : 0;
}

std::uint32_t VenueDesk::session_of(std::uint32_t owner) const noexcept {
    return owner < sessions_.size() ? sessions_[owner] : no_session;
}

void VenueDesk::new_order(const VenueRequest& request) {
    const std::uint32_t owner = owner_of(request.session);
    VenueOrder* known = books_.find(owner, request.client_order);
    if (known != nullptr && (request.flags & venue_flag_possible_resend) != 0) {
        order_status(request); // the client is not sure whether we have it: we do
        return;
    }
    RejectReason reason = request.fault;
    if (known != nullptr) reason = RejectReason::duplicate_order;
    else if (closed_) reason = RejectReason::exchange_closed;
    else if (books_.full()) reason = RejectReason::order_exceeds_limit;
    if (reason != RejectReason::none) {
        refuse(request, reason, nullptr);
        return;
    }
    VenueOrderRecord record{};
    record.command.sequence = exchange_.next_order();
    record.command.receive_time = exchange_.now();
    record.command.instrument = request.instrument;
    record.command.kind = EventKind::command;
    record.command.side = request.side;
    record.command.client_order = books_.next_key();
    record.command.price = request.price;
    record.command.stop_price = request.stop_price;
    record.command.quantity = request.quantity;
    record.command.command = CommandKind::new_order;
    record.command.type = request.type;
    record.command.time_in_force = request.time_in_force;
    copy_text(record.client_order, request.client_order);
    submit(record, owner, record.command.sequence);
}

void VenueDesk::change_order(const VenueRequest& request) {
    const std::uint32_t owner = owner_of(request.session);
    const bool replaces = request.kind == VenueRequestKind::replace;
    const VenueOrder* order = books_.find(owner, request.original_client_order);
    RejectReason reason = order == nullptr ? RejectReason::unknown_order : reason_closed(*order);
    if (reason == RejectReason::none) reason = request.fault;
    if (reason == RejectReason::none && books_.find(owner, request.client_order) != nullptr) reason = RejectReason::duplicate_order;
    if (reason == RejectReason::none && replaces && request.quantity <= order->cumulative) reason = RejectReason::bad_quantity;
    if (reason == RejectReason::none && replaces && books_.full()) reason = RejectReason::order_exceeds_limit;
    if (reason != RejectReason::none) {
        refuse(request, reason, order);
        return;
    }
    VenueOrderRecord record{};
    record.command.sequence = order->number;
    record.command.receive_time = exchange_.now();
    record.command.instrument = order->instrument;
    record.command.kind = EventKind::command;
    record.command.side = order->side;
    record.command.client_order = books_.next_key();
    record.command.original_client_order = order->key;
    record.command.price = request.price;
    record.command.quantity = request.quantity;
    record.command.command = replaces ? CommandKind::replace : CommandKind::cancel;
    record.command.type = order->type;
    record.command.time_in_force = order->time_in_force;
    copy_text(record.client_order, request.client_order);
    copy_text(record.original_client_order, request.original_client_order);
    submit(record, owner, 0);
}

/// Records the request, gives it to the exchange and takes in what that says.
void VenueDesk::submit(const VenueOrderRecord& record, std::uint32_t owner, std::uint64_t number) {
    journal_.append(VenueRecordKind::order, owner, &record, sizeof record);
    const VenueOrder& order = books_.begin(record, owner);
    Command command = record.command;
    // The exchange saw only what was left of an order that it got anew after a restart.
    if (command.command == CommandKind::replace) command.quantity -= order.restored;
    exchange_.submit(command, owner, number);
    drain_reports();
}

void VenueDesk::drain_reports() {
    for (const OwnedReport& report : exchange_.reports()) tell(report.owner, report.event);
    exchange_.clear_reports();
}

/// One report: into the books, into the journal, into the outbox.
void VenueDesk::tell(std::uint32_t owner, OrderEvent event) {
    if (restoring_ && event.exec_type == ExecType::new_order) event.exec_type = ExecType::restated;
    const VenueOrder* order = books_.apply(event);
    journal_.append(VenueRecordKind::report, owner, &event, sizeof event);
    Outgoing out{};
    out.session = session_of(owner);
    if (order != nullptr) out.report = describe(*order);
    out.report.event = event;
    copy_text(out.report.client_order, books_.text_of(event.client_order));
    copy_text(out.report.original_client_order, books_.text_of(event.original_client_order));
    if (out.session != no_session) outbox_.push_back(out);
}

/// Says no to a request that never reached the exchange. It takes an execution number, so it is recorded too.
void VenueDesk::refuse(const VenueRequest& request, RejectReason reason, const VenueOrder* order) {
    OrderEvent event{};
    event.sequence = exchange_.take_execution();
    event.receive_time = event.exchange_time = exchange_.now();
    event.instrument = request.instrument;
    event.side = request.side;
    event.kind = request.kind == VenueRequestKind::new_order ? EventKind::execution_report : EventKind::cancel_reject;
    event.exec_type = request.kind == VenueRequestKind::new_order ? ExecType::rejected
                      : request.kind == VenueRequestKind::replace ? ExecType::pending_replace
                                                                  : ExecType::pending_cancel;
    event.status = OrderStatus::rejected;
    event.reason = reason;
    event.execution = venue_identifier('E', event.sequence);
    Outgoing out{};
    out.session = request.session;
    if (order != nullptr) {
        out.report = describe(*order);
        event.instrument = order->instrument;
        event.side = order->side;
        event.venue_order = venue_identifier('O', order->number);
        event.status = order->status;
        event.cumulative_quantity = order->cumulative;
        event.leaves_quantity = order->leaves;
    } else {
        out.report.order_price = request.price;
        out.report.order_quantity = request.quantity;
        out.report.type = request.type;
        out.report.time_in_force = request.time_in_force;
    }
    journal_.append(VenueRecordKind::report, owner_of(request.session), &event, sizeof event);
    out.report.event = event;
    copy_text(out.report.client_order, request.client_order);
    copy_text(out.report.original_client_order, request.original_client_order);
    static_assert(sizeof out.report.symbol == sizeof request.symbol);
    std::memcpy(out.report.symbol, request.symbol, sizeof out.report.symbol);
    outbox_.push_back(out);
}

bool VenueDesk::commit() {
    const JournalResult result = journal_.flush();
    if (result.code != JournalResult::Code::ok) {
        error_ = result.text;
        outbox_.clear();
        return false;
    }
    for (const Outgoing& out : outbox_) outlet_.report(out.session, out.report);
    reports_sent_ += outbox_.size();
    outbox_.clear();
    return true;
}

void VenueDesk::checkpoint() {
    unsigned char payload[sizeof(VenueCheckpoint) + 64 * sizeof(double)];
    const VenueCheckpoint now{exchange_.now(), exchange_.next_order(), exchange_.next_execution()};
    std::memcpy(payload, &now, sizeof now);
    const std::size_t count = books_.instruments().size();
    for (std::size_t i = 0; i < count; ++i) {
        const double price = exchange_.fair_value(static_cast<std::uint32_t>(i));
        std::memcpy(payload + sizeof now + i * sizeof price, &price, sizeof price);
    }
    journal_.append(VenueRecordKind::checkpoint, 0, payload, sizeof now + count * sizeof(double));
}

/// Cancels all open orders of the client; the answer follows their reports.
void VenueDesk::mass_cancel(const VenueRequest& request) {
    const std::uint32_t owner = owner_of(request.session);
    const auto open = [&] {
        return static_cast<std::uint32_t>(
            std::count_if(books_.orders().begin(), books_.orders().end(), [&](const VenueOrder& order) { return order.owner == owner && order.open(); }));
    };
    const std::uint32_t before = open();
    exchange_.cancel_all(owner);
    drain_reports();
    const std::uint32_t canceled = before - open();
    if (commit()) outlet_.begin_answer(request.session, request.kind, request.request, canceled);
}

void VenueDesk::close_market() {
    if (closed_) return;
    closed_ = true;
    exchange_.close();
    drain_reports();
    publish();
}

} // namespace martlet::exchange
