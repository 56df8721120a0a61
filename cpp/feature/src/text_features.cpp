#include "martlet/text_features.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <new>
#include <string_view>

#include "martlet/elementary.hpp"

namespace martlet {
namespace {

constexpr std::size_t largest_text = std::size_t{16} << 20;
constexpr std::int32_t most_entities = 4096;
constexpr int longest_phrase = 4; ///< words
constexpr int negation_reach = 3; ///< words

enum class Kind : std::int32_t { none = 0, score, negation, entity };

struct Slot {
    std::uint64_t hash;
    std::uint32_t phrase; ///< place in the letters
    std::uint32_t length;
    double score;
    Kind kind;
    std::int32_t entity;
};

/// Begin of the memory: the slots follow, then the places of the entities' names, then letters.
struct LexiconHeader {
    std::uint32_t slots; ///< a power of two
    std::int32_t entries;
    std::int32_t entities;
    std::uint32_t lines;
    std::uint32_t letters; ///< used
    std::uint32_t padding;
};

struct Lexicon {
    explicit Lexicon(const void* memory) noexcept
        : header(static_cast<LexiconHeader*>(const_cast<void*>(memory))), slots(reinterpret_cast<Slot*>(header + 1)),
          names(reinterpret_cast<std::uint32_t*>(slots + header->slots)), letters(reinterpret_cast<char*>(names + header->lines)) {}

    /// The slot of a phrase, or the empty one where it belongs.
    Slot& find(std::uint64_t hash, std::string_view folded) const noexcept {
        for (std::uint32_t at = static_cast<std::uint32_t>(hash) & (header->slots - 1);; at = (at + 1) & (header->slots - 1)) {
            Slot& slot = slots[at];
            if (slot.kind == Kind::none || (slot.hash == hash && std::string_view(letters + slot.phrase, slot.length) == folded)) return slot;
        }
    }
    std::uint32_t keep(std::string_view text) const noexcept {
        const std::uint32_t at = header->letters;
        std::memcpy(letters + at, text.data(), text.size());
        header->letters += static_cast<std::uint32_t>(text.size());
        return at;
    }

