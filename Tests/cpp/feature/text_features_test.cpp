#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "martlet/text_features.hpp"
#include "series.hpp"

// Numbers out of text, beside a reader that splits it into a list of words first.

namespace martlet {
namespace {

using namespace testing;

struct Lexicon {
    std::vector<double> memory;
    LexiconStatus status;
    std::int32_t line = -1;

    explicit Lexicon(const std::string& text) : memory(lexicon_bytes(text.data(), text.size()) / 8) {
        status = create_lexicon(text.data(), text.size(), memory.data(), memory.size() * 8, &line);
    }
    TextScore score(const std::string& text, std::vector<std::int32_t>* entities = nullptr) const {
        return score_text(memory.data(), text.data(), text.size(), entities != nullptr ? entities->data() : nullptr);
    }
};

const std::string sample = R"(# how words sound
record profit   0.8
profit  +0.5        # alone it is less
loss -0.5
lawsuit	-0.9
not negation
no longer   negation
federal reserve = FED
fed = FED
apple inc. = AAPL
apple = AAPL
zürich = ZRH
)";

TEST(TextFeatures, FindTheLongestEntryThatBeginsAtAWord) {
    const Lexicon lexicon(sample);
    ASSERT_EQ(lexicon.status, LexiconStatus::ok) << lexicon.line;
    EXPECT_EQ(lexicon_entries(lexicon.memory.data()), 11);
    const TextScore one = lexicon.score("Record PROFIT, then a loss!");
    EXPECT_EQ(one.words, 5);
    EXPECT_EQ(one.positive, 1);
    EXPECT_EQ(one.negative, 1);
    EXPECT_DOUBLE_EQ(one.sum, 0.8 - 0.5);
    EXPECT_DOUBLE_EQ(one.tone, 0.15);
    EXPECT_DOUBLE_EQ(lexicon.score("a record loss").sum, -0.5) << "a record alone says nothing";
    EXPECT_EQ(lexicon.score("profits lossy").positive, 0) << "other words";
}

TEST(TextFeatures, ANegationTurnsRoundWhatComesWithinThreeWords) {
    const Lexicon lexicon(sample);
    EXPECT_DOUBLE_EQ(lexicon.score("not a profit").sum, -0.5);
    EXPECT_DOUBLE_EQ(lexicon.score("not quite a profit").sum, -0.5);
    EXPECT_DOUBLE_EQ(lexicon.score("not what is a profit").sum, 0.5) << "four words on";
    EXPECT_DOUBLE_EQ(lexicon.score("no longer a loss").sum, 0.5);
    EXPECT_EQ(lexicon.score("not a loss").positive, 1);
}

TEST(TextFeatures, CountEntitiesByAnyOfTheirNames) {
    const Lexicon lexicon(sample);
    ASSERT_EQ(lexicon_entities(lexicon.memory.data()), 3);
    EXPECT_STREQ(lexicon_entity(lexicon.memory.data(), 0), "FED");
    EXPECT_STREQ(lexicon_entity(lexicon.memory.data(), 1), "AAPL");
    EXPECT_STREQ(lexicon_entity(lexicon.memory.data(), 2), "ZRH");
    EXPECT_EQ(lexicon_entity(lexicon.memory.data(), 3), nullptr);
    std::vector<std::int32_t> counts{10, 0, 0};
    const TextScore one = lexicon.score("The Federal Reserve (the Fed) and Apple Inc: apple fell in zürich", &counts);
    EXPECT_EQ(one.named, 5);
    EXPECT_EQ(counts, (std::vector<std::int32_t>{12, 2, 1})) << "added to what was there";
}

TEST(TextFeatures, AnEmptyTextOrLexiconSaysNothing) {
    const Lexicon lexicon(sample), nothing("");
    ASSERT_EQ(nothing.status, LexiconStatus::ok);
    for (const char* text : {"", "   ", "...", "-'-", "the of and"}) EXPECT_EQ(lexicon.score(text).tone, 0) << text;
    EXPECT_EQ(lexicon.score("... -- '").words, 0);
    EXPECT_EQ(nothing.score("record profit").words, 2);
    EXPECT_EQ(nothing.score("record profit").tone, 0);
}

/// Words by a plain reader.
std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> out;
    const auto letter = [&](std::size_t i) { return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || static_cast<unsigned char>(text[i]) >= 128); };
    std::string word;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const bool inner = i < text.size() && (text[i] == '.' || text[i] == '-' || text[i] == '\'') && !word.empty() && letter(i + 1);
        if (letter(i) || inner) word += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
        else if (!word.empty()) {
            out.push_back(word);
            word.clear();
        }
    }
    return out;
}

