#include <algorithm>

#include "martlet/matching_engine.hpp"

// The price of an auction.

namespace martlet {

// Whether an order that waits meets this auction: market orders of a call phase meet any.
bool MatchingEngine::takes_part(std::uint32_t node, bool opening, bool closing) const noexcept {
    const auto in_force = static_cast<TimeInForce>(orders_[node].traits() & trait_time_in_force);
    if (in_force == TimeInForce::at_the_opening) return opening;
    if (in_force == TimeInForce::at_the_close) return closing;
    return true;
}

// All orders of both sides, the most eager first; at one price what is shown, then what waits, then what is hidden, each by time.
void MatchingEngine::gather(std::vector<Interest> (&sides)[2], bool opening, bool closing) const {
    const auto add = [&sides](bool sell, std::int64_t price, std::uint64_t rank, std::uint32_t node) {
        sides[sell].push_back({price, rank << 32 | sides[sell].size(), node});
    };
    const auto walk = [&](const LevelLadder& ladder, bool sell, std::uint64_t rank) {
        for (std::uint32_t level = ladder.best(sell); level != 0; level = ladder.next(level))
            for (std::uint32_t node = ladder[level].first; node != 0; node = orders_[node].next)
                add(sell, key_of(sell, ladder[level].price), rank, node);
    };
    for (const bool sell : {false, true}) {
        walk(ladder_, sell, 0);
        walk(dark_, sell, 2);
    }
    for (std::uint32_t node = waiting_.first; node != 0; node = orders_[node].next) {
        if (!takes_part(node, opening, closing)) continue;
        const Extension& extension = extensions_[orders_[node].extension()];
        const bool market = orders_[node].has(trait_market);
        add(extension.sell != 0, market ? INT64_MAX : key_of(extension.sell != 0, extension.price), 1, node);
    }
    for (auto& side : sides)
        std::sort(side.begin(), side.end(), [](const Interest& a, const Interest& b) { return a.price != b.price ? a.price > b.price : a.rank < b.rank; });
}

// The price at which most trades; of these the one that leaves least over; of these the one nearest to the last trade; of
// these the lowest.
AuctionResult MatchingEngine::price_auction(const std::vector<Interest> (&sides)[2]) const noexcept {
    std::vector<std::int64_t> sums[2];
    std::vector<std::int64_t> candidates;
    for (int sell = 0; sell < 2; ++sell) {
        std::int64_t sum = 0;
        for (const Interest& interest : sides[sell]) {
            sums[sell].push_back(sum += orders_[interest.node].leaves());
            if (interest.price != INT64_MAX) candidates.push_back(sell != 0 ? -interest.price : interest.price);
        }
    }
    if (sums[0].empty() || sums[1].empty()) return {};
    if (last_trade_ != 0 && valid_price(last_trade_)) candidates.push_back(last_trade_);
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    const auto lots = [&](bool sell, std::int64_t price) -> std::int64_t {
        const std::int64_t key = key_of(sell, price);
        const auto end = std::partition_point(sides[sell].begin(), sides[sell].end(), [key](const Interest& i) { return i.price >= key; });
        return end == sides[sell].begin() ? 0 : sums[sell][static_cast<std::size_t>(end - sides[sell].begin()) - 1];
    };
    const auto distance = [this](std::int64_t price) { return last_trade_ == 0 ? 0 : price > last_trade_ ? price - last_trade_ : last_trade_ - price; };
    AuctionResult best{};
    for (const std::int64_t price : candidates) {
        const std::int64_t bought = lots(false, price);
        const std::int64_t sold = lots(true, price);
        const AuctionResult result{price, std::min(bought, sold), bought - sold};
        const std::int64_t left = result.surplus < 0 ? -result.surplus : result.surplus;
        const std::int64_t best_left = best.surplus < 0 ? -best.surplus : best.surplus;
        const bool better = result.volume != best.volume ? result.volume > best.volume
                            : left != best_left          ? left < best_left
                                                         : distance(price) < distance(best.price);
        if (result.volume != 0 && better) best = result;
    }
    return best;
}

AuctionResult MatchingEngine::indicative(bool opening, bool closing) const noexcept {
    std::vector<Interest> sides[2];
    gather(sides, opening, closing);
    return price_auction(sides);
}

} // namespace martlet
