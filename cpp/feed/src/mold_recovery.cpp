#include "martlet/mold_recovery.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "itch_messages.hpp"

// Source: NASDAQ's description of MoldUDP64, version 1.00: request packets.

namespace martlet {
namespace {

constexpr std::size_t session_size = 10;
constexpr std::size_t header_size = 20;
constexpr std::uint64_t most_requested = 0xFFFE;

std::uint64_t sequence_of(const char* data) noexcept {
    return itch::read<std::uint64_t>(reinterpret_cast<const unsigned char*>(data) + session_size);
}

void put_big_endian(char* out, std::uint64_t value, std::size_t bytes) noexcept {
    for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
}

/// A packet that waits.
struct Held {
    std::uint64_t sequence;
    std::size_t begin;
    std::size_t size;
};

} // namespace

struct MoldRecovery::Impl {
    Impl(MoldReceiver& to, std::size_t packets, std::size_t bytes) : receiver(&to), most(packets), room(bytes) {
        held.reserve(packets);
        by_place.reserve(packets);
    }

    MoldReceiver* receiver;
    std::size_t most;
    std::vector<Held> held;  ///< by number, then by arrival
    std::vector<Held*> by_place;
    std::vector<char> room;  ///< their bytes, each behind the one that came before it
    std::size_t used = 0;
    char session[session_size] = {};
    bool has_session = false;
    MoldRecoveryCounts counts{};

    bool is_early(const char* data, std::size_t size) const noexcept {
        return size >= header_size && receiver->next() != 0 && sequence_of(data) > receiver->next();
    }

    /// False where there is no room.
    bool hold(const char* data, std::size_t size) noexcept {
        if (held.size() == most) return false;
        if (size > room.size() - used) close_up();
        if (size > room.size() - used) return false;
        const std::uint64_t sequence = sequence_of(data);
        const auto place = std::upper_bound(held.begin(), held.end(), sequence,
                                            [](std::uint64_t number, const Held& each) { return number < each.sequence; });
        held.insert(place, {sequence, used, size});
        std::memcpy(room.data() + used, data, size);
        used += size;
        ++counts.held;
        return true;
    }

    /// Moves the bytes that still wait to the beginning of the room.
    void close_up() noexcept {
        by_place.clear();
        for (Held& each : held) by_place.push_back(&each);
        std::sort(by_place.begin(), by_place.end(), [](const Held* a, const Held* b) { return a->begin < b->begin; });
        used = 0;
        for (Held* each : by_place) {
            std::memmove(room.data() + used, room.data() + each->begin, each->size);
            each->begin = used;
            used += each->size;
        }
    }

    void hand_on_first(std::int64_t time) noexcept {
        receiver->packet(room.data() + held.front().begin, held.front().size, time);
        held.erase(held.begin());
        if (held.empty()) used = 0;
    }

    /// Lets go on what follows now; false where nothing did.
    bool release(std::int64_t time) noexcept {
        bool any = false;
        for (; !held.empty() && held.front().sequence <= receiver->next(); any = true) hand_on_first(time);
        return any;
    }

    void give_up_first_gap(std::int64_t time) noexcept {
        if (held.empty()) return;
        ++counts.given_up;
        hand_on_first(time);
        release(time);
    }
};

MoldRecovery::MoldRecovery(MoldReceiver& receiver, std::size_t packets, std::size_t bytes) noexcept : impl_(new Impl(receiver, packets, bytes)) {}
MoldRecovery::MoldRecovery(MoldRecovery&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
MoldRecovery& MoldRecovery::operator=(MoldRecovery&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}
MoldRecovery::~MoldRecovery() { delete impl_; }

void MoldRecovery::packet(const char* data, std::size_t size, std::int64_t receive_time) noexcept {
    Impl& impl = *impl_;
    const bool other = size >= header_size && (!impl.has_session || std::memcmp(impl.session, data, session_size) != 0);
    if (other) {
        while (!impl.held.empty()) impl.give_up_first_gap(receive_time); // the old session's sender answers no more
        std::memcpy(impl.session, data, session_size);
    }
    // The receiver knows a later session's numbers only when it has seen a packet of it.
    const bool is_new = other && impl.has_session;
    impl.has_session = impl.has_session || other;
    while (!is_new && impl.is_early(data, size)) {
        if (impl.hold(data, size)) return;
        if (impl.held.empty()) break; // more than the whole room: the receiver tells the gap
        impl.give_up_first_gap(receive_time);
    }
    impl.receiver->packet(data, size, receive_time);
    if (impl.release(receive_time)) ++impl.counts.filled;
}

std::size_t MoldRecovery::request(char* out) noexcept {
    const std::uint64_t count = missing();
    if (count == 0) return 0;
    std::memcpy(out, impl_->session, session_size);
    put_big_endian(out + session_size, impl_->receiver->next(), 8);
    put_big_endian(out + session_size + 8, std::min(count, most_requested), 2);
    ++impl_->counts.requests;
    return request_size;
}

void MoldRecovery::give_up(std::int64_t receive_time) noexcept { impl_->give_up_first_gap(receive_time); }

std::uint64_t MoldRecovery::missing() const noexcept {
    return impl_->held.empty() ? 0 : impl_->held.front().sequence - impl_->receiver->next();
}

MoldRecoveryCounts MoldRecovery::counts() const noexcept { return impl_->counts; }

} // namespace martlet
