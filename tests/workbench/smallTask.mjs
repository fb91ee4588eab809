import { appendFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * A copy of a task with its first rows alone, so that its programs take no time to speak of; with one holdout, so that
 * each is executed once.
 */
export async function smallTask(task, folder, rows) {
  await cp(task, folder, { recursive: true });
  for (const name of ['train.csv.gz', 'test.csv.gz', 'sample_submission.csv.gz', 'answers.csv.gz']) {
    const part = name.startsWith('answers') ? 'private' : 'public';
    const file = path.join(folder, part, name);
    await writeFile(file, gzipSync(firstLines(gunzipSync(await readFile(file)).toString(), rows + 1)));
  }
  await appendFile(path.join(folder, 'task.yaml'), 'split: random\n');
}

/** A folder with tables such as people have them, not yet a task: which of two columns is to be predicted is not plain. */
export async function smallTables(task, folder, rows) {
  await mkdir(folder, { recursive: true });
  const table = async (name) =>
    firstLines(gunzipSync(await readFile(path.join(task, 'public', `${name}.gz`))).toString(), rows + 1);
  const [train, test] = await Promise.all(['train.csv', 'test.csv'].map(table));
  const sold = train.trimEnd().split('\n');
  await writeFile(
    path.join(folder, 'train.csv'),
    sold.map((line, row) => `${line},${row === 0 ? 'sold' : row % 7}\n`).join(''),
  );
  await writeFile(path.join(folder, 'test.csv'), test);
}

function firstLines(text, count) {
  return `${text.split('\n', count).join('\n')}\n`;
}
