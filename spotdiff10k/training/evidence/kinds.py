"""The figures of a certificate: what each is called, what it says, and what it is made of."""

from dataclasses import dataclass

from spotdiff10k.training.evidence import statistics
from spotdiff10k.training.evidence.statistics import COSINES, LEVELS, RESIDUALS, TABLE, Statistic, mean_of
from spotdiff10k.training.results import Better

UNIT = (0.0, 1.0)
SPREADS = (-2.0, 4.0)
ALL_PROBES = (*TABLE, LEVELS)


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure that arms can have."""

    name: str
    title: str
    better: Better
    statistic: Statistic
    needs: tuple[str, ...]  # entries of a measurement
    sentence: str  # for people who did not read the documentation
    bounds: tuple[float, float] = UNIT


def _mean(name: str, title: str, better: Better, entry: str, sentence: str, bounds: tuple[float, float] = UNIT) -> Kind:
    return Kind(name, title, better, mean_of(entry), (entry,), sentence, bounds)


FINDING = (
    _mean(
        "paired",
        "Own view before twin",
        "higher",
        "mean/paired",
        "How often a picture is nearer to its own subject in another pose on another background than to another subject in the "
        "same pose on the same background.",
    ),
    _mean(
        "recall_at_1",
        "Retrieval, R@1",
        "higher",
        "mean/recall_at_1",
        "How often the nearest of all held-out pictures shows the same subject, where the subject's pictures of the same pose or "
        "the same background may not be found and other subjects in the very same context are in the way.",
    ),
    _mean(
        "recall_at_1_of_32",
        "Retrieval among 32 subjects, R@1",
        "higher",
        "mean/recall_at_1_of_32",
        "The same in galleries of 32 of the held-out subjects, on average over all such galleries: so it does not depend on how "
        "many there are.",
    ),
    _mean(
        "mean_average_precision",
        "Retrieval, mAP",
        "higher",
        "mean/average_precision",
        "The mean average precision of the same search.",
    ),
    _mean(
        "shortcut_margin",
        "Background shortcut margin",
        "higher",
        "mean/shortcut",
        "How much nearer a picture is to its own subject in another context than to other subjects on its background, in spreads "
        "of the similarity; below 0 the background is the shorter way.",
        SPREADS,
    ),
    _mean(
        "swap",
        "Swap test",
        "higher",
        "mean/swap",
        "How often the subject code of one picture, the pose code of a second and the background code of a third together find "
        "the picture that they describe.",
    ),
)
READING = (
    _mean(
        "background_leak",
        "Background read from the subject code",
        "lower",
        "mean/probe/subject/background",
        "Accuracy of a linear probe that reads the background level from the subject code of subjects it never saw.",
    ),
    _mean(
        "pose_leak",
        "Pose read from the subject code",
        "lower",
        "mean/probe/subject/pose",
        "Accuracy of a linear probe that reads the pose level from the subject code of subjects it never saw.",
    ),
    _mean(
        "background_leak_strongest",
        "Background read by the strongest linear probe",
        "lower",
        "mean/strongest/subject/background",
        "Accuracy of a linear probe with hardly any penalty, which reads directions too faint for a search to notice.",
    ),
    _mean(
        "pose_leak_strongest",
        "Pose read by the strongest linear probe",
        "lower",
        "mean/strongest/subject/pose",
        "Accuracy of a linear probe with hardly any penalty, which reads directions too faint for a search to notice.",
    ),
    _mean(
        "background_leak_taught",
        "Background read by a probe that learnt from the training pictures",
        "lower",
        "mean/taught/subject/background",
        "Accuracy of a linear probe that learnt from the subject codes of all training pictures, many more than are held out.",
    ),
    _mean(
        "background_leak_network",
        "Background read by a small network",
        "lower",
        "mean/network/subject/background",
        "Accuracy of a network with one hidden layer that reads the background level from the subject code.",
    ),
    _mean(
        "pose_leak_taught",
        "Pose read by a probe that learnt from the training pictures",
        "lower",
        "mean/taught/subject/pose",
        "Accuracy of a linear probe that learnt from the subject codes of all training pictures, many more than are held out.",
    ),
    _mean(
        "pose_leak_network",
        "Pose read by a small network",
        "lower",
        "mean/network/subject/pose",
        "Accuracy of a network with one hidden layer that reads the pose level from the subject code.",
    ),
    _mean(
        "subject_read",
        "Subject read from the subject code",
        "higher",
        "mean/probe/subject/subject",
        "Accuracy of a linear probe that learnt each subject from its pictures in other poses on other backgrounds.",
    ),
    _mean(
        "subject_in_pose",
        "Subject read from the pose code",
        "lower",
        "mean/probe/pose/subject",
        "Accuracy of a linear probe that reads the subject from the pose code of pictures in other contexts.",
    ),
    _mean(
        "subject_in_background",
        "Subject read from the background code",
        "lower",
        "mean/probe/background/subject",
        "Accuracy of a linear probe that reads the subject from the background code of pictures in other contexts.",
    ),
    _mean(
        "pose_read",
        "Pose read from the pose code",
        "higher",
        "mean/probe/pose/pose",
        "Accuracy of a linear probe that reads the pose level from the pose code of subjects it never saw.",
    ),
    _mean(
        "background_read",
        "Background read from the background code",
        "higher",
        "mean/probe/background/background",
        "Accuracy of a linear probe that reads the background level from the background code of subjects it never saw.",
    ),
)
PARTING = (
    Kind(
        "dci_disentanglement",
        "DCI, disentanglement",
        "higher",
        statistics.disentangled,
        ALL_PROBES,
        "1 when each of the three codes tells of one factor alone, by linear probes.",
    ),
    Kind(
        "dci_completeness",
        "DCI, completeness",
        "higher",
        statistics.complete,
        ALL_PROBES,
        "1 when each factor is told by one code alone, by linear probes.",
    ),
    Kind(
        "dci_informativeness",
        "DCI, informativeness",
        "higher",
        statistics.informative,
        ALL_PROBES,
        "What the best code tells of each factor above chance, by linear probes, averaged over factors.",
    ),
    Kind(
        "mig",
        "Mutual information gap",
        "higher",
        statistics.information_gap,
        ALL_PROBES,
        "How much more the best code knows of a factor than the second best, over the factor's entropy.",
    ),
    Kind(
        "sap",
        "Separated attribute predictability",
        "higher",
        statistics.predictability_gap,
        ALL_PROBES,
        "How much better the best code tells a factor than the second best, above chance.",
    ),
    Kind(
        "orthogonality_residual",
        "Orthogonality residual",
        "lower",
        statistics.unorthogonal,
        RESIDUALS,
        "The share of the subject code's variance that the pose and background codes predict linearly on subjects they were not "
        "fitted on.",
    ),
    Kind(
        "squared_cosine",
        "Squared cosine",
        "neither",
        statistics.squared_cosine,
        COSINES,
        "Of the subject code with the two others. It is near zero for any two codes and proves nothing.",
    ),
)
KINDS: tuple[Kind, ...] = FINDING + READING + PARTING
