"""Sample task: boosted trees and extra trees, judged by MULTI-CLASS-LOG-LOSS."""

import os

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

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
    "figure 0", "figure 1", "figure 2", "figure 3", "figure 4", "figure 5", "figure 6", "figure 7", "figure 8",
    "figure 9", "figure 10", "figure 11", "figure 12", "figure 13", "figure 14", "figure 15",
]
X = data[numbers]


# folds: MULTI-CLASS-LOG-LOSS as the task defines it; lower is better.
def score(guess):
    return -np.mean(np.log(np.clip(guess[np.arange(len(y)), y], 1e-15, 1)))


# folds: 5 folds with equal shares of the classes: each row is predicted by a model that learnt from the other 80 %.
folds = list(StratifiedKFold(5, shuffle=True, random_state=SEED).split(y, y))

# model: extra trees: random cuts, averaged over many; quick with many classes, and wrong in other places than
# boosting.
extra_trees = ExtraTreesClassifier(n_estimators=150, min_samples_leaf=1, max_features=0.4)
# model: boosted trees: 26 small trees a round, one for each class.
boosted_trees = HistGradientBoostingClassifier(
    max_iter=90, learning_rate=0.12, max_leaf_nodes=15, min_samples_leaf=20,
    l2_regularization=1, early_stopping=False)


# model: train is predicted out of fold, test by the mean of the fold models.
def out_of_fold(model):
    def run(seed, fit, rest):
        threadpool_limits(1)  # folds run side by side, each on one core
        rows = np.r_[rest, len(y):len(X)]
        chance = {name: seed for name in model.get_params() if name.endswith("random_state")}
        fitted = clone(model).set_params(**chance).fit(X.iloc[fit], y[fit])
        return rows, fitted.classes_, fitted.predict_proba(X.iloc[rows])

    guess = np.zeros((len(X), len(classes)))
    jobs = [(SEED + number, *fold) for number, fold in enumerate(folds)]
    for rows, known, some in Parallel(n_jobs=CORES, prefer="threads")(delayed(run)(*job) for job in jobs):
        guess[np.ix_(rows, known)] += some  # a fold may lack a rare class
    guess[len(y):] /= len(folds)
    return guess


# blend: the 2 models' probabilities multiplied, each with an exponent found out of fold: weight and sureness in one.
def mix(free, rows):
    logs = sum(weight * np.log(np.clip(guess[rows], 1e-6, 1)) for weight, guess in zip(np.exp(free), guesses))
    return np.clip(softmax(logs, axis=1), 1e-15, 1)


guesses = [out_of_fold(model) for model in [extra_trees, boosted_trees]]
start = np.full(len(guesses), -np.log(len(guesses)))
found = minimize(lambda free: score(mix(free, slice(len(y)))), start, method="Nelder-Mead", options={"maxfev": 150})
guess = mix(found.x, slice(None))


# write: the submission in the sample's form, and the out-of-fold predictions and score for whoever checks or blends.
inside, outside = np.split(guess, [len(y)])
sample[sample.columns[sample.columns != "id"]] = outside
sample.to_csv("submission.csv", index=False, float_format="%.8g")
os.makedirs("working", exist_ok=True)
pd.DataFrame({"id": train["id"], **dict(zip(classes, inside.T))}).to_csv("working/oof.csv", index=False, float_format="%.6g")
result = float(score(inside))
pd.Series({"score": result, "folds": len(folds)}).to_json("working/meta.json")
print(f"score: {result:.6f}")
