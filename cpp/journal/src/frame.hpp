#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "crc32c.hpp"
#include "martlet/digest.hpp"
#include "martlet/journal_format.hpp"
#include "signing_key.hpp"

// Making the frames that journal_format.hpp describes.

namespace martlet::detail {

inline constexpr std::size_t padded(std::size_t size) { return (size + 7) & ~std::size_t{7}; }

/// Bytes of a whole frame.
inline std::size_t frame_bytes(const FrameHeader& frame) {
    return sizeof(FrameHeader) + padded(std::size_t{frame.size} + frame.payload_size);
}

/// The CRC of a frame that lies at `at`, from behind its own field to its end.
inline std::uint32_t frame_crc(const void* at, std::size_t bytes) {
    return crc32c(0, static_cast<const unsigned char*>(at) + sizeof(std::uint32_t), bytes - sizeof(std::uint32_t));
}

inline FrameHeader control_frame(FrameKind kind, std::size_t bytes, std::uint64_t sequence) {
    return {0, static_cast<std::uint32_t>(bytes - sizeof(FrameHeader)), 0, kind, 0, sequence};
}

inline BlockRecord make_block(std::uint64_t segment, std::uint64_t offset, std::uint64_t begin, std::uint64_t sequence,
                              const Sha256Digest& head) {
    BlockRecord block{control_frame(FrameKind::block, sizeof(BlockRecord), sequence), segment, offset, begin, {}};
    std::memcpy(block.head, head.bytes, sizeof(block.head));
    block.frame.crc = frame_crc(&block, sizeof(block));
    return block;
}

/// What the signature of a seal covers.
struct SealMessage {
    char context[sizeof(seal_context)];
    unsigned char seal[offsetof(SealRecord, signature) - sizeof(std::uint32_t)];

    explicit SealMessage(const SealRecord& record) {
        std::memcpy(context, seal_context, sizeof(context));
        std::memcpy(seal, reinterpret_cast<const unsigned char*>(&record) + sizeof(std::uint32_t), sizeof(seal));
    }
};

inline SealRecord make_seal(std::uint64_t segment, std::uint64_t offset, SealReason reason, std::uint64_t sequence,
                            const Sha256Digest& head, const SigningKey& key) {
    SealRecord seal{control_frame(FrameKind::seal, sizeof(SealRecord), sequence), segment, offset, reason, {}, {}};
    std::memcpy(seal.head, head.bytes, sizeof(seal.head));
    const SealMessage message(seal);
    const Signature signature = key.sign(&message, sizeof(message));
    std::memcpy(seal.signature, signature.data(), sizeof(seal.signature));
    seal.frame.crc = frame_crc(&seal, sizeof(seal));
    return seal;
}

/// The chain's head after a part of it.
inline Sha256Digest chain(DigestBuilder& builder, const Sha256Digest& head, const void* bytes, std::size_t size) {
    builder.update(head.bytes, sizeof(head.bytes));
    builder.update(bytes, size);
    return builder.finish();
}

} // namespace martlet::detail
