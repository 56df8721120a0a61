#pragma once

// The dictionary of 4.2, second part: orders and what a venue says of them.

namespace martlet::fix {

inline constexpr char fix42_orders[] = R"xml(
 <!-- orders -->
 <message name='NewOrderSingle' msgtype='D' msgcat='app'>
  <field name='ClOrdID' required='Y'/> <field name='Account' required='N'/> <field name='HandlInst' required='Y'/>
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
  <field name='Account' required='N'/> <field name='HandlInst' required='Y'/> <field name='ExecInst' required='N'/>
  <field name='ExDestination' required='N'/> <field name='Symbol' required='Y'/>
  <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
  <field name='Side' required='Y'/> <field name='TransactTime' required='Y'/> <field name='OrderQty' required='Y'/>
  <field name='OrdType' required='Y'/> <field name='Price' required='N'/> <field name='StopPx' required='N'/>
  <field name='Currency' required='N'/> <field name='TimeInForce' required='N'/>
  <field name='ExpireTime' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='OrderStatusRequest' msgtype='H' msgcat='app'>
  <field name='OrderID' required='N'/> <field name='ClOrdID' required='Y'/>
  <field name='Account' required='N'/> <field name='Symbol' required='Y'/>
  <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
  <field name='Side' required='Y'/>
 </message>
 <message name='ExecutionReport' msgtype='8' msgcat='app'>
  <field name='OrderID' required='Y'/> <field name='ClOrdID' required='N'/> <field name='OrigClOrdID' required='N'/>
  <field name='ExecTransType' required='Y'/>
  <field name='ExecID' required='Y'/> <field name='ExecRefID' required='N'/>
  <field name='ExecType' required='Y'/> <field name='OrdStatus' required='Y'/>
  <field name='OrdRejReason' required='N'/> <field name='ExecRestatementReason' required='N'/>
  <field name='Account' required='N'/> <field name='Symbol' required='Y'/>
  <field name='SecurityExchange' required='N'/> <field name='SecurityType' required='N'/>
  <field name='Side' required='Y'/> <field name='OrderQty' required='N'/> <field name='OrdType' required='N'/>
  <field name='Price' required='N'/> <field name='StopPx' required='N'/> <field name='Currency' required='N'/>
  <field name='TimeInForce' required='N'/> <field name='ExpireTime' required='N'/>
  <field name='ExecInst' required='N'/> <field name='LastQty' required='N'/> <field name='LastPx' required='N'/>
  <field name='LeavesQty' required='Y'/>
  <field name='CumQty' required='Y'/> <field name='AvgPx' required='Y'/> <field name='TradeDate' required='N'/>
  <field name='TransactTime' required='N'/> <field name='Commission' required='N'/>
  <field name='CommType' required='N'/> <field name='Text' required='N'/>
 </message>
 <message name='OrderCancelReject' msgtype='9' msgcat='app'>
  <field name='OrderID' required='Y'/> <field name='ClOrdID' required='Y'/> <field name='OrigClOrdID' required='Y'/>
  <field name='OrdStatus' required='Y'/> <field name='Account' required='N'/>
  <field name='TransactTime' required='N'/> <field name='CxlRejResponseTo' required='Y'/>
  <field name='CxlRejReason' required='N'/> <field name='Text' required='N'/>
 </message>
)xml";

} // namespace martlet::fix
