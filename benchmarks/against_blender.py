"""Seconds a picture against Blender Cycles (16 samples, denoiser) on the same triangles, both in one run.

    python benchmarks/against_blender.py --blender-python PYTHON_WITH_BPY --recipe spotdiff10k --groups 2

Ours is timed end to end for a whole sample (picture, mask, plate, shadow, depth, normal, JSON, encoded); Blender for
`render` with the scene already loaded, writing one PNG. Both use one process with --threads threads (ours is one thread).
Floor: a picture of 512² has 262,144 pixels; 16 samples are 4.2 million camera paths.
"""

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from spotdiff10k import plan, recipe
from spotdiff10k.engines.rendered import Rendered
from spotdiff10k.engines.rendered.posing import pose_subject
from spotdiff10k.engines.rendered.scenes.kinds import describe_scene
from spotdiff10k.engines.rendered.scenes.scene import Scene
from spotdiff10k.engines.rendered.stage import camera_for
from spotdiff10k.engines.rendered.subjects import build_subject
from spotdiff10k.types import PlannedGroup

GROUND_HALF_SIDE = 30.0


def ground_quad() -> tuple[np.ndarray, np.ndarray]:
    """The ground as two triangles."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32) * GROUND_HALF_SIDE
    return corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32)


def save_scene(group: PlannedGroup, size: int, file: Path) -> int:
    """Write the triangles of the group's first cell for the other side; returns how many there are."""
    level, pose = group.backgrounds[0], group.poses[0]
    posed = pose_subject(build_subject(group.subject), pose.articulation, pose.turn_degrees)
    scene: Scene = describe_scene(level.kind, level.seed)
    camera = camera_for(level.camera_elevation_degrees, level.camera_fov_degrees, size)
    corners, quad = ground_quad()
    np.savez(
        file,
        subject_vertices=posed.vertices,
        subject_faces=posed.faces,
        scene_vertices=np.concatenate([corners, scene.props.positions]),
        scene_faces=np.concatenate([quad, scene.props.faces + len(corners)]),
        position=camera.position,
        rotation=camera.rotation,
        focal=camera.focal,
        size=size,
        sun=np.array(scene.sun.direction, np.float32),
    )
    return len(posed.faces) + len(scene.props.faces) + len(quad)


def blender_seconds(python: Path, scene: Path, picture: Path, repeats: int, threads: int) -> list[float]:
    """Seconds of each render on the other side."""
    side = Path(__file__).with_name("_blender_side.py")
    command = [str(python), str(side), str(scene), str(picture), str(repeats), str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("SECONDS "))
    return [float(second) for second in json.loads(line.removeprefix("SECONDS "))]


def main() -> None:
    """Measure both sides group by group, in turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blender-python", type=Path, required=True)
    parser.add_argument("--recipe", default="spotdiff10k")
    parser.add_argument("--groups", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for Blender's pictures")
    arguments = parser.parse_args()
    settings = recipe.load(arguments.recipe, [])
    engine = Rendered(settings.engine_settings())
    engine.warm_up()
    groups = [group for _, group in zip(range(arguments.groups), plan.make(settings), strict=False)]
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        keep = arguments.keep or Path(folder)
        keep.mkdir(parents=True, exist_ok=True)
        for group in groups:
            start = time.perf_counter()
            pictures = len(next(iter(engine.generate([group]))).samples)
            ours.append((time.perf_counter() - start) / pictures)
            scene = Path(folder) / "scene.npz"
            triangles = save_scene(group, settings.engine.size, scene)
            seconds = blender_seconds(
                arguments.blender_python, scene, keep / f"{group.id}.png", arguments.repeats, arguments.threads
            )
            theirs.append(float(np.mean(seconds)))
            print(f"{group.id}  {triangles:7,} triangles   ours {1000 * ours[-1]:7.1f} ms   Blender {1000 * theirs[-1]:8.0f} ms")
    print(f"ratio {np.mean(theirs) / np.mean(ours):.1f}x (Blender Cycles ÷ ours, mean over {len(groups)} groups)")


if __name__ == "__main__":
    main()
