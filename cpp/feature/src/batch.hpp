#pragma once
#include <span>

#include "feature_table.hpp"
#include "martlet/feature_batch.hpp"

// One piece of a batch: some features over one group of series, on one thread.

namespace martlet {

struct PlannedFeature {
    const FeatureEntry* entry = nullptr;
    std::int32_t request = 0;
    std::int32_t first_column = 0; ///< among all outputs
    double parameters[maximum_feature_parameters] = {};
    std::int32_t source[maximum_record_columns] = {}; ///< column of the table for each input
};

/// A stretch of a table that one lane streams: `count` records from `start` on, of whose values the first
/// `skip` are not delivered.
struct Lane {
    const FeatureTable* table;
    std::int32_t index; ///< of the table
    std::int64_t start;
    std::int64_t skip;
    std::int64_t count;
};

/// Where values go: columns of doubles, or a sink of floats.
struct BatchTarget {
    double* const* outputs = nullptr;
    std::int32_t columns = 0; ///< outputs of one table
    FeatureSink sink = nullptr;
    void* context = nullptr;

    double* column(std::int32_t table, std::int32_t at) const noexcept {
        return outputs[static_cast<std::int64_t>(table) * columns + at];
    }
};

/// One series. Where no record is ignored (`clean`), features with a finite memory go over it in eight pieces
/// side by side; else what a feature does not take repeats its last outputs.
void compute_one(
    std::span<const PlannedFeature> features, const FeatureTable& table, std::int32_t index, bool clean, LaneSet set,
    const BatchTarget& target);

/// One to eight stretches at once. Shorter ones go on with their last record, unseen.
void compute_lanes(std::span<const PlannedFeature> features, std::span<const Lane> lanes, LaneSet set, const BatchTarget& target);

} // namespace martlet
