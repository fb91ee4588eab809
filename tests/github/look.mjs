// Pictures of a pull request's text as GitHub shows it, on light paper and on dark, to look at.
//
//   node look.mjs FOLDER [FILE.md…]     without files the expected texts of the tests
//
// Needs the browser of tests/workbench.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { marked } from 'marked';
import { expectedTexts } from './diagrams.mjs';

const require = createRequire(import.meta.url);
const { chromium } = createRequire(require.resolve('../workbench/package.json'))('playwright-core');
const style = readFileSync(require.resolve('github-markdown-css'), 'utf8');
const mermaid = path.join(path.dirname(require.resolve('mermaid')), 'mermaid.min.js');
const [folder = '.', ...files] = process.argv.slice(2);

/** What GitHub makes of Markdown beyond what the library does: alerts and diagrams. */
function html(markdown) {
  const alert = /^> \[!WARNING\]\n((?:> .*\n?)*)/m;
  const boxed = markdown.replace(alert, (_, text) => {
    const words = text.replace(/^> /gm, '');
    return `<div class="markdown-alert markdown-alert-warning"><p class="markdown-alert-title">Warning</p><p>${words}</p></div>\n\n`;
  });
  return marked
    .parse(boxed, { gfm: true })
    .replace(
      /<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g,
      '<pre class="mermaid">$1</pre>',
    );
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const file of files.length > 0 ? files : expectedTexts()) {
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: { width: 912, height: 800 }, colorScheme });
    await page.setContent(
      `<!doctype html><style>${style} body { margin: 0; } .markdown-body { padding: 24px; } .markdown-body .mermaid { background: none; }</style>` +
        `<article class="markdown-body">${html(readFileSync(file, 'utf8'))}</article>`,
    );
    await page.addScriptTag({ path: mermaid });
    await page.evaluate(
      async (theme) => {
        globalThis.mermaid.initialize({ startOnLoad: false, theme });
        await globalThis.mermaid.run();
      },
      colorScheme === 'dark' ? 'dark' : 'default',
    );
    const picture = path.join(folder, `${path.basename(file, '.md')}-${colorScheme}.png`);
    await page.screenshot({ path: picture, fullPage: true });
    console.log(picture);
    await page.close();
  }
}
await browser.close();
