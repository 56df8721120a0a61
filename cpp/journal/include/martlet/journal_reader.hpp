#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/command.hpp"
#include "martlet/event.hpp"
#include "martlet/instrument.hpp"
#include "martlet/journal_status.hpp"
#include "martlet/order_event.hpp"

namespace martlet {

/// Reads a journal's records in order, over all its segments, from mapped files. Checks each frame's CRC and that the
/// sequence goes on; the chain and the signatures are `verify_journal`'s. Changes nothing. One thread.
///
/// A journal that is being written may be read up to where it was when its last segment was opened, and with `refresh` for as
/// long as it grows: the writer never waits for a reader. The segment that is open here and those behind it are not removed by
/// the writer's retention meanwhile. A compressed segment is decompressed whole into memory when its first record is read.
///
///     reader.seek(snapshot.sequence() + 1);            recovery: what came after the last snapshot
///     while (reader.next()) replay(reader.record());   and no more than that is read
class MARTLET_NONCOPYABLE JournalReader {
public:
    JournalReader() noexcept;
    JournalReader(JournalReader&& other) noexcept;
    JournalReader(const JournalReader&) = delete;
    JournalReader& operator=(const JournalReader&) = delete;
    ~JournalReader();

    /// Opens the journal in `directory` before its first record. `not_found` where there is none.
    JournalStatus open(const char* directory) noexcept;

    /// Goes to just before the record with number `sequence`, or before the first one that is there. `end` where the journal
    /// does not reach so far. Finds the segment by its headers and the block in it by the block records, both by halving, and
    /// reads that block alone: some hundred microseconds in a journal of any length, and decompression where the segment is.
    /// What it passes over is not checked.
    JournalStatus seek(std::uint64_t sequence) noexcept;

    /// After `next` came to the end: looks how far the journal reaches now, so that `next` goes on behind the last record.
    /// `end` where nothing was added, `ok` where something was. What `next` called a damaged tail may be a record that is just
    /// being written: this looks again.
    JournalStatus refresh() noexcept;

    /// Steps to the next record. False at the end and at damage: `status()` is `end` or says which.
    bool next() noexcept;
    JournalStatus status() const noexcept;
    /// Where damage was found, in words, zero-terminated; returns its length.
    std::size_t error_text(char* text, std::size_t capacity) const noexcept;

    /// The current record; valid until the next call of `next`, `seek`, `refresh` or `open`.
    MARTLET_RETURNS_INTERIOR const void* record() const noexcept;
    std::size_t record_size() const noexcept;
    MARTLET_RETURNS_INTERIOR const void* payload() const noexcept;
    std::size_t payload_size() const noexcept;
    std::uint64_t sequence() const noexcept;

    /// The current record's kind; `none` where it is too short to have one.
    EventKind kind() const noexcept;
    /// The current record by value; what it lacks in size is zero. That it is one is the caller's to check.
    MarketEvent market() const noexcept;
    OrderEvent order() const noexcept;
    HostEvent host() const noexcept;
    Command command() const noexcept;

    /// Facts of the segment that the current record lies in (after `open`: of the first).
    std::uint64_t segment() const noexcept;
    std::int64_t created_at() const noexcept;
    std::size_t instrument_count() const noexcept;
    /// `index` < `instrument_count()`.
    InstrumentDefinition instrument(std::size_t index) const noexcept;
    /// Not zero-terminated.
    MARTLET_RETURNS_INTERIOR const char* run_text() const noexcept;
    std::size_t run_text_size() const noexcept;

private:
    struct State;
    State* state_;
};

} // namespace martlet
