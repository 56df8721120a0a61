#include "martlet/snapshot.hpp"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "crc32c.hpp"
#include "martlet/digest.hpp"
#include "martlet/event.hpp"
#include "posix_file.hpp"
#include "segment_file.hpp"

namespace martlet {
namespace {

using namespace detail;

constexpr char snapshot_magic[8] = {'M', 'A', 'R', 'T', 'L', 'E', 'T', 'S'};
constexpr std::uint16_t snapshot_format_version = 1;
constexpr std::size_t longest_name = 100;

// What stands before the bytes of a snapshot.
struct SnapshotHeader {
    char magic[8];
    std::uint16_t format_version;
    std::uint16_t layout_version;
    std::uint32_t crc; // CRC-32C of this struct with this field zero
    std::uint64_t sequence;
    std::int64_t created_at;
    std::uint64_t size;
    std::uint8_t digest[32]; // SHA-256 of the bytes
};
static_assert(sizeof(SnapshotHeader) == 72);

bool name_is_valid(const char* name) {
    const std::size_t length = std::strlen(name);
    return length > 0 && length <= longest_name && name[0] != '.' &&
           std::all_of(name, name + length, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
           });
}

std::string file_name(const std::string& name, std::uint64_t sequence) {
    char number[64];
    std::snprintf(number, sizeof(number), "-%020" PRIu64 ".snapshot", sequence);
    return name + number;
}

// What a crash left half-written of a name; nobody else writes it now.
void remove_halves(const std::string& directory, const std::string& name) {
    std::vector<std::string> names;
    if (list_directory(directory, &names) != 0) return;
    const std::string prefix = name + "-";
    const std::string suffix = ".snapshot.tmp";
    for (const std::string& found : names) {
        if (found.compare(0, prefix.size(), prefix) == 0 && found.ends_with(suffix)) (void)unlink((directory + "/" + found).c_str());
    }
}

// The sequences of a name's snapshots, highest first. 0 or errno.
int list_snapshots(const std::string& directory, const std::string& name, std::vector<std::uint64_t>* out) {
    std::vector<std::string> names;
    if (const int error = list_directory(directory, &names); error != 0) return error;
    const std::string prefix = name + "-";
    for (const std::string& found : names) {
        if (found.compare(0, prefix.size(), prefix) != 0) continue;
        std::uint64_t sequence = 0;
        if (std::sscanf(found.c_str() + prefix.size(), "%20" SCNu64, &sequence) != 1) continue;
        if (file_name(name, sequence) == found) out->push_back(sequence);
    }
    std::sort(out->rbegin(), out->rend());
    return 0;
}

std::uint32_t header_crc(SnapshotHeader header) {
    header.crc = 0;
    return crc32c(0, &header, sizeof(header));
}

bool is_whole(const MappedFile& file, std::uint64_t sequence, SnapshotHeader* header) {
    if (file.size() < sizeof(*header)) return false;
    std::memcpy(header, file.data(), sizeof(*header));
    if (std::memcmp(header->magic, snapshot_magic, sizeof(snapshot_magic)) != 0 || header->crc != header_crc(*header) ||
        header->format_version != snapshot_format_version || header->layout_version != layout_version ||
        header->sequence != sequence || header->size != file.size() - sizeof(*header)) {
        return false;
    }
    const Sha256Digest digest = sha256(file.data() + sizeof(*header), header->size);
    return std::memcmp(digest.bytes, header->digest, sizeof(header->digest)) == 0;
}

// Puts what was written of a journal on the disk, from the segment `*synced` on; the folder's names come with the snapshot's own.
int sync_segments(const std::string& directory, std::uint64_t* synced) {
    std::vector<std::uint64_t> numbers;
    if (const int error = list_segments(directory, &numbers); error != 0) return error;
    for (const std::uint64_t number : numbers) {
        if (number < *synced) continue; // sealed, nothing was added
        File file;
        int error = open_file(segment_path(directory, number), O_RDONLY, 0, &file);
        if (error == 0) error = sync_data(file.get());
        if (error != 0 && error != ENOENT) return error; // one that lies compressed was synced then
        *synced = number;
    }
    return 0;
}

} // namespace

