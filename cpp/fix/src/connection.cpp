#include "connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace martlet::fix {
namespace {

thread_local bool this_thread_failed_to_send = false;

constexpr std::size_t read_bytes = 64 << 10;

void no_delay(int socket) noexcept {
    const int on = 1;
    // Without it messages are only slower, so a failure is nothing to act on.
    (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

} // namespace

Connection::~Connection() {
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    held_.notify_all();
    if (syncer_.joinable()) syncer_.join();
    close();
}

void Connection::hold_until(std::function<bool()> sync) {
    sync_ = std::move(sync);
    syncer_ = std::thread([this] { release_held(); });
}

/// The thread that makes messages durable and lets them go.
void Connection::release_held() {
    std::unique_lock lock(mutex_);
    for (;;) {
        held_.wait(lock, [this] { return ended_ || held_bytes_ > 0; });
        if (ended_) return;
        const std::size_t covered = held_bytes_;
        const std::uint64_t connection = opened_;
        lock.unlock();
        const bool durable = sync_();
        lock.lock();
        if (connection != opened_ || !stream_.is_open()) continue;
        held_bytes_ -= std::min(covered, held_bytes_); // a hang-up may have been faster
        if (durable && flush_locked()) continue;
        stream_.shutdown();
        closed_.store(true, std::memory_order_release);
        backlog_.clear();
        held_bytes_ = 0;
    }
}

bool Connection::open(Stream stream) noexcept {
    const std::lock_guard lock(mutex_);
    if (wake_ < 0) wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wake_ < 0) return false;
    no_delay(stream.socket());
    stream_ = std::move(stream);
    backlog_.clear();
    held_bytes_ = 0;
    ++opened_;
    backlogged_.store(false, std::memory_order_relaxed);
    input_left_ = stream_.encrypted(); // of the first messages some may have come with the greeting
    closed_.store(false, std::memory_order_release);
    return true;
}

void Connection::close() noexcept {
    const std::lock_guard lock(mutex_);
    closed_.store(true, std::memory_order_release);
    stream_.close();
    if (wake_ >= 0) ::close(wake_);
    wake_ = -1;
}

void Connection::hang_up() noexcept {
    const std::lock_guard lock(mutex_);
    if (stream_.is_open() && !closed_.load(std::memory_order_relaxed)) {
        if (held_bytes_ > 0 && sync_()) held_bytes_ = 0;
        flush_locked();
        stream_.shutdown();
    }
    closed_.store(true, std::memory_order_release);
}

void Connection::wake() noexcept {
    const std::lock_guard lock(mutex_);
    const std::uint64_t one = 1;
    if (wake_ >= 0) (void)!::write(wake_, &one, sizeof one);
}

/// Sends what it can of the backlog; false: the connection broke.
bool Connection::flush_locked() noexcept {
    std::size_t sent = 0;
    bool alive = true;
    const std::size_t free = backlog_.size() - held_bytes_;
    while (sent < free) {
        const ssize_t written = stream_.send(backlog_.data() + sent, free - sent);
        if (written < 0) {
            alive = errno == EAGAIN || errno == EWOULDBLOCK;
            break;
        }
        sent += static_cast<std::size_t>(written);
    }
    backlog_.erase(0, sent);
    backlogged_.store(backlog_.size() > held_bytes_, std::memory_order_relaxed);
    return alive;
}

/// Puts a message behind those that wait to be durable; false: there are too many.
bool Connection::hold_locked(const std::string& message) {
    if (backlog_.size() + message.size() > backlog_limit_) return false;
    backlog_ += message;
    held_bytes_ += message.size();
    held_.notify_one();
    messages_out_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

bool Connection::send(const std::string& message) {
    const std::lock_guard lock(mutex_);
    const auto fail = [&] {
        this_thread_failed_to_send = true;
        stream_.shutdown();
        closed_.store(true, std::memory_order_release);
        return false;
    };
    if (!stream_.is_open() || closed_.load(std::memory_order_relaxed)) {
        this_thread_failed_to_send = true;
        return false;
    }
    if (sync_) {
        if (hold_locked(message)) return true;
        slow_readers_.fetch_add(1, std::memory_order_relaxed);
        return fail();
    }
    std::size_t sent = 0;
    while (backlog_.empty() && sent < message.size()) {
        const ssize_t written = stream_.send(message.data() + sent, message.size() - sent);
        if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (written < 0) return fail();
        sent += static_cast<std::size_t>(written);
    }
    if (sent < message.size()) {
        if (backlog_.size() + message.size() - sent > backlog_limit_) {
            slow_readers_.fetch_add(1, std::memory_order_relaxed);
            return fail();
        }
        const bool first = backlog_.empty();
        backlog_.append(message, sent);
        backlogged_.store(true, std::memory_order_relaxed);
        const std::uint64_t one = 1;
        if (first && wake_ >= 0) (void)!::write(wake_, &one, sizeof one);
    }
    messages_out_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

/// A plain socket is read beside a sender; an encrypted stream has one state for both ways.
ssize_t Connection::read_some(char* to, std::size_t size) noexcept {
    if (!stream_.encrypted()) return stream_.receive(to, size);
    const std::lock_guard lock(mutex_);
    return stream_.receive(to, size);
}

Connection::Received Connection::receive(FrameReader* frames, int milliseconds) {
    const auto reading = static_cast<short>(POLLIN);
    const auto writing = static_cast<short>(backlogged_.load(std::memory_order_relaxed) ? POLLOUT : 0);
    pollfd watched[2] = {{stream_.socket(), static_cast<short>(reading | writing), 0}, {wake_, POLLIN, 0}};
    const bool buffered = input_left_;
    const int ready = ::poll(watched, 2, buffered ? 0 : milliseconds);
    if (closed()) return Received::closed;
    if (ready < 0 && errno != EINTR) return Received::closed;
    if (ready <= 0 && !buffered) return Received::idle;
    if (watched[1].revents != 0) {
        std::uint64_t count;
        (void)!::read(wake_, &count, sizeof count);
    }
    if ((watched[0].revents & POLLOUT) != 0) {
        const std::lock_guard lock(mutex_);
        if (!flush_locked()) return Received::closed;
    }
    if (!buffered && (watched[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) return Received::idle;
    const ssize_t got = read_some(frames->space(read_bytes), read_bytes);
    // Of an encrypted stream `poll` does not see what was already read from the socket: it is read until there is no more.
    input_left_ = got > 0 && stream_.encrypted();
    if (got < 0 && errno == EAGAIN) return Received::idle;
    if (got <= 0) return Received::closed;
    frames->added(static_cast<std::size_t>(got));
    return Received::data;
}

bool Connection::send_failed() noexcept { return this_thread_failed_to_send; }
void Connection::clear_send_failure() noexcept { this_thread_failed_to_send = false; }

} // namespace martlet::fix
