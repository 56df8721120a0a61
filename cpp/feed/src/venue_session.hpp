#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "decimal_reader.hpp"
#include "json_text.hpp"
#include "martlet/venue_feed.hpp"

namespace martlet {

/// Numbers of one change of a book. Those that a venue does not send are 0.
struct ChangeIds {
    std::uint64_t first;
    std::uint64_t last;
    std::uint64_t previous;
};

/// How the changes of a book follow each other and its snapshot.
enum class SequenceRule : std::uint8_t {
    following,   ///< first = last + 1; the snapshot's bridge may overlap (Binance spot)
    previous_id, ///< previous = last; the snapshot's bridge contains its number (Binance futures)
    later,       ///< only later than the snapshot: the numbers are times (Bitstamp)
    chained,     ///< previous = last, the snapshot stands in the same stream (OKX)
    counted,     ///< last = last + 1, the snapshot stands in the same stream (Bybit)
    unnumbered,  ///< nothing to hold; the snapshot stands in the same stream (Coinbase, Kraken)
};

/// One change that waits for a snapshot; its levels end at `end` of the book's kept events.
struct WaitingChange {
    ChangeIds ids;
    std::size_t end;
};

/// The state of one instrument's book.
struct VenueBook {
    VenueBook(const VenueInstrument& facts, std::size_t place)
        : symbol(facts.symbol), index(place), instrument(facts.instrument), price(facts.price_increment), lot(facts.lot_increment) {}

    std::string symbol;
    std::size_t index;
    std::uint32_t instrument;
    DecimalReader price;
    DecimalReader lot;
    bool live = false;          ///< the events so far make a whole book
    bool bridged = false;       ///< a change was taken since the snapshot
    std::uint64_t last = 0;     ///< number of the last change that was taken, or of the snapshot
    std::uint64_t last_trade = 0;
    std::vector<WaitingChange> waiting;
    EventBuffer kept;           ///< levels of `waiting`
    int price_places = 0;       ///< finest places seen, where instruments are looked for
    int lot_places = 0;
};

/// What all venues have in common: symbols, sequence rules, and how events are made.
class VenueSession {
public:
    VenueSession(SequenceRule rule, std::uint8_t parts, EventBuffer& out, DefectLog& log) : rule_(rule), parts_(parts), out_(out), log_(log) {}

    bool add(const VenueInstrument& instrument);
    /// From now on unknown symbols are added, and decimals are collected in place of events.
    void look_for_instruments() noexcept { looking_ = true; }
    bool looking() const noexcept { return looking_; }
    const std::deque<VenueBook>& books() const noexcept { return books_; }

    void begin(const VenueMessage& message) noexcept;
    /// The part of the message that the log gets from now on, where a message comes in several lines.
    void look_at(const VenueMessage& part) noexcept { message_ = part; }
    /// Puts the message aside with what was begun of it, and ends each book that it may have been about.
    void reject(Defect defect);
    /// The message is known not to be about a book, so that its loss ends none.
    void not_about_books() noexcept { about_books_ = false; }
    bool wants(VenueParts part) const noexcept { return (parts_ & part) != 0; }
    /// The book of a symbol; null, and counted as foreign, where it was not added.
    VenueBook* find(std::string_view symbol);
    /// The only book there is, null where there are more.
    VenueBook* only() noexcept { return books_.size() == 1 ? &books_.front() : nullptr; }

