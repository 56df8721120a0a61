#include "anchor.hpp"

#include <cerrno>
#include <cinttypes>
#include <cstring>

namespace martlet::detail {
namespace {

// What the signature of an anchor covers.
struct AnchorMessage {
    char context[sizeof(anchor_context)];
    unsigned char anchor[offsetof(AnchorRecord, signature)];

    explicit AnchorMessage(const AnchorRecord& record) {
        std::memcpy(context, anchor_context, sizeof(context));
        std::memcpy(anchor, &record, sizeof(anchor));
    }
};

} // namespace

std::string anchor_path(const std::string& directory) { return directory + "/journal.anchor"; }

int write_anchor(const std::string& directory, std::uint64_t segment, const ChainPoint& end, const SigningKey& key) {
    AnchorRecord record{};
    std::memcpy(record.magic, anchor_magic, sizeof(record.magic));
    record.format_version = journal_format_version;
    record.segment = segment;
    record.sequence = end.sequence;
    std::memcpy(record.head, end.head.bytes, sizeof(record.head));
    std::memcpy(record.public_key, key.public_key().data(), sizeof(record.public_key));
    const AnchorMessage message(record);
    const Signature signature = key.sign(&message, sizeof(message));
    std::memcpy(record.signature, signature.data(), sizeof(record.signature));
    return write_file_atomically(anchor_path(directory), &record, sizeof(record), 0644, true);
}

JournalStatus read_anchor(const std::string& directory, Anchor* out, Damage* damage, int* error) {
    *out = Anchor{};
    std::string bytes;
    *error = read_file(anchor_path(directory), 4096, &bytes);
    if (*error == ENOENT) return *error = 0, JournalStatus::ok;
    if (*error != 0) {
        damage->set(0, "the anchor cannot be read: %s", std::strerror(*error));
        return *error == EFBIG ? JournalStatus::damaged_inside : status_of(*error);
    }
    AnchorRecord record;
    if (bytes.size() != sizeof(record)) {
        damage->set(0, "expected an anchor of %zu bytes, was %zu", sizeof(record), bytes.size());
        return JournalStatus::damaged_inside;
    }
    std::memcpy(&record, bytes.data(), sizeof(record));
    if (std::memcmp(record.magic, anchor_magic, sizeof(record.magic)) != 0) {
        damage->set(0, "%s", "the anchor is none of ours");
        return JournalStatus::damaged_inside;
    }
    if (record.format_version != journal_format_version) {
        damage->set(8, "an anchor of format %" PRIu64 ", expected %u", record.format_version, journal_format_version);
        return JournalStatus::unsupported;
    }
    std::memcpy(out->key.data(), record.public_key, out->key.size());
    const AnchorMessage message(record);
    if (record.segment == 0 || !signature_holds(out->key, &message, sizeof(message), record.signature)) {
        damage->set(0, "%s", "the anchor is not signed with the key that it names: rewritten");
        return JournalStatus::damaged_inside;
    }
    out->segment = record.segment;
    out->end.sequence = record.sequence;
    std::memcpy(out->end.head.bytes, record.head, sizeof(record.head));
    return JournalStatus::ok;
}

} // namespace martlet::detail
