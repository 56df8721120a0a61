#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace martlet::test {

/// Writes ITCH 5.0 messages, field by field as the specification lists them.
class ItchWriter {
public:
    /// A message's head: type, locate, tracking number 0, time.
    static std::string head(char type, std::uint16_t locate, std::uint64_t time) {
        return std::string(1, type) + number(locate, 2) + number(0, 2) + number(time, 6);
    }
    static std::string number(std::uint64_t value, int bytes) {
        std::string text;
        for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
        return text;
    }
    static std::string name(std::string_view text, std::size_t size = 8) {
        std::string padded(text);
        padded.resize(size, ' ');
        return padded;
    }

    static std::string system(std::uint64_t time, char event) { return head('S', 0, time) + event; }
    static std::string directory(std::uint16_t locate, std::uint64_t time, std::string_view stock) {
        return head('R', locate, time) + name(stock) + "QN" + number(100, 4) + "NCZ PN 1N" + number(0, 4) + "N";
    }
    static std::string action(std::uint16_t locate, std::uint64_t time, std::string_view stock, char state) {
        return head('H', locate, time) + name(stock) + state + " " + "    ";
    }
    static std::string halt(std::uint16_t locate, std::uint64_t time, std::string_view stock, char market, char state) {
        return head('h', locate, time) + name(stock) + market + state;
    }
    static std::string add(std::uint16_t locate, std::uint64_t time, std::uint64_t order, char side, std::uint32_t shares,
                           std::string_view stock, std::uint32_t price, std::string_view attribution = {}) {
        return head(attribution.empty() ? 'A' : 'F', locate, time) + number(order, 8) + side + number(shares, 4) + name(stock) +
               number(price, 4) + (attribution.empty() ? std::string() : name(attribution, 4));
    }
    static std::string execute(std::uint16_t locate, std::uint64_t time, std::uint64_t order, std::uint32_t shares, std::uint64_t match) {
        return head('E', locate, time) + number(order, 8) + number(shares, 4) + number(match, 8);
    }
    static std::string execute_at(std::uint16_t locate, std::uint64_t time, std::uint64_t order, std::uint32_t shares,
                                  std::uint64_t match, char printable, std::uint32_t price) {
        return head('C', locate, time) + number(order, 8) + number(shares, 4) + number(match, 8) + printable + number(price, 4);
    }
    static std::string cancel(std::uint16_t locate, std::uint64_t time, std::uint64_t order, std::uint32_t shares) {
        return head('X', locate, time) + number(order, 8) + number(shares, 4);
    }
    static std::string remove(std::uint16_t locate, std::uint64_t time, std::uint64_t order) {
        return head('D', locate, time) + number(order, 8);
    }
    static std::string replace(std::uint16_t locate, std::uint64_t time, std::uint64_t before, std::uint64_t after,
                               std::uint32_t shares, std::uint32_t price) {
        return head('U', locate, time) + number(before, 8) + number(after, 8) + number(shares, 4) + number(price, 4);
    }
    static std::string trade(std::uint16_t locate, std::uint64_t time, std::uint32_t shares, std::string_view stock,
                             std::uint32_t price, std::uint64_t match) {
        return head('P', locate, time) + number(0, 8) + "B" + number(shares, 4) + name(stock) + number(price, 4) + number(match, 8);
    }
    static std::string cross(std::uint16_t locate, std::uint64_t time, std::uint64_t shares, std::string_view stock,
                             std::uint32_t price, std::uint64_t match) {
        return head('Q', locate, time) + number(shares, 8) + name(stock) + number(price, 4) + number(match, 8) + "O";
    }
    static std::string imbalance(std::uint16_t locate, std::uint64_t time, std::uint64_t paired, std::uint64_t missing, char side,
                                 std::string_view stock, std::uint32_t far, std::uint32_t near, std::uint32_t reference) {
        return head('I', locate, time) + number(paired, 8) + number(missing, 8) + side + name(stock) + number(far, 4) +
               number(near, 4) + number(reference, 4) + "OL";
    }
    /// A message of a type that says nothing of the book, filled with zeros.
    static std::string plain(char type, std::uint16_t locate, std::uint64_t time, std::size_t length) {
        std::string message = head(type, locate, time);
        message.resize(length, '\0');
        return message;
    }

    /// The message behind its length.
    static std::string framed(const std::string& message) { return number(message.size(), 2) + message; }
};

} // namespace martlet::test
