#include <algorithm>
#include <vector>

#include "batch.hpp"

namespace martlet {
namespace {

/// Records that go through all features of a slice before the next: their columns and outputs stay in cache.
constexpr std::int64_t block_records = 128;

/// Begins of the states of a slice in one piece of memory, made and ready.
class States {
public:
    States(std::span<const PlannedFeature> features, bool lanes) {
        std::vector<std::size_t> sizes;
        std::size_t total = 0;
        for (const PlannedFeature& one : features) {
            sizes.push_back(((lanes ? one.entry->lanes : one.entry->one).bytes(one.parameters) + 63) / 64 * 64);
            total += sizes.back();
        }
        memory_.resize(total / 8);
        unsigned char* at = reinterpret_cast<unsigned char*>(memory_.data());
        for (std::size_t i = 0; i < features.size(); ++i) {
            const PlannedFeature& one = features[i];
            new (at) StateHeader{0, 0, 0, one.entry->warm_up(one.parameters), sizes[i], {}};
            (lanes ? one.entry->lanes : one.entry->one).create(one.parameters, at);
            begins_.push_back(at);
            at += sizes[i];
        }
    }
    void* operator[](std::size_t i) const noexcept { return begins_[i]; }

private:
    std::vector<double> memory_;
    std::vector<void*> begins_;
};

/// Gives `count` values of an output to where they belong; element t of them is values[t × stride].
void deliver(
    const BatchTarget& target, const PlannedFeature& feature, std::int32_t table, std::int32_t output, std::int64_t first,
    std::int64_t count, const double* values, std::int64_t stride) {
    const std::int32_t column = feature.first_column + output;
    if (target.outputs != nullptr) {
        double* to = target.outputs[static_cast<std::int64_t>(table) * target.columns + column] + first;
        for (std::int64_t t = 0; t < count; ++t) to[t] = values[t * stride];
        return;
    }
    float narrow[block_records];
    for (std::int64_t t = 0; t < count; ++t) narrow[t] = static_cast<float>(values[t * stride]);
    const FeatureBlock block{table, feature.request, output, column, first, count, narrow};
    target.sink(target.context, &block);
}

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

} // namespace

void compute_one(
    std::span<const PlannedFeature> features, const FeatureTable& table, const LaneGroup& group, const BatchTarget& target) {
    const States states(features, false);
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
            for (std::int32_t i = 0; i < about.output_count; ++i) {
                out[i] = values.data() + i * block_records;
                if (target.outputs != nullptr)
                    out[i] = target.outputs[static_cast<std::int64_t>(group.table[0]) * target.columns + one.first_column + i] + first;
            }
            if (group.clean) one.entry->run_one(states[f], in, out, count);
            else run_with_holes(one, states[f], in, out, last.data() + f * maximum_feature_outputs, count);
            if (target.outputs != nullptr) continue;
            for (std::int32_t i = 0; i < about.output_count; ++i) deliver(target, one, group.table[0], i, first, count, out[i], 1);
        }
    }
}

void compute_lanes(
    std::span<const PlannedFeature> features, const FeatureTable* tables, const LaneGroup& group, LaneSet set,
    const BatchTarget& target) {
    const States states(features, true);
    constexpr std::int64_t area = block_records * batch_lanes;
    std::uint64_t wanted = 0;
    for (const PlannedFeature& one : features)
        for (std::uint64_t rest = one.entry->about->inputs; rest != 0; rest &= rest - 1) wanted |= 1ull << one.source[__builtin_ctzll(rest)];
    std::int64_t begin[maximum_record_columns]; // of a column's area
    std::int64_t areas = 0;
    for (std::uint64_t rest = wanted; rest != 0; rest &= rest - 1) begin[__builtin_ctzll(rest)] = area * areas++;
    std::vector<double> columns(static_cast<std::size_t>(area * areas));
    std::vector<double> values(static_cast<std::size_t>(area * maximum_feature_outputs));

    const std::int64_t longest = tables[group.table[0]].count;
    for (std::int64_t first = 0; first < longest; first += block_records) {
        const std::int64_t count = std::min(block_records, longest - first);
        for (std::uint64_t rest = wanted; rest != 0; rest &= rest - 1) {
            const int column = __builtin_ctzll(rest);
            double* to = columns.data() + begin[column];
            for (int lane = 0; lane < batch_lanes; ++lane) {
                const FeatureTable& table = tables[group.table[lane < group.size ? lane : 0]];
                const double* from = table.columns[column];
                const std::int64_t there = std::clamp<std::int64_t>(table.count - first, 0, count);
                for (std::int64_t t = 0; t < there; ++t) to[t * batch_lanes + lane] = from[first + t];
                for (std::int64_t t = there; t < count; ++t) to[t * batch_lanes + lane] = from[table.count - 1];
            }
        }
        for (std::size_t f = 0; f < features.size(); ++f) {
            const PlannedFeature& one = features[f];
            const FeatureDescription& about = *one.entry->about;
            const double* in[maximum_record_columns];
            double* out[maximum_feature_outputs];
            for (std::uint64_t rest = about.inputs; rest != 0; rest &= rest - 1) {
                const int i = __builtin_ctzll(rest);
                in[i] = columns.data() + begin[one.source[i]];
            }
            for (std::int32_t i = 0; i < about.output_count; ++i) out[i] = values.data() + i * area;
            one.entry->run_lanes[static_cast<int>(set)](states[f], in, out, count);
            for (std::int32_t i = 0; i < about.output_count; ++i)
                for (int lane = 0; lane < group.size; ++lane) {
                    const std::int64_t there = std::min(count, tables[group.table[lane]].count - first);
                    if (there > 0) deliver(target, one, group.table[lane], i, first, there, out[i] + lane, batch_lanes);
                }
        }
    }
}

} // namespace martlet
