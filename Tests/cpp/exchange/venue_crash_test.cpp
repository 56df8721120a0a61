#include "venue_fixtures.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <csignal>
#include <map>
#include <memory>

#include "martlet/random.hpp"

namespace {

using namespace exchange_test;
using martlet::ExecType;
using martlet::Side;
using martlet::VenueReport;
using martlet::VenueRequestKind;
using martlet::VenueStatus;
using martlet::exchange::VenueDesk;

/// Sends every report through a pipe: what the client certainly heard before the venue died.
struct Piped final : martlet::exchange::VenueOutlet {
    explicit Piped(int to) : to_(to) {}
    void report(std::uint32_t, const VenueReport& report) override {
        if (::write(to_, &report, sizeof report) != sizeof report) ::_exit(3);
    }
    void begin_answer(std::uint32_t, VenueRequestKind, const char*, std::uint32_t) override {}
    void publish(const martlet::MarketEvent*, std::size_t) override {}
    void snapshot(std::uint32_t, const char*, std::uint32_t, const martlet::MarketEvent*, std::size_t) override {}
    void reject_market_data(std::uint32_t, const char*, martlet::RejectReason) override {}

    int to_;
};

/// Trades as fast as it can until it is killed.
[[noreturn]] void run_venue(const std::vector<martlet::InstrumentDefinition>& instruments, const std::string& directory, int round, int pipe) {
    Piped outlet(pipe);
    VenueDesk desk(outlet);
    if (desk.open(make_venue(instruments, directory)).status != VenueStatus::ok || !desk.commit()) ::_exit(2);
    martlet::RandomStream random(99, 1, static_cast<std::uint32_t>(round));
    std::string previous;
    for (int i = 0;; ++i) {
        const std::string id = "R" + std::to_string(round) + "-" + std::to_string(i);
        const Side side = random.chance(0.5) ? Side::buy : Side::sell;
        if (i % 3 == 2) desk.handle(make_request(VenueRequestKind::cancel, 0, id.c_str(), previous.c_str()));
        else desk.handle(make_new(0, id.c_str(), side, i % 3 == 0 ? 0 : 9'990 + static_cast<std::int64_t>(random.below(20)),
                                  1 + static_cast<std::int64_t>(random.below(300))));
        previous = id;
        desk.advance(desk.exchange().now() + second / 10);
        if (i % 50 == 0) desk.checkpoint();
        if (!desk.commit()) ::_exit(4);
    }
}

/// kill -9 at random moments: every execution that was heard is in the books afterwards, once, and the books'
/// positions and cash are those of the executions.
TEST(VenueCrash, KilledAtAnyMomentTheVenueLosesNoExecution) {
    const auto instruments = make_instruments(1);
    const TemporaryDirectory directory;
    martlet::RandomStream random(1234, 1, 0);
    std::map<std::uint64_t, martlet::OrderEvent> heard; // executions by number
    for (int round = 0; round < 12; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(ends[0]);
            run_venue(instruments, directory.path(), round, ends[1]);
        }
        ::close(ends[1]);
        const std::uint64_t reports = 20 + random.below(400);
        VenueReport report;
        for (std::uint64_t i = 0;; ++i) {
            // Reads whole reports; after the kill, what was still in the pipe.
            std::size_t got = 0;
            while (got < sizeof report) {
                const ssize_t n = ::read(ends[0], reinterpret_cast<char*>(&report) + got, sizeof report - got);
                if (n <= 0) break;
                got += static_cast<std::size_t>(n);
            }
            if (got < sizeof report) break;
            if (report.event.exec_type == ExecType::trade)
                ASSERT_TRUE(heard.emplace(report.event.sequence, report.event).second) << "an execution number came twice";
            if (i + 1 == reports) ASSERT_EQ(::kill(child, SIGKILL), 0);
        }
        ::close(ends[0]);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "exit " << WEXITSTATUS(status);

        Heard outlet;
        VenueDesk recovered(outlet);
        const auto result = recovered.open(make_venue(instruments, directory.path()));
        ASSERT_EQ(result.status, VenueStatus::ok) << result.text;
        std::map<std::uint64_t, martlet::OrderEvent> booked;
        std::int64_t position = 0, money = 0, fees = 0;
        for (const auto& execution : recovered.books().executions()) {
            ASSERT_TRUE(booked.emplace(execution.sequence, execution).second);
            const std::int64_t sign = execution.side == Side::buy ? 1 : -1;
            position += sign * execution.last_quantity;
            money -= sign * execution.last_price * execution.last_quantity * 100;
            fees += execution.fee;
        }
        for (const auto& [number, execution] : heard) {
            ASSERT_TRUE(booked.count(number)) << "a reported execution was lost";
            EXPECT_EQ(booked[number].last_quantity, execution.last_quantity);
            EXPECT_EQ(booked[number].execution, execution.execution);
        }
        EXPECT_EQ(recovered.books().holding(1, 0).position, position);
        EXPECT_EQ(recovered.books().holding(1, 0).cash, money - fees);
        for (const auto& order : recovered.books().orders()) {
            EXPECT_FALSE(order.open()) << "day orders end at a restart";
            EXPECT_LE(order.cumulative, order.quantity);
        }
    }
    EXPECT_GT(heard.size(), 500u);
}

} // namespace
