#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "martlet/feed_status.hpp"

namespace martlet {

/// Reads a file from its beginning in pieces; gzip (also several members), zstd (also several frames) and zip (of one
/// file) are recognised by their first bytes and decompressed as they are read. Memory: two pieces. One thread.
class ByteSource {
public:
    explicit ByteSource(const char* path) noexcept;
    ~ByteSource();
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    struct Piece {
        const char* data;
        std::size_t size; ///< 0: the end, or `status` says what happened
    };
    /// The next piece, valid until the next call. What could be decompressed before a damage is still given out;
    /// the status comes with the empty piece after it.
    Piece next() noexcept;
    FeedStatus status() const noexcept { return status_; }

    struct Decoder;

private:
    std::unique_ptr<Decoder> decoder_;
    FeedStatus status_ = FeedStatus::ok;
};

} // namespace martlet
