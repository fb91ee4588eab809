"""Sample task: words and boosted trees, judged by ROC-AUC."""

import os

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from pandas.tseries.holiday import USFederalHolidayCalendar
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
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
# load: the target as 0 and 1; what is predicted is the chance of the second.
classes, y = np.unique(train["price"], return_inverse=True)

# clean: train and test in one table, so that both are treated alike; the answers are not in it.
data = pd.concat([train.reindex(columns=test.columns), test], ignore_index=True)
# clean: share holds ranges such as '1 - 10%': their middle is a number, and has an order.
for name in ["share"]:
    ends = data[name].str.replace(",", "").str.extractall(r"(\d+\.?\d*)")[0].astype(float)
    data[name] = ends.groupby(level=0).mean().reindex(data.index)

# features: size is graded, for instance size from small to large: ranks keep the order.
grades = {"size": ["small", "medium", "large"]}
ranks = OrdinalEncoder(categories=list(grades.values()))
data[list(grades)] = ranks.fit_transform(data[list(grades)])
# features: which day off of the United States day is, is just before or after, and how far the next and the last are.
days_off = USFederalHolidayCalendar().holidays("1970", "2070", return_name=True)
for name in ["day"]:
    when = pd.to_datetime(data[name], errors="coerce").dt.tz_localize(None).dt.normalize()
    kind = when.map(days_off)
    for days, word in ((1, "after "), (-1, "before ")):
        kind = kind.fillna((when - pd.Timedelta(days=days)).map(word + days_off))
    data[name + " day off"] = kind.fillna("none")
    place = days_off.index.searchsorted(when)
    data[name + " to day off"] = (np.take(days_off.index.values, place, mode="clip") - when).dt.days.clip(0, 8)
    data[name + " since day off"] = (when - np.take(days_off.index.values, place - 1, mode="clip")).dt.days.clip(0, 8)
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
    data[name + " length"] = data[name].str.len()
    for kind, pattern in (("capitals", "[A-Z]"), ("digits", "[0-9]"), ("marks", "[^A-Za-z0-9 ]"), ("words", " +")):
        data[name + " " + kind] = data[name].str.count(pattern) / (data[name + " length"] + 1)
# features: what the models see: 15 columns of numbers, 4 of categories as codes, 1 of text; the id is not among them.
numbers = [
    "age", "income", "share", "size", "day to day off", "day since day off", "day hour", "day weekday",
    "day yearday", "day day", "note length", "note capitals", "note digits", "note marks", "note words",
]
categories = ["city", "line", "open", "day day off"]
texts = ["note"]
data[categories] = data[categories].apply(lambda column: column.astype("category").cat.codes)
X = data[numbers + categories + texts]


# folds: ROC-AUC as the task defines it; higher is better.
def score(guess):
    return roc_auc_score(y, guess[:, 1])


# folds: 5 folds with equal shares of the classes: each row is predicted by a model that learnt from the other 80 %.
folds = list(StratifiedKFold(5, shuffle=True, random_state=SEED).split(y, y))

# model: boosted trees, small and slow: a yes or no says little of each row, and noise is easily learnt.
boosted_trees = make_pipeline(
    make_column_transformer(("drop", texts), remainder="passthrough"),
    HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.05, max_leaf_nodes=10, min_samples_leaf=30,
        l2_regularization=5, early_stopping=False))
# model: words of note, weighed by rarity; case and marks are kept, they tell who writes.
words = make_pipeline(
    make_column_transformer(
        *((TfidfVectorizer(ngram_range=(1, 2), min_df=2, lowercase=False, token_pattern=r"\w+|[^\w\s]", sublinear_tf=True), name) for name in texts)),
    LogisticRegression(C=300, solver="liblinear"))


# model: train is predicted out of fold, test by models of all rows, since more rows count more here than a mean of
# models.
def out_of_fold(model):
    def run(seed, fit, rows):
        threadpool_limits(1)  # folds run side by side, each on one core
        chance = {name: seed for name in model.get_params() if name.endswith("random_state")}
        fitted = clone(model).set_params(**chance).fit(X.iloc[fit], y[fit])
        return rows, fitted.classes_, fitted.predict_proba(X.iloc[rows])

    guess = np.zeros((len(X), len(classes)))
    parts = [(np.arange(len(y)), np.arange(len(y), len(X))), *folds]  # the first learns from all rows, and predicts test
    jobs = [(SEED + number, *fold) for number, fold in enumerate(parts)]
    for rows, known, some in Parallel(n_jobs=CORES, prefer="threads")(delayed(run)(*job) for job in jobs):
        guess[np.ix_(rows, known)] += some  # a fold may lack a rare class
    return guess


# blend: the 2 models' probabilities multiplied, each with an exponent found out of fold: weight and sureness in one.
def mix(free, rows):
    logs = sum(weight * np.log(np.clip(guess[rows], 1e-6, 1)) for weight, guess in zip(np.exp(free), guesses))
    return np.clip(softmax(logs, axis=1), 1e-15, 1)


guesses = [out_of_fold(model) for model in [boosted_trees, words]]
start = np.full(len(guesses), -np.log(len(guesses)))
found = minimize(lambda free: -np.log(mix(free, slice(len(y)))[np.arange(len(y)), y]).mean(), start, method="Nelder-Mead", options={"maxfev": 150})
guess = mix(found.x, slice(None))


# write: the submission in the sample's form, and the out-of-fold predictions and score for whoever checks or blends.
inside, outside = np.split(guess, [len(y)])
sample["price"] = outside[:, 1]
sample.to_csv("submission.csv", index=False, float_format="%.8g")
os.makedirs("working", exist_ok=True)
pd.DataFrame({"id": train["id"], "prediction": inside[:, 1]}).to_csv("working/oof.csv", index=False, float_format="%.6g")
result = float(score(inside))
pd.Series({"score": result, "folds": len(folds)}).to_json("working/meta.json")
print(f"score: {result:.6f}")
