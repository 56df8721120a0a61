#include "fix_events.hpp"

#include <algorithm>
#include <cstring>

#include "civil_time.hpp"

namespace martlet {
namespace {

namespace tag {
enum : int {
    exec_id = 17, exec_transaction = 20, last_price = 31, last_quantity = 32, sequence = 34, type = 35, order_id = 37,
    possible_duplicate = 43, security_id = 48, sender = 49, sending_time = 52, symbol = 55, target = 56, transact_time = 60,
    rpt_sequence = 83, exec_type = 150, reset = 141, entry_count = 268, entry_type = 269, entry_price = 270, entry_size = 271, entry_date = 272,
    entry_time = 273, trade_condition = 277, entry_id = 278, action = 279, trading_status = 326, aggressor = 2446,
};
}

constexpr std::size_t default_instruments = 65'536;
/// Other types and sessions than these many are counted together.
constexpr std::size_t most_types = 256;
TradingStatus status_of(std::string_view text) noexcept {
    int code = 0;
    if (!read_fix_integer(text, code)) return TradingStatus::unknown;
    switch (code) {
    case 2: return TradingStatus::halted;
    case 3:
    case 17: return TradingStatus::open;
    case 18: return TradingStatus::closed;
    case 21: return TradingStatus::pre_open;
    case 22: return TradingStatus::auction;
    default: return TradingStatus::unknown;
    }
}

} // namespace

FixTranslator::FixTranslator(const FixLogOptions& options, const FixInstrument* instruments, std::size_t instrument_count, EventBuffer& out)
    : options_(options), out_(out), all_(instrument_count == 0),
      maximum_instruments_(options.maximum_instruments == 0 ? default_instruments : options.maximum_instruments),
      wanted_(instruments, instruments + instrument_count) {
    const auto good = [](Decimal increment) { return increment.mantissa > 0; };
    for (FixInstrument& wanted : wanted_) {
        wanted.symbol[sizeof wanted.symbol - 1] = '\0';
        if (!good(wanted.price_increment) || !good(wanted.lot_increment)) status_ = FeedStatus::invalid_argument;
    }
    if (all_ && (!good(options.price_increment) || !good(options.lot_increment))) status_ = FeedStatus::invalid_argument;
}

FixTranslator::Lane* FixTranslator::lane_of(std::string_view symbol) {
    const std::string name(symbol);
    if (const auto found = lane_by_symbol_.find(name); found != lane_by_symbol_.end()) return &lanes_[found->second];
    FixInstrument facts{{}, static_cast<std::uint32_t>(lanes_.size()), options_.price_increment, options_.lot_increment};
    if (!all_) {
        const auto wanted = std::find_if(wanted_.begin(), wanted_.end(), [&](const FixInstrument& each) { return name == each.symbol; });
        if (wanted == wanted_.end()) return nullptr;
        facts = *wanted;
    }
    if (lanes_.size() >= maximum_instruments_) {
        status_ = FeedStatus::too_large;
        return nullptr;
    }
    lane_by_symbol_.emplace(name, lanes_.size());
    lanes_.push_back(Lane{name, facts.instrument, facts.price_increment, facts.lot_increment});
    return &lanes_.back();
}

std::uint64_t FixTranslator::count(std::string_view type) const noexcept {
    const auto found = of_type_.find(type);
    return found == of_type_.end() ? 0 : found->second;
}

void FixTranslator::emit(const Lane& lane, EventKind kind, Side side, std::int64_t price, std::int64_t quantity, std::uint64_t order,
                         std::uint16_t flags, std::uint64_t reference) {
    const std::uint16_t snapshot = snapshot_ ? market_flag_snapshot : 0;
    open_.push_back({0, receive_time_, time_, lane.instrument, kind, side, static_cast<std::uint16_t>(flags | snapshot), price, quantity, order, reference});
}

/// Marks the last event of each instrument and hands all on.
void FixTranslator::close_message() {
    for (std::size_t i = open_.size(); i-- > 0;) {
        const auto own = [&](const MarketEvent& event) { return event.instrument == open_[i].instrument; };
        if (std::none_of(open_.begin() + static_cast<std::ptrdiff_t>(i) + 1, open_.end(), own)) open_[i].flags |= market_flag_last;
    }
    for (const MarketEvent& event : open_)
        if (out_.append(event))
            ++counts_.events;
        else
            status_ = FeedStatus::too_large;
    open_.clear();
}

void FixTranslator::apply(const std::vector<FixField>& fields, Faults& faults) {
    const std::string_view type = field_of(fields, tag::type);
    if (fields.size() < 3 || fields[2].tag != tag::type) {
        faults.push_back(Defect::malformed_record);
        return;
    }
    ++message_;
    ++counts_.messages;
    const auto counted = of_type_.find(type);
    if (counted != of_type_.end())
        ++counted->second;
    else if (of_type_.size() < most_types)
        of_type_.emplace(type, 1);
    note_sequence(fields);
    if (type == "A" && field_of(fields, tag::reset) == "Y") // numbers begin anew, those of the entries too
        for (Lane& lane : lanes_) lane.rpt = 0;
    const bool tells = type == "W" || type == "X" || type == "f" || type == "8";
    if (!tells) return;
    if (!read_times(fields)) return faults.push_back(Defect::malformed_time);
    if (type == "W" || type == "X") market_data(fields, type == "W", faults);
    if (type == "f" || (type == "8" && options_.executions)) {
        const Defect defect = type == "f" ? security_status(fields) : execution_report(fields);
        if (defect != Defect::none) faults.push_back(defect);
    }
    close_message();
}

/// MsgSeqNum of each sender counts up by one; a new session begins at 1.
void FixTranslator::note_sequence(const std::vector<FixField>& fields) {
    std::uint64_t number = 0;
    if (!read_fix_integer(field_of(fields, tag::sequence), number)) return;
    std::string session(field_of(fields, tag::sender));
    session.append(1, '\n').append(field_of(fields, tag::target));
    const auto known = sequences_.find(session);
    if (known == sequences_.end()) {
        if (sequences_.size() < most_types) sequences_.emplace(session, number + 1);
        return;
    }
    if (number != known->second) ++counts_.sequence_jumps;
    known->second = number + 1;
}

bool FixTranslator::read_times(const std::vector<FixField>& fields) {
    if (!read_fix_time(field_of(fields, tag::sending_time), message_time_)) return false;
    receive_time_ = std::max(receive_time_, message_time_);
    if (std::int64_t transact = 0; read_fix_time(field_of(fields, tag::transact_time), transact)) message_time_ = transact;
    day_ = static_cast<std::int32_t>(message_time_ / (day_seconds * second_ns));
    time_ = message_time_;
    return true;
}

/// The entry's own time; one without a date is of the day that brings it nearest to the message.
bool FixTranslator::entry_time(const Entry& read) noexcept {
    if (read.clock.empty() && read.date.empty()) return true;
    std::int64_t clock = 0;
    std::int32_t day = day_;
    if (!read.clock.empty() && !read_fix_clock(read.clock, clock)) return false;
    constexpr std::int64_t day_ns = day_seconds * second_ns;
    if (!read.date.empty()) {
        if (!read_fix_date(read.date, day)) return false;
        time_ = day * day_ns + clock;
        return true;
    }
    time_ = day * day_ns + clock;
    if (time_ - message_time_ > day_ns / 2) time_ -= day_ns;
    if (message_time_ - time_ > day_ns / 2) time_ += day_ns;
    return true;
}

void FixTranslator::read_entry_field(Entry& entry, const FixField& field) const noexcept {
    switch (field.tag) {
    case tag::action: entry.action = field.value[0]; break;
    case tag::entry_type: entry.type = field.value[0]; break;
    case tag::symbol: entry.symbol = field.value; break;
    case tag::security_id: entry.security = field.value; break;
    case tag::entry_price: entry.price = field.value; break;
    case tag::entry_size: entry.size = field.value; break;
    case tag::entry_date: entry.date = field.value; break;
    case tag::entry_time: entry.clock = field.value; break;
    case tag::entry_id: entry.id = field.value; break;
    case tag::order_id: entry.order = field.value; break;
    case tag::rpt_sequence: entry.rpt = field.value; break;
    case tag::aggressor: entry.aggressor = field.value; break;
    case tag::trade_condition: entry.condition = field.value; break;
    default: break;
    }
}

void FixTranslator::market_data(const std::vector<FixField>& fields, bool snapshot, Faults& faults) {
    const auto count_field = std::find_if(fields.begin(), fields.end(), [](const FixField& field) { return field.tag == tag::entry_count; });
    std::size_t stated = 0;
    if (count_field == fields.end() || !read_fix_integer(count_field->value, stated)) return faults.push_back(Defect::malformed_record);
    const auto first = count_field + 1;
    const int begin = first == fields.end() ? 0 : first->tag; // each entry begins with the tag that the first begins with
    const auto found = static_cast<std::size_t>(std::count_if(first, fields.end(), [begin](const FixField& field) { return field.tag == begin; }));
    if ((stated == 0 ? 0 : found) != stated || (stated != 0 && begin != tag::action && begin != tag::entry_type))
        return faults.push_back(Defect::wrong_length);
    Entry head;
    for (auto field = fields.begin(); field != count_field; ++field)
        if (field->tag == tag::symbol || field->tag == tag::security_id || field->tag == tag::rpt_sequence) read_entry_field(head, *field);
    std::string_view symbol = head.symbol.empty() ? head.security : head.symbol;
    Lane* lane = nullptr;
    if (snapshot) {
        lane = symbol.empty() ? nullptr : lane_of(symbol);
        if (lane == nullptr) {
            counts_.entries += stated;
            counts_.unwanted += symbol.empty() ? 0 : 1;
            if (symbol.empty()) faults.push_back(Defect::wrong_symbol);
            return;
        }
        snapshot_ = true;
        lane->orders.clear();
        lane->lost = false;
        lane->rpt = 0;
        read_fix_integer(head.rpt, lane->rpt);
        emit(*lane, EventKind::snapshot_begin, Side::none, 0, 0, 0, 0, lane->rpt);
    }
    for (auto at = first; at != fields.end() && stated != 0;) {
        Entry read;
        read_entry_field(read, *at);
        for (++at; at != fields.end() && at->tag != begin; ++at) read_entry_field(read, *at);
        ++counts_.entries;
        if (!snapshot) {
            if (!read.symbol.empty() || !read.security.empty()) symbol = read.symbol.empty() ? read.security : read.symbol;
            lane = symbol.empty() ? nullptr : lane_of(symbol);
            if (symbol.empty()) faults.push_back(Defect::wrong_symbol);
            if (lane == nullptr) counts_.unwanted += symbol.empty() ? 0 : 1;
            if (lane == nullptr || !in_order(*lane, read, faults)) continue;
        }
        const Defect defect = entry(*lane, read, snapshot);
        if (defect == Defect::none) continue;
        faults.push_back(defect);
        // What an entry of the book would have said is missing from the book.
        if (!snapshot && (read.type == '0' || read.type == '1')) lose(*lane, 0);
    }
    if (snapshot) {
        emit(*lane, EventKind::snapshot_end, Side::none, 0, 0, 0, 0, lane->rpt);
        snapshot_ = false;
    }
}

/// False where the entry was told before; a jump is told.
bool FixTranslator::in_order(Lane& lane, const Entry& read, Faults& faults) {
    std::uint64_t rpt = 0;
    if (read.rpt.empty() || !read_fix_integer(read.rpt, rpt)) return true;
    const bool same_message = lane.rpt == rpt && lane.rpt_message == message_;
    if (lane.rpt != 0 && rpt <= lane.rpt && !same_message) {
        ++counts_.told_already;
        return false;
    }
    if (lane.rpt != 0 && rpt > lane.rpt + 1) {
        faults.push_back(Defect::sequence_gap);
        ++counts_.gaps;
        lose(lane, lane.rpt + 1);
    }
    lane.rpt = rpt;
    lane.rpt_message = message_;
    return true;
}

void FixTranslator::lose(Lane& lane, std::uint64_t first) {
    emit(lane, EventKind::discontinuity, Side::none, 0, 0, 0, 0, first);
    lane.orders.clear();
    lane.lost = true;
}

Defect FixTranslator::security_status(const std::vector<FixField>& fields) {
    const std::string_view symbol = field_of(fields, tag::symbol);
    if (symbol.empty()) return Defect::wrong_symbol;
    const Lane* lane = lane_of(symbol);
    if (lane == nullptr) {
        ++counts_.unwanted;
        return Defect::none;
    }
    const TradingStatus status = status_of(field_of(fields, tag::trading_status));
    emit(*lane, EventKind::trading_status, Side::none, 0, 0, 0, 0, static_cast<std::uint64_t>(status));
    return Defect::none;
}

/// A fill among execution reports, as a print: whose order rested, the report does not say.
Defect FixTranslator::execution_report(const std::vector<FixField>& fields) {
    const std::string_view transaction = field_of(fields, tag::exec_transaction);
    const std::string_view type = field_of(fields, tag::exec_type);
    const bool fills = type.empty() || type == "F" || type == "1" || type == "2";
    const std::string_view quantity = field_of(fields, tag::last_quantity);
    if (!fills || quantity.empty() || (!transaction.empty() && transaction != "0")) return Defect::none;
    const std::string_view symbol = field_of(fields, tag::symbol);
    if (symbol.empty()) return Defect::wrong_symbol;
    const Lane* lane = lane_of(symbol);
    std::int64_t lots = 0, price = 0;
    if (lane == nullptr) {
        ++counts_.unwanted;
        return Defect::none;
    }
    if (const Defect defect = read_units(quantity, lane->lot_increment, lots); defect != Defect::none) return defect;
    if (lots == 0) return Defect::none; // nothing was filled
    if (lots < 0) return Defect::negative_quantity;
    if (field_of(fields, tag::possible_duplicate) == "Y") {
        ++counts_.told_already;
        return Defect::none;
    }
    if (const Defect defect = read_units(field_of(fields, tag::last_price), lane->price_increment, price); defect != Defect::none) return defect;
    emit(*lane, EventKind::trade, Side::none, price, lots, fix_number(field_of(fields, tag::exec_id)), market_flag_implied, message_);
    return Defect::none;
}

} // namespace martlet
