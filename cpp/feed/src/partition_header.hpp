#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/partition.hpp"

namespace martlet {

/// The first 512 bytes of a partition.
struct PartitionHeader {
    char magic[8];
    std::uint16_t format_version;
    std::uint16_t layout_version; ///< of the event structs
    std::uint8_t kind;
    std::uint8_t reserved0[3];
    std::uint64_t rows;
    std::int64_t first_time;
    std::int64_t last_time;
    std::int32_t day;
    std::uint32_t blocks;
    std::uint32_t bar_seconds;
    std::uint32_t directory_crc;
    std::uint64_t directory_offset;
    std::uint64_t directory_size;
    InstrumentDefinition instrument;
    std::uint8_t reserved1[288];
    std::uint32_t reserved2;
    std::uint32_t header_crc;     ///< of the 508 bytes before
};
static_assert(sizeof(PartitionHeader) == 512 && offsetof(PartitionHeader, header_crc) == 508);

inline constexpr char partition_magic[8] = {'M', 'T', 'L', 'P', 'A', 'R', 'T', '1'};
inline constexpr std::uint16_t partition_format_version = 1;

} // namespace martlet
