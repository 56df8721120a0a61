#pragma once
#include <cstddef>
#include <cstdint>

#include "martlet/sliding_window.hpp"

// What the top of the book says. Prices in increments, quantities in lots, as the book gives them.

namespace martlet {

/// Mid-price weighted by the opposite quantities: nearer to the side that is about to give way. The plain
/// mid where both quantities are zero. Increments.
inline double microprice(std::int64_t bid, std::int64_t bid_quantity, std::int64_t ask, std::int64_t ask_quantity) noexcept {
    const double from_bid = static_cast<double>(bid_quantity > 0 ? bid_quantity : 0);
    const double from_ask = static_cast<double>(ask_quantity > 0 ? ask_quantity : 0);
    const double total = from_bid + from_ask;
    const double low = static_cast<double>(bid);
    const double width = static_cast<double>(ask) - low;
    return low + width * (total > 0 ? from_bid / total : 0.5);
}

/// (bid − ask) ÷ (bid + ask) of two quantities, −1 … 1; 0 where both are zero.
inline double imbalance(double bid_quantity, double ask_quantity) noexcept {
    const double total = bid_quantity + ask_quantity;
    return total > 0 ? (bid_quantity - ask_quantity) / total : 0;
}

/// Best ask − best bid. Warm after the first two-sided market. O(1), 24 bytes.
class Spread {
public:
    void update(std::int64_t bid, std::int64_t ask) noexcept {
        bid_ = bid;
        ask_ = ask;
        warm_ = 1;
    }

    bool warm() const noexcept { return warm_ != 0; }
    /// Increments; negative in a crossed market.
    double value() const noexcept { return warm() ? static_cast<double>(ask_) - static_cast<double>(bid_) : not_warm; }
    /// Share of the mid-price; 0 where the mid is not positive.
    double relative() const noexcept {
        if (!warm()) return not_warm;
        const double middle = 0.5 * (static_cast<double>(ask_) + static_cast<double>(bid_));
        return middle > 0 ? value() / middle : 0;
    }
    void reset() noexcept { *this = Spread(); }

    friend bool operator==(const Spread&, const Spread&) = default;

private:
    std::int64_t bid_ = 0;
    std::int64_t ask_ = 0;
    std::uint64_t warm_ = 0;
};

/// Imbalance of the quantities on the best `levels` (1 … 256) of each side, −1 (only sellers) … 1 (only
/// buyers), 0 in an empty book. Warm after the first update.
class BookImbalance {
public:
    explicit BookImbalance(std::int32_t levels) noexcept : levels_(levels), status_(check_period(levels, 1)) {}

    /// Totals of the levels of each side, lots.
    void update(std::int64_t bid_quantity, std::int64_t ask_quantity) noexcept {
        if (status_ != KernelStatus::ok) return;
        value_ = imbalance(static_cast<double>(bid_quantity), static_cast<double>(ask_quantity));
        warm_ = 1;
    }

    /// Best levels first, any type with a `quantity`; those beyond `levels()` are not looked at. O(levels).
    template <class Level>
    void update(const Level* bids, std::size_t bid_count, const Level* asks, std::size_t ask_count) noexcept {
        if (status_ != KernelStatus::ok) return;
        value_ = imbalance(total(bids, bid_count), total(asks, ask_count));
        warm_ = 1;
    }

    std::int32_t levels() const noexcept { return levels_; }
    bool warm() const noexcept { return warm_ != 0; }
    double value() const noexcept { return warm() ? value_ : not_warm; }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept { *this = BookImbalance(levels_); }

    friend bool operator==(const BookImbalance&, const BookImbalance&) = default;

private:
    template <class Level>
    double total(const Level* side, std::size_t count) const noexcept {
        double sum = 0; // of doubles: the quantities of 256 levels need not fit 64 bits
        for (std::size_t i = 0; i < count && i < static_cast<std::size_t>(levels_); ++i)
            sum += static_cast<double>(side[i].quantity);
        return sum;
    }

