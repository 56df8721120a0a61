#include "support.hpp"

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "martlet/book.hpp"
#include "martlet/lobster.hpp"
#include "martlet/lobster_verifier.hpp"

namespace martlet {
namespace {

constexpr std::int32_t day = 15'512; // 2012-06-21

void print(const char* name, const LobsterVerification& v) {
    std::printf("%s: %llu rows; sides compared %llu, undetermined %llu, reseeded %llu, mismatched %llu; at least %llu levels\n",
                name, static_cast<unsigned long long>(v.rows), static_cast<unsigned long long>(v.compared),
                static_cast<unsigned long long>(v.undetermined), static_cast<unsigned long long>(v.reseeded),
                static_cast<unsigned long long>(v.mismatched), static_cast<unsigned long long>(v.least_levels));
}

/// The orderbook file, as plain numbers, without the code under test.
std::vector<std::vector<std::int64_t>> read_rows(const std::string& path) {
    gzFile file = gzopen(path.c_str(), "rb");
    std::vector<std::vector<std::int64_t>> rows;
    std::vector<char> line(1 << 16);
    while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
        std::istringstream text(line.data());
        std::vector<std::int64_t> row;
        for (std::string field; std::getline(text, field, ',');) row.push_back(std::stoll(field));
        rows.push_back(row);
    }
    gzclose(file);
    return rows;
}

/// Replays events through the book and holds its best `depth` levels against the orderbook file after every row.
/// Returns the number of levels that were equal.
std::size_t replay(const EventBuffer& events, BookMode mode, const std::vector<std::vector<std::int64_t>>& rows, std::size_t depth) {
    BookOptions options;
    options.mode = mode;
    options.tick = 100;
    Book book(options);
    std::size_t equal = 0;
    const MarketEvent* event = events.begin();
    std::vector<Level> levels(depth);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (; event != events.end(); ++event) {
            if (event->reference != row + 1) break;
            const BookFault fault = book.apply(*event);
            if (fault != BookFault::none) {
                ADD_FAILURE() << "fault " << static_cast<int>(fault) << " at row " << row + 1;
                return equal;
            }
        }
        for (const Side side : {Side::sell, Side::buy}) {
            const std::size_t count = book.depth(side, levels.data(), depth);
            for (std::size_t i = 0; i < std::min(count, depth); ++i) {
                const std::size_t column = 4 * i + (side == Side::sell ? 0 : 2);
                if (column >= rows[row].size()) break;
                if (levels[i].price != rows[row][column] || levels[i].quantity != rows[row][column + 1]) {
                    ADD_FAILURE() << "row " << row + 1 << " level " << i + 1 << ": book " << levels[i].price << " x "
                                  << levels[i].quantity << ", file " << rows[row][column] << " x " << rows[row][column + 1];
                    return equal;
                }
                ++equal;
            }
        }
    }
    return equal;
}

struct Decoded {
    EventBuffer events;
    DefectLog log;
    LobsterCounts counts{};
};

Decoded decode(const std::string& messages, const std::string& books, const char* seed, LobsterOptions options) {
    Decoded result;
    EXPECT_EQ(decode_lobster(messages.c_str(), books.c_str(), seed, options, result.events, result.log, result.counts), FeedStatus::ok);
    return result;
}

TEST(LobsterSamples, TheFirst672AaplRowsEqualTheFileInTenLevelsWithoutReseeding) {
    MARTLET_SAMPLE(messages, "lobster/AAPL_2012-06-21_first672_message_50.csv.gz");
    MARTLET_SAMPLE(books, "lobster/AAPL_2012-06-21_first672_orderbook_50.csv.gz");
    LobsterVerification v{};
    ASSERT_EQ(verify_lobster(messages.c_str(), books.c_str(), nullptr, 50, 10, v), FeedStatus::ok);
    print("AAPL first 672 rows", v);
    EXPECT_EQ(v.rows, 672u);
    EXPECT_EQ(v.compared, 2 * 671u);
    EXPECT_EQ(v.undetermined + v.reseeded + v.mismatched + v.unreadable, 0u);
    EXPECT_EQ(v.least_levels, 10u);

    const Decoded orders = decode(messages, books, nullptr, {day, 50, LobsterMode::orders});
    EXPECT_EQ(orders.counts.reseeded + orders.counts.diverged, 0u);
    EXPECT_EQ(orders.log.total(Treatment::rejected), 0u);
    EXPECT_EQ(replay(orders.events, BookMode::by_order, read_rows(books), 10), 672u * 2 * 10);

    const Decoded levels = decode(messages, books, nullptr, {day, 50, LobsterMode::levels});
    const auto rows = read_rows(books);
    std::size_t occupied = 0;
    for (const auto& row : rows)
        for (std::size_t column = 1; column < row.size(); column += 2) occupied += row[column] > 0 ? 1 : 0;
    EXPECT_EQ(replay(levels.events, BookMode::by_price, rows, 50), occupied);
}

