#include <chrono>
#include <cstring>

#include "broker_link.hpp"
#include "codes.hpp"
#include "fields.hpp"

// QuickFIX's callbacks on the broker's side. Each catches all: what is not in a callback's exception
// specification ends the process.

namespace martlet::fix {

using namespace FIX::FIELD;

namespace {

int sequence_of(const FIX::Message& message) noexcept {
    std::uint64_t number = 0;
    read_number(field(message.getHeader(), MsgSeqNum), &number);
    return static_cast<int>(number);
}

/// The session's own messages.
bool is_session(std::string_view type) noexcept { return type.size() == 1 && std::string_view("012345A").find(type[0]) != std::string_view::npos; }

/// Stands for a message of the venue that nobody read.
OrderEvent lost_report() noexcept {
    OrderEvent event{};
    event.kind = EventKind::business_reject;
    event.instrument = no_instrument;
    event.exchange_time = wall_clock();
    event.flags = order_flag_undecodable;
    event.reason = RejectReason::malformed;
    return event;
}

} // namespace

/// Of a Reject or BusinessMessageReject of ours. QuickFIX is sending it and holds the session's lock, which the engine may be
/// waiting for: the engine is told later, before the next message is decoded.
void BrokerLink::note_refusal(const FIX::Message& refusal) {
    rejected_in_.fetch_add(1, std::memory_order_relaxed);
    const std::string_view type = field(refusal, RefMsgType);
    if (!is_session(type) && !is_about_market(type)) report_lost_ = true;
}

/// Tells the engine that a report was lost, several in a row once: it then asks for all. `patiently`: as a report is
/// told, in its place before what came after it; else where there is room now.
void BrokerLink::tell_lost_report(bool patiently) {
    if (!report_lost_) return;
    if (!patiently) {
        report_lost_ = !offer(lost_report());
        return;
    }
    push(lost_report());
    report_lost_ = dropped_report_;
}

/// Whether a message that is asked for again is a question of this connection. A peer that finds a gap at logon asks for all
/// from there on, what we have asked since included; gap-filled it would never be answered.
bool BrokerLink::still_asked(const FIX::Message& message) const {
    return sequence_of(message) > logon_sequence_ && is_question(field(message.getHeader(), MsgType));
}

void BrokerLink::push_session(EventKind kind) {
    OrderEvent event{};
    event.kind = kind;
    event.instrument = no_instrument;
    event.exchange_time = wall_clock();
    // Told whatever it takes: the engine must never believe in a session that is not there, and while its ring is
    // full there is nothing better for this thread to do.
    while (!offer(event) && !signal_.stop.load(std::memory_order_acquire)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void BrokerLink::onLogon(const FIX::SessionID&) {
    try {
        logons_.fetch_add(1, std::memory_order_relaxed);
        refusals_in_a_row_ = 0;
        reset_pending_ = false;
        logged_on_.store(true, std::memory_order_release);
        push_session(EventKind::session_up);
        std::vector<std::uint32_t> all;
        for (const InstrumentDefinition& definition : context_.instruments.all()) all.push_back(definition.id);
        if (subscribe_at_logon_) subscribe(all);
    } catch (const std::exception& problem) {
        error_.set(problem.what());
    }
}

void BrokerLink::onLogout(const FIX::SessionID&) {
    try {
        // QuickFIX calls this too when a logon of ours was never answered.
        if (!logged_on_.exchange(false, std::memory_order_acq_rel)) {
            ++refusals_in_a_row_;
            return;
        }
        disconnects_.fetch_add(1, std::memory_order_relaxed);
        market_->disconnected();
        push_session(EventKind::session_down);
    } catch (const std::exception& problem) {
        error_.set(problem.what());
    }
}

void BrokerLink::toAdmin(FIX::Message& message, const FIX::SessionID&) {
    try {
        const std::string_view type = field(message.getHeader(), MsgType);
        if (type == "3") note_refusal(message);
        if (type != "A") return;
        logon_sequence_ = sequence_of(message);
        if (!username_.empty()) message.setField(Username, username_);
        if (!password_.empty()) message.setField(Password, password_);
        if (reset_pending_) message.setField(ResetSeqNumFlag, "Y");
        const FixProfile& profile = context_.profile;
        if (cancel_on_disconnect_ && profile.cancel_on_disconnect_tag != 0)
            message.setField(profile.cancel_on_disconnect_tag, profile.cancel_on_disconnect_value);
    } catch (const std::exception& problem) {
        error_.set(problem.what());
    }
}

void BrokerLink::toApp(FIX::Message& message, const FIX::SessionID&) throw(FIX::DoNotSend) {
    bool refused = false;
    try {
        if (field(message.getHeader(), PossDupFlag) == "Y" && !still_asked(message)) {
            // All we send are requests; one that was lost is not what we would ask for now. Refused here, QuickFIX fills the gap.
            stale_.fetch_add(1, std::memory_order_relaxed);
            refused = true;
        } else if (!logged_on()) {
            // Under the session's lock: QuickFIX would store it now and send it when a later resend request asks.
            refused = true;
        } else {
            if (field(message.getHeader(), MsgType) == "j") note_refusal(message);
            note_sent(static_cast<std::uint32_t>(sequence_of(message)));
        }
    } catch (const std::exception& problem) {
        error_.set(problem.what());
    }
    if (refused) throw FIX::DoNotSend();
}

std::uint64_t BrokerLink::sent_order(const FIX::Message& message) const {
    std::uint64_t sequence = 0;
    if (!read_number(field(message, RefSeqNum), &sequence)) return 0;
    const std::lock_guard lock(table_mutex_);
    const Sent& sent = sent_[sequence % sent_.size()];
    return sent.sequence == sequence ? sent.client_order : 0;
}

void BrokerLink::fromAdmin(const FIX::Message& message, const FIX::SessionID&)
    throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) {
    try {
        const std::string_view type = field(message.getHeader(), MsgType);
        tell_lost_report(true);
        begin_telling(host_session_->delivering(message));
        if (type == "3" && !dropped_report_) orders_->session_reject(message, sent_order(message));
        if (type == "5") {
            if (const std::string_view text = field(message, Text); !text.empty()) error_.set("the peer logged out: " + std::string(text));
            if (!logged_on()) refused_.fetch_add(1, std::memory_order_relaxed);
        }
    } catch (const std::exception& problem) {
        error_.set(problem.what());
    }
    begin_telling(0);
    if (dropped_report_) host_session_->receive_again(sequence_of(message));
    dropped_report_ = false;
}

void BrokerLink::fromApp(const FIX::Message& message, const FIX::SessionID&)
    throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) {
    bool known = true;
    try {
        const std::string& type = message.getHeader().getField(MsgType);
        decoding_snapshot_ = type == "W";
        tell_lost_report(true);
        begin_telling(host_session_->delivering(message));
        if (!dropped_report_) known = decode(type, message);
    } catch (const std::exception& problem) {
        error_.set(problem.what());
        undecodable_.fetch_add(1, std::memory_order_relaxed);
        if (!is_about_market(field(message.getHeader(), MsgType))) report_lost_ = true;
    }
    decoding_snapshot_ = false;
    begin_telling(0);
    // The report is not lost: its number is expected again, and the peer's resend brings it back.
    if (dropped_report_) host_session_->receive_again(sequence_of(message));
    dropped_report_ = false;
    if (!known) throw FIX::UnsupportedMessageType();
}

/// False: a message that a broker does not send.
bool BrokerLink::decode(const std::string& type, const FIX::Message& message) {
    bool readable = true;
    // Who only listens asked for nothing of the market, and has no mark for its events that would keep it apart.
    if (listens_ && is_about_market(type)) return true;
    if (type == "X") readable = market_->incremental(message);
    else if (type == "8") readable = orders_->execution_report(message);
    else if (type == "W") readable = market_->snapshot(message);
    else if (type == "9") readable = orders_->cancel_reject(message);
    else if (type == "j") readable = orders_->business_reject(message, sent_order(message));
    else if (type == "AO") readable = orders_->positions_ack(message);
    else if (type == "AP") readable = orders_->position_report(message);
    else if (type == "AQ") readable = orders_->trades_ack(message);
    else if (type == "AE") readable = orders_->trade_report(message);
    else if (type == "Y") readable = market_->request_reject(message);
    else if (type == "f") readable = market_->security_status(message);
    else if (type == "h") market_->session_status(message);
    else if (type == "r") orders_->mass_cancel_report(message);
    else if (type == "y") readable = security_list(message);
    else return false;
    if (!readable) undecodable_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

bool BrokerLink::security_list(const FIX::Message& message) {
    bool readable = true;
    std::uint64_t request = 0;
    read_number(field(message, SecurityReqID), &request);
    const auto* entries = group(message, NoRelatedSym);
    for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
        const FIX::FieldMap& entry = *(*entries)[i];
        InstrumentDefinition definition{};
        const std::string_view symbol = field(entry, Symbol);
        const InstrumentDefinition* ours = context_.instruments.find(symbol);
        definition.id = ours != nullptr ? ours->id : no_instrument;
        definition.multiplier = Decimal{1, 0};
        definition.tick = 1;
        const std::string_view multiplier = field(entry, ContractMultiplier);
        const bool good = copy_text(symbol, definition.symbol) && copy_text(field(entry, Currency), definition.currency) &&
                          copy_text(field(entry, SecurityExchange), definition.venue) && read_exact(field(entry, 969), &definition.price_increment) &&
                          read_exact(field(entry, RoundLot), &definition.lot_increment) &&
                          (multiplier.empty() || read_exact(multiplier, &definition.multiplier)) &&
                          read_units(field(entry, 1140), definition.lot_increment, &definition.maximum_quantity);
        OrderEvent event{};
        event.kind = good ? EventKind::instrument_definition : EventKind::business_reject;
        event.reason = good ? RejectReason::none : RejectReason::malformed;
        event.instrument = definition.id;
        event.exchange_time = message_time(message);
        event.reference_number = static_cast<std::uint32_t>(request);
        static_assert(sizeof definition.symbol <= sizeof event.venue_order + sizeof event.execution);
        std::memcpy(&event.venue_order, definition.symbol, sizeof event.venue_order);
        std::memcpy(&event.execution, definition.symbol + sizeof event.venue_order, sizeof definition.symbol - sizeof event.venue_order);
        if (good) {
            const std::lock_guard lock(table_mutex_);
            std::size_t at = 0;
            while (at < received_.size() && std::string_view(received_[at].symbol) != symbol) ++at;
            if (at < received_.size())
                received_[at] = definition;
            else if (received_.size() < most_instruments)
                received_.push_back(definition);
        }
        push(event);
        readable = readable && good;
    }
    OrderEvent end{};
    end.kind = EventKind::report_end;
    end.instrument = no_instrument;
    end.exchange_time = message_time(message);
    end.reference_number = static_cast<std::uint32_t>(request);
    push(end);
    return readable;
}

} // namespace martlet::fix
