#include "venue_link.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "dictionary.hpp"
#include "codes.hpp"
#include "fields.hpp"
#include "frame.hpp"

namespace martlet::fix {
namespace {

constexpr std::uint32_t most_accounts = 64;
constexpr auto logon_patience = std::chrono::seconds(10);
constexpr std::size_t spare_connections = 8; ///< beyond one a client: new ones that have not logged on

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
        for (std::uint32_t j = 0; j < i; ++j)
            if (std::strcmp(settings.accounts[i].client, settings.accounts[j].client) == 0)
                return bad("accounts: client '" + std::string(settings.accounts[i].client) + "' is there twice");
    }
    if (settings.data_directory == nullptr) return bad("data_directory: expected one");
    if (settings.request_capacity == 0 || settings.request_capacity > 1u << 24) return bad("request_capacity: expected 1 to 16777216");
    const std::uint8_t digits = settings.profile.time_digits;
    if (digits != 3 && digits != 6 && digits != 9) return bad("time_digits: expected 3, 6 or 9, was " + std::to_string(digits));
    std::string error;
    if (!context_.instruments.configure(settings.instruments, settings.instrument_count, &error)) return bad(error);
    return FixStatus::ok;
}

FixStatus VenueLink::start(const VenueSettings& settings) {
    if (const FixStatus status = check(settings); status != FixStatus::ok) return status;
    context_.profile = settings.profile;
    venue_ = settings.venue;
    queue_ = std::make_unique<RequestQueue>(settings.request_capacity);
    publisher_ = std::make_unique<MarketPublisher>(context_.instruments, settings.profile.send_rpt_seq);
    if (const FixStatus status = open_clients(settings); status != FixStatus::ok) return status;
    listener_ = listen_loopback(settings.port, &port_);
    if (listener_ < 0) {
        error_.set("cannot listen on 127.0.0.1 port " + std::to_string(settings.port) + ": " + std::strerror(errno));
        return FixStatus::port_in_use;
    }
    acceptor_ = std::thread([this] { accept_all(); });
    return FixStatus::ok;
}

FixStatus VenueLink::open_clients(const VenueSettings& settings) {
    HostSettings host;
    std::string error;
    host.dictionary = load_dictionary(settings.dictionary_directory, &error);
    if (host.dictionary == nullptr) {
        error_.set(error);
        return FixStatus::dictionary_failed;
    }
    host.sender = settings.venue;
    host.data_directory = settings.data_directory;
    host.backlog_bytes = settings.backlog_bytes;
    host.never_resend = VenueClient::passing_types();
    for (std::uint32_t i = 0; i < settings.account_count; ++i) {
        host.target = settings.accounts[i].client;
        clients_.push_back(std::make_unique<VenueClient>(i, settings.accounts[i], venue_, context_, *queue_, error_, tally_));
        if (const FixStatus status = clients_.back()->open(host); status != FixStatus::ok) {
            clients_.clear();
            return status;
        }
        if (settings.reset_sequence_numbers) clients_.back()->host().store().reset();
    }
    return FixStatus::ok;
}

void VenueLink::stop(std::uint32_t logout_milliseconds) {
    if (!acceptor_.joinable()) return;
    signal_.logout_milliseconds.store(logout_milliseconds, std::memory_order_relaxed);
    signal_.stop.store(true, std::memory_order_release);
    ::shutdown(listener_, SHUT_RDWR); // ends accept()
    acceptor_.join();
    ::close(listener_);
    queue_->close();
    for (const auto& client : clients_) client->host().connection().wake();
    reap(true);
}

void VenueLink::accept_all() {
    while (!signal_.stop.load(std::memory_order_acquire)) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (signal_.stop.load(std::memory_order_acquire)) {
            if (socket >= 0) ::close(socket);
            break;
        }
        if (socket < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            error_.set(std::string("cannot accept a connection: ") + std::strerror(errno));
            pollfd none{-1, 0, 0};
            ::poll(&none, 1, 50); // out of descriptors: not in a tight loop
            continue;
        }
        reap(false);
        if (workers_.size() >= clients_.size() + spare_connections) {
            tally_.connections_refused.fetch_add(1, std::memory_order_relaxed);
            ::close(socket);
            continue;
        }
        try {
            Worker& worker = workers_.emplace_back();
            worker.thread = std::thread([this, socket, &worker] {
                serve(socket);
                worker.done.store(true, std::memory_order_release);
            });
        } catch (const std::exception& problem) {
            error_.set(std::string("cannot serve a connection: ") + problem.what());
            if (!workers_.empty() && !workers_.back().thread.joinable()) workers_.pop_back();
            ::close(socket);
        }
    }
}

void VenueLink::reap(bool all) {
    for (auto at = workers_.begin(); at != workers_.end();) {
        if (!all && !at->done.load(std::memory_order_acquire)) {
            ++at;
            continue;
        }
        at->thread.join();
        at = workers_.erase(at);
    }
}

