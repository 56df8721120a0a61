#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/feed_status.hpp"

namespace martlet {

/// SHA-256 of a file as hexadecimal text.
struct FileDigest {
    FeedStatus status;
    std::uint64_t bytes;
    char hex[65]; ///< zero-terminated
};

/// Reads the whole file as it lies on the disk, compressed or not. Cost: about 2 s per GB with the processor's own
/// instructions. (libcrypto does the hashing; nothing of it shows here.)
FileDigest sha256_file(const char* path) noexcept;

} // namespace martlet
