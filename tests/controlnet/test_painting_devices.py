"""Which worker paints where, and how much at a time."""

import time
from types import SimpleNamespace

import pytest

from spotdiff10k.engines.controlnet import Controlnet, devices, pipeline
from spotdiff10k.engines.controlnet.busy import Watch, watch_of
from spotdiff10k.engines.controlnet.devices import CPU, Device, batch_for, tile_if_needed
from spotdiff10k.engines.controlnet.memory import GIB
from spotdiff10k.engines.controlnet.meter import Meter
from spotdiff10k.engines.controlnet.options import options_of
from spotdiff10k.types import EngineSettings

SETTINGS = EngineSettings(512, ("plate",))


@pytest.fixture
def two_gpus(monkeypatch, tmp_path):
    monkeypatch.setattr(devices, "visible_gpus", lambda: 2)
    monkeypatch.setattr(pipeline, "visible_gpus", lambda: 2)
    monkeypatch.setattr(devices.tempfile, "gettempdir", lambda: str(tmp_path))
    locks = []
    monkeypatch.setattr(devices, "_locks", locks)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    yield
    for lock in locks:
        lock.close()


def test_there_is_one_worker_a_gpu_and_its_batches_are_filled_from_many_groups(two_gpus):
    assert Controlnet.workers_at_most(SETTINGS) == 2
    assert (Controlnet.groups_at_once(SETTINGS), Controlnet.bundles_at_once(SETTINGS)) == (16, 4)
    assert pipeline.groups_in_the_making(SETTINGS) == 64
    editor = EngineSettings(1024, ("plate",), options={"family": "flux2-klein"})
    assert Controlnet.groups_at_once(editor) == 1


def test_no_more_groups_are_in_the_making_than_there_is_room_for_their_anchors(two_gpus):
    options = {"strategy": "shared-attention", "family": "sdxl-union"}
    tight = EngineSettings(1024, ("plate",), options={**options, "sharing_device_gib": 16.0, "sharing_host_gib": 64.0})
    room = pipeline.groups_in_the_making(tight)
    assert 1 <= room < 16
    assert Controlnet.groups_at_once(tight) == max(1, room // 4)
    tightest = EngineSettings(1024, ("plate",), options={**options, "sharing_device_gib": 0.5, "sharing_host_gib": 0.5})
    assert (pipeline.groups_in_the_making(tightest), Controlnet.groups_at_once(tightest)) == (1, 1)


def test_without_a_gpu_groups_come_one_by_one_to_any_number_of_workers(monkeypatch):
    monkeypatch.setattr(pipeline, "visible_gpus", lambda: 0)
    assert Controlnet.workers_at_most(SETTINGS) == 1
    assert (Controlnet.groups_at_once(SETTINGS), Controlnet.bundles_at_once(SETTINGS)) == (1, 1)


def test_each_worker_takes_a_gpu_that_no_other_holds_and_a_gpu_is_free_again_when_its_worker_ends(two_gpus):
    claim = devices._claimed.__wrapped__
    assert [claim(2), claim(2), claim(2)] == [0, 1, 0]  # each call stands for another process; the third finds none free
    devices._locks[1].close()
    assert claim(2) == 1


def test_the_batch_is_the_recipes_or_what_fits_beside_the_anchors():
    big, small = Device("cuda:0", None, 80 * GIB), Device("cuda:0", None, 6 * GIB)
    assert batch_for(options_of({}), 512, Device(CPU, None, 0)) == 1
    assert batch_for(options_of({"batch": 5}), 512, small) == 5
    assert batch_for(options_of({"batch": 5, "family": "qwen-edit"}), 1024, big) == 1
    assert batch_for(options_of({}), 512, big) == 64
    assert 1 < batch_for(options_of({}), 512, small) < 64
    sharing = options_of({"strategy": "shared-attention", "family": "sdxl-union"})
    assert batch_for(sharing, 1024, Device("cuda:0", None, 40 * GIB)) < batch_for(
        options_of({"family": "sdxl-union"}), 1024, Device("cuda:0", None, 40 * GIB)
    )


def test_a_picture_that_is_too_large_to_decode_is_cut_in_tiles_smaller_than_itself_and_a_batch_decoded_one_by_one():
    torch = pytest.importorskip("torch")
    pytest.importorskip("diffusers")
    import tiny

    vae = tiny.sd15().vae
    pipe, options = SimpleNamespace(vae=vae), options_of({})
    assert not tile_if_needed(pipe, Device("cuda:0", None, 80 * GIB), options, 512, 16)
    assert (vae.use_slicing, vae.use_tiling) == (False, False)
    assert not tile_if_needed(pipe, Device("cuda:0", None, 8 * GIB), options, 512, 64)
    assert (vae.use_slicing, vae.use_tiling) == (True, False)
    assert tile_if_needed(pipe, Device("cuda:0", None, 2 * GIB), options, 512, 1)
    assert (vae.use_tiling, vae.tile_sample_min_size) == (True, 256)
    side = 2 * vae.tile_latent_min_size  # of the latent of a picture of 512 pixels
    with torch.no_grad():
        assert vae.decode(torch.zeros(1, 4, side, side)).sample.shape == (1, 3, 512, 512)


def test_the_log_line_says_pace_how_busy_the_device_is_and_the_most_memory(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    meter = Meter("cuda:0", lambda: 12 * GIB)
    for kind, seconds in (("pose", 60.0), ("pose", 4.0)):  # the first one compiles
        clock[0] += seconds
        meter.note_painted(kind, 32, 32, seconds)
    clock[0] += 1.0
    meter.note_samples(30)
    busy = "busy 80% (time in pipelines; no NVML)"
    assert meter.line() == f"cuda:0: 6.00 pictures/s, {busy}, 64 drawings, warm-up 60.0 s, 12.0 GiB at most"


def test_how_busy_the_gpu_is_is_what_its_driver_says_where_it_says_it_and_not_of_the_warm_up():
    levels = iter([3, 5, 90, 100, 95, 95])
    watch = Watch(lambda: next(levels), every=3600.0)
    meter = Meter("cuda:0", watch=watch)
    for looks in (2, 3, 1):  # the first batch compiles
        assert all(watch.look() for _ in range(looks))
        meter.note_painted("pose", 32, 32, 1.0)
    assert watch.share == pytest.approx((90 + 100 + 95 + 95) / 400)
    assert "GPU busy 95% (NVML)" in meter.line()
    assert not watch.look()  # the driver says nothing any more
    watch.stop()


def test_without_a_gpu_nobody_watches_one():
    assert watch_of(CPU) is None
    meter = Meter(CPU, watch=None)
    meter.note_painted("pose", 1, 1, 1.0)
    assert "busy 0% (time in pipelines)" in meter.line()


@pytest.mark.parametrize(
    ("raised", "found"), [(ModuleNotFoundError("pynvml"), False), (RuntimeError("no NVML"), False), (None, True)]
)
def test_a_gpu_is_watched_where_there_is_nvml_for_python(monkeypatch, raised, found):
    torch = pytest.importorskip("torch")

    def utilization(device):
        if raised is not None:
            raise raised
        return 50

    monkeypatch.setattr(torch.cuda, "utilization", utilization)
    assert (watch_of("cuda:0") is not None) is found
