#include "stream.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string_view>
#include <utility>

namespace martlet::fix {

Stream::Stream(Stream&& other) noexcept : socket_(std::exchange(other.socket_, -1)), ssl_(std::move(other.ssl_)) {}

Stream& Stream::operator=(Stream&& other) noexcept {
    close();
    socket_ = std::exchange(other.socket_, -1);
    ssl_ = std::move(other.ssl_);
    return *this;
}

bool Stream::encrypt(const TlsContext& context, int milliseconds, const std::atomic<bool>& stop, std::string* error) {
    ssl_ = context.greet(socket_, milliseconds, stop, error);
    return ssl_ != nullptr;
}

namespace {

/// What a failed read or write of an encrypted stream amounts to.
ssize_t failure(SSL* ssl, int result) noexcept {
    const int problem = SSL_get_error(ssl, result);
    const bool later = problem == SSL_ERROR_WANT_READ || problem == SSL_ERROR_WANT_WRITE;
    if (problem == SSL_ERROR_ZERO_RETURN) return 0;
    if (later) errno = EAGAIN;
    else if (problem != SSL_ERROR_SYSCALL || errno == 0) errno = EPROTO;
    return -1;
}

} // namespace

ssize_t Stream::send(const char* data, std::size_t size) noexcept {
    if (ssl_ != nullptr) {
        ERR_clear_error();
        errno = 0;
        const int written = SSL_write(ssl_.get(), data, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
        if (written > 0) return written;
        const ssize_t outcome = failure(ssl_.get(), written);
        if (outcome == 0) errno = EPIPE;
        return -1;
    }
    ssize_t written = 0;
    do written = ::send(socket_, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (written < 0 && errno == EINTR);
    return written;
}

ssize_t Stream::receive(char* to, std::size_t size) noexcept {
    if (ssl_ != nullptr) {
        ERR_clear_error();
        errno = 0;
        const int got = SSL_read(ssl_.get(), to, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
        return got > 0 ? got : failure(ssl_.get(), got);
    }
    ssize_t got = 0;
    do got = ::recv(socket_, to, size, MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    return got;
}

void Stream::shutdown() noexcept {
    if (ssl_ != nullptr) {
        ERR_clear_error();
        (void)SSL_shutdown(ssl_.get()); // says goodbye where there is room for it, and does not wait
    }
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

void Stream::close() noexcept {
    ssl_.reset();
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

bool loopback(const char* host) noexcept {
    if (std::string_view(host) == "localhost") return true;
    in_addr four{};
    if (::inet_pton(AF_INET, host, &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    in6_addr six{};
    return ::inet_pton(AF_INET6, host, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

namespace {

/// −1 with errno.
int connect_address(const addrinfo& address, int milliseconds, const std::atomic<bool>& stop) noexcept {
    const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return -1;
    int problem = ::connect(socket, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
    for (int waited = 0; problem == EINPROGRESS && waited < milliseconds && !stop.load(std::memory_order_relaxed); waited += 50) {
        pollfd watched{socket, POLLOUT, 0};
        if (::poll(&watched, 1, 50) > 0) {
            socklen_t size = sizeof problem;
            if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size) != 0) problem = errno;
        }
    }
    if (problem == 0) return socket;
    ::close(socket);
    errno = problem == EINPROGRESS ? ETIMEDOUT : problem;
    return -1;
}

} // namespace

Stream connect_to(const std::string& host, std::uint16_t port, int milliseconds, const std::atomic<bool>& stop, std::string* error) {
    const std::string where = host + " port " + std::to_string(port);
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string name = host == "localhost" ? "127.0.0.1" : host;
    if (const int problem = ::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &wanted, &found); problem != 0) {
        *error = "cannot find the address of " + where + ": " + ::gai_strerror(problem);
        return Stream();
    }
    int socket = -1;
    for (const addrinfo* at = found; at != nullptr && socket < 0 && !stop.load(std::memory_order_relaxed); at = at->ai_next)
        socket = connect_address(*at, milliseconds, stop);
    if (socket < 0) *error = "cannot connect to " + where + ": " + std::strerror(errno);
    ::freeaddrinfo(found);
    return socket < 0 ? Stream() : Stream(socket);
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