    /// A change begins: true where its levels are to be given to `level`, then `end_change`. False: counted as stale or
    /// lost, nothing more to do. A break of the rule ends the book first.
    bool begin_change(VenueBook& book, const ChangeIds& ids, std::int64_t exchange_time);
    void end_change();
    /// A snapshot begins; false: it is older than the book or than the changes that wait, and counted as stale.
    bool begin_snapshot(VenueBook& book, std::uint64_t id, std::int64_t exchange_time);
    void end_snapshot();
    /// One level of what was begun.
    Defect level(Side side, std::string_view price, std::string_view quantity) {
        std::int64_t units = 0;
        std::int64_t lots = 0;
        return level(side, price, quantity, units, lots);
    }
    /// The same, giving what was read.
    Defect level(Side side, std::string_view price, std::string_view quantity, std::int64_t& units, std::int64_t& lots);
    /// The exchange time of the levels that follow, where each has its own.
    void set_time(std::int64_t exchange_time) noexcept { model_.exchange_time = exchange_time; }
    /// Sets a level without a text, as where the venue leaves its removal to the client.
    void remove_level(Side side, std::int64_t price);
    /// An array of [price, quantity, …].
    Defect levels(Side side, json::Array& array);
    /// Holds a trade's id against the one before where they are consecutive: a gap is noted; false: it was there
    /// already, and counted as stale.
    bool next_trade(VenueBook& book, std::uint64_t id);
    Defect trade(VenueBook& book, Side aggressor, std::string_view price, std::string_view quantity, std::uint64_t id,
                 std::uint64_t reference, std::int64_t exchange_time);
    Defect quote(VenueBook& book, const std::string_view (&texts)[4], std::uint64_t reference, std::int64_t exchange_time);
    /// Marks the last event of the message.
    void mark_last() noexcept;

    /// The book is no longer to be believed: a discontinuity, where it was. `defect` goes to the log.
    void lose(VenueBook& book, Defect defect);
    /// What arrived until now is all that will: every book ends.
    void lose_all(std::int64_t receive_time);

    bool full() const noexcept { return full_; }

    VenueCounts counts{};

private:
    enum class Open : std::uint8_t { none, change, kept_change, snapshot };

    enum class Place : std::uint8_t { behind, next, ahead };

    /// Where a change stands against the book's last number.
    Place place(std::uint64_t last, bool bridged, const ChangeIds& ids) const noexcept;
    bool waits_for_snapshot() const noexcept { return rule_ <= SequenceRule::later; }
    bool open(Open what, VenueBook& book, EventBuffer& sink) noexcept;
    /// `["price","quantity"]` to the letter, as nearly all levels are written, in one walk; false: nothing was read.
    bool quick_level(Side side, json::Array& array, const char* text);
    bool begin_kept(VenueBook& book);
    void give_up_waiting(VenueBook& book) noexcept;
    void replay(VenueBook& book);
    static void forget_waiting(VenueBook& book, std::size_t count) noexcept;
    Defect collect(VenueBook& book, std::string_view price, std::string_view quantity) noexcept;
    MarketEvent event(const VenueBook& book, EventKind kind, std::int64_t exchange_time, std::uint64_t reference) const noexcept;
    void append(EventBuffer& into, const MarketEvent& event) noexcept { full_ |= !into.append(event); }

    SequenceRule rule_;
    std::uint8_t parts_;
    bool looking_ = false;
    bool full_ = false;
    EventBuffer& out_;
    DefectLog& log_;
    std::deque<VenueBook> books_;
    std::unordered_map<std::string_view, VenueBook*> by_symbol_;
    VenueBook* latest_ = nullptr;

    VenueMessage message_{};
    bool about_books_ = true;
    std::int64_t now_ = 0;
    std::size_t message_mark_ = 0; ///< events of `out_` before this message
    // What is open: a change or a snapshot.
    Open open_ = Open::none;
    VenueBook* open_book_ = nullptr;
    EventBuffer* sink_ = nullptr;
    std::size_t mark_ = 0;
    ChangeIds ids_{};
    MarketEvent model_{};
};

/// One venue's syntax. `message` and `snapshot` count the message where they return `none`.
class VenueProtocol {
public:
    explicit VenueProtocol(VenueSession& session) : session_(session) {}
    virtual ~VenueProtocol() = default;
    virtual Defect message(json::Document& document) = 0;
    virtual Defect snapshot(std::string_view symbol, json::Document& document) = 0;

protected:
    VenueSession& session_;
};

std::unique_ptr<VenueProtocol> make_binance(VenueSession& session, bool futures);
std::unique_ptr<VenueProtocol> make_coinbase(VenueSession& session);
std::unique_ptr<VenueProtocol> make_kraken(VenueSession& session);
std::unique_ptr<VenueProtocol> make_bitstamp(VenueSession& session);
std::unique_ptr<VenueProtocol> make_okx(VenueSession& session);
std::unique_ptr<VenueProtocol> make_bybit(VenueSession& session);

} // namespace martlet
