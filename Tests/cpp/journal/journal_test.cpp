#include "martlet/journal.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <sys/stat.h>
#include <thread>

#include "fixture.hpp"

namespace martlet {
namespace {

TEST(Journal, gives_back_what_was_appended_over_segments_and_restarts) {
    TemporaryDirectory directory;
    InstrumentDefinition instruments[2] = {};
    instruments[1].id = 1;
    std::snprintf(instruments[1].symbol, sizeof(instruments[1].symbol), "AMZN");
    for (std::uint64_t run = 0; run < 3; ++run) {
        Journal journal;
        JournalOptions options = small_options(directory.path());
        options.instruments = instruments;
        options.instrument_count = 2;
        ASSERT_EQ(journal.open(options), JournalStatus::ok);
        EXPECT_EQ(journal.recovery().last_sequence, run * 40);
        EXPECT_FALSE(journal.recovery().signed_now) << "the run before closed in order";
        append_range(journal, run * 40 + 1, run * 40 + 40);
        EXPECT_EQ(journal.appended(), run * 40 + 40);
        ASSERT_EQ(journal.close(), JournalStatus::ok);
        EXPECT_EQ(journal.counters().records, 40u);
    }
    EXPECT_EQ(expect_records(directory.path()), 120u);
    EXPECT_GT(count_segments(directory.path()), 6);

    JournalReader reader;
    ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
    EXPECT_EQ(reader.created_at(), 42);
    ASSERT_EQ(reader.instrument_count(), 2u);
    EXPECT_STREQ(reader.instrument(1).symbol, "AMZN");
    EXPECT_EQ(std::string(reader.run_text(), reader.run_text_size()), "{\"seed\":7}");
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.kind(), EventKind::order_add);
    EXPECT_EQ(reader.market().price, 7);

    const VerifyReport report = verify(directory.path(), directory / "journal.key.pub");
    EXPECT_EQ(report.status, JournalStatus::ok) << report.what;
    EXPECT_TRUE(report.sealed);
    EXPECT_TRUE(report.key_checked);
    EXPECT_EQ(report.records, 120u);
    EXPECT_EQ(report.open_records, 0u);
    EXPECT_EQ(report.first_sequence, 1u);
    EXPECT_EQ(report.last_sequence, 120u);
}

TEST(Journal, the_same_records_make_the_same_bytes_but_for_the_key) {
    TemporaryDirectory first, second;
    const std::string key = first / "shared.key";
    for (const std::string& path : {first / "journal", second / "journal"}) {
        Journal journal;
        JournalOptions options = small_options(path);
        options.segment_bytes = 1 << 20; // where a segment ends depends on how the records were batched
        options.block_bytes = 1 << 20;
        options.key_file = key.c_str();
        options.quiet_nanoseconds = a_minute;
        ASSERT_EQ(journal.open(options), JournalStatus::ok);
        append_range(journal, 1, 50);
        ASSERT_EQ(journal.close(), JournalStatus::ok);
    }
    EXPECT_EQ(read_bytes(segment_file(first / "journal", 1)), read_bytes(segment_file(second / "journal", 1)));
}

class JournalDurability : public testing::TestWithParam<Durability> {};
INSTANTIATE_TEST_SUITE_P(both_levels, JournalDurability, testing::Values(Durability::process, Durability::machine),
                         [](const auto& level) { return level.param == Durability::process ? "process" : "machine"; });

TEST_P(JournalDurability, what_the_watermark_has_passed_is_in_the_file) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = small_options(directory.path());
    options.durability = GetParam();
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    for (std::uint64_t sequence = 1; sequence <= 60; ++sequence) {
        ASSERT_TRUE(append(journal, sequence));
        ASSERT_TRUE(journal.wait_durable(sequence, a_minute));
        ASSERT_EQ(journal.durable(), sequence);
        ASSERT_EQ(expect_records(directory.path()), sequence);
    }
    EXPECT_FALSE(journal.wait_durable(61, 0)) << "never appended";
    EXPECT_GT(journal.counters().writes, 0u);
    EXPECT_EQ(journal.counters().syncs != 0, GetParam() == Durability::machine);
}

