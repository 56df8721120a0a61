#pragma once
#include <cstddef>
#include <cstdint>

#include <atomic>

#include "martlet/annotations.hpp"

namespace martlet {

/// Where one thread sleeps until another has something for it; whoever brings it pays one load while
/// nobody sleeps, and a system call only for a sleeper.
///
///     sleeper                                 bringer
///     parker.prepare();                       publish the work (sequentially consistent store)
///     if (work is there) parker.cancel();     parker.wake();
///     else parker.park(nanoseconds);
///
/// Either the sleeper's check sees the work or the bringer sees the sleeper, provided that both the
/// publishing store and the check's load are sequentially consistent. One sleeper at a time.
class MARTLET_NONCOPYABLE Parker {
public:
    Parker() noexcept = default;
    Parker(const Parker&) = delete;
    Parker& operator=(const Parker&) = delete;

    /// Sleeper: announces that it is about to sleep. Check for work after this.
    void prepare() noexcept { parked_.store(1, std::memory_order_seq_cst); }
    /// Sleeper: takes the announcement back.
    void cancel() noexcept { parked_.store(0, std::memory_order_relaxed); }
    /// Sleeper, after `prepare()`: sleeps until woken or `nanoseconds` have passed; may return early.
    void park(std::int64_t nanoseconds) noexcept;

    /// Any thread: wakes the sleeper, if there is one. One load otherwise.
    void wake() noexcept {
        if (parked_.load(std::memory_order_seq_cst) != 0) wake_parked();
    }

private:
    void wake_parked() noexcept;

    std::atomic<std::uint32_t> parked_{0};
};

} // namespace martlet
