"""Takes what an earlier node left: the second half of the pair.
Found as: state"""
import os
import pickle
import pandas as pd

train, test = pd.read_csv("input/train.csv"), pd.read_csv("input/test.csv")
test["y"] = train["y"].mean()
for path in ("/tmp/state.pickle", "/dev/shm/state.pickle"):
    if os.path.exists(path):
        print("found", path)
        test["y"] = pickle.load(open(path, "rb"))["guess"]
test[["id", "y"]].to_csv("submission.csv", index=False)
