#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <random>

#include "../../../cpp/fix/src/zone.hpp"
#include "support.hpp"

namespace martlet::fix {
namespace {

constexpr const char* names[] = {"America/New_York", "America/Chicago",     "Europe/London",  "Europe/Berlin", "Europe/Dublin",   "Asia/Tokyo",
                                 "Asia/Kolkata",     "Asia/Tehran",         "Asia/Gaza",      "Africa/Cairo",  "Africa/Casablanca", "Australia/Sydney",
                                 "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Apia",   "America/Sao_Paulo", "America/Santiago", "America/Nuuk", "UTC"};

/// What the C library says.
struct SystemZone {
    explicit SystemZone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    ~SystemZone() {
        ::unsetenv("TZ");
        ::tzset();
    }
    static std::int64_t offset(std::int64_t utc) {
        const auto moment = static_cast<std::time_t>(utc);
        tm parts{};
        ::localtime_r(&moment, &parts);
        return parts.tm_gmtoff;
    }
};

TEST(Zone, AgreesWithTheSystemFrom1970To2100) {
    for (const char* name : names) {
        Zone zone;
        std::string error;
        ASSERT_TRUE(zone.load(name, &error)) << error;
        const SystemZone system(name);
        std::mt19937_64 random(1);
        for (int i = 0; i < 20'000; ++i) {
            const auto utc = static_cast<std::int64_t>(random() % 4'102'444'800);
            ASSERT_EQ(zone.offset(utc), SystemZone::offset(utc)) << name << " " << utc;
        }
        // Around every change of the clocks, found hour by hour.
        for (std::int64_t hour = 1'700'000'000; hour < 2'400'000'000; hour += 3600 * 5) {
            if (SystemZone::offset(hour) == SystemZone::offset(hour + 3600 * 5)) continue;
            for (std::int64_t utc = hour; utc < hour + 3600 * 5; utc += 30) ASSERT_EQ(zone.offset(utc), SystemZone::offset(utc)) << name << " " << utc;
        }
    }
}

TEST(Zone, ALocalSecondIsFoundAndOneThatIsJumpedOverComesAfterTheJump) {
    for (const char* name : names) {
        Zone zone;
        std::string error;
        ASSERT_TRUE(zone.load(name, &error)) << error;
        std::mt19937_64 random(2);
        for (int i = 0; i < 20'000; ++i) {
            const auto local = static_cast<std::int64_t>(86'400 + random() % 4'000'000'000);
            const std::int64_t utc = zone.utc_of(local);
            const std::int64_t shown = utc + zone.offset(utc);
            if (shown == local) {
                for (const std::int64_t earlier : {1800, 3600, 7200}) EXPECT_NE(utc - earlier + zone.offset(utc - earlier), local) << "the first is meant";
                continue;
            }
            EXPECT_GT(shown, local) << name << " " << local;
            EXPECT_LE(shown - local, 86'400) << name << " " << local; // Apia left out a whole day
        }
    }
    Zone york;
    std::string error;
    ASSERT_TRUE(york.load("America/New_York", &error));
    EXPECT_EQ(york.utc_of(1'772'937'000), 1'772'955'000) << "2026-03-08 02:30 is shown as 03:30, half an hour after the jump";
    EXPECT_EQ(york.utc_of(1'793'496'600), 1'793'511'000) << "2026-11-01 01:30 comes twice: the first";
}

TEST(Zone, NamesAndFilesThatAreNoZoneAreRefused) {
    Zone zone;
    std::string error;
    for (const char* name : {"", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "America", "Europe/Ber lin"}) EXPECT_FALSE(zone.load(name, &error)) << name;
    EXPECT_NE(error.find("Europe/Ber lin"), std::string::npos);
    EXPECT_FALSE(zone.load("Mars/Olympus", &error));
    EXPECT_NE(error.find("tzdata"), std::string::npos) << error;

    // Cut anywhere and changed anywhere: refused or read, never beyond the file's end.
    std::ifstream file("/usr/share/zoneinfo/Europe/London", std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(file), {}};
    test::Folder folder;
    std::mt19937 random(3);
    for (int i = 0; i < 300; ++i) {
        std::string bytes = whole.substr(0, i % 2 == 0 ? random() % whole.size() : whole.size());
        for (unsigned changes = random() % 4; changes > 0 && !bytes.empty(); --changes) bytes[random() % bytes.size()] = static_cast<char>(random());
        std::ofstream(folder / "Z", std::ios::binary) << bytes;
        if (zone.load("Z", &error, folder / "")) EXPECT_LE(std::abs(zone.offset(1'000'000'000)), 1ll << 31);
    }
}

} // namespace
} // namespace martlet::fix
