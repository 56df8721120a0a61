#include "martlet/fix_profile.hpp"

namespace martlet {

const char* fix_status_text(FixStatus status) noexcept {
    switch (status) {
    case FixStatus::ok: return "ok";
    case FixStatus::queued: return "queued until the peer is back";
    case FixStatus::not_logged_on: return "not logged on";
    case FixStatus::bad_settings: return "a setting is missing or out of range";
    case FixStatus::plaintext_refused: return "plaintext FIX is allowed to loopback only";
    case FixStatus::duplicate_session: return "a session with these identifiers already exists in this process";
    case FixStatus::port_in_use: return "the port cannot be listened on";
    case FixStatus::store_failed: return "the message store cannot be opened or is damaged";
    case FixStatus::dictionary_failed: return "the data dictionary cannot be read";
    case FixStatus::already_started: return "already started";
    case FixStatus::not_started: return "not started";
    case FixStatus::unknown_session: return "no session with this number";
    case FixStatus::unknown_instrument: return "no instrument with this number";
    case FixStatus::not_subscribed: return "market data was not asked for";
    case FixStatus::send_failed: return "the connection broke or the peer reads too slowly";
    case FixStatus::tls_failed: return "a certificate, key or authority file cannot be used";
    case FixStatus::out_of_resources: return "out of memory, threads or descriptors";
    }
    return "unknown status";
}

const char* send_status_text(SendStatus status) noexcept {
    switch (status) {
    case SendStatus::sent: return "sent";
    case SendStatus::not_logged_on: return "not logged on";
    case SendStatus::unsupported: return "the broker's profile has no word for it";
    case SendStatus::bad_command: return "the command cannot be written as a message";
    case SendStatus::store_failed: return "the message could not be stored";
    case SendStatus::withheld: return "held back by the host";
    case SendStatus::uncertain: return "the connection broke while sending";
    }
    return "unknown status";
}

} // namespace martlet
