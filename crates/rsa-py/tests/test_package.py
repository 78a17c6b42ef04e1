"""Measures, errors, warnings, figures, the accumulator, the command and the examples of the documentation."""

import doctest
import importlib
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import rsakit as rk

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 8))
Y = X @ RNG.normal(size=(8, 5)) + RNG.normal(size=(30, 5))


def test_measures_are_values():
    assert rk.Cka(hsic="unbiased") == rk.Cka(hsic="unbiased") and len({rk.Cka(), rk.Cka()}) == 1
    assert rk.Cka(kernel="rbf", bandwidth="median(0.5)").spec == "cka:kernel=rbf,bandwidth=median(0.5)"
    assert pickle.loads(pickle.dumps(rk.Svcca("variance(0.9)"))).spec == "svcca:keep=variance(0.9)"
    assert type(rk.Rsa())(**rk.Rsa().get_params()) == rk.Rsa()
    assert rk.Cka().score(X, Y) == rk.cka(X, Y) == rk.compare(X, Y, "cka").values[0, 0, 0]


def test_scores_agree_with_their_formula():
    x, y = (layer - layer.mean(axis=0) for layer in (X, Y))
    expected = np.linalg.norm(x.T @ y) ** 2 / np.linalg.norm(x.T @ x) / np.linalg.norm(y.T @ y)
    assert rk.cka(X, Y) == pytest.approx(expected, rel=1e-13)
    rdm = rk.rdm(X, "correlation")
    assert np.allclose(rdm.get_matrices()[0], 1 - np.corrcoef(X), atol=1e-14)
    assert rdm.n_cond == 30 and rdm.n_rdm == len(rdm) == 1


def test_a_typo_has_a_suggestion_and_fields():
    with pytest.raises(rk.InvalidParameterError, match="cka") as caught:
        rk.compare(X, measure="ckaa")
    assert caught.value.kind == "InvalidParameter" and caught.value.found
    with pytest.raises(rk.InvalidParameterError):
        rk.rdm(X, "corelation")
    with pytest.raises(rk.InvalidParameterError):
        rk.cka(X, Y, conv="average")


def test_errors_are_of_their_kind():
    with pytest.raises(rk.ShapeMismatchError):
        rk.cka(X, Y[:10])
    with pytest.raises(rk.DegenerateError) as caught:
        rk.cka(np.ones((30, 2)), X)
    assert isinstance(caught.value, ValueError)
    with pytest.raises(FileNotFoundError):
        rk.compare("no-such-file.npz")
    with pytest.raises(rk.TooLargeError) as caught:
        rk.compare_rdms(rk.rdm(RNG.normal(size=(700, 3)), "euclidean"), memory="1MB")
    assert caught.value.needed > caught.value.allowed == 1_000_000
    with pytest.raises(TypeError, match="score takes two layers"):
        rk.score({"a": X, "b": X}, X)


def test_warnings_come_once_a_kind_at_the_line_of_the_caller():
    few = {str(k): RNG.normal(size=(10, 40)) for k in range(4)}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = rk.compare(few, measure="cka")
    caveats = [one for one in caught if issubclass(one.category, rk.CaveatWarning)]
    assert found.caveats and len(caveats) == len({one["kind"] for one in found.caveats})
    assert all(one.filename == __file__ for one in caveats)


def test_results_have_tables_and_figures(tmp_path):
    found = rk.compare({"one": X, "two": X**2}, {"three": Y}, ["cka", "cca"])
    assert found.measures == ["cka", "cca"] and (found.rows, found.columns) == (["one", "two"], ["three"])
    assert found["cka"].shape == (2, 1) and found.values.shape == (2, 2, 1)
    with pytest.raises(KeyError, match="measured were cka, cca"):
        found["pwcca"]
    assert "<svg" in found._repr_svg_() and found.plot(tmp_path / "x.svg") == (tmp_path / "x.svg").read_text()
    found.plot(tmp_path / "x.png", width=89, theme="dark")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ValueError, match=".svg or .png"):
        found.plot(tmp_path / "x.pdf")
    pandas = pytest.importorskip("pandas")
    assert found.to_frame("cca").loc["two", "three"] == found["cca"][1, 0]
    assert isinstance(found.to_frame(), pandas.DataFrame) and len(found.to_frame()) == 4


