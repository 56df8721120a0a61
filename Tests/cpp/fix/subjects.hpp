#pragma once
#include <filesystem>
#include <memory>

#include "martlet/echo_session.hpp"
#include "scenario_player.hpp"

namespace martlet::test {

/// The folder with the standard FIX42.xml and FIX44.xml, which `./martlet test` fetches; empty: they are not there.
inline std::string standard_dictionaries() {
    const char* named = std::getenv("MARTLET_FIX_STANDARD");
    const std::string folder = named != nullptr ? named : MARTLET_SOURCE_FOLDER "/build/fix-dictionaries";
    return std::filesystem::exists(folder + "/FIX42.xml") && std::filesystem::exists(folder + "/FIX44.xml") ? folder : "";
}

/// The acceptor in its session test mode.
class EchoSubject final : public Subject {
public:
    explicit EchoSubject(const std::string& of_version) {
        version = of_version;
        me = version == "FIX.4.2" ? "TW42" : "TW44";
        you = "ISLD";
        echoes = resets_on_logon = true;
        dictionaries_ = standard_dictionaries();
        data_ = folder_ / "echo";
        EchoSettings settings;
        settings.dictionary_directory = dictionaries_.c_str();
        settings.data_directory = data_.c_str();
        EXPECT_EQ(echo_.start(settings), FixStatus::ok);
    }
    void begin(std::uint32_t) override {}
    bool connect(RawPeer& peer) override { return peer.connect(echo_.port()); }
    void restart(bool) override { throw std::logic_error("the test mode has nothing to restart with"); }

private:
    Folder folder_;
    std::string dictionaries_, data_;
    EchoSession echo_;
};

/// A venue's session with one client; its numbers go on from connection to connection.
class VenueSubject final : public Subject {
public:
    explicit VenueSubject(const std::string& of_version) { version = of_version; }
    void begin(std::uint32_t) override {
        pair_ = std::make_unique<Pair>();
        pair_->speak(version == "FIX.4.2" ? FixVersion::fix42 : FixVersion::fix44);
        me = pair_->broker_id;
        you = pair_->venue_id;
        pair_->start_venue();
    }
    void end() override { pair_.reset(); }
    bool connect(RawPeer& peer) override { return peer.connect(pair_->venue.port()); }
    void restart(bool reset) override {
        pair_->venue.stop(0);
        pair_->venue_settings.reset_sequence_numbers = reset;
        pair_->start_venue();
    }

private:
    std::unique_ptr<Pair> pair_;
};

/// A broker's session: the one that connects.
class BrokerSubject final : public Subject {
public:
    explicit BrokerSubject(const std::string& of_version) {
        version = of_version;
        initiates = true;
    }
    void begin(std::uint32_t heartbeat_seconds) override {
        pair_ = std::make_unique<Pair>();
        me = pair_->venue_id;
        you = pair_->broker_id;
        BrokerSettings& settings = pair_->broker_settings;
        pair_->speak(version == "FIX.4.2" ? FixVersion::fix42 : FixVersion::fix44);
        settings.cancel_on_disconnect = false;
        settings.heartbeat_seconds = heartbeat_seconds;
        started_ = false;
    }
    void end() override { pair_.reset(); }
    bool connect(RawPeer& peer) override {
        if (!started_) {
            pair_->broker_settings.port = peer.listen();
            EXPECT_EQ(pair_->broker.start(pair_->broker_settings), FixStatus::ok) << pair_->broker_error();
            started_ = true;
        }
        return peer.accept();
    }
    void restart(bool reset) override {
        pair_->broker.stop(0);
        pair_->broker_settings.reset_sequence_numbers = reset;
        EXPECT_EQ(pair_->broker.start(pair_->broker_settings), FixStatus::ok) << pair_->broker_error();
    }

private:
    std::unique_ptr<Pair> pair_;
    bool started_ = false;
};

} // namespace martlet::test
