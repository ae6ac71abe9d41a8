"""Sweeps that die in the midst of it, and timers that are given everything several times."""

import pytest

from infra.bench.scene import DUE_AT, REMINDERS, Scene
from infra.bench.timers import MINUTE

pytestmark = pytest.mark.chaos

DUE = 300
KILLED = 20


@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_killed_sweeps_change_nothing(emulator: str, seed: int) -> None:
    scene = Scene.of(emulator, f"killed-{seed}", due=DUE, open_in_all=DUE)
    scene.clock.put(DUE_AT + MINUTE)
    scene.kill_sweeps(KILLED, share=0.4, seed=seed)
    assert scene.chaos.injected.total() == KILLED
    scene.sweep()
    scene.fire(times=1)
    assert scene.timers.failures == []
    assert scene.landings.total == DUE
    assert scene.wrong(REMINDERS[0]) == 0
