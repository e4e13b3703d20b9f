"""The data that come with the model."""

from __future__ import annotations

from emviz.em.model import Example, Preset, Words

HEART = "[disease][pain|disease][angina|disease][depression|disease][vessels|disease][thallium|disease]"
CLINIC = "[asia][smoke][tub|asia][lung|smoke][bronc|smoke][either|tub:lung][xray|either][dysp|bronc:either]"
CANDIES = "[bag=2][flavour|bag][wrapper|bag][hole|bag]"
PATIENTS = Words(
    *("patient", "patients", "completion", "completions", "what the unseen results of each patient are"),
    "Which disease does this patient most likely have?",
    completion="{name}",
    shared="Each patient was shared between the possible completions",
)

EXAMPLES = (
    Example(
        *("heart", "Heart disease: 31 of 303 diagnoses known (Cleveland)", "network_heart.csv"),
        "Detrano et al., American Journal of Cardiology 64:304 (1989); UCI repository (Janosi, Steinbrunn, "
        "Pfisterer & Detrano, CC BY 4.0), put into classes; the diagnosis is left in every tenth row",
        hyper={"structure": HEART},
        words=PATIENTS,
    ),
    Example(
        "clinic",
        "Chest clinic: 1,000 patients, a fifth of the cells missing (simulated)",
        "network_clinic.csv",
        "simulated from the tables of Lauritzen & Spiegelhalter, J. R. Statist. Soc. B 50:157 (1988), NumPy "
        "default_rng(1988), and a fifth of the cells blanked",
        hyper={"structure": CLINIC},
        truth={
            "asia": [0.99, 0.01],
            "smoke": [0.5, 0.5],
            "tub": [[0.99, 0.01], [0.95, 0.05]],
            "lung": [[0.99, 0.01], [0.9, 0.1]],
            "bronc": [[0.7, 0.3], [0.4, 0.6]],
            "either": [[[1, 0], [0, 1]], [[0, 1], [0, 1]]],
            "xray": [[0.95, 0.05], [0.02, 0.98]],
            "dysp": [[[0.9, 0.1], [0.3, 0.7]], [[0.2, 0.8], [0.1, 0.9]]],
        },
        words=PATIENTS,
    ),
    Example(
        *("candies", "Candies of two bags (Russell & Norvig)", "network_candies.csv"),
        "Russell & Norvig, Artificial Intelligence: A Modern Approach, learning with hidden variables",
        hyper={"structure": CANDIES},
        start={
            "bag": [0.6, 0.4],
            "flavour": [[0.6, 0.4], [0.4, 0.6]],
            "wrapper": [[0.4, 0.6], [0.6, 0.4]],
            "hole": [[0.4, 0.6], [0.6, 0.4]],
        },
    ),
    Example(
        *("crimes", "Victims of crime, partly classified (Kadane 1985)", "network_crimes.csv"),
        "Kadane, Journal of Econometrics 29:47 (1985); Schafer, Analysis of Incomplete Multivariate Data "
        "(1997), chapter 7",
        hyper={"structure": "[first][second|first]"},
    ),
    Example(
        *("injuries", "Head injuries: the outcome has no column (simulated)", "network_injuries.csv"),
        "simulated, NumPy default_rng(1981), tables made up after Titterington et al., J. R. Statist. Soc. A "
        "144:145 (1981), and a quarter of the cells blanked",
        hyper={"structure": "[outcome=3][age|outcome][eyes|outcome][motor|outcome][pupils|outcome]"},
    ),
    Example(
        *("roles", "Role conflict: 216 students, two classes (Stouffer & Toby 1951)", "network_roles.csv"),
        "Stouffer & Toby, American Journal of Sociology 56:395 (1951); Goodman, Biometrika 61:215 (1974)",
        hyper={"structure": "[class=2][a|class][b|class][c|class][d|class]"},
    ),
)

PRESETS = (
    Preset(
        "commonest",
        "The commonest state in each hole",
        "R: P(no disease) becomes 0.967, where EM ends at 0.609: 272 of 303 diagnoses are missing, and each "
        "counts as no, which is commonest among the 31 that are known.",
        hyper={"holes": "commonest"},
    ),
)
