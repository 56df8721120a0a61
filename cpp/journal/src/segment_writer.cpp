#include "segment_writer.hpp"

#include <cassert>
#include <cstring>
#include <fcntl.h>

#include "martlet/event.hpp"
#include "segment_file.hpp"

namespace martlet::detail {
namespace {

std::vector<unsigned char> header_bytes(const SegmentStart& start, const SigningKey& key) {
    const std::size_t map_bytes = start.instruments->size() * sizeof(InstrumentDefinition);
    std::vector<unsigned char> bytes(padded(sizeof(SegmentHeader) + map_bytes + start.run_text->size()));
    unsigned char* rest = bytes.data() + sizeof(SegmentHeader);
    if (map_bytes != 0) std::memcpy(rest, start.instruments->data(), map_bytes);
    if (!start.run_text->empty()) std::memcpy(rest + map_bytes, start.run_text->data(), start.run_text->size());

    SegmentHeader header{};
    std::memcpy(header.magic, journal_magic, sizeof(header.magic));
    header.format_version = journal_format_version;
    header.layout_version = layout_version;
    header.header_bytes = static_cast<std::uint32_t>(bytes.size());
    header.rest_crc = crc32c(0, rest, bytes.size() - sizeof(SegmentHeader));
    header.segment = start.segment;
    header.previous_sequence = start.previous_sequence;
    header.created_at = start.created_at;
    std::memcpy(header.previous_head, start.previous_head.bytes, sizeof(header.previous_head));
    std::memcpy(header.public_key, key.public_key().data(), sizeof(header.public_key));
    header.instrument_count = static_cast<std::uint32_t>(start.instruments->size());
    header.run_text_bytes = static_cast<std::uint32_t>(start.run_text->size());
    header.crc = crc32c(0, &header, sizeof(header));
    std::memcpy(bytes.data(), &header, sizeof(header));
    return bytes;
}

} // namespace

int SegmentWriter::create(const std::string& directory, const SegmentStart& start, const SigningKey& key, bool synced) {
    assert(pending_.empty() && hashed_ == 0);
    const std::vector<unsigned char> header = header_bytes(start, key);
    const std::string path = segment_path(directory, start.segment);
    int error = write_file_atomically(path, header.data(), header.size(), 0644, synced);
    if (error == 0) error = open_file(path, O_WRONLY | O_APPEND, 0, &file_);
    if (error != 0) return error;
    segment_ = start.segment;
    written_ = block_begin_ = header.size();
    last_sequence_ = start.previous_sequence;
    last_receive_time_ = start.created_at;
    head_ = chain(digest_, start.previous_head, header.data(), header.size());
    digest_.update(head_.bytes, sizeof(head_.bytes));
    return 0;
}

void SegmentWriter::add(const ByteRing::View& view) {
    assert(view.head_size >= minimum_record_bytes);
    FrameHeader frame{0, view.head_size, view.payload_size, FrameKind::record, 0, 0};
    std::memcpy(&frame.sequence, view.data, sizeof(frame.sequence));
    assert(frame.sequence == last_sequence_ + 1);
    const std::size_t bytes = frame_bytes(frame);
    const std::size_t begin = pending_.size();
    pending_.resize(begin + bytes);
    unsigned char* at = pending_.data() + begin;
    std::memcpy(at, &frame, sizeof(frame));
    std::memcpy(at + sizeof(frame), view.data, std::size_t{view.head_size} + view.payload_size);
    frame.crc = frame_crc(at, bytes);
    std::memcpy(at, &frame.crc, sizeof(frame.crc));
    last_sequence_ = frame.sequence;
    std::memcpy(&last_receive_time_, view.data + 8, sizeof(last_receive_time_));
}

void SegmentWriter::hash_pending() {
    digest_.update(pending_.data() + hashed_, pending_.size() - hashed_);
    hashed_ = pending_.size();
}

template <typename Record>
void SegmentWriter::append_control(const Record& record) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&record);
    pending_.insert(pending_.end(), bytes, bytes + sizeof(record));
    hashed_ = pending_.size(); // not part of the chain: what it states is
    block_begin_ = size();
}

void SegmentWriter::close_block() {
    if (open_bytes() == 0) return;
    hash_pending();
    head_ = digest_.finish();
    digest_.update(head_.bytes, sizeof(head_.bytes));
    append_control(make_block(segment_, size(), block_begin_, last_sequence_, head_));
}

int SegmentWriter::seal(const SigningKey& key, SealReason reason) {
    close_block();
    append_control(make_seal(segment_, size(), reason, last_sequence_, head_, key));
    const int error = write_out();
    (void)digest_.finish(); // forgets the head that the next block would have begun with
    return error;
}

int SegmentWriter::write_out() {
    hash_pending();
    const int error = write_all(file_.get(), pending_.data(), pending_.size());
    if (error != 0) return error;
    written_ += pending_.size();
    pending_.clear();
    hashed_ = 0;
    return 0;
}

} // namespace martlet::detail
