#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <set>

#include "../../../cpp/fix/src/frame.hpp"
#include "../../../cpp/fix/src/session_store.hpp"
#include "listened.hpp"

// A listener in a process of its own, which is killed while copies are on their way to it.

namespace martlet::test {
namespace {

constexpr const char* killed_listener = "KILLEDLISTENER";
constexpr const char* its_venue = "KILLEDLISTENERSVENUE";
constexpr std::int64_t step = 1'000'000;

/// The number of a report is in its time.
std::int64_t number_of(const OrderEvent& event) { return event.exchange_time / step; }

VenueReport numbered(std::int64_t number) {
    VenueRequest request{};
    request.instrument = 3;
    request.side = Side::buy;
    VenueReport report = executed(request, static_cast<std::uint64_t>(number));
    report.event.exchange_time = number * step;
    return report;
}

/// Runs only as the process that is to be killed.
TEST(KilledListener, DISABLED_Child) {
    const char* folder = std::getenv("MARTLET_KILL_FOLDER");
    const char* pipe = std::getenv("MARTLET_KILL_PIPE");
    const char* port = std::getenv("MARTLET_KILL_PORT");
    if (folder == nullptr || pipe == nullptr || port == nullptr) GTEST_SKIP() << "started by HearsEveryReport";
    Listened pair;
    pair.listener_settings.sender = killed_listener;
    pair.listener_settings.target = its_venue;
    pair.listener_settings.data_directory = folder;
    pair.listener_settings.port = static_cast<std::uint16_t>(std::atoi(port));
    if (pair.listener.start(pair.listener_settings) != FixStatus::ok) ::_exit(2);
    for (;;) {
        const OrderEvent event = pair.copy();
        if (event.kind != EventKind::execution_report) continue;
        const std::int64_t number = number_of(event);
        if (::write(std::atoi(pipe), &number, sizeof number) != sizeof number) ::_exit(3); // whoever started us is gone
    }
}

pid_t start_listener_process(const std::string& folder, std::uint16_t port, int pipe) {
    const std::string port_text = std::to_string(port), pipe_text = std::to_string(pipe);
    const pid_t child = ::fork();
    if (child != 0) return child;
    ::setenv("MARTLET_KILL_FOLDER", folder.c_str(), 1);
    ::setenv("MARTLET_KILL_PIPE", pipe_text.c_str(), 1);
    ::setenv("MARTLET_KILL_PORT", port_text.c_str(), 1);
    ::dup2(::open("/dev/null", O_WRONLY), 1);
    ::execl("/proc/self/exe", "test_fix", "--gtest_filter=KilledListener.DISABLED_Child", "--gtest_also_run_disabled_tests", nullptr);
    ::_exit(2);
}

/// Numbers of the reports that a listener's log has.
std::set<std::int64_t> logged(const std::string& path) {
    std::set<std::int64_t> numbers;
    fix::SessionStore store("x", "y");
    std::string error;
    EXPECT_TRUE(store.open(path, &error, [&](const fix::LogRecord& record, std::string_view message) {
        const std::string text(message);
        if (record.kind == fix::RecordKind::received && fix::raw_field(text, "\00135=") == "8")
            numbers.insert(std::atoll(std::string(fix::raw_field(text, "\00117=E")).c_str()));
    })) << error;
    return numbers;
}

TEST(KilledListener, HearsEveryReport) {
    std::mt19937 random(7);
    for (int round = 0; round < 3; ++round) {
        Listened pair(1 << 16);
        pair.listener_id = killed_listener;
        pair.listening.client = pair.listener_settings.sender = killed_listener;
        pair.venue_settings.venue = pair.broker_settings.target = pair.listener_settings.target = its_venue;
        pair.start_venue();
        pair.start_broker();
        ASSERT_EQ(pair.request().kind, VenueRequestKind::session_up);
        ASSERT_EQ(pair.order().kind, EventKind::session_up);
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = start_listener_process(pair.folder_listener, pair.venue.port(), ends[1]);
        ::close(ends[1]);
        ASSERT_TRUE(eventually([&] { return pair.venue.logged_on(1); }));

        std::atomic<bool> dead{false};
        std::int64_t told = 0;
        std::thread venue([&] {
            for (std::int64_t after = 0; told < 50'000 && after < 50; after += dead ? 1 : 0) pair.venue.report(0, numbered(++told));
        });
        std::set<std::int64_t> heard;
        const std::size_t enough = 1 + random() % 2'000;
        for (std::int64_t number; ::read(ends[0], &number, sizeof number) == static_cast<ssize_t>(sizeof number);) {
            heard.insert(number);
            if (heard.size() == enough) ::kill(child, SIGKILL);
        }
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        dead = true;
        venue.join();
        ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it ended by itself, with status " << status;
        for (std::int64_t i = 1; i <= told; ++i) ASSERT_EQ(number_of(pair.order()), i) << "the trading client heard all, in order";

        const std::set<std::int64_t> before = logged(pair.folder_listener + "/" + killed_listener + "-" + its_venue + ".fixstore");
        ASSERT_TRUE(eventually([&] { return !pair.venue.logged_on(1); }));
        pair.start_listener();
        std::int64_t expected = before.empty() ? 1 : *before.rbegin() + 1;
        ASSERT_EQ(before.size() + 1, static_cast<std::size_t>(expected)) << "without a hole";
        for (const OrderEvent& event : pair.copied_reports(static_cast<std::size_t>(told - expected + 1))) {
            ASSERT_EQ(number_of(event), expected++);
            EXPECT_EQ(event.flags, order_flag_copy | order_flag_possible_duplicate);
        }
        EXPECT_EQ(expected, told + 1);
        for (const std::int64_t number : heard) EXPECT_LE(number, told);
        EXPECT_EQ(pair.copies.approximate_size(), 0u);
        pair.listener.stop(0);
    }
}

} // namespace
} // namespace martlet::test
