#include "martlet/book.hpp"

namespace martlet {
namespace {

// A book that is not kept by order needs no room for orders.
BookOptions bounded(BookOptions options) noexcept {
    constexpr std::uint32_t most_orders = IdTable::maximum_handles - 1;
    if (options.mode != BookMode::by_order) options.expected_orders = 0;
    if (options.maximum_orders > most_orders) options.maximum_orders = most_orders;
    return options;
}

} // namespace

Book::Book(const BookOptions& options) noexcept
    : options_(bounded(options)), ladder_(options_.expected_levels, options_.tick),
      orders_(options_.expected_orders, options_.maximum_orders), table_(options_.expected_orders) {}

BookFault Book::modify(const MarketEvent& event) noexcept {
    if (options_.mode != BookMode::by_order) return BookFault::wrong_mode;
    if (event.quantity <= 0) return BookFault::negative_quantity;
    if (event.quantity > limit) return BookFault::overflow;
    if (event.price > limit || event.price < -limit) return BookFault::bad_price;
    const IdTable::Place place = locate(event.order);
    if (place.handle == 0) return BookFault::unknown_order;
    Node& node = orders_[place.handle];
    const bool sell = ladder_.is_sell(node.level);
    if (event.side != Side::none && (event.side == Side::sell) != sell) return BookFault::bad_side;
    PriceLevel& level = ladder_[node.level];
    const bool same_price = level.price == event.price;
    const std::uint32_t target = same_price ? node.level : ladder_.find(sell, event.price);
    const std::int64_t others = target == 0 ? 0 : ladder_[target].quantity - (same_price ? node.quantity : 0);
    std::int64_t total = 0;
    if (__builtin_add_overflow(others, event.quantity, &total)) return BookFault::overflow;
    if (same_price && (event.flags & market_flag_priority) != 0) {
        level.quantity = total;
        node.quantity = event.quantity;
        return BookFault::none;
    }
    unlink(place.handle);
    node.quantity = event.quantity;
    const std::uint32_t joined = ladder_.find_or_make(sell, event.price);
    ladder_[joined].quantity += event.quantity;
    append(place.handle, joined);
    return BookFault::none;
}

BookFault Book::begin_or_end(const MarketEvent& event) noexcept {
    switch (event.kind) {
    case EventKind::snapshot_begin:
        empty();
        in_snapshot_ = true;
        break;
    case EventKind::snapshot_end:
        if (!in_snapshot_) return BookFault::snapshot_order;
        in_snapshot_ = false;
        stale_ = false;
        break;
    case EventKind::discontinuity:
        // What was lost may be the end of a snapshot too.
        in_snapshot_ = false;
        stale_ = true;
        break;
    default: empty(); break; // clear
    }
    return BookFault::none;
}

void Book::empty() noexcept {
    ladder_.clear();
    orders_.clear();
    table_.clear();
    ++epoch_;
}

void Book::count_fault(BookFault fault) noexcept { ++fault_counts_[static_cast<std::size_t>(fault)]; }

std::uint64_t Book::fault_count(BookFault fault) const noexcept {
    return fault < BookFault::count_ ? fault_counts_[static_cast<std::size_t>(fault)] : 0;
}

std::uint64_t Book::faults() const noexcept {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : fault_counts_) sum += count;
    return sum;
}

std::size_t Book::depth(Side side, Level* levels, std::size_t count) const noexcept {
    std::size_t written = 0;
    for (std::uint32_t level = ladder_.best(side == Side::sell); level != 0 && written < count; level = ladder_.next(level))
        levels[written++] = level_of(level);
    return written;
}

Level Book::level_at(Side side, std::int64_t price) const noexcept {
    if (price > limit || price < -limit) return {0, 0, 0, 0};
    return level_of(ladder_.find(side == Side::sell, price));
}

OrderView Book::find(std::uint64_t order) const noexcept { return order_at(locate(order).handle); }

OrderView Book::order_at(std::uint32_t cursor) const noexcept {
    if (cursor == 0) return {0, 0, 0, Side::none, {}, 0};
    const Node& node = orders_[cursor];
    const Side side = ladder_.is_sell(node.level) ? Side::sell : Side::buy;
    return {node.order, ladder_[node.level].price, node.quantity, side, {}, node.joined};
}

std::int64_t Book::queue_ahead(std::uint64_t order) const noexcept {
    const IdTable::Place place = locate(order);
    if (place.handle == 0) return -1;
    std::int64_t ahead = 0;
    for (std::uint32_t node = orders_[place.handle].previous; node != 0; node = orders_[node].previous) ahead += orders_[node].quantity;
    return ahead;
}

std::uint32_t Book::first_order(Side side) const noexcept {
    const std::uint32_t level = ladder_.best(side == Side::sell);
    return level == 0 ? 0 : ladder_[level].first;
}

std::uint32_t Book::first_order_at(Side side, std::int64_t price) const noexcept {
    if (price > limit || price < -limit) return 0;
    const std::uint32_t level = ladder_.find(side == Side::sell, price);
    return level == 0 ? 0 : ladder_[level].first;
}

std::uint32_t Book::next_order(std::uint32_t cursor) const noexcept {
    const Node& node = orders_[cursor];
    if (node.next != 0) return node.next;
    const std::uint32_t level = ladder_.next(node.level);
    return level == 0 ? 0 : ladder_[level].first;
}

std::size_t Book::orders(Side side, OrderView* out, std::size_t count) const noexcept {
    std::size_t written = 0;
    for (std::uint32_t cursor = first_order(side); cursor != 0 && written < count; cursor = next_order(cursor))
        out[written++] = order_at(cursor);
    return written;
}

} // namespace martlet
