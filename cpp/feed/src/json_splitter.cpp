#include <simdjson.h>

#include <array>

#include "bar_records.hpp"
#include "json_records.hpp"

namespace martlet {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// Bars as [[…], […], …]; each record is parsed by simdjson.
class JsonSplitter final : public RecordSplitter, private JsonRecords {
public:
    explicit JsonSplitter(RawBarSink& sink) : sink_(sink) {}

    void consume(std::string_view bytes) override {
        JsonRecords::consume(bytes);
        show();
    }

    void finish(bool) override {
        JsonRecords::finish();
        show();
    }

private:
    void show() noexcept {
        RecordSplitter::status = JsonRecords::status;
        RecordSplitter::bytes_seen = JsonRecords::bytes_seen;
        RecordSplitter::rows = JsonRecords::rows;
    }

    void defect(Defect defect, std::uint64_t offset, std::uint64_t row, std::string_view text) override {
        sink_.defect(defect, offset, row, text);
    }

    void record(std::string& text, std::uint64_t offset, std::uint64_t row) override {
        std::array<std::string_view, 6> fields;
        std::size_t count = 0;
        const Defect found = parse(text, fields, count);
        if (found != Defect::none) return sink_.defect(found, offset, row, text);
        sink_.bar({offset, row, text, fields[0], {}, {}, fields[1], fields[2], fields[3], fields[4], fields[5]});
    }

    /// Every element that is a number or a string, as text.
    Defect parse(std::string& record, std::array<std::string_view, 6>& fields, std::size_t& count) {
        const std::size_t length = record.size();
        record.reserve(maximum_record + simdjson::SIMDJSON_PADDING);
        simdjson::ondemand::document document;
        if (parser_.iterate(record.data(), length, record.capacity()).get(document) != simdjson::SUCCESS)
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
};

} // namespace

std::unique_ptr<RecordSplitter> make_json_splitter(RawBarSink& sink) { return std::make_unique<JsonSplitter>(sink); }

} // namespace martlet