TEST(LobsterSamples, TheAaplHourEqualsTheFileAtEveryDeterminedRow) {
    MARTLET_SAMPLE(messages, "lobster/AAPL_2012-06-21_message_50.csv.gz");
    MARTLET_SAMPLE(books, "lobster/AAPL_2012-06-21_orderbook_top_of_50.csv.gz");
    MARTLET_SAMPLE(seed, "lobster/AAPL_2012-06-21_first672_orderbook_50.csv.gz");
    LobsterVerification v{};
    ASSERT_EQ(verify_lobster(messages.c_str(), books.c_str(), nullptr, 50, 1, v), FeedStatus::ok);
    print("AAPL hour, seeded from one level", v);
    EXPECT_EQ(v.rows, 91'997u);
    EXPECT_EQ(v.mismatched, 0u);
    EXPECT_EQ(v.compared, 183'892u);
    EXPECT_EQ(v.undetermined, 100u);
    EXPECT_EQ(v.reseeded, 100u);
    ASSERT_EQ(verify_lobster(messages.c_str(), books.c_str(), seed.c_str(), 50, 1, v), FeedStatus::ok);
    print("AAPL hour, seeded from 50 levels", v);
    EXPECT_EQ(v.mismatched, 0u);
    EXPECT_EQ(v.compared, 183'955u);
    EXPECT_EQ(v.undetermined, 37u);
    EXPECT_EQ(v.reseeded, 37u);

    const Decoded orders = decode(messages, books, seed.c_str(), {day, 50, LobsterMode::orders});
    EXPECT_EQ(orders.counts.reseeded, 37u) << "the importer and the verifier agree on what is undetermined";
    EXPECT_EQ(orders.counts.diverged, 0u);
    EXPECT_EQ(orders.log.total(Treatment::rejected), 0u);
    EXPECT_EQ(replay(orders.events, BookMode::by_order, read_rows(books), 1), 91'997u * 2);
}

TEST(LobsterSamples, TheAmznDayEqualsTheFileAtEveryDeterminedRow) {
    MARTLET_SAMPLE(messages, "lobster/AMZN_2012-06-21_34200000_57600000_message_1.csv.gz");
    MARTLET_SAMPLE(books, "lobster/AMZN_2012-06-21_34200000_57600000_orderbook_1.csv.gz");
    LobsterVerification v{};
    ASSERT_EQ(verify_lobster(messages.c_str(), books.c_str(), nullptr, 1, 1, v), FeedStatus::ok);
    print("AMZN day", v);
    EXPECT_EQ(v.rows, 57'515u);
    EXPECT_EQ(v.mismatched, 0u);
    EXPECT_EQ(v.compared, 101'075u);
    EXPECT_EQ(v.undetermined, 13'953u);
    EXPECT_EQ(v.reseeded, 13'953u);

    const Decoded orders = decode(messages, books, nullptr, {day, 1, LobsterMode::orders});
    EXPECT_EQ(orders.counts.reseeded, 13'953u);
    EXPECT_EQ(orders.counts.diverged, 0u);
    EXPECT_EQ(replay(orders.events, BookMode::by_order, read_rows(books), 1), 57'515u * 2);

    const Decoded quotes = decode(messages, books, nullptr, {day, 1, LobsterMode::levels});
    EXPECT_EQ(quotes.counts.executions, 8'974u);
    EXPECT_EQ(quotes.counts.hidden, 2'445u);
    EXPECT_EQ(quotes.events.begin()->exchange_time, 1'340'285'400'017'459'617) << "09:30 in June is 13:30 UTC";
    auto rows = read_rows(books);
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    std::vector<std::vector<std::int64_t>> quoted;
    for (const MarketEvent& event : quotes.events)
        if (const QuoteEvent quote = as_quote(event); event.kind == EventKind::quote)
            quoted.push_back({quote.ask_price, quote.ask_quantity, quote.bid_price, quote.bid_quantity});
    EXPECT_EQ(quoted, rows) << "one quote for every change of the orderbook file";
    EXPECT_EQ(quotes.events.begin()->kind, EventKind::trade);
    EXPECT_TRUE(quotes.events.begin()->flags & market_flag_implied);
}

} // namespace
} // namespace martlet
