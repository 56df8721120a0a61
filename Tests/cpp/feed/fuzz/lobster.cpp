#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>

#include "martlet/lobster.hpp"
#include "martlet/lobster_verifier.hpp"

namespace {

std::string written(const char* name, const std::uint8_t* data, std::size_t size) {
    const std::string path = "/tmp/martlet-fuzz-" + std::to_string(::getpid()) + name;
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) std::abort();
    std::fwrite(data, 1, size, file);
    std::fclose(file);
    return path;
}

/// Times never go back; every order lives when it is named, and gives no more than it has.
void check(const martlet::EventBuffer& events) {
    using martlet::EventKind;
    std::int64_t last = INT64_MIN;
    std::unordered_map<std::uint64_t, std::int64_t> orders;
    for (const martlet::MarketEvent& event : events) {
        if (event.exchange_time < last) std::abort();
        last = event.exchange_time;
        if (event.kind == EventKind::order_add && !orders.emplace(event.order, event.quantity).second) std::abort();
        if (event.kind != EventKind::order_cancel && event.kind != EventKind::order_execute) continue;
        const auto order = orders.find(event.order);
        if (order == orders.end() || event.quantity > order->second) std::abort();
        order->second -= event.kind == EventKind::order_cancel && event.quantity == 0 ? order->second : event.quantity;
        if (order->second == 0) orders.erase(order);
    }
}

} // namespace

// Any two files: the events name only orders that live, and never take more of one than there is. Files that begin as
// gzip or zstd go through the decompressors.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace martlet;
    if (size < 2) return 0;
    const std::size_t cut = 2 + (size - 2) * data[0] / 256;
    const std::string messages = written("m", data + 2, cut - 2);
    const std::string books = written("b", data + cut, size - cut);
    for (const LobsterMode mode : {LobsterMode::orders, LobsterMode::levels}) {
        EventBuffer events;
        DefectLog log;
        LobsterCounts counts{};
        (void)decode_lobster(messages.c_str(), books.c_str(), nullptr, {15'512, 1u + data[1] % 50, mode}, events, log, counts);
        check(events);
    }
    LobsterVerification verification{};
    (void)verify_lobster(messages.c_str(), books.c_str(), nullptr, 1u + data[1] % 50, 10, verification);
    return 0;
}
