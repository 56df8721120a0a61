#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "martlet/journal_status.hpp"

// The few file operations of this family. All return 0 or the errno of what failed.

namespace martlet::detail {

/// An open file descriptor, closed once.
class File {
public:
    File() = default;
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(File&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
    File& operator=(File&& other) noexcept;
    ~File() { close(); }

    int get() const { return descriptor_; }
    bool is_open() const { return descriptor_ >= 0; }
    void close() noexcept;

private:
    int descriptor_ = -1;
};

/// A whole file mapped for reading, or memory filled with what would stand in one.
class MappedFile {
public:
    MappedFile() = default;
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile() { unmap(); }

    int open(const std::string& path);
    /// The file behind an open descriptor, as long as it is now.
    int map(int descriptor);
    /// `size` zero bytes that the caller fills: where they are, or null without memory.
    unsigned char* allocate(std::size_t size);
    const unsigned char* data() const { return data_; }
    std::size_t size() const { return size_; }

private:
    void unmap() noexcept;

    unsigned char* data_ = nullptr;
    std::size_t size_ = 0;
};

int open_file(const std::string& path, int flags, unsigned mode, File* out);
/// Writes all of it, going on after short writes and interruptions.
int write_all(int descriptor, const void* bytes, std::size_t size);
int sync_data(int descriptor);
int sync_directory(const std::string& path);
/// Makes the directory and those above it.
int make_directories(const std::string& path);
/// Reads a file of at most `limit` bytes (EFBIG above it).
int read_file(const std::string& path, std::size_t limit, std::string* out);
/// Writes a file under another name and renames it, so that it is there whole or not at all. `synced`: also
/// after loss of power.
int write_file_atomically(const std::string& path, const void* bytes, std::size_t size, unsigned mode, bool synced);
/// Names in a directory, unsorted; ENOENT where it is missing.
int list_directory(const std::string& path, std::vector<std::string>* out);
/// "a/b/c" → "a/b"; "c" → ".".
std::string parent_of(const std::string& path);

/// Locks an open file for reading along with others, waiting while one alone holds it; or alone, without waiting
/// (EWOULDBLOCK where another holds it). The lock ends with the descriptor.
int lock_shared(int descriptor);
int lock_alone(int descriptor);

/// What an errno means to a caller.
JournalStatus status_of(int error) noexcept;

} // namespace martlet::detail
