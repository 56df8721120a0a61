#include "martlet/lobster_verifier.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "lobster_rows.hpp"

namespace martlet {
namespace {

/// One side as price levels. Keys grow away from the best price.
class SideLevels {
public:
    SideLevels(Side side, std::size_t limit) : side_(side), limit_(limit) {}

    bool determined() const noexcept { return !levels_.empty(); }

    /// States the side anew. Prices beyond the worst given level are not known.
    void seed(const std::vector<LobsterLevel>& row) {
        levels_.clear();
        for (const LobsterLevel& level : row) levels_[key(level.price)] = level.size;
        horizon_ = row.empty() ? std::numeric_limits<std::int64_t>::min() : key(row.back().price);
        trim();
    }

    /// Adds (or, negative, takes) quantity at a price; false where a level would go below zero.
    bool change(std::int64_t price, std::int64_t size) {
        const std::int64_t at = key(price);
        if (at > horizon_) return true; // beyond what is known
        std::int64_t& quantity = levels_[at];
        quantity += size;
        const bool sound = quantity >= 0;
        if (quantity <= 0) levels_.erase(at);
        trim();
        return sound;
    }

    /// Whether the best levels are the file's; `reached` is how many there were to compare.
    bool equals(const std::vector<LobsterLevel>& row, std::size_t depth, std::size_t& reached) const {
        reached = 0;
        for (auto level = levels_.begin(); level != levels_.end() && reached < depth && reached < row.size(); ++level, ++reached)
            if (key(row[reached].price) != level->first || row[reached].size != level->second) return false;
        return row.size() >= reached && !row.empty();
    }

private:
    std::int64_t key(std::int64_t price) const noexcept { return side_ == Side::buy ? -price : price; }

    /// What falls out of the best levels is no longer reported, so it is no longer known.
    void trim() {
        while (levels_.size() > limit_) levels_.erase(std::prev(levels_.end()));
        if (levels_.size() == limit_) horizon_ = std::min(horizon_, levels_.rbegin()->first);
    }

    Side side_;
    std::size_t limit_;
    std::map<std::int64_t, std::int64_t> levels_;
    std::int64_t horizon_ = std::numeric_limits<std::int64_t>::min();
};

class Verifier {
public:
    Verifier(std::uint32_t levels, std::uint32_t depth, LobsterVerification& result)
        : depth_(depth), result_(result), bids_(Side::buy, levels), asks_(Side::sell, levels) {
        result_.least_levels = depth;
    }

    void seed(const LobsterRow& row) {
        bids_.seed(row.bids);
        asks_.seed(row.asks);
    }

    void apply(const LobsterMessage& message) {
        std::int64_t change = 0;
        switch (message.type) {
        case LobsterType::add: change = message.size; break;
        case LobsterType::cancel:
        case LobsterType::remove:
        case LobsterType::execute: change = -message.size; break;
        default: return;
        }
        if (!side(message.side).change(message.price, change)) mismatch();
    }

    void compare(const LobsterRow& row) {
        for (const Side each : {Side::buy, Side::sell}) {
            SideLevels& levels = side(each);
            if (!levels.determined()) {
                ++result_.undetermined;
                if (!row.of(each).empty()) {
                    levels.seed(row.of(each));
                    ++result_.reseeded;
                }
                continue;
            }
            std::size_t reached = 0;
            ++result_.compared;
            if (!levels.equals(row.of(each), depth_, reached)) mismatch();
            result_.least_levels = std::min<std::uint64_t>(result_.least_levels, reached);
        }
    }

private:
    SideLevels& side(Side side) noexcept { return side == Side::buy ? bids_ : asks_; }
    void mismatch() noexcept {
        if (result_.mismatched++ == 0) result_.first_mismatch = result_.rows;
    }

    std::size_t depth_;
    LobsterVerification& result_;
    SideLevels bids_;
    SideLevels asks_;
};

} // namespace

FeedStatus verify_lobster(const char* message_path, const char* orderbook_path, const char* seed_path, std::uint32_t levels,
                          std::uint32_t depth, LobsterVerification& result) noexcept {
    result = {};
    if (levels == 0 || depth == 0) return FeedStatus::invalid_argument;
    LineReader messages(message_path);
    LineReader books(orderbook_path);
    Verifier verifier(levels, depth, result);
    std::string_view message_line;
    std::string_view book_line;
    LobsterRow row;
    if (seed_path != nullptr) {
        LineReader seeds(seed_path);
        if (!seeds.next(book_line)) return seeds.status() == FeedStatus::ok ? FeedStatus::invalid_argument : seeds.status();
        if (parse_row(book_line, row) != Defect::none) return FeedStatus::unknown_layout;
        verifier.seed(row);
    }
    while (messages.next(message_line) && books.next(book_line)) {
        ++result.rows;
        LobsterMessage message{};
        const bool readable = parse_message(message_line, message) == Defect::none;
        if (parse_row(book_line, row) != Defect::none || !readable) {
            ++result.unreadable;
            continue;
        }
        if (result.rows > 1)
            verifier.apply(message);
        else if (seed_path == nullptr)
            verifier.seed(row);
        if (result.rows > 1) verifier.compare(row);
    }
    return messages.status() != FeedStatus::ok ? messages.status() : books.status();
}

} // namespace martlet
