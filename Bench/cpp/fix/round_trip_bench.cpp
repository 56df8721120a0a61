#include <benchmark/benchmark.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "../../../cpp/fix/src/append_log.hpp"
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
    explicit Ours(bool broker_on_disk = false, bool venue_on_disk = false) : folder_(temporary_folder()), ring_(1 << 14) {
        venue_settings_.machine_durability = venue_on_disk;
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
        settings.machine_durability = broker_on_disk;
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

/// Processor time of the whole process, microseconds: what a busy machine changes least.
double processor_microseconds() {
    timespec used{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3;
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
    std::vector<double> our_rates, memory_rates, file_rates, our_work, memory_work;
    for ([[maybe_unused]] auto _ : state) {
        const double begin = processor_microseconds();
        our_rates.push_back(pipelined(ours, 10'000));
        const double middle = processor_microseconds();
        memory_rates.push_back(pipelined(memory, 10'000));
        our_work.push_back((middle - begin) / 10'000);
        memory_work.push_back((processor_microseconds() - middle) / 10'000);
        file_rates.push_back(pipelined(file, 10'000));
    }
    const double mine = percentile(our_rates, 0.5), in_memory = percentile(memory_rates, 0.5);
    state.counters["ours_per_second"] = mine;
    state.counters["memory_per_second"] = in_memory;
    state.counters["file_per_second"] = percentile(file_rates, 0.5);
    state.counters["memory_ratio"] = mine / in_memory;
    state.counters["ours_processor_us"] = percentile(our_work, 0.5);
    state.counters["memory_processor_us"] = percentile(memory_work, 0.5);
}
BENCHMARK(orders_pipelined)->Iterations(9)->Unit(benchmark::kMillisecond);

/// Every message on the disk before it is sent, as a multiple of what the disk takes: an fdatasync of one message's record
/// alone, measured between the round trips. One end waits, then both.
void round_trip_on_disk(benchmark::State& state) {
    Ours one(true, false), both(true, true);
    const std::string folder = temporary_folder();
    fix::AppendLog log;
    std::string error;
    if (!log.open(folder + "/log", 0, [](const fix::LogRecord&, std::string_view) {}, &error)) std::abort();
    const std::string message(250, 'x');
    std::vector<double> disk, one_end, both_ends;
    std::uint32_t number = 0;
    for ([[maybe_unused]] auto _ : state) {
        for (int i = 0; i < 20; ++i) {
            const auto begin = Clock::now();
            if (!log.append(fix::RecordKind::sent, ++number, message) || !log.sync()) std::abort();
            disk.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
            round_trips(one, 1, &one_end);
            round_trips(both, 1, &both_ends);
        }
    }
    log.close();
    std::filesystem::remove_all(folder);
    const double sync = percentile(disk, 0.5);
    state.counters["fdatasync_p50"] = sync;
    state.counters["one_end_p50"] = percentile(one_end, 0.5);
    state.counters["both_ends_p50"] = percentile(both_ends, 0.5);
    state.counters["one_end_multiple"] = percentile(one_end, 0.5) / sync;
    state.counters["both_ends_multiple"] = percentile(both_ends, 0.5) / sync;
}
BENCHMARK(round_trip_on_disk)->Iterations(10)->Unit(benchmark::kMillisecond);

void pipelined_on_disk(benchmark::State& state) {
    Ours both(true, true);
    std::vector<double> rates;
    for ([[maybe_unused]] auto _ : state) rates.push_back(pipelined(both, 5'000));
    state.counters["per_second"] = percentile(rates, 0.5);
}
BENCHMARK(pipelined_on_disk)->Iterations(5)->Unit(benchmark::kMillisecond);

} // namespace
