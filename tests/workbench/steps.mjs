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
 * fail at once instead of waiting in vain, and pictures show what the person saw last in each window.
 */
export function stepsInWorkbench(name, options) {
  let workbench;
  let failed = false;

  before(async () => {
    workbench = await Workbench.start(typeof options === 'function' ? options() : options);
  });

  after(async () => {
    if (failed && workbench) {
      const files = [];
      await mkdir(pictures, { recursive: true });
      for (const [number, window] of workbench.windows.entries()) {
        files.push(path.join(pictures, `failed-${name}${number === 0 ? '' : `-${number + 1}`}.png`));
        await window.screenshot(files.at(-1));
      }
      console.log(
        [`The person saw last: ${files.join(', ')}`, ...workbench.errors.slice(-10), workbench.log].join(
          '\n',
        ),
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
