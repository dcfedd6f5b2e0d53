"""Calibrating under every reading: one that fails is named and stops no other."""

from __future__ import annotations

import pytest

from calibration.entries import ALL_READINGS
from calibration.upkeep import all_readings as module
from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.report.readings import alternative_readings, open_readings
from scenarios.settings.command import Call


def test_a_reading_that_fails_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[str] = []

    def one(call: Call, _: object) -> None:
        tried.extend(call.words)
        if "labour_scope" in call.words[0]:
            raise UserError(Text("the draws are worth too few", "有效抽样过少"), key="draws", found=12)

    monkeypatch.setattr(module, "_calibrate_one", one)
    assert ALL_READINGS.enter([]) == 2
    assert len(tried) == len(alternative_readings(open_readings()))
    out, err = capsys.readouterr()
    (line,) = [line for line in err.splitlines() if "some readings were not calibrated" in line]
    (failed,) = [word for word in tried if "labour_scope" in word]
    assert failed in line
    assert "worth too few (found: 12)" in out + err


def test_nothing_is_wrong_where_all_are_calibrated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_calibrate_one", lambda *_: None)
    assert ALL_READINGS.enter([]) == 0
