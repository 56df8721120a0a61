#include "broker_encode.hpp"

#include "codes.hpp"
#include "fields.hpp"

namespace martlet::fix {
namespace {

using namespace FIX::FIELD;

/// The ids, the instrument and the side that all order messages bear. False: an id that does not fit.
bool write_order_head(const BrokerContext& context, const Command& command, const InstrumentDefinition& definition, FieldWriter& out) {
    char id[40];
    const std::size_t length = context.codec.write(command.client_order, id, sizeof id);
    if (length == 0) return false;
    out.optional(Account, context.profile.account);
    out.text(ClOrdID, std::string_view(id, length));
    // A status request names one order only.
    if (command.original_client_order != 0 && command.command != CommandKind::order_status) {
        const std::size_t original = context.codec.write(command.original_client_order, id, sizeof id);
        if (original == 0) return false;
        out.text(OrigClOrdID, std::string_view(id, original));
    }
    out.text(Symbol, symbol_of(definition));
    if (const char side = side_code(command.side); side != '\0') out.character(FIX::FIELD::Side, side);
    return true;
}

/// Quantity, type, prices and time in force of an order or of its replacement.
SendStatus write_terms(const BrokerContext& context, const Command& command, const InstrumentDefinition& definition, FieldWriter& out) {
    const char type = context.profile.order_type[static_cast<std::size_t>(command.type)];
    const char in_force = context.profile.time_in_force[static_cast<std::size_t>(command.time_in_force)];
    if (type == '\0' || in_force == '\0') return SendStatus::unsupported;
    if (command.quantity <= 0 || command.side == martlet::Side::none) return SendStatus::bad_command;
    if (context.profile.handling_instruction != '\0') out.character(HandlInst, context.profile.handling_instruction);
    if (!out.decimal(OrderQty, command.quantity, definition.lot_increment)) return SendStatus::bad_command;
    out.character(OrdType, type);
    const bool limit = command.type == OrderType::limit || command.type == OrderType::stop_limit;
    const bool stop = command.type == OrderType::stop || command.type == OrderType::stop_limit;
    if (limit && !out.decimal(Price, command.price, definition.price_increment)) return SendStatus::bad_command;
    if (stop && !out.decimal(StopPx, command.stop_price, definition.price_increment)) return SendStatus::bad_command;
    out.character(FIX::FIELD::TimeInForce, in_force);
    return SendStatus::sent;
}

SendStatus encode_order(const BrokerContext& context, const Command& command, FIX::Message* message) {
    const InstrumentDefinition* definition = context.instruments.find(command.instrument);
    if (definition == nullptr) return SendStatus::bad_command;
    const bool fresh = command.command == CommandKind::new_order;
    const bool cancel = command.command == CommandKind::cancel;
    if (!fresh && (command.original_client_order == 0 || command.side == martlet::Side::none)) return SendStatus::bad_command;
    FieldWriter out(*message, fresh ? "D" : cancel ? "F" : "G");
    if (!write_order_head(context, command, *definition, out)) return SendStatus::bad_command;
    out.time(TransactTime, command.receive_time, context.profile.time_digits);
    if (!cancel) return write_terms(context, command, *definition, out);
    if (command.quantity > 0) out.decimal(OrderQty, command.quantity, definition->lot_increment);
    return SendStatus::sent;
}

SendStatus encode_order_status(const BrokerContext& context, const Command& command, FIX::Message* message) {
    const InstrumentDefinition* definition = context.instruments.find(command.instrument);
    if (definition == nullptr) return SendStatus::bad_command;
    if (context.words->status_needs_side && command.side == martlet::Side::none) return SendStatus::bad_command;
    FieldWriter out(*message, "H");
    if (!write_order_head(context, command, *definition, out)) return SendStatus::bad_command;
    if (command.request != 0 && context.words->status_request_id) out.number(OrdStatusReqID, command.request);
    return SendStatus::sent;
}

void encode_positions(const BrokerContext& context, const Command& command, FIX::Message* message) {
    FieldWriter out(*message, "AN");
    out.text(Account, context.account);
    out.time(TransactTime, command.receive_time, context.profile.time_digits);
    out.number(AccountType, 1);
    out.number(PosReqID, command.request);
    out.date(ClearingBusinessDate, command.receive_time);
    out.number(PosReqType, 0);
}

void encode_trades(const BrokerContext& context, const Command& command, FIX::Message* message) {
    FieldWriter out(*message, "AD");
    out.number(TradeRequestID, command.request);
    out.number(TradeRequestType, 0);
    char stamp[time_text_capacity];
    const std::string_view from(stamp, write_time(command.stop_price, context.profile.time_digits, stamp));
    std::string dates;
    append_field(dates, TradeDate, from.substr(0, 8));
    append_field(dates, TransactTime, from);
    out.group(NoDates, 1, dates);
}

} // namespace

SendStatus encode_command(const BrokerContext& context, const Command& command, FIX::Message* message) {
    switch (command.command) {
    case CommandKind::new_order:
    case CommandKind::cancel:
    case CommandKind::replace: return encode_order(context, command, message);
    case CommandKind::order_status: return encode_order_status(context, command, message);
    case CommandKind::mass_status: {
        if (!context.words->mass_status) return SendStatus::unsupported;
        FieldWriter out(*message, "AF");
        out.number(MassStatusReqID, command.request);
        out.number(MassStatusReqType, 7); // all orders
        return SendStatus::sent;
    }
    case CommandKind::positions:
        if (!context.words->positions) return SendStatus::unsupported;
        encode_positions(context, command, message);
        return SendStatus::sent;
    case CommandKind::trades:
        if (!context.words->trades) return SendStatus::unsupported;
        encode_trades(context, command, message);
        return SendStatus::sent;
    case CommandKind::none:
    case CommandKind::set_timer:
    case CommandKind::market_data: break;
    }
    return SendStatus::bad_command;
}

void encode_market_data_request(const BrokerContext& context, std::uint64_t request, const std::vector<std::uint32_t>& instruments,
                                bool subscribe, FIX::Message* message) {
    FieldWriter out(*message, "V");
    out.number(MDReqID, request);
    out.character(SubscriptionRequestType, subscribe ? '1' : '2');
    out.number(MarketDepth, static_cast<std::uint64_t>(context.profile.market_depth));
    if (subscribe) out.number(MDUpdateType, 1);
    out.character(AggregatedBook, context.profile.book == BookStyle::by_price ? 'Y' : 'N');
    out.group(NoMDEntryTypes, 3, "269=0\001" "269=1\001" "269=2\001");
    std::string symbols;
    std::size_t count = 0;
    for (const std::uint32_t id : instruments)
        if (const InstrumentDefinition* definition = context.instruments.find(id); definition != nullptr) {
            append_field(symbols, Symbol, symbol_of(*definition));
            ++count;
        }
    out.group(NoRelatedSym, count, symbols);
}

void encode_security_list_request(std::uint64_t request, FIX::Message* message) {
    FieldWriter out(*message, "x");
    out.number(SecurityReqID, request);
    out.number(SecurityListRequestType, 4); // all securities
}

SendStatus encode_mass_cancel(const BrokerContext& context, std::uint64_t client_order, std::int64_t time, FIX::Message* message) {
    if (!context.words->mass_cancel) return SendStatus::unsupported;
    char id[40];
    const std::size_t length = context.codec.write(client_order, id, sizeof id);
    if (length == 0) return SendStatus::bad_command;
    FieldWriter out(*message, "q");
    out.text(ClOrdID, std::string_view(id, length));
    out.time(TransactTime, time, context.profile.time_digits);
    out.character(MassCancelRequestType, '7'); // all orders
    return SendStatus::sent;
}

void encode_session_status_request(std::uint64_t request, FIX::Message* message) {
    FieldWriter out(*message, "g");
    out.character(SubscriptionRequestType, '1'); // now and from now on
    out.number(TradSesReqID, request);
}

} // namespace martlet::fix
