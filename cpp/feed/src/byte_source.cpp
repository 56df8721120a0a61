#include "byte_source.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace martlet {
namespace {

constexpr std::size_t piece_size = std::size_t{1} << 18;

/// The raw file in pieces.
class RawFile {
public:
    explicit RawFile(const char* path) noexcept : descriptor_(::open(path, O_RDONLY | O_CLOEXEC)) {}
    ~RawFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    RawFile(const RawFile&) = delete;
    RawFile& operator=(const RawFile&) = delete;

    bool is_open() const noexcept { return descriptor_ >= 0; }
    /// −1: the system refused.
    ssize_t read(char* into, std::size_t size) noexcept {
        for (;;) {
            const ssize_t got = ::read(descriptor_, into, size);
            if (got >= 0 || errno != EINTR) return got;
        }
    }

private:
    int descriptor_;
};

} // namespace

struct ByteSource::Decoder {
    explicit Decoder(const char* path) noexcept : file(path) {}
    virtual ~Decoder() = default;
    /// Bytes written to `output`; 0 at the end or where `status` is set.
    virtual std::size_t fill(FeedStatus& status) noexcept = 0;

    /// Reads the next piece of input; false at the end of the file or where `status` is set.
    bool refill(FeedStatus& status) noexcept {
        const ssize_t got = file.read(input.data(), input.size());
        if (got < 0) status = FeedStatus::read_failed;
        input_size = got > 0 ? static_cast<std::size_t>(got) : 0;
        input_at = 0;
        return got > 0;
    }

    RawFile file;
    std::array<char, piece_size> input;
    std::array<char, piece_size> output;
    std::size_t input_size = 0;
    std::size_t input_at = 0;
};

namespace {

struct PlainDecoder final : ByteSource::Decoder {
    using Decoder::Decoder;
    std::size_t fill(FeedStatus& status) noexcept override {
        if (input_at == input_size && !refill(status)) return 0;
        const std::size_t size = input_size - input_at;
        std::memcpy(output.data(), input.data() + input_at, size);
        input_at = input_size;
        return size;
    }
};

struct GzipDecoder final : ByteSource::Decoder {
    explicit GzipDecoder(const char* path) noexcept : Decoder(path) { ready = inflateInit2(&stream, 15 + 16) == Z_OK; }
    ~GzipDecoder() override {
        if (ready) inflateEnd(&stream);
    }
    std::size_t fill(FeedStatus& status) noexcept override {
        if (!ready) status = FeedStatus::out_of_memory;
        if (status != FeedStatus::ok) return 0;
        stream.next_out = reinterpret_cast<Bytef*>(output.data());
        stream.avail_out = output.size();
        while (stream.avail_out > 0) {
            if (input_at == input_size) {
                if (!refill(status)) {
                    if (inside && status == FeedStatus::ok) status = FeedStatus::compression_truncated;
                    break;
                }
            }
            if (!inside) {
                inflateReset(&stream);
                inside = true;
            }
            stream.next_in = reinterpret_cast<Bytef*>(input.data() + input_at);
            stream.avail_in = static_cast<uInt>(input_size - input_at);
            const int result = inflate(&stream, Z_NO_FLUSH);
            input_at = input_size - stream.avail_in;
            if (result == Z_STREAM_END) {
                inside = false; // another member may follow
            } else if (result != Z_OK && result != Z_BUF_ERROR) {
                status = result == Z_MEM_ERROR ? FeedStatus::out_of_memory : FeedStatus::compression_damaged;
                break;
            }
        }
        return output.size() - stream.avail_out;
    }

    z_stream stream{};
    bool ready = false;
    bool inside = true;
};

/// The one file of a zip archive, read from its beginning: its local header, its data (stored or deflated), and the
/// checksum. What follows, the directory, says nothing more; another file in it would be a second stream.
struct ZipDecoder final : ByteSource::Decoder {
    explicit ZipDecoder(const char* path) noexcept : Decoder(path) { ready = inflateInit2(&stream, -15) == Z_OK; }
    ~ZipDecoder() override {
        if (ready) inflateEnd(&stream);
    }
    std::size_t fill(FeedStatus& status) noexcept override {
        if (!ready) status = FeedStatus::out_of_memory;
        if (status == FeedStatus::ok && !begun) begin(status);
        if (status != FeedStatus::ok || ended) return 0;
        const std::size_t size = deflated ? inflate_piece(status) : copy_piece(status);
        checksum = ::crc32(checksum, reinterpret_cast<const Bytef*>(output.data()), static_cast<uInt>(size));
        if (status == FeedStatus::ok && ended) end(status);
        return size;
    }

private:
    static constexpr std::uint32_t local_signature = 0x0403'4B50;
    static constexpr std::uint32_t descriptor_signature = 0x0807'4B50;

    /// Little-endian.
    static std::uint32_t number(const unsigned char* bytes, int count) noexcept {
        std::uint32_t value = 0;
        for (int i = 0; i < count; ++i) value |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
        return value;
    }

    bool take(unsigned char* into, std::size_t count, FeedStatus& status) noexcept {
        for (std::size_t i = 0; i < count; ++i) {
            if (input_at == input_size && !refill(status)) {
                if (status == FeedStatus::ok) status = FeedStatus::compression_truncated;
                return false;
            }
            const auto byte = static_cast<unsigned char>(input[input_at++]);
            if (into != nullptr) into[i] = byte;
        }
        return true;
    }

