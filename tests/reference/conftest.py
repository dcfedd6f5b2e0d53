"""The towns and parameters of the model's own tests (tests/simulation/conftest.py)."""

from tests.simulation.conftest import city, config, dozen, large_town, parameters, town

__all__ = ["city", "config", "dozen", "large_town", "parameters", "town"]
