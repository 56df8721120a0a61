#pragma once

// The dictionaries, third part: market data and trading sessions, the same in 4.2 and 4.4. RptSeq (83), AggressorSide (2446) and, in snapshots, MDEntryID (278) are
// where later FIX versions have them.

namespace martlet::fix {

inline constexpr char fix_market_data[] = R"xml(
 <!-- market data -->
 <message name='MarketDataRequest' msgtype='V' msgcat='app'>
  <field name='MDReqID' required='Y'/> <field name='SubscriptionRequestType' required='Y'/>
  <field name='MarketDepth' required='Y'/> <field name='MDUpdateType' required='N'/>
  <field name='AggregatedBook' required='N'/>
  <group name='NoMDEntryTypes' required='Y'>
   <field name='MDEntryType' required='Y'/>
  </group>
  <group name='NoRelatedSym' required='Y'>
   <field name='Symbol' required='Y'/> <field name='SecurityExchange' required='N'/>
   <field name='SecurityType' required='N'/>
  </group>
 </message>
 <message name='MarketDataSnapshotFullRefresh' msgtype='W' msgcat='app'>
  <field name='MDReqID' required='N'/> <field name='Symbol' required='Y'/>
  <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
  <field name='RptSeq' required='N'/>
  <group name='NoMDEntries' required='Y'>
   <field name='MDEntryType' required='Y'/> <field name='MDEntryPx' required='N'/>
   <field name='MDEntrySize' required='N'/> <field name='MDEntryDate' required='N'/>
   <field name='MDEntryTime' required='N'/> <field name='MDEntryID' required='N'/>
   <field name='OrderID' required='N'/> <field name='QuoteCondition' required='N'/>
   <field name='TradeCondition' required='N'/> <field name='NumberOfOrders' required='N'/>
   <field name='MDEntryPositionNo' required='N'/> <field name='Currency' required='N'/>
   <field name='AggressorSide' required='N'/> <field name='Text' required='N'/>
  </group>
 </message>
 <message name='MarketDataIncrementalRefresh' msgtype='X' msgcat='app'>
  <field name='MDReqID' required='N'/>
  <group name='NoMDEntries' required='Y'>
   <field name='MDUpdateAction' required='Y'/> <field name='DeleteReason' required='N'/>
   <field name='MDEntryType' required='N'/> <field name='MDEntryID' required='N'/>
   <field name='MDEntryRefID' required='N'/> <field name='Symbol' required='N'/>
   <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
   <field name='RptSeq' required='N'/> <field name='MDEntryPx' required='N'/>
   <field name='MDEntrySize' required='N'/> <field name='MDEntryDate' required='N'/>
   <field name='MDEntryTime' required='N'/> <field name='OrderID' required='N'/>
   <field name='QuoteCondition' required='N'/> <field name='TradeCondition' required='N'/>
   <field name='NumberOfOrders' required='N'/> <field name='MDEntryPositionNo' required='N'/>
   <field name='Currency' required='N'/> <field name='AggressorSide' required='N'/>
   <field name='Text' required='N'/>
  </group>
 </message>
 <message name='MarketDataRequestReject' msgtype='Y' msgcat='app'>
  <field name='MDReqID' required='Y'/> <field name='MDReqRejReason' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='SecurityStatus' msgtype='f' msgcat='app'>
  <field name='SecurityStatusReqID' required='N'/> <field name='Symbol' required='Y'/>
  <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
  <field name='UnsolicitedIndicator' required='N'/> <field name='SecurityTradingStatus' required='N'/>
  <field name='TransactTime' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='TradingSessionStatusRequest' msgtype='g' msgcat='app'>
  <field name='TradSesReqID' required='Y'/> <field name='TradingSessionID' required='N'/>
  <field name='SubscriptionRequestType' required='Y'/>
 </message>
 <message name='TradingSessionStatus' msgtype='h' msgcat='app'>
  <field name='TradSesReqID' required='N'/> <field name='TradingSessionID' required='Y'/>
  <field name='TradSesMethod' required='N'/> <field name='TradSesMode' required='N'/>
  <field name='UnsolicitedIndicator' required='N'/> <field name='TradSesStatus' required='Y'/>
  <field name='Text' required='N'/>
 </message>
)xml";

} // namespace martlet::fix
