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
    : sides_{}, far_{}, levels_(2 * width_for(expected_levels, 4096), 0xFFFF'FFF0), tick_(tick < 1 || tick > maximum_tick ? 1 : tick) {
    const std::uint64_t half = 1ull << 63;
    const auto divisor = static_cast<std::uint64_t>(tick_);
    reciprocal_ = half / divisor + (half % divisor != 0 ? 1 : 0);
    for (SideState& side : sides_) {
        allocate_window(side, width_for(expected_levels, maximum_width), tick_);
        side.best_key = no_key;
    }
}

LevelLadder::LevelLadder(LevelLadder&& other) noexcept : sides_{}, far_{}, levels_(0, 0) { swap(other); }

LevelLadder& LevelLadder::operator=(LevelLadder&& other) noexcept {
    swap(other);
    return *this;
}

LevelLadder::~LevelLadder() {
    for (SideState& side : sides_) {
        std::free(side.slots);
        std::free(side.words);
        std::free(side.summaries);
    }
    for (FarSide& far : far_) std::free(far.entries);
}

void LevelLadder::swap(LevelLadder& other) noexcept {
    std::swap(sides_, other.sides_);
    std::swap(far_, other.far_);
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
        side.best_key = no_key;
        side.near = 0;
    }
    for (FarSide& far : far_) far.count = 0;
    levels_.clear();
}

std::uint32_t LevelLadder::far_position(bool sell, std::int64_t key) const noexcept {
    const FarEntry* first = far_[sell].entries;
    const FarEntry* end = first + far_[sell].count;
    const auto lower = [](const FarEntry& entry, std::int64_t wanted) noexcept { return entry.key < wanted; };
    return static_cast<std::uint32_t>(std::lower_bound(first, end, key, lower) - first);
}

std::uint32_t LevelLadder::far_find(bool sell, std::int64_t key) const noexcept {
    const FarSide& far = far_[sell];
    const std::uint32_t position = far_position(sell, key);
    return position < far.count && far.entries[position].key == key ? far.entries[position].level : 0;
}

std::uint32_t LevelLadder::far_insert(bool sell, std::int64_t price) noexcept {
    touch_far(sell);
    SideState& side = sides_[sell];
    FarSide& far = far_[sell];
    const std::int64_t key = key_of(sell, price);
    if (side.near + far.count == 0) {
        // An empty side costs nothing to move: start around the first price.
        far.touches = 0;
        side.base = (key / tick_ - static_cast<std::int64_t>(width_of(side) / 4 * 3)) * tick_;
    }
    const std::uint32_t slot = slot_of(side, key);
    if (slot != none) return insert(sell, slot, price);
    reserve_far(far, far.count + 1);
    const std::uint32_t position = far_position(sell, key);
    std::memmove(far.entries + position + 1, far.entries + position, (far.count - position) * sizeof(FarEntry));
    const std::uint32_t level = levels_.take();
    levels_[level] = {price, 0, 0, 0, 0, far_bit | (sell ? sell_bit : 0)};
    far.entries[position] = {key, level};
    ++far.count;
    if (key > side.best_key) {
        side.best = level;
        side.best_key = key;
    }
    return level;
}

void LevelLadder::far_remove(bool sell, std::uint32_t level) noexcept {
    FarSide& far = far_[sell];
    const std::uint32_t position = far_position(sell, key_of(sell, levels_[level].price));
    --far.count;
    std::memmove(far.entries + position, far.entries + position + 1, (far.count - position) * sizeof(FarEntry));
    levels_.give(level);
    if (sides_[sell].best == level) find_best(sell);
    touch_far(sell);
}

