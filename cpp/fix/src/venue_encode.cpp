#include "venue_encode.hpp"

#include "codes.hpp"
#include "fields.hpp"
#include "martlet/client_order.hpp"

namespace martlet::fix {
namespace {

using namespace FIX::FIELD;

constexpr std::string_view no_symbol = "[N/A]";
constexpr std::uint64_t customer_account = 1;
constexpr int exec_trans_type = 20;

void write_identifier_field(FieldWriter& out, int tag, Identifier16 identifier, std::string_view otherwise) {
    char text[20];
    const std::size_t length = write_identifier(identifier, text, sizeof text);
    out.text(tag, length > 0 ? std::string_view(text, length) : otherwise);
}

/// ExecID, and for a bust or a correction ExecRefID too: the event names the execution that is revised, whose id the
/// revision's own is made from, so that a repeated report has the same.
void write_execution_id(FieldWriter& out, const OrderEvent& event) {
    write_identifier_field(out, revises(event.exec_type) ? ExecRefID : ExecID, event.execution, "0");
    if (!revises(event.exec_type)) return;
    char text[20];
    const std::string own(text, write_identifier(event.execution, text, sizeof text));
    out.text(ExecID, own + '-' + exec_type_code(event.exec_type));
}

/// Price, type and time in force of the order that a report is about.
void write_order_terms(FieldWriter& out, const VenueContext& context, const VenueReport& report, const InstrumentDefinition& definition) {
    if (report.order_quantity > 0) out.decimal(OrderQty, report.order_quantity, definition.lot_increment);
    const char type = context.profile.order_type[static_cast<std::size_t>(report.type)];
    if (type != '\0') out.character(OrdType, type);
    if (report.type == OrderType::limit || report.type == OrderType::stop_limit) out.decimal(Price, report.order_price, definition.price_increment);
    const char in_force = context.profile.time_in_force[static_cast<std::size_t>(report.time_in_force)];
    if (type != '\0' && in_force != '\0') out.character(FIX::FIELD::TimeInForce, in_force);
}

void write_request(FieldWriter& out, const Vocabulary& words, const VenueReport& report) {
    if (report.request[0] == '\0') return;
    if (report.request_total == 0) {
        if (words.status_request_id) out.text(OrdStatusReqID, report.request);
        return;
    }
    out.text(MassStatusReqID, report.request);
    out.number(TotNumReports, report.request_total);
    out.character(LastRptRequested, report.request_last ? 'Y' : 'N');
}

/// The status as the version has it. Where it has no "replaced", the order is again new or partially filled.
char status_code(const Vocabulary& words, const OrderEvent& event) {
    if (event.status != OrderStatus::replaced || words.replaced_status) return order_status_code(event.status);
    return order_status_code(event.cumulative_quantity > 0 ? OrderStatus::partially_filled : OrderStatus::new_order);
}

/// ExecType, and ExecTransType where the version has it: there it tells revisions and answers apart, and ExecType says how
/// far the order is filled.
void write_exec_type(FieldWriter& out, const Vocabulary& words, const OrderEvent& event) {
    const martlet::ExecType type = event.exec_type;
    if (!words.transaction_type) return out.character(FIX::FIELD::ExecType, exec_type_code(type));
    const bool status = type == martlet::ExecType::order_status;
    const bool fill = type == martlet::ExecType::trade || revises(type);
    const char transaction = type == martlet::ExecType::trade_cancel ? '1' : type == martlet::ExecType::trade_correct ? '2' : status ? '3' : '0';
    out.character(exec_trans_type, transaction);
    const char progress = event.leaves_quantity == 0 ? '2' : '1';
    out.character(FIX::FIELD::ExecType, fill ? progress : status ? status_code(words, event) : exec_type_code(type));
}

/// Number of a reason; one that the version does not have is its "other", and only the text says which.
void write_reject_number(FieldWriter& out, int tag, int code, int highest, int other) {
    out.number(tag, static_cast<std::uint64_t>(code <= highest ? code : other));
}

void encode_execution(const VenueContext& context, const VenueReport& report, const InstrumentDefinition* definition, FIX::Message* message) {
    const OrderEvent& event = report.event;
    FieldWriter out(*message, "8");
    const Decimal lot = definition != nullptr ? definition->lot_increment : Decimal{1, 0};
    const Decimal increment = definition != nullptr ? definition->price_increment : Decimal{1, 0};
    out.decimal(AvgPx, report.average_price, increment);
    out.optional(ClOrdID, report.client_order);
    out.decimal(CumQty, event.cumulative_quantity, lot);
    write_execution_id(out, event);
    write_identifier_field(out, OrderID, event.venue_order, "NONE");
    out.character(OrdStatus, status_code(*context.words, event));
    out.optional(OrigClOrdID, report.original_client_order);
    out.character(FIX::FIELD::Side, side_code(event.side) != '\0' ? side_code(event.side) : '1');
    out.text(Symbol, definition != nullptr ? symbol_of(*definition) : std::string_view(report.symbol));
    out.time(TransactTime, event.exchange_time, context.profile.time_digits);
    write_exec_type(out, *context.words, event);
    out.decimal(LeavesQty, event.leaves_quantity, lot);
    if (definition != nullptr) write_order_terms(out, context, report, *definition);
    write_request(out, *context.words, report);
    if (event.exec_type == martlet::ExecType::trade || revises(event.exec_type)) {
        out.decimal(LastPx, event.last_price, increment);
        out.decimal(LastQty, event.last_quantity, lot);
        if (context.words->liquidity) out.number(LastLiquidityInd, (event.flags & order_flag_taker) != 0 ? 2 : 1);
    }
    if (event.fee != 0 && definition != nullptr) {
        out.decimal(Commission, event.fee, definition->money_unit);
        out.character(CommType, '3'); // absolute
    }
    if ((event.flags & order_flag_unsolicited) != 0)
        out.number(ExecRestatementReason, static_cast<std::uint64_t>(context.words->unsolicited_restatement));
    if (event.reason != RejectReason::none) {
        out.text(Text, reason_name(event.reason));
        if (event.exec_type == martlet::ExecType::rejected)
            write_reject_number(out, OrdRejReason, order_reject_code(event.reason), context.words->highest_order_reject, context.words->other_order_reject);
    }
}

void encode_cancel_reject(const VenueContext& context, const VenueReport& report, FIX::Message* message) {
    const OrderEvent& event = report.event;
    FieldWriter out(*message, "9");
    out.text(ClOrdID, report.client_order);
    write_identifier_field(out, OrderID, event.venue_order, "NONE");
    // An order that the venue does not know has the status "rejected", as the protocol says.
    out.character(OrdStatus, event.status == OrderStatus::unknown ? '8' : order_status_code(event.status));
    out.text(OrigClOrdID, report.original_client_order[0] != '\0' ? report.original_client_order : "NONE");
    out.optional(Text, reason_name(event.reason));
    out.time(TransactTime, event.exchange_time, context.profile.time_digits);
    write_reject_number(out, CxlRejReason, cancel_reject_code(event.reason), context.words->highest_cancel_reject, context.words->other_cancel_reject);
    out.character(CxlRejResponseTo, event.exec_type == martlet::ExecType::pending_replace ? '2' : '1');
}

void encode_business_reject(const VenueReport& report, FIX::Message* message) {
    const OrderEvent& event = report.event;
    FieldWriter out(*message, "j");
    out.optional(Text, reason_name(event.reason));
    // exec_type tells what was refused: nothing, a cancel, a replace or a status request.
    out.text(RefMsgType, event.exec_type == martlet::ExecType::pending_cancel    ? "F"
                         : event.exec_type == martlet::ExecType::pending_replace ? "G"
                         : event.exec_type == martlet::ExecType::order_status    ? "H"
                                                                                 : "D");
    out.optional(BusinessRejectRefID, report.client_order);
    out.number(BusinessRejectReason, static_cast<std::uint64_t>(business_reject_code(event.reason)));
}

void encode_position(const VenueContext& context, std::string_view client, const VenueReport& report, const InstrumentDefinition& definition,
                     FIX::Message* message) {
    const OrderEvent& event = report.event;
    FieldWriter out(*message, "AP");
    out.text(Account, client);
    out.optional(Currency, definition.currency);
    out.text(Symbol, symbol_of(definition));
    out.time(TransactTime, event.exchange_time, context.profile.time_digits);
    out.number(AccountType, customer_account);
    out.optional(PosReqID, report.request);
    out.date(ClearingBusinessDate, event.exchange_time);
    out.text(PosMaintRptID, std::string(report.request) + "-" + std::to_string(definition.id));
    out.number(PosReqType, 0);
    out.number(TotalNumPosReports, report.request_total);
    out.number(PosReqResult, 0);
    out.number(SettlPrice, 0); // required by the standard dictionary; there is no settlement here
    out.number(SettlPriceType, 1);
    out.number(PriorSettlPrice, 0);
    std::string position;
    append_field(position, PosType, "TOT");
    append_decimal(position, LongQty, event.cumulative_quantity > 0 ? event.cumulative_quantity : 0, definition.lot_increment);
    append_decimal(position, ShortQty, event.cumulative_quantity < 0 ? -event.cumulative_quantity : 0, definition.lot_increment);
    out.group(NoPositions, 1, position);
    std::string cash;
    append_field(cash, PosAmtType, "CASH");
    append_decimal(cash, PosAmt, event.fee, definition.money_unit);
    out.group(NoPosAmt, 1, cash);
}

void encode_trade(const VenueContext& context, const VenueReport& report, const InstrumentDefinition& definition, FIX::Message* message) {
    const OrderEvent& event = report.event;
    FieldWriter out(*message, "AE");
    write_identifier_field(out, ExecID, event.execution, "0");
    out.decimal(LastPx, event.last_price, definition.price_increment);
    out.decimal(LastQty, event.last_quantity, definition.lot_increment);
    out.text(Symbol, symbol_of(definition));
    out.time(TransactTime, event.exchange_time, context.profile.time_digits);
    out.date(TradeDate, event.exchange_time);
    out.character(FIX::FIELD::ExecType, 'F');
    std::string side;
    append_field(side, FIX::FIELD::Side, std::string_view(event.side == martlet::Side::sell ? "2" : "1"));
    char order[20];
    const std::size_t length = write_identifier(event.venue_order, order, sizeof order);
    append_field(side, OrderID, length > 0 ? std::string_view(order, length) : std::string_view("NONE"));
    if (report.client_order[0] != '\0') append_field(side, ClOrdID, report.client_order);
    if (event.fee != 0) {
        append_decimal(side, Commission, event.fee, definition.money_unit);
        append_field(side, CommType, "3");
    }
    out.group(NoSides, 1, side);
    out.optional(TradeRequestID, report.request);
    out.character(PreviouslyReported, 'N');
    write_identifier_field(out, TradeReportID, event.execution, "0");
    if (report.request_total > 0) out.number(TotNumTradeReports, report.request_total);
    out.number(LastLiquidityInd, (event.flags & order_flag_taker) != 0 ? 2 : 1);
    out.character(LastRptRequested, report.request_last ? 'Y' : 'N');
}

} // namespace

bool encode_report(const VenueContext& context, std::string_view client, const VenueReport& report, FIX::Message* message) {
    const InstrumentDefinition* definition = context.instruments.find(report.event.instrument);
    switch (report.event.kind) {
    case EventKind::execution_report:
        if (definition == nullptr && report.symbol[0] == '\0') return false;
        if (exec_type_code(report.event.exec_type) == '\0' || order_status_code(report.event.status) == '\0') return false;
        encode_execution(context, report, definition, message);
        break;
    case EventKind::cancel_reject: encode_cancel_reject(context, report, message); break;
    case EventKind::business_reject: encode_business_reject(report, message); break;
    case EventKind::position_report:
        if (definition == nullptr || !context.words->positions) return false;
        encode_position(context, client, report, *definition, message);
        break;
    case EventKind::trade_report:
        if (definition == nullptr || !context.words->trades) return false;
        encode_trade(context, report, *definition, message);
        break;
    default: return false;
    }
    if ((report.event.flags & order_flag_possible_resend) != 0) message->getHeader().setField(PossResend, "Y");
    return true;
}

bool tells_news(const VenueReport& report) noexcept {
    return report.event.kind == EventKind::execution_report && report.event.exec_type != martlet::ExecType::order_status &&
           report.request[0] == '\0';
}

bool encode_copy(const VenueContext& context, std::string_view client, const VenueReport& report, FIX::Message* message) {
    if (!encode_report(context, client, report, message)) return false;
    if (context.words->copy_indicator) message->setField(CopyMsgIndicator, "Y");
    return true;
}

void encode_listens_only(const VenueContext& context, std::string_view client, const FIX::Message& request, FIX::Message* message) {
    FieldWriter out(*message, "j");
    out.optional(RefSeqNum, field(request.getHeader(), MsgSeqNum));
    out.text(RefMsgType, field(request.getHeader(), MsgType));
    out.optional(BusinessRejectRefID, field(request, ClOrdID));
    out.number(BusinessRejectReason, static_cast<std::uint64_t>(context.words->not_authorized));
    out.text(Text, "this session only listens: it gets copies of the reports to " + std::string(client));
}

bool encode_answer(const VenueContext& context, std::string_view client, VenueRequestKind kind, std::string_view request, std::uint32_t total,
                   FIX::Message* message) {
    if (kind == VenueRequestKind::positions) {
        FieldWriter out(*message, "AO");
        out.text(Account, client);
        out.number(AccountType, customer_account);
        out.text(PosReqID, request);
        out.text(PosMaintRptID, request);
        out.number(TotalNumPosReports, total);
        out.number(PosReqResult, total > 0 ? 0 : 2); // 2: none found
        out.number(PosReqStatus, 0);
        return true;
    }
    if (kind == VenueRequestKind::mass_cancel) {
        encode_mass_cancel_report(context, request, "7", RejectReason::none, total, message);
        return true;
    }
    if (kind == VenueRequestKind::trades) {
        FieldWriter out(*message, "AQ");
        out.text(Symbol, no_symbol);
        out.text(TradeRequestID, request);
        out.number(TradeRequestType, 0);
        out.number(TotNumTradeReports, total);
        out.number(TradeRequestResult, 0);
        out.number(TradeRequestStatus, total > 0 ? 0 : 1);
        return true;
    }
    if (kind != VenueRequestKind::mass_status || total > 0) return false;
    VenueReport none{};
    none.event.exec_type = martlet::ExecType::order_status;
    none.event.status = OrderStatus::rejected;
    none.event.exchange_time = wall_clock();
    copy_text(no_symbol, none.symbol);
    encode_execution(context, none, nullptr, message);
    message->setField(MassStatusReqID, std::string(request));
    message->setField(TotNumReports, "0");
    message->setField(LastRptRequested, "Y");
    return true;
}

void encode_mass_cancel_report(const VenueContext& context, std::string_view client_order, std::string_view kind, RejectReason reason,
                               std::uint32_t orders, FIX::Message* message) {
    FieldWriter out(*message, "r");
    out.text(ClOrdID, client_order);
    out.text(OrderID, "NONE");
    out.optional(Text, reason_name(reason));
    out.time(TransactTime, wall_clock(), context.profile.time_digits);
    out.text(MassCancelRequestType, kind);
    out.text(MassCancelResponse, reason == RejectReason::none ? kind : "0");
    if (reason != RejectReason::none) out.number(MassCancelRejectReason, 0); // not supported
    if (reason == RejectReason::none) out.number(TotalAffectedOrders, orders);
}

void encode_security_list(const VenueContext& context, std::string_view venue, std::string_view request, FIX::Message* message) {
    FieldWriter out(*message, "y");
    std::string entries;
    for (const InstrumentDefinition& definition : context.instruments.all()) {
        append_field(entries, Symbol, symbol_of(definition));
        if (definition.venue[0] != '\0') append_field(entries, SecurityExchange, definition.venue);
        append_decimal(entries, ContractMultiplier, 1, definition.multiplier);
        if (definition.currency[0] != '\0') append_field(entries, Currency, definition.currency);
        append_decimal(entries, RoundLot, 1, definition.lot_increment);
        append_decimal(entries, 969, 1, definition.price_increment);
        if (definition.maximum_quantity > 0) append_decimal(entries, 1140, definition.maximum_quantity, definition.lot_increment);
    }
    out.group(NoRelatedSym, context.instruments.all().size(), entries);
    out.text(SecurityReqID, request);
    out.text(SecurityResponseID, std::string(venue) + "-" + std::string(request));
    out.number(TotNoRelatedSym, context.instruments.all().size());
    out.number(SecurityRequestResult, 0);
    out.character(LastFragment, 'Y');
}

} // namespace martlet::fix