TEST_P(JournalDurability, becomes_durable_without_anybody_waiting) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = small_options(directory.path());
    options.durability = GetParam();
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    append_range(journal, 1, 10);
    journal.kick();
    while (journal.durable() < 10) std::this_thread::yield();
    EXPECT_EQ(expect_records(directory.path()), 10u);
}

TEST_P(JournalDurability, a_full_ring_makes_the_engine_wait_and_loses_nothing) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = small_options(directory.path());
    options.durability = GetParam();
    options.ring_bytes = 4096;
    options.segment_bytes = 1 << 16;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    append_range(journal, 1, 3'000);
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_GT(journal.counters().stalls, 0u);
    EXPECT_EQ(expect_records(directory.path()), 3'000u);
    EXPECT_EQ(verify(directory.path()).status, JournalStatus::ok);
}

TEST(Journal, other_threads_may_watch_while_the_engine_appends) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = small_options(directory.path());
    options.segment_bytes = 1 << 16;
    options.linger_nanoseconds = 1'000;
    options.quiet_nanoseconds = 1'000;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    std::atomic<bool> done{false};
    std::thread watcher([&] {
        std::uint64_t last = 0;
        while (!done.load()) {
            const std::uint64_t durable = journal.durable();
            EXPECT_GE(durable, last);
            EXPECT_LE(durable, 20'000u);
            EXPECT_EQ(journal.status(), JournalStatus::ok);
            EXPECT_LE(journal.counters().records, 20'000u);
            journal.kick();
            last = durable;
            std::this_thread::yield();
        }
    });
    for (std::uint64_t sequence = 1; sequence <= 20'000; ++sequence) {
        ASSERT_TRUE(append(journal, sequence));
        if (sequence % 17 == 0) ASSERT_TRUE(journal.wait_durable(sequence, a_minute));
        if (sequence % 997 == 0) ASSERT_EQ(journal.flush(), JournalStatus::ok);
    }
    done.store(true);
    watcher.join();
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_EQ(expect_records(directory.path()), 20'000u);
    EXPECT_EQ(verify(directory.path()).status, JournalStatus::ok);
}

TEST(Journal, a_block_left_alone_is_closed_so_that_the_chain_covers_it) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = small_options(directory.path());
    options.block_bytes = 1 << 20;
    options.segment_bytes = 1 << 20;
    options.quiet_nanoseconds = 1;
    options.linger_nanoseconds = 1'000;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    append_range(journal, 1, 5);
    while (journal.counters().blocks == 0 || journal.durable() < 5 || verify(directory.path()).open_records != 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(verify(directory.path()).records, 5u);
}

TEST(Journal, flush_leaves_no_record_behind_the_last_block) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = small_options(directory.path());
    options.block_bytes = 1 << 20;
    options.segment_bytes = 1 << 20;
    options.quiet_nanoseconds = a_minute;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    append_range(journal, 1, 5);
    ASSERT_TRUE(journal.wait_durable(5, a_minute));
    EXPECT_EQ(verify(directory.path()).open_records, 5u);
    ASSERT_EQ(journal.flush(), JournalStatus::ok);
    const VerifyReport report = verify(directory.path());
    EXPECT_EQ(report.status, JournalStatus::ok);
    EXPECT_EQ(report.open_records, 0u);
    EXPECT_EQ(report.blocks, 1u);
    EXPECT_FALSE(report.sealed);
}

TEST(Journal, sync_reaches_the_disk_at_either_level) {
    for (const Durability level : {Durability::process, Durability::machine}) {
        TemporaryDirectory directory;
        Journal journal;
        JournalOptions options;
        options.directory = directory.path().c_str();
        options.durability = level;
        ASSERT_EQ(journal.open(options), JournalStatus::ok);
        ASSERT_TRUE(append(journal, 1));
        const std::uint64_t before = journal.counters().syncs;
        EXPECT_EQ(journal.sync(), JournalStatus::ok);
        EXPECT_EQ(journal.durable(), 1u);
        EXPECT_GT(journal.counters().syncs, before);
        EXPECT_EQ(journal.close(), JournalStatus::ok);
        EXPECT_NE(journal.sync(), JournalStatus::ok);
    }
}

TEST(Journal, refuses_a_record_out_of_sequence_and_everything_after_it) {
    for (std::uint64_t wrong : {0ull, 2ull, 4ull, ~0ull}) {
        TemporaryDirectory directory;
        Journal journal;
        ASSERT_EQ(journal.open(small_options(directory.path())), JournalStatus::ok);
        append_range(journal, 1, 2);
        EXPECT_FALSE(append(journal, wrong));
        EXPECT_EQ(journal.status(), JournalStatus::sequence_broken);
        EXPECT_FALSE(append(journal, 3));
        EXPECT_EQ(journal.close(), JournalStatus::sequence_broken);
        EXPECT_EQ(expect_records(directory.path()), 2u) << "what came before is kept";
        EXPECT_EQ(verify(directory.path()).status, JournalStatus::ok);
    }
}

TEST(Journal, refuses_records_that_are_too_small_or_too_large) {
    TemporaryDirectory directory;
    const std::string large(1 << 20, 'x');
    for (std::size_t size : {std::size_t{8}, std::size_t{15}, large.size()}) {
        Journal journal;
        JournalOptions options = small_options(directory.path());
        options.ring_bytes = 4096;
        ASSERT_EQ(journal.open(options), JournalStatus::ok);
        EXPECT_FALSE(journal.append(large.data(), size, nullptr, 0));
        EXPECT_EQ(journal.status(), JournalStatus::record_size);
    }
    Journal journal;
    JournalOptions options = small_options(directory.path());
    options.ring_bytes = 4096;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    const MarketEvent event = event_of(1);
    EXPECT_FALSE(journal.append(&event, sizeof(event), large.data(), 2048 - 8 - sizeof(event) + 1));
}

TEST(Journal, takes_the_largest_record_that_it_promises) {
    TemporaryDirectory directory;
    Journal journal;
    JournalOptions options = small_options(directory.path());
    options.ring_bytes = 4096;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    const MarketEvent event = event_of(1);
    const std::string payload(2048 - 8 - sizeof(event), 'p');
    ASSERT_TRUE(journal.append(&event, sizeof(event), payload.data(), payload.size()));
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    JournalReader reader;
    ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(std::string(static_cast<const char*>(reader.payload()), reader.payload_size()), payload);
}

TEST(Journal, one_directory_has_one_writer) {
    TemporaryDirectory directory;
    Journal first, second;
    ASSERT_EQ(first.open(small_options(directory.path())), JournalStatus::ok);
    EXPECT_EQ(second.open(small_options(directory.path())), JournalStatus::locked);
    EXPECT_EQ(second.status(), JournalStatus::locked);
    EXPECT_FALSE(append(second, 1));
    EXPECT_EQ(recover_journal(directory.path().c_str(), nullptr).status, JournalStatus::locked);
    ASSERT_EQ(first.close(), JournalStatus::ok);
    EXPECT_EQ(second.open(small_options(directory.path())), JournalStatus::ok);
}

TEST(Journal, says_what_it_is_when_nothing_is_open) {
    Journal journal;
    EXPECT_EQ(journal.status(), JournalStatus::not_open);
    EXPECT_EQ(journal.durable(), 0u);
    EXPECT_FALSE(append(journal, 1));
    EXPECT_FALSE(journal.wait_durable(1, 0));
    EXPECT_EQ(journal.flush(), JournalStatus::not_open);
    EXPECT_EQ(journal.close(), JournalStatus::not_open);
    EXPECT_EQ(journal.open(JournalOptions{}), JournalStatus::bad_options);
    TemporaryDirectory directory;
    ASSERT_EQ(journal.open(small_options(directory.path())), JournalStatus::ok);
    EXPECT_EQ(journal.open(small_options(directory.path())), JournalStatus::bad_options) << "already open";
    EXPECT_EQ(journal.close(), JournalStatus::ok);
    EXPECT_EQ(journal.close(), JournalStatus::not_open);
    EXPECT_FALSE(append(journal, 1));
}

TEST(Journal, makes_its_key_once_and_for_its_owner_alone) {
    TemporaryDirectory directory;
    const std::string key = directory / "keys/trading.key";
    const std::string place = directory / "journal";
    std::string first;
    for (int run = 0; run < 2; ++run) {
        Journal journal;
        JournalOptions options = small_options(place);
        options.key_file = key.c_str();
        ASSERT_EQ(journal.open(options), JournalStatus::ok);
        struct stat facts;
        ASSERT_EQ(stat(key.c_str(), &facts), 0);
        EXPECT_EQ(facts.st_mode & 0777, 0600u);
        if (run == 0) first = read_bytes(key);
        EXPECT_EQ(read_bytes(key), first);
    }
    EXPECT_EQ(verify(place, key + ".pub").status, JournalStatus::ok);
    EXPECT_FALSE(std::filesystem::exists(directory / "journal/journal.key"));
}

TEST(Journal, refuses_a_key_that_others_can_read_or_that_is_none) {
    TemporaryDirectory directory;
    const std::string key = directory / "trading.key";
    const std::string place = directory / "journal";
    JournalOptions options = small_options(place);
    options.key_file = key.c_str();
    Journal journal;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    ASSERT_EQ(chmod(key.c_str(), 0640), 0);
    EXPECT_EQ(journal.open(options), JournalStatus::key_error);
    ASSERT_EQ(chmod(key.c_str(), 0600), 0);
    const std::string pem = read_bytes(key);
    write_bytes(key, "not a key");
    EXPECT_EQ(journal.open(options), JournalStatus::key_error);
    write_bytes(key, pem);
    const std::string other = directory / "other.key";
    JournalOptions elsewhere = small_options(other);
    elsewhere.key_file = other.c_str();
    const std::string other_place = directory / "other";
    elsewhere.directory = other_place.c_str();
    Journal another;
    ASSERT_EQ(another.open(elsewhere), JournalStatus::ok);
    std::filesystem::copy_file(other + ".pub", key + ".pub", std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(journal.open(options), JournalStatus::key_error) << "the public key is another's";
    std::filesystem::remove(key + ".pub");
    EXPECT_EQ(journal.open(options), JournalStatus::ok);
}

TEST(JournalReader, seeks_to_any_sequence) {
    TemporaryDirectory directory;
    Journal journal;
    ASSERT_EQ(journal.open(small_options(directory.path())), JournalStatus::ok);
    append_range(journal, 1, 50);
    ASSERT_EQ(journal.close(), JournalStatus::ok);
    JournalReader reader;
    ASSERT_EQ(reader.open(directory.path().c_str()), JournalStatus::ok);
    for (std::uint64_t sequence : {50, 1, 17, 17, 33, 2, 49}) {
        ASSERT_EQ(reader.seek(sequence), JournalStatus::ok) << sequence;
        for (std::uint64_t expected = sequence; expected <= 50; ++expected) {
            ASSERT_TRUE(reader.next());
            ASSERT_EQ(reader.sequence(), expected);
        }
        EXPECT_FALSE(reader.next());
        EXPECT_EQ(reader.status(), JournalStatus::end);
    }
    EXPECT_EQ(reader.seek(51), JournalStatus::end);
    ASSERT_EQ(reader.seek(0), JournalStatus::ok);
    ASSERT_TRUE(reader.next());
    EXPECT_EQ(reader.sequence(), 1u);
}

TEST(JournalReader, says_that_there_is_no_journal) {
    TemporaryDirectory directory;
    JournalReader reader;
    EXPECT_FALSE(reader.next());
    EXPECT_EQ(reader.status(), JournalStatus::not_open);
    EXPECT_EQ(reader.open(directory.path().c_str()), JournalStatus::not_found);
    EXPECT_EQ(reader.open((directory / "missing").c_str()), JournalStatus::not_found);
    EXPECT_EQ(verify(directory.path()).status, JournalStatus::not_found);
    EXPECT_EQ(recover_journal((directory / "missing").c_str(), nullptr).status, JournalStatus::ok);
}

} // namespace
} // namespace martlet
