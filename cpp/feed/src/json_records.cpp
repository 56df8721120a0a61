#include "json_records.hpp"

#include "bar_records.hpp"

namespace martlet {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

} // namespace

void JsonRecords::consume(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size() && status == FeedStatus::ok; ++i) step(bytes[i]);
}

void JsonRecords::finish() {
    if (status != FeedStatus::ok) return;
    if (state_ == State::before) status = FeedStatus::unknown_layout;
    if (state_ == State::inside) end_record();
    if (state_ == State::between || state_ == State::inside) {
        // The outer bracket never came: whatever followed is lost, and that must show.
        ++rows;
        defect(Defect::truncated_record, bytes_seen, rows, record_);
    }
}

void JsonRecords::step(char c) {
    switch (state_) {
    case State::before:
        if (c == '[')
            state_ = State::between;
        else if (!is_space(c))
            status = FeedStatus::unknown_layout;
        break;
    case State::between:
        if (c == ']') {
            state_ = State::after;
        } else if (c != ',' && !is_space(c)) {
            state_ = State::inside;
            begin_ = bytes_seen;
            record_.clear();
            dropped_ = false;
            depth_ = 0;
            in_string_ = escaped_ = false;
            inside(c);
        }
        break;
    case State::inside: inside(c); break;
    case State::after:
        if (!is_space(c) && !reported_tail_) {
            reported_tail_ = true;
            ++rows;
            defect(Defect::malformed_record, bytes_seen, rows, std::string_view(&c, 1));
        }
        break;
    }
    ++bytes_seen;
}

void JsonRecords::inside(char c) {
    if (!in_string_ && depth_ == 0 && (c == ',' || c == ']')) { // a scalar where an array should be
        end_record();
        state_ = c == ']' ? State::after : State::between;
        return;
    }
    if (record_.size() < maximum_record)
        record_.push_back(c);
    else
        dropped_ = true;
    if (in_string_) {
        if (escaped_)
            escaped_ = false;
        else if (c == '\\')
            escaped_ = true;
        else if (c == '"')
            in_string_ = false;
        return;
    }
    if (c == '"') in_string_ = true;
    if (c == '[' || c == '{') ++depth_;
    if ((c == ']' || c == '}') && --depth_ == 0) {
        end_record();
        state_ = State::between;
    }
}

void JsonRecords::end_record() {
    ++rows;
    if (dropped_) return defect(Defect::record_too_long, begin_, rows, record_);
    record(record_, begin_, rows);
}

} // namespace martlet
