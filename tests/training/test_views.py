from spotdiff10k.training.views import View, labels_of, told_factors


def view(subject: str, pose: str, background: str) -> View:
    return View(f"{subject}-{pose}-{background}", subject, "fox", pose, background, "train")


def test_levels_are_numbered_in_the_order_of_their_names() -> None:
    found = labels_of([view("b", "sit", "x"), view("a", "run", "y"), view("a", "sit", "x")])
    assert found.subject.tolist() == [1, 0, 0]
    assert found.pose.tolist() == [1, 0, 1]
    assert found.background.tolist() == [0, 1, 0]


def test_a_level_that_is_not_told_is_never_that_of_another_picture() -> None:
    found = labels_of([view("a", "", "x"), view("a", "sit", "x"), view("b", "", "y")])
    assert len(set(found.pose.tolist())) == 3
    assert found.background.tolist() == [0, 0, 1]


def test_a_factor_is_told_when_every_picture_tells_it() -> None:
    assert told_factors([view("a", "", "x"), view("a", "sit", "x")]) == {"subject", "background", "family"}
