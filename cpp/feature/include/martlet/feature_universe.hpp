#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/feature_batch.hpp"

// All features of a set, record by record, for one instrument or for thousands: the online half of a
// feature store, whose offline half is martlet/feature_batch.hpp.
//
//     requests ──► feature set                 what to call with which columns, where it lies in a row
//                      │
//     rows:  [head | values | states]          instrument 0
//            [head | values | states]          instrument 1 …         the bytes of the rows are the snapshot
//                      ▲
//     records, one an instrument ──► update_feature_rows               values in place, NaN until warm
//
//     std::vector<double> set(feature_set_bytes(count) / 8);
//     create_feature_set(requests, count, FeatureRecord::bar, set.data(), feature_set_bytes(count), nullptr);
//     void* rows = aligned_alloc(64, 1'000 * feature_row_bytes(set.data()));
//     create_feature_rows(set.data(), rows, 1'000 * feature_row_bytes(set.data()), 1'000);
//     update_feature_rows(set.data(), rows, 1'000, nullptr, bars, 1'000, 0);       // each minute
//     const double* values = feature_row_values(set.data(), rows, 17);
//
// Every value is bit for bit the one that `update_feature` and the batch give for the same records. Sets and
// rows are memory of the caller's; nothing here keeps anything else. A set is only read once it is made, by
// any thread; a row belongs to one thread at a time.

namespace martlet {

/// Instruments of one call at most, and so rows.
inline constexpr std::int32_t maximum_feature_rows = 1 << 20;
/// Features of one set at most.
inline constexpr std::int32_t maximum_set_features = 1 << 14;

/// Bytes of a set of so many features, a multiple of 8; 0 where the count is not in 0 … `maximum_set_features`.
std::size_t feature_set_bytes(std::int32_t request_count) noexcept;

/// Makes a set of features of one kind of record (those of series and of several take its columns as the request
/// says) in memory aligned to 8. It holds addresses of this process: make it anew, never store it. Where a request
/// is not acceptable (`no_feature`, `bad_parameter`, `bad_column` …), `*at` (unless null) is its index, and the set
/// is empty. O(features).
FeatureStatus create_feature_set(
    const FeatureRequest* requests, std::int32_t request_count, FeatureRecord record, void* set, std::size_t bytes, std::int32_t* at) noexcept;

/// Values of a row: the outputs of all features, in the order of the requests.
std::int32_t feature_set_values(const void* set) noexcept;
/// Columns of the record that the set takes.
std::int32_t feature_set_columns(const void* set) noexcept;
/// Records until every value is a number.
std::int64_t feature_set_warm_up(const void* set) noexcept;
/// 64 bits over the features, their versions, parameters and columns, and the layout of a row: rows go on in
/// another process exactly where its set has the same digest.
std::uint64_t feature_set_digest(const void* set) noexcept;
/// Bytes of one row, a multiple of 64.
std::size_t feature_row_bytes(const void* set) noexcept;

/// Makes `count` rows side by side in memory aligned to 64. All values are NaN. O(bytes).
FeatureStatus create_feature_rows(const void* set, void* rows, std::size_t bytes, std::int32_t count) noexcept;

/// Whether these bytes are rows of such a set: `bad_row` where one was made for another. For rows that are
/// restored from a snapshot, before the first update; whether bytes were damaged is for the snapshot's own
/// checksum to say. O(rows).
FeatureStatus check_feature_rows(const void* set, const void* rows, std::size_t bytes, std::int32_t count) noexcept;

/// The row is as new: after a hole in an instrument's data.
void reset_feature_row(const void* set, void* rows, std::int32_t row) noexcept;

/// The values after the last record, `feature_set_values` many; valid as long as the rows.
const double* feature_row_values(const void* set, const void* rows, std::int32_t row) noexcept;
/// Records that the row has been given since it was made or reset.
std::int64_t feature_row_records(const void* set, const void* rows, std::int32_t row) noexcept;
/// How many times a feature of the row ignored its record since then, because of a number that it does not
/// take; it kept state and values.
std::int64_t feature_row_ignored(const void* set, const void* rows, std::int32_t row) noexcept;

/// One record (`feature_set_columns` numbers) for one row, which is there. `ignored` where a feature ignored it.
FeatureStatus update_feature_row(const void* set, void* rows, std::int32_t row, const double* record) noexcept;

/// One record for each of `count` rows: record i, at `records + i × feature_set_columns`, for row `which[i]`,
/// or for row i where `which` is null. Rows ascend and none comes twice, else `bad_row` and nothing has
/// happened. On `threads` cores (0: all; few rows, one); the values do not depend on it. What is ignored is
/// counted in the rows. Feature by feature over eight rows at a time, while the states of the next ones are
/// on their way from memory. O(rows × features); with one thread nothing is allocated.
FeatureStatus update_feature_rows(
    const void* set, void* rows, std::int32_t row_count, const std::int32_t* which, const double* records, std::int32_t count,
    std::int32_t threads) noexcept;

} // namespace martlet