def test_repeated_measurements_are_crossvalidated():
    true = RNG.normal(size=(5, 20))
    data = np.concatenate([true + 0.1 * RNG.normal(size=true.shape) for _ in range(3)])
    conditions = [f"c{k}" for k in range(5)] * 3
    runs = [run for run in "abc" for _ in range(5)]
    found = rk.rdm(data, "crossnobis", conditions=conditions, runs=runs)
    assert found.labels == [f"c{k}" for k in range(5)] and found.dissimilarities.shape == (1, 10)
    with pytest.raises(rk.InvalidParameterError, match="run"):
        rk.rdm(data, "crossnobis", conditions=conditions)


def test_batches_give_the_scores_of_the_whole():
    measures = ["cka", "cka:hsic=unbiased", "cca", "svcca", "pwcca"]
    layers = {"one": X, "two": Y}
    order = np.random.default_rng(2).permutation(30)
    parts = [rk.Accumulator(measures) for _ in range(2)]
    for part, rows in zip([0, 1, 0, 1], np.split(order, [9, 10, 22])):
        parts[part].add({name: layer[rows] for name, layer in layers.items()})
    parts = [pickle.loads(pickle.dumps(part)) for part in parts]
    whole = parts[0].merge(parts[1])
    assert whole.n_conditions == 30
    found = whole.result()
    assert found.measures == rk.compare(layers, measures=measures).measures
    assert np.allclose(found.values, rk.compare(layers, measures=measures).values, atol=1e-10)


def test_sums_are_the_part_files_of_the_program(tmp_path):
    sums = rk.Accumulator("cka")
    sums.add({"one": X}, {"two": Y})
    sums.save(tmp_path / "part.npz")
    with pytest.raises(OSError):
        sums.save(tmp_path / "part.npz")
    merged = subprocess.run([sys.executable, "-m", "rsakit", "merge", "part.npz", "--format", "json"], cwd=tmp_path, capture_output=True)
    assert merged.stdout.decode() == sums.result().to_json()
    assert rk.Accumulator("cka").load(tmp_path / "part.npz").result() == sums.result()


def test_batches_of_other_layers_are_refused():
    sums = rk.Accumulator("cka")
    sums.add({"one": X, "two": Y})
    with pytest.raises(rk.ShapeMismatchError, match="other numbers of features"):
        sums.add({"one": X, "two": Y[:, :2]})
    with pytest.raises(rk.ShapeMismatchError):
        sums.add({"one": X, "two": Y[:5]})
    assert sums.n_conditions == 30
    with pytest.raises(rk.InvalidParameterError, match="sum over conditions"):
        rk.Accumulator(rk.Rsa()).add({"one": X})


def test_the_command_is_the_program():
    def run(*words):
        return subprocess.run([sys.executable, "-m", "rsakit", *words], capture_output=True, text=True)

    assert run("--version").stdout.strip().endswith(rk.__version__)
    assert run("compare", "no-such-file.npz").returncode == 1
    assert run("compare", "--no-such-option").returncode == 2
    lean = "import rsakit, sys; sys.exit(any(name in sys.modules for name in ('pandas', 'torch', 'tqdm')))"
    assert subprocess.run([sys.executable, "-c", lean]).returncode == 0


@pytest.mark.parametrize("module", ["rsakit", "_accumulator", "_layers", "_measures", "_rdms"])
def test_examples_of_the_documentation(module):
    found = importlib.import_module(module if module == "rsakit" else f"rsakit.{module}")
    outcome = doctest.testmod(found, optionflags=doctest.ELLIPSIS)
    assert outcome.attempted and not outcome.failed


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["docs/python.md", "README.md"])
def test_the_chapters_run(name, tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    text = (Path(__file__).parents[1] / name).read_text()
    monkeypatch.chdir(tmp_path)
    blocks = [block.split("```")[0] for block in text.split("```python\n")[1:]]
    exec("\n".join(blocks), {})
    assert (tmp_path / "layers.svg").is_file()
