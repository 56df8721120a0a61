#pragma once
#include "quickfix.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "instruments.hpp"
#include "martlet/instrument.hpp"
#include "text.hpp"

namespace martlet::fix {

/// Appends "tag=value|" to text.
void append_field(std::string& to, int tag, std::string_view value);
void append_number(std::string& to, int tag, std::uint64_t value);
/// False, and nothing appended: the value has no text in 64 digits.
bool append_decimal(std::string& to, int tag, std::int64_t units, Decimal increment);
/// MDEntryDate (272) and MDEntryTime (273), nanoseconds.
void append_entry_time(std::string& to, std::int64_t nanoseconds);

/// Writes the fields of a message's body, in the order of the calls. Prices and quantities never pass through a double.
///
/// QuickFIX computes length and checksum over a field's whole text, so that one field may carry all that follow it: the
/// body is written as text and set as a single field, which costs a tenth of a field object each. Set by `finish`, or when the writer goes.
/// What the message's body held before is gone; its header may be reused. One writer a thread at a time.
class FieldWriter {
public:
    FieldWriter(FIX::Message& message, const char* type);
    ~FieldWriter() { finish(); }
    FieldWriter(const FieldWriter&) = delete;

    /// Sets what was written since the last call; needed where the message is sent while the writer lives.
    void finish();

    void text(int tag, std::string_view value) { append_field(body_, tag, value); }
    /// Nothing where the text is empty.
    void optional(int tag, std::string_view value) {
        if (!value.empty()) text(tag, value);
    }
    void character(int tag, char value) { text(tag, std::string_view(&value, 1)); }
    void number(int tag, std::uint64_t value) { append_number(body_, tag, value); }
    /// False: the value has no text in 64 digits (an impossible increment).
    bool decimal(int tag, std::int64_t units, Decimal increment) { return append_decimal(body_, tag, units, increment); }
    void time(int tag, std::int64_t nanoseconds, int digits) {
        char stamp[time_text_capacity];
        const std::size_t length = write_time(nanoseconds, digits, stamp);
        text(tag, std::string_view(stamp, length));
    }
    /// YYYYMMDD of a time.
    void date(int tag, std::int64_t nanoseconds) {
        char stamp[time_text_capacity];
        write_time(nanoseconds, 0, stamp);
        text(tag, std::string_view(stamp, 8));
    }
    /// A repeating group whose entries are already written as "…=…|…=…|", each with its separator.
    void group(int count_tag, std::size_t count, std::string_view entries) {
        number(count_tag, count);
        body_ += entries;
    }

private:
    FIX::Message& message_;
    std::string& body_; ///< this thread's
};

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
