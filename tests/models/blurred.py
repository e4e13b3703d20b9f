"""Sequences in which some letters are not known, and every way to fill them in."""

from itertools import product

from emviz.em.families.letters import DNA, PROTEIN, RNA

ALPHABETS = {"DNA": DNA, "RNA": RNA, "protein": PROTEIN}


def blur(text, rng, alphabet, often=0.2):
    """Put codes for some of the letters of a text: those that may be the letter there, gaps and case kept."""
    return "".join(_blurred(letter, rng, alphabet) if rng.random() < often else letter for letter in text)


def _blurred(letter, rng, alphabet):
    own = alphabet.spell(letter)
    codes = [code for code, letters in alphabet.codes.items() if own and own in letters and code != "?"]
    if not codes:
        return letter
    code = str(rng.choice(codes))
    return code if letter.isupper() else code.lower()


def blur_table(table, rng, alphabet):
    """Return a table whose sequences are blurred, and their alignment likewise."""
    texts, columns = [], {name: table.texts(name).tolist() for name in table.names}
    shown = columns.get("alignment", columns["sequence"])
    blurred = [blur(text, rng, alphabet) for text in shown]
    texts = [text.translate(str.maketrans("", "", ".-~_")).upper() for text in blurred]
    more = {"alignment": blurred} if "alignment" in columns else {}
    return type(table).from_columns({**columns, "sequence": texts, **more}).with_codes(())


def filled(text, alphabet):
    """Yield every text of known letters that a text may be."""
    sets = [alphabet.codes.get(letter, letter) for letter in text]
    return ("".join(letters) for letters in product(*sets))
