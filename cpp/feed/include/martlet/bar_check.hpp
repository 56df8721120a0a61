#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/bar_layout.hpp"
#include "martlet/defect_log.hpp"
#include "martlet/event_buffer.hpp"

namespace martlet {

/// What the bars of one source are held against.
struct BarCheckOptions {
    std::uint32_t seconds;          ///< length of the bars; 0: the shortest distance between two neighbours
    Stamp stamp;
    RowOrder order;
    GapPolicy gaps;
    std::int64_t longest_gap_seconds; ///< of GapPolicy::sessions
};

/// What was found.
struct BarCheckResult {
    FeedStatus status;        ///< invalid_argument: the length of the bars is unknown, or above a week
    std::uint32_t seconds;
    std::uint64_t bars;       ///< left in the buffer
    std::uint64_t missing;    ///< bars that should be there
    std::uint64_t breaks;     ///< gaps of a closed market
};

/// Puts decoded bars in the order of time, removes duplicates, stamps each with its close and judges gaps, outliers
/// and split-like jumps. Afterwards `sequence` is 0 and `receive_time` equals `exchange_time`.
///
/// An outlier is a change of the close by more than 30 times the usual one (exponential mean of absolute changes over
/// about 256 bars) and more than 0.5 %, within ten bars' time; a split-like jump is an open that is within 3 % of a whole factor (or 3:2) away
/// from the close before. Both are noted and stay. Cost: O(n log n), in place.
BarCheckResult check_bars(EventBuffer& bars, const BarCheckOptions& options, DefectLog& log) noexcept;

/// Joins checked bid bars and ask bars: at every close that both have, the bid bar and then the ask bar. A bar without
/// its partner is `unpaired`; a pair whose closes cross is noted as `crossed`.
FeedStatus join_sides(const EventBuffer& bids, const EventBuffer& asks, EventBuffer& out, DefectLog& log) noexcept;

} // namespace martlet
