#include "order_decoder.hpp"

#include "codes.hpp"
#include "fields.hpp"

namespace martlet::fix {

using namespace FIX::FIELD;

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

bool OrderDecoder::undecodable(const OrderEvent& event, RejectReason reason) {
    OrderEvent told = event;
    told.kind = EventKind::business_reject;
    told.reason = reason;
    told.flags |= order_flag_undecodable;
    sink_.push(told);
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

bool OrderDecoder::read_execution(const FIX::Message& message, const InstrumentDefinition& definition, OrderEvent* event) const {
    const Decimal lot = definition.lot_increment;
    return read_units(field(message, LastQty), lot, &event->last_quantity) &&
           read_units(field(message, LastPx), definition.price_increment, &event->last_price) &&
           read_units(field(message, CumQty), lot, &event->cumulative_quantity) &&
           read_units(field(message, LeavesQty), lot, &event->leaves_quantity) &&
           read_money(field(message, Commission), definition.money_unit, &event->fee);
}

/// What an execution report says, beyond its head. `none`: all of it could be read.
RejectReason OrderDecoder::read_report(const FIX::Message& message, OrderEvent* event) const {
    event->exec_type = read_exec_type(field(message, FIX::FIELD::ExecType));
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
        event->execution = make_identifier(revised.data(), revised.size());
    }
    if (!read_execution(message, *definition, event)) return RejectReason::bad_price;
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
    event.client_order = client_order(field(message, BusinessRejectRefID), &event.flags);
    if (event.client_order == 0) event.client_order = order;
    event.reason = read_business_reject(field(message, BusinessRejectReason), field(message, Text));
    std::uint64_t reference = 0;
    read_number(field(message, RefSeqNum), &reference);
    event.reference_number = static_cast<std::uint32_t>(reference);
    sink_.push(event);
    return true;
}

bool OrderDecoder::session_reject(const FIX::Message& message, std::uint64_t order) {
    OrderEvent event = head(message, EventKind::session_reject);
    event.client_order = order;
    event.reason = RejectReason::malformed;
    std::uint64_t reference = 0;
    read_number(field(message, RefSeqNum), &reference);
    event.reference_number = static_cast<std::uint32_t>(reference);
    sink_.push(event);
    return true;
}

bool OrderDecoder::positions_ack(const FIX::Message& message) {
    std::uint64_t request = 0, total = 0, result = 0;
    read_number(field(message, PosReqID), &request);
    read_number(field(message, TotalNumPosReports), &total);
    read_number(field(message, PosReqResult), &result);
    if (total == 0 || result != 0) {
        end_of(request, message_time(message));
        return true;
    }
    progress_[next_progress_++ % progress_.size()] = Progress{request, 0};
    return true;
}

bool OrderDecoder::position_report(const FIX::Message& message) {
    OrderEvent event = head(message, EventKind::position_report);
    std::uint64_t request = 0, total = 0;
    read_number(field(message, PosReqID), &request);
    event.reference_number = static_cast<std::uint32_t>(request);
    const InstrumentDefinition* definition = context_.instruments.find(field(message, Symbol));
    bool readable = definition != nullptr;
    if (readable) {
        event.instrument = definition->id;
        if (const auto* parts = group(message, NoPositions); parts != nullptr)
            for (const FIX::FieldMap* part : *parts) {
                std::int64_t held_long = 0, held_short = 0;
                readable = readable && read_units(field(*part, LongQty), definition->lot_increment, &held_long) &&
                           read_units(field(*part, ShortQty), definition->lot_increment, &held_short);
                event.cumulative_quantity += held_long - held_short;
            }
        if (const auto* amounts = group(message, NoPosAmt); amounts != nullptr)
            for (const FIX::FieldMap* amount : *amounts)
                if (field(*amount, PosAmtType) == "CASH") readable = readable && read_money(field(*amount, PosAmt), definition->money_unit, &event.fee);
    }
    if (readable)
        sink_.push(event);
    else
        undecodable(event, definition == nullptr ? RejectReason::unknown_instrument : RejectReason::bad_quantity);
    read_number(field(message, TotalNumPosReports), &total);
    for (Progress& progress : progress_)
        if (progress.request == request && request != 0 && ++progress.reports == total) {
            progress = Progress{0, 0};
            end_of(request, event.exchange_time);
        }
    return readable;
}

bool OrderDecoder::trades_ack(const FIX::Message& message) {
    std::uint64_t request = 0, total = 0, result = 0;
    read_number(field(message, TradeRequestID), &request);
    read_number(field(message, TotNumTradeReports), &total);
    read_number(field(message, TradeRequestResult), &result);
    if (total == 0 || result != 0) end_of(request, message_time(message));
    return true;
}

bool OrderDecoder::trade_report(const FIX::Message& message) {
    OrderEvent event = head(message, EventKind::trade_report);
    std::uint64_t request = 0;
    read_number(field(message, TradeRequestID), &request);
    event.reference_number = static_cast<std::uint32_t>(request);
    event.exec_type = martlet::ExecType::trade;
    event.flags |= order_flag_recovered;
    if (field(message, LastLiquidityInd) == "2") event.flags |= order_flag_taker;
    const InstrumentDefinition* definition = context_.instruments.find(field(message, Symbol));
    const auto* sides = group(message, NoSides);
    bool readable = definition != nullptr && sides != nullptr && !sides->empty();
    if (readable) {
        const FIX::FieldMap& side = *sides->front();
        event.instrument = definition->id;
        event.side = read_side(field(side, FIX::FIELD::Side));
        event.client_order = client_order(field(side, ClOrdID), &event.flags);
        const std::string_view order = field(side, OrderID);
        event.venue_order = make_identifier(order.data(), order.size());
        readable = event.side != martlet::Side::none && read_units(field(message, LastQty), definition->lot_increment, &event.last_quantity) &&
                   read_units(field(message, LastPx), definition->price_increment, &event.last_price) &&
                   read_money(field(side, Commission), definition->money_unit, &event.fee);
    }
    if (readable)
        sink_.push(event);
    else
        undecodable(event, definition == nullptr ? RejectReason::unknown_instrument : RejectReason::bad_price);
    if (field(message, LastRptRequested) == "Y") end_of(request, event.exchange_time);
    return readable;
}

} // namespace martlet::fix
