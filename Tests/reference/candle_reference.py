#!/usr/bin/env python3
"""Writes which candlestick patterns TA-Lib finds in a series of bars, for the test of the streaming patterns.

    pip install ta-lib numpy
    ./candle_reference.py                      writes candles.csv beside this script, from made-up walks
    ./candle_reference.py OUT BARS.csv[.gz] …  the same of real bars (columns open, high, low, close), file after file

A row is a bar and what was found at it: NAME=VALUE, separated by blanks. The test reads candles.csv, or the
file that MARTLET_CANDLE_REFERENCE names.
"""
import csv
import gzip
import pathlib
import random
import sys

import numpy as np
import talib

MOST_BARS = 50_000  # of one file
NAMES = talib.get_function_groups()["Pattern Recognition"]


def walk(generator, count, reach):
    """A walk on a coarse grid, in hundredths, where bodies, shadows and averages often tie."""
    price, rows = 10000, []
    for _ in range(count):
        opening = price + generator.choice((0, 0, 0, 1, -1, 2, -2)) * generator.randint(0, reach)
        kind = generator.random()
        wide = 0 if kind < 0.15 else reach if kind < 0.8 else 3 * reach
        price = opening + generator.randint(-wide, wide)
        above, below = (generator.choice((0, 0, generator.randint(0, reach), generator.randint(0, 3 * reach))) for _ in "hl")
        rows.append((opening, max(opening, price) + above, min(opening, price) - below, price))
    return rows


def pieces():
    """Short stretches of a long walk, at least one around each pattern."""
    generator = random.Random(20240601)
    rows = walk(generator, 400000, 4)
    found = patterns(rows)
    chosen = []
    for name in NAMES:
        for value in (1, -1):
            places = np.flatnonzero(found[name] * value > 0)
            places = places[places > 40]
            if len(places):
                at = generator.choice(places.tolist())
                chosen += rows[at - 17:at + 5]
    return [tuple(x / 100 for x in row) for row in chosen]


def real(path):
    """Bars of a file; lines before the header and rows with holes are passed over."""
    opener = gzip.open if path.endswith(".gz") else open
    wanted = ("open", "high", "low", "close")
    places, rows = None, []
    with opener(path, "rt", newline="") as file:
        for row in csv.reader(file):
            if places is None:
                lower = [name.strip().lower() for name in row]
                if all(name in lower for name in wanted):
                    places = [lower.index(name) for name in wanted]
                continue
            try:
                values = tuple(float(row[place]) for place in places)
            except (ValueError, IndexError):
                continue
            if all(np.isfinite(values)):
                rows.append(values)
            if len(rows) == MOST_BARS:
                break
    return rows


def patterns(rows):
    columns = [np.array(column, dtype=float) for column in zip(*rows)]
    return {name: getattr(talib, name)(*columns) for name in NAMES}


def main():
    here = pathlib.Path(__file__).parent
    rows = [row for path in sys.argv[2:] for row in real(path)] if len(sys.argv) > 2 else pieces()
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "candles.csv"
    found = patterns(rows)
    with target.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("open", "high", "low", "close", "found"))
        for i, row in enumerate(rows):
            hits = " ".join(f"{name}={found[name][i]}" for name in NAMES if found[name][i])
            writer.writerow((*(f"{x:.17g}" if len(sys.argv) > 1 else f"{x:.2f}" for x in row), hits))
    seen = sum(bool(np.any(found[name])) for name in NAMES)
    print(f"{target}: {len(rows)} bars, {seen} of {len(NAMES)} patterns seen, TA-Lib {talib.__ta_version__.decode()}")


main()
