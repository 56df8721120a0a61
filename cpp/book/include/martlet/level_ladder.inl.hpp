#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/level_ladder.hpp"

// The hot path of LevelLadder; the far levels and the moving of the window are in src/level_ladder.cpp.

namespace martlet {

inline std::uint32_t LevelLadder::slot_of(const SideState& side, std::int64_t key) const noexcept {
    const std::uint64_t offset = static_cast<std::uint64_t>(key) - static_cast<std::uint64_t>(side.base);
    if (offset >= side.span) [[unlikely]] return none;
    __extension__ using Wide = unsigned __int128;
    // Exact: offset < 2¹⁸ × tick and tick ≤ 2²⁰, so the reciprocal's error stays below one part of the tick.
    const auto slot = static_cast<std::uint64_t>((static_cast<Wide>(offset) * reciprocal_) >> 63);
    if (slot * static_cast<std::uint64_t>(tick_) != offset) [[unlikely]] return none;
    return static_cast<std::uint32_t>(slot);
}

inline std::uint32_t LevelLadder::find(bool sell, std::int64_t price) const noexcept {
    const SideState& side = sides_[sell];
    const std::int64_t key = key_of(sell, price);
    const std::uint32_t slot = slot_of(side, key);
    return slot != none ? side.slots[slot] : far_find(sell, key);
}

[[gnu::always_inline]] inline std::uint32_t LevelLadder::find_or_make(bool sell, std::int64_t price) noexcept {
    SideState& side = sides_[sell];
    const std::int64_t key = key_of(sell, price);
    const std::uint32_t slot = slot_of(side, key);
    if (slot == none) [[unlikely]] {
        const std::uint32_t level = far_find(sell, key);
        return level != 0 ? level : far_insert(sell, price);
    }
    const std::uint32_t level = side.slots[slot];
    return level != 0 ? level : insert(sell, slot, price);
}

[[gnu::noinline]] inline std::uint32_t LevelLadder::insert(bool sell, std::uint32_t slot, std::int64_t price) noexcept {
    const std::uint32_t level = levels_.take();
    SideState& side = sides_[sell];
    levels_[level] = {price, 0, 0, 0, 0, slot | (sell ? sell_bit : 0)};
    side.slots[slot] = level;
    mark(side, slot);
    ++side.near;
    if (key_of(sell, price) > side.best_key) {
        side.best = level;
        side.best_key = key_of(sell, price);
    }
    return level;
}

[[gnu::noinline]] inline void LevelLadder::remove(std::uint32_t level) noexcept {
    const std::uint32_t place = levels_[level].place;
    const bool sell = (place & sell_bit) != 0;
    SideState& side = sides_[sell];
    if ((place & far_bit) != 0) [[unlikely]] {
        far_remove(sell, level);
        return;
    }
    const std::uint32_t slot = place & slot_mask;
    side.slots[slot] = 0;
    unmark(side, slot);
    --side.near;
    levels_.give(level);
    if (side.best == level) find_best(sell);
}

inline void LevelLadder::find_best(bool sell) noexcept {
    SideState& side = sides_[sell];
    const std::uint32_t slot = highest(side);
    side.best = slot == none ? 0 : side.slots[slot];
    side.best_key = slot == none ? no_key : side.base + static_cast<std::int64_t>(slot) * tick_;
    if (far_[sell].count == 0) [[likely]] return;
    const FarEntry& far = far_[sell].entries[far_[sell].count - 1];
    if (far.key <= side.best_key) return;
    side.best = far.level;
    side.best_key = far.key;
}

inline std::uint32_t LevelLadder::next(std::uint32_t level) const noexcept {
    const std::uint32_t place = levels_[level].place;
    const bool sell = (place & sell_bit) != 0;
    const SideState& side = sides_[sell];
    if (far_[sell].count != 0) [[unlikely]] return next_with_far(level);
    const std::uint32_t slot = below(side, place & slot_mask);
    return slot == none ? 0 : side.slots[slot];
}

inline std::uint32_t LevelLadder::highest(const SideState& side) noexcept {
    if (side.top == 0) return none;
    const auto summary = 63u - static_cast<std::uint32_t>(__builtin_clzll(side.top));
    const auto word = summary * 64 + 63u - static_cast<std::uint32_t>(__builtin_clzll(side.summaries[summary]));
    return word * 64 + 63u - static_cast<std::uint32_t>(__builtin_clzll(side.words[word]));
}

inline std::uint32_t LevelLadder::below(const SideState& side, std::uint32_t slot) noexcept {
    const auto lower = [](std::uint64_t bits, std::uint32_t bit) noexcept { return bits & ((1ull << bit) - 1); };
    std::uint32_t word = slot / 64;
    std::uint64_t bits = lower(side.words[word], slot % 64);
    if (bits == 0) {
        std::uint32_t summary = word / 64;
        bits = lower(side.summaries[summary], word % 64);
        if (bits == 0) {
            bits = lower(side.top, summary);
            if (bits == 0) return none;
            summary = 63u - static_cast<std::uint32_t>(__builtin_clzll(bits));
            bits = side.summaries[summary];
        }
        word = summary * 64 + 63u - static_cast<std::uint32_t>(__builtin_clzll(bits));
        bits = side.words[word];
    }
    return word * 64 + 63u - static_cast<std::uint32_t>(__builtin_clzll(bits));
}

inline void LevelLadder::mark(SideState& side, std::uint32_t slot) noexcept {
    side.words[slot / 64] |= 1ull << (slot % 64);
    side.summaries[slot / 4096] |= 1ull << (slot / 64 % 64);
    side.top |= 1ull << (slot / 4096);
}

inline void LevelLadder::unmark(SideState& side, std::uint32_t slot) noexcept {
    if ((side.words[slot / 64] &= ~(1ull << (slot % 64))) != 0) return;
    if ((side.summaries[slot / 4096] &= ~(1ull << (slot / 64 % 64))) != 0) return;
    side.top &= ~(1ull << (slot / 4096));
}

} // namespace martlet
