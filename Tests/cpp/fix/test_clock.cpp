#include "test_clock.hpp"

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

// The C library's clock functions as this process sees them, QuickFIX's calls included.

namespace {
std::atomic<std::int64_t> ahead{0};
}

namespace martlet::test {
void advance_clock(std::int64_t seconds) { ahead.fetch_add(seconds); }
} // namespace martlet::test

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
    const long result = ::syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += ahead.load(std::memory_order_relaxed);
    return static_cast<int>(result);
}

int gettimeofday(timeval* now, void*) noexcept {
    timespec precise{};
    if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}
}
