#include "martlet/byte_ring.hpp"

#include <cassert>
#include <cstring>

namespace martlet {
namespace {

// What stands before each record; `head_size` of `skip_mark` means: go on at the start of the buffer.
struct Prefix {
    std::uint32_t head_size;
    std::uint32_t payload_size;
};
static_assert(sizeof(Prefix) == ByteRing::overhead);
constexpr std::uint32_t skip_mark = UINT32_MAX;

constexpr std::size_t round_up(std::size_t size) { return (size + 7) & ~std::size_t{7}; }

std::size_t checked_capacity(std::size_t capacity) {
    std::size_t result = 4096;
    while (result < capacity && result < (std::size_t{1} << 30)) result *= 2;
    return result;
}

} // namespace

ByteRing::ByteRing(std::size_t capacity) noexcept
    : cursors_(detail::make_spsc_cursors()), bytes_(nullptr), capacity_(checked_capacity(capacity)) {
    bytes_ = static_cast<unsigned char*>(::operator new(capacity_, std::align_val_t{cache_line}));
}

ByteRing::ByteRing(ByteRing&& other) noexcept
    : cursors_(other.cursors_), bytes_(other.bytes_), capacity_(other.capacity_), read_(other.read_) {
    other.cursors_ = nullptr;
    other.bytes_ = nullptr;
}

ByteRing::~ByteRing() {
    detail::free_spsc_cursors(cursors_);
    ::operator delete(bytes_, std::align_val_t{cache_line});
}

bool ByteRing::try_push(const void* head, std::size_t head_size, const void* payload,
                        std::size_t payload_size) noexcept {
    if (head_size > maximum_record() || payload_size > maximum_record() - head_size) return false;
    const std::size_t need = overhead + round_up(head_size + payload_size);
    std::uint64_t tail = cursors_->tail.load(std::memory_order_relaxed);
    const std::size_t offset = static_cast<std::size_t>(tail) & (capacity_ - 1);
    // A skip leaves at least `overhead` bytes, since everything is a multiple of 8.
    const std::size_t skipped = capacity_ - offset < need ? capacity_ - offset : 0;
    const std::size_t total = skipped + need;
    if (capacity_ - static_cast<std::size_t>(tail - cursors_->head_seen) < total) {
        cursors_->head_seen = cursors_->head.load(std::memory_order_acquire);
        if (capacity_ - static_cast<std::size_t>(tail - cursors_->head_seen) < total) return false;
    }
    if (skipped != 0) {
        const Prefix mark{skip_mark, 0};
        std::memcpy(bytes_ + offset, &mark, sizeof(mark));
        tail += skipped;
    }
    unsigned char* slot = bytes_ + (static_cast<std::size_t>(tail) & (capacity_ - 1));
    const Prefix prefix{static_cast<std::uint32_t>(head_size), static_cast<std::uint32_t>(payload_size)};
    std::memcpy(slot, &prefix, sizeof(prefix));
    if (head_size != 0) std::memcpy(slot + overhead, head, head_size);
    if (payload_size != 0) std::memcpy(slot + overhead + head_size, payload, payload_size);
    cursors_->tail.store(tail + need, std::memory_order_release);
    return true;
}

std::size_t ByteRing::used() const noexcept {
    // Head first: it can only grow until tail is read, so the difference is never negative.
    const std::uint64_t head = cursors_->head.load(std::memory_order_acquire);
    return static_cast<std::size_t>(cursors_->tail.load(std::memory_order_acquire) - head);
}

bool ByteRing::above_half() noexcept {
    const std::uint64_t tail = cursors_->tail.load(std::memory_order_relaxed);
    if (tail - cursors_->head_seen <= capacity_ / 2) return false;
    cursors_->head_seen = cursors_->head.load(std::memory_order_acquire);
    return tail - cursors_->head_seen > capacity_ / 2;
}

ByteRing::View ByteRing::next() noexcept {
    for (;;) {
        if (read_ == cursors_->tail_seen) {
            cursors_->tail_seen = cursors_->tail.load(std::memory_order_acquire);
            if (read_ == cursors_->tail_seen) return {nullptr, 0, 0};
        }
        const std::size_t offset = static_cast<std::size_t>(read_) & (capacity_ - 1);
        Prefix prefix;
        std::memcpy(&prefix, bytes_ + offset, sizeof(prefix));
        if (prefix.head_size == skip_mark) {
            read_ += capacity_ - offset;
            continue;
        }
        read_ += overhead + round_up(std::size_t{prefix.head_size} + prefix.payload_size);
        assert(read_ <= cursors_->tail_seen);
        return {bytes_ + offset + overhead, prefix.head_size, prefix.payload_size};
    }
}

void ByteRing::release() noexcept { cursors_->head.store(read_, std::memory_order_release); }

bool ByteRing::empty() const noexcept {
    return cursors_->head.load(std::memory_order_acquire) == cursors_->tail.load(std::memory_order_acquire);
}

} // namespace martlet
