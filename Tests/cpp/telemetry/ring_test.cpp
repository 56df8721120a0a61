#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <thread>
#include <vector>

#include "martlet/byte_ring.hpp"
#include "martlet/inbound_ring.hpp"
#include "martlet/spsc_ring.hpp"

namespace martlet {
namespace {

MarketEvent market_event(std::uint64_t order, std::uint64_t reference = 0) {
    MarketEvent event{};
    event.sequence = 77; // does not survive the ring
    event.kind = EventKind::order_add;
    event.order = order;
    event.reference = reference;
    return event;
}

TEST(SpscRing, refuses_when_full_and_gives_records_back_in_order) {
    SpscRing<int, 4> ring;
    int out = 0;
    EXPECT_FALSE(ring.try_pop(out));
    for (int lap = 0; lap < 5; ++lap) {
        for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.try_push(lap * 10 + i));
        EXPECT_FALSE(ring.try_push(99));
        EXPECT_EQ(ring.approximate_size(), 4u);
        for (int i = 0; i < 4; ++i) {
            ASSERT_TRUE(ring.try_pop(out));
            EXPECT_EQ(out, lap * 10 + i);
        }
    }
}

TEST(SpscRing, batches_take_what_fits) {
    SpscRing<int, 8> ring;
    const int values[] = {1, 2, 3, 4, 5, 6};
    int out[8] = {};
    EXPECT_EQ(ring.push_some(values, 6), 6u);
    EXPECT_EQ(ring.push_some(values, 6), 2u);
    EXPECT_EQ(ring.pop_some(out, 8), 8u);
    EXPECT_EQ(out[5], 6);
    EXPECT_EQ(out[7], 2);
}

TEST(SpscRing, two_threads_lose_and_reorder_nothing) {
    constexpr std::uint64_t total = 300'000;
    SpscRing<std::uint64_t, 64> ring;
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < total;) {
            if (ring.try_push(i)) ++i;
            else std::this_thread::yield();
        }
    });
    std::uint64_t batch[16];
    for (std::uint64_t expected = 0; expected < total;) {
        const std::size_t taken = ring.pop_some(batch, 16);
        if (taken == 0) std::this_thread::yield();
        for (std::size_t i = 0; i < taken; ++i) ASSERT_EQ(batch[i], expected++);
    }
    producer.join();
}

TEST(SpscRing, spans_show_what_lies_side_by_side_and_nothing_that_is_the_other_side_s) {
    SpscRing<int, 8> ring;
    for (int shift = 0; shift < 8; ++shift) { // wherever in the buffer it begins
        for (std::size_t filled = 0; filled <= 8; ++filled) {
            for (std::size_t asked = 0; asked <= 9; ++asked) {
                const std::size_t before_end = 8 - static_cast<std::size_t>(shift);
                for (std::size_t i = 0; i < filled; ++i) ASSERT_TRUE(ring.try_push(static_cast<int>(i)));
                const std::span<const int> there = ring.peek(asked);
                ASSERT_EQ(there.size(), std::min({asked, filled, before_end}));
                for (std::size_t i = 0; i < there.size(); ++i) ASSERT_EQ(there[i], static_cast<int>(i));
                const std::size_t free_before_end = filled < before_end ? before_end - filled : before_end + 8 - filled;
                ASSERT_EQ(ring.reserve(asked).size(), std::min({asked, 8 - filled, free_before_end}));
                int out[8];
                ASSERT_EQ(ring.pop_some(out, 8), filled);
                // On to the same place in the next lap.
                for (std::size_t i = filled; i < 8; ++i) ASSERT_TRUE(ring.try_push(0) && ring.try_pop(out[0]));
            }
        }
        int out;
        ASSERT_TRUE(ring.try_push(0) && ring.try_pop(out));
    }
}

TEST(SpscRing, only_what_is_committed_arrives_and_only_what_is_released_is_free) {
    SpscRing<int, 4> ring;
    const std::span<int> slots = ring.reserve(4);
    ASSERT_EQ(slots.size(), 4u);
    for (int i = 0; i < 4; ++i) slots[static_cast<std::size_t>(i)] = 10 + i;
    ring.commit(3);
    ASSERT_EQ(ring.peek(4).size(), 3u);
    ring.release(1);
    EXPECT_EQ(ring.peek(4)[0], 11);
    EXPECT_TRUE(ring.try_push(20));
    EXPECT_TRUE(ring.try_push(21));
    EXPECT_FALSE(ring.try_push(22));
    int out[4];
    ASSERT_EQ(ring.pop_some(out, 4), 4u);
    EXPECT_EQ(std::vector<int>(out, out + 4), (std::vector<int>{11, 12, 20, 21}));
}

