#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/annotations.hpp"
#include "martlet/feed_status.hpp"

namespace martlet {

/// Where a record stood, and what was wrong with it.
struct DefectRecord {
    std::uint64_t offset; ///< byte in the decompressed source
    std::uint64_t line;   ///< from 1
    std::uint64_t count;  ///< records or bars concerned
    Defect defect;
    char text[119];       ///< the beginning of the record, zero-terminated
};

/// Counts defects and writes each one to a side file as it comes:
/// `code <tab> treatment <tab> source <tab> line <tab> offset <tab> count <tab> record`.
///
/// Nothing is dropped: the file takes every record in full length; memory keeps the first 256 only, for messages and
/// tests. One thread. A log without a path only counts.
class MARTLET_NONCOPYABLE DefectLog {
public:
    static constexpr std::size_t kept_records = 256;

    DefectLog() noexcept;
    DefectLog(const DefectLog&) = delete;
    DefectLog& operator=(const DefectLog&) = delete;
    DefectLog(DefectLog&& other) noexcept;
    DefectLog& operator=(DefectLog&& other) noexcept;
    ~DefectLog();

    /// Creates the side file when the first defect comes; an existing one is replaced.
    void open(const char* path) noexcept;
    /// Names the source of the records that follow.
    void set_source(const char* name) noexcept;
    /// `text` need not be zero-terminated; `count` is the number of records or bars concerned.
    void add(Defect defect, std::uint64_t offset, std::uint64_t line, const char* text, std::size_t length,
             std::uint64_t count = 1) noexcept;
    /// Flushes and closes the side file; false where it could not be written.
    bool close() noexcept;

    std::uint64_t count(Defect defect) const noexcept;
    /// Sum of the counts of all defects with this treatment.
    std::uint64_t total(Treatment treatment) const noexcept;
    /// Whether a side file was created.
    bool wrote_file() const noexcept;
    std::size_t record_count() const noexcept;
    /// The record `index` < `record_count()`, by value.
    DefectRecord record(std::size_t index) const noexcept;

private:
    struct State;
    State* state_;
};

} // namespace martlet
