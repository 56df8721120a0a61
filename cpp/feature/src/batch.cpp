#include "martlet/feature_batch.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <exception>
#include <vector>

#include "batch.hpp"

namespace martlet {
namespace {

LaneSet lane_set([[maybe_unused]] FeatureLanes wanted) noexcept {
#if defined(__x86_64__)
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (avx512 && (wanted == FeatureLanes::best || wanted == FeatureLanes::avx512)) return LaneSet::avx512;
    if (__builtin_cpu_supports("avx2") && wanted != FeatureLanes::baseline) return LaneSet::avx2;
#endif
    return LaneSet::baseline;
}

/// The requests as the loops need them; false status where one is not acceptable.
FeatureStatus plan(const FeatureRequest* requests, std::int32_t count, std::vector<PlannedFeature>& planned) {
    std::int32_t column = 0;
    for (std::int32_t i = 0; i < count; ++i) {
        const FeatureRequest& request = requests[i];
        const FeatureStatus status = check_feature(request.feature, request.parameters, request.parameter_count, nullptr);
        if (status != FeatureStatus::ok) return status;
        PlannedFeature one;
        one.entry = feature_entry(request.feature);
        one.request = i;
        one.first_column = column;
        const FeatureDescription& about = *one.entry->about;
        for (std::int32_t p = 0; p < about.parameter_count; ++p)
            one.parameters[p] = p < request.parameter_count ? request.parameters[p] : about.parameters[p].initial;
        for (int c = 0; c < maximum_record_columns; ++c) one.source[c] = c;
        if (about.record == FeatureRecord::series) {
            one.source[0] = request.value_column;
            one.source[1] = request.reference_column;
        }
        if (about.record == FeatureRecord::several)
            for (int c = 0; c < maximum_several_columns; ++c)
                one.source[c] = request.several_columns[c] < 0 ? request.several_columns[0] : request.several_columns[c];
        column += about.output_count;
        planned.push_back(one);
    }
    return FeatureStatus::ok;
}

/// Whether the table has the columns that the features read, as a record that they take.
FeatureStatus fits(const std::vector<PlannedFeature>& planned, const FeatureTable& table) noexcept {
    for (const PlannedFeature& one : planned) {
        const FeatureDescription& about = *one.entry->about;
        const bool of_any = about.record == FeatureRecord::series || about.record == FeatureRecord::several;
        if (!of_any && about.record != table.record) return FeatureStatus::bad_column;
        for (std::uint64_t rest = about.inputs; rest != 0; rest &= rest - 1) {
            const std::int32_t column = one.source[__builtin_ctzll(rest)];
            if (column < 0 || column >= std::min(table.column_count, maximum_record_columns)) return FeatureStatus::bad_column;
            if (table.count > 0 && table.columns[column] == nullptr) return FeatureStatus::bad_column;
        }
    }
    return FeatureStatus::ok;
}

/// Tables of similar length in groups of eight where the set has lanes, else each alone.
std::vector<std::vector<Lane>> groups_of(const FeatureTable* tables, std::int32_t count, LaneSet set) {
    std::vector<Lane> fit;
    for (std::int32_t i = 0; i < count; ++i)
        if (tables[i].count > 0) fit.push_back({&tables[i], i, 0, 0, tables[i].count});
    std::vector<std::vector<Lane>> groups;
    std::sort(fit.begin(), fit.end(), [](const Lane& a, const Lane& b) { return a.count != b.count ? a.count > b.count : a.index < b.index; });
    const std::size_t width = has_lanes(set) ? batch_lanes : 1;
    for (std::size_t at = 0; at < fit.size(); at += width) {
        const std::size_t end = std::min(at + width, fit.size());
        groups.emplace_back(fit.begin() + static_cast<std::ptrdiff_t>(at), fit.begin() + static_cast<std::ptrdiff_t>(end));
    }
    return groups;
}

constexpr std::size_t features_of_a_slice = 16;

FeatureStatus compute(
    const FeatureRequest* requests, std::int32_t request_count, const FeatureTable* tables, std::int32_t table_count,
    const BatchTarget& target, FeatureBatchOptions options) {
    if (request_count < 0 || table_count < 0 || options.threads < 0) return FeatureStatus::bad_count;
    std::vector<PlannedFeature> planned;
    const FeatureStatus status = plan(requests, request_count, planned);
    if (status != FeatureStatus::ok) return status;
    for (std::int32_t i = 0; i < table_count; ++i) {
        if (tables[i].count < 0) return FeatureStatus::bad_count;
        const FeatureStatus answer = fits(planned, tables[i]);
        if (answer != FeatureStatus::ok) return answer;
    }
    const LaneSet set = lane_set(options.lanes);
    const std::vector<std::vector<Lane>> groups = groups_of(tables, table_count, set);
    const std::size_t slices = (planned.size() + features_of_a_slice - 1) / features_of_a_slice;
    const auto work = [&](std::size_t item) {
        const std::vector<Lane>& group = groups[item / slices];
        const std::size_t first = item % slices * features_of_a_slice;
        const std::span<const PlannedFeature> slice(planned.data() + first, std::min(features_of_a_slice, planned.size() - first));
        if (group.size() == 1) {
            compute_one(slice, *group[0].table, group[0].index, set, target);
            return;
        }
        for (const LeftLane& one : compute_lanes(slice, group, set, target))
            compute_straight(slice, *one.lane.table, one.lane.index, set, target, one.delivered);
    };
    const std::size_t items = groups.size() * slices;
    if (options.threads == 1 || items <= 1) {
        for (std::size_t item = 0; item < items; ++item) work(item);
        return FeatureStatus::ok;
    }
    tbb::task_arena arena(options.threads > 0 ? options.threads : tbb::task_arena::automatic);
    arena.execute([&] {
        tbb::parallel_for(std::size_t{0}, items, work, tbb::simple_partitioner());
    });
    return FeatureStatus::ok;
}

} // namespace

std::int32_t feature_columns(const FeatureRequest* requests, std::int32_t request_count) noexcept {
    std::int32_t columns = 0;
    for (std::int32_t i = 0; i < request_count; ++i) {
        const FeatureDescription* about = feature_at(requests[i].feature);
        if (about == nullptr) return -1;
        columns += about->output_count;
    }
    return columns;
}

FeatureStatus compute_features(
    const FeatureRequest* requests, std::int32_t request_count, const FeatureTable* tables, std::int32_t table_count,
    double* const* outputs, FeatureBatchOptions options) noexcept {
    try {
        BatchTarget target;
        target.outputs = outputs;
        target.columns = feature_columns(requests, request_count);
        return compute(requests, request_count, tables, table_count, target, options);
    } catch (const std::exception&) {
        return FeatureStatus::no_memory;
    }
}

FeatureStatus stream_features(
    const FeatureRequest* requests, std::int32_t request_count, const FeatureTable* tables, std::int32_t table_count,
    FeatureSink sink, void* context, FeatureBatchOptions options) noexcept {
    try {
        BatchTarget target;
        target.sink = sink;
        target.context = context;
        return compute(requests, request_count, tables, table_count, target, options);
    } catch (const std::exception&) {
        return FeatureStatus::no_memory;
    }
}

} // namespace martlet
