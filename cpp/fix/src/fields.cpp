#include "fields.hpp"

#include "martlet/order_event.hpp"

namespace martlet::fix {

FieldWriter::FieldWriter(FIX::Message& message, const char* type)
    : message_(message), body_([]() -> std::string& {
          thread_local std::string text;
          text.clear();
          return text;
      }()) {
    static_cast<FIX::FieldMap&>(message).clear();
    message.getHeader().removeField(FIX::FIELD::PossResend);
    message.getHeader().setField(FIX::FIELD::MsgType, type);
}

void FieldWriter::finish() {
    const std::size_t value = body_.find('=');
    if (value == std::string::npos) return;
    std::uint64_t tag = 0;
    read_number(std::string_view(body_).substr(0, value), &tag);
    body_.pop_back(); // the field brings the last separator
    message_.setField(static_cast<int>(tag), body_.substr(value + 1));
    body_.clear();
}

void append_field(std::string& to, int tag, std::string_view value) {
    char digits[21];
    to.append(digits, write_number(static_cast<std::uint64_t>(tag), digits));
    to += '=';
    to += value;
    to += '\001';
}

void append_number(std::string& to, int tag, std::uint64_t value) {
    char digits[21];
    const std::size_t length = write_number(value, digits);
    append_field(to, tag, std::string_view(digits, length));
}

bool append_decimal(std::string& to, int tag, std::int64_t units, Decimal increment) {
    char digits[64];
    const std::size_t length = write_decimal(units, increment, digits, sizeof digits);
    if (length > 0) append_field(to, tag, std::string_view(digits, length));
    return length > 0;
}

void append_entry_time(std::string& to, std::int64_t nanoseconds) {
    char stamp[time_text_capacity];
    const std::string_view text(stamp, write_time(nanoseconds, 9, stamp));
    append_field(to, 272, text.substr(0, 8));
    append_field(to, 273, text.substr(9));
}

bool read_money(std::string_view text, Decimal unit, std::int64_t* units) noexcept {
    DecimalStatus status = DecimalStatus::ok;
    while (!text.empty()) {
        status = read_decimal(text.data(), text.size(), unit, units);
        if (status != DecimalStatus::not_a_multiple || text.back() == '.' || text.find('.') == std::string_view::npos) break;
        text.remove_suffix(1);
    }
    return status == DecimalStatus::ok;
}

std::int64_t message_time(const FIX::Message& message) noexcept {
    std::int64_t time = 0;
    if (read_time(field(message, FIX::FIELD::TransactTime), &time)) return time;
    read_time(field(message.getHeader(), FIX::FIELD::SendingTime), &time);
    return time;
}

std::uint16_t duplicate_flags(const FIX::Message& message) noexcept {
    std::uint16_t flags = 0;
    if (field(message.getHeader(), FIX::FIELD::PossDupFlag) == "Y") flags |= order_flag_possible_duplicate;
    if (field(message.getHeader(), FIX::FIELD::PossResend) == "Y") flags |= order_flag_possible_resend;
    return flags;
}

} // namespace martlet::fix
