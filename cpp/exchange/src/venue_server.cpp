#include "martlet/venue_server.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <ctime>
#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <utility>

#include "agenda.hpp"
#include "fair_value.hpp"
#include "venue_desk.hpp"

namespace martlet {
namespace {

constexpr std::int64_t second = exchange::second;
constexpr std::int64_t checkpoint_interval = second; // of the wall clock
constexpr int requests_per_turn = 256;
constexpr std::int64_t longest_park = 100'000'000;
// Market time run in one turn at most, so that requests wait for no long backlog.
constexpr std::int64_t turn_budget = 5'000'000;

std::int64_t steady_now() noexcept {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * second + now.tv_nsec;
}

/// Virtual time as a straight line over the monotonic clock.
struct VirtualClock {
    std::int64_t anchor = 0;
    std::int64_t start = 0;
    double speed = 1;

    std::int64_t at(std::int64_t steady) const noexcept {
        return start + static_cast<std::int64_t>(static_cast<double>(steady - anchor) * speed);
    }
    /// Wall nanoseconds that `virtual_nanoseconds` take.
    std::int64_t wall(std::int64_t virtual_nanoseconds) const noexcept {
        const double nanoseconds = static_cast<double>(virtual_nanoseconds) / speed;
        return nanoseconds < 1e15 ? static_cast<std::int64_t>(nanoseconds) : 1'000'000'000'000'000;
    }
};

/// The desk's answers as FIX messages. A client that is away or slow is the session's business.
class SessionOutlet final : public exchange::VenueOutlet {
public:
    explicit SessionOutlet(VenueSession& session) : session_(session) {}
    void report(std::uint32_t session, const VenueReport& report) override { session_.report(session, report); }
    void begin_answer(std::uint32_t session, VenueRequestKind kind, const char* request, std::uint32_t total) override {
        session_.begin_answer(session, kind, request, total);
    }
    void publish(const MarketEvent* events, std::size_t count) override { session_.publish(events, count); }
    void snapshot(std::uint32_t session, const char* request, std::uint32_t instrument, const MarketEvent* events,
                  std::size_t count) override {
        session_.snapshot(session, request, instrument, events, count);
    }
    void reject_market_data(std::uint32_t session, const char* request, RejectReason reason) override {
        session_.reject_market_data(session, request, reason);
    }

private:
    VenueSession& session_;
};

const char* bad_option(const VenueOptions& options) noexcept {
    if (options.data_directory == nullptr || options.data_directory[0] == '\0') return "data directory: expected a path";
    if (options.venue == nullptr || options.venue[0] == '\0') return "venue: expected a CompID";
    if (!(options.speed > 0 && options.speed <= 10'000)) return "speed: expected above 0 up to 10,000 virtual seconds per second";
    if (options.end_time < 0 || (options.end_time != 0 && options.end_time <= options.exchange.start_time))
        return "end time: expected 0 or a time after the start";
    if (options.anchor < 0 || (options.anchor != 0 && options.exchange.start_time == 0))
        return "anchor: expected 0, or a clock reading together with a start time";
    if (options.accounts == nullptr || options.account_count == 0 || options.account_count > 64) return "accounts: expected 1 to 64";
    for (std::uint32_t i = 0; i < options.account_count; ++i)
        if (options.accounts[i].client == nullptr) return "accounts: each needs the client's CompID";
    return nullptr;
}

VenueStatus status_of(FixStatus status) noexcept {
    return status == FixStatus::port_in_use ? VenueStatus::port_in_use : VenueStatus::session_failed;
}

} // namespace

const char* venue_status_text(VenueStatus status) noexcept {
    switch (status) {
    case VenueStatus::ok: return "ok";
    case VenueStatus::already_running: return "the venue is already running";
    case VenueStatus::bad_options: return "an option is missing or out of range";
    case VenueStatus::directory_unusable: return "the data directory cannot be used";
    case VenueStatus::journal_damaged: return "the venue's journal is damaged inside";
    case VenueStatus::other_instruments: return "the venue's journal is of other instruments";
    case VenueStatus::port_in_use: return "the port is in use";
    case VenueStatus::session_failed: return "the FIX acceptor did not start";
    case VenueStatus::journal_failed: return "the venue's journal could not be written";
    case VenueStatus::out_of_resources: return "out of memory or threads";
    }
    return "unknown status";
}

/// Everything behind a venue. The thread owns desk and session between `start` and `stop`; the mutex guards the
/// desk's books against readers.
struct VenueServer::State {
    VenueSession session;
    SessionOutlet outlet{session};
    exchange::VenueDesk desk{outlet};
    VirtualClock clock;
    std::int64_t end_time = 0;
    std::int64_t turn_nanoseconds = 0;
    std::thread thread;
    std::atomic<bool> stopping{false};
    std::atomic<VenueStatus> status{VenueStatus::ok};
    mutable std::mutex mutex; ///< books, error
    std::string error;
    std::atomic<std::uint64_t> turns{0}, requests{0}, reports{0}, market_events{0}, snapshots{0}, journal_bytes{0};
    std::atomic<std::int64_t> largest_lag{0};

    VenueStatus start(const VenueOptions& options);
    VenueStatus fail(VenueStatus with, std::string text);
    void run() noexcept;
    bool turn();
    void count() noexcept;
    void park(bool more);
    void halt() noexcept;
    std::int64_t last_checkpoint = 0;
};

VenueStatus VenueServer::State::fail(VenueStatus with, std::string text) {
    error = std::move(text);
    status = with;
    return with;
}

VenueStatus VenueServer::State::start(const VenueOptions& options) {
    if (const char* wrong = bad_option(options); wrong != nullptr) return fail(VenueStatus::bad_options, wrong);
    const std::int64_t now = steady_now();
    clock.speed = options.speed;
    clock.anchor = options.anchor != 0 ? options.anchor : now;
    clock.start = options.exchange.start_time;
    const exchange::DeskResult result = desk.open(options, options.anchor != 0 ? clock.at(now) : 0);
    if (result.status != VenueStatus::ok) return fail(result.status, result.text);
    if (options.anchor == 0) clock.start = desk.resume_time();
    const std::string fix_directory = std::string(options.data_directory) + "/fix";
    VenueSettings settings;
    settings.port = options.port;
    settings.tls = options.tls;
    settings.venue = options.venue;
    settings.accounts = options.accounts;
    settings.account_count = options.account_count;
    settings.data_directory = fix_directory.c_str();
    settings.dictionary_directory = options.dictionary_directory;
    settings.machine_durability = options.machine_durability;
    settings.reset_sequence_numbers = options.reset_sequence_numbers;
    settings.profile = options.profile;
    settings.instruments = options.exchange.instruments;
    settings.instrument_count = options.exchange.instrument_count;
    if (const FixStatus started = session.start(settings); started != FixStatus::ok) {
        char text[512] = {};
        session.last_error(text, sizeof text);
        return fail(status_of(started), text[0] != '\0' ? text : fix_status_text(started));
    }
    end_time = options.end_time;
    turn_nanoseconds = static_cast<std::int64_t>(options.turn_microseconds) * 1000;
    last_checkpoint = now;
    thread = std::thread([this] { run(); });
    return VenueStatus::ok;
}

void VenueServer::State::run() noexcept {
    try {
        while (!stopping.load(std::memory_order_acquire) && turn()) {}
    } catch (const std::bad_alloc&) {
        const std::lock_guard lock(mutex);
        fail(VenueStatus::out_of_resources, "out of memory");
    }
    if (status != VenueStatus::ok) halt();
}

/// Requests, market, journal, reports; then a pause until something is due. False: the venue cannot go on.
bool VenueServer::State::turn() {
    bool more = false;
    {
        const std::lock_guard lock(mutex);
        VenueRequest request;
        // The market first catches up with the clock, so that a request meets the book of its own time.
        const std::int64_t steady = steady_now();
        const std::int64_t now = std::max(clock.at(steady), desk.exchange().now());
        const std::int64_t target = end_time != 0 ? std::min(now, end_time) : now;
        do more = !desk.advance(target);
        while (more && steady_now() - steady < turn_budget);
        const std::int64_t lag = now - desk.exchange().now();
        if (end_time == 0 && lag > largest_lag.load(std::memory_order_relaxed)) largest_lag = lag;
        if (end_time != 0 && now >= end_time && !more && !desk.closed()) {
            desk.close_market();
            session.session_status(TradingStatus::closed);
        }
        for (int i = 0; i < requests_per_turn && session.next_request(&request); ++i) {
            desk.handle(request);
            ++requests;
        }
        if (steady - last_checkpoint >= checkpoint_interval) {
            desk.checkpoint();
            last_checkpoint = steady;
        }
        if (!desk.commit()) {
            fail(VenueStatus::journal_failed, desk.error());
            return false;
        }
        count();
    }
    park(more);
    return true;
}

void VenueServer::State::count() noexcept {
    turns.fetch_add(1, std::memory_order_relaxed);
    reports.store(desk.reports_sent(), std::memory_order_relaxed);
    market_events.store(desk.market_events(), std::memory_order_relaxed);
    snapshots.store(desk.snapshots(), std::memory_order_relaxed);
    journal_bytes.store(desk.journal().bytes(), std::memory_order_relaxed);
}

void VenueServer::State::park(bool more) {
    if (more || stopping.load(std::memory_order_acquire)) return;
    const std::int64_t next = desk.exchange().next_time();
    std::int64_t pause = longest_park;
    if (next != exchange::never) pause = clock.wall(next - clock.at(steady_now()));
    if (end_time != 0 && !desk.closed()) pause = std::min(pause, clock.wall(end_time - clock.at(steady_now())));
    session.wait(std::clamp(pause, turn_nanoseconds, std::max(longest_park, turn_nanoseconds)));
}

/// Without a journal nothing may be said any more: hang up on everybody until somebody stops us.
void VenueServer::State::halt() noexcept {
    VenueRequest request;
    while (!stopping.load(std::memory_order_acquire)) {
        while (session.next_request(&request)) {}
        for (std::uint32_t i = 0; i < 64; ++i)
            if (session.logged_on(i)) session.disconnect(i);
        session.wait(longest_park);
    }
}

VenueServer::VenueServer() noexcept : state_(nullptr) {}
VenueServer::~VenueServer() {
    stop(0);
    delete state_;
}
VenueServer::VenueServer(VenueServer&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}

VenueStatus VenueServer::start(const VenueOptions& options) noexcept {
    if (state_ != nullptr && state_->thread.joinable()) return VenueStatus::already_running;
    delete state_;
    state_ = new (std::nothrow) State;
    if (state_ == nullptr) return VenueStatus::out_of_resources;
    try {
        return state_->start(options);
    } catch (const std::bad_alloc&) {
        return state_->fail(VenueStatus::out_of_resources, "out of memory");
    } catch (const std::exception& error) {
        return state_->fail(VenueStatus::out_of_resources, error.what());
    }
}

void VenueServer::stop(std::uint32_t logout_milliseconds) noexcept {
    if (state_ == nullptr) return;
    if (state_->thread.joinable()) {
        state_->stopping.store(true, std::memory_order_release);
        state_->session.wake();
        state_->thread.join();
        state_->session.stop(logout_milliseconds);
    }
    state_->desk.close();
}

VenueStatus VenueServer::status() const noexcept { return state_ == nullptr ? VenueStatus::ok : state_->status.load(); }
std::uint16_t VenueServer::port() const noexcept { return state_ == nullptr ? 0 : state_->session.port(); }

std::int64_t VenueServer::virtual_time() const noexcept {
    return state_ == nullptr || !state_->thread.joinable() ? 0 : state_->clock.at(steady_now());
}

VenueServerCounters VenueServer::counters() const noexcept {
    if (state_ == nullptr) return {};
    const State& from = *state_;
    return {from.turns, from.requests, from.reports, from.market_events, from.snapshots, from.journal_bytes, from.largest_lag};
}

std::size_t VenueServer::last_error(char* text, std::size_t capacity) const noexcept {
    if (state_ == nullptr) return exchange::copy_json({}, text, capacity);
    const std::lock_guard lock(state_->mutex);
    return exchange::copy_json(state_->error, text, capacity);
}

std::size_t VenueServer::state_json(char* text, std::size_t capacity) const noexcept {
    if (state_ == nullptr) return exchange::copy_json({}, text, capacity);
    try {
        const std::lock_guard lock(state_->mutex);
        return exchange::copy_json(state_->desk.state_json(), text, capacity);
    } catch (const std::bad_alloc&) {
        return 0;
    }
}

} // namespace martlet
