#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cstring>
#include <utility>
#include <vector>

#include "column_codec.hpp"
#include "martlet/partition.hpp"
#include "partition_header.hpp"

namespace martlet {

struct PartitionReader::Impl {
    const unsigned char* map = nullptr;
    std::size_t size = 0;
    PartitionHeader header{};
    std::vector<BlockEntry> directory;
    BlockCodec codec;

    void unmap() noexcept {
        if (map != nullptr) ::munmap(const_cast<unsigned char*>(map), size);
        map = nullptr;
        size = 0;
        directory.clear();
        header = {};
    }

    FeedStatus map_file(const char* path) noexcept {
        const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) return FeedStatus::cannot_open;
        struct stat facts {};
        if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
            ::close(descriptor);
            return FeedStatus::read_failed;
        }
        const auto length = static_cast<std::size_t>(facts.st_size);
        if (length < sizeof(PartitionHeader)) {
            ::close(descriptor);
            return length == 0 ? FeedStatus::partition_truncated : FeedStatus::not_a_partition;
        }
        void* mapped = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
        ::close(descriptor);
        if (mapped == MAP_FAILED) return FeedStatus::read_failed;
        map = static_cast<const unsigned char*>(mapped);
        size = length;
        return FeedStatus::ok;
    }

    FeedStatus check_header() noexcept {
        std::memcpy(&header, map, sizeof header);
        if (std::memcmp(header.magic, partition_magic, sizeof partition_magic) != 0) return FeedStatus::not_a_partition;
        if (crc32_z(0, map, offsetof(PartitionHeader, header_crc)) != header.header_crc) return FeedStatus::header_damaged;
        if (header.format_version != partition_format_version || header.layout_version != layout_version)
            return FeedStatus::unsupported_version;
        const auto kind = static_cast<PartitionKind>(header.kind);
        if (kind < PartitionKind::by_order || kind > PartitionKind::bars) return FeedStatus::header_damaged;
        if (header.directory_size != std::uint64_t{header.blocks} * sizeof(BlockEntry)) return FeedStatus::header_damaged;
        if (header.directory_offset > size || header.directory_size > size - header.directory_offset)
            return FeedStatus::partition_truncated;
        return FeedStatus::ok;
    }

    FeedStatus check_directory() noexcept {
        const unsigned char* from = map + header.directory_offset;
        if (header.blocks > 0 && crc32_z(0, from, header.directory_size) != header.directory_crc)
            return FeedStatus::header_damaged;
        directory.resize(header.blocks);
        if (header.blocks > 0) std::memcpy(directory.data(), from, header.directory_size);
        std::uint64_t rows = 0;
        for (const BlockEntry& entry : directory) {
            if (entry.rows == 0 || entry.rows > partition_block_rows) return FeedStatus::header_damaged;
            if (entry.offset > size || entry.size > size - entry.offset) return FeedStatus::header_damaged;
            rows += entry.rows;
        }
        return rows == header.rows ? FeedStatus::ok : FeedStatus::header_damaged;
    }
};

PartitionReader::PartitionReader() noexcept : impl_(new Impl) {}
PartitionReader::PartitionReader(PartitionReader&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
PartitionReader& PartitionReader::operator=(PartitionReader&& other) noexcept {
    std::swap(impl_, other.impl_);
    return *this;
}
PartitionReader::~PartitionReader() {
    if (impl_ != nullptr) impl_->unmap();
    delete impl_;
}

FeedStatus PartitionReader::open(const char* path) noexcept {
    impl_->unmap();
    FeedStatus status = impl_->map_file(path);
    if (status == FeedStatus::ok) status = impl_->check_header();
    if (status == FeedStatus::ok) status = impl_->check_directory();
    if (status != FeedStatus::ok) impl_->unmap();
    return status;
}

PartitionInfo PartitionReader::info() const noexcept {
    const PartitionHeader& header = impl_->header;
    return {header.instrument, header.rows,   header.first_time,  header.last_time,
            header.day,        header.blocks, header.bar_seconds, static_cast<PartitionKind>(header.kind)};
}

std::size_t PartitionReader::block_rows(std::uint32_t block) const noexcept {
    return block < impl_->directory.size() ? impl_->directory[block].rows : 0;
}

FeedStatus PartitionReader::read_block(std::uint32_t block, MarketEvent* out) noexcept {
    Impl& impl = *impl_;
    if (block >= impl.directory.size()) return FeedStatus::invalid_argument;
    const BlockEntry& entry = impl.directory[block];
    const bool sound = impl.codec.decode(impl.map + entry.offset, entry, static_cast<PartitionKind>(impl.header.kind), out);
    return sound ? FeedStatus::ok : FeedStatus::block_damaged;
}

} // namespace martlet
