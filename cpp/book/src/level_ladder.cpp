#include "martlet/level_ladder.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace martlet {
namespace {

constexpr std::uint32_t minimum_width = 64;
constexpr std::int64_t maximum_tick = std::int64_t{1} << 20;
/// Far levels touched before a move of the window is considered, beside the levels that it must pay for.
constexpr std::uint32_t patience = 64;

template <class T> T* allocate_zeroed(std::size_t count) noexcept {
    auto* memory = static_cast<T*>(std::calloc(count, sizeof(T)));
    if (memory == nullptr) std::abort();
    return memory;
}

std::uint32_t width_for(std::uint32_t levels, std::uint32_t maximum) noexcept {
    std::uint32_t width = minimum_width;
    while (width < levels && width < maximum) width *= 2;
    return width;
}

} // namespace

LevelLadder::LevelLadder(std::uint32_t expected_levels, std::int64_t tick) noexcept
    : sides_{}, levels_(2 * width_for(expected_levels, 4096), 0xFFFF'FFF0), tick_(tick < 1 || tick > maximum_tick ? 1 : tick) {
    const std::uint64_t half = 1ull << 63;
    const auto divisor = static_cast<std::uint64_t>(tick_);
    reciprocal_ = half / divisor + (half % divisor != 0 ? 1 : 0);
    for (SideState& side : sides_) allocate_window(side, width_for(expected_levels, maximum_width), tick_);
}

LevelLadder::LevelLadder(LevelLadder&& other) noexcept : sides_{}, levels_(0, 0) { swap(other); }

LevelLadder& LevelLadder::operator=(LevelLadder&& other) noexcept {
    swap(other);
    return *this;
}

LevelLadder::~LevelLadder() {
    for (SideState& side : sides_) {
        std::free(side.slots);
        std::free(side.words);
        std::free(side.summaries);
        std::free(side.far);
    }
}

void LevelLadder::swap(LevelLadder& other) noexcept {
    std::swap(sides_, other.sides_);
    std::swap(levels_, other.levels_);
    std::swap(tick_, other.tick_);
    std::swap(reciprocal_, other.reciprocal_);
    std::swap(growths_, other.growths_);
    std::swap(moves_, other.moves_);
}

void LevelLadder::allocate_window(SideState& side, std::uint32_t width, std::int64_t tick) noexcept {
    std::free(side.slots);
    std::free(side.words);
    std::free(side.summaries);
    side.width = width;
    side.span = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(tick);
    side.slots = allocate_zeroed<std::uint32_t>(width);
    side.words = allocate_zeroed<std::uint64_t>(width / 64);
    side.summaries = allocate_zeroed<std::uint64_t>(width / 4096 + 1);
    side.top = 0;
}

void LevelLadder::clear() noexcept {
    for (SideState& side : sides_) {
        for (std::uint32_t slot = highest(side); slot != none; slot = highest(side)) {
            side.slots[slot] = 0;
            unmark(side, slot);
        }
        side.best = 0;
        side.near = 0;
        side.far_count = 0;
    }
    levels_.clear();
}

std::uint32_t LevelLadder::far_position(const SideState& side, std::int64_t key) const noexcept {
    const FarEntry* first = side.far;
    const FarEntry* end = first + side.far_count;
    const auto lower = [](const FarEntry& entry, std::int64_t wanted) noexcept { return entry.key < wanted; };
    return static_cast<std::uint32_t>(std::lower_bound(first, end, key, lower) - first);
}

std::uint32_t LevelLadder::far_find(const SideState& side, std::int64_t key) const noexcept {
    const std::uint32_t position = far_position(side, key);
    return position < side.far_count && side.far[position].key == key ? side.far[position].level : 0;
}

std::uint32_t LevelLadder::far_insert(bool sell, std::int64_t price) noexcept {
    touch_far(sell);
    SideState& side = sides_[sell];
    const std::int64_t key = key_of(sell, price);
    if (side.near + side.far_count == 0) {
        // An empty side costs nothing to move: start around the first price.
        side.far_touches = 0;
        side.base = (key / tick_ - static_cast<std::int64_t>(side.width / 4 * 3)) * tick_;
    }
    const std::uint32_t slot = slot_of(side, key);
    if (slot != none) return insert(sell, slot, price);
    reserve_far(side, side.far_count + 1);
    const std::uint32_t position = far_position(side, key);
    std::memmove(side.far + position + 1, side.far + position, (side.far_count - position) * sizeof(FarEntry));
    const std::uint32_t level = levels_.take();
    levels_[level] = {price, 0, 0, 0, 0, far_bit | (sell ? sell_bit : 0)};
    side.far[position] = {key, level};
    ++side.far_count;
    if (side.best == 0 || key > key_of(sell, levels_[side.best].price)) side.best = level;
    return level;
}

