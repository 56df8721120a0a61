#include "martlet/bar_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string_view>

#include "civil_time.hpp"

namespace martlet {
namespace {

constexpr std::uint32_t longest_bar_seconds = 7 * 86'400;

/// A bar as text, for the log: what stood in the record is gone by now, its line is not.
struct BarText {
    char text[160];
    std::size_t length;
    explicit BarText(const BarEvent& bar) noexcept {
        const int written = std::snprintf(
            text, sizeof text, "time %lld ns, open %lld high %lld low %lld close %lld increments, volume %lld lots",
            static_cast<long long>(bar.exchange_time), static_cast<long long>(bar.open()), static_cast<long long>(bar.high()),
            static_cast<long long>(bar.low), static_cast<long long>(bar.close()), static_cast<long long>(bar.volume));
        length = static_cast<std::size_t>(std::clamp(written, 0, static_cast<int>(sizeof text) - 1));
    }
};

void note(DefectLog& log, Defect defect, const BarEvent& bar, std::uint64_t count = 1) noexcept {
    const BarText text(bar);
    log.add(defect, static_cast<std::uint64_t>(bar.receive_time), bar.sequence, text.text, text.length, count);
}

bool same_values(const BarEvent& a, const BarEvent& b) noexcept {
    return a.low == b.low && a.open_above_low == b.open_above_low && a.high_above_low == b.high_above_low &&
           a.close_above_low == b.close_above_low && a.volume == b.volume;
}

/// Counts rows that break the declared order and sorts by time, rows of equal time by their line.
void order_rows(EventBuffer& bars, RowOrder order, DefectLog& log) noexcept {
    MarketEvent* const first = bars.data();
    if (order == RowOrder::newest_first) std::reverse(first, first + bars.size());
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    for (std::size_t i = 0; i < bars.size(); ++i) {
        if (first[i].exchange_time < latest) note(log, Defect::out_of_order, as_bar(first[i]));
        latest = std::max(latest, first[i].exchange_time);
    }
    std::sort(first, first + bars.size(), [](const MarketEvent& a, const MarketEvent& b) {
        return a.exchange_time != b.exchange_time ? a.exchange_time < b.exchange_time : a.sequence < b.sequence;
    });
}

/// Keeps the first bar of each time.
void remove_duplicates(EventBuffer& bars, DefectLog& log) noexcept {
    MarketEvent* const rows = bars.data();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < bars.size(); ++i) {
        if (kept > 0 && rows[kept - 1].exchange_time == rows[i].exchange_time) {
            const BarEvent bar = as_bar(rows[i]);
            note(log, same_values(as_bar(rows[kept - 1]), bar) ? Defect::duplicate : Defect::conflicting_duplicate, bar);
        } else {
            rows[kept++] = rows[i];
        }
    }
    bars.truncate(kept);
}

std::uint32_t shortest_distance(const EventBuffer& bars) noexcept {
    std::int64_t shortest = std::numeric_limits<std::int64_t>::max();
    for (const MarketEvent* row = bars.begin(); row != bars.end() && row + 1 != bars.end(); ++row)
        shortest = std::min(shortest, row[1].exchange_time - row[0].exchange_time);
    return shortest % second_ns == 0 && shortest / second_ns <= longest_bar_seconds ? static_cast<std::uint32_t>(shortest / second_ns)
                                                                                  : 0;
}

void judge_gaps(const EventBuffer& bars, const BarCheckOptions& options, BarCheckResult& result, DefectLog& log) noexcept {
    const std::int64_t length = result.seconds * second_ns;
    for (const MarketEvent* row = bars.begin(); row != bars.end() && row + 1 != bars.end(); ++row) {
        const std::int64_t distance = row[1].exchange_time - row[0].exchange_time;
        const auto absent = static_cast<std::uint64_t>((distance - 1) / length);
        if (absent == 0 || options.gaps == GapPolicy::sparse) continue;
        if (options.gaps == GapPolicy::sessions && distance > options.longest_gap_seconds * second_ns) {
            ++result.breaks;
            note(log, Defect::session_break, as_bar(row[1]));
        } else {
            result.missing += absent;
            note(log, Defect::missing, as_bar(row[1]), absent);
        }
    }
}

/// Whether a ratio of prices is about a whole factor, as after a split or a reverse split that nobody adjusted.
bool split_like(double ratio) noexcept {
    constexpr std::array factors{1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 100.0};
    const double factor = ratio < 1 ? 1 / ratio : ratio;
    return std::any_of(factors.begin(), factors.end(), [factor](double f) { return std::abs(factor / f - 1) <= 0.03; });
}

/// Judges each close by what changes are usual so far.
void judge_moves(const EventBuffer& bars, std::int64_t length, DefectLog& log) noexcept {
    constexpr double times_usual = 30;
    constexpr double least_move = 0.005;
    constexpr double weight = 1.0 / 256;
    constexpr std::size_t settling = 64;     // bars after which the usual change is believed
    constexpr std::int64_t longest_step = 10; // bars; over a longer gap a large move is usual
    double usual = 0;
    std::size_t seen = 0;
    for (const MarketEvent* row = bars.begin(); row != bars.end() && row + 1 != bars.end(); ++row) {
        const BarEvent before = as_bar(row[0]);
        const BarEvent bar = as_bar(row[1]);
        const double previous = static_cast<double>(before.close());
        if (split_like(static_cast<double>(bar.open()) / previous)) {
            note(log, Defect::split_like_jump, bar);
            continue; // the level has changed: the move says nothing of what is usual
        }
        if (bar.exchange_time - before.exchange_time > longest_step * length) continue;
        double move = std::abs(static_cast<double>(bar.close()) / previous - 1);
        const double limit = std::max(least_move, times_usual * usual);
        if (seen >= settling && move > limit) {
            note(log, Defect::outlier, bar);
            move = limit;
        }
        ++seen;
        usual += (move - usual) * std::max(weight, 1.0 / static_cast<double>(seen));
    }
}

} // namespace

