#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_map>

#include "martlet/dbn.hpp"

namespace {

using namespace martlet;

/// Every order lives when it is named, and gives no more than it has.
void check(const EventBuffer& events) {
    std::unordered_map<std::uint64_t, std::int64_t> orders;
    std::int64_t last = INT64_MIN;
    for (const MarketEvent& event : events) {
        if (event.receive_time < last) std::abort();
        last = event.receive_time;
        if (event.instrument != 0) continue; // numbers are each instrument's own: one will do
        if (event.kind == EventKind::clear || event.kind == EventKind::snapshot_begin) orders.clear();
        if (event.kind == EventKind::order_add && !orders.emplace(event.order, event.quantity).second) std::abort();
        if (event.kind < EventKind::order_modify || event.kind > EventKind::order_execute) continue;
        const auto order = orders.find(event.order);
        if (order == orders.end() || event.quantity <= 0) std::abort();
        if (event.kind == EventKind::order_modify) {
            order->second = event.quantity;
            continue;
        }
        if (event.quantity > order->second) std::abort();
        order->second -= event.quantity;
        if (order->second == 0) orders.erase(order);
    }
}

std::string metadata(std::uint8_t version) {
    std::string bytes = "DBN";
    bytes += static_cast<char>(version);
    const std::uint32_t size = 120;
    bytes.append(reinterpret_cast<const char*>(&size), 4);
    bytes.resize(8 + size, '\0');
    if (version > 1) bytes[8 + 45] = 71;
    return bytes;
}

} // namespace

// Any bytes, as a whole stream, behind sound metadata, and as CSV; whole or cut into pieces: the same sound events.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t piece = 1 + data[1];
    const std::string rest(reinterpret_cast<const char*>(data + 2), size - 2);
    if (data[0] % 4 == 3) {
        static const std::string path = "/tmp/martlet-fuzz-" + std::to_string(::getpid()) + "d";
        std::FILE* file = std::fopen(path.c_str(), "wb");
        if (file == nullptr) std::abort();
        if ((data[1] & 1) != 0) std::fputs("ts_recv,ts_event,instrument_id,action,side,price,size,flags,order_id\n", file);
        std::fwrite(rest.data(), 1, rest.size(), file);
        std::fclose(file);
        EventBuffer events;
        DefectLog log;
        DbnCounts counts{};
        (void)decode_dbn_csv(path.c_str(), {{1, -9}, 0, 0}, nullptr, 0, events, log, counts);
        check(events);
        return 0;
    }
    const std::string bytes = data[0] % 4 == 0 ? rest : metadata(data[0] % 4) + rest;
    EventBuffer whole, cut;
    DefectLog log, other;
    DbnDecoder one({{1, -9}, 0, 0}, nullptr, 0, whole, log);
    one.consume(bytes.data(), bytes.size());
    one.finish(true);
    DbnDecoder many({{1, -9}, 0, 0}, nullptr, 0, cut, other);
    for (std::size_t at = 0; at < bytes.size(); at += piece) many.consume(bytes.data() + at, at + piece < bytes.size() ? piece : bytes.size() - at);
    many.finish(true);
    check(whole);
    if (one.status() != many.status() || whole.size() != cut.size() || one.counts().skipped_bytes != many.counts().skipped_bytes ||
        log.total(Treatment::rejected) != other.total(Treatment::rejected))
        std::abort();
    if (whole.size() != 0 && std::memcmp(whole.begin(), cut.begin(), whole.size() * sizeof(MarketEvent)) != 0) std::abort();
    return 0;
}
