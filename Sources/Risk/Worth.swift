/// Money units of `lots × price × numerator ⁄ denominator`, rounded up, `Int64.max` where it does not fit.
///
/// Rounded up so that a limit is never passed by a fraction; saturated so that absurd input denies
/// instead of trapping. 64-bit arithmetic where that is enough (about 2 ns), 128-bit elsewhere.
@inline(__always)
func worth(lots: UInt64, price: UInt64, numerator: Int64, denominator: Int64) -> Int64 {
    let (product, wide) = lots.multipliedReportingOverflow(by: price)
    let (scaled, wider) = product.multipliedReportingOverflow(by: UInt64(bitPattern: numerator))
    if wide || wider {
        return worthWide(lots: lots, price: price, numerator: numerator, denominator: denominator)
    }
    if denominator == 1 { return Int64(clamping: scaled) }
    let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: UInt64(bitPattern: denominator))
    return Int64(clamping: remainder == 0 ? quotient : quotient &+ 1)
}

@inline(never)
private func worthWide(lots: UInt64, price: UInt64, numerator: Int64, denominator: Int64) -> Int64 {
    let product = UInt128(lots) * UInt128(price)
    let (scaled, overflow) = product.multipliedReportingOverflow(by: UInt128(UInt64(bitPattern: numerator)))
    if overflow { return Int64.max }
    let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: UInt128(UInt64(bitPattern: denominator)))
    return Int64(clamping: remainder == 0 ? quotient : quotient + 1)
}

/// Whether `value` exceeds `parts` millionths of `base`. Exact.
@inline(__always)
func exceeds(_ value: Int128, _ parts: Int64, of base: Int64) -> Bool {
    value * 1_000_000 > Int128(parts) * Int128(base)
}
