#include <algorithm>
#include <vector>

#include "batch.hpp"
#include "batch_states.hpp"
#include "transpose.hpp"

namespace martlet {
namespace {

/// Runs the records of a block, those that the feature ignores excepted: they repeat the outputs before them.
void run_with_holes(
    const PlannedFeature& feature, void* state, const double* const* in, double* const* out, double* last, std::int64_t count, LaneSet set) {
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
        if (acceptable_record(about, record)) feature.entry->run_one[set](state, row, to, 1);
        for (std::int32_t i = 0; i < about.output_count; ++i) out[i][t] = last[i];
    }
}

/// Eight pieces of one series in the lanes, where the feature's memory is short beside them; false where not.
///
///     lane 0: |─────── piece + reach ───────|
///     lane 1:          |· skip ·|─── piece ───|        each begins on the kernel's grid; what it says before
///     lane 2:                            |· skip ·| …  its memory is full is not delivered
///
/// Of a feature whose memory only settles, lane 1 must be, at the end of its skip, where lane 0 ends.
bool compute_in_pieces(const PlannedFeature& feature, const FeatureTable& table, std::int32_t index, LaneSet set, const BatchTarget& target) {
    const FeatureEntry& entry = *feature.entry;
    const kernels::Span certain = entry.span(feature.parameters), likely = entry.settles(feature.parameters);
    const kernels::Span& span = certain.grid != 0 ? certain : likely;
    if (span.grid == 0 || !has_lanes(set)) return false;
    const auto multiple = [](std::int64_t x, std::int64_t of) { return (x + of - 1) / of * of; };
    const std::int64_t reach = multiple(std::max(span.reach, entry.warm_up(feature.parameters)), certain.grid != 0 ? 8 : block_records);
    const std::int64_t piece = multiple(std::max<std::int64_t>((table.count - reach + batch_lanes - 1) / batch_lanes, 0), kernels::common_multiple(span.grid, 8));
    if (piece < 4 * reach || (batch_lanes - 1) * piece + reach >= table.count) return false;
    Lane lanes[batch_lanes];
    for (int k = 0; k < batch_lanes; ++k)
        lanes[k] = {&table, index, k * piece, k == 0 ? 0 : reach, std::min(piece + reach, table.count - k * piece)};
    return compute_pieces(feature, lanes, certain.grid != 0 ? 0 : reach, set, target);
}

/// Whether no feature ignores any of `count` records from `first` on.
bool clean(const FeatureTable& table, const Reads& reads, std::int64_t first, std::int64_t count, LaneSet set) noexcept {
    for (std::uint64_t rest = reads.all; rest != 0; rest &= rest - 1) {
        const int column = __builtin_ctzll(rest);
        if (!transpose::functions(set).within(table.columns[column] + first, count, reads.least(column), largest_input)) return false;
    }
    return true;
}

} // namespace

/// All through the kernels over `double`, block by block: each is looked at while it is in the cache.
void compute_straight(
    std::span<const PlannedFeature> features, const FeatureTable& table, std::int32_t index, LaneSet set, const BatchTarget& target,
    std::int64_t delivered) {
    const BatchStates states(features, false);
    const Reads reads = reads_of(features);
    std::vector<double> values(static_cast<std::size_t>(target.outputs != nullptr ? 0 : block_records * most_outputs(features)));
    std::vector<double> last(features.size() * maximum_feature_outputs, std::numeric_limits<double>::quiet_NaN());
    for (std::int64_t first = 0; first < table.count; first += block_records) {
        const std::int64_t count = std::min(block_records, table.count - first);
        const bool holes = !clean(table, reads, first, count, set);
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
            double* const said = last.data() + f * maximum_feature_outputs;
            if (holes) run_with_holes(one, states[f], in, out, said, count, set);
            else one.entry->run_one[set](states[f], in, out, count);
            for (std::int32_t i = 0; i < about.output_count; ++i) said[i] = out[i][count - 1];
            if (target.outputs != nullptr || first < delivered) continue;
            for (std::int32_t i = 0; i < about.output_count; ++i) {
                float narrow[block_records];
                for (std::int64_t t = 0; t < count; ++t) narrow[t] = static_cast<float>(out[i][t]);
                const FeatureBlock block{index, one.request, i, one.first_column + i, first, count, narrow};
                target.sink(target.context, &block);
            }
        }
    }
}

void compute_one(std::span<const PlannedFeature> features, const FeatureTable& table, std::int32_t index, LaneSet set, const BatchTarget& target) {
    std::vector<PlannedFeature> rest;
    for (const PlannedFeature& one : features) // a sink is promised its blocks in order, which pieces are not
        if (target.outputs == nullptr || !compute_in_pieces(one, table, index, set, target)) rest.push_back(one);
    if (!rest.empty()) compute_straight(rest, table, index, set, target);
}

} // namespace martlet
