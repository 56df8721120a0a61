#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "hex_text.hpp"
#include "martlet/defect_log.hpp"

namespace martlet {

/// What begins at some place of a stream: `more`: the bytes end before that can be told.
enum class Peek : std::uint8_t { sound, bad, more };

/// One record as it stands in the stream, whatever is around it included.
struct Frame {
    const unsigned char* data;
    std::size_t size;
};

/// Finds the frames of a binary stream that comes in pieces of any size, and its way back after damage.
///
/// A frame that is bad, but whose own length leads to sound ones, is passed over alone. Otherwise bytes are passed over until
/// several frames in a row are sound. What is passed over is kept aside as hexadecimal digits. The pieces do not change
/// what comes out. One thread.
///
/// `Format` has:
///     static constexpr std::size_t carry_size;                     // no less than 5 of the longest frames
///     Peek peek(const unsigned char* at, std::size_t size, Frame& frame) const;
///     std::size_t claim(const unsigned char* at) const;            // length that a bad frame states; 0: not to be believed
///     Defect judge(const unsigned char* at) const;                 // why it is bad
///     void prefetch(const Frame& frame) const;                     // `apply` will follow
///     Defect apply(const Frame& frame, std::uint64_t number);
///     bool stopped() const;                                        // nothing more is to be applied
template <typename Format>
class FrameStream {
public:
    FrameStream(Format& format, DefectLog& log) : format_(format), log_(log) {}

    void consume(const unsigned char* data, std::size_t size) {
        std::size_t at = 0;
        while (carried_ > 0 && at < size && !format_.stopped()) {
            const std::size_t taken = std::min(size - at, Format::carry_size - carried_);
            std::copy_n(data + at, taken, carry_ + carried_);
            const std::size_t before = carried_;
            carried_ += taken;
            const std::size_t done = process(carry_, carried_, false);
            if (done >= before) {
                at += done - before;
                carried_ = 0;
            } else {
                std::copy(carry_ + done, carry_ + carried_, carry_);
                carried_ -= done;
                at += taken;
            }
        }
        if (at >= size || format_.stopped()) return;
        at += process(data + at, size - at, false);
        if (format_.stopped()) return;
        carried_ = size - at;
        std::copy_n(data + at, carried_, carry_);
    }

    /// `complete` false: the bytes end where the source was cut, so a frame that is begun is not judged.
    void finish(bool complete) {
        const std::size_t done = process(carry_, carried_, complete);
        if (complete && done < carried_ && !format_.stopped()) {
            ++number_;
            pass(Defect::truncated_record, carry_ + done, carried_ - done, 1);
        }
        carried_ = 0;
    }

    /// Keeps a record of the present place aside.
    void keep(Defect defect, const unsigned char* data, std::size_t size, std::uint64_t count = 1) {
        const std::string text = hex_text(data, size);
        log_.add(defect, offset_, number_, text.data(), text.size(), count);
    }
    /// Bytes that somebody else has read, such as a header.
    void passed(std::size_t size) noexcept { offset_ += size; }

    std::uint64_t skipped() const noexcept { return skipped_; }

private:
    /// Frames are found this many at a time, so that what `prefetch` asks for is on its way from memory before the first
    /// of them is applied.
    static constexpr std::size_t batch_size = 32;
    /// So many frames in a row must be sound before a place in a damaged stream is taken for a beginning.
    static constexpr int chain_length = 3;

    /// Whether several frames begin at `at`, one after the other.
    Peek peek_chain(const unsigned char* at, std::size_t size) const noexcept {
        for (int i = 0; i < chain_length; ++i) {
            Frame frame{};
            const Peek found = format_.peek(at, size, frame);
            if (found != Peek::sound) return found;
            at += frame.size;
            size -= frame.size;
        }
        return Peek::sound;
    }

    /// Applies what is whole; returns how many bytes are done with. `final`: nothing follows.
    std::size_t process(const unsigned char* data, std::size_t size, bool final) {
        std::size_t at = 0;
        while (!format_.stopped()) {
            if (lost_) [[unlikely]] {
                const Peek found = peek_chain(data + at, size - at);
                if (found == Peek::more && !final) break;
                lost_ = found == Peek::bad;
            }
            Frame frames[batch_size];
            std::size_t count = 0;
            std::size_t ahead = at;
            Peek found = lost_ ? Peek::bad : Peek::sound;
            for (; count < batch_size && !lost_; ++count) {
                found = format_.peek(data + ahead, size - ahead, frames[count]);
                if (found != Peek::sound) break;
                format_.prefetch(frames[count]);
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
        ++number_;
        const Defect defect = format_.apply(frame, number_);
        if (defect != Defect::none) [[unlikely]] keep(defect, frame.data, frame.size);
        offset_ += frame.size;
    }

    /// Passes over what is bad; 0: more bytes are needed to tell.
    std::size_t skip(const unsigned char* data, std::size_t size, bool final) {
        const auto good = [final](Peek found) { return found == Peek::sound || (final && found == Peek::more); };
        const std::size_t whole = lost_ ? 0 : format_.claim(data);
        if (whole != 0) {
            if (size < whole && !final) return 0;
            const Peek next = size < whole ? Peek::bad : peek_chain(data + whole, size - whole);
            if (next == Peek::more && !final) return 0;
            if (good(next)) {
                ++number_;
                pass(format_.judge(data), data, whole, 1);
                return whole;
            }
        }
        if (size == 0) return 0;
        std::size_t at = 1;
        for (; at < size; ++at) {
            const Peek found = peek_chain(data + at, size - at);
            if (good(found) || found == Peek::more) break;
        }
        pass(Defect::malformed_record, data, at, lost_ ? 0 : 1); // one region of damage is one defect
        lost_ = true;
        return at;
    }

    void pass(Defect defect, const unsigned char* data, std::size_t size, std::uint64_t count) {
        keep(defect, data, size, count);
        skipped_ += size;
        offset_ += size;
    }

    Format& format_;
    DefectLog& log_;
    bool lost_ = false; ///< the last bytes were passed over without knowing where a frame begins
    std::uint64_t number_ = 0;
    std::uint64_t offset_ = 0;
    std::uint64_t skipped_ = 0;
    std::size_t carried_ = 0;
    unsigned char carry_[Format::carry_size];
};

} // namespace martlet
