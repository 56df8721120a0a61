#include "lobster_book.hpp"

#include <algorithm>

namespace martlet {
namespace {

constexpr std::uint64_t made_up_bit = std::uint64_t{1} << 63;

} // namespace

void LobsterBook::begin_row(std::int64_t time, std::uint64_t row) noexcept {
    time_ = time;
    row_ = row;
    row_begin_ = out_.size();
}

bool LobsterBook::end_row() noexcept {
    if (out_.size() > row_begin_) out_.data()[out_.size() - 1].flags |= market_flag_last;
    return !full_;
}

void LobsterBook::emit(EventKind kind, Side side, std::int64_t price, std::int64_t quantity, std::uint64_t order,
                       std::uint16_t flags) {
    MarketEvent event{};
    event.exchange_time = event.receive_time = time_;
    event.kind = kind;
    event.side = side;
    event.flags = flags;
    event.price = price;
    event.quantity = quantity;
    event.order = order;
    event.reference = row_;
    if (!out_.append(event)) full_ = true;
}

void LobsterBook::emit_status(TradingStatus status) {
    emit(EventKind::trading_status, Side::none, 0, 0, 0);
    if (!full_) out_.data()[out_.size() - 1].reference = static_cast<std::uint64_t>(status);
}

void LobsterBook::emit_quote(const LobsterLevel& bid, const LobsterLevel& ask) {
    QuoteEvent quote{};
    quote.exchange_time = quote.receive_time = time_;
    quote.kind = EventKind::quote;
    quote.bid_price = bid.price;
    quote.bid_quantity = bid.size;
    quote.ask_price = ask.price;
    quote.ask_quantity = ask.size;
    if (!out_.append(as_market_event(quote))) full_ = true;
}

void LobsterBook::seed(const LobsterRow& row, const LobsterMessage* own) {
    emit(EventKind::snapshot_begin, Side::none, 0, 0, 0, market_flag_snapshot);
    for (const Side side : {Side::buy, Side::sell}) {
        for (const LobsterLevel& level : row.of(side)) {
            LobsterLevel before = level;
            const bool is_own = own != nullptr && own->side == side && own->price == level.price && own->size <= level.size;
            if (is_own) before.size -= own->size;
            state_level(side, before, market_flag_snapshot);
            if (is_own) {
                Level& at = of(side).levels[key(side, level.price)];
                at.known += own->size;
                at.orders.push_back(own->order);
                orders_[own->order] = {own->price, own->size, side};
                emit(EventKind::order_add, side, own->price, own->size, own->order, market_flag_snapshot);
            }
        }
        of(side).horizon = row.of(side).empty() ? std::numeric_limits<std::int64_t>::min() : key(side, row.of(side).back().price);
        trim(side);
    }
    emit(EventKind::snapshot_end, Side::none, 0, 0, 0, market_flag_snapshot);
}

Defect LobsterBook::apply(const LobsterMessage& message) {
    if (message.type == LobsterType::add) return add(message);
    const auto found = orders_.find(message.order);
    const Defect defect = found != orders_.end() ? reduce_known(message, found) : reduce_resting(message);
    return defect;
}

Defect LobsterBook::add(const LobsterMessage& message) {
    if (orders_.contains(message.order)) return Defect::duplicate;
    orders_[message.order] = {message.price, message.size, message.side};
    Level& level = of(message.side).levels[key(message.side, message.price)];
    level.known += message.size;
    level.orders.push_back(message.order);
    emit(EventKind::order_add, message.side, message.price, message.size, message.order);
    trim(message.side);
    return Defect::none;
}

Defect LobsterBook::reduce_known(const LobsterMessage& message, std::unordered_map<std::uint64_t, Order>::iterator found) {
    Order& order = found->second;
    if (order.side != message.side || order.price != message.price) return Defect::unknown_order;
    const bool whole = message.type == LobsterType::remove || message.size >= order.size;
    const std::int64_t size = whole ? order.size : message.size;
    BookSide& side = of(order.side);
    const auto level = side.levels.find(key(order.side, order.price));
    level->second.known -= size;
    order.size -= size;
    if (message.type == LobsterType::execute)
        emit(EventKind::order_execute, order.side, order.price, size, message.order);
    else
        emit(EventKind::order_cancel, order.side, order.price, whole ? 0 : size, message.order);
    if (whole) {
        std::erase(level->second.orders, message.order);
        orders_.erase(found);
    }
    if (level->second.total() == 0) side.levels.erase(level);
    return Defect::none;
}

Defect LobsterBook::reduce_resting(const LobsterMessage& message) {
    BookSide& side = of(message.side);
    const std::int64_t at = key(message.side, message.price);
    const auto level = side.levels.find(at);
    if (level == side.levels.end() || level->second.resting < message.size) {
        // An execution prints whether or not its order is known.
        if (message.type == LobsterType::execute)
            emit(EventKind::trade, message.side == Side::buy ? Side::sell : Side::buy, message.price, message.size, message.order,
                 market_flag_implied);
        if (at <= side.horizon) return Defect::unknown_order;
        ++counts_.outside;
        return Defect::none;
    }
    ++counts_.resting;
    level->second.resting -= message.size;
    const bool whole = level->second.resting == 0;
    const std::uint64_t order = level->second.resting_order;
    if (message.type == LobsterType::execute)
        emit(EventKind::order_execute, message.side, message.price, message.size, order);
    else
        emit(EventKind::order_cancel, message.side, message.price, whole ? 0 : message.size, order);
    if (level->second.total() == 0) side.levels.erase(level);
    return Defect::none;
}

/// Makes a level's total what is wanted: a made-up order for what is not known, or, where more is known than there
/// is, everything known goes and a made-up order stands for the level.
void LobsterBook::state_level(Side side, const LobsterLevel& wanted, std::uint16_t flags) {
    BookSide& book = of(side);
    const auto found = book.levels.find(key(side, wanted.price));
    if (found != book.levels.end()) {
        if (found->second.total() == wanted.size) return;
        if (found->second.resting > 0 || found->second.known > wanted.size) forget_level(side, found);
    }
    if (wanted.size == 0) return;
    Level& level = book.levels[key(side, wanted.price)];
    level.resting = wanted.size - level.known;
    level.resting_order = made_up_bit | ++made_up_;
    if (level.resting > 0) emit(EventKind::order_add, side, wanted.price, level.resting, level.resting_order, flags);
}

void LobsterBook::forget_level(Side side, std::map<std::int64_t, Level>::iterator level) {
    const std::int64_t price = side == Side::buy ? -level->first : level->first;
    if (level->second.resting > 0) emit(EventKind::order_cancel, side, price, 0, level->second.resting_order);
    for (const std::uint64_t order : level->second.orders) {
        emit(EventKind::order_cancel, side, price, 0, order);
        orders_.erase(order);
    }
    counts_.forgotten += level->second.orders.size() + (level->second.resting > 0 ? 1 : 0);
    of(side).levels.erase(level);
}

/// What falls out of the best levels is no longer reported, so nobody knows what becomes of it.
void LobsterBook::trim(Side side) {
    BookSide& book = of(side);
    while (book.levels.size() > limit_) forget_level(side, std::prev(book.levels.end()));
    if (book.levels.size() == limit_) book.horizon = std::min(book.horizon, book.levels.rbegin()->first);
}

bool LobsterBook::equals(Side side, const std::vector<LobsterLevel>& row) {
    const BookSide& book = of(side);
    std::size_t index = 0;
    for (auto level = book.levels.begin(); level != book.levels.end() && level->first <= book.horizon && index < row.size();
         ++level, ++index)
        if (key(side, row[index].price) != level->first || row[index].size != level->second.total()) return false;
    return true;
}

void LobsterBook::restate(Side side, const std::vector<LobsterLevel>& row) {
    BookSide& book = of(side);
    std::int64_t before = std::numeric_limits<std::int64_t>::min();
    for (const LobsterLevel& level : row) {
        const std::int64_t at = key(side, level.price);
        // Nothing can stand between two levels that the file shows as neighbours.
        for (auto between = book.levels.upper_bound(before); between != book.levels.end() && between->first < at;) {
            const auto next = std::next(between);
            forget_level(side, between);
            between = next;
        }
        state_level(side, level, 0);
        before = at;
    }
    book.horizon = key(side, row.back().price);
    trim(side);
}

void LobsterBook::reconcile(const LobsterRow& row) {
    for (const Side side : {Side::buy, Side::sell}) {
        const BookSide& book = of(side);
        const bool exhausted = book.levels.empty() || book.levels.begin()->first > book.horizon;
        const auto& levels = row.of(side);
        if (levels.empty()) continue; // the file shows nothing to state the side from
        if (!exhausted && equals(side, levels)) continue;
        ++(exhausted ? counts_.reseeded : counts_.diverged);
        restate(side, levels);
    }
}

} // namespace martlet
