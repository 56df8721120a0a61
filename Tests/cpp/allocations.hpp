#pragma once
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Counts what the calling thread takes from the heap: by operator new, which comes down to malloc, and by C libraries. To be
// included by exactly one file of a test program, since it defines malloc. A sanitizer brings a malloc of its own: nothing
// is counted then, and `allocations_are_counted` says so.

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MARTLET_HEAP_IS_A_SANITIZERS
#endif
#endif

namespace martlet {

inline thread_local std::uint64_t heap_allocations = 0;

#if defined(MARTLET_HEAP_IS_A_SANITIZERS)
inline constexpr bool allocations_are_counted = false;
#else
inline constexpr bool allocations_are_counted = true;
#endif

/// What `work` takes from the heap on this thread.
template <typename Work>
std::uint64_t allocations_of(Work work) {
    const std::uint64_t before = heap_allocations;
    work();
    return heap_allocations - before;
}

} // namespace martlet

#if !defined(MARTLET_HEAP_IS_A_SANITIZERS)

// glibc's own names for what is counted here.
extern "C" {
void* __libc_malloc(std::size_t size) noexcept;
void* __libc_calloc(std::size_t count, std::size_t size) noexcept;
void* __libc_realloc(void* old, std::size_t size) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t size) noexcept;

void* malloc(std::size_t size) noexcept {
    ++martlet::heap_allocations;
    return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
    ++martlet::heap_allocations;
    return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) noexcept {
    ++martlet::heap_allocations;
    return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
    ++martlet::heap_allocations;
    return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    ++martlet::heap_allocations;
    return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
    ++martlet::heap_allocations;
    *out = __libc_memalign(alignment, size);
    return *out == nullptr ? ENOMEM : 0;
}
}

#endif
