#include "recorded_replay.hpp"

#include <algorithm>
#include <cassert>

#include "fair_value.hpp"

namespace martlet::exchange {
namespace {

/// Price at `step` of `steps` on the way from `from` to `to`, both ends exact.
std::int64_t between(std::int64_t from, std::int64_t to, std::uint32_t step, std::uint32_t steps) noexcept {
    return from + (to - from) * static_cast<std::int64_t>(step) / static_cast<std::int64_t>(steps);
}

/// The four turning points of a bar, low first where it rose.
struct Turns {
    std::int64_t price[4];
};

Turns turns_of(const BarEvent& bar, bool rising) noexcept {
    if (rising) return {{bar.open(), bar.low, bar.high(), bar.close()}};
    return {{bar.open(), bar.high(), bar.low, bar.close()}};
}

MarketEvent make_event(EventKind kind, std::uint32_t instrument, std::int64_t time, Side side, std::int64_t price,
                       std::int64_t quantity, std::uint64_t order, std::uint16_t flags = 0) noexcept {
    MarketEvent event{};
    event.receive_time = event.exchange_time = time;
    event.instrument = instrument;
    event.kind = kind;
    event.side = side;
    event.flags = flags;
    event.price = price;
    event.quantity = quantity;
    event.order = order;
    return event;
}

} // namespace

std::int64_t RecordedReplay::time_of(const MarketEvent& event) noexcept {
    return event.receive_time != 0 ? event.receive_time : event.exchange_time;
}

ExchangeStatus RecordedReplay::check(const ExchangeOptions& options) noexcept {
    if (options.half_spread < 0 || options.quote_lots < 0 || options.bar_steps > 1000) return ExchangeStatus::bad_recording;
    for (std::uint64_t i = 0; i < options.recorded_count; ++i) {
        const MarketEvent& event = options.recorded[i];
        if (event.instrument >= options.instrument_count) return ExchangeStatus::bad_recording;
        if (event.kind == EventKind::bar && as_bar(event).seconds == 0) return ExchangeStatus::bad_recording;
        if (i > 0 && time_of(event) < time_of(options.recorded[i - 1])) return ExchangeStatus::bad_recording;
    }
    return ExchangeStatus::ok;
}

RecordedReplay::RecordedReplay(const ExchangeOptions& options)
    : recorded_(options.recorded), count_(options.recorded_count), lanes_(options.instrument_count),
      bars_(options.instrument_count), instruments_(options.instruments, options.instruments + options.instrument_count),
      half_spread_(options.half_spread), quote_lots_(options.quote_lots == 0 ? 1'000'000 : options.quote_lots),
      bar_steps_(options.bar_steps == 0 ? 1 : options.bar_steps) {
    for (std::uint64_t i = 0; i < count_; ++i)
        if (recorded_[i].kind == EventKind::order_add) lanes_[recorded_[i].instrument].by_order = true;
    const bool any_bar = std::any_of(recorded_, recorded_ + count_, [](const MarketEvent& e) { return e.kind == EventKind::bar; });
    if (any_bar) {
        items_.reserve(count_);
        std::vector<std::size_t> last_bid(options.instrument_count, ~std::size_t{0});
        for (std::uint64_t i = 0; i < count_; ++i) {
            const MarketEvent& event = recorded_[i];
            std::int64_t time = time_of(event);
            if (event.kind == EventKind::bar) {
                const BarEvent bar = as_bar(event);
                time = bar.exchange_time - static_cast<std::int64_t>(bar.seconds) * second;
                std::size_t& bid = last_bid[event.instrument];
                if (bar.side == Side::sell && bid < items_.size() && items_[bid].partner == no_partner && items_[bid].time == time) {
                    items_[bid].partner = i;
                    continue;
                }
                if (bar.side == Side::buy) bid = items_.size();
            }
            items_.push_back({time, i, no_partner});
        }
        std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) { return a.time != b.time ? a.time < b.time : a.index < b.index; });
    }
    if (options.start_time != 0 && count_ > 0) offset_ = options.start_time - item_time(0);
    latest_ = count_ > 0 ? item_time(0) + offset_ : 0;
}

