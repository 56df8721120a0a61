#pragma once
#include <algorithm>
#include <cstdint>
#include <iterator>

#include "engine_pair.hpp"

// Every kind of request, valid and not, around a wandering price; chosen at random or by a fuzzer.

namespace martlet::test {

/// Chooses by the bytes of a fuzzer; the first choice where there are none left.
class Bytes {
public:
    Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
    bool empty() const { return at_ == size_; }
    std::uint64_t next() {
        std::uint64_t made = 0;
        for (int i = 0; i < 8; ++i) made = made << 8 | byte();
        return made;
    }
    std::uint64_t below(std::uint64_t n) {
        std::uint64_t made = byte();
        for (std::uint64_t span = 256; span < n; span *= 256) made = made << 8 | byte();
        return made % n;
    }

private:
    std::uint64_t byte() { return at_ == size_ ? 0 : data_[at_++]; }
    const std::uint8_t* data_;
    std::size_t size_;
    std::size_t at_ = 0;
};

/// How wide a market is and what is asked of it.
struct RequestRange {
    std::int64_t reach; ///< ticks on both sides of the middle
    std::int64_t tick;
    bool plain;         ///< only what the hot path knows, and phases
};

/// Asks both engines of a pair. `Source` has `below(n)` (0 … n − 1) and `next()`.
template <class Source> class Requests {
public:
    Requests(Source source, const RequestRange& range) : random_(source), reach_(range.reach), tick_(range.tick), plain_(range.plain) {}

    Source& source() { return random_; }

    Wrong next(Pair& pair, std::int64_t time) {
        const std::uint64_t roll = random_.below(1000);
        if (random_.below(100) == 0) middle_ += offset();
        middle_ = std::max(middle_, 2 * reach_);
        const auto owner = static_cast<std::uint32_t>(random_.below(3));
        const std::uint64_t client = random_.below(40);
        if (roll < 12) {
            const TradingStatus next = phase();
            if (pair.fast.status() == TradingStatus::closed && random_.below(2) == 0) return pair.end_day(time);
            return pair.set_status(next, time);
        }
        if (roll < 15) return pair.cancel_all(owner, time);
        if (roll < 16) return pair.advance(time + static_cast<std::int64_t>(random_.below(20)));
        if (roll < 17 && !plain_) return rules(pair);
        if (roll < 250) return pair.cancel({owner, 0, 1000 + client, client, time});
        if (roll < 450) {
            ReplaceRequest request{owner, 0, random_.below(40), client, price(), quantity(), time};
            if (!plain_ && random_.below(4) == 0) request.stop = price();
            return pair.replace(request);
        }
        OrderRequest request{owner, side(), OrderType::limit, TimeInForce::day, 0, client, price(), quantity(), time};
        if (roll >= 850) request.type = OrderType::market;
        if (roll >= 996) request.type = OrderType::none;
        if (roll >= 700) request.time_in_force = static_cast<TimeInForce>(random_.below(roll >= 990 ? 8 : 4));
        if (plain_ || random_.below(3) == 0) return pair.submit(request);
        const OrderTerms said = terms(request);
        return pair.submit(request, said);
    }

private:
    // Mostly open; the phases of a day in their order, and out of it.
    TradingStatus phase() {
        static constexpr TradingStatus day[] = {TradingStatus::pre_open, TradingStatus::auction, TradingStatus::open, TradingStatus::open,
                                                TradingStatus::open, TradingStatus::auction, TradingStatus::closed};
        if (random_.below(4) == 0) return random_.below(3) == 0 ? static_cast<TradingStatus>(random_.below(6)) : TradingStatus::open;
        return day[phase_++ % std::size(day)];
    }
    Wrong rules(Pair& pair) {
        if (random_.below(2) == 0) {
            const bool wide = random_.below(3) != 0;
            return pair.set_bands(wide ? 1 : (middle_ - reach_ / 2 - 1) * tick_, wide ? std::int64_t{1} << 53 : (middle_ + reach_ / 2 + 1) * tick_);
        }
        TickTable table{};
        table.count = 1 + random_.below(3);
        for (std::size_t i = 0; i < table.count; ++i) {
            table.from[i] = i == 0 ? 1 : (middle_ - reach_ + static_cast<std::int64_t>(i) * reach_) * tick_;
            table.tick[i] = tick_ * static_cast<std::int64_t>(1 + i);
        }
        return pair.set_ticks(table);
    }
    // One or two things that an order can say; some do not go together.
    OrderTerms terms(OrderRequest& request) {
        OrderTerms terms;
        for (std::uint64_t said = 1 + random_.below(2); said != 0; --said) say(request, terms);
        if (random_.below(100) == 0) terms.trail = terms.stop = static_cast<std::int64_t>(random_.next());
        return terms;
    }
    void say(OrderRequest& request, OrderTerms& terms) {
        switch (random_.below(9)) {
        case 0: request.instructions |= instruction_post_only; break;
        case 1: request.instructions |= instruction_hidden; break;
        case 2: terms.display = quantity() / 3; break;
        case 3:
            request.time_in_force = TimeInForce::immediate_or_cancel;
            terms.minimum = quantity() / 2;
            break;
        case 4:
            request.time_in_force = TimeInForce::good_till_date;
            terms.expires = request.time + static_cast<std::int64_t>(random_.below(60));
            break;
        case 5: terms.self_match = static_cast<SelfMatch>(random_.below(random_.below(50) == 0 ? 6 : 5)); break;
        case 6:
            request.type = random_.below(2) == 0 ? OrderType::stop : OrderType::stop_limit;
            terms.stop = price();
            break;
        case 7:
            request.type = OrderType::trailing_stop;
            terms.trail = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(reach_) + 1)) * tick_;
            if (random_.below(2) == 0) terms.stop = price();
            break;
        default: request.time_in_force = random_.below(2) == 0 ? TimeInForce::at_the_opening : TimeInForce::at_the_close; break;
        }
    }
    Side side() { return random_.below(300) == 0 ? Side::none : random_.below(2) != 0 ? Side::buy : Side::sell; }
    std::int64_t offset() { return static_cast<std::int64_t>(random_.below(2 * static_cast<std::uint64_t>(reach_) + 1)) - reach_; }
    std::int64_t price() {
        const std::int64_t ticks = middle_ + offset();
        return ticks * tick_ + (random_.below(200) == 0 ? 1 : 0);
    }
    std::int64_t quantity() {
        if (random_.below(300) == 0) return 1 - static_cast<std::int64_t>(random_.below(3));
        return static_cast<std::int64_t>(1 + random_.below(20));
    }

    Source random_;
    std::int64_t reach_;
    std::int64_t tick_;
    bool plain_;
    std::int64_t middle_ = 500;
    std::size_t phase_ = 0;
};

} // namespace martlet::test
