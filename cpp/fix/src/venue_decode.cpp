#include "venue_decode.hpp"

#include "codes.hpp"
#include "fields.hpp"

namespace martlet::fix {
namespace {

using namespace FIX::FIELD;

constexpr std::size_t longest_identifier = 32;

template <std::size_t n>
void copy_identifier(const FIX::FieldMap& fields, int tag, char (&to)[n]) {
    static_assert(n > longest_identifier);
    const std::string_view text = field(fields, tag);
    if (text.size() > longest_identifier) throw FIX::IncorrectTagValue(tag);
    copy_text(text, to);
}

VenueRequest begin(const FIX::Message& message, VenueRequestKind kind) {
    VenueRequest request{};
    request.kind = kind;
    request.instrument = no_instrument;
    request.transact_time = message_time(message);
    const std::uint16_t duplicate = duplicate_flags(message);
    if ((duplicate & order_flag_possible_duplicate) != 0) request.flags |= venue_flag_possible_duplicate;
    if ((duplicate & order_flag_possible_resend) != 0) request.flags |= venue_flag_possible_resend;
    request.side = read_side(field(message, FIX::FIELD::Side));
    return request;
}

void find_instrument(const FIX::FieldMap& fields, const Instruments& instruments, VenueRequest* request) {
    const std::string_view symbol = field(fields, Symbol);
    const InstrumentDefinition* definition = instruments.find(symbol);
    if (definition != nullptr) request->instrument = definition->id;
    else request->fault = RejectReason::unknown_instrument;
    if (!copy_text(symbol, request->symbol)) copy_text(symbol.substr(0, sizeof request->symbol - 1), request->symbol);
}

/// The first thing wrong is the one that is told.
void fault(VenueRequest* request, RejectReason reason) noexcept {
    if (request->fault == RejectReason::none) request->fault = reason;
}

void read_terms(const FIX::Message& message, const Instruments& instruments, VenueRequest* request) {
    request->type = read_order_type(field(message, OrdType));
    if (request->type == OrderType::none || !read_time_in_force(field(message, FIX::FIELD::TimeInForce), &request->time_in_force) ||
        request->side == martlet::Side::none)
        fault(request, RejectReason::unsupported);
    const InstrumentDefinition* definition = instruments.find(request->instrument);
    if (definition == nullptr) return;
    const bool limit = request->type == OrderType::limit || request->type == OrderType::stop_limit;
    const bool stop = request->type == OrderType::stop || request->type == OrderType::stop_limit;
    const std::string_view price = field(message, Price), stop_price = field(message, StopPx);
    if (!read_units(price, definition->price_increment, &request->price) || !read_units(stop_price, definition->price_increment, &request->stop_price) ||
        (limit && price.empty()) || (stop && stop_price.empty()))
        fault(request, RejectReason::bad_price);
    if (!read_units(field(message, OrderQty), definition->lot_increment, &request->quantity) || request->quantity <= 0)
        fault(request, RejectReason::bad_quantity);
}

VenueRequest decode_order(const FIX::Message& message, VenueRequestKind kind, const Instruments& instruments) {
    VenueRequest request = begin(message, kind);
    copy_identifier(message, ClOrdID, request.client_order);
    copy_identifier(message, OrigClOrdID, request.original_client_order);
    find_instrument(message, instruments, &request);
    if (kind != VenueRequestKind::order_status && kind != VenueRequestKind::cancel) read_terms(message, instruments, &request);
    if (kind == VenueRequestKind::order_status) copy_identifier(message, OrdStatusReqID, request.request);
    return request;
}

void decode_market_data(const FIX::Message& message, const Instruments& instruments, std::vector<VenueRequest>* requests) {
    const std::string_view kind = field(message, SubscriptionRequestType);
    VenueRequest request = begin(message, kind == "2" ? VenueRequestKind::unsubscribe : VenueRequestKind::subscribe);
    copy_identifier(message, MDReqID, request.request);
    if (kind == "0") request.fault = RejectReason::unsupported; // one snapshot alone: there is none without updates
    const auto* symbols = group(message, NoRelatedSym);
    for (std::size_t i = 0; symbols != nullptr && i < symbols->size(); ++i) {
        VenueRequest one = request;
        find_instrument(*(*symbols)[i], instruments, &one);
        requests->push_back(one);
    }
}

VenueRequest decode_trades(const FIX::Message& message) {
    VenueRequest request = begin(message, VenueRequestKind::trades);
    copy_identifier(message, TradeRequestID, request.request);
    if (const auto* dates = group(message, NoDates); dates != nullptr && !dates->empty())
        if (const std::string_view from = field(*dates->front(), TransactTime); !from.empty() && !read_time(from, &request.from_time))
            request.fault = RejectReason::malformed;
    return request;
}

} // namespace

bool decode_request(const FIX::Message& message, const std::string& type, const Instruments& instruments, std::vector<VenueRequest>* requests) {
    requests->clear();
    if (type == "D") {
        requests->push_back(decode_order(message, VenueRequestKind::new_order, instruments));
    } else if (type == "F") {
        requests->push_back(decode_order(message, VenueRequestKind::cancel, instruments));
    } else if (type == "G") {
        requests->push_back(decode_order(message, VenueRequestKind::replace, instruments));
    } else if (type == "H") {
        requests->push_back(decode_order(message, VenueRequestKind::order_status, instruments));
    } else if (type == "AF") {
        requests->push_back(begin(message, VenueRequestKind::mass_status));
        copy_identifier(message, MassStatusReqID, requests->back().request);
    } else if (type == "AN") {
        requests->push_back(begin(message, VenueRequestKind::positions));
        copy_identifier(message, PosReqID, requests->back().request);
    } else if (type == "AD") {
        requests->push_back(decode_trades(message));
    } else if (type == "q") {
        requests->push_back(begin(message, VenueRequestKind::mass_cancel));
        copy_identifier(message, ClOrdID, requests->back().request);
    } else if (type == "V") {
        decode_market_data(message, instruments, requests);
    } else {
        return false;
    }
    return true;
}

} // namespace martlet::fix
