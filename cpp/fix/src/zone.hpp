#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace martlet::fix {

/// A time zone of the system's database (IANA names, "America/New_York"): offsets from UTC of any second, past and to come.
/// Read whole at `load`; afterwards without locks, environment or allocation.
class Zone {
public:
    /// UTC.
    Zone() = default;

    /// Reads a zone from the system's database, or another in `folder`. False with the reason.
    bool load(std::string_view name, std::string* error, const std::string& folder = "/usr/share/zoneinfo");

    /// Seconds that local time is ahead of UTC at a second of UTC since 1970.
    std::int64_t offset(std::int64_t utc) const noexcept;

    /// The second of UTC at which clocks show a local second (both counted from 1970 as if local were UTC). Shown twice, as when
    /// summer ends: the first. Never shown, as when it begins: as much later as clocks went forward.
    std::int64_t utc_of(std::int64_t local) const noexcept;

private:
    struct Transition {
        std::int64_t at;
        std::int32_t offset; ///< from then on
    };
    /// When the rule for all years to come changes the clocks: day in the year and second in it.
    struct Change {
        enum class Kind : std::uint8_t { month_week_day, day_without_leap, day_of_year } kind = Kind::month_week_day;
        int month = 0, week = 0, day = 0;
        std::int64_t second = 7200;
    };
    struct Rule {
        std::int32_t standard = 0, summer = 0;
        bool changes = false;
        Change begin, end;
    };

    bool read(const std::string& bytes);
    bool read_block(std::string_view bytes, std::size_t at, int width);
    static bool read_rule(std::string_view text, Rule* rule);
    static bool read_change(std::string_view* text, Change* change);
    static std::int64_t local_second(const Change& change, std::int64_t year) noexcept;

    std::int32_t first_ = 0; ///< before all transitions
    std::vector<Transition> transitions_;
    bool ruled_ = false;     ///< `rule_` says what is behind the last transition
    Rule rule_;
};

} // namespace martlet::fix
