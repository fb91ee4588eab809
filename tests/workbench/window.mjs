// A window of the workbench, and a person at it who clicks, types and reads.

export class Window {
  /** The page, for what no method here does. */
  page;

  constructor(page) {
    this.page = page;
  }

  async reload() {
    await this.page.reload();
    await this.untilShown();
  }

  untilShown() {
    return this.page.locator('.part.statusbar').waitFor({ timeout: 60_000 });
  }

  /** Runs a command by its name in the palette, which has it once the extension is awake. */
  async command(name) {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name }).first();
    for (const deadline = Date.now() + 60_000; ;) {
      await this.page.keyboard.press('F1');
      // A document that opens meanwhile takes the keyboard, and closes the palette.
      const input = this.page.locator('.quick-input-widget input.input');
      const chosen = input
        .fill(`>${name}`, { timeout: 2_000 })
        .then(() => row.click({ timeout: 2_000 }))
        .then(
          () => true,
          () => false,
        );
      if (await chosen) return;
      if (Date.now() > deadline) throw new Error(`The palette has no ${name}, or something closes it.`);
      await this.page.keyboard.press('Escape');
    }
  }

  /** The palette's commands that begin with a word; waits until it shows the one that is `awaited`. */
  async commandsNamed(word, awaited) {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-widget input.input').fill(`>${word}`);
    const rows = this.page.locator('.quick-input-list .monaco-list-row .label-name');
    await rows.filter({ hasText: awaited }).waitFor();
    const names = await rows.allInnerTexts();
    await this.page.keyboard.press('Escape');
    return names.filter((name) => name.startsWith(word)).sort();
  }

  /** Picks an entry of a list that came up. */
  async choose(label) {
    await this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first().click();
  }

  /** Picks an entry of a menu that came up. A click that comes too soon after that is taken for the one that opened it. */
  async chooseInMenu(label) {
    await this.page.locator('.context-view .action-menu-item').filter({ hasText: label }).hover();
    await this.page.keyboard.press('Enter');
  }

  /** Takes an action where the cursor is, by the keyboard. */
  async act(label) {
    await this.page.keyboard.press('Control+.');
    const entries = this.page.locator('.action-widget .monaco-list-row.action');
    await entries.filter({ hasText: label }).waitFor();
    for (let left = await entries.count(); left > 0; left--) {
      if ((await entries.and(this.page.locator('.focused')).innerText()).includes(label)) break;
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
  }

  /** Answers the question that came up in an input box. */
  async answer(question, text) {
    await this.page.locator('.quick-input-titlebar').filter({ hasText: question }).waitFor();
    await this.page.locator('.quick-input-widget input.input').fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Presses a button that stands beside a row of the tree. */
  async press(button, row) {
    // The tooltip of another row may lie over this one.
    await this.page.mouse.move(5, 5);
    await this.page.locator('.context-view .hover-contents').first().waitFor({ state: 'hidden' });
    await row.hover();
    await row.locator('.actions').getByLabel(button).first().click();
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name) {
    await this.page.keyboard.press('Control+P');
    await this.page.locator('.quick-input-widget input.input').fill(name);
    await this.choose(name);
    await this.page.locator('.tab.active').filter({ hasText: name }).waitFor();
  }

  /** Opens a view by its icon in the activity bar. */
  async openView(name) {
    await this.page
      .locator('.activitybar .action-item')
      .filter({ has: this.page.getByLabel(name) })
      .first()
      .click();
  }

  /** The rows of the tree in the side bar. */
  rows(text) {
    return this.page.locator('.sidebar .monaco-list-row').filter({ hasText: text });
  }

  /** The lines of the editor in front that can be seen, as locators by their text. */
  line(text) {
    return this.page.locator('.editor-instance .view-line').filter({ hasText: text }).first();
  }

  async visibleLines() {
    const texts = await this.page.locator('.editor-instance .view-line').allInnerTexts();
    return texts.map((text) => text.replaceAll('\u00a0', ' ').trimEnd());
  }

  /** There where the editor in front shows this file, given from the workspace's folder on. */
  fileInFront(file) {
    const text = new RegExp(`^${file.replaceAll('.', '\\.').replaceAll('/', '')}`);
    return this.page.locator('.breadcrumbs-control').filter({ hasText: text });
  }

  /** Rests the mouse on a line and reads what comes up; again, where lines moved beneath the mouse meanwhile, as when a lens comes. */
  async hover(text) {
    const hover = this.page.locator('.monaco-resizable-hover:visible .monaco-hover-content').first();
    for (let tries = 1; ; tries++) {
      // A hover that is still up from before must not be read as the answer.
      await this.page.mouse.move(5, 5);
      await this.page
        .locator('.monaco-hover.fade-in, .monaco-resizable-hover:visible')
        .first()
        .waitFor({ state: 'hidden' });
      await this.line(text).locator('span span').first().hover();
      try {
        await hover.waitFor({ timeout: 10_000 });
        return await hover.innerText();
      } catch (nothing) {
        if (tries === 4) throw nothing;
      }
    }
  }

  /** Types at the end of a line. */
  async typeAtEndOf(text, typed) {
    await this.line(text).locator('span span').first().click();
    await this.page.keyboard.press('End');
    await this.page.keyboard.type(typed);
  }

  /** Pulls the edge of the side bar until it is so wide. */
  async widenSideBar(width) {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
  }

  screenshot(file) {
    return this.page.screenshot({ path: file });
  }
}
