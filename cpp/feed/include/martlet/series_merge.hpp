#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/event.hpp"
#include "martlet/feed_status.hpp"

namespace martlet {

/// Merges series of partitions into one stream in the order of time.
///
/// Order: exchange time, held where a series' own would go back (that is what `receive_time` becomes); then the
/// series' rank, in which they were begun; then the order in the file. `instrument` becomes the rank.
/// Memory: one decoded block (4 MiB) and one mapped file per series. One thread.
class MARTLET_NONCOPYABLE SeriesMerge {
public:
    SeriesMerge() noexcept;
    SeriesMerge(const SeriesMerge&) = delete;
    SeriesMerge& operator=(const SeriesMerge&) = delete;
    /// What was moved from is only good for destruction.
    SeriesMerge(SeriesMerge&& other) noexcept;
    SeriesMerge& operator=(SeriesMerge&& other) noexcept;
    ~SeriesMerge();

    /// Begins the next series.
    void add_series() noexcept;
    /// Adds the next partition, later than the one before, to the series begun last.
    void add_partition(const char* path) noexcept;

    /// Writes up to `capacity` events; returns how many, 0 at the end and where `status` is not ok.
    std::size_t next(MarketEvent* out, std::size_t capacity) noexcept;
    FeedStatus status() const noexcept;
    /// The file that `status` is about, zero-terminated; empty where there is none.
    const char* failed_path() const noexcept MARTLET_RETURNS_INTERIOR;

private:
    struct Impl;
    Impl* impl_;
};

} // namespace martlet
