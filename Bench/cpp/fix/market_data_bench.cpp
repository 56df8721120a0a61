#include <benchmark/benchmark.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "martlet/broker_session.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/venue_session.hpp"

// Market data from `publish` at the venue to records in the client's ring, over TCP on loopback: events a second,
// by how many events one message carries. The publisher waits when 4,096 events are under way.

namespace {

using namespace martlet;

void market_data(benchmark::State& state) {
    std::string folder = (std::filesystem::temp_directory_path() / "martlet-bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) std::abort();
    InstrumentDefinition definition{};
    std::strcpy(definition.symbol, "AAA");
    definition.price_increment = Decimal{1, -2};
    definition.lot_increment = Decimal{1, 0};
    VenueAccount account;
    account.client = "MDCLIENT";
    VenueSettings venue_settings;
    venue_settings.venue = "MDVENUE";
    venue_settings.accounts = &account;
    venue_settings.account_count = 1;
    venue_settings.data_directory = folder.c_str();
    venue_settings.instruments = &definition;
    venue_settings.instrument_count = 1;
    VenueSession venue;
    if (venue.start(venue_settings) != FixStatus::ok) std::abort();
    InboundRing ring(1 << 14);
    BrokerSettings settings;
    settings.port = venue.port();
    settings.sender = "MDCLIENT";
    settings.target = "MDVENUE";
    settings.deployment = "B";
    settings.data_directory = folder.c_str();
    settings.instruments = &definition;
    settings.instrument_count = 1;
    settings.ring = &ring;
    BrokerSession broker;
    if (broker.start(settings) != FixStatus::ok) std::abort();
    VenueRequest request{};
    while (request.kind != VenueRequestKind::subscribe)
        if (!venue.next_request(&request)) venue.wait(1'000'000);
    venue.snapshot(0, request.request, 0, nullptr, 0);

    const auto batch = static_cast<std::size_t>(state.range(0));
    std::vector<MarketEvent> events(batch);
    std::uint64_t order = 0, received = 0, sent = 0;
    const auto drain = [&] {
        InboundRecord record;
        while (ring.try_pop(record)) received += record.kind == EventKind::order_add || record.kind == EventKind::order_cancel ? 1 : 0;
    };
    for ([[maybe_unused]] auto _ : state) {
        // An order is added and, one event later, canceled: the book stays small.
        for (MarketEvent& event : events) {
            const bool add = sent % 2 == 0;
            event = MarketEvent{};
            event.kind = add ? EventKind::order_add : EventKind::order_cancel;
            event.side = Side::buy;
            event.order = add ? ++order : order;
            event.price = 12345;
            event.quantity = add ? 100 : 0;
            event.exchange_time = 1'767'268'800'123'456'789;
            ++sent;
        }
        if (venue.publish(events.data(), batch) != FixStatus::ok) std::abort();
        drain();
        while (sent - received > 4'096) {
            std::this_thread::yield();
            drain();
        }
    }
    while (received < sent) drain();
    state.SetItemsProcessed(static_cast<std::int64_t>(sent));
    broker.stop(0);
    venue.stop(0);
    std::filesystem::remove_all(folder);
}
BENCHMARK(market_data)->Arg(1)->Arg(10)->Arg(100)->UseRealTime();

} // namespace
