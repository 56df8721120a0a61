#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/event.hpp"

namespace martlet {

/// A growing array of market events. Growth doubles and moves; nothing else allocates. One thread.
class MARTLET_NONCOPYABLE EventBuffer {
public:
    /// Most events that a buffer holds (4 GiB); `append` refuses more.
    static constexpr std::size_t maximum_size = std::size_t{1} << 26;

    EventBuffer() noexcept = default;
    EventBuffer(const EventBuffer&) = delete;
    EventBuffer& operator=(const EventBuffer&) = delete;
    EventBuffer(EventBuffer&& other) noexcept;
    EventBuffer& operator=(EventBuffer&& other) noexcept;
    ~EventBuffer();

    /// False where the bound is met or memory is out; the buffer is as before.
    bool append(const MarketEvent& event) noexcept {
        if (size_ == capacity_ && !grow()) [[unlikely]] return false;
        data_[size_++] = event;
        return true;
    }
    void clear() noexcept { size_ = 0; }
    /// Keeps the first `size` events; more than there are changes nothing.
    void truncate(std::size_t size) noexcept { if (size < size_) size_ = size; }

    std::size_t size() const noexcept { return size_; }
    /// Valid until the next append.
    MarketEvent* data() noexcept MARTLET_RETURNS_INTERIOR { return data_; }
    const MarketEvent* begin() const noexcept MARTLET_RETURNS_INTERIOR { return data_; }
    const MarketEvent* end() const noexcept MARTLET_RETURNS_INTERIOR { return data_ + size_; }

private:
    bool grow() noexcept;

    MarketEvent* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace martlet
