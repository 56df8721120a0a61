#include "martlet/digest.hpp"

#include <openssl/evp.h>

#include <cstdlib>

namespace martlet {
namespace {

// Fetched once: looking an algorithm up by name costs more than hashing a record.
const EVP_MD* algorithm() noexcept {
    static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return fetched != nullptr ? fetched : EVP_sha256();
}

// libcrypto's hash functions fail only without memory or without the algorithm: neither leaves a digest to go on with.
void must(int result) noexcept {
    if (result != 1) std::abort();
}

EVP_MD_CTX* context(void* hidden) noexcept { return static_cast<EVP_MD_CTX*>(hidden); }

int digit_value(char digit) noexcept {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

} // namespace

void Sha256Digest::write_hex(char* text) const noexcept {
    for (std::size_t i = 0; i < sizeof(bytes); ++i) {
        text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
    }
    text[2 * sizeof(bytes)] = 0;
}

bool Sha256Digest::read_hex(const char* text, std::size_t length) noexcept {
    if (length != 2 * sizeof(bytes)) return false;
    Sha256Digest read;
    for (std::size_t i = 0; i < sizeof(bytes); ++i) {
        const int high = digit_value(text[2 * i]);
        const int low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        read.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    *this = read;
    return true;
}

DigestBuilder::DigestBuilder() noexcept : context_(EVP_MD_CTX_new()) {
    must(context_ != nullptr);
    must(EVP_DigestInit_ex2(context(context_), algorithm(), nullptr));
}

DigestBuilder::DigestBuilder(DigestBuilder&& other) noexcept : context_(other.context_) { other.context_ = nullptr; }

DigestBuilder::~DigestBuilder() { EVP_MD_CTX_free(context(context_)); }

void DigestBuilder::update(const void* bytes, std::size_t size) noexcept {
    must(EVP_DigestUpdate(context(context_), bytes, size));
}

Sha256Digest DigestBuilder::finish() noexcept {
    Sha256Digest digest;
    must(EVP_DigestFinal_ex(context(context_), digest.bytes, nullptr));
    must(EVP_DigestInit_ex2(context(context_), nullptr, nullptr));
    return digest;
}

Sha256Digest sha256(const void* bytes, std::size_t size) noexcept {
    Sha256Digest digest;
    must(EVP_Digest(bytes, size, digest.bytes, nullptr, algorithm(), nullptr));
    return digest;
}

} // namespace martlet
