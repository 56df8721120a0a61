#include "segment_scan.hpp"

#include <cinttypes>
#include <cstring>

#include "signing_key.hpp"

namespace martlet::detail {
namespace {

template <typename Value>
Value load(const unsigned char* at) {
    Value value;
    std::memcpy(&value, at, sizeof(value));
    return value;
}

} // namespace

bool read_frame(const MappedFile& file, std::uint64_t offset, Frame* out, Damage* damage) {
    const std::uint64_t left = file.size() - offset;
    if (left < sizeof(FrameHeader)) {
        damage->set(offset, "%" PRIu64 " bytes are left where a frame of at least %zu was expected", left,
                    sizeof(FrameHeader));
        return false;
    }
    const unsigned char* at = file.data() + offset;
    const auto header = load<FrameHeader>(at);
    const std::uint64_t bytes = frame_bytes(header);
    const bool known = header.kind == FrameKind::record || header.kind == FrameKind::block || header.kind == FrameKind::seal;
    if (!known || header.reserved != 0 || header.size < minimum_record_bytes) {
        damage->set(offset, "expected a frame, was kind %u with %u bytes", static_cast<unsigned>(header.kind), header.size);
        return false;
    }
    if (bytes > left) {
        damage->set(offset, "a frame of %" PRIu64 " bytes, of which only %" PRIu64 " are there", bytes, left);
        return false;
    }
    const std::uint32_t crc = frame_crc(at, bytes);
    if (crc != header.crc) {
        damage->set(offset, "a frame of CRC %08x, expected %08x", crc, header.crc);
        return false;
    }
    *out = {header, offset, at + sizeof(FrameHeader)};
    return true;
}

Survivors survivors_behind(const MappedFile& file, std::uint64_t segment, std::uint64_t offset) {
    Survivors found;
    Damage ignored;
    Frame frame;
    for (std::uint64_t at = padded(offset + 1); at + sizeof(FrameHeader) <= file.size();) {
        const auto header = load<FrameHeader>(file.data() + at);
        const unsigned char* body = file.data() + at + sizeof(FrameHeader);
        const std::uint64_t room = file.size() - at - sizeof(FrameHeader);
        bool candidate = false;
        if (header.kind == FrameKind::record) {
            candidate = room >= minimum_record_bytes && load<std::uint64_t>(body) == header.sequence;
        } else if (header.kind == FrameKind::block || header.kind == FrameKind::seal) {
            // Both begin with the segment's number and their own offset, so that a copy in a payload does not count.
            candidate = room >= 16 && load<std::uint64_t>(body) == segment && load<std::uint64_t>(body + 8) == at;
        }
        if (!candidate || !read_frame(file, at, &frame, &ignored)) {
            at += 8;
            continue;
        }
        ++(header.kind == FrameKind::record ? found.records : found.controls);
        at = frame.end();
    }
    return found;
}

namespace {

// The first block record that lies in [from, to).
bool next_block(const SegmentFile& segment, std::uint64_t from, std::uint64_t to, Frame* out) {
    const MappedFile& file = segment.file;
    Damage ignored;
    for (std::uint64_t at = padded(from); at + sizeof(BlockRecord) <= file.size() && at < to; at += 8) {
        BlockRecord block;
        std::memcpy(&block, file.data() + at, sizeof(block));
        // Its own place in it, so that a copy in a payload does not count.
        if (block.frame.kind != FrameKind::block || block.offset != at || block.segment != segment.header.segment) continue;
        if (read_frame(file, at, out, &ignored) && frame_bytes(out->header) == sizeof(block)) return true;
    }
    return false;
}

} // namespace

Place block_before(const SegmentFile& segment, std::uint64_t sequence) {
    constexpr std::uint64_t near = 4096; // no more to be gained by halving
    Place place{segment.header.header_bytes, segment.header.previous_sequence};
    std::uint64_t end = segment.file.size();
    while (end > place.offset + near) {
        const std::uint64_t middle = place.offset + (end - place.offset) / 2;
        Frame block;
        const bool found = next_block(segment, middle, end, &block);
        if (found && block.header.sequence < sequence && block.header.sequence >= place.previous) {
            place = {block.end(), block.header.sequence};
        } else {
            end = middle;
        }
    }
    return place;
}

bool header_is_torn_tail(const SegmentFile& segment, std::uint64_t number) {
    if (segment.compressed) return false; // only what was whole is ever compressed
    const Survivors behind = survivors_behind(segment.file, number, 0);
    return behind.controls == 0 && behind.records == 0;
}

namespace {

// One walk's state between frames.
class Walker {
public:
    Walker(const SegmentFile& segment, const ChainPoint& before, bool last) : segment_(segment), last_(last) {
        walk_.reached = before;
    }

    Walk run() {
        if (!check_link()) return walk_;
        const MappedFile& file = segment_.file;
        while (walk_.good_end < file.size()) {
            Frame frame;
            if (walk_.sealed) {
                return inside(walk_.good_end, "%zu bytes stand behind the seal", file.size() - walk_.good_end);
            }
            if (!read_frame(file, walk_.good_end, &frame, &walk_.damage)) return unreadable();
            if (!take(frame)) return walk_;
            walk_.good_end = frame.end();
        }
        if (!walk_.sealed && !last_) {
            return inside(walk_.good_end, "%s", "the segment ends unsigned, and another follows");
        }
        return walk_;
    }

private:
    template <typename... Arguments>
    Walk& inside(std::uint64_t offset, const char* format, Arguments... arguments) {
        walk_.status = JournalStatus::damaged_inside;
        walk_.damage.set(offset, format, arguments...);
        return walk_;
    }

