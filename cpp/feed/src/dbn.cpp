#include "martlet/dbn.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "byte_source.hpp"
#include "dbn_events.hpp"
#include "frame_stream.hpp"

namespace martlet {
namespace {

// Numbers are little-endian, as they are here.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

template <typename Integer>
Integer read(const unsigned char* at) noexcept {
    Integer value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

constexpr std::size_t header_size = 16; ///< length in 4 bytes (1), type (1), publisher (2), instrument (4), ts_event (8)

/// Types of records that become events, and their lengths.
enum RecordType : std::uint8_t { type_trade = 0x00, type_mbp_1 = 0x01, type_mbo = 0xA0 };

/// 0: not a record that becomes events.
constexpr std::size_t record_size(std::uint8_t type) noexcept {
    return type == type_mbo ? 56 : type == type_mbp_1 ? 80 : type == type_trade ? 48 : 0;
}
/// Whether the publisher has records of this type, of whatever length.
constexpr bool other_type(std::uint8_t type) noexcept {
    return type == 0x0A || (type >= 0x11 && type <= 0x18) || (type >= 0x20 && type <= 0x24) || type == 0xB1 || (type >= 0xC0 && type <= 0xC4);
}

DbnRecord record_of(const unsigned char* at) noexcept {
    DbnRecord record{};
    record.instrument_id = read<std::uint32_t>(at + 4);
    record.event_time = read<std::uint64_t>(at + 8);
    if (at[1] == type_mbo) {
        record.schema = DbnSchema::mbo;
        record.order = read<std::uint64_t>(at + 16);
        record.price = read<std::int64_t>(at + 24);
        record.size = read<std::uint32_t>(at + 32);
        record.flags = at[36];
        record.action = static_cast<char>(at[38]);
        record.side = static_cast<char>(at[39]);
        record.receive_time = read<std::uint64_t>(at + 40);
        record.sequence = read<std::uint32_t>(at + 52);
        return record;
    }
    record.schema = at[1] == type_mbp_1 ? DbnSchema::quotes : DbnSchema::trades;
    record.price = read<std::int64_t>(at + 16);
    record.size = read<std::uint32_t>(at + 24);
    record.action = static_cast<char>(at[28]);
    record.side = static_cast<char>(at[29]);
    record.flags = at[30];
    record.receive_time = read<std::uint64_t>(at + 32);
    record.sequence = read<std::uint32_t>(at + 44);
    if (record.schema == DbnSchema::quotes) {
        record.bid_price = read<std::int64_t>(at + 48);
        record.ask_price = read<std::int64_t>(at + 56);
        record.bid_size = read<std::uint32_t>(at + 64);
        record.ask_size = read<std::uint32_t>(at + 68);
    }
    return record;
}

/// The records behind the metadata.
struct DbnFormat {
    static constexpr std::size_t carry_size = 8'192;

    static std::size_t length(const unsigned char* at) noexcept { return std::size_t{at[0]} * 4; }
    Defect judge(const unsigned char* at) const noexcept {
        const std::size_t expected = record_size(at[1]);
        if (length(at) < header_size) return Defect::wrong_length;
        if (expected == 0 && !other_type(at[1])) return Defect::unknown_type;
        if (expected != 0 && length(at) != expected + (sent_time ? 8 : 0)) return Defect::wrong_length;
        const auto time = read<std::uint64_t>(at + 8);
        return time > dbn::latest_time && time != dbn::undefined_time ? Defect::malformed_time : Defect::none;
    }
    Peek peek(const unsigned char* at, std::size_t size, Frame& frame) const noexcept {
        if (size < header_size) return Peek::more;
        if (judge(at) != Defect::none) return Peek::bad;
        if (size < length(at)) return Peek::more;
        frame = {at, length(at)};
        return Peek::sound;
    }
    std::size_t claim(const unsigned char* at) const noexcept { return length(at) < header_size ? 0 : length(at); }
    void prefetch(const Frame&) const noexcept {}
    Defect apply(const Frame& frame, std::uint64_t) {
        if (record_size(frame.data[1]) != 0) return translator.apply(record_of(frame.data));
        ++other_records;
        return Defect::none;
    }
    bool stopped() const noexcept { return translator.status() != FeedStatus::ok; }

    DbnTranslator translator;
    bool sent_time = false; ///< each record bears the time of its sending behind it
    std::uint64_t other_records = 0;
};

constexpr std::size_t fixed_metadata = 100;
/// More than a hundred thousand symbols with their mappings.
constexpr std::size_t largest_metadata = std::size_t{1} << 26;

/// Reads the lists behind the fixed part: counts, then symbols of a fixed length.
class MetadataReader {
public:
    MetadataReader(const unsigned char* data, std::size_t size) : at_(data), left_(size) {}
    bool good() const noexcept { return good_; }
    std::uint32_t number() noexcept {
        const unsigned char* from = take(4);
        return from != nullptr ? read<std::uint32_t>(from) : 0;
    }
    std::string_view symbol(std::size_t size) noexcept {
        const auto* from = reinterpret_cast<const char*>(take(size));
        return from != nullptr ? std::string_view(from, ::strnlen(from, size)) : std::string_view{};
    }
    const unsigned char* take(std::size_t size) noexcept {
        if (!good_ || size > left_) {
            good_ = false;
            return nullptr;
        }
        left_ -= size;
        return std::exchange(at_, at_ + size);
    }

private:
    const unsigned char* at_;
    std::size_t left_;
    bool good_ = true;
};

} // namespace

struct DbnDecoder::Impl {
    Impl(const DbnOptions& options, const DbnInstrument* instruments, std::size_t instrument_count, EventBuffer& out, DefectLog& log)
        : format{DbnTranslator(options, instruments, instrument_count, out)}, stream(format, log), status(format.translator.status()) {}

