#pragma once
#include "quickfix.hpp"

#include <string_view>

#include "instruments.hpp"
#include "martlet/venue_session.hpp"
#include "version.hpp"

namespace martlet::fix {

/// What encoding on the venue's side needs to know, one for each version; fixed after start.
struct VenueContext {
    FixProfile profile; ///< `time_digits` no more than the version has
    Instruments instruments;
    const Vocabulary* words = &vocabulary(FixVersion::fix44);
};

/// ExecutionReport, OrderCancelReject, BusinessMessageReject, PositionReport or TradeCaptureReport, as
/// `report.event.kind` says. False: another kind, or an instrument that has no definition and no symbol.
bool encode_report(const VenueContext& context, std::string_view client, const VenueReport& report, FIX::Message* message);

/// Whether a report says that something happened to an order. Answers to questions do not.
bool tells_news(const VenueReport& report) noexcept;

/// The same ExecutionReport for a session that only listens, marked as a copy where the version has a mark.
bool encode_copy(const VenueContext& context, std::string_view client, const VenueReport& report, FIX::Message* message);

/// BusinessMessageReject of whatever a session that only listens asks for; `client` is the one that it listens to.
void encode_listens_only(const VenueContext& context, std::string_view client, const FIX::Message& request, FIX::Message* message);

/// The message that opens an answer (RequestForPositionsAck, TradeCaptureReportRequestAck) or is all of it
/// (an ExecutionReport about no order). False: this answer needs none.
bool encode_answer(const VenueContext& context, std::string_view client, VenueRequestKind kind, std::string_view request, std::uint32_t total,
                   FIX::Message* message);

/// OrderMassCancelReport: how many orders of `client_order` were canceled, or why none.
void encode_mass_cancel_report(const VenueContext& context, std::string_view client_order, std::string_view kind, RejectReason reason,
                               std::uint32_t orders, FIX::Message* message);

/// SecurityList with all instruments.
void encode_security_list(const VenueContext& context, std::string_view venue, std::string_view request, FIX::Message* message);

} // namespace martlet::fix
