#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "../../../cpp/fix/src/frame.hpp"
#include "../../../cpp/fix/src/session_store.hpp"
#include "support.hpp"

// Both ends of a session in a process that is killed while orders and reports are on their way; what it had told a pipe
// before must be in its logs, and what was on its way must come when both ends are started again.

namespace martlet::test {
namespace {

constexpr const char* client_id = "KILLEDCLIENT";
constexpr const char* venue_id = "KILLEDVENUE";
constexpr std::uint64_t outstanding = 16;

struct Told {
    char what; ///< 's' an order was sent, 'r' its report has reached the engine's ring
    std::uint32_t order;
};

void place(Pair& pair, std::string& broker_folder, std::string& venue_folder) {
    pair.account.client = client_id;
    pair.venue_settings.venue = venue_id;
    pair.venue_settings.data_directory = venue_folder.c_str();
    pair.broker_settings.sender = client_id;
    pair.broker_settings.target = venue_id;
    pair.broker_settings.data_directory = broker_folder.c_str();
}

/// Runs only as the process that is to be killed.
TEST(KilledProcess, DISABLED_Child) {
    const char* folder = std::getenv("MARTLET_KILL_FOLDER");
    const char* pipe = std::getenv("MARTLET_KILL_PIPE");
    if (folder == nullptr || pipe == nullptr) GTEST_SKIP() << "started by LosesNoMessage";
    const int to = std::atoi(pipe);
    const auto tell = [&](char what, std::uint64_t order) {
        const Told told{what, static_cast<std::uint32_t>(order)};
        if (::write(to, &told, sizeof told) != sizeof told) ::_exit(3); // whoever started us is gone
    };
    Pair pair;
    std::string broker_folder = std::string(folder) + "/b", venue_folder = std::string(folder) + "/v";
    place(pair, broker_folder, venue_folder);
    pair.start();
    std::thread venue([&] {
        for (VenueRequest request;;)
            if (!pair.venue.next_request(&request)) pair.venue.wait(10'000'000);
            else if (request.kind == VenueRequestKind::new_order) pair.venue.report(0, report_of(request, EventKind::execution_report));
    });
    for (std::uint64_t sent = 0, reported = 0;;) {
        for (; sent < reported + outstanding; tell('s', sent))
            if (pair.broker.send(order_command(make_client_order(1, ++sent))) != SendStatus::sent) ::_exit(4);
        tell('r', pair.order().client_order & 0xFFFFFFFFu);
        ++reported;
    }
}

/// ClOrdIDs of the messages of one kind in a log.
std::map<std::uint32_t, std::string> orders_in(const std::string& path, fix::RecordKind kind) {
    std::map<std::uint32_t, std::string> orders;
    fix::SessionStore store("x", "y");
    std::string error;
    EXPECT_TRUE(store.open(path, &error, [&](const fix::LogRecord& record, std::string_view message) {
        if (record.kind == kind) orders[record.sequence] = std::string(fix::raw_field(std::string(message), "\00111="));
    })) << error;
    return orders;
}

std::set<std::string> values(const std::map<std::uint32_t, std::string>& orders) {
    std::set<std::string> all;
    for (const auto& [number, order] : orders) all.insert(order);
    return all;
}

std::string order_text(std::uint32_t order) {
    ClientOrderCodec codec;
    codec.configure("T1", 20);
    char text[40];
    return std::string(text, codec.write(make_client_order(1, order), text, sizeof text));
}

/// Starts the process, reads what it tells until `reports` were told, kills it, and gives back all that it told.
std::vector<Told> run_and_kill(const Folder& folder, std::size_t reports) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const std::string place = folder / "", pipe = std::to_string(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        ::setenv("MARTLET_KILL_FOLDER", place.c_str(), 1);
        ::setenv("MARTLET_KILL_PIPE", pipe.c_str(), 1);
        const int nowhere = ::open("/dev/null", O_WRONLY);
        ::dup2(nowhere, 1);
        ::execl("/proc/self/exe", "test_fix", "--gtest_filter=KilledProcess.DISABLED_Child", "--gtest_also_run_disabled_tests", nullptr);
        ::_exit(2);
    }
    ::close(ends[1]);
    std::vector<Told> all;
    Told told;
    std::size_t seen = 0;
    while (::read(ends[0], &told, sizeof told) == static_cast<ssize_t>(sizeof told)) {
        all.push_back(told);
        if (told.what == 'r' && ++seen == reports) ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it ended by itself, with status " << status;
    EXPECT_GE(seen, reports);
    return all;
}

TEST(KilledProcess, LosesNoMessage) {
    std::mt19937 random(5);
    for (int round = 0; round < 3; ++round) {
        Folder folder;
        const std::vector<Told> told = run_and_kill(folder, 1 + random() % 2'000);
        std::string broker_folder = folder / "b", venue_folder = folder / "v";
        const std::string broker_log = broker_folder + "/" + client_id + "-" + venue_id + ".fixstore";
        const std::string venue_log = venue_folder + "/" + venue_id + "-" + client_id + ".fixstore";

        const auto sent = orders_in(broker_log, fix::RecordKind::sent);
        const auto sent_orders = values(sent);
        const auto received = orders_in(broker_log, fix::RecordKind::received);
        for (const Told& one : told)
            if (one.what == 's') ASSERT_TRUE(sent_orders.count(order_text(one.order)) == 1) << "order " << one.order;
        // Numbers without a hole: whatever was given a number and may be asked for is there.
        ASSERT_EQ(sent.rbegin()->first - sent.begin()->first + 1, sent.size());
        ASSERT_EQ(received.rbegin()->first - received.begin()->first + 1, received.size());
        const auto arrived = orders_in(venue_log, fix::RecordKind::received);
        for (const auto& [number, order] : arrived) ASSERT_EQ(order, sent.at(number)) << "the venue has what was sent";
        const auto reports = orders_in(venue_log, fix::RecordKind::sent);
        for (const auto& [number, order] : received) ASSERT_EQ(order, reports.at(number)) << "we have what the venue sent";

        // Both start again, and every report that was still on its way comes.
        Pair pair;
        place(pair, broker_folder, venue_folder);
        pair.start();
        std::set<std::string> known = values(received);
        for (const auto& [number, order] : reports) {
            if (received.count(number) == 1) continue;
            const OrderEvent event = pair.order();
            EXPECT_NE(event.flags & order_flag_possible_duplicate, 0);
            known.insert(order_text(static_cast<std::uint32_t>(event.client_order & 0xFFFFFFFFu)));
        }
        EXPECT_EQ(known, values(reports));
        for (const Told& one : told)
            if (one.what == 'r') ASSERT_EQ(known.count(order_text(one.order)), 1u) << "report " << one.order;
        EXPECT_TRUE(pair.ring_empty());
        EXPECT_EQ(pair.broker.counters().store_torn_bytes, 0u);
    }
}

} // namespace
} // namespace martlet::test
