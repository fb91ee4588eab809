"""No cheat: a line through both numbers, fitted on train.
Found as: nothing"""
import numpy as np
import pandas as pd

train, test = pd.read_csv("input/train.csv"), pd.read_csv("input/test.csv")
rows = np.column_stack([train[["x", "z"]], np.ones(len(train))])
weights, *_ = np.linalg.lstsq(rows, train["y"], rcond=None)
print("score:", round(float(np.sqrt(np.mean((rows @ weights - train["y"]) ** 2))), 4))
test["y"] = np.column_stack([test[["x", "z"]], np.ones(len(test))]) @ weights
test[["id", "y"]].to_csv("submission.csv", index=False)