    LexiconHeader* header;
    Slot* slots;
    std::uint32_t* names;
    char* letters;
};

char folded(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
bool of_word(char c) noexcept {
    const char small = folded(c);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}
bool joins(char c) noexcept { return c == '.' || c == '\'' || c == '-'; }

struct Word {
    std::size_t begin;
    std::size_t end; ///< begin where there is none
};

Word next_word(std::string_view text, std::size_t from) noexcept {
    while (from < text.size() && !of_word(text[from])) ++from;
    std::size_t end = from;
    while (end < text.size() && (of_word(text[end]) || (joins(text[end]) && end + 1 < text.size() && of_word(text[end + 1])))) ++end;
    return {from, end};
}

/// Words joined by single spaces, folded, with the hash of each beginning of them. One that is too long to be kept is
/// no phrase.
class Phrase {
public:
    bool add(std::string_view word) noexcept {
        if (size_ + word.size() + 1 > sizeof letters_) return false;
        if (size_ > 0) put(' ');
        for (const char c : word) put(folded(c));
        return true;
    }
    std::string_view text() const noexcept { return {letters_, size_}; }
    std::uint64_t hash() const noexcept { return hash_ ^ hash_ >> 32; }

private:
    void put(char c) noexcept {
        letters_[size_++] = c;
        hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ull; // FNV-1a
    }
    char letters_[256];
    std::size_t size_ = 0;
    std::uint64_t hash_ = 0xcbf29ce484222325ull;
};

std::string_view trimmed(std::string_view text) noexcept {
    const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && space(text.front())) text.remove_prefix(1);
    while (!text.empty() && space(text.back())) text.remove_suffix(1);
    return text;
}

/// Cuts the last word off a line.
std::string_view take_last(std::string_view& line) noexcept {
    const std::size_t space = line.find_last_of(" \t");
    const std::string_view last = space == std::string_view::npos ? line : line.substr(space + 1);
    line = trimmed(line.substr(0, line.size() - last.size()));
    return last;
}

/// The number of the entity with this name, a new one where there is none; −1 beyond the most.
std::int32_t entity_of(const Lexicon& lexicon, std::string_view name) noexcept {
    for (std::int32_t i = 0; i < lexicon.header->entities; ++i)
        if (name == lexicon.letters + lexicon.names[i]) return i;
    if (lexicon.header->entities == most_entities) return -1;
    lexicon.names[lexicon.header->entities] = lexicon.keep(name);
    lexicon.letters[lexicon.header->letters++] = '\0';
    return lexicon.header->entities++;
}

/// What stands behind the phrase of a line; the phrase is what is left of it.
LexiconStatus read_meaning(const Lexicon& lexicon, std::string_view& line, Slot& slot) noexcept {
    const std::size_t equals = line.find('=');
    if (equals != std::string_view::npos) {
        const std::string_view name = trimmed(line.substr(equals + 1));
        line = trimmed(line.substr(0, equals));
        if (name.empty()) return LexiconStatus::bad_line;
        slot.kind = Kind::entity;
        slot.entity = entity_of(lexicon, name);
        return slot.entity < 0 ? LexiconStatus::too_large : LexiconStatus::ok;
    }
    const std::string_view last = take_last(line);
    if (last == "negation") {
        slot.kind = Kind::negation;
        return LexiconStatus::ok;
    }
    const char* begin = last.data();
    if (!last.empty() && last.front() == '+') ++begin;
    const auto [end, error] = std::from_chars(begin, last.data() + last.size(), slot.score);
    const bool number = error == std::errc() && end == last.data() + last.size() && slot.score >= -1 && slot.score <= 1;
    slot.kind = Kind::score;
    return number ? LexiconStatus::ok : LexiconStatus::bad_line;
}

LexiconStatus read_line(const Lexicon& lexicon, std::string_view line) noexcept {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) return LexiconStatus::ok;
    Slot entry{};
    const LexiconStatus status = read_meaning(lexicon, line, entry);
    if (status != LexiconStatus::ok) return status;
    Phrase phrase;
    int words = 0;
    for (Word word = next_word(line, 0); word.end > word.begin; word = next_word(line, word.end), ++words)
        if (words == longest_phrase || !phrase.add(line.substr(word.begin, word.end - word.begin))) return LexiconStatus::bad_line;
    if (words == 0) return LexiconStatus::bad_line;
    Slot& slot = lexicon.find(phrase.hash(), phrase.text());
    if (slot.kind != Kind::none) return LexiconStatus::repeated;
    entry.hash = phrase.hash();
    entry.length = static_cast<std::uint32_t>(phrase.text().size());
    entry.phrase = lexicon.keep(phrase.text());
    slot = entry;
    ++lexicon.header->entries;
    return LexiconStatus::ok;
}

std::uint32_t lines_of(std::string_view text) noexcept {
    return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
}

/// The longest entry that begins at `word`, and the end of it; null where none does.
const Slot* longest_entry(const Lexicon& lexicon, std::string_view text, Word word, std::size_t& end, int& words) noexcept {
    const Slot* found = nullptr;
    Phrase phrase;
    for (int count = 1; count <= longest_phrase && word.end > word.begin; ++count) {
        if (!phrase.add(text.substr(word.begin, word.end - word.begin))) break;
        const Slot& slot = lexicon.find(phrase.hash(), phrase.text());
        if (slot.kind != Kind::none) {
            found = &slot;
            end = word.end;
            words = count;
        }
        word = next_word(text, word.end);
    }
    return found;
}

} // namespace

