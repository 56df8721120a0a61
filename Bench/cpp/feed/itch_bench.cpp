#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "martlet/itch.hpp"

// A made-up day of ITCH: orders of 4,000 stocks, in about the mix of a real one (44 % additions, 42 % deletions, 5 %
// replacements, 5 % executions, 2 % cancels, 2 % prints without an order), with a stated number of live orders.

namespace martlet {
namespace {

constexpr std::uint32_t stocks = 4'000;

class Generator {
public:
    Generator(std::size_t messages, std::size_t live_target) {
        bytes_.reserve(messages * 36);
        for (std::uint32_t i = 1; i <= stocks; ++i) begin('R', 39, i), text(name(i)), fill(39 - 19);
        live_.reserve(live_target * 2);
        for (std::size_t i = 0; i < messages; ++i) step(live_target);
        messages_ = messages + stocks;
    }
    const std::string& bytes() const noexcept { return bytes_; }
    std::size_t messages() const noexcept { return messages_; }

    static std::string name(std::uint32_t stock) {
        std::string result = "S" + std::to_string(stock);
        result.resize(8, ' ');
        return result;
    }

private:
    struct Live {
        std::uint64_t order;
        std::uint32_t stock;
        std::uint32_t shares;
    };

    std::uint32_t below(std::uint32_t n) noexcept {
        state_ += 0x9E37'79B9'7F4A'7C15ull;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBull;
        return static_cast<std::uint32_t>((static_cast<unsigned __int128>(z ^ (z >> 31)) * n) >> 64);
    }
    void number(std::uint64_t value, int size) {
        for (int i = size - 1; i >= 0; --i) bytes_ += static_cast<char>(value >> (8 * i));
    }
    void text(const std::string& value) { bytes_ += value; }
    void fill(std::size_t size) { bytes_.append(size, ' '); }
    void begin(char type, std::size_t length, std::uint32_t stock) {
        number(length, 2);
        bytes_ += type;
        number(stock, 2);
        number(0, 2);
        number(time_ += below(20'000), 6);
    }

    void add() {
        const std::uint32_t stock = 1 + below(stocks);
        begin('A', 36, stock);
        number(next_ += 1 + below(3), 8);
        bytes_ += below(2) != 0 ? 'B' : 'S';
        number(100, 4);
        text(name(stock));
        number(10'000 + 100 * below(500), 4);
        live_.push_back({next_, stock, 100});
    }

    void step(std::size_t live_target) {
        const std::uint32_t choice = below(100);
        if (live_.size() < 10 || (choice < 88 && live_.size() < live_target) || (choice < 44 && live_.size() < live_target * 21 / 20)) return add();
        // Most of what ends is young.
        const std::size_t depth = below(4) != 0 ? std::min<std::size_t>(live_.size(), 2'000) : live_.size();
        Live& chosen = live_[live_.size() - 1 - below(static_cast<std::uint32_t>(depth))];
        if (choice >= 98) {
            begin('P', 44, chosen.stock), number(0, 8), bytes_ += 'B', number(100, 4), text(name(chosen.stock)), number(12'300, 4), number(1, 8);
            return;
        }
        if (choice >= 96 && chosen.shares > 1) {
            --chosen.shares;
            begin('X', 23, chosen.stock), number(chosen.order, 8), number(1, 4);
            return;
        }
        if (choice >= 91) {
            begin('U', 35, chosen.stock), number(chosen.order, 8), number(next_ += 1 + below(3), 8), number(100, 4), number(12'300, 4);
            chosen.order = next_;
            chosen.shares = 100;
            return;
        }
        if (choice >= 86)
            begin('E', 31, chosen.stock), number(chosen.order, 8), number(chosen.shares, 4), number(1, 8);
        else
            begin('D', 19, chosen.stock), number(chosen.order, 8);
        chosen = live_.back();
        live_.pop_back();
    }

    std::string bytes_;
    std::size_t messages_ = 0;
    std::vector<Live> live_;
    std::uint64_t state_ = 42;
    std::uint64_t time_ = 34'200'000'000'000;
    std::uint64_t next_ = 0;
};

/// `live`: orders in the book of all stocks together. `chosen`: stocks that are wanted; 0: all.
void DecodeItch(benchmark::State& state) {
    const auto live = static_cast<std::size_t>(state.range(0));
    const Generator stream(2'000'000, live);
    std::vector<ItchStock> wanted(static_cast<std::size_t>(state.range(1)));
    for (std::uint32_t i = 0; i < wanted.size(); ++i) {
        std::copy_n(Generator::name(i + 1).begin(), 8, wanted[i].symbol);
        wanted[i].instrument = i;
    }
    EventBuffer events;
    std::uint64_t produced = 0;
    for (auto _ : state) {
        DefectLog log;
        ItchDecoder decoder({19'000, ItchFraming::prefixed, static_cast<std::uint32_t>(live), 0}, wanted.data(), wanted.size(), events, log);
        constexpr std::size_t piece = 65'536;
        const std::string& bytes = stream.bytes();
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            events.clear();
            decoder.consume(bytes.data() + at, std::min(piece, bytes.size() - at));
            benchmark::DoNotOptimize(events.data());
        }
        decoder.finish(true);
        produced = decoder.counts().events;
        if (log.record_count() != 0 || decoder.counts().messages != stream.messages()) state.SkipWithError("the stream did not decode");
    }
    state.counters["events"] = static_cast<double>(produced);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(stream.messages()));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stream.bytes().size()));
}
BENCHMARK(DecodeItch)->ArgNames({"live", "chosen"})->Args({20'000, 0})->Args({400'000, 0})->Args({400'000, 1})->Args({400'000, 100})->Unit(benchmark::kMillisecond);

} // namespace
} // namespace martlet
