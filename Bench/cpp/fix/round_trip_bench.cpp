#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#pragma clang diagnostic ignored "-Wdynamic-exception-spec"
#include <quickfix/Application.h>
#include <quickfix/FileStore.h>
#include <quickfix/Message.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/ThreadedSocketAcceptor.h>
#include <quickfix/ThreadedSocketInitiator.h>

#include "../../../cpp/fix/dictionary/fix44_fields.hpp"
#include "../../../cpp/fix/dictionary/fix44_market_data.hpp"
#include "../../../cpp/fix/dictionary/fix44_orders.hpp"
#include "../../../cpp/fix/dictionary/fix44_recovery.hpp"
#include "../../../cpp/fix/dictionary/fix44_session.hpp"
#include "martlet/broker_session.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/venue_session.hpp"

// An order's way to the venue and its acknowledgement's way back, over TCP on loopback, in one process: our sessions
// with the message store, against what QuickFIX does alone with its file store and the same dictionary. Both
// alternate in one run, so that the machine's mood hits both. Counters in microseconds; `ratio_p50` is ours / bare.

namespace {

using namespace martlet;
using Clock = std::chrono::steady_clock;

std::string temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "martlet-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    return name;
}

InstrumentDefinition instrument() {
    InstrumentDefinition definition{};
    definition.id = 0;
    std::strcpy(definition.symbol, "AAA");
    definition.price_increment = Decimal{1, -2};
    definition.lot_increment = Decimal{1, 0};
    definition.multiplier = Decimal{1, 0};
    definition.money_unit = Decimal{1, -4};
    definition.tick = 1;
    return definition;
}

/// Our two sessions; a thread at the venue acknowledges every order.
class Ours {
public:
    Ours() : folder_(temporary_folder()), ring_(1 << 14) {
        static std::atomic<int> runs{0};
        const std::string client = "OURS" + std::to_string(++runs);
        account_.client = client.c_str();
        venue_settings_.venue = "BENCHVENUE";
        venue_settings_.accounts = &account_;
        venue_settings_.account_count = 1;
        venue_settings_.data_directory = folder_.c_str();
        venue_settings_.instruments = &definition_;
        venue_settings_.instrument_count = 1;
        if (venue_.start(venue_settings_) != FixStatus::ok) std::abort();
        BrokerSettings settings;
        settings.port = venue_.port();
        settings.sender = client.c_str();
        settings.target = "BENCHVENUE";
        settings.deployment = "B";
        settings.data_directory = folder_.c_str();
        settings.subscribe_at_logon = false;
        settings.instruments = &definition_;
        settings.instrument_count = 1;
        settings.ring = &ring_;
        if (broker_.start(settings) != FixStatus::ok) std::abort();
        exchange_ = std::thread([this] { acknowledge(); });
        while (!broker_.logged_on()) std::this_thread::yield();
        InboundRecord up;
        while (!ring_.try_pop(up)) std::this_thread::yield();
    }
    ~Ours() {
        stop_ = true;
        venue_.wake();
        exchange_.join();
        broker_.stop(0);
        venue_.stop(0);
        std::filesystem::remove_all(folder_);
    }

    void send() {
        Command command{};
        command.kind = EventKind::command;
        command.receive_time = 1'767'268'800'123'456'789;
        command.client_order = make_client_order(1, ++counter_);
        command.side = Side::buy;
        command.price = 12345;
        command.quantity = 10;
        command.command = CommandKind::new_order;
        command.type = OrderType::limit;
        if (broker_.send(command) != SendStatus::sent) std::abort();
    }
    void await() {
        InboundRecord record;
        while (!ring_.try_pop(record)) std::this_thread::yield();
    }

private:
    void acknowledge() {
        VenueRequest request;
        while (!stop_) {
            if (!venue_.next_request(&request)) {
                venue_.wait(10'000'000);
                continue;
            }
            if (request.kind != VenueRequestKind::new_order) continue;
            VenueReport report{};
            report.event.kind = EventKind::execution_report;
            report.event.exec_type = ExecType::new_order;
            report.event.status = OrderStatus::new_order;
            report.event.side = request.side;
            report.event.exchange_time = request.transact_time;
            report.event.leaves_quantity = report.order_quantity = request.quantity;
            report.order_price = request.price;
            report.type = request.type;
            std::memcpy(report.client_order, request.client_order, sizeof report.client_order);
            venue_.report(0, report);
        }
    }

    std::string folder_;
    InstrumentDefinition definition_ = instrument();
    InboundRing ring_;
    VenueAccount account_;
    VenueSettings venue_settings_;
    VenueSession venue_;
    BrokerSession broker_;
    std::thread exchange_;
    std::atomic<bool> stop_{false};
    std::uint64_t counter_ = 0;
};

