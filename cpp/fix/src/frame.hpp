#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace martlet::fix {

/// What becomes of a message whose BodyLength is wrong.
enum class Framing {
    resynchronise, ///< it is skipped; the next message that begins is taken
    by_length,     ///< it ends at the first CheckSum behind that length, with all that came before: the session refuses the whole
};

/// Cuts a byte stream into FIX messages by BeginString, BodyLength and CheckSum's place. Whether the
/// checksum is right is the session's to check. Bytes that are no message are skipped and counted; memory
/// is bounded by `longest_message`.
class FrameReader {
public:
    static constexpr std::size_t longest_message = 16u << 20;

    explicit FrameReader(Framing framing = Framing::resynchronise) noexcept : framing_(framing) {}

    /// Room for `size` bytes of new input; call `added` with how many were filled.
    char* space(std::size_t size);
    void added(std::size_t size) noexcept { end_ += size; }

    /// Takes the next whole message; false: more input is needed.
    bool next(std::string* message);

    /// Puts the message that `next` just gave back, so that it is given again.
    void unread(const std::string& message) noexcept { begin_ -= message.size(); }

    void clear() noexcept { begin_ = end_ = 0; }
    /// Runs of bytes skipped because they were no message.
    std::uint64_t garbled() const noexcept { return garbled_; }

private:
    enum class Parse { message, incomplete, garbage };
    Parse measure(std::size_t* length) const noexcept;

    Framing framing_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t garbled_ = 0;
    bool skipping_ = false;
};

/// The first field of a raw message that begins with `tag` (separator, number, '='); empty: there is none.
std::string_view raw_field(const std::string& message, std::string_view tag);

/// A whole message of a version ("FIX.4.4"): BeginString and BodyLength before the body, CheckSum behind it.
std::string framed(const std::string& version, const std::string& body);

} // namespace martlet::fix