    double value_ = 0;
    std::int32_t levels_;
    KernelStatus status_;
    std::uint8_t warm_ = 0;
    std::uint8_t padding_[2]{};
};

/// Order flow imbalance of the last `period` (1 … 256) changes at the top of the book: Cont, Kukanov,
/// Stoikov, "The price impact of order book events" (2014), equation 4. Exact in integers, O(1), 2 KiB.
///
/// One change adds what came to the bid and left the ask, less what left the bid and came to the ask. A
/// side with quantity zero is absent: it stands infinitely far from the market. Warm after period + 1
/// updates; an update that changes nothing at the top is no change and is not counted.
class OrderFlowImbalance {
public:
    explicit OrderFlowImbalance(std::int32_t period) noexcept : period_(period), status_(check_period(period, 1)) {}

    void update(std::int64_t bid, std::int64_t bid_quantity, std::int64_t ask, std::int64_t ask_quantity) noexcept {
        if (status_ != KernelStatus::ok) return;
        const Top now = normalised(bid, bid_quantity, ask, ask_quantity);
        if (known_ == 0) {
            top_ = now;
            known_ = 1;
            return;
        }
        if (now == top_) return;
        push(contribution(top_, now));
        top_ = now;
    }

    bool warm() const noexcept { return status_ == KernelStatus::ok && size_ == period_; }
    /// Lots: positive where buyers press.
    double value() const noexcept { return warm() ? static_cast<double>(sum_) : not_warm; }
    /// The same as a share of all that moved, −1 … 1; 0 where nothing did.
    double relative() const noexcept {
        if (!warm()) return not_warm;
        return moved_ > 0 ? static_cast<double>(sum_) / static_cast<double>(moved_) : 0;
    }
    std::int32_t period() const noexcept { return period_; }
    KernelStatus status() const noexcept { return status_; }
    void reset() noexcept { *this = OrderFlowImbalance(period_); }

    friend bool operator==(const OrderFlowImbalance&, const OrderFlowImbalance&) = default;

private:
    /// Contributions are held to ± 2⁵³ lots, so 256 of them fit 64 bits and each is exact as a double.
    static constexpr std::int64_t bound = std::int64_t{1} << 53;
    static constexpr std::int64_t quantity_bound = bound / 2;

    struct Top {
        std::int64_t bid = 0;
        std::int64_t bid_quantity = 0;
        std::int64_t ask = 0;
        std::int64_t ask_quantity = 0;
        friend bool operator==(const Top&, const Top&) = default;
    };

    static std::int64_t clamped(std::int64_t quantity) noexcept {
        if (quantity < 0) return 0;
        return quantity < quantity_bound ? quantity : quantity_bound;
    }

    static Top normalised(std::int64_t bid, std::int64_t bid_quantity, std::int64_t ask, std::int64_t ask_quantity) noexcept {
        Top top{bid, clamped(bid_quantity), ask, clamped(ask_quantity)};
        if (top.bid_quantity == 0) top.bid = std::numeric_limits<std::int64_t>::min();
        if (top.ask_quantity == 0) top.ask = std::numeric_limits<std::int64_t>::max();
        return top;
    }

    static std::int64_t contribution(const Top& before, const Top& now) noexcept {
        std::int64_t flow = 0;
        if (now.bid >= before.bid) flow += now.bid_quantity;
        if (now.bid <= before.bid) flow -= before.bid_quantity;
        if (now.ask <= before.ask) flow -= now.ask_quantity;
        if (now.ask >= before.ask) flow += before.ask_quantity;
        return flow;
    }

    void push(std::int64_t flow) noexcept {
        const std::int64_t size = flow < 0 ? -flow : flow;
        if (size_ == period_) {
            const std::int64_t gone = flows_[next_];
            sum_ -= gone;
            moved_ -= gone < 0 ? -gone : gone;
        } else {
            ++size_;
        }
        flows_[next_] = flow;
        sum_ += flow;
        moved_ += size;
        next_ = next_ + 1 == period_ ? 0 : next_ + 1;
    }

    Top top_{};
    std::int64_t sum_ = 0;
    std::int64_t moved_ = 0; ///< sum of the sizes of the contributions
    std::int32_t period_;
    std::int32_t size_ = 0;
    std::int32_t next_ = 0;
    KernelStatus status_;
    std::uint8_t known_ = 0;
    std::uint8_t padding_[2]{};
    std::int64_t flows_[maximum_window]{};
};

} // namespace martlet
