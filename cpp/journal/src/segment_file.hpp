#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "compressed_file.hpp"
#include "martlet/journal_format.hpp"
#include "martlet/journal_status.hpp"
#include "posix_file.hpp"

// Segments as files: their names, their headers, and the hold that a reader has on them.

namespace martlet::detail {

/// Where something is not what was written, and how.
struct Damage {
    std::uint64_t offset = 0;
    char what[160] = {};

    void set(std::uint64_t at, const char* format, ...) __attribute__((format(printf, 3, 4)));
};

/// "<directory>/journal-00000001.segment".
std::string segment_path(const std::string& directory, std::uint64_t segment);
/// The same with ".zst": where the segment lies compressed. Where both are there, the first counts.
std::string compressed_path(const std::string& directory, std::uint64_t segment);
/// The number in such a name of either kind; 0: it is none.
std::uint64_t segment_of_name(const std::string& name);
/// The numbers of the segments in a directory, ascending. 0 or errno.
int list_segments(const std::string& directory, std::vector<std::uint64_t>* out);

/// One segment's file and its header.
///
/// While it is open it holds a shared lock on the file: who would remove the file takes it alone first, and leaves it where
/// that fails. The writer takes no such lock and never waits for one.
struct SegmentFile {
    MappedFile file;
    SegmentHeader header{};
    bool compressed = false;

    /// `ok`, `unsupported`, `damaged_tail` (the header is not all there), `damaged_inside` (it is not what was
    /// written), or the status of `error`. Of a compressed segment no more than the header is there yet.
    JournalStatus open(const std::string& directory, std::uint64_t number, Damage* damage, int* error);
    /// The rest of a compressed segment: about a second for a gigabyte, once. `ok`, or `damaged_inside`.
    JournalStatus complete(Damage* damage);
    /// Maps what has been written since.
    int map_again() { return compressed ? 0 : file.map(held_.get()); }
    bool is_complete() const { return !compressed || decompression_.complete(); }
    const unsigned char* instruments() const { return file.data() + sizeof(SegmentHeader); }
    const char* run_text() const;

private:
    int hold(const std::string& directory, std::uint64_t number);
    JournalStatus check_header(std::uint64_t number, Damage* damage);

    File held_;
    Decompression decompression_;
};

} // namespace martlet::detail
