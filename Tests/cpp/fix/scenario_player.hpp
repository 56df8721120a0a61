#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "raw_peer.hpp"
#include "scenario.hpp"

namespace martlet::test {

/// Who is tested, and how to reach it.
class Subject {
public:
    virtual ~Subject() = default;
    /// Before each scenario; `heartbeat_seconds` is what its first logon says.
    virtual void begin(std::uint32_t heartbeat_seconds) = 0;
    virtual void end() {}
    /// A connection to it.
    virtual bool connect(RawPeer& peer) = 0;
    /// Ends and starts it anew.
    virtual void restart(bool reset) = 0;

    std::string version, me, you; ///< BeginString, the player's CompID, the subject's
    bool initiates = false;       ///< it connects and says the first word
    bool echoes = false;          ///< it answers an order with the same order
    bool resets_on_logon = false; ///< numbers start at 1 with each connection
};

/// Plays scenarios against a subject. The first step that does not go as written fails the test with its file and line.
class ScenarioPlayer {
public:
    explicit ScenarioPlayer(Subject& subject) : subject_(subject) {}
    void play(const Scenario& scenario);

private:
    using Fields = std::vector<std::pair<std::string, std::string>>; ///< tag and value; no tag: text as it is
    struct Connection {
        std::unique_ptr<RawPeer> peer;
        int next_out = 1;
        int next_in = 1;
    };

    bool step(const Step& step);
    bool connect();
    bool logon(const std::string& seconds);
    bool order(const std::string& id);
    bool ping();
    bool pass(int times, std::int64_t seconds);
    bool restart(bool reset);
    bool hung_up();
    bool send(const std::string& type, const std::string& fields);
    bool raw(const std::string& fields);
    bool expect(const std::string& type, const std::string& fields);
    Fields expected_fields(const std::string& type, const std::string& fields);
    bool fail(const std::string& what) const;
    Fields parse(const std::string& text) const;
    std::string expand(const std::string& value) const;
    static std::string finished(const Fields& fields);

    Subject& subject_;
    std::map<int, Connection> connections_;
    Connection* current_ = nullptr;
    int pings_ = 0;
};

} // namespace martlet::test
