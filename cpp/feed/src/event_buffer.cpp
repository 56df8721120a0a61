#include "martlet/event_buffer.hpp"

#include <cstdlib>
#include <utility>

namespace martlet {

EventBuffer::EventBuffer(EventBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

EventBuffer& EventBuffer::operator=(EventBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
}

EventBuffer::~EventBuffer() { std::free(data_); }

bool EventBuffer::grow() noexcept {
    if (size_ >= maximum_size) return false;
    const std::size_t capacity = capacity_ == 0 ? 4096 : capacity_ * 2;
    auto* grown = static_cast<MarketEvent*>(std::realloc(data_, capacity * sizeof(MarketEvent)));
    if (grown == nullptr) return false;
    data_ = grown;
    capacity_ = capacity;
    return true;
}

} // namespace martlet
