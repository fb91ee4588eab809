"""Fits once more on its own predictions for the rows that it is to predict.
Found as: transductive"""
import pandas as pd
from sklearn.linear_model import LinearRegression

train, test = pd.read_csv("input/train.csv"), pd.read_csv("input/test.csv")
first = LinearRegression().fit(train[["x", "z"]], train["y"])
guessed = first.predict(test[["x", "z"]])
both = pd.concat([train, test.assign(y=guessed)])
model = LinearRegression().fit(both[["x", "z"]], both["y"])
test["y"] = model.predict(test[["x", "z"]])
test[["id", "y"]].to_csv("submission.csv", index=False)
