#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/itch.hpp"

// MoldUDP64: how ITCH travels in packets. Numbers are big-endian.
//
//     session (10 bytes) │ sequence of the first message (8) │ count (2) │ count × (length (2) │ message)
//
// A count of 0 is a heartbeat: `sequence` is the number of the message that comes next. A count of 0xFFFF ends the session.

namespace martlet {

/// What came in packets.
struct MoldCounts {
    std::uint64_t packets;    ///< of sound form
    std::uint64_t heartbeats;
    std::uint64_t messages;   ///< handed on, each number once
    std::uint64_t duplicates; ///< messages whose number was passed already: repeated, or too late
    std::uint64_t gaps;       ///< times that numbers were missing
    std::uint64_t lost;       ///< messages that were missing
    std::uint64_t sessions;   ///< begun
};

/// Puts the messages of packets in order: each number goes on once; where numbers are missing, `ItchDecoder::lost` tells
/// every stock and the numbers after them go on. Packets of two lines may be given in the order of their arrival: what
/// the other line brought already is a duplicate. A packet that waits for an earlier one is not held back. One thread.
class MARTLET_NONCOPYABLE MoldReceiver {
public:
    /// Both must outlive the receiver. `first`: the number that the first message of a session must have, 1 at the
    /// start of a day; 0: whatever comes first.
    MoldReceiver(ItchDecoder& decoder, DefectLog& log, std::uint64_t first) noexcept;
    MoldReceiver(const MoldReceiver&) = delete;
    MoldReceiver& operator=(const MoldReceiver&) = delete;

    /// One packet, received at this time (ns since 1970). A packet of another session begins that session; one that is not
    /// what the format says is kept aside, as far as it is unsound. O(size), no allocation for sound ones.
    void packet(const char* data, std::size_t size, std::int64_t receive_time) noexcept;

    MoldCounts counts() const noexcept { return counts_; }
    /// The number that the next message should have; 0: any.
    std::uint64_t next() const noexcept { return next_; }
    /// Whether the session was ended by its sender.
    bool ended() const noexcept { return ended_; }

private:
    void expect(std::uint64_t sequence) noexcept;
    void keep(Defect defect, const unsigned char* data, std::size_t size) noexcept;

    ItchDecoder* decoder_;
    DefectLog* log_;
    std::uint64_t first_;
    std::uint64_t next_;
    std::uint64_t offset_ = 0;
    char session_[10] = {};
    bool has_session_ = false;
    bool ended_ = false;
    MoldCounts counts_{};
};

} // namespace martlet
