#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/fix_profile.hpp"

// The venue's session test mode: the acceptor of the venue under an application that sends back what it gets, for
// tests of session rules from outside. One sender, ISLD, with the sessions TW42 (FIX.4.2) and TW44 (FIX.4.4), which are open
// around the clock and start at 1 with every logon. Checks are those of the standard dictionaries, user-defined fields
// included.

namespace martlet {

/// Texts are copied by `start`.
struct EchoSettings {
    std::uint16_t port = 0;                     ///< 0: any free one, told by `port()`. Listens on 127.0.0.1 only
    const char* dictionary_directory = nullptr; ///< holds the standard FIX42.xml and FIX44.xml
    const char* data_directory = nullptr;       ///< for the sessions' messages of one connection
};

struct EchoCounters {
    std::uint64_t messages_in, messages_out;
    std::uint64_t connections_refused; ///< no logon with the identifiers of a session, or one that is in use
    std::uint64_t garbled;             ///< messages ignored for a wrong length, checksum or beginning
};

/// Echoes NewOrderSingle, SecurityDefinition and Email as they came. A possible resend of an order whose ClOrdID was seen
/// since the logon is dropped. Other application messages are refused with BusinessMessageReject.
///
/// `start` and `stop` belong to one thread, the rest to any while started.
class MARTLET_NONCOPYABLE EchoSession {
public:
    EchoSession() noexcept;
    ~EchoSession(); ///< hangs up
    EchoSession(EchoSession&& other) noexcept;
    EchoSession& operator=(EchoSession&&) = delete;

    FixStatus start(const EchoSettings& settings) noexcept;
    /// Logs both sessions out, waits up to `logout_milliseconds` for the answers (0: hangs up), joins all threads.
    void stop(std::uint32_t logout_milliseconds) noexcept;
    std::uint16_t port() const noexcept;
    EchoCounters counters() const noexcept;
    std::size_t last_error(char* text, std::size_t capacity) const noexcept;

    struct State;

private:
    State* state_;
};

} // namespace martlet
