#pragma once
#include <span>
#include <vector>

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

/// Which columns of a table some features read, and which of them must be positive.
struct Reads {
    std::uint64_t all = 0;
    std::uint64_t positive = 0;

    void add(const PlannedFeature& one) noexcept {
        const FeatureDescription& about = *one.entry->about;
        for (std::uint64_t rest = about.inputs; rest != 0; rest &= rest - 1) {
            const int input = __builtin_ctzll(rest);
            all |= 1ull << one.source[input];
            if ((about.positive >> input & 1) != 0) positive |= 1ull << one.source[input];
        }
    }
    double least(int column) const noexcept { return (positive >> column & 1) != 0 ? smallest_positive : -largest_input; }
};

inline Reads reads_of(std::span<const PlannedFeature> features) noexcept {
    Reads out;
    for (const PlannedFeature& one : features) out.add(one);
    return out;
}

/// One series. Features whose memory ends, or settles, go over it in eight pieces side by side, as long as
/// they ignore no record; of the others, what a feature does not take repeats its last outputs.
void compute_one(std::span<const PlannedFeature> features, const FeatureTable& table, std::int32_t index, LaneSet set, const BatchTarget& target);

/// The same from record to record. A sink has had the values of the first `delivered`, a multiple of `block_records`.
void compute_straight(
    std::span<const PlannedFeature> features, const FeatureTable& table, std::int32_t index, LaneSet set, const BatchTarget& target,
    std::int64_t delivered = 0);

/// A lane that was given up.
struct LeftLane {
    Lane lane;
    std::int64_t delivered; ///< values of so many records were
};

/// One to eight series at once. Shorter ones go on with their last record, unseen. Those that have a record to be ignored
/// are given up at the begin of its block: `compute_straight` has to go on with them.
std::vector<LeftLane> compute_lanes(
    std::span<const PlannedFeature> features, std::span<const Lane> lanes, LaneSet set, const BatchTarget& target);

/// Eight pieces of one series. False where a record would have been ignored, or where pieces do not meet:
/// what was delivered is then worthless. With `meet` (0: no question) each piece but the last goes on for as many
/// records, a multiple of `block_records`, as the next one skips, and has to end in the state in which that
/// one takes over, bit for bit.
bool compute_pieces(const PlannedFeature& feature, std::span<const Lane> lanes, std::int64_t meet, LaneSet set, const BatchTarget& target);

} // namespace martlet