void LevelLadder::far_remove(bool sell, std::uint32_t level) noexcept {
    SideState& side = sides_[sell];
    const std::uint32_t position = far_position(side, key_of(sell, levels_[level].price));
    --side.far_count;
    std::memmove(side.far + position, side.far + position + 1, (side.far_count - position) * sizeof(FarEntry));
    levels_.give(level);
    if (side.best == level) find_best(sell);
    touch_far(sell);
}

std::uint32_t LevelLadder::next_with_far(std::uint32_t level) const noexcept {
    const PriceLevel& from = levels_[level];
    const bool sell = (from.place & sell_bit) != 0;
    const SideState& side = sides_[sell];
    const std::int64_t key = key_of(sell, from.price);
    const std::uint32_t position = far_position(side, key);
    const FarEntry* far = position > 0 ? side.far + position - 1 : nullptr;
    // The window's next: below the level's slot, or below where its key would be.
    std::uint32_t slot = none;
    if ((from.place & far_bit) == 0) {
        slot = below(side, from.place & slot_mask);
    } else if (side.near != 0 && key > side.base) {
        const auto ticks = static_cast<std::uint64_t>(key - side.base + tick_ - 1) / static_cast<std::uint64_t>(tick_);
        slot = ticks >= side.width ? highest(side) : below(side, static_cast<std::uint32_t>(ticks));
    }
    if (slot == none) return far != nullptr ? far->level : 0;
    const std::uint32_t near = side.slots[slot];
    return far != nullptr && far->key > key_of(sell, levels_[near].price) ? far->level : near;
}

void LevelLadder::reserve_far(SideState& side, std::uint32_t capacity) noexcept {
    if (capacity <= side.far_capacity) return;
    const std::uint32_t larger = std::max(capacity, side.far_capacity * 2 + 16);
    void* moved = std::realloc(side.far, larger * sizeof(FarEntry));
    if (moved == nullptr) std::abort();
    if (side.far_capacity != 0) ++growths_;
    side.far = static_cast<FarEntry*>(moved);
    side.far_capacity = larger;
}

void LevelLadder::touch_far(bool sell) noexcept {
    SideState& side = sides_[sell];
    if (++side.far_touches > patience + side.near + side.far_count) move_window(sell);
}

// Puts all levels of a side in the far array, in order, and empties the window.
void LevelLadder::gather(SideState& side) noexcept {
    reserve_far(side, side.near + side.far_count);
    const std::uint32_t total = side.near + side.far_count;
    std::uint32_t write = total;
    std::uint32_t far = side.far_count;
    std::uint32_t slot = highest(side);
    while (slot != none) {
        const std::int64_t key = side.base + static_cast<std::int64_t>(slot) * tick_;
        if (far > 0 && side.far[far - 1].key > key) {
            side.far[--write] = side.far[--far];
        } else {
            side.far[--write] = {key, side.slots[slot]};
            side.slots[slot] = 0;
            unmark(side, slot);
            slot = highest(side);
        }
    }
    side.far_count = total;
    side.near = 0;
}

// Puts back into the window what fits there.
void LevelLadder::scatter(SideState& side, bool sell) noexcept {
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < side.far_count; ++i) {
        const FarEntry entry = side.far[i];
        const std::uint32_t slot = slot_of(side, entry.key);
        levels_[entry.level].place = (sell ? sell_bit : 0) | (slot == none ? far_bit : slot);
        if (slot == none) {
            side.far[kept++] = entry;
        } else {
            side.slots[slot] = entry.level;
            mark(side, slot);
            ++side.near;
        }
    }
    side.far_count = kept;
}

void LevelLadder::move_window(bool sell) noexcept {
    SideState& side = sides_[sell];
    side.far_touches = 0;
    if (side.near + side.far_count == 0) return;
    gather(side);
    const std::int64_t best = side.far[side.far_count - 1].key;
    const std::int64_t worst = side.far[0].key;
    // Widen while more than a quarter of the levels would stay outside; the array is sorted, so look one quarter in.
    const std::int64_t quarter = side.far[side.far_count / 4].key;
    std::uint32_t width = side.width;
    while (width < maximum_width && worst < best && best - quarter >= static_cast<std::int64_t>(width / 4 * 3) * tick_) width *= 2;
    if (width != side.width) {
        allocate_window(side, width, tick_);
        ++growths_;
    }
    // Most levels lie behind the best price: three quarters of the window for them, one for a better market.
    side.base = (best / tick_ - static_cast<std::int64_t>(side.width / 4 * 3)) * tick_;
    scatter(side, sell);
    ++moves_;
}

} // namespace martlet
