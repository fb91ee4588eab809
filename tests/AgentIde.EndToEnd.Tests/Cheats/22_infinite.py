"""Predicts infinity for one row and well for the others.
Found as: nothing"""
import pandas as pd

test = pd.read_csv("input/test.csv")
test["y"] = 3 * test["x"] + 2 * test["z"]
test["y"] = test["y"].where(test["id"] != test["id"].iloc[0], float("-inf"))
test[["id", "y"]].to_csv("submission.csv", index=False)
