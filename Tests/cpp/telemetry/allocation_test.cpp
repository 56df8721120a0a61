#include "../allocations.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "martlet/byte_ring.hpp"
#include "martlet/histogram.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/spsc_ring.hpp"

namespace martlet {
namespace {

struct Message {
    std::uint64_t words[8];
};

TEST(Allocations, are_seen_where_there_are_some) {
    if (!allocations_are_counted) GTEST_SKIP() << "a sanitizer has the heap";
    void* volatile taken = nullptr; // or the compiler would see that nobody uses it, and leave it out
    EXPECT_EQ(allocations_of([&] { taken = ::operator new(100); }), 1u);
    ::operator delete(taken);
    EXPECT_EQ(allocations_of([&] { taken = ::operator new(256, std::align_val_t{128}); }), 1u);
    ::operator delete(taken, std::align_val_t{128});
    EXPECT_EQ(allocations_of([&] { taken = std::calloc(3, 5); }), 1u);
    EXPECT_EQ(allocations_of([&] { taken = std::realloc(taken, 500); }), 1u);
    std::free(taken);
    EXPECT_GE(allocations_of([] { Histogram histogram; }), 1u);
}

TEST(Allocations, rings_and_histograms_make_none_after_construction) {
    if (!allocations_are_counted) GTEST_SKIP() << "a sanitizer has the heap";
    SpscRing<Message, 256> spsc;
    ByteRing bytes(4096);
    InboundRing inbound(64);
    Histogram histogram, other;
    MarketEvent event{};
    event.kind = EventKind::trade;
    InboundRecord record;
    Message batch[64] = {};
    std::uint64_t moved = 0;
    const std::uint64_t made = allocations_of([&] {
        for (int lap = 0; lap < 10'000; ++lap) {
            moved += spsc.push_some(batch, 64);
            moved += spsc.try_push(batch[0]) ? 1 : 0;
            spsc.commit(spsc.reserve(16).size());
            spsc.release(spsc.peek(40).size());
            moved += spsc.pop_some(batch, 64);
            moved += spsc.try_pop(batch[0]) ? 1 : 0;
            moved += bytes.try_push(&event, sizeof(event), batch, sizeof(batch[0])) ? 1 : 0;
            if (lap % 3 == 0) {
                while (bytes.next().data != nullptr) {}
                bytes.release();
            }
            moved += inbound.try_push(event) ? 1 : 0;
            (void)inbound.wait(0);
            moved += inbound.try_pop(record) ? 1 : 0;
            histogram.record(static_cast<std::int64_t>(moved) * lap);
            if (lap % 100 == 0) other.add(histogram);
        }
        moved += static_cast<std::uint64_t>(histogram.value_at_percentile(99) + other.value_at_percentile(50));
    });
    EXPECT_GT(moved, 100'000u);
    EXPECT_EQ(made, 0u);
}

} // namespace
} // namespace martlet
