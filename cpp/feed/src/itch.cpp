#include "martlet/itch.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "byte_source.hpp"
#include "hex_text.hpp"
#include "itch_events.hpp"

namespace martlet {
namespace {

/// Frames are found this many at a time, so that the entries of their orders are on their way from memory before the
/// first of them is applied.
constexpr std::size_t batch_size = 32;
/// A prefix beyond this is no length: the stream is out of step.
constexpr std::size_t longest_prefix = 64;
/// So many messages in a row must be sound before a place in a damaged stream is taken for a beginning.
constexpr int chain_length = 3;
/// Enough for such a chain.
constexpr std::size_t carry_size = 256;

} // namespace

struct ItchDecoder::Impl {
    Impl(const ItchOptions& options, const ItchStock* stocks, std::size_t stock_count, EventBuffer& out, DefectLog& log)
        : translator(options, stocks, stock_count, out), log(log), framing(options.framing) {}

    enum class Peek : std::uint8_t { sound, bad, more };
    struct Frame {
        const unsigned char* message;
        std::size_t size; ///< with its prefix
    };

    /// Judges what begins at `at`.
    Peek peek(const unsigned char* at, std::size_t size, Frame& frame) const noexcept {
        std::size_t prefix = 0;
        std::size_t stated = 0;
        if (framing == ItchFraming::prefixed) {
            prefix = itch::prefix_size;
            if (size <= prefix) return Peek::more;
            stated = itch::read<std::uint16_t>(at);
        }
        if (size == 0) return Peek::more;
        const std::size_t length = itch::lengths[at[prefix]];
        if (length == 0 || (stated != 0 && stated != length)) return Peek::bad;
        if (size < prefix + length) return Peek::more;
        frame = {at + prefix, prefix + length};
        return itch::time(frame.message) < itch::day_ns ? Peek::sound : Peek::bad;
    }

    /// Whether several messages begin at `at`, one after the other; `more`: the bytes end before that can be told.
    Peek peek_chain(const unsigned char* at, std::size_t size) const noexcept {
        for (int i = 0; i < chain_length; ++i) {
            Frame frame{};
            const Peek found = peek(at, size, frame);
            if (found != Peek::sound) return found;
            at += frame.size;
            size -= frame.size;
        }
        return Peek::sound;
    }

    /// Decodes what is whole; returns how many bytes are done with. `final`: nothing follows.
    std::size_t process(const unsigned char* data, std::size_t size, bool final) {
        std::size_t at = 0;
        while (translator.status() == FeedStatus::ok) {
            if (lost_step) [[unlikely]] {
                const Peek found = peek_chain(data + at, size - at);
                if (found == Peek::more && !final) break;
                lost_step = found == Peek::bad;
            }
            Frame frames[batch_size];
            std::size_t count = 0;
            std::size_t ahead = at;
            Peek found = lost_step ? Peek::bad : Peek::sound;
            for (; count < batch_size && !lost_step; ++count) {
                found = peek(data + ahead, size - ahead, frames[count]);
                if (found != Peek::sound) break;
                translator.prefetch(frames[count].message);
                ahead += frames[count].size;
            }
            for (std::size_t i = 0; i < count; ++i) apply(frames[i]);
            at = ahead;
            if (found == Peek::sound) continue;
            const std::size_t skipped = found == Peek::bad ? skip(data + at, size - at, final) : 0;
            if (skipped == 0) break;
            at += skipped;
        }
        return at;
    }

    void apply(const Frame& frame) {
        ++number;
        if (frame.size - itch::prefix_size == itch::lengths[frame.message[0]] && frame.message[-1] == 0) ++unframed;
        const Defect defect = translator.apply(frame.message, number);
        if (defect != Defect::none) [[unlikely]] keep(defect, frame.message, itch::lengths[frame.message[0]], 1);
        offset += frame.size;
    }

    void keep(Defect defect, const unsigned char* data, std::size_t size, std::uint64_t count) {
        const std::string text = hex_text(data, size);
        log.add(defect, offset, number, text.data(), text.size(), count);
    }

