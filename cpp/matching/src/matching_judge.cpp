#include "martlet/matching_engine.hpp"

// What the engine refuses, and why.

namespace martlet {

RejectReason MatchingEngine::judge(const OrderRequest& request, const OrderTerms& terms) const noexcept {
    const bool immediate = request.time_in_force == TimeInForce::immediate_or_cancel || request.time_in_force == TimeInForce::fill_or_kill;
    const bool post_only = (request.instructions & instruction_post_only) != 0;
    if (status_ != TradingStatus::open && !(is_call() && !immediate && !post_only)) return RejectReason::exchange_closed;
    if (request.side != Side::buy && request.side != Side::sell) return RejectReason::malformed;
    if (request.quantity <= 0 || request.quantity > options_.maximum_quantity) return RejectReason::bad_quantity;
    if (const RejectReason reason = judge_terms(request, terms); reason != RejectReason::none) return reason;
    const bool sell = request.side == Side::sell;
    const bool for_auction = request.time_in_force == TimeInForce::at_the_opening || request.time_in_force == TimeInForce::at_the_close;
    if (request.time_in_force == TimeInForce::at_the_opening && opened_) return RejectReason::exchange_closed;
    const bool limited = request.type == OrderType::limit || request.type == OrderType::stop_limit;
    if (limited && !valid_price(request.price)) return RejectReason::bad_price;
    if (request.type == OrderType::market && !is_call() && !for_auction && !anything_offered(sell)) return RejectReason::no_liquidity;
    if (post_only && crosses(sell, request.price)) return RejectReason::would_trade;
    const bool rests = !immediate && (request.type != OrderType::market || is_call() || for_auction);
    if (rests && orders_.full()) return RejectReason::order_exceeds_limit;
    return locate(request.owner, request.client).handle != 0 ? RejectReason::duplicate_order : RejectReason::none;
}

// Whether type, time in force, instructions and terms make sense together.
RejectReason MatchingEngine::judge_terms(const OrderRequest& request, const OrderTerms& terms) const noexcept {
    const bool stop = request.type == OrderType::stop || request.type == OrderType::stop_limit || request.type == OrderType::trailing_stop;
    if (!stop && request.type != OrderType::market && request.type != OrderType::limit) return RejectReason::unsupported;
    if (request.time_in_force > TimeInForce::at_the_close || request.instructions > 3) return RejectReason::unsupported;
    if (terms.self_match > SelfMatch::decrement) return RejectReason::unsupported;
    const bool rests = may_rest(request.time_in_force);
    const bool limited = request.type == OrderType::limit || request.type == OrderType::stop_limit;
    if (stop && !rests) return RejectReason::unsupported;
    if (request.instructions != 0 && (!rests || request.type != OrderType::limit)) return RejectReason::unsupported;
    if (terms.display < 0 || terms.display > request.quantity || terms.minimum < 0 || terms.minimum > request.quantity)
        return RejectReason::bad_quantity;
    if (terms.display != 0 && (!rests || !limited || (request.instructions & instruction_hidden) != 0)) return RejectReason::unsupported;
    if (terms.minimum != 0 && request.time_in_force != TimeInForce::immediate_or_cancel) return RejectReason::unsupported;
    if ((request.time_in_force == TimeInForce::good_till_date) != (terms.expires != 0)) return RejectReason::malformed;
    if (terms.expires != 0 && terms.expires <= request.time) return RejectReason::expired;
    if ((!stop && terms.stop != 0) || (request.type != OrderType::trailing_stop && terms.trail != 0)) return RejectReason::malformed;
    if (!stop) return RejectReason::none;
    if (terms.stop < 0 || terms.stop > price_limit || terms.trail < 0 || terms.trail > price_limit) return RejectReason::bad_price;
    if (terms.stop != 0 && !on_tick(terms.stop)) return RejectReason::bad_price;
    if (request.type != OrderType::trailing_stop) return terms.stop == 0 ? RejectReason::bad_price : RejectReason::none;
    return terms.trail == 0 || (terms.stop == 0 && last_trade_ == 0) ? RejectReason::bad_price : RejectReason::none;
}

RejectReason MatchingEngine::judge(const ReplaceRequest& request, std::uint32_t node) const noexcept {
    if (node == 0) return RejectReason::unknown_order;
    if (status_ != TradingStatus::open && !is_call()) return RejectReason::exchange_closed;
    const Node& meant = orders_[node];
    if (request.quantity <= meant.filled() || request.quantity > options_.maximum_quantity) return RejectReason::bad_quantity;
    if (!meant.has(trait_market) && !valid_price(request.price)) return RejectReason::bad_price;
    if (request.stop != 0) {
        if (!meant.has(trait_parked)) return RejectReason::unsupported;
        if (request.stop < 0 || request.stop > price_limit || !on_tick(request.stop)) return RejectReason::bad_price;
    }
    if (meant.has(trait_post_only) && !is_call() && crosses(state_of(node).side == Side::sell, request.price))
        return RejectReason::would_trade;
    const std::uint32_t other = locate(request.owner, request.client).handle;
    return other != 0 && other != node ? RejectReason::duplicate_order : RejectReason::none;
}

} // namespace martlet
