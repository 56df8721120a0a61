#include "append_log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "crc32c.hpp"

namespace martlet::fix {

struct AppendLog::Header {
    char magic[8];
    std::uint32_t version;
    std::uint32_t chain; ///< checksum before the first record
    Numbers numbers;
};

namespace {

constexpr char magic[8] = {'M', 'R', 'T', 'L', 'F', 'I', 'X', 'S'};
constexpr std::uint32_t version = 2;
constexpr std::uint64_t header_bytes = 4096;
constexpr std::uint64_t chunk_bytes = 1u << 20;

struct RecordHead {
    std::uint32_t crc; ///< of the rest of the head and the message
    std::uint32_t previous;
    std::uint32_t size;
    std::uint32_t sequence;
    RecordKind kind;
    std::uint8_t reserved;
    std::uint16_t delivery_high; ///< `LogRecord::delivery`, 48 bits; zeros in files that are older than it
    std::uint32_t delivery_low;

    std::uint64_t delivery() const noexcept { return std::uint64_t{delivery_high} << 32 | delivery_low; }
};
static_assert(sizeof(RecordHead) == LogRecord::head_bytes);

constexpr std::uint64_t padded(std::uint64_t size) noexcept { return (sizeof(RecordHead) + size + 7) / 8 * 8; }

std::uint32_t checksum(const char* record, std::uint32_t message_size) noexcept {
    return crc32c(record + sizeof(std::uint32_t), sizeof(RecordHead) - sizeof(std::uint32_t) + message_size);
}

bool write_all(int file, const char* data, std::size_t size, std::uint64_t offset) noexcept {
    while (size > 0) {
        const ssize_t written = ::pwrite(file, data, size, static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        data += written;
        size -= static_cast<std::size_t>(written);
        offset += static_cast<std::uint64_t>(written);
    }
    return true;
}

bool read_all(int file, char* data, std::size_t size, std::uint64_t offset) noexcept {
    while (size > 0) {
        const ssize_t got = ::pread(file, data, size, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        data += got;
        size -= static_cast<std::size_t>(got);
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

std::string reason(const std::string& what) { return what + ": " + std::strerror(errno); }

bool size_of(int file, std::uint64_t* bytes) noexcept {
    struct stat facts {};
    if (::fstat(file, &facts) != 0) return false;
    *bytes = static_cast<std::uint64_t>(facts.st_size);
    return true;
}

} // namespace

AppendLog::Numbers& AppendLog::numbers() noexcept { return header_->numbers; }
const AppendLog::Numbers& AppendLog::numbers() const noexcept { return header_->numbers; }

bool AppendLog::open(const std::string& path, std::int64_t now, const Visitor& visit, std::string* error) {
    path_ = path;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        *error = reason("cannot open the message store " + path);
        return false;
    }
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        *error = "the message store " + path_ + " is in use by another process";
        ::close(file);
        return false;
    }
    if (!attach(file, now, error)) return false;
    if (scan(visit, error)) return true;
    end_ = 0; // a damaged file is left as it is
    close();
    return false;
}

/// Takes a locked file over; closes it where it cannot be used.
bool AppendLog::attach(int file, std::int64_t now, std::string* error) {
    const auto fail = [&](const std::string& text) {
        *error = text;
        ::close(file);
        return false;
    };
    std::uint64_t bytes = 0;
    if (!size_of(file, &bytes)) return fail(reason("cannot read the message store " + path_));
    if (bytes < header_bytes) {
        // Written, not only sized: the mapped page must have its block, or a full disk would kill us.
        char page[header_bytes] = {};
        Header first{};
        std::memcpy(first.magic, magic, sizeof magic);
        first.version = version;
        first.numbers = Numbers{1, 1, now};
        std::memcpy(page, &first, sizeof first);
        if (!write_all(file, page, sizeof page, 0)) return fail(reason("cannot write the message store " + path_));
    }
    void* page = ::mmap(nullptr, header_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) return fail(reason("cannot map the message store " + path_));
    auto* header = static_cast<Header*>(page);
    if (std::memcmp(header->magic, magic, sizeof magic) != 0 || header->version != version || header->numbers.next_sender == 0 ||
        header->numbers.next_target == 0) {
        ::munmap(page, header_bytes);
        return fail(path_ + " is not a message store of this version");
    }
    header_ = header;
    file_ = file;
    end_ = header_bytes;
    chain_ = header->chain;
    return true;
}

void AppendLog::unmap_window() noexcept {
    if (window_ != nullptr) ::munmap(window_, window_end_ - window_begin_);
    window_ = nullptr;
    window_begin_ = window_end_ = 0;
}

void AppendLog::close() noexcept {
    unmap_window();
    if (header_ != nullptr) ::munmap(header_, header_bytes);
    if (file_ >= 0) {
        // What was reserved is given back; left in place it would only be zeros at the end.
        if (end_ != 0) (void)!::ftruncate(file_, static_cast<off_t>(end_));
        ::close(file_);
    }
    header_ = nullptr;
    file_ = -1;
}

/// Reads the record at `offset`, head included; false: there is none that is intact.
bool AppendLog::read_record(std::uint64_t offset, std::uint64_t file_bytes, std::string* record) const {
    RecordHead head;
    if (offset + sizeof head > file_bytes || !read_all(file_, reinterpret_cast<char*>(&head), sizeof head, offset)) return false;
    if (head.kind == RecordKind::none || head.kind > RecordKind::reset || head.size > longest_message) return false;
    if (offset + sizeof head + head.size > file_bytes) return false;
    record->resize(sizeof head + head.size);
    return read_all(file_, record->data(), record->size(), offset) && checksum(record->data(), head.size) == head.crc;
}

bool AppendLog::scan(const Visitor& visit, std::string* error) {
    std::uint64_t file_bytes = 0;
    if (!size_of(file_, &file_bytes)) {
        *error = reason("cannot read the message store " + path_);
        return false;
    }
    std::string record;
    while (read_record(end_, file_bytes, &record)) {
        RecordHead head;
        std::memcpy(&head, record.data(), sizeof head);
        if (head.previous != chain_) {
            *error = "the message store " + path_ + " is damaged at byte " + std::to_string(end_) +
                     ": a record is missing before it; restore the file, or reset the sequence numbers with the broker";
            return false;
        }
        visit(LogRecord{head.kind, head.sequence, head.size, end_ + sizeof head, head.delivery()}, std::string_view(record).substr(sizeof head));
        chain_ = head.crc;
        end_ += padded(head.size);
    }
    end_ = std::min(end_, file_bytes); // the last record's padding is not missed
    return cut_tail(file_bytes, error);
}

/// What is behind the last intact record: nothing, zeros that were reserved, or a record that a crash tore.
bool AppendLog::cut_tail(std::uint64_t file_bytes, std::string* error) {
    std::uint64_t torn_end = end_;
    std::vector<char> block(64 << 10);
    for (std::uint64_t at = end_; at < file_bytes; at += block.size()) {
        const std::size_t size = std::min<std::uint64_t>(block.size(), file_bytes - at);
        if (!read_all(file_, block.data(), size, at)) {
            *error = reason("cannot read the message store " + path_);
            return false;
        }
        for (std::size_t i = size; i > 0; --i)
            if (block[i - 1] != 0) {
                torn_end = at + i;
                break;
            }
    }
    if (torn_end > end_ && intact_record_after(end_, file_bytes)) {
        *error = "the message store " + path_ + " is damaged at byte " + std::to_string(end_) +
                 " with intact records behind it: restore the file, or reset the sequence numbers with the broker";
        return false;
    }
    torn_bytes_ += torn_end - end_;
    const std::uint64_t aligned = (end_ + 7) / 8 * 8;
    if ((file_bytes != end_ || aligned != end_) &&
        (::ftruncate(file_, static_cast<off_t>(end_)) != 0 || ::ftruncate(file_, static_cast<off_t>(aligned)) != 0)) {
        *error = reason("cannot cut the torn tail of " + path_);
        return false;
    }
    end_ = aligned;
    return true;
}

/// Whether any record is intact in what follows a broken one: then it is damage, not a torn tail.
bool AppendLog::intact_record_after(std::uint64_t offset, std::uint64_t file_bytes) const {
    std::string record;
    const std::uint64_t last = std::min<std::uint64_t>(file_bytes, offset + longest_message);
    for (std::uint64_t at = offset / 8 * 8 + 8; at + sizeof(RecordHead) < last; at += 8)
        if (read_record(at, file_bytes, &record)) return true;
    return false;
}

/// Makes the file long enough for records up to `end`, and the mapping with it. The disk's promise comes first: a store to a
/// mapped page that has no block would end the process.
bool AppendLog::reserve(std::uint64_t end) noexcept {
    const std::uint64_t begin = end_ / header_bytes * header_bytes;
    const std::uint64_t wanted = (end + chunk_bytes - 1) / chunk_bytes * chunk_bytes;
    int problem = 0;
    do problem = ::posix_fallocate(file_, static_cast<off_t>(begin), static_cast<off_t>(wanted - begin));
    while (problem == EINTR);
    void* mapped = MAP_FAILED;
    if (problem == 0) {
        mapped = ::mmap(nullptr, wanted - begin, PROT_READ | PROT_WRITE, MAP_SHARED, file_, static_cast<off_t>(begin));
        if (mapped == MAP_FAILED) problem = errno;
    }
    if (mapped == MAP_FAILED) {
        (void)!::ftruncate(file_, static_cast<off_t>(std::max(end_, window_end_)));
        errno = problem;
        return false;
    }
    unmap_window();
    window_ = static_cast<char*>(mapped);
    window_begin_ = begin;
    window_end_ = wanted;
    return true;
}

bool AppendLog::append(RecordKind kind, std::uint32_t sequence, std::string_view message, std::uint64_t* offset, std::uint64_t delivery) noexcept {
    if (message.size() > longest_message) {
        errno = EMSGSIZE;
        return false;
    }
    const std::uint64_t total = padded(message.size());
    if (end_ + total > window_end_ && !reserve(end_ + total)) return false;
    char* record = window_ + (end_ - window_begin_);
    RecordHead head{0, chain_, static_cast<std::uint32_t>(message.size()), sequence, kind, 0,
                    static_cast<std::uint16_t>(delivery >> 32), static_cast<std::uint32_t>(delivery)};
    std::memcpy(record, &head, sizeof head);
    std::memcpy(record + sizeof head, message.data(), message.size());
    head.crc = checksum(record, head.size);
    std::memcpy(record, &head.crc, sizeof head.crc); // last: until then the record is a torn one
    if (offset != nullptr) *offset = end_ + sizeof head;
    chain_ = head.crc;
    end_ += total;
    return true;
}

bool AppendLog::read(std::uint64_t offset, char* to, std::size_t size) const noexcept { return read_all(file_, to, size, offset); }

bool AppendLog::sync() const noexcept {
    int result = 0;
    do result = ::fdatasync(file_);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

bool AppendLog::copy_tail(int to, std::uint64_t from) const {
    std::vector<char> block(1 << 20);
    for (std::uint64_t at = from; at < end_; at += block.size()) {
        const std::size_t size = std::min<std::uint64_t>(block.size(), end_ - at);
        if (!read_all(file_, block.data(), size, at) || !write_all(to, block.data(), size, at - from + header_bytes)) return false;
    }
    return true;
}

bool AppendLog::drop_before(std::uint64_t from, const Visitor& visit, std::string* error) {
    RecordHead first;
    std::uint32_t chain = chain_;
    if (from < end_) {
        if (!read_all(file_, reinterpret_cast<char*>(&first), sizeof first, from)) {
            *error = reason("cannot read the message store " + path_);
            return false;
        }
        chain = first.previous;
    }
    const std::string temporary = path_ + ".new", previous = path_ + ".previous";
    const int file = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char page[header_bytes] = {};
    std::memcpy(page, header_, sizeof(Header));
    std::memcpy(page + offsetof(Header, chain), &chain, sizeof chain);
    // The old file is linked aside before the new one takes its name: at no moment is there none.
    const bool replaced = file >= 0 && ::flock(file, LOCK_EX | LOCK_NB) == 0 && write_all(file, page, sizeof page, 0) && copy_tail(file, from) &&
                          ::fdatasync(file) == 0 && (::unlink(previous.c_str()) == 0 || errno == ENOENT) &&
                          ::link(path_.c_str(), previous.c_str()) == 0 && ::rename(temporary.c_str(), path_.c_str()) == 0;
    if (!replaced) {
        *error = reason("cannot rewrite the message store " + path_);
        if (file >= 0) ::close(file);
        return false;
    }
    close();
    end_ = 0;
    if (!attach(file, 0, error)) return false;
    return scan(visit, error);
}

} // namespace martlet::fix
