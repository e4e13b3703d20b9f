"""Lines of a derivation: formulas with their numbers, rounded as on the screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import chain

import numpy as np

from emviz.em.counts.table import Line, Update
from emviz.em.numerics import Array
from emviz.em.rounding import all_whole, decimal, exact, figures, scientific

#: Digits that the inputs of a formula have beyond the displayed ones, so that a hand calculation agrees.
GUARD = 3
#: Significant digits, beyond the decimals of a share, of the probabilities in its ratio.
SAFE = 2
#: Below this a number is given as a power of ten, since it may be multiplied by an equally large one.
TINY = 1e-12
#: The most digits added until a hand calculation agrees.
MOST_GUARD = 9
#: A longer sum is shown by its first terms and "…".
MOST_TERMS = 8
#: Beyond this |log|, only the power of ten is given: rounding leaves no reliable mantissa.

FARTHEST = 1e9


def given(value: float, places: int, whole: bool = False) -> str:
    """Return an input of a formula: as displayed if that is exact, otherwise with guard digits.

    Leading zeros do not count as digits, because a product is only as precise as its smallest factor.
    """
    if 0 < abs(value) < TINY:
        return rounded(value, places + GUARD)
    if exact(value, places):
        return tallied(value, places, whole)
    return decimal(value, places + GUARD + max(0, -math.floor(math.log10(abs(value))) - 1))


def rounded(value: float, digits: int) -> str:
    """Return a number with `digits` significant digits as LaTeX; a negative one in brackets."""
    return bracketed(outcome(value, digits))


def outcome(value: float, digits: int) -> str:
    """Return a number with `digits` significant digits as LaTeX, without brackets, to follow = or ≈."""
    mantissa, _, power = figures(value, digits).partition("e")
    return rf"{mantissa} \times 10^{{{int(power)}}}" if power else mantissa


def equals(value: float, places: int) -> str:
    """Return "=" if `places` decimals are exact, otherwise "≈" as LaTeX."""
    return "=" if exact(value, places) else r"\approx"


def rounds_to(value: float, places: int) -> Callable[[Decimal], bool]:
    """Return a check whether a hand calculation gives this value, rounded to `places` decimals."""
    shown = decimal(value, places)
    return lambda hand: decimal(float(hand), places) == shown


def result(value: float, places: int, whole: bool = False) -> str:
    """Return the result of a formula: = or ≈, and the value with `places` decimals (see `tallied`)."""
    return f"{equals(value, places)} {tallied(value, places, whole)}"


def significant(log: float, digits: int = 4) -> str:
    """Return exp(log) as LaTeX with `digits` significant digits, however small; 0 for log = −∞."""
    if log == -math.inf:
        return "0"
    # A float cannot hold exp(log) for |log| > 745, so the power of ten is found in logarithms.
    if abs(log) > FARTHEST:
        mantissa, power = scientific(log / math.log(10), digits)
        return rf"10^{{{mantissa} \times 10^{{{power}}}}}"
    power = math.floor(log / math.log(10))
    mantissa, carry = scientific(math.exp(log - power * math.log(10)), digits)
    power += carry
    # Rounding the mantissa may carry it to 10, hence the correction of the power.
    if -4 < power < digits:
        return decimal(math.exp(log), digits - 1 - power)
    return rf"{mantissa} \times 10^{{{power}}}"


def upright(name: str) -> str:
    """Return a name from a table as upright LaTeX; characters that LaTeX would interpret become blanks."""
    letters = "".join(letter if letter.isalnum() else " " for letter in name).strip()
    return rf"\mathrm{{{letters or 'x'}}}"


def bracketed(text: str) -> str:
    """Return a number as a term of a sum or a product: a negative one in brackets."""
    return f"({text})" if text.startswith("-") else text


def base(text: str) -> str:
    """Return a number, as LaTeX, to be raised to a power: a negative one or a power of ten in brackets."""
    return f"({text})" if text.startswith("-") or (r"\times" in text and not text.startswith("(")) else text


def bayes_lines(
    name: str, k: int, joint: Sequence[str], logs: Sequence[float], share: float, places: int, words: str
) -> tuple[Line, Line]:
    """Return the lines for the share of one completion: its probability divided by the sum of all.

    Parameters
    ----------
    name, k : str, int
        The completion and its index.
    joint : sequence of str
        P(x_i, z) for every z as LaTeX, with numbers.
    logs : sequence of float
        The logarithms of `joint`, in nats.
    share : float
        q_i(z), shown with `places` decimals.
    """
    numbers = agreed(
        lambda digits: [significant(float(log), digits) for log in logs],
        lambda *joint: joint[k] / sum(joint),
        rounds_to(share, places),
        places + SAFE,
    )
    value = result(share, places)
    return (
        Line(rf"P(\mathrm{{{name}}}) = \frac{{{joint[k]}}}{{{' + '.join(joint)}}}", words),
        Line(rf"\frac{{{numbers[k]}}}{{{' + '.join(numbers)}}} {value}", "The same in numbers."),
    )


def whole_line(name: str, share: float, what: str = "completion") -> Line:
    """Return the line for a completion in hard EM, which counts whole or not at all.

    Parameters
    ----------
    name : str
        The completion, set upright.
    share : float
        1 for the likeliest completion, else 0.
    what : str
        The word for the alternatives: "completion".
    """
    words = f"The likeliest {what} is counted whole." if share else f"Only the likeliest {what} is counted."
    return Line(rf"q(\mathrm{{{name}}}) = {share:g}", words)


def counted_line(
    share: float, amounts: Mapping[str, float], places: int, words: str, whole: bool = False
) -> Line:
    """Return the line share × amount ≈ expected count, for each counted symbol.

    Parameters
    ----------
    whole : bool
        True if the share is 0 or 1, as in hard EM.
    """
    units = ((rf"\,\mathrm{{{symbol}}}", amount) for symbol, amount in amounts.items())
    parts = (
        product(share, amount, figures(amount, 15) + unit, places, unit, whole) for unit, amount in units
    )
    return Line(r",\quad ".join(parts), words)


def people_line(share: float, amount: float, places: int, unit: str, words: str, whole: bool = False) -> Line:
    """Return the line share × amount ≈ expected count of people, animals or other units."""
    unit = rf"\,\mathrm{{{unit}}}"
    return Line(product(share, amount, decimal(amount, 0), places, unit, whole), words)


def product(
    share: float,
    amount: float,
    shown: str,
    places: int,
    unit: str,
    whole: bool = False,
    sign: str = r"\times",
) -> str:
    """Return share × amount ≈ expected count, the share with as many digits as a hand calculation needs.

    Parameters
    ----------
    shown : str
        The amount, as LaTeX.
    unit : str
        LaTeX after the count.
    whole : bool
        True if the share is 0 or 1: then neither it nor a whole count has decimals.
    """
    weight = f"{share:g}" if whole else factor(share, amount, places)
    count = share * amount
    return rf"{weight} {sign} {shown} {result(count, places, whole)}{unit}"


def tallied(value: float, places: int, whole: bool) -> str:
    """Return a count with `places` decimals; with none if it is whole and units count whole."""
    return decimal(value, 0 if whole and exact(value, 0) else places)


def factor(share: float, amount: float, places: int) -> str:
    """Return a share with the fewest decimals for which share × amount is right to `places` decimals."""

    def agrees(digits: int) -> bool:
        return decimal(float(decimal(share, digits)) * amount, places) == decimal(share * amount, places)

    return decimal(share, _fewest(places + 1, agrees))


def agreed(
    inputs: Callable[[int], Sequence[str]],
    by_hand: Callable[..., Decimal],
    right: Callable[[Decimal], bool],
    least: int,
) -> Sequence[str]:
    """Return the inputs of a formula with the fewest digits for which a hand calculation is right.

    Parameters
    ----------
    inputs : callable
        Returns the inputs with a given number of digits, as LaTeX.
    by_hand : callable
        Computes the formula from the numbers as shown.
    right : callable
        Whether that result rounds to the displayed one.
    least : int
        The fewest digits.
    """

    # Decimals, because a reader computes with the digits shown and not with the floats behind them.
    def agrees(digits: int) -> bool:
        try:
            return right(by_hand(*map(_read, inputs(digits))))
        except ArithmeticError:  # 0/0
            return False

    return inputs(_fewest(least, agrees))


def _read(text: str) -> Decimal:
    """Return the number that a formula shows."""
    mantissa, _, power = text.strip("()").partition(r" \times 10^{")
    return Decimal(mantissa).scaleb(int(power.rstrip("}") or 0))


def sum_line(
    terms: Sequence[float],
    total: float,
    count: int,
    places: int,
    unit: str,
    words: str,
    more: int = 0,
    whole: bool = False,
) -> Line:
    """Return the line t_1 + t_2 + … ≈ total.

    Parameters
    ----------
    terms : sequence of float
        All terms, or the first few.
    count : int
        The number of all terms.
    unit : str
        LaTeX after the total.
    more : int
        Additional decimals of the terms.
    whole : bool
        True if units count whole: if all numbers are whole, they have no decimals.
    """
    if whole and all_whole((*terms, total)):
        places = more = 0
    shown = [decimal(term, places + more) for term in terms]
    tail = r" + \cdots" if count > len(shown) else ""
    adds_up = bool(tail) or sum(map(Decimal, shown)) == Decimal(decimal(total, places))
    # Rounded terms need not add up to the rounded total, and then "=" would be wrong.
    sign = equals(total, places) if adds_up else r"\approx"
    return Line(f"{' + '.join(map(bracketed, shown))}{tail} {sign} {decimal(total, places)}{unit}", words)


def largest_line(
    terms: Array, total: float, count: int, places: int, unit: str, words: str, whole: bool = False
) -> Line:
    """Return the line of a sum of descending terms, up to the first that would show as 0.

    Parameters
    ----------
    terms : Array
        The largest terms, in descending order.
    count : int
        The number of all terms.
    """
    seen = np.count_nonzero(terms >= 0.5 * 10.0**-places)
    first = terms[: min(max(int(seen), 1), MOST_TERMS)].tolist()
    return sum_line(first, total, count, places, unit, words, whole=whole)


def rest_line(shares: Sequence[float], rest: float, places: int, words: str, whole: bool = False) -> Line:
    """Return the line 1 − s_1 − s_2 … ≈ rest, where the rest is the share of all other completions."""
    taken = agreed(
        lambda digits: [tallied(share, digits, whole) for share in shares],
        lambda *each: 1 - sum(each),
        rounds_to(rest, places + 1),
        places + 1,
    )
    return Line(f"{' - '.join(['1', *taken])} {result(rest, places + 1, whole)}", words)


def padded_line(
    count: float,
    pseudocount: float,
    share: float,
    places: int,
    unit: str,
    words: str,
    whole: bool = False,
) -> Line:
    """Return the line count + pseudocount × share ≈ the count in the M-step."""
    total = count + pseudocount * share
    formula = (
        rf"{given(count, places, whole)} + {figures(pseudocount, 6)} \times {given(share, places + 1)} "
        rf"{result(total, places)}{unit}"
    )
    return Line(formula, f"The pseudocount adds {words}.")


def part_line(
    symbol: str, letter: str, letters: str, chances: Sequence[float], place: int, value: float, places: int
) -> Line:
    """Return the line for the part of an ambiguous letter that counts for one of its meanings.

    Parameters
    ----------
    symbol, letter, letters : str
        The ambiguous letter, the one it counts for, and all that it may be: "R", "A", "A, G".
    chances : sequence of float
        The probabilities of these at θ.
    place : int
        The index of `letter` among them.
    value : float
        The part, shown with one more decimal.
    """
    if not sum(chances):
        # With probability 0 for all of them, the model shares the letter equally.
        chances = [1.0] * len(chances)
    shown = agreed(
        lambda digits: [given(chance, digits) for chance in chances],
        lambda *hand: hand[place] / sum(hand),
        rounds_to(value, places + 1),
        places + 1,
    )
    return Line(
        rf"\frac{{{shown[place]}}}{{{' + '.join(shown)}}} {result(value, places + 1)}\,\mathrm{{{letter}}}",
        f"{symbol} may be {letters}: it counts for {letter} by its part of their probability at θ(t).",
    )


def ratio_line(update: Update, places: int, words: str, name: str = "") -> Line:
    """Return the line θ = numerator / (sum of terms) ≈ value, the value with one more decimal.

    Parameters
    ----------
    name : str
        The parameter as LaTeX; by default its label.
    """
    digits = ratio_digits(update, places)
    bottom = " + ".join(decimal(term, digits) for term in update.terms)
    fraction = rf"\frac{{{decimal(update.numerator, digits)}}}{{{bottom}}}"
    sign = equals(update.value, places + 1)
    return Line(
        f"{name or symbol(update.label)} = {fraction} {sign} {decimal(update.value, places + 1)}", words
    )


def ratio_digits(update: Update, places: int) -> int:
    """Return the fewest decimals, from `places` on, for which numerator / (sum of terms) gives the value."""
    value = decimal(update.value, places + 1)
    whole = range(1 if update.exact else 0)
    # An explicit loop, for speed: this runs for each line of a strip whenever the decimals change.
    for digits in chain(whole, range(places, places + MOST_GUARD)):
        bottom = sum([float(decimal(term, digits)) for term in update.terms])
        if bottom and decimal(float(decimal(update.numerator, digits)) / bottom, places + 1) == value:
            return digits
    return places + MOST_GUARD


def symbol(label: str) -> str:
    """Return a label such as θ_A as LaTeX."""
    letter, _, index = label.partition("_")
    return f"{letter}_{{{index}}}".replace("θ", r"\theta ") if index else letter.replace("θ", r"\theta ")


def _fewest(least: int, agrees: Callable[[int], bool]) -> int:
    """Return the fewest digits for which a hand calculation agrees."""
    most = least + MOST_GUARD
    return next((digits for digits in range(least, most) if agrees(digits)), most)
