#pragma once
#include <cstdint>

namespace martlet::test {

/// Puts the process's wall clock forward: what is due later is due now. It never goes back; monotonic clocks stay.
void advance_clock(std::int64_t seconds);

} // namespace martlet::test
