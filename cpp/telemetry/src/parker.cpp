#include "martlet/parker.hpp"

#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace martlet {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4, "the kernel waits on the plain 32-bit word");

void Parker::park(std::int64_t nanoseconds) noexcept {
    if (nanoseconds > 0) {
        const timespec span{static_cast<time_t>(nanoseconds / 1'000'000'000),
                            static_cast<long>(nanoseconds % 1'000'000'000)};
        // The kernel compares the word with 1 under its own lock: a wake between prepare() and here is not lost.
        syscall(SYS_futex, &parked_, FUTEX_WAIT_PRIVATE, 1, &span, nullptr, 0);
    }
    parked_.store(0, std::memory_order_relaxed);
}

void Parker::wake_parked() noexcept {
    if (parked_.exchange(0, std::memory_order_seq_cst) != 0) {
        syscall(SYS_futex, &parked_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    }
}

} // namespace martlet
