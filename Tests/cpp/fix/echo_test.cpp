#include "martlet/echo_session.hpp"

#include "subjects.hpp"

namespace martlet::test {
namespace {

struct EchoTest : testing::Test {
    void SetUp() override {
        dictionaries = standard_dictionaries();
        data = folder / "echo";
        settings.dictionary_directory = dictionaries.c_str();
        settings.data_directory = data.c_str();
        if (dictionaries.empty()) GTEST_SKIP() << "no standard dictionaries: ./martlet test fetches them, or name their folder in MARTLET_FIX_STANDARD";
    }
    std::string error() const {
        char text[512];
        return std::string(text, echo.last_error(text, sizeof text));
    }
    Folder folder;
    std::string dictionaries, data;
    EchoSettings settings;
    EchoSession echo;
};

TEST_F(EchoTest, AnOrderComesBackFieldForField) {
    ASSERT_EQ(echo.start(settings), FixStatus::ok) << error();
    RawPeer peer("TW44", "ISLD");
    ASSERT_TRUE(peer.connect(echo.port()));
    peer.send("A", "98=0|108=30|");
    ASSERT_FALSE(peer.receive("A").empty());
    peer.send("D", "11=A|21=1|38=1|40=2|44=12.50|54=1|55=AAA|60=20260101-12:00:00|");
    const std::string text = peer.receive("D");
    EXPECT_NE(text.find("|11=A|21=1|38=1|40=2|44=12.50|54=1|55=AAA|60=20260101-12:00:00|"), std::string::npos) << text;
}

TEST_F(EchoTest, AFolderWithoutTheDictionariesIsNamed) {
    const std::string empty = folder / "none";
    settings.dictionary_directory = empty.c_str();
    EXPECT_EQ(echo.start(settings), FixStatus::dictionary_failed);
    EXPECT_NE(error().find(empty + "/FIX42.xml"), std::string::npos) << error();
    settings.dictionary_directory = nullptr;
    EXPECT_EQ(echo.start(settings), FixStatus::bad_settings);
}

TEST_F(EchoTest, APortInUseIsNamedAndStartingAgainWorks) {
    RawPeer occupant("A", "B");
    settings.port = occupant.listen();
    EXPECT_EQ(echo.start(settings), FixStatus::port_in_use);
    EXPECT_NE(error().find("port " + std::to_string(settings.port)), std::string::npos) << error();
    settings.port = 0;
    ASSERT_EQ(echo.start(settings), FixStatus::ok) << error();
    EXPECT_EQ(echo.start(settings), FixStatus::already_started);
    echo.stop(0);
    EXPECT_EQ(echo.port(), 0u);
    ASSERT_EQ(echo.start(settings), FixStatus::ok) << error();
}

TEST_F(EchoTest, ALogoutOfOursIsSentWhenItStops) {
    ASSERT_EQ(echo.start(settings), FixStatus::ok) << error();
    RawPeer peer("TW44", "ISLD");
    ASSERT_TRUE(peer.connect(echo.port()));
    peer.send("A", "98=0|108=30|");
    ASSERT_FALSE(peer.receive("A").empty());
    std::thread stopping([&] { echo.stop(20'000); });
    EXPECT_FALSE(peer.receive("5").empty());
    peer.send("5", "");
    stopping.join();
    EXPECT_TRUE(peer.hung_up());
}

TEST_F(EchoTest, ConnectionsThatSayNothingAreCounted) {
    ASSERT_EQ(echo.start(settings), FixStatus::ok) << error();
    for (int i = 0; i < 20; ++i) {
        RawPeer peer("A", "B");
        ASSERT_TRUE(peer.connect(echo.port()));
    }
    EXPECT_TRUE(eventually([&] { return echo.counters().connections_refused == 20; }));
}

} // namespace
} // namespace martlet::test
