#include "market_decoder.hpp"

#include <chrono>

#include "codes.hpp"
#include "fields.hpp"

namespace martlet::fix {

using namespace FIX::FIELD;

namespace {

constexpr int aggressor_side = 2446;
constexpr int rpt_seq = 83;

/// A venue's number of an order: numeric text as it is, other text by a hash that does not change.
std::uint64_t entry_number(std::string_view text) noexcept {
    std::uint64_t number = 0;
    if (read_number(text, &number)) return number;
    const Identifier16 identifier = make_identifier(text.data(), text.size());
    return text.empty() ? 0 : identifier.high ^ (identifier.low * 0x9E37'79B9'7F4A'7C15ull);
}

MarketEvent make_event(EventKind kind, std::uint32_t instrument, std::int64_t time) noexcept {
    MarketEvent event{};
    event.kind = kind;
    event.instrument = instrument;
    event.exchange_time = time;
    return event;
}

} // namespace

/// One MDEntry, read.
struct MarketDecoder::Entry {
    char action = '0';
    char type = '\0';
    std::uint64_t id = 0;
    std::uint64_t order = 0;    ///< OrderID (37); 0: absent
    std::uint64_t rpt = 0;      ///< 0: absent
    std::int64_t price = 0;
    std::int64_t quantity = 0;
    std::int64_t time = 0;
    martlet::Side aggressor = martlet::Side::none;
    bool implied = false;
};

/// A trade entry that waits for the change of the order that it executed.
struct MarketDecoder::Execution {
    bool waiting = false;
    std::uint32_t instrument = 0;
    Entry trade;
};

MarketDecoder::MarketDecoder(const BrokerContext& context, EventSink& sink) : context_(context), sink_(sink) {
    lanes_.resize(context.instruments.id_bound());
}

std::uint64_t MarketDecoder::expect(const std::vector<std::uint32_t>& instruments) {
    // Ids must not repeat across runs of the process either: the venue may still hold the old ones.
    const std::int64_t now = wall_clock();
    last_request_ = std::max(static_cast<std::uint64_t>(now / 1000), last_request_ + 1);
    for (const std::uint32_t id : instruments)
        if (id < lanes_.size()) {
            lanes_[id].request = last_request_;
            lanes_[id].asked = now;
            lanes_[id].next_rpt = 0;
            lanes_[id].live = lanes_[id].broken = false;
        }
    return last_request_;
}

void MarketDecoder::disconnected() {
    for (std::size_t id = 0; id < lanes_.size(); ++id) {
        Lane& lane = lanes_[id];
        if (lane.live) lane.owed = true;
        lane.live = lane.broken = false;
        lane.request = 0;
        if (lane.owed) push_owed(lane, static_cast<std::uint32_t>(id));
    }
}

std::vector<std::uint32_t> MarketDecoder::take_broken(std::int64_t now) {
    std::vector<std::uint32_t> found;
    for (std::size_t id = 0; id < lanes_.size(); ++id) {
        Lane& lane = lanes_[id];
        const auto instrument = static_cast<std::uint32_t>(id);
        const bool unanswered = lane.request != 0 && !lane.live && now - lane.asked >= answer_patience;
        if ((lane.owed && !push_owed(lane, instrument)) || !(lane.broken || unanswered)) continue;
        lane.broken = false;
        found.push_back(instrument);
    }
    return found;
}

bool MarketDecoder::push_owed(Lane& lane, std::uint32_t instrument) {
    MarketEvent event = make_event(EventKind::discontinuity, instrument, 0);
    event.flags = market_flag_last;
    lane.owed = !sink_.push(event);
    return !lane.owed;
}

void MarketDecoder::lose(Lane& lane, std::uint32_t instrument, std::uint64_t expected, std::uint64_t received, std::int64_t time) {
    lane.live = false;
    lane.broken = true;
    MarketEvent event = make_event(EventKind::discontinuity, instrument, time);
    event.flags = market_flag_last;
    event.reference = expected;
    event.order = received;
    lane.owed = !sink_.push(event);
}

void MarketDecoder::tell_undecodable(std::uint32_t instrument, std::int64_t time, RejectReason reason) {
    OrderEvent event{};
    event.kind = EventKind::business_reject;
    event.instrument = instrument;
    event.exchange_time = time;
    event.reason = reason;
    sink_.push(event);
}

/// The lane that a message's data belongs to; null: unknown symbol, or an answer to a request that is no more.
MarketDecoder::Lane* MarketDecoder::lane_of(const FIX::Message& message, std::string_view symbol, const InstrumentDefinition** definition) {
    *definition = context_.instruments.find(symbol);
    if (*definition == nullptr) return nullptr;
    Lane& lane = lanes_[(*definition)->id];
    const std::string_view text = field(message, MDReqID);
    std::uint64_t request = 0;
    if (lane.request == 0 || (!text.empty() && (!read_number(text, &request) || request != lane.request))) return nullptr;
    return &lane;
}

bool MarketDecoder::read_entry(const FIX::FieldMap& fields, const InstrumentDefinition& definition, Entry* entry) const {
    std::string_view date, time;
    std::uint64_t number = 0;
    bool good = true;
    for (auto at = fields.begin(); at != fields.end(); ++at) {
        const std::string& value = at->getString();
        switch (at->getTag()) {
        case MDUpdateAction: entry->action = value[0]; break;
        case MDEntryType: entry->type = value[0]; break;
        case MDEntryID: entry->id = entry_number(value); break;
        case OrderID: entry->order = entry_number(value); break;
        case rpt_seq: good = read_number(value, &entry->rpt) && good; break;
        case MDEntryPx: good = read_units(value, definition.price_increment, &entry->price) && good; break;
        case MDEntrySize: good = read_units(value, definition.lot_increment, &entry->quantity) && good; break;
        case MDEntryDate: date = value; break;
        case MDEntryTime: time = value; break;
        case aggressor_side: entry->aggressor = read_number(value, &number) && number == 1 ? martlet::Side::buy : martlet::Side::sell; break;
        case TradeCondition: entry->implied = value == "1"; break;
        default: break;
        }
    }
    if (!date.empty() && !time.empty()) {
        char stamp[64];
        if (date.size() + time.size() + 1 > sizeof stamp) return false;
        std::size_t length = 0;
        for (const char c : date) stamp[length++] = c;
        stamp[length++] = '-';
        for (const char c : time) stamp[length++] = c;
        good = good && read_time(std::string_view(stamp, length), &entry->time);
    }
    return good;
}

void MarketDecoder::flush_execution(Execution* execution) {
    if (!execution->waiting) return;
    execution->waiting = false;
    const Entry& trade = execution->trade;
    MarketEvent event = make_event(EventKind::trade, execution->instrument, trade.time);
    event.side = trade.aggressor;
    event.flags = trade.implied ? market_flag_implied : 0;
    event.price = trade.price;
    event.quantity = trade.quantity;
    event.order = trade.id;
    event.reference = trade.rpt;
    batch_.push_back(event);
}

/// Appends the events of one entry to the batch; false: an entry that makes no sense.
bool MarketDecoder::decode(const Entry& entry, std::uint32_t instrument, Execution* execution) {
    if (execution->waiting) {
        const bool same = execution->instrument == instrument && execution->trade.order == entry.id && entry.type != '2' && entry.action != '0';
        if (same) {
            MarketEvent event = make_event(EventKind::order_execute, instrument, execution->trade.time);
            event.side = entry.type == '0' ? martlet::Side::buy : martlet::Side::sell;
            event.price = execution->trade.price;
            event.quantity = execution->trade.quantity;
            event.order = entry.id;
            event.reference = entry.rpt;
            execution->waiting = false;
            batch_.push_back(event);
            return true;
        }
        flush_execution(execution);
    }
    if (entry.type == '2') {
        if (entry.action != '0') return true; // a correction of an old print: the tape is not rewritten
        *execution = Execution{true, instrument, entry};
        if (entry.order == 0 || context_.profile.book == BookStyle::by_price) flush_execution(execution);
        return true;
    }
    if (entry.type != '0' && entry.type != '1') return true; // statistics that nobody asked for
    const bool removed = entry.action == '2';
    EventKind kind = EventKind::level_set;
    if (context_.profile.book == BookStyle::by_order) {
        if (entry.id == 0) return false;
        kind = removed ? EventKind::order_cancel : entry.action == '1' ? EventKind::order_modify : EventKind::order_add;
    }
    MarketEvent event = make_event(kind, instrument, entry.time);
    event.side = entry.type == '0' ? martlet::Side::buy : martlet::Side::sell;
    event.flags = kind == EventKind::order_modify ? market_flag_priority : 0;
    event.price = entry.price;
    event.quantity = removed ? 0 : entry.quantity;
    event.order = context_.profile.book == BookStyle::by_order ? entry.id : 0;
    event.reference = entry.rpt;
    batch_.push_back(event);
    return true;
}

/// Pushes the batch, the last event of each instrument marked; an event that finds no room breaks its lane.
void MarketDecoder::push_batch() {
    for (std::size_t i = batch_.size(); i-- > 0;) {
        bool last = true;
        // Messages hold few instruments and the next event mostly is of the same one.
        for (std::size_t later = i + 1; last && later < batch_.size(); ++later) last = batch_[later].instrument != batch_[i].instrument;
        if (last) batch_[i].flags |= market_flag_last;
    }
    // When it came, so that the engine's thread can tell how long it lay in the ring.
    const std::int64_t arrival = std::chrono::steady_clock::now().time_since_epoch().count();
    for (MarketEvent& event : batch_) {
        event.receive_time = arrival;
        Lane& lane = lanes_[event.instrument];
        if (!lane.live && event.kind != EventKind::trading_status) {
            ++dropped_;
            continue;
        }
        if (sink_.push(event)) continue;
        ++dropped_;
        lose(lane, event.instrument, event.reference, 0, event.exchange_time);
    }
    batch_.clear();
}

bool MarketDecoder::incremental(const FIX::Message& message) {
    const auto* entries = group(message, NoMDEntries);
    if (entries == nullptr) return true;
    std::string_view symbol;
    std::int64_t time = message_time(message);
    Execution execution;
    bool readable = true;
    for (const FIX::FieldMap* fields : *entries) {
        if (const std::string_view own = field(*fields, Symbol); !own.empty()) symbol = own;
        const InstrumentDefinition* definition = nullptr;
        Lane* lane = lane_of(message, symbol, &definition);
        if (lane == nullptr || !lane->live) continue;
        Entry entry;
        entry.time = time;
        const bool good = read_entry(*fields, *definition, &entry);
        time = entry.time;
        if (lane->next_rpt != 0 && entry.rpt != 0 && entry.rpt < lane->next_rpt) continue; // told already
        const bool gap = lane->next_rpt != 0 && entry.rpt != lane->next_rpt;
        if (!gap && good && decode(entry, definition->id, &execution)) {
            if (lane->next_rpt != 0) ++lane->next_rpt;
            continue;
        }
        flush_execution(&execution);
        push_batch(); // what came before is good
        if (gap) ++gaps_;
        lose(*lane, definition->id, lane->next_rpt, entry.rpt, time);
        if (!gap) {
            readable = false;
            tell_undecodable(definition->id, time, RejectReason::bad_price);
        }
    }
    flush_execution(&execution);
    push_batch();
    return readable;
}

bool MarketDecoder::snapshot(const FIX::Message& message) {
    const InstrumentDefinition* definition = nullptr;
    Lane* lane = lane_of(message, field(message, Symbol), &definition);
    if (lane == nullptr) return true;
    std::int64_t time = message_time(message);
    batch_.clear();
    MarketEvent begin = make_event(EventKind::snapshot_begin, definition->id, time);
    batch_.push_back(begin);
    if (const auto* entries = group(message, NoMDEntries); entries != nullptr)
        for (const FIX::FieldMap* fields : *entries) {
            Entry entry;
            entry.time = time;
            Execution execution;
            const bool good = read_entry(*fields, *definition, &entry);
            time = entry.time;
            if (entry.type == '2') continue; // the last trade is no part of the book, and was told when it happened
            if (good && decode(entry, definition->id, &execution)) continue;
            batch_.clear();
            lane->request = 0; // asking again would bring the same: the engine's to decide
            tell_undecodable(definition->id, time, RejectReason::bad_price);
            return false;
        }
    std::uint64_t rpt = 0;
    const bool numbered = read_number(field(message, rpt_seq), &rpt);
    MarketEvent end = make_event(EventKind::snapshot_end, definition->id, time);
    end.reference = rpt;
    batch_.push_back(end);
    // A message with entries is as old as they say. One without says nothing: its SendingTime is the sender's clock, which
    // on a market that is replayed or simulated is not the market's.
    if (batch_.size() > 2) {
        batch_.front().exchange_time = batch_[1].exchange_time;
    } else {
        batch_.front().exchange_time = batch_.back().exchange_time = 0;
    }
    for (MarketEvent& event : batch_) event.flags |= market_flag_snapshot;
    if (lane->owed && !push_owed(*lane, definition->id)) {
        lane->broken = true;
        batch_.clear();
        return true;
    }
    lane->live = true;
    lane->next_rpt = numbered ? rpt + 1 : 0;
    push_batch();
    return true;
}

bool MarketDecoder::request_reject(const FIX::Message& message) {
    std::uint64_t request = 0;
    read_number(field(message, MDReqID), &request);
    for (std::size_t id = 0; id < lanes_.size(); ++id)
        if (lanes_[id].request == request && request != 0) {
            lanes_[id].request = 0;
            const bool symbol = field(message, MDReqRejReason) == "0";
            tell_undecodable(static_cast<std::uint32_t>(id), message_time(message),
                             symbol ? RejectReason::unknown_instrument : RejectReason::unsupported);
        }
    return true;
}

bool MarketDecoder::security_status(const FIX::Message& message) {
    const InstrumentDefinition* definition = context_.instruments.find(field(message, Symbol));
    if (definition == nullptr) return false;
    MarketEvent event = make_event(EventKind::trading_status, definition->id, message_time(message));
    event.reference = static_cast<std::uint64_t>(read_trading_status(field(message, SecurityTradingStatus)));
    batch_.push_back(event);
    push_batch();
    return true;
}

void MarketDecoder::session_status(const FIX::Message& message) {
    const auto status = static_cast<std::uint64_t>(read_session_status(field(message, TradSesStatus)));
    for (const InstrumentDefinition& definition : context_.instruments.all()) {
        MarketEvent event = make_event(EventKind::trading_status, definition.id, message_time(message));
        event.reference = status;
        batch_.push_back(event);
        push_batch();
    }
}

} // namespace martlet::fix