    /// Passes over one bad message where its prefix leads to a sound one, else over bytes until messages begin again.
    /// 0: more bytes are needed to tell.
    std::size_t skip(const unsigned char* data, std::size_t size, bool final) {
        const auto good = [final](Peek found) { return found == Peek::sound || (final && found == Peek::more); };
        if (!lost_step && framing == ItchFraming::prefixed) {
            const std::size_t stated = itch::read<std::uint16_t>(data);
            const std::size_t length = itch::lengths[data[itch::prefix_size]];
            const std::size_t whole = itch::prefix_size + (stated != 0 ? stated : length);
            if (stated <= longest_prefix && whole > itch::prefix_size) {
                if (size < whole && !final) return 0;
                const Peek next = size < whole ? Peek::bad : peek_chain(data + whole, size - whole);
                if (next == Peek::more && !final) return 0;
                if (good(next)) {
                    ++number;
                    pass(length == 0 ? Defect::unknown_type : stated != 0 && stated != length ? Defect::wrong_length : Defect::malformed_time,
                         data, whole, 1);
                    return whole;
                }
            }
        }
        if (size == 0) return 0;
        std::size_t at = 1;
        for (; at < size; ++at) {
            const Peek found = peek_chain(data + at, size - at);
            if (good(found) || found == Peek::more) break;
        }
        pass(Defect::malformed_record, data, at, lost_step ? 0 : 1);
        lost_step = true;
        return at;
    }

    void pass(Defect defect, const unsigned char* data, std::size_t size, std::uint64_t count) {
        keep(defect, data, size, count);
        skipped += size;
        offset += size;
    }

    void consume(const unsigned char* data, std::size_t size) {
        bytes += size;
        if (framing == ItchFraming::automatic && size > 0) framing = data[0] == 0 ? ItchFraming::prefixed : ItchFraming::bare;
        std::size_t at = 0;
        while (carried > 0 && at < size && status() == FeedStatus::ok) {
            const std::size_t taken = std::min(size - at, carry_size - carried);
            std::copy_n(data + at, taken, carry + carried);
            const std::size_t before = carried;
            carried += taken;
            const std::size_t done = process(carry, carried, false);
            if (done >= before) {
                at += done - before;
                carried = 0;
            } else {
                std::copy(carry + done, carry + carried, carry);
                carried -= done;
                at += taken;
            }
        }
        if (at >= size || status() != FeedStatus::ok) return;
        at += process(data + at, size - at, false);
        if (status() != FeedStatus::ok) return;
        carried = size - at;
        std::copy_n(data + at, carried, carry);
    }

    void finish(bool complete) {
        const std::size_t done = process(carry, carried, complete);
        if (complete && done < carried && status() == FeedStatus::ok) {
            ++number;
            pass(Defect::truncated_record, carry + done, carried - done, 1);
        }
        carried = 0;
    }

    FeedStatus status() const noexcept { return translator.status(); }

    ItchTranslator translator;
    DefectLog& log;
    ItchFraming framing;
    bool lost_step = false; ///< the last bytes were passed over without knowing where a message begins
    std::uint64_t number = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t unframed = 0;
    std::uint64_t skipped = 0;
    std::size_t carried = 0;
    unsigned char carry[carry_size];
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
    impl_->consume(reinterpret_cast<const unsigned char*>(data), size);
}
void ItchDecoder::finish(bool complete) noexcept { impl_->finish(complete); }

void ItchDecoder::message(const char* data, std::size_t size, std::uint64_t number) noexcept {
    if (impl_->status() != FeedStatus::ok) return;
    const auto* bytes = reinterpret_cast<const unsigned char*>(data);
    const std::size_t length = size == 0 ? 0 : itch::lengths[bytes[0]];
    impl_->bytes += size;
    impl_->number = number;
    if (length == 0) return impl_->pass(size == 0 ? Defect::wrong_length : Defect::unknown_type, bytes, size, 1);
    if (size != length) return impl_->pass(Defect::wrong_length, bytes, size, 1);
    if (itch::time(bytes) >= itch::day_ns) return impl_->pass(Defect::malformed_time, bytes, size, 1);
    const Defect defect = impl_->translator.apply(bytes, number);
    if (defect != Defect::none) impl_->keep(defect, bytes, size, 1);
    impl_->offset += size;
}

void ItchDecoder::received_at(std::int64_t time) noexcept { impl_->translator.received_at(time); }
void ItchDecoder::lost(std::uint64_t number) noexcept { impl_->translator.lost(number); }
FeedStatus ItchDecoder::status() const noexcept { return impl_->status(); }
ItchCounts ItchDecoder::counts() const noexcept {
    const Impl& impl = *impl_;
    return {impl.bytes, impl.translator.messages(), impl.translator.events(), impl.translator.live_orders(), impl.unframed, impl.skipped};
}
std::uint64_t ItchDecoder::count(char type) const noexcept { return impl_->translator.count(type); }

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
