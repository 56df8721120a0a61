#pragma once
#include <string>
#include <vector>

namespace martlet::test {

/// One line of a scenario, read.
///
///     scenario TITLE          begins one
///     for echo venue broker   who is tested: in front of a file's first scenario for all of them (default: all three)
///     in 4.2 4.4              the versions, likewise
///     logon [SECONDS]         a connection and both logons, with this heartbeat interval (30)
///     connect                 a connection; of an initiator: waits for it
///     > TYPE FIELDS           sends a message; FIELDS are TAG=VALUE with '|' between
///     raw FIELDS              sends exactly this, with BodyLength and CheckSum where it says '?'
///     < TYPE FIELDS           the next message is this and has no other fields
///     order ID                an application message that has no answer but the echo, where there is one
///     ping                    a test request and its answer: nothing else came before
///     bye                     a logout, its answer, the end of the connection
///     hung up                 the peer ends the connection and has said nothing before
///     hang up                 ends the connection
///     restart [reset]         of an initiator: ends it and starts it again, with reset numbers where it says so
///     time +SECONDS           the clock goes forward
///     pass TIMES SECONDS      so many times: the clock goes forward, then a ping
///
/// What is sent has the header that it should; a field of the header in FIELDS replaces its value, `!TAG` leaves it
/// out. Numbers count up by themselves on both sides; 34=N says otherwise. In values, NOW, NOW-5 and NOW+5 are times,
/// VERSION, ME and YOU what they say, `*` in what is expected is any value. `2:` in front is a second connection.
struct Step {
    int line = 0;
    int connection = 1;
    std::string verb; ///< "<", ">", "raw", "order", …
    std::string rest;
};

struct Scenario {
    std::string file, title;
    std::vector<std::string> roles, versions;
    std::vector<Step> steps;
};

/// Reads a file; what cannot be read is an exception that names the line.
std::vector<Scenario> read_scenarios(const std::string& path);

} // namespace martlet::test
