#include "martlet/matching_engine.hpp"

#include <algorithm>

namespace martlet {

namespace {

constexpr std::int64_t most_lots = (std::int64_t{1} << 40) - 1;
constexpr std::uint32_t few_levels = 64;
constexpr std::uint32_t few_orders = 16;

// Within these bounds every sum of a level's quantities fits 63 bits, whatever rests.
MatchingOptions bounded(MatchingOptions options) noexcept {
    if (options.tick < 1) options.tick = 1;
    if (options.maximum_quantity < 1 || options.maximum_quantity > most_lots) options.maximum_quantity = most_lots;
    if (options.maximum_orders >= IdTable::maximum_handles) options.maximum_orders = IdTable::maximum_handles - 1;
    return options;
}

} // namespace

MatchingEngine::MatchingEngine(const MatchingOptions& options) noexcept
    : options_(bounded(options)), uniform_tick_(options_.tick), ladder_(options_.expected_levels, options_.tick),
      orders_(options_.expected_orders, options_.maximum_orders), table_(options_.expected_orders), dark_(few_levels, options_.tick),
      triggers_(few_levels, options_.tick), extensions_(few_orders, options_.maximum_orders) {}

bool MatchingEngine::set_bands(std::int64_t low, std::int64_t high) noexcept {
    if (low < 1 || high < low || high > price_limit) return false;
    band_low_ = low;
    band_span_ = static_cast<std::uint64_t>(high - low);
    return true;
}

bool MatchingEngine::set_ticks(const TickTable& table) noexcept {
    if (table.count == 0 || table.count > TickTable::capacity || table.from[0] > 1) return false;
    for (std::size_t i = 0; i < table.count; ++i)
        if (table.tick[i] < 1 || (i != 0 && table.from[i] <= table.from[i - 1])) return false;
    ticks_ = table;
    uniform_tick_ = table.count == 1 ? table.tick[0] : 0;
    return true;
}

bool MatchingEngine::on_tick(std::int64_t price) const noexcept {
    if (uniform_tick_ != 0) return price % uniform_tick_ == 0;
    std::size_t row = ticks_.count - 1;
    while (row != 0 && ticks_.from[row] > price) --row;
    return price % ticks_.tick[row] == 0;
}

OrderState MatchingEngine::state_of(std::uint32_t node) const noexcept {
    const Node& found = orders_[node];
    if (!found.has(trait_dark | trait_parked | trait_waiting | trait_elected)) return shown_state(node);
    OrderState state{found.number, found.client, found.owner, Side::buy, {}, 0, found.filled(),
                     found.leaves()};
    if (found.has(trait_dark) && found.level != 0) {
        state.price = dark_[found.level].price;
        if (dark_.is_sell(found.level)) state.side = Side::sell;
    } else {
        state.price = extensions_[found.extension()].price;
        if (extensions_[found.extension()].sell != 0) state.side = Side::sell;
    }
    return state;
}

std::int64_t MatchingEngine::shown_at(std::uint32_t cursor) const noexcept {
    const Node& node = orders_[cursor];
    if (node.has(trait_dark | trait_parked | trait_waiting | trait_elected)) return 0;
    return node.has(trait_iceberg) ? extensions_[node.extension()].shown : node.leaves();
}

std::size_t MatchingEngine::depth(Side side, Level* levels, std::size_t count) const noexcept {
    std::size_t written = 0;
    for (std::uint32_t level = ladder_.best(side == Side::sell); level != 0 && written < count; level = ladder_.next(level))
        levels[written++] = level_of(level);
    return written;
}

OrderState MatchingEngine::find(std::uint32_t owner, std::uint64_t client) const noexcept {
    const std::uint32_t node = locate(owner, client).handle;
    return node == 0 ? OrderState{} : state_of(node);
}

std::uint32_t MatchingEngine::first_order(Side side) const noexcept {
    const std::uint32_t level = ladder_.best(side == Side::sell);
    return level == 0 ? 0 : ladder_[level].first;
}

std::uint32_t MatchingEngine::next_order(std::uint32_t cursor) const noexcept {
    const Node& node = orders_[cursor];
    if (node.next != 0) return node.next;
    const std::uint32_t level = ladder_.next(node.level);
    return level == 0 ? 0 : ladder_[level].first;
}

// The order that a taker of this side meets first within its limit, 0 where there is none: the better price, then
// what is shown.
std::uint32_t MatchingEngine::first_maker(bool sell, std::int64_t limit) const noexcept {
    const std::int64_t reach = key_of(!sell, limit);
    const std::uint32_t lit = ladder_.best(!sell);
    const std::uint32_t dark = dark_.best(!sell);
    const bool hidden = dark != 0 && (lit == 0 || key_of(!sell, dark_[dark].price) > key_of(!sell, ladder_[lit].price));
    const LevelLadder& ladder = hidden ? dark_ : ladder_;
    const std::uint32_t level = hidden ? dark : lit;
    return level == 0 || key_of(!sell, ladder[level].price) < reach ? 0 : ladder[level].first;
}

// Lots that a taker could have at once, at least where they are fewer than `wanted`. What stands behind an order of its own
// counts only where that order would be canceled.
std::int64_t MatchingEngine::available(bool sell, std::int64_t limit, std::int64_t wanted, std::uint32_t owner, SelfMatch mode) const noexcept {
    const std::int64_t reach = key_of(!sell, limit);
    const bool by_level = extensions_.live() == 0 && dark_.best(!sell) == 0 && mode == SelfMatch::allowed;
    const auto good = [&](const LevelLadder& ladder, std::uint32_t level) { return level != 0 && key_of(!sell, ladder[level].price) >= reach; };
    std::uint32_t lit = ladder_.best(!sell);
    std::uint32_t dark = dark_.best(!sell);
    std::int64_t sum = 0;
    while (sum < wanted && (good(ladder_, lit) || good(dark_, dark))) {
        const bool hidden = !good(ladder_, lit) || (good(dark_, dark) && key_of(!sell, dark_[dark].price) > key_of(!sell, ladder_[lit].price));
        const LevelLadder& ladder = hidden ? dark_ : ladder_;
        std::uint32_t& level = hidden ? dark : lit;
        if (by_level) {
            sum += ladder[level].quantity;
        } else {
            std::int64_t shown = 0;
            std::int64_t whole = 0;
            for (std::uint32_t node = ladder[level].first; node != 0; node = orders_[node].next) {
                if (mode != SelfMatch::allowed && orders_[node].owner == owner) {
                    if (mode == SelfMatch::cancel_oldest) continue;
                    // The next slices of what stands before it come after it.
                    return sum + shown;
                }
                whole += orders_[node].leaves();
                shown += hidden ? orders_[node].leaves() : shown_at(node);
            }
            sum += whole;
        }
        level = ladder.next(level);
    }
    return sum;
}

} // namespace martlet
