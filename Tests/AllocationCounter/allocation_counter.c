#include "allocation_counter.h"

#include <errno.h>
#include <stddef.h>

// The C library's own allocator by its second names; its `free` takes what these give.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static __thread unsigned long taken;

unsigned long allocation_count(void) { return taken; }

void *malloc(size_t size) {
    ++taken;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    ++taken;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    ++taken;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    ++taken;
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    ++taken;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    ++taken;
    *memory = __libc_memalign(alignment, size);
    return *memory == NULL ? ENOMEM : 0;
}
