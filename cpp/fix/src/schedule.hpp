#pragma once
#include <cstdint>
#include <string>

#include "martlet/session_schedule.hpp"
#include "zone.hpp"

namespace martlet::fix {

/// Session times that repeat by the day or the week, in a time zone. Asked for one moment at a time; no state.
class Schedule {
public:
    /// From a start to before an end, nanoseconds since 1970.
    struct Period {
        std::int64_t start, end;
        bool contains(std::int64_t time) const noexcept { return time >= start && time < end; }
    };

    /// Always open, in one session without end.
    Schedule() = default;

    /// False with the reason: times out of range, or an unknown zone.
    bool configure(const SessionSchedule& settings, std::string* error);

    /// The session that is open at `now`, otherwise the next one. About a microsecond.
    Period period(std::int64_t now) const noexcept;
    /// Whether numbers that started to count at `started` belong to an earlier session than the one that is open at `now`.
    bool resets(std::int64_t started, std::int64_t now) const noexcept;

private:
    bool starts_on(std::int64_t day) const noexcept;

    SessionSchedule settings_;
    Zone zone_;
    std::int64_t length_days_ = 0; ///< from the local day of the start to that of the end
};

} // namespace martlet::fix
