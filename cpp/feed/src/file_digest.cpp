#include "martlet/file_digest.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <vector>

namespace martlet {

FileDigest sha256_file(const char* path) noexcept {
    FileDigest result{};
    const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        result.status = FeedStatus::cannot_open;
        return result;
    }
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    bool sound = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
    std::vector<unsigned char> piece(std::size_t{1} << 18);
    while (sound) {
        const ssize_t got = ::read(descriptor, piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) result.status = FeedStatus::read_failed;
        if (got <= 0) break;
        result.bytes += static_cast<std::uint64_t>(got);
        sound = EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(got)) == 1;
    }
    ::close(descriptor);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    sound = sound && EVP_DigestFinal_ex(context.get(), digest.data(), &length) == 1 && length == 32;
    if (!sound && result.status == FeedStatus::ok) result.status = FeedStatus::out_of_memory;
    if (result.status != FeedStatus::ok) return result;
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < 32; ++i) {
        result.hex[2 * i] = digits[digest[i] >> 4];
        result.hex[2 * i + 1] = digits[digest[i] & 15];
    }
    return result;
}

} // namespace martlet
