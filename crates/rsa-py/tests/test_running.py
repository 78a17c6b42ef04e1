"""Threads, interrupts, progress, forks and pickles. Whatever could hang runs in a process of its own."""

import copy
import pickle
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import rsakit as rk

X = np.random.default_rng(0).normal(size=(30, 8))

LONG = """
import numpy as np, rsakit as rk
rng = np.random.default_rng(0)
x = {str(k): rng.normal(size=(80, 20)) for k in range(6)}
long = lambda **keywords: rk.compare(x, measure=rk.Rsa(), permutations=1000000, **keywords)
"""


def python(source, timeout=60):
    """Run a program of Python; return its output."""
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(source)], capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_interrupt_is_answered_at_once():
    output = python(
        LONG
        + """
import os, signal, threading, time
# Python leaves SIGINT ignored where its parent does, as a shell does for what it runs in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
def interrupt():
    global sent
    sent = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)
threading.Timer(1.0, interrupt).start()
try:
    long()
except KeyboardInterrupt:
    print(time.monotonic() - sent)
"""
    )
    assert float(output) < 0.2


def test_an_exception_of_progress_stops_the_work():
    output = python(
        LONG
        + """
import time
def progress(done, total, stage):
    raise RuntimeError(f"enough of {stage}")
begin = time.monotonic()
try:
    long(progress=progress)
except RuntimeError as error:
    print(error, time.monotonic() - begin < 20)
"""
    )
    assert output.startswith("enough of ") and output.strip().endswith("True")


def test_progress_is_told():
    steps = []
    rk.evaluate({"a": np.arange(45.0), "b": np.arange(45.0)[::-1]}, {"m": np.arange(45.0) ** 2},
                generalize_to="both", resamples=200, progress=lambda *step: steps.append(step))
    assert steps and all(done <= total and isinstance(stage, str) for done, total, stage in steps)


def test_other_threads_of_python_run_meanwhile():
    output = python(
        LONG
        + """
import threading, time
steps, stop = [0], threading.Event()
def count():
    while not stop.is_set():
        steps[0] += 1
counting = threading.Thread(target=count)
counting.start()
begin, deadline = steps[0], time.monotonic() + 0.5
def progress(done, total, stage):
    if time.monotonic() > deadline:
        raise StopIteration
try:
    long(progress=progress)
except StopIteration:
    print(steps[0] - begin)
stop.set()
"""
    )
    assert int(output) > 1000


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_child_processes_work_after_a_first_call(method, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import multiprocessing, numpy as np, rsakit as rk
            x = np.random.default_rng(0).normal(size=(60, 20))
            def score(k):
                return float(rk.cka(x, x[:, : k + 2]))
            if __name__ == "__main__":
                here = [score(k) for k in range(4)]
                with multiprocessing.get_context("{method}").Pool(2) as pool:
                    assert pool.map(score, range(4)) == here
                print("same")
            """
        )
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    assert done.stdout == "same\n", done.stderr


def test_threads_of_python_call_at_once():
    found = []
    calls = [threading.Thread(target=lambda: found.append(rk.compare(X, measure="cka").to_json())) for _ in range(8)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(found) == 8 and len(set(found)) == 1


def test_results_do_not_depend_on_threads(monkeypatch):
    layers = {str(k): X[:, : k + 2] for k in range(5)}
    one, three = (rk.compare(layers, measures=["cka", "cca"], threads=n) for n in (1, 3))
    assert one == three
    with pytest.raises(rk.InvalidParameterError, match="from 1 to 512"):
        rk.compare(layers, threads=0)
    monkeypatch.setenv("RSAKIT_NUM_THREADS", "many")
    with pytest.raises(rk.InvalidParameterError, match="RSAKIT_NUM_THREADS"):
        rk.compare(layers)


@pytest.mark.parametrize(
    "result",
    [
        lambda: rk.compare({"a": X, "b": X**2}, measure="cka"),
        lambda: rk.rdm(X, "correlation"),
        lambda: rk.evaluate({"a": [1, 2, 3, 4, 5, 6], "b": [1, 3, 2, 4, 6, 5]}, {"m": [1, 2, 3, 4, 5, 6]}),
        lambda: rk.mds(rk.rdm(X, "euclidean")),
    ],
)
def test_results_are_pickled_and_copied(result):
    found = result()
    for again in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found), type(found).from_json(found.to_json())):
        assert again == found and again.to_json() == found.to_json() and repr(again) == repr(found)
        assert again.to_csv() == found.to_csv()


def test_scores_and_errors_are_pickled():
    score = rk.svcca(X, X)
    again = pickle.loads(pickle.dumps(score))
    assert (again, again.measure, again.caveats) == (score, score.measure, score.caveats)
    with pytest.raises(rk.TooFewConditionsError) as caught:
        rk.cka(X[:2], X[:2], hsic="unbiased")
    error = pickle.loads(pickle.dumps(caught.value))
    assert type(error) is rk.TooFewConditionsError and str(error) == str(caught.value)


def test_a_small_call_is_fast():
    rk.cka(X, X)
    times = []
    for _ in range(50):
        begin = time.perf_counter()
        rk.cka(X, X)
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.01
