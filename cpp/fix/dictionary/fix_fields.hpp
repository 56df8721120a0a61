#pragma once

// The dictionaries, last part: the fields, their types and, where the protocol closes the set, their values. What the versions
// number differently is in the part before, fix44_codes.hpp or fix42_codes.hpp; the rest serves both.

namespace martlet::fix {

inline constexpr char fix_fields[] = R"xml(
 <field number='1' name='Account' type='STRING'/>
 <field number='6' name='AvgPx' type='PRICE'/>
 <field number='7' name='BeginSeqNo' type='SEQNUM'/>
 <field number='8' name='BeginString' type='STRING'/>
 <field number='9' name='BodyLength' type='LENGTH'/>
 <field number='10' name='CheckSum' type='STRING'/>
 <field number='11' name='ClOrdID' type='STRING'/>
 <field number='12' name='Commission' type='AMT'/>
 <field number='13' name='CommType' type='CHAR'>
  <value enum='1' description='PER_UNIT'/> <value enum='2' description='PERCENTAGE'/>
  <value enum='3' description='ABSOLUTE'/> <value enum='4' description='PERCENTAGE_WAIVED_CASH'/>
  <value enum='5' description='PERCENTAGE_WAIVED_UNITS'/> <value enum='6' description='POINTS'/>
 </field>
 <field number='14' name='CumQty' type='QTY'/>
 <field number='15' name='Currency' type='CURRENCY'/>
 <field number='16' name='EndSeqNo' type='SEQNUM'/>
 <field number='17' name='ExecID' type='STRING'/>
 <field number='18' name='ExecInst' type='MULTIPLEVALUESTRING'/>
 <field number='19' name='ExecRefID' type='STRING'/>
 <field number='21' name='HandlInst' type='CHAR'>
  <value enum='1' description='AUTOMATED_NO_INTERVENTION'/>
  <value enum='2' description='AUTOMATED_INTERVENTION_OK'/> <value enum='3' description='MANUAL'/>
 </field>
 <field number='31' name='LastPx' type='PRICE'/>
 <field number='32' name='LastQty' type='QTY'/>
 <field number='34' name='MsgSeqNum' type='SEQNUM'/>
 <field number='35' name='MsgType' type='STRING'/>
 <field number='36' name='NewSeqNo' type='SEQNUM'/>
 <field number='37' name='OrderID' type='STRING'/>
 <field number='38' name='OrderQty' type='QTY'/>
 <field number='39' name='OrdStatus' type='CHAR'>
  <value enum='0' description='NEW'/> <value enum='1' description='PARTIALLY_FILLED'/>
  <value enum='2' description='FILLED'/> <value enum='3' description='DONE_FOR_DAY'/>
  <value enum='4' description='CANCELED'/> <value enum='5' description='REPLACED'/>
  <value enum='6' description='PENDING_CANCEL'/> <value enum='7' description='STOPPED'/>
  <value enum='8' description='REJECTED'/> <value enum='9' description='SUSPENDED'/>
  <value enum='A' description='PENDING_NEW'/> <value enum='B' description='CALCULATED'/>
  <value enum='C' description='EXPIRED'/> <value enum='D' description='ACCEPTED_FOR_BIDDING'/>
  <value enum='E' description='PENDING_REPLACE'/>
 </field>
 <field number='40' name='OrdType' type='CHAR'>
  <value enum='1' description='MARKET'/> <value enum='2' description='LIMIT'/> <value enum='3' description='STOP'/>
  <value enum='4' description='STOP_LIMIT'/>
 </field>
 <field number='41' name='OrigClOrdID' type='STRING'/>
 <field number='43' name='PossDupFlag' type='BOOLEAN'/>
 <field number='44' name='Price' type='PRICE'/>
 <field number='45' name='RefSeqNum' type='SEQNUM'/>
 <field number='49' name='SenderCompID' type='STRING'/>
 <field number='50' name='SenderSubID' type='STRING'/>
 <field number='52' name='SendingTime' type='UTCTIMESTAMP'/>
 <field number='54' name='Side' type='CHAR'>
  <value enum='1' description='BUY'/> <value enum='2' description='SELL'/>
  <value enum='5' description='SELL_SHORT'/> <value enum='6' description='SELL_SHORT_EXEMPT'/>
 </field>
 <field number='55' name='Symbol' type='STRING'/>
 <field number='56' name='TargetCompID' type='STRING'/>
 <field number='57' name='TargetSubID' type='STRING'/>
 <field number='58' name='Text' type='STRING'/>
 <field number='59' name='TimeInForce' type='CHAR'>
  <value enum='0' description='DAY'/> <value enum='1' description='GOOD_TILL_CANCEL'/>
  <value enum='2' description='AT_THE_OPENING'/> <value enum='3' description='IMMEDIATE_OR_CANCEL'/>
  <value enum='4' description='FILL_OR_KILL'/> <value enum='5' description='GOOD_TILL_CROSSING'/>
  <value enum='6' description='GOOD_TILL_DATE'/> <value enum='7' description='AT_THE_CLOSE'/>
 </field>
 <field number='60' name='TransactTime' type='UTCTIMESTAMP'/>
 <field number='75' name='TradeDate' type='LOCALMKTDATE'/>
 <field number='83' name='RptSeq' type='INT'/>
 <field number='89' name='Signature' type='DATA'/>
 <field number='93' name='SignatureLength' type='LENGTH'/>
 <field number='95' name='RawDataLength' type='LENGTH'/>
 <field number='96' name='RawData' type='DATA'/>
 <field number='97' name='PossResend' type='BOOLEAN'/>
 <field number='98' name='EncryptMethod' type='INT'>
  <value enum='0' description='NONE'/> <value enum='1' description='PKCS'/> <value enum='2' description='DES'/>
  <value enum='3' description='PKCS_DES'/> <value enum='4' description='PGP_DES'/>
  <value enum='5' description='PGP_DES_MD5'/> <value enum='6' description='PEM_DES_MD5'/>
 </field>
 <field number='99' name='StopPx' type='PRICE'/>
 <field number='100' name='ExDestination' type='EXCHANGE'/>
 <field number='107' name='SecurityDesc' type='STRING'/>
 <field number='108' name='HeartBtInt' type='INT'/>
 <field number='112' name='TestReqID' type='STRING'/>
 <field number='115' name='OnBehalfOfCompID' type='STRING'/>
 <field number='116' name='OnBehalfOfSubID' type='STRING'/>
 <field number='122' name='OrigSendingTime' type='UTCTIMESTAMP'/>
 <field number='123' name='GapFillFlag' type='BOOLEAN'/>
 <field number='126' name='ExpireTime' type='UTCTIMESTAMP'/>
 <field number='128' name='DeliverToCompID' type='STRING'/>
 <field number='129' name='DeliverToSubID' type='STRING'/>
 <field number='141' name='ResetSeqNumFlag' type='BOOLEAN'/>
 <field number='142' name='SenderLocationID' type='STRING'/>
 <field number='143' name='TargetLocationID' type='STRING'/>
 <field number='146' name='NoRelatedSym' type='NUMINGROUP'/>
 <field number='151' name='LeavesQty' type='QTY'/>
 <field number='167' name='SecurityType' type='STRING'/>
 <field number='207' name='SecurityExchange' type='EXCHANGE'/>
 <field number='231' name='ContractMultiplier' type='FLOAT'/>
 <field number='262' name='MDReqID' type='STRING'/>
 <field number='263' name='SubscriptionRequestType' type='CHAR'>
  <value enum='0' description='SNAPSHOT'/> <value enum='1' description='SNAPSHOT_PLUS_UPDATES'/>
  <value enum='2' description='UNSUBSCRIBE'/>
 </field>
 <field number='264' name='MarketDepth' type='INT'/>
 <field number='265' name='MDUpdateType' type='INT'>
  <value enum='0' description='FULL_REFRESH'/> <value enum='1' description='INCREMENTAL_REFRESH'/>
 </field>
 <field number='266' name='AggregatedBook' type='BOOLEAN'/>
 <field number='267' name='NoMDEntryTypes' type='NUMINGROUP'/>
 <field number='268' name='NoMDEntries' type='NUMINGROUP'/>
 <field number='269' name='MDEntryType' type='CHAR'>
  <value enum='0' description='BID'/> <value enum='1' description='OFFER'/> <value enum='2' description='TRADE'/>
  <value enum='3' description='INDEX_VALUE'/> <value enum='4' description='OPENING_PRICE'/>
  <value enum='5' description='CLOSING_PRICE'/> <value enum='6' description='SETTLEMENT_PRICE'/>
  <value enum='7' description='HIGH'/> <value enum='8' description='LOW'/> <value enum='9' description='VWAP'/>
  <value enum='A' description='IMBALANCE'/> <value enum='B' description='TRADE_VOLUME'/>
  <value enum='C' description='OPEN_INTEREST'/>
 </field>
 <field number='270' name='MDEntryPx' type='PRICE'/>
 <field number='271' name='MDEntrySize' type='QTY'/>
 <field number='272' name='MDEntryDate' type='UTCDATEONLY'/>
 <field number='273' name='MDEntryTime' type='UTCTIMEONLY'/>
 <field number='276' name='QuoteCondition' type='MULTIPLEVALUESTRING'/>
 <field number='277' name='TradeCondition' type='MULTIPLEVALUESTRING'/>
 <field number='278' name='MDEntryID' type='STRING'/>
 <field number='279' name='MDUpdateAction' type='CHAR'>
  <value enum='0' description='NEW'/> <value enum='1' description='CHANGE'/> <value enum='2' description='DELETE'/>
 </field>
 <field number='280' name='MDEntryRefID' type='STRING'/>
 <field number='281' name='MDReqRejReason' type='CHAR'>
  <value enum='0' description='UNKNOWN_SYMBOL'/> <value enum='1' description='DUPLICATE_MDREQID'/>
  <value enum='2' description='INSUFFICIENT_BANDWIDTH'/> <value enum='3' description='INSUFFICIENT_PERMISSIONS'/>
  <value enum='4' description='UNSUPPORTED_SUBSCRIPTION'/> <value enum='5' description='UNSUPPORTED_DEPTH'/>
  <value enum='6' description='UNSUPPORTED_UPDATE_TYPE'/> <value enum='7' description='UNSUPPORTED_AGGREGATION'/>
  <value enum='8' description='UNSUPPORTED_ENTRY_TYPE'/> <value enum='9' description='UNSUPPORTED_TRADING_SESSION'/>
  <value enum='A' description='UNSUPPORTED_SCOPE'/> <value enum='B' description='UNSUPPORTED_POSITION_EFFECT'/>
  <value enum='C' description='UNSUPPORTED_IMPLICIT_DELETE'/>
 </field>
 <field number='285' name='DeleteReason' type='CHAR'>
  <value enum='0' description='CANCELATION'/> <value enum='1' description='ERROR'/>
 </field>
 <field number='290' name='MDEntryPositionNo' type='INT'/>
 <field number='320' name='SecurityReqID' type='STRING'/>
 <field number='322' name='SecurityResponseID' type='STRING'/>
 <field number='324' name='SecurityStatusReqID' type='STRING'/>
 <field number='325' name='UnsolicitedIndicator' type='BOOLEAN'/>
 <field number='326' name='SecurityTradingStatus' type='INT'/>
 <field number='335' name='TradSesReqID' type='STRING'/>
 <field number='336' name='TradingSessionID' type='STRING'/>
 <field number='338' name='TradSesMethod' type='INT'/>
 <field number='339' name='TradSesMode' type='INT'/>
 <field number='340' name='TradSesStatus' type='INT'/>
 <field number='346' name='NumberOfOrders' type='INT'/>
 <field number='369' name='LastMsgSeqNumProcessed' type='SEQNUM'/>
 <field number='371' name='RefTagID' type='INT'/>
 <field number='372' name='RefMsgType' type='STRING'/>
 <field number='373' name='SessionRejectReason' type='INT'/>
 <field number='379' name='BusinessRejectRefID' type='STRING'/>
 <field number='380' name='BusinessRejectReason' type='INT'>
  <value enum='0' description='OTHER'/> <value enum='1' description='UNKNOWN_ID'/>
  <value enum='2' description='UNKNOWN_SECURITY'/> <value enum='3' description='UNSUPPORTED_MESSAGE_TYPE'/>
  <value enum='4' description='APPLICATION_NOT_AVAILABLE'/>
  <value enum='5' description='CONDITIONALLY_REQUIRED_FIELD_MISSING'/>
  <value enum='6' description='NOT_AUTHORIZED'/> <value enum='7' description='DELIVERTO_FIRM_NOT_AVAILABLE'/>
 </field>
 <field number='383' name='MaxMessageSize' type='LENGTH'/>
 <field number='393' name='TotNoRelatedSym' type='INT'/>
 <field number='434' name='CxlRejResponseTo' type='CHAR'>
  <value enum='1' description='ORDER_CANCEL_REQUEST'/> <value enum='2' description='ORDER_CANCEL_REPLACE_REQUEST'/>
 </field>
 <field number='464' name='TestMessageIndicator' type='BOOLEAN'/>
 <field number='479' name='CommCurrency' type='CURRENCY'/>
 <field number='487' name='TradeReportTransType' type='INT'/>
 <field number='527' name='SecondaryExecID' type='STRING'/>
 <field number='530' name='MassCancelRequestType' type='CHAR'/>
 <field number='531' name='MassCancelResponse' type='CHAR'/>
 <field number='532' name='MassCancelRejectReason' type='STRING'/>
 <field number='533' name='TotalAffectedOrders' type='INT'/>
 <field number='552' name='NoSides' type='NUMINGROUP'/>
 <field number='553' name='Username' type='STRING'/>
 <field number='554' name='Password' type='STRING'/>
 <field number='559' name='SecurityListRequestType' type='INT'>
  <value enum='0' description='SYMBOL'/> <value enum='1' description='SECURITY_TYPE'/>
  <value enum='2' description='PRODUCT'/> <value enum='3' description='TRADING_SESSION'/>
  <value enum='4' description='ALL_SECURITIES'/>
 </field>
 <field number='560' name='SecurityRequestResult' type='INT'>
  <value enum='0' description='VALID'/> <value enum='1' description='INVALID_REQUEST'/>
  <value enum='2' description='NO_MATCH'/> <value enum='3' description='NOT_AUTHORIZED'/>
  <value enum='4' description='TEMPORARILY_UNAVAILABLE'/> <value enum='5' description='NOT_SUPPORTED'/>
 </field>
 <field number='561' name='RoundLot' type='QTY'/>
 <field number='562' name='MinTradeVol' type='QTY'/>
 <field number='568' name='TradeRequestID' type='STRING'/>
 <field number='569' name='TradeRequestType' type='INT'>
  <value enum='0' description='ALL'/> <value enum='1' description='MATCHED'/>
  <value enum='2' description='UNMATCHED_OF_ORDER'/> <value enum='3' description='UNREPORTED'/>
  <value enum='4' description='ADVISORIES'/>
 </field>
 <field number='570' name='PreviouslyReported' type='BOOLEAN'/>
 <field number='571' name='TradeReportID' type='STRING'/>
 <field number='580' name='NoDates' type='NUMINGROUP'/>
 <field number='581' name='AccountType' type='INT'/>
 <field number='584' name='MassStatusReqID' type='STRING'/>
 <field number='585' name='MassStatusReqType' type='INT'>
  <value enum='1' description='SECURITY'/> <value enum='2' description='UNDERLYING'/>
  <value enum='3' description='PRODUCT'/> <value enum='4' description='CFICODE'/>
  <value enum='5' description='SECURITY_TYPE'/> <value enum='6' description='TRADING_SESSION'/>
  <value enum='7' description='ALL_ORDERS'/> <value enum='8' description='PARTY'/>
 </field>
 <field number='636' name='WorkingIndicator' type='BOOLEAN'/>
 <field number='702' name='NoPositions' type='NUMINGROUP'/>
 <field number='703' name='PosType' type='STRING'/>
 <field number='704' name='LongQty' type='QTY'/>
 <field number='705' name='ShortQty' type='QTY'/>
 <field number='706' name='PosQtyStatus' type='INT'/>
 <field number='707' name='PosAmtType' type='STRING'/>
 <field number='708' name='PosAmt' type='AMT'/>
 <field number='710' name='PosReqID' type='STRING'/>
 <field number='715' name='ClearingBusinessDate' type='LOCALMKTDATE'/>
 <field number='721' name='PosMaintRptID' type='STRING'/>
 <field number='724' name='PosReqType' type='INT'/>
 <field number='727' name='TotalNumPosReports' type='INT'/>
 <field number='728' name='PosReqResult' type='INT'/>
 <field number='729' name='PosReqStatus' type='INT'/>
 <field number='730' name='SettlPrice' type='PRICE'/>
 <field number='731' name='SettlPriceType' type='INT'/>
 <field number='734' name='PriorSettlPrice' type='PRICE'/>
 <field number='748' name='TotNumTradeReports' type='INT'/>
 <field number='749' name='TradeRequestResult' type='INT'/>
 <field number='750' name='TradeRequestStatus' type='INT'>
  <value enum='0' description='ACCEPTED'/> <value enum='1' description='COMPLETED'/>
  <value enum='2' description='REJECTED'/>
 </field>
 <field number='753' name='NoPosAmt' type='NUMINGROUP'/>
 <field number='789' name='NextExpectedMsgSeqNum' type='SEQNUM'/>
 <field number='797' name='CopyMsgIndicator' type='BOOLEAN'/>
 <field number='790' name='OrdStatusReqID' type='STRING'/>
 <field number='851' name='LastLiquidityInd' type='INT'>
  <value enum='1' description='ADDED'/> <value enum='2' description='REMOVED'/>
  <value enum='3' description='ROUTED_OUT'/>
 </field>
 <field number='893' name='LastFragment' type='BOOLEAN'/>
 <field number='911' name='TotNumReports' type='INT'/>
 <field number='912' name='LastRptRequested' type='BOOLEAN'/>
 <field number='969' name='MinPriceIncrement' type='FLOAT'/>
 <field number='1140' name='MaxTradeVol' type='QTY'/>
 <field number='2446' name='AggressorSide' type='INT'>
  <value enum='1' description='BUY'/> <value enum='2' description='SELL'/>
 </field>
</fields>
</fix>
)xml";

} // namespace martlet::fix
