"""Sample task: nearest neighbours and xgboost on the logarithm, judged by RMSLE."""

import json
import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # folds run side by side, each on one core
import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.optimize import minimize
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder, StandardScaler
from xgboost import XGBRegressor

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
X, X_test = X.iloc[:len(train)], X.iloc[len(train):]

# folds: 3 folds, so that each row is predicted by a model that learnt from the other 67 %.
folds = list(KFold(3, shuffle=True, random_state=SEED).split(X))


# folds: RMSLE as the task defines it; lower is better.
def score(guess):
    return np.sqrt(np.mean((np.log1p(target) - np.log1p(np.clip(guess, 0, None))) ** 2))


# model: the 8 nearest rows decide, the nearer the more: no shape is assumed, so it errs in its own way.
def neighbours(seed):
    return make_pipeline(
        SimpleImputer(strategy="median"), StandardScaler(),
        KNeighborsRegressor(8, weights="distance"))


# model: xgboost: each tree sees 80 % of the rows and 70 % of the columns, so that the sum follows less
# noise.
def xgboost(seed):
    return XGBRegressor(
        n_estimators=400, learning_rate=0.06, max_depth=7, subsample=0.8,
        colsample_bytree=0.7, min_child_weight=3, tree_method="hist", n_jobs=1, random_state=seed)


# model: train is predicted out of fold, test by the mean of the fold models.
def out_of_fold(make):
    def run(seed, fit, rest):
        learn, near, far = X.iloc[fit], X.iloc[rest], X_test
        model = make(seed).fit(learn, y[fit])
        return rest, *(model.predict(rows) for rows in (near, far))

    jobs = [(SEED + number, fit, rest) for number, (fit, rest) in enumerate(folds)]
    inside, outside = np.zeros(len(y)), np.zeros(len(X_test))
    for rest, near, far in Parallel(n_jobs=CORES, prefer="threads")(delayed(run)(*job) for job in jobs):
        inside[rest] += near
        outside += far / len(jobs)
    return inside, outside


insides, outsides = zip(*(out_of_fold(make) for make in [neighbours, xgboost]))


# blend: a weighted mean of the 2 models; weights are found out of fold, where no model knew the answer.
def mix(free, guesses):
    weights = np.exp(free) / np.exp(free).sum()
    return sum(weight * guess for weight, guess in zip(weights, guesses))


found = minimize(lambda free: score(np.expm1(mix(free, insides))), np.zeros(len(insides)), method="Nelder-Mead")
inside, outside = mix(found.x, insides), mix(found.x, outsides)


# write: the submission in the form of the sample; beside it the out-of-fold score and predictions, for
# whoever checks or blends.
os.makedirs("working", exist_ok=True)
sample["price"] = np.clip(np.expm1(outside), 0, None)
sample.to_csv("submission.csv", index=False, float_format="%.8g")
pd.DataFrame({"id": train["id"], "prediction": np.expm1(inside)}).to_csv("working/oof.csv", index=False, float_format="%.6g")
result = float(score(np.expm1(inside)))
with open("working/meta.json", "w") as file:
    json.dump({"score": result, "folds": len(folds)}, file)
print(f"score: {result:.6f}")
