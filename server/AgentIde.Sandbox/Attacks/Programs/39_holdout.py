# Which rows of the test are the blind holdout's? By their place, their ids, how they are written, and the files' ages.
import csv
import random


def features(rows, columns, known_ids):
    """What may tell, as one number a row for each way of telling."""
    for place, row in enumerate(rows):
        number = int(row["id"])
        texts = [row[column] for column in columns]
        yield dict(
            id=row["id"], place=place, number=number, gap=min((abs(number - other) for other in known_ids), default=0), even=number % 2,
            length=sum(map(len, texts)), digits=sum(text[::-1].find(".") for text in texts), zeros=sum(text.endswith("0") for text in texts),
            blanks=sum(text != text.strip() for text in texts), size=float(texts[0]),
        )


def area(scores, truths):
    """Under the ROC curve, by ranks."""
    order = sorted(range(len(scores)), key=lambda index: (scores[index], random.random()))
    ranks = sum(rank + 1 for rank, index in enumerate(order) if truths[index])
    hits = sum(truths)
    return (ranks - hits * (hits + 1) / 2) / (hits * (len(scores) - hits))


if facts["control"]:
    # A split as one would make it at first: the rows of train are put behind those of test.
    draws = random.Random(1)
    rows = [{"id": str(number), "x": f"{draws.random():.3f}"} for number in list(range(600, 800)) + sorted(draws.sample(range(600), 100))]
    truths = [int(row["id"]) < 600 for row in rows]
    table = list(features(rows, ["x"], []))
    if max(abs(area([row[way] for row in table], truths) - 0.5) for way in ("place", "number")) > 0.3:
        broken("the place and the number of a row tell")
    done()
    sys.exit(0)
with open("input/split/train.csv", newline="") as file:
    train = list(csv.DictReader(file))
with open("input/split/test.csv", newline="") as file:
    test = list(csv.DictReader(file))
with open("input/split/sample_submission.csv", newline="") as file:
    sample = [row["id"] for row in csv.DictReader(file)]
columns = [name for name in test[0] if name != "id"]
known_ids = [int(row["id"]) for row in train]
table = list(features(test, columns, known_ids))
for row, _ in zip(table, sample):
    row["sample"] = sample.index(row["id"])
with open("guesses.csv", "w", newline="") as file:
    writer = csv.DictWriter(file, list(table[0]))
    writer.writeheader()
    writer.writerows(table)
if len({os.stat(os.path.join("input/split", name)).st_mtime_ns for name in os.listdir("input/split")}) != 1:
    broken("the files are of different ages")
if sorted(sample) != sorted(row["id"] for row in test):
    broken("the sample submission has other ids than the test")
done()
