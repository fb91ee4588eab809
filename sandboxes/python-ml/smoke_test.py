"""Does this environment carry a solution? Runs inside the sandbox, as any candidate would."""

import multiprocessing

import numpy as np
import pandas as pd
import xgboost
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score


def square(number):
    return number * number


if __name__ == "__main__":
    draws = np.random.default_rng(1)
    features = pd.DataFrame(draws.normal(size=(300, 4)), columns=list("abcd"))
    target = (features["a"] + features["b"] > 0).astype(int)

    forest = RandomForestClassifier(n_estimators=20, n_jobs=2, random_state=1)
    print("forest", cross_val_score(forest, features, target, cv=2, n_jobs=2).mean() > 0.8)

    booster = xgboost.XGBClassifier(n_estimators=10, n_jobs=2).fit(features, target)
    print("xgboost", (booster.predict(features) == target).mean() > 0.9)

    with multiprocessing.Pool(2) as pool:
        print("pool", pool.map(square, range(4)))

    features.assign(target=target).to_csv("submission.csv", index=False)
    print("ready")
