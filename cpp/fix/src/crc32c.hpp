#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace martlet::fix {

/// CRC-32C (Castagnoli, reflected 0x82F63B78), one byte a step: records here are a few hundred bytes.
inline std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t crc = 0) noexcept {
    static constexpr auto table = [] {
        std::array<std::uint32_t, 256> entries{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t value = i;
            for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78u : 0u);
            entries[i] = value;
        }
        return entries;
    }();
    crc = ~crc;
    for (const auto* byte = static_cast<const unsigned char*>(data); size > 0; ++byte, --size)
        crc = (crc >> 8) ^ table[(crc ^ *byte) & 0xFF];
    return ~crc;
}

} // namespace martlet::fix
