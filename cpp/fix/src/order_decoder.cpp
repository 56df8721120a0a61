#include "order_decoder.hpp"

#include "codes.hpp"
#include "commission.hpp"
#include "fields.hpp"

namespace martlet::fix {

using namespace FIX::FIELD;

namespace {

// PosReqResult (728) and TradeRequestResult (749), PosReqStatus (729) and TradeRequestStatus (750).
constexpr std::uint64_t valid_result = 0;
constexpr std::uint64_t no_positions_found = 2;
constexpr std::uint64_t positions_unsupported = 4;
constexpr std::uint64_t trades_unsupported = 8;
constexpr std::uint64_t other_result = 99;
constexpr std::string_view rejected_status = "2";

constexpr int exec_trans_type = 20;

} // namespace

OrderEvent OrderDecoder::head(const FIX::Message& message, EventKind kind) const {
    OrderEvent event{};
    event.kind = kind;
    event.instrument = no_instrument;
    event.exchange_time = message_time(message);
    event.flags = duplicate_flags(message);
    event.client_order = client_order(field(message, ClOrdID), &event.flags);
    std::uint16_t ignored = 0;
    event.original_client_order = client_order(field(message, OrigClOrdID), &ignored);
    const std::string_view order = field(message, OrderID);
    event.venue_order = make_identifier(order.data(), order.size());
    const std::string_view execution = field(message, ExecID);
    event.execution = make_identifier(execution.data(), execution.size());
    event.side = read_side(field(message, FIX::FIELD::Side));
    return event;
}

std::uint64_t OrderDecoder::client_order(std::string_view text, std::uint16_t* flags) const {
    std::uint64_t packed = 0;
    if (!text.empty() && !context_.codec.read(text.data(), text.size(), &packed)) *flags |= order_flag_foreign_id;
    return packed;
}

void OrderDecoder::tell(OrderEvent event, RejectReason reason) {
    event.kind = EventKind::business_reject;
    event.reason = reason;
    sink_.push(event);
}

bool OrderDecoder::undecodable(OrderEvent event, RejectReason reason) {
    event.flags |= order_flag_undecodable;
    tell(event, reason);
    return false;
}

void OrderDecoder::end_of(std::uint64_t request, std::int64_t time) {
    OrderEvent event{};
    event.kind = EventKind::report_end;
    event.instrument = no_instrument;
    event.exchange_time = time;
    event.reference_number = static_cast<std::uint32_t>(request);
    sink_.push(event);
}

RejectReason OrderDecoder::read_execution(const FIX::Message& message, const InstrumentDefinition& definition, OrderEvent* event) const {
    const Decimal lot = definition.lot_increment;
    const bool exact = read_units(field(message, LastQty), lot, &event->last_quantity) &&
                       read_units(field(message, LastPx), definition.price_increment, &event->last_price) &&
                       read_units(field(message, CumQty), lot, &event->cumulative_quantity) &&
                       read_units(field(message, LeavesQty), lot, &event->leaves_quantity);
    if (!exact) return RejectReason::bad_price;
    const RejectReason charged = read_commission(message, definition, event->last_quantity, event->last_price, &event->fee);
    // Only an execution is booked with its fee; nothing else is worth less for one that cannot be read.
    return event->exec_type == martlet::ExecType::trade || revises(event->exec_type) ? charged : RejectReason::none;
}

/// ExecType as 4.4 means it. Where there is an ExecTransType, that says first whether a report is news, takes something back or
/// answers, and an execution is a partial fill or a fill.
martlet::ExecType OrderDecoder::exec_type(const FIX::Message& message) const {
    const std::string_view type = field(message, FIX::FIELD::ExecType);
    if (!context_.words->transaction_type) return read_exec_type(type);
    const std::string_view transaction = field(message, exec_trans_type);
    if (transaction == "1") return martlet::ExecType::trade_cancel;
    if (transaction == "2") return martlet::ExecType::trade_correct;
    if (transaction == "3") return martlet::ExecType::order_status;
    return type == "1" || type == "2" ? martlet::ExecType::trade : read_exec_type(type);
}

/// The execution that a bust or correction is about. Some venues have it refer to the correction before it, which the
/// engine, who knows executions alone, has never heard of.
Identifier16 OrderDecoder::revised_execution(const OrderEvent& revision, std::string_view reference) {
    Identifier16 execution = make_identifier(reference.data(), reference.size());
    for (const Revision& earlier : revisions_)
        if (earlier.revision == execution && earlier.order == revision.venue_order) {
            execution = earlier.execution;
            break;
        }
    revisions_[next_revision_++ % revisions_.size()] = Revision{revision.venue_order, revision.execution, execution};
    return execution;
}

/// What an execution report says, beyond its head. `none`: all of it could be read.
RejectReason OrderDecoder::read_report(const FIX::Message& message, OrderEvent* event) {
    event->exec_type = exec_type(message);
    event->status = read_order_status(field(message, OrdStatus));
    const InstrumentDefinition* definition = context_.instruments.find(field(message, Symbol));
    if (definition == nullptr) return RejectReason::unknown_instrument;
    event->instrument = definition->id;
    if (event->exec_type == martlet::ExecType::none || event->status == OrderStatus::unknown || event->side == martlet::Side::none)
        return RejectReason::unsupported;
    if (revises(event->exec_type)) {
        // A bust or a correction has an ExecID of its own; the execution that it takes back is in ExecRefID.
        const std::string_view revised = field(message, ExecRefID);
        if (revised.empty()) return RejectReason::malformed;
        event->execution = revised_execution(*event, revised);
    }
    if (const RejectReason unread = read_execution(message, *definition, event); unread != RejectReason::none) return unread;
    // Where a version has a status "replaced", the replacement itself is new or partially filled.
    if (event->status == OrderStatus::replaced)
        event->status = event->cumulative_quantity > 0 ? OrderStatus::partially_filled : OrderStatus::new_order;
    if (event->exec_type == martlet::ExecType::order_status) event->flags |= order_flag_status;
    if (!field(message, ExecRestatementReason).empty()) event->flags |= order_flag_unsolicited;
    if (field(message, LastLiquidityInd) == "2") event->flags |= order_flag_taker;
    const std::string_view number = field(message, OrdRejReason);
    if (!number.empty() || event->exec_type == martlet::ExecType::rejected) event->reason = read_order_reject(number, field(message, Text));
    return RejectReason::none;
}

bool OrderDecoder::execution_report(const FIX::Message& message) {
    OrderEvent event = head(message, EventKind::execution_report);
    std::uint64_t request = 0, total = 1;
    const bool mass = read_number(field(message, MassStatusReqID), &request);
    if (!mass) read_number(field(message, OrdStatusReqID), &request);
    event.reference_number = static_cast<std::uint32_t>(request);
    // The answer that there are no orders is a report about no order.
    if (mass && read_number(field(message, TotNumReports), &total) && total == 0) {
        end_of(request, event.exchange_time);
        return true;
    }
    const RejectReason unread = read_report(message, &event);
    if (unread == RejectReason::none)
        sink_.push(event);
    else
        undecodable(event, unread);
    // The end is the answer's, whatever its last report was worth.
    if (mass && field(message, LastRptRequested) == "Y") end_of(request, event.exchange_time);
    return unread == RejectReason::none;
}

bool OrderDecoder::cancel_reject(const FIX::Message& message) {
    OrderEvent event = head(message, EventKind::cancel_reject);
    event.status = read_order_status(field(message, OrdStatus));
    event.exec_type = field(message, CxlRejResponseTo) == "2" ? martlet::ExecType::pending_replace : martlet::ExecType::pending_cancel;
    event.reason = read_cancel_reject(field(message, CxlRejReason), field(message, Text));
    sink_.push(event);
    return true;
}

bool OrderDecoder::business_reject(const FIX::Message& message, std::uint64_t order) {
    OrderEvent event = head(message, EventKind::business_reject);
    if (!is_question(field(message, RefMsgType))) {
        event.client_order = client_order(field(message, BusinessRejectRefID), &event.flags);
        if (event.client_order == 0) event.client_order = order;
    }
    event.reason = read_business_reject(field(message, BusinessRejectReason), field(message, Text));
    std::uint64_t reference = 0;
    read_number(field(message, RefSeqNum), &reference);
    event.reference_number = static_cast<std::uint32_t>(reference);
    sink_.push(event);
    return true;
}

bool OrderDecoder::session_reject(const FIX::Message& message, std::uint64_t order) {
    OrderEvent event = head(message, EventKind::session_reject);
    if (!is_question(field(message, RefMsgType))) event.client_order = order;
    event.reason = RejectReason::malformed;
    std::uint64_t reference = 0;
    read_number(field(message, RefSeqNum), &reference);
    event.reference_number = static_cast<std::uint32_t>(reference);
    sink_.push(event);
    return true;
}

void OrderDecoder::mass_cancel_report(const FIX::Message& message) {
    OrderEvent event = head(message, EventKind::report_end);
    std::uint64_t orders = 0;
    read_number(field(message, TotalAffectedOrders), &orders);
    event.cumulative_quantity = static_cast<std::int64_t>(orders);
    if (field(message, MassCancelResponse) == "0") {
        const RejectReason named = read_reason_name(field(message, Text));
        return tell(event, named != RejectReason::none ? named : RejectReason::unsupported);
    }
    sink_.push(event);
}

/// The venue will not answer, which is not the answer that there is nothing: it has no end.
bool OrderDecoder::refused(std::uint64_t request, std::int64_t time, bool unsupported) {
    OrderEvent event{};
    event.instrument = no_instrument;
    event.exchange_time = time;
    event.reference_number = static_cast<std::uint32_t>(request);
    return undecodable(event, unsupported ? RejectReason::unsupported : RejectReason::other);
}

bool OrderDecoder::positions_ack(const FIX::Message& message) {
    std::uint64_t request = 0, total = 0, result = other_result;
    read_number(field(message, PosReqID), &request);
    const bool counted = read_number(field(message, TotalNumPosReports), &total);
    read_number(field(message, PosReqResult), &result);
    const bool valid = result == valid_result && field(message, PosReqStatus) != rejected_status;
    const bool none_found = result == no_positions_found && total == 0;
    if (!valid && !none_found) return refused(request, message_time(message), result == positions_unsupported);
    if (none_found || (counted && total == 0)) {
        end_of(request, message_time(message));
        return true;
    }
    Progress* free = &progress_[next_progress_++ % progress_.size()];
    for (Progress& progress : progress_)
        if (progress.request == request) free = &progress; // answered anew, counted anew
    *free = Progress{request, total, 0, true};
    return true;
}

bool OrderDecoder::position_report(const FIX::Message& message) {
    OrderEvent event = head(message, EventKind::position_report);
    std::uint64_t request = 0, total = 0;
    read_number(field(message, PosReqID), &request);
    read_number(field(message, TotalNumPosReports), &total);
    event.reference_number = static_cast<std::uint32_t>(request);
    const InstrumentDefinition* definition = context_.instruments.find(field(message, Symbol));
    const bool readable = definition != nullptr && read_position(message, *definition, &event);
    if (readable)
        sink_.push(event);
    else if (definition == nullptr)
        tell(event, RejectReason::unknown_instrument); // well readable, and none of ours
    else
        undecodable(event, RejectReason::bad_quantity);
    count_position(request, total, readable || definition == nullptr, event.exchange_time);
    return readable;
}

/// Position and cash of a report; false: a part of a lot, or no quantity where one is announced.
bool OrderDecoder::read_position(const FIX::Message& message, const InstrumentDefinition& definition, OrderEvent* event) const {
    event->instrument = definition.id;
    const auto* parts = group(message, NoPositions);
    if (parts == nullptr && field(message, NoPositions) != "0") return false;
    for (std::size_t i = 0; parts != nullptr && i < parts->size(); ++i) {
        const std::string_view bought = field(*(*parts)[i], LongQty), sold = field(*(*parts)[i], ShortQty);
        std::int64_t held_long = 0, held_short = 0, held = 0;
        if (bought.empty() && sold.empty()) return false;
        if (!read_units(bought, definition.lot_increment, &held_long) || !read_units(sold, definition.lot_increment, &held_short)) return false;
        if (__builtin_sub_overflow(held_long, held_short, &held)) return false;
        if (__builtin_add_overflow(event->cumulative_quantity, held, &event->cumulative_quantity)) return false;
    }
    const auto* amounts = group(message, NoPosAmt);
    for (std::size_t i = 0; amounts != nullptr && i < amounts->size(); ++i) {
        const FIX::FieldMap& amount = *(*amounts)[i];
        if (field(amount, PosAmtType) == "CASH" && !read_money(field(amount, PosAmt), definition.money_unit, &event->fee)) return false;
    }
    return true;
}

/// Counts a report to its answer. The end of one of which a part was not read would make that part flat: it is withheld,
/// and the question stays unanswered.
void OrderDecoder::count_position(std::uint64_t request, std::uint64_t total, bool read, std::int64_t time) {
    for (Progress& progress : progress_) {
        if (request == 0 || progress.request != request) continue;
        progress.complete = progress.complete && read;
        if (total != 0) progress.total = total;
        if (++progress.reports != progress.total) continue;
        if (progress.complete) end_of(request, time);
        progress = Progress{};
    }
}

bool OrderDecoder::trades_ack(const FIX::Message& message) {
    std::uint64_t request = 0, total = 0, result = other_result;
    read_number(field(message, TradeRequestID), &request);
    const bool counted = read_number(field(message, TotNumTradeReports), &total);
    read_number(field(message, TradeRequestResult), &result);
    if (result != valid_result || field(message, TradeRequestStatus) == rejected_status)
        return refused(request, message_time(message), result == trades_unsupported);
    if (counted && total == 0) end_of(request, message_time(message));
    return true;
}

RejectReason OrderDecoder::read_trade(const FIX::Message& message, OrderEvent* event) const {
    const InstrumentDefinition* definition = context_.instruments.find(field(message, Symbol));
    if (definition == nullptr) return RejectReason::unknown_instrument;
    const auto* sides = group(message, NoSides);
    if (sides == nullptr || sides->empty()) return RejectReason::bad_price;
    const FIX::FieldMap& side = *sides->front();
    event->instrument = definition->id;
    event->side = read_side(field(side, FIX::FIELD::Side));
    event->client_order = client_order(field(side, ClOrdID), &event->flags);
    const std::string_view order = field(side, OrderID);
    event->venue_order = make_identifier(order.data(), order.size());
    const bool exact = event->side != martlet::Side::none && read_units(field(message, LastQty), definition->lot_increment, &event->last_quantity) &&
                       read_units(field(message, LastPx), definition->price_increment, &event->last_price);
    if (!exact) return RejectReason::bad_price;
    return read_commission(side, *definition, event->last_quantity, event->last_price, &event->fee);
}

bool OrderDecoder::trade_report(const FIX::Message& message) {
    OrderEvent event = head(message, EventKind::trade_report);
    std::uint64_t request = 0;
    read_number(field(message, TradeRequestID), &request);
    event.reference_number = static_cast<std::uint32_t>(request);
    event.exec_type = martlet::ExecType::trade;
    event.flags |= order_flag_recovered;
    if (field(message, LastLiquidityInd) == "2") event.flags |= order_flag_taker;
    const RejectReason unread = read_trade(message, &event);
    if (unread == RejectReason::none)
        sink_.push(event);
    else
        undecodable(event, unread);
    if (field(message, LastRptRequested) == "Y") end_of(request, event.exchange_time);
    return unread == RejectReason::none;
}

} // namespace martlet::fix
