#pragma once
#include <cstddef>
#include <cstdint>

// Numbers out of timestamped text: how it sounds and whom it names, by a lexicon that the user can replace.
//
//     lexicon file ──► create_lexicon ──► lexicon (the caller's memory, flat)
//                                            │
//     text ──► words ──► longest entry that begins there ──► TextScore, counts of entities
//                                            │
//     time, score ──► TextStream ──► decayed mentions and tone at any later moment
//
// The lexicon is a text, one entry a line, `#` begins a comment:
//
//     record profit   0.8          # a phrase of up to four words, and how it sounds: −1 … 1
//     not             negation     # turns round what comes within the next three words
//     federal reserve = FED        # an entity; several phrases may name the same
//
// Words are runs of letters, digits and what lies beyond ASCII; a dot, apostrophe or hyphen within them belongs to
// them. Letters of ASCII are compared without case, all others byte by byte. Nothing allocates, locks or throws.

namespace martlet {

enum class LexiconStatus : std::uint8_t {
    ok = 0,
    bad_line,     ///< neither a number in −1 … 1, nor `negation`, nor `= NAME` behind one to four words
    repeated,     ///< a phrase that was there before
    too_large,    ///< more than 16 MiB of text, or 4096 entities
    small_memory, ///< less than `lexicon_bytes`, or not aligned to 8
};

/// Bytes that a lexicon of this text needs, a multiple of 8; 0 where the text is too large. O(length).
std::size_t lexicon_bytes(const char* text, std::size_t length) noexcept;
/// Reads a lexicon. Where it fails, `*line` (unless null) is the line, from 1.
/// O(length + lines × entities).
LexiconStatus create_lexicon(const char* text, std::size_t length, void* memory, std::size_t bytes, std::int32_t* line) noexcept;

std::int32_t lexicon_entries(const void* lexicon) noexcept;
/// Entities are numbered by their first line.
std::int32_t lexicon_entities(const void* lexicon) noexcept;
/// Name of an entity, terminated by zero; null where there is none.
const char* lexicon_entity(const void* lexicon, std::int32_t entity) noexcept;

/// What a text says by a lexicon.
struct TextScore {
    std::int32_t words;
    std::int32_t positive; ///< entries that sound good, turned round ones counted as turned
    std::int32_t negative;
    std::int32_t named;    ///< mentions of entities
    double sum;            ///< of the scores
    double tone;           ///< mean score of the entries found, −1 … 1; 0 without any
};

/// From the left, at each word the longest entry that begins there; its words are then done with. `entities`, unless
/// null, is room for the counts of each entity, to which is added. O(length).
TextScore score_text(const void* lexicon, const char* text, std::size_t length, std::int32_t* entities) noexcept;

/// Texts over time, what they said fading by halves: a plain value, its copy a snapshot. Texts that come with an
/// earlier time than the one before count as of that one's.
struct TextStream {
    double half_life_seconds = 3600; ///< above 0
    double mentions = 0;             ///< decayed to `last`
    double sum = 0;                  ///< of tones, the same
    std::int64_t last_nanoseconds = 0;
    std::int64_t texts = 0;

    void update(std::int64_t utc_nanoseconds, double tone) noexcept;

    struct Values {
        double mentions;           ///< texts, each worth half after a half-life
        double tone;               ///< their mean tone by these weights, −1 … 1; 0 before the first
        double seconds_since_last; ///< −1 before the first
    };
    /// At a moment, not before the last text. O(1).
    Values at(std::int64_t utc_nanoseconds) const noexcept;
};

} // namespace martlet
