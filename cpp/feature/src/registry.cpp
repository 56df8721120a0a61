#include <cstring>

#include "groups.hpp"

namespace martlet {
namespace {

using Group = std::span<const FeatureEntry> (*)() noexcept;
constexpr Group groups[] = {
    trend_features,   momentum_features,     volatility_features,     volume_features,
    pattern_features, price_action_features, microstructure_features, statistics_features,
    relation_features, derivatives_features};

/// Entries by index, in the order of the groups.
struct Index {
    static constexpr std::int32_t capacity = 1024;
    const FeatureEntry* entries[capacity];
    std::int32_t count = 0;

    Index() noexcept {
        for (const Group group : groups)
            for (const FeatureEntry& entry : group())
                if (count < capacity) entries[count++] = &entry;
    }
};

const Index& index() noexcept {
    static const Index all;
    return all;
}

/// The parameters of a state: those given, then the initial values.
struct Parameters {
    double values[maximum_feature_parameters]{};
    std::int32_t bad = -1; ///< the first that is not acceptable
};

Parameters completed(const FeatureEntry& entry, const double* given, std::int32_t count) noexcept {
    const FeatureDescription& about = *entry.about;
    Parameters out;
    for (std::int32_t i = 0; i < about.parameter_count; ++i) {
        const FeatureParameter& one = about.parameters[i];
        const double value = i < count ? given[i] : one.initial;
        const bool fits = value >= one.minimum && value <= one.maximum && (!one.whole || value == __builtin_floor(value));
        if (!fits && out.bad < 0) out.bad = i;
        out.values[i] = value;
    }
    if (out.bad < 0 && !entry.valid(out.values)) out.bad = 0;
    return out;
}

/// The entry and its parameters, null where they are not acceptable.
const FeatureEntry* checked(std::int32_t feature, const double* given, std::int32_t count, Parameters& parameters) noexcept {
    const FeatureEntry* entry = feature_entry(feature);
    if (entry == nullptr || count < 0 || count > entry->about->parameter_count) return nullptr;
    parameters = completed(*entry, given, count);
    return parameters.bad < 0 ? entry : nullptr;
}

void mix(std::uint64_t& digest, const void* bytes, std::size_t count) noexcept {
    // FNV-1a
    for (std::size_t i = 0; i < count; ++i) digest = (digest ^ static_cast<const unsigned char*>(bytes)[i]) * 0x100000001b3ull;
}
void mix(std::uint64_t& digest, const char* text) noexcept { mix(digest, text, std::strlen(text) + 1); }

} // namespace

const FeatureEntry* feature_entry(std::int32_t feature) noexcept {
    return feature >= 0 && feature < index().count ? index().entries[feature] : nullptr;
}

std::int32_t feature_count() noexcept { return index().count; }

const FeatureDescription* feature_at(std::int32_t feature) noexcept {
    const FeatureEntry* entry = feature_entry(feature);
    return entry != nullptr ? entry->about : nullptr;
}

std::int32_t find_feature(const char* name) noexcept {
    for (std::int32_t i = 0; i < index().count; ++i)
        if (std::strcmp(index().entries[i]->about->name, name) == 0) return i;
    return -1;
}

const char* record_column(FeatureRecord record, std::int32_t column) noexcept {
    static constexpr const char* bar[] = {"open", "high", "low", "close", "volume"};
    static constexpr const char* series[] = {"value", "reference"};
    static constexpr const char* quote[] = {"bid", "bid_quantity", "ask", "ask_quantity"};
    static constexpr const char* depth[] = {
        "bid_1", "bid_2", "bid_3", "bid_4", "bid_5", "bid_6", "bid_7", "bid_8", "bid_9", "bid_10",
        "bid_quantity_1", "bid_quantity_2", "bid_quantity_3", "bid_quantity_4", "bid_quantity_5",
        "bid_quantity_6", "bid_quantity_7", "bid_quantity_8", "bid_quantity_9", "bid_quantity_10",
        "ask_1", "ask_2", "ask_3", "ask_4", "ask_5", "ask_6", "ask_7", "ask_8", "ask_9", "ask_10",
        "ask_quantity_1", "ask_quantity_2", "ask_quantity_3", "ask_quantity_4", "ask_quantity_5",
        "ask_quantity_6", "ask_quantity_7", "ask_quantity_8", "ask_quantity_9", "ask_quantity_10"};
    static constexpr const char* trade[] = {"price", "quantity", "bid", "ask"};
    static constexpr const char* several[] = {"value_1", "value_2", "value_3", "value_4", "value_5", "value_6", "value_7", "value_8"};
    static constexpr const char* option_trade[] = {"price", "quantity", "multiplier", "strike", "seconds", "underlying", "call", "side"};
    static constexpr std::span<const char* const> records[] = {bar, series, quote, depth, trade, several, option_trade};
    const auto kind = static_cast<std::size_t>(record);
    if (kind >= std::size(records) || column < 0 || static_cast<std::size_t>(column) >= records[kind].size()) return nullptr;
    return records[kind][static_cast<std::size_t>(column)];
}

FeatureUnit record_column_unit(FeatureRecord record, std::int32_t column) noexcept {
    if (record_column(record, column) == nullptr) return FeatureUnit::any;
    switch (record) {
    case FeatureRecord::bar: return column < 4 ? FeatureUnit::price : FeatureUnit::quantity;
    case FeatureRecord::series:
    case FeatureRecord::several: return FeatureUnit::any;
    case FeatureRecord::quote: return column % 2 == 0 ? FeatureUnit::price : FeatureUnit::quantity;
    case FeatureRecord::depth: return column / 10 % 2 == 0 ? FeatureUnit::price : FeatureUnit::quantity;
    case FeatureRecord::trade: return column == 1 ? FeatureUnit::quantity : FeatureUnit::price;
    case FeatureRecord::option_trade: break;
    }
    static constexpr FeatureUnit option_trade[] = {FeatureUnit::price, FeatureUnit::quantity, FeatureUnit::ratio, FeatureUnit::price,
                                                   FeatureUnit::seconds, FeatureUnit::price, FeatureUnit::sign, FeatureUnit::sign};
    return option_trade[column];
}

const char* feature_unit_name(FeatureUnit unit) noexcept {
    static constexpr const char* names[] = {"any", "input", "input_squared", "price", "quantity", "money", "ratio",
                                            "percent", "score", "sign", "count", "seconds", "per_second", "mixed"};
    const auto at = static_cast<std::size_t>(unit);
    return at < std::size(names) ? names[at] : nullptr;
}

FeatureUnit feature_input_unit(std::int32_t feature, std::int32_t input) noexcept {
    const FeatureDescription* about = feature_at(feature);
    if (about == nullptr) return FeatureUnit::any;
    if (about->record != FeatureRecord::series && about->record != FeatureRecord::several) return record_column_unit(about->record, input);
    if (record_column(about->record, input) == nullptr) return FeatureUnit::any;
    return input == 0 ? about->value_unit : input == 1 ? about->reference_unit : about->other_unit;
}

FeatureUnit feature_output_unit(std::int32_t feature, std::int32_t output, FeatureUnit value) noexcept {
    const FeatureDescription* about = feature_at(feature);
    if (about == nullptr || output < 0 || output >= about->output_count) return FeatureUnit::mixed;
    const FeatureUnit unit = about->units[output];
    if (unit == FeatureUnit::input) return value;
    if (unit != FeatureUnit::input_squared) return unit;
    return value == FeatureUnit::ratio || value == FeatureUnit::score ? value : FeatureUnit::mixed; // of a pure number, one
}

std::uint64_t feature_digest() noexcept {
    std::uint64_t digest = 0xcbf29ce484222325ull;
    for (std::int32_t feature = 0; feature < index().count; ++feature) {
        const FeatureDescription& about = *index().entries[feature]->about;
        mix(digest, about.name);
        mix(digest, &about.version, sizeof about.version);
        for (std::int32_t i = 0; i < about.parameter_count; ++i) {
            mix(digest, about.parameters[i].name);
            mix(digest, &about.parameters[i].initial, sizeof(double));
        }
        for (std::int32_t i = 0; i < about.output_count; ++i) mix(digest, about.outputs[i]);
    }
    return digest;
}

FeatureStatus check_feature(std::int32_t feature, const double* parameters, std::int32_t count, std::int32_t* at) noexcept {
    const FeatureEntry* entry = feature_entry(feature);
    if (entry == nullptr) return FeatureStatus::no_feature;
    if (count < 0 || count > entry->about->parameter_count) return FeatureStatus::bad_count;
    const Parameters all = completed(*entry, parameters, count);
    if (all.bad < 0) return FeatureStatus::ok;
    if (at != nullptr) *at = all.bad;
    return FeatureStatus::bad_parameter;
}

std::int64_t feature_warm_up(std::int32_t feature, const double* parameters, std::int32_t count) noexcept {
    Parameters all;
    const FeatureEntry* entry = checked(feature, parameters, count, all);
    return entry != nullptr ? entry->warm_up(all.values) : -1;
}

std::size_t feature_bytes(std::int32_t feature, const double* parameters, std::int32_t count) noexcept {
    Parameters all;
    const FeatureEntry* entry = checked(feature, parameters, count, all);
    return entry != nullptr ? entry->one.bytes(all.values) : 0;
}

FeatureStatus create_feature(
    std::int32_t feature, const double* parameters, std::int32_t count, void* memory, std::size_t bytes) noexcept {
    const FeatureStatus status = check_feature(feature, parameters, count, nullptr);
    if (status != FeatureStatus::ok) return status;
    Parameters all;
    const FeatureEntry* entry = checked(feature, parameters, count, all);
    const std::size_t needed = entry->one.bytes(all.values);
    if (memory == nullptr || bytes < needed || reinterpret_cast<std::uintptr_t>(memory) % 8 != 0) return FeatureStatus::small_memory;
    auto* header = new (memory) StateHeader{feature, 0, 0, entry->warm_up(all.values), needed};
    std::copy_n(all.values, entry->about->parameter_count, header->parameters(entry->about->parameter_count));
    entry->one.create(all.values, memory);
    return FeatureStatus::ok;
}

bool acceptable_record(const FeatureDescription& about, const double* record) noexcept {
    for (std::uint64_t rest = about.inputs; rest != 0; rest &= rest - 1) {
        const double x = record[__builtin_ctzll(rest)];
        if (!(x >= -largest_input && x <= largest_input)) return false;
    }
    for (std::uint64_t rest = about.positive; rest != 0; rest &= rest - 1)
        if (record[__builtin_ctzll(rest)] < smallest_positive) return false;
    return true;
}

FeatureStatus update_feature(void* memory, const double* record, double* outputs) noexcept {
    return index().entries[static_cast<StateHeader*>(memory)->feature]->step(memory, record, outputs);
}

void reset_feature(void* memory) noexcept {
    auto* header = static_cast<StateHeader*>(memory);
    header->updates = 0;
    const FeatureEntry& entry = *feature_entry(header->feature);
    entry.one.create(header->parameters(entry.about->parameter_count), memory);
}

std::int64_t feature_updates(const void* memory) noexcept { return static_cast<const StateHeader*>(memory)->updates; }

} // namespace martlet
