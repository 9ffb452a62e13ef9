"""Whether machine code is there, told by the files alone."""

import os

from urbanplan.methods import machine_code


def test_machine_code_counts_while_it_is_newer_than_its_sources(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert not machine_code.is_warm()
    folder = tmp_path / "engine_0a1b"
    folder.mkdir()
    index = folder / "reach._reach_batches-12.py312.nbi"
    index.touch()
    assert machine_code.is_warm()
    os.utime(index, (1, 1))
    assert not machine_code.is_warm()


def test_warming_up_leaves_the_engine_warm():
    assert machine_code.warm_up() >= 0
    assert machine_code.is_warm()
