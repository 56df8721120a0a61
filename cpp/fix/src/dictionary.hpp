#pragma once
#include "quickfix.hpp"

#include <memory>
#include <string>

#include "martlet/fix_profile.hpp"

namespace martlet::fix {

/// The built-in dictionary of a version, or DIR/FIX44.xml or FIX42.xml with the fields that we send beyond it added (RptSeq and
/// AggressorSide in market data, MDEntryID in snapshots, MinPriceIncrement and MaxTradeVol in security
/// lists, TransactTime in position reports, LastLiquidityInd in trade
/// reports). Null with the reason in `error`. Fields from 5000 on, which counterparties define as they like, are let through.
std::shared_ptr<FIX::DataDictionary> load_dictionary(const char* directory, FixVersion version, std::string* error);

/// The text of the built-in dictionary of a version, in QuickFIX's format.
std::string built_in_dictionary(FixVersion version);

/// The standard dictionary of a version as it is, with all checks that QuickFIX has on by default.
/// Null with the reason in `error`.
std::shared_ptr<FIX::DataDictionary> load_standard_dictionary(const char* directory, FixVersion version, std::string* error);

} // namespace martlet::fix