struct Message {
    std::uint64_t words[8];
    static Message of(std::uint64_t number) {
        Message message;
        for (std::uint64_t i = 0; i < 8; ++i) message.words[i] = number * (2 * i + 1);
        return message;
    }
    friend bool operator==(const Message&, const Message&) = default;
};
static_assert(sizeof(Message) == cache_line);

// Every way in against every way out, chosen anew for each step by each side's own generator.
TEST(SpscRing, every_mix_of_ways_in_and_out_between_two_threads_loses_tears_and_reorders_nothing) {
    constexpr std::uint64_t total = 400'000;
    constexpr std::size_t longest = 24;
    SpscRing<Message, 32> ring;
    std::thread producer([&] {
        std::mt19937_64 random(5);
        Message batch[longest];
        for (std::uint64_t sent = 0; sent < total;) {
            const std::size_t count = std::min<std::uint64_t>(1 + random() % longest, total - sent);
            std::size_t pushed = 0;
            switch (random() % 3) {
            case 0: pushed = ring.try_push(Message::of(sent)) ? 1 : 0; break;
            case 1:
                for (std::size_t i = 0; i < count; ++i) batch[i] = Message::of(sent + i);
                pushed = ring.push_some(batch, count);
                break;
            default:
                const std::span<Message> slots = ring.reserve(count);
                pushed = slots.empty() ? 0 : 1 + random() % slots.size();
                for (std::size_t i = 0; i < pushed; ++i) slots[i] = Message::of(sent + i);
                ring.commit(pushed);
            }
            sent += pushed;
            if (pushed == 0) std::this_thread::yield();
        }
    });
    std::mt19937_64 random(6);
    Message batch[longest];
    std::uint64_t wrong = 0;
    for (std::uint64_t taken = 0; taken < total;) {
        const std::size_t count = 1 + random() % longest;
        std::size_t popped = 0;
        switch (random() % 3) {
        case 0: popped = ring.try_pop(batch[0]) ? 1 : 0; break;
        case 1: popped = ring.pop_some(batch, count); break;
        default:
            const std::span<const Message> records = ring.peek(count);
            popped = records.empty() ? 0 : 1 + random() % records.size();
            std::copy_n(records.begin(), popped, batch);
            ring.release(popped);
        }
        for (std::size_t i = 0; i < popped; ++i) wrong += batch[i] == Message::of(taken++) ? 0 : 1;
        if (popped == 0) std::this_thread::yield();
    }
    producer.join();
    EXPECT_EQ(wrong, 0u);
    EXPECT_EQ(ring.approximate_size(), 0u);
}

TEST(ByteRing, holds_records_of_every_size_across_the_end_of_the_buffer) {
    ByteRing ring(4096);
    std::vector<unsigned char> bytes(ring.maximum_record());
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i * 31 + 7);
    for (std::size_t size = 0; size <= ring.maximum_record(); ++size) {
        const std::size_t head = size / 3;
        ASSERT_TRUE(ring.try_push(bytes.data(), head, bytes.data() + head, size - head)) << size;
        const ByteRing::View view = ring.next();
        ASSERT_NE(view.data, nullptr);
        ASSERT_EQ(reinterpret_cast<std::uintptr_t>(view.data) % 8, 0u);
        ASSERT_EQ(view.head_size, head);
        ASSERT_EQ(view.payload_size, size - head);
        ASSERT_EQ(std::memcmp(view.data, bytes.data(), size), 0) << size;
        ASSERT_EQ(ring.next().data, nullptr);
        ring.release();
        ASSERT_TRUE(ring.empty());
    }
}

TEST(ByteRing, refuses_what_can_never_fit) {
    ByteRing ring(4096);
    std::vector<unsigned char> bytes(8192);
    EXPECT_FALSE(ring.try_push(bytes.data(), ring.maximum_record() + 1, nullptr, 0));
    EXPECT_FALSE(ring.try_push(bytes.data(), 8, bytes.data(), SIZE_MAX - 4));
    EXPECT_TRUE(ring.empty());
}

