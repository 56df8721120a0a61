#include "martlet/matching_engine.hpp"

namespace martlet {

namespace {

// Within these bounds every sum of a level's quantities fits 63 bits, whatever rests.
MatchingOptions bounded(MatchingOptions options) noexcept {
    constexpr std::int64_t most_lots = std::int64_t{1} << 40;
    constexpr std::uint32_t most_orders = 1u << 22;
    if (options.tick < 1) options.tick = 1;
    if (options.maximum_quantity < 1 || options.maximum_quantity > most_lots) options.maximum_quantity = most_lots;
    if (options.maximum_orders > most_orders) options.maximum_orders = most_orders;
    return options;
}

} // namespace

MatchingEngine::MatchingEngine(const MatchingOptions& options) noexcept
    : options_(bounded(options)), ladder_(options_.expected_levels, options_.tick),
      orders_(options_.expected_orders, options_.maximum_orders), table_(options_.expected_orders) {}

RejectReason MatchingEngine::judge(const ReplaceRequest& request, std::uint32_t node) const noexcept {
    if (node == 0) return RejectReason::unknown_order;
    if (status_ != TradingStatus::open) return RejectReason::exchange_closed;
    if (request.quantity <= orders_[node].filled || request.quantity > options_.maximum_quantity) return RejectReason::bad_quantity;
    if (!valid_price(request.price)) return RejectReason::bad_price;
    const std::uint32_t other = locate(request.owner, request.client).handle;
    return other != 0 && other != node ? RejectReason::duplicate_order : RejectReason::none;
}

bool MatchingEngine::can_fill(bool sell, bool any_price, std::int64_t price, std::int64_t quantity) const noexcept {
    for (std::uint32_t level = ladder_.best(!sell); level != 0; level = ladder_.next(level)) {
        const std::int64_t offered = ladder_[level].price;
        if (!any_price && (sell ? offered < price : offered > price)) return false;
        quantity -= ladder_[level].quantity;
        if (quantity <= 0) return true;
    }
    return false;
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

} // namespace martlet
