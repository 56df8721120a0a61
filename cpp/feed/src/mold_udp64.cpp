#include "martlet/mold_udp64.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "hex_text.hpp"
#include "itch_messages.hpp"

namespace martlet {
namespace {

constexpr std::size_t session_size = 10;
constexpr std::size_t header_size = 20;
constexpr std::uint16_t end_of_session = 0xFFFF;

} // namespace

MoldReceiver::MoldReceiver(ItchDecoder& decoder, DefectLog& log, std::uint64_t first) noexcept
    : decoder_(&decoder), log_(&log), first_(first), next_(first) {}

void MoldReceiver::keep(Defect defect, const unsigned char* data, std::size_t size) noexcept {
    const std::string text = hex_text(data, size);
    log_->add(defect, offset_, counts_.packets, text.data(), text.size());
}

/// Makes `sequence` the next number; where it is beyond the one that was expected, says what is missing.
void MoldReceiver::expect(std::uint64_t sequence) noexcept {
    if (next_ != 0 && sequence > next_) {
        ++counts_.gaps;
        counts_.lost += sequence - next_;
        decoder_->lost(next_);
    }
    if (sequence > next_) next_ = sequence;
}

void MoldReceiver::packet(const char* data, std::size_t size, std::int64_t receive_time) noexcept {
    const auto* bytes = reinterpret_cast<const unsigned char*>(data);
    const std::uint64_t begin = offset_;
    ++counts_.packets;
    if (size < header_size) {
        keep(Defect::truncated_record, bytes, size);
        --counts_.packets;
        offset_ = begin + size;
        return;
    }
    if (!has_session_ || std::memcmp(session_, data, session_size) != 0) {
        // Numbers begin anew; what the old session had left to say is lost, and nobody knows how much it was.
        if (has_session_ && !ended_) decoder_->lost(next_);
        std::copy_n(data, session_size, session_);
        has_session_ = true;
        ended_ = false;
        next_ = first_;
        ++counts_.sessions;
    }
    const auto sequence = itch::read<std::uint64_t>(bytes + session_size);
    const auto count = itch::read<std::uint16_t>(bytes + session_size + 8);
    decoder_->received_at(receive_time);
    if (count == 0 || count == end_of_session) {
        expect(sequence);
        if (count == 0) ++counts_.heartbeats;
        ended_ = ended_ || count == end_of_session;
        if (size != header_size) keep(Defect::wrong_length, bytes, size);
        offset_ = begin + size;
        return;
    }
    std::size_t at = header_size;
    for (std::uint64_t number = sequence; number < sequence + count; ++number) {
        const std::size_t left = size - at;
        const std::size_t length = left < itch::prefix_size ? 0 : itch::read<std::uint16_t>(bytes + at);
        if (left < itch::prefix_size || left - itch::prefix_size < length) {
            offset_ = begin + at;
            keep(Defect::truncated_record, bytes + at, left);
            at = size;
            break; // the numbers that are missing show with the next packet
        }
        at += itch::prefix_size;
        if (next_ != 0 && number < next_) {
            ++counts_.duplicates;
        } else {
            expect(number);
            ++counts_.messages;
            decoder_->message(data + at, length, number);
            next_ = number + 1;
        }
        at += length;
    }
    offset_ = begin + at;
    if (at < size) keep(Defect::wrong_length, bytes + at, size - at);
    offset_ = begin + size;
}

} // namespace martlet
