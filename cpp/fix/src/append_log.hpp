#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace martlet::fix {

enum class RecordKind : std::uint8_t {
    none = 0,
    sent,     ///< a message of ours, as it went to the socket
    received, ///< a message of the peer, as it came, once its number counts as received
    numbers,  ///< the next sequence numbers were set: `Numbers`
    reset,    ///< both numbers start at 1 again: the time, nanoseconds
};

struct LogRecord {
    RecordKind kind;
    std::uint32_t sequence; ///< MsgSeqNum; 0: not a message
    std::uint32_t size;     ///< of the message
    std::uint64_t offset;   ///< of the message in the file
    std::uint64_t delivery; ///< its number among the messages that were told on; 0: it was not

    static constexpr std::uint64_t head_bytes = 24;
    std::uint64_t begin() const noexcept { return offset - head_bytes; }
};

/// The append-only file of one FIX session: everything sent and received, and the numbers that come next.
///
///     0      header page, memory-mapped: magic, version, numbers, start of the chain
///     4096   records, each at a multiple of 8: crc32c, crc of the record before, size, sequence, kind, delivery (24
///            bytes), the message, zeros to the next multiple of 8
///
/// The file is extended by whole chunks that the disk has promised (a full disk is an error of `append`, never a signal), and
/// records are written through a mapping of its end: what `append` has returned from survives `kill -9`, and costs no system
/// call. A loss of power takes what was not in `sync` yet. A record names the checksum of the one before, so that a
/// record missing or exchanged in the middle is noticed. One thread at a time.
class AppendLog {
public:
    static constexpr std::uint32_t longest_message = 16u << 20;
    static constexpr std::uint64_t most_deliveries = (std::uint64_t{1} << 48) - 1; ///< of a file's life

    /// What the header page holds; written by plain stores.
    struct Numbers {
        std::uint64_t next_sender;
        std::uint64_t next_target;
        std::int64_t started; ///< when both were 1, nanoseconds
    };
    using Visitor = std::function<void(const LogRecord&, std::string_view message)>;

    AppendLog() = default;
    ~AppendLog() { close(); }
    AppendLog(const AppendLog&) = delete;

    /// Opens or makes the file and shows all its records to `visit`, oldest first. A torn tail is cut and counted; a file that
    /// is damaged, of another kind, or open elsewhere gives false with the reason.
    bool open(const std::string& path, std::int64_t now, const Visitor& visit, std::string* error);
    /// Cuts what was reserved beyond the last record.
    void close() noexcept;

    /// Appends a record; false with `errno`: there is no room on the disk, and nothing was appended.
    bool append(RecordKind kind, std::uint32_t sequence, std::string_view message, std::uint64_t* offset = nullptr,
                std::uint64_t delivery = 0) noexcept;
    bool read(std::uint64_t offset, char* to, std::size_t size) const noexcept;
    /// Waits until all that was appended is on the disk; false with `errno`. Any thread, beside `append`.
    bool sync() const noexcept;

    /// Replaces the file by one that begins with the first record at or behind `from`. The old one is kept beside it as
    /// "<path>.previous", in the place of an earlier one. Shows all records that stay to `visit`: they have moved.
    bool drop_before(std::uint64_t from, const Visitor& visit, std::string* error);

    Numbers& numbers() noexcept;
    const Numbers& numbers() const noexcept;
    std::uint64_t end() const noexcept { return end_; }
    std::uint64_t torn_bytes() const noexcept { return torn_bytes_; }

private:
    struct Header;

    bool attach(int file, std::int64_t now, std::string* error);
    bool scan(const Visitor& visit, std::string* error);
    bool cut_tail(std::uint64_t file_bytes, std::string* error);
    bool intact_record_after(std::uint64_t offset, std::uint64_t file_bytes) const;
    bool read_record(std::uint64_t offset, std::uint64_t file_bytes, std::string* record) const;
    bool reserve(std::uint64_t end) noexcept;
    void unmap_window() noexcept;
    bool copy_tail(int to, std::uint64_t from) const;

    std::string path_;
    int file_ = -1;
    Header* header_ = nullptr;
    char* window_ = nullptr;          ///< mapping of the file from `window_begin_` on
    std::uint64_t window_begin_ = 0, window_end_ = 0;
    std::uint64_t end_ = 0;           ///< behind the last record
    std::uint32_t chain_ = 0;         ///< checksum of the last record
    std::uint64_t torn_bytes_ = 0;
};

} // namespace martlet::fix
