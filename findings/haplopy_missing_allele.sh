#!/usr/bin/env bash
# haplopy 0.1.3: EM for haplotypes takes a missing SNP for a third allele, and then imputes it as missing.
#
# "." stands for a SNP that was not typed: haplopy's README phases and imputes ("A.", "..") and sums over what the dots
# may be. Model.fit accepts the same rows without a warning, but there "." is an allele like any other. Haplotypes with
# a dot get a probability, which the real ones lose, although summing over what is missing is what EM is for. With many
# dots, `impute` then finds that the most probable value of a dot is a dot. Below, 20 people carry the haplotypes AB and
# ab, and 8 of the 10 people with AA were not typed at the second SNP. When their 16 copies are summed over they are
# AB, and its frequency is (4 + 16 + 2) / 40 = 0.55. haplopy finds (4 + 2) / 40 = 0.15 for AB and 16 / 40 = 0.40 for A.
# and imputes ".." as "..".
#
# Seen on 29 November 2026: "by hand AB 0.550 ab 0.450", "haplopy A. 0.400 AB 0.150 ab 0.450", "imputed ('AA', '..')",
# "imputed from the haplotypes by hand ('AA', 'BB')".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet haplopy==0.1.3 scipy==1.17.1 numpy==1.26.4
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from itertools import product

from haplopy.multinomial import Model

people = {("AA", "BB"): 2, ("AA", ".."): 8, ("Aa", "Bb"): 2, ("aa", "bb"): 8}


def explains(pair, phenotype):
    """Say whether two haplotypes together look like a phenotype, in which a dot may be anything."""
    snps = ("".join(sorted(alleles)) for alleles in zip(*pair))
    return all(seen in (snp, "..") for snp, seen in zip(snps, phenotype))


def by_hand():
    """Return the probabilities of the four haplotypes after EM that sums over phase and dots."""
    share = dict.fromkeys(product("Aa", "Bb"), 0.25)
    for _ in range(200):
        expected = dict.fromkeys(share, 0.0)
        for phenotype, count in people.items():
            weights = {
                pair: share[pair[0]] * share[pair[1]]
                for pair in product(share, repeat=2)
                if explains(pair, phenotype)
            }
            for pair, weight in weights.items():
                for haplotype in pair:
                    expected[haplotype] += count * weight / sum(weights.values())
        share = {haplotype: count / (2 * sum(people.values())) for haplotype, count in expected.items()}
    return share


def words(share):
    """Return the haplotypes that occur, with their probabilities."""
    return " ".join(f"{''.join(haplotype)} {each:.3f}" for haplotype, each in sorted(share.items()) if each > 1e-6)


hand = by_hand()
learned = Model.fit([phenotype for phenotype, count in people.items() for _ in range(count)])
imputed, right = learned.impute(("AA", "..")), Model(hand).impute(("AA", ".."))
print("by hand", words(hand))
print("haplopy", words(learned.proba_haplotypes))
print("imputed", imputed)
print("imputed from the haplotypes by hand", right)
assert words(hand) == "AB 0.550 ab 0.450", hand
assert words(learned.proba_haplotypes) == "A. 0.400 AB 0.150 ab 0.450", learned.proba_haplotypes
assert imputed == ("AA", "..") and right == ("AA", "BB"), (imputed, right)
PYTHON
