#include "martlet/venue_session.hpp"

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "venue_link.hpp"

namespace martlet {

/// The link lives from `start` to `stop`; who uses it from another thread holds `lifetime` shared.
struct VenueSession::State {
    std::shared_mutex lifetime;
    std::unique_ptr<fix::VenueLink> link;
    VenueCounters final_counters{};
    fix::ErrorText final_error;

    /// Ends the link, keeping what can be asked afterwards.
    void retire() {
        const std::unique_lock lock(lifetime);
        char text[512];
        link->error().copy(text, sizeof text);
        final_error.set(text);
        final_counters = link->counters();
        link.reset();
    }
};

namespace {

/// Runs an action of the link, where there is one; nothing that it throws gets out.
template <typename State, typename Result, typename Action>
Result guarded(State* state, Result otherwise, Action action) noexcept {
    if (state == nullptr) return otherwise;
    try {
        const std::shared_lock lock(state->lifetime);
        return state->link != nullptr ? action(*state->link) : otherwise;
    } catch (...) {
        return otherwise;
    }
}

} // namespace

VenueSession::VenueSession() noexcept : state_(new State) {}
VenueSession::VenueSession(VenueSession&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
VenueSession::~VenueSession() { delete state_; }

FixStatus VenueSession::start(const VenueSettings& settings) noexcept {
    if (state_ == nullptr) return FixStatus::out_of_resources;
    if (state_->link != nullptr) return FixStatus::already_started;
    try {
        auto link = std::make_unique<fix::VenueLink>();
        const FixStatus status = link->start(settings);
        {
            const std::unique_lock lock(state_->lifetime);
            state_->link = std::move(link);
        }
        if (status != FixStatus::ok) state_->retire();
        return status;
    } catch (...) {
        return FixStatus::out_of_resources;
    }
}

void VenueSession::stop(std::uint32_t logout_milliseconds) noexcept {
    if (state_ == nullptr || state_->link == nullptr) return;
    state_->link->stop(logout_milliseconds);
    state_->retire();
}

std::uint16_t VenueSession::port() const noexcept {
    return guarded(state_, std::uint16_t{0}, [](fix::VenueLink& link) { return link.port(); });
}

bool VenueSession::logged_on(std::uint32_t session) const noexcept {
    return guarded(state_, false, [&](fix::VenueLink& link) {
        const fix::VenueClient* client = link.client(session);
        return client != nullptr && client->logged_on();
    });
}

void VenueSession::disconnect(std::uint32_t session) noexcept {
    guarded(state_, false, [&](fix::VenueLink& link) {
        fix::VenueClient* client = link.client(session);
        if (client != nullptr) client->host().connection().hang_up();
        return client != nullptr;
    });
}

bool VenueSession::next_request(VenueRequest* request) noexcept {
    return guarded(state_, false, [&](fix::VenueLink& link) { return link.next_request(request); });
}

bool VenueSession::wait(std::int64_t nanoseconds) noexcept {
    return guarded(state_, false, [&](fix::VenueLink& link) { return link.queue()->wait(nanoseconds); });
}

void VenueSession::wake() noexcept {
    guarded(state_, false, [](fix::VenueLink& link) {
        link.queue()->wake();
        return true;
    });
}

FixStatus VenueSession::report(std::uint32_t session, const VenueReport& report) noexcept {
    return guarded(state_, FixStatus::not_started, [&](fix::VenueLink& link) { return link.report(session, report); });
}

FixStatus VenueSession::begin_answer(std::uint32_t session, VenueRequestKind kind, const char* request, std::uint32_t total) noexcept {
    return guarded(state_, FixStatus::not_started, [&](fix::VenueLink& link) { return link.begin_answer(session, kind, request, total); });
}

FixStatus VenueSession::snapshot(std::uint32_t session, const char* request, std::uint32_t instrument, const MarketEvent* events,
                                 std::size_t count) noexcept {
    return guarded(state_, FixStatus::not_started, [&](fix::VenueLink& link) { return link.snapshot(session, request, instrument, events, count); });
}

FixStatus VenueSession::reject_market_data(std::uint32_t session, const char* request, RejectReason reason) noexcept {
    return guarded(state_, FixStatus::not_started, [&](fix::VenueLink& link) { return link.reject_market_data(session, request, reason); });
}

FixStatus VenueSession::publish(const MarketEvent* events, std::size_t count) noexcept {
    return guarded(state_, FixStatus::not_started, [&](fix::VenueLink& link) { return link.publish(events, count); });
}

FixStatus VenueSession::session_status(TradingStatus status) noexcept {
    return guarded(state_, FixStatus::not_started, [&](fix::VenueLink& link) { return link.session_status(status); });
}

std::size_t VenueSession::last_error(char* text, std::size_t capacity) const noexcept {
    if (state_ == nullptr) return 0;
    const std::shared_lock lock(state_->lifetime);
    return (state_->link != nullptr ? state_->link->error() : state_->final_error).copy(text, capacity);
}

VenueCounters VenueSession::counters() const noexcept {
    if (state_ == nullptr) return VenueCounters{};
    const std::shared_lock lock(state_->lifetime);
    return state_->link != nullptr ? state_->link->counters() : state_->final_counters;
}

} // namespace martlet
