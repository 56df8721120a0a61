#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "../engine_pair.hpp"
#include "../engine_requests.hpp"

// Any bytes as requests: both engines say the same, the feed makes the same book, and quantity is conserved.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace martlet;
    using namespace martlet::test;
    static constexpr RequestRange ranges[] = {{2, 1, false}, {8, 25, false}, {60, 1, false}, {4, 1, true}};
    Bytes bytes(data, size);
    const RequestRange range = ranges[bytes.below(4)];
    MatchingOptions options;
    options.instrument = 7;
    options.expected_orders = 4;
    options.expected_levels = 64;
    options.maximum_orders = static_cast<std::uint32_t>(4 + bytes.below(57));
    options.maximum_quantity = 19;
    options.tick = range.tick;
    options.self_match = static_cast<SelfMatch>(bytes.below(5));
    Trial trial(options);
    Requests<Bytes> requests(bytes, range);
    for (std::int64_t time = 0; !requests.source().empty(); ++time) {
        Wrong wrong = requests.next(trial.pair, time);
        if (wrong == nullptr) wrong = trial.check(time % 16 == 0 || requests.source().empty());
        if (wrong == nullptr) continue;
        std::fprintf(stderr, "message %lld: %s\n%s", static_cast<long long>(time), wrong, trial.pair.last_answers().c_str());
        std::abort();
    }
    return 0;
}
