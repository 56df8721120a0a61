#pragma once

/// How often this thread has taken memory from the heap, by whatever way (Swift objects, C++ containers, C), since it began.
/// Linking this target puts a counter before the C library's own allocator, in the whole process.
#ifdef __cplusplus
extern "C"
#endif
unsigned long allocation_count(void);
