#include <array>

#include "bar_records.hpp"

namespace martlet {
namespace {

constexpr std::size_t maximum_columns = 32;

/// Lines of a CSV file, without quoting: none of the layouts has it.
class CsvSplitter final : public RecordSplitter {
public:
    CsvSplitter(const BarLayout& layout, RawBarSink& sink) : layout_(layout), sink_(sink) {}

    void consume(std::string_view bytes) override {
        bytes_seen += bytes.size();
        while (!bytes.empty() && status == FeedStatus::ok) {
            const std::size_t end = bytes.find('\n');
            if (end == std::string_view::npos) {
                keep(bytes);
                return;
            }
            const std::string_view part = bytes.substr(0, end);
            if (carry_.empty()) {
                line(part, false);
            } else {
                keep(part);
                line(carry_, dropped_ > 0);
            }
            offset_ += carry_.empty() ? end + 1 : carry_.size() + dropped_ + 1;
            carry_.clear();
            dropped_ = 0;
            bytes.remove_prefix(end + 1);
        }
    }

    void finish(bool complete) override {
        if (carry_.empty() || status != FeedStatus::ok) return;
        if (complete) {
            line(carry_, dropped_ > 0);
        } else {
            ++rows;
            sink_.defect(Defect::truncated_record, offset_, line_ + 1, carry_);
        }
        carry_.clear();
    }

private:
    void keep(std::string_view part) {
        const std::size_t room = maximum_record - carry_.size();
        carry_.append(part.substr(0, room));
        if (part.size() > room) dropped_ += part.size() - room;
    }

    void line(std::string_view text, bool cut) {
        ++line_;
        if (line_ == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
        if (line_ <= layout_.comment_lines) return;
        if (line_ == layout_.comment_lines + 1u && layout_.header[0] != '\0') {
            if (text != layout_.header) status = FeedStatus::unknown_layout;
            return;
        }
        if (text.empty()) return;
        ++rows;
        if (cut || text.size() > maximum_record) return sink_.defect(Defect::record_too_long, offset_, line_, text);
        columns(text);
    }

    void columns(std::string_view text) {
        std::array<std::string_view, maximum_columns> fields;
        std::size_t count = 0;
        // Fields are a few bytes long: a loop finds their ends sooner than a call would.
        const char* begin = text.data();
        const char* const end = begin + text.size();
        for (const char* at = begin;; ++at) {
            if (at != end && *at != layout_.separator) continue;
            if (count < fields.size()) fields[count] = {begin, static_cast<std::size_t>(at - begin)};
            ++count;
            if (at == end) break;
            begin = at + 1;
        }
        if (count != static_cast<std::size_t>(layout_.columns))
            return sink_.defect(Defect::wrong_column_count, offset_, line_, text);
        const auto at = [&](std::int8_t column) { return column >= 0 ? fields[static_cast<std::size_t>(column)] : std::string_view{}; };
        sink_.bar({offset_, line_, text, at(layout_.time), at(layout_.clock), at(layout_.symbol), at(layout_.open),
                   at(layout_.high), at(layout_.low), at(layout_.close), at(layout_.volume)});
    }

    BarLayout layout_;
    RawBarSink& sink_;
    std::string carry_;
    std::uint64_t dropped_ = 0; ///< bytes of an over-long line that were not kept
    std::uint64_t offset_ = 0;
    std::uint64_t line_ = 0;
};

} // namespace

std::unique_ptr<RecordSplitter> make_csv_splitter(const BarLayout& layout, RawBarSink& sink) {
    return std::make_unique<CsvSplitter>(layout, sink);
}

} // namespace martlet
