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

/// Open addressing with linear probing over 8-byte entries (hash, handle), no tombstones: what follows a
/// removed entry moves up. Keys live in the nodes; the caller compares them. One thread.
///
/// Cost: about one cache line an operation while at most 5/8 full; it grows by doubling beyond that
/// (`growths`), without touching a node. The process ends when memory is refused.
class IdTable {
public:
    /// Room for `expected` entries without growing.
    explicit IdTable(std::uint32_t expected) noexcept {
        unsigned bits = 4;
        while (bits < 31 && limit(bits) < expected) ++bits;
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

    /// Where a key was found (`handle` ≠ 0) or where it would go.
    struct Place {
        std::uint32_t position;
        std::uint32_t handle;
    };

    /// Looks for an entry with `hash` for whose handle `same` is true.
    template <class Same>
    Place find(std::uint32_t hash, Same&& same) const noexcept {
        std::uint32_t position = home(hash);
        for (;;) {
            const std::uint64_t entry = entries_[position];
            const auto handle = static_cast<std::uint32_t>(entry);
            if (handle == 0) return {position, 0};
            if (static_cast<std::uint32_t>(entry >> 32) == hash && same(handle)) [[likely]] return {position, handle};
            position = (position + 1) & mask_;
        }
    }

    /// Puts `handle` where `find` said that its key would go; nothing may have changed in between.
    void insert(Place place, std::uint32_t hash, std::uint32_t handle) noexcept {
        entries_[place.position] = (static_cast<std::uint64_t>(hash) << 32) | handle;
        if (++count_ > limit(bits_)) [[unlikely]] grow();
    }

    /// Removes the entry that `find` found.
    void erase(Place place) noexcept {
        std::uint32_t hole = place.position;
        for (std::uint32_t next = (hole + 1) & mask_;; next = (next + 1) & mask_) {
            const std::uint64_t entry = entries_[next];
            if (static_cast<std::uint32_t>(entry) == 0) break;
            const std::uint32_t wanted = home(static_cast<std::uint32_t>(entry >> 32));
            // The entry may move into the hole unless its home lies behind the hole.
            if (((next - wanted) & mask_) >= ((next - hole) & mask_)) {
                entries_[hole] = entry;
                hole = next;
            }
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

    std::uint32_t count() const noexcept { return count_; }
    /// How often the table outgrew what was expected.
    std::uint32_t growths() const noexcept { return growths_; }

private:
    static constexpr std::uint32_t limit(unsigned bits) noexcept { return (1u << bits) / 8 * 5; }
    std::uint32_t home(std::uint32_t hash) const noexcept { return hash >> (32 - bits_); }

    void allocate(unsigned bits) noexcept {
        entries_ = static_cast<std::uint64_t*>(std::calloc(std::size_t{1} << bits, sizeof(std::uint64_t)));
        if (entries_ == nullptr) std::abort();
        bits_ = bits;
        mask_ = (1u << bits) - 1;
    }

    void grow() noexcept {
        std::uint64_t* old = entries_;
        const std::size_t old_size = static_cast<std::size_t>(mask_) + 1;
        allocate(bits_ + 1);
        for (std::size_t i = 0; i < old_size; ++i) {
            if (static_cast<std::uint32_t>(old[i]) == 0) continue;
            std::uint32_t position = home(static_cast<std::uint32_t>(old[i] >> 32));
            while (static_cast<std::uint32_t>(entries_[position]) != 0) position = (position + 1) & mask_;
            entries_[position] = old[i];
        }
        std::free(old);
        ++growths_;
    }

    void swap(IdTable& other) noexcept {
        exchange(entries_, other.entries_);
        exchange(bits_, other.bits_);
        exchange(mask_, other.mask_);
        exchange(count_, other.count_);
        exchange(growths_, other.growths_);
    }
    template <class U> static void exchange(U& a, U& b) noexcept {
        U held = a;
        a = b;
        b = held;
    }

    std::uint64_t* entries_ = nullptr; ///< hash in the upper half, handle in the lower; 0: empty
    unsigned bits_ = 0;
    std::uint32_t mask_ = 0;
    std::uint32_t count_ = 0;
    std::uint32_t growths_ = 0;
};

} // namespace martlet
