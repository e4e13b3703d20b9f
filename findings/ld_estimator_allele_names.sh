#!/usr/bin/env bash
# ld_estimator 1.1.2: the linkage disequilibrium of two SNPs depends on the letters of their alleles.
#
# pairwise_ld estimates haplotype frequencies by EM (Excoffier & Slatkin 1995), and r² and D' from them. The letter of
# an allele is only a name, and r² does not depend on it. But ld_estimator looks for the rarer allele of the second SNP
# under the letter of the rarer allele of the first. Its own tests use the same two letters for both SNPs. For A/G
# beside C/T, everyone with two copies of T is left out, and even the frequency of A, for which no EM is needed, is
# wrong. For A/G beside G/A, the second SNP is left with one allele, and two SNPs in strong disequilibrium have an r²
# of 0. Nothing warns, and each result looks plausible. Alleles coded 0 and 1 are affected too, whenever 1 is the rarer
# allele of one SNP and 0 that of the other.
#
# Seen on 29 November 2026, r² and the frequency of the first SNP's commoner allele: "by hand 0.598 0.642", "A/G beside
# A/G 0.598 0.642", "A/G beside C/G 0.598 0.642", "A/G beside C/T 0.557 0.740", "A/G beside G/A 0.000 0.789", "0/1
# beside 0/1 0.598 0.642", "0/1 beside 1/0 0.000 0.789". (0.642 is 77 of the 120 copies of 60 people; 0.740 is 74 of
# 100.) There is no wheel: a C++ compiler is needed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet setuptools==80.9.0 wheel==0.45.1 Cython==3.2.1 pysam==0.24.1
"$folder/venv/bin/pip" install --quiet --no-build-isolation ld_estimator==1.1.2
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from itertools import product

from ld_estimator import pairwise_ld

# How many people have 0, 1 and 2 copies of the rarer allele: of the first SNP down, of the second across.
people = ((24, 3, 0), (3, 17, 3), (0, 3, 7))
cells = [(a, b) for a in range(3) for b in range(3) for _ in range(people[a][b])]


def copies(pair):
    """Return how many rarer alleles a pair of haplotypes has at each SNP."""
    return tuple(map(sum, zip(*pair)))


def by_hand():
    """Return r² after EM, and the frequency of the first SNP's commoner allele."""
    share = dict.fromkeys(product((0, 1), repeat=2), 0.25)
    for _ in range(1000):
        weights = {pair: share[pair[0]] * share[pair[1]] for pair in product(share, repeat=2)}
        expected = dict.fromkeys(share, 0.0)
        for pair, weight in weights.items():
            alike = sum(other for each, other in weights.items() if copies(each) == copies(pair))
            for haplotype in pair:
                expected[haplotype] += cells.count(copies(pair)) * weight / alike
        share = {haplotype: count / (2 * len(cells)) for haplotype, count in expected.items()}
    one, two = share[0, 0] + share[0, 1], share[0, 0] + share[1, 0]
    return (share[0, 0] - one * two) ** 2 / (one * (1 - one) * two * (1 - two)), one


def library(one, two):
    """Return the same by ld_estimator; the commoner letter of each SNP comes first."""
    columns = [
        [(letters[cell[place] == 2], letters[cell[place] > 0]) for cell in cells]
        for place, letters in enumerate((one, two))
    ]
    found = pairwise_ld(*columns, [False] * len(cells))
    return found.r_squared, found.freqs[0] + found.freqs[1]


right = by_hand()
print("by hand", *(f"{number:.3f}" for number in right))
found = {}
for names in (("AG", "AG"), ("AG", "CG"), ("AG", "CT"), ("AG", "GA"), ("01", "01"), ("01", "10")):
    found[names] = library(*names)
    print("{} beside {}".format(*("/".join(each) for each in names)), *(f"{number:.3f}" for number in found[names]))
assert abs(right[1] - 77 / 120) < 1e-9 and cells.count((0, 2)) == 0, right
for names in (("AG", "AG"), ("AG", "CG"), ("01", "01")):
    assert max(abs(a - b) for a, b in zip(found[names], right)) < 1e-5, found
assert abs(found["AG", "CT"][0] - 0.557) < 0.001 and abs(found["AG", "CT"][1] - 74 / 100) < 1e-6, found
assert found["AG", "GA"][0] == found["01", "10"][0] == 0, found
PYTHON
