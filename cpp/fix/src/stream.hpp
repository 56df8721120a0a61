#pragma once
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "tls.hpp"

namespace martlet::fix {

/// A connected socket, encrypted or not, that neither blocks nor raises signals. Closed when it goes. An encrypted one is
/// for one thread at a time, reading included.
class Stream {
public:
    Stream() = default;
    explicit Stream(int socket) noexcept : socket_(socket) {}
    ~Stream() { close(); }
    Stream(Stream&& other) noexcept;
    Stream& operator=(Stream&& other) noexcept;

    /// Encrypts the connection: greets the peer and checks it. False with the reason.
    bool encrypt(const TlsContext& context, int milliseconds, const std::atomic<bool>& stop, std::string* error);

    bool is_open() const noexcept { return socket_ >= 0; }
    bool encrypted() const noexcept { return ssl_ != nullptr; }
    int socket() const noexcept { return socket_; } ///< to poll

    /// Bytes sent, at least one; −1 with errno, EAGAIN where the kernel takes none now.
    ssize_t send(const char* data, std::size_t size) noexcept;
    /// Bytes received; 0: the peer has closed; −1 with errno, EAGAIN where there are none now.
    ssize_t receive(char* to, std::size_t size) noexcept;
    /// Whether there is input that `poll` does not know of.
    bool buffered() const noexcept { return ssl_ != nullptr && SSL_has_pending(ssl_.get()) == 1; }

    /// Nothing more is sent or received; the peer is told.
    void shutdown() noexcept;
    void close() noexcept;

private:
    int socket_ = -1;
    std::unique_ptr<SSL, TlsDelete> ssl_;
};

/// Whether `host` is this machine: "localhost", 127.0.0.0/8 or ::1. Names are not looked up.
bool loopback(const char* host) noexcept;

/// Connects, waiting at most `milliseconds` for each of the host's addresses, or until `stop`. Looks a name up, but for
/// "localhost"; that wait is the resolver's. A closed stream with the reason: refused.
Stream connect_to(const std::string& host, std::uint16_t port, int milliseconds, const std::atomic<bool>& stop, std::string* error);

/// Listens on 127.0.0.1. −1 with errno: the port cannot be had. Tells the port.
int listen_loopback(std::uint16_t port, std::uint16_t* bound) noexcept;

} // namespace martlet::fix
