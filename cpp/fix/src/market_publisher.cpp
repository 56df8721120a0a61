#include "market_publisher.hpp"

#include "fields.hpp"

namespace martlet::fix {
namespace {

using namespace FIX::FIELD;

constexpr char type_code(Side side) noexcept { return side == Side::sell ? '1' : '0'; }

} // namespace

MarketPublisher::MarketPublisher(const Instruments& instruments, bool numbered) : instruments_(instruments), numbered_(numbered) {
    lanes_.resize(instruments.id_bound());
}

void MarketPublisher::encode(const MarketEvent* events, std::size_t count) {
    text_.clear();
    segments_.clear();
    for (std::size_t i = 0; i < count; ++i) {
        const MarketEvent& event = events[i];
        if (event.kind == EventKind::trading_status) continue;
        const InstrumentDefinition* definition = instruments_.find(event.instrument);
        if (definition == nullptr) {
            ++unpublished_;
            continue;
        }
        const std::size_t begin = text_.size();
        const std::uint32_t entries = encode_event(event, *definition, lanes_[event.instrument]);
        if (entries > 0) segments_.push_back(Segment{event.instrument, entries, begin, text_.size()});
    }
}

/// The fields that every entry has, up to its number.
void MarketPublisher::entry(char action, char type, std::uint64_t id, const InstrumentDefinition& definition, Lane& lane) {
    const char head[] = {'2', '7', '9', '=', action, '\001', '2', '6', '9', '=', type, '\001'};
    text_.append(head, sizeof head);
    if (id != 0) append_number(text_, MDEntryID, id);
    append_field(text_, Symbol, symbol_of(definition));
    ++lane.last_number;
    if (numbered_) append_number(text_, 83, lane.last_number);
}

void MarketPublisher::terms(const InstrumentDefinition& definition, std::int64_t price, std::int64_t quantity) {
    append_decimal(text_, MDEntryPx, price, definition.price_increment);
    append_decimal(text_, MDEntrySize, quantity, definition.lot_increment);
}

/// Appends an event's entries; returns how many.
std::uint32_t MarketPublisher::encode_event(const MarketEvent& event, const InstrumentDefinition& definition, Lane& lane) {
    switch (event.kind) {
    case EventKind::order_add:
        entry('0', type_code(event.side), event.order, definition, lane);
        terms(definition, event.price, event.quantity);
        append_entry_time(text_, event.exchange_time);
        lane.orders[event.order] = Resting{event.price, event.quantity, event.side};
        return 1;
    case EventKind::order_modify: return encode_modify(event, definition, lane);
    case EventKind::order_cancel:
    case EventKind::order_execute: return encode_reduction(event, definition, lane);
    case EventKind::trade:
        entry('0', '2', event.order, definition, lane);
        terms(definition, event.price, event.quantity);
        append_entry_time(text_, event.exchange_time);
        if ((event.flags & market_flag_implied) != 0) append_field(text_, TradeCondition, "1");
        if (event.side != Side::none) append_field(text_, 2446, event.side == Side::buy ? "1" : "2");
        return 1;
    case EventKind::level_set:
        entry(event.quantity == 0 ? '2' : '0', type_code(event.side), 0, definition, lane);
        terms(definition, event.price, event.quantity);
        append_entry_time(text_, event.exchange_time);
        return 1;
    default: ++unpublished_; return 0;
    }
}

std::uint32_t MarketPublisher::encode_modify(const MarketEvent& event, const InstrumentDefinition& definition, Lane& lane) {
    const auto found = lane.orders.find(event.order);
    if (found == lane.orders.end()) {
        ++unknown_orders_;
        return 0;
    }
    Resting& order = found->second;
    const bool keeps_place = (event.flags & market_flag_priority) != 0;
    if (!keeps_place) {
        entry('2', type_code(order.side), event.order, definition, lane);
        append_entry_time(text_, event.exchange_time);
    }
    order.price = event.price;
    order.quantity = event.quantity;
    entry(keeps_place ? '1' : '0', type_code(order.side), event.order, definition, lane);
    terms(definition, event.price, event.quantity);
    append_entry_time(text_, event.exchange_time);
    return keeps_place ? 1 : 2;
}

/// A cancel of an order or of a part of it, or an execution.
std::uint32_t MarketPublisher::encode_reduction(const MarketEvent& event, const InstrumentDefinition& definition, Lane& lane) {
    const auto found = lane.orders.find(event.order);
    if (found == lane.orders.end()) {
        ++unknown_orders_;
        return 0;
    }
    Resting& order = found->second;
    const bool execution = event.kind == EventKind::order_execute;
    if (execution) {
        entry('0', '2', event.order, definition, lane);
        terms(definition, event.price, event.quantity);
        append_number(text_, OrderID, event.order);
        append_entry_time(text_, event.exchange_time);
    }
    const bool whole = (!execution && event.quantity == 0) || event.quantity >= order.quantity;
    entry(whole ? '2' : '1', type_code(order.side), event.order, definition, lane);
    if (whole) {
        lane.orders.erase(found);
    } else {
        order.quantity -= event.quantity;
        terms(definition, order.price, order.quantity);
    }
    append_entry_time(text_, event.exchange_time);
    return execution ? 2 : 1;
}

std::size_t MarketPublisher::encode_snapshot(const InstrumentDefinition& definition, const MarketEvent* events, std::size_t count, std::string* text) {
    Lane& lane = lanes_[definition.id];
    lane.orders.clear();
    text->clear();
    std::size_t entries = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const MarketEvent& event = events[i];
        if (event.kind != EventKind::order_add && event.kind != EventKind::level_set) continue;
        const char type[] = {'2', '6', '9', '=', type_code(event.side), '\001'};
        text->append(type, sizeof type);
        append_decimal(*text, MDEntryPx, event.price, definition.price_increment);
        append_decimal(*text, MDEntrySize, event.quantity, definition.lot_increment);
        append_entry_time(*text, event.exchange_time);
        if (event.kind == EventKind::order_add) {
            append_number(*text, MDEntryID, event.order);
            lane.orders[event.order] = Resting{event.price, event.quantity, event.side};
        }
        ++entries;
    }
    return entries;
}

} // namespace martlet::fix
