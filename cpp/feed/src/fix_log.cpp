#include "martlet/fix_log.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "byte_source.hpp"
#include "fix_events.hpp"

namespace martlet {
namespace {

constexpr std::string_view begin_text = "8=FIX";

bool is_blank(char c) noexcept { return c == '\r' || c == '\n' || c == ' ' || c == '\t' || c == '\0'; }

} // namespace

struct FixLogDecoder::Impl {
    Impl(const FixLogOptions& options, const FixInstrument* instruments, std::size_t instrument_count, EventBuffer& out, DefectLog& log)
        : translator(options, instruments, instrument_count, out), log(log), checks(options.checks) {}

    void consume(const char* data, std::size_t size) {
        translator.counts().bytes += size;
        buffer.append(data, size);
        process(false);
    }

    /// Decodes what is whole, and keeps the rest.
    void process(bool final) {
        std::size_t at = 0;
        while (at < buffer.size() && translator.status() == FeedStatus::ok) {
            const std::string_view rest = std::string_view(buffer).substr(at);
            const std::size_t done = rest.starts_with(begin_text) ? message(rest, final) : between(rest, final);
            if (done == 0) break;
            at += done;
            offset += done;
        }
        buffer.erase(0, at);
    }

    /// Passes over what is no message; 0: more bytes are needed to tell.
    std::size_t between(std::string_view rest, bool final) {
        std::size_t size = find_begin(rest, 0, true);
        if (size == std::string_view::npos) {
            const std::size_t open = final ? 0 : begin_text.size() - 1;
            if (rest.size() <= open) return 0;
            size = rest.size() - open;
        }
        translator.counts().between_bytes += size;
        const bool noise = checks == FixChecks::strict && !std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size), is_blank);
        if (noise) { // one stretch of it is one defect, however it comes
            log.add(Defect::malformed_record, offset, number + 1, rest.data(), size, in_noise ? 0 : 1);
            in_noise = true;
        }
        return size;
    }

    std::size_t message(std::string_view rest, bool final) {
        const FixFrame frame = find_frame(rest, checks, final);
        if (frame.found == FixFrame::Found::more) return 0;
        in_noise = false;
        if (frame.found == FixFrame::Found::bad) return pass(frame.defect, rest, final);
        ++number;
        FixLogCounts& counts = translator.counts();
        counts.wrong_lengths += frame.wrong_length ? 1 : 0;
        counts.wrong_checksums += frame.wrong_checksum ? 1 : 0;
        faults.clear();
        const Defect defect = split_fields(rest.substr(0, frame.trailer), frame.separator, fields);
        if (defect != Defect::none)
            faults.push_back(defect);
        else
            translator.apply(fields, faults);
        for (const Defect fault : faults) log.add(fault, offset, number, rest.data(), frame.size);
        return frame.size;
    }

    /// Keeps a bad message aside, up to where the next one begins.
    std::size_t pass(Defect defect, std::string_view rest, bool final) {
        const std::size_t next = find_begin(rest.substr(0, largest_message + begin_text.size()), 1, false);
        std::size_t size = next;
        if (next == std::string_view::npos) {
            if (rest.size() < largest_message + begin_text.size() && !final) return 0;
            size = std::min(rest.size(), largest_message);
        }
        ++number;
        log.add(defect, offset, number, rest.data(), size);
        return size;
    }

    FixTranslator translator;
    DefectLog& log;
    FixChecks checks;
    std::string buffer;
    std::vector<FixField> fields;
    FixTranslator::Faults faults;
    std::uint64_t offset = 0;
    std::uint64_t number = 0;
    bool in_noise = false;
};

FixLogDecoder::FixLogDecoder(const FixLogOptions& options, const FixInstrument* instruments, std::size_t instrument_count,
                             EventBuffer& out, DefectLog& log) noexcept
    : impl_(new Impl(options, instruments, instrument_count, out, log)) {}
FixLogDecoder::FixLogDecoder(FixLogDecoder&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
FixLogDecoder& FixLogDecoder::operator=(FixLogDecoder&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}
FixLogDecoder::~FixLogDecoder() { delete impl_; }

void FixLogDecoder::consume(const char* data, std::size_t size) noexcept { impl_->consume(data, size); }
void FixLogDecoder::finish(bool complete) noexcept {
    if (complete) impl_->process(true);
    impl_->buffer.clear();
}
FeedStatus FixLogDecoder::status() const noexcept { return impl_->translator.status(); }
FixLogCounts FixLogDecoder::counts() const noexcept { return impl_->translator.counts(); }
std::uint64_t FixLogDecoder::count(const char* type) const noexcept { return impl_->translator.count(type); }
std::size_t FixLogDecoder::symbol_count() const noexcept { return impl_->translator.symbol_count(); }
const char* FixLogDecoder::symbol(std::size_t index) const noexcept {
    return index < symbol_count() ? impl_->translator.symbol(index).c_str() : "";
}

FeedStatus decode_fix_log(const char* path, const FixLogOptions& options, const FixInstrument* instruments,
                          std::size_t instrument_count, EventBuffer& out, DefectLog& log, FixLogCounts& counts) noexcept {
    ByteSource source(path);
    FixLogDecoder decoder(options, instruments, instrument_count, out, log);
    while (decoder.status() == FeedStatus::ok) {
        const ByteSource::Piece piece = source.next();
        if (piece.size == 0) break;
        decoder.consume(piece.data, piece.size);
    }
    decoder.finish(source.status() == FeedStatus::ok);
    counts = decoder.counts();
    return source.status() != FeedStatus::ok ? source.status() : decoder.status();
}

} // namespace martlet
