"""How the reference model is trained. Every number that no paper tells is here, so that it is a choice and not a secret."""

import math
from dataclasses import dataclass
from typing import Literal

Orthogonality = Literal["cosine", "cross-covariance", "projection", "none"]
Device = Literal["cpu", "cuda", "auto"]
Precision = Literal["fp32", "bf16"]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Of one training; two trainings with the same settings, seed, pictures and labels give the same weights."""

    width: int = 128  # d: length of z_s, z_p and z_b
    hidden: int = 192  # channels of a token inside a branch
    heads: int = 2  # ways a pooler attends to places; more learn the training subjects by heart
    token_width: int = 40  # principal components of each stage that branches see
    pooled_width: int = 128  # principal components of pooled features
    expert_steps: int = 80  # stage 1
    subject_steps: int = 200  # stage 2, at least
    passes: float = 16.0  # of stage 2 over the training pictures, at least; with twice as many it learns a large set by heart
    batch_subjects: int = 16  # subjects a batch, with views that differ in pose and in background
    views_per_subject: int = 3
    pose_pictures: int = 384  # a batch of the pose expert, which looks at little of each
    learning_rate: float = 3e-3  # AdamW
    weight_decay: float = 5e-2
    warmup_steps: int = 20
    temperature: float = 0.2  # of InfoNCE between pictures
    prototype_temperature: float = 0.5  # of InfoNCE between pictures and the learned codes of poses
    orthogonality: Orthogonality = "cosine"
    orthogonality_weight: float = 1.0  # λ; 0 leaves the term out
    erasure: bool = True  # after training, z_s is replaced by what it tells of the subject: backgrounds' shifts are taken out
    invariance: bool = True  # before training, tokens are whitened by how they scatter within training subjects
    swapped_backgrounds: float = 1.0  # share of a batch that gets another background in token space; never where masks are used
    hard_negatives: bool = True  # other subjects of the same pose and background are in every batch
    masks: bool = True  # the subject branch attends inside the mask where the set has masks
    tokens: bool = True  # False: pooled features instead of an attention pooler over tokens
    plate_weight: float = 0.0  # of the regression of z_b to the encoded plate; 0 leaves it out
    keypoint_weight: float = 0.0  # of the regression of z_p to keypoints
    camera_weight: float = 0.0  # of the regression of z_p to how the subject stands to the camera
    device: Device = "cpu"  # auto: SPOTDIFF10K_DEVICE where that is set, else CUDA where there is one, else the CPU
    precision: Precision = "fp32"  # bf16: branches compute in bfloat16; losses, weights and moments stay float32
    checkpoint_every: int = 100  # steps

    def steps_over(self, pictures: int) -> int:
        """Of stage 2 on a training set of so many pictures: a large set is looked at as often as a small one."""
        return max(self.subject_steps, math.ceil(self.passes * pictures / (self.batch_subjects * self.views_per_subject)))
