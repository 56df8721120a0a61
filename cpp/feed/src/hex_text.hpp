#pragma once
#include <cstddef>
#include <string>

namespace martlet {

/// Bytes as hexadecimal digits: how a defect log keeps a binary record.
inline std::string hex_text(const unsigned char* data, std::size_t size) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * size);
    for (std::size_t i = 0; i < size; ++i) {
        text += digits[data[i] >> 4];
        text += digits[data[i] & 15];
    }
    return text;
}

} // namespace martlet