    /// Takes bytes until the metadata is whole; returns how many of `size` it took.
    std::size_t read_metadata(const char* data, std::size_t size) {
        std::size_t at = 0;
        while (wanted != 0 && at < size && status == FeedStatus::ok) {
            const std::size_t taken = std::min(size - at, wanted - metadata.size());
            metadata.insert(metadata.end(), data + at, data + at + taken);
            at += taken;
            if (metadata.size() < wanted) break;
            if (wanted == 8)
                begin_metadata();
            else
                end_metadata();
        }
        return at;
    }

    void begin_metadata() {
        const std::size_t length = read<std::uint32_t>(metadata.data() + 4);
        if (std::memcmp(metadata.data(), "DBN", 3) != 0 || metadata[3] < 1 || metadata[3] > 3 || length < fixed_metadata)
            status = FeedStatus::unknown_layout;
        else if (length > largest_metadata)
            status = FeedStatus::too_large;
        wanted = 8 + length;
    }

    void end_metadata() {
        const unsigned char* fixed = metadata.data() + 8;
        info.version = metadata[3];
        std::memcpy(info.dataset, fixed, sizeof info.dataset - 1);
        info.schema = read<std::uint16_t>(fixed + 16);
        info.start = read<std::int64_t>(fixed + 18);
        info.end = read<std::int64_t>(fixed + 26);
        // Version 1 has a number of records here that later ones dropped.
        const unsigned char* kinds = fixed + (info.version == 1 ? 50 : 42);
        format.sent_time = kinds[2] != 0;
        const std::size_t symbol_size = info.version == 1 ? 22 : read<std::uint16_t>(kinds + 3);
        MetadataReader reader(fixed + fixed_metadata, metadata.size() - 8 - fixed_metadata);
        reader.take(reader.number()); // a definition of the schema, never used so far
        for (int list = 0; list < 3; ++list) // asked for, resolved in part, not found
            if (const std::uint64_t count = reader.number(); symbol_size != 0) reader.take(count * symbol_size);
        const std::uint32_t mappings = reader.number();
        for (std::uint32_t i = 0; i < mappings && reader.good() && symbol_size != 0; ++i) read_mapping(reader, symbol_size);
        if (!reader.good() || symbol_size == 0) status = FeedStatus::unknown_layout;
        info.symbols = symbols.size();
        stream.passed(metadata.size());
        wanted = 0;
        metadata = {};
    }

