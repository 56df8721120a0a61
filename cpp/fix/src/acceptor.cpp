#include "acceptor.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace martlet::fix {
namespace {

constexpr auto claim_patience = std::chrono::seconds(2);
constexpr int greeting_milliseconds = 5'000;
constexpr auto logon_patience = std::chrono::seconds(5);
constexpr std::size_t spare_connections = 8; ///< beyond one a session: new ones that have not logged on

/// Whether a raw message is a logon to this session.
bool is_for(const std::string& message, const SessionHost& session) {
    return message.compare(0, session.version().size() + 3, "8=" + session.version() + "\001") == 0 &&
           raw_field(message, "\00156=") == session.sender() && raw_field(message, "\00149=") == session.target();
}

} // namespace

bool Acceptor::Seat::claim() {
    std::unique_lock lock(mutex);
    if (!released.wait_for(lock, claim_patience, [this] { return !claimed; })) return false;
    claimed = true;
    return true;
}

void Acceptor::Seat::release() {
    {
        const std::lock_guard lock(mutex);
        claimed = false;
    }
    released.notify_all();
}

bool Acceptor::listen(std::uint16_t port, Framing framing) {
    framing_ = framing;
    listener_ = listen_loopback(port, &port_);
    if (listener_ < 0) {
        error_.set("cannot listen on 127.0.0.1 port " + std::to_string(port) + ": " + std::strerror(errno));
        return false;
    }
    thread_ = std::thread([this] { accept_all(); });
    return true;
}

void Acceptor::begin_stop(std::uint32_t logout_milliseconds) {
    if (!thread_.joinable()) return;
    signal_.logout_milliseconds.store(logout_milliseconds, std::memory_order_relaxed);
    signal_.stop.store(true, std::memory_order_release);
    ::shutdown(listener_, SHUT_RDWR); // ends accept()
    thread_.join();
    ::close(listener_);
}

void Acceptor::finish_stop() {
    for (const auto& seat : seats_) seat->session.connection().wake();
    reap(true);
}

void Acceptor::accept_all() {
    while (!signal_.stop.load(std::memory_order_acquire)) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (signal_.stop.load(std::memory_order_acquire)) {
            if (socket >= 0) ::close(socket);
            break;
        }
        if (socket < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            error_.set(std::string("cannot accept a connection: ") + std::strerror(errno));
            pollfd none{-1, 0, 0};
            ::poll(&none, 1, 50); // out of descriptors: not in a tight loop
            continue;
        }
        reap(false);
        if (workers_.size() >= seats_.size() + spare_connections) {
            ::close(socket);
            refuse("a connection was refused: too many have not logged on");
            continue;
        }
        try {
            Worker& worker = workers_.emplace_back();
            worker.thread = std::thread([this, socket, &worker] {
                serve(socket);
                worker.done.store(true, std::memory_order_release);
            });
        } catch (const std::exception& problem) {
            error_.set(std::string("cannot serve a connection: ") + problem.what());
            if (!workers_.empty() && !workers_.back().thread.joinable()) workers_.pop_back();
            ::close(socket);
        }
    }
}

void Acceptor::reap(bool all) {
    for (auto at = workers_.begin(); at != workers_.end();) {
        if (!all && !at->done.load(std::memory_order_acquire)) {
            ++at;
            continue;
        }
        at->thread.join();
        at = workers_.erase(at);
    }
}

void Acceptor::refuse(const std::string& why) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    error_.set(why);
}

/// Reads the first message, which must be a logon to one of the sessions; null: it is not, or does not come in time.
Acceptor::Seat* Acceptor::identify(Stream& stream, FrameReader* frames) {
    const auto deadline = std::chrono::steady_clock::now() + logon_patience;
    std::string message;
    while (!frames->next(&message)) {
        if (frames->garbled() > 0) return nullptr;
        constexpr std::size_t most = 4096;
        const ssize_t got = stream.receive(frames->space(most), most);
        if (got == 0 || (got < 0 && errno != EAGAIN)) return nullptr;
        if (got > 0) {
            frames->added(static_cast<std::size_t>(got));
            continue;
        }
        if (signal_.stop.load(std::memory_order_acquire) || std::chrono::steady_clock::now() >= deadline) return nullptr;
        pollfd watched{stream.socket(), POLLIN, 0};
        ::poll(&watched, 1, 100);
    }
    frames->unread(message);
    if (raw_field(message, "\00135=") != "A") return nullptr;
    for (const auto& seat : seats_)
        if (is_for(message, seat->session)) return seat.get();
    return nullptr;
}

/// One connection, from its first byte to its end.
void Acceptor::serve(int socket) {
    Stream stream(socket);
    FrameReader frames(framing_);
    Seat* seat = nullptr;
    try {
        std::string error;
        if (tls_ != nullptr && !stream.encrypt(*tls_, greeting_milliseconds, signal_.stop, &error))
            return refuse("a connection was refused: no TLS: " + error);
        seat = identify(stream, &frames);
        if (seat == nullptr) return refuse("a connection was refused: no logon with known CompIDs");
        if (!seat->claim()) return refuse("a connection was refused: " + seat->session.target() + " is connected already");
    } catch (const std::exception& problem) {
        return refuse(problem.what());
    }
    SessionHost& session = seat->session;
    try {
        if (!session.begin()) {
            refused_.fetch_add(1, std::memory_order_relaxed);
        } else if (session.connection().open(std::move(stream))) {
            session.session().setResponder(&session.connection());
            session.run(signal_, [] {}, &frames);
        }
    } catch (const std::exception& problem) {
        error_.set(problem.what());
    }
    session.connection().close();
    seat->release();
}

} // namespace martlet::fix
