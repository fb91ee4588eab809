"""Sample task: boosted trees, judged by MULTI-CLASS-LOG-LOSS."""

import json
import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # folds run side by side, each on one core
import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold

SEED = 1
CORES = int(os.environ.get("AGENTIDE_CORES") or os.cpu_count() or 1)

# load: the public files; test in the order of the sample, so that predictions need no sorting.
train = pd.read_csv("input/train.csv")
test = pd.read_csv("input/test.csv")
sample = pd.read_csv("input/sample_submission.csv")
test = test.set_index("id").loc[sample["id"]].reset_index()

# load: the 26 classes in the order of the submission's columns.
classes = np.array(sample.columns[sample.columns != "id"])
y = pd.Categorical(train["letter"].astype(str), categories=classes).codes.astype(int)

# clean: train and test in one table, so that both are treated alike; the answers are not in it.
data = pd.concat([train.reindex(columns=test.columns), test], ignore_index=True)

# features: what the models see: 16 columns of numbers; the id is not among them.
numbers = [
    "figure 0", "figure 1", "figure 2", "figure 3", "figure 4", "figure 5", "figure 6", "figure 7",
    "figure 8", "figure 9", "figure 10", "figure 11", "figure 12", "figure 13", "figure 14", "figure 15",
]
X = data[numbers]
X, X_test = X.iloc[:len(train)], X.iloc[len(train):]

# folds: 5 folds, each with the same share of every class, so that each row is predicted by a model that
# learnt from the other 80 %.
folds = list(StratifiedKFold(5, shuffle=True, random_state=SEED).split(X, y))


# folds: MULTI-CLASS-LOG-LOSS as the task defines it; lower is better.
def score(guess):
    return -np.mean(np.log(np.clip(guess[np.arange(len(y)), y], 1e-15, 1)))


# model: boosted trees: 26 small trees a round, one for each class.
def boosted_trees(seed):
    return HistGradientBoostingClassifier(
        max_iter=90, learning_rate=0.12, max_leaf_nodes=15, min_samples_leaf=20,
        l2_regularization=1, early_stopping=False, random_state=seed)


# model: train is predicted out of fold, test by the mean of the fold models.
def spread(model, rows):
    chances = np.zeros((len(rows), len(classes)))
    chances[:, model.classes_] = model.predict_proba(rows)  # a fold may lack a rare class
    return chances


def out_of_fold(make):
    def run(seed, fit, rest):
        learn, near, far = X.iloc[fit], X.iloc[rest], X_test
        model = make(seed).fit(learn, y[fit])
        return rest, *(spread(model, rows) for rows in (near, far))

    jobs = [(SEED + number, fit, rest) for number, (fit, rest) in enumerate(folds)]
    inside, outside = np.zeros((len(y), len(classes))), np.zeros((len(X_test), len(classes)))
    for rest, near, far in Parallel(n_jobs=CORES, prefer="threads")(delayed(run)(*job) for job in jobs):
        inside[rest] += near
        outside += far / len(jobs)
    return inside, outside


insides, outsides = zip(*(out_of_fold(make) for make in [boosted_trees]))


# blend: one exponent found out of fold makes the probabilities as sure as they deserve to be.
def mix(free, guesses):
    logs = sum(weight * np.log(np.clip(guess, 1e-6, 1)) for weight, guess in zip(np.exp(free), guesses))
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.clip(odds / odds.sum(axis=1, keepdims=True), 1e-15, 1)


start = np.zeros(len(insides)) - np.log(len(insides))
found = minimize(lambda free: score(mix(free, insides)), start, method="Nelder-Mead", options={"maxfev": 150})
inside, outside = mix(found.x, insides), mix(found.x, outsides)


# write: the submission in the form of the sample; beside it the out-of-fold score and predictions, for
# whoever checks or blends.
os.makedirs("working", exist_ok=True)
sample[sample.columns[sample.columns != "id"]] = outside
sample.to_csv("submission.csv", index=False, float_format="%.8g")
pd.DataFrame({"id": train["id"], **dict(zip(classes, inside.T))}).to_csv("working/oof.csv", index=False, float_format="%.6g")
result = float(score(inside))
with open("working/meta.json", "w") as file:
    json.dump({"score": result, "folds": len(folds)}, file)
print(f"score: {result:.6f}")
