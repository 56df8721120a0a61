#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

#include "../../../cpp/fix/src/frame.hpp"
#include "../../../cpp/fix/src/text.hpp"
#include "support.hpp"

namespace martlet::test {

/// A FIX peer that says exactly what a test tells it to. Fields are written with '|' for the separator.
class RawPeer {
public:
    RawPeer(std::string sender, std::string target, std::string version = "FIX.4.4")
        : sender_(std::move(sender)), target_(std::move(target)), version_(std::move(version)) {}
    ~RawPeer() {
        hang_up();
        if (listener_ >= 0) ::close(listener_);
    }
    RawPeer(const RawPeer&) = delete;

    /// Listens on a free port and returns it.
    std::uint16_t listen() {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 4) != 0) return 0;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }
    bool accept() {
        hang_up();
        pollfd watched{listener_, POLLIN, 0};
        if (::poll(&watched, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) <= 0) return false;
        socket_ = ::accept(listener_, nullptr, nullptr);
        frames_.clear();
        return socket_ >= 0;
    }
    bool connect(std::uint16_t port) {
        hang_up();
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address = loopback(port);
        frames_.clear();
        return ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    void hang_up() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    /// A whole message with the next sequence number.
    std::string message(std::string_view type, std::string fields, std::string header = "") {
        return with_number(next_++, type, std::move(fields), std::move(header));
    }
    std::string with_number(int number, std::string_view type, std::string fields, std::string header = "") const {
        char time[fix::time_text_capacity];
        fix::write_time(fix::wall_clock(), 3, time);
        std::string body = "35=" + std::string(type) + "|49=" + sender_ + "|56=" + target_ + "|34=" + std::to_string(number) + "|" + header +
                           "52=" + time + "|" + std::move(fields);
        return finished(std::move(body));
    }
    /// Length and checksum around a body.
    std::string finished(std::string body) const {
        for (char& c : body)
            if (c == '|') c = '\001';
        std::string text = "8=" + version_ + "\0019=" + std::to_string(body.size()) + "\001" + body;
        unsigned sum = 0;
        for (const char c : text) sum += static_cast<unsigned char>(c);
        char check[16];
        std::snprintf(check, sizeof check, "10=%03u\001", sum % 256);
        return text + check;
    }
    void send(std::string_view type, std::string fields, std::string header = "") { send_bytes(message(type, std::move(fields), std::move(header))); }
    void send_bytes(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    void set_next(int number) { next_ = number; }
    int next() const { return next_; }

    /// The next message of `type`, of any where it is empty, with '|' separators; others are skipped. Empty: the peer hung up, or nothing came.
    std::string receive(std::string_view type) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < deadline) {
            std::string text;
            while (frames_.next(&text)) {
                for (char& c : text)
                    if (c == '\001') c = '|';
                if (type.empty() || field(text, "35") == type) return text;
            }
            pollfd watched{socket_, POLLIN, 0};
            if (::poll(&watched, 1, 50) <= 0) continue;
            const ssize_t got = ::recv(socket_, frames_.space(4096), 4096, 0);
            if (got <= 0) return {};
            frames_.added(static_cast<std::size_t>(got));
        }
        return {};
    }
    /// Whether the peer closes the connection.
    bool hung_up() {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        char bytes[4096];
        while (std::chrono::steady_clock::now() < deadline) {
            pollfd watched{socket_, POLLIN, 0};
            if (::poll(&watched, 1, 50) > 0 && ::recv(socket_, bytes, sizeof bytes, 0) <= 0) return true;
        }
        return false;
    }

    static std::string field(const std::string& message, const std::string& tag) {
        const std::size_t at = message.find("|" + tag + "=");
        if (at == std::string::npos) return {};
        const std::size_t begin = at + tag.size() + 2;
        return message.substr(begin, message.find('|', begin) - begin);
    }

private:
    static sockaddr_in loopback(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    std::string sender_, target_, version_;
    int listener_ = -1, socket_ = -1;
    int next_ = 1;
    fix::FrameReader frames_;
};

/// A broker session against a raw venue, logged on.
struct RawVenue {
    explicit RawVenue(Pair& pair) : pair(pair), peer(pair.venue_id, pair.broker_id) {}
    void start() {
        pair.broker_settings.port = peer.listen();
        ASSERT_EQ(pair.broker.start(pair.broker_settings), FixStatus::ok) << pair.broker_error();
        logon();
    }
    void logon() {
        ASSERT_TRUE(peer.accept());
        ASSERT_FALSE(peer.receive("A").empty());
        peer.send("A", "98=0|108=30|");
        ASSERT_EQ(pair.order().kind, EventKind::session_up);
    }
    Pair& pair;
    RawPeer peer;
};

} // namespace martlet::test
