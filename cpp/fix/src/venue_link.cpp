#include "venue_link.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "dictionary.hpp"
#include "codes.hpp"
#include "fields.hpp"

namespace martlet::fix {
namespace {

constexpr std::uint32_t most_accounts = 64;

/// What is wrong with whom an account listens to; empty: nothing.
std::string copies_fault(const VenueSettings& settings, const VenueAccount& account) {
    if (account.copies_of == nullptr) return {};
    const std::string wanted = "account " + std::string(account.client) + ": expected copies_of to name an ordinary account of this venue";
    for (std::uint32_t i = 0; i < settings.account_count; ++i) {
        const VenueAccount& other = settings.accounts[i];
        if (std::strcmp(other.client, account.copies_of) != 0) continue;
        if (&other == &account) return wanted + ", was itself";
        return other.copies_of == nullptr ? std::string() : wanted + ", " + other.client + " only listens itself";
    }
    return wanted + ", was '" + account.copies_of + "'";
}

} // namespace

FixStatus VenueLink::check(const VenueSettings& settings) {
    const auto bad = [&](const std::string& text) {
        error_.set(text);
        return FixStatus::bad_settings;
    };
    if (!valid_comp_id(settings.venue)) return bad("venue: expected 1 to 32 letters, digits, '.', '_' or '-'");
    if (settings.accounts == nullptr || settings.account_count == 0 || settings.account_count > most_accounts)
        return bad("accounts: expected 1 to 64, was " + std::to_string(settings.account_count));
    for (std::uint32_t i = 0; i < settings.account_count; ++i) {
        if (!valid_comp_id(settings.accounts[i].client)) return bad("account " + std::to_string(i) + ": expected a client of 1 to 32 letters, digits, '.', '_' or '-'");
        if (!vocabulary(settings.accounts[i].version).credentials && (settings.accounts[i].username != nullptr || settings.accounts[i].password != nullptr))
            return bad("account " + std::string(settings.accounts[i].client) + ": expected no username and password, FIX 4.2 has no field for them");
        for (std::uint32_t j = 0; j < i; ++j)
            if (std::strcmp(settings.accounts[i].client, settings.accounts[j].client) == 0)
                return bad("accounts: client '" + std::string(settings.accounts[i].client) + "' is there twice");
    }
    for (std::uint32_t i = 0; i < settings.account_count; ++i)
        if (const std::string fault = copies_fault(settings, settings.accounts[i]); !fault.empty()) return bad(fault);
    if (settings.data_directory == nullptr) return bad("data_directory: expected one");
    if (settings.request_capacity == 0 || settings.request_capacity > 1u << 24) return bad("request_capacity: expected 1 to 16777216");
    const std::uint8_t digits = settings.profile.time_digits;
    if (digits != 3 && digits != 6 && digits != 9) return bad("time_digits: expected 3, 6 or 9, was " + std::to_string(digits));
    std::string error;
    for (VenueContext& context : contexts_)
        if (!context.instruments.configure(settings.instruments, settings.instrument_count, &error)) return bad(error);
    return FixStatus::ok;
}

FixStatus VenueLink::start(const VenueSettings& settings) {
    if (const FixStatus status = check(settings); status != FixStatus::ok) return status;
    for (const FixVersion version : {FixVersion::fix44, FixVersion::fix42}) {
        VenueContext& context = context_of(version);
        context.words = &vocabulary(version);
        context.profile = settings.profile;
        context.profile.time_digits = static_cast<std::uint8_t>(std::min<int>(settings.profile.time_digits, context.words->time_digits));
    }
    venue_ = settings.venue;
    queue_ = std::make_unique<RequestQueue>(settings.request_capacity);
    publisher_ = std::make_unique<MarketPublisher>(contexts_[0].instruments, settings.profile.send_rpt_seq);
    if (settings.tls.enabled) {
        std::string error;
        auto tls = TlsContext::server(settings.tls, &error);
        if (tls == nullptr) {
            error_.set(error);
            return FixStatus::tls_failed;
        }
        acceptor_.encrypt(std::move(tls));
    }
    if (const FixStatus status = open_clients(settings); status != FixStatus::ok) return status;
    introduce_listeners();
    return acceptor_.listen(settings.port, Framing::resynchronise) ? FixStatus::ok : FixStatus::port_in_use;
}

FixStatus VenueLink::open_clients(const VenueSettings& settings) {
    HostSettings host;
    std::string error;
    std::shared_ptr<FIX::DataDictionary> dictionaries[std::size(vocabularies)];
    host.sender = settings.venue;
    host.data_directory = settings.data_directory;
    host.backlog_bytes = settings.backlog_bytes;
    host.machine_durability = settings.machine_durability;
    host.never_resend = VenueClient::passing_types();
    for (std::uint32_t i = 0; i < settings.account_count; ++i) {
        const VenueAccount& account = settings.accounts[i];
        host.dictionary = dictionaries[static_cast<std::size_t>(account.version)];
        if (host.dictionary == nullptr) host.dictionary = load_dictionary(settings.dictionary_directory, account.version, &error);
        if (host.dictionary == nullptr) {
            error_.set(error);
            clients_.clear();
            return FixStatus::dictionary_failed;
        }
        dictionaries[static_cast<std::size_t>(account.version)] = host.dictionary;
        host.version = vocabulary(account.version).begin_string;
        host.target = account.client;
        host.schedule = account.schedule;
        clients_.push_back(std::make_unique<VenueClient>(i, account, venue_, context_of(account.version), *queue_, error_, tally_));
        if (const FixStatus status = clients_.back()->open(host); status != FixStatus::ok) {
            clients_.clear();
            return status;
        }
        if (settings.reset_sequence_numbers) clients_.back()->host().store().reset();
        acceptor_.admit(clients_.back()->host());
    }
    return FixStatus::ok;
}

void VenueLink::introduce_listeners() {
    for (const auto& listener : clients_)
        for (const auto& client : clients_)
            if (listener->listens_to() == client->name()) client->listeners().push_back(listener.get());
}

/// The client of a session that trades; null: there is none, or it only listens and is told by its client's reports alone.
VenueClient* VenueLink::trader(std::uint32_t session) noexcept {
    VenueClient* found = client(session);
    return found != nullptr && !found->listens() ? found : nullptr;
}

void VenueLink::stop(std::uint32_t logout_milliseconds) {
    acceptor_.begin_stop(logout_milliseconds);
    if (queue_ != nullptr) queue_->close();
    acceptor_.finish_stop();
}

bool VenueLink::next_request(VenueRequest* request) {
    if (!queue_->pop(request)) return false;
    VenueClient& client = *clients_[request->session];
    if (request->kind == VenueRequestKind::session_up || request->kind == VenueRequestKind::session_down) client.unsubscribe_all();
    if (request->kind == VenueRequestKind::unsubscribe) client.unsubscribe(request->instrument);
    return true;
}

FixStatus VenueLink::report(std::uint32_t session, const VenueReport& report) {
    VenueClient* to = trader(session);
    if (to == nullptr) return FixStatus::unknown_session;
    if (!encode_report(to->context(), to->name(), report, &outgoing_)) return FixStatus::unknown_instrument;
    const EventKind kind = report.event.kind;
    const FixStatus status = to->send(outgoing_, kind == EventKind::execution_report || kind == EventKind::cancel_reject || kind == EventKind::business_reject);
    if (!to->listeners().empty() && tells_news(report)) copy_to_listeners(*to, report);
    return status;
}

/// Each in its own version, kept while it is away. What becomes of a copy is nothing to the client or the exchange.
void VenueLink::copy_to_listeners(VenueClient& client, const VenueReport& report) {
    for (VenueClient* listener : client.listeners()) {
        if (!encode_copy(listener->context(), client.name(), report, &outgoing_)) continue;
        const FixStatus status = listener->send(outgoing_, true);
        const bool told = status == FixStatus::ok || status == FixStatus::queued;
        (told ? tally_.copies : tally_.copies_lost).fetch_add(1, std::memory_order_relaxed);
    }
}

FixStatus VenueLink::begin_answer(std::uint32_t session, VenueRequestKind kind, const char* request, std::uint32_t total) {
    VenueClient* to = trader(session);
    if (to == nullptr) return FixStatus::unknown_session;
    FIX::Message message;
    return encode_answer(to->context(), to->name(), kind, request, total, &message) ? to->send(message, false) : FixStatus::ok;
}

FixStatus VenueLink::snapshot(std::uint32_t session, const char* request, std::uint32_t instrument, const MarketEvent* events, std::size_t count) {
    VenueClient* to = trader(session);
    if (to == nullptr) return FixStatus::unknown_session;
    const InstrumentDefinition* definition = to->context().instruments.find(instrument);
    if (definition == nullptr) return FixStatus::unknown_instrument;
    const std::size_t entries = publisher_->encode_snapshot(*definition, events, count, &entries_);
    FIX::Message message;
    FieldWriter out(message, "W");
    out.text(FIX::FIELD::Symbol, symbol_of(*definition));
    if (to->context().profile.send_rpt_seq) out.number(83, publisher_->last_number(instrument));
    out.text(FIX::FIELD::MDReqID, request);
    out.group(FIX::FIELD::NoMDEntries, entries, entries_);
    out.finish();
    const FixStatus status = to->send(message, false);
    if (status == FixStatus::ok) to->subscribe(instrument, request);
    return status;
}

FixStatus VenueLink::reject_market_data(std::uint32_t session, const char* request, RejectReason reason) {
    VenueClient* to = trader(session);
    if (to == nullptr) return FixStatus::unknown_session;
    FIX::Message message;
    FieldWriter out(message, "Y");
    out.text(FIX::FIELD::MDReqID, request);
    out.character(FIX::FIELD::MDReqRejReason, reason == RejectReason::unknown_instrument ? '0' : '4');
    out.finish();
    return to->send(message, false);
}

FixStatus VenueLink::publish(const MarketEvent* events, std::size_t count) {
    publisher_->encode(events, count);
    unknown_orders_.store(publisher_->unknown_orders(), std::memory_order_relaxed);
    unpublished_.store(publisher_->unpublished(), std::memory_order_relaxed);
    for (const auto& client : clients_)
        if (client->logged_on()) publish_to(*client);
    for (std::size_t i = 0; i < count; ++i)
        if (events[i].kind == EventKind::trading_status) publish_status(events[i]);
    return FixStatus::ok;
}

/// One message for each of the client's requests that the batch concerns; there is mostly one.
void VenueLink::publish_to(VenueClient& client) {
    const auto& segments = publisher_->segments();
    std::vector<const std::string*> served;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string* request = client.request_of(segments[i].instrument);
        if (request == nullptr) continue;
        bool already = false;
        for (const std::string* other : served) already = already || *other == *request;
        if (already) continue;
        served.push_back(request);
        entries_.clear();
        std::size_t entries = 0;
        for (std::size_t j = i; j < segments.size(); ++j) {
            const std::string* other = client.request_of(segments[j].instrument);
            if (other == nullptr || *other != *request) continue;
            entries_ += publisher_->text().substr(segments[j].begin, segments[j].end - segments[j].begin);
            entries += segments[j].entries;
        }
        FIX::Message message;
        FieldWriter out(message, "X");
        out.text(FIX::FIELD::MDReqID, *request);
        out.group(FIX::FIELD::NoMDEntries, entries, entries_);
        out.finish();
        client.send(message, false); // a connection that breaks here ends the subscription with the session
    }
}