std::int64_t RecordedReplay::item_time(std::size_t item) const noexcept {
    return items_.empty() ? time_of(recorded_[item]) : items_[item].time;
}

std::int64_t RecordedReplay::next_time() const noexcept {
    const std::int64_t plain = item_ < item_count() ? item_time(item_) + offset_ : never;
    return std::max(std::min(plain, bars_.next_time()), latest_);
}

bool RecordedReplay::next(std::vector<MarketEvent>& events) {
    const std::size_t before = events.size();
    while (events.size() == before) {
        const std::int64_t plain = item_ < item_count() ? item_time(item_) + offset_ : never;
        if (plain == never && bars_.next_time() == never) return false;
        if (bars_.next_time() < plain) {
            latest_ = std::max(latest_, bars_.next_time());
            give_point(bars_.next_actor(), events);
            continue;
        }
        latest_ = std::max(latest_, plain);
        const Item item = items_.empty() ? Item{0, item_, no_partner} : items_[item_];
        ++item_;
        const MarketEvent& event = recorded_[item.index];
        if (event.kind == EventKind::bar) begin_bar(item);
        else give_plain(event, latest_, events);
    }
    return true;
}

void RecordedReplay::begin_bar(const Item& item) {
    const BarEvent bar = as_bar(recorded_[item.index]);
    Lane& lane = lanes_[bar.instrument];
    const std::int64_t begin = item.time + offset_;
    if (begin < lane.busy_until) {
        ++skipped_bars_;
        return;
    }
    BarEvent ask{};
    if (item.partner != no_partner) ask = as_bar(recorded_[item.partner]);
    lay_path(lane, bar, item.partner != no_partner ? &ask : nullptr);
    lane.begin = begin;
    lane.length = static_cast<std::int64_t>(bar.seconds) * second;
    lane.busy_until = begin + lane.length;
    lane.done = 0;
    bars_.schedule(bar.instrument, begin);
}

void RecordedReplay::lay_path(Lane& lane, const BarEvent& bar, const BarEvent* ask) {
    const InstrumentDefinition& instrument = instruments_[bar.instrument];
    const std::int64_t half = half_spread_ > 0 ? half_spread_ : std::max<std::int64_t>(1, instrument.tick / 2);
    const bool rising = bar.close() >= bar.open();
    const Turns low_side = turns_of(bar, rising);
    const Turns high_side = ask != nullptr ? turns_of(*ask, rising) : low_side;
    const std::size_t points = 3 * static_cast<std::size_t>(bar_steps_) + 1;
    const std::int64_t volume = std::max<std::int64_t>(bar.volume, 0);
    const std::int64_t share = volume / static_cast<std::int64_t>(points);
    const std::int64_t rest = volume - share * static_cast<std::int64_t>(points);
    lane.path.clear();
    std::int64_t previous = low_side.price[0];
    for (std::size_t k = 0; k < points; ++k) {
        const std::size_t leg = std::min<std::size_t>(k / bar_steps_, 2);
        const auto step = static_cast<std::uint32_t>(k - leg * bar_steps_);
        const std::int64_t low = between(low_side.price[leg], low_side.price[leg + 1], step, bar_steps_);
        const std::int64_t high = between(high_side.price[leg], high_side.price[leg + 1], step, bar_steps_);
        Point point{};
        if (ask != nullptr) {
            point.bid = low;
            point.ask = std::max(high, low + 1); // two files that disagree must not lock the book
        } else {
            point.bid = std::max<std::int64_t>(low - half, 1);
            point.ask = std::max(low + half, point.bid + 1);
        }
        point.side = low >= previous ? Side::buy : Side::sell;
        point.price = ask == nullptr ? low : point.side == Side::buy ? point.ask : point.bid;
        // A source without volume still traded: one lot a price.
        point.lots = std::max<std::int64_t>(share + (static_cast<std::int64_t>(k) < rest ? 1 : 0), volume == 0 ? 1 : 0);
        previous = low;
        lane.path.push_back(point);
    }
}

