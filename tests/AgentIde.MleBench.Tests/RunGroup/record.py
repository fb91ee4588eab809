"""Has MLE-bench itself grade the run group of this folder, and keeps its report: record.py MLE-BENCH-CHECKOUT

Needs pandas, scikit-learn and MLE-bench's other dependencies. Nothing of Kaggle is needed: the answers are those of the
vectors, the leaderboards are made up here, in each of the four ranges of the medals' rule.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).resolve().parent
checkout = Path(sys.argv[1]).resolve()
sys.path.insert(0, str(checkout))

from mlebench.grade import grade_jsonl  # noqa: E402
from mlebench.registry import Registry  # noqa: E402

# Competition, case, teams, first score of the leaderboard, last one.
runs = [
    ("spaceship-titanic", "shuffled", 5, 0.99, 0.5),
    ("spooky-author-identification", "onehot_quarter_wrong", 150, 0.1, 12.0),
    ("statoil-iceberg-classifier-challenge", "one_hard_miss", 1000, 1.0, 4.0),
    ("predict-volcanic-eruptions-ingv-oe", "half_rounding_even_up", 400, 4, 9),
    ("tabular-playground-series-may-2022", "ties_two_levels", 99, 0.83, 0.7),
    ("tensorflow2-question-answering", "good", 1234, 0.9, 0.2),
    ("ventilator-pressure-prediction", "missing_target", 12, 0.1, 3.0),
    ("champs-scalar-coupling", "perfect", 40, -3.0, 1.0),
    ("google-research-identify-contrails-reduce-global-warming", "both_sides_all_empty", 20, 0.7, 0.1),
    ("siim-isic-melanoma-classification", "constant", 60, 0.95, 0.49),
    ("aerial-cactus-identification", None, 30, 1.0, 0.5),
    ("leaf-classification", "nowhere", 30, 0.0, 5.0),
]
shutil.rmtree(here / "leaderboards", ignore_errors=True)
(here / "leaderboards").mkdir()
lines = ["# A run group in MLE-bench's form; paths are those from the folder of the tests."]
with tempfile.TemporaryDirectory() as folder:
    for competition_id, case, teams, first, last in runs:
        competition = Registry(Path(folder)).get_competition(competition_id)
        scores = [round(first + (last - first) * k / (teams - 1), 4) for k in range(teams)]
        board = "score\n" + "".join(f"{score}\n" for score in scores)
        (here / "leaderboards" / f"{competition_id}.csv").write_text(board)
        competition.leaderboard.write_text(board)
        source = here.parent / "Vectors" / competition_id
        source = source / case if case and (source / case).is_dir() else sorted(source.iterdir())[0]
        competition.answers.parent.mkdir(parents=True)
        shutil.copy(next(source.glob("answers.*")), competition.answers)
        path = None if case is None else f"./Vectors/{competition_id}//{case}/submission.csv"
        lines.append(json.dumps({"competition_id": competition_id, "submission_path": path, "logs_path": None}))
    lines.append('// A file that is no CSV by its name.')
    lines.append(json.dumps({"competition_id": "spaceship-titanic", "submission_path": "RunGroup/submissions.jsonl"}))
    (here / "submissions.jsonl").write_text("\n".join(lines) + "\n")
    output = Path(folder) / "output"
    os.chdir(here.parent)
    grade_jsonl(here / "submissions.jsonl", output, Registry(Path(folder)))
    shutil.copy(next(output.glob("*_grading_report.json")), here / "expected_report.json")

# What its aggregation script makes of that report; spaceship-titanic stands in it twice, so that there are two seeds.
aggregated = {}
for split in ["low", "medium", "high", "split75", "dev"]:
    script = checkout / "experiments" / "aggregate_grading_reports.py"
    command = [sys.executable, script, "--grading-reports", here / "expected_report.json", "--split", split, "--pad-missing"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    aggregated[split] = json.loads(said[said.index("Average metrics across seeds:") + len("Average metrics across seeds:") :])
(here / "expected_aggregation.json").write_text(json.dumps(aggregated, indent=2) + "\n")
