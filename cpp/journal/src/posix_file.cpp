#include "posix_file.hpp"

#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace martlet::detail {
namespace {

template <typename Call>
auto uninterrupted(Call call) {
    decltype(call()) result;
    do {
        result = call();
    } while (result < 0 && errno == EINTR);
    return result;
}

} // namespace

File& File::operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

void File::close() noexcept {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

MappedFile::MappedFile(MappedFile&& other) noexcept : data_(other.data_), size_(other.size_) {
    other.data_ = nullptr;
    other.size_ = 0;
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

void MappedFile::unmap() noexcept {
    if (data_ != nullptr) munmap(data_, size_);
    data_ = nullptr;
    size_ = 0;
}

int MappedFile::open(const std::string& path) {
    unmap();
    File file;
    const int error = open_file(path, O_RDONLY, 0, &file);
    return error != 0 ? error : map(file.get());
}

int MappedFile::map(int descriptor) {
    unmap();
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) return errno;
    if (facts.st_size == 0) return 0; // an empty file cannot be mapped, and need not be
    void* mapped = mmap(nullptr, static_cast<std::size_t>(facts.st_size), PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED) return errno;
    data_ = static_cast<unsigned char*>(mapped);
    size_ = static_cast<std::size_t>(facts.st_size);
    madvise(mapped, size_, MADV_SEQUENTIAL);
    return 0;
}

unsigned char* MappedFile::allocate(std::size_t size) {
    unmap();
    void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    data_ = static_cast<unsigned char*>(mapped);
    size_ = size;
    return data_;
}

int open_file(const std::string& path, int flags, unsigned mode, File* out) {
    const int descriptor = uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); });
    if (descriptor < 0) return errno;
    *out = File(descriptor);
    return 0;
}

int write_all(int descriptor, const void* bytes, std::size_t size) {
    const auto* at = static_cast<const unsigned char*>(bytes);
    while (size != 0) {
        const ssize_t written = uninterrupted([&] { return ::write(descriptor, at, size); });
        if (written < 0) return errno;
        if (written == 0) return EIO;
        at += written;
        size -= static_cast<std::size_t>(written);
    }
    return 0;
}

int sync_data(int descriptor) {
    return uninterrupted([&] { return fdatasync(descriptor); }) == 0 ? 0 : errno;
}

int sync_directory(const std::string& path) {
    File directory;
    if (const int error = open_file(path, O_RDONLY | O_DIRECTORY, 0, &directory); error != 0) return error;
    return uninterrupted([&] { return fsync(directory.get()); }) == 0 ? 0 : errno;
}

int make_directories(const std::string& path) {
    for (std::size_t at = 1; at <= path.size(); ++at) {
        if (at != path.size() && path[at] != '/') continue;
        if (mkdir(path.substr(0, at).c_str(), 0777) == 0 || errno == EEXIST) continue;
        // A directory above may refuse us and yet hold the one below; the last one decides.
        if (at == path.size()) return errno;
    }
    struct stat facts;
    if (stat(path.c_str(), &facts) != 0) return errno;
    return S_ISDIR(facts.st_mode) ? 0 : ENOTDIR;
}

int read_file(const std::string& path, std::size_t limit, std::string* out) {
    File file;
    if (const int error = open_file(path, O_RDONLY, 0, &file); error != 0) return error;
    out->clear();
    char buffer[16384];
    for (;;) {
        const ssize_t got = uninterrupted([&] { return ::read(file.get(), buffer, sizeof(buffer)); });
        if (got < 0) return errno;
        if (got == 0) return 0;
        if (out->size() + static_cast<std::size_t>(got) > limit) return EFBIG;
        out->append(buffer, static_cast<std::size_t>(got));
    }
}

int write_file_atomically(const std::string& path, const void* bytes, std::size_t size, unsigned mode, bool synced) {
    const std::string temporary = path + ".tmp";
    File file;
    int error = open_file(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode, &file);
    if (error != 0) return error;
    error = write_all(file.get(), bytes, size);
    if (error == 0 && synced && uninterrupted([&] { return fsync(file.get()); }) != 0) error = errno;
    file.close();
    if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
    if (error == 0 && synced) return sync_directory(parent_of(path));
    if (error != 0) unlink(temporary.c_str());
    return error;
}

int list_directory(const std::string& path, std::vector<std::string>* out) {
    out->clear();
    DIR* directory = opendir(path.c_str());
    if (directory == nullptr) return errno;
    errno = 0;
    while (const dirent* entry = readdir(directory)) out->emplace_back(entry->d_name);
    const int error = errno;
    closedir(directory);
    return error;
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

int lock_shared(int descriptor) {
    return uninterrupted([&] { return flock(descriptor, LOCK_SH); }) == 0 ? 0 : errno;
}

int lock_alone(int descriptor) {
    return uninterrupted([&] { return flock(descriptor, LOCK_EX | LOCK_NB); }) == 0 ? 0 : errno;
}

JournalStatus status_of(int error) noexcept {
    switch (error) {
    case 0: return JournalStatus::ok;
    case ENOSPC:
    case EDQUOT: return JournalStatus::no_space;
    case EROFS:
    case EACCES:
    case EPERM: return JournalStatus::read_only;
    case ENOENT: return JournalStatus::not_found;
    default: return JournalStatus::io_error;
    }
}

} // namespace martlet::detail
