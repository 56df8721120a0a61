#!/usr/bin/env python3
"""Writes what TA-Lib says of series of bars, for the test of the registered features.

    pip install ta-lib numpy
    ./talib_features.py                       writes talib_features.csv beside this script, from made-up bars
    ./talib_features.py OUT BARS.csv[.gz] …   the same of real bars (columns open, high, low, close, volume)

The header of a column is the feature as the registry names it, with its parameters and its output:
`macd(12;26;9).signal`. The test reads talib_features.csv, or the file that MARTLET_TALIB_FEATURES names. It streams
every bar; of made-up ones only some rows say what TA-Lib gives (see `told`), the others end with the volume.
"""
import csv
import gzip
import pathlib
import random
import sys

import numpy as np
import talib

MOST_BARS = 20_000  # of one real series
MOST_SERIES = 12  # of one file with several symbols


def made_up(count, unit, seed):
    """A walk with gaps, bars that stand still, a flat stretch and bars without volume."""
    generator = random.Random(seed)
    price, rows = 10000, []
    for i in range(count):
        flat = 90 <= i < 115
        opening = price + (generator.randint(-300, 300) if generator.random() < 0.05 and not flat else 0)
        still = flat or generator.random() < 0.1
        price = max(100, opening + (0 if still else generator.randint(-90, 92)))
        high = max(opening, price) + (0 if still else generator.randint(0, 40))
        low = min(opening, price) - (0 if still else generator.randint(0, 40))
        volume = 0 if generator.random() < 0.1 else generator.randint(1, 5000)
        # Rounded as they are written: whether two moves are equal must not depend on the file.
        rows.append(tuple(float(f"{x * unit:.12g}") for x in (opening, high, low, price)) + (volume,))
    return rows


def real(path):
    """Name and rows of each series in a file; a line before the header and rows with holes are passed over."""
    opener = gzip.open if path.endswith(".gz") else open
    wanted = ("open", "high", "low", "close")
    series = {}
    with opener(path, "rt", newline="") as file:
        names = None
        for row in csv.reader(file):
            if names is None:
                lower = [name.strip().lower() for name in row]
                if all(name in lower for name in wanted):
                    names = lower
                continue
            fields = dict(zip(names, row))
            try:
                values = [float(fields[name]) for name in wanted] + [float(fields.get("volume", 0) or 0)]
            except ValueError:
                continue
            rows = series.setdefault(fields.get("name", ""), [])
            if len(rows) < MOST_BARS and all(np.isfinite(values)):
                rows.append(tuple(values))
    stem = pathlib.Path(path).name.split(".")[0]
    return [(f"{stem} {name}".strip(), rows) for name, rows in list(series.items())[:MOST_SERIES] if len(rows) > 150]


