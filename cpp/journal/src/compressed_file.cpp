#include "compressed_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <utility>
#include <vector>
#include <zstd.h>

namespace martlet::detail {
namespace {

constexpr std::size_t step_bytes = std::size_t{1} << 20; // between two looks at whether to stop

struct FreeCompressor {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
using Compressor = std::unique_ptr<ZSTD_CCtx, FreeCompressor>;

int compress_to(const MappedFile& source, int descriptor, int level, const std::atomic<bool>& stop) {
    const Compressor context(ZSTD_createCCtx());
    if (context == nullptr) return ENOMEM;
    const bool set = ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level)) == 0 &&
                     ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1)) == 0 &&
                     ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(context.get(), source.size())) == 0;
    if (!set) return EINVAL;
    std::vector<unsigned char> buffer(ZSTD_CStreamOutSize());
    std::size_t taken = 0;
    for (bool ended = false; !ended;) {
        if (stop.load(std::memory_order_relaxed)) return ECANCELED;
        const std::size_t step = std::min(step_bytes, source.size() - taken);
        const bool last = taken + step == source.size();
        ZSTD_inBuffer in{source.data() + taken, step, 0};
        for (bool more = true; more;) {
            ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
            const std::size_t left = ZSTD_compressStream2(context.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
            if (ZSTD_isError(left) != 0) return EIO;
            if (const int error = write_all(descriptor, buffer.data(), out.pos); error != 0) return error;
            more = last ? left != 0 : in.pos != in.size;
        }
        taken += step;
        ended = last;
    }
    return fsync(descriptor) == 0 ? 0 : errno;
}

int compare(int descriptor, const MappedFile& source) {
    MappedFile back;
    Decompression decompression;
    const char* ignored = nullptr;
    const bool same = decompression.begin(descriptor, &back, &ignored) && back.size() == source.size() &&
                      decompression.reach(back.size(), &ignored) &&
                      std::memcmp(back.data(), source.data(), source.size()) == 0;
    return same ? 0 : EBADMSG;
}

} // namespace

Decompression::Decompression(Decompression&& other) noexcept { *this = std::move(other); }

Decompression& Decompression::operator=(Decompression&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(context_, other.context_);
    std::swap(to_, other.to_);
    std::swap(size_, other.size_);
    std::swap(produced_, other.produced_);
    std::swap(consumed_, other.consumed_);
    std::swap(finished_, other.finished_);
    return *this;
}

Decompression::~Decompression() { ZSTD_freeDCtx(context_); }

bool Decompression::begin(int descriptor, MappedFile* out, const char** what) {
    *this = Decompression{};
    *what = "the compressed file cannot be mapped";
    if (file_.map(descriptor) != 0) return false;
    const unsigned long long size = ZSTD_getFrameContentSize(file_.data(), file_.size());
    *what = "expected a zstd frame that states its content's size, at most 1 GiB";
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size == 0 || size > longest_compressed) return false;
    *what = "no memory to decompress in";
    to_ = out->allocate(static_cast<std::size_t>(size));
    context_ = to_ == nullptr ? nullptr : ZSTD_createDCtx();
    size_ = static_cast<std::size_t>(size);
    return context_ != nullptr;
}

bool Decompression::reach(std::uint64_t bytes, const char** what) {
    const std::size_t target = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, size_));
    while (!finished_ && (produced_ < target || target == size_)) {
        ZSTD_outBuffer out{to_, target, produced_};
        ZSTD_inBuffer in{file_.data(), file_.size(), consumed_};
        const std::size_t left = ZSTD_decompressStream(context_, &out, &in);
        if (ZSTD_isError(left) != 0) return *what = ZSTD_getErrorName(left), false;
        const bool moved = out.pos != produced_ || in.pos != consumed_;
        produced_ = out.pos;
        consumed_ = in.pos;
        finished_ = left == 0;
        if (finished_ && (produced_ != size_ || consumed_ != file_.size())) {
            return *what = "the compressed file does not end with its frame", false;
        }
        if (!moved && !finished_) return *what = "the compressed file ends early", false;
    }
    return true;
}

int compress_file(const std::string& from, const std::string& to, int level, const std::atomic<bool>& stop) {
    MappedFile source;
    if (const int error = source.open(from); error != 0) return error;
    if (source.size() == 0 || source.size() > longest_compressed) return EFBIG;
    const std::string temporary = to + ".tmp";
    File file;
    int error = open_file(temporary, O_RDWR | O_CREAT | O_TRUNC, 0644, &file);
    if (error != 0) return error;
    error = compress_to(source, file.get(), level, stop);
    if (error == 0) error = compare(file.get(), source);
    if (error == 0 && rename(temporary.c_str(), to.c_str()) != 0) error = errno;
    if (error == 0) return sync_directory(parent_of(to));
    unlink(temporary.c_str());
    return error;
}

} // namespace martlet::detail
