#include "martlet/series_merge.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "martlet/partition.hpp"

namespace martlet {
namespace {

/// One series: its partitions one after the other, a block at a time.
struct Series {
    std::vector<std::string> paths;
    std::size_t path = 0; ///< of the file that is open or to be opened next
    bool open = false;
    PartitionReader reader;
    std::uint32_t block = 0;
    std::vector<MarketEvent> rows;
    std::size_t at = 0;
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    std::uint32_t rank = 0;

    /// Makes `rows[at]` the next event; false at the end and on an error.
    bool refill(FeedStatus& status) {
        while (at == rows.size()) {
            rows.clear();
            at = 0;
            if (path == paths.size()) return false;
            if (!open) {
                status = reader.open(paths[path].c_str());
                if (status != FeedStatus::ok) return false;
                open = true;
                block = 0;
            }
            const std::size_t count = reader.block_rows(block);
            if (count == 0) {
                open = false;
                ++path;
                continue;
            }
            rows.resize(count);
            status = reader.read_block(block++, rows.data());
            if (status != FeedStatus::ok) return false;
            for (MarketEvent& row : rows) {
                latest = std::max(latest, row.exchange_time);
                row.receive_time = latest;
                row.instrument = rank;
            }
        }
        return true;
    }
};

} // namespace

struct SeriesMerge::Impl {
    std::vector<std::unique_ptr<Series>> series;
    std::string no_path;
    const std::string* failed = &no_path;
    FeedStatus status = FeedStatus::ok;

    bool ready(Series& one) {
        if (one.refill(status)) return true;
        if (status != FeedStatus::ok) failed = &one.paths[one.path];
        return false;
    }
};

SeriesMerge::SeriesMerge() noexcept : impl_(new Impl) {}
SeriesMerge::SeriesMerge(SeriesMerge&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
SeriesMerge& SeriesMerge::operator=(SeriesMerge&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}
SeriesMerge::~SeriesMerge() { delete impl_; }

void SeriesMerge::add_series() noexcept {
    impl_->series.push_back(std::make_unique<Series>());
    impl_->series.back()->rank = static_cast<std::uint32_t>(impl_->series.size() - 1);
}

void SeriesMerge::add_partition(const char* path) noexcept {
    if (impl_->series.empty()) add_series();
    impl_->series.back()->paths.emplace_back(path);
}

std::size_t SeriesMerge::next(MarketEvent* out, std::size_t capacity) noexcept {
    Impl& impl = *impl_;
    std::size_t written = 0;
    while (written < capacity && impl.status == FeedStatus::ok) {
        Series* first = nullptr;
        Series* second = nullptr;
        for (const auto& each : impl.series) {
            if (!impl.ready(*each)) continue;
            const std::int64_t time = each->rows[each->at].receive_time;
            if (first == nullptr || time < first->rows[first->at].receive_time) {
                second = first;
                first = each.get();
            } else if (second == nullptr || time < second->rows[second->at].receive_time) {
                second = each.get();
            }
        }
        if (first == nullptr || impl.status != FeedStatus::ok) break;
        // The whole run that comes before the next series goes out at once.
        const std::int64_t until = second == nullptr ? std::numeric_limits<std::int64_t>::max() : second->rows[second->at].receive_time;
        const bool ties_are_ours = second == nullptr || first->rank < second->rank;
        while (written < capacity && first->at < first->rows.size()) {
            const MarketEvent& row = first->rows[first->at];
            if (row.receive_time > until || (row.receive_time == until && !ties_are_ours)) break;
            out[written++] = row;
            ++first->at;
        }
    }
    return written;
}

FeedStatus SeriesMerge::status() const noexcept { return impl_->status; }
const char* SeriesMerge::failed_path() const noexcept { return impl_->failed->c_str(); }

} // namespace martlet
