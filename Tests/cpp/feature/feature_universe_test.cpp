#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <new>

#include "every_feature.hpp"
#include "martlet/feature_universe.hpp"

// The online half of the store: rows of instruments beside the same features one by one.

namespace martlet {
namespace {

using namespace testing;

bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

FeatureRequest request_of(std::int32_t feature, std::int32_t value_column = 3, std::int32_t reference_column = 4) {
    FeatureRequest out;
    out.feature = feature;
    out.value_column = value_column;
    out.reference_column = reference_column;
    return out;
}

/// Every feature that takes such records; those of series take columns next to each other and apart.
std::vector<FeatureRequest> every_request(FeatureRecord record) {
    std::vector<FeatureRequest> out;
    for (std::int32_t i = 0; i < feature_count(); ++i) {
        const FeatureRecord kind = feature_at(i)->record;
        if (kind == record) out.push_back(request_of(i));
        if (kind == FeatureRecord::series && record == FeatureRecord::bar) {
            out.push_back(request_of(i, 2, 3));
            out.push_back(request_of(i, 3, 1));
        }
        if (kind == FeatureRecord::several && record == FeatureRecord::bar) {
            out.push_back(request_of(i));
            const std::int32_t columns[] = {4, 2, 0, -1, -1, 1, -1, -1};
            std::copy(std::begin(columns), std::end(columns), out.back().several_columns);
        }
    }
    return out;
}

struct Set {
    std::vector<std::uint64_t> bytes;
    FeatureStatus status;
    std::int32_t at = -1;

    Set(const std::vector<FeatureRequest>& requests, FeatureRecord record) : bytes(feature_set_bytes(static_cast<std::int32_t>(requests.size())) / 8) {
        status = create_feature_set(requests.data(), static_cast<std::int32_t>(requests.size()), record, bytes.data(), bytes.size() * 8, &at);
    }
    const void* get() const { return bytes.data(); }
};

/// Memory of rows, aligned as they want it.
struct Rows {
    const Set& set;
    std::int32_t count;
    std::size_t bytes;
    std::unique_ptr<unsigned char, decltype(&std::free)> memory;

    Rows(const Set& of, std::int32_t rows)
        : set(of), count(rows), bytes(feature_row_bytes(of.get()) * static_cast<std::size_t>(rows)),
          memory(static_cast<unsigned char*>(std::aligned_alloc(64, std::max<std::size_t>(bytes, 64))), &std::free) {
        if (create_feature_rows(set.get(), memory.get(), bytes, count) != FeatureStatus::ok) std::abort();
    }
    FeatureStatus update(const std::vector<std::int32_t>& which, const std::vector<double>& records, std::int32_t threads) {
        return update_feature_rows(set.get(), memory.get(), count, which.data(), records.data(), static_cast<std::int32_t>(which.size()), threads);
    }
    const double* values(std::int32_t row) const { return feature_row_values(set.get(), memory.get(), row); }
    bool operator==(const Rows& other) const { return bytes == other.bytes && std::memcmp(memory.get(), other.memory.get(), bytes) == 0; }
};

/// What the rows are held against: each feature of one instrument by `update_feature`.
struct Apart {
    std::vector<FeatureRequest> requests;
    std::vector<Streamed> states;
    std::int64_t ignored = 0;