FixStatus VenueLink::session_status(TradingStatus status) {
    for (const auto& client : clients_) client->tell_session_status(status);
    return FixStatus::ok;
}

void VenueLink::publish_status(const MarketEvent& event) {
    const InstrumentDefinition* definition = contexts_[0].instruments.find(event.instrument);
    if (definition == nullptr) return;
    for (const auto& client : clients_) {
        if (client->request_of(event.instrument) == nullptr) continue;
        FIX::Message message;
        FieldWriter out(message, "f");
        out.text(FIX::FIELD::Symbol, symbol_of(*definition));
        out.time(FIX::FIELD::TransactTime, event.exchange_time, client->context().profile.time_digits);
        const int code = trading_status_code(static_cast<TradingStatus>(event.reference));
        const bool known = code <= client->context().words->highest_trading_status;
        out.number(FIX::FIELD::SecurityTradingStatus, static_cast<std::uint64_t>(known ? code : trading_status_code(TradingStatus::unknown)));
        out.finish();
        client->send(message, false);
    }
}

VenueCounters VenueLink::counters() const noexcept {
    VenueCounters counters{};
    const auto read = [](const std::atomic<std::uint64_t>& value) { return value.load(std::memory_order_relaxed); };
    counters.logons = read(tally_.logons);
    counters.logons_refused = read(tally_.refused);
    counters.copies = read(tally_.copies);
    counters.copies_lost = read(tally_.copies_lost);
    counters.connections_refused = acceptor_.refused();
    counters.rejected_in = read(tally_.rejected_in);
    counters.unknown_orders = read(unknown_orders_);
    counters.unpublished = read(unpublished_);
    counters.request_waits = queue_ != nullptr ? queue_->waits() : 0;
    for (const auto& client : clients_) {
        counters.messages_in += client->host().messages_in();
        counters.messages_out += client->host().connection().messages_out();
        counters.garbled += client->host().garbled();
        counters.slow_readers += client->host().connection().slow_readers();
        counters.store_torn_bytes += client->host().store().torn_bytes();
        counters.resend_parts += client->host().resend_parts();
    }
    return counters;
}

} // namespace martlet::fix
