#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_map>

#include "martlet/fix_log.hpp"

namespace {

using namespace martlet;

/// Every order lives when it is named, and gives no more than it has.
void check(const EventBuffer& events) {
    std::unordered_map<std::uint64_t, std::int64_t> orders[4];
    for (const MarketEvent& event : events) {
        if (event.instrument >= 4) continue;
        auto& live = orders[event.instrument];
        if (event.kind == EventKind::clear || event.kind == EventKind::snapshot_begin || event.kind == EventKind::discontinuity) live.clear();
        if (event.kind == EventKind::order_add && !live.emplace(event.order, event.quantity).second) std::abort();
        if (event.kind < EventKind::order_modify || event.kind > EventKind::order_execute) continue;
        const auto order = live.find(event.order);
        if (order == live.end() || event.quantity <= 0) std::abort();
        if (event.kind == EventKind::order_modify) {
            order->second = event.quantity;
            continue;
        }
        if (event.quantity > order->second) std::abort();
        order->second -= event.quantity;
        if (order->second == 0) live.erase(order);
    }
}

} // namespace

// Any bytes, whole or cut into pieces, under both checks: the same sound events.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t piece = 1 + data[1];
    const FixLogOptions options{static_cast<FixChecks>(data[0] & 1), static_cast<FixBook>(data[0] >> 1 & 1), (data[0] & 4) != 0, {1, -4}, {1, 0}, 16};
    const char* bytes = reinterpret_cast<const char*>(data + 2);
    size -= 2;
    EventBuffer whole, cut;
    DefectLog log, other;
    FixLogDecoder one(options, nullptr, 0, whole, log);
    one.consume(bytes, size);
    one.finish(true);
    FixLogDecoder many(options, nullptr, 0, cut, other);
    for (std::size_t at = 0; at < size; at += piece) many.consume(bytes + at, at + piece < size ? piece : size - at);
    many.finish(true);
    if (one.status() != many.status()) std::abort();
    check(whole);
    if (one.status() != FeedStatus::ok) return 0; // where it stopped depends on what was given so far
    if (whole.size() != cut.size() || one.counts().messages != many.counts().messages || one.counts().between_bytes != many.counts().between_bytes ||
        log.total(Treatment::rejected) != other.total(Treatment::rejected))
        std::abort();
    if (whole.size() != 0 && std::memcmp(whole.begin(), cut.begin(), whole.size() * sizeof(MarketEvent)) != 0) std::abort();
    return 0;
}
