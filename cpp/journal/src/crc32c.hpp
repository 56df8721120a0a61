#pragma once
#include <cstddef>
#include <cstdint>

namespace martlet::detail {

/// CRC-32C (Castagnoli, as in iSCSI) of `size` bytes, going on from `crc` (0 at the start). By the processor's
/// instruction where it has one.
std::uint32_t crc32c(std::uint32_t crc, const void* bytes, std::size_t size) noexcept;

/// The same by table; what other processors use.
std::uint32_t crc32c_table(std::uint32_t crc, const void* bytes, std::size_t size) noexcept;

} // namespace martlet::detail
