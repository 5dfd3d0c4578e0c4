// Runs in every page before its own code: tells when a page is usable, answers it, measures it.
window.bench = (() => {
  const shown = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && getComputedStyle(element).visibility !== 'hidden';
  };
  const visible = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const target = (input) => {
    const boxes = [input, ...input.labels].map((element) => element.getBoundingClientRect());
    const width = Math.max(...boxes.map((b) => b.right)) - Math.min(...boxes.map((b) => b.left));
    return Math.min(width, Math.max(...boxes.map((b) => b.bottom)) - Math.min(...boxes.map((b) => b.top)));
  };
  const choices = () =>
    [...document.querySelectorAll('input[type=radio],input[type=checkbox]')]
      .filter((input) => shown(input) || [...input.labels].some(shown));
  let controlAt = null;
  const watch = (selector) => {
    if (controlAt !== null) return;
    if (visible(selector).length) controlAt = performance.now();
    else requestAnimationFrame(() => watch(selector));
  };
  return {
    watch,
    // Milliseconds since the epoch at which this document was painted, parsed and could be gone on from.
    usableAt: (needsControl) => {
      const painted = performance.getEntriesByName('first-contentful-paint')[0];
      const parsed = performance.getEntriesByType('navigation')[0].domInteractive;
      if (!painted || !parsed || (needsControl && controlAt === null)) return null;
      return performance.timeOrigin + Math.max(painted.startTime, parsed, needsControl ? controlAt : 0);
    },
    // Answers every visible question; milliseconds of the page's own work.
    answer: () => {
      const start = performance.now();
      const groups = new Set();
      for (const input of choices()) {
        if (input.type === 'radio' && !groups.has(input.name)) { groups.add(input.name); input.click(); }
        if (input.type === 'checkbox' && !groups.has(input.name)) { groups.add(input.name); input.click(); }
      }
      for (const text of visible('textarea')) {
        text.value = 'Nothing to add, she is great';
        text.dispatchEvent(new Event('input', { bubbles: true }));
      }
      return performance.now() - start;
    },
    measure: () => ({
      questions: choices().length,
      screens: document.documentElement.scrollHeight / innerHeight,
      smallest: Math.min(...choices().map(target)),
      sideways: document.documentElement.scrollWidth > innerWidth,
    }),
    // Presses the forward control; within a document, resolves to the milliseconds until the next part is painted.
    press: (selector) => new Promise((resolve) => {
      const control = visible(selector).at(-1);
      const start = performance.now();
      const inside = control.tagName === 'A' && control.getAttribute('href').startsWith('#');
      if (inside) {
        control.click();
        requestAnimationFrame(() => setTimeout(() => resolve({ inside: performance.now() - start })));
      } else {
        resolve({ sentAt: performance.timeOrigin + start });
        setTimeout(() => control.click());
      }
    }),
  };
})();
