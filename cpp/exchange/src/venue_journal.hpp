#pragma once
#include <cstddef>
#include <cstdint>

#include <functional>
#include <string>
#include <vector>

#include "martlet/command.hpp"
#include "martlet/order_event.hpp"

namespace martlet::exchange {

/// CRC-32C (Castagnoli), of `size` bytes, going on from `crc` (0 at first).
std::uint32_t crc32c(const void* bytes, std::size_t size, std::uint32_t crc = 0) noexcept;

/// What a record of the venue's journal says. Part of the file format: append only.
enum class VenueRecordKind : std::uint16_t {
    start = 1,      ///< a process opened the journal: VenueStart
    owner = 2,      ///< an owner got its number: name, zero-padded to 64 bytes
    order = 3,      ///< a new order or a replace is about to be submitted: Command, its `sequence` the venue's order number
    report = 4,     ///< what is about to be said of an order: OrderEvent
    checkpoint = 5, ///< where the market stands: VenueCheckpoint, then one price per instrument
};

/// A record in the file: this head, then `size` bytes, then zeros up to a multiple of 8.
struct VenueFrame {
    std::uint32_t crc;  ///< CRC-32C of all that follows, padding included
    std::uint32_t size; ///< bytes of payload
    VenueRecordKind kind;
    std::uint16_t version;
    std::uint32_t owner;
};

struct VenueStart {
    std::uint64_t run;         ///< 1 for the first process on this journal, then 2 …
    std::uint64_t instruments; ///< digest of the instruments' facts: another set is refused
};

struct VenueCheckpoint {
    std::int64_t time;
    std::uint64_t next_order;
    std::uint64_t next_execution;
};

/// How opening or writing went; `text` says what and where.
struct JournalResult {
    enum class Code : std::uint8_t { ok, io, damaged } code = Code::ok;
    std::string text;
};

/// The venue's append-only journal: one file, each record with its CRC. A record counts as written once
/// `flush` returned ok: it is in the page cache and survives the death of the process; with `machine`
/// it is on the disk and survives the machine's. One thread.
class VenueJournal {
public:
    using Reader = std::function<void(const VenueFrame&, const unsigned char* payload)>;

    VenueJournal() = default;
    ~VenueJournal();
    VenueJournal(const VenueJournal&) = delete;
    VenueJournal& operator=(const VenueJournal&) = delete;

    /// Reads all records of `path` to `reader`. A torn record at the end is left out (and, with `cut`, cut off);
    /// a bad record before good ones is damage: nothing is changed. A missing file is ok and empty.
    static JournalResult read(const std::string& path, const Reader& reader, bool cut);

    /// Opens for appending, makes the file where it is missing, refuses a second writer.
    JournalResult open(const std::string& path, bool machine);
    void close() noexcept;

    void append(VenueRecordKind kind, std::uint32_t owner, const void* payload, std::size_t size);
    bool pending() const noexcept { return !buffer_.empty(); }
    JournalResult flush();
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    std::vector<unsigned char> buffer_;
    std::string path_;
    int file_ = -1;
    bool machine_ = false;
    std::uint64_t bytes_ = 0;
};

} // namespace martlet::exchange
