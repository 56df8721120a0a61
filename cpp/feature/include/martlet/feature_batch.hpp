#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/features.hpp"

// Features over whole columns, for many instruments at once: the kernels of martlet/features.hpp, eight
// instruments in the lanes of a vector and the rest of the work on all cores.
//
//     instruments × features ──► groups of 8 instruments × slices of features ──► cores
//                                      │ blocks of bars: columns → lanes → kernels → columns
//                                      ▼
//                            double columns, or blocks of floats to a sink
//
// Every value is bit for bit the one that `update_feature` gives for the same records in the same order,
// whatever the number of instruments, threads and the instruction set.

namespace martlet {

/// One feature of a set.
struct FeatureRequest {
    std::int32_t feature = -1;
    std::int32_t parameter_count = 0;                 ///< the others have their initial value
    double parameters[maximum_feature_parameters] = {};
    std::int32_t value_column = 3;                    ///< what a feature of a series takes: a bar's close
    std::int32_t reference_column = 4;                ///< what it takes as its reference, if it has one
    /// What a feature of several takes; −1 for a column that is not given, which the first stands in for
    std::int32_t several_columns[maximum_several_columns] = {0, 1, 2, 3, 4, 5, 6, 7};
};

/// The history of one instrument: columns of equal length, oldest first.
struct FeatureTable {
    FeatureRecord record = FeatureRecord::bar; ///< its columns; features of series and of several take any of them
    std::int32_t column_count = 0;
    const double* const* columns = nullptr; ///< null where nothing reads it
    std::int64_t count = 0;                 ///< records
};

/// The instruction set for lanes. All give the same bits; one that the processor lacks becomes the best it has. The
/// baseline of x86-64 has no lanes worth it: there one series goes after the other.
enum class FeatureLanes : std::uint8_t { best = 0, baseline, avx2, avx512 };

struct FeatureBatchOptions {
    std::int32_t threads = 0; ///< 0: one for each core
    FeatureLanes lanes = FeatureLanes::best;
};

/// Some consecutive values of one output of one instrument.
struct FeatureBlock {
    std::int32_t table;   ///< index of the instrument
    std::int32_t request; ///< index of the feature
    std::int32_t output;
    std::int32_t column;  ///< index among all outputs of all requests
    std::int64_t first;   ///< record of the first value
    std::int64_t count;
    const float* values;  ///< gone when the sink returns
};

/// Takes blocks: in order for one output of one instrument, from several threads at once for different ones.
using FeatureSink = void (*)(void* context, const FeatureBlock* block);

/// Outputs of all requests together; −1 where one names no feature.
std::int32_t feature_columns(const FeatureRequest* requests, std::int32_t request_count) noexcept;

/// Fills `outputs[table × feature_columns + column]`, each as long as its table. A record that a feature
/// ignores repeats its outputs. O(records × features); memory besides the outputs is some hundred
/// kilobytes a thread and the states.
FeatureStatus compute_features(
    const FeatureRequest* requests, std::int32_t request_count, const FeatureTable* tables, std::int32_t table_count,
    double* const* outputs, FeatureBatchOptions options) noexcept;

/// The same in single precision, given to `sink` block by block, so that nothing has to be held.
FeatureStatus stream_features(
    const FeatureRequest* requests, std::int32_t request_count, const FeatureTable* tables, std::int32_t table_count,
    FeatureSink sink, void* context, FeatureBatchOptions options) noexcept;

} // namespace martlet
