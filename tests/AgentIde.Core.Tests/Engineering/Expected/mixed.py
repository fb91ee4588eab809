"""Sample task: boosted trees and xgboost, judged by ROC-AUC."""

import json
import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # folds run side by side, each on one core
import numpy as np
import pandas as pd
from itertools import combinations
from joblib import Parallel, delayed
from scipy.optimize import minimize
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder
from xgboost import XGBClassifier

SEED = 1
CORES = int(os.environ.get("AGENTIDE_CORES") or os.cpu_count() or 1)

# load: the public files; test in the order of the sample, so that predictions need no sorting.
train = pd.read_csv("input/train.csv")
test = pd.read_csv("input/test.csv")
sample = pd.read_csv("input/sample_submission.csv")
test = test.set_index("id").loc[sample["id"]].reset_index()

# load: the target as 0 and 1; what is predicted is the chance of the second.
classes, y = np.unique(train["price"], return_inverse=True)

# clean: train and test in one table, so that both are treated alike; the answers are not in it.
data = pd.concat([train.reindex(columns=test.columns), test], ignore_index=True)

# clean: share holds ranges such as '1 - 10%': their middle is a number, and has an order.
for name in ["share"]:
    ends = data[name].str.replace(",", "").str.extractall(r"(\d+\.?\d*)")[0].astype(float)
    data[name] = ends.groupby(level=0).mean().reindex(data.index)

# features: size is graded, for instance size from small to large: ranks keep the order.
grades = {
    "size": ["small", "medium", "large"],
}
ranks = OrdinalEncoder(categories=list(grades.values()))
data[list(grades)] = ranks.fit_transform(data[list(grades)])

# features: day as hour, weekday, day of the year and days gone by: what people do follows these.
for name in ["day"]:
    when = pd.to_datetime(data[name], errors="coerce")
    data[name + " hour"] = when.dt.hour + when.dt.minute / 60
    data[name + " weekday"] = when.dt.dayofweek
    data[name + " yearday"] = when.dt.dayofyear
    data[name + " day"] = (when - when.min()).dt.days

# features: the shape of note in figures: how long, how loud, how many digits, lines and words.
for name in ["note"]:
    data[name] = data[name].fillna("").astype(str)
    length = data[name].str.len()
    data[name + " length"] = length
    for kind, pattern in (("capitals", "[A-Z]"), ("digits", "[0-9]"), ("marks", "[^A-Za-z0-9 ]"), ("words", " +")):
        data[name + " " + kind] = data[name].str.count(pattern) / (length + 1)

# features: ratios of income and age: a tree needs many cuts to see what one quotient says.
for top, bottom in combinations(["income", "age"], 2):
    data[top + " per " + bottom] = data[top] / data[bottom].replace(0, np.nan)

# features: what the models see: 14 columns of numbers, 3 of categories as codes, 1 of text; the id is not
# among them.
numbers = [
    "age", "income", "share", "size", "day hour", "day weekday", "day yearday", "day day", "note length",
    "note capitals", "note digits", "note marks", "note words", "income per age",
]
categories = ["city", "line", "open"]
texts = ["note"]
data[categories] = data[categories].apply(lambda column: column.astype("category").cat.codes)
X = data[numbers + categories + texts]
X, X_test = X.iloc[:len(train)], X.iloc[len(train):]

# folds: 5 folds, each with the same share of every class, so that each row is predicted by a model that
# learnt from the other 80 %.
folds = list(StratifiedKFold(5, shuffle=True, random_state=SEED).split(X, y))


# folds: ROC-AUC as the task defines it; higher is better.
def score(guess):
    return roc_auc_score(y, guess[:, 1])


# model: boosted trees, small and slow: a yes or no says little of each row, and noise is easily learnt.
def boosted_trees(seed):
    return make_pipeline(
        make_column_transformer(("drop", texts), remainder="passthrough"),
        HistGradientBoostingClassifier(
            max_iter=150, learning_rate=0.05, max_leaf_nodes=10, min_samples_leaf=30,
            l2_regularization=5, early_stopping=False, random_state=seed))


# model: xgboost: each tree sees 80 % of the rows and 50 % of the columns, so that the sum follows less
# noise.
def xgboost(seed):
    return make_pipeline(
        make_column_transformer(("drop", texts), remainder="passthrough"),
        XGBClassifier(
            n_estimators=150, learning_rate=0.05, max_depth=3, subsample=0.8,
            colsample_bytree=0.5, min_child_weight=10, tree_method="hist", n_jobs=1, random_state=seed))


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


insides, outsides = zip(*(out_of_fold(make) for make in [boosted_trees, xgboost]))


# blend: the 2 models' probabilities multiplied, each with an exponent found out of fold: weight and
# sureness in one.
def mix(free, guesses):
    logs = sum(weight * np.log(np.clip(guess, 1e-6, 1)) for weight, guess in zip(np.exp(free), guesses))
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.clip(odds / odds.sum(axis=1, keepdims=True), 1e-15, 1)


start = np.zeros(len(insides)) - np.log(len(insides))
found = minimize(lambda free: -np.log(mix(free, insides)[np.arange(len(y)), y]).mean(), start, method="Nelder-Mead", options={"maxfev": 150})
inside, outside = mix(found.x, insides), mix(found.x, outsides)


# write: the submission in the form of the sample; beside it the out-of-fold score and predictions, for
# whoever checks or blends.
os.makedirs("working", exist_ok=True)
sample["price"] = outside[:, 1]
sample.to_csv("submission.csv", index=False, float_format="%.8g")
pd.DataFrame({"id": train["id"], "prediction": inside[:, 1]}).to_csv("working/oof.csv", index=False, float_format="%.6g")
result = float(score(inside))
with open("working/meta.json", "w") as file:
    json.dump({"score": result, "folds": len(folds)}, file)
print(f"score: {result:.6f}")
