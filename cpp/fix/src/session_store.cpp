#include "session_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crc32c.hpp"
#include "frame.hpp"
#include "text.hpp"

namespace martlet::fix {

struct SessionStore::Header {
    char magic[8];
    std::uint32_t version;
    std::uint32_t reserved;
    std::uint64_t next_sender;
    std::uint64_t next_target;
};

namespace {

constexpr char magic[8] = {'M', 'R', 'T', 'L', 'F', 'I', 'X', 'S'};
constexpr std::uint32_t version = 1;
constexpr std::uint64_t header_bytes = 4096;
constexpr std::uint32_t longest_message = 16u << 20;

struct RecordHead {
    std::uint32_t crc; ///< of the rest of the head and the message
    std::uint32_t size;
    std::uint32_t sequence;
    std::uint32_t reserved;
};
static_assert(sizeof(RecordHead) == 16);

std::uint32_t record_crc(const char* record, std::uint32_t message_size) noexcept {
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

/// The record at `offset`, where it is intact; its message goes to `message`.
bool read_record(int file, std::uint64_t offset, std::uint64_t file_bytes, RecordHead* head, std::string* record) {
    if (offset + sizeof(RecordHead) > file_bytes) return false;
    if (!read_all(file, reinterpret_cast<char*>(head), sizeof(RecordHead), offset)) return false;
    if (head->size == 0 || head->size > longest_message || head->sequence == 0) return false;
    if (offset + sizeof(RecordHead) + head->size > file_bytes) return false;
    record->resize(sizeof(RecordHead) + head->size);
    if (!read_all(file, record->data(), record->size(), offset)) return false;
    return record_crc(record->data(), head->size) == head->crc;
}

} // namespace

bool SessionStore::open(const std::string& path, std::string* error) {
    path_ = path;
    entries_.assign(window, Entry{0, 0, 0});
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        *error = reason("cannot open the message store " + path);
        return false;
    }
    if (!attach(file, error)) return false;
    if (!scan(error)) {
        close();
        return false;
    }
    if (end_ > compact_bytes) return rewrite(true, error);
    return true;
}

bool SessionStore::attach(int file, std::string* error) {
    const auto fail = [&](const std::string& text) {
        *error = text;
        ::close(file);
        return false;
    };
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) return fail("the message store " + path_ + " is in use by another process");
    struct stat facts {};
    if (::fstat(file, &facts) != 0) return fail(reason("cannot read the message store " + path_));
    const bool fresh = static_cast<std::uint64_t>(facts.st_size) < header_bytes;
    if (fresh) {
        // Written, not only sized: the mapped page must have its block, or a full disk would kill us.
        char page[header_bytes] = {};
        Header first{};
        std::memcpy(first.magic, magic, sizeof magic);
        first.version = version;
        first.next_sender = first.next_target = 1;
        std::memcpy(page, &first, sizeof first);
        if (!write_all(file, page, sizeof page, 0)) return fail(reason("cannot write the message store " + path_));
    }
    void* page = ::mmap(nullptr, header_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (page == MAP_FAILED) return fail(reason("cannot map the message store " + path_));
    auto* header = static_cast<Header*>(page);
    if (std::memcmp(header->magic, magic, sizeof magic) != 0 || header->version != version || header->next_sender == 0 ||
        header->next_target == 0) {
        ::munmap(page, header_bytes);
        return fail(path_ + " is not a message store of this version");
    }
    if (header_ != nullptr) ::munmap(header_, header_bytes);
    if (file_ >= 0) ::close(file_);
    header_ = header;
    file_ = file;
    end_ = header_bytes;
    return true;
}

void SessionStore::close() noexcept {
    if (header_ != nullptr) ::munmap(header_, header_bytes);
    if (file_ >= 0) ::close(file_);
    header_ = nullptr;
    file_ = -1;
}

bool SessionStore::scan(std::string* error) {
    struct stat facts {};
    if (::fstat(file_, &facts) != 0) {
        *error = reason("cannot read the message store " + path_);
        return false;
    }
    const auto file_bytes = static_cast<std::uint64_t>(facts.st_size);
    RecordHead head{};
    while (read_record(file_, end_, file_bytes, &head, &record_)) {
        remember(head.sequence, head.size, end_ + sizeof(RecordHead));
        header_->next_sender = std::max<std::uint64_t>(header_->next_sender, head.sequence + 1ull);
        end_ += sizeof(RecordHead) + head.size;
    }
    if (end_ == file_bytes) return true;
    if (intact_record_after(end_, file_bytes)) {
        *error = "the message store " + path_ + " is damaged at byte " + std::to_string(end_) +
                 " with intact records behind it: restore the file, or reset the sequence numbers with the broker";
        return false;
    }
    torn_bytes_ += file_bytes - end_;
    if (::ftruncate(file_, static_cast<off_t>(end_)) != 0) {
        *error = reason("cannot cut the torn tail of " + path_);
        return false;
    }
    return true;
}

/// Whether any record is intact in what follows a broken one: then it is damage, not a torn tail.
bool SessionStore::intact_record_after(std::uint64_t offset, std::uint64_t size) const {
    RecordHead head{};
    std::string record;
    const std::uint64_t last = std::min<std::uint64_t>(size, offset + longest_message);
    for (std::uint64_t at = offset + 1; at + sizeof(RecordHead) < last; ++at)
        if (read_record(file_, at, size, &head, &record)) return true;
    return false;
}

/// Replaces the file by one with the same numbers and the resendable window (`keep`), or a fresh one.
bool SessionStore::rewrite(bool keep, std::string* error) {
    const std::string temporary = path_ + ".new";
    const int file = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) {
        *error = reason("cannot write " + temporary);
        return false;
    }
    char page[header_bytes] = {};
    Header first{};
    std::memcpy(first.magic, magic, sizeof magic);
    first.version = version;
    first.next_sender = keep ? header_->next_sender : 1;
    first.next_target = keep ? header_->next_target : 1;
    std::memcpy(page, &first, sizeof first);
    std::vector<Entry> moved(window, Entry{0, 0, 0});
    if (!write_all(file, page, sizeof page, 0) || (keep && !copy_window(file, &moved)) ||
        ::rename(temporary.c_str(), path_.c_str()) != 0) {
        *error = reason("cannot rewrite the message store " + path_);
        ::close(file);
        return false;
    }
    if (!attach(file, error)) return false;
    entries_ = std::move(moved);
    struct stat facts {};
    if (::fstat(file_, &facts) == 0) end_ = static_cast<std::uint64_t>(facts.st_size);
    return true;
}

