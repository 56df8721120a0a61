#include "venue_client.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "codes.hpp"
#include "fields.hpp"
#include "venue_decode.hpp"

namespace martlet::fix {

using namespace FIX::FIELD;

namespace {

/// The exchange's own business rejects are reports; those that QuickFIX makes are refusals of input.
thread_local bool sending_for_exchange = false;
thread_local bool kept = false;

bool equal_in_constant_time(std::string_view a, const std::string& b) noexcept {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), b.size()) == 0;
}

} // namespace

VenueClient::VenueClient(std::uint32_t index, const VenueAccount& account, std::string venue, const VenueContext& context, RequestQueue& queue,
                         ErrorText& error, VenueTally& tally)
    : index_(index), name_(account.client), username_(account.username != nullptr ? account.username : ""),
      password_(account.password != nullptr ? account.password : ""), venue_(std::move(venue)),
      listens_to_(account.copies_of != nullptr ? account.copies_of : ""), check_username_(account.username != nullptr),
      check_password_(account.password != nullptr), context_(context), queue_(queue), error_(error), tally_(tally), host_(*this, error) {
    requests_.resize(context.instruments.id_bound());
}

FixStatus VenueClient::send(FIX::Message& message, bool keep) {
    if (!keep && !logged_on()) return FixStatus::not_logged_on;
    const std::uint64_t failures = host_.store().failures();
    Connection::clear_send_failure();
    sending_for_exchange = true;
    kept = keep;
    const bool sent = host_.session().send(message);
    sending_for_exchange = false;
    if (!sent) return host_.store().failures() != failures ? FixStatus::store_failed : FixStatus::not_logged_on;
    if (Connection::send_failed()) return keep ? FixStatus::queued : FixStatus::send_failed;
    return logged_on() ? FixStatus::ok : FixStatus::queued;
}

void VenueClient::subscribe(std::uint32_t instrument, std::string_view request) { requests_[instrument] = request; }
void VenueClient::unsubscribe(std::uint32_t instrument) {
    if (instrument < requests_.size()) requests_[instrument].clear();
}
void VenueClient::unsubscribe_all() {
    for (std::string& request : requests_) request.clear();
}
const std::string* VenueClient::request_of(std::uint32_t instrument) const noexcept {
    return instrument < requests_.size() && !requests_[instrument].empty() ? &requests_[instrument] : nullptr;
}

void VenueClient::push_session(VenueRequestKind kind) {
    if (listens()) return;
    VenueRequest request{};
    request.session = index_;
    request.kind = kind;
    request.instrument = no_instrument;
    request.transact_time = wall_clock();
    if (cancel_on_disconnect_) request.flags |= venue_flag_cancel_on_disconnect;
    queue_.push(request);
}

void VenueClient::onLogon(const FIX::SessionID&) {
    tally_.logons.fetch_add(1, std::memory_order_relaxed);
    logged_on_.store(true, std::memory_order_release);
    push_session(VenueRequestKind::session_up);
}

void VenueClient::onLogout(const FIX::SessionID&) {
    {
        const std::lock_guard lock(status_mutex_);
        status_request_.clear();
    }
    if (logged_on_.exchange(false, std::memory_order_acq_rel)) push_session(VenueRequestKind::session_down);
}

void VenueClient::toAdmin(FIX::Message& message, const FIX::SessionID&) {
    if (field(message.getHeader(), MsgType) == "3") tally_.rejected_in.fetch_add(1, std::memory_order_relaxed);
}

void VenueClient::toApp(FIX::Message& message, const FIX::SessionID&) throw(FIX::DoNotSend) {
    bool refuse = false;
    if (field(message.getHeader(), PossDupFlag) == "Y") {
        // The state of an order that somebody asked for once is stale; what happened to it is not.
        refuse = field(message, FIX::FIELD::ExecType) == "I";
    } else if (sending_for_exchange) {
        refuse = !kept && !logged_on();
    } else if (field(message.getHeader(), MsgType) == "j") {
        tally_.rejected_in.fetch_add(1, std::memory_order_relaxed);
    }
    if (refuse) throw FIX::DoNotSend();
}

void VenueClient::tell_session_status(TradingStatus status) {
    std::string request;
    {
        const std::lock_guard lock(status_mutex_);
        session_status_ = status;
        request = status_request_;
    }
    if (!request.empty()) send_session_status(request, status);
}

/// Now, and from now on where that is asked for.
void VenueClient::answer_session_status(const FIX::Message& message) {
    const std::string request(field(message, TradSesReqID));
    const std::string_view kind = field(message, SubscriptionRequestType);
    TradingStatus status;
    {
        const std::lock_guard lock(status_mutex_);
        status_request_ = kind == "1" ? request : "";
        status = session_status_;
    }
    if (kind != "2") send_session_status(request, status);
}

void VenueClient::send_session_status(const std::string& request, TradingStatus status) {
    FIX::Message message;
    FieldWriter out(message, "h");
    out.text(TradSesReqID, request);
    out.text(TradingSessionID, "DAY");
    out.number(TradSesStatus, static_cast<std::uint64_t>(session_status_code(status)));
    out.finish();
    send(message, false);
}

/// What a session that only listens asks for, or tells. A refusal is not refused in its turn.
void VenueClient::refuse(const std::string& type, const FIX::Message& message) {
    if (type == "j") return;
    FIX::Message answer;
    encode_listens_only(context_, listens_to_, message, &answer);
    host_.session().send(answer);
}

bool VenueClient::credentials_fit(const FIX::Message& logon) const {
    const bool user = !check_username_ || equal_in_constant_time(field(logon, Username), username_);
    const bool secret = !check_password_ || equal_in_constant_time(field(logon, Password), password_);
    return user && secret;
}

void VenueClient::fromAdmin(const FIX::Message& message, const FIX::SessionID&)
    throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) {
    if (field(message.getHeader(), MsgType) != "A") return;
    if (!credentials_fit(message)) {
        tally_.refused.fetch_add(1, std::memory_order_relaxed);
        throw FIX::RejectLogon("wrong username or password");
    }
    const std::int32_t tag = context_.profile.cancel_on_disconnect_tag;
    cancel_on_disconnect_ = tag != 0 && field(message, tag) == context_.profile.cancel_on_disconnect_value;
}

void VenueClient::fromApp(const FIX::Message& message, const FIX::SessionID&)
    throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) {
    bool known = true;
    try {
        host_.delivering(message);
        const std::string& type = message.getHeader().getField(MsgType);
        if (listens()) return refuse(type, message);
        if (type == "x") {
            FIX::Message answer;
            encode_security_list(context_, venue_, field(message, SecurityReqID), &answer);
            host_.session().send(answer);
            return;
        }
        if (type == "g") return answer_session_status(message);
        if (type == "q" && field(message, MassCancelRequestType) != "7") {
            FIX::Message answer;
            encode_mass_cancel_report(context_, field(message, ClOrdID), field(message, MassCancelRequestType), RejectReason::unsupported, 0, &answer);
            host_.session().send(answer);
            return;
        }
        known = decode_request(message, type, context_.instruments, &decoded_);
        for (VenueRequest& request : decoded_) {
            request.session = index_;
            queue_.push(request);
        }
    } catch (const FIX::IncorrectTagValue&) {
        throw; // becomes a Reject that names the field
    } catch (const std::exception& problem) {
        error_.set(problem.what());
        known = false;
    }
    if (!known) throw FIX::UnsupportedMessageType();
}

} // namespace martlet::fix
