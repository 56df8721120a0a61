#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "martlet/feed_status.hpp"

// Reads JSON as the text that stands there, strictly and within its bounds: numbers stay digits, whether the venue
// quotes them or not, and whatever the bytes are, nothing beyond them is looked at.
//
// Messages are a few hundred bytes of short tokens, searched for a handful of fields in a known order: one walk with no
// index before it comes near an indexing parser. simdjson's on-demand interface was measured and fuzzed in this place;
// it takes a document's brackets and the bytes behind it on trust, and ends the process where they deceive.

namespace martlet::json {

/// Whether something that need not be there is. After `broken` every further look says `broken`.
enum class Found : std::uint8_t { yes, no, broken };

/// Nesting beyond which a value is not skipped.
inline constexpr int deepest = 32;

/// Keys are a character or two long: most that differ do so in the first.
inline bool same(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && !a.empty() && a.front() == b.front() && (a.size() == 1 || a == b);
}

/// Where a container is read.
struct Position {
    const char* at = nullptr;
    const char* end = nullptr;
    bool at_value = false; ///< `at` is the beginning of a value that was not read yet
    bool fresh = false;    ///< nothing behind the opening bracket was read

    bool done() const noexcept { return at == end; }
    void fail() noexcept {
        at = end;
        at_value = fresh = false;
    }
    void spaces() noexcept {
        const char* here = at; // a local: characters may alias the member, and would make each step a store
        while (here != end && (*here == ' ' || *here == '\n' || *here == '\r' || *here == '\t')) ++here;
        at = here;
    }
    /// From a quote to behind the closing one; escapes stay as they stand.
    bool string(std::string_view& out) noexcept {
        const char* const begin = at + 1;
        const char* const limit = end;
        for (const char* here = begin; here != limit; ++here) {
            if (*here == '"') {
                out = {begin, static_cast<std::size_t>(here - begin)};
                at = here + 1;
                return true;
            }
            if (*here == '\\' && ++here == limit) break;
        }
        at = limit;
        return false;
    }
    /// A number or a word.
    bool bare(std::string_view& out) noexcept {
        const char* const begin = at;
        const char* const limit = end;
        const char* here = begin;
        for (; here != limit; ++here) {
            const char c = *here;
            const bool part = (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!part) break;
        }
        at = here;
        out = {begin, static_cast<std::size_t>(here - begin)};
        return here != begin;
    }
    /// Passes over a whole value.
    bool skip(int depth = 0) noexcept;
};

/// The value at which its container stands, until the container moves on.
class Value {
public:
    Value() noexcept = default;
    explicit Value(Position& where) noexcept : where_(&where) {}
    /// Its first character; zero where it was read already.
    char kind() const noexcept { return where_ != nullptr && where_->at_value && !where_->done() ? *where_->at : '\0'; }
    /// The text of a number, a word or a string (without its quotes); false for objects and arrays.
    bool text(std::string_view& out) noexcept {
        const char first = kind();
        if (first == '\0' || first == '{' || first == '[') return false;
        const bool read = first == '"' ? where_->string(out) : where_->bare(out);
        where_->at_value = false;
        if (!read) where_->fail();
        return read;
    }
    Position* where() const noexcept { return where_; }

private:
    Position* where_ = nullptr;
};

/// The elements of an array, in their order.
class Array {
public:
    Array() noexcept = default;
    Array(const Array&) = delete;
    Array& operator=(const Array&) = delete;

    bool open(const Value& value) noexcept {
        if (value.kind() != '[') return false;
        parent_ = value.where();
        position_ = {parent_->at + 1, parent_->end, false, true};
        closed_ = false;
        return true;
    }
    /// The next element; false at the end, and where the syntax is broken: `closed` tells which.
    bool next(Value& out) noexcept {
        Position& p = position_;
        if (closed_ || (p.at_value && !p.skip())) return false;
        p.spaces();
        if (p.done()) return false;
        if (*p.at == ']') {
            // The container around it need not look for the end again.
            closed_ = true;
            parent_->at = p.at + 1;
            parent_->at_value = false;
            return false;
        }
        if (!p.fresh) {
            if (*p.at != ',') return broken();
            ++p.at;
            p.spaces();
        }
        p.fresh = false;
        if (p.done() || *p.at == ']') return broken();
        p.at_value = true;
        out = Value(p);
        return true;
    }
    bool closed() const noexcept { return closed_; }
    /// Where the text of the next element's first element begins, if that element begins with `["`; null: only `next`
    /// can tell. Nothing is read yet.
    const char* quick() const noexcept {
        const char* at = position_.at;
        if (closed_ || position_.at_value || position_.end - at < 3) return nullptr;
        if (!position_.fresh && *at++ != ',') return nullptr;
        return at[0] == '[' && at[1] == '"' ? at + 2 : nullptr;
    }
    /// Goes on at `at`, behind an element that `quick` gave and the caller read by itself.
    void resume(const char* at) noexcept {
        position_.at = at;
        position_.fresh = false;
    }
    const char* end() const noexcept { return position_.end; }
    /// The first `count` elements as texts; false where there are fewer or one has no text. What follows is passed over.
    bool texts(std::string_view* out, std::size_t count) noexcept {
        Value value;
        for (std::size_t i = 0; i < count; ++i)
            if (!next(value) || !value.text(out[i])) return false;
        while (next(value)) {}
        return closed_;
    }

private:
    bool broken() noexcept {
        position_.fail();
        return false;
    }

