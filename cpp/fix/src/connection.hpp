#pragma once
#include "quickfix.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "frame.hpp"

namespace martlet::fix {

/// One TCP connection of one session at a time; the object outlives the connections, so that a thread that
/// sends while another hangs up never meets a dead object.
///
/// Sending never blocks: what the kernel does not take waits in a bounded backlog that the reading thread
/// flushes; when the backlog is full the peer is a slow reader and the connection is cut. (QuickFIX's own sockets block
/// the sender, with the session locked, and send too much after a partial write.)
class Connection final : public FIX::Responder {
public:
    explicit Connection(std::size_t backlog_bytes) : backlog_limit_(backlog_bytes) {}
    ~Connection() override { close(); }

    /// Takes a connected socket; false where descriptors are short (the socket is then closed).
    bool open(int socket) noexcept;
    /// Closes the socket. Only the reading thread, after the session was told.
    void close() noexcept;

    bool send(const std::string& message) override; ///< any thread, under the session's lock
    void disconnect() override { hang_up(); }       ///< any thread: no more is sent or received
    void hang_up() noexcept;
    void wake() noexcept;                           ///< any thread: ends a `receive`

    enum class Received { data, idle, closed };
    /// Waits up to `milliseconds` for input and appends it to `frames`; flushes the backlog meanwhile.
    Received receive(FrameReader* frames, int milliseconds);

    bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
    std::uint64_t slow_readers() const noexcept { return slow_readers_.load(std::memory_order_relaxed); }
    std::uint64_t messages_out() const noexcept { return messages_out_.load(std::memory_order_relaxed); }

    /// Whether the last `send` of this thread since `clear_send_failure` could not hand its message over.
    static bool send_failed() noexcept;
    static void clear_send_failure() noexcept;

private:
    bool flush_locked() noexcept;

    std::mutex mutex_; ///< guards the socket and the backlog
    int socket_ = -1;
    int wake_ = -1;
    std::string backlog_;
    std::size_t backlog_limit_;
    std::atomic<bool> closed_{true};
    std::atomic<bool> backlogged_{false};
    std::atomic<std::uint64_t> slow_readers_{0};
    std::atomic<std::uint64_t> messages_out_{0};
};

/// Whether `host` is this machine: "localhost", 127.0.0.0/8 or ::1. Names are not looked up.
bool loopback(const char* host) noexcept;

/// Connects to a loopback address, waiting at most `milliseconds` or until `stop`. −1 with errno: refused.
int connect_loopback(const char* host, std::uint16_t port, int milliseconds, const std::atomic<bool>& stop) noexcept;

/// Listens on 127.0.0.1. −1 with errno: the port cannot be had. Tells the port.
int listen_loopback(std::uint16_t port, std::uint16_t* bound) noexcept;

} // namespace martlet::fix
