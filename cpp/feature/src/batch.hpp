#pragma once
#include <span>

#include "feature_table.hpp"
#include "martlet/feature_batch.hpp"

// One piece of a batch: some features over one group of instruments, on one thread.

namespace martlet {

struct PlannedFeature {
    const FeatureEntry* entry = nullptr;
    std::int32_t request = 0;
    std::int32_t first_column = 0; ///< among all outputs
    double parameters[maximum_feature_parameters] = {};
    std::int32_t source[maximum_record_columns] = {}; ///< column of the table for each input
};

/// Instruments that are computed together, the longest first.
struct LaneGroup {
    std::int32_t table[batch_lanes];
    int size;
    bool clean; ///< no record is ignored
};

/// Where values go: columns of doubles, or a sink of floats.
struct BatchTarget {
    double* const* outputs = nullptr;
    std::int32_t columns = 0; ///< outputs of one table
    FeatureSink sink = nullptr;
    void* context = nullptr;
};

/// One series, with the kernels over `double`. Records that a feature does not take repeat its last outputs.
void compute_one(
    std::span<const PlannedFeature> features, const FeatureTable& table, const LaneGroup& group, const BatchTarget& target);

/// Two to eight series at once. Shorter ones go on with their last record, unseen.
void compute_lanes(
    std::span<const PlannedFeature> features, const FeatureTable* tables, const LaneGroup& group, LaneSet set,
    const BatchTarget& target);

} // namespace martlet
