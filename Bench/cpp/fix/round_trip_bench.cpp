#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "bare_quickfix.hpp"
#include "martlet/broker_session.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/venue_session.hpp"

// An order's way to the venue and its acknowledgement's way back, over TCP on loopback, in one process: our sessions
// with the message store, against what QuickFIX does alone with its memory store and with its file store and the same
// dictionary. All alternate in one run, so that the machine's mood hits all. Times in microseconds; `memory_ratio_p50` is
// ours / QuickFIX's memory store, `memory_ratio` of orders a second likewise.

namespace {

using namespace martlet;
using bench::Bare;
using bench::temporary_folder;
using Clock = std::chrono::steady_clock;

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
    Bare memory(Bare::Store::memory), file(Bare::Store::file);
    std::vector<double> ignored, our_times, memory_times, file_times;
    round_trips(ours, 1'000, &ignored);
    round_trips(memory, 1'000, &ignored);
    round_trips(file, 1'000, &ignored);
    for ([[maybe_unused]] auto _ : state) {
        round_trips(ours, 500, &our_times);
        round_trips(memory, 500, &memory_times);
        round_trips(file, 500, &file_times);
    }
    for (const auto& [name, part] : {std::pair{"p50", 0.5}, std::pair{"p99", 0.99}}) {
        const double mine = percentile(our_times, part), in_memory = percentile(memory_times, part), in_file = percentile(file_times, part);
        state.counters[std::string("ours_") + name] = mine;
        state.counters[std::string("memory_") + name] = in_memory;
        state.counters[std::string("file_") + name] = in_file;
        state.counters[std::string("memory_ratio_") + name] = mine / in_memory;
        state.counters[std::string("file_ratio_") + name] = mine / in_file;
    }
}
BENCHMARK(order_round_trip)->Iterations(20)->Unit(benchmark::kMillisecond);

void orders_pipelined(benchmark::State& state) {
    Ours ours;
    Bare memory(Bare::Store::memory), file(Bare::Store::file);
    std::vector<double> our_rates, memory_rates, file_rates;
    for ([[maybe_unused]] auto _ : state) {
        our_rates.push_back(pipelined(ours, 10'000));
        memory_rates.push_back(pipelined(memory, 10'000));
        file_rates.push_back(pipelined(file, 10'000));
    }
    const double mine = percentile(our_rates, 0.5), in_memory = percentile(memory_rates, 0.5);
    state.counters["ours_per_second"] = mine;
    state.counters["memory_per_second"] = in_memory;
    state.counters["file_per_second"] = percentile(file_rates, 0.5);
    state.counters["memory_ratio"] = mine / in_memory;
}
BENCHMARK(orders_pipelined)->Iterations(9)->Unit(benchmark::kMillisecond);

} // namespace
