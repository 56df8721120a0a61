#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "instruments.hpp"
#include "martlet/event.hpp"

namespace martlet::fix {

/// Turns market events into the text of market data entries, once for all subscribers, and numbers them (RptSeq 83).
///
/// FIX states what remains of an order where our events state what left it, so the publisher remembers
/// the remaining quantity of every order that it published: about 50 bytes an order.
/// An execution is two entries: the trade, bearing the order's number in OrderID (37), and the order's Change or Delete. A modify
/// that loses its place in the queue is Delete and New. Exchange thread only.
class MarketPublisher {
public:
    MarketPublisher(const Instruments& instruments, bool numbered);

    /// The entries of one event: a stretch of `text()`.
    struct Segment {
        std::uint32_t instrument;
        std::uint32_t entries;
        std::size_t begin, end;
    };

    /// Encodes a batch, replacing the one before. Trading status events are left out: they are messages of their own.
    void encode(const MarketEvent* events, std::size_t count);
    const std::vector<Segment>& segments() const noexcept { return segments_; }
    std::string_view text() const noexcept { return text_; }

    /// Encodes a whole book for a snapshot; its orders become what is remembered of this instrument. Returns the number of entries.
    std::size_t encode_snapshot(const InstrumentDefinition& definition, const MarketEvent* events, std::size_t count, std::string* text);

    /// Number of the last entry published of an instrument.
    std::uint64_t last_number(std::uint32_t instrument) const noexcept { return lanes_[instrument].last_number; }

    std::uint64_t unknown_orders() const noexcept { return unknown_orders_; }
    std::uint64_t unpublished() const noexcept { return unpublished_; }

private:
    struct Resting {
        std::int64_t price;
        std::int64_t quantity;
        Side side;
    };
    struct Lane {
        std::unordered_map<std::uint64_t, Resting> orders;
        std::uint64_t last_number = 0;
    };

    std::uint32_t encode_event(const MarketEvent& event, const InstrumentDefinition& definition, Lane& lane);
    std::uint32_t encode_reduction(const MarketEvent& event, const InstrumentDefinition& definition, Lane& lane);
    std::uint32_t encode_modify(const MarketEvent& event, const InstrumentDefinition& definition, Lane& lane);
    void entry(char action, char type, std::uint64_t id, const InstrumentDefinition& definition, Lane& lane);
    void terms(const InstrumentDefinition& definition, std::int64_t price, std::int64_t quantity);

    const Instruments& instruments_;
    bool numbered_;
    std::vector<Lane> lanes_; ///< by instrument id
    std::string text_;
    std::vector<Segment> segments_;
    std::uint64_t unknown_orders_ = 0;
    std::uint64_t unpublished_ = 0;
};

} // namespace martlet::fix
