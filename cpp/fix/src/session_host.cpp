#include "session_host.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "fields.hpp"
#include "text.hpp"

namespace martlet::fix {
namespace {

constexpr std::size_t most_answered = 64;
constexpr std::uint64_t open_end_of_old_versions = 999'999; ///< EndSeqNo (16) for "all", up to FIX 4.2
constexpr int resending_milliseconds = 1; ///< between the parts of what is resent, for whoever waits for the session
constexpr std::uint32_t closing_milliseconds = 2'000; ///< for the answer to a logout at the session's end

std::mutex registry_mutex; ///< makes "is there such a session" and "make it" one step

/// Events that are no trouble, by how they begin.
constexpr std::string_view routine[] = {
    "Created session", "Initiated log", "Received log", "Responding to", "Sending logout", "Disconnecting", "Sent test", "Received SequenceReset",
    "Sent SequenceReset", "Resending Message", "Processing QUEUED", "Received ResendRequest", "Sent ResendRequest", "ResendRequest for",
    "Already sent", "Logon contains"};

constexpr std::string_view resend_request_event = "Received ResendRequest";

} // namespace

std::size_t ErrorText::copy(char* text, std::size_t capacity) const noexcept {
    const std::lock_guard lock(mutex_);
    if (capacity == 0) return 0;
    const std::size_t length = text_.size() < capacity ? text_.size() : capacity - 1;
    std::memcpy(text, text_.data(), length);
    text[length] = '\0';
    return length;
}

void TroubleLog::onEvent(const std::string& text) {
    if (text.compare(0, resend_request_event.size(), resend_request_event) == 0) resend_request_answered_ = true;
    for (const std::string_view beginning : routine)
        if (std::string_view(text).substr(0, beginning.size()) == beginning) return;
    error_.set(text);
}

void TroubleLog::onOutgoing(const std::string& message) {
    if (raw_field(message, "\00135=") == "2") resend_requested_ = true;
}

bool valid_comp_id(const char* text) noexcept {
    if (text == nullptr) return false;
    const std::size_t length = strnlen(text, 33);
    if (length == 0 || length > 32) return false;
    for (std::size_t i = 0; i < length; ++i)
        if (std::strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", text[i]) == nullptr) return false;
    return true;
}

FixStatus SessionHost::open(const HostSettings& settings) {
    const FIX::SessionID id(settings.version, settings.sender, settings.target);
    std::string error;
    if (!schedule_.configure(settings.schedule, &error)) {
        error_.set(error);
        return FixStatus::bad_settings;
    }
    const std::lock_guard lock(registry_mutex);
    // QuickFIX's registry is global, and a second session with the same identifiers would silently get the first one's messages.
    if (FIX::Session::doesSessionExist(id)) {
        error_.set("session " + id.toString() + " already exists in this process");
        return FixStatus::duplicate_session;
    }
    std::error_code problem;
    std::filesystem::create_directories(settings.data_directory, problem);
    if (problem) {
        error_.set("cannot make the data directory " + settings.data_directory + ": " + problem.message());
        return FixStatus::store_failed;
    }
    version_ = settings.version;
    accepting_ = settings.heartbeat_seconds == 0;
    us_ = settings.sender;
    peer_ = settings.target;
    store_ = std::make_unique<SessionStore>(settings.sender, settings.target, settings.version);
    store_->never_resend(settings.never_resend);
    never_keep_ = settings.never_keep;
    if (!store_->open(settings.data_directory + "/" + settings.sender + "-" + settings.target + ".fixstore", &error, {}, settings.recorded)) {
        error_.set(error);
        return FixStatus::store_failed;
    }
    factory_ = std::make_unique<LentStoreFactory>(store_.get());
    connection_ = std::make_unique<Connection>(settings.backlog_bytes);
    if (settings.machine_durability) connection_->hold_until([this] {
        if (store_->sync()) return true;
        error_.set("cannot make the message store durable, the connection is cut: " + std::string(std::strerror(errno)));
        return false;
    });
    FIX::DataDictionaryProvider dictionaries;
    dictionaries.addTransportDataDictionary(FIX::BeginString(settings.version), settings.dictionary);
    dictionaries.addApplicationDataDictionary(FIX::Message::toApplVerID(FIX::BeginString(settings.version)), settings.dictionary);
    session_ = std::make_unique<FIX::Session>(application_, *factory_, id, dictionaries, endless_session_time(), settings.heartbeat_seconds, &log_);
    session_->setResetOnLogon(settings.reset_on_logon);
    return FixStatus::ok;
}

bool SessionHost::begin() {
    const std::int64_t now = wall_clock();
    period_ = schedule_.period(now);
    if (!period_.contains(now)) {
        char start[time_text_capacity];
        write_time(period_.start, 0, start);
        error_.set("the session " + us_ + " with " + peer_ + " is closed until " + start + " UTC");
        return false;
    }
    // Through the session's state, whose lock whoever is sending now holds.
    if (schedule_.resets(store_->started(), now)) const_cast<FIX::MessageStore*>(session_->getStore())->reset();
    return true;
}

void SessionHost::run(const StopSignal& signal, const std::function<void()>& tick, FrameReader* first) {
    using Clock = std::chrono::steady_clock;
    FrameReader own;
    FrameReader& frames = first != nullptr ? *first : own;
    const std::uint64_t garbled_before = frames.garbled();
    bool logging_out = false;
    Clock::time_point deadline{};
    again_ = 0;
    asked_to_ = 0;
    answered_.clear();
    resending_ = Numbers{};
    try {
        bool alive = feed(frames);
        while (alive && !connection_->closed()) {
            const bool stopped = signal.stop.load(std::memory_order_acquire);
            if (stopped || wall_clock() >= period_.end) {
                const std::uint32_t patience = stopped ? signal.logout_milliseconds.load(std::memory_order_relaxed) : closing_milliseconds;
                if (!logging_out && patience > 0 && session_->isLoggedOn()) {
                    session_->logout(stopped ? "" : "the session's time is over");
                    deadline = Clock::now() + std::chrono::milliseconds(patience);
                    logging_out = true;
                    session_->next();
                } else if (!logging_out || Clock::now() >= deadline) {
                    break;
                }
            }
            resend_more();
            const Connection::Received received = connection_->receive(&frames, resending_.begin > 0 ? resending_milliseconds : logging_out ? 20 : 200);
            if (received == Connection::Received::closed) break;
            if (received == Connection::Received::idle) session_->next();
            if (received == Connection::Received::data) alive = feed(frames);
            tick();
        }
    } catch (const std::exception& problem) {
        // QuickFIX throws out of `next` where it wants to reject a message of a session that is not logged on.
        error_.set(problem.what());
    }
    garbled_.fetch_add(frames.garbled() - garbled_before, std::memory_order_relaxed);
    session_->disconnect();
    if (again_ > 0) session_->setNextTargetMsgSeqNum(again_);
    session_->logon(); // a session that logged out may log on again with the next connection
}

/// Gives all whole messages to the session; false: the connection is to end.
bool SessionHost::feed(FrameReader& frames) {
    while (!connection_->closed() && frames.next(&message_)) {
        messages_in_.fetch_add(1, std::memory_order_relaxed);
        const std::string_view type = raw_field(message_, "\00135=");
        number_ = 0;
        read_number(raw_field(message_, "\00134="), &number_);
        const auto expected = static_cast<std::uint64_t>(session_->getExpectedTargetNum());
        store_->receiving(number_ == expected && kept(type) ? &message_ : nullptr);
        // QuickFIX believes that a gap is still being filled until a message with the last of its numbers or a later one is
        // taken. One gap fill over all of them is no such message, and the next gap would never be asked for.
        session_->setSendRedundantResendRequests(expected > asked_to_);
        const bool resends = type == "2";
        wanted_ = Numbers{};
        if (resends) cut_resend_request();
        try {
            session_->next(message_, coarse_time());
            if (log_.take_resend_request() && number_ > 0) asked_to_ = number_ - 1;
            if (resends) note_resend_request(expected);
            if (log_.take_answered_resend_request()) note_resent();
            close_answered();
        } catch (const FIX::InvalidMessage&) {
            // Garbled: ignored as the protocol says; the missing number brings a resend request.
            garbled_.fetch_add(1, std::memory_order_relaxed);
            if (!session_->isLoggedOn()) return false;
        }
        if (again_ > 0) return false;
        // A logon that QuickFIX can only throw away leaves the connection neither on nor off: nobody else could log on.
        if (accepting_ && !session_->isLoggedOn()) return false;
    }
    return true;
}

/// The time, to a second. QuickFIX wants it for its session times alone, which are endless here, and making it costs a
/// quarter of a microsecond.
const FIX::UtcTimeStamp& SessionHost::coarse_time() {
    const std::int64_t second = wall_clock() / 1'000'000'000; // the wall clock: it may be set
    if (second != time_second_) time_ = FIX::UtcTimeStamp();
    time_second_ = second;
    return time_;
}

/// Whether messages of a type of the peer are worth a place in the log.
bool SessionHost::kept(std::string_view type) const {
    if (type.size() == 1 && std::string_view("0A1245").find(type[0]) != std::string_view::npos) return false;
    return std::find(never_keep_.begin(), never_keep_.end(), type) == never_keep_.end();
}

std::uint64_t SessionHost::delivering(const FIX::Message& message) {
    std::uint64_t number = 0;
    if (!read_number(field(message.getHeader(), FIX::FIELD::MsgSeqNum), &number)) return 0;
    if (!kept(field(message.getHeader(), FIX::FIELD::MsgType))) return 0;
    if (number != number_) {
        message.toString(queued_);
        store_->receiving(&queued_);
    }
    return store_->delivering();
}

/// Of a resend request over many messages QuickFIX is given the first part: it would answer all of it with the session locked, and
/// whoever has something to send would wait. One that comes while another is being answered asks for what is left of both.
void SessionHost::cut_resend_request() {
    std::uint64_t begin = 0, end = 0;
    if (!read_number(raw_field(message_, "\0017="), &begin) || !read_number(raw_field(message_, "\00116="), &end)) return;
    const int last = store_->getNextSenderMsgSeqNum() - 1;
    const bool is_open = end == 0 || end > static_cast<std::uint64_t>(last) || (end == open_end_of_old_versions && version_ == "FIX.4.2");
    if (begin == 0 || begin > static_cast<std::uint64_t>(last)) return;
    wanted_ = Numbers{static_cast<int>(begin), is_open ? last : static_cast<int>(end)};
    if (wanted_.end < wanted_.begin) return;
    if (resending_.begin > 0) wanted_ = Numbers{std::min(wanted_.begin, resending_.begin), std::max(wanted_.end, resending_.end)};
    const int part = store_->end_of_part(wanted_.begin, wanted_.end, resend_part);
    if (part < wanted_.end || resending_.begin > 0) message_ = resend_request(number_, wanted_.begin, part);
    wanted_.begin = part + 1;
}

/// QuickFIX has answered what it was given; what is left of it follows. (One that it refused leaves nothing.)
void SessionHost::note_resent() {
    resend_parts_.fetch_add(1, std::memory_order_relaxed);
    resending_ = wanted_.begin <= wanted_.end ? wanted_ : Numbers{};
}

/// The next part, where those before are on their way. A request whose number is too low is answered and not counted.
void SessionHost::resend_more() {
    if (resending_.begin == 0 || connection_->closed() || !connection_->drained()) return;
    wanted_ = resending_;
    const int part = store_->end_of_part(wanted_.begin, wanted_.end, resend_part);
    const std::string request = resend_request(static_cast<std::uint64_t>(session_->getExpectedTargetNum() - 1), wanted_.begin, part);
    wanted_.begin = part + 1;
    session_->next(request, FIX::UtcTimeStamp());
    if (log_.take_answered_resend_request())
        note_resent();
    else
        resending_ = Numbers{}; // the peer asks again
}

/// The peer's own, as it might have come.
std::string SessionHost::resend_request(std::uint64_t number, int begin, int end) const {
    char time[time_text_capacity];
    write_time(wall_clock(), 3, time);
    return framed(version_, "35=2\00134=" + std::to_string(number) + "\00149=" + peer_ + "\00152=" + time + "\00156=" + us_ +
                                "\0017=" + std::to_string(begin) + "\00116=" + std::to_string(end) + "\001");
}

/// QuickFIX answers a resend request at once even behind a gap, but neither counts nor queues it: when the gap has
/// been filled its number still seems to be missing, and asking for it anew loses the answers behind it that are never resent.
void SessionHost::note_resend_request(std::uint64_t expected) {
    if (number_ <= expected || answered_.size() == most_answered) return;
    answered_.push_back(static_cast<int>(number_));
}

/// Closes the number of an answered resend request when its turn has come, as the peer's gap fill would.
void SessionHost::close_answered() {
    while (!answered_.empty() && session_->getExpectedTargetNum() >= answered_.front()) {
        const int number = answered_.front();
        answered_.erase(answered_.begin());
        if (number != session_->getExpectedTargetNum()) continue;
        char time[time_text_capacity];
        write_time(wall_clock(), 3, time);
        session_->next(framed(version_, "35=4\00134=" + std::to_string(number) + "\00149=" + peer_ + "\00152=" + time + "\00156=" + us_ +
                              "\00136=" + std::to_string(number + 1) + "\001123=Y\001"),
                       FIX::UtcTimeStamp());
    }
}

} // namespace martlet::fix
