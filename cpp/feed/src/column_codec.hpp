#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "martlet/partition.hpp"

namespace martlet {

inline constexpr std::size_t maximum_columns = 10;

/// The directory's entry of one block, as it stands in the file.
struct BlockEntry {
    std::uint64_t offset;
    std::uint64_t size;
    std::uint32_t crc;
    std::uint32_t rows;
    std::array<std::uint32_t, maximum_columns> compressed; ///< bytes of each column's zstd frame
    std::array<std::uint32_t, maximum_columns> plain;      ///< bytes of each column before compression
};
static_assert(sizeof(BlockEntry) == 104);

/// Number of columns of a kind.
std::size_t column_count(PartitionKind kind) noexcept;

/// Whether an event may stand in a partition of this kind.
bool belongs(const MarketEvent& event, PartitionKind kind) noexcept;

/// Turns rows into a block and back. Holds compression contexts and scratch memory; one thread.
class BlockCodec {
public:
    BlockCodec();
    ~BlockCodec();
    BlockCodec(const BlockCodec&) = delete;
    BlockCodec& operator=(const BlockCodec&) = delete;

    /// Fills `entry` but for `offset`; the block's bytes are valid until the next call.
    const std::string& encode(const MarketEvent* rows, std::size_t count, PartitionKind kind, BlockEntry& entry);
    /// `block` holds `entry.size` bytes. False where anything does not fit.
    bool decode(const unsigned char* block, const BlockEntry& entry, PartitionKind kind, MarketEvent* rows);

private:
    struct Contexts;
    std::unique_ptr<Contexts> contexts_;
    std::array<std::string, maximum_columns> columns_;
    std::string block_;
    std::vector<unsigned char> plain_;
};

} // namespace martlet