TEST(TextFeatures, AgreeWithAReaderThatListsTheWordsFirst) {
    Dice dice(3);
    const std::vector<std::string> vocabulary{"a", "B", "c.d", "e-f", "g'h", "9", "éa", "ab"};
    const auto any = [&] { return vocabulary[dice.next() % vocabulary.size()]; };
    for (int round = 0; round < 400; ++round) {
        std::string file;
        std::map<std::string, double> scores; // 100: a negation, 200 and more: an entity
        for (int i = 0; i < 25; ++i) {
            std::string phrase = any();
            for (std::uint64_t k = dice.next() % 4; k > 0; --k) phrase += " " + any();
            std::string key;
            for (const std::string& word : words_of(phrase)) key += (key.empty() ? "" : " ") + word;
            if (scores.count(key) != 0) continue;
            const std::uint64_t kind = dice.next() % 5;
            scores[key] = kind == 0 ? 100 : kind == 1 ? 200 + static_cast<double>(dice.next() % 3) : (static_cast<double>(dice.next() % 9) - 4) / 4;
            file += "  " + phrase + (kind == 0 ? " negation" : kind == 1 ? " = E" + std::to_string(static_cast<int>(scores[key])) : " " + std::to_string(scores[key])) + "\n";
        }
        const Lexicon lexicon(file);
        ASSERT_EQ(lexicon.status, LexiconStatus::ok) << file;
        std::string text;
        for (int i = 0; i < 60; ++i) text += any() + std::vector<std::string>{" ", ", ", " - ", "\n", "! "}[dice.next() % 5];
        const auto words = words_of(text);
        std::map<std::string, int> named;
        double sum = 0;
        int positive = 0, negative = 0, turned = 0;
        for (std::size_t i = 0; i < words.size();) {
            std::size_t used = 0;
            double meaning = 0;
            for (std::size_t count = std::min<std::size_t>(4, words.size() - i); count > 0 && used == 0; --count) {
                std::string key = words[i];
                for (std::size_t k = 1; k < count; ++k) key += " " + words[i + k];
                if (scores.count(key) == 0) continue;
                meaning = scores[key];
                used = count;
            }
            if (used > 0 && meaning <= 1) {
                const double score = turned > 0 ? -meaning : meaning;
                sum += score;
                positive += score > 0;
                negative += score < 0;
            }
            if (meaning >= 200) ++named["E" + std::to_string(static_cast<int>(meaning))];
            const std::size_t step = std::max<std::size_t>(used, 1);
            turned = meaning == 100 ? 3 : std::max(turned - static_cast<int>(step), 0);
            i += step;
        }
        std::vector<std::int32_t> counts(3);
        const TextScore ours = lexicon.score(text, &counts);
        ASSERT_EQ(static_cast<std::size_t>(ours.words), words.size());
        ASSERT_EQ(ours.positive, positive) << file << text;
        ASSERT_EQ(ours.negative, negative);
        ASSERT_NEAR(ours.sum, sum, 1e-12);
        for (std::int32_t e = 0; e < lexicon_entities(lexicon.memory.data()); ++e)
            ASSERT_EQ(counts[static_cast<std::size_t>(e)], named[lexicon_entity(lexicon.memory.data(), e)]);
    }
}

