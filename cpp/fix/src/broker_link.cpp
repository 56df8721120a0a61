#include "broker_link.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "broker_encode.hpp"
#include "dictionary.hpp"
#include "fields.hpp"
#include "martlet/inbound_ring.hpp"

namespace martlet::fix {
namespace {

constexpr std::size_t sent_window = 4096;
constexpr int connect_milliseconds = 2'000;
constexpr int greeting_milliseconds = 5'000;
constexpr auto closed_pause = std::chrono::milliseconds(500); ///< between looks at the clock while the session is closed
constexpr std::uint32_t longest_pause_milliseconds = 30'000;
constexpr auto snapshot_patience = std::chrono::milliseconds(100);

thread_local std::uint64_t order_being_sent = 0;

/// Tries until there is room, then gives up after `patience`. True: pushed.
template <typename Push>
bool tried_patiently(const Push& push, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (int spins = 0; !push(); ++spins) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        if (spins < 64)
            std::this_thread::yield();
        else
            std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    return true;
}

std::string copied(const char* text) { return text != nullptr ? text : ""; }

} // namespace

FixStatus BrokerLink::check(const BrokerSettings& settings) {
    const auto bad = [&](const std::string& text) {
        error_.set(text);
        return FixStatus::bad_settings;
    };
    if (settings.host == nullptr || settings.port == 0) return bad("host and port: expected both");
    if (!settings.tls.enabled && !loopback(settings.host)) {
        error_.set("host " + std::string(settings.host) + " is not loopback: FIX without encryption is allowed to 127.0.0.0/8, ::1 and localhost only");
        return FixStatus::plaintext_refused;
    }
    if (!valid_comp_id(settings.sender) || !valid_comp_id(settings.target))
        return bad("sender and target: expected 1 to 32 letters, digits, '.', '_' or '-' each");
    if (settings.data_directory == nullptr || settings.ring == nullptr) return bad("data_directory and ring: expected both");
    if (settings.heartbeat_seconds == 0 || settings.heartbeat_seconds > 3600)
        return bad("heartbeat_seconds: expected 1 to 3600, was " + std::to_string(settings.heartbeat_seconds));
    const std::uint8_t digits = settings.profile.time_digits;
    if (digits != 3 && digits != 6 && digits != 9) return bad("time_digits: expected 3, 6 or 9, was " + std::to_string(digits));
    if (!context_.codec.configure(settings.deployment, settings.profile.client_order_length))
        return bad("deployment: expected 1 to 12 letters and digits that leave 13 of the broker's " +
                   std::to_string(settings.profile.client_order_length) + " characters of a client order id");
    if (!vocabulary(settings.version).credentials && (settings.username != nullptr || settings.password != nullptr))
        return bad("username and password: expected none, FIX 4.2 has no field for them");
    std::string error;
    if (!context_.instruments.configure(settings.instruments, settings.instrument_count, &error)) return bad(error);
    return FixStatus::ok;
}

FixStatus BrokerLink::start(const BrokerSettings& settings) {
    if (const FixStatus status = check(settings); status != FixStatus::ok) return status;
    context_.words = &vocabulary(settings.version);
    context_.profile = settings.profile;
    context_.profile.time_digits = static_cast<std::uint8_t>(std::min<int>(context_.profile.time_digits, context_.words->time_digits));
    if (context_.profile.handling_instruction == '\0') context_.profile.handling_instruction = context_.words->handling_instruction;
    context_.account = settings.profile.account[0] != '\0' ? settings.profile.account : settings.sender;
    host_ = settings.host;
    port_ = settings.port;
    username_ = copied(settings.username);
    password_ = copied(settings.password);
    reconnect_milliseconds_ = settings.reconnect_milliseconds;
    push_timeout_milliseconds_ = settings.push_timeout_milliseconds;
    listens_ = settings.drop_copy;
    // Who only listens has no orders that its end could endanger; what ends them is the trading session's to ask.
    cancel_on_disconnect_ = settings.cancel_on_disconnect && !listens_;
    subscribe_at_logon_ = settings.subscribe_at_logon && !listens_;
    ring_ = settings.ring;
    reset_pending_ = settings.reset_sequence_numbers;
    sent_.assign(sent_window, Sent{0, 0});

    HostSettings host;
    std::string error;
    if (settings.tls.enabled) tls_ = TlsContext::client(settings.tls, host_, &error);
    if (settings.tls.enabled && tls_ == nullptr) {
        error_.set(error);
        return FixStatus::tls_failed;
    }
    dictionary_ = host.dictionary = load_dictionary(settings.dictionary_directory, settings.version, &error);
    if (host.dictionary == nullptr) {
        error_.set(error);
        return FixStatus::dictionary_failed;
    }
    host.version = context_.words->begin_string;
    host.sender = settings.sender;
    host.target = settings.target;
    host.data_directory = settings.data_directory;
    host.schedule = settings.schedule;
    recorded_ = settings.recorded;
    host.recorded = settings.recorded == all_recorded ? SessionStore::all_recorded : settings.recorded >> place_bits;
    host.machine_durability = settings.machine_durability;
    host.heartbeat_seconds = static_cast<int>(settings.heartbeat_seconds);
    host.backlog_bytes = settings.backlog_bytes;
    host.never_keep = {"W", "X", "Y", "f"}; // of market data only the numbers: the catalog keeps it
    orders_ = std::make_unique<OrderDecoder>(context_, *this);
    market_ = std::make_unique<MarketDecoder>(context_, *this);
    host_session_ = std::make_unique<SessionHost>(*this, error_);
    if (const FixStatus status = host_session_->open(host); status != FixStatus::ok) {
        host_session_.reset();
        return status;
    }
    thread_ = std::thread([this] { serve(); });
    return FixStatus::ok;
}

void BrokerLink::stop(std::uint32_t logout_milliseconds) {
    if (!thread_.joinable()) return;
    signal_.logout_milliseconds.store(logout_milliseconds, std::memory_order_relaxed);
    {
        const std::lock_guard lock(pause_mutex_);
        signal_.stop.store(true, std::memory_order_release);
    }
    pause_.notify_all();
    host_session_->connection().wake();
    thread_.join();
}

/// A connected stream, encrypted where it is to be; a closed one with the reason in the error text.
Stream BrokerLink::connect() {
    std::string error;
    Stream stream = connect_to(host_, port_, connect_milliseconds, signal_.stop, &error);
    if (stream.is_open() && tls_ != nullptr && !stream.encrypt(*tls_, greeting_milliseconds, signal_.stop, &error)) {
        error = "no TLS with " + host_ + " port " + std::to_string(port_) + ": " + error;
        refused_.fetch_add(1, std::memory_order_relaxed);
        ++refusals_in_a_row_;
        stream.close();
    }
    if (!stream.is_open()) error_.set(error);
    return stream;
}

/// The session's thread: tells what an earlier process received and lost, connects, serves the connection, pauses, and again until stopped.
void BrokerLink::serve() {
    tell_unrecorded();
    while (!signal_.stop.load(std::memory_order_acquire)) {
        try {
            if (!host_session_->begin()) {
                wait(closed_pause);
                continue;
            }
            Stream stream = connect();
            if (stream.is_open() && host_session_->connection().open(std::move(stream))) {
                host_session_->session().setResponder(&host_session_->connection());
                host_session_->session().next(); // sends the logon
                host_session_->run(signal_, [this] { tick(); }, nullptr);
                host_session_->connection().close();
            }
        } catch (const std::exception& problem) {
            error_.set(problem.what());
            host_session_->connection().close();
        }
        pause();
    }
}

/// Waits before the next attempt: longer and longer while logons are refused.
void BrokerLink::pause() {
    const std::uint64_t wanted = static_cast<std::uint64_t>(reconnect_milliseconds_) << std::min<std::uint32_t>(refusals_in_a_row_, 16);
    const auto duration = std::chrono::milliseconds(std::min<std::uint64_t>(wanted, std::max(longest_pause_milliseconds, reconnect_milliseconds_)));
    wait(duration);
}

void BrokerLink::wait(std::chrono::milliseconds duration) {
    std::unique_lock lock(pause_mutex_);
    pause_.wait_for(lock, duration, [this] { return signal_.stop.load(std::memory_order_relaxed); });
}

/// Between messages: tells of a lost report, renews broken market data and what the engine asked for.
void BrokerLink::tick() {
    tell_lost_report(false);
    if (!logged_on()) return;
    std::vector<std::uint32_t> instruments = market_->take_broken(wall_clock());
    {
        const std::lock_guard lock(table_mutex_);
        instruments.insert(instruments.end(), wanted_.begin(), wanted_.end());
        wanted_.clear();
    }
    if (!instruments.empty()) subscribe(instruments);
}

void BrokerLink::subscribe(const std::vector<std::uint32_t>& instruments) {
    FIX::Message message;
    encode_market_data_request(context_, market_->expect(instruments), instruments, true, &message);
    deliver(message, 0);
}

SendStatus BrokerLink::deliver(FIX::Message& message, std::uint64_t client_order) {
    const std::uint64_t failures = host_session_->store().failures();
    Connection::clear_send_failure();
    order_being_sent = client_order;
    const bool sent = host_session_->session().send(message);
    order_being_sent = 0;
    if (sent) return Connection::send_failed() ? SendStatus::uncertain : SendStatus::sent;
    if (host_session_->store().failures() != failures) return SendStatus::store_failed;
    return SendStatus::not_logged_on;
}

/// Called while a message of this thread is being numbered, under the session's lock.
void BrokerLink::note_sent(std::uint32_t sequence) {
    if (order_being_sent == 0) return;
    const std::lock_guard lock(table_mutex_);
    sent_[sequence % sent_window] = Sent{sequence, order_being_sent};
}

SendStatus BrokerLink::send(const Command& command) {
    if (listens_) return SendStatus::unsupported;
    if (!logged_on()) return SendStatus::not_logged_on;
    if (command.command == CommandKind::market_data) {
        // The session's thread owns the decoder's state; it is woken to send the request.
        if (context_.instruments.find(command.instrument) == nullptr) return SendStatus::bad_command;
        {
            const std::lock_guard lock(table_mutex_);
            if (wanted_.size() < most_instruments) wanted_.push_back(command.instrument);
        }
        host_session_->connection().wake();
        return SendStatus::sent;
    }
    const SendStatus encoded = encode_command(context_, command, &outgoing_);
    if (encoded != SendStatus::sent) return encoded;
    // Whoever refuses a question refuses no order.
    const bool changes = command.command == CommandKind::new_order || command.command == CommandKind::cancel || command.command == CommandKind::replace;
    return deliver(outgoing_, changes ? command.client_order : 0);
}

SendStatus BrokerLink::request_instruments(std::uint64_t request) {
    if (listens_) return SendStatus::unsupported;
    if (!logged_on()) return SendStatus::not_logged_on;
    if (!context_.words->security_list) return SendStatus::unsupported;
    FIX::Message message;
    encode_security_list_request(request, &message);
    return deliver(message, 0);
}

SendStatus BrokerLink::cancel_all(std::uint64_t client_order, std::int64_t time) {
    if (listens_) return SendStatus::unsupported;
    if (!logged_on()) return SendStatus::not_logged_on;
    FIX::Message message;
    const SendStatus encoded = encode_mass_cancel(context_, client_order, time, &message);
    return encoded == SendStatus::sent ? deliver(message, client_order) : encoded;
}

SendStatus BrokerLink::request_session_status(std::uint64_t request) {
    if (listens_) return SendStatus::unsupported;
    if (!logged_on()) return SendStatus::not_logged_on;
    FIX::Message message;
    encode_session_status_request(request, &message);
    return deliver(message, 0);
}

std::size_t BrokerLink::received_count() const {
    const std::lock_guard lock(table_mutex_);
    return received_.size();
}

bool BrokerLink::received(std::size_t index, InstrumentDefinition* definition) const {
    const std::lock_guard lock(table_mutex_);
    if (index >= received_.size()) return false;
    *definition = received_[index];
    return true;
}

BrokerCounters BrokerLink::counters() const noexcept {
    BrokerCounters counters{};
    if (host_session_ == nullptr || market_ == nullptr) return counters;
    const auto read = [](const std::atomic<std::uint64_t>& value) { return value.load(std::memory_order_relaxed); };
    counters.messages_in = host_session_->messages_in();
    counters.messages_out = host_session_->connection().messages_out();
    counters.logons = read(logons_);
    counters.logons_refused = read(refused_);
    counters.disconnects = read(disconnects_);
    counters.garbled = host_session_->garbled();
    counters.rejected_in = read(rejected_in_);
    counters.undecodable = read(undecodable_);
    counters.stale_not_resent = read(stale_);
    counters.market_gaps = market_->gaps();
    counters.market_dropped = market_->dropped();
    counters.report_waits = read(waits_);
    counters.store_torn_bytes = host_session_->store().torn_bytes();
    counters.told_again = read(told_again_);
    return counters;
}

/// Every order event goes this way, so that none of a session that only listens is without its mark.
bool BrokerLink::offer(OrderEvent event) noexcept {
    if (listens_) event.flags |= order_flag_copy;
    return ring_->try_push(event);
}

void BrokerLink::push(const OrderEvent& told) {
    OrderEvent event = told;
    event.receive_time = next_place();
    if (telling_again_) {
        if (static_cast<std::uint64_t>(event.receive_time) <= recorded_) return;
        told_again_.fetch_add(1, std::memory_order_relaxed);
    }
    const auto offered = [&] { return offer(event); };
    if (offered()) return;
    waits_.fetch_add(1, std::memory_order_relaxed);
    do // What is told again nobody else will tell.
        if (tried_patiently(offered, std::chrono::milliseconds(push_timeout_milliseconds_))) return;
    while (telling_again_ && !signal_.stop.load(std::memory_order_acquire));
    if (signal_.stop.load(std::memory_order_acquire)) return;
    error_.set("no room for an order report in the inbound ring for " + std::to_string(push_timeout_milliseconds_) + " ms: the session is dropped");
    dropped_report_ = true;
}

bool BrokerLink::push(const MarketEvent& event) {
    if (ring_->try_push(event)) return true;
    return decoding_snapshot_ && tried_patiently([&] { return ring_->try_push(event); }, snapshot_patience);
}

} // namespace martlet::fix
