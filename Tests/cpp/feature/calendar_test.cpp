#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "martlet/calendar.hpp"
#include "series.hpp"

// The calendar beside the C library's, walked day by day.

namespace martlet {
namespace {

using namespace testing;

constexpr std::int64_t second = 1'000'000'000;
constexpr long double pi = 3.14159265358979323846264338327950288L;

/// The local clock by the C library; offsets of whole seconds.
std::tm local(std::int64_t utc_nanoseconds, std::int32_t offset) {
    std::time_t seconds = static_cast<std::time_t>(utc_nanoseconds / second) - (utc_nanoseconds % second < 0 ? 1 : 0) + offset;
    std::tm out{};
    gmtime_r(&seconds, &out);
    return out;
}

std::int64_t utc(int year, int month, int day, int hour = 0, int minute = 0, int seconds = 0) {
    std::tm out{};
    out.tm_year = year - 1900;
    out.tm_mon = month - 1;
    out.tm_mday = day;
    out.tm_hour = hour;
    out.tm_min = minute;
    out.tm_sec = seconds;
    return static_cast<std::int64_t>(timegm(&out)) * second;
}

std::vector<std::int64_t> moments() {
    Dice dice(1);
    std::vector<std::int64_t> out{0, -1, 1, utc(1970, 1, 1), utc(1999, 12, 31, 23, 59, 59), utc(2000, 2, 29), utc(2024, 2, 29, 12), utc(2100, 2, 28)};
    for (int i = 0; i < 4000; ++i)
        out.push_back((utc(1900, 1, 1) / second + static_cast<std::int64_t>(dice.uniform() * 300 * 365 * 86'400)) * second + static_cast<std::int64_t>(dice.next() % 1'000'000'000));
    return out;
}

TEST(Calendar, SineAndCosineAreThoseOfTheLibraryWithinTheLastDigits) {
    Dice dice(2);
    for (int i = 0; i < 200'000; ++i) {
        const double turns = i < 20'000 ? i / 16'000.0 - 0.6 : (dice.uniform() - 0.5) * std::pow(10, static_cast<double>(dice.next() % 5));
        const long double angle = 2 * pi * (turns - std::floor(turns));
        const CircleFeatures ours = circle_features(turns);
        ASSERT_NEAR(ours.sine, static_cast<double>(std::sin(angle)), 1e-15) << turns;
        ASSERT_NEAR(ours.cosine, static_cast<double>(std::cos(angle)), 1e-15) << turns;
    }
    const double quarters[][3] = {{0, 0, 1}, {0.25, 1, 0}, {0.5, 0, -1}, {0.75, -1, 0}, {1, 0, 1}, {-0.25, -1, 0}, {1e9, 0, 1}};
    for (const auto& [turns, sine, cosine] : quarters) {
        EXPECT_EQ(circle_features(turns).sine, sine) << turns;
        EXPECT_EQ(circle_features(turns).cosine, cosine) << turns;
    }
    for (const double none : {nan, std::numeric_limits<double>::infinity(), -1e300}) EXPECT_EQ(circle_features(none).cosine, 1);
}

TEST(Calendar, DatesAreThoseOfTheLibrary) {
    for (const std::int64_t now : moments())
        for (const std::int32_t offset : {0, 3600, -18'000, 20'700, -43'200, 50'400}) {
            const std::tm there = local(now, offset);
            const DateFeatures ours = date_features(now, offset);
            ASSERT_EQ(ours.weekday, (there.tm_wday + 6) % 7);
            ASSERT_EQ(ours.day_of_month, there.tm_mday);
            ASSERT_EQ(ours.month, there.tm_mon + 1);
            int left = 0; // days until the month is another
            for (std::tm next = there; ; ++left) {
                next = local((now / second + (left + 1) * 86'400) * second, offset);
                if (next.tm_mon != there.tm_mon) break;
            }
            ASSERT_EQ(ours.days_to_month_end, left) << now;
            const long double nanoseconds = static_cast<long double>((now % second + second) % second);
            const long double of_day = (there.tm_hour * 3600.0L + there.tm_min * 60.0L + there.tm_sec + nanoseconds / second) / 86'400;
            const bool leap = there.tm_year % 4 == 0 && ((there.tm_year + 1900) % 100 != 0 || (there.tm_year + 1900) % 400 == 0);
            ASSERT_NEAR(ours.day_sine, static_cast<double>(std::sin(2 * pi * of_day)), 2e-15);
            ASSERT_NEAR(ours.day_cosine, static_cast<double>(std::cos(2 * pi * of_day)), 2e-15);
            ASSERT_NEAR(ours.week_sine, static_cast<double>(std::sin(2 * pi * (of_day + (there.tm_wday + 6) % 7) / 7)), 2e-15);
            ASSERT_NEAR(ours.week_cosine, static_cast<double>(std::cos(2 * pi * (of_day + (there.tm_wday + 6) % 7) / 7)), 2e-15);
            ASSERT_NEAR(ours.year_sine, static_cast<double>(std::sin(2 * pi * there.tm_yday / (leap ? 366 : 365))), 2e-15);
            ASSERT_NEAR(ours.year_cosine, static_cast<double>(std::cos(2 * pi * there.tm_yday / (leap ? 366 : 365))), 2e-15);
        }
}

TEST(Calendar, DaysAndDatesAreEachOthersInverse) {
    EXPECT_EQ(days_of_date(1970, 1, 1), 0);
    EXPECT_EQ(days_of_date(2000, 3, 1) - days_of_date(2000, 2, 28), 2);
    EXPECT_EQ(days_of_date(2024, 1, 32), days_of_date(2024, 2, 1));
    for (std::int64_t day = -60'000; day < 100'000; ++day) {
        const std::tm there = local(day * 86'400 * second, 0);
        const CalendarDate date = date_of_days(day);
        ASSERT_EQ(date.year, there.tm_year + 1900);
        ASSERT_EQ(date.month, there.tm_mon + 1);
        ASSERT_EQ(date.day, there.tm_mday);
        ASSERT_EQ(days_of_date(date.year, date.month, date.day), day);
    }
}

TEST(Calendar, ASessionIsWalkedFromItsOpenToItsClose) {
    const SessionHours day{9 * 3600 + 1800, 16 * 3600};
    const std::int32_t new_york = -5 * 3600;
    const auto at = [&](int hour, int minute) { return session_features(utc(2024, 1, 8, hour + 5, minute), new_york, day); };
    EXPECT_EQ(at(9, 30).minute, 0);
    EXPECT_EQ(at(9, 30).open, 1);
    EXPECT_EQ(at(9, 30).progress, 0);
    EXPECT_EQ(at(9, 30).minutes_left, 390);
    EXPECT_EQ(at(12, 45).minute, 195);
    EXPECT_EQ(at(12, 45).progress, 0.5);
    EXPECT_EQ(at(15, 59).minutes_left, 1);
    EXPECT_EQ(at(16, 0).open, 0) << "the close is outside";
    EXPECT_EQ(at(16, 0).progress, 1);
    EXPECT_EQ(at(16, 0).minutes_left, 0);
    EXPECT_EQ(at(16, 0).minutes_to_open, 17.5 * 60);
    EXPECT_EQ(at(9, 0).minutes_to_open, 30);
    EXPECT_EQ(at(9, 0).open, 0);
    EXPECT_EQ(at(12, 45).minutes_to_open, 0);
}

TEST(Calendar, ASessionOverMidnightAndOneOfTheWholeDay) {
    const SessionHours night{18 * 3600, 17 * 3600};
    const auto at = [&](int day, int hour) { return session_features(utc(2024, 1, day, hour), 0, night); };
    EXPECT_EQ(at(8, 18).minute, 0);
    EXPECT_EQ(at(9, 0).minute, 360);
    EXPECT_EQ(at(9, 0).open, 1);
    EXPECT_EQ(at(9, 16).minutes_left, 60);
    EXPECT_EQ(at(9, 17).open, 0);
    EXPECT_EQ(at(9, 17).minutes_to_open, 60);
    for (int hour = 0; hour < 24; ++hour)
        for (const SessionHours always : {SessionHours{0, 86'400}, SessionHours{0, 0}}) {
            const SessionFeatures ours = session_features(utc(2024, 1, 8, hour), 0, always);
            EXPECT_EQ(ours.open, 1);
            EXPECT_EQ(ours.progress, hour / 24.0);
        }
}

TEST(Calendar, ExpiriesAreOnThirdFridays) {
    for (std::int64_t day = 0; day < 40'000; day += 1) {
        const std::int64_t now = (day * 86'400 + 43'200) * second;
        const ExpiryFeatures ours = expiry_features(now, 0);
        const auto third_friday = [](const std::tm& date) { return date.tm_wday == 5 && date.tm_mday >= 15 && date.tm_mday <= 21; };
        int monthly = 0, quarterly = 0;
        while (!third_friday(local(now + monthly * 86'400 * second, 0))) ++monthly;
        for (;; ++quarterly) {
            const std::tm date = local(now + quarterly * 86'400 * second, 0);
            if (third_friday(date) && date.tm_mon % 3 == 2) break;
        }
        ASSERT_EQ(ours.days_to_monthly, monthly) << day;
        ASSERT_EQ(ours.days_to_quarterly, quarterly) << day;
        const int weekday = local(now, 0).tm_wday;
        ASSERT_EQ(ours.monthly_week, weekday >= 1 && weekday <= 5 && monthly == 5 - weekday) << day;
    }
    EXPECT_EQ(expiry_features(utc(2024, 3, 15, 23), 7200).days_to_quarterly, 97) << "already Saturday there: the next is in June";
}

TEST(Calendar, SaysOfEventsWhatWasKnownThen) {
    Dice dice(7);
    for (int round = 0; round < 300; ++round) {
        std::vector<ScheduledEvent> events;
        for (std::uint64_t i = 0; i < dice.next() % 12; ++i) {
            const auto at = static_cast<std::int64_t>(dice.next() % 2000) * second / 2;
            events.push_back({at, at - static_cast<std::int64_t>(dice.next() % 700) * second + 50 * second});
        }
        std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.at_nanoseconds < b.at_nanoseconds; });
        const EventWindow window{400, round % 3 == 0 ? 600.0 : 30, 45};
        for (int i = 0; i < 40; ++i) {
            const auto now = static_cast<std::int64_t>(dice.next() % 1200) * second;
            double next = window.horizon, last = window.horizon;
            bool inside = false;
            for (const ScheduledEvent& one : events) {
                if (one.known_nanoseconds > now) continue;
                const double seconds = static_cast<double>(one.at_nanoseconds - now) / 1e9;
                if (seconds > 0) next = std::min(next, seconds);
                else last = std::min(last, -seconds);
                inside = inside || (seconds > 0 ? seconds <= window.before : -seconds <= window.after);
            }
            const EventFeatures ours = event_features(now, events.data(), static_cast<std::int64_t>(events.size()), window);
            ASSERT_DOUBLE_EQ(ours.seconds_to_next, next);
            ASSERT_DOUBLE_EQ(ours.seconds_since_last, last);
            ASSERT_EQ(ours.inside, inside ? 1 : 0);
        }
    }
}

TEST(Calendar, AnEventThatIsAnnouncedLaterDoesNotExistBefore) {
    const ScheduledEvent meeting{1000 * second, 900 * second};
    const EventWindow window{3600, 300, 60};
    EXPECT_EQ(event_features(899 * second, &meeting, 1, window).seconds_to_next, 3600);
    EXPECT_EQ(event_features(899 * second, &meeting, 1, window).inside, 0);
    EXPECT_EQ(event_features(900 * second, &meeting, 1, window).seconds_to_next, 100);
    EXPECT_EQ(event_features(900 * second, &meeting, 1, window).inside, 1);
    EXPECT_EQ(event_features(1000 * second, &meeting, 1, window).seconds_since_last, 0) << "now is over";
    EXPECT_EQ(event_features(1061 * second, &meeting, 1, window).inside, 0);
    EXPECT_EQ(event_features(5, nullptr, 0, window).seconds_since_last, 3600);
}

} // namespace
} // namespace martlet
