#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/event.hpp"
#include "martlet/feed_status.hpp"
#include "martlet/instrument.hpp"

// One file of the catalog: the events of one instrument and day, in columns.
//
//     header (512 bytes) │ block 0 │ block 1 │ … │ directory
//                             │
//                             └ at most 65,536 rows: one zstd frame per column, CRC-32 over them all
//
// Columns of events: time, kind, side, flags, price, quantity, order, reference; of bars: time, side, flags, low, open,
// high, close, seconds, volume. Integers are differences to the row before (of the same kind), zigzag, 7 bits a byte.
// `sequence`, `receive_time` and `instrument` are not stored: the reader of several files gives them.
// All numbers are little-endian. A file is written beside its place, synced and renamed: it is whole or absent.

namespace martlet {

/// What the events of a partition say of the market.
enum class PartitionKind : std::uint8_t { by_order = 1, by_price = 2, quotes = 3, bars = 4 };

inline constexpr std::size_t partition_block_rows = 65'536;

/// What a partition's header says.
struct PartitionInfo {
    InstrumentDefinition instrument; ///< `id` is 0
    std::uint64_t rows;
    std::int64_t first_time;         ///< exchange time of the first row
    std::int64_t last_time;          ///< exchange time of the last row
    std::int32_t day;                ///< days since 1970-01-01, UTC
    std::uint32_t blocks;
    std::uint32_t bar_seconds;       ///< 0: not bars
    PartitionKind kind;
};

/// Writes one partition. One thread; holds one block (4 MiB) and its compressed form.
class MARTLET_NONCOPYABLE PartitionWriter {
public:
    /// Begins the file beside `path`. `day` is in days since 1970-01-01.
    PartitionWriter(const char* path, const InstrumentDefinition& instrument, PartitionKind kind, std::int32_t day,
                    std::uint32_t bar_seconds) noexcept;
    PartitionWriter(const PartitionWriter&) = delete;
    PartitionWriter& operator=(const PartitionWriter&) = delete;
    /// What was moved from is only good for destruction.
    PartitionWriter(PartitionWriter&& other) noexcept;
    PartitionWriter& operator=(PartitionWriter&& other) noexcept;
    /// Without `commit` the file is removed.
    ~PartitionWriter();

    /// Appends events in the order of the source. An event that does not belong to the kind is `invalid_argument`.
    FeedStatus append(const MarketEvent* events, std::size_t count) noexcept;
    /// Writes directory and header, syncs and renames. After it, or after an error, nothing more is accepted.
    FeedStatus commit() noexcept;
    /// The same without syncing, which costs milliseconds a file: for many files, until `sync_files_of` nothing may rely on.
    FeedStatus commit_unsynced() noexcept;

private:
    FeedStatus finish(bool synced) noexcept;

    struct Impl;
    Impl* impl_;
};

/// Syncs all files of the file system that the folder is on, names included. Blocks until they are on the disk.
FeedStatus sync_files_of(const char* folder) noexcept;

/// Reads one partition, memory-mapped. One thread.
class MARTLET_NONCOPYABLE PartitionReader {
public:
    PartitionReader() noexcept;
    PartitionReader(const PartitionReader&) = delete;
    PartitionReader& operator=(const PartitionReader&) = delete;
    /// What was moved from is only good for destruction.
    PartitionReader(PartitionReader&& other) noexcept;
    PartitionReader& operator=(PartitionReader&& other) noexcept;
    ~PartitionReader();

    /// Maps the file and checks header and directory; an earlier file is closed.
    FeedStatus open(const char* path) noexcept;
    /// Meaningful after `open` was ok.
    PartitionInfo info() const noexcept;
    /// Rows of a block, 0 where there is no such block.
    std::size_t block_rows(std::uint32_t block) const noexcept;
    /// Checks and decodes one block into `out`, which has room for `block_rows(block)` events. `sequence` and
    /// `instrument` become 0, `receive_time` the exchange time. Cost: about 35 ns a row.
    FeedStatus read_block(std::uint32_t block, MarketEvent* out) noexcept;

private:
    struct Impl;
    Impl* impl_;
};

} // namespace martlet
