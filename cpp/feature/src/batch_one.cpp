#include <algorithm>
#include <vector>

#include "batch.hpp"
#include "batch_states.hpp"

namespace martlet {
namespace {

/// Runs the records of a block, those that the feature ignores excepted: they repeat the outputs before them.
void run_with_holes(
    const PlannedFeature& feature, void* state, const double* const* in, double* const* out, double* last, std::int64_t count) {
    const FeatureDescription& about = *feature.entry->about;
    double record[maximum_record_columns];
    const double* row[maximum_record_columns];
    double* to[maximum_feature_outputs];
    for (std::int64_t t = 0; t < count; ++t) {
        for (std::uint64_t rest = about.inputs; rest != 0; rest &= rest - 1) {
            const int i = __builtin_ctzll(rest);
            row[i] = in[i] + t;
            record[i] = *row[i];
        }
        for (std::int32_t i = 0; i < about.output_count; ++i) to[i] = last + i;
        if (acceptable_record(about, record)) feature.entry->run_one(state, row, to, 1);
        for (std::int32_t i = 0; i < about.output_count; ++i) out[i][t] = last[i];
    }
}

/// Eight pieces of one series in the lanes, where the feature's memory is short beside them; false where not.
///
///     lane 0: |─────── piece + reach ───────|
///     lane 1:          |· skip ·|─── piece ───|        each begins on the kernel's grid; what it says before
///     lane 2:                            |· skip ·| …  its memory is full is not delivered
bool compute_in_pieces(const PlannedFeature& feature, const FeatureTable& table, std::int32_t index, LaneSet set, const BatchTarget& target) {
    const kernels::Span span = feature.entry->span(feature.parameters);
    if (span.grid == 0) return false;
    const auto on_grid = [&](std::int64_t x) { return (x + span.grid - 1) / span.grid * span.grid; };
    const std::int64_t reach = on_grid(std::max(span.reach, feature.entry->warm_up(feature.parameters)));
    const std::int64_t piece = on_grid(std::max<std::int64_t>((table.count - reach + batch_lanes - 1) / batch_lanes, 0));
    if (piece < 4 * reach || (batch_lanes - 1) * piece + reach >= table.count) return false;
    Lane lanes[batch_lanes];
    for (int k = 0; k < batch_lanes; ++k)
        lanes[k] = {&table, index, k * piece, k == 0 ? 0 : reach, std::min(piece + reach, table.count - k * piece)};
    compute_lanes({&feature, 1}, lanes, set, target);
    return true;
}

/// All records through the kernels over `double`, block by block.
void compute_straight(
    std::span<const PlannedFeature> features, const FeatureTable& table, std::int32_t index, bool clean, const BatchTarget& target) {
    const BatchStates states(features, false);
    std::vector<double> values(block_records * maximum_feature_outputs);
    std::vector<double> last(features.size() * maximum_feature_outputs, std::numeric_limits<double>::quiet_NaN());
    for (std::int64_t first = 0; first < table.count; first += block_records) {
        const std::int64_t count = std::min(block_records, table.count - first);
        for (std::size_t f = 0; f < features.size(); ++f) {
            const PlannedFeature& one = features[f];
            const FeatureDescription& about = *one.entry->about;
            const double* in[maximum_record_columns];
            double* out[maximum_feature_outputs];
            for (std::uint64_t rest = about.inputs; rest != 0; rest &= rest - 1) {
                const int i = __builtin_ctzll(rest);
                in[i] = table.columns[one.source[i]] + first;
            }
            for (std::int32_t i = 0; i < about.output_count; ++i)
                out[i] = target.outputs != nullptr ? target.column(index, one.first_column + i) + first : values.data() + i * block_records;
            if (clean) one.entry->run_one(states[f], in, out, count);
            else run_with_holes(one, states[f], in, out, last.data() + f * maximum_feature_outputs, count);
            if (target.outputs != nullptr) continue;
            for (std::int32_t i = 0; i < about.output_count; ++i) {
                float narrow[block_records];
                for (std::int64_t t = 0; t < count; ++t) narrow[t] = static_cast<float>(out[i][t]);
                const FeatureBlock block{index, one.request, i, one.first_column + i, first, count, narrow};
                target.sink(target.context, &block);
            }
        }
    }
}

} // namespace

void compute_one(
    std::span<const PlannedFeature> features, const FeatureTable& table, std::int32_t index, bool clean, LaneSet set,
    const BatchTarget& target) {
    // A sink is promised its blocks in order, which pieces are not.
    const bool pieces = clean && target.outputs != nullptr;
    std::vector<PlannedFeature> rest;
    for (const PlannedFeature& one : features)
        if (!pieces || !compute_in_pieces(one, table, index, set, target)) rest.push_back(one);
    if (!rest.empty()) compute_straight(rest, table, index, clean, target);
}

} // namespace martlet
