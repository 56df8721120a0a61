#include "martlet/itch.hpp"

#include <utility>

#include "byte_source.hpp"
#include "frame_stream.hpp"
#include "itch_events.hpp"

namespace martlet {
namespace {

/// A prefix beyond this is no length: the stream is out of step.
constexpr std::size_t longest_prefix = 64;

/// Messages behind prefixes, or bare.
struct ItchFormat {
    static constexpr std::size_t carry_size = 512;

    std::size_t prefix() const noexcept { return framing == ItchFraming::prefixed ? itch::prefix_size : 0; }
    /// The length that the prefix says; 0: none.
    std::size_t stated(const unsigned char* at) const noexcept { return prefix() != 0 ? itch::read<std::uint16_t>(at) : 0; }

    Peek peek(const unsigned char* at, std::size_t size, Frame& frame) const noexcept {
        const std::size_t before = prefix();
        if (size <= before) return Peek::more;
        const std::size_t length = itch::lengths[at[before]];
        const std::size_t said = stated(at);
        if (length == 0 || (said != 0 && said != length)) return Peek::bad;
        if (size < before + length) return Peek::more;
        frame = {at, before + length};
        return itch::time(at + before) < itch::day_ns ? Peek::sound : Peek::bad;
    }
    std::size_t claim(const unsigned char* at) const noexcept {
        const std::size_t said = stated(at);
        const std::size_t length = said != 0 ? said : itch::lengths[at[prefix()]];
        return prefix() != 0 && length != 0 && length <= longest_prefix ? prefix() + length : 0;
    }
    Defect judge(const unsigned char* at) const noexcept {
        const std::size_t length = itch::lengths[at[prefix()]];
        if (length == 0) return Defect::unknown_type;
        return stated(at) != 0 && stated(at) != length ? Defect::wrong_length : Defect::malformed_time;
    }
    void prefetch(const Frame& frame) const noexcept { translator.prefetch(frame.data + prefix()); }
    Defect apply(const Frame& frame, std::uint64_t number) {
        if (prefix() != 0 && stated(frame.data) == 0) ++unframed;
        return translator.apply(frame.data + prefix(), number);
    }
    bool stopped() const noexcept { return translator.status() != FeedStatus::ok; }

    ItchTranslator translator;
    ItchFraming framing;
    std::uint64_t unframed = 0;
};

} // namespace

struct ItchDecoder::Impl {
    Impl(const ItchOptions& options, const ItchStock* stocks, std::size_t stock_count, EventBuffer& out, DefectLog& log)
        : format{ItchTranslator(options, stocks, stock_count, out), options.framing}, stream(format, log) {}

    ItchFormat format;
    FrameStream<ItchFormat> stream;
    std::uint64_t bytes = 0;
};

ItchDecoder::ItchDecoder(const ItchOptions& options, const ItchStock* stocks, std::size_t stock_count, EventBuffer& out,
                         DefectLog& log) noexcept
    : impl_(new Impl(options, stocks, stock_count, out, log)) {}
ItchDecoder::ItchDecoder(ItchDecoder&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
ItchDecoder& ItchDecoder::operator=(ItchDecoder&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}
ItchDecoder::~ItchDecoder() { delete impl_; }

void ItchDecoder::consume(const char* data, std::size_t size) noexcept {
    ItchFraming& framing = impl_->format.framing;
    if (framing == ItchFraming::automatic && size > 0) framing = data[0] == 0 ? ItchFraming::prefixed : ItchFraming::bare;
    impl_->bytes += size;
    impl_->stream.consume(reinterpret_cast<const unsigned char*>(data), size);
}
void ItchDecoder::finish(bool complete) noexcept { impl_->stream.finish(complete); }

void ItchDecoder::message(const char* data, std::size_t size, std::uint64_t number) noexcept {
    Impl& impl = *impl_;
    if (impl.format.stopped()) return;
    const auto* bytes = reinterpret_cast<const unsigned char*>(data);
    const std::size_t length = size == 0 ? 0 : itch::lengths[bytes[0]];
    Defect defect = Defect::none;
    if (length == 0 || size != length)
        defect = length == 0 && size != 0 ? Defect::unknown_type : Defect::wrong_length;
    else if (itch::time(bytes) >= itch::day_ns)
        defect = Defect::malformed_time;
    else
        defect = impl.format.translator.apply(bytes, number);
    if (defect != Defect::none) impl.stream.keep(defect, bytes, size);
    impl.stream.passed(size);
    impl.bytes += size;
}

void ItchDecoder::received_at(std::int64_t time) noexcept { impl_->format.translator.received_at(time); }
void ItchDecoder::lost(std::uint64_t number) noexcept { impl_->format.translator.lost(number); }
FeedStatus ItchDecoder::status() const noexcept { return impl_->format.translator.status(); }
ItchCounts ItchDecoder::counts() const noexcept {
    const ItchTranslator& translator = impl_->format.translator;
    return {impl_->bytes, translator.messages(), translator.events(), translator.live_orders(), impl_->format.unframed, impl_->stream.skipped()};
}
std::uint64_t ItchDecoder::count(char type) const noexcept { return impl_->format.translator.count(type); }

FeedStatus decode_itch(const char* path, const ItchOptions& options, const ItchStock* stocks, std::size_t stock_count,
                       EventBuffer& out, DefectLog& log, ItchCounts& counts) noexcept {
    ByteSource source(path);
    ItchDecoder decoder(options, stocks, stock_count, out, log);
    for (;;) {
        const ByteSource::Piece piece = source.next();
        if (piece.size == 0 || decoder.status() != FeedStatus::ok) break;
        decoder.consume(piece.data, piece.size);
    }
    decoder.finish(source.status() == FeedStatus::ok);
    counts = decoder.counts();
    return source.status() != FeedStatus::ok ? source.status() : decoder.status();
}

std::size_t itch_length(char type) noexcept { return itch::lengths[static_cast<unsigned char>(type)]; }

} // namespace martlet
