#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "martlet/journal_status.hpp"

struct evp_pkey_st;

namespace martlet::detail {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

/// An Ed25519 private key, kept as PEM (PKCS #8) in a file that is its owner's alone.
class SigningKey {
public:
    SigningKey() = default;
    SigningKey(SigningKey&& other) noexcept;
    SigningKey& operator=(SigningKey&& other) noexcept;
    ~SigningKey();

    /// Reads the key, or makes one with mode 0600; writes the public key to "<path>.pub" where it is missing.
    /// `key_error` where the file is no such key or open to group or others, or the public key is another's. `error`: errno.
    JournalStatus load_or_make(const std::string& path, int* error);

    bool loaded() const { return key_ != nullptr; }
    const PublicKey& public_key() const { return public_key_; }
    Signature sign(const void* message, std::size_t size) const;

private:
    JournalStatus load(const std::string& path, int* error);
    JournalStatus make(const std::string& path, int* error);

    evp_pkey_st* key_ = nullptr;
    PublicKey public_key_{};
};

/// Whether `signature` of `message` was made with the key that belongs to `key`.
bool signature_holds(const PublicKey& key, const void* message, std::size_t size, const std::uint8_t* signature);

/// Reads a PEM public key, as `load_or_make` writes it.
JournalStatus read_public_key(const std::string& path, PublicKey* out, int* error);

} // namespace martlet::detail
