#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "martlet/partition.hpp"

// A sound partition with the input's bytes written over it and the header's and directory's checksums mended, so that
// what lies behind them is reached: reading gives an error or events, never more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace martlet;
    static const std::string path = "/tmp/martlet-fuzz-" + std::to_string(::getpid()) + "p";
    static const std::string sound = [] {
        std::vector<MarketEvent> events(200);
        for (std::size_t i = 0; i < events.size(); ++i) {
            events[i].kind = static_cast<EventKind>(1 + i % 11);
            events[i].exchange_time = static_cast<std::int64_t>(i * i);
            events[i].price = static_cast<std::int64_t>(i % 7);
        }
        PartitionWriter writer(path.c_str(), InstrumentDefinition{}, PartitionKind::by_order, 1, 0);
        if (writer.append(events.data(), events.size()) != FeedStatus::ok || writer.commit() != FeedStatus::ok) std::abort();
        std::string bytes(1 << 16, '\0');
        std::FILE* file = std::fopen(path.c_str(), "rb");
        bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
        std::fclose(file);
        return bytes;
    }();
    std::string bytes = sound;
    for (std::size_t i = 0; i + 2 < size; i += 3) bytes[(data[i] | data[i + 1] << 8) % bytes.size()] = static_cast<char>(data[i + 2]);
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::memcpy(&offset, bytes.data() + 56, 8);
    std::memcpy(&length, bytes.data() + 64, 8);
    const auto sum = [&bytes](std::size_t from, std::size_t count, std::size_t at) {
        const auto crc = static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()) + from, count));
        std::memcpy(bytes.data() + at, &crc, 4);
    };
    if (offset <= bytes.size() && length <= bytes.size() - offset) sum(offset, length, 52);
    sum(0, 508, 508);
    std::FILE* file = std::fopen(path.c_str(), "wb");
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
    PartitionReader reader;
    if (reader.open(path.c_str()) != FeedStatus::ok) return 0;
    std::vector<MarketEvent> rows(partition_block_rows);
    for (std::uint32_t block = 0; block < reader.info().blocks; ++block) (void)reader.read_block(block, rows.data());
    return 0;
}
