#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "frame.hpp"
#include "martlet/digest.hpp"
#include "martlet/journal_format.hpp"
#include "martlet/journal_status.hpp"
#include "posix_file.hpp"
#include "segment_file.hpp"

// Reading segments: what the reader, verification and recovery share.

namespace martlet::detail {

/// A frame that lies whole in a segment; its CRC holds.
struct Frame {
    FrameHeader header;
    std::uint64_t offset;
    const unsigned char* record;

    template <typename Record>
    Record as() const {
        Record result;
        __builtin_memcpy(&result, record - sizeof(FrameHeader), sizeof(result));
        return result;
    }
    std::uint64_t end() const { return offset + frame_bytes(header); }
};

/// Reads the frame at `offset`. False where there is none: torn or altered, with the damage said.
bool read_frame(const MappedFile& file, std::uint64_t offset, Frame* out, Damage* damage);

/// Readable frames behind a damaged place: what tells a torn end from a hole.
struct Survivors {
    std::uint64_t controls = 0; ///< block and seal records that belong where they lie
    std::uint64_t records = 0;
};
Survivors survivors_behind(const MappedFile& file, std::uint64_t segment, std::uint64_t offset);

/// Where reading a segment may begin: a frame's offset, and the sequence of the record before it.
struct Place {
    std::uint64_t offset;
    std::uint64_t previous;
};
/// The place behind the last block record that stands before the record `sequence`, or behind the header; by halving, in
/// a complete segment. Frames before it are not looked at.
Place block_before(const SegmentFile& segment, std::uint64_t sequence);

/// Where a chain stands.
struct ChainPoint {
    std::uint64_t sequence = 0;
    Sha256Digest head{};
};

/// Where the chain stood at the end of a sealed segment, by its seal, whose signature is checked where `checked`. False with
/// the damage said.
bool read_seal(const std::string& directory, std::uint64_t number, bool checked, ChainPoint* out, Damage* damage);

/// What a segment holds, up to the first damage.
struct Walk {
    JournalStatus status = JournalStatus::ok; ///< ok, damaged_tail, damaged_inside
    bool sealed = false;
    std::uint64_t records = 0;
    std::uint64_t open_records = 0;   ///< behind the last block record
    std::uint64_t blocks = 0;
    std::uint64_t first_sequence = 0; ///< 0: no records
    std::uint64_t good_end = 0;       ///< offset behind the last good frame
    std::uint64_t block_begin = 0;    ///< offset behind the last block record
    std::uint64_t tail_records = 0;   ///< damaged_tail: readable records behind the damage
    ChainPoint reached;               ///< last good record, and the head at the last block
    Damage damage;
};

/// Goes through an opened segment, checking all there is to check: CRCs, chain, seal, sequence, and the link to
/// `before`. `last`: no segment follows, so it may end unsigned and torn.
Walk walk_segment(const SegmentFile& segment, const ChainPoint& before, bool last);

/// Whether the damage found by opening the last segment's header is a torn end: it is unless frames stand behind it.
bool header_is_torn_tail(const SegmentFile& segment, std::uint64_t number);

} // namespace martlet::detail
