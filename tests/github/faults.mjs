/** What is to go otherwise than usual, as tests ask for it. */
export class Faults {
  #wanted = [];
  #held = [];
  #waiting = [];

  /**
   * @param {object} fault `method` (any where there is none) and `path`, an expression, say of which requests; `skip` how many
   * of those go on as usual first, and `times` how many don't.
   */
  add({ times = 1, skip = 0, ...fault }) {
    this.#wanted.push({ times, skip, ...fault });
  }

  take(method, pathname) {
    const index = this.#wanted.findIndex(
      (fault) => (fault.method ?? method) === method && new RegExp(fault.path).test(pathname),
    );
    if (index < 0) return undefined;
    const fault = this.#wanted[index];
    if (fault.skip > 0) {
      fault.skip--;
      return undefined;
    }
    if (--fault.times <= 0) this.#wanted.splice(index, 1);
    return fault;
  }

  /**
   * Keeps a request from going on, or its answer from going out, until it is released.
   * @returns {Promise<boolean>} Whether it goes on: nobody may be there any more to hear the answer.
   */
  async hold({ hold, path }, response) {
    if (hold === 'before') return await this.#wait(path, response);
    const end = response.end.bind(response);
    response.end = (...content) => void this.#wait(path, response).then(() => end(...content));
    return true;
  }

  #wait(path, response) {
    return new Promise((resolve) => {
      const held = { path, go: () => resolve(true) };
      this.#held.push(held);
      response.on('close', () => {
        this.#held = this.#held.filter((other) => other !== held);
        resolve(false);
      });
      for (const { tell } of this.#waiting.filter((other) => other.path === path)) tell();
      this.#waiting = this.#waiting.filter((other) => other.path !== path);
    });
  }

  held(path) {
    return this.#held.some((other) => other.path === path)
      ? Promise.resolve()
      : new Promise((tell) => this.#waiting.push({ path, tell }));
  }

  release(path) {
    for (const { go } of this.#held.filter((other) => other.path === path)) go();
    this.#held = this.#held.filter((other) => other.path !== path);
  }
}
