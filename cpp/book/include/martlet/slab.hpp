#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <type_traits>

// Pooled storage for the nodes of books: 32-bit handles instead of pointers.

namespace martlet {

/// A pool of `T` named by 32-bit handles. Handle 0 is never given out, so it can mean "none". A freed slot
/// is the next one given (it is still in the cache); its link lives in the slot, in the member `link`.
/// Handles stay good when the pool grows, references do not. One thread.
///
/// Cost: `take` and `give` are O(1); `take` allocates only when more items live than ever before, which
/// `growths` counts. The process ends when memory is refused: there is nothing useful to do without it.
template <class T, std::uint32_t T::*link>
class Slab {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    /// Room for `expected` items now, for `maximum` ever.
    Slab(std::uint32_t expected, std::uint32_t maximum) noexcept : maximum_(maximum) {
        reserve(expected < maximum ? expected : maximum);
        growths_ = 0;
    }
    Slab(Slab&& other) noexcept { swap(other); }
    Slab& operator=(Slab&& other) noexcept {
        swap(other);
        return *this;
    }
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;
    ~Slab() { std::free(items_); }

    T& operator[](std::uint32_t handle) noexcept { return items_[handle]; }
    const T& operator[](std::uint32_t handle) const noexcept { return items_[handle]; }

    /// A slot with undefined content; 0 when `maximum` items live.
    std::uint32_t take() noexcept {
        const std::uint32_t handle = free_;
        if (handle == 0) [[unlikely]] return take_fresh();
        free_ = items_[handle].*link;
        ++live_;
        return handle;
    }

    /// Gives back a slot that `take` gave.
    void give(std::uint32_t handle) noexcept {
        items_[handle].*link = free_;
        free_ = handle;
        --live_;
    }

    /// Forgets every item; the memory is kept.
    void clear() noexcept {
        used_ = 1;
        free_ = 0;
        live_ = 0;
    }

    std::uint32_t live() const noexcept { return live_; }
    bool full() const noexcept { return live_ >= maximum_; }
    std::uint32_t maximum() const noexcept { return maximum_; }
    /// How often the pool outgrew what was expected.
    std::uint32_t growths() const noexcept { return growths_; }

private:
    // No slot was given back: one that was never given.
    [[gnu::noinline]] std::uint32_t take_fresh() noexcept {
        if (used_ > capacity_) {
            if (capacity_ >= maximum_) return 0;
            reserve(capacity_ < maximum_ / 2 ? capacity_ * 2 + 1 : maximum_);
        }
        ++live_;
        return used_++;
    }

    void reserve(std::uint32_t capacity) noexcept {
        void* moved = std::realloc(items_, (static_cast<std::size_t>(capacity) + 1) * sizeof(T));
        if (moved == nullptr) std::abort();
        items_ = static_cast<T*>(moved);
        capacity_ = capacity;
        ++growths_;
    }

    void swap(Slab& other) noexcept {
        exchange(items_, other.items_);
        exchange(capacity_, other.capacity_);
        exchange(used_, other.used_);
        exchange(free_, other.free_);
        exchange(live_, other.live_);
        exchange(maximum_, other.maximum_);
        exchange(growths_, other.growths_);
    }
    template <class U> static void exchange(U& a, U& b) noexcept {
        U held = a;
        a = b;
        b = held;
    }

    T* items_ = nullptr;
    std::uint32_t capacity_ = 0; ///< items beside the unused slot 0
    std::uint32_t used_ = 1;     ///< slots from here on were never given
    std::uint32_t free_ = 0;
    std::uint32_t live_ = 0;
    std::uint32_t maximum_ = 0;
    std::uint32_t growths_ = 0;
};

} // namespace martlet
