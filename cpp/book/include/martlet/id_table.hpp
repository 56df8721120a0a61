#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>

// From an order's number to its node.

namespace martlet {

/// Hash of a 64-bit number: the upper half of its product with 2⁶⁴/φ (Fibonacci hashing). Neighbouring
/// numbers, the common case, never collide.
inline constexpr std::uint32_t fibonacci_hash(std::uint64_t id) noexcept {
    return static_cast<std::uint32_t>((id * 0x9E37'79B9'7F4A'7C15ull) >> 32);
}

/// Open addressing with linear probing over 4-byte entries, no tombstones: what follows a removed entry moves up.
/// Keys live in the nodes; the caller compares them and can hash a node again. One thread.
///
///     entry   handle 22 bits │ tag 6 bits of the hash │ distance from home 4 bits (15: that or more)
///
/// Tag and distance keep foreign nodes out of the comparison (one in 64 of those with the same home is looked at);
/// the distance says, without a look at the node, whether an entry may move.
///
/// Cost: about one cache line an operation. At most 5/16 full, so that the first place is nearly always the right one:
/// what a probe costs is the branch that nobody could predict. It grows by doubling (`growths`). The process ends
/// when memory is refused.
class IdTable {
public:
    /// Handles are below this.
    static constexpr std::uint32_t maximum_handles = 1u << 22;

    /// Room for `expected` entries without growing.
    explicit IdTable(std::uint32_t expected) noexcept {
        unsigned bits = 4;
        while (bits < maximum_bits && limit(bits) < expected) ++bits;
        allocate(bits);
    }
    IdTable(IdTable&& other) noexcept { swap(other); }
    IdTable& operator=(IdTable&& other) noexcept {
        swap(other);
        return *this;
    }
    IdTable(const IdTable&) = delete;
    IdTable& operator=(const IdTable&) = delete;
    ~IdTable() { std::free(entries_); }

    /// Where a key was found (`handle` ≠ 0) or where it would go, and the tag and distance that it has there.
    struct Place {
        std::uint32_t position;
        std::uint32_t handle;
        std::uint32_t mark;
    };

    /// Looks for an entry with `hash` for whose handle `same` is true.
    template <class Same>
    Place find(std::uint32_t hash, Same&& same) const noexcept {
        std::uint32_t position = home(hash);
        std::uint32_t mark = tag(hash);
        for (;;) {
            const std::uint32_t entry = entries_[position];
            if (entry == 0) return {position, 0, mark};
            if ((entry & mark_mask) == mark && same(entry >> handle_shift)) [[likely]] return {position, entry >> handle_shift, mark};
            position = (position + 1) & mask_;
            if ((mark & distance_mask) != distance_mask) ++mark;
        }
    }

    /// Puts `handle` where `find` said that its key would go; nothing may have changed in between. `hash_of` gives
    /// the hash of any handle in the table.
    template <class HashOf> void insert(Place place, std::uint32_t handle, HashOf&& hash_of) noexcept {
        entries_[place.position] = (handle << handle_shift) | place.mark;
        if (++count_ > limit_) [[unlikely]] grow(hash_of);
    }

    /// Removes the entry that `find` found.
    template <class HashOf> void erase(Place place, HashOf&& hash_of) noexcept {
        std::uint32_t hole = place.position;
        for (std::uint32_t next = (hole + 1) & mask_; entries_[next] != 0; next = (next + 1) & mask_) {
            const std::uint32_t entry = entries_[next];
            std::uint32_t distance = entry & distance_mask;
            if (distance == distance_mask) [[unlikely]] distance = (next - home(hash_of(entry >> handle_shift))) & mask_;
            const std::uint32_t step = (next - hole) & mask_;
            // The entry may move into the hole unless its home lies behind the hole.
            if (distance < step) continue;
            entries_[hole] = (entry & ~distance_mask) | clipped(distance - step);
            hole = next;
        }
        entries_[hole] = 0;
        --count_;
    }

    /// Forgets every entry; the memory is kept.
    void clear() noexcept {
        if (count_ == 0) return;
        for (std::size_t i = 0; i <= mask_; ++i) entries_[i] = 0;
        count_ = 0;
    }

    /// Fetches the line where a search would begin.
    void prefetch(std::uint32_t hash) const noexcept { __builtin_prefetch(&entries_[home(hash)], 1); }
    /// The handle at the first place of a search, 0 for none: nearly always the right one where there is one.
    std::uint32_t likely(std::uint32_t hash) const noexcept { return entries_[home(hash)] >> handle_shift; }

    std::uint32_t count() const noexcept { return count_; }
    /// How often the table outgrew what was expected.
    std::uint32_t growths() const noexcept { return growths_; }

private:
    static constexpr unsigned maximum_bits = 24; ///< 5/16 of it hold more than there are handles
    static constexpr unsigned handle_shift = 10;
    static constexpr std::uint32_t mark_mask = (1u << handle_shift) - 1;
    static constexpr std::uint32_t distance_mask = 15;

    static constexpr std::uint32_t limit(unsigned bits) noexcept { return (1u << bits) / 16 * 5; }
    std::uint32_t home(std::uint32_t hash) const noexcept { return hash >> shift_; }
    // The lowest bits: the home is made of the highest.
    static constexpr std::uint32_t tag(std::uint32_t hash) noexcept { return (hash & 63) << 4; }
    static constexpr std::uint32_t clipped(std::uint32_t distance) noexcept { return distance < distance_mask ? distance : distance_mask; }

    void allocate(unsigned bits) noexcept {
        entries_ = static_cast<std::uint32_t*>(std::calloc(std::size_t{1} << bits, sizeof(std::uint32_t)));
        if (entries_ == nullptr) std::abort();
        bits_ = bits;
        limit_ = limit(bits);
        shift_ = 32 - bits;
        mask_ = (1u << bits) - 1;
    }

    template <class HashOf> [[gnu::noinline]] void grow(HashOf&& hash_of) noexcept {
        if (bits_ == maximum_bits) return;
        std::uint32_t* old = entries_;
        const std::size_t old_size = static_cast<std::size_t>(mask_) + 1;
        allocate(bits_ + 1);
        for (std::size_t i = 0; i < old_size; ++i) {
            if (old[i] == 0) continue;
            const std::uint32_t handle = old[i] >> handle_shift;
            const std::uint32_t hash = hash_of(handle);
            const Place place = find(hash, [](std::uint32_t) noexcept { return false; });
            entries_[place.position] = (handle << handle_shift) | place.mark;
        }
        std::free(old);
        ++growths_;
    }

    void swap(IdTable& other) noexcept {
        exchange(entries_, other.entries_);
        exchange(bits_, other.bits_);
        exchange(limit_, other.limit_);
        exchange(shift_, other.shift_);
        exchange(mask_, other.mask_);
        exchange(count_, other.count_);
        exchange(growths_, other.growths_);
    }
    template <class U> static void exchange(U& a, U& b) noexcept {
        U held = a;
        a = b;
        b = held;
    }

    std::uint32_t* entries_ = nullptr; ///< 0: empty; handles begin at 1
    unsigned bits_ = 0;
    std::uint32_t limit_ = 0; ///< entries that it takes before it grows
    unsigned shift_ = 32;
    std::uint32_t mask_ = 0;
    std::uint32_t count_ = 0;
    std::uint32_t growths_ = 0;
};

} // namespace martlet
