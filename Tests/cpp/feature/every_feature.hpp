#pragma once
#include <array>
#include <string>
#include <vector>

#include "martlet/feature_batch.hpp"
#include "martlet/features.hpp"
#include "series.hpp"

// Tables of every kind of record, and the faces of a feature that the tests of the contract look at.

namespace martlet::testing {

/// Columns of equal length. Those that a record has not are absent.
struct Table {
    std::string name;
    FeatureRecord record;
    std::vector<std::vector<double>> columns;

    std::size_t size() const { return columns.front().size(); }
    std::array<double, maximum_record_columns> row(std::size_t t) const {
        std::array<double, maximum_record_columns> out;
        out.fill(nan);
        for (std::size_t i = 0; i < columns.size(); ++i) out[i] = columns[i][t];
        return out;
    }
    void shorten(std::size_t count) {
        for (auto& column : columns) column.resize(std::min(count, column.size()));
    }
};

inline std::int32_t columns_of(FeatureRecord record) {
    std::int32_t count = 0;
    while (record_column(record, count) != nullptr) ++count;
    return count;
}

/// A walk; a share of its records gap, stand still or jump, some volumes are zero.
inline Table walk_table(FeatureRecord record, std::uint64_t seed, std::size_t count, double start, double step) {
    Dice dice(seed);
    Table table{"walk " + std::to_string(seed), record, {}};
    table.columns.resize(static_cast<std::size_t>(columns_of(record)));
    double price = start;
    for (std::size_t t = 0; t < count; ++t) {
        const double chance = dice.uniform();
        const double reach = chance < 0.03 ? 25 : chance < 0.15 ? 0 : 1;
        const double open = chance > 0.97 ? price * 1.05 : price;
        price = std::fabs(open + step * reach * (dice.uniform() - 0.5)) + start * 1e-6;
        const double high = std::fmax(open, price) + step * reach * 0.2 * dice.uniform();
        const double low = std::fmin(open, price) * (1 - 0.001 * reach * dice.uniform());
        const double volume = dice.uniform() < 0.1 ? 0 : std::floor(1000 * dice.uniform());
        const double tick = start * 1e-4;
        std::vector<double> row;
        if (record == FeatureRecord::bar) row = {open, high, low, price, volume};
        if (record == FeatureRecord::series) row = {price, start + 2 * (price - start) + step * dice.uniform()};
        if (record == FeatureRecord::quote) row = {price, volume, price + tick, std::floor(500 * dice.uniform())};
        if (record == FeatureRecord::trade) row = {dice.uniform() < 0.5 ? price : price + tick, volume, price, price + tick};
        if (record == FeatureRecord::several)
            for (int i = 0; i < maximum_several_columns; ++i) row.push_back(i == 1 ? price : i % 3 == 0 ? price - start : step * (dice.uniform() - 0.5));
        if (record == FeatureRecord::option_trade)
            row = {step * dice.uniform(), volume, 100, start * (0.8 + 0.4 * dice.uniform()), 1e6 * dice.uniform(), price,
                   std::floor(2 * dice.uniform()), std::floor(3 * dice.uniform()) - 1};
        if (record == FeatureRecord::depth)
            for (int side = 0; side < 4; ++side)
                for (int level = 0; level < 10; ++level)
                    row.push_back(side == 0 ? price - tick * level : side == 2 ? price + tick * (1 + level) : std::floor(500 * dice.uniform()));
        for (std::size_t i = 0; i < row.size(); ++i) table.columns[i].push_back(row[i]);
    }
    return table;
}

/// Any acceptable numbers, in no order.
inline Table wild_table(FeatureRecord record, std::uint64_t seed, std::size_t count) {
    static constexpr double extremes[] = {0, -0.0, 1, -1, 1e100, -1e100, 1e-300, 5e-324, 1e-8, 100, 100, 100, 1e16, -1e16};
    Dice dice(seed);
    Table table{"wild " + std::to_string(seed), record, {}};
    table.columns.resize(static_cast<std::size_t>(columns_of(record)));
    for (auto& column : table.columns)
        for (std::size_t t = 0; t < count; ++t) column.push_back(extremes[dice.next() % 14]);
    return table;
}

inline Table flat_table(FeatureRecord record, double value, std::size_t count) {
    const std::vector<std::vector<double>> columns(static_cast<std::size_t>(columns_of(record)), std::vector<double>(count, value));
    return {"flat", record, columns};
}

/// Calm, one absurd record, calm again.
inline Table spiked_table(FeatureRecord record, std::size_t count) {
    Table table = walk_table(record, 77, count, 100, 1);
    table.name = "spiked";
    for (auto& column : table.columns) column[count / 2] = 1e99;
    return table;
}

inline std::vector<Table> every_table(const FeatureDescription& about, std::size_t count) {
    const FeatureRecord record = about.record;
    Table zero_volume = walk_table(record, 9, count, 50, 1);
    zero_volume.name = "zero volume";
    if (record == FeatureRecord::bar) zero_volume.columns[4].assign(count, 0.0);
    return {walk_table(record, 1, count, 100, 1), walk_table(record, 2, count, 30'000, 250), walk_table(record, 3, count, 0.0001, 0.00001),
            walk_table(record, 4, count, 1e9, 1e6), flat_table(record, 100, count), flat_table(record, 0.1, count), flat_table(record, 0, count),
            spiked_table(record, count), zero_volume, wild_table(record, 5, count), wild_table(record, 6, count), wild_table(record, 7, count)};
}

inline std::vector<double> initial(const FeatureDescription& about) {
    std::vector<double> out;
    for (int i = 0; i < about.parameter_count; ++i) out.push_back(about.parameters[i].initial);
    return out;
}

/// The initial parameters, the least of each that the others allow, and odd ones between.
inline std::vector<std::vector<double>> parameter_sets(std::int32_t feature) {
    const FeatureDescription& about = *feature_at(feature);
    std::vector<std::vector<double>> out{initial(about)};
    for (int i = 0; i < about.parameter_count; ++i)
        for (const double share : {0.0, 0.37, 1.9}) {
            auto one = initial(about);
            double value = about.parameters[i].minimum + share * (about.parameters[i].initial - about.parameters[i].minimum);
            if (about.parameters[i].whole) value = std::floor(value);
            one[static_cast<std::size_t>(i)] = value;
            if (check_feature(feature, one.data(), about.parameter_count, nullptr) == FeatureStatus::ok) out.push_back(one);
        }
    return out;
}

/// A state in memory of its own.
struct Streamed {
    std::int32_t feature;
    std::vector<double> parameters;
    std::vector<std::uint64_t> bytes; ///< the state, word by word
    std::vector<double> outputs;

    Streamed(std::int32_t index, std::vector<double> given) : feature(index), parameters(std::move(given)) {
        const auto count = static_cast<std::int32_t>(parameters.size());
        bytes.resize(feature_bytes(feature, parameters.data(), count) / 8);
        outputs.assign(static_cast<std::size_t>(feature_at(feature)->output_count), nan);
        if (create_feature(feature, parameters.data(), count, bytes.data(), bytes.size() * 8) != FeatureStatus::ok) std::abort();
    }
    void* memory() { return bytes.data(); }
    FeatureStatus update(const std::array<double, maximum_record_columns>& row) { return update_feature(bytes.data(), row.data(), outputs.data()); }
    std::int64_t warm_up() const { return feature_warm_up(feature, parameters.data(), static_cast<std::int32_t>(parameters.size())); }
};

/// One feature over the first `count` tables.
struct Batch {
    FeatureStatus status;
    std::size_t output_count;
    std::vector<std::vector<double>> values;

    Batch(const FeatureRequest& request, const std::vector<Table>& tables, std::size_t count, FeatureLanes lanes)
        : output_count(static_cast<std::size_t>(feature_at(request.feature)->output_count)) {
        std::vector<std::vector<const double*>> columns(count);
        std::vector<FeatureTable> faces(count);
        std::vector<double*> outputs;
        values.resize(count * output_count);
        for (std::size_t k = 0; k < count; ++k) {
            for (const auto& column : tables[k].columns) columns[k].push_back(column.data());
            faces[k].record = tables[k].record;
            faces[k].column_count = static_cast<std::int32_t>(columns[k].size());
            faces[k].columns = columns[k].data();
            faces[k].count = static_cast<std::int64_t>(tables[k].size());
            for (std::size_t o = 0; o < output_count; ++o) {
                values[k * output_count + o].resize(tables[k].size());
                outputs.push_back(values[k * output_count + o].data());
            }
        }
        FeatureBatchOptions options;
        options.threads = 2;
        options.lanes = lanes;
        status = compute_features(&request, 1, faces.data(), static_cast<std::int32_t>(count), outputs.data(), options);
    }
    const std::vector<double>& of(std::size_t table, std::size_t output) const { return values[table * output_count + output]; }
    double at(std::size_t table, std::size_t output, std::size_t t) const { return of(table, output)[t]; }
};

} // namespace martlet::testing