TEST(ByteRing, keeps_the_space_of_viewed_records_until_they_are_released) {
    ByteRing ring(4096);
    std::vector<unsigned char> bytes(1000);
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(ring.try_push(bytes.data(), bytes.size(), nullptr, 0));
    ASSERT_FALSE(ring.try_push(bytes.data(), bytes.size(), nullptr, 0));
    while (ring.next().data != nullptr) {}
    EXPECT_FALSE(ring.try_push(bytes.data(), bytes.size(), nullptr, 0));
    ring.release();
    EXPECT_TRUE(ring.try_push(bytes.data(), bytes.size(), nullptr, 0));
}

TEST(ByteRing, two_threads_lose_and_reorder_nothing) {
    constexpr std::uint64_t total = 100'000;
    ByteRing ring(4096);
    std::thread producer([&] {
        std::mt19937_64 random(3);
        std::vector<std::uint64_t> payload(32);
        for (std::uint64_t i = 0; i < total; ++i) {
            const std::size_t words = random() % 32;
            for (std::size_t w = 0; w < words; ++w) payload[w] = i ^ w;
            while (!ring.try_push(&i, sizeof(i), payload.data(), words * 8)) std::this_thread::yield();
        }
    });
    for (std::uint64_t expected = 0; expected < total;) {
        ByteRing::View view = ring.next();
        if (view.data == nullptr) {
            ring.release();
            std::this_thread::yield();
            continue;
        }
        std::uint64_t number;
        std::memcpy(&number, view.data, 8);
        ASSERT_EQ(number, expected);
        for (std::uint32_t w = 0; w * 8 < view.payload_size; ++w) {
            std::uint64_t word;
            std::memcpy(&word, view.data + 8 + w * 8, 8);
            ASSERT_EQ(word, expected ^ w);
        }
        ++expected;
    }
    producer.join();
}

