#pragma once
#include "quickfix.hpp"

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "broker_context.hpp"

namespace martlet::fix {

/// Decodes market data into MarketEvents and watches that none is missing.
///
/// By order: New → order_add; Change → order_modify that keeps its place (a venue says Delete and New when it does
/// not); Delete → order_cancel of the whole order. A trade entry that bears OrderID (37), followed by
/// the Change or Delete of that order, is one order_execute; any other trade entry is a trade. By price: level_set.
/// The last event of each instrument in a message bears market_flag_last.
///
/// RptSeq (83) counts the entries of an instrument. A jump, an unreadable entry or a full ring makes the
/// instrument's book invalid: one `discontinuity` is pushed, everything is ignored until the snapshot of a new request.
///
/// All calls come from the session's thread; the counts may be read from any.
class MarketDecoder {
public:
    static constexpr std::int64_t answer_patience = 5'000'000'000; ///< ns

    MarketDecoder(const BrokerContext& context, EventSink& sink);

    /// A new request for `instruments` is about to be sent: returns its id; data of older requests is ignored.
    std::uint64_t expect(const std::vector<std::uint32_t>& instruments);
    /// Every book is invalid: the session was lost.
    void disconnected();

    bool snapshot(const FIX::Message& message);        // W; false: unreadable
    bool incremental(const FIX::Message& message);     // X
    bool request_reject(const FIX::Message& message);  // Y
    bool security_status(const FIX::Message& message); // f
    void session_status(const FIX::Message& message);  // h: of all instruments

    /// Instruments that need a new request now: broken ones, and those whose request has been without an answer for
    /// `answer_patience`, since questions and answers behind a gap in the session's numbers can be lost. Those whose `discontinuity` still finds no room wait.
    std::vector<std::uint32_t> take_broken(std::int64_t now);

    std::uint64_t gaps() const noexcept { return gaps_.load(std::memory_order_relaxed); }
    std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }

private:
    /// What is known of one instrument's stream.
    struct Lane {
        std::uint64_t request = 0;  ///< the live request; 0: none
        std::uint64_t next_rpt = 0; ///< 0: not numbered
        std::int64_t asked = 0;     ///< when, by the wall clock
        bool live = false;          ///< a snapshot came and nothing is missing since
        bool owed = false;          ///< the discontinuity has not found room yet
        bool broken = false;        ///< a new request is needed
    };
    struct Entry;
    struct Execution;

    Lane* lane_of(const FIX::Message& message, std::string_view symbol, const InstrumentDefinition** definition);
    bool read_entry(const FIX::FieldMap& fields, const InstrumentDefinition& definition, Entry* entry) const;
    bool decode(const Entry& entry, std::uint32_t instrument, Execution* execution);
    void flush_execution(Execution* execution);
    void lose(Lane& lane, std::uint32_t instrument, std::uint64_t expected, std::uint64_t received, std::int64_t time);
    void push_batch();
    bool push_owed(Lane& lane, std::uint32_t instrument);
    void tell_undecodable(std::uint32_t instrument, std::int64_t time, RejectReason reason);

    const BrokerContext& context_;
    EventSink& sink_;
    std::vector<Lane> lanes_; ///< by instrument id
    std::uint64_t last_request_ = 0;
    std::atomic<std::uint64_t> gaps_{0};
    std::atomic<std::uint64_t> dropped_{0};
    std::vector<MarketEvent> batch_; ///< events of the message being decoded
};

} // namespace martlet::fix
