#include "support.hpp"

#include <cstdio>

#include "martlet/book.hpp"
#include "martlet/lobster.hpp"
#include "martlet/lobster_verifier.hpp"

namespace martlet {
namespace {

constexpr std::int32_t day = 15'512; // 2012-06-21

void print(const char* name, const LobsterVerification& v) {
    std::printf("%s: %llu rows, sides compared %llu, undetermined %llu, reseeded %llu, mismatched %llu, at least %llu levels\n",
                name, static_cast<unsigned long long>(v.rows), static_cast<unsigned long long>(v.compared),
                static_cast<unsigned long long>(v.undetermined), static_cast<unsigned long long>(v.reseeded),
                static_cast<unsigned long long>(v.mismatched), static_cast<unsigned long long>(v.least_levels));
}

void print(const char* name, const LobsterCounts& c, std::size_t events) {
    std::printf("%s: %llu rows, %zu events, additions %llu, cancels %llu, executions %llu, hidden %llu, resting %llu, outside %llu, "
                "forgotten %llu, reseeded %llu, diverged %llu\n",
                name, static_cast<unsigned long long>(c.rows), events, static_cast<unsigned long long>(c.additions),
                static_cast<unsigned long long>(c.cancels), static_cast<unsigned long long>(c.executions),
                static_cast<unsigned long long>(c.hidden), static_cast<unsigned long long>(c.resting),
                static_cast<unsigned long long>(c.outside), static_cast<unsigned long long>(c.forgotten),
                static_cast<unsigned long long>(c.reseeded), static_cast<unsigned long long>(c.diverged));
}

TEST(LobsterSamples, Aapl672) {
    MARTLET_SAMPLE(messages, "lobster/AAPL_2012-06-21_first672_message_50.csv.gz");
    MARTLET_SAMPLE(books, "lobster/AAPL_2012-06-21_first672_orderbook_50.csv.gz");
    LobsterVerification v{};
    ASSERT_EQ(verify_lobster(messages.c_str(), books.c_str(), nullptr, 50, 10, v), FeedStatus::ok);
    print("AAPL first 672", v);
}

TEST(LobsterSamples, AaplHour) {
    MARTLET_SAMPLE(messages, "lobster/AAPL_2012-06-21_message_50.csv.gz");
    MARTLET_SAMPLE(books, "lobster/AAPL_2012-06-21_orderbook_top_of_50.csv.gz");
    MARTLET_SAMPLE(seed, "lobster/AAPL_2012-06-21_first672_orderbook_50.csv.gz");
    LobsterVerification v{};
    ASSERT_EQ(verify_lobster(messages.c_str(), books.c_str(), nullptr, 50, 10, v), FeedStatus::ok);
    print("AAPL hour", v);
    ASSERT_EQ(verify_lobster(messages.c_str(), books.c_str(), seed.c_str(), 50, 10, v), FeedStatus::ok);
    print("AAPL hour, 50 levels seeded", v);
    EventBuffer out; DefectLog log; LobsterCounts counts{};
    ASSERT_EQ(decode_lobster(messages.c_str(), books.c_str(), nullptr, {day, 50, LobsterMode::orders}, out, log, counts), FeedStatus::ok);
    print("AAPL hour import", counts, out.size());
    out.clear();
    ASSERT_EQ(decode_lobster(messages.c_str(), books.c_str(), seed.c_str(), {day, 50, LobsterMode::orders}, out, log, counts), FeedStatus::ok);
    print("AAPL hour import seeded", counts, out.size());
    for (std::size_t i = 0; i < log.record_count(); ++i) std::printf("%s %s\n", defect_code(log.record(i).defect), log.record(i).text);
}

TEST(LobsterSamples, AmznDay) {
    MARTLET_SAMPLE(messages, "lobster/AMZN_2012-06-21_34200000_57600000_message_1.csv.gz");
    MARTLET_SAMPLE(books, "lobster/AMZN_2012-06-21_34200000_57600000_orderbook_1.csv.gz");
    LobsterVerification v{};
    ASSERT_EQ(verify_lobster(messages.c_str(), books.c_str(), nullptr, 1, 1, v), FeedStatus::ok);
    print("AMZN day", v);
    for (auto mode : {LobsterMode::orders, LobsterMode::levels}) {
        EventBuffer out; DefectLog log; LobsterCounts counts{};
        ASSERT_EQ(decode_lobster(messages.c_str(), books.c_str(), nullptr, {day, 1, mode}, out, log, counts), FeedStatus::ok);
        print("AMZN day import", counts, out.size());
        for (std::size_t i = 0; i < log.record_count(); ++i) std::printf("%s %s\n", defect_code(log.record(i).defect), log.record(i).text);
    }
}

} // namespace
} // namespace martlet
