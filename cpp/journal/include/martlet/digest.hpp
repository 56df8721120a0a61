#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"

namespace martlet {

/// A SHA-256.
struct Sha256Digest {
    std::uint8_t bytes[32];

    /// Writes 64 lower-case hexadecimal digits and a zero: `text` holds 65 characters.
    void write_hex(char* text) const noexcept;
    /// Reads exactly 64 hexadecimal digits of either case. False, and nothing written, where they are not.
    bool read_hex(const char* text, std::size_t length) noexcept;

    friend bool operator==(const Sha256Digest&, const Sha256Digest&) = default;
};

/// A SHA-256 at work: bytes without pointers, to be kept and read back by the same processor's kind.
struct DigestState {
    std::uint8_t bytes[112];
};

/// Builds a SHA-256 from pieces. Same pieces in the same order, same digest; how the bytes are cut into
/// pieces does not matter. One thread at a time; allocates at construction alone; about 1.5 GB/s where the processor has
/// the instructions.
class MARTLET_NONCOPYABLE DigestBuilder {
public:
    /// Of nothing yet. Ends the process when memory is short.
    DigestBuilder() noexcept;
    DigestBuilder(DigestBuilder&& other) noexcept;
    DigestBuilder(const DigestBuilder&) = delete;
    DigestBuilder& operator=(const DigestBuilder&) = delete;
    ~DigestBuilder();

    /// Adds `size` bytes.
    void update(const void* bytes, std::size_t size) noexcept;
    /// The digest of everything added since construction or the last `finish`; starts anew.
    Sha256Digest finish() noexcept;

    /// What was added so far, for another builder to go on from.
    DigestState state() const noexcept;
    /// Goes on from such a state. False, and nothing changed, where it is none.
    bool restore(const DigestState& state) noexcept;

private:
    void* context_;
};

/// The SHA-256 of `size` bytes.
Sha256Digest sha256(const void* bytes, std::size_t size) noexcept;

} // namespace martlet
