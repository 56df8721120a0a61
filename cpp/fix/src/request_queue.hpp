#pragma once
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "martlet/venue_session.hpp"

namespace martlet::fix {

/// Requests on their way from the sessions' threads to the exchange's: bounded, in order, first come first
/// served. Requests are some ten thousand a second at most, so a lock is cheap enough; waking a thread that
/// sleeps is not, at five microseconds, so that who waits looks for a moment before it sleeps.
class RequestQueue {
public:
    static constexpr auto longest_look = std::chrono::microseconds(25); ///< and never more than a sixteenth of the wait

    explicit RequestQueue(std::size_t capacity) : slots_(capacity) {}

    /// Appends; waits while the queue is full. False: closed.
    bool push(const VenueRequest& request) {
        std::unique_lock lock(mutex_);
        if (size_ == slots_.size()) ++waits_;
        room_.wait(lock, [this] { return closed_ || size_ < slots_.size(); });
        if (closed_) return false;
        slots_[(first_ + size_) % slots_.size()] = request;
        ++size_;
        glance_.store(size_, std::memory_order_release);
        const bool asleep = asleep_;
        lock.unlock();
        if (asleep) filled_.notify_one();
        return true;
    }

    bool pop(VenueRequest* request) {
        {
            const std::lock_guard lock(mutex_);
            if (size_ == 0) return false;
            *request = slots_[first_];
            first_ = (first_ + 1) % slots_.size();
            --size_;
            glance_.store(size_, std::memory_order_release);
        }
        room_.notify_one();
        return true;
    }

    /// True where there is a request.
    bool wait(std::int64_t nanoseconds) {
        using Clock = std::chrono::steady_clock;
        const auto look = std::min<std::chrono::nanoseconds>(longest_look, std::chrono::nanoseconds(nanoseconds / 16));
        for (const auto until = Clock::now() + look; glance_.load(std::memory_order_acquire) == 0 && Clock::now() < until;) std::this_thread::yield();
        std::unique_lock lock(mutex_);
        asleep_ = true;
        filled_.wait_for(lock, std::chrono::nanoseconds(nanoseconds), [this] { return size_ > 0 || woken_ || closed_; });
        asleep_ = woken_ = false;
        return size_ > 0;
    }

    void wake() {
        {
            const std::lock_guard lock(mutex_);
            woken_ = true;
        }
        filled_.notify_all();
    }

    /// Those who wait to push give up; what is in the queue can still be taken.
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        room_.notify_all();
        filled_.notify_all();
    }

    std::uint64_t waits() const {
        const std::lock_guard lock(mutex_);
        return waits_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable room_, filled_;
    std::vector<VenueRequest> slots_;
    std::size_t first_ = 0, size_ = 0;
    std::uint64_t waits_ = 0;
    bool woken_ = false, closed_ = false, asleep_ = false;
    std::atomic<std::size_t> glance_{0}; ///< copy of `size_` for who looks without the lock
};

} // namespace martlet::fix
