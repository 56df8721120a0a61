#pragma once

// The dictionary, second part: orders and what a venue says of them.

namespace martlet::fix {

inline constexpr char fix44_orders[] = R"xml(
 <!-- orders -->
 <message name='NewOrderSingle' msgtype='D' msgcat='app'>
  <field name='ClOrdID' required='Y'/> <field name='Account' required='N'/> <field name='HandlInst' required='N'/>
  <field name='ExecInst' required='N'/> <field name='ExDestination' required='N'/>
  <field name='Symbol' required='Y'/> <field name='SecurityExchange' required='N'/>
  <field name='SecurityType' required='N'/> <field name='Side' required='Y'/>
  <field name='TransactTime' required='Y'/> <field name='OrderQty' required='Y'/>
  <field name='OrdType' required='Y'/> <field name='Price' required='N'/> <field name='StopPx' required='N'/>
  <field name='Currency' required='N'/> <field name='TimeInForce' required='N'/>
  <field name='ExpireTime' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='OrderCancelRequest' msgtype='F' msgcat='app'>
  <field name='OrigClOrdID' required='Y'/> <field name='OrderID' required='N'/> <field name='ClOrdID' required='Y'/>
  <field name='Account' required='N'/> <field name='Symbol' required='Y'/>
  <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
  <field name='Side' required='Y'/> <field name='TransactTime' required='Y'/> <field name='OrderQty' required='N'/>
  <field name='Text' required='N'/>
 </message>
 <message name='OrderCancelReplaceRequest' msgtype='G' msgcat='app'>
  <field name='OrderID' required='N'/> <field name='OrigClOrdID' required='Y'/> <field name='ClOrdID' required='Y'/>
  <field name='Account' required='N'/> <field name='HandlInst' required='N'/> <field name='ExecInst' required='N'/>
  <field name='ExDestination' required='N'/> <field name='Symbol' required='Y'/>
  <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
  <field name='Side' required='Y'/> <field name='TransactTime' required='Y'/> <field name='OrderQty' required='Y'/>
  <field name='OrdType' required='Y'/> <field name='Price' required='N'/> <field name='StopPx' required='N'/>
  <field name='Currency' required='N'/> <field name='TimeInForce' required='N'/>
  <field name='ExpireTime' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='OrderStatusRequest' msgtype='H' msgcat='app'>
  <field name='OrderID' required='N'/> <field name='ClOrdID' required='Y'/>
  <field name='OrdStatusReqID' required='N'/> <field name='Account' required='N'/>
  <field name='Symbol' required='Y'/> <field name='SecurityExchange' required='N'/>
  <field name='SecurityType' required='N'/> <field name='Side' required='N'/>
 </message>
 <message name='OrderMassStatusRequest' msgtype='AF' msgcat='app'>
  <field name='MassStatusReqID' required='Y'/> <field name='MassStatusReqType' required='Y'/>
  <field name='Account' required='N'/> <field name='Symbol' required='N'/>
  <field name='SecurityExchange' required='N'/> <field name='Side' required='N'/>
 </message>
 <message name='ExecutionReport' msgtype='8' msgcat='app'>
  <field name='OrderID' required='Y'/> <field name='ClOrdID' required='N'/> <field name='OrigClOrdID' required='N'/>
  <field name='OrdStatusReqID' required='N'/> <field name='MassStatusReqID' required='N'/>
  <field name='TotNumReports' required='N'/> <field name='LastRptRequested' required='N'/>
  <field name='ExecID' required='Y'/> <field name='ExecRefID' required='N'/>
  <field name='SecondaryExecID' required='N'/> <field name='ExecType' required='Y'/>
  <field name='OrdStatus' required='Y'/> <field name='WorkingIndicator' required='N'/>
  <field name='OrdRejReason' required='N'/> <field name='ExecRestatementReason' required='N'/>
  <field name='Account' required='N'/> <field name='Symbol' required='Y'/>
  <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
  <field name='Side' required='Y'/> <field name='OrderQty' required='N'/> <field name='OrdType' required='N'/>
  <field name='Price' required='N'/> <field name='StopPx' required='N'/> <field name='Currency' required='N'/>
  <field name='TimeInForce' required='N'/> <field name='ExpireTime' required='N'/>
  <field name='ExecInst' required='N'/> <field name='LastQty' required='N'/> <field name='LastPx' required='N'/>
  <field name='LastLiquidityInd' required='N'/> <field name='LeavesQty' required='Y'/>
  <field name='CumQty' required='Y'/> <field name='AvgPx' required='Y'/> <field name='TradeDate' required='N'/>
  <field name='TransactTime' required='N'/> <field name='Commission' required='N'/>
  <field name='CommType' required='N'/> <field name='CommCurrency' required='N'/> <field name='Text' required='N'/>
  <field name='CopyMsgIndicator' required='N'/>
 </message>
 <message name='OrderCancelReject' msgtype='9' msgcat='app'>
  <field name='OrderID' required='Y'/> <field name='ClOrdID' required='Y'/> <field name='OrigClOrdID' required='Y'/>
  <field name='OrdStatus' required='Y'/> <field name='Account' required='N'/>
  <field name='TransactTime' required='N'/> <field name='CxlRejResponseTo' required='Y'/>
  <field name='CxlRejReason' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='OrderMassCancelRequest' msgtype='q' msgcat='app'>
  <field name='ClOrdID' required='Y'/> <field name='MassCancelRequestType' required='Y'/>
  <field name='Symbol' required='N'/> <field name='SecurityExchange' required='N'/> <field name='Side' required='N'/>
  <field name='TransactTime' required='Y'/> <field name='Text' required='N'/>
 </message>
 <message name='OrderMassCancelReport' msgtype='r' msgcat='app'>
  <field name='ClOrdID' required='N'/> <field name='OrderID' required='Y'/>
  <field name='MassCancelRequestType' required='Y'/> <field name='MassCancelResponse' required='Y'/>
  <field name='MassCancelRejectReason' required='N'/> <field name='TotalAffectedOrders' required='N'/>
  <field name='Symbol' required='N'/> <field name='Side' required='N'/> <field name='TransactTime' required='N'/>
  <field name='Text' required='N'/>
 </message>
)xml";

} // namespace martlet::fix
