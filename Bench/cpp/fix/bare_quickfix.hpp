#pragma once
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

#pragma clang diagnostic ignored "-Wdynamic-exception-spec"
#include <quickfix/Application.h>
#include <quickfix/FileStore.h>
#include <quickfix/Message.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/ThreadedSocketAcceptor.h>
#include <quickfix/ThreadedSocketInitiator.h>

#include "../../../cpp/fix/src/dictionary.hpp"
#include "../../../cpp/fix/src/stream.hpp"

namespace martlet::bench {

inline std::string temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "martlet-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    return name;
}

/// QuickFIX alone: threaded sockets, its own store, the same dictionary, the acknowledgement sent from the callback.
class Bare : public FIX::Application {
public:
    enum class Store { memory, file };

    explicit Bare(Store store) : folder_(temporary_folder()) {
        static std::atomic<int> runs{0};
        const std::string client = "BARE" + std::to_string(++runs);
        const std::string dictionary = folder_ + "/FIX44.xml";
        std::ofstream(dictionary) << fix::built_in_dictionary(FixVersion::fix44);
        const std::string common = "BeginString=FIX.4.4\nStartTime=00:00:00\nEndTime=00:00:00\nHeartBtInt=30\nReconnectInterval=1\n"
                                   "SocketNodelay=Y\nUseDataDictionary=Y\nDataDictionary=" + dictionary + "\n";
        const std::string port = std::to_string(free_port());
        std::istringstream acceptor("[DEFAULT]\nConnectionType=acceptor\nSocketAcceptPort=" + port + "\nFileStorePath=" + folder_ + "/a\n" + common +
                                    "[SESSION]\nSenderCompID=BENCHPEER\nTargetCompID=" + client + "\n");
        std::istringstream initiator("[DEFAULT]\nConnectionType=initiator\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" + port + "\nFileStorePath=" +
                                     folder_ + "/i\n" + common + "[SESSION]\nSenderCompID=" + client + "\nTargetCompID=BENCHPEER\n");
        const FIX::SessionSettings acceptor_settings(acceptor), initiator_settings(initiator);
        acceptor_store_ = store_of(store, acceptor_settings);
        initiator_store_ = store_of(store, initiator_settings);
        acceptor_ = std::make_unique<FIX::ThreadedSocketAcceptor>(*this, *acceptor_store_, acceptor_settings);
        initiator_ = std::make_unique<FIX::ThreadedSocketInitiator>(*this, *initiator_store_, initiator_settings);
        acceptor_->start();
        initiator_->start();
        session_ = FIX::Session::lookupSession(FIX::SessionID("FIX.4.4", client, "BENCHPEER"));
        while (!ready_) std::this_thread::yield();
    }
    ~Bare() override {
        initiator_->stop(true);
        acceptor_->stop(true);
        std::filesystem::remove_all(folder_);
    }

    void send() {
        FIX::Message order;
        order.getHeader().setField(FIX::MsgType("D"));
        order.setField(11, "B-1-" + std::to_string(++counter_));
        order.setField(38, "10");
        order.setField(40, "2");
        order.setField(44, "123.45");
        order.setField(54, "1");
        order.setField(55, "AAA");
        order.setField(59, "0");
        order.setField(60, "20260101-12:00:00.123456789");
        session_->send(order);
    }
    void await() {
        ++awaited_;
        while (received_.load(std::memory_order_acquire) < awaited_) std::this_thread::yield();
    }

private:
    static std::unique_ptr<FIX::MessageStoreFactory> store_of(Store store, const FIX::SessionSettings& settings) {
        if (store == Store::memory) return std::make_unique<FIX::MemoryStoreFactory>();
        return std::make_unique<FIX::FileStoreFactory>(settings);
    }

    static std::uint16_t free_port() {
        std::uint16_t port = 0;
        const int socket = fix::listen_loopback(0, &port);
        if (socket < 0) std::abort();
        ::close(socket);
        return port;
    }

    void onCreate(const FIX::SessionID&) override {}
    void onLogon(const FIX::SessionID& id) override {
        if (id.getTargetCompID().getValue() == "BENCHPEER") ready_ = true;
    }
    void onLogout(const FIX::SessionID&) override {}
    void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
    void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
    void fromAdmin(const FIX::Message&, const FIX::SessionID&)
        throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::RejectLogon) override {}
    void fromApp(const FIX::Message& message, const FIX::SessionID& id)
        throw(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override {
        if (id.getTargetCompID().getValue() == "BENCHPEER") {
            received_.fetch_add(1, std::memory_order_release);
            return;
        }
        FIX::Message report;
        report.getHeader().setField(FIX::MsgType("8"));
        report.setField(6, "0");
        report.setField(11, message.getField(11));
        report.setField(14, "0");
        report.setField(17, "0");
        report.setField(37, "NONE");
        report.setField(38, message.getField(38));
        report.setField(39, "0");
        report.setField(40, message.getField(40));
        report.setField(44, message.getField(44));
        report.setField(54, message.getField(54));
        report.setField(55, message.getField(55));
        report.setField(60, message.getField(60));
        report.setField(150, "0");
        report.setField(151, message.getField(38));
        FIX::Session::sendToTarget(report, id);
    }

    std::string folder_;
    std::unique_ptr<FIX::MessageStoreFactory> acceptor_store_, initiator_store_;
    std::unique_ptr<FIX::ThreadedSocketAcceptor> acceptor_;
    std::unique_ptr<FIX::ThreadedSocketInitiator> initiator_;
    FIX::Session* session_ = nullptr;
    std::atomic<bool> ready_{false};
    std::atomic<std::uint64_t> received_{0};
    std::uint64_t awaited_ = 0;
    std::uint64_t counter_ = 0;
};

} // namespace martlet::bench
