#include "connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

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

bool Connection::open(int socket) noexcept {
    const std::lock_guard lock(mutex_);
    if (wake_ < 0) wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wake_ < 0) {
        ::close(socket);
        return false;
    }
    no_delay(socket);
    socket_ = socket;
    backlog_.clear();
    backlogged_.store(false, std::memory_order_relaxed);
    closed_.store(false, std::memory_order_release);
    return true;
}

void Connection::close() noexcept {
    const std::lock_guard lock(mutex_);
    closed_.store(true, std::memory_order_release);
    if (socket_ >= 0) ::close(socket_);
    if (wake_ >= 0) ::close(wake_);
    socket_ = wake_ = -1;
}

void Connection::hang_up() noexcept {
    const std::lock_guard lock(mutex_);
    if (socket_ >= 0 && !closed_.load(std::memory_order_relaxed)) {
        flush_locked();
        ::shutdown(socket_, SHUT_RDWR);
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
    while (sent < backlog_.size()) {
        const ssize_t written = ::send(socket_, backlog_.data() + sent, backlog_.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            alive = errno == EAGAIN || errno == EWOULDBLOCK;
            break;
        }
        sent += static_cast<std::size_t>(written);
    }
    backlog_.erase(0, sent);
    backlogged_.store(!backlog_.empty(), std::memory_order_relaxed);
    return alive;
}

bool Connection::send(const std::string& message) {
    const std::lock_guard lock(mutex_);
    const auto fail = [&] {
        this_thread_failed_to_send = true;
        if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
        closed_.store(true, std::memory_order_release);
        return false;
    };
    if (socket_ < 0 || closed_.load(std::memory_order_relaxed)) {
        this_thread_failed_to_send = true;
        return false;
    }
    std::size_t sent = 0;
    while (backlog_.empty() && sent < message.size()) {
        const ssize_t written = ::send(socket_, message.data() + sent, message.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR) continue;
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

Connection::Received Connection::receive(FrameReader* frames, int milliseconds) {
    const auto reading = static_cast<short>(POLLIN);
    const auto writing = static_cast<short>(backlogged_.load(std::memory_order_relaxed) ? POLLOUT : 0);
    pollfd watched[2] = {{socket_, static_cast<short>(reading | writing), 0}, {wake_, POLLIN, 0}};
    const int ready = ::poll(watched, 2, milliseconds);
    if (closed()) return Received::closed;
    if (ready < 0 && errno != EINTR) return Received::closed;
    if (ready <= 0) return Received::idle;
    if (watched[1].revents != 0) {
        std::uint64_t count;
        (void)!::read(wake_, &count, sizeof count);
    }
    if ((watched[0].revents & POLLOUT) != 0) {
        const std::lock_guard lock(mutex_);
        if (!flush_locked()) return Received::closed;
    }
    if ((watched[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) return Received::idle;
    const ssize_t got = ::recv(socket_, frames->space(read_bytes), read_bytes, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Received::idle;
    if (got <= 0) return Received::closed;
    frames->added(static_cast<std::size_t>(got));
    return Received::data;
}

bool Connection::send_failed() noexcept { return this_thread_failed_to_send; }
void Connection::clear_send_failure() noexcept { this_thread_failed_to_send = false; }

bool loopback(const char* host) noexcept {
    if (std::string_view(host) == "localhost") return true;
    in_addr four{};
    if (::inet_pton(AF_INET, host, &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    in6_addr six{};
    return ::inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

int connect_loopback(const char* host, std::uint16_t port, int milliseconds, const std::atomic<bool>& stop) noexcept {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    const bool name = std::string_view(host) == "localhost";
    const bool is_six = !name && ::inet_pton(AF_INET6, host, &six.sin6_addr) == 1;
    if (!is_six && ::inet_pton(AF_INET, name ? "127.0.0.1" : host, &four.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    const int socket = ::socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return -1;
    const auto* address = is_six ? reinterpret_cast<const sockaddr*>(&six) : reinterpret_cast<const sockaddr*>(&four);
    int result = ::connect(socket, address, is_six ? sizeof six : sizeof four);
    int problem = result == 0 ? 0 : errno;
    for (int waited = 0; problem == EINPROGRESS && waited < milliseconds && !stop.load(std::memory_order_relaxed); waited += 50) {
        pollfd watched{socket, POLLOUT, 0};
        if (::poll(&watched, 1, 50) > 0) {
            socklen_t size = sizeof problem;
            if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
        }
    }
    if (problem != 0) {
        ::close(socket);
        errno = problem;
        return -1;
    }
    // Sends and receives pass MSG_DONTWAIT themselves.
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) & ~O_NONBLOCK);
    return socket;
}

int listen_loopback(std::uint16_t port, std::uint16_t* bound) noexcept {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return -1;
    const int on = 1;
    // A restarted venue must get its port back while old connections are still in TIME_WAIT.
    (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(socket, 64) != 0 ||
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        const int problem = errno;
        ::close(socket);
        errno = problem;
        return -1;
    }
    *bound = ntohs(address.sin_port);
    return socket;
}

} // namespace martlet::fix
