"""The shortcuts of the 378 classifiers must give what the plain computation gives."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.feature_selection import chi2
from sklearn.neighbors import KNeighborsClassifier, NeighborhoodComponentsAnalysis
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from training.ph.base_classifiers import (
    COUNT,
    SUBSETS,
    base_classifier,
    fit_and_predict,
    relief_neighbours,
)

WIDTHS = (40, 40, 25, 25, 30, 20)


def six_vectors(rows=60, seed=0, signal=1.0, *, negative=True):
    """f1 to f6 with f3 equal to f4, as in the report; the first column of each vector knows the class."""
    rng = np.random.default_rng(seed)
    classes = np.arange(rows) % 4
    vectors = [rng.normal(0, 1, (rows, width)) for width in WIDTHS]
    for vector in vectors:
        vector[:, 0] += signal * classes
    vectors[3] = vectors[2].copy()
    if not negative:
        vectors = [np.abs(v) for v in vectors]
    return tuple(v.astype(np.float32) for v in vectors), classes


@pytest.fixture(scope="module")
def fitted():
    vectors, classes = six_vectors()
    train, test = np.arange(44), np.arange(44, 60)
    return vectors, classes, train, test, fit_and_predict(vectors, classes, train, test)


def number_of(subset, selector, classifier):
    return next(
        n
        for n in range(COUNT)
        if (base_classifier(n).subset, base_classifier(n).selector, base_classifier(n).classifier)
        == (subset, selector, classifier)
    )


def test_numbering_is_that_of_the_report():
    assert COUNT == 378
    assert len(SUBSETS) == 63
    assert SUBSETS[:7] == ((0,), (1,), (2,), (3,), (4,), (5,), (0, 1))
    assert base_classifier(0).title == "f1, NCA, kNN"
    assert base_classifier(3).title == "f1, ReliefF, SVM"
    assert base_classifier(377).title == "f1+f2+f3+f4+f5+f6, Chi2, SVM"


def test_every_classifier_predicts_and_equal_vectors_make_equal_classifiers(fitted):
    predictions = fitted[-1]
    assert predictions.min() >= 0
    swap = {2: 3, 3: 2}
    for number in range(COUNT):
        one = base_classifier(number)
        twin = number_of(tuple(sorted(swap.get(v, v) for v in one.subset)), one.selector, one.classifier)
        assert np.array_equal(predictions[number], predictions[twin])
    assert len({p.tobytes() for p in predictions}) <= 282


@pytest.mark.parametrize("subset", [(0,), (0, 1, 4)])
def test_projection_in_the_span_equals_plain_nca(fitted, subset):
    """(0,) is narrower than the 44 training rows, (0, 1, 4) wider, where the short cut is taken."""
    vectors, classes, train, test, predictions = fitted
    x = np.hstack([vectors[v] for v in subset]).astype(float)
    scaler = StandardScaler().fit(x[train])
    count = min(250, x.shape[1], len(train) - 1)
    nca = NeighborhoodComponentsAnalysis(count, init="pca", max_iter=300, tol=1e-4, random_state=42)
    nca.fit(scaler.transform(x[train]), classes[train])
    a, b = (nca.transform(scaler.transform(x[rows])) for rows in (train, test))
    plain = KNeighborsClassifier(1, metric="cityblock").fit(a, classes[train]).predict(b)
    assert np.array_equal(predictions[number_of(subset, "NCA", "kNN")], plain)


def test_chi2_and_support_vectors_equal_scikit_learn(fitted):
    vectors, classes, train, test, predictions = fitted
    x = np.hstack([vectors[0], vectors[5]]).astype(float)
    low, span = x[train].min(axis=0), np.ptp(x[train], axis=0)
    scaled = 1e-6 + (x - low) / span * (1 - 1e-6)
    order = np.argsort(-chi2(scaled[train], classes[train])[0], kind="stable")[:250]
    machine_scaler = StandardScaler().fit(scaled[train][:, order])
    machine = SVC(kernel="poly", degree=3, C=1.0).fit(machine_scaler.transform(scaled[train][:, order]), classes[train])
    plain = machine.predict(machine_scaler.transform(scaled[test][:, order]))
    assert np.array_equal(predictions[number_of((0, 5), "Chi2", "SVM")], plain)


def test_relief_prefers_the_columns_that_know_the_class():
    rng = np.random.default_rng(1)
    classes = np.arange(80) % 4
    noise = rng.normal(0, 1, (80, 2000)).astype(np.float32)
    noise[:, :40] += classes[:, None] * 0.8
    vectors = (noise, *(rng.normal(0, 1, (80, 4)).astype(np.float32) for _ in range(5)))
    number = number_of((0,), "ReliefF", "kNN")
    train, test = np.arange(60), np.arange(60, 80)
    with_relief = fit_and_predict(vectors, classes, train, test, [number])[0]
    all_columns = KNeighborsClassifier(1, metric="cityblock").fit(noise[train], classes[train]).predict(noise[test])
    assert (with_relief == classes[test]).mean() > (all_columns == classes[test]).mean()


def test_relief_neighbours_are_the_nearest_of_each_class_and_never_the_row_itself():
    rng = np.random.default_rng(2)
    labels = np.array([0] * 20 + [1] * 15 + [2] * 5)
    points = rng.normal(0, 1, (40, 3))
    distance = cdist(points, points, "cityblock")
    near, weights = relief_neighbours(distance, labels)
    for row in range(40):
        used = near[row][weights[row] != 0]
        assert row not in used
        own = near[row][weights[row] < 0]
        expected = [i for i in np.argsort(distance[row], kind="stable") if labels[i] == labels[row] and i != row]
        assert own.tolist() == expected[:10]
    totals = weights.sum(axis=1) * 40
    assert np.allclose(totals, 0, atol=1e-5), "hits weigh −1, misses +1 together"


def test_scaling_and_selection_see_training_rows_only():
    vectors, classes = six_vectors()
    train, test = np.arange(44), np.arange(44, 60)
    changed = tuple(v.copy() for v in vectors)
    for vector in changed:
        vector[50:] *= 100
    before = fit_and_predict(vectors, classes, train, test, range(12))
    after = fit_and_predict(changed, classes, train, test, range(12))
    assert before.shape == (12, 16)
    assert np.array_equal(before[:, :6], after[:, :6])


def test_features_without_negative_values_stay_raw_for_chi2():
    vectors, classes = six_vectors(negative=False)
    train, test = np.arange(44), np.arange(44, 60)
    number = number_of((0,), "Chi2", "kNN")
    x = vectors[0].astype(float)
    plain = KNeighborsClassifier(1, metric="cityblock").fit(x[train], classes[train]).predict(x[test])
    assert np.array_equal(fit_and_predict(vectors, classes, train, test, [number])[0], plain)
