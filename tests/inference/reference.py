"""Writes rsatoolbox.toml, the values of rsatoolbox 0.3.2 on a small data set.

Bootstraps are random and use the global seed of NumPy. The file has their mean over twenty seeds and the standard error
of this mean.

python -m pip install rsatoolbox==0.3.2 numpy==2.4.6 scipy==1.17.1; python reference.py > rsatoolbox.toml
"""

import warnings

import numpy as np

warnings.filterwarnings("ignore")

from rsatoolbox.inference import (  # noqa: E402
    eval_bootstrap_pattern,
    eval_bootstrap_rdm,
    eval_dual_bootstrap,
    eval_fixed,
)
from rsatoolbox.model import ModelFixed  # noqa: E402
from rsatoolbox.rdm import RDMs  # noqa: E402

N_CONDITIONS, N_SUBJECTS, N_MODELS = 10, 5, 3
METHODS = {
    "cosine": "cosine",
    "pearson": "corr",
    "spearman": "spearman",
    "rho-a": "rho-a",
    "kendall-a": "tau-a",
    "kendall-b": "tau-b",
    "whitened-cosine": "cosine_cov",
    "whitened-pearson": "corr_cov",
}


def rdm(seed):
    """Returns the RDM that `rdm` in reference.rs returns; the second term is common to all RDMs."""
    k = np.arange(N_CONDITIONS * (N_CONDITIONS - 1) // 2)
    return 1 + (k * k * 31) % 41 / 8 + (k * k * seed * 7 + 13 * k + seed) % 53 / 16


BOOTSTRAPS = {
    "subjects": (eval_bootstrap_rdm, {"boot_noise_ceil": False}),
    "conditions": (eval_bootstrap_pattern, {"boot_noise_ceil": False}),
    "both": (eval_dual_bootstrap, {"k_pattern": 1, "k_rdm": 1}),
}


def bootstraps(models, data):
    """Standard errors of the scores, of 200 resamples."""
    for name in ("pearson", "spearman", "whitened-pearson"):
        for factor, (evaluate, settings) in BOOTSTRAPS.items():
            if (name, factor) == ("whitened-pearson", "both"):
                continue  # It takes half an hour.
            errors = []
            for seed in range(20):
                np.random.seed(seed)
                errors.append(evaluate(models, data, method=METHODS[name], N=200, **settings).get_sem())
            errors = np.array(errors)
            print(f'\n[[bootstrap]]\ncomparison = "{name}"\ngeneralize_to = "{factor}"')
            print(f"standard_errors = [{', '.join(repr(float(value)) for value in errors.mean(0))}]")
            sure = errors.std(0, ddof=1) / np.sqrt(len(errors))
            print(f"known_to = [{', '.join(repr(float(value)) for value in sure)}]")


def main():
    print("# Made by reference.py with rsatoolbox 0.3.2, NumPy 2.4.6 and SciPy 1.17.1.")
    data = RDMs(np.stack([rdm(seed) for seed in range(1, 1 + N_SUBJECTS)]))
    models = [ModelFixed(f"m{seed}", rdm(seed)) for seed in range(11, 11 + N_MODELS)]
    for name, method in METHODS.items():
        result = eval_fixed(models, data, method=method)
        p_pair, p_zero, _ = result.test_all()
        numbers = {
            "scores": result.evaluations[0].mean(1),
            "noise_ceiling": result.noise_ceiling,
            "standard_errors": result.get_sem(),
            "p_above_zero": p_zero,
            "p_pairwise": p_pair[np.triu_indices(N_MODELS, 1)],
        }
        print(f'\n[[case]]\ncomparison = "{name}"')
        for key, values in numbers.items():
            print(f"{key} = [{', '.join(repr(float(value)) for value in np.ravel(values))}]")
    bootstraps(models, data)


if __name__ == "__main__":
    main()
