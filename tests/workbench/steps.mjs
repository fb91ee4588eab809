import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Workbench } from './workbench.mjs';

const pictures = path.join(
  path.dirname(fileURLToPath(import.meta.url)),
  '..',
  '..',
  'artifacts',
  'workbench',
);

/**
 * A workbench for the steps of one `describe`, which follow on each other. After a step that failed the others
 * fail at once instead of waiting in vain, and a picture shows what the person saw last.
 */
export function stepsInWorkbench(name, options) {
  let workbench;
  let failed = false;

  before(async () => {
    workbench = await Workbench.start(options);
  });

  after(async () => {
    if (failed && workbench) {
      const picture = path.join(pictures, `failed-${name}.png`);
      await mkdir(pictures, { recursive: true });
      await workbench.screenshot(picture);
      console.log(
        [`The person saw last: ${picture}`, ...workbench.errors.slice(-10), workbench.log].join('\n'),
      );
    }
    await workbench?.stop();
  });

  return (sentence, act) =>
    it(sentence, async () => {
      // A string, because where it is thrown tells nothing.
      if (failed) throw 'Not tried: an earlier step failed.';
      failed = true;
      await act(workbench, workbench.page);
      failed = false;
    });
}