bool SessionStore::copy_window(int file, std::vector<Entry>* moved) const {
    std::vector<Entry> sorted;
    for (const Entry& entry : entries_)
        if (entry.sequence != 0) sorted.push_back(entry);
    std::sort(sorted.begin(), sorted.end(), [](const Entry& a, const Entry& b) { return a.sequence < b.sequence; });
    std::uint64_t end = header_bytes;
    std::string record;
    for (const Entry& entry : sorted) {
        record.resize(sizeof(RecordHead) + entry.size);
        if (!read_all(file_, record.data(), record.size(), entry.offset - sizeof(RecordHead))) return false;
        if (!write_all(file, record.data(), record.size(), end)) return false;
        (*moved)[entry.sequence % window] = Entry{entry.sequence, entry.size, end + sizeof(RecordHead)};
        end += record.size();
    }
    return true;
}

void SessionStore::remember(std::uint32_t sequence, std::uint32_t size, std::uint64_t offset) {
    entries_[sequence % window] = Entry{sequence, size, offset};
}

bool SessionStore::resendable(const std::string& message) const {
    const std::size_t at = message.find("\00135=");
    if (at == std::string::npos) return false;
    const std::size_t begin = at + 4;
    const std::size_t end = message.find('\001', begin);
    if (end == std::string::npos) return false;
    const std::string_view type(message.data() + begin, end - begin);
    if (type.size() == 1 && std::strchr("0A12345", type[0]) != nullptr) return false;
    return std::find(never_resent_.begin(), never_resent_.end(), type) == never_resent_.end();
}