TEST(InboundRing, tells_the_three_records_apart_and_leaves_the_sequence_to_the_sequencer) {
    InboundRing ring(8);
    OrderEvent order{};
    order.sequence = 5;
    order.kind = EventKind::execution_report;
    order.client_order = 11;
    order.reference_number = 0xFFFF'FFFF;
    HostEvent host{};
    host.kind = EventKind::timer;
    host.payload_size = 9;
    ASSERT_TRUE(ring.try_push(order));
    ASSERT_TRUE(ring.try_push(market_event(42, 43)));
    ASSERT_TRUE(ring.try_push(host));
    EXPECT_EQ(ring.approximate_size(), 3u);

    InboundRecord record;
    ASSERT_TRUE(ring.try_pop(record));
    EXPECT_EQ(record.family(), RecordFamily::order);
    EXPECT_EQ(record.size(), sizeof(OrderEvent));
    EXPECT_EQ(record.sequence, 0u);
    EXPECT_EQ(record.order().client_order, 11u);
    EXPECT_EQ(record.order().reference_number, 0xFFFF'FFFFu);
    ASSERT_TRUE(ring.try_pop(record));
    EXPECT_EQ(record.family(), RecordFamily::market);
    EXPECT_EQ(record.market().order, 42u);
    EXPECT_EQ(record.market().reference, 43u);
    EXPECT_EQ(record.market().sequence, 0u);
    ASSERT_TRUE(ring.try_pop(record));
    EXPECT_EQ(record.family(), RecordFamily::host);
    EXPECT_EQ(record.host().payload_size, 9u);
    EXPECT_FALSE(ring.try_pop(record));
}

TEST(InboundRing, a_short_record_carries_nothing_of_the_slot_s_last_one) {
    InboundRing ring(2);
    OrderEvent order{};
    std::memset(&order, 0xEE, sizeof(order));
    order.kind = EventKind::execution_report;
    InboundRecord record;
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(ring.try_push(order));
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(ring.try_pop(record));
    ASSERT_TRUE(ring.try_push(market_event(1)));
    ASSERT_TRUE(ring.try_pop(record));
    for (int word = 4; word < 12; ++word) EXPECT_EQ(record.body[word], 0u);
}

TEST(InboundRing, refuses_records_whose_kind_is_not_of_their_family) {
    InboundRing ring(8);
    MarketEvent market = market_event(1);
    for (int kind = 0; kind < 256; ++kind) {
        market.kind = static_cast<EventKind>(kind);
        OrderEvent order{};
        order.kind = market.kind;
        HostEvent host{};
        host.kind = market.kind;
        const int accepted = int{ring.try_push(market)} + int{ring.try_push(order)} + int{ring.try_push(host)};
        EXPECT_EQ(accepted, record_family(market.kind) == RecordFamily::none ? 0 : 1) << kind;
        InboundRecord record;
        EXPECT_EQ(ring.try_pop(record), accepted == 1);
    }
    EXPECT_EQ(ring.refused(), 0u);
}

TEST(InboundRing, is_bounded_and_counts_what_it_refused) {
    InboundRing ring(5); // rounded up
    ASSERT_EQ(ring.capacity(), 8u);
    for (std::uint64_t lap = 0; lap < 4; ++lap) {
        for (std::uint64_t i = 0; i < 8; ++i) ASSERT_TRUE(ring.try_push(market_event(lap * 8 + i)));
        ASSERT_FALSE(ring.try_push(market_event(99)));
        EXPECT_EQ(ring.refused(), lap + 1);
        EXPECT_EQ(ring.approximate_size(), 8u);
        InboundRecord record;
        for (std::uint64_t i = 0; i < 8; ++i) {
            ASSERT_TRUE(ring.try_pop(record));
            EXPECT_EQ(record.market().order, lap * 8 + i);
        }
    }
}

TEST(InboundRing, many_pushers_and_a_parking_consumer_lose_and_double_nothing) {
    constexpr std::uint64_t pushers = 4;
    constexpr std::uint64_t each = 40'000;
    InboundRing ring(64);
    std::vector<std::thread> threads;
    for (std::uint64_t pusher = 0; pusher < pushers; ++pusher) {
        threads.emplace_back([&ring, pusher] {
            std::mt19937_64 random(pusher);
            for (std::uint64_t i = 0; i < each; ++i) {
                while (!ring.try_push(market_event(pusher, i))) std::this_thread::yield();
                if (random() % 64 == 0) std::this_thread::yield(); // lets the consumer run dry and park
            }
        });
    }
    std::uint64_t next[pushers] = {};
    InboundRecord record;
    for (std::uint64_t taken = 0; taken < pushers * each;) {
        if (!ring.try_pop(record)) {
            ASSERT_TRUE(ring.wait(60'000'000'000)) << "a wake was lost";
            continue;
        }
        const MarketEvent event = record.market();
        ASSERT_LT(event.order, pushers);
        ASSERT_EQ(event.reference, next[event.order]++);
        ++taken;
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_FALSE(ring.try_pop(record));
}

TEST(InboundRing, one_record_at_a_time_each_push_wakes_the_parked_consumer) {
    constexpr std::uint64_t total = 5'000;
    InboundRing there(2), back(2);
    std::thread echo([&] {
        InboundRecord record;
        for (std::uint64_t i = 0; i < total; ++i) {
            while (!there.try_pop(record)) there.wait(60'000'000'000);
            ASSERT_TRUE(back.try_push(record.market()));
        }
    });
    InboundRecord record;
    for (std::uint64_t i = 0; i < total; ++i) {
        ASSERT_TRUE(there.try_push(market_event(i)));
        while (!back.try_pop(record)) ASSERT_TRUE(back.wait(60'000'000'000)) << "a wake was lost";
        ASSERT_EQ(record.market().order, i);
    }
    echo.join();
}

TEST(InboundRing, wait_ends_when_time_runs_out_or_somebody_wakes_it) {
    InboundRing ring(4);
    EXPECT_FALSE(ring.wait(0));
    EXPECT_FALSE(ring.wait(1'000'000));
    ring.wake(); // before: ends the next wait
    EXPECT_FALSE(ring.wait(60'000'000'000));
    std::thread waker([&] { ring.wake(); });
    EXPECT_FALSE(ring.wait(60'000'000'000));
    waker.join();
    ASSERT_TRUE(ring.try_push(market_event(1)));
    EXPECT_TRUE(ring.wait(60'000'000'000));
}

} // namespace
} // namespace martlet
