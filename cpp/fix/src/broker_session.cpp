#include "martlet/broker_session.hpp"

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "broker_link.hpp"

namespace martlet {

/// The link lives from `start` to `stop`; who uses it from another thread holds `lifetime` shared.
struct BrokerSession::State {
    std::shared_mutex lifetime;
    std::unique_ptr<fix::BrokerLink> link;
    BrokerCounters final_counters{};
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

    template <typename Result, typename Action>
    Result with_link(Result otherwise, Action action) noexcept {
        try {
            const std::shared_lock lock(lifetime);
            return link != nullptr ? action(*link) : otherwise;
        } catch (...) {
            return otherwise;
        }
    }
};

BrokerSession::BrokerSession() noexcept : state_(new State) {}
BrokerSession::BrokerSession(BrokerSession&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
BrokerSession::~BrokerSession() { delete state_; }

FixStatus BrokerSession::start(const BrokerSettings& settings) noexcept {
    if (state_ == nullptr) return FixStatus::out_of_resources;
    if (state_->link != nullptr) return FixStatus::already_started;
    try {
        auto link = std::make_unique<fix::BrokerLink>();
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

void BrokerSession::stop(std::uint32_t logout_milliseconds) noexcept {
    if (state_ == nullptr || state_->link == nullptr) return;
    state_->link->stop(logout_milliseconds);
    state_->retire();
}

SendStatus BrokerSession::send(const Command& command) noexcept {
    if (state_ == nullptr) return SendStatus::not_logged_on;
    // What is thrown after the message was handed over leaves the order's state unknown.
    bool attempted = false;
    const SendStatus status = state_->with_link(SendStatus::not_logged_on, [&](fix::BrokerLink& link) {
        attempted = true;
        const SendStatus result = link.send(command);
        attempted = false;
        return result;
    });
    return attempted ? SendStatus::uncertain : status;
}

SendStatus BrokerSession::request_instruments(std::uint64_t request) noexcept {
    if (state_ == nullptr) return SendStatus::not_logged_on;
    return state_->with_link(SendStatus::not_logged_on, [&](fix::BrokerLink& link) { return link.request_instruments(request); });
}

SendStatus BrokerSession::cancel_all(std::uint64_t client_order, std::int64_t time) noexcept {
    if (state_ == nullptr) return SendStatus::not_logged_on;
    return state_->with_link(SendStatus::not_logged_on, [&](fix::BrokerLink& link) { return link.cancel_all(client_order, time); });
}

SendStatus BrokerSession::request_session_status(std::uint64_t request) noexcept {
    if (state_ == nullptr) return SendStatus::not_logged_on;
    return state_->with_link(SendStatus::not_logged_on, [&](fix::BrokerLink& link) { return link.request_session_status(request); });
}

bool BrokerSession::logged_on() const noexcept {
    return state_ != nullptr && state_->with_link(false, [](fix::BrokerLink& link) { return link.logged_on(); });
}

std::size_t BrokerSession::received_instrument_count() const noexcept {
    return state_ == nullptr ? 0 : state_->with_link(std::size_t{0}, [](fix::BrokerLink& link) { return link.received_count(); });
}

bool BrokerSession::received_instrument(std::size_t index, InstrumentDefinition* definition) const noexcept {
    return state_ != nullptr && state_->with_link(false, [&](fix::BrokerLink& link) { return link.received(index, definition); });
}

std::size_t BrokerSession::last_error(char* text, std::size_t capacity) const noexcept {
    if (state_ == nullptr) return 0;
    const std::shared_lock lock(state_->lifetime);
    return (state_->link != nullptr ? state_->link->error() : state_->final_error).copy(text, capacity);
}

BrokerCounters BrokerSession::counters() const noexcept {
    if (state_ == nullptr) return BrokerCounters{};
    const std::shared_lock lock(state_->lifetime);
    return state_->link != nullptr ? state_->link->counters() : state_->final_counters;
}

namespace {

/// Whether a command may be at the venue, now or later. What was stored with a number and then met a broken
/// connection counts: part of it may have left, although a resend request over it is answered by a gap fill.
bool may_have_left(SendStatus status) noexcept {
    switch (status) {
    case SendStatus::not_logged_on: // refused before it took a number
    case SendStatus::unsupported:
    case SendStatus::bad_command:
    case SendStatus::withheld:
    case SendStatus::store_failed: // stored first, sent after: it was not sent, and is not there to be resent
        return false;
    case SendStatus::sent:
    case SendStatus::uncertain: break;
    }
    return true;
}

} // namespace

OrderEvent make_send_failed(const Command& command, SendStatus status) noexcept {
    OrderEvent event{};
    event.receive_time = command.receive_time;
    event.exchange_time = command.receive_time;
    event.kind = EventKind::send_failed;
    event.instrument = command.instrument;
    event.side = command.side;
    event.client_order = command.client_order;
    event.original_client_order = command.original_client_order;
    event.status = OrderStatus::unknown;
    event.reason = status == SendStatus::not_logged_on ? RejectReason::not_logged_on
                   : status == SendStatus::unsupported ? RejectReason::unsupported
                   : status == SendStatus::bad_command ? RejectReason::malformed
                                                       : RejectReason::other;
    if (may_have_left(status)) event.flags |= order_flag_uncertain;
    event.reference_number = static_cast<std::uint32_t>(command.request);
    return event;
}

} // namespace martlet
