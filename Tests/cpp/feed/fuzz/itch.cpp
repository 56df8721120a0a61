#include <cstdlib>
#include <cstring>
#include <unordered_map>

#include "martlet/itch.hpp"
#include "martlet/mold_udp64.hpp"

namespace {

using namespace martlet;

/// Times never go back; every order lives when it is named, and gives no more than it has.
void check(const EventBuffer& events, std::uint64_t live) {
    std::int64_t last = INT64_MIN;
    std::unordered_map<std::uint64_t, std::int64_t> orders;
    for (const MarketEvent& event : events) {
        if (event.exchange_time < last) std::abort();
        last = event.exchange_time;
        if (event.kind == EventKind::order_add && !orders.emplace(event.order, event.quantity).second) std::abort();
        if (event.kind != EventKind::order_cancel && event.kind != EventKind::order_execute) continue;
        const auto order = orders.find(event.order);
        if (order == orders.end() || event.quantity <= 0 || event.quantity > order->second) std::abort();
        order->second -= event.quantity;
        if (order->second == 0) orders.erase(order);
    }
    if (orders.size() != live) std::abort();
}

struct Result {
    EventBuffer events;
    DefectLog log;
    ItchCounts counts{};
};

void decode(const char* bytes, std::size_t size, std::size_t piece, ItchFraming framing, Result& result) {
    ItchDecoder decoder({15'000, framing, 0, 0}, nullptr, 0, result.events, result.log);
    for (std::size_t at = 0; at < size; at += piece) decoder.consume(bytes + at, at + piece < size ? piece : size - at);
    decoder.finish(true);
    result.counts = decoder.counts();
}

} // namespace

// Any bytes, framed or bare, whole or cut into pieces: the same sound events. The same bytes as MoldUDP64 packets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto framing = static_cast<ItchFraming>(data[0] % 3);
    const std::size_t piece = 1 + data[1];
    const char* bytes = reinterpret_cast<const char*>(data + 2);
    size -= 2;
    Result whole, cut;
    decode(bytes, size, size + 1, framing, whole);
    decode(bytes, size, piece, framing, cut);
    check(whole.events, whole.counts.live_orders);
    if (whole.events.size() != cut.events.size() || whole.counts.messages != cut.counts.messages ||
        whole.counts.skipped_bytes != cut.counts.skipped_bytes ||
        whole.log.total(Treatment::rejected) != cut.log.total(Treatment::rejected))
        std::abort();
    if (whole.events.size() != 0 && std::memcmp(whole.events.begin(), cut.events.begin(), whole.events.size() * sizeof(MarketEvent)) != 0) std::abort();

    EventBuffer events;
    DefectLog log;
    ItchDecoder decoder({15'000, framing, 0, 0}, nullptr, 0, events, log);
    MoldReceiver receiver(decoder, log, data[0] / 128);
    for (std::size_t at = 0; at < size; at += piece) receiver.packet(bytes + at, at + piece < size ? piece : size - at, static_cast<std::int64_t>(at));
    if (receiver.counts().messages < decoder.counts().messages) std::abort();
    check(events, decoder.counts().live_orders);
    return 0;
}