    void read_mapping(MetadataReader& reader, std::size_t symbol_size) {
        const std::string_view name = reader.symbol(symbol_size);
        const std::uint32_t intervals = reader.number();
        bool first = true;
        for (std::uint32_t i = 0; i < intervals && reader.good(); ++i) {
            reader.take(8); // its days
            const std::string_view target = reader.symbol(symbol_size);
            std::uint32_t number = 0;
            if (const auto parsed = std::from_chars(target.data(), target.data() + target.size(), number); parsed.ec != std::errc{}) continue;
            format.translator.bind(name, number);
            if (std::exchange(first, false)) symbols.emplace_back(name, number);
        }
    }

    DbnFormat format;
    FrameStream<DbnFormat> stream;
    FeedStatus status;
    DbnInfo info{};
    std::vector<unsigned char> metadata;
    std::size_t wanted = 8; ///< bytes of metadata; 0: read
    std::vector<std::pair<std::string, std::uint32_t>> symbols;
    std::uint64_t bytes = 0;
};

DbnDecoder::DbnDecoder(const DbnOptions& options, const DbnInstrument* instruments, std::size_t instrument_count, EventBuffer& out,
                       DefectLog& log) noexcept
    : impl_(new Impl(options, instruments, instrument_count, out, log)) {}
DbnDecoder::DbnDecoder(DbnDecoder&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
DbnDecoder& DbnDecoder::operator=(DbnDecoder&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}
DbnDecoder::~DbnDecoder() { delete impl_; }

void DbnDecoder::consume(const char* data, std::size_t size) noexcept {
    impl_->bytes += size;
    const std::size_t taken = impl_->read_metadata(data, size);
    if (impl_->wanted != 0 || status() != FeedStatus::ok) return;
    impl_->stream.consume(reinterpret_cast<const unsigned char*>(data) + taken, size - taken);
}

void DbnDecoder::finish(bool complete) noexcept {
    if (impl_->wanted != 0 && complete && impl_->status == FeedStatus::ok) impl_->status = FeedStatus::unknown_layout;
    if (status() != FeedStatus::ok) return;
    impl_->stream.finish(complete);
    impl_->format.translator.finish();
}

FeedStatus DbnDecoder::status() const noexcept {
    return impl_->status != FeedStatus::ok ? impl_->status : impl_->format.translator.status();
}
DbnInfo DbnDecoder::info() const noexcept { return impl_->info; }
DbnCounts DbnDecoder::counts() const noexcept {
    DbnCounts counts{};
    impl_->format.translator.add_counts(counts);
    counts.bytes = impl_->bytes;
    counts.other_records = impl_->format.other_records;
    counts.skipped_bytes = impl_->stream.skipped();
    return counts;
}
std::uint32_t DbnDecoder::instrument_id(const char* symbol) const noexcept {
    for (const auto& [name, number] : impl_->symbols)
        if (name == symbol) return number;
    return 0;
}

FeedStatus decode_dbn(const char* path, const DbnOptions& options, const DbnInstrument* instruments, std::size_t instrument_count,
                      EventBuffer& out, DefectLog& log, DbnInfo& info, DbnCounts& counts) noexcept {
    ByteSource source(path);
    DbnDecoder decoder(options, instruments, instrument_count, out, log);
    while (decoder.status() == FeedStatus::ok) {
        const ByteSource::Piece piece = source.next();
        if (piece.size == 0) break;
        decoder.consume(piece.data, piece.size);
    }
    decoder.finish(source.status() == FeedStatus::ok);
    info = decoder.info();
    counts = decoder.counts();
    return source.status() != FeedStatus::ok ? source.status() : decoder.status();
}

} // namespace martlet
