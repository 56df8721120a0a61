#include "session_store.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "frame.hpp"
#include "text.hpp"

namespace martlet::fix {
namespace {

constexpr std::int64_t hour = 3'600'000'000'000;

/// MsgType (35); empty: there is none.
std::string_view type_of(std::string_view message) noexcept {
    const std::size_t at = message.find("\00135=");
    if (at == std::string_view::npos) return {};
    const std::size_t begin = at + 4;
    const std::size_t end = message.find('\001', begin);
    return end == std::string_view::npos ? std::string_view{} : message.substr(begin, end - begin);
}

} // namespace

bool SessionStore::open(const std::string& path, std::string* error, const AppendLog::Visitor& visit, std::uint64_t recorded) {
    path_ = path;
    recorded_ = recorded;
    // Not below what is on record: a file that was lost, or lost its end with the power, must not give out its numbers again.
    last_delivery_ = recorded == all_recorded ? 0 : recorded;
    forget();
    const auto each = [&](const LogRecord& record, std::string_view message) {
        take(record, message);
        if (visit) visit(record, message);
    };
    if (!log_.open(path, wall_clock(), each, error)) return false;
    AppendLog::Numbers& numbers = log_.numbers();
    // A record comes before its number: a crash in between leaves the page behind the log.
    numbers.next_sender = std::max(numbers.next_sender, logged_sender_);
    numbers.next_target = std::max(numbers.next_target, logged_target_);
    return log_.end() <= compact_bytes || compact(error);
}

void SessionStore::forget() {
    entries_.assign(window, Entry{0, 0, 0});
    logged_sender_ = logged_target_ = 1;
    middle_ = 0;
    unrecorded_.clear();
}

void SessionStore::take_delivery(const LogRecord& record) {
    if (record.delivery == 0) return;
    last_delivery_ = std::max(last_delivery_, record.delivery);
    if (record.delivery >= recorded_) unrecorded_.push_back(Delivery{record.delivery, record.offset, record.size});
}

void SessionStore::take(const LogRecord& record, std::string_view message) {
    if (middle_ < compact_bytes / 2) middle_ = record.begin();
    switch (record.kind) {
    case RecordKind::sent:
        entries_[record.sequence % window] = Entry{record.sequence, record.size, record.offset};
        logged_sender_ = record.sequence + 1ull;
        break;
    case RecordKind::received:
        logged_target_ = record.sequence + 1ull;
        take_delivery(record);
        break;
    case RecordKind::numbers: {
        std::uint64_t next[2] = {1, 1};
        if (message.size() == sizeof next) std::memcpy(next, message.data(), sizeof next);
        logged_sender_ = next[0];
        logged_target_ = next[1];
        break;
    }
    case RecordKind::reset:
        entries_.assign(window, Entry{0, 0, 0});
        logged_sender_ = logged_target_ = 1;
        break;
    case RecordKind::none: break;
    }
}

bool SessionStore::compact(std::string* error) {
    // What is still to be told stays, however much that is.
    const std::uint64_t from = unrecorded_.empty() ? middle_ : std::min(middle_, unrecorded_.front().offset - LogRecord::head_bytes);
    forget();
    return log_.drop_before(from, [this](const LogRecord& record, std::string_view message) { take(record, message); }, error);
}

bool SessionStore::read(const Delivery& delivery, std::string* message) const {
    message->resize(delivery.size);
    return log_.read(delivery.offset, message->data(), message->size());
}

bool SessionStore::resendable(std::string_view message) const {
    const std::string_view type = type_of(message);
    if (type.empty() || (type.size() == 1 && std::strchr("0A12345", type[0]) != nullptr)) return false;
    return std::find(never_resent_.begin(), never_resent_.end(), type) == never_resent_.end();
}

bool SessionStore::set(int sequence, const std::string& message) throw(FIX::IOException) {
    if (!resendable(message) || message.size() > AppendLog::longest_message) return true; // its number is kept by incrNextSender…
    std::uint64_t offset = 0;
    const auto number = static_cast<std::uint32_t>(sequence);
    if (!log_.append(RecordKind::sent, number, message, &offset)) {
        failures_.fetch_add(1, std::memory_order_relaxed);
        throw FIX::IOException("cannot store message " + std::to_string(sequence) + " in " + path_ + ": " + std::strerror(errno));
    }
    entries_[number % window] = Entry{number, static_cast<std::uint32_t>(message.size()), offset};
    return true;
}

void SessionStore::get(int begin, int end, std::vector<std::string>& messages) const throw(FIX::IOException) {
    messages.clear();
    const auto next = static_cast<int>(log_.numbers().next_sender);
    end = std::min(end, next - 1);
    begin = std::max({begin, 1, next - static_cast<int>(window)});
    std::size_t bytes = 0;
    bool end_stored = false;
    for (int sequence = begin; sequence <= end && bytes < resend_bytes; ++sequence) {
        const Entry& entry = entries_[static_cast<std::uint32_t>(sequence) % window];
        if (entry.sequence != static_cast<std::uint32_t>(sequence)) continue;
        std::string message(entry.size, '\0');
        if (!log_.read(entry.offset, message.data(), message.size()))
            throw FIX::IOException("cannot read message " + std::to_string(sequence) + " of " + path_ + ": " + std::strerror(errno));
        bytes += message.size();
        end_stored = sequence == end;
        messages.push_back(std::move(message));
    }
    // QuickFIX 1.15.1 fills a gap at the end of the range from the range's *beginning*, which a peer that has
    // just received the messages before it ignores as a duplicate, and asks again for ever. A session
    // message with the last number makes it fill from where the stored ones end.
    if (!end_stored && begin <= end) messages.push_back(placeholder(end));
}

int SessionStore::end_of_part(int begin, int end, std::size_t most) const noexcept {
    const auto next = static_cast<int>(log_.numbers().next_sender);
    std::size_t stored = 0;
    // What is older than the window is not stored any more.
    for (int sequence = std::max({begin, 1, next - static_cast<int>(window)}); sequence <= std::min(end, next - 1); ++sequence) {
        if (entries_[static_cast<std::uint32_t>(sequence) % window].sequence != static_cast<std::uint32_t>(sequence)) continue;
        if (stored++ == most) return sequence - 1;
    }
    return end;
}

std::string SessionStore::placeholder(int sequence) const {
    char time[time_text_capacity];
    write_time(wall_clock(), 3, time);
    return framed(version_, "35=0\00134=" + std::to_string(sequence) + "\00149=" + sender_ + "\00152=" + time + "\00156=" + target_ + "\001");
}

/// What was set, rather than counted, is told by the log too, or an older record would be believed at the next start.
void SessionStore::write_numbers() {
    const std::uint64_t next[2] = {log_.numbers().next_sender, log_.numbers().next_target};
    if (!log_.append(RecordKind::numbers, 0, std::string_view(reinterpret_cast<const char*>(next), sizeof next)))
        failures_.fetch_add(1, std::memory_order_relaxed);
}

int SessionStore::getNextSenderMsgSeqNum() const throw(FIX::IOException) { return static_cast<int>(log_.numbers().next_sender); }
int SessionStore::getNextTargetMsgSeqNum() const throw(FIX::IOException) { return static_cast<int>(log_.numbers().next_target); }
void SessionStore::setNextSenderMsgSeqNum(int number) throw(FIX::IOException) {
    log_.numbers().next_sender = static_cast<std::uint64_t>(std::max(number, 1));
    write_numbers();
}
void SessionStore::setNextTargetMsgSeqNum(int number) throw(FIX::IOException) {
    log_.numbers().next_target = static_cast<std::uint64_t>(std::max(number, 1));
    write_numbers();
}
void SessionStore::incrNextSenderMsgSeqNum() throw(FIX::IOException) { ++log_.numbers().next_sender; }

void SessionStore::incrNextTargetMsgSeqNum() throw(FIX::IOException) {
    std::uint64_t& next = log_.numbers().next_target;
    if (receiving_ != nullptr && !log_.append(RecordKind::received, static_cast<std::uint32_t>(next), *receiving_, nullptr, delivery_))
        failures_.fetch_add(1, std::memory_order_relaxed); // its events are delivered; asking for it again would not make room
    receiving(nullptr);
    ++next;
}

FIX::UtcTimeStamp SessionStore::getCreationTime() const throw(FIX::IOException) {
    const std::int64_t now = wall_clock();
    if (now > creation_until_ || now < creation_until_ - 2 * hour) {
        creation_ = FIX::UtcTimeStamp();
        creation_ += 12 * 60 * 60;
        creation_until_ = now + hour;
    }
    return creation_;
}

void SessionStore::reset() throw(FIX::IOException) {
    const std::int64_t now = wall_clock();
    if (!log_.append(RecordKind::reset, 0, std::string_view(reinterpret_cast<const char*>(&now), sizeof now))) {
        failures_.fetch_add(1, std::memory_order_relaxed);
        throw FIX::IOException("cannot reset the message store " + path_ + ": " + std::strerror(errno));
    }
    entries_.assign(window, Entry{0, 0, 0});
    log_.numbers() = AppendLog::Numbers{1, 1, now};
}

FIX::TimeRange endless_session_time() {
    return FIX::TimeRange(FIX::UtcTimeOnly(0, 0, 0, 1, 9), FIX::UtcTimeOnly(0, 0, 0, 0, 9), -1, -1);
}

} // namespace martlet::fix
