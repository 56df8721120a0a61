#include "martlet/client_order.hpp"

#include <openssl/evp.h>

#include <cstring>

#include "martlet/command.hpp"

namespace martlet {
namespace {

constexpr std::size_t epoch_digits = 5;   // 36^5 > 2^24
constexpr std::size_t counter_digits = 8; // 36^8 > 2^40
constexpr std::size_t longest_deployment = 12;

bool alphanumeric(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// Writes base-36 digits, at least `minimum`; returns how many.
std::size_t write_base36(std::uint64_t value, std::size_t minimum, char* text) noexcept {
    char reversed[16];
    std::size_t length = 0;
    do {
        reversed[length++] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value % 36];
        value /= 36;
    } while (value != 0);
    while (length < minimum) reversed[length++] = '0';
    for (std::size_t i = 0; i < length; ++i) text[i] = reversed[length - 1 - i];
    return length;
}

/// Reads upper-case base-36 digits; false: none, too many or another character.
bool read_base36(const char* text, std::size_t length, std::size_t most, std::uint64_t* value) noexcept {
    if (length == 0 || length > most) return false;
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < length; ++i) {
        const char c = text[i];
        if (c >= '0' && c <= '9')
            result = result * 36 + static_cast<std::uint64_t>(c - '0');
        else if (c >= 'A' && c <= 'Z')
            result = result * 36 + static_cast<std::uint64_t>(c - 'A' + 10);
        else
            return false;
    }
    *value = result;
    return true;
}

} // namespace

bool ClientOrderCodec::configure(const char* deployment, std::size_t maximum_length) noexcept {
    deployment_length_ = 0;
    if (deployment == nullptr) return false;
    const std::size_t length = strnlen(deployment, longest_deployment + 1);
    if (length == 0 || length > longest_deployment) return false;
    for (std::size_t i = 0; i < length; ++i)
        if (!alphanumeric(deployment[i])) return false;
    if (length + epoch_digits + counter_digits > maximum_length) return false;
    compact_ = length + 1 + epoch_digits + 1 + counter_digits > maximum_length;
    std::memcpy(deployment_, deployment, length);
    deployment_[length] = '\0';
    deployment_length_ = static_cast<std::uint8_t>(length);
    return true;
}

std::size_t ClientOrderCodec::write(std::uint64_t client_order, char* text, std::size_t capacity) const noexcept {
    if (deployment_length_ == 0) return 0;
    char whole[40];
    std::size_t length = deployment_length_;
    std::memcpy(whole, deployment_, length);
    if (!compact_) whole[length++] = '-';
    length += write_base36(client_order_epoch(client_order), compact_ ? epoch_digits : 1, whole + length);
    if (!compact_) whole[length++] = '-';
    length += write_base36(client_order_counter(client_order), compact_ ? counter_digits : 1, whole + length);
    if (length + 1 > capacity) return 0;
    std::memcpy(text, whole, length);
    text[length] = '\0';
    return length;
}

bool ClientOrderCodec::read(const char* text, std::size_t length, std::uint64_t* client_order) const noexcept {
    *client_order = 0;
    if (deployment_length_ == 0 || length <= deployment_length_ || std::memcmp(text, deployment_, deployment_length_) != 0) return false;
    const char* rest = text + deployment_length_;
    const std::size_t rest_length = length - deployment_length_;
    std::uint64_t epoch = 0, counter = 0;
    if (compact_) {
        if (rest_length != epoch_digits + counter_digits) return false;
        if (!read_base36(rest, epoch_digits, epoch_digits, &epoch)) return false;
        if (!read_base36(rest + epoch_digits, counter_digits, counter_digits, &counter)) return false;
    } else {
        if (rest[0] != '-') return false;
        const char* dash = static_cast<const char*>(std::memchr(rest + 1, '-', rest_length - 1));
        if (dash == nullptr) return false;
        const auto before = static_cast<std::size_t>(dash - rest - 1);
        if (!read_base36(rest + 1, before, epoch_digits, &epoch)) return false;
        if (!read_base36(dash + 1, rest_length - before - 2, counter_digits, &counter)) return false;
    }
    if (epoch > 0xFF'FFFF || counter > 0xFF'FFFF'FFFFull) return false;
    // One number has one text: "A-01-1" is not what we write for (1, 1).
    const std::uint64_t packed = make_client_order(static_cast<std::uint32_t>(epoch), counter);
    char again[40];
    if (write(packed, again, sizeof again) != length || std::memcmp(again, text, length) != 0) return false;
    *client_order = packed;
    return true;
}

Identifier16 make_identifier(const char* text, std::size_t length) noexcept {
    unsigned char bytes[32] = {};
    if (length <= 16) {
        if (length > 0) std::memcpy(bytes, text, length); // an absent text may be a null pointer
    } else {
        unsigned int written = 0;
        if (EVP_Digest(text, length, bytes, &written, EVP_sha256(), nullptr) != 1 || written != sizeof bytes) __builtin_trap();
    }
    Identifier16 identifier;
    std::memcpy(&identifier.high, bytes, 8);
    std::memcpy(&identifier.low, bytes + 8, 8);
    return identifier;
}

std::size_t write_identifier(Identifier16 identifier, char* text, std::size_t capacity) noexcept {
    char bytes[17] = {};
    std::memcpy(bytes, &identifier.high, 8);
    std::memcpy(bytes + 8, &identifier.low, 8);
    const std::size_t length = strnlen(bytes, 16);
    if (length + 1 > capacity) return 0;
    std::memcpy(text, bytes, length + 1);
    return length;
}

} // namespace martlet
