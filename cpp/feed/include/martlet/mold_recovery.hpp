#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/mold_udp64.hpp"

// Gaps of MoldUDP64 and how they are filled: packets that came too early wait for those that are asked for again.
//
//     packet ─► follows? ─► MoldReceiver
//                  │no           ▲ in order, once the gap is filled or given up
//                  └► held ──────┘
//                       └─► request(): session (10 bytes) │ first missing number (8) │ count (2) ─► the sender's request port

namespace martlet {

/// What waited, and what came of it.
struct MoldRecoveryCounts {
    std::uint64_t held;      ///< packets that had to wait
    std::uint64_t filled;    ///< gaps that were closed by what came after
    std::uint64_t given_up;  ///< gaps that were told as lost while packets waited: by `give_up`, by a new session or for want of room
    std::uint64_t requests;  ///< written
};

/// Stands before a receiver and holds back what came before its turn. One thread; the room is allocated once, beyond it the
/// gap is given up, so that the stream goes on.
class MARTLET_NONCOPYABLE MoldRecovery {
public:
    static constexpr std::size_t request_size = 20;
    static constexpr std::size_t largest_packet = 65'507; ///< of UDP over IPv4

    /// `receiver` must outlive the recovery. `packets` and `bytes`: what may wait at most.
    MoldRecovery(MoldReceiver& receiver, std::size_t packets, std::size_t bytes) noexcept;
    MoldRecovery(const MoldRecovery&) = delete;
    MoldRecovery& operator=(const MoldRecovery&) = delete;
    /// What was moved from is only good for destruction.
    MoldRecovery(MoldRecovery&& other) noexcept;
    MoldRecovery& operator=(MoldRecovery&& other) noexcept;
    ~MoldRecovery();

    /// One packet, of any line or as the answer to a request, received at this time (ns since 1970). What it lets go on is
    /// of this time too: nobody could have known it earlier. O(packets that wait).
    void packet(const char* data, std::size_t size, std::int64_t receive_time) noexcept;
    /// Writes the request for the first messages that are missing, 65,534 at most; 0: nothing is missing, else
    /// `request_size`. When to ask again, and where, is the caller's to know. `out` has room for `request_size`.
    std::size_t request(char* out) noexcept;
    /// Nothing more will come for the first gap: it is told as lost, and what waited for it goes on.
    void give_up(std::int64_t receive_time) noexcept;

    /// Messages that are missing before the first packet that waits.
    std::uint64_t missing() const noexcept;
    MoldRecoveryCounts counts() const noexcept;

private:
    struct Impl;
    Impl* impl_;
};

} // namespace martlet