/// Reads the first message, which must be a logon of a client of ours; null: it is not, or does not come in time.
VenueClient* VenueLink::identify(int socket, FrameReader* frames) {
    const auto deadline = std::chrono::steady_clock::now() + logon_patience;
    std::string message;
    while (!frames->next(&message)) {
        if (frames->garbled() > 0) return nullptr;
        pollfd watched{socket, POLLIN, 0};
        const int ready = ::poll(&watched, 1, 100);
        if (signal_.stop.load(std::memory_order_acquire) || std::chrono::steady_clock::now() >= deadline) return nullptr;
        if (ready <= 0) continue;
        constexpr std::size_t most = 4096;
        const ssize_t got = ::recv(socket, frames->space(most), most, MSG_DONTWAIT);
        if (got <= 0) return nullptr;
        frames->added(static_cast<std::size_t>(got));
    }
    frames->unread(message);
    if (raw_field(message, "\00135=") != "A" || raw_field(message, "\00156=") != venue_) return nullptr;
    const std::string_view sender = raw_field(message, "\00149=");
    for (const auto& client : clients_)
        if (client->name() == sender) return client.get();
    return nullptr;
}

/// One connection, from its first byte to its end.
void VenueLink::serve(int socket) {
    FrameReader frames;
    VenueClient* client = nullptr;
    try {
        client = identify(socket, &frames);
        if (client == nullptr || !client->claim()) {
            tally_.connections_refused.fetch_add(1, std::memory_order_relaxed);
            error_.set(client == nullptr ? "a connection was refused: no logon with known CompIDs"
                                         : "a connection was refused: " + client->name() + " is connected already");
            ::close(socket);
            return;
        }
    } catch (const std::exception& problem) {
        error_.set(problem.what());
        ::close(socket);
        return;
    }
    SessionHost& host = client->host();
    if (host.connection().open(socket)) {
        try {
            host.session().setResponder(&host.connection());
            host.run(signal_, [] {}, &frames);
        } catch (const std::exception& problem) {
            error_.set(problem.what());
        }
        host.connection().close();
    }
    client->release();
}

bool VenueLink::next_request(VenueRequest* request) {
    if (!queue_->pop(request)) return false;
    VenueClient& client = *clients_[request->session];
    if (request->kind == VenueRequestKind::session_up || request->kind == VenueRequestKind::session_down) client.unsubscribe_all();
    if (request->kind == VenueRequestKind::unsubscribe) client.unsubscribe(request->instrument);
    return true;
}

FixStatus VenueLink::report(std::uint32_t session, const VenueReport& report) {
    VenueClient* to = client(session);
    if (to == nullptr) return FixStatus::unknown_session;
    FIX::Message message;
    if (!encode_report(context_, to->name(), report, &message)) return FixStatus::unknown_instrument;
    const EventKind kind = report.event.kind;
    return to->send(message, kind == EventKind::execution_report || kind == EventKind::cancel_reject || kind == EventKind::business_reject);
}

FixStatus VenueLink::begin_answer(std::uint32_t session, VenueRequestKind kind, const char* request, std::uint32_t total) {
    VenueClient* to = client(session);
    if (to == nullptr) return FixStatus::unknown_session;
    FIX::Message message;
    return encode_answer(context_, to->name(), kind, request, total, &message) ? to->send(message, false) : FixStatus::ok;
}

FixStatus VenueLink::snapshot(std::uint32_t session, const char* request, std::uint32_t instrument, const MarketEvent* events, std::size_t count) {
    VenueClient* to = client(session);
    if (to == nullptr) return FixStatus::unknown_session;
    const InstrumentDefinition* definition = context_.instruments.find(instrument);
    if (definition == nullptr) return FixStatus::unknown_instrument;
    const std::size_t entries = publisher_->encode_snapshot(*definition, events, count, &entries_);
    FIX::Message message;
    FieldWriter out(message, "W");
    out.text(FIX::FIELD::Symbol, symbol_of(*definition));
    if (context_.profile.send_rpt_seq) out.number(83, publisher_->last_number(instrument));
    out.text(FIX::FIELD::MDReqID, request);
    out.group(FIX::FIELD::NoMDEntries, entries, entries_);
    const FixStatus status = to->send(message, false);
    if (status == FixStatus::ok) to->subscribe(instrument, request);
    return status;
}

FixStatus VenueLink::reject_market_data(std::uint32_t session, const char* request, RejectReason reason) {
    VenueClient* to = client(session);
    if (to == nullptr) return FixStatus::unknown_session;
    FIX::Message message;
    FieldWriter out(message, "Y");
    out.text(FIX::FIELD::MDReqID, request);
    out.character(FIX::FIELD::MDReqRejReason, reason == RejectReason::unknown_instrument ? '0' : '4');
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
        client.send(message, false); // a connection that breaks here ends the subscription with the session
    }
}

void VenueLink::publish_status(const MarketEvent& event) {
    const InstrumentDefinition* definition = context_.instruments.find(event.instrument);
    if (definition == nullptr) return;
    for (const auto& client : clients_) {
        if (client->request_of(event.instrument) == nullptr) continue;
        FIX::Message message;
        FieldWriter out(message, "f");
        out.text(FIX::FIELD::Symbol, symbol_of(*definition));
        out.time(FIX::FIELD::TransactTime, event.exchange_time, context_.profile.time_digits);
        out.number(FIX::FIELD::SecurityTradingStatus, static_cast<std::uint64_t>(trading_status_code(static_cast<TradingStatus>(event.reference))));
        client->send(message, false);
    }
}

VenueCounters VenueLink::counters() const noexcept {
    VenueCounters counters{};
    const auto read = [](const std::atomic<std::uint64_t>& value) { return value.load(std::memory_order_relaxed); };
    counters.logons = read(tally_.logons);
    counters.logons_refused = read(tally_.refused);
    counters.connections_refused = read(tally_.connections_refused);
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
    }
    return counters;
}

} // namespace martlet::fix
