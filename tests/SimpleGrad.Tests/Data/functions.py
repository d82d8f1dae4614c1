"""Writes functions.txt: exact values of functions at some doubles, with mpmath (https://mpmath.org).

A line has the name, the arguments, and the value as a double and what is left of it as another; all in hexadecimal bits.
usage: python3 functions.py > functions.txt
"""
import random
import struct

import mpmath as mp

COUNT = 48
random.seed(1)


def bits(x):
    return struct.pack(">d", x).hex()


def uniform(low, high):
    return lambda: random.uniform(low, high)


def signed(least, greatest):
    """Of any magnitude between two powers of 10, of either sign."""
    return lambda: random.choice((-1, 1)) * positive(least, greatest)()


def positive(least, greatest):
    return lambda: 10 ** random.uniform(least, greatest)


def near(x, least, greatest=-1):
    return lambda: x + random.choice((-1, 1)) * 10 ** random.uniform(least, greatest)


def below(limit):
    return lambda: random.choice((-1, 1)) * (limit - 10 ** random.uniform(-15, -1))


SMALL = signed(-320, -3)
FUNCTIONS = {
    "exp": (mp.exp, [uniform(-1, 1), uniform(-708, 709), uniform(-745, -708), SMALL]),
    "exp2": (lambda x: mp.power(2, x), [uniform(-1, 1), uniform(-1022, 1024), uniform(-1074, -1022), SMALL]),
    "expm1": (mp.expm1, [uniform(-1, 1), uniform(-40, 709), SMALL]),
    "log": (mp.log, [uniform(0.5, 2), positive(-307, 308), positive(-323, -308), near(1, -15)]),
    "log2": (lambda x: mp.log(x, 2), [uniform(0.5, 2), positive(-307, 308), positive(-323, -308), near(1, -15)]),
    "log10": (mp.log10, [uniform(0.5, 2), positive(-307, 308), positive(-323, -308), near(1, -15)]),
    "log1p": (mp.log1p, [uniform(-0.99, 2), positive(-1, 308), SMALL, lambda: -1 + 10 ** random.uniform(-15, -1)]),
    "sin": (mp.sin, [uniform(-7, 7), uniform(-1e6, 1e6), signed(6, 308), SMALL, lambda: float(mp.pi) * random.randint(1, 99)]),
    "cos": (mp.cos, [uniform(-7, 7), uniform(-1e6, 1e6), signed(6, 308), SMALL, lambda: float(mp.pi) * (random.randint(1, 99) + 0.5)]),
    "tan": (mp.tan, [uniform(-7, 7), uniform(-1e6, 1e6), signed(6, 308), SMALL, lambda: float(mp.pi) / 2 * random.randint(1, 99)]),
    "tanh": (mp.tanh, [uniform(-1, 1), uniform(-20, 20), SMALL]),
    "sinh": (mp.sinh, [uniform(-1, 1), uniform(-710, 710), SMALL]),
    "cosh": (mp.cosh, [uniform(-1, 1), uniform(-710, 710), SMALL]),
    "asin": (mp.asin, [uniform(-1, 1), SMALL, below(1)]),
    "acos": (mp.acos, [uniform(-1, 1), SMALL, below(1)]),
    "atan": (mp.atan, [uniform(-3, 3), signed(0, 308), SMALL]),
    "asinh": (mp.asinh, [uniform(-3, 3), signed(0, 308), SMALL]),
    "acosh": (mp.acosh, [uniform(1, 4), positive(0, 308), lambda: 1 + 10 ** random.uniform(-15, -1)]),
    "atanh": (mp.atanh, [uniform(-1, 1), SMALL, below(1)]),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), [uniform(-5, 5), uniform(-708, 40), uniform(-744, -708), SMALL]),
    "erf": (mp.erf, [uniform(-2, 2), uniform(-6, 6), SMALL]),
    "erfc": (mp.erfc, [uniform(-2, 2), uniform(-6, 26), uniform(26, 27), SMALL]),
    "erfinv": (mp.erfinv, [uniform(-0.9, 0.9), below(1), SMALL]),
    "gelu": (lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2, [uniform(-3, 3), uniform(-37, 9), SMALL]),
    "lgamma": (lambda x: mp.loggamma(x).real, [uniform(0.01, 4), positive(-300, 300), near(1, -12), near(2, -12), uniform(-20, 0)]),
    "digamma": (mp.digamma, [uniform(0.01, 9), positive(-300, 300), near(1.4616, -4), uniform(-20, 0)]),
    "pow": (mp.power, [
        lambda: (lambda x: (x, random.uniform(-700, 700) / abs(float(mp.log(x)))))(10 ** random.uniform(-9, 9)),
        lambda: (1 + random.uniform(-0.01, 0.01), random.uniform(-30000, 30000)),
        lambda: (random.uniform(0, 9), random.uniform(-9, 9))]),
    "atan2": (mp.atan2, [
        lambda: (random.uniform(-3, 3), random.uniform(-3, 3)), lambda: (signed(-300, 300)(), signed(-300, 300)())]),
    "hypot": (mp.hypot, [
        lambda: (random.uniform(-3, 3), random.uniform(-3, 3)), lambda: (signed(-300, 300)(), signed(-300, 300)())]),
}

mp.mp.prec = 2400
for name, (function, samples) in FUNCTIONS.items():
    for i in range(COUNT):
        x = samples[i % len(samples)]()
        arguments = x if isinstance(x, tuple) else (x,)
        if name in ("erfc", "gelu", "lgamma", "digamma", "erfinv", "erf"):
            mp.mp.prec = 200 if abs(x) > 1e-15 else 400
        exact = function(*(mp.mpf(a) for a in arguments))
        if name in ("erfc", "gelu", "lgamma", "digamma", "erfinv", "erf"):
            mp.mp.prec = 400
        value = float(exact)
        print(name, *map(bits, arguments), bits(value), bits(float(exact - mp.mpf(value))))
        mp.mp.prec = 2400
