#pragma once
#include "quickfix.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "frame.hpp"
#include "stream.hpp"

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
    ~Connection() override;

    /// From now on nothing is sent before `sync` has returned true after it was handed over: a thread of the connection's calls it, once
    /// for all that was handed over meanwhile. False: the connection is cut. Before the first `open`.
    void hold_until(std::function<bool()> sync);

    /// Takes a connected stream; false where descriptors are short (the stream is then closed).
    bool open(Stream stream) noexcept;
    /// Closes the socket. Only the reading thread, after the session was told.
    void close() noexcept;

    bool send(const std::string& message) override; ///< any thread, under the session's lock
    void disconnect() override { hang_up(); }       ///< any thread: no more is sent or received
    void hang_up() noexcept;
    void wake() noexcept;                           ///< any thread: ends a `receive`

    enum class Received { data, idle, closed };
    /// Waits up to `milliseconds` for input and appends it to `frames`; flushes the backlog meanwhile.
    Received receive(FrameReader* frames, int milliseconds);

    /// Whether all that was sent has been taken: nothing waits for the peer to read or for the disk.
    bool drained() const noexcept {
        const std::lock_guard lock(mutex_);
        return backlog_.empty();
    }
    bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }
    std::uint64_t slow_readers() const noexcept { return slow_readers_.load(std::memory_order_relaxed); }
    std::uint64_t messages_out() const noexcept { return messages_out_.load(std::memory_order_relaxed); }

    /// Whether the last `send` of this thread since `clear_send_failure` could not hand its message over.
    static bool send_failed() noexcept;
    static void clear_send_failure() noexcept;

private:
    bool flush_locked() noexcept;
    bool hold_locked(const std::string& message);
    void release_held();
    ssize_t read_some(char* to, std::size_t size) noexcept;

    mutable std::mutex mutex_; ///< guards the stream, but for reading from a plain one, and the backlog
    Stream stream_;
    int wake_ = -1;
    bool input_left_ = false; ///< an encrypted stream may hold input that `poll` does not know of; the reading thread's
    std::function<bool()> sync_; ///< empty: what is handed over is sent at once
    std::thread syncer_;
    std::condition_variable held_;
    bool ended_ = false;
    std::uint64_t opened_ = 0;   ///< connections so far
    std::size_t held_bytes_ = 0; ///< at the backlog's end: not to be sent yet
    std::string backlog_;
    std::size_t backlog_limit_;
    std::atomic<bool> closed_{true};
    std::atomic<bool> backlogged_{false};
    std::atomic<std::uint64_t> slow_readers_{0};
    std::atomic<std::uint64_t> messages_out_{0};
};

} // namespace martlet::fix
