#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "martlet/event.hpp"

namespace martlet {

/// A price level as the venue wrote it: checksums are of texts, not of numbers.
struct TextLevel {
    static constexpr std::size_t longest_text = 23;

    std::int64_t price; ///< increments
    std::uint8_t price_length;
    std::uint8_t quantity_length;
    char price_text[longest_text];
    char quantity_text[longest_text];

    std::string_view price_view() const noexcept { return {price_text, price_length}; }
    std::string_view quantity_view() const noexcept { return {quantity_text, quantity_length}; }
};

/// A book of texts, for the venues that state a checksum of it. Levels stand in arrays with the best at the end, where
/// most changes are. Bounded: `set` refuses what would go beyond 65,536 levels a side.
class ChecksumBook {
public:
    static constexpr std::size_t maximum_levels = 65'536;

    void clear() noexcept {
        bids_.clear();
        asks_.clear();
    }
    /// Sets a level, or removes it where `lots` is 0; false where a text or the book is too long.
    bool set(Side side, std::int64_t price, std::int64_t lots, std::string_view price_text, std::string_view quantity_text) {
        if (price_text.size() > TextLevel::longest_text || quantity_text.size() > TextLevel::longest_text) return false;
        std::vector<TextLevel>& levels = of(side);
        const auto place = std::lower_bound(levels.begin(), levels.end(), price, [side](const TextLevel& level, std::int64_t other) {
            return side == Side::buy ? level.price < other : level.price > other;
        });
        const bool there = place != levels.end() && place->price == price;
        if (lots == 0) {
            if (there) levels.erase(place);
            return true;
        }
        TextLevel level{};
        level.price = price;
        level.price_length = static_cast<std::uint8_t>(price_text.size());
        level.quantity_length = static_cast<std::uint8_t>(quantity_text.size());
        std::memcpy(level.price_text, price_text.data(), price_text.size());
        std::memcpy(level.quantity_text, quantity_text.data(), quantity_text.size());
        if (there) {
            *place = level;
            return true;
        }
        if (levels.size() >= maximum_levels) return false;
        levels.insert(place, level);
        return true;
    }
    std::size_t count(Side side) const noexcept { return side == Side::buy ? bids_.size() : asks_.size(); }
    /// The level number `rank` < `count(side)` from the best.
    const TextLevel& at(Side side, std::size_t rank) const noexcept {
        const std::vector<TextLevel>& levels = side == Side::buy ? bids_ : asks_;
        return levels[levels.size() - 1 - rank];
    }
    /// Removes the worst level of a side that has one, and gives its price.
    std::int64_t drop_worst(Side side) noexcept {
        std::vector<TextLevel>& levels = of(side);
        const std::int64_t price = levels.front().price;
        levels.erase(levels.begin());
        return price;
    }

private:
    std::vector<TextLevel>& of(Side side) noexcept { return side == Side::buy ? bids_ : asks_; }

    std::vector<TextLevel> bids_;
    std::vector<TextLevel> asks_;
};

} // namespace martlet
