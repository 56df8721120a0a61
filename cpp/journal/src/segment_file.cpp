#include "segment_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>

#include "crc32c.hpp"
#include "frame.hpp"
#include "martlet/event.hpp"
#include "martlet/instrument.hpp"

namespace martlet::detail {
namespace {

constexpr int tries_to_hold = 100;

} // namespace

void Damage::set(std::uint64_t at, const char* format, ...) {
    offset = at;
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
}

std::string segment_path(const std::string& directory, std::uint64_t segment) {
    char name[64];
    std::snprintf(name, sizeof(name), "/journal-%08" PRIu64 ".segment", segment);
    return directory + name;
}

std::string compressed_path(const std::string& directory, std::uint64_t segment) {
    return segment_path(directory, segment) + ".zst";
}

std::uint64_t segment_of_name(const std::string& name) {
    std::uint64_t number = 0;
    if (std::sscanf(name.c_str(), "journal-%8" SCNu64 ".segment", &number) != 1) return 0;
    // Only the exact names that we write, so that two spellings of one number cannot stand side by side.
    return segment_path("", number) == "/" + name || compressed_path("", number) == "/" + name ? number : 0;
}

int list_segments(const std::string& directory, std::vector<std::uint64_t>* out) {
    out->clear();
    std::vector<std::string> names;
    if (const int error = list_directory(directory, &names); error != 0) return error;
    for (const std::string& name : names) {
        if (const std::uint64_t number = segment_of_name(name); number != 0) out->push_back(number);
    }
    std::sort(out->begin(), out->end());
    out->erase(std::unique(out->begin(), out->end()), out->end());
    return 0;
}

const char* SegmentFile::run_text() const {
    return reinterpret_cast<const char*>(instruments()) + header.instrument_count * sizeof(InstrumentDefinition);
}

// Opens the file under either name and locks it. 0 or errno; ENOENT where it is under neither.
int SegmentFile::hold(const std::string& directory, std::uint64_t number) {
    for (int tries = 0; tries < tries_to_hold; ++tries) {
        compressed = false;
        int error = open_file(segment_path(directory, number), O_RDONLY, 0, &held_);
        if (error == ENOENT) {
            compressed = true;
            error = open_file(compressed_path(directory, number), O_RDONLY, 0, &held_);
        }
        if (error != 0) return error;
        // Where the file system has no locks there is nothing to wait for: what is open stays readable.
        (void)lock_shared(held_.get());
        struct stat facts;
        if (fstat(held_.get(), &facts) != 0) return errno;
        if (facts.st_nlink != 0) return 0; // else it was removed between the two calls; its other name may be there
    }
    return EAGAIN;
}

JournalStatus SegmentFile::open(const std::string& directory, std::uint64_t number, Damage* damage, int* error) {
    *error = hold(directory, number);
    if (*error == 0 && !compressed) *error = file.map(held_.get());
    if (*error != 0) {
        damage->set(0, "the segment cannot be read: %s", std::strerror(*error));
        return status_of(*error);
    }
    if (compressed) {
        const char* what = "";
        bool there = decompression_.begin(held_.get(), &file, &what) && decompression_.reach(sizeof(SegmentHeader), &what);
        if (there && file.size() >= sizeof(SegmentHeader)) {
            std::memcpy(&header, file.data(), sizeof(header));
            there = decompression_.reach(header.header_bytes, &what);
        }
        if (!there) {
            damage->set(0, "%s", what);
            return JournalStatus::damaged_inside;
        }
    }
    return check_header(number, damage);
}

JournalStatus SegmentFile::complete(Damage* damage) {
    const char* what = "";
    if (is_complete() || decompression_.reach(file.size(), &what)) return JournalStatus::ok;
    damage->set(0, "%s", what);
    return JournalStatus::damaged_inside;
}

JournalStatus SegmentFile::check_header(std::uint64_t number, Damage* damage) {
    const std::size_t size = file.size();
    if (size < sizeof(SegmentHeader)) {
        damage->set(0, "expected a header of %zu bytes, the file has %zu", sizeof(SegmentHeader), size);
        return JournalStatus::damaged_tail;
    }
    header = SegmentHeader{};
    std::memcpy(&header, file.data(), sizeof(header));
    SegmentHeader without_crc = header;
    without_crc.crc = 0;
    const std::uint32_t crc = crc32c(0, &without_crc, sizeof(without_crc));
    if (std::memcmp(header.magic, journal_magic, sizeof(journal_magic)) != 0 || crc != header.crc) {
        damage->set(0, "the header is not what was written: CRC %08x, expected %08x", crc, header.crc);
        return JournalStatus::damaged_inside;
    }
    if (header.format_version != journal_format_version || header.layout_version != layout_version) {
        damage->set(8, "format %u with layouts %u, expected %u with %u", header.format_version, header.layout_version,
                    journal_format_version, layout_version);
        return JournalStatus::unsupported;
    }
    const std::size_t map_bytes = std::size_t{header.instrument_count} * sizeof(InstrumentDefinition);
    const std::size_t expected = padded(sizeof(SegmentHeader) + map_bytes + header.run_text_bytes);
    if (header.header_bytes != expected || header.segment != number) {
        damage->set(0, "the header is of segment %" PRIu64 " with %u bytes, expected %" PRIu64 " with %zu",
                    header.segment, header.header_bytes, number, expected);
        return JournalStatus::damaged_inside;
    }
    if (size < expected) {
        damage->set(size, "expected a header of %zu bytes, the file has %zu", expected, size);
        return JournalStatus::damaged_tail;
    }
    const std::uint32_t rest = crc32c(0, instruments(), expected - sizeof(SegmentHeader));
    if (rest != header.rest_crc) {
        damage->set(sizeof(SegmentHeader), "instruments or run text are not what was written: CRC %08x, expected %08x",
                    rest, header.rest_crc);
        return JournalStatus::damaged_inside;
    }
    return JournalStatus::ok;
}

} // namespace martlet::detail
