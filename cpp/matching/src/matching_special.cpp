#include <algorithm>

#include "martlet/matching_engine.hpp"

// Orders with terms: where they are kept, and how they move.

namespace martlet {

std::uint32_t MatchingEngine::traits_of(const OrderRequest& request, const OrderTerms& terms) noexcept {
    std::uint32_t traits = static_cast<std::uint32_t>(request.time_in_force) | static_cast<std::uint32_t>(terms.self_match) << trait_self_match_shift;
    if ((request.instructions & instruction_hidden) != 0) traits |= trait_dark;
    if ((request.instructions & instruction_post_only) != 0) traits |= trait_post_only;
    if (request.type == OrderType::market || request.type == OrderType::stop || request.type == OrderType::trailing_stop) traits |= trait_market;
    if (request.type == OrderType::stop || request.type == OrderType::stop_limit || request.type == OrderType::trailing_stop) traits |= trait_parked;
    if (request.type == OrderType::trailing_stop) traits |= trait_trailing;
    if (terms.display != 0) traits |= trait_iceberg;
    if (terms.expires != 0) traits |= trait_dated;
    return traits;
}

OrderTerms MatchingEngine::terms_of(std::uint32_t node) const noexcept {
    OrderTerms terms;
    const Node& found = orders_[node];
    terms.self_match = static_cast<SelfMatch>((found.traits() >> trait_self_match_shift) & 7);
    if (found.extension() == 0) return terms;
    const Extension& extension = extensions_[found.extension()];
    terms.stop = extension.stop;
    terms.trail = extension.trail;
    terms.display = extension.display;
    terms.expires = extension.expires;
    return terms;
}

// A node for an order, known by its id, in no place yet.
std::uint32_t MatchingEngine::keep(const Incoming& incoming) noexcept {
    const OrderState& order = incoming.order;
    const std::uint32_t node = orders_.take();
    Node& kept = orders_[node];
    kept.number = order.number;
    kept.client = order.client;
    kept.set(order.leaves, 0, order.filled, incoming.traits);
    kept.owner = order.owner;
    kept.level = kept.next = kept.previous = 0;
    if ((incoming.traits & (trait_parked | trait_waiting | trait_iceberg | trait_dated)) != 0) {
        const std::uint32_t extension = extensions_.take();
        kept.set_extension(extension);
        extensions_[extension] = {order.price, incoming.terms.stop, incoming.terms.trail, incoming.terms.display, 0, incoming.terms.expires, 0,
                                  order.side == Side::sell};
        if ((incoming.traits & trait_dated) != 0) schedule(node);
    }
    table_.insert(locate(order.owner, order.client), node, rehash());
    return node;
}

// Takes an order out of its place; it is still known by its id.
void MatchingEngine::take_out(std::uint32_t node) noexcept {
    const Node& gone = orders_[node];
    if (gone.has(trait_parked)) {
        unlink(triggers_, node);
        if (gone.has(trait_trailing)) std::erase(trailing_, node);
    } else if (gone.has(trait_waiting)) {
        unchain(waiting_, node);
    } else if (gone.has(trait_elected)) {
        unchain(elected_, node);
    } else {
        const bool dark = gone.has(trait_dark);
        LevelLadder& ladder = dark ? dark_ : ladder_;
        ladder[gone.level].quantity -= dark ? gone.leaves() : shown_at(node);
        unlink(ladder, node);
    }
}

void MatchingEngine::release(std::uint32_t node) noexcept {
    Node& gone = orders_[node];
    if (gone.has(trait_dated)) --dated_;
    extensions_.give(gone.extension());
    gone.set_extension(0);
    gone.set_traits(0);
}

void MatchingEngine::rename(std::uint32_t node, std::uint64_t client) noexcept {
    Node& named = orders_[node];
    table_.erase(place_of(node), rehash());
    named.client = client;
    table_.insert(locate(named.owner, client), node, rehash());
}

// Sets what is left of an order, not more than was; returns how much less of it is shown.
std::int64_t MatchingEngine::set_leaves(std::uint32_t node, std::int64_t leaves) noexcept {
    Node& less = orders_[node];
    const std::int64_t lost = less.leaves() - leaves;
    const std::int64_t shown = shown_at(node);
    less.add_leaves(-lost);
    if (less.has(trait_parked | trait_waiting)) return 0;
    if (less.has(trait_dark)) {
        dark_[less.level].quantity -= lost;
        return 0;
    }
    if (less.has(trait_iceberg) && shown > leaves) extensions_[less.extension()].shown = leaves;
    const std::int64_t seen = shown - shown_at(node);
    ladder_[less.level].quantity -= seen;
    return seen;
}

// A resting or waiting order was filled for `quantity`; returns how much of that the public saw.
std::int64_t MatchingEngine::reduce(std::uint32_t node, std::int64_t quantity) noexcept {
    Node& less = orders_[node];
    const std::int64_t shown = shown_at(node);
    less.add_leaves(-quantity);
    less.add_filled(quantity);
    if (less.has(trait_waiting)) return 0;
    if (less.has(trait_dark)) {
        dark_[less.level].quantity -= quantity;
        return 0;
    }
    const std::int64_t seen = quantity < shown ? quantity : shown;
    if (less.has(trait_iceberg)) extensions_[less.extension()].shown -= seen;
    ladder_[less.level].quantity -= seen;
    return seen;
}

void MatchingEngine::park(std::uint32_t node, bool sell, std::int64_t stop) noexcept {
    extensions_[orders_[node].extension()].stop = stop;
    append(triggers_, node, triggers_.find_or_make(!sell, stop));
    if (orders_[node].has(trait_trailing)) trailing_.push_back(node);
}

void MatchingEngine::chain(Chain& chain, std::uint32_t node) noexcept {
    orders_[node].next = 0;
    orders_[node].previous = chain.last;
    orders_[node].level = 0;
    (chain.last != 0 ? orders_[chain.last].next : chain.first) = node;
    chain.last = node;
}

void MatchingEngine::unchain(Chain& chain, std::uint32_t node) noexcept {
    const Node& gone = orders_[node];
    (gone.previous != 0 ? orders_[gone.previous].next : chain.first) = gone.next;
    (gone.next != 0 ? orders_[gone.next].previous : chain.last) = gone.previous;
}

// A trade at `price`: trailing stops follow it, what it triggers stands in line.
void MatchingEngine::note_trade(std::int64_t price) noexcept {
    for (const std::uint32_t node : trailing_) {
        Extension& extension = extensions_[orders_[node].extension()];
        const bool sell = extension.sell != 0;
        const std::int64_t stop = sell ? price - extension.trail : price + extension.trail;
        if (sell ? stop <= extension.stop : stop >= extension.stop) continue;
        unlink(triggers_, node);
        extension.stop = stop;
        append(triggers_, node, triggers_.find_or_make(!sell, stop));
    }
    call_up(price);
}

// Stops that a last trade at `price` has reached stand in line.
void MatchingEngine::call_up(std::int64_t price) noexcept {
    for (const bool sell : {false, true}) {
        for (std::uint32_t level = triggers_.best(!sell); level != 0 && triggered(sell, triggers_[level].price, price); level = triggers_.best(!sell)) {
            const std::uint32_t node = triggers_[level].first;
            take_out(node);
            orders_[node].set_traits((orders_[node].traits() & ~static_cast<std::uint32_t>(trait_parked)) | trait_elected);
            chain(elected_, node);
        }
    }
}

// Puts an order's end into the heap of ends.
void MatchingEngine::schedule(std::uint32_t node) noexcept {
    const auto later = [](const Expiry& a, const Expiry& b) noexcept { return a.time != b.time ? a.time > b.time : a.number > b.number; };
    ++dated_;
    if (expiries_.size() > 2 * static_cast<std::size_t>(dated_) + 64) {
        std::erase_if(expiries_, [this](const Expiry& entry) { return !is_dated(entry); });
        std::make_heap(expiries_.begin(), expiries_.end(), later);
    }
    expiries_.push_back({extensions_[orders_[node].extension()].expires, orders_[node].number, node});
    std::push_heap(expiries_.begin(), expiries_.end(), later);
    next_expiry_ = expiries_.front().time;
}

MatchingEngine::Expiry MatchingEngine::next_due() noexcept {
    const auto later = [](const Expiry& a, const Expiry& b) noexcept { return a.time != b.time ? a.time > b.time : a.number > b.number; };
    std::pop_heap(expiries_.begin(), expiries_.end(), later);
    const Expiry due = expiries_.back();
    expiries_.pop_back();
    return due;
}

// Whether the order of an entry still lives.
bool MatchingEngine::is_dated(const Expiry& entry) const noexcept {
    const Node& node = orders_[entry.node];
    return node.number == entry.number && node.has(trait_dated);
}

} // namespace martlet
