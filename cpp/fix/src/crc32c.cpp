#include "crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace martlet::fix {
namespace {

constexpr auto table = [] {
    std::array<std::uint32_t, 256> entries{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78u : 0u);
        entries[i] = value;
    }
    return entries;
}();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_instruction(const void* data, std::size_t size, std::uint32_t crc) noexcept {
    const auto* at = static_cast<const unsigned char*>(data);
    std::uint64_t wide = ~crc;
    for (; size >= 8; size -= 8, at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, sizeof word);
        wide = _mm_crc32_u64(wide, word);
    }
    auto narrow = static_cast<std::uint32_t>(wide);
    for (; size > 0; --size, ++at) narrow = _mm_crc32_u8(narrow, *at);
    return ~narrow;
}
#endif

using Function = std::uint32_t (*)(const void*, std::size_t, std::uint32_t) noexcept;

Function chosen() noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return crc32c_instruction;
#endif
    return crc32c_table;
}

} // namespace

std::uint32_t crc32c_table(const void* data, std::size_t size, std::uint32_t crc) noexcept {
    crc = ~crc;
    for (const auto* byte = static_cast<const unsigned char*>(data); size > 0; ++byte, --size)
        crc = (crc >> 8) ^ table[(crc ^ *byte) & 0xFF];
    return ~crc;
}

std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t crc) noexcept {
    static const Function function = chosen();
    return function(data, size, crc);
}

} // namespace martlet::fix
