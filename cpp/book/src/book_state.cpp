#include <cstring>

#include "martlet/book.hpp"

// What a book is, as bytes: a header, then its orders in priority, side by side, or its levels.

namespace martlet {
namespace {

struct StateHeader {
    std::uint32_t epoch;
    std::uint32_t joins;
    std::uint32_t items[2]; // of the bid and the ask side
    std::uint8_t mode;
    std::uint8_t in_snapshot;
    std::uint8_t stale;
    std::uint8_t reserved[5];
    std::uint64_t fault_counts[static_cast<std::size_t>(BookFault::count_)];
};

// An order; of a level `order` and `joined` are 0.
struct StateItem {
    std::uint64_t order;
    std::int64_t price;
    std::int64_t quantity;
    std::uint32_t joined;
    std::uint32_t reserved;
};
static_assert(sizeof(StateItem) == 32 && sizeof(StateHeader) == 24 + 8 * static_cast<std::size_t>(BookFault::count_));

} // namespace

std::size_t Book::state_bytes() const noexcept {
    const std::size_t items = options_.mode == BookMode::by_order ? orders_.live() : ladder_.count(false) + ladder_.count(true);
    return sizeof(StateHeader) + items * sizeof(StateItem);
}

void Book::write_state(void* bytes) const noexcept {
    StateHeader header{};
    header.epoch = epoch_;
    header.joins = joins_;
    header.mode = static_cast<std::uint8_t>(options_.mode);
    header.in_snapshot = in_snapshot_;
    header.stale = stale_;
    std::memcpy(header.fault_counts, fault_counts_, sizeof(fault_counts_));
    auto* out = static_cast<unsigned char*>(bytes) + sizeof(header);
    const auto put = [&](const StateItem& item, int sell) noexcept {
        std::memcpy(out, &item, sizeof(item));
        out += sizeof(item);
        ++header.items[sell];
    };
    for (int sell = 0; sell < 2; ++sell) {
        for (std::uint32_t level = ladder_.best(sell != 0); level != 0; level = ladder_.next(level)) {
            const PriceLevel& of = ladder_[level];
            if (options_.mode != BookMode::by_order) put({0, of.price, of.quantity, 0, 0}, sell);
            for (std::uint32_t node = of.first; options_.mode == BookMode::by_order && node != 0; node = orders_[node].next)
                put({orders_[node].order, of.price, orders_[node].quantity, orders_[node].joined, 0}, sell);
        }
    }
    std::memcpy(bytes, &header, sizeof(header));
}

bool Book::read_state(const void* bytes, std::size_t size) noexcept {
    StateHeader header;
    if (size < sizeof(header)) return empty(), false;
    std::memcpy(&header, bytes, sizeof(header));
    const std::uint64_t items = std::uint64_t{header.items[0]} + header.items[1];
    bool fits = header.mode == static_cast<std::uint8_t>(options_.mode) && items * sizeof(StateItem) == size - sizeof(header) &&
                header.in_snapshot <= 1 && header.stale <= 1;
    for (const std::uint8_t byte : header.reserved) fits = fits && byte == 0;
    empty();
    if (!fits) return false;
    const auto* in = static_cast<const unsigned char*>(bytes) + sizeof(header);
    for (std::uint64_t i = 0; i < items; ++i, in += sizeof(StateItem)) {
        StateItem item;
        std::memcpy(&item, in, sizeof(item));
        const bool plain = item.reserved == 0 && (options_.mode == BookMode::by_order || (item.order == 0 && item.joined == 0));
        if (!plain || !put_back(i >= header.items[0], item.order, item.price, item.quantity, item.joined)) return empty(), false;
    }
    epoch_ = header.epoch;
    joins_ = header.joins;
    in_snapshot_ = header.in_snapshot != 0;
    stale_ = header.stale != 0;
    std::memcpy(fault_counts_, header.fault_counts, sizeof(fault_counts_));
    return true;
}

// Puts an order or a level where it was: by the rules of `add` and `set_level`, so that nothing comes back that they
// would have refused.
bool Book::put_back(bool sell, std::uint64_t order, std::int64_t price, std::int64_t quantity, std::uint32_t joined) noexcept {
    MarketEvent event{};
    event.side = sell ? Side::sell : Side::buy;
    event.price = price;
    event.quantity = quantity;
    event.order = order;
    if (options_.mode == BookMode::by_order) {
        if (add(event) != BookFault::none) return false;
        orders_[locate(order).handle].joined = joined;
        return true;
    }
    const bool fits = quantity > 0 && quantity <= limit && price <= limit && price >= -limit && ladder_.find(sell, price) == 0 &&
                      (options_.mode == BookMode::by_price || ladder_.best(sell) == 0);
    if (!fits || ladder_.count(sell) >= options_.maximum_orders) return false;
    ladder_[ladder_.find_or_make(sell, price)].quantity = quantity;
    return true;
}

} // namespace martlet
