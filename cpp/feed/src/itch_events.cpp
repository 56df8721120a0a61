#include "itch_events.hpp"

#include <algorithm>

#include "civil_time.hpp"

namespace martlet {

using itch::read;

namespace {

/// A name as a number; zeros and spaces at its end are the same.
std::uint64_t name_of(const char* symbol) noexcept {
    char padded[8];
    bool ended = false;
    for (std::size_t i = 0; i < sizeof padded; ++i) {
        ended = ended || symbol[i] == '\0';
        padded[i] = ended ? ' ' : symbol[i];
    }
    std::uint64_t name = 0;
    std::memcpy(&name, padded, sizeof name);
    return name;
}

constexpr std::uint32_t most_shares = 0x7FFF'FFFF;
constexpr std::size_t default_orders = std::size_t{1} << 26;

} // namespace

ItchTranslator::ItchTranslator(const ItchOptions& options, const ItchStock* stocks, std::size_t stock_count, EventBuffer& out)
    : out_(out), orders_(options.expected_orders), maximum_orders_(options.maximum_orders == 0 ? default_orders : options.maximum_orders),
      instruments_(locates, unknown), all_(stock_count == 0) {
    for (std::size_t i = 0; i < stock_count; ++i) chosen_.emplace_back(name_of(stocks[i].symbol), stocks[i].instrument);
    std::sort(chosen_.begin(), chosen_.end());
    const CivilDate date = civil_from_days(options.day);
    // Clocks change on Sundays, so one offset is good for a trading day.
    const std::int64_t to_utc = new_york_to_utc(date.year, date.month, date.day, day_seconds / 2);
    midnight_ = (options.day * day_seconds + to_utc) * second_ns;
}

void ItchTranslator::bind(std::uint16_t locate, const unsigned char* symbol) {
    const std::uint64_t name = name_of(reinterpret_cast<const char*>(symbol));
    const auto at = std::lower_bound(chosen_.begin(), chosen_.end(), std::pair{name, std::uint32_t{0}});
    if (all_)
        instruments_[locate] = locate;
    else
        instruments_[locate] = at != chosen_.end() && at->first == name ? at->second : ignored;
    if (wanted(locate))
        trading_.try_emplace(locate);
    else
        trading_.erase(locate);
}

bool ItchTranslator::wanted(const unsigned char* message, std::size_t symbol_at) {
    const std::uint16_t locate = itch::locate(message);
    if (instruments_[locate] == unknown) [[unlikely]] bind(locate, message + symbol_at);
    return wanted(locate);
}

void ItchTranslator::emit(EventKind kind, std::uint16_t locate, Side side, std::int64_t price, std::int64_t quantity,
                          std::uint64_t order, std::uint16_t flags, std::uint64_t reference) {
    const std::int64_t time = midnight_ + static_cast<std::int64_t>(latest_);
    const MarketEvent event{0, has_received_ ? received_ : time, time, instruments_[locate], kind, side, flags, price, quantity, order, reference};
    if (!out_.append(event)) [[unlikely]] {
        status_ = FeedStatus::too_large;
        return;
    }
    ++events_;
}

Defect ItchTranslator::apply(const unsigned char* message, std::uint64_t number) {
    number_ = number;
    ++messages_;
    ++of_type_[message[0]];
    const std::uint64_t time = itch::time(message);
    const bool back = time < latest_;
    if (!back) [[likely]] latest_ = time;
    const Defect defect = dispatch(message);
    return back && defect == Defect::none ? Defect::out_of_order : defect;
}

Defect ItchTranslator::dispatch(const unsigned char* message) {
    switch (message[0]) {
    case 'A':
    case 'F': return add(message);
    case 'E': return execute(message, false);
    case 'C': return execute(message, true);
    case 'X': return cancel(message);
    case 'D': return remove(message);
    case 'U': return replace(message);
    case 'P': return trade(message);
    case 'Q': return cross(message);
    case 'I': return imbalance(message);
    case 'S': return system_event(message);
    case 'R': bind(itch::locate(message), message + 11); return Defect::none;
    case 'H': return trading_action(message);
    case 'h': return operational_halt(message);
    default: return Defect::none; // says nothing of a book or a print
    }
}

Defect ItchTranslator::add(const unsigned char* message) {
    if (!wanted(message, 24)) return Defect::none;
    const std::uint64_t number = itch::order(message);
    const auto shares = read<std::uint32_t>(message + 20);
    const auto price = read<std::uint32_t>(message + 32);
    if (message[19] != 'B' && message[19] != 'S') [[unlikely]] return Defect::malformed_record;
    if (price == 0) [[unlikely]] return Defect::not_positive;
    if (shares == 0 || shares > most_shares || number > OrderTable<Order>::maximum_number) [[unlikely]] return Defect::number_out_of_range;
    bool made = false;
    if (orders_.size() >= maximum_orders_) [[unlikely]] {
        status_ = FeedStatus::too_large;
        return Defect::none;
    }
    Order* order = orders_.insert(number, made);
    if (!made) [[unlikely]] return Defect::duplicate;
    *order = {price, shares, message[19] == 'S'};
    emit_order(EventKind::order_add, message, side_of(*order), price, shares, number);
    return Defect::none;
}

Defect ItchTranslator::execute(const unsigned char* message, bool with_price) {
    if (!wanted(itch::locate(message))) return Defect::none;
    const auto shares = read<std::uint32_t>(message + 19);
    const bool prints = !with_price || message[31] == 'Y';
    const std::uint32_t stated = with_price ? read<std::uint32_t>(message + 32) : 0;
    if (shares == 0) [[unlikely]] return Defect::number_out_of_range;
    if (with_price && message[31] != 'Y' && message[31] != 'N') [[unlikely]] return Defect::malformed_record;
    if (with_price && prints && stated == 0) [[unlikely]] return Defect::not_positive;
    Order* order = orders_.find(itch::order(message));
    if (order == nullptr) [[unlikely]] return Defect::unknown_order;
    const std::uint32_t taken = std::min<std::uint32_t>(shares, order->shares);
    emit_order(prints ? EventKind::order_execute : EventKind::order_cancel, message, side_of(*order),
               with_price && prints ? stated : order->price, taken, itch::order(message));
    const Defect defect = taken == shares ? Defect::none : Defect::excess_quantity;
    order->shares -= taken;
    if (order->shares == 0) orders_.erase(order);
    return defect;
}

Defect ItchTranslator::cancel(const unsigned char* message) {
    if (!wanted(itch::locate(message))) return Defect::none;
    const auto shares = read<std::uint32_t>(message + 19);
    if (shares == 0) [[unlikely]] return Defect::number_out_of_range;
    Order* order = orders_.find(itch::order(message));
    if (order == nullptr) [[unlikely]] return Defect::unknown_order;
    const std::uint32_t taken = std::min<std::uint32_t>(shares, order->shares);
    emit_order(EventKind::order_cancel, message, side_of(*order), order->price, taken, itch::order(message));
    const Defect defect = taken == shares ? Defect::none : Defect::excess_quantity;
    order->shares -= taken;
    if (order->shares == 0) orders_.erase(order);
    return defect;
}

Defect ItchTranslator::remove(const unsigned char* message) {
    if (!wanted(itch::locate(message))) return Defect::none;
    const Order* order = orders_.find(itch::order(message));
    if (order == nullptr) [[unlikely]] return Defect::unknown_order;
    emit_order(EventKind::order_cancel, message, side_of(*order), order->price, order->shares, itch::order(message));
    orders_.erase(order);
    return Defect::none;
}

Defect ItchTranslator::replace(const unsigned char* message) {
    if (!wanted(itch::locate(message))) return Defect::none;
    const std::uint64_t before = itch::order(message);
    const auto after = read<std::uint64_t>(message + 19);
    const auto shares = read<std::uint32_t>(message + 27);
    const auto price = read<std::uint32_t>(message + 31);
    if (price == 0) [[unlikely]] return Defect::not_positive;
    if (shares == 0 || shares > most_shares || after > OrderTable<Order>::maximum_number) [[unlikely]] return Defect::number_out_of_range;
    const Order* found = orders_.find(before);
    if (found == nullptr) [[unlikely]] return Defect::unknown_order;
    if (after != before && orders_.find(after) != nullptr) [[unlikely]] return Defect::duplicate;
    const Order old = *found;
    orders_.erase(found);
    emit_order(EventKind::order_cancel, message, side_of(old), old.price, old.shares, before, 0);
    bool made = false;
    Order* order = orders_.insert(after, made);
    *order = {price, shares, old.sell};
    emit_order(EventKind::order_add, message, side_of(old), price, shares, after);
    return Defect::none;
}

Defect ItchTranslator::trade(const unsigned char* message) {
    if (!wanted(message, 24)) return Defect::none;
    const auto shares = read<std::uint32_t>(message + 20);
    const auto price = read<std::uint32_t>(message + 32);
    if (price == 0) [[unlikely]] return Defect::not_positive;
    if (shares == 0) [[unlikely]] return Defect::number_out_of_range;
    emit_order(EventKind::trade, message, Side::none, price, shares, read<std::uint64_t>(message + 36),
               market_flag_implied | market_flag_last);
    return Defect::none;
}

Defect ItchTranslator::cross(const unsigned char* message) {
    if (!wanted(message, 19)) return Defect::none;
    const auto shares = read<std::uint64_t>(message + 11);
    const auto price = read<std::uint32_t>(message + 27);
    const auto match = read<std::uint64_t>(message + 31);
    if (shares > INT64_MAX) [[unlikely]] return Defect::number_out_of_range;
    if (shares != 0 && price == 0) [[unlikely]] return Defect::not_positive;
    const auto quantity = static_cast<std::int64_t>(shares);
    emit(EventKind::auction, itch::locate(message), Side::none, price, quantity, match, shares == 0 ? market_flag_last : 0, 0);
    if (shares != 0) emit_order(EventKind::trade, message, Side::none, price, quantity, match, market_flag_implied | market_flag_last);
    return Defect::none;
}

Defect ItchTranslator::imbalance(const unsigned char* message) {
    if (!wanted(message, 28)) return Defect::none;
    const auto paired = read<std::uint64_t>(message + 11);
    const auto missing = read<std::uint64_t>(message + 19);
    if (paired > INT64_MAX || missing > INT64_MAX) [[unlikely]] return Defect::number_out_of_range;
    const auto near = read<std::uint32_t>(message + 40);
    const Side side = message[27] == 'B' ? Side::buy : message[27] == 'S' ? Side::sell : Side::none;
    emit(EventKind::auction, itch::locate(message), side, near != 0 ? near : read<std::uint32_t>(message + 44),
         static_cast<std::int64_t>(paired), 0, market_flag_last, missing);
    return Defect::none;
}

Defect ItchTranslator::system_event(const unsigned char* message) {
    switch (message[11]) {
    case 'O':
    case 'S': phase_ = TradingStatus::pre_open; break;
    case 'Q': phase_ = TradingStatus::open; break;
    case 'M':
    case 'E':
    case 'C': phase_ = TradingStatus::closed; break;
    case 'A': // of older days: an emergency halt, its resumption for quoting, its end; each stock's H says the rest
    case 'R':
    case 'B': return Defect::none;
    default: return Defect::unknown_type;
    }
    for (auto& [locate, trading] : trading_) show_status(locate, trading);
    return Defect::none;
}

Defect ItchTranslator::trading_action(const unsigned char* message) {
    const auto state = static_cast<char>(message[19]);
    if (state != 'H' && state != 'P' && state != 'Q' && state != 'T') return Defect::unknown_type;
    if (!wanted(message, 11)) return Defect::none;
    Trading& trading = trading_[itch::locate(message)];
    trading.action = state;
    show_status(itch::locate(message), trading);
    return Defect::none;
}

Defect ItchTranslator::operational_halt(const unsigned char* message) {
    if (message[20] != 'H' && message[20] != 'T') return Defect::unknown_type;
    if (!wanted(message, 11) || message[19] != 'Q') return Defect::none; // of another market of the group
    Trading& trading = trading_[itch::locate(message)];
    trading.halted_here = message[20] == 'H';
    show_status(itch::locate(message), trading);
    return Defect::none;
}

/// Tells the status of a stock where it is another than the one told last.
void ItchTranslator::show_status(std::uint16_t locate, Trading& trading) {
    TradingStatus status = phase_;
    if (trading.action == 'H' || trading.action == 'P' || trading.halted_here)
        status = TradingStatus::halted;
    else if (trading.action == 'Q')
        status = TradingStatus::auction;
    else if (phase_ == TradingStatus::unknown && trading.action == 'T')
        status = TradingStatus::open; // the beginning of the day is not in this stream
    if (status == trading.shown || status == TradingStatus::unknown) return;
    trading.shown = status;
    emit(EventKind::trading_status, locate, Side::none, 0, 0, 0, market_flag_last, static_cast<std::uint64_t>(status));
}

void ItchTranslator::lost(std::uint64_t number) {
    for (const auto& stock : trading_) emit(EventKind::discontinuity, stock.first, Side::none, 0, 0, 0, market_flag_last, number);
}

} // namespace martlet
