#pragma once
#include <cstdint>

#include "martlet/fix_profile.hpp"

namespace martlet::fix {

/// What a version of the protocol has words for. Whoever encodes or decodes asks here and nowhere else.
struct Vocabulary {
    const char* begin_string;
    const char* dictionary;       ///< name of the standard dictionary's file
    bool credentials;             ///< Username (553) and Password (554) in the Logon
    bool mass_status;             ///< OrderMassStatusRequest: else each order is asked for by itself
    bool mass_cancel;             ///< OrderMassCancelRequest: else each order is canceled by itself
    bool positions;               ///< RequestForPositions and its answers: else nobody can be asked
    bool trades;                  ///< TradeCaptureReportRequest and its answers: else nobody can be asked
    bool security_list;           ///< SecurityListRequest and SecurityList
    bool status_request_id;       ///< OrdStatusReqID (790)
    bool status_needs_side;       ///< OrderStatusRequest has a Side
    bool liquidity;               ///< LastLiquidityInd (851)
    bool transaction_type;        ///< ExecTransType (20) says new, cancel, correct or status; ExecType says partial fill or fill
    bool replaced_status;         ///< OrdStatus 5
    char handling_instruction;    ///< HandlInst where the profile names none; 0: it may be absent
    int time_digits;              ///< most fraction digits of a time
    int highest_order_reject;     ///< OrdRejReason above it is `other_order_reject`
    int other_order_reject;
    int highest_cancel_reject;    ///< CxlRejReason above it is `other_cancel_reject`
    int other_cancel_reject;
    int unsolicited_restatement;  ///< ExecRestatementReason of a change that nobody asked for
    int highest_trading_status;   ///< SecurityTradingStatus above it is 20, unknown
    bool copy_indicator;          ///< CopyMsgIndicator (797)
    int not_authorized;           ///< BusinessRejectReason of what a session has no right to
};

inline constexpr Vocabulary vocabularies[] = {
    {.begin_string = "FIX.4.4", .dictionary = "FIX44.xml", .credentials = true, .mass_status = true, .mass_cancel = true, .positions = true,
     .trades = true, .security_list = true, .status_request_id = true, .status_needs_side = false, .liquidity = true, .transaction_type = false,
     .replaced_status = false, .handling_instruction = '\0', .time_digits = 9, .highest_order_reject = 99, .other_order_reject = 99,
     .highest_cancel_reject = 99, .other_cancel_reject = 99, .unsolicited_restatement = 99, .highest_trading_status = 23,
     .copy_indicator = true, .not_authorized = 6},
    {.begin_string = "FIX.4.2", .dictionary = "FIX42.xml", .credentials = false, .mass_status = false, .mass_cancel = false, .positions = false,
     .trades = false, .security_list = false, .status_request_id = false, .status_needs_side = true, .liquidity = false, .transaction_type = true,
     .replaced_status = true, .handling_instruction = '1', .time_digits = 3, .highest_order_reject = 8, .other_order_reject = 0,
     .highest_cancel_reject = 3, .other_cancel_reject = 2, .unsolicited_restatement = 4, .highest_trading_status = 20,
     .copy_indicator = false, .not_authorized = 0},
};

inline const Vocabulary& vocabulary(FixVersion version) noexcept { return vocabularies[static_cast<std::uint8_t>(version)]; }

} // namespace martlet::fix
