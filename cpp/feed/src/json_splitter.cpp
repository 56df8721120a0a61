#include <simdjson.h>

#include <array>

#include "bar_records.hpp"

namespace martlet {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The records of [[…], […], …]. The outer array is walked here, byte by byte, so that memory is one record and
/// one broken record does not end the file; each record is parsed by simdjson.
class JsonSplitter final : public RecordSplitter {
public:
    explicit JsonSplitter(RawBarSink& sink) : sink_(sink) {}

    void consume(std::string_view bytes) override {
        for (std::size_t i = 0; i < bytes.size() && status == FeedStatus::ok; ++i) step(bytes[i]);
    }

    void finish(bool) override {
        if (status != FeedStatus::ok) return;
        if (state_ == State::before) status = FeedStatus::unknown_layout;
        if (state_ == State::inside) end_record();
        if (state_ == State::between || state_ == State::inside) {
            // The outer bracket never came: whatever followed is lost, and that must show.
            ++rows;
            sink_.defect(Defect::truncated_record, bytes_seen, rows, record_);
        }
    }

private:
    enum class State { before, between, inside, after };

    void step(char c) {
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
                sink_.defect(Defect::malformed_record, bytes_seen, rows, std::string_view(&c, 1));
            }
            break;
        }
        ++bytes_seen;
    }

    void inside(char c) {
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

    void end_record() {
        ++rows;
        if (dropped_) return sink_.defect(Defect::record_too_long, begin_, rows, record_);
        std::array<std::string_view, 6> fields;
        std::size_t count = 0;
        const Defect defect = parse(fields, count);
        if (defect != Defect::none) return sink_.defect(defect, begin_, rows, record_);
        sink_.bar({begin_, rows, record_, fields[0], {}, {}, fields[1], fields[2], fields[3], fields[4], fields[5]});
    }

    /// Every element that is a number or a string, as text.
    Defect parse(std::array<std::string_view, 6>& fields, std::size_t& count) {
        const std::size_t length = record_.size();
        record_.reserve(maximum_record + simdjson::SIMDJSON_PADDING);
        simdjson::ondemand::document document;
        if (parser_.iterate(record_.data(), length, record_.capacity()).get(document) != simdjson::SUCCESS)
            return Defect::malformed_record;
        simdjson::ondemand::array array;
        if (document.get_array().get(array) != simdjson::SUCCESS) return Defect::malformed_record;
        for (auto element : array) {
            simdjson::ondemand::value value;
            if (std::move(element).get(value) != simdjson::SUCCESS) return Defect::malformed_record;
            simdjson::ondemand::json_type type;
            if (value.type().get(type) != simdjson::SUCCESS) return Defect::malformed_record;
            std::string_view text;
            if (type == simdjson::ondemand::json_type::number) {
                text = value.raw_json_token();
                while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
            } else if (type != simdjson::ondemand::json_type::string || value.get_string().get(text) != simdjson::SUCCESS) {
                if (count < fields.size()) return Defect::malformed_number;
            }
            if (count < fields.size()) fields[count] = text;
            ++count;
        }
        return count < fields.size() ? Defect::wrong_column_count : Defect::none;
    }

    RawBarSink& sink_;
    simdjson::ondemand::parser parser_;
    State state_ = State::before;
    std::string record_;
    std::uint64_t begin_ = 0;
    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    bool dropped_ = false;
    bool reported_tail_ = false;
};

} // namespace

std::unique_ptr<RecordSplitter> make_json_splitter(RawBarSink& sink) { return std::make_unique<JsonSplitter>(sink); }

} // namespace martlet
