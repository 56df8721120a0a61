#include "crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace martlet::detail {
namespace {

constexpr std::uint32_t reversed_polynomial = 0x82F63B78;

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? reversed_polynomial : 0);
        table[byte] = crc;
    }
    return table;
}

constexpr std::array<std::uint32_t, 256> table = make_table();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_hardware(std::uint32_t crc, const void* bytes,
                                                               std::size_t size) noexcept {
    const auto* at = static_cast<const unsigned char*>(bytes);
    std::uint64_t wide = ~crc;
    for (; size >= 8; size -= 8, at += 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    auto narrow = static_cast<std::uint32_t>(wide);
    for (; size != 0; --size, ++at) narrow = _mm_crc32_u8(narrow, *at);
    return ~narrow;
}
#endif

using Function = std::uint32_t (*)(std::uint32_t, const void*, std::size_t) noexcept;

Function chosen() noexcept {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return crc32c_hardware;
#endif
    return crc32c_table;
}

} // namespace

std::uint32_t crc32c_table(std::uint32_t crc, const void* bytes, std::size_t size) noexcept {
    const auto* at = static_cast<const unsigned char*>(bytes);
    crc = ~crc;
    for (; size != 0; --size, ++at) crc = (crc >> 8) ^ table[(crc ^ *at) & 0xFF];
    return ~crc;
}

std::uint32_t crc32c(std::uint32_t crc, const void* bytes, std::size_t size) noexcept {
    static const Function function = chosen();
    return function(crc, bytes, size);
}

} // namespace martlet::detail
