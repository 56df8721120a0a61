#include "column_codec.hpp"

#include <zlib.h>
#include <zstd.h>

#include <cstring>

namespace martlet {
namespace {

constexpr int compression_level = 3;

/// One row as the numbers of its columns, time first. Unused columns are 0.
using Row = std::array<std::int64_t, maximum_columns>;

/// An event's numbers; those after the fourth refer to the row of the same kind before.
Row row_of_event(const MarketEvent& event) noexcept {
    return {event.exchange_time, static_cast<std::int64_t>(event.kind), static_cast<std::int64_t>(event.side), event.flags,
            event.price, event.quantity, static_cast<std::int64_t>(event.order), static_cast<std::int64_t>(event.reference)};
}

MarketEvent event_of_row(const Row& row) noexcept {
    MarketEvent event{};
    event.exchange_time = event.receive_time = row[0];
    event.kind = static_cast<EventKind>(row[1]);
    event.side = static_cast<Side>(row[2]);
    event.flags = static_cast<std::uint16_t>(row[3]);
    event.price = row[4];
    event.quantity = row[5];
    event.order = static_cast<std::uint64_t>(row[6]);
    event.reference = static_cast<std::uint64_t>(row[7]);
    return event;
}

Row row_of_bar(const BarEvent& bar) noexcept {
    return {bar.exchange_time, static_cast<std::int64_t>(bar.side), bar.flags, bar.low, bar.open_above_low, bar.high_above_low,
            bar.close_above_low, bar.seconds, bar.volume};
}

MarketEvent bar_of_row(const Row& row) noexcept {
    BarEvent bar{};
    bar.exchange_time = bar.receive_time = row[0];
    bar.kind = EventKind::bar;
    bar.side = static_cast<Side>(row[1]);
    bar.flags = static_cast<std::uint16_t>(row[2]);
    bar.low = row[3];
    bar.open_above_low = static_cast<std::uint32_t>(row[4]);
    bar.high_above_low = static_cast<std::uint32_t>(row[5]);
    bar.close_above_low = static_cast<std::uint32_t>(row[6]);
    bar.seconds = static_cast<std::uint32_t>(row[7]);
    bar.volume = row[8];
    return as_market_event(bar);
}

/// Columns that are written as differences; the others (kind, side, flags, distances inside a bar) as they are.
bool is_difference(PartitionKind kind, std::size_t column) noexcept {
    return kind == PartitionKind::bars ? column == 0 || column == 3 : column == 0 || column >= 4;
}

/// The row that a row's differences refer to: the one before of the same kind. Time refers to the row before.
class Reference {
public:
    /// The second column says which: the kind of event, or of bars the side.
    Row& of(const Row& row) noexcept { return last_[static_cast<std::size_t>(row[1]) & 0xFF]; }
    std::int64_t time = 0;

private:
    std::array<Row, 256> last_{};
};

void put(std::string& column, std::int64_t value) {
    auto zigzag = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
    while (zigzag >= 0x80) {
        column.push_back(static_cast<char>(zigzag | 0x80));
        zigzag >>= 7;
    }
    column.push_back(static_cast<char>(zigzag));
}

/// A column of a block as it is read; `ok` goes false at the first byte that does not fit, and stays.
struct ColumnReader {
    const unsigned char* at;
    const unsigned char* end;
    bool ok = true;

    std::int64_t get() noexcept {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == end) break;
            const unsigned char byte = *at++;
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
        }
        ok = false;
        return 0;
    }
};

/// Differences wrap, so that any pair of 64-bit numbers has one.
std::int64_t wrapping_difference(std::int64_t a, std::int64_t b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) noexcept {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

} // namespace

struct BlockCodec::Contexts {
    ZSTD_CCtx* compression = ZSTD_createCCtx();
    ZSTD_DCtx* decompression = ZSTD_createDCtx();
    Contexts() = default;
    Contexts(const Contexts&) = delete;
    Contexts& operator=(const Contexts&) = delete;
    ~Contexts() {
        ZSTD_freeCCtx(compression);
        ZSTD_freeDCtx(decompression);
    }
};

BlockCodec::BlockCodec() : contexts_(std::make_unique<Contexts>()) {}
BlockCodec::~BlockCodec() = default;

