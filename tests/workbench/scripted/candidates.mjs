// The solutions that the scripted server "writes", in the order it does, with what came of them.

const load = [
  'import pandas as pd',
  '',
  "train = pd.read_csv('input/train.csv')",
  "test = pd.read_csv('input/test.csv')",
];
const write = [
  "submission = pd.DataFrame({'id': test['id'], 'price': prediction})",
  "submission.to_csv('submission.csv', index=False)",
];

const draft = [...load, "prediction = train['price'].median()", ...write];
const broken = [
  ...load,
  "features = train[['carat', 'colour']]",
  'prediction = features.mean(axis=1)',
  ...write,
];
const mended = [
  ...load,
  "features = train[['carat', 'color']]",
  "prediction = train['price'].mean()",
  ...write,
];
const logged = [
  'import numpy as np',
  ...load,
  "target = np.log1p(train['price'])",
  'prediction = np.expm1(target.mean())',
  ...write,
];
const trees = [
  'import numpy as np',
  'from sklearn.ensemble import HistGradientBoostingRegressor',
  ...load,
  "target = np.log1p(train['price'])",
  "columns = ['carat', 'depth', 'table', 'x', 'y', 'z']",
  'model = HistGradientBoostingRegressor(max_iter=300).fit(train[columns], target)',
  'prediction = np.expm1(model.predict(test[columns]))',
  ...write,
];
const worse = trees.map((line) => line.replace('max_iter=300', 'max_iter=30'));

export const candidates = [
  {
    operator: 'draft',
    parents: [],
    plan: 'A constant first: it shows what any model has to beat.',
    lines: draft,
    score: 0.581,
  },
  {
    operator: 'draft',
    parents: [],
    plan: 'A linear look at carat and colour.',
    lines: broken,
    failure: `KeyError: "['colour'] not in index"`,
  },
  { operator: 'debug', parents: [2], plan: 'The column is called color.', lines: mended, score: 0.575 },
  {
    operator: 'improve',
    parents: [3],
    plan: 'The metric compares logarithms, so the target is fitted on its logarithm.',
    lines: logged,
    score: 0.312,
  },
  {
    operator: 'improve',
    parents: [4],
    plan: 'Boosted trees on the measures of the stone: the price grows with them, but not in a line.',
    lines: trees,
    score: 0.0931,
  },
  {
    operator: 'improve',
    parents: [5],
    plan: 'Fewer trees, to see what they are worth.',
    lines: worse,
    score: 0.1043,
  },
];

/** The number of the node that first wrote a line, going up from `node`; undefined where none did. */
export function originOf(node, line) {
  const candidate = candidates[node - 1];
  if (line.trim() === '' || !candidate.lines.includes(line)) return undefined;
  const parent = candidate.parents[0];
  return (parent === undefined ? undefined : originOf(parent, line)) ?? node;
}
