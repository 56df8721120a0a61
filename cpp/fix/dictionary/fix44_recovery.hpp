#pragma once

// The dictionary, fourth part: instruments, positions and past executions. MinPriceIncrement (969) and MaxTradeVol
// (1140) are where later FIX versions have them.

namespace martlet::fix {

inline constexpr char fix44_recovery[] = R"xml(
 <!-- reference and recovery -->
 <message name='SecurityListRequest' msgtype='x' msgcat='app'>
  <field name='SecurityReqID' required='Y'/> <field name='SecurityListRequestType' required='Y'/>
  <field name='Symbol' required='N'/> <field name='SecurityExchange' required='N'/>
  <field name='SubscriptionRequestType' required='N'/>
 </message>
 <message name='SecurityList' msgtype='y' msgcat='app'>
  <field name='SecurityReqID' required='Y'/> <field name='SecurityResponseID' required='Y'/>
  <field name='SecurityRequestResult' required='Y'/> <field name='TotNoRelatedSym' required='N'/>
  <field name='LastFragment' required='N'/>
  <group name='NoRelatedSym' required='N'>
   <field name='Symbol' required='Y'/> <field name='SecurityExchange' required='N'/>
   <field name='SecurityDesc' required='N'/> <field name='SecurityType' required='N'/>
   <field name='ContractMultiplier' required='N'/> <field name='Currency' required='N'/>
   <field name='RoundLot' required='N'/> <field name='MinTradeVol' required='N'/>
   <field name='MinPriceIncrement' required='N'/> <field name='MaxTradeVol' required='N'/>
   <field name='Text' required='N'/>
  </group>
 </message>
 <message name='RequestForPositions' msgtype='AN' msgcat='app'>
  <field name='PosReqID' required='Y'/> <field name='PosReqType' required='Y'/>
  <field name='SubscriptionRequestType' required='N'/> <field name='Account' required='Y'/>
  <field name='AccountType' required='Y'/> <field name='Symbol' required='N'/>
  <field name='ClearingBusinessDate' required='Y'/> <field name='TransactTime' required='Y'/>
 </message>
 <message name='RequestForPositionsAck' msgtype='AO' msgcat='app'>
  <field name='PosMaintRptID' required='Y'/> <field name='PosReqID' required='N'/>
  <field name='TotalNumPosReports' required='N'/> <field name='PosReqResult' required='Y'/>
  <field name='PosReqStatus' required='Y'/> <field name='Account' required='Y'/>
  <field name='AccountType' required='Y'/> <field name='Symbol' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='PositionReport' msgtype='AP' msgcat='app'>
  <field name='PosMaintRptID' required='Y'/> <field name='PosReqID' required='N'/>
  <field name='PosReqType' required='N'/> <field name='TotalNumPosReports' required='N'/>
  <field name='PosReqResult' required='Y'/> <field name='ClearingBusinessDate' required='Y'/>
  <field name='Account' required='Y'/> <field name='AccountType' required='Y'/> <field name='Symbol' required='N'/>
  <field name='SecurityExchange' required='N'/> <field name='Currency' required='N'/>
  <field name='SettlPrice' required='N'/> <field name='SettlPriceType' required='N'/>
  <field name='PriorSettlPrice' required='N'/>
  <group name='NoPositions' required='N'>
   <field name='PosType' required='N'/> <field name='LongQty' required='N'/> <field name='ShortQty' required='N'/>
   <field name='PosQtyStatus' required='N'/>
  </group>
  <group name='NoPosAmt' required='N'>
   <field name='PosAmtType' required='N'/> <field name='PosAmt' required='N'/>
  </group>
  <field name='TransactTime' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='TradeCaptureReportRequest' msgtype='AD' msgcat='app'>
  <field name='TradeRequestID' required='Y'/> <field name='TradeRequestType' required='Y'/>
  <field name='SubscriptionRequestType' required='N'/> <field name='OrderID' required='N'/>
  <field name='ClOrdID' required='N'/> <field name='ExecID' required='N'/> <field name='Symbol' required='N'/>
  <field name='Side' required='N'/>
  <group name='NoDates' required='N'>
   <field name='TradeDate' required='N'/> <field name='TransactTime' required='N'/>
  </group>
 </message>
 <message name='TradeCaptureReportRequestAck' msgtype='AQ' msgcat='app'>
  <field name='TradeRequestID' required='Y'/> <field name='TradeRequestType' required='Y'/>
  <field name='TotNumTradeReports' required='N'/> <field name='TradeRequestResult' required='Y'/>
  <field name='TradeRequestStatus' required='Y'/> <field name='Symbol' required='N'/>
  <field name='Text' required='N'/>
 </message>
 <message name='TradeCaptureReport' msgtype='AE' msgcat='app'>
  <field name='TradeReportID' required='Y'/> <field name='TradeReportTransType' required='N'/>
  <field name='PreviouslyReported' required='Y'/> <field name='TradeRequestID' required='N'/>
  <field name='TotNumTradeReports' required='N'/> <field name='LastRptRequested' required='N'/>
  <field name='ExecType' required='N'/> <field name='ExecID' required='N'/> <field name='OrdStatus' required='N'/>
  <field name='Symbol' required='Y'/> <field name='SecurityExchange' required='N'/>
  <field name='SecurityType' required='N'/> <field name='LastQty' required='Y'/> <field name='LastPx' required='Y'/>
  <field name='LastLiquidityInd' required='N'/> <field name='TradeDate' required='Y'/>
  <field name='TransactTime' required='Y'/>
  <group name='NoSides' required='Y'>
   <field name='Side' required='Y'/> <field name='OrderID' required='Y'/> <field name='ClOrdID' required='N'/>
   <field name='OrigClOrdID' required='N'/> <field name='Account' required='N'/>
   <field name='Commission' required='N'/> <field name='CommType' required='N'/>
   <field name='CommCurrency' required='N'/>
  </group>
  <field name='Text' required='N'/>
 </message>
</messages>
<components/>
)xml";

} // namespace martlet::fix
