#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/order_event.hpp"

// Identifiers as text: our packed client order id ↔ ClOrdID, venue identifiers ↔ Identifier16.

namespace martlet {

/// Writes and reads ClOrdID text of one deployment, fitted to a broker's longest id:
///
///     "<deployment>-<epoch>-<counter>"   base 36, as short as the numbers, where that fits at its longest
///     "<deployment><epoch><counter>"     base 36, 5 + 8 digits, where only that fits
///
/// A deployment is 1 … 12 characters of A–Z, a–z and 0–9. Plain, copyable; no allocation.
class ClientOrderCodec {
public:
    /// False: the deployment is malformed, or with `maximum_length` there is no room for it and 13 digits.
    bool configure(const char* deployment, std::size_t maximum_length) noexcept;

    /// Writes zero-terminated text; its length, 0 where `capacity` is too small or the codec is not configured.
    std::size_t write(std::uint64_t client_order, char* text, std::size_t capacity) const noexcept;

    /// False: not an id that this deployment writes (a foreign id); `client_order` is then 0.
    bool read(const char* text, std::size_t length, std::uint64_t* client_order) const noexcept;

private:
    char deployment_[16] = {};
    std::uint8_t deployment_length_ = 0;
    bool compact_ = false;
};

/// Packs a venue's identifier: up to 16 characters zero-padded, of a longer one the first 16 bytes of its SHA-256.
Identifier16 make_identifier(const char* text, std::size_t length) noexcept;

/// The text of an identifier of at most 16 characters, zero-terminated; its length, 0 where `capacity` is too small.
std::size_t write_identifier(Identifier16 identifier, char* text, std::size_t capacity) noexcept;

} // namespace martlet
