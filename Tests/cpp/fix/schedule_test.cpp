#include <random>

#include "../../../cpp/fix/src/schedule.hpp"
#include "../../../cpp/fix/src/text.hpp"
#include "support.hpp"

namespace martlet::fix {
namespace {

std::int64_t utc(const char* text) {
    std::int64_t time = 0;
    EXPECT_TRUE(read_time(text, &time)) << text;
    return time;
}

std::string text(std::int64_t time) {
    char stamp[time_text_capacity];
    return std::string(stamp, write_time(time, 0, stamp));
}

Schedule schedule_of(const SessionSchedule& settings) {
    Schedule schedule;
    std::string error;
    EXPECT_TRUE(schedule.configure(settings, &error)) << error;
    return schedule;
}

constexpr std::uint32_t hour = 3600;

std::string period_at(const Schedule& schedule, const char* now) {
    const Schedule::Period period = schedule.period(utc(now));
    return text(period.start) + " to " + text(period.end) + (period.contains(utc(now)) ? " open" : " next");
}

TEST(Schedule, ADailySessionFollowsTheClocksOfItsZone) {
    const Schedule schedule = schedule_of({.enabled = true, .zone = "America/New_York", .start_second = 8 * hour, .end_second = 17 * hour});
    EXPECT_EQ(period_at(schedule, "20260115-15:00:00"), "20260115-13:00:00 to 20260115-22:00:00 open");
    EXPECT_EQ(period_at(schedule, "20260715-15:00:00"), "20260715-12:00:00 to 20260715-21:00:00 open");
    // The days around both changes of 2026: 8 March and 1 November.
    EXPECT_EQ(period_at(schedule, "20260307-22:00:00"), "20260308-12:00:00 to 20260308-21:00:00 next");
    EXPECT_EQ(period_at(schedule, "20261031-21:00:00"), "20261101-13:00:00 to 20261101-22:00:00 next");
    EXPECT_EQ(period_at(schedule, "20260115-12:59:59"), "20260115-13:00:00 to 20260115-22:00:00 next");
    EXPECT_EQ(period_at(schedule, "20260115-22:00:00"), "20260116-13:00:00 to 20260116-22:00:00 next");
}

TEST(Schedule, ASessionOverMidnightAndOneRoundTheClockKeepTheirBoundary) {
    const Schedule night = schedule_of({.enabled = true, .zone = "Europe/Berlin", .start_second = 22 * hour, .end_second = 6 * hour});
    EXPECT_EQ(period_at(night, "20260329-00:30:00"), "20260328-21:00:00 to 20260329-04:00:00 open") << "seven hours long: summer begins in it";
    EXPECT_EQ(period_at(night, "20261025-04:59:59"), "20261024-20:00:00 to 20261025-05:00:00 open") << "nine hours long";
    const Schedule round = schedule_of({.enabled = true, .zone = "America/Chicago", .start_second = 17 * hour, .end_second = 17 * hour});
    EXPECT_EQ(period_at(round, "20260310-21:59:59"), "20260309-22:00:00 to 20260310-22:00:00 open");
    EXPECT_EQ(period_at(round, "20260310-22:00:00"), "20260310-22:00:00 to 20260311-22:00:00 open");
    EXPECT_EQ(period_at(round, "20260308-12:00:00"), "20260307-23:00:00 to 20260308-22:00:00 open") << "23 hours";
}

TEST(Schedule, AWeeklySessionStartsAndEndsOnItsDays) {
    const Schedule forex = schedule_of({.enabled = true, .zone = "America/New_York", .start_second = 17 * hour, .end_second = 17 * hour, .start_day = 0, .end_day = 5});
    EXPECT_EQ(period_at(forex, "20260311-12:00:00"), "20260308-21:00:00 to 20260313-21:00:00 open");
    EXPECT_EQ(period_at(forex, "20260314-12:00:00"), "20260315-21:00:00 to 20260320-21:00:00 next");
    EXPECT_EQ(period_at(forex, "20261030-21:00:00"), "20261101-22:00:00 to 20261106-22:00:00 next");
    const Schedule week = schedule_of({.enabled = true, .start_second = 0, .end_second = 0, .start_day = 3, .end_day = 3});
    EXPECT_EQ(period_at(week, "20260113-23:59:59"), "20260107-00:00:00 to 20260114-00:00:00 open");
    const Schedule day = schedule_of({.enabled = true, .start_second = 9 * hour, .end_second = 10 * hour, .start_day = 3, .end_day = 3});
    EXPECT_EQ(period_at(day, "20260114-10:00:00"), "20260121-09:00:00 to 20260121-10:00:00 next");
}

TEST(Schedule, OnlyTheDaysThatAreNamedHaveASession) {
    const Schedule weekdays = schedule_of({.enabled = true, .zone = "Asia/Tokyo", .start_second = 9 * hour, .end_second = 15 * hour, .days = 0x3E});
    EXPECT_EQ(period_at(weekdays, "20260109-06:00:00"), "20260112-00:00:00 to 20260112-06:00:00 next") << "Friday's is over, Monday's comes";
}

TEST(Schedule, EverySessionIsWhatAWalkThroughTheSecondsFinds) {
    // By the clock on the wall, second for second (steps of ten minutes): open where a start has come and its end has not.
    const SessionSchedule all[] = {
        {.enabled = true, .zone = "America/New_York", .start_second = 8 * hour, .end_second = 17 * hour, .days = 0x3E},
        {.enabled = true, .zone = "Australia/Lord_Howe", .start_second = 20 * hour, .end_second = 5 * hour},
        {.enabled = true, .zone = "Europe/London", .start_second = 17 * hour, .end_second = 16 * hour, .start_day = 0, .end_day = 5},
    };
    for (const SessionSchedule& settings : all) {
        const Schedule schedule = schedule_of(settings);
        Zone zone;
        std::string error;
        ASSERT_TRUE(zone.load(settings.zone, &error));
        const auto inside = [&](std::int64_t second) {
            const std::int64_t local = second + zone.offset(second), day = local / 86'400, of_day = local % 86'400;
            const std::int64_t weekday = (day + 4) % 7;
            if (settings.start_day >= 0) {
                const std::int64_t now = weekday * 86'400 + of_day, start = settings.start_day * 86'400 + settings.start_second,
                                   end = settings.end_day * 86'400 + settings.end_second;
                return start < end ? now >= start && now < end : now >= start || now < end;
            }
            const bool today = (settings.days >> weekday & 1) != 0, yesterday = (settings.days >> (weekday + 6) % 7 & 1) != 0;
            if (settings.start_second < settings.end_second) return today && of_day >= settings.start_second && of_day < settings.end_second;
            return (today && of_day >= settings.start_second) || (yesterday && of_day < settings.end_second);
        };
        for (std::int64_t second = 1'767'225'600; second < 1'767'225'600 + 400 * 86'400; second += 600) {
            const Schedule::Period period = schedule.period(second * 1'000'000'000);
            ASSERT_EQ(period.contains(second * 1'000'000'000), inside(second)) << settings.zone << " " << text(second * 1'000'000'000);
            ASSERT_GT(period.end, second * 1'000'000'000);
        }
    }
}

TEST(Schedule, NumbersResetOnlyWhereASessionHasStartedSince) {
    SessionSchedule settings{.enabled = true, .zone = "America/New_York", .start_second = 8 * hour, .end_second = 17 * hour, .reset_at_start = true};
    const Schedule schedule = schedule_of(settings);
    EXPECT_FALSE(schedule.resets(utc("20260115-13:00:00"), utc("20260115-21:00:00"))) << "they are this session's";
    EXPECT_TRUE(schedule.resets(utc("20260115-12:59:59"), utc("20260115-13:00:00")));
    EXPECT_TRUE(schedule.resets(utc("20260101-13:00:00"), utc("20260115-21:00:00")));
    EXPECT_FALSE(schedule.resets(utc("20260114-13:00:00"), utc("20260115-23:00:00"))) << "never between sessions";
    settings.reset_at_start = false;
    EXPECT_FALSE(schedule_of(settings).resets(0, utc("20260115-21:00:00")));
    EXPECT_FALSE(Schedule().resets(0, utc("20260115-21:00:00")));
    EXPECT_TRUE(Schedule().period(utc("20260115-21:00:00")).contains(utc("20260115-21:00:00")));
}

TEST(Schedule, TimesThatMakeNoSenseAreNamed) {
    const auto refused = [](const SessionSchedule& settings, const char* words) {
        Schedule schedule;
        std::string error;
        EXPECT_FALSE(schedule.configure(settings, &error));
        EXPECT_NE(error.find(words), std::string::npos) << error;
    };
    refused({.enabled = true, .start_second = 86'400}, "0 to 86399");
    refused({.enabled = true, .start_day = 1}, "or neither");
    refused({.enabled = true, .start_day = 7, .end_day = 1}, "or neither");
    refused({.enabled = true, .days = 0}, "at least one");
    refused({.enabled = true, .zone = "Mars/Olympus"}, "Mars/Olympus");
}

} // namespace
} // namespace martlet::fix
