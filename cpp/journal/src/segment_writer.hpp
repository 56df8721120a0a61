#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "frame.hpp"
#include "martlet/byte_ring.hpp"
#include "martlet/digest.hpp"
#include "martlet/instrument.hpp"
#include "posix_file.hpp"
#include "signing_key.hpp"

namespace martlet::detail {

/// What a new segment's header states.
struct SegmentStart {
    std::uint64_t segment;
    std::uint64_t previous_sequence;
    Sha256Digest previous_head;
    std::int64_t created_at;
    const std::vector<InstrumentDefinition>* instruments;
    const std::string* run_text;
};

/// The bytes of one segment on their way to its file. Frames gather in memory until `write_out`. One thread at
/// a time. Functions that return int return 0 or an errno.
class SegmentWriter {
public:
    /// Makes the file with its header, whole or not at all, and goes on from there. `synced`: also after loss of power.
    int create(const std::string& directory, const SegmentStart& start, const SigningKey& key, bool synced);

    /// Frames one record.
    void add(const ByteRing::View& view);
    /// Ends the open block with a block record, if there is one.
    void close_block();
    /// Ends the segment: closes the block, signs the head, writes all of it out.
    int seal(const SigningKey& key, SealReason reason);

    int write_out();
    int sync() { return sync_data(file_.get()); }
    void close() { file_.close(); }
    bool is_open() const { return file_.is_open(); }

    std::uint64_t segment() const { return segment_; }
    std::uint64_t last_sequence() const { return last_sequence_; }
    std::int64_t last_receive_time() const { return last_receive_time_; }
    const Sha256Digest& head() const { return head_; }
    /// Bytes of the segment, those in memory included.
    std::uint64_t size() const { return written_ + pending_.size(); }
    /// Bytes in memory.
    std::size_t pending() const { return pending_.size(); }
    /// Bytes behind the last block record.
    std::uint64_t open_bytes() const { return size() - block_begin_; }

private:
    template <typename Record>
    void append_control(const Record& record);
    void hash_pending();

    File file_;
    std::vector<unsigned char> pending_;
    std::size_t hashed_ = 0;         // bytes of pending_ that are in digest_
    DigestBuilder digest_;           // the open block's, begun with head_
    Sha256Digest head_{};
    std::uint64_t segment_ = 0;
    std::uint64_t written_ = 0;
    std::uint64_t block_begin_ = 0;
    std::uint64_t last_sequence_ = 0;
    std::int64_t last_receive_time_ = 0;
};

} // namespace martlet::detail