std::uint32_t LevelLadder::next_with_far(std::uint32_t level) const noexcept {
    const PriceLevel& from = levels_[level];
    const bool sell = (from.place & sell_bit) != 0;
    const SideState& side = sides_[sell];
    const std::int64_t key = key_of(sell, from.price);
    const std::uint32_t position = far_position(sell, key);
    const FarEntry* far = position > 0 ? far_[sell].entries + position - 1 : nullptr;
    // The window's next: below the level's slot, or below where its key would be.
    std::uint32_t slot = none;
    if ((from.place & far_bit) == 0) {
        slot = below(side, from.place & slot_mask);
    } else if (side.near != 0 && key > side.base) {
        const auto ticks = static_cast<std::uint64_t>(key - side.base + tick_ - 1) / static_cast<std::uint64_t>(tick_);
        slot = ticks >= width_of(side) ? highest(side) : below(side, static_cast<std::uint32_t>(ticks));
    }
    if (slot == none) return far != nullptr ? far->level : 0;
    const std::uint32_t near = side.slots[slot];
    return far != nullptr && far->key > key_of(sell, levels_[near].price) ? far->level : near;
}

void LevelLadder::reserve_far(FarSide& far, std::uint32_t capacity) noexcept {
    if (capacity <= far.capacity) return;
    const std::uint32_t larger = std::max(capacity, far.capacity * 2 + 16);
    void* moved = std::realloc(far.entries, larger * sizeof(FarEntry));
    if (moved == nullptr) std::abort();
    if (far.capacity != 0) ++growths_;
    far.entries = static_cast<FarEntry*>(moved);
    far.capacity = larger;
}

void LevelLadder::touch_far(bool sell) noexcept {
    FarSide& far = far_[sell];
    if (++far.touches > patience + sides_[sell].near + far.count) move_window(sell);
}

// Puts all levels of a side in the far array, in order, and empties the window.
void LevelLadder::gather(bool sell) noexcept {
    SideState& side = sides_[sell];
    FarSide& far = far_[sell];
    const std::uint32_t total = side.near + far.count;
    reserve_far(far, total);
    std::uint32_t write = total;
    std::uint32_t read = far.count;
    std::uint32_t slot = highest(side);
    while (slot != none) {
        const std::int64_t key = side.base + static_cast<std::int64_t>(slot) * tick_;
        if (read > 0 && far.entries[read - 1].key > key) {
            far.entries[--write] = far.entries[--read];
        } else {
            far.entries[--write] = {key, side.slots[slot]};
            side.slots[slot] = 0;
            unmark(side, slot);
            slot = highest(side);
        }
    }
    far.count = total;
    side.near = 0;
}

// Puts back into the window what fits there.
void LevelLadder::scatter(bool sell) noexcept {
    SideState& side = sides_[sell];
    FarSide& far = far_[sell];
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < far.count; ++i) {
        const FarEntry entry = far.entries[i];
        const std::uint32_t slot = slot_of(side, entry.key);
        levels_[entry.level].place = (sell ? sell_bit : 0) | (slot == none ? far_bit : slot);
        if (slot == none) {
            far.entries[kept++] = entry;
        } else {
            side.slots[slot] = entry.level;
            mark(side, slot);
            ++side.near;
        }
    }
    far.count = kept;
}

void LevelLadder::move_window(bool sell) noexcept {
    SideState& side = sides_[sell];
    FarSide& far = far_[sell];
    far.touches = 0;
    if (side.near + far.count == 0) return;
    gather(sell);
    const std::int64_t best = far.entries[far.count - 1].key;
    const std::int64_t worst = far.entries[0].key;
    // Widen while more than a quarter of the levels would stay outside; the array is sorted, so look one quarter in.
    const std::int64_t quarter = far.entries[far.count / 4].key;
    std::uint32_t width = width_of(side);
    while (width < maximum_width && worst < best && best - quarter >= static_cast<std::int64_t>(width / 4 * 3) * tick_) width *= 2;
    if (width != width_of(side)) {
        allocate_window(side, width, tick_);
        ++growths_;
    }
    // Most levels lie behind the best price: three quarters of the window for them, one for a better market.
    side.base = (best / tick_ - static_cast<std::int64_t>(width / 4 * 3)) * tick_;
    scatter(sell);
    ++moves_;
}

} // namespace martlet
