"""The Blender side of against_blender.py: runs under a Python that has `bpy` and prints the seconds of each render."""

import json
import sys
import time
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector

SAMPLES = 16
SUN_ANGLE = 0.01


def add_mesh(name: str, vertices: np.ndarray, faces: np.ndarray, colour: tuple[float, float, float]) -> None:
    """Add one smooth mesh with a plain principled material."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], faces.tolist())
    mesh.polygons.foreach_set("use_smooth", np.ones(len(faces), bool))
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (*colour, 1.0)
    mesh.materials.append(material)
    bpy.context.collection.objects.link(bpy.data.objects.new(name, mesh))


def set_camera(position: np.ndarray, rotation: np.ndarray, focal: float, size: int) -> None:
    """Place a camera with OpenCV rows (right, down, forward)."""
    camera = bpy.data.cameras.new("camera")
    camera.sensor_width = 36.0
    camera.lens = focal * camera.sensor_width / size
    item = bpy.data.objects.new("camera", camera)
    axes = Matrix(np.stack([rotation[0], -rotation[1], -rotation[2]], axis=1).tolist())
    item.matrix_world = Matrix.Translation(Vector(position.tolist())) @ axes.to_4x4()
    bpy.context.collection.objects.link(item)
    bpy.context.scene.camera = item


def main() -> None:
    """Build the scene, render it `repeats` times, print the seconds of each."""
    scene_file, picture, repeats, threads = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    saved = np.load(scene_file)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    size = int(saved["size"])
    add_mesh("subject", saved["subject_vertices"], saved["subject_faces"], (0.6, 0.35, 0.15))
    add_mesh("scene", saved["scene_vertices"], saved["scene_faces"], (0.4, 0.5, 0.3))
    set_camera(saved["position"], saved["rotation"], float(saved["focal"]), size)
    sun = bpy.data.lights.new("sun", "SUN")
    sun.energy, sun.angle = 3.0, SUN_ANGLE
    lamp = bpy.data.objects.new("sun", sun)
    lamp.rotation_euler = Vector(saved["sun"].tolist()).to_track_quat("Z", "Y").to_euler()
    bpy.context.collection.objects.link(lamp)
    scene.world = bpy.data.worlds.new("world")
    scene.world.color = (0.5, 0.6, 0.8)
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples, scene.cycles.use_denoising = "CPU", SAMPLES, True
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    scene.render.resolution_x = scene.render.resolution_y = size
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.image_settings.file_format = "PNG"
    scene.render.filepath = picture
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        bpy.ops.render.render(write_still=True)
        times.append(time.perf_counter() - start)
    print("SECONDS", json.dumps(times[1:]))


if __name__ == "__main__":
    main()