bool SessionStore::set(int sequence, const std::string& message) throw(FIX::IOException) {
    if (!resendable(message) || message.size() > longest_message) return true; // its number is kept by incrNextSender…
    RecordHead head{0, static_cast<std::uint32_t>(message.size()), static_cast<std::uint32_t>(sequence), 0};
    record_.assign(reinterpret_cast<const char*>(&head), sizeof head);
    record_ += message;
    head.crc = record_crc(record_.data(), head.size);
    std::memcpy(record_.data(), &head.crc, sizeof head.crc);
    if (!write_all(file_, record_.data(), record_.size(), end_)) {
        const std::string text = reason("cannot store message " + std::to_string(sequence) + " in " + path_);
        failures_.fetch_add(1, std::memory_order_relaxed);
        // What was written of it would read as a torn tail; cutting it now keeps the file clean.
        if (::ftruncate(file_, static_cast<off_t>(end_)) != 0) torn_bytes_ += 1;
        throw FIX::IOException(text);
    }
    remember(head.sequence, head.size, end_ + sizeof head);
    end_ += record_.size();
    return true;
}

void SessionStore::get(int begin, int end, std::vector<std::string>& messages) const throw(FIX::IOException) {
    messages.clear();
    const auto next = static_cast<int>(header_->next_sender);
    end = std::min(end, next - 1);
    begin = std::max({begin, 1, next - static_cast<int>(window)});
    std::size_t bytes = 0;
    bool end_stored = false;
    for (int sequence = begin; sequence <= end && bytes < resend_bytes; ++sequence) {
        const Entry& entry = entries_[static_cast<std::uint32_t>(sequence) % window];
        if (entry.sequence != static_cast<std::uint32_t>(sequence)) continue;
        std::string message(entry.size, '\0');
        if (!read_all(file_, message.data(), message.size(), entry.offset))
            throw FIX::IOException(reason("cannot read message " + std::to_string(sequence) + " of " + path_));
        bytes += message.size();
        end_stored = sequence == end;
        messages.push_back(std::move(message));
    }
    // QuickFIX 1.15.1 fills a gap at the end of the range from the range's *beginning*, which a peer that has
    // just received the messages before it ignores as a duplicate, and asks again for ever. A session
    // message with the last number makes it fill from where the stored ones end.
    if (!end_stored && begin <= end) messages.push_back(placeholder(end));
}

std::string SessionStore::placeholder(int sequence) const {
    char time[time_text_capacity];
    write_time(wall_clock(), 3, time);
    return framed(version_, "35=0\00134=" + std::to_string(sequence) + "\00149=" + sender_ + "\00152=" + time + "\00156=" + target_ + "\001");
}

int SessionStore::getNextSenderMsgSeqNum() const throw(FIX::IOException) { return static_cast<int>(header_->next_sender); }
int SessionStore::getNextTargetMsgSeqNum() const throw(FIX::IOException) { return static_cast<int>(header_->next_target); }
void SessionStore::setNextSenderMsgSeqNum(int number) throw(FIX::IOException) {
    header_->next_sender = static_cast<std::uint64_t>(std::max(number, 1));
}
void SessionStore::setNextTargetMsgSeqNum(int number) throw(FIX::IOException) {
    header_->next_target = static_cast<std::uint64_t>(std::max(number, 1));
}
void SessionStore::incrNextSenderMsgSeqNum() throw(FIX::IOException) { ++header_->next_sender; }
void SessionStore::incrNextTargetMsgSeqNum() throw(FIX::IOException) { ++header_->next_target; }

FIX::UtcTimeStamp SessionStore::getCreationTime() const throw(FIX::IOException) {
    FIX::UtcTimeStamp time;
    time += 12 * 60 * 60;
    return time;
}

void SessionStore::reset() throw(FIX::IOException) {
    std::string error;
    if (!rewrite(false, &error)) {
        failures_.fetch_add(1, std::memory_order_relaxed);
        throw FIX::IOException(error);
    }
}

FIX::TimeRange endless_session_time() {
    return FIX::TimeRange(FIX::UtcTimeOnly(0, 0, 0, 1, 9), FIX::UtcTimeOnly(0, 0, 0, 0, 9), -1, -1);
}

} // namespace martlet::fix
