#!/usr/bin/env python3
"""Writes what TA-Lib says of a series of bars, for the test of the streaming kernels.

    pip install ta-lib numpy
    ./talib_reference.py                    writes talib.csv beside this script, from a made-up walk
    ./talib_reference.py BARS.csv[.gz] OUT  the same of real bars (columns named open, high, low, close)

The test reads talib.csv, or the file that MARTLET_TALIB_REFERENCE names.
"""
import csv
import gzip
import pathlib
import random
import sys

import numpy as np
import talib


def walk(count):
    """A walk with gaps and bars that stand still, in hundredths."""
    generator = random.Random(20240601)
    price, rows = 10000, []
    for _ in range(count):
        opening = price + (generator.randint(-300, 300) if generator.random() < 0.05 else 0)
        still = generator.random() < 0.1
        price = max(100, opening + (0 if still else generator.randint(-90, 92)))
        high = max(opening, price) + (0 if still else generator.randint(0, 40))
        low = min(opening, price) - (0 if still else generator.randint(0, 40))
        rows.append((high / 100, low / 100, price / 100))
    return rows


def real(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", newline="") as file:
        rows = csv.DictReader(file)
        names = {name.strip().lower(): name for name in rows.fieldnames}
        return [tuple(float(row[names[name]]) for name in ("high", "low", "close")) for row in rows]


def columns(rows):
    high, low, close = (np.array(column) for column in zip(*rows))
    macd, signal, _ = talib.MACD(close, 12, 26, 9)
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2)
    return {
        "high": high, "low": low, "close": close,
        "sma": talib.SMA(close, 20), "ema": talib.EMA(close, 20), "rsi": talib.RSI(close, 14),
        "macd": macd, "macd_signal": signal, "upper": upper, "middle": middle, "lower": lower,
        "atr": talib.ATR(high, low, close, 14), "adx": talib.ADX(high, low, close, 14),
        "plus_di": talib.PLUS_DI(high, low, close, 14), "minus_di": talib.MINUS_DI(high, low, close, 14),
        "maximum": talib.MAX(high, 20), "minimum": talib.MIN(low, 20),
    }


def main():
    here = pathlib.Path(__file__).parent
    table = columns(real(sys.argv[1]) if len(sys.argv) > 1 else walk(160))
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here / "talib.csv"
    digits = 17 if len(sys.argv) > 2 else 13
    with target.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        for row in zip(*table.values()):
            writer.writerow("" if np.isnan(x) else f"{x:.{digits}g}" for x in row)
    print(f"{target}: {len(table['close'])} bars, TA-Lib {talib.__ta_version__.decode()}")


main()
