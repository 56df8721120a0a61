#pragma once

// The dictionary of 4.2, the part before the last: fields whose values are not those of 4.4, and ExecTransType, which 4.4 does
// not have.

namespace martlet::fix {

inline constexpr char fix42_codes[] = R"xml(
<fields>
 <field number='20' name='ExecTransType' type='CHAR'>
  <value enum='0' description='NEW'/> <value enum='1' description='CANCEL'/> <value enum='2' description='CORRECT'/>
  <value enum='3' description='STATUS'/>
 </field>
 <field number='102' name='CxlRejReason' type='INT'>
  <value enum='0' description='TOO_LATE_TO_CANCEL'/> <value enum='1' description='UNKNOWN_ORDER'/>
  <value enum='2' description='BROKER_OPTION'/> <value enum='3' description='ALREADY_PENDING'/>
 </field>
 <field number='103' name='OrdRejReason' type='INT'>
  <value enum='0' description='BROKER_OPTION'/> <value enum='1' description='UNKNOWN_SYMBOL'/>
  <value enum='2' description='EXCHANGE_CLOSED'/> <value enum='3' description='ORDER_EXCEEDS_LIMIT'/>
  <value enum='4' description='TOO_LATE_TO_ENTER'/> <value enum='5' description='UNKNOWN_ORDER'/>
  <value enum='6' description='DUPLICATE_ORDER'/> <value enum='7' description='DUPLICATE_VERBAL_ORDER'/>
  <value enum='8' description='STALE_ORDER'/>
 </field>
 <field number='150' name='ExecType' type='CHAR'>
  <value enum='0' description='NEW'/> <value enum='1' description='PARTIAL_FILL'/> <value enum='2' description='FILL'/>
  <value enum='3' description='DONE_FOR_DAY'/> <value enum='4' description='CANCELED'/>
  <value enum='5' description='REPLACED'/> <value enum='6' description='PENDING_CANCEL'/>
  <value enum='7' description='STOPPED'/> <value enum='8' description='REJECTED'/>
  <value enum='9' description='SUSPENDED'/> <value enum='A' description='PENDING_NEW'/>
  <value enum='B' description='CALCULATED'/> <value enum='C' description='EXPIRED'/>
  <value enum='D' description='RESTATED'/> <value enum='E' description='PENDING_REPLACE'/>
 </field>
 <field number='378' name='ExecRestatementReason' type='INT'>
  <value enum='0' description='GT_CORPORATE_ACTION'/> <value enum='1' description='GT_RENEWAL'/>
  <value enum='2' description='VERBAL_CHANGE'/> <value enum='3' description='REPRICING'/>
  <value enum='4' description='BROKER_OPTION'/> <value enum='5' description='PARTIAL_DECLINE'/>
 </field>
)xml";

} // namespace martlet::fix
