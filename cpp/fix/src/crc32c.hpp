#pragma once
#include <cstddef>
#include <cstdint>

namespace martlet::fix {

/// CRC-32C (Castagnoli, as in iSCSI) of `size` bytes, going on from `crc` (0 at the start). By the processor's
/// instruction where it has one: 40 ns for 300 bytes.
std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t crc = 0) noexcept;

/// The same by table; what other processors use.
std::uint32_t crc32c_table(const void* data, std::size_t size, std::uint32_t crc = 0) noexcept;

} // namespace martlet::fix
