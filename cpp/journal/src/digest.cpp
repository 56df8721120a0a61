#include "martlet/digest.hpp"

// The plain functions rather than EVP, which in OpenSSL 3.0 allocates for every new digest; libcrypto calls them
// deprecated. Both run the same code, by the processor's instructions where it has them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

namespace martlet {
namespace {

SHA256_CTX* context(void* hidden) noexcept { return static_cast<SHA256_CTX*>(hidden); }

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

DigestBuilder::DigestBuilder() noexcept : context_(new SHA256_CTX) { SHA256_Init(context(context_)); }

DigestBuilder::DigestBuilder(DigestBuilder&& other) noexcept : context_(other.context_) { other.context_ = nullptr; }

DigestBuilder::~DigestBuilder() { delete context(context_); }

void DigestBuilder::update(const void* bytes, std::size_t size) noexcept { SHA256_Update(context(context_), bytes, size); }

Sha256Digest DigestBuilder::finish() noexcept {
    Sha256Digest digest;
    SHA256_Final(digest.bytes, context(context_));
    SHA256_Init(context(context_));
    return digest;
}

Sha256Digest sha256(const void* bytes, std::size_t size) noexcept {
    Sha256Digest digest;
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, bytes, size);
    SHA256_Final(digest.bytes, &state);
    return digest;
}

} // namespace martlet
