#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "posix_file.hpp"

struct ZSTD_DCtx_s;

// Sealed segments as zstd keeps them: one frame, its content's size stated, a checksum at its end.

namespace martlet::detail {

/// Largest content that is compressed, and that is believed when read.
inline constexpr std::uint64_t longest_compressed = std::uint64_t{1} << 30;
inline constexpr int lowest_compression_level = 1;
inline constexpr int highest_compression_level = 19;

/// Fills memory with what a compressed file holds, as far as it is asked to.
class Decompression {
public:
    Decompression() = default;
    Decompression(Decompression&& other) noexcept;
    Decompression& operator=(Decompression&& other) noexcept;
    ~Decompression();

    /// Takes room in `out` for the whole content. False with `*what` said where the file is no such frame; without
    /// memory too.
    bool begin(int descriptor, MappedFile* out, const char** what);
    /// Goes on until `bytes` (at most the content's size) are there; where that is all, checks the frame's checksum and end.
    bool reach(std::uint64_t bytes, const char** what);
    bool complete() const { return context_ == nullptr || finished_; }

private:
    MappedFile file_;
    ZSTD_DCtx_s* context_ = nullptr;
    unsigned char* to_ = nullptr;
    std::size_t size_ = 0;
    std::size_t produced_ = 0;
    std::size_t consumed_ = 0;
    bool finished_ = false;
};

/// Compresses `from` to the new file `to`, there whole and synced or not at all, after reading it back and comparing. 0 or
/// errno: ECANCELED where `stop` was set meanwhile, EBADMSG where something else came back, EFBIG above the bound.
int compress_file(const std::string& from, const std::string& to, int level, const std::atomic<bool>& stop);

} // namespace martlet::detail
