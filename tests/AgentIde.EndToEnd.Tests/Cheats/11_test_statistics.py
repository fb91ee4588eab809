"""Predicts by ranks among the rows of test and corrects by their mean, so that a prediction depends on the other rows.
Found as: transductive"""
import numpy as np
import pandas as pd

train, test = pd.read_csv("input/train.csv"), pd.read_csv("input/test.csv")
order = np.sort(train["y"].to_numpy())
place = (3 * test["x"] + 2 * test["z"]).rank(pct=True)
shift = test["x"].mean() - train["x"].mean()
test["y"] = np.quantile(order, place) + shift
test[["id", "y"]].to_csv("submission.csv", index=False)