BarCheckResult check_bars(EventBuffer& bars, const BarCheckOptions& options, DefectLog& log) noexcept {
    BarCheckResult result{};
    order_rows(bars, options.order, log);
    remove_duplicates(bars, log);
    result.seconds = options.seconds != 0 ? options.seconds : shortest_distance(bars);
    result.bars = bars.size();
    if (bars.size() == 0) return result;
    if (result.seconds == 0 || result.seconds > longest_bar_seconds) {
        result.status = FeedStatus::invalid_argument;
        return result;
    }
    judge_gaps(bars, options, result, log);
    judge_moves(bars, result.seconds * second_ns, log);
    const std::int64_t shift = options.stamp == Stamp::open ? result.seconds * second_ns : 0;
    for (MarketEvent* row = bars.data(); row != bars.end(); ++row) {
        BarEvent bar = as_bar(*row);
        bar.sequence = 0;
        bar.seconds = result.seconds;
        bar.exchange_time += shift;
        bar.receive_time = bar.exchange_time;
        *row = as_market_event(bar);
    }
    return result;
}

FeedStatus join_sides(const EventBuffer& bids, const EventBuffer& asks, EventBuffer& out, DefectLog& log) noexcept {
    const MarketEvent* bid = bids.begin();
    const MarketEvent* ask = asks.begin();
    while (bid != bids.end() || ask != asks.end()) {
        if (ask == asks.end() || (bid != bids.end() && bid->exchange_time < ask->exchange_time)) {
            note(log, Defect::unpaired, as_bar(*bid++));
        } else if (bid == bids.end() || ask->exchange_time < bid->exchange_time) {
            note(log, Defect::unpaired, as_bar(*ask++));
        } else {
            if (as_bar(*bid).close() > as_bar(*ask).close()) note(log, Defect::crossed, as_bar(*bid));
            if (!out.append(*bid++) || !out.append(*ask++)) return FeedStatus::too_large;
        }
    }
    return FeedStatus::ok;
}

} // namespace martlet
