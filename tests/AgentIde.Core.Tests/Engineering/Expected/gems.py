"""Sample task: extra trees and boosted trees on the logarithm, judged by RMSLE."""

import os

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from threadpoolctl import threadpool_limits

SEED = 1
CORES = int(os.environ.get("AGENTIDE_CORES") or os.cpu_count() or 1)

# load: the public files; test in the order of the sample, so that predictions need no sorting.
train = pd.read_csv("input/train.csv")
test = pd.read_csv("input/test.csv")
sample = pd.read_csv("input/sample_submission.csv")
test = test.set_index("id").loc[sample["id"]].reset_index()
# load: RMSLE is the plain squared error of log1p, so the models learn log1p(price).
target = train["price"].to_numpy(float)
y = np.log1p(target)

# clean: train and test in one table, so that both are treated alike; the answers are not in it.
data = pd.concat([train.reindex(columns=test.columns), test], ignore_index=True)
# clean: x, y and z can't be zero (up to 11 rows are): not measured, so missing.
measured = ["x", "y", "z"]
data[measured] = data[measured].replace(0, np.nan)

# features: cut and color are graded, for instance cut from Fair to Ideal: ranks keep the order.
grades = {
    "cut": ["Fair", "Good", "Very Good", "Premium", "Ideal"],
    "color": ["J", "I", "H", "G", "F", "E", "D"],
}
ranks = OrdinalEncoder(categories=list(grades.values()))
data[list(grades)] = ranks.fit_transform(data[list(grades)])
# features: what the models see: 7 columns of numbers; the id is not among them.
numbers = ["carat", "depth", "x", "y", "z", "cut", "color"]
X = data[numbers]


# folds: RMSLE as the task defines it; lower is better.
def score(guess):
    return np.sqrt(np.mean((np.log1p(target) - np.log1p(np.clip(guess, 0, None))) ** 2))


# folds: 5 folds: each row is predicted by a model that learnt from the other 80 %.
folds = list(KFold(5, shuffle=True, random_state=SEED).split(y))

# model: extra trees: random cuts, averaged over many; little variance, and wrong in other places than boosting.
extra_trees = make_pipeline(
    SimpleImputer(strategy="median"),
    ExtraTreesRegressor(n_estimators=120, min_samples_leaf=2, max_features=0.7))
# model: boosted trees: each corrects the sum of those before; they take steps, interactions and missing values as
# they come.
boosted_trees = HistGradientBoostingRegressor(
    max_iter=300, learning_rate=0.08, max_leaf_nodes=31, min_samples_leaf=20,
    l2_regularization=1, early_stopping=False)


# model: train is predicted out of fold, test by the mean of the fold models.
def out_of_fold(model):
    def run(seed, fit, rest):
        threadpool_limits(1)  # folds run side by side, each on one core
        rows = np.r_[rest, len(y):len(X)]
        chance = {name: seed for name in model.get_params() if name.endswith("random_state")}
        fitted = clone(model).set_params(**chance).fit(X.iloc[fit], y[fit])
        return rows, fitted.predict(X.iloc[rows])

    guess = np.zeros(len(X))
    jobs = [(SEED + number, *fold) for number, fold in enumerate(folds)]
    for rows, some in Parallel(n_jobs=CORES, prefer="threads")(delayed(run)(*job) for job in jobs):
        guess[rows] += some
    guess[len(y):] /= len(folds)
    return guess


# blend: a weighted mean of the 2 models; weights are found out of fold, where no model knew the answer.
def mix(free, rows):
    return np.average([guess[rows] for guess in guesses], axis=0, weights=softmax(free))


guesses = [out_of_fold(model) for model in [extra_trees, boosted_trees]]
found = minimize(lambda free: score(np.expm1(mix(free, slice(len(y))))), np.zeros(len(guesses)), method="Nelder-Mead")
guess = mix(found.x, slice(None))


# write: the submission in the sample's form, and the out-of-fold predictions and score for whoever checks or blends.
inside, outside = np.split(np.expm1(guess), [len(y)])
sample["price"] = np.clip(outside, 0, None)
sample.to_csv("submission.csv", index=False, float_format="%.8g")
os.makedirs("working", exist_ok=True)
pd.DataFrame({"id": train["id"], "prediction": inside}).to_csv("working/oof.csv", index=False, float_format="%.6g")
result = float(score(inside))
pd.Series({"score": result, "folds": len(folds)}).to_json("working/meta.json")
print(f"score: {result:.6f}")
