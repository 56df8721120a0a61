#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <exception>

#include "feature_table.hpp"
#include "martlet/feature_universe.hpp"

namespace martlet {
namespace {

/// Changes where the same set has rows of another shape.
constexpr std::uint64_t row_layout = 1;
constexpr std::size_t line = 64;
/// Rows that go through a feature before the next one: enough that its code is used more than once, and so few
/// that the processor still sees in each row one stream from feature to feature. With 32 it took 1.6 times as long.
constexpr std::int32_t rows_of_a_chunk = 8;
/// How many rows ahead of the one at work a state is fetched.
constexpr std::int32_t rows_ahead = 4;
/// A state is fetched as far as its first lines; of a long window nobody knows which place is next.
constexpr std::size_t fetched_bytes = 8 * line;

/// A feature of a set.
struct SetFeature {
    FeatureStatus (*step)(void* state, const double* record, double* outputs) noexcept;
    void (*accept)(void* state, const double* record, double* outputs) noexcept;
    const FeatureEntry* entry;
    std::size_t state;          ///< where it lies in a row
    std::size_t bytes;
    std::size_t fetched;
    std::int32_t values;        ///< its first among the values of a row
    std::int32_t column;        ///< the first that it is given; those of a bar, from 0 on
    std::int32_t reference;     ///< a second one that lies elsewhere than behind the first; −1: none
    std::int32_t gathered;      ///< how many are brought together from `several`; 0 where they lie as the feature takes them
    std::uint8_t several[maximum_several_columns];
    double parameters[maximum_feature_parameters];
};

struct FeatureSet {
    std::uint64_t digest;
    std::size_t row_bytes;
    std::int64_t warm_up;
    std::int32_t features;
    std::int32_t values;
    std::int32_t columns;
    std::int32_t padding;
    std::uint64_t reads;    ///< columns of a record that some feature looks at
    std::uint64_t positive; ///< those of them that one wants positive