def columns(o, h, l, c, v):
    """Every function that both libraries have, with its default and other periods."""
    table = {}

    def put(name, outputs, values):
        values = values if isinstance(values, (tuple, list)) else (values,)
        for output, column in zip(outputs, values):
            table[f"{name}.{output}"] = column

    for n in (30, 7):
        put(f"sma({n})", ["value"], talib.SMA(c, n))
        put(f"ema({n})", ["value"], talib.EMA(c, n))
        put(f"wma({n})", ["value"], talib.WMA(c, n))
        put(f"kama({n})", ["value"], talib.KAMA(c, n))
    for n in (30, 5):
        put(f"dema({n})", ["value"], talib.DEMA(c, n))
        put(f"tema({n})", ["value"], talib.TEMA(c, n))
        put(f"trix({n})", ["value"], talib.TRIX(c, n))
    put("t3(5;0.7)", ["value"], talib.T3(c, 5, 0.7))
    put("macd(12;26;9)", ["macd", "signal", "histogram"], talib.MACD(c, 12, 26, 9))
    put("macd(3;10;16)", ["macd", "signal", "histogram"], talib.MACD(c, 3, 10, 16))
    for n in (14, 5):
        put(f"directional({n})", ["plus_di", "minus_di", "dx"], (talib.PLUS_DI(h, l, c, n), talib.MINUS_DI(h, l, c, n), talib.DX(h, l, c, n)))
        put(f"adx({n})", ["value"], talib.ADX(h, l, c, n))
        put(f"adxr({n})", ["value"], talib.ADXR(h, l, c, n))
        down, up = talib.AROON(h, l, n)
        put(f"aroon({n})", ["up", "down", "oscillator"], (up, down, talib.AROONOSC(h, l, n)))
        put(f"linear_regression({n})", ["slope", "intercept", "end", "forecast"],
            (talib.LINEARREG_SLOPE(c, n), talib.LINEARREG_INTERCEPT(c, n), talib.LINEARREG(c, n), talib.TSF(c, n)))
        put(f"rsi({n})", ["value"], talib.RSI(c, n))
        put(f"cmo({n})", ["value"], talib.CMO(c, n))
        put(f"cci({n})", ["value"], talib.CCI(h, l, c, n))
        put(f"williams_r({n})", ["value"], talib.WILLR(h, l, c, n))
        put(f"atr({n})", ["value"], talib.ATR(h, l, c, n))
        put(f"natr({n})", ["value"], talib.NATR(h, l, c, n))
        put(f"mfi({n})", ["value"], talib.MFI(h, l, c, v, n))
    for step, limit in ((0.02, 0.2), (0.05, 0.3)):
        put(f"sar({step};{limit})", ["value"], talib.SAR(h, l, step, limit))
    put("donchian(20)", ["upper", "middle", "lower"], (talib.MAX(h, 20), talib.MIDPRICE(h, l, 20), talib.MIN(l, 20)))
    for n in (10, 3):
        put(f"momentum({n})", ["value"], talib.MOM(c, n))
        put(f"roc({n})", ["value"], talib.ROC(c, n))
    put("stochastic(5;3;3)", ["k", "d"], talib.STOCH(h, l, c, 5, 3, 0, 3, 0))
    put("stochastic(14;1;5)", ["k", "d"], talib.STOCH(h, l, c, 14, 1, 0, 5, 0))
    put("fast_stochastic(5;3)", ["k", "d"], talib.STOCHF(h, l, c, 5, 3, 0))
    put("stochastic_rsi(14;5;3)", ["k", "d"], talib.STOCHRSI(c, 14, 5, 3, 0))
    put("ultimate_oscillator(7;14;28)", ["value"], talib.ULTOSC(h, l, c, 7, 14, 28))
    put("ppo(12;26;0)", ["ppo", "apo"], (talib.PPO(c, 12, 26, 0), talib.APO(c, 12, 26, 0)))
    put("ppo(12;26;1)", ["ppo", "apo"], (talib.PPO(c, 12, 26, 1), talib.APO(c, 12, 26, 1)))
    put("balance_of_power()", ["value"], talib.BOP(o, h, l, c))
    put("bollinger(20;2)", ["upper", "middle", "lower"], talib.BBANDS(c, 20, 2, 2))
    put("standard_deviation(10)", ["value"], talib.STDDEV(c, 10, 1))
    put("true_range()", ["value"], talib.TRANGE(h, l, c))
    put("obv()", ["value"], talib.OBV(c, v))
    put("accumulation()", ["value"], talib.AD(h, l, c, v))
    put("chaikin_oscillator(3;10)", ["value"], talib.ADOSC(h, l, c, v, 3, 10))
    return table


def told(rows, table, first):
    """The made-up bars whose values are written: of the first series those at which a function begins to speak and the ones
    before, of each every fourth: what differs stays for longer, or comes again."""
    out = {i for i in range(len(rows)) if i % 4 == 0}
    if first:
        for values in table.values():
            begin = int(np.flatnonzero(~np.isnan(values))[0])
            out |= {begin - 1, begin}
    return {i for i in out if i >= 0}


def main():
    here = pathlib.Path(__file__).parent
    if len(sys.argv) > 2:
        target, digits = pathlib.Path(sys.argv[1]), 17
        series = [one for path in sys.argv[2:] for one in real(path)]
    else:
        target, digits = here / "talib_features.csv", 12
        series = [("cents", made_up(170, 0.01, 20240601)), ("small", made_up(140, 1e-8, 7)), ("large", made_up(140, 10.0, 11))]
    with target.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, (name, rows) in enumerate(series):
            inputs = [np.array(column, dtype=float) for column in zip(*rows)]
            table = columns(*inputs)
            if number == 0:
                writer.writerow(["series", "open", "high", "low", "close", "volume", *table])
            form = f".{digits}g"
            chosen = range(len(rows)) if len(sys.argv) > 2 else told(rows, table, number == 0)
            for bar, row in enumerate(zip(*inputs, *table.values())):
                fields = row if bar in chosen else row[: len(inputs)]
                writer.writerow([name] + ["" if np.isnan(x) else format(x, form) for x in fields])
    print(f"{target}: {len(series)} series, {sum(len(rows) for _, rows in series)} bars, TA-Lib {talib.__ta_version__.decode()}")


main()
