#pragma once
#include <cstddef>
#include <cstdint>

namespace martlet {

/// When a FIX session is open, by the clocks of a place: they are followed when summer begins and ends. Outside these
/// times an initiator does not connect and an acceptor hangs up; at their end the session is logged out.
struct SessionSchedule {
    bool enabled = false;              ///< false: always open, one session without end
    const char* zone = nullptr;        ///< IANA name, "America/New_York"; null: UTC. From the system's zone files
    std::uint32_t start_second = 0;    ///< of the local day
    std::uint32_t end_second = 0;      ///< of the local day; not after the start: of the next one. Equal: a day, or a week, round
    std::int8_t start_day = -1;        ///< weekly session: day of its start, 0 Sunday to 6 Saturday; −1: a session a day
    std::int8_t end_day = -1;          ///< weekly session: day of its end
    std::uint8_t days = 0x7F;          ///< daily sessions: bit n: one starts on day n (0 Sunday)
    bool reset_at_start = false;       ///< both sequence numbers start at 1 with every session, as the peer's must
};

} // namespace martlet