std::size_t lexicon_bytes(const char* text, std::size_t length) noexcept {
    if (length > largest_text) return 0;
    const std::uint32_t lines = lines_of({text, length});
    // A name ends with a zero that its line has no letter for; a phrase is never longer than its line.
    const std::size_t letters = length + lines;
    const std::size_t all = sizeof(LexiconHeader) + std::bit_ceil(std::size_t{lines} * 2) * sizeof(Slot) + lines * sizeof(std::uint32_t) + letters;
    return (all + 7) / 8 * 8;
}

LexiconStatus create_lexicon(const char* text, std::size_t length, void* memory, std::size_t bytes, std::int32_t* line) noexcept {
    const std::size_t needed = lexicon_bytes(text, length);
    if (line != nullptr) *line = 0;
    if (needed == 0) return LexiconStatus::too_large;
    if (memory == nullptr || bytes < needed || reinterpret_cast<std::uintptr_t>(memory) % 8 != 0) return LexiconStatus::small_memory;
    std::memset(memory, 0, needed);
    const std::uint32_t lines = lines_of({text, length});
    new (memory) LexiconHeader{static_cast<std::uint32_t>(std::bit_ceil(std::size_t{lines} * 2)), 0, 0, lines, 0, 0};
    const Lexicon lexicon(memory);
    std::string_view rest(text, length);
    for (std::uint32_t i = 1; i <= lines; ++i) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const LexiconStatus status = read_line(lexicon, rest.substr(0, end));
        if (status != LexiconStatus::ok) {
            if (line != nullptr) *line = static_cast<std::int32_t>(i);
            return status;
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return LexiconStatus::ok;
}

std::int32_t lexicon_entries(const void* lexicon) noexcept { return Lexicon(lexicon).header->entries; }
std::int32_t lexicon_entities(const void* lexicon) noexcept { return Lexicon(lexicon).header->entities; }
const char* lexicon_entity(const void* lexicon, std::int32_t entity) noexcept {
    const Lexicon view(lexicon);
    return entity >= 0 && entity < view.header->entities ? view.letters + view.names[entity] : nullptr;
}

TextScore score_text(const void* lexicon, const char* text, std::size_t length, std::int32_t* entities) noexcept {
    const Lexicon view(lexicon);
    const std::string_view all(text, length);
    TextScore out{0, 0, 0, 0, 0, 0};
    int turned = 0; // words that a negation still reaches
    for (Word word = next_word(all, 0); word.end > word.begin;) {
        std::size_t end = word.end;
        int words = 1;
        const Slot* entry = longest_entry(view, all, word, end, words);
        out.words += words;
        if (entry != nullptr && entry->kind == Kind::score) {
            const double score = turned > 0 ? -entry->score : entry->score;
            out.sum += score;
            out.positive += score > 0 ? 1 : 0;
            out.negative += score < 0 ? 1 : 0;
        }
        if (entry != nullptr && entry->kind == Kind::entity) {
            ++out.named;
            if (entities != nullptr) ++entities[entry->entity];
        }
        turned = entry != nullptr && entry->kind == Kind::negation ? negation_reach : std::max(turned - words, 0);
        word = next_word(all, end);
    }
    const std::int32_t found = out.positive + out.negative;
    out.tone = found > 0 ? out.sum / found : 0;
    return out;
}

void TextStream::update(std::int64_t utc_nanoseconds, double tone) noexcept {
    const std::int64_t now = texts > 0 ? std::max(utc_nanoseconds, last_nanoseconds) : utc_nanoseconds;
    const Values before = at(now);
    mentions = before.mentions + 1;
    sum = before.mentions * before.tone + tone;
    last_nanoseconds = now;
    ++texts;
}

TextStream::Values TextStream::at(std::int64_t utc_nanoseconds) const noexcept {
    if (texts == 0) return {0, 0, -1};
    constexpr double ln2 = 0.69314718055994531;
    const double seconds = std::max(static_cast<double>(utc_nanoseconds) - static_cast<double>(last_nanoseconds), 0.0) / 1e9;
    return {mentions * portable_exp(-ln2 * seconds / half_life_seconds), sum / mentions, seconds};
}

} // namespace martlet