    void begin(FeedStatus& status) noexcept {
        begun = true;
        unsigned char header[30];
        if (!take(header, sizeof header, status)) return;
        const std::uint32_t flags = number(header + 6, 2);
        const std::uint32_t method = number(header + 8, 2);
        described = (flags & 8) != 0;
        deflated = method == 8;
        stated_checksum = number(header + 14, 4);
        left = number(header + 18, 4);
        // Encrypted, another method, or stored without a size: not what data comes in.
        if ((flags & 1) != 0 || (method != 0 && method != 8) || (method == 0 && described)) status = FeedStatus::unknown_layout;
        if (status == FeedStatus::ok) (void)take(nullptr, number(header + 26, 2) + number(header + 28, 2), status);
    }

    std::size_t inflate_piece(FeedStatus& status) noexcept {
        stream.next_out = reinterpret_cast<Bytef*>(output.data());
        stream.avail_out = output.size();
        while (stream.avail_out > 0 && !ended) {
            if (input_at == input_size && !refill(status)) {
                if (status == FeedStatus::ok) status = FeedStatus::compression_truncated;
                break;
            }
            stream.next_in = reinterpret_cast<Bytef*>(input.data() + input_at);
            stream.avail_in = static_cast<uInt>(input_size - input_at);
            const int result = inflate(&stream, Z_NO_FLUSH);
            input_at = input_size - stream.avail_in;
            ended = result == Z_STREAM_END;
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
                status = result == Z_MEM_ERROR ? FeedStatus::out_of_memory : FeedStatus::compression_damaged;
                break;
            }
        }
        return output.size() - stream.avail_out;
    }

    std::size_t copy_piece(FeedStatus& status) noexcept {
        ended = left == 0;
        if (ended) return 0;
        if (input_at == input_size && !refill(status)) {
            if (status == FeedStatus::ok) status = FeedStatus::compression_truncated;
            return 0;
        }
        const std::size_t size = std::min<std::size_t>(left, input_size - input_at);
        std::memcpy(output.data(), input.data() + input_at, size);
        input_at += size;
        left -= static_cast<std::uint32_t>(size);
        ended = left == 0;
        return size;
    }

    void end(FeedStatus& status) noexcept {
        unsigned char bytes[16];
        if (described) { // the checksum stands behind the data, with or without a signature before it
            if (!take(bytes, 4, status)) return;
            if (number(bytes, 4) == descriptor_signature && !take(bytes, 4, status)) return;
            stated_checksum = number(bytes, 4);
            if (!take(bytes, 8, status)) return;
        }
        if (stated_checksum != checksum) status = FeedStatus::compression_damaged;
        FeedStatus ignored = FeedStatus::ok;
        if (status == FeedStatus::ok && take(bytes, 4, ignored) && number(bytes, 4) == local_signature) status = FeedStatus::unknown_layout;
    }

    z_stream stream{};
    bool ready = false;
    bool begun = false;
    bool ended = false;
    bool deflated = false;
    bool described = false;
    std::uint32_t stated_checksum = 0;
    std::uint32_t left = 0;
    uLong checksum = 0;
};

struct ZstdDecoder final : ByteSource::Decoder {
    explicit ZstdDecoder(const char* path) noexcept : Decoder(path), stream(ZSTD_createDStream()) {}
    ~ZstdDecoder() override { ZSTD_freeDStream(stream); }
    std::size_t fill(FeedStatus& status) noexcept override {
        if (stream == nullptr) status = FeedStatus::out_of_memory;
        if (status != FeedStatus::ok) return 0;
        ZSTD_outBuffer out{output.data(), output.size(), 0};
        while (out.pos < out.size) {
            // At the end of the input what the decoder still holds must come out before the end is believed.
            const bool more = input_at < input_size || refill(status);
            if (status != FeedStatus::ok) break;
            ZSTD_inBuffer in{input.data(), input_size, input_at};
            const std::size_t before = out.pos;
            if (!more && !inside) break;
            const std::size_t result = ZSTD_decompressStream(stream, &out, &in);
            input_at = in.pos;
            if (ZSTD_isError(result)) {
                status = FeedStatus::compression_damaged;
                break;
            }
            inside = result != 0;
            if (!more && out.pos == before) {
                if (inside) status = FeedStatus::compression_truncated;
                break;
            }
        }
        return out.pos;
    }

    ZSTD_DStream* stream;
    bool inside = true;
};

} // namespace

ByteSource::ByteSource(const char* path) noexcept {
    unsigned char magic[4]{};
    {
        RawFile file(path);
        if (!file.is_open()) {
            status_ = FeedStatus::cannot_open;
            return;
        }
        if (file.read(reinterpret_cast<char*>(magic), sizeof magic) < 0) {
            status_ = FeedStatus::read_failed;
            return;
        }
    }
    if (magic[0] == 0x1F && magic[1] == 0x8B)
        decoder_.reset(new GzipDecoder(path));
    else if (magic[0] == 0x28 && magic[1] == 0xB5 && magic[2] == 0x2F && magic[3] == 0xFD)
        decoder_.reset(new ZstdDecoder(path));
    else if (magic[0] == 'P' && magic[1] == 'K' && magic[2] == 3 && magic[3] == 4)
        decoder_.reset(new ZipDecoder(path));
    else
        decoder_.reset(new PlainDecoder(path));
    if (!decoder_->file.is_open()) status_ = FeedStatus::cannot_open;
}

ByteSource::~ByteSource() = default;

ByteSource::Piece ByteSource::next() noexcept {
    if (status_ != FeedStatus::ok) return {nullptr, 0};
    FeedStatus status = FeedStatus::ok;
    const std::size_t size = decoder_->fill(status);
    // Bytes that came before a damage are still good: the caller gets them, and the status with the next call.
    status_ = status;
    return {decoder_->output.data(), size};
}

} // namespace martlet
