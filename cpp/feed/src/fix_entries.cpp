#include <algorithm>

#include "bar_records.hpp"
#include "fix_events.hpp"

// The entries of market data messages, one at a time.

namespace martlet {
namespace {

/// An entry's price as a value of its own.
constexpr Decimal nano{1, -9};

} // namespace

Defect FixTranslator::entry(Lane& lane, const Entry& read, bool snapshot) {
    std::uint64_t rpt = lane.rpt;
    if (!entry_time(read)) return Defect::malformed_time;
    switch (read.type) {
    case '0':
    case '1': return book_entry(lane, read, rpt);
    case '2': return snapshot ? Defect::none : trade_entry(lane, read, rpt);
    case 'J':
        lane.orders.clear();
        lane.lost = false;
        if (!snapshot) emit(lane, EventKind::clear, Side::none, 0, 0, 0, 0, rpt);
        return Defect::none;
    case '\0': return Defect::malformed_record;
    default: return value_entry(lane, read, rpt);
    }
}

Defect FixTranslator::read_units(std::string_view text, Decimal increment, std::int64_t& units) const noexcept {
    switch (read_decimal(text.data(), text.size(), increment, &units)) {
    case DecimalStatus::ok: return Defect::none;
    case DecimalStatus::not_a_multiple: return Defect::off_increment;
    case DecimalStatus::overflow: return Defect::number_out_of_range;
    default: return Defect::malformed_number;
    }
}

Defect FixTranslator::book_entry(Lane& lane, const Entry& read, std::uint64_t rpt) {
    if (read.action != '0' && read.action != '1' && read.action != '2' && read.action != '5') return Defect::unknown_type;
    const bool gone = read.action == '2';
    const bool by_order = options_.book == FixBook::by_order;
    if (by_order && lane.lost) {
        ++counts_.without_book;
        return Defect::none;
    }
    std::int64_t price = 0, lots = 0;
    if (!(gone && by_order))
        if (const Defect defect = read_units(read.price, lane.price_increment, price); defect != Defect::none) return defect;
    if (!gone)
        if (const Defect defect = read_units(read.size, lane.lot_increment, lots); defect != Defect::none) return defect;
    if (lots < 0 || (!gone && by_order && lots == 0)) return Defect::negative_quantity;
    if (by_order) return order_entry(lane, read, price, lots, rpt);
    emit(lane, EventKind::level_set, read.type == '0' ? Side::buy : Side::sell, price, lots, 0, 0, rpt);
    return Defect::none;
}

Defect FixTranslator::order_entry(Lane& lane, const Entry& read, std::int64_t price, std::int64_t lots, std::uint64_t rpt) {
    const std::uint64_t number = fix_number(read.id.empty() ? read.order : read.id);
    const Side side = read.type == '0' ? Side::buy : Side::sell;
    if ((read.id.empty() && read.order.empty()) || number > OrderTable<Order>::maximum_number) return Defect::malformed_record;
    if (read.action == '0') {
        bool made = false;
        Order* order = lane.orders.insert(number, made);
        if (!made) return Defect::duplicate;
        *order = {price, lots, lots, side};
        emit(lane, EventKind::order_add, side, price, lots, number, 0, rpt);
        return Defect::none;
    }
    Order* order = lane.orders.find(number);
    if (order == nullptr) return Defect::unknown_order;
    if (read.action == '2') {
        if (order->shown != 0)
            emit(lane, EventKind::order_cancel, order->side, order->price, order->shown, number, 0, rpt);
        else
            ++counts_.repeats;
        lane.orders.erase(order);
        return Defect::none;
    }
    if (side != order->side) return Defect::malformed_record;
    const bool keeps_place = price == order->price && lots <= order->book;
    if (order->shown == 0)
        emit(lane, EventKind::order_add, side, price, lots, number, 0, rpt);
    else if (!keeps_place || lots != order->shown)
        emit(lane, EventKind::order_modify, side, price, lots, number, keeps_place ? market_flag_priority : 0, rpt);
    else
        ++counts_.repeats;
    *order = {price, lots, lots, side};
    return Defect::none;
}

Defect FixTranslator::trade_entry(Lane& lane, const Entry& read, std::uint64_t rpt) {
    if (read.action != '0') {
        ++counts_.corrections;
        return Defect::none;
    }
    std::int64_t price = 0, lots = 0;
    if (const Defect defect = read_units(read.price, lane.price_increment, price); defect != Defect::none) return defect;
    if (const Defect defect = read_units(read.size, lane.lot_increment, lots); defect != Defect::none) return defect;
    if (lots <= 0) return Defect::negative_quantity;
    const Side aggressor = read.aggressor == "1" ? Side::buy : read.aggressor == "2" ? Side::sell : Side::none;
    Order* order = options_.book == FixBook::by_order && !read.order.empty() ? lane.orders.find(fix_number(read.order)) : nullptr;
    const std::int64_t visible = order == nullptr ? 0 : std::min(lots, order->shown);
    if (visible != 0) {
        emit(lane, EventKind::order_execute, order->side, price, visible, fix_number(read.order), 0, rpt);
        order->shown -= visible;
    }
    if (visible == lots) return Defect::none;
    // What names an order, but takes nothing that the book shows of it, is told by nothing else.
    const bool implied = read.condition == "1" || (options_.book == FixBook::by_order && !read.order.empty());
    emit(lane, EventKind::trade, aggressor, price, lots - visible, fix_number(read.id), implied ? market_flag_implied : 0, rpt);
    return Defect::none;
}

Defect FixTranslator::value_entry(Lane& lane, const Entry& read, std::uint64_t rpt) {
    if (read.action != '0' && read.action != '1' && read.action != '5') {
        ++counts_.corrections;
        return Defect::none;
    }
    if (read.type == 'C') {
        std::int64_t lots = 0;
        const Defect defect = read_units(read.size.empty() ? read.price : read.size, lane.lot_increment, lots);
        if (defect == Defect::none) emit(lane, EventKind::open_interest, Side::none, 0, lots, 0, 0, rpt);
        return defect;
    }
    if (read.price.empty()) {
        ++counts_.text_entries;
        return Defect::none;
    }
    std::int64_t value = 0;
    bool rounded = false; // a value may have any number of decimals
    const Defect defect = read_lots(read.price, nano, value, rounded);
    if (defect == Defect::none) emit(lane, EventKind::external_value, Side::none, value, 0, 0, 0, static_cast<unsigned char>(read.type));
    return rounded ? Defect::rounded_price : defect;
}

} // namespace martlet
