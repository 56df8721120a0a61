#include "venue_session.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "bar_records.hpp"

namespace martlet {
namespace {

constexpr std::size_t most_waiting_changes = 65'536;
constexpr std::size_t most_waiting_levels = std::size_t{1} << 22;
constexpr std::size_t most_books = 65'536;

} // namespace

bool VenueSession::add(const VenueInstrument& facts) {
    const std::string_view symbol(facts.symbol, ::strnlen(facts.symbol, sizeof facts.symbol));
    if (symbol.empty() || symbol.size() == sizeof facts.symbol || books_.size() >= most_books || by_symbol_.contains(symbol)) return false;
    if (facts.price_increment.mantissa <= 0 || facts.lot_increment.mantissa <= 0) return false;
    VenueBook& book = books_.emplace_back(facts, books_.size());
    by_symbol_.emplace(book.symbol, &book);
    return true;
}

void VenueSession::begin(const VenueMessage& message) noexcept {
    message_ = message;
    if (message.size == 0) message_.data = "";
    now_ = std::max(now_, message.receive_time);
    message_mark_ = out_.size();
    about_books_ = true;
    open_ = Open::none;
    open_book_ = nullptr;
    ++counts.messages;
    counts.bytes += message.size;
}

void VenueSession::reject(Defect defect) {
    if (open_ == Open::kept_change)
        sink_->truncate(mark_);
    else
        out_.truncate(message_mark_);
    log_.add(defect, message_.offset, message_.line, message_.data, message_.size);
    ++counts.rejected;
    const bool numbered = rule_ != SequenceRule::later && rule_ != SequenceRule::unnumbered;
    // An answer to a request that cannot be read leaves the book as it was; a snapshot in the stream ends it.
    if (looking_ || (open_ == Open::snapshot && waits_for_snapshot())) return;
    if (open_book_ != nullptr)
        lose(*open_book_, Defect::none);
    else if (about_books_ && !numbered)
        lose_all(now_);
}

VenueBook* VenueSession::find(std::string_view symbol) {
    if (latest_ != nullptr && latest_->symbol == symbol) return latest_;
    const auto found = by_symbol_.find(symbol);
    if (found != by_symbol_.end()) return latest_ = found->second;
    VenueInstrument facts{};
    if (looking_ && symbol.size() < sizeof facts.symbol) {
        std::memcpy(facts.symbol, symbol.data(), symbol.size());
        facts.price_increment = facts.lot_increment = {1, 0};
        if (add(facts)) return latest_ = &books_.back();
    }
    ++counts.foreign;
    return nullptr;
}

VenueSession::Place VenueSession::place(std::uint64_t last, bool bridged, const ChangeIds& ids) const noexcept {
    switch (rule_) {
    case SequenceRule::following:
        if (ids.last <= last) return Place::behind;
        return (bridged ? ids.first == last + 1 : ids.first <= last + 1) ? Place::next : Place::ahead;
    case SequenceRule::previous_id:
        if (bridged ? ids.last <= last : ids.last < last) return Place::behind;
        return (bridged ? ids.previous == last : ids.first <= last) ? Place::next : Place::ahead;
    case SequenceRule::later: return ids.last <= last && !bridged ? Place::behind : Place::next;
    case SequenceRule::chained: return ids.previous == last ? Place::next : Place::ahead;
    case SequenceRule::counted:
        if (ids.last <= last) return Place::behind;
        return ids.last == last + 1 ? Place::next : Place::ahead;
    case SequenceRule::unnumbered: break;
    }
    return Place::next;
}

bool VenueSession::open(Open what, VenueBook& book, EventBuffer& sink) noexcept {
    open_ = what;
    open_book_ = &book;
    sink_ = &sink;
    mark_ = sink.size();
    return true;
}

bool VenueSession::begin_change(VenueBook& book, const ChangeIds& ids, std::int64_t exchange_time) {
    ids_ = ids;
    model_ = event(book, EventKind::level_set, exchange_time, ids.last);
    if (looking_) return open(Open::change, book, out_);
    if (!wants(venue_levels)) {
        ++counts.passed_over;
        return false;
    }
    if (book.live) {
        const Place where = place(book.last, book.bridged, ids);
        if (where == Place::next) return open(Open::change, book, out_);
        if (where == Place::behind) {
            ++counts.stale;
            return false;
        }
        lose(book, Defect::sequence_gap);
    }
    if (waits_for_snapshot()) return begin_kept(book);
    ++counts.lost;
    return false;
}

bool VenueSession::begin_kept(VenueBook& book) {
    if (book.waiting.size() >= most_waiting_changes || book.kept.size() >= most_waiting_levels) give_up_waiting(book);
    return open(Open::kept_change, book, book.kept);
}

void VenueSession::give_up_waiting(VenueBook& book) noexcept {
    counts.lost += book.waiting.size();
    counts.waiting -= book.waiting.size();
    book.waiting.clear();
    book.kept.clear();
}

void VenueSession::end_change() {
    VenueBook& book = *open_book_;
    if (sink_->size() > mark_) sink_->data()[sink_->size() - 1].flags |= market_flag_last;
    if (open_ == Open::kept_change) {
        book.waiting.push_back({ids_, book.kept.size()});
        ++counts.waiting;
    } else {
        book.last = ids_.last;
        book.bridged = true;
        ++counts.updates;
    }
    open_ = Open::none;
}

bool VenueSession::begin_snapshot(VenueBook& book, std::uint64_t id, std::int64_t exchange_time) {
    ids_ = {id, id, 0};
    model_ = event(book, EventKind::level_set, exchange_time, id);
    model_.flags = market_flag_snapshot;
    if (looking_) return open(Open::snapshot, book, out_);
    if (!wants(venue_levels)) {
        ++counts.passed_over;
        return false;
    }
    // A quiet book is stated again with the number that it has.
    bool old = book.live && ((waits_for_snapshot() && id < book.last) || (rule_ == SequenceRule::counted && id == book.last));
    for (const WaitingChange& change : book.waiting) {
        const Place where = place(id, false, change.ids);
        if (where == Place::behind) continue;
        old |= where == Place::ahead;
        break;
    }
    if (old) {
        ++counts.stale;
        return false;
    }
    open(Open::snapshot, book, out_);
    MarketEvent begin = model_;
    begin.kind = EventKind::snapshot_begin;
    append(out_, begin);
    return true;
}

void VenueSession::end_snapshot() {
    ++counts.snapshots;
    open_ = Open::none;
    if (looking_) return;
    MarketEvent end = model_;
    end.kind = EventKind::snapshot_end;
    end.side = Side::none;
    end.flags = market_flag_snapshot | market_flag_last;
    append(out_, end);
    VenueBook& book = *open_book_;
    book.live = true;
    book.bridged = false;
    book.last = ids_.last;
    replay(book);
}

void VenueSession::replay(VenueBook& book) {
    std::size_t at = 0;
    std::size_t done = 0;
    for (const WaitingChange& change : book.waiting) {
        const Place where = place(book.last, book.bridged, change.ids);
        if (where == Place::ahead) break;
        ++done;
        --counts.waiting;
        const std::size_t begin = std::exchange(at, change.end);
        if (where == Place::behind) {
            ++counts.stale;
            continue;
        }
        for (std::size_t i = begin; i < change.end; ++i) {
            MarketEvent event = book.kept.data()[i];
            event.receive_time = now_;
            append(out_, event);
        }
        book.last = change.ids.last;
        book.bridged = true;
        ++counts.updates;
    }
    forget_waiting(book, done);
    if (!book.waiting.empty()) lose(book, Defect::sequence_gap);
}

void VenueSession::forget_waiting(VenueBook& book, std::size_t count) noexcept {
    const std::size_t events = count == 0 ? 0 : book.waiting[count - 1].end;
    book.waiting.erase(book.waiting.begin(), book.waiting.begin() + static_cast<std::ptrdiff_t>(count));
    for (WaitingChange& change : book.waiting) change.end -= events;
    const std::size_t left = book.kept.size() - events;
    if (events > 0 && left > 0) std::memmove(book.kept.data(), book.kept.data() + events, left * sizeof(MarketEvent));
    book.kept.truncate(left);
}

Defect VenueSession::collect(VenueBook& book, std::string_view price, std::string_view quantity) noexcept {
    const int price_places = decimal_places(price);
    const int lot_places = decimal_places(quantity);
    if (price_places < 0 || lot_places < 0) return Defect::malformed_number;
    book.price_places = std::max(book.price_places, price_places);
    book.lot_places = std::max(book.lot_places, lot_places);
    return Defect::none;
}

Defect VenueSession::level(Side side, std::string_view price, std::string_view quantity, std::int64_t& units, std::int64_t& lots) {
    VenueBook& book = *open_book_;
    if (looking_) return collect(book, price, quantity);
    Defect defect = book.price.read(price, units);
    if (defect != Defect::none) return defect;
    defect = book.lot.read(quantity, lots);
    if (defect != Defect::none) return defect;
    if (units <= 0) return Defect::not_positive;
    if (lots < 0) return Defect::negative_quantity;
    model_.side = side;
    model_.price = units;
    model_.quantity = lots;
    append(*sink_, model_);
    return Defect::none;
}

void VenueSession::remove_level(Side side, std::int64_t price) {
    model_.side = side;
    model_.price = price;
    model_.quantity = 0;
    append(*sink_, model_);
}

bool VenueSession::quick_level(Side side, json::Array& array, const char* text) {
    const VenueBook& book = *open_book_;
    const char* const end = array.end();
    std::int64_t units = 0;
    std::int64_t lots = 0;
    const char* at = book.price.scan(text, end, units);
    if (at == nullptr || end - at < 3 || at[0] != '"' || at[1] != ',' || at[2] != '"') return false;
    at = book.lot.scan(at + 3, end, lots);
    if (at == nullptr || end - at < 2 || at[0] != '"' || at[1] != ']' || units <= 0 || lots < 0) return false;
    array.resume(at + 2);
    model_.side = side;
    model_.price = units;
    model_.quantity = lots;
    append(*sink_, model_);
    return true;
}

Defect VenueSession::levels(Side side, json::Array& array) {
    std::string_view texts[2];
    json::Value element;
    json::Array level;
    for (;;) {
        while (const char* const text = looking_ ? nullptr : array.quick())
            if (!quick_level(side, array, text)) break;
        if (!array.next(element)) break;
        if (!level.open(element) || !level.texts(texts, 2)) return Defect::malformed_record;
        const Defect defect = this->level(side, texts[0], texts[1]);
        if (defect != Defect::none) return defect;
    }
    return array.closed() ? Defect::none : Defect::malformed_record;
}

MarketEvent VenueSession::event(const VenueBook& book, EventKind kind, std::int64_t exchange_time, std::uint64_t reference) const noexcept {
    MarketEvent made{};
    made.receive_time = now_;
    made.exchange_time = exchange_time != 0 ? exchange_time : now_;
    made.instrument = book.instrument;
    made.kind = kind;
    made.reference = reference;
    return made;
}

bool VenueSession::next_trade(VenueBook& book, std::uint64_t id) {
    if (looking_) return true;
    if (book.last_trade != 0 && id <= book.last_trade) {
        ++counts.stale;
        return false;
    }
    if (book.last_trade != 0 && id != book.last_trade + 1) {
        ++counts.gaps;
        log_.add(Defect::sequence_gap, message_.offset, message_.line, message_.data, message_.size);
    }
    book.last_trade = id;
    return true;
}

Defect VenueSession::trade(VenueBook& book, Side aggressor, std::string_view price, std::string_view quantity, std::uint64_t id,
                           std::uint64_t reference, std::int64_t exchange_time) {
    if (looking_) return collect(book, price, quantity);
    MarketEvent made = event(book, EventKind::trade, exchange_time, reference);
    Defect defect = book.price.read(price, made.price);
    if (defect != Defect::none) return defect;
    defect = book.lot.read(quantity, made.quantity);
    if (defect != Defect::none) return defect;
    if (made.price <= 0) return Defect::not_positive;
    if (made.quantity <= 0) return Defect::negative_quantity;
    made.side = aggressor;
    made.order = id;
    append(out_, made);
    return Defect::none;
}

Defect VenueSession::quote(VenueBook& book, const std::string_view (&texts)[4], std::uint64_t reference, std::int64_t exchange_time) {
    QuoteEvent made = as_quote(event(book, EventKind::quote, exchange_time, reference));
    std::int64_t* const fields[4] = {&made.bid_price, &made.bid_quantity, &made.ask_price, &made.ask_quantity};
    for (std::size_t i = 0; i < 4; i += 2) {
        if (texts[i].empty()) { // a side without orders
            *fields[i] = *fields[i + 1] = 0;
            continue;
        }
        if (looking_) {
            const Defect defect = collect(book, texts[i], texts[i + 1]);
            if (defect != Defect::none) return defect;
            continue;
        }
        Defect defect = book.price.read(texts[i], *fields[i]);
        if (defect == Defect::none) defect = book.lot.read(texts[i + 1], *fields[i + 1]);
        if (defect != Defect::none) return defect;
        if (*fields[i + 1] < 0) return Defect::negative_quantity;
        if (*fields[i] <= 0 && *fields[i + 1] > 0) return Defect::not_positive;
    }
    if (looking_) return Defect::none;
    if (made.bid_quantity > 0 && made.ask_quantity > 0 && made.bid_price > made.ask_price)
        log_.add(Defect::crossed, message_.offset, message_.line, message_.data, message_.size);
    append(out_, as_market_event(made));
    return Defect::none;
}

void VenueSession::mark_last() noexcept {
    if (out_.size() > message_mark_) out_.data()[out_.size() - 1].flags |= market_flag_last;
}

void VenueSession::lose(VenueBook& book, Defect defect) {
    if (looking_) return;
    if (defect != Defect::none) log_.add(defect, message_.offset, message_.line, message_.data, message_.size);
    if (defect == Defect::sequence_gap) ++counts.gaps;
    if (!book.live) return;
    book.live = false;
    MarketEvent end = event(book, EventKind::discontinuity, now_, book.last);
    end.flags = market_flag_last;
    append(out_, end);
}

void VenueSession::lose_all(std::int64_t receive_time) {
    now_ = std::max(now_, receive_time);
    for (VenueBook& book : books_) lose(book, Defect::none);
}

} // namespace martlet
