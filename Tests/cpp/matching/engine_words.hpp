#pragma once
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "martlet/matching_engine.hpp"

// What the matching engine says, in a trader's words. Prices have two decimals, orders and owners have names.

namespace martlet::test {

struct ScenarioError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline std::string price_text(std::int64_t price) {
    if (price == 0) return "market";
    const std::string cents = std::to_string(100 + price % 100);
    return std::to_string(price / 100) + "." + cents.substr(1);
}

inline std::int64_t price_of(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0') throw ScenarioError("expected a price such as 10.05, was '" + text + "'");
    return std::llround(value * 100);
}

inline const char* reason_text(RejectReason reason) {
    switch (reason) {
    case RejectReason::exchange_closed: return "exchange_closed";
    case RejectReason::order_exceeds_limit: return "order_exceeds_limit";
    case RejectReason::unknown_order: return "unknown_order";
    case RejectReason::duplicate_order: return "duplicate_order";
    case RejectReason::bad_price: return "bad_price";
    case RejectReason::bad_quantity: return "bad_quantity";
    case RejectReason::unsupported: return "unsupported";
    case RejectReason::no_liquidity: return "no_liquidity";
    case RejectReason::malformed: return "malformed";
    case RejectReason::would_trade: return "would_trade";
    case RejectReason::self_match: return "self_match";
    case RejectReason::minimum_quantity: return "minimum_quantity";
    case RejectReason::expired: return "expired";
    default: return "?";
    }
}

inline const std::map<std::string, TradingStatus>& phases() {
    static const std::map<std::string, TradingStatus> names = {{"unknown", TradingStatus::unknown}, {"pre-open", TradingStatus::pre_open},
                                                               {"auction", TradingStatus::auction}, {"open", TradingStatus::open},
                                                               {"halted", TradingStatus::halted},   {"closed", TradingStatus::closed}};
    return names;
}

inline const char* side_text(Side side) { return side == Side::buy ? "buy" : side == Side::sell ? "sell" : "none"; }

/// Numbers for names, the same number for the same name.
class Names {
public:
    std::uint64_t number(const std::string& name) {
        for (std::size_t i = 0; i < names_.size(); ++i)
            if (names_[i] == name) return i + 1;
        names_.push_back(name);
        return names_.size();
    }
    std::string name(std::uint64_t number) const {
        return number != 0 && number <= names_.size() ? names_[number - 1] : "number " + std::to_string(number);
    }

private:
    std::vector<std::string> names_;
};

/// An engine's handler: writes down what is said. The public feed is kept apart, for whoever asks.
class Teller {
public:
    explicit Teller(const Names& names) : names_(names) {}

    void begin(std::uint64_t request) {
        request_ = request;
        reports.clear();
        feed.clear();
    }
    void on_accepted(const Accepted& event) {
        know(event.order);
        reports.push_back("accepted " + name(event.order));
    }
    void on_fill(const Filled& event) {
        reports.push_back("fill " + name(event.taker) + " " + at(event.quantity, event.price) + " with " + name(event.maker) + ", leaves " +
                          std::to_string(event.taker.leaves) + " and " + std::to_string(event.maker.leaves));
    }
    void on_canceled(const Canceled& event) {
        std::string text = "canceled " + name(event.order) + " " + std::to_string(event.order.leaves);
        if (event.reason != RejectReason::none) text += std::string(": ") + reason_text(event.reason);
        else if (event.request == 0) text += " with all";
        else if (event.request != request_) text += " by a request that nobody made";
        reports.push_back(text);
    }
    void on_replaced(const Replaced& event) {
        const OrderState& o = event.order;
        know(o);
        if (event.original == o.client && event.kept_priority && o.client != request_) {
            reports.push_back("reduced " + name(o) + " to " + std::to_string(o.leaves));
            return;
        }
        reports.push_back("replaced " + names_.name(event.original) + " by " + name(o) + ": " + at(o.leaves, o.price) +
                          (event.kept_priority ? ", keeps its place" : ", loses its place"));
    }
    void on_triggered(const Triggered& event) { reports.push_back("triggered " + name(event.order) + " at " + price_text(event.stop)); }
    void on_rejected(const Rejected& event) {
        std::string text = "rejected ";
        if (event.request == RequestKind::cancel) text += "cancel of " + names_.name(event.original);
        else if (event.request == RequestKind::replace) text += "replace of " + names_.name(event.original);
        else text += names_.name(event.client);
        reports.push_back(text + ": " + reason_text(event.reason));
    }
    void on_market(const MarketEvent& event) {
        const std::string order = public_[event.order];
        const std::string quantity = std::to_string(event.quantity);
        const std::string shown = order + " " + side_text(event.side) + " " + at(event.quantity, event.price);
        switch (event.kind) {
        case EventKind::order_add: feed.push_back("feed add " + shown); break;
        case EventKind::order_modify:
            feed.push_back("feed modify " + shown + ((event.flags & market_flag_priority) != 0 ? ", keeps its place" : ", loses its place"));
            break;
        case EventKind::order_cancel: feed.push_back("feed cancel " + order + (event.quantity != 0 ? " " + quantity : "")); break;
        case EventKind::order_execute: feed.push_back("feed execute " + order + " " + quantity); break;
        case EventKind::trade:
            feed.push_back("feed trade " + at(event.quantity, event.price) + ", taker " + (event.side == Side::buy ? "buys" : "sells") +
                           ((event.flags & market_flag_implied) != 0 ? ", hidden" : ""));
            break;
        case EventKind::auction:
            feed.push_back("feed auction " + at(event.quantity, event.price) + ", surplus " +
                           std::to_string(static_cast<std::int64_t>(event.reference)));
            break;
        case EventKind::trading_status:
            for (const auto& [name, status] : phases())
                if (status == static_cast<TradingStatus>(event.reference)) feed.push_back("feed phase " + name);
            break;
        default: feed.push_back("feed ?"); break;
        }
    }

    static std::string at(std::int64_t quantity, std::int64_t price) { return std::to_string(quantity) + " @ " + price_text(price); }

    std::vector<std::string> reports;
    std::vector<std::string> feed;

private:
    std::string name(const OrderState& order) const { return names_.name(order.client); }
    void know(const OrderState& order) { public_[order.number] = name(order); }

    const Names& names_;
    std::map<std::uint64_t, std::string> public_; ///< the feed's number of each order
    std::uint64_t request_ = 0;
};

} // namespace martlet::test
