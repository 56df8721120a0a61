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
/// A message counts as received once its callback is through, which is before whoever was told has it on record. So each one
/// told gets a number that is never used again, whatever becomes of sequence numbers; whoever was told says at the next `open` up
/// to which it has them, and the rest is read back from here.
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

    /// A message that was told, and not on record where it was told to.
    struct Delivery {
        std::uint64_t number;
        std::uint64_t offset; ///< of the message
        std::uint32_t size;
    };
    static constexpr std::uint64_t all_recorded = ~std::uint64_t{0};

    /// Opens or makes the log, and shows its records to `visit` where there is one; false with the reason in `error`.
    /// `recorded`: the last message told that is on record; that one may be so in part.
    bool open(const std::string& path, std::string* error, const AppendLog::Visitor& visit = {}, std::uint64_t recorded = all_recorded);
    void close() noexcept { log_.close(); }

    /// Messages from the last one recorded on, oldest first. As many as the log holds; no more than a crash cut off, and usually one.
    const std::vector<Delivery>& unrecorded() const noexcept { return unrecorded_; }
    /// The text of one; false with `errno`.
    bool read(const Delivery& delivery, std::string* message) const;
    void forget_unrecorded() noexcept { unrecorded_ = {}; }

    /// Types (MsgType 35) whose messages are numbered but neither resent nor logged, beside the session's own.
    void never_resend(std::vector<std::string> types) { never_resent_ = std::move(types); }

    /// The message whose number is counted by the next `incrNextTargetMsgSeqNum`: it is logged with it. Null: none. It must
    /// stay until then, or until the next call.
    void receiving(const std::string* message) noexcept {
        receiving_ = message;
        delivery_ = 0;
    }
    /// That message is about to be told: the number it is told under, above all before. 0: there is none, or none that is logged.
    std::uint64_t delivering() noexcept { return receiving_ != nullptr ? delivery_ = ++last_delivery_ : 0; }

    /// Waits until all that was stored is on the disk; false with `errno`. Any thread.
    bool sync() const noexcept { return log_.sync(); }
    /// When both numbers were last 1, nanoseconds.
    std::int64_t started() const noexcept { return log_.numbers().started; }
    std::uint64_t torn_bytes() const noexcept { return log_.torn_bytes(); }
    /// Writes that failed since `open`.
    std::uint64_t failures() const noexcept { return failures_.load(std::memory_order_relaxed); }

    /// The last number of a part of [`begin`, `end`] that begins with it and holds no more than `most` stored messages; `end` where
    /// all of it does. O(what it passes over, at most `window`).
    int end_of_part(int begin, int end, std::size_t most) const noexcept;

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
    void take_delivery(const LogRecord& record);
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
    std::uint64_t delivery_ = 0;                          ///< of the message that is being received; 0: not told
    std::uint64_t last_delivery_ = 0;
    std::uint64_t recorded_ = all_recorded;
    std::vector<Delivery> unrecorded_;
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