void RecordedReplay::give_point(std::uint32_t instrument, std::vector<MarketEvent>& events) {
    Lane& lane = lanes_[instrument];
    assert(lane.done < lane.path.size());
    const Point& point = lane.path[lane.done];
    set_quote(instrument, latest_, {point.bid, quote_lots_}, {point.ask, quote_lots_}, events);
    if (point.lots > 0)
        events.push_back(make_event(EventKind::trade, instrument, latest_, point.side, point.price, point.lots, 0, market_flag_implied));
    if (!events.empty()) events.back().flags |= market_flag_last;
    ++lane.done;
    const auto points = static_cast<std::int64_t>(lane.path.size());
    const std::int64_t due = lane.begin + lane.length / points * static_cast<std::int64_t>(lane.done);
    bars_.schedule(instrument, lane.done < lane.path.size() ? due : never);
}

void RecordedReplay::give_plain(const MarketEvent& event, std::int64_t time, std::vector<MarketEvent>& events) {
    if (event.kind == EventKind::quote) {
        const QuoteEvent quote = as_quote(event);
        set_quote(event.instrument, time, {quote.bid_price, quote.bid_quantity}, {quote.ask_price, quote.ask_quantity}, events);
    } else if (event.kind == EventKind::level_set) {
        set_level(event, time, events);
    } else {
        if (event.kind == EventKind::clear || event.kind == EventKind::snapshot_begin) {
            Lane& lane = lanes_[event.instrument];
            lane.bid = lane.ask = {};
            lane.levels.clear();
        }
        MarketEvent moved = event;
        moved.receive_time = moved.exchange_time = time;
        // Where orders are recorded, a trade repeats their executions; elsewhere it is all there is of it.
        if (moved.kind == EventKind::trade && !lanes_[moved.instrument].by_order) moved.flags |= market_flag_implied;
        events.push_back(moved);
    }
}

void RecordedReplay::set_quote(std::uint32_t instrument, std::int64_t time, Shown bid, Shown ask, std::vector<MarketEvent>& events) {
    Lane& lane = lanes_[instrument];
    const std::size_t before = events.size();
    // The side that makes room goes first, so that the book is never crossed between the two.
    const bool rising = ask.quantity == 0 || (lane.ask.quantity != 0 && ask.price > lane.ask.price);
    if (rising) set_side(lane, instrument, time, Side::sell, ask, events);
    set_side(lane, instrument, time, Side::buy, bid, events);
    if (!rising) set_side(lane, instrument, time, Side::sell, ask, events);
    if (events.size() > before) events.back().flags |= market_flag_last;
}

void RecordedReplay::set_side(Lane& lane, std::uint32_t instrument, std::int64_t time, Side side, Shown now,
                              std::vector<MarketEvent>& events) {
    Shown& was = side == Side::buy ? lane.bid : lane.ask;
    if (was.quantity == now.quantity && (was.price == now.price || now.quantity == 0)) return;
    const EventKind kind = was.quantity == 0   ? EventKind::order_add
                           : now.quantity == 0 ? EventKind::order_cancel
                                               : EventKind::order_modify;
    const std::int64_t price = now.quantity == 0 ? was.price : now.price;
    events.push_back(make_event(kind, instrument, time, side, price, now.quantity, quote_order(side)));
    was = now;
}

void RecordedReplay::set_level(const MarketEvent& event, std::int64_t time, std::vector<MarketEvent>& events) {
    auto& levels = lanes_[event.instrument].levels;
    const std::uint64_t order = (static_cast<std::uint64_t>(event.price) << 2) | (event.side == Side::buy ? 1 : 2);
    const auto found = levels.find(order);
    const std::int64_t was = found == levels.end() ? 0 : found->second;
    if (was != event.quantity) {
        const EventKind kind = was == 0 ? EventKind::order_add : event.quantity == 0 ? EventKind::order_cancel : EventKind::order_modify;
        events.push_back(make_event(kind, event.instrument, time, event.side, event.price, event.quantity, order));
        events.back().flags = event.flags;
        if (event.quantity == 0) levels.erase(found);
        else levels[order] = event.quantity;
    }
}

} // namespace martlet::exchange
