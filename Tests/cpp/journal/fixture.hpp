#pragma once
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <unistd.h>
#include <vector>

#include "martlet/event.hpp"
#include "martlet/journal.hpp"
#include "martlet/journal_reader.hpp"
#include "martlet/journal_verify.hpp"

// What the journal's tests share.

namespace martlet {

inline constexpr std::int64_t a_minute = 60'000'000'000;

/// A directory that is gone with the test; in memory where it can be, since the tests sync thousands of times.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        const std::string memory = "/dev/shm";
        const bool usable = access(memory.c_str(), W_OK) == 0;
        std::string pattern = (usable ? memory : std::filesystem::temp_directory_path().string()) + "/martlet-journal-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
        path_ = pattern;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

inline MarketEvent event_of(std::uint64_t sequence) {
    MarketEvent event{};
    event.sequence = sequence;
    event.receive_time = static_cast<std::int64_t>(1'000 * sequence);
    event.kind = EventKind::order_add;
    event.price = static_cast<std::int64_t>(sequence * 7);
    event.quantity = 3;
    return event;
}

/// A payload whose length and bytes follow from the sequence; every third record has none.
inline std::string payload_of(std::uint64_t sequence) {
    if (sequence % 3 == 0) return {};
    return std::string(sequence * 5 % 41, static_cast<char>('a' + sequence % 26));
}

inline bool append(Journal& journal, std::uint64_t sequence, bool with_payload = true) {
    const MarketEvent event = event_of(sequence);
    const std::string payload = with_payload ? payload_of(sequence) : std::string();
    return journal.append(&event, sizeof(event), payload.data(), payload.size());
}

inline void append_range(Journal& journal, std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t sequence = first; sequence <= last; ++sequence) ASSERT_TRUE(append(journal, sequence));
}

/// Small segments and blocks, so that a few records make several. The options point into `directory`.
JournalOptions small_options(std::string&&) = delete;
inline JournalOptions small_options(const std::string& directory) {
    JournalOptions options;
    options.directory = directory.c_str();
    options.segment_bytes = 1024;
    options.block_bytes = 300;
    options.created_at = 42;
    options.run_text = "{\"seed\":7}";
    return options;
}

/// Reads all of a journal, checking that each record is what `append` wrote. Returns the last sequence.
inline std::uint64_t expect_records(const std::string& directory, JournalStatus ending = JournalStatus::end) {
    JournalReader reader;
    const JournalStatus opened = reader.open(directory.c_str());
    if (opened != JournalStatus::ok) {
        EXPECT_EQ(opened, ending);
        return 0;
    }
    std::uint64_t last = 0;
    while (reader.next()) {
        const MarketEvent expected = event_of(++last);
        const std::string payload = payload_of(last);
        EXPECT_EQ(reader.sequence(), last);
        EXPECT_EQ(reader.record_size(), sizeof(expected));
        EXPECT_EQ(std::memcmp(reader.record(), &expected, sizeof(expected)), 0);
        EXPECT_EQ(std::string(static_cast<const char*>(reader.payload()), reader.payload_size()), payload);
    }
    char text[300];
    reader.error_text(text, sizeof(text));
    EXPECT_EQ(reader.status(), ending) << text;
    return last;
}

inline VerifyReport verify(const std::string& directory, const std::string& public_key = {}) {
    VerifyOptions options;
    if (!public_key.empty()) options.public_key_file = public_key.c_str();
    return verify_journal(directory.c_str(), options);
}

inline std::string segment_file(const std::string& directory, int number) {
    char name[64];
    std::snprintf(name, sizeof(name), "/journal-%08d.segment", number);
    return directory + name;
}

inline std::string read_bytes(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The files of a journal as a crash at this moment would leave them.
inline void copy_journal(const std::string& from, const std::string& to) {
    std::filesystem::create_directories(to);
    for (const auto& entry : std::filesystem::directory_iterator(from)) {
        if (entry.path().filename() == "journal.lock") continue;
        std::filesystem::copy_file(entry.path(), std::filesystem::path(to) / entry.path().filename(),
                                   std::filesystem::copy_options::overwrite_existing);
    }
}

inline int count_segments(const std::string& directory) {
    int count = 0;
    while (std::filesystem::exists(segment_file(directory, count + 1))) ++count;
    return count;
}

/// Two signed segments of a few records each.
inline void write_signed_journal(const std::string& directory, std::uint64_t records = 12) {
    Journal journal;
    JournalOptions options = small_options(directory);
    options.quiet_nanoseconds = a_minute;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    for (std::uint64_t sequence = 1; sequence <= records; ++sequence) {
        ASSERT_TRUE(append(journal, sequence));
        ASSERT_TRUE(journal.wait_durable(sequence, a_minute)); // one batch each, so that blocks fill up in between
    }
    ASSERT_EQ(journal.close(), JournalStatus::ok);
}

/// The files of a journal whose writer died after two segments, one block and two records behind it.
inline void write_crashed_journal(const std::string& directory) {
    TemporaryDirectory alive;
    Journal journal;
    JournalOptions options = small_options(alive.path());
    options.quiet_nanoseconds = a_minute;
    ASSERT_EQ(journal.open(options), JournalStatus::ok);
    std::uint64_t sequence = 0;
    while (journal.segment() < 2) {
        ASSERT_TRUE(append(journal, ++sequence));
        journal.kick(); // the first segment ends on the journal's own thread
        ASSERT_TRUE(journal.wait_durable(sequence, a_minute));
    }
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(append(journal, ++sequence));
    ASSERT_EQ(journal.flush(), JournalStatus::ok);
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(append(journal, ++sequence));
    ASSERT_TRUE(journal.wait_durable(sequence, a_minute));
    copy_journal(alive.path(), directory);
}

} // namespace martlet
