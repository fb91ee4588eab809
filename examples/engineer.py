"""An engineer for AgentIde: a linear model first, then forests, each with larger or smaller leaves than its parent."""
import json
import sys

PREDICT = {
    "values": "submission[TARGETS[0]] = model.predict(rows).clip(train[LABEL].min(), train[LABEL].max())",
    "labels": "submission[TARGETS[0]] = model.predict(rows)",
    "probability": "submission[TARGETS[0]] = model.predict_proba(rows)[:, 1]",
    "class-probabilities": "submission[TARGETS] = pd.DataFrame(model.predict_proba(rows), columns=[str(name) for name in model.classes_])[TARGETS]",
}


def program(task, module, model):
    return f'''import pandas as pd
from sklearn.{module} import {model[:model.index("(")]}

ID, LABEL, TARGETS = {task["idColumn"]!r}, {task["label"]!r}, {task["targets"]!r}
train, test = pd.read_csv("input/train.csv"), pd.read_csv("input/test.csv")
columns = [name for name in test.columns if name != ID and (test[name].dtype != object or test[name].nunique() < 50)]
both = pd.get_dummies(pd.concat([train, test])[columns])
both = both.fillna(both.median())
model = {model}
model.fit(both[:len(train)], train[LABEL])
rows, submission = both[len(train):], test[[ID]].copy()
{PREDICT[task["predicts"]]}
submission.to_csv("submission.csv", index=False)
'''


def propose(request):
    task, parents, cores = request["task"], request["parents"], request["limits"]["cores"]
    is_number, leaf = task["predicts"] == "values", 8
    if parents and parents[0]["notes"]:
        leaf = json.loads(parents[0]["notes"])["leaf"]
        leaf = leaf * 2 if request["draws"][0] < 0.5 else max(1, leaf // 2)
    if not request["nodes"]:
        plan = "Fit a linear model, to have something to compare with."
        code = program(task, "linear_model", "LinearRegression()" if is_number else "LogisticRegression(max_iter=1000)")
    else:
        plan = f"Grow a forest whose leaves hold at least {leaf} rows."
        kind = "RandomForestRegressor" if is_number else "RandomForestClassifier"
        code = program(task, "ensemble", f"{kind}(n_estimators=60, min_samples_leaf={leaf}, n_jobs={cores}, random_state=1)")
    line = code[:code.index("\nmodel = ")].count("\n") + 2
    reasons = [{"firstLine": line, "lastLine": line + 1, "block": "model", "text": plan}]
    return {"node": request["node"], "plan": plan, "code": code, "reasons": reasons, "notes": json.dumps({"leaf": leaf})}


for line in sys.stdin:
    request = json.loads(line)
    answer = propose(request) if request["type"] == "propose" else {"version": 1, "name": "forests"}
    print(json.dumps(answer), flush=True)
