#pragma once
#include "quickfix.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "connection.hpp"
#include "frame.hpp"
#include "martlet/fix_profile.hpp"
#include "schedule.hpp"
#include "session_store.hpp"

namespace martlet::fix {

/// The last thing that went wrong, for people; any thread.
class ErrorText {
public:
    void set(std::string text) {
        const std::lock_guard lock(mutex_);
        text_ = std::move(text);
    }
    std::size_t copy(char* text, std::size_t capacity) const noexcept;

private:
    mutable std::mutex mutex_;
    std::string text_;
};

/// QuickFIX's events: those that tell of trouble go to the error text. Notes that a resend request was sent, or answered.
class TroubleLog final : public FIX::Log, public FIX::LogFactory {
public:
    explicit TroubleLog(ErrorText& error) : error_(error) {}
    FIX::Log* create() override { return this; }
    FIX::Log* create(const FIX::SessionID&) override { return this; }
    void destroy(FIX::Log*) override {}
    void clear() override {}
    void backup() override {}
    void onIncoming(const std::string&) override {}
    void onOutgoing(const std::string& message) override;
    void onEvent(const std::string& text) override;

    /// Whether a resend request was sent since the last call. Session thread, which alone sends them.
    bool take_resend_request() noexcept { return std::exchange(resend_requested_, false); }
    /// Whether one of the peer's was answered since the last call. Session thread.
    bool take_answered_resend_request() noexcept { return std::exchange(resend_request_answered_, false); }

private:
    ErrorText& error_;
    bool resend_requested_ = false;
    bool resend_request_answered_ = false;
};

struct HostSettings {
    std::string version = "FIX.4.4"; ///< BeginString
    std::string sender, target, data_directory;
    std::shared_ptr<FIX::DataDictionary> dictionary;
    int heartbeat_seconds = 0; ///< 0: an acceptor
    std::size_t backlog_bytes = 0;
    std::vector<std::string> never_resend; ///< message types of ours that are neither stored nor resent
    std::vector<std::string> never_keep;   ///< message types of the peer that are not logged
    SessionSchedule schedule;
    bool machine_durability = false; ///< what is sent is on the disk before
    bool reset_on_logon = false; ///< both numbers start at 1 with each connection
    std::uint64_t recorded = SessionStore::all_recorded; ///< last message told that is on record
};

/// How a session's thread is asked to end.
struct StopSignal {
    std::atomic<bool> stop{false};
    std::atomic<std::uint32_t> logout_milliseconds{0};
};

/// One FIX session with its store and its connection: what both ends have in common. QuickFIX's session rules, without
/// QuickFIX's sockets: those listen on all interfaces, poll once a second, block senders and may outlive a connection's object.
class SessionHost {
public:
    SessionHost(FIX::Application& application, ErrorText& error) : application_(application), error_(error), log_(error) {}

    /// Checks the identifiers, opens the store, makes the session. Not thread-safe.
    FixStatus open(const HostSettings& settings);

    /// Before a connection: whether the session is open now. Numbers of an earlier session start anew, where the schedule says
    /// so. False: closed, and the error text says until when.
    bool begin();

    /// Serves the open connection until it ends: reads, feeds the session, calls `tick` whenever the input is
    /// drained. `first`: input that was read before. The session is told of the end.
    void run(const StopSignal& signal, const std::function<void()>& tick, FrameReader* first);

    const std::string& version() const noexcept { return version_; }
    const std::string& sender() const noexcept { return us_; }
    const std::string& target() const noexcept { return peer_; }
    FIX::Session& session() noexcept { return *session_; }
    Connection& connection() noexcept { return *connection_; }
    const Connection& connection() const noexcept { return *connection_; }
    SessionStore& store() noexcept { return *store_; }
    const SessionStore& store() const noexcept { return *store_; }
    std::uint64_t messages_in() const noexcept { return messages_in_.load(std::memory_order_relaxed); }
    std::uint64_t garbled() const noexcept { return garbled_.load(std::memory_order_relaxed); }

    /// Messages that a resend request is answered with at once; what is left comes in further parts, between which others have the
    /// session, and only as fast as the peer reads.
    static constexpr std::size_t resend_part = 256;
    /// Parts that resend requests were answered in.
    std::uint64_t resend_parts() const noexcept { return resend_parts_.load(std::memory_order_relaxed); }

    /// The message being decoded is to be received once more: after it the connection ends, and the number
    /// that is expected next goes back to it. Session thread, from a callback.
    void receive_again(int sequence) noexcept { again_ = sequence; }

    /// A message has reached its callback, which is to tell it: the number it is told under. One that QuickFIX kept while a gap
    /// was filled is no longer the one that came last: the store is given its text. Session thread, from the callback.
    std::uint64_t delivering(const FIX::Message& message);

private:
    /// From one MsgSeqNum to another; `begin` 0: none.
    struct Numbers {
        int begin = 0, end = 0;
    };

    bool feed(FrameReader& frames);
    bool kept(std::string_view type) const;
    const FIX::UtcTimeStamp& coarse_time();
    void cut_resend_request();
    void note_resent();
    void resend_more();
    std::string resend_request(std::uint64_t number, int begin, int end) const;
    void note_resend_request(std::uint64_t expected);
    void close_answered();

    FIX::Application& application_;
    ErrorText& error_;
    TroubleLog log_;
    std::unique_ptr<SessionStore> store_;
    std::unique_ptr<LentStoreFactory> factory_;
    std::unique_ptr<Connection> connection_;
    std::unique_ptr<FIX::Session> session_;
    std::atomic<std::uint64_t> messages_in_{0};
    std::atomic<std::uint64_t> garbled_{0};
    std::atomic<std::uint64_t> resend_parts_{0};
    Numbers resending_;   ///< what is left to be resent
    Numbers wanted_;      ///< what will be left once the request under way is answered
    std::string message_;          ///< the one that came last
    std::uint64_t number_ = 0;     ///< its MsgSeqNum
    std::string queued_;           ///< text of one that QuickFIX kept
    std::vector<std::string> never_keep_;
    FIX::UtcTimeStamp time_;
    std::int64_t time_second_ = -1;
    Schedule schedule_;
    Schedule::Period period_{};    ///< of the session that is open
    int again_ = 0;
    bool accepting_ = false;
    std::string version_, us_, peer_;
    std::uint64_t asked_to_ = 0; ///< the last number of the gap that was asked for last
    std::vector<int> answered_; ///< numbers of resend requests that came behind a gap, ascending
};

/// A CompID that is safe in a message and in a file name: 1 to 32 letters, digits, '.', '_', '-'.
bool valid_comp_id(const char* text) noexcept;

} // namespace martlet::fix
