#pragma once

// The dictionary of 4.4, the part before the last: fields whose values are not those of 4.2.

namespace martlet::fix {

inline constexpr char fix44_codes[] = R"xml(
<fields>
 <field number='102' name='CxlRejReason' type='INT'>
  <value enum='0' description='TOO_LATE_TO_CANCEL'/> <value enum='1' description='UNKNOWN_ORDER'/>
  <value enum='2' description='BROKER_OPTION'/> <value enum='3' description='ALREADY_PENDING'/>
  <value enum='4' description='UNABLE_TO_PROCESS_MASS_CANCEL'/>
  <value enum='5' description='ORIGORDMODTIME_MISMATCH'/> <value enum='6' description='DUPLICATE_CLORDID'/>
  <value enum='99' description='OTHER'/>
 </field>
 <field number='103' name='OrdRejReason' type='INT'>
  <value enum='0' description='BROKER_OPTION'/> <value enum='1' description='UNKNOWN_SYMBOL'/>
  <value enum='2' description='EXCHANGE_CLOSED'/> <value enum='3' description='ORDER_EXCEEDS_LIMIT'/>
  <value enum='4' description='TOO_LATE_TO_ENTER'/> <value enum='5' description='UNKNOWN_ORDER'/>
  <value enum='6' description='DUPLICATE_ORDER'/> <value enum='7' description='DUPLICATE_VERBAL_ORDER'/>
  <value enum='8' description='STALE_ORDER'/> <value enum='9' description='TRADE_ALONG_REQUIRED'/>
  <value enum='10' description='INVALID_INVESTOR_ID'/>
  <value enum='11' description='UNSUPPORTED_ORDER_CHARACTERISTIC'/>
  <value enum='12' description='SURVEILLANCE_OPTION'/> <value enum='13' description='INCORRECT_QUANTITY'/>
  <value enum='14' description='INCORRECT_ALLOCATED_QUANTITY'/> <value enum='15' description='UNKNOWN_ACCOUNT'/>
  <value enum='99' description='OTHER'/>
 </field>
 <field number='150' name='ExecType' type='CHAR'>
  <value enum='0' description='NEW'/> <value enum='3' description='DONE_FOR_DAY'/>
  <value enum='4' description='CANCELED'/> <value enum='5' description='REPLACED'/>
  <value enum='6' description='PENDING_CANCEL'/> <value enum='7' description='STOPPED'/>
  <value enum='8' description='REJECTED'/> <value enum='9' description='SUSPENDED'/>
  <value enum='A' description='PENDING_NEW'/> <value enum='B' description='CALCULATED'/>
  <value enum='C' description='EXPIRED'/> <value enum='D' description='RESTATED'/>
  <value enum='E' description='PENDING_REPLACE'/> <value enum='F' description='TRADE'/>
  <value enum='G' description='TRADE_CORRECT'/> <value enum='H' description='TRADE_CANCEL'/>
  <value enum='I' description='ORDER_STATUS'/>
 </field>
 <field number='378' name='ExecRestatementReason' type='INT'/>
)xml";

} // namespace martlet::fix