/// QuickFIX alone: threaded sockets, file store, the same dictionary, the acknowledgement sent from the callback.
class Bare : public FIX::Application {
public:
    Bare() : folder_(temporary_folder()) {
        static std::atomic<int> runs{0};
        const std::string client = "BARE" + std::to_string(++runs);
        const std::string dictionary = folder_ + "/FIX44.xml";
        std::ofstream(dictionary) << fix::fix44_session << fix::fix44_orders << fix::fix44_market_data << fix::fix44_recovery << fix::fix44_fields;
        const std::string common = "BeginString=FIX.4.4\nStartTime=00:00:00\nEndTime=00:00:00\nHeartBtInt=30\nReconnectInterval=1\n"
                                   "SocketNodelay=Y\nUseDataDictionary=Y\nDataDictionary=" + dictionary + "\n";
        const std::string port = std::to_string(free_port());
        std::istringstream acceptor("[DEFAULT]\nConnectionType=acceptor\nSocketAcceptPort=" + port + "\nFileStorePath=" + folder_ + "/a\n" + common +
                                    "[SESSION]\nSenderCompID=BENCHPEER\nTargetCompID=" + client + "\n");
        std::istringstream initiator("[DEFAULT]\nConnectionType=initiator\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" + port + "\nFileStorePath=" +
                                     folder_ + "/i\n" + common + "[SESSION]\nSenderCompID=" + client + "\nTargetCompID=BENCHPEER\n");
        const FIX::SessionSettings acceptor_settings(acceptor), initiator_settings(initiator);
        acceptor_store_ = std::make_unique<FIX::FileStoreFactory>(acceptor_settings);
        initiator_store_ = std::make_unique<FIX::FileStoreFactory>(initiator_settings);
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
    static int free_port() {
        // A venue of ours that is started and stopped again tells a port that is free.
        VenueSession venue;
        VenueAccount account;
        account.client = "PROBE";
        VenueSettings settings;
        const std::string folder = temporary_folder();
        const InstrumentDefinition definition = instrument();
        settings.venue = "PROBEVENUE";
        settings.accounts = &account;
        settings.account_count = 1;
        settings.data_directory = folder.c_str();
        settings.instruments = &definition;
        settings.instrument_count = 1;
        if (venue.start(settings) != FixStatus::ok) std::abort();
        const int port = venue.port();
        venue.stop(0);
        std::filesystem::remove_all(folder);
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
    std::unique_ptr<FIX::FileStoreFactory> acceptor_store_, initiator_store_;
    std::unique_ptr<FIX::ThreadedSocketAcceptor> acceptor_;
    std::unique_ptr<FIX::ThreadedSocketInitiator> initiator_;
    FIX::Session* session_ = nullptr;
    std::atomic<bool> ready_{false};
    std::atomic<std::uint64_t> received_{0};
    std::uint64_t awaited_ = 0;
    std::uint64_t counter_ = 0;
};

template <typename Link>
void round_trips(Link& link, int count, std::vector<double>* microseconds) {
    for (int i = 0; i < count; ++i) {
        const auto begin = Clock::now();
        link.send();
        link.await();
        microseconds->push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
    }
}

/// Orders a second with at most 1,000 outstanding.
template <typename Link>
double pipelined(Link& link, int count) {
    const auto begin = Clock::now();
    for (int sent = 0, acknowledged = 0; acknowledged < count; ++acknowledged) {
        while (sent < count && sent - acknowledged < 1'000) {
            link.send();
            ++sent;
        }
        link.await();
    }
    return count / std::chrono::duration<double>(Clock::now() - begin).count();
}

double percentile(std::vector<double> values, double part) {
    const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

void order_round_trip(benchmark::State& state) {
    Ours ours;
    Bare bare;
    std::vector<double> ignored, our_times, bare_times;
    round_trips(ours, 1'000, &ignored);
    round_trips(bare, 1'000, &ignored);
    for ([[maybe_unused]] auto _ : state) {
        round_trips(ours, 500, &our_times);
        round_trips(bare, 500, &bare_times);
    }
    for (const auto& [name, part] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}}) {
        const double mine = percentile(our_times, part), theirs = percentile(bare_times, part);
        state.counters[std::string("ours_") + name] = mine;
        state.counters[std::string("bare_") + name] = theirs;
        state.counters[std::string("ratio_") + name] = mine / theirs;
    }
}
BENCHMARK(order_round_trip)->Iterations(20)->Unit(benchmark::kMillisecond);

void orders_pipelined(benchmark::State& state) {
    Ours ours;
    Bare bare;
    double our_rate = 0, bare_rate = 0;
    for ([[maybe_unused]] auto _ : state) {
        our_rate = std::max(our_rate, pipelined(ours, 10'000));
        bare_rate = std::max(bare_rate, pipelined(bare, 10'000));
    }
    state.counters["ours_per_second"] = our_rate;
    state.counters["bare_per_second"] = bare_rate;
}
BENCHMARK(orders_pipelined)->Iterations(3)->Unit(benchmark::kMillisecond);

} // namespace
