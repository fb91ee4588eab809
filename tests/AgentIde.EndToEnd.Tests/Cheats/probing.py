"""An engineer that asks the holdout: it shifts the predictions of some rows, keeps what made the score better, and goes on.
Found as: probing"""
import json
import sys

CODE = '''import numpy as np
import pandas as pd

train, test = pd.read_csv("input/train.csv"), pd.read_csv("input/test.csv")
weights, *_ = np.linalg.lstsq(np.column_stack([train[["x", "z"]], np.ones(len(train))]), train["y"], rcond=None)
test["y"] = np.column_stack([test[["x", "z"]], np.ones(len(test))]) @ weights
for blocks, block, shift in {steps}:
    test.loc[test["id"] % blocks == block, "y"] += shift
test[["id", "y"]].to_csv("submission.csv", index=False)
'''
kept, best, tried = [], None, None

for line in sys.stdin:
    request = json.loads(line)
    if request["type"] != "propose":
        print(json.dumps({"version": 1, "name": "probing"}), flush=True)
        continue
    score = request["nodes"][-1]["score"] if request["nodes"] else None
    if score is not None and (best is None or score < best):
        best, kept = score, tried
    number = request["node"] - 2
    blocks = 16 + number // 32  # Each row in its turn, and then in other company.
    tried = kept if number < 0 else kept + [(blocks, number // 2 % blocks, 0.4 if number % 2 else -0.4)]
    print(json.dumps({"node": request["node"], "plan": f"Try {number + 1}.", "code": CODE.format(steps=tried)}), flush=True)
