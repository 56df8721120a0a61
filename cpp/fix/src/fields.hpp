#pragma once
#include "quickfix.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "instruments.hpp"
#include "martlet/instrument.hpp"
#include "text.hpp"

namespace martlet::fix {

/// Writes the fields of a message as text. Prices and quantities never pass through a double.
class FieldWriter {
public:
    FieldWriter(FIX::Message& message, const char* type) : fields_(message) { message.getHeader().setField(FIX::FIELD::MsgType, type); }

    void text(int tag, std::string_view value) { fields_.setField(tag, std::string(value)); }
    /// Nothing where the text is empty.
    void optional(int tag, std::string_view value) {
        if (!value.empty()) text(tag, value);
    }
    void character(int tag, char value) { fields_.setField(tag, std::string(1, value)); }
    void number(int tag, std::uint64_t value) {
        char digits[21];
        const std::size_t length = write_number(value, digits);
        fields_.setField(tag, std::string(digits, length));
    }
    /// False: the value has no text in 64 digits (an impossible increment).
    bool decimal(int tag, std::int64_t units, Decimal increment) {
        char digits[64];
        const std::size_t length = write_decimal(units, increment, digits, sizeof digits);
        if (length == 0) return false;
        fields_.setField(tag, std::string(digits, length));
        return true;
    }
    void time(int tag, std::int64_t nanoseconds, int digits) {
        char stamp[time_text_capacity];
        const std::size_t length = write_time(nanoseconds, digits, stamp);
        fields_.setField(tag, std::string(stamp, length));
    }
    /// YYYYMMDD of a time.
    void date(int tag, std::int64_t nanoseconds) {
        char stamp[time_text_capacity];
        write_time(nanoseconds, 0, stamp);
        fields_.setField(tag, std::string(stamp, 8));
    }
    /// A repeating group that is already written as "…=…|…=…|" (each with its separator): QuickFIX computes
    /// length and checksum over a field's whole text, so the count field may carry its entries. This
    /// saves one field map an entry and keeps the entries' order ours.
    void group(int count_tag, std::size_t count, std::string_view entries) {
        std::string value = std::to_string(count);
        if (!entries.empty()) {
            value += '\001';
            value += entries.substr(0, entries.size() - 1); // the field brings the last separator
        }
        fields_.setField(count_tag, value);
    }

private:
    FIX::FieldMap& fields_;
};

/// Appends "tag=value|" to text that `FieldWriter::group` takes.
void append_field(std::string& to, int tag, std::string_view value);
void append_number(std::string& to, int tag, std::uint64_t value);
void append_decimal(std::string& to, int tag, std::int64_t units, Decimal increment);
/// MDEntryDate (272) and MDEntryTime (273), nanoseconds.
void append_entry_time(std::string& to, std::int64_t nanoseconds);

/// A field's text; empty where it is absent. Points into the message.
inline std::string_view field(const FIX::FieldMap& fields, int tag) noexcept {
    for (auto at = fields.begin(); at != fields.end(); ++at)
        if (at->getTag() == tag) return at->getString();
    return {};
}

/// The entries of a repeating group; null where there are none.
inline const std::vector<FIX::FieldMap*>* group(const FIX::FieldMap& fields, int tag) {
    for (auto at = fields.g_begin(); at != fields.g_end(); ++at)
        if (at->first == tag) return &at->second;
    return nullptr;
}

/// Reads decimal text in units of `increment`. An absent field leaves `units` and is true.
inline bool read_units(std::string_view text, Decimal increment, std::int64_t* units) noexcept {
    return text.empty() || read_decimal(text.data(), text.size(), increment, units) == DecimalStatus::ok;
}

/// Cash as a venue states it: finer parts than the money unit are cut off, so that they never cost us a position. What
/// we are charged is read by `read_commission`, which cuts nothing.
bool read_money(std::string_view text, Decimal unit, std::int64_t* units) noexcept;

/// TransactTime of a message, or its SendingTime where that is absent.
std::int64_t message_time(const FIX::Message& message) noexcept;

/// PossDupFlag and PossResend of a message as `OrderFlags`.
std::uint16_t duplicate_flags(const FIX::Message& message) noexcept;

inline std::string_view symbol_of(const InstrumentDefinition& definition) noexcept { return definition.symbol; }

} // namespace martlet::fix
