#pragma once
#include <cstddef>
#include <cstdint>

#include <cassert>
#include <charconv>
#include <cstring>

#include "martlet/order_event.hpp"

namespace martlet::exchange {

/// A venue's identifier: 'O' and the number of an order, 'E' of an execution, 'S' of a status answer. At most
/// 16 characters, zero-padded, as Identifier16 keeps text.
inline Identifier16 venue_identifier(char letter, std::uint64_t number) noexcept {
    char text[16] = {letter};
    assert(number < 1'000'000'000'000'000 && "numbers have at most 15 digits");
    std::to_chars(text + 1, text + sizeof text, number);
    Identifier16 identifier;
    std::memcpy(&identifier.high, text, 8);
    std::memcpy(&identifier.low, text + 8, 8);
    return identifier;
}

} // namespace martlet::exchange
