#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/slab.hpp"

// The price levels of both sides of one book.
//
//     price ──► window of ticks (one 32-bit handle each)  ──► PriceLevel ──► first, last order
//                 │  └ three bitmaps say which are taken; count-zeros finds the next one
//                 └ outside the window, or between two ticks: a small sorted array ("far")
//
// The window follows the market: when the far array is used so often that a move has paid for itself,
// the window is put around the best price again (and widened where far levels would fit).

namespace martlet {

/// One price level. `first` and `last` are for the owner's queue of orders; the ladder does not read them.
struct PriceLevel {
    std::int64_t price;    ///< increments
    std::int64_t quantity; ///< lots
    std::uint32_t orders;
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t place;   ///< the ladder's: side, far or not, slot
};
static_assert(sizeof(PriceLevel) == 32);

/// The levels of a bid and an ask side. Levels are named by handles, stable while the level lives; 0 is none.
/// Better means higher for bids, lower for asks: inside, a price becomes a *key* that grows with quality.
/// Prices must lie within ±2⁵³. One thread.
///
/// Cost: `find`, `find_or_make`, `remove`, `best`, `next` are O(1) inside the window (no allocation after
/// warm-up); outside O(log n) to find and O(n) moves of 16 bytes to make or remove.
class LevelLadder {
public:
    /// A window of at least `expected_levels` ticks a side (64 … 262,144, a power of two). `tick` is the usual
    /// distance of prices in increments (1 … 2²⁰; anything else counts as 1); prices between ticks work, slower.
    LevelLadder(std::uint32_t expected_levels, std::int64_t tick) noexcept;
    LevelLadder(LevelLadder&& other) noexcept;
    LevelLadder& operator=(LevelLadder&& other) noexcept;
    LevelLadder(const LevelLadder&) = delete;
    LevelLadder& operator=(const LevelLadder&) = delete;
    ~LevelLadder();

    PriceLevel& operator[](std::uint32_t level) noexcept { return levels_[level]; }
    const PriceLevel& operator[](std::uint32_t level) const noexcept { return levels_[level]; }

    /// The level at `price`, 0 where there is none.
    std::uint32_t find(bool sell, std::int64_t price) const noexcept;
    /// The level at `price`, made empty (no quantity, no orders) where there was none.
    std::uint32_t find_or_make(bool sell, std::int64_t price) noexcept;
    /// Takes a level out.
    void remove(std::uint32_t level) noexcept;
    /// The best level of a side, 0 where the side is empty.
    std::uint32_t best(bool sell) const noexcept { return sides_[sell].best; }
    /// The best level's key, `no_key` where the side is empty.
    std::int64_t best_key(bool sell) const noexcept { return sides_[sell].best_key; }
    /// A price as its side sees it: the better, the larger.
    static std::int64_t key_of(bool sell, std::int64_t price) noexcept { return sell ? -price : price; }
    /// Worse than any price; two of them can be added.
    static constexpr std::int64_t no_key = -(std::int64_t{1} << 62);
    /// The next worse level of the same side, 0 at the end.
    std::uint32_t next(std::uint32_t level) const noexcept;
    bool is_sell(std::uint32_t level) const noexcept { return (levels_[level].place & sell_bit) != 0; }

    std::uint32_t count(bool sell) const noexcept { return sides_[sell].near + far_[sell].count; }
    /// Forgets every level; memory and window are kept.
    void clear() noexcept;
    /// How often memory had to grow beyond what was expected.
    std::uint32_t growths() const noexcept { return growths_ + levels_.growths(); }
    /// How often a window moved.
    std::uint32_t moves() const noexcept { return moves_; }

private:
    static constexpr std::uint32_t sell_bit = 1u << 31;
    static constexpr std::uint32_t far_bit = 1u << 30;
    static constexpr std::uint32_t slot_mask = far_bit - 1;
    static constexpr std::uint32_t maximum_width = 1u << 18;
    static constexpr std::uint32_t none = 0xFFFF'FFFF;

    struct FarEntry {
        std::int64_t key;
        std::uint32_t level;
    };
    /// One side's window: 64 bytes, what the hot path reads.
    struct SideState {
        std::uint32_t* slots;     ///< by tick of the window: level or 0
        std::uint64_t* words;     ///< one bit a slot
        std::uint64_t* summaries; ///< one bit a word
        std::uint64_t top;        ///< one bit a summary
        std::int64_t base;        ///< key of slot 0, a multiple of the tick
        std::uint64_t span;       ///< width × tick
        std::int64_t best_key;
        std::uint32_t best;
        std::uint32_t near;       ///< levels in the window
    };
    static_assert(sizeof(SideState) == 64);
    /// One side's levels outside the window.
    struct FarSide {
        FarEntry* entries;        ///< ascending by key: the best is last
        std::uint32_t count;
        std::uint32_t capacity;
        std::uint32_t touches;    ///< since the window last moved
    };

    std::uint32_t width_of(const SideState& side) const noexcept {
        return static_cast<std::uint32_t>(side.span / static_cast<std::uint64_t>(tick_));
    }
    /// Slot of `key` in the window, `none` outside it or between ticks.
    std::uint32_t slot_of(const SideState& side, std::int64_t key) const noexcept;
    std::uint32_t insert(bool sell, std::uint32_t slot, std::int64_t price) noexcept;
    static std::uint32_t highest(const SideState& side) noexcept;
    static std::uint32_t below(const SideState& side, std::uint32_t slot) noexcept;
    static void mark(SideState& side, std::uint32_t slot) noexcept;
    static void unmark(SideState& side, std::uint32_t slot) noexcept;
    void find_best(bool sell) noexcept;

    std::uint32_t far_position(bool sell, std::int64_t key) const noexcept;
    std::uint32_t far_find(bool sell, std::int64_t key) const noexcept;
    std::uint32_t far_insert(bool sell, std::int64_t price) noexcept;
    void far_remove(bool sell, std::uint32_t level) noexcept;
    std::uint32_t next_with_far(std::uint32_t level) const noexcept;
    void reserve_far(FarSide& far, std::uint32_t capacity) noexcept;
    void touch_far(bool sell) noexcept;
    void move_window(bool sell) noexcept;
    void gather(bool sell) noexcept;
    void scatter(bool sell) noexcept;
    static void allocate_window(SideState& side, std::uint32_t width, std::int64_t tick) noexcept;
    void swap(LevelLadder& other) noexcept;

    SideState sides_[2];
    FarSide far_[2];
    Slab<PriceLevel, &PriceLevel::first> levels_;
    std::int64_t tick_ = 1;
    std::uint64_t reciprocal_ = 0; ///< ⌈2⁶³ ÷ tick⌉
    std::uint32_t growths_ = 0;
    std::uint32_t moves_ = 0;
};

} // namespace martlet

#include "martlet/level_ladder.inl.hpp"