std::size_t column_count(PartitionKind kind) noexcept { return kind == PartitionKind::bars ? 9 : 8; }

bool belongs(const MarketEvent& event, PartitionKind kind) noexcept {
    const auto number = static_cast<std::uint8_t>(event.kind);
    if (kind == PartitionKind::bars) return event.kind == EventKind::bar;
    return number >= static_cast<std::uint8_t>(EventKind::trade) && number <= static_cast<std::uint8_t>(EventKind::external_value) &&
           event.kind != EventKind::bar;
}

const std::string& BlockCodec::encode(const MarketEvent* rows, std::size_t count, PartitionKind kind, BlockEntry& entry) {
    const std::size_t columns = column_count(kind);
    for (std::string& column : columns_) column.clear();
    Reference reference;
    for (std::size_t i = 0; i < count; ++i) {
        const Row row = kind == PartitionKind::bars ? row_of_bar(as_bar(rows[i])) : row_of_event(rows[i]);
        Row& last = reference.of(row);
        put(columns_[0], wrapping_difference(row[0], reference.time));
        for (std::size_t c = 1; c < columns; ++c)
            put(columns_[c], is_difference(kind, c) ? wrapping_difference(row[c], last[c]) : row[c]);
        reference.time = row[0];
        last = row;
    }
    block_.clear();
    entry = {};
    entry.rows = static_cast<std::uint32_t>(count);
    for (std::size_t c = 0; c < columns; ++c) {
        const std::size_t bound = ZSTD_compressBound(columns_[c].size());
        const std::size_t begin = block_.size();
        block_.resize(begin + bound);
        const std::size_t size = ZSTD_compressCCtx(contexts_->compression, block_.data() + begin, bound, columns_[c].data(),
                                                   columns_[c].size(), compression_level);
        if (ZSTD_isError(size)) return block_.clear(), block_;
        block_.resize(begin + size);
        entry.compressed[c] = static_cast<std::uint32_t>(size);
        entry.plain[c] = static_cast<std::uint32_t>(columns_[c].size());
    }
    entry.size = block_.size();
    entry.crc = static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(block_.data()), block_.size()));
    return block_;
}

bool BlockCodec::decode(const unsigned char* block, const BlockEntry& entry, PartitionKind kind, MarketEvent* rows) {
    if (crc32_z(0, block, entry.size) != entry.crc) return false;
    const std::size_t columns = column_count(kind);
    std::size_t plain_size = 0;
    std::size_t block_size = 0;
    for (std::size_t c = 0; c < columns; ++c) {
        if (entry.plain[c] > std::size_t{entry.rows} * 10) return false; // ten bytes hold any 64 bits
        plain_size += entry.plain[c];
        block_size += entry.compressed[c];
    }
    if (block_size != entry.size) return false;
    plain_.resize(plain_size);
    std::array<ColumnReader, maximum_columns> readers{};
    unsigned char* to = plain_.data();
    for (std::size_t c = 0; c < columns; ++c) {
        const std::size_t size = ZSTD_decompressDCtx(contexts_->decompression, to, entry.plain[c], block, entry.compressed[c]);
        if (ZSTD_isError(size) || size != entry.plain[c]) return false;
        readers[c] = {to, to + size};
        to += size;
        block += entry.compressed[c];
    }
    Reference reference;
    for (std::uint32_t i = 0; i < entry.rows; ++i) {
        Row row{};
        row[0] = wrapping_sum(readers[0].get(), reference.time);
        row[1] = readers[1].get();
        Row& last = reference.of(row);
        for (std::size_t c = 2; c < columns; ++c) {
            const std::int64_t value = readers[c].get();
            row[c] = is_difference(kind, c) ? wrapping_sum(value, last[c]) : value;
        }
        reference.time = row[0];
        last = row;
        rows[i] = kind == PartitionKind::bars ? bar_of_row(row) : event_of_row(row);
        if (!belongs(rows[i], kind)) return false;
    }
    for (std::size_t c = 0; c < columns; ++c)
        if (!readers[c].ok || readers[c].at != readers[c].end) return false;
    return true;
}

} // namespace martlet
