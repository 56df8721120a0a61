#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "../../../Bench/cpp/matching/wl1.hpp"
#include "martlet/matching_engine.hpp"

// What a trader's systems rely on, over the published workload: reports are the same in every run, each names its order,
// each request has one answer, and each event one report, in order.

namespace martlet {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MARTLET_SLOW 1
#endif
#endif

const std::vector<wl1::Message>& messages() {
    static const std::vector<wl1::Message> made = [] {
        wl1::Sums sums;
        std::vector<wl1::Message> all = wl1::Generator().make(sums);
#ifdef MARTLET_SLOW
        all.resize(500'000);
#endif
        return all;
    }();
    return made;
}

/// Hashes whatever is said, field by field, in the order of saying.
class Digest {
public:
    void on_accepted(const Accepted& event) { add(1, event.order, event.time); }
    void on_fill(const Filled& event) {
        add(2, event.maker, event.time);
        add(2, event.taker, event.price);
        mix(event.quantity);
        mix(static_cast<std::int64_t>(event.trade));
    }
    void on_canceled(const Canceled& event) {
        add(3, event.order, event.time);
        mix(static_cast<std::int64_t>(event.request));
        mix(static_cast<std::int64_t>(event.reason));
    }
    void on_replaced(const Replaced& event) {
        add(4, event.order, event.time);
        mix(static_cast<std::int64_t>(event.original) * 2 + event.kept_priority);
    }
    void on_triggered(const Triggered& event) { add(6, event.order, event.stop); }
    void on_rejected(const Rejected& event) {
        mix(5 + 8 * static_cast<std::int64_t>(event.reason));
        mix(static_cast<std::int64_t>(event.client));
    }
    void on_market(const MarketEvent& event) {
        mix(static_cast<std::int64_t>(event.kind) << 32 | static_cast<std::int64_t>(event.side) << 16 | event.flags);
        mix(event.price);
        mix(event.quantity);
        mix(static_cast<std::int64_t>(event.order));
        mix(static_cast<std::int64_t>(event.reference));
    }
    std::uint64_t value() const { return value_; }

private:
    void add(std::int64_t kind, const OrderState& order, std::int64_t and_also) {
        mix(kind << 48 | static_cast<std::int64_t>(order.owner) << 8 | static_cast<std::int64_t>(order.side));
        mix(static_cast<std::int64_t>(order.number));
        mix(static_cast<std::int64_t>(order.client));
        mix(order.price);
        mix(order.filled);
        mix(order.leaves);
        mix(and_also);
    }
    void mix(std::int64_t number) {
        value_ = (value_ ^ static_cast<std::uint64_t>(number)) * 0x9E37'79B9'7F4A'7C15ull;
        value_ ^= value_ >> 32;
    }
    std::uint64_t value_ = 1;
};

std::uint64_t digest(std::uint32_t expected_orders, std::uint32_t expected_levels) {
    MatchingOptions options = wl1::options();
    options.expected_orders = expected_orders;
    options.expected_levels = expected_levels;
    MatchingEngine engine(options);
    Digest said;
    for (const wl1::Message& message : messages()) wl1::play(message, engine, said);
    return said.value();
}

TEST(EngineReports, TwoRunsSayTheSameWhateverMemoryTheyStartWith) {
    const std::uint64_t first = digest(16'384, 16'384);
    EXPECT_EQ(first, digest(16'384, 16'384));
    EXPECT_EQ(first, digest(4, 64)) << "an engine that has to grow says something else";
}

/// Follows every order from its acceptance to its end, by the reports alone.
class Follower {
public:
    /// A message is about to be played; `answers`: how many requests it makes.
    void begin(const wl1::Message& message, int answers) {
        message_ = &message;
        wanted_ = answers;
        answers_ = 0;
    }
    void end() { wrong_ += answers_ != wanted_; }
    void on_accepted(const Accepted& event) {
        const OrderState& o = event.order;
        answered();
        const bool asked = o.client == message_->id && o.owner == 1 && o.filled == 0 && o.leaves == message_->quantity &&
                           o.side == (message_->buy ? Side::buy : Side::sell);
        wrong_ += !asked || o.number != orders_.size();
        orders_.push_back({o.client, o.side, o.leaves, 0});
        incoming_ = o.number;
    }
    void on_fill(const Filled& event) {
        // After the answer; the taker is the order that was accepted last; trades are numbered without a gap.
        wrong_ += answers_ != wanted_ || event.taker.number != incoming_ || event.trade != ++trades_;
        wrong_ += event.price != event.maker.price || event.quantity <= 0;
        for (const OrderState* order : {&event.maker, &event.taker}) {
            if (Order* known = attribute(*order)) {
                known->leaves -= event.quantity;
                known->filled += event.quantity;
                wrong_ += known->leaves != order->leaves || known->filled != order->filled;
            }
        }
        ++fills;
    }
    void on_canceled(const Canceled& event) {
        // Asked for: the answer itself. Otherwise the rest of a market order, after its answer.
        const bool asked = event.reason == RejectReason::none;
        if (asked) answered();
        else wrong_ += answers_ != wanted_ || event.order.number != incoming_;
        if (Order* known = attribute(event.order)) {
            wrong_ += known->leaves != event.order.leaves;
            known->leaves = 0;
        }
    }
    void on_replaced(const Replaced&) { ++wrong_; }
    void on_triggered(const Triggered&) { ++wrong_; }
    void on_rejected(const Rejected& event) {
        answered();
        wrong_ += event.owner != 1 || event.client != message_->id || event.reason != RejectReason::no_liquidity;
    }
    void on_market(const MarketEvent&) {}

    std::uint64_t wrong() const { return wrong_; }
    std::uint64_t live() const {
        std::uint64_t count = 0;
        for (const Order& order : orders_) count += order.leaves != 0;
        return count;
    }
    std::uint64_t fills = 0;

private:
    struct Order {
        std::uint64_t client;
        Side side;
        std::int64_t leaves;
        std::int64_t filled;
    };
    void answered() { wrong_ += ++answers_ > wanted_; }
    Order* attribute(const OrderState& stated) {
        const bool known = stated.number != 0 && stated.number < orders_.size() && orders_[stated.number].leaves != 0;
        if (!known || orders_[stated.number].client != stated.client || orders_[stated.number].side != stated.side || stated.owner != 1) {
            ++wrong_;
            return nullptr;
        }
        return &orders_[stated.number];
    }

    std::vector<Order> orders_ = std::vector<Order>(1); ///< by number
    const wl1::Message* message_ = nullptr;
    int wanted_ = 0;
    int answers_ = 0;
    std::uint64_t incoming_ = 0;
    std::uint64_t trades_ = 0;
    std::uint64_t wrong_ = 0;
};

TEST(EngineReports, EachRequestHasOneAnswerAndEachEventOneReportOfItsOrderInOrder) {
    MatchingEngine engine(wl1::options());
    Follower follower;
    for (const wl1::Message& message : messages()) {
        follower.begin(message, message.kind == wl1::Kind::replace ? 2 : 1);
        wl1::play(message, engine, follower);
        follower.end();
    }
    EXPECT_EQ(follower.wrong(), 0u);
    EXPECT_GT(follower.fills, 100'000u);
    EXPECT_EQ(follower.live(), engine.order_count());
}

} // namespace
} // namespace martlet
