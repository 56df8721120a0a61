#pragma once
#include <cstddef>
#include <cstdint>

// What lies on the disk. All numbers little-endian; every part padded with zeros to 8 bytes.
//
//     <directory>/journal-00000001.segment, …-00000002.segment, …   and   <directory>/journal.lock
//     <directory>/journal-00000001.segment.zst   instead of the same name without .zst: a sealed segment, compressed whole
//     <directory>/journal.anchor                 where the first segments were removed: what the chain was there
//
//     segment :  SegmentHeader  instruments  run text │ frame frame … block │ frame … block │ … seal
//     frame   :  FrameHeader  record  payload
//
//     chain   :  h = SHA-256(head before ‖ header) at a segment's start, the head before of segment 1 being zeros;
//                h = SHA-256(h ‖ frames) at each block record, which states it.
//     seal    :  states the head and signs it (Ed25519). Nothing follows a seal but the next segment, whose
//                header repeats that head.
//
//     anchor  :  states the number, the last sequence and the chain's head of the last segment removed, signed with the
//                journal's key. The first segment that is left must go on from there.
//
// A flipped bit anywhere breaks a CRC; a forged CRC breaks the chain; a forged chain breaks the signature. Segments missing in
// front without an anchor that says so, or beyond it, were not removed by the journal.

namespace martlet {

/// Version of this page; `layout_version` is that of the records.
inline constexpr std::uint16_t journal_format_version = 1;
inline constexpr char journal_magic[8] = {'M', 'A', 'R', 'T', 'L', 'E', 'T', 'J'};
inline constexpr char seal_context[24] = "martlet journal seal 1\n";
inline constexpr char anchor_magic[8] = {'M', 'A', 'R', 'T', 'L', 'E', 'T', 'A'};
inline constexpr char anchor_context[26] = "martlet journal anchor 1\n";

struct SegmentHeader {
    char magic[8];
    std::uint16_t format_version;
    std::uint16_t layout_version;
    std::uint32_t crc;                ///< CRC-32C of this struct with this field zero
    std::uint32_t rest_crc;           ///< CRC-32C of the bytes from here to `header_bytes`
    std::uint32_t header_bytes;       ///< of the whole header: this, the instruments, the run text, padding
    std::uint64_t segment;            ///< from 1, without gaps
    std::uint64_t previous_sequence;  ///< of the last record before this segment; 0: none
    std::int64_t created_at;          ///< by the caller; of a rolled segment, its last record's receive time before it
    std::uint8_t previous_head[32];
    std::uint8_t public_key[32];      ///< Ed25519, that checks this segment's seal
    std::uint32_t instrument_count;   ///< InstrumentDefinition follows so many times
    std::uint32_t run_text_bytes;
};

enum class FrameKind : std::uint16_t { record = 1, block = 2, seal = 3 };

struct FrameHeader {
    std::uint32_t crc;                ///< CRC-32C of all that follows in the frame, padding included
    std::uint32_t size;               ///< of the record, without payload and padding
    std::uint32_t payload_size;
    FrameKind kind;
    std::uint16_t reserved;           ///< 0
    std::uint64_t sequence;           ///< the record's own; of a block or seal: the last record's before it
};

struct BlockRecord {
    FrameHeader frame;
    std::uint64_t segment;
    std::uint64_t offset;             ///< of this record in its segment
    std::uint64_t begin;              ///< offset of the first byte that it covers
    std::uint8_t head[32];
};

enum class SealReason : std::uint64_t { closed = 1, recovered = 2 };

struct SealRecord {
    FrameHeader frame;
    std::uint64_t segment;
    std::uint64_t offset;             ///< of this record in its segment
    SealReason reason;
    std::uint8_t head[32];
    std::uint8_t signature[64];       ///< of `seal_context` ‖ this struct from `frame.size` to before this field
};

/// The whole of the anchor's file.
struct AnchorRecord {
    char magic[8];
    std::uint64_t format_version;
    std::uint64_t segment;            ///< the last one removed, with all before it
    std::uint64_t sequence;           ///< of its last record; 0: it had none
    std::uint8_t head[32];            ///< of the chain at its end
    std::uint8_t public_key[32];
    std::uint8_t signature[64];       ///< of `anchor_context` ‖ this struct up to this field
};

static_assert(sizeof(AnchorRecord) == 160);
static_assert(sizeof(SegmentHeader) == 120 && sizeof(FrameHeader) == 24);
static_assert(sizeof(BlockRecord) == 80 && sizeof(SealRecord) == 144);

/// Smallest record: a sequence and a receive time.
inline constexpr std::size_t minimum_record_bytes = 16;

} // namespace martlet
