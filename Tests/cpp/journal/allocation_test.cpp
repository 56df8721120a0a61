#include "../allocations.hpp"

#include <gtest/gtest.h>

#include "fixture.hpp"

namespace martlet {
namespace {

// On the engine's thread: the copy into the ring, and the write that it makes itself while it waits. Beginning a segment
// is the journal's thread's.
TEST(Allocations, appending_and_waiting_make_none_after_warming_up) {
    if (!allocations_are_counted) GTEST_SKIP() << "a sanitizer has the heap";
    TemporaryDirectory directory;
    JournalOptions options;
    options.directory = directory.path().c_str();
    options.block_bytes = 4096;
    Journal journal;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    MarketEvent event{};
    event.kind = EventKind::trade;
    const char payload[200] = {};
    bool refused = false;
    const auto run = [&](std::uint64_t records) {
        for (std::uint64_t i = 0; i < records; ++i) {
            ++event.sequence;
            refused |= !journal.append(&event, sizeof(event), payload, event.sequence % sizeof(payload));
            if (event.sequence % 8 == 0) refused |= !journal.wait_durable(event.sequence, a_minute);
        }
        refused |= !journal.wait_durable(event.sequence, a_minute);
    };
    run(20'000);
    const std::uint64_t blocks = journal.counters().blocks;
    EXPECT_EQ(allocations_of([&] { run(50'000); }), 0u);
    EXPECT_FALSE(refused);
    EXPECT_GT(journal.counters().blocks, blocks + 100) << "blocks were closed meanwhile, by either thread";
    EXPECT_EQ(journal.segment(), 1u);
    ASSERT_EQ(journal.close(), JournalStatus::ok);
}

} // namespace
} // namespace martlet