    explicit Apart(const std::vector<FeatureRequest>& given) : requests(given) {
        for (const FeatureRequest& one : requests) states.emplace_back(one.feature, initial(*feature_at(one.feature)));
    }
    void update(const double* record) {
        for (std::size_t f = 0; f < states.size(); ++f) {
            const bool series = feature_at(requests[f].feature)->record == FeatureRecord::series;
            const bool several = feature_at(requests[f].feature)->record == FeatureRecord::several;
            double asked[maximum_several_columns] = {record[requests[f].value_column], record[requests[f].reference_column]};
            for (int i = 0; several && i < maximum_several_columns; ++i) {
                const std::int32_t given = requests[f].several_columns[i];
                asked[i] = record[given < 0 ? requests[f].several_columns[0] : given];
            }
            const FeatureStatus status = update_feature(states[f].memory(), series || several ? asked : record, states[f].outputs.data());
            if (status == FeatureStatus::ignored) ++ignored;
        }
    }
    void expect(const double* values) const {
        for (const Streamed& one : states)
            for (const double output : one.outputs) {
                ASSERT_TRUE(same(*values, output)) << feature_at(one.feature)->name << ": " << *values << " for " << output;
                ++values;
            }
    }
};

TEST(FeatureUniverse, GivesEachInstrumentTheBitsOfItsFeaturesOneByOne) {
    for (const FeatureRecord record : {FeatureRecord::bar, FeatureRecord::quote, FeatureRecord::trade, FeatureRecord::depth, FeatureRecord::series,
                                       FeatureRecord::several, FeatureRecord::option_trade}) {
        const auto requests = record == FeatureRecord::series ? std::vector<FeatureRequest>{request_of(find_feature("rsi"), 0), request_of(find_feature("correlation"), 1, 0)}
                                                              : every_request(record);
        const Set set(requests, record);
        ASSERT_EQ(set.status, FeatureStatus::ok) << set.at;
        constexpr std::int32_t instruments = 5;
        std::vector<Table> tables;
        std::vector<Apart> apart(instruments, Apart(requests));
        for (std::uint64_t i = 0; i < instruments; ++i) tables.push_back(walk_table(record, 60 + i, 300, 100, 1));
        tables[2].columns[1][41] = nan; // ignored by what reads it
        Rows rows(set, instruments);
        for (std::size_t t = 0; t < 300; ++t) {
            std::vector<std::int32_t> which;
            std::vector<double> records;
            for (std::int32_t i = 0; i < instruments; ++i) {
                if ((t + static_cast<std::size_t>(i)) % 7 == 0) continue; // nothing came for this one
                const auto row = tables[static_cast<std::size_t>(i)].row(t);
                which.push_back(i);
                records.insert(records.end(), row.begin(), row.begin() + feature_set_columns(set.get()));
                apart[static_cast<std::size_t>(i)].update(row.data());
            }
            if (t % 3 != 0) ASSERT_EQ(rows.update(which, records, 1), FeatureStatus::ok);
            else
                for (std::size_t i = 0; i < which.size(); ++i)
                    update_feature_row(set.get(), rows.memory.get(), which[i], records.data() + i * static_cast<std::size_t>(feature_set_columns(set.get())));
            for (std::int32_t i = 0; i < instruments; ++i) ASSERT_NO_FATAL_FAILURE(apart[static_cast<std::size_t>(i)].expect(rows.values(i))) << t;
        }
        for (std::int32_t i = 0; i < instruments; ++i) {
            EXPECT_EQ(feature_row_ignored(set.get(), rows.memory.get(), i), apart[static_cast<std::size_t>(i)].ignored);
            EXPECT_EQ(feature_row_ignored(set.get(), rows.memory.get(), i) > 0, i == 2);
        }
    }
}

/// Records of a minute for instruments in a row.
std::vector<double> minute(std::int32_t count, std::uint64_t seed) {
    Dice dice(seed);
    std::vector<double> out;
    for (std::int32_t i = 0; i < count; ++i) {
        const double close = 100 + i + dice.uniform();
        for (const double value : {close, close + 1, close - 1, close, 1 + 1000 * dice.uniform()}) out.push_back(value);
    }
    return out;
}

std::vector<FeatureRequest> a_few() {
    std::vector<FeatureRequest> out;
    for (const char* name : {"ema", "atr", "bollinger", "obv", "aroon", "realised_volatility"}) out.push_back(request_of(find_feature(name)));
    return out;
}

TEST(FeatureUniverse, DoesNotDependOnTheNumberOfCores) {
    const Set set(a_few(), FeatureRecord::bar);
    Rows one(set, 501), two(set, 501), all(set, 501);
    for (std::uint64_t t = 0; t < 80; ++t) {
        const auto records = minute(501, t);
        for (Rows* rows : {&one, &two, &all})
            ASSERT_EQ(update_feature_rows(set.get(), rows->memory.get(), 501, nullptr, records.data(), 501, rows == &one ? 1 : rows == &two ? 2 : 0), FeatureStatus::ok);
    }
    EXPECT_EQ(feature_row_records(set.get(), one.memory.get(), 500), 80);
    EXPECT_TRUE(one == two);
    EXPECT_TRUE(one == all);
}

TEST(FeatureUniverse, GoesOnFromACopyOfItsBytesAndAnewFromAResetOfOneRow) {
    const Set set(a_few(), FeatureRecord::bar);
    const auto run = [&](Rows& rows, std::uint64_t from, std::uint64_t to) {
        for (std::uint64_t t = from; t < to; ++t)
            ASSERT_EQ(update_feature_rows(set.get(), rows.memory.get(), 3, nullptr, minute(3, t).data(), 3, 1), FeatureStatus::ok);
    };
    Rows original(set, 3), copy(set, 3), fresh(set, 3);
    const Set again(a_few(), FeatureRecord::bar); // as another process makes it
    run(original, 0, 60);
    std::memcpy(copy.memory.get(), original.memory.get(), copy.bytes);
    ASSERT_EQ(check_feature_rows(again.get(), copy.memory.get(), copy.bytes, 3), FeatureStatus::ok);
    run(original, 60, 120);
    for (std::uint64_t t = 60; t < 120; ++t)
        ASSERT_EQ(update_feature_rows(again.get(), copy.memory.get(), 3, nullptr, minute(3, t).data(), 3, 1), FeatureStatus::ok);
    EXPECT_TRUE(copy == original);
    reset_feature_row(set.get(), copy.memory.get(), 1);
    const std::size_t row = feature_row_bytes(set.get());
    EXPECT_EQ(std::memcmp(copy.memory.get(), original.memory.get(), row), 0);
    EXPECT_EQ(std::memcmp(copy.memory.get() + row, fresh.memory.get() + row, row), 0);
    EXPECT_EQ(std::memcmp(copy.memory.get() + 2 * row, original.memory.get() + 2 * row, row), 0);
}

TEST(FeatureUniverse, IsWarmAfterAsManyRecordsAsItSays) {
    const Set set(every_request(FeatureRecord::bar), FeatureRecord::bar);
    Rows rows(set, 1);
    const auto table = walk_table(FeatureRecord::bar, 3, 2'000, 100, 1);
    const std::int64_t warm = feature_set_warm_up(set.get());
    ASSERT_LT(warm, 2'000);
    for (std::int64_t t = 1; t <= warm; ++t) {
        ASSERT_EQ(update_feature_row(set.get(), rows.memory.get(), 0, table.row(static_cast<std::size_t>(t)).data()), FeatureStatus::ok);
        const double* values = rows.values(0);
        const bool all = std::all_of(values, values + feature_set_values(set.get()), [](double x) { return std::isfinite(x); });
        ASSERT_EQ(all, t == warm) << t;
    }
}

TEST(FeatureUniverse, RefusesRowsThatAreNotThereOrComeTwiceAndTouchesNothing) {
    const Set set(a_few(), FeatureRecord::bar);
    Rows rows(set, 4), before(set, 4);
    const auto records = minute(4, 1);
    for (const std::vector<std::int32_t>& which : {std::vector<std::int32_t>{0, 0}, {2, 1}, {-1}, {4}, {0, 1, 2, 3, 4}})
        EXPECT_EQ(rows.update(which, std::vector<double>(25, 100.0), 1), FeatureStatus::bad_row);
    EXPECT_EQ(update_feature_rows(set.get(), rows.memory.get(), 4, nullptr, records.data(), 5, 1), FeatureStatus::bad_row);
    EXPECT_EQ(update_feature_rows(set.get(), rows.memory.get(), 4, nullptr, records.data(), -1, 1), FeatureStatus::bad_count);
    EXPECT_EQ(update_feature_rows(set.get(), rows.memory.get(), 4, nullptr, records.data(), 4, -1), FeatureStatus::bad_count);
    EXPECT_TRUE(rows == before);
    EXPECT_EQ(rows.update({}, {}, 2), FeatureStatus::ok);
    EXPECT_EQ(rows.update({3}, records, 2), FeatureStatus::ok);
}

TEST(FeatureUniverse, RefusesASetThatItCannotServe) {
    const auto answer = [](FeatureRequest request, FeatureRecord record) {
        const Set set({request_of(find_feature("ema"), 0), request}, record);
        if (set.status == FeatureStatus::ok) return set.status;
        EXPECT_EQ(set.at, 1);
        EXPECT_EQ(feature_set_values(set.get()), 0) << "what is refused is an empty set";
        const Rows rows(set, 3);
        EXPECT_EQ(update_feature_rows(set.get(), rows.memory.get(), 3, nullptr, std::vector<double>(120).data(), 3, 1), FeatureStatus::ok);
        return set.status;
    };
    EXPECT_EQ(answer(request_of(find_feature("rsi")), FeatureRecord::bar), FeatureStatus::ok);
    EXPECT_EQ(answer(request_of(-1), FeatureRecord::bar), FeatureStatus::no_feature);
    EXPECT_EQ(answer(request_of(find_feature("rsi"), 5), FeatureRecord::bar), FeatureStatus::bad_column);
    EXPECT_EQ(answer(request_of(find_feature("correlation"), 3, -1), FeatureRecord::bar), FeatureStatus::bad_column);
    EXPECT_EQ(answer(request_of(find_feature("atr")), FeatureRecord::quote), FeatureStatus::bad_column);
    FeatureRequest bad = request_of(find_feature("rsi"));
    bad.parameter_count = 1;
    bad.parameters[0] = 0.5;
    EXPECT_EQ(answer(bad, FeatureRecord::bar), FeatureStatus::bad_parameter);
    EXPECT_EQ(feature_set_bytes(-1), 0u);
    EXPECT_EQ(feature_set_bytes(maximum_set_features + 1), 0u);
    std::uint64_t small[1];
    EXPECT_EQ(create_feature_set(nullptr, 0, FeatureRecord::bar, small, sizeof small, nullptr), FeatureStatus::small_memory);
}

TEST(FeatureUniverse, KnowsItsRowsFromThoseOfAnotherSet) {
    auto requests = a_few();
    const Set set(requests, FeatureRecord::bar);
    requests[0].value_column = 1;
    const Set other_column(requests, FeatureRecord::bar);
    requests[0].value_column = 3;
    requests[0].parameter_count = 1;
    requests[0].parameters[0] = 30; // the initial value, said aloud
    const Set same_set(requests, FeatureRecord::bar);
    requests[0].parameters[0] = 31;
    const Set other_period(requests, FeatureRecord::bar);
    EXPECT_EQ(feature_set_digest(set.get()), feature_set_digest(same_set.get()));
    EXPECT_NE(feature_set_digest(set.get()), feature_set_digest(other_column.get()));
    EXPECT_NE(feature_set_digest(set.get()), feature_set_digest(other_period.get()));
    const Rows rows(set, 2);
    EXPECT_EQ(check_feature_rows(set.get(), rows.memory.get(), rows.bytes, 2), FeatureStatus::ok);
    EXPECT_EQ(check_feature_rows(other_period.get(), rows.memory.get(), rows.bytes, 2), FeatureStatus::bad_row);
    EXPECT_EQ(check_feature_rows(set.get(), rows.memory.get(), rows.bytes - 1, 2), FeatureStatus::small_memory);
    EXPECT_EQ(check_feature_rows(set.get(), rows.memory.get() + 8, rows.bytes, 2), FeatureStatus::small_memory);
    EXPECT_EQ(check_feature_rows(set.get(), rows.memory.get(), rows.bytes, -1), FeatureStatus::bad_count);
}

} // namespace
} // namespace martlet
