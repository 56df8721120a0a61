#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "column_codec.hpp"
#include "martlet/partition.hpp"
#include "partition_header.hpp"

namespace martlet {
namespace {

/// Copies value by value into zeroed memory: padding must not carry chance into a file that is known by its hash.
InstrumentDefinition without_padding(const InstrumentDefinition& from) noexcept {
    InstrumentDefinition to;
    std::memset(&to, 0, sizeof to);
    const auto copy = [](Decimal& into, const Decimal& value) {
        into.mantissa = value.mantissa;
        into.exponent = value.exponent;
    };
    to.contract = from.contract;
    std::strncpy(to.symbol, from.symbol, sizeof to.symbol - 1);
    std::strncpy(to.venue, from.venue, sizeof to.venue - 1);
    std::strncpy(to.currency, from.currency, sizeof to.currency - 1);
    copy(to.price_increment, from.price_increment);
    copy(to.lot_increment, from.lot_increment);
    copy(to.multiplier, from.multiplier);
    to.tick = from.tick;
    to.maximum_quantity = from.maximum_quantity;
    to.maker_fee_ppm = from.maker_fee_ppm;
    to.taker_fee_ppm = from.taker_fee_ppm;
    copy(to.money_unit, from.money_unit);
    return to;
}

} // namespace

struct PartitionWriter::Impl {
    std::string path;
    std::string temporary;
    int descriptor = -1;
    FeedStatus status = FeedStatus::ok;
    bool committed = false;
    PartitionHeader header{};
    std::vector<MarketEvent> pending;
    std::vector<BlockEntry> directory;
    BlockCodec codec;
    std::uint64_t size = 0;

    PartitionKind kind() const noexcept { return static_cast<PartitionKind>(header.kind); }

    void write_at(const void* data, std::size_t count, std::uint64_t offset) noexcept {
        const char* from = static_cast<const char*>(data);
        while (count > 0 && status == FeedStatus::ok) {
            const ssize_t wrote = ::pwrite(descriptor, from, count, static_cast<off_t>(offset));
            if (wrote < 0 && errno == EINTR) continue;
            if (wrote <= 0) {
                status = FeedStatus::write_failed;
                return;
            }
            from += wrote;
            offset += static_cast<std::uint64_t>(wrote);
            count -= static_cast<std::size_t>(wrote);
        }
    }

    void flush_block() {
        if (pending.empty() || status != FeedStatus::ok) return;
        BlockEntry entry{};
        const std::string& block = codec.encode(pending.data(), pending.size(), kind(), entry);
        if (block.empty()) {
            status = FeedStatus::out_of_memory;
            return;
        }
        entry.offset = size;
        write_at(block.data(), block.size(), size);
        size += block.size();
        directory.push_back(entry);
        pending.clear();
    }

    /// The rename is on the disk only when the folder is.
    bool sync_folder() const noexcept {
        const std::size_t slash = path.rfind('/');
        const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
        const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (handle < 0) return false;
        const bool synced = ::fsync(handle) == 0;
        ::close(handle);
        return synced;
    }
};

PartitionWriter::PartitionWriter(const char* path, const InstrumentDefinition& instrument, PartitionKind kind,
                                 std::int32_t day, std::uint32_t bar_seconds) noexcept
    : impl_(new Impl) {
    Impl& impl = *impl_;
    impl.path = path;
    impl.temporary = impl.path + ".tmp";
    impl.pending.reserve(partition_block_rows);
    std::memcpy(impl.header.magic, partition_magic, sizeof partition_magic);
    impl.header.format_version = partition_format_version;
    impl.header.layout_version = layout_version;
    impl.header.kind = static_cast<std::uint8_t>(kind);
    impl.header.day = day;
    impl.header.bar_seconds = bar_seconds;
    const InstrumentDefinition plain = without_padding(instrument);
    std::memcpy(&impl.header.instrument, &plain, sizeof plain);
    impl.size = sizeof(PartitionHeader);
    impl.descriptor = ::open(impl.temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (impl.descriptor < 0) impl.status = FeedStatus::cannot_open;
}

PartitionWriter::PartitionWriter(PartitionWriter&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
PartitionWriter& PartitionWriter::operator=(PartitionWriter&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}

PartitionWriter::~PartitionWriter() {
    if (impl_ == nullptr) return;
    if (impl_->descriptor >= 0) {
        ::close(impl_->descriptor);
        if (!impl_->committed) ::unlink(impl_->temporary.c_str());
    }
    delete impl_;
}

FeedStatus PartitionWriter::append(const MarketEvent* events, std::size_t count) noexcept {
    Impl& impl = *impl_;
    if (impl.committed) return FeedStatus::invalid_argument;
    for (std::size_t i = 0; i < count && impl.status == FeedStatus::ok; ++i) {
        if (!belongs(events[i], impl.kind())) {
            impl.status = FeedStatus::invalid_argument;
            break;
        }
        if (impl.header.rows++ == 0) impl.header.first_time = events[i].exchange_time;
        impl.header.last_time = events[i].exchange_time;
        impl.pending.push_back(events[i]);
        if (impl.pending.size() == partition_block_rows) impl.flush_block();
    }
    return impl.status;
}

FeedStatus PartitionWriter::commit() noexcept { return finish(true); }
FeedStatus PartitionWriter::commit_unsynced() noexcept { return finish(false); }

FeedStatus PartitionWriter::finish(bool synced) noexcept {
    Impl& impl = *impl_;
    if (impl.committed) return FeedStatus::invalid_argument;
    impl.flush_block();
    if (impl.status != FeedStatus::ok) return impl.status;
    const std::size_t bytes = impl.directory.size() * sizeof(BlockEntry);
    impl.header.blocks = static_cast<std::uint32_t>(impl.directory.size());
    impl.header.directory_offset = impl.size;
    impl.header.directory_size = bytes;
    const auto* directory = reinterpret_cast<const Bytef*>(impl.directory.data());
    impl.header.directory_crc = bytes == 0 ? 0 : static_cast<std::uint32_t>(crc32_z(0, directory, bytes));
    impl.write_at(impl.directory.data(), bytes, impl.size);
    impl.header.header_crc = static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(&impl.header), offsetof(PartitionHeader, header_crc)));
    impl.write_at(&impl.header, sizeof impl.header, 0);
    if (impl.status != FeedStatus::ok) return impl.status;
    if ((synced && ::fsync(impl.descriptor) != 0) || ::rename(impl.temporary.c_str(), impl.path.c_str()) != 0) {
        impl.status = FeedStatus::write_failed;
        return impl.status;
    }
    impl.committed = true;
    if (synced && !impl.sync_folder()) impl.status = FeedStatus::write_failed;
    return impl.status;
}

FeedStatus sync_files_of(const char* folder) noexcept {
    const int handle = ::open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return FeedStatus::cannot_open;
#if defined(__linux__)
    const bool synced = ::syncfs(handle) == 0;
#else
    ::sync();
    const bool synced = true;
#endif
    ::close(handle);
    return synced ? FeedStatus::ok : FeedStatus::write_failed;
}

} // namespace martlet
