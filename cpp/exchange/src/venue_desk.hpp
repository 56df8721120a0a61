#pragma once
#include <cstddef>
#include <cstdint>

#include <string>
#include <vector>

#include "martlet/exchange.hpp"
#include "martlet/venue_server.hpp"
#include "martlet/venue_session.hpp"

#include "venue_books.hpp"
#include "venue_journal.hpp"

namespace martlet::exchange {

/// Where the desk's answers go: the FIX acceptor, or a test.
class VenueOutlet {
public:
    virtual void report(std::uint32_t session, const VenueReport& report) = 0;
    virtual void begin_answer(std::uint32_t session, VenueRequestKind kind, const char* request, std::uint32_t total) = 0;
    virtual void publish(const MarketEvent* events, std::size_t count) = 0;
    virtual void snapshot(std::uint32_t session, const char* request, std::uint32_t instrument, const MarketEvent* events,
                          std::size_t count) = 0;
    virtual void reject_market_data(std::uint32_t session, const char* request, RejectReason reason) = 0;

protected:
    ~VenueOutlet() = default;
};

/// How opening went.
struct DeskResult {
    VenueStatus status = VenueStatus::ok;
    std::string text;
};

/// The venue without sockets, threads and clock: requests in, exchange, books, journal, reports out.
/// One thread; the caller says what time it is.
class VenueDesk {
public:
    explicit VenueDesk(VenueOutlet& outlet) : outlet_(outlet) {}

    /// Recovers from the journal, opens the exchange and says what became of the orders that were open.
    /// Those reports wait in the outlet's queue until the first `commit`.
    /// The market goes on at `now` where that is later than where it stopped.
    DeskResult open(const VenueOptions& options, std::int64_t now = 0);
    /// Lets go of the journal; the books stay.
    void close() noexcept { journal_.close(); }

    /// Virtual time at which the market goes on.
    std::int64_t resume_time() const noexcept { return resume_time_; }

    /// Runs the market up to `time`, in pieces; publishes. Returns false where more is left to run.
    bool advance(std::int64_t time);
    void handle(const VenueRequest& request);
    /// Makes durable what was recorded, then sends what waited for it. False: the journal failed; nothing was sent.
    bool commit();
    /// Records where the market stands.
    void checkpoint();
    /// The market closes: trading status, day orders expire, new orders are refused.
    void close_market();
    bool closed() const noexcept { return closed_; }

    const VenueBooks& books() const noexcept { return books_; }
    const Exchange& exchange() const noexcept { return exchange_; }
    const VenueJournal& journal() const noexcept { return journal_; }
    const std::string& error() const noexcept { return error_; }
    std::string state_json() const;
    std::uint64_t reports_sent() const noexcept { return reports_sent_; }
    std::uint64_t market_events() const noexcept { return market_events_; }
    std::uint64_t snapshots() const noexcept { return snapshots_; }

private:
    struct Outgoing {
        std::uint32_t session;
        VenueReport report;
    };

    DeskResult recover(const VenueOptions& options, const std::string& path);
    DeskResult open_exchange(const VenueOptions& options, std::int64_t now);
    void open_accounts(const VenueOptions& options);
    void settle_open_orders();
    void new_order(const VenueRequest& request);
    void change_order(const VenueRequest& request);
    void order_status(const VenueRequest& request);
    void mass_status(const VenueRequest& request);
    void mass_cancel(const VenueRequest& request);
    void positions(const VenueRequest& request);
    void trades(const VenueRequest& request);
    void subscribe(const VenueRequest& request);
    void submit(const VenueOrderRecord& record, std::uint32_t owner, std::uint64_t number);
    void refuse(const VenueRequest& request, RejectReason reason, const VenueOrder* order);
    void drain_reports();
    void tell(std::uint32_t owner, OrderEvent event);
    void publish();
    void answer(const VenueRequest& request, std::vector<VenueReport>& reports);
    VenueReport describe(const VenueOrder& order) const noexcept;
    VenueReport status_of(const VenueOrder& order) const noexcept;
    std::uint32_t owner_of(std::uint32_t session) const noexcept;
    std::uint32_t session_of(std::uint32_t owner) const noexcept;

    VenueOutlet& outlet_;
    Exchange exchange_;
    VenueBooks books_;
    VenueJournal journal_;
    std::vector<std::uint32_t> owners_;   ///< by session
    std::vector<std::uint32_t> sessions_; ///< by owner; UINT32_MAX: none
    std::vector<Outgoing> outbox_;
    std::vector<MarketEvent> book_;       ///< room for a snapshot
    std::vector<double> last_prices_;
    std::int64_t resume_time_ = 0;
    std::string error_;
    bool closed_ = false;
    bool restoring_ = false; ///< orders of an earlier run go back into the market
    VenueStateHead head_{};  ///< what the journal said at the start
    std::uint64_t reports_sent_ = 0;
    std::uint64_t market_events_ = 0;
    std::uint64_t snapshots_ = 0;
};

} // namespace martlet::exchange
