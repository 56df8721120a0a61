#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "martlet/venue_session.hpp"

namespace martlet::fix {

/// Requests on their way from the sessions' threads to the exchange's: bounded, in order, first come first
/// served. Requests are some ten thousand a second at most, so a lock is cheap enough.
class RequestQueue {
public:
    explicit RequestQueue(std::size_t capacity) : slots_(capacity) {}

    /// Appends; waits while the queue is full. False: closed.
    bool push(const VenueRequest& request) {
        std::unique_lock lock(mutex_);
        if (size_ == slots_.size()) ++waits_;
        room_.wait(lock, [this] { return closed_ || size_ < slots_.size(); });
        if (closed_) return false;
        slots_[(first_ + size_) % slots_.size()] = request;
        ++size_;
        lock.unlock();
        filled_.notify_one();
        return true;
    }

    bool pop(VenueRequest* request) {
        {
            const std::lock_guard lock(mutex_);
            if (size_ == 0) return false;
            *request = slots_[first_];
            first_ = (first_ + 1) % slots_.size();
            --size_;
        }
        room_.notify_one();
        return true;
    }

    /// True where there is a request.
    bool wait(std::int64_t nanoseconds) {
        std::unique_lock lock(mutex_);
        filled_.wait_for(lock, std::chrono::nanoseconds(nanoseconds), [this] { return size_ > 0 || woken_ || closed_; });
        woken_ = false;
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
    bool woken_ = false, closed_ = false;
};

} // namespace martlet::fix
