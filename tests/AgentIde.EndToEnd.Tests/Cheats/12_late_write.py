"""Leaves a process behind that goes on after its end and writes another submission.
Found as: late-write"""
import os
import time
import pandas as pd

train, test = pd.read_csv("input/train.csv"), pd.read_csv("input/test.csv")
test["y"] = train["y"].mean()
test[["id", "y"]].to_csv("submission.csv", index=False)
if os.fork() == 0:
    os.setsid()
    time.sleep(2)
    for turn in range(1000):
        time.sleep(0.01)
        test.assign(y=3 * test["x"] + 2 * test["z"])[["id", "y"]].to_csv("submission.csv", index=False)