    SetFeature* begin() noexcept { return reinterpret_cast<SetFeature*>(this + 1); }
    const SetFeature* begin() const noexcept { return reinterpret_cast<const SetFeature*>(this + 1); }
    const SetFeature* end() const noexcept { return begin() + features; }
};

/// Begin of a row; its values follow.
struct RowHead {
    std::uint64_t digest; ///< of its set
    std::int64_t records;
    std::int64_t ignored;
};

const FeatureSet& opened(const void* set) noexcept { return *static_cast<const FeatureSet*>(set); }
unsigned char* row_at(const FeatureSet& set, void* rows, std::int32_t row) noexcept {
    return static_cast<unsigned char*>(rows) + static_cast<std::size_t>(row) * set.row_bytes;
}
const RowHead& head_of(const void* set, const void* rows, std::int32_t row) noexcept {
    return *reinterpret_cast<const RowHead*>(static_cast<const unsigned char*>(rows) + static_cast<std::size_t>(row) * opened(set).row_bytes);
}
double* values_of(unsigned char* row) noexcept { return reinterpret_cast<double*>(row + sizeof(RowHead)); }

/// FNV-1a.
struct Digest {
    std::uint64_t value = 0xcbf29ce484222325ull;
    void mix(const void* bytes, std::size_t count) noexcept {
        for (std::size_t i = 0; i < count; ++i) value = (value ^ static_cast<const unsigned char*>(bytes)[i]) * 0x100000001b3ull;
    }
    template <class Number>
    void mix(const Number& number) noexcept { mix(&number, sizeof number); }
};

std::int32_t record_columns(FeatureRecord record) noexcept {
    std::int32_t count = 0;
    while (record_column(record, count) != nullptr) ++count;
    return count;
}

/// Where a feature of several finds its columns; the first stands in for one that is not given.
bool place_several(SetFeature& one, const FeatureRequest& request, std::int32_t columns) noexcept {
    one.gathered = std::bit_width(one.entry->about->inputs);
    for (std::int32_t i = 0; i < one.gathered; ++i) {
        const std::int32_t given = request.several_columns[i] < 0 ? request.several_columns[0] : request.several_columns[i];
        if (given < 0 || given >= columns) return false;
        one.several[i] = static_cast<std::uint8_t>(given);
    }
    return true;
}

/// Where a feature finds its columns, in records of `columns` numbers; false where they are not there.
bool place_columns(SetFeature& one, const FeatureRequest& request, FeatureRecord record, std::int32_t columns) noexcept {
    const FeatureDescription& about = *one.entry->about;
    one.column = 0;
    one.reference = -1;
    one.gathered = 0;
    if (about.record == FeatureRecord::several) return place_several(one, request, columns);
    if (about.record != FeatureRecord::series) return about.record == record;
    one.column = request.value_column;
    if (one.column < 0 || one.column >= columns) return false;
    if ((about.inputs >> 1) == 0) return true;
    if (request.reference_column < 0 || request.reference_column >= columns) return false;
    if (request.reference_column != one.column + 1) one.reference = request.reference_column;
    return true;
}

void mix(Digest& digest, const SetFeature& one, const FeatureRequest& request) noexcept {
    const FeatureDescription& about = *one.entry->about;
    digest.mix(about.name, std::strlen(about.name) + 1);
    digest.mix(about.version);
    digest.mix(one.parameters);
    digest.mix(one.bytes);
    digest.mix(one.several, static_cast<std::size_t>(one.gathered));
    if (about.record != FeatureRecord::series) return;
    digest.mix(request.value_column);
    if ((about.inputs >> 1) != 0) digest.mix(request.reference_column);
}

void create_state(const SetFeature& one, unsigned char* row) noexcept {
    const std::int32_t parameters = one.entry->about->parameter_count;
    auto* header = new (row + one.state) StateHeader{0, 0, 0, one.entry->warm_up(one.parameters), one.bytes};
    std::copy_n(one.parameters, parameters, header->parameters(parameters));
    one.entry->one.create(one.parameters, header);
}

/// Columns that the feature reads, as bits of the record: of `inputs` or of a part of them.
std::uint64_t in_record(const SetFeature& one, std::uint64_t inputs) noexcept {
    std::uint64_t out = 0;
    for (std::uint64_t rest = inputs; rest != 0; rest &= rest - 1) {
        const int input = std::countr_zero(rest);
        out |= 1ull << (one.gathered > 0 ? one.several[input] : one.reference >= 0 && input == 1 ? one.reference : one.column + input);
    }
    return out;
}

/// Whether every feature takes the record, looked at once for all of them.
bool acceptable(const FeatureSet& set, const double* record) noexcept {
    bool good = true;
    for (std::uint64_t rest = set.reads; rest != 0; rest &= rest - 1) {
        const int column = std::countr_zero(rest);
        good = good & (record[column] <= largest_input) & (record[column] >= ((set.positive >> column & 1) != 0 ? smallest_positive : -largest_input));
    }
    return good;
}

/// What the feature reads of the record, where it lies or brought together in `room`.
MARTLET_INLINE const double* input_of(const SetFeature& one, const double* record, double* room) noexcept {
    if (one.gathered == 0 && one.reference < 0) return record + one.column;
    if (one.gathered == 0) {
        room[0] = record[one.column];
        room[1] = record[one.reference];
    }
    for (std::int32_t i = 0; i < one.gathered; ++i) room[i] = record[one.several[i]];
    return room;
}

/// False where the feature ignores the record, which it may not where that is `good`.
MARTLET_INLINE bool step(const SetFeature& one, unsigned char* row, const double* record, bool good) noexcept {
    double room[maximum_several_columns];
    const double* const input = input_of(one, record, room);
    double* const values = values_of(row) + one.values;
    if (!good) return one.step(row + one.state, input, values) == FeatureStatus::ok;
    one.accept(row + one.state, input, values);
    return true;
}

void update_chunk(
    const FeatureSet& set, void* rows, const std::int32_t* which, const double* records, std::int32_t first, std::int32_t count) noexcept {
    unsigned char* row[rows_of_a_chunk];
    const double* record[rows_of_a_chunk];
    bool good[rows_of_a_chunk];
    std::int64_t ignored[rows_of_a_chunk]{};
    for (std::int32_t i = 0; i < count; ++i) {
        row[i] = row_at(set, rows, which != nullptr ? which[first + i] : first + i);
        record[i] = records + static_cast<std::int64_t>(first + i) * set.columns;
        good[i] = acceptable(set, record[i]);
    }
    for (const SetFeature& one : set)
        for (std::int32_t i = 0; i < count; ++i) {
            const unsigned char* const ahead = row[std::min(i + rows_ahead, count - 1)] + one.state;
            for (std::size_t at = 0; at < one.fetched; at += line) __builtin_prefetch(ahead + at, 1);
            if (!step(one, row[i], record[i], good[i])) ++ignored[i];
        }
    for (std::int32_t i = 0; i < count; ++i) {
        auto& head = *reinterpret_cast<RowHead*>(row[i]);
        ++head.records;
        head.ignored += ignored[i];
    }
}

bool aligned(const void* memory, std::size_t to) noexcept { return reinterpret_cast<std::uintptr_t>(memory) % to == 0; }

FeatureStatus rows_fit(const FeatureSet& set, const void* rows, std::size_t bytes, std::int32_t count) noexcept {
    if (count < 0 || count > maximum_feature_rows) return FeatureStatus::bad_count;
    if (count > 0 && (rows == nullptr || !aligned(rows, line) || bytes / set.row_bytes < static_cast<std::size_t>(count))) return FeatureStatus::small_memory;
    return FeatureStatus::ok;
}

} // namespace

std::size_t feature_set_bytes(std::int32_t request_count) noexcept {
    if (request_count < 0 || request_count > maximum_set_features) return 0;
    return sizeof(FeatureSet) + static_cast<std::size_t>(request_count) * sizeof(SetFeature);
}

FeatureStatus create_feature_set(
    const FeatureRequest* requests, std::int32_t request_count, FeatureRecord record, void* set, std::size_t bytes, std::int32_t* at) noexcept {
    const std::size_t needed = feature_set_bytes(request_count);
    const std::int32_t columns = record_columns(record);
    if (needed == 0 || columns == 0) return FeatureStatus::bad_count;
    if (set == nullptr || bytes < needed || !aligned(set, 8)) return FeatureStatus::small_memory;
    auto* const out = new (set) FeatureSet{0, line, 0, 0, 0, columns, 0, 0, 0}; // what is refused stays an empty set
    std::int32_t values = 0;
    for (std::int32_t i = 0; i < request_count; ++i) {
        if (at != nullptr) *at = i;
        const FeatureStatus status = check_feature(requests[i].feature, requests[i].parameters, requests[i].parameter_count, nullptr);
        if (status != FeatureStatus::ok) return status;
        values += feature_at(requests[i].feature)->output_count;
    }
    Digest digest;
    digest.mix(row_layout);
    digest.mix(record);
    std::size_t place = sizeof(RowHead) + static_cast<std::size_t>(values) * sizeof(double);
    std::int64_t warm_up = 0;
    std::uint64_t reads = 0, positive = 0;
    values = 0;
    for (std::int32_t i = 0; i < request_count; ++i) {
        if (at != nullptr) *at = i;
        SetFeature& one = *new (out->begin() + i) SetFeature{};
        one.entry = feature_entry(requests[i].feature);
        const FeatureDescription& about = *one.entry->about;
        for (std::int32_t p = 0; p < about.parameter_count; ++p)
            one.parameters[p] = p < requests[i].parameter_count ? requests[i].parameters[p] : about.parameters[p].initial;
        if (!place_columns(one, requests[i], record, columns)) return FeatureStatus::bad_column;
        reads |= in_record(one, about.inputs);
        positive |= in_record(one, about.positive);
        one.step = one.entry->step;
        one.accept = one.entry->accept;
        one.state = place;
        one.bytes = one.entry->one.bytes(one.parameters);
        one.fetched = std::min({one.bytes, one.entry->one.fixed_bytes, fetched_bytes});
        one.values = values;
        place += one.bytes;
        values += about.output_count;
        warm_up = std::max(warm_up, one.entry->warm_up(one.parameters));
        mix(digest, one, requests[i]);
    }
    *out = {digest.value, (place + line - 1) / line * line, warm_up, request_count, values, columns, 0, reads, positive};
    return FeatureStatus::ok;
}

std::int32_t feature_set_values(const void* set) noexcept { return opened(set).values; }
std::int32_t feature_set_columns(const void* set) noexcept { return opened(set).columns; }
std::int64_t feature_set_warm_up(const void* set) noexcept { return opened(set).warm_up; }
std::uint64_t feature_set_digest(const void* set) noexcept { return opened(set).digest; }
std::size_t feature_row_bytes(const void* set) noexcept { return opened(set).row_bytes; }

FeatureStatus create_feature_rows(const void* set, void* rows, std::size_t bytes, std::int32_t count) noexcept {
    const FeatureStatus fits = rows_fit(opened(set), rows, bytes, count);
    if (fits != FeatureStatus::ok) return fits;
    for (std::int32_t row = 0; row < count; ++row) reset_feature_row(set, rows, row);
    return FeatureStatus::ok;
}

FeatureStatus check_feature_rows(const void* set, const void* rows, std::size_t bytes, std::int32_t count) noexcept {
    const FeatureStatus fits = rows_fit(opened(set), rows, bytes, count);
    if (fits != FeatureStatus::ok) return fits;
    for (std::int32_t row = 0; row < count; ++row)
        if (head_of(set, rows, row).digest != opened(set).digest) return FeatureStatus::bad_row;
    return FeatureStatus::ok;
}

void reset_feature_row(const void* set, void* rows, std::int32_t row) noexcept {
    unsigned char* const begin = row_at(opened(set), rows, row);
    std::memset(begin, 0, opened(set).row_bytes);
    new (begin) RowHead{opened(set).digest, 0, 0};
    std::fill_n(values_of(begin), opened(set).values, std::numeric_limits<double>::quiet_NaN());
    for (const SetFeature& one : opened(set)) create_state(one, begin);
}

const double* feature_row_values(const void* set, const void* rows, std::int32_t row) noexcept {
    return reinterpret_cast<const double*>(&head_of(set, rows, row) + 1);
}
std::int64_t feature_row_records(const void* set, const void* rows, std::int32_t row) noexcept { return head_of(set, rows, row).records; }
std::int64_t feature_row_ignored(const void* set, const void* rows, std::int32_t row) noexcept { return head_of(set, rows, row).ignored; }

FeatureStatus update_feature_row(const void* set, void* rows, std::int32_t row, const double* record) noexcept {
    unsigned char* const begin = row_at(opened(set), rows, row);
    const bool good = acceptable(opened(set), record);
    std::int64_t ignored = 0;
    for (const SetFeature& one : opened(set))
        if (!step(one, begin, record, good)) ++ignored;
    auto& head = *reinterpret_cast<RowHead*>(begin);
    ++head.records;
    head.ignored += ignored;
    return ignored == 0 ? FeatureStatus::ok : FeatureStatus::ignored;
}

FeatureStatus update_feature_rows(
    const void* set, void* rows, std::int32_t row_count, const std::int32_t* which, const double* records, std::int32_t count,
    std::int32_t threads) noexcept {
    if (count < 0 || row_count < 0 || row_count > maximum_feature_rows || threads < 0) return FeatureStatus::bad_count;
    if (which == nullptr && count > row_count) return FeatureStatus::bad_row;
    for (std::int32_t i = 0; which != nullptr && i < count; ++i)
        if (which[i] <= (i == 0 ? -1 : which[i - 1]) || which[i] >= row_count) return FeatureStatus::bad_row;
    const std::int32_t chunks = (count + rows_of_a_chunk - 1) / rows_of_a_chunk;
    std::atomic<std::int32_t> next{0};
    const auto work = [&] {
        for (std::int32_t chunk = next++; chunk < chunks; chunk = next++) {
            const std::int32_t first = chunk * rows_of_a_chunk;
            update_chunk(opened(set), rows, which, records, first, std::min(rows_of_a_chunk, count - first));
        }
    };
    if (threads != 1 && chunks > 1) {
        try {
            tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
            arena.execute([&] { tbb::parallel_for(0, arena.max_concurrency(), [&](int) { work(); }, tbb::simple_partitioner()); });
        } catch (const std::exception&) {
            // No other core could be had: what is left is done below.
        }
    }
    work();
    return FeatureStatus::ok;
}

} // namespace martlet