TEST(TextFeatures, ALexiconWithABadLineIsRefusedWithItsNumber) {
    const auto refused = [](const std::string& text) {
        const Lexicon one(text);
        return std::pair{one.status, one.line};
    };
    EXPECT_EQ(refused("good 1\nbad"), (std::pair{LexiconStatus::bad_line, 2}));
    EXPECT_EQ(refused("good 1.5"), (std::pair{LexiconStatus::bad_line, 1}));
    EXPECT_EQ(refused("good nan"), (std::pair{LexiconStatus::bad_line, 1}));
    EXPECT_EQ(refused("\n\n0.5"), (std::pair{LexiconStatus::bad_line, 3})) << "no phrase";
    EXPECT_EQ(refused("one two three four five 0.5"), (std::pair{LexiconStatus::bad_line, 1}));
    EXPECT_EQ(refused("apple ="), (std::pair{LexiconStatus::bad_line, 1}));
    EXPECT_EQ(refused("= AAPL"), (std::pair{LexiconStatus::bad_line, 1}));
    EXPECT_EQ(refused("Good 1\n# another\ngood -1"), (std::pair{LexiconStatus::repeated, 3}));
    EXPECT_EQ(refused(std::string(300, 'a') + " 1"), (std::pair{LexiconStatus::bad_line, 1}));
    const std::string text = "good 1";
    std::vector<double> memory(lexicon_bytes(text.data(), text.size()) / 8);
    EXPECT_EQ(create_lexicon(text.data(), text.size(), memory.data(), memory.size() * 8 - 8, nullptr), LexiconStatus::small_memory);
    EXPECT_EQ(lexicon_bytes(text.data(), (std::size_t{16} << 20) + 1), 0u);
}

TEST(TextFeatures, NoBytesAreTooStrangeToBeRead) {
    Dice dice(11);
    for (int round = 0; round < 3'000; ++round) {
        std::string file, text;
        for (std::uint64_t i = dice.next() % 60; i > 0; --i) file += round % 2 == 0 ? static_cast<char>(dice.next()) : "ab 1=\n#.-'"[dice.next() % 10];
        for (std::uint64_t i = dice.next() % 60; i > 0; --i) text += static_cast<char>(dice.next());
        const Lexicon lexicon(file);
        if (lexicon.status != LexiconStatus::ok) continue;
        std::vector<std::int32_t> counts(static_cast<std::size_t>(lexicon_entities(lexicon.memory.data())) + 1);
        const TextScore one = lexicon.score(text, &counts);
        ASSERT_LE(std::fabs(one.tone), 1);
    }
}

TEST(TextStreams, FadeByHalves) {
    constexpr std::int64_t second = 1'000'000'000, start = 1'700'000'000 * second;
    TextStream stream;
    stream.half_life_seconds = 100;
    EXPECT_EQ(stream.at(start).seconds_since_last, -1);
    EXPECT_EQ(stream.at(start).tone, 0);
    stream.update(start, 1);
    EXPECT_EQ(stream.at(start).mentions, 1);
    EXPECT_NEAR(stream.at(start + 100 * second).mentions, 0.5, 1e-12);
    EXPECT_EQ(stream.at(start + 100 * second).tone, 1) << "a tone does not fade, its weight does";
    stream.update(start + 100 * second, -1);
    EXPECT_NEAR(stream.at(start + 100 * second).mentions, 1.5, 1e-12);
    EXPECT_NEAR(stream.at(start + 100 * second).tone, -1.0 / 3, 1e-12);
    const TextStream copy = stream;
    stream.update(start, 0.5); // late: as of the last
    EXPECT_NEAR(stream.at(start + 100 * second).mentions, 2.5, 1e-12);
    EXPECT_EQ(copy.at(start + 100 * second).seconds_since_last, 0);
    EXPECT_EQ(stream.texts, 3);
}

TEST(TextStreams, AreTheSumsOverAllTextsThatCame) {
    Dice dice(2);
    TextStream stream;
    stream.half_life_seconds = 50;
    std::vector<std::pair<double, double>> all;
    double now = 0;
    for (int i = 0; i < 300; ++i) {
        now += std::floor(40 * dice.uniform());
        all.emplace_back(now, 2 * dice.uniform() - 1);
        stream.update(static_cast<std::int64_t>(now) * 1'000'000'000, all.back().second);
        const double later = now + std::floor(100 * dice.uniform());
        long double weights = 0, tones = 0;
        for (const auto& [time, tone] : all) {
            const long double weight = std::pow(0.5L, (later - time) / 50);
            weights += weight;
            tones += weight * tone;
        }
        const TextStream::Values ours = stream.at(static_cast<std::int64_t>(later) * 1'000'000'000);
        ASSERT_TRUE(close_to(ours.mentions, static_cast<double>(weights), 1e-10));
        ASSERT_NEAR(ours.tone, static_cast<double>(tones / weights), 1e-10);
        ASSERT_EQ(ours.seconds_since_last, later - now);
    }
}

} // namespace
} // namespace martlet