    Position position_;
    Position* parent_ = nullptr;
    bool closed_ = true;
};

/// The fields of an object. Looking for them in the order in which they stand reads each once; a look that meets the
/// end goes on at the beginning.
class Object {
public:
    Object() noexcept = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    bool open(const Value& value) noexcept {
        if (value.kind() != '{') return false;
        first_ = value.where()->at + 1;
        position_ = {first_, value.where()->end, false, true};
        return true;
    }
    /// Begins at the first field again.
    void restart() noexcept {
        position_ = {first_, position_.end, false, true};
    }
    /// The next field; `no` at the end.
    Found next(std::string_view& key, Value& out) noexcept {
        Position& p = position_;
        if (p.at_value && !p.skip()) return Found::broken;
        p.spaces();
        if (p.done()) return Found::broken;
        if (*p.at == '}') return Found::no;
        if (!p.fresh) {
            if (*p.at != ',') return broken();
            ++p.at;
            p.spaces();
        }
        p.fresh = false;
        if (p.done() || *p.at != '"' || !p.string(key)) return broken();
        p.spaces();
        if (p.done() || *p.at != ':') return broken();
        ++p.at;
        p.spaces();
        if (p.done()) return broken();
        p.at_value = true;
        name_ = key;
        out = Value(p);
        return Found::yes;
    }
    /// A field by its name: the one at which the object stands while it was not read, else the next of that name.
    Found find(std::string_view key, Value& out) noexcept {
        Position& p = position_;
        if (p.at_value && same(name_, key)) {
            out = Value(p);
            return Found::yes;
        }
        if (p.at_value && !p.skip()) return Found::broken;
        const char* const start = p.at;
        const bool whole = p.fresh;
        std::string_view name;
        Found found = Found::yes;
        while ((found = next(name, out)) == Found::yes)
            if (same(name, key)) return Found::yes;
        if (found == Found::broken || whole) return found;
        p.at = first_;
        p.fresh = true;
        for (;;) {
            if (p.at_value && !p.skip()) return Found::broken;
            if (p.at >= start && !p.fresh) return Found::no;
            found = next(name, out);
            if (found != Found::yes || same(name, key)) return found;
        }
    }

private:
    Found broken() noexcept {
        position_.fail();
        return Found::broken;
    }

    Position position_;
    const char* first_ = nullptr;
    std::string_view name_; ///< of the field at which `position_` stands
};

inline bool Position::skip(int depth) noexcept {
    at_value = false;
    std::string_view ignored;
    const char first = done() ? '\0' : *at;
    bool sound = depth < deepest;
    if (first == '"') {
        sound = string(ignored);
    } else if (first != '[' && first != '{') {
        sound = bare(ignored);
    } else if (sound) {
        const char last = first == '[' ? ']' : '}';
        ++at;
        spaces();
        bool more = !done() && *at != last;
        while (sound && more) {
            if (first == '{') {
                sound = !done() && *at == '"' && string(ignored);
                spaces();
                sound = sound && !done() && *at == ':';
                if (sound) ++at;
                spaces();
            }
            sound = sound && skip(depth + 1);
            spaces();
            more = sound && !done() && *at == ',';
            if (more) ++at;
            spaces();
        }
        sound = sound && !done() && *at == last;
        if (sound) ++at;
    }
    if (!sound) fail();
    return sound;
}

/// A whole message: one value and nothing behind it but spaces.
class Document {
public:
    explicit Document(std::string_view text) noexcept : text_(text), position_{text.data(), text.data() + text.size(), false, false} {
        position_.spaces();
        position_.at_value = !position_.done();
    }
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;
    Value root() noexcept { return Value(position_); }
    std::string_view text() const noexcept { return text_; }
    bool object(Object& out) noexcept { return out.open(root()); }

private:
    std::string_view text_;
    Position position_;
};

/// A field with a text, or an array, or an object, that must be there.
inline Found find(Object& object, std::string_view key, std::string_view& out) noexcept {
    Value value;
    const Found found = object.find(key, value);
    if (found != Found::yes) return found;
    return value.text(out) ? Found::yes : Found::broken;
}
inline bool field(Object& object, std::string_view key, std::string_view& out) noexcept { return find(object, key, out) == Found::yes; }
inline bool field(Object& object, std::string_view key, Array& out) noexcept {
    Value value;
    return object.find(key, value) == Found::yes && out.open(value);
}
inline bool field(Object& object, std::string_view key, Object& out) noexcept {
    Value value;
    return object.find(key, value) == Found::yes && out.open(value);
}

/// A whole number without sign that fits 64 bits.
inline bool whole(std::string_view text, std::uint64_t& out) noexcept {
    if (text.empty() || text.size() > 20) return false;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        if (__builtin_mul_overflow(value, std::uint64_t{10}, &value) ||
            __builtin_add_overflow(value, static_cast<std::uint64_t>(c - '0'), &value))
            return false;
    }
    out = value;
    return true;
}
inline bool field(Object& object, std::string_view key, std::uint64_t& out) noexcept {
    std::string_view digits;
    return field(object, key, digits) && whole(digits, out);
}

} // namespace martlet::json
