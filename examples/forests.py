"""An engineer for AgentIde in thirty lines: at each node a larger forest, of one kind and of the other in turn."""
import json
import sys

CODE = '''import pandas as pd
from sklearn.ensemble import {model}

train, test = pd.read_csv("input/train.csv"), pd.read_csv("input/test.csv")
columns = [name for name in test if name != {id!r} and (test[name].dtype != object or test[name].nunique() < 50)]
both = pd.get_dummies(pd.concat([train, test])[columns]).fillna(-1)
model = {model}({trees}, min_samples_leaf=3, n_jobs={cores}, random_state=1).fit(both[:len(train)], train[{label!r}])
rows, submission = both[len(train):], test[[{id!r}]].copy()
submission[{targets!r}] = {predict}
submission.to_csv("submission.csv", index=False)
'''
ANSWER = "model.predict(rows).reshape(-1, 1)"
CHANCES = "pd.DataFrame(model.predict_proba(rows), columns=[str(name) for name in model.classes_])[{targets!r}].to_numpy()"
PREDICT = {"values": ANSWER, "labels": ANSWER, "probability": "model.predict_proba(rows)[:, 1:]", "class-probabilities": CHANCES}

for line in sys.stdin:
    request = json.loads(line)
    answer = {"version": 1, "name": "forests"}
    if request["type"] == "propose":
        task, node = request["task"], request["node"]
        model = ("RandomForest", "ExtraTrees")[node % 2] + ("Regressor" if task["predicts"] == "values" else "Classifier")
        facts = {"model": model, "trees": 20 * node, "cores": request["limits"]["cores"], "id": task["idColumn"], "label": task["label"], "targets": task["targets"]}
        code = CODE.format(predict=PREDICT[task["predicts"]].format(**facts), **facts)
        answer = {"node": node, "plan": f"Grow {20 * node} trees: {model}.", "code": code}
    print(json.dumps(answer), flush=True)
