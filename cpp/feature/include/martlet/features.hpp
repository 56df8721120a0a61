#pragma once
#include <cstddef>
#include <cstdint>

// Every feature by name: what there is, what it takes and gives, and how to stream it.
//
//     feature_count / feature_at / find_feature ──► FeatureDescription
//                                                        │ parameters
//     memory of the caller's, feature_bytes large ◄── create_feature
//                                                        │
//     record (a bar, a quote …) ──► update_feature ──► outputs
//
// Plain structs and functions, so that C++, Swift and C callers see the same. A state is flat memory
// without pointers: a copy of its bytes is a snapshot, and copying them back restores it. Nothing here
// allocates, locks or throws; a state belongs to one thread at a time, descriptions to all.
//
// `martlet/feature_batch.hpp` computes whole columns with the same kernels, bit for bit.

namespace martlet {

/// Which chapter of the field a feature belongs to.
enum class FeatureGroup : std::uint8_t {
    trend = 0,
    momentum,
    volatility,
    volume,
    pattern,
    price_action,
    microstructure,
    statistics,
    relation,    ///< one series beside others
    derivatives, ///< futures, perpetual swaps, options
};

/// What a number is measured in. A set of features refuses a chain whose units do not fit: an input that must
/// be a price takes prices only, one that is `any` takes all.
enum class FeatureUnit : std::uint8_t {
    any = 0,       ///< of an input: whatever it is measured in
    input,         ///< of an output: as the input (the value of a series)
    input_squared, ///< of an output: the square of that
    price,
    quantity, ///< lots, contracts, open interest
    money,    ///< price × quantity
    ratio,    ///< a share or quotient, a relative change, a correlation: 1 is a whole
    percent,  ///< the same where 100 is a whole, and all on a scale of 0 to 100
    score,    ///< a number on a scale of its own: standard deviations, entropies, exponents
    sign,     ///< a direction: −1, 0, 1, or −100, 0, 100 of patterns
    count,    ///< updates, levels, events
    seconds,
    per_second,
    mixed, ///< a quotient or product that has no name here
};

/// What one update of a feature is: the columns that a record has, in their order.
enum class FeatureRecord : std::uint8_t {
    bar = 0, ///< open, high, low, close, volume
    series,  ///< one column, any: the close unless another is asked for; some take a second, the reference
    quote,   ///< bid, bid quantity, ask, ask quantity: the top of a book
    depth,   ///< ten levels: bid prices, bid quantities, ask prices, ask quantities, the best level first
    trade,   ///< price, quantity, bid, ask: a trade and the top of the book before it
    several, ///< up to eight columns, any; how many are looked at is the feature's to say
    /// A trade of an option: price, quantity, multiplier, strike, seconds to expiry, the underlying's price, whether it
    /// is a call (above 0, else a put), the side that began it (above 0 the buyer, below 0 the seller, 0 unknown)
    option_trade,
};

inline constexpr std::int32_t maximum_feature_parameters = 16;
inline constexpr std::int32_t maximum_feature_outputs = 64;
inline constexpr std::int32_t maximum_record_columns = 40;
/// Columns of `FeatureRecord::several`.
inline constexpr std::int32_t maximum_several_columns = 8;
/// Longest window of a feature, in updates; a feature's own maximum may be lower.
inline constexpr std::int32_t maximum_feature_window = 100'000;

/// A number that shapes a feature.
struct FeatureParameter {
    const char* name;
    double initial; ///< its value where none is given
    double minimum;
    double maximum;
    bool whole; ///< only whole numbers are accepted
    const char* meaning;
};

/// All that is known of a feature. Lives as long as the process.
struct FeatureDescription {
    const char* name = nullptr;    ///< lower case with underscores, unique
    const char* meaning = nullptr; ///< one sentence, with the unit of the outputs
    const char* source = nullptr;  ///< where the formula is from
    const char* cost = "O(1)";     ///< of one update
    FeatureGroup group = FeatureGroup::trend;
    FeatureRecord record = FeatureRecord::series;
    std::uint64_t inputs = 0;   ///< bit i: column i of the record is read
    std::uint64_t positive = 0; ///< bit i: column i must be above zero (10⁻¹⁰⁰ and more), or the record is ignored
    const FeatureParameter* parameters = nullptr;
    std::int32_t parameter_count = 0;
    const char* const* outputs = nullptr; ///< names, unique within the feature
    const FeatureUnit* units = nullptr;   ///< of the outputs, one each
    std::int32_t output_count = 0;
    std::int32_t version = 1; ///< rises when the same input gives other numbers than before
    FeatureUnit value_unit = FeatureUnit::any;     ///< that the value of a series, the first of several, must have
    FeatureUnit reference_unit = FeatureUnit::any; ///< that its reference, the second of several, must have
    FeatureUnit other_unit = FeatureUnit::any;     ///< that the others of several must have
};

enum class FeatureStatus : std::uint8_t {
    ok = 0,
    ignored,       ///< the record holds a number that is no acceptable input; state and outputs are as before
    no_feature,    ///< no feature has this index
    bad_count,     ///< more parameters than the feature has, or no thread, or a negative length
    bad_parameter, ///< out of its range, not whole, or not in keeping with another
    small_memory,  ///< less than `feature_bytes`, or not aligned to 8
    bad_column,    ///< a column that a feature reads is not there, or of another kind of record
    no_memory,     ///< the batch could not have the memory of its states
    bad_row,       ///< a row that is not there, comes twice or out of order, or was made for another set of features
};

/// Number of features; valid indices are 0 … count − 1. Indices are stable within a build only: store names.
std::int32_t feature_count() noexcept;
/// Null where the index is not valid.
const FeatureDescription* feature_at(std::int32_t feature) noexcept;
/// Index of the feature with this name (terminated by zero), −1 where none has it. O(features).
std::int32_t find_feature(const char* name) noexcept;

/// Names of the columns of a record; null beyond the last.
const char* record_column(FeatureRecord record, std::int32_t column) noexcept;
/// What a column of a record is measured in; `any` for those of a series and of several, and beyond the last.
FeatureUnit record_column_unit(FeatureRecord record, std::int32_t column) noexcept;

/// Lower case with underscores; null where there is no such unit.
const char* feature_unit_name(FeatureUnit unit) noexcept;
/// What column `input` of a feature's record must be measured in; `any` where it does not matter or there is none.
FeatureUnit feature_input_unit(std::int32_t feature, std::int32_t input) noexcept;
/// What an output is measured in where the value it is made from is measured in `value`. The square of what is no
/// pure number is `mixed`, and so is an output that does not exist.
FeatureUnit feature_output_unit(std::int32_t feature, std::int32_t output, FeatureUnit value) noexcept;

/// 64 bits over names, parameters and versions of all features: equal digests give equal numbers.
std::uint64_t feature_digest() noexcept;

/// Whether `count` parameters are acceptable; those not given have their initial value. Where they are
/// not, `*at` (unless null) is the index of the first that is not.
FeatureStatus check_feature(std::int32_t feature, const double* parameters, std::int32_t count, std::int32_t* at) noexcept;
/// Updates until the outputs are numbers: they are first finite after this many. −1 where `check_feature` fails.
std::int64_t feature_warm_up(std::int32_t feature, const double* parameters, std::int32_t count) noexcept;
/// Bytes of one state, a multiple of 8; 0 where `check_feature` fails. O(1).
std::size_t feature_bytes(std::int32_t feature, const double* parameters, std::int32_t count) noexcept;

/// Makes a state in the caller's memory (aligned to 8). O(bytes).
FeatureStatus create_feature(
    std::int32_t feature, const double* parameters, std::int32_t count, void* memory, std::size_t bytes) noexcept;

/// Takes one record (all its columns; those that the feature does not read may be anything) and writes
/// the feature's outputs: NaN until warm, finite afterwards. A record whose columns hold NaN, infinity or
/// more than 1e100 in size, where the feature reads them, is ignored as a whole.
FeatureStatus update_feature(void* memory, const double* record, double* outputs) noexcept;

/// The state is as new: after a hole in the data.
void reset_feature(void* memory) noexcept;

/// Accepted updates since creation or reset.
std::int64_t feature_updates(const void* memory) noexcept;

} // namespace martlet
