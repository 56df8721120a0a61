#include "martlet/echo_session.hpp"

#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

#include "acceptor.hpp"
#include "dictionary.hpp"
#include "fields.hpp"
#include "version.hpp"

namespace martlet {
namespace fix {
namespace {

constexpr std::size_t backlog_bytes = 64u << 20;
constexpr std::size_t most_orders = 1u << 20; ///< ClOrdIDs remembered; an order beyond is refused

/// One session that sends back what it gets. All calls come from its connection's thread.
class Echo final : public FIX::Application {
public:
    Echo(FixVersion version, const char* target, ErrorText& error) : version_(version), target_(target), error_(error), host_(*this, error) {}

    FixStatus open(const EchoSettings& settings);
    SessionHost& host() noexcept { return host_; }

    void onCreate(const FIX::SessionID&) override {}
    void onLogon(const FIX::SessionID&) override {}
    void onLogout(const FIX::SessionID&) override { orders_.clear(); }
    void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
    void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
    void fromAdmin(const FIX::Message&, const FIX::SessionID&)
        throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) override {}
    void fromApp(const FIX::Message& message, const FIX::SessionID&)
        throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override;

private:
    enum class Answer { echo, drop, refuse };
    Answer answer(const FIX::Message& message);

    FixVersion version_;
    std::string target_;
    ErrorText& error_;
    SessionHost host_;
    std::unordered_set<std::string> orders_; ///< looked up only, never walked
};

FixStatus Echo::open(const EchoSettings& settings) {
    HostSettings host;
    std::string error;
    host.version = vocabulary(version_).begin_string;
    host.dictionary = load_standard_dictionary(settings.dictionary_directory, version_, &error);
    if (host.dictionary == nullptr) {
        error_.set(error);
        return FixStatus::dictionary_failed;
    }
    host.sender = "ISLD";
    host.target = target_;
    host.data_directory = settings.data_directory;
    host.backlog_bytes = backlog_bytes;
    host.reset_on_logon = true;
    return host_.open(host);
}

Echo::Answer Echo::answer(const FIX::Message& message) {
    const std::string_view type = field(message.getHeader(), FIX::FIELD::MsgType);
    if (type == "d" || type == "C") return Answer::echo;
    if (type != "D") return Answer::refuse;
    const std::string order(field(message, FIX::FIELD::ClOrdID));
    const bool seen = orders_.contains(order);
    if (seen && field(message.getHeader(), FIX::FIELD::PossResend) == "Y") return Answer::drop;
    if (!seen && orders_.size() == most_orders) return Answer::refuse;
    orders_.insert(order);
    return Answer::echo;
}

void Echo::fromApp(const FIX::Message& message, const FIX::SessionID&)
    throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) {
    bool refused = false;
    try {
        const Answer what = answer(message);
        refused = what == Answer::refuse;
        if (what == Answer::echo) {
            FIX::Message copy = message;
            host_.session().send(copy);
        }
    } catch (const std::exception& problem) {
        error_.set(problem.what());
        refused = true;
    }
    if (refused) throw FIX::UnsupportedMessageType();
}

} // namespace
} // namespace fix

struct EchoSession::State {
    fix::ErrorText error;
    fix::Echo sessions[2] = {{FixVersion::fix42, "TW42", error}, {FixVersion::fix44, "TW44", error}};
    std::unique_ptr<fix::Acceptor> acceptor; ///< goes first: its threads use the sessions
};

namespace {

FixStatus start_all(EchoSession::State& state, const EchoSettings& settings) {
    if (settings.dictionary_directory == nullptr || settings.data_directory == nullptr) {
        state.error.set("dictionary_directory and data_directory: expected both");
        return FixStatus::bad_settings;
    }
    auto acceptor = std::make_unique<fix::Acceptor>(state.error);
    for (fix::Echo& session : state.sessions) {
        if (const FixStatus status = session.open(settings); status != FixStatus::ok) return status;
        acceptor->admit(session.host());
    }
    if (!acceptor->listen(settings.port, fix::Framing::by_length)) return FixStatus::port_in_use;
    state.acceptor = std::move(acceptor);
    return FixStatus::ok;
}

} // namespace

EchoSession::EchoSession() noexcept : state_(nullptr) {}
EchoSession::EchoSession(EchoSession&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
EchoSession::~EchoSession() { delete state_; }

FixStatus EchoSession::start(const EchoSettings& settings) noexcept {
    if (state_ != nullptr && state_->acceptor != nullptr) return FixStatus::already_started;
    try {
        delete std::exchange(state_, nullptr); // the sessions of an earlier run
        state_ = new State;
        return start_all(*state_, settings);
    } catch (...) {
        return FixStatus::out_of_resources;
    }
}

void EchoSession::stop(std::uint32_t logout_milliseconds) noexcept {
    if (state_ == nullptr || state_->acceptor == nullptr) return;
    state_->acceptor->begin_stop(logout_milliseconds);
    state_->acceptor->finish_stop();
    state_->acceptor.reset();
}

std::uint16_t EchoSession::port() const noexcept { return state_ != nullptr && state_->acceptor != nullptr ? state_->acceptor->port() : 0; }

EchoCounters EchoSession::counters() const noexcept {
    EchoCounters counters{};
    if (state_ == nullptr || state_->acceptor == nullptr) return counters;
    counters.connections_refused = state_->acceptor->refused();
    for (fix::Echo& session : state_->sessions) {
        counters.messages_in += session.host().messages_in();
        counters.messages_out += session.host().connection().messages_out();
        counters.garbled += session.host().garbled();
    }
    return counters;
}

std::size_t EchoSession::last_error(char* text, std::size_t capacity) const noexcept {
    if (state_ != nullptr) return state_->error.copy(text, capacity);
    if (capacity > 0) text[0] = '\0';
    return 0;
}

} // namespace martlet
