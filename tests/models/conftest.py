"""The models of the contract, and the data of the paper."""

import pytest
from coin_cases import EQUAL
from scenes import marked

from emviz.data.examples import example_path
from emviz.data.reader import read_table


@pytest.fixture(params=marked())
def model(request):
    return request.param


@pytest.fixture(scope="session")
def table():
    return read_table(example_path("coins_do2008.csv"))


@pytest.fixture(scope="session")
def data(table):
    return EQUAL.parse(table)
