#include <algorithm>
#include <cerrno>
#include <cstring>

#include "broker_link.hpp"
#include "codes.hpp"
#include "fields.hpp"

// What an earlier process received and its engine lost. A message counts as received as soon as its events are in the ring; whoever
// keeps them is a little behind, and a process that dies in between has a venue that will never tell it again. The store has the
// message.

namespace martlet::fix {

void BrokerLink::begin_telling(std::uint64_t delivery) noexcept {
    delivery_ = delivery;
    told_of_it_ = 0;
}

/// The place of the next event of the message being told.
std::int64_t BrokerLink::next_place() noexcept {
    if (delivery_ == 0) return 0;
    const std::uint64_t before = std::min<std::uint64_t>(told_of_it_++, (1u << place_bits) - 1);
    return static_cast<std::int64_t>(delivery_ << place_bits | before);
}

/// Tells the events behind the last one on record, in their order and before anything that a new connection brings. On the
/// session's thread.
void BrokerLink::tell_unrecorded() {
    SessionStore& store = host_session_->store();
    telling_again_ = true;
    std::string text;
    for (const SessionStore::Delivery& delivery : store.unrecorded()) {
        if (signal_.stop.load(std::memory_order_acquire)) break; // the next start finds them again
        begin_telling(delivery.number);
        try {
            if (!store.read(delivery, &text)) throw FIX::IOException("cannot read a received message back: " + std::string(std::strerror(errno)));
            tell_again(text);
        } catch (const std::exception& problem) {
            error_.set(problem.what());
            undecodable_.fetch_add(1, std::memory_order_relaxed);
            report_lost_ = true;
        }
    }
    begin_telling(0);
    telling_again_ = false;
    tell_lost_report(true);
    dropped_report_ = false;
    store.forget_unrecorded();
}

/// As the callbacks tell it, but for the market's state, which was that of then.
void BrokerLink::tell_again(const std::string& text) {
    const FIX::Message message(text, *dictionary_, false);
    const std::string& type = message.getHeader().getField(FIX::FIELD::MsgType);
    if (is_about_market(type)) return;
    if (type == "3")
        orders_->session_reject(message, sent_order(message));
    else
        decode(type, message);
}

} // namespace martlet::fix
