#include "venue_journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace martlet::exchange {
namespace {

constexpr std::size_t maximum_payload = 1 << 16;
constexpr std::uint16_t frame_version = 1;

constexpr std::array<std::uint32_t, 256> make_table() noexcept {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78u : 0);
        table[i] = value;
    }
    return table;
}

std::string system_text(const char* what, const std::string& path) {
    return std::string(what) + " " + path + ": " + std::strerror(errno);
}

std::size_t padded(std::size_t size) noexcept { return (size + 7) & ~std::size_t{7}; }

/// Length of the valid frame at `at`; 0: none there.
std::size_t valid_frame(const std::vector<unsigned char>& bytes, std::size_t at) noexcept {
    VenueFrame frame{};
    if (bytes.size() - at < sizeof frame) return 0;
    std::memcpy(&frame, bytes.data() + at, sizeof frame);
    const std::size_t length = sizeof frame + padded(frame.size);
    if (frame.size > maximum_payload || bytes.size() - at < length || frame.version != frame_version) return 0;
    const std::uint32_t crc = crc32c(bytes.data() + at + sizeof frame.crc, length - sizeof frame.crc);
    return crc == frame.crc ? length : 0;
}

JournalResult failure(JournalResult::Code code, std::string text) { return {code, std::move(text)}; }

/// The whole file; a missing one is empty.
JournalResult load(const std::string& path, std::vector<unsigned char>& bytes) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno == ENOENT ? JournalResult{} : failure(JournalResult::Code::io, system_text("cannot read", path));
    struct stat facts {};
    if (::fstat(file, &facts) == 0) bytes.resize(static_cast<std::size_t>(facts.st_size));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::read(file, bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        done += static_cast<std::size_t>(got);
    }
    ::close(file);
    if (done != bytes.size()) return failure(JournalResult::Code::io, system_text("cannot read", path));
    return {};
}

} // namespace

std::uint32_t crc32c(const void* bytes, std::size_t size, std::uint32_t crc) noexcept {
    static constexpr auto table = make_table();
    const auto* at = static_cast<const unsigned char*>(bytes);
    crc = ~crc;
    for (std::size_t i = 0; i < size; ++i) crc = (crc >> 8) ^ table[(crc ^ at[i]) & 0xFF];
    return ~crc;
}

VenueJournal::~VenueJournal() { close(); }

void VenueJournal::close() noexcept {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
}

JournalResult VenueJournal::read(const std::string& path, const Reader& reader, bool cut) {
    std::vector<unsigned char> bytes;
    JournalResult loaded = load(path, bytes);
    if (loaded.code != JournalResult::Code::ok) return loaded;
    std::size_t end = 0;
    while (const std::size_t length = end < bytes.size() ? valid_frame(bytes, end) : 0) end += length;
    // A write that was cut short leaves nothing valid behind it; damage inside does.
    for (std::size_t at = end + 8; at + sizeof(VenueFrame) <= bytes.size(); at += 8)
        if (valid_frame(bytes, at) != 0)
            return failure(JournalResult::Code::damaged,
                           path + " is damaged at byte " + std::to_string(end) + ": valid records follow at byte " + std::to_string(at));
    for (std::size_t at = 0; at < end;) {
        VenueFrame frame{};
        std::memcpy(&frame, bytes.data() + at, sizeof frame);
        reader(frame, bytes.data() + at + sizeof frame);
        at += sizeof frame + padded(frame.size);
    }
    if (cut && end < bytes.size() && ::truncate(path.c_str(), static_cast<off_t>(end)) != 0)
        return failure(JournalResult::Code::io, system_text("cannot cut the torn end of", path));
    return {};
}

JournalResult VenueJournal::open(const std::string& path, bool machine) {
    path_ = path;
    machine_ = machine;
    file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0) return failure(JournalResult::Code::io, system_text("cannot write", path));
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
        close();
        return failure(JournalResult::Code::io, path + " is in use by another process");
    }
    struct stat facts {};
    if (::fstat(file_, &facts) == 0) bytes_ = static_cast<std::uint64_t>(facts.st_size);
    return {};
}

void VenueJournal::append(VenueRecordKind kind, std::uint32_t owner, const void* payload, std::size_t size) {
    const std::size_t at = buffer_.size();
    const std::size_t length = sizeof(VenueFrame) + padded(size);
    buffer_.resize(at + length); // zero-fills the padding
    VenueFrame frame{0, static_cast<std::uint32_t>(size), kind, frame_version, owner};
    std::memcpy(buffer_.data() + at, &frame, sizeof frame);
    std::memcpy(buffer_.data() + at + sizeof frame, payload, size);
    frame.crc = crc32c(buffer_.data() + at + sizeof frame.crc, length - sizeof frame.crc);
    std::memcpy(buffer_.data() + at, &frame.crc, sizeof frame.crc);
}

JournalResult VenueJournal::flush() {
    if (buffer_.empty()) return {};
    if (file_ < 0) return failure(JournalResult::Code::io, "the venue's journal is not open");
    std::size_t done = 0;
    while (done < buffer_.size()) {
        const ssize_t wrote = ::write(file_, buffer_.data() + done, buffer_.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return failure(JournalResult::Code::io, system_text("cannot write", path_));
        done += static_cast<std::size_t>(wrote);
    }
    bytes_ += done;
    buffer_.clear();
    if (machine_ && ::fdatasync(file_) != 0) return failure(JournalResult::Code::io, system_text("cannot sync", path_));
    return {};
}

} // namespace martlet::exchange