    bool check_link() {
        const SegmentHeader& header = segment_.header;
        if (header.previous_sequence != walk_.reached.sequence) {
            inside(offsetof(SegmentHeader, previous_sequence), "goes on after sequence %" PRIu64 ", expected %" PRIu64,
                   header.previous_sequence, walk_.reached.sequence);
            return false;
        }
        if (std::memcmp(header.previous_head, walk_.reached.head.bytes, sizeof(header.previous_head)) != 0) {
            inside(offsetof(SegmentHeader, previous_head), "%s", "does not go on from the chain's head of the segment before");
            return false;
        }
        walk_.reached.head = chain(digest_, walk_.reached.head, segment_.file.data(), header.header_bytes);
        walk_.good_end = walk_.block_begin = header.header_bytes;
        return true;
    }

    // Torn by a crash, unless something complete or another segment stands behind it.
    Walk& unreadable() {
        const Survivors behind = survivors_behind(segment_.file, segment_.header.segment, walk_.good_end);
        const bool torn = last_ && behind.controls == 0;
        walk_.status = torn ? JournalStatus::damaged_tail : JournalStatus::damaged_inside;
        walk_.tail_records = torn ? behind.records : 0;
        return walk_;
    }

    bool take(const Frame& frame) {
        switch (frame.header.kind) {
        case FrameKind::record: return take_record(frame);
        case FrameKind::block: return take_block(frame);
        case FrameKind::seal: return take_seal(frame);
        }
        return false; // read_frame lets no other kind through
    }

    bool take_record(const Frame& frame) {
        const std::uint64_t expected = walk_.reached.sequence + 1;
        const auto own = load<std::uint64_t>(frame.record);
        if (frame.header.sequence != expected || own != expected) {
            inside(frame.offset, "sequence %" PRIu64 " in a frame of %" PRIu64 ", expected %" PRIu64, own,
                   frame.header.sequence, expected);
            return false;
        }
        walk_.reached.sequence = expected;
        if (walk_.records++ == 0) walk_.first_sequence = expected;
        ++walk_.open_records;
        return true;
    }

    bool take_block(const Frame& frame) {
        const Sha256Digest head = chain(digest_, walk_.reached.head, segment_.file.data() + walk_.block_begin,
                                        frame.offset - walk_.block_begin);
        const BlockRecord expected =
            make_block(segment_.header.segment, frame.offset, walk_.block_begin, walk_.reached.sequence, head);
        if (frame.end() - frame.offset != sizeof(expected) ||
            std::memcmp(frame.record - sizeof(FrameHeader), &expected, sizeof(expected)) != 0) {
            inside(frame.offset, "the block from %" PRIu64 " does not match its SHA-256: rewritten", walk_.block_begin);
            return false;
        }
        walk_.reached.head = head;
        walk_.block_begin = frame.end();
        walk_.open_records = 0;
        ++walk_.blocks;
        return true;
    }

    bool take_seal(const Frame& frame) {
        if (frame.end() - frame.offset != sizeof(SealRecord) || frame.offset != walk_.block_begin) {
            inside(frame.offset, "%s", "a seal where the block before it is not closed");
            return false;
        }
        const auto seal = frame.as<SealRecord>();
        SealRecord expected{control_frame(FrameKind::seal, sizeof(SealRecord), walk_.reached.sequence),
                            segment_.header.segment, frame.offset, seal.reason, {}, {}};
        std::memcpy(expected.head, walk_.reached.head.bytes, sizeof(expected.head));
        const SealMessage stated(seal);
        const SealMessage message(expected);
        const bool reason_known = seal.reason == SealReason::closed || seal.reason == SealReason::recovered;
        if (!reason_known || std::memcmp(&stated, &message, sizeof(message)) != 0) {
            inside(frame.offset, "%s", "the seal does not state the chain's head: rewritten");
            return false;
        }
        PublicKey key;
        std::memcpy(key.data(), segment_.header.public_key, key.size());
        if (!signature_holds(key, &message, sizeof(message), seal.signature)) {
            inside(frame.offset, "%s", "the signature is not of the key in the segment's header");
            return false;
        }
        walk_.sealed = true;
        walk_.block_begin = frame.end();
        return true;
    }

    const SegmentFile& segment_;
    const bool last_;
    DigestBuilder digest_;
    Walk walk_;
};

} // namespace

Walk walk_segment(const SegmentFile& segment, const ChainPoint& before, bool last) {
    return Walker(segment, before, last).run();
}

bool read_seal(const std::string& directory, std::uint64_t number, bool checked, ChainPoint* out, Damage* damage) {
    SegmentFile segment;
    int error = 0;
    JournalStatus status = segment.open(directory, number, damage, &error);
    if (status == JournalStatus::ok) status = segment.complete(damage);
    if (status != JournalStatus::ok) return false;
    const MappedFile& file = segment.file;
    Frame frame;
    if (file.size() < sizeof(SealRecord) || !read_frame(file, file.size() - sizeof(SealRecord), &frame, damage) ||
        frame.header.kind != FrameKind::seal || frame.as<SealRecord>().segment != number) {
        damage->set(file.size(), "segment %" PRIu64 " does not end with a seal", number);
        return false;
    }
    const auto seal = frame.as<SealRecord>();
    out->sequence = frame.header.sequence;
    std::memcpy(out->head.bytes, seal.head, sizeof(out->head.bytes));
    PublicKey key;
    std::memcpy(key.data(), segment.header.public_key, key.size());
    const SealMessage message(seal);
    if (checked && !signature_holds(key, &message, sizeof(message), seal.signature)) {
        damage->set(frame.offset, "%s", "the signature is not of the key in the segment's header");
        return false;
    }
    return true;
}

} // namespace martlet::detail
