#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "session_host.hpp"

namespace martlet::fix {

/// Listens on loopback and gives each connection to the session that its logon names: one thread a connection.
/// A connection that does not log on with the identifiers of an admitted session is hung up on; so is one whose
/// session is in use, after a little while in which an ending connection may let go of it.
class Acceptor {
public:
    explicit Acceptor(ErrorText& error) : error_(error) {}
    ~Acceptor() {
        begin_stop(0);
        finish_stop();
    }

    /// Lets a session be logged on to. It lives until `finish_stop` has returned. Before `listen`.
    void admit(SessionHost& session) { seats_.push_back(std::make_unique<Seat>(session)); }

    /// Port 0: any free one. False with the reason in the error text: the port cannot be had.
    bool listen(std::uint16_t port, Framing framing);
    /// Connections are encrypted. Before `listen`.
    void encrypt(std::unique_ptr<TlsContext> tls) noexcept { tls_ = std::move(tls); }
    std::uint16_t port() const noexcept { return port_; }

    /// Takes no more connections and asks the sessions to log out within the time (0: hangs up).
    void begin_stop(std::uint32_t logout_milliseconds);
    /// Waits for the sessions' threads. What they may wait for has to be let go of before.
    void finish_stop();

    /// Connections that were hung up on before they had a session.
    std::uint64_t refused() const noexcept { return refused_.load(std::memory_order_relaxed); }

private:
    /// A session and whether a connection has it.
    struct Seat {
        explicit Seat(SessionHost& host) : session(host) {}
        bool claim();
        void release();

        SessionHost& session;
        std::mutex mutex;
        std::condition_variable released;
        bool claimed = false;
    };
    struct Worker {
        std::thread thread;
        std::atomic<bool> done{false};
    };

    void accept_all();
    void reap(bool all);
    void serve(int socket);
    Seat* identify(Stream& stream, FrameReader* frames);
    void refuse(const std::string& why);

    ErrorText& error_;
    StopSignal signal_;
    std::unique_ptr<TlsContext> tls_; ///< null: plaintext
    Framing framing_ = Framing::resynchronise;
    std::vector<std::unique_ptr<Seat>> seats_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::thread thread_;
    std::list<Worker> workers_; ///< acceptor's thread only, until it has ended
    std::atomic<std::uint64_t> refused_{0};
};

} // namespace martlet::fix
