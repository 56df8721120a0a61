#include "martlet/digest.hpp"

// The plain functions rather than EVP, which in OpenSSL 3.0 allocates for every new digest; libcrypto calls them
// deprecated. Both run the same code, by the processor's instructions where it has them.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <cstring>

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

namespace {

// The standard's own terms: the eight words of the hash, the bytes added, and those of the block at work.
struct SavedState {
    std::uint32_t words[8];
    std::uint64_t bytes;
    std::uint64_t waiting;
    unsigned char block[SHA256_CBLOCK];
};
static_assert(sizeof(SavedState) == sizeof(DigestState) && sizeof(SHA256_CTX::data) == SHA256_CBLOCK);

} // namespace

DigestState DigestBuilder::state() const noexcept {
    const SHA256_CTX& from = *context(context_);
    SavedState saved{};
    for (int i = 0; i < 8; ++i) saved.words[i] = from.h[i];
    saved.bytes = ((std::uint64_t{from.Nh} << 32) | from.Nl) >> 3;
    saved.waiting = from.num;
    std::memcpy(saved.block, from.data, from.num);
    DigestState state;
    std::memcpy(state.bytes, &saved, sizeof(saved));
    return state;
}

bool DigestBuilder::restore(const DigestState& state) noexcept {
    SavedState saved;
    std::memcpy(&saved, state.bytes, sizeof(saved));
    if (saved.bytes >> 61 != 0 || saved.waiting != saved.bytes % SHA256_CBLOCK) return false;
    SHA256_CTX& to = *context(context_);
    SHA256_Init(&to);
    for (int i = 0; i < 8; ++i) to.h[i] = saved.words[i];
    const std::uint64_t bits = saved.bytes << 3;
    to.Nl = static_cast<SHA_LONG>(bits);
    to.Nh = static_cast<SHA_LONG>(bits >> 32);
    to.num = static_cast<unsigned>(saved.waiting);
    std::memcpy(to.data, saved.block, saved.waiting);
    return true;
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