JournalStatus write_snapshot(const char* directory, const char* name, std::uint64_t sequence, std::int64_t created_at,
                             const void* bytes, std::size_t size, std::size_t keep, std::uint64_t* journal_synced) noexcept {
    if (directory == nullptr || name == nullptr || !name_is_valid(name) || keep == 0 || (bytes == nullptr && size != 0)) {
        return JournalStatus::bad_options;
    }
    SnapshotHeader header{};
    std::memcpy(header.magic, snapshot_magic, sizeof(header.magic));
    header.format_version = snapshot_format_version;
    header.layout_version = layout_version;
    header.sequence = sequence;
    header.created_at = created_at;
    header.size = size;
    const Sha256Digest digest = sha256(bytes, size);
    std::memcpy(header.digest, digest.bytes, sizeof(header.digest));
    header.crc = header_crc(header);

    std::vector<unsigned char> whole(sizeof(header) + size);
    std::memcpy(whole.data(), &header, sizeof(header));
    if (size != 0) std::memcpy(whole.data() + sizeof(header), bytes, size);
    const std::string folder = directory;
    int error = make_directories(folder);
    if (error == 0 && journal_synced != nullptr) error = sync_segments(folder, journal_synced);
    const std::string path = folder + "/" + file_name(name, sequence);
    if (error == 0) error = write_file_atomically(path, whole.data(), whole.size(), 0644, true);
    if (error != 0) return status_of(error);
    remove_halves(folder, name);

    std::vector<std::uint64_t> sequences;
    error = list_snapshots(folder, name, &sequences);
    for (std::size_t i = keep; error == 0 && i < sequences.size(); ++i) {
        // Too many snapshots are no failure: the next write removes what this one could not.
        (void)unlink((folder + "/" + file_name(name, sequences[i])).c_str());
    }
    return status_of(error);
}

std::size_t remove_snapshots_after(const char* directory, const char* name, std::uint64_t sequence) noexcept {
    if (directory == nullptr || name == nullptr || !name_is_valid(name)) return 0;
    const std::string folder = directory;
    std::vector<std::uint64_t> sequences;
    if (list_snapshots(folder, name, &sequences) != 0) return 0;
    std::size_t removed = 0;
    for (const std::uint64_t found : sequences) {
        if (found > sequence && unlink((folder + "/" + file_name(name, found)).c_str()) == 0) ++removed;
    }
    if (removed != 0) (void)sync_directory(folder);
    return removed;
}

Snapshot::Snapshot() noexcept = default;

Snapshot::Snapshot(Snapshot&& other) noexcept
    : data_(other.data_), size_(other.size_), sequence_(other.sequence_), created_at_(other.created_at_),
      passed_over_(other.passed_over_) {
    other.data_ = nullptr;
    other.size_ = 0;
}

Snapshot::~Snapshot() { delete[] data_; }

JournalStatus Snapshot::load(const char* directory, const char* name, std::uint64_t limit) noexcept {
    delete[] data_;
    data_ = nullptr;
    size_ = 0;
    sequence_ = passed_over_ = 0;
    created_at_ = 0;
    if (directory == nullptr || name == nullptr || !name_is_valid(name)) return JournalStatus::bad_options;
    const std::string folder = directory;
    std::vector<std::uint64_t> sequences;
    if (const int error = list_snapshots(folder, name, &sequences); error != 0) return status_of(error);
    for (std::uint64_t sequence : sequences) {
        if (sequence > limit) continue;
        MappedFile file;
        SnapshotHeader header;
        if (file.open(folder + "/" + file_name(name, sequence)) != 0 || !is_whole(file, sequence, &header)) {
            ++passed_over_;
            continue;
        }
        size_ = header.size;
        data_ = new unsigned char[size_];
        std::memcpy(data_, file.data() + sizeof(header), size_);
        sequence_ = sequence;
        created_at_ = header.created_at;
        return JournalStatus::ok;
    }
    return JournalStatus::not_found;
}

} // namespace martlet
