#pragma once
#include "quickfix.hpp"

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "append_log.hpp"

namespace martlet::fix {

/// Sequence numbers and messages of one session, both ways, in one append-only log that survives `kill -9`.
///
/// A message that may be resent is appended before it is sent; a message received, with its number, when the callbacks are
/// through with it, so that one that a crash interrupts is asked for again. Numbers alone (heartbeats, market data) cost a
/// store into the log's mapped page. At `open` both numbers are what the log says, or the page where it is ahead. The
/// last `window` messages can be resent, older ones are gap-filled.
///
/// All calls come from QuickFIX under the session's lock or from the session's thread, except `open`, `close`, `sync` and
/// the counters.
class SessionStore final : public FIX::MessageStore {
public:
    static constexpr std::size_t window = 1 << 16;
    static constexpr std::uint64_t compact_bytes = 256ull << 20; ///< a larger log loses its older half at open
    static constexpr std::size_t resend_bytes = 64u << 20;       ///< most that one resend request is given

    SessionStore(std::string sender, std::string target, std::string version = "FIX.4.4")
        : sender_(std::move(sender)), target_(std::move(target)), version_(std::move(version)) {}

    /// Opens or makes the log, and shows its records to `visit` where there is one; false with the reason in `error`.
    bool open(const std::string& path, std::string* error, const AppendLog::Visitor& visit = {});
    void close() noexcept { log_.close(); }

    /// Types (MsgType 35) whose messages are numbered but neither resent nor logged, beside the session's own.
    void never_resend(std::vector<std::string> types) { never_resent_ = std::move(types); }

    /// The message whose number is counted by the next `incrNextTargetMsgSeqNum`: it is logged with it. Null: none. It must
    /// stay until then, or until the next call.
    void receiving(const std::string* message) noexcept { receiving_ = message; }

    /// Waits until all that was stored is on the disk; false with `errno`. Any thread.
    bool sync() const noexcept { return log_.sync(); }
    /// When both numbers were last 1, nanoseconds.
    std::int64_t started() const noexcept { return log_.numbers().started; }
    std::uint64_t torn_bytes() const noexcept { return log_.torn_bytes(); }
    /// Writes that failed since `open`.
    std::uint64_t failures() const noexcept { return failures_.load(std::memory_order_relaxed); }

    bool set(int sequence, const std::string& message) throw(FIX::IOException) override;
    void get(int begin, int end, std::vector<std::string>& messages) const throw(FIX::IOException) override;
    int getNextSenderMsgSeqNum() const throw(FIX::IOException) override;
    int getNextTargetMsgSeqNum() const throw(FIX::IOException) override;
    void setNextSenderMsgSeqNum(int number) throw(FIX::IOException) override;
    void setNextTargetMsgSeqNum(int number) throw(FIX::IOException) override;
    void incrNextSenderMsgSeqNum() throw(FIX::IOException) override;
    void incrNextTargetMsgSeqNum() throw(FIX::IOException) override;
    FIX::UtcTimeStamp getCreationTime() const throw(FIX::IOException) override;
    void reset() throw(FIX::IOException) override;
    void refresh() throw(FIX::IOException) override {}

private:
    struct Entry {
        std::uint32_t sequence;
        std::uint32_t size;
        std::uint64_t offset; ///< of the message
    };

    void take(const LogRecord& record, std::string_view message);
    void forget();
    bool compact(std::string* error);
    void write_numbers();
    bool resendable(std::string_view message) const;
    std::string placeholder(int sequence) const;

    std::string sender_, target_, version_, path_;
    std::vector<std::string> never_resent_;
    AppendLog log_;
    std::uint64_t logged_sender_ = 1, logged_target_ = 1; ///< next numbers as the records say
    std::uint64_t middle_ = 0;                            ///< a record's place near the middle of the log
    const std::string* receiving_ = nullptr;
    std::atomic<std::uint64_t> failures_{0};
    std::vector<Entry> entries_;
    mutable FIX::UtcTimeStamp creation_;
    mutable std::int64_t creation_until_ = 0;
};

/// Gives QuickFIX a store that lives elsewhere.
class LentStoreFactory final : public FIX::MessageStoreFactory {
public:
    explicit LentStoreFactory(SessionStore* store) : store_(store) {}
    FIX::MessageStore* create(const FIX::SessionID&) override { return store_; }
    void destroy(FIX::MessageStore*) override {}

private:
    SessionStore* store_;
};

/// Session times at which QuickFIX never resets sequence numbers. It resets when "now" and the store's
/// creation time are not in the same range, and 1.15.1 compares whole days or weeks, so that any ordinary
/// range resets at midnight. A range that starts one nanosecond after it ends has no outside, and compares
/// `creation − now < 1 day` when creation is later: our store's creation time is always about twelve hours ahead.
FIX::TimeRange endless_session_time();

} // namespace martlet::fix
