#include "dbn_events.hpp"

#include <algorithm>
#include <utility>

namespace martlet {
namespace {

constexpr std::size_t most_open_events = 4'096;
constexpr std::size_t default_instruments = 65'536;
constexpr std::size_t default_orders = std::size_t{1} << 24;

/// An increment in units of 1e-9; 0 where it is none.
std::int64_t nanos_of(Decimal increment) noexcept {
    std::int64_t nanos = increment.mantissa;
    if (nanos <= 0 || increment.exponent < -9 || increment.exponent > 9) return 0;
    for (std::int32_t i = -9; i < increment.exponent; ++i)
        if (__builtin_mul_overflow(nanos, 10, &nanos)) return 0;
    return nanos;
}

Side side_of(char side) noexcept { return side == 'B' ? Side::buy : side == 'A' ? Side::sell : Side::none; }

} // namespace

DbnTranslator::DbnTranslator(const DbnOptions& options, const DbnInstrument* instruments, std::size_t instrument_count, EventBuffer& out)
    : out_(out), default_increment_(options.price_increment), all_(instrument_count == 0),
      maximum_instruments_(options.maximum_instruments == 0 ? default_instruments : options.maximum_instruments),
      maximum_orders_(options.maximum_orders == 0 ? default_orders : options.maximum_orders) {
    open_.reserve(most_open_events + 8);
    if (all_ && nanos_of(options.price_increment) == 0) status_ = FeedStatus::invalid_argument;
    for (std::size_t i = 0; i < instrument_count; ++i) {
        if (nanos_of(instruments[i].price_increment) == 0) status_ = FeedStatus::invalid_argument;
        by_symbol_.push_back(instruments[i]);
        by_symbol_.back().symbol[sizeof instruments[i].symbol - 1] = '\0';
        if (instruments[i].instrument_id != 0) bind(by_symbol_.back().symbol, instruments[i].instrument_id);
    }
    std::erase_if(by_symbol_, [](const DbnInstrument& instrument) { return instrument.instrument_id != 0; });
}

void DbnTranslator::bind(std::string_view symbol, std::uint32_t instrument_id) {
    for (const DbnInstrument& wanted : by_symbol_) {
        const bool meant = wanted.instrument_id == 0 ? symbol == wanted.symbol : wanted.instrument_id == instrument_id;
        if (!meant || lane_by_id_.contains(instrument_id)) continue;
        lane_by_id_[instrument_id] = static_cast<std::uint32_t>(lanes_.size());
        lanes_.push_back(Lane{wanted.instrument, nanos_of(wanted.price_increment)});
    }
}

DbnTranslator::Lane* DbnTranslator::lane_of(std::uint32_t instrument_id) {
    const auto found = lane_by_id_.find(instrument_id);
    if (found != lane_by_id_.end()) [[likely]] return &lanes_[found->second];
    if (!all_) return nullptr;
    if (lanes_.size() >= maximum_instruments_) {
        status_ = FeedStatus::too_large;
        return nullptr;
    }
    const auto index = static_cast<std::uint32_t>(lanes_.size());
    lane_by_id_[instrument_id] = index;
    lanes_.push_back(Lane{index, nanos_of(default_increment_)});
    return &lanes_.back();
}

MarketEvent& DbnTranslator::emit(const Lane& lane, EventKind kind, Side side, std::int64_t price, std::int64_t quantity,
                                 std::uint64_t order, std::uint16_t flags) {
    if (open_.size() >= most_open_events) flush();
    const std::uint16_t snapshot = snapshot_ ? market_flag_snapshot : 0;
    open_.push_back({0, receive_time_, event_time_, lane.instrument, kind, side, static_cast<std::uint16_t>(flags | snapshot), price,
                     quantity, order, sequence_});
    return open_.back();
}

void DbnTranslator::flush() {
    for (const MarketEvent& event : open_)
        if (out_.append(event))
            ++counts_.events;
        else
            status_ = FeedStatus::too_large;
    open_.clear();
}

/// The venue event of an instrument is complete: its last event is marked; trades without fills stand for themselves.
void DbnTranslator::close_event(Lane& lane) {
    const auto own = [&lane](const MarketEvent& event) { return event.instrument == lane.instrument; };
    if (lane.has_trades && !lane.has_fills)
        for (MarketEvent& event : open_)
            if (own(event) && event.kind == EventKind::trade) event.flags |= market_flag_implied;
    lane.has_trades = lane.has_fills = false;
    const auto last = std::find_if(open_.rbegin(), open_.rend(), own);
    if (last != open_.rend()) last->flags |= market_flag_last;
    flush();
}

void DbnTranslator::begin_snapshot(Lane& lane) {
    const bool snapshot = std::exchange(snapshot_, true);
    emit(lane, EventKind::snapshot_begin, Side::none, 0, 0, 0);
    snapshot_ = snapshot;
    lane.orders.clear();
    lane.in_snapshot = true;
    lane.bad = false;
    ++counts_.snapshots;
}

void DbnTranslator::end_snapshot(Lane& lane) {
    const bool snapshot = std::exchange(snapshot_, true);
    emit(lane, EventKind::snapshot_end, Side::none, 0, 0, 0, market_flag_last);
    snapshot_ = snapshot;
    lane.in_snapshot = false;
}

Defect DbnTranslator::apply(const DbnRecord& record) {
    ++counts_.records;
    if (record.event_time > dbn::latest_time && record.event_time != dbn::undefined_time) return Defect::malformed_time;
    if (record.receive_time > dbn::latest_time && record.receive_time != dbn::undefined_time) return Defect::malformed_time;
    Lane* lane = lane_of(record.instrument_id);
    if (lane == nullptr) {
        ++counts_.unwanted;
        return Defect::none;
    }
    snapshot_ = (record.flags & dbn::flag_snapshot) != 0;
    sequence_ = record.sequence;
    const bool has_event = record.event_time != dbn::undefined_time;
    const bool has_receive = record.receive_time != dbn::undefined_time;
    if (!has_event && !has_receive) return Defect::malformed_time;
    event_time_ = static_cast<std::int64_t>(has_event && !(snapshot_ && has_receive) ? record.event_time : record.receive_time);
    receive_time_ = std::max(receive_time_, static_cast<std::int64_t>(has_receive ? record.receive_time : record.event_time));
    if (record.schema == DbnSchema::mbo && lane->in_snapshot && !snapshot_) end_snapshot(*lane);
    Defect found = Defect::none;
    if ((record.flags & dbn::flag_maybe_bad_book) != 0 && !lane->bad && record.schema != DbnSchema::trades) {
        lane->bad = true;
        ++counts_.gaps;
        emit(*lane, EventKind::discontinuity, Side::none, 0, 0, 0);
        found = Defect::sequence_gap;
    }
    if ((record.flags & dbn::flag_maybe_bad_book) == 0 && record.schema == DbnSchema::quotes) lane->bad = false;
    const Defect defect = record.schema == DbnSchema::mbo ? apply_order(*lane, record) : apply_quote(*lane, record);
    if ((record.flags & dbn::flag_last) != 0 || record.schema == DbnSchema::trades)
        close_event(*lane);
    return defect != Defect::none ? defect : found;
}

void DbnTranslator::finish() {
    for (Lane& lane : lanes_) {
        if (lane.in_snapshot) end_snapshot(lane);
        close_event(lane);
    }
    flush();
}

Defect DbnTranslator::read_price(const Lane& lane, std::int64_t raw, std::int64_t& price) const noexcept {
    if (raw == dbn::undefined_price) return Defect::malformed_number;
    price = raw / lane.increment;
    return raw % lane.increment == 0 ? Defect::none : Defect::off_increment;
}

Defect DbnTranslator::read_order(const Lane& lane, const DbnRecord& record, std::int64_t& price, Side& side) const noexcept {
    side = side_of(record.side);
    if (side == Side::none) return Defect::malformed_record;
    if (record.order > OrderTable<Order>::maximum_number) return Defect::number_out_of_range;
    return read_price(lane, record.price, price);
}

Defect DbnTranslator::apply_order(Lane& lane, const DbnRecord& record) {
    if ((record.flags & (dbn::flag_top | dbn::flag_level)) != 0) return Defect::unknown_type; // not of an order
    if (snapshot_ && !lane.in_snapshot && (record.action == 'A' || record.action == 'R')) begin_snapshot(lane);
    switch (record.action) {
    case 'A': return add(lane, record);
    case 'C': return cancel(lane, record);
    case 'M': return modify(lane, record);
    case 'T': return trade(lane, record);
    case 'F': return fill(lane, record);
    case 'R': return clear(lane);
    case 'N': ++counts_.repeats; return Defect::none;
    default: return Defect::unknown_type;
    }
}

Defect DbnTranslator::clear(Lane& lane) {
    if (snapshot_) {
        // Begun above, unless another was open: then this one takes its place.
        if (lane.orders.size() != 0) begin_snapshot(lane);
        return Defect::none;
    }
    lane.orders.clear();
    if (lane.bad) { // an empty book is a whole statement too: it ends the gap
        begin_snapshot(lane);
        end_snapshot(lane);
        return Defect::none;
    }
    emit(lane, EventKind::clear, Side::none, 0, 0, 0);
    return Defect::none;
}

Defect DbnTranslator::add(Lane& lane, const DbnRecord& record) {
    std::int64_t price = 0;
    Side side = Side::none;
    if (const Defect defect = read_order(lane, record, price, side); defect != Defect::none) return defect;
    if (record.size == 0) return Defect::number_out_of_range;
    if (lane.orders.size() >= maximum_orders_) {
        status_ = FeedStatus::too_large;
        return Defect::none;
    }
    bool made = false;
    Order* order = lane.orders.insert(record.order, made);
    if (!made) return Defect::duplicate;
    *order = {price, record.size, record.size, side};
    emit(lane, EventKind::order_add, side, price, record.size, record.order);
    return Defect::none;
}

Defect DbnTranslator::cancel(Lane& lane, const DbnRecord& record) {
    Order* order = lane.orders.find(record.order);
    if (order == nullptr) return Defect::unknown_order;
    const std::uint32_t gone = record.size == 0 ? order->book : std::min(record.size, order->book);
    const std::uint32_t filled = order->book - order->shown;
    const std::uint32_t left = order->book - gone;
    // What goes is first what fills took already.
    const std::uint32_t shown = left - std::min(left, filled - std::min(filled, gone));
    const Defect defect = record.size > order->book ? Defect::excess_quantity : Defect::none;
    if (shown < order->shown)
        emit(lane, EventKind::order_cancel, order->side, order->price, order->shown - shown, record.order);
    else
        ++counts_.repeats;
    order->book = left;
    order->shown = shown;
    if (left == 0) lane.orders.erase(order);
    return defect;
}

Defect DbnTranslator::modify(Lane& lane, const DbnRecord& record) {
    Order* order = lane.orders.find(record.order);
    if (order == nullptr) {
        const Defect defect = add(lane, record);
        if (defect == Defect::none) ++counts_.added_by_modify;
        return defect;
    }
    std::int64_t price = 0;
    Side side = Side::none;
    if (const Defect defect = read_order(lane, record, price, side); defect != Defect::none) return defect;
    if (record.size == 0) return Defect::number_out_of_range;
    const bool keeps_place = side == order->side && price == order->price && record.size <= order->book;
    if (order->shown != 0 && side != order->side) {
        emit(lane, EventKind::order_cancel, order->side, order->price, order->shown, record.order);
        order->shown = 0;
    }
    if (order->shown == 0)
        emit(lane, EventKind::order_add, side, price, record.size, record.order);
    else if (!keeps_place || record.size != order->shown)
        emit(lane, EventKind::order_modify, side, price, record.size, record.order, keeps_place ? market_flag_priority : 0);
    else
        ++counts_.repeats;
    *order = {price, record.size, record.size, side};
    return Defect::none;
}

Defect DbnTranslator::trade(Lane& lane, const DbnRecord& record) {
    std::int64_t price = 0;
    if (const Defect defect = read_price(lane, record.price, price); defect != Defect::none) return defect;
    if (record.size == 0) return Defect::number_out_of_range;
    emit(lane, EventKind::trade, side_of(record.side), price, record.size, record.order);
    lane.has_trades = record.schema == DbnSchema::mbo;
    return Defect::none;
}

Defect DbnTranslator::fill(Lane& lane, const DbnRecord& record) {
    std::int64_t price = 0;
    if (const Defect defect = read_price(lane, record.price, price); defect != Defect::none) return defect;
    if (record.size == 0) return Defect::number_out_of_range;
    lane.has_fills = true;
    Order* order = lane.orders.find(record.order);
    const std::uint32_t visible = order == nullptr ? 0 : std::min(record.size, order->shown);
    const Side side = order == nullptr ? side_of(record.side) : order->side;
    if (visible != 0) {
        emit(lane, EventKind::order_execute, side, price, visible, record.order);
        order->shown -= visible;
    }
    if (visible == record.size) return Defect::none;
    ++(order == nullptr ? counts_.orderless_fills : counts_.hidden_fills);
    const Side aggressor = side == Side::buy ? Side::sell : side == Side::sell ? Side::buy : Side::none;
    emit(lane, EventKind::trade, aggressor, price, record.size - visible, record.order, market_flag_implied);
    return Defect::none;
}

Defect DbnTranslator::read_level(const Lane& lane, std::int64_t raw, std::uint32_t size, std::int64_t& price, std::int64_t& lots) const noexcept {
    price = 0;
    lots = size;
    if (raw != dbn::undefined_price && size != 0) return read_price(lane, raw, price);
    lots = 0; // no such side
    return Defect::none;
}

Defect DbnTranslator::apply_quote(Lane& lane, const DbnRecord& record) {
    const bool known = record.action == 'A' || record.action == 'C' || record.action == 'M' || record.action == 'R' || record.action == 'N';
    if (!known && record.action != 'T') return Defect::unknown_type;
    if (record.schema == DbnSchema::trades) return record.action == 'T' ? trade(lane, record) : Defect::unknown_type;
    std::int64_t bid = 0, bid_size = 0, ask = 0, ask_size = 0;
    if (const Defect defect = read_level(lane, record.bid_price, record.bid_size, bid, bid_size); defect != Defect::none) return defect;
    if (const Defect defect = read_level(lane, record.ask_price, record.ask_size, ask, ask_size); defect != Defect::none) return defect;
    if (record.action == 'T')
        if (const Defect defect = trade(lane, record); defect != Defect::none) return defect;
    const bool same = lane.has_quote && lane.bid_price == bid && lane.bid_size == bid_size && lane.ask_price == ask && lane.ask_size == ask_size;
    if (same) {
        if (record.action != 'T') ++counts_.repeats;
        return Defect::none;
    }
    lane.has_quote = true;
    lane.bid_price = bid;
    lane.bid_size = bid_size;
    lane.ask_price = ask;
    lane.ask_size = ask_size;
    MarketEvent& event = emit(lane, EventKind::quote, Side::none, 0, 0, 0);
    QuoteEvent quote = as_quote(event);
    quote.bid_price = bid;
    quote.bid_quantity = bid_size;
    quote.ask_price = ask;
    quote.ask_quantity = ask_size;
    event = as_market_event(quote);
    return Defect::none;
}

void DbnTranslator::add_counts(DbnCounts& counts) const noexcept {
    counts.records = counts_.records;
    counts.unwanted = counts_.unwanted;
    counts.events = counts_.events;
    counts.repeats = counts_.repeats;
    counts.hidden_fills = counts_.hidden_fills;
    counts.orderless_fills = counts_.orderless_fills;
    counts.added_by_modify = counts_.added_by_modify;
    counts.snapshots = counts_.snapshots;
    counts.gaps = counts_.gaps;
    counts.live_orders = 0;
    for (const Lane& lane : lanes_) counts.live_orders += lane.orders.size();
}

} // namespace martlet
