#pragma once

// The dictionary of 4.2, first part: header, trailer, session messages. What fix44_session.hpp says of required header
// fields goes for it too.

namespace martlet::fix {

inline constexpr char fix42_session[] = R"xml(
<fix type='FIX' major='4' minor='2'>
<header>
 <field name='BeginString' required='true'/> <field name='BodyLength' required='true'/>
 <field name='MsgType' required='true'/> <field name='SenderCompID' required='true'/>
 <field name='TargetCompID' required='true'/> <field name='MsgSeqNum' required='false'/>
 <field name='SendingTime' required='true'/> <field name='SenderSubID' required='false'/>
 <field name='TargetSubID' required='false'/> <field name='OnBehalfOfCompID' required='false'/>
 <field name='OnBehalfOfSubID' required='false'/> <field name='DeliverToCompID' required='false'/>
 <field name='DeliverToSubID' required='false'/> <field name='SenderLocationID' required='false'/>
 <field name='TargetLocationID' required='false'/> <field name='PossDupFlag' required='false'/>
 <field name='PossResend' required='false'/> <field name='OrigSendingTime' required='false'/>
 <field name='LastMsgSeqNumProcessed' required='false'/>
</header>
<trailer>
 <field name='SignatureLength' required='false'/> <field name='Signature' required='false'/>
 <field name='CheckSum' required='true'/>
</trailer>
<messages>
 <!-- session -->
 <message name='Heartbeat' msgtype='0' msgcat='admin'>
  <field name='TestReqID' required='N'/>
 </message>
 <message name='TestRequest' msgtype='1' msgcat='admin'>
  <field name='TestReqID' required='Y'/>
 </message>
 <message name='ResendRequest' msgtype='2' msgcat='admin'>
  <field name='BeginSeqNo' required='Y'/> <field name='EndSeqNo' required='Y'/>
 </message>
 <message name='Reject' msgtype='3' msgcat='admin'>
  <field name='RefSeqNum' required='Y'/> <field name='RefTagID' required='N'/>
  <field name='RefMsgType' required='N'/> <field name='SessionRejectReason' required='N'/>
  <field name='Text' required='N'/>
 </message>
 <message name='SequenceReset' msgtype='4' msgcat='admin'>
  <field name='GapFillFlag' required='N'/> <field name='NewSeqNo' required='Y'/>
 </message>
 <message name='Logout' msgtype='5' msgcat='admin'>
  <field name='Text' required='N'/>
 </message>
 <message name='Logon' msgtype='A' msgcat='admin'>
  <field name='EncryptMethod' required='Y'/> <field name='HeartBtInt' required='Y'/>
  <field name='RawDataLength' required='N'/> <field name='RawData' required='N'/>
  <field name='ResetSeqNumFlag' required='N'/> <field name='MaxMessageSize' required='N'/>
 </message>
 <message name='BusinessMessageReject' msgtype='j' msgcat='app'>
  <field name='RefSeqNum' required='N'/> <field name='RefMsgType' required='Y'/>
  <field name='BusinessRejectRefID' required='N'/> <field name='BusinessRejectReason' required='Y'/>
  <field name='Text' required='N'/>
 </message>
)xml";

} // namespace martlet::fix
