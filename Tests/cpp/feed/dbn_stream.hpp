#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace martlet::test {

/// Writes DBN as its documentation lays it out. Prices in 1e-9.
class DbnWriter {
public:
    static constexpr std::int64_t no_price = INT64_MAX;

    template <typename Integer>
    static std::string number(Integer value) {
        std::string bytes(sizeof value, '\0');
        std::memcpy(bytes.data(), &value, sizeof value);
        return bytes;
    }
    static std::string fixed(std::string_view text, std::size_t size) {
        std::string bytes(text);
        bytes.resize(size, '\0');
        return bytes;
    }

    struct Mapping {
        std::string symbol;
        std::vector<std::string> targets;
    };
    static std::string metadata(int version, std::uint16_t schema, const std::vector<Mapping>& mappings, bool sent_time = false) {
        const std::size_t symbol_size = version == 1 ? 22 : 71;
        std::string body = fixed("GLBX.MDP3", 16) + number(schema) + number<std::uint64_t>(1'000) + number<std::uint64_t>(2'000) + number<std::uint64_t>(0);
        if (version == 1) body += number<std::uint64_t>(UINT64_MAX);
        body += std::string("\x01\x00", 2) + static_cast<char>(sent_time ? 1 : 0);
        if (version != 1) body += number<std::uint16_t>(static_cast<std::uint16_t>(symbol_size));
        body.resize(100, '\0');
        body += number<std::uint32_t>(0) + number<std::uint32_t>(1) + fixed("ES.FUT", symbol_size) + number<std::uint32_t>(0) + number<std::uint32_t>(0);
        body += number<std::uint32_t>(static_cast<std::uint32_t>(mappings.size()));
        for (const Mapping& mapping : mappings) {
            body += fixed(mapping.symbol, symbol_size) + number<std::uint32_t>(static_cast<std::uint32_t>(mapping.targets.size()));
            for (const std::string& target : mapping.targets) body += number<std::uint32_t>(20231224) + number<std::uint32_t>(20231225) + fixed(target, symbol_size);
        }
        return "DBN" + std::string(1, static_cast<char>(version)) + number<std::uint32_t>(static_cast<std::uint32_t>(body.size())) + body;
    }

    static std::string head(std::uint8_t type, std::size_t size, std::uint32_t instrument, std::uint64_t time) {
        return std::string(1, static_cast<char>(size / 4)) + static_cast<char>(type) + number<std::uint16_t>(1) + number(instrument) + number(time);
    }
    static std::string order(char action, char side, std::uint64_t id, std::int64_t price, std::uint32_t size, std::uint8_t flags = 128,
                             std::uint64_t time = 100, std::uint32_t instrument = 5, std::uint64_t received = 0) {
        return head(0xA0, 56, instrument, time) + number(id) + number(price) + number(size) + static_cast<char>(flags) + '\0' + action + side +
               number<std::uint64_t>(received == 0 ? time + 10 : received) + number<std::int32_t>(0) + number<std::uint32_t>(static_cast<std::uint32_t>(time));
    }
    static std::string trade(char side, std::int64_t price, std::uint32_t size, std::uint64_t time = 100, std::uint32_t instrument = 5, char action = 'T') {
        return print(0x00, 48, action, side, price, size, 0, time, instrument);
    }
    static std::string quote(char action, char side, std::int64_t price, std::uint32_t size, std::int64_t bid, std::int64_t ask, std::uint32_t bid_size,
                             std::uint32_t ask_size, std::uint8_t flags = 128, std::uint64_t time = 100) {
        return print(0x01, 80, action, side, price, size, flags, time, 5) + number(bid) + number(ask) + number(bid_size) + number(ask_size) +
               number<std::uint32_t>(1) + number<std::uint32_t>(1);
    }

private:
    static std::string print(std::uint8_t type, std::size_t size, char action, char side, std::int64_t price, std::uint32_t quantity, std::uint8_t flags,
                             std::uint64_t time, std::uint32_t instrument) {
        return head(type, size, instrument, time) + number(price) + number(quantity) + action + side + static_cast<char>(flags) + '\0' +
               number<std::uint64_t>(time + 10) + number<std::int32_t>(0) + number<std::uint32_t>(static_cast<std::uint32_t>(time));
    }
};

} // namespace martlet::test
