#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "martlet/feed_status.hpp"

namespace martlet {

/// The records of [record, record, …] in bytes that come in pieces. The outer array is walked byte by byte, so that
/// memory is one record and one broken record does not end the file.
class JsonRecords {
public:
    virtual ~JsonRecords() = default;
    void consume(std::string_view bytes);
    void finish();

    FeedStatus status = FeedStatus::ok;
    std::uint64_t bytes_seen = 0;
    std::uint64_t rows = 0;

protected:
    /// One record, whole. The text is the taker's to change until it returns.
    virtual void record(std::string& text, std::uint64_t offset, std::uint64_t row) = 0;
    virtual void defect(Defect defect, std::uint64_t offset, std::uint64_t row, std::string_view text) = 0;

private:
    enum class State { before, between, inside, after };

    void step(char c);
    void inside(char c);
    void end_record();

    State state_ = State::before;
    std::string record_;
    std::uint64_t begin_ = 0;
    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    bool dropped_ = false;
    bool reported_tail_ = false;
};

} // namespace martlet
