#pragma once
#include "quickfix.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace martlet::fix {

/// Sequence numbers and sent messages of one session, in one append-only file that survives `kill -9`.
///
///     0      header page, memory-mapped: magic, version, next sender and next target sequence number
///     4096   records: crc32c, size, sequence, reserved (4 × 4 bytes), then the message as sent
///
/// A message that may be resent costs one `pwrite`, before it is sent; numbers alone (heartbeats, market data,
/// messages received) cost a store into the mapped page. The tail that a crash tore is cut at `open`;
/// damage with intact records behind it is refused. A loss of power may lose what the kernel had not
/// written: the peer then says so at logon. The last `window` messages can be resent, older ones are gap-filled.
///
/// All calls come from QuickFIX under the session's lock, except `open`, `close` and the counters.
class SessionStore final : public FIX::MessageStore {
public:
    static constexpr std::size_t window = 1 << 16;
    static constexpr std::uint64_t compact_bytes = 256ull << 20; ///< a larger file is rewritten at open
    static constexpr std::size_t resend_bytes = 64u << 20;       ///< most that one resend request is given

    SessionStore(std::string sender, std::string target, std::string version = "FIX.4.4")
        : sender_(std::move(sender)), target_(std::move(target)), version_(std::move(version)) {}
    ~SessionStore() override { close(); }

    /// Opens or makes the file; false with the reason in `error`.
    bool open(const std::string& path, std::string* error);
    void close() noexcept;

    /// Types (MsgType 35) whose messages are numbered but never resent, beside the session's own.
    void never_resend(std::vector<std::string> types) { never_resent_ = std::move(types); }

    std::uint64_t torn_bytes() const noexcept { return torn_bytes_; }
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
    struct Header;
    struct Entry {
        std::uint32_t sequence;
        std::uint32_t size;
        std::uint64_t offset; ///< of the message
    };

    bool attach(int file, std::string* error);
    bool scan(std::string* error);
    bool intact_record_after(std::uint64_t offset, std::uint64_t size) const;
    bool rewrite(bool keep, std::string* error);
    bool copy_window(int file, std::vector<Entry>* moved) const;
    bool resendable(const std::string& message) const;
    std::string placeholder(int sequence) const;
    void remember(std::uint32_t sequence, std::uint32_t size, std::uint64_t offset);

    std::string sender_, target_, version_, path_;
    std::vector<std::string> never_resent_;
    int file_ = -1;
    Header* header_ = nullptr;
    std::uint64_t end_ = 0;
    std::uint64_t torn_bytes_ = 0;
    std::atomic<std::uint64_t> failures_{0};
    std::vector<Entry> entries_;
    std::string record_;
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
/// `creation − now < 1 day` when creation is later: our store's creation time is always twelve hours ahead.
FIX::TimeRange endless_session_time();

} // namespace martlet::fix
