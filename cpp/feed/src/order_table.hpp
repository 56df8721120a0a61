#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace martlet {

/// From a venue's number of an order to what a decoder knows of it. Open addressing with linear probing, no tombstones;
/// doubles when half full. Four neighbouring numbers share a line of the cache where an entry has 16 bytes. One thread.
template <typename Order>
class OrderTable {
public:
    /// Numbers up to this one can be kept.
    static constexpr std::uint64_t maximum_number = UINT64_MAX - 1;

    /// `expected` orders fit without growing.
    explicit OrderTable(std::size_t expected) {
        std::size_t capacity = 16;
        while (capacity < expected * 2) capacity *= 2;
        resize(capacity);
    }

    std::size_t size() const noexcept { return size_; }

    /// Asks the processor to fetch the entry before it is needed.
    void prefetch(std::uint64_t number) const noexcept { __builtin_prefetch(&entries_[home(number)]); }

    /// Null where there is none; valid until the next `insert` or `erase`.
    Order* find(std::uint64_t number) noexcept {
        for (std::size_t at = home(number);; at = (at + 1) & mask_) {
            if (entries_[at].key == 0) return nullptr; // first: the key of a number that cannot be kept is zero too
            if (entries_[at].key == number + 1) return &entries_[at].order;
        }
    }

    /// The entry of a number, made where there was none; `made` says which.
    Order* insert(std::uint64_t number, bool& made) {
        if ((size_ + 1) * 2 > entries_.size()) [[unlikely]] resize(entries_.size() * 2);
        std::size_t at = home(number);
        for (; entries_[at].key != 0; at = (at + 1) & mask_)
            if (entries_[at].key == number + 1) {
                made = false;
                return &entries_[at].order;
            }
        entries_[at].key = number + 1;
        ++size_;
        made = true;
        return &entries_[at].order;
    }

    /// Takes out an order that `find` or `insert` gave. What stood behind it in its run moves up.
    void erase(const Order* order) noexcept {
        const auto* entry = reinterpret_cast<const Entry*>(reinterpret_cast<const char*>(order) - offsetof(Entry, order));
        auto hole = static_cast<std::size_t>(entry - entries_.data());
        for (std::size_t at = (hole + 1) & mask_; entries_[at].key != 0; at = (at + 1) & mask_) {
            const std::size_t wanted = home(entries_[at].key - 1);
            if (((at - wanted) & mask_) < ((at - hole) & mask_)) continue; // its run begins after the hole
            entries_[hole] = entries_[at];
            hole = at;
        }
        entries_[hole].key = 0;
        --size_;
    }

    void clear() noexcept {
        if (size_ == 0) return;
        for (Entry& entry : entries_) entry.key = 0;
        size_ = 0;
    }

private:
    struct Entry {
        std::uint64_t key; ///< number + 1; 0: free
        Order order;
    };

    // The upper bits spread (Fibonacci hashing), the lowest two keep neighbours together.
    std::size_t home(std::uint64_t number) const noexcept {
        return static_cast<std::size_t>(((number >> 2) * 0x9E37'79B9'7F4A'7C15ull) >> shift_ << 2 | (number & 3));
    }

    void resize(std::size_t capacity) {
        std::vector<Entry> old(capacity, Entry{});
        old.swap(entries_);
        mask_ = capacity - 1;
        shift_ = 64 - static_cast<unsigned>(__builtin_ctzll(capacity)) + 2;
        for (const Entry& entry : old) {
            if (entry.key == 0) continue;
            std::size_t at = home(entry.key - 1);
            while (entries_[at].key != 0) at = (at + 1) & mask_;
            entries_[at] = entry;
        }
    }

    std::vector<Entry> entries_;
    std::size_t size_ = 0;
    std::size_t mask_ = 0;
    unsigned shift_ = 0;
};

} // namespace martlet
