"""The package gives the bytes of the program."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rsakit as rk

MEASURES = [entry["id"] for entry in rk.measures()]
CORPUS = Path(__file__).parents[3] / "tests" / "corpus"


def program(*arguments, cwd):
    """Run the program; return its status and its bytes."""
    command = [sys.executable, "-m", "rsakit", *arguments, "--quiet"]
    done = subprocess.run(command, cwd=cwd, capture_output=True, timeout=120)
    return done.returncode, done.stdout.decode()


def write(folder, layers):
    folder.mkdir()
    for name, layer in layers.items():
        if name == "conditions":
            (folder / "conditions.txt").write_text("\n".join(layer) + "\n")
        else:
            np.save(folder / f"{name}.npy", layer)


@pytest.fixture
def layers():
    rng = np.random.default_rng(3)
    a = {"one": rng.normal(size=(14, 5)), "two": rng.gamma(2.0, size=(14, 9))}
    b = {"first": rng.gamma(1.0, size=(14, 6)), "second": a["one"] @ rng.normal(size=(5, 4))}
    return a, {name: np.abs(layer) for name, layer in b.items()}


@pytest.mark.filterwarnings("ignore")
def test_every_measure_gives_the_bytes_of_the_program(tmp_path, layers):
    a, b = layers
    write(tmp_path / "a", a)
    write(tmp_path / "b", b)
    options = [word for measure in MEASURES for word in ("--measure", measure)]
    _, expected = program("compare", "a", "b", *options, "--format", "json", cwd=tmp_path)
    assert rk.compare(a, b, MEASURES).to_json() == expected


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int32", "uint8", ">f4"])
def test_types_of_numbers_keep_their_precision(tmp_path, layers, dtype):
    a = {name: (100 * np.abs(layer)).astype(dtype) for name, layer in layers[0].items()}
    write(tmp_path / "a", a)
    options = ["--measure", "cka", "--measure", "svcca", "--measure", "rsa:rdm=euclidean,compare=kendall-a"]
    _, expected = program("compare", "a", *options, "--format", "json", cwd=tmp_path)
    assert rk.compare(a, measures=options[1::2]).to_json() == expected


def test_labels_in_another_order_are_aligned(tmp_path, layers):
    a, b = layers
    labels = [f"c{k:02}" for k in range(14)]
    order = np.random.default_rng(1).permutation(14)
    a = {**a, "conditions": labels}
    b = {**{name: layer[order] for name, layer in b.items()}, "conditions": [labels[k] for k in order]}
    write(tmp_path / "a", a)
    write(tmp_path / "b", b)
    _, expected = program("compare", "a", "b", "--measure", "cka", "--format", "json", cwd=tmp_path)
    found = rk.compare(a, b, "cka")
    assert found.to_json() == expected
    assert np.allclose(found.values, rk.compare(layers[0], layers[1], "cka").values, atol=1e-14)


@pytest.mark.filterwarnings("ignore")
def test_failures_permutations_and_intervals_are_the_same(tmp_path, layers):
    a = {**layers[0], "unit": np.ones((14, 3))}
    write(tmp_path / "a", a)
    arguments = ["--measure", "cka", "--permutations", "20", "--interval", "--seed", "5"]
    status, expected = program("compare", "a", *arguments, "--format", "json", cwd=tmp_path)
    found = rk.compare(a, measure="cka", permutations=20, interval=True, seed=5)
    assert status == 3 and found.to_json() == expected
    at = found.rows.index("unit")
    assert np.isnan(found["cka"][at]).all() and found.failures[0]["kind"] == "Degenerate"
    assert found.p.shape == (1, 3, 3) and found.intervals.shape == (1, 3, 3, 2)


@pytest.mark.parametrize("dissimilarity", ["correlation", "euclidean", "squared-euclidean(per_feature=true)"])
def test_rdms_and_their_evaluation_are_the_same(tmp_path, layers, dissimilarity):
    write(tmp_path / "x", layers[0])
    _, expected = program("rdm", "x", "--dissimilarity", dissimilarity, "--format", "json", cwd=tmp_path)
    rdms = rk.rdm(layers[0], dissimilarity)
    assert rdms.to_json() == expected
    program("rdm", "x", "--dissimilarity", dissimilarity, "--out", "data.npz", cwd=tmp_path)
    for words in (["--comparison", "spearman"], ["--comparison", "kendall-a"]):
        _, expected = program("compare", "--rdm", "data.npz", *words, "--format", "json", cwd=tmp_path)
        found = rk.compare_rdms(rdms, comparisons=words[1::2])
        assert found.to_json() == expected.replace("data.npz", "a")
    arguments = ["--data", "data.npz", "--models", "data.npz", "--generalize-to", "both", "--resamples", "50"]
    _, expected = program("evaluate", *arguments, "--format", "json", cwd=tmp_path)
    found = rk.evaluate(str(tmp_path / "data.npz"), rdms, generalize_to="both", resamples=50)
    assert found.to_dict()["models"] == rk.Evaluation.from_json(expected).models


def test_maps_are_the_same(tmp_path, layers):
    layers = {**layers[0], **layers[1]}
    layers = {name: layers[name] for name in sorted(layers)}
    write(tmp_path / "x", layers)
    _, expected = program("mds", "x", "--measure", "cka", "--format", "json", cwd=tmp_path)
    assert rk.mds(layers, measure="cka").to_json() == expected


def test_convolutions_are_read_by_the_named_convention(tmp_path):
    x = {"conv": np.random.default_rng(0).normal(size=(6, 3, 4, 5)), "deep": np.random.default_rng(1).normal(size=(6, 2, 2, 2))}
    write(tmp_path / "a", x)
    axes = "conditions,channels,height,width"
    arguments = ["--conv", "mean", "--axes", axes, "--measure", "cka", "--format", "json"]
    _, expected = program("compare", "a", *arguments, cwd=tmp_path)
    assert rk.compare(x, measure="cka", conv="mean", axes=axes).to_json() == expected
    means = {name: layer.mean(axis=(2, 3)) for name, layer in x.items()}
    assert np.allclose(rk.compare(means, measure="cka").values, rk.compare(x, measure="cka", conv="mean", axes=axes).values)


def corpus():
    """Return the cases of the repository; none in an installed copy or before Python 3.11."""
    try:
        import tomllib
    except ImportError:
        return []
    cases = ((path.stem, tomllib.loads(path.read_text())) for path in sorted(CORPUS.glob("*.toml")))
    return [(name, case) for name, case in cases if "x" in case and "y" in case and "case" in case]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name, case", corpus())
def test_the_corpus_gives_the_bytes_of_the_program_and_the_known_values(name, case, tmp_path):
    x, y = np.array(case["x"], dtype=float), np.array(case["y"], dtype=float)
    cases = [one for one in case["case"] if isinstance(one.get("value"), float)]
    measures = list(dict.fromkeys(one["measure"] for one in cases))
    if not measures:
        pytest.skip("the cases are refusals")
    write(tmp_path / "a", {"a": x})
    write(tmp_path / "b", {"b": y})
    options = [word for measure in measures for word in ("--measure", measure)]
    _, expected = program("compare", "a", "b", *options, "--format", "json", cwd=tmp_path)
    found = rk.compare(x, y, measures)
    assert found.to_json() == expected
    for one in cases:
        value = found[one["measure"]][0, 0]
        # Numbers in files are judged by the precision that they show, and these look like 32-bit floats with ties.
        if not name.startswith("offset"):
            assert value == pytest.approx(one["value"], abs=1e-9, rel=1e-9), one
        if not np.isnan(value):
            assert rk.score(x, y, one["measure"]) == value
