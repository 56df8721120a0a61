#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "../../../cpp/fix/src/session_store.hpp"
#include "support.hpp"

namespace martlet::fix {
namespace {

std::string message_of(int sequence, const char* type = "8") {
    const std::string body = std::string("35=") + type + "\00134=" + std::to_string(sequence) + "\00149=S\00152=20260101-12:00:00\00156=T\00158=" +
                             std::string(static_cast<std::size_t>(sequence % 7) * 10, 'x') + "\001";
    return "8=FIX.4.4\0019=" + std::to_string(body.size()) + "\001" + body + "10=000\001";
}

struct StoreTest : testing::Test {
    std::unique_ptr<SessionStore> opened() {
        auto store = std::make_unique<SessionStore>("S", "T");
        store->never_resend({"X"});
        std::string error;
        EXPECT_TRUE(store->open(path, &error)) << error;
        return store;
    }
    static void add(SessionStore& store, int sequence, const char* type = "8") {
        ASSERT_TRUE(store.set(sequence, message_of(sequence, type)));
        store.incrNextSenderMsgSeqNum();
    }
    static std::vector<std::string> all(const SessionStore& store, int begin, int end) {
        std::vector<std::string> messages;
        store.get(begin, end, messages);
        return messages;
    }
    test::Folder folder;
    std::string path = folder / "s.fixstore";
};

TEST_F(StoreTest, NumbersAndMessagesSurviveAReopening) {
    {
        auto store = opened();
        EXPECT_EQ(store->getNextSenderMsgSeqNum(), 1);
        for (int i = 1; i <= 100; ++i) add(*store, i);
        for (int i = 0; i < 41; ++i) store->incrNextTargetMsgSeqNum();
    }
    auto store = opened();
    EXPECT_EQ(store->getNextSenderMsgSeqNum(), 101);
    EXPECT_EQ(store->getNextTargetMsgSeqNum(), 42);
    const auto messages = all(*store, 1, 100);
    ASSERT_EQ(messages.size(), 100u);
    for (int i = 1; i <= 100; ++i) EXPECT_EQ(messages[static_cast<std::size_t>(i - 1)], message_of(i));
}

TEST_F(StoreTest, ATornTailIsCutWhereverItTore) {
    { auto store = opened(); for (int i = 1; i <= 3; ++i) add(*store, i); }
    const auto whole = std::filesystem::file_size(path);
    const auto message = message_of(3).size();
    const auto record = (24 + message + 7) / 8 * 8;
    const auto padding = record - 24 - message;
    for (std::size_t cut = 1; cut < record; ++cut)
        for (const bool reserved : {false, true}) {
            const std::string copy = folder / "torn";
            std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
            std::filesystem::resize_file(copy, whole - cut);
            if (reserved) std::filesystem::resize_file(copy, whole + 100'000); // zeros where the disk had room
            SessionStore store("S", "T");
            std::string error;
            ASSERT_TRUE(store.open(copy, &error)) << cut << ": " << error;
            // The number of the torn message is known all the same and is not given out twice.
            EXPECT_EQ(store.getNextSenderMsgSeqNum(), 4);
            const auto messages = all(store, 1, 3);
            ASSERT_EQ(messages.size(), 3u);
            EXPECT_EQ(messages[1], message_of(2));
            if (cut <= padding) {
                EXPECT_EQ(messages[2], message_of(3)) << "only the filling was torn";
                continue;
            }
            EXPECT_GT(store.torn_bytes(), 0u) << cut;
            EXPECT_LE(store.torn_bytes(), record - cut); // less where it tore within zeros
            EXPECT_NE(messages[2].find("\00135=0\001"), std::string::npos) << "a session message in place of the torn one";
            add(store, 4);
            EXPECT_EQ(all(store, 4, 4), std::vector<std::string>{message_of(4)}) << "the log goes on where it was cut";
        }
}

TEST_F(StoreTest, AFlippedBitWithIntactRecordsBehindItIsRefused) {
    { auto store = opened(); for (int i = 1; i <= 5; ++i) add(*store, i); }
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 + 16 + 20);
    file.put('#');
    file.close();
    SessionStore store("S", "T");
    std::string error;
    EXPECT_FALSE(store.open(path, &error));
    EXPECT_NE(error.find("damaged at byte 4096"), std::string::npos) << error;
}

TEST_F(StoreTest, AFileOfAnotherKindIsRefused) {
    std::ofstream(path) << std::string(10'000, 'x');
    SessionStore store("S", "T");
    std::string error;
    EXPECT_FALSE(store.open(path, &error));
    EXPECT_NE(error.find("not a message store"), std::string::npos);
}

TEST_F(StoreTest, ASecondOpeningIsRefused) {
    auto store = opened();
    SessionStore second("S", "T");
    std::string error;
    EXPECT_FALSE(second.open(path, &error));
    EXPECT_NE(error.find("in use"), std::string::npos);
}

TEST_F(StoreTest, WhatIsNeverResentIsNumberedButNotStored) {
    auto store = opened();
    add(*store, 1, "X");
    add(*store, 2, "0");
    store.reset();
    EXPECT_EQ(std::filesystem::file_size(path), 4096u);
    store = opened();
    EXPECT_EQ(store->getNextSenderMsgSeqNum(), 3);
    add(*store, 3);
    add(*store, 4, "X");
    // The stored one, and a session message that lets QuickFIX close the gap at the end.
    const auto messages = all(*store, 1, 4);
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[0], message_of(3));
    EXPECT_NE(messages[1].find("\00134=4\001"), std::string::npos);
    EXPECT_TRUE(all(*store, 5, 9).empty());
    EXPECT_TRUE(all(*store, 4, 1).empty());
}

TEST_F(StoreTest, AResetStartsAtOneAndForgets) {
    auto store = opened();
    for (int i = 1; i <= 5; ++i) add(*store, i);
    store->setNextTargetMsgSeqNum(9);
    store->reset();
    EXPECT_EQ(store->getNextSenderMsgSeqNum(), 1);
    EXPECT_EQ(store->getNextTargetMsgSeqNum(), 1);
    EXPECT_TRUE(all(*store, 1, 5).empty());
    add(*store, 1);
    store.reset();
    store = opened();
    EXPECT_EQ(store->getNextSenderMsgSeqNum(), 2);
    EXPECT_EQ(all(*store, 1, 1), std::vector<std::string>{message_of(1)});
}

TEST_F(StoreTest, AFullDiskIsAnErrorAndNotALie) {
    auto store = opened();
    add(*store, 1);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = std::filesystem::file_size(path) + 30; // what was reserved, and less than a message
    ::setrlimit(RLIMIT_FSIZE, &small);
    int stored = 1;
    const std::string received = message_of(1);
    try {
        while (stored < 100'000) add(*store, ++stored);
        ADD_FAILURE() << "the disk was never full";
    } catch (const FIX::IOException& problem) {
        EXPECT_NE(std::string(problem.what()).find("cannot store message " + std::to_string(stored)), std::string::npos) << problem.what();
    }
    EXPECT_EQ(store->failures(), 1u);
    EXPECT_EQ(store->getNextSenderMsgSeqNum(), stored);
    // What arrives is counted all the same: its events are on their way.
    store->receiving(&received);
    while (store->failures() == 1) {
        store->receiving(&received);
        store->incrNextTargetMsgSeqNum();
    }
    const int next_target = store->getNextTargetMsgSeqNum();
    ::setrlimit(RLIMIT_FSIZE, &before);
    add(*store, stored);
    store.reset();
    store = opened();
    EXPECT_EQ(store->torn_bytes(), 0u);
    EXPECT_EQ(store->getNextTargetMsgSeqNum(), next_target);
    EXPECT_EQ(all(*store, 1, stored).size(), static_cast<std::size_t>(stored));
}

TEST_F(StoreTest, NumbersSurviveAKill) {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        SessionStore store("S", "T");
        std::string error;
        if (!store.open(path, &error)) ::_exit(1);
        for (int i = 1; i <= 1000; ++i) {
            store.set(i, message_of(i));
            store.incrNextSenderMsgSeqNum();
            store.incrNextTargetMsgSeqNum();
        }
        (void)!::write(ready[1], "x", 1);
        ::pause();
    }
    char byte;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    auto store = opened();
    EXPECT_EQ(store->torn_bytes(), 0u) << "the room that was reserved is no torn record";
    EXPECT_EQ(store->getNextSenderMsgSeqNum(), 1001);
    EXPECT_EQ(store->getNextTargetMsgSeqNum(), 1001);
    EXPECT_EQ(all(*store, 1, 1000).size(), 1000u);
}

/// What the log says, oldest first: "kind number message".
std::vector<std::string> records_of(const std::string& path) {
    std::vector<std::string> records;
    SessionStore store("S", "T");
    std::string error;
    EXPECT_TRUE(store.open(path, &error, [&](const LogRecord& record, std::string_view message) {
        const bool text = record.kind == RecordKind::sent || record.kind == RecordKind::received;
        records.push_back(std::to_string(static_cast<int>(record.kind)) + " " + std::to_string(record.sequence) + " " + (text ? std::string(message) : ""));
    })) << error;
    return records;
}

TEST_F(StoreTest, WhatArrivesIsLoggedWithItsNumberAndOnlyOnce) {
    {
        auto store = opened();
        const std::string first = message_of(1), third = message_of(3);
        store->receiving(&first);
        store->incrNextTargetMsgSeqNum();
        store->incrNextTargetMsgSeqNum(); // a heartbeat
        store->receiving(&third);
        store->incrNextTargetMsgSeqNum();
        store->receiving(&third);
        store->receiving(nullptr); // refused before it counted
        store->incrNextTargetMsgSeqNum();
    }
    EXPECT_EQ(records_of(path), (std::vector<std::string>{"2 1 " + message_of(1), "2 3 " + message_of(3)}));
    EXPECT_EQ(opened()->getNextTargetMsgSeqNum(), 5);
}

TEST_F(StoreTest, NumbersAreWhatTheLogSaysWhereItsPageIsBehind) {
    {
        auto store = opened();
        const std::string text = message_of(1);
        for (int i = 1; i <= 7; ++i) add(*store, i);
        for (int i = 1; i <= 9; ++i) {
            store->receiving(&text);
            store->incrNextTargetMsgSeqNum();
        }
    }
    const auto forget_page = [&] {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        const std::uint64_t ones[2] = {1, 1};
        file.seekp(16);
        file.write(reinterpret_cast<const char*>(ones), sizeof ones);
    };
    forget_page();
    {
        auto store = opened();
        EXPECT_EQ(store->getNextSenderMsgSeqNum(), 8);
        EXPECT_EQ(store->getNextTargetMsgSeqNum(), 10);
        store->setNextTargetMsgSeqNum(4); // a report that is to come again
        store->setNextSenderMsgSeqNum(20);
    }
    forget_page();
    auto store = opened();
    EXPECT_EQ(store->getNextSenderMsgSeqNum(), 20);
    EXPECT_EQ(store->getNextTargetMsgSeqNum(), 4) << "what was set back is not undone by older records";
}

TEST(SessionTime, NeverEndsNotEvenAtMidnight) {
    FIX::TimeRange range = endless_session_time();
    for (const int seconds : {0, 1, 43'199, 43'200, 86'398, 86'399})
        for (int day = 0; day < 14; ++day) {
            const FIX::UtcTimeStamp now(static_cast<time_t>(1'767'225'600 + day * 86'400 + seconds), 0, 9);
            FIX::UtcTimeStamp creation = now;
            creation += 12 * 60 * 60; // as the store tells it
            EXPECT_TRUE(range.isInRange(now));
            EXPECT_TRUE(range.isInSameRange(now, creation)) << day << " " << seconds;
        }
}

} // namespace
} // namespace martlet::fix
