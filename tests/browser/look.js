'use strict';
// What every page is looked at for: rules of accessibility, room, print. The page had no script when it loaded, and its
// policy stays in force: scripts are let in only while axe runs, over the debugging protocol, which no policy binds.

const fs = require('fs');
const { none } = require('./report');

const AXE = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

// An override that was never set to true by this session is not taken back by it.
async function withScripts(page, run) {
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Emulation.setScriptExecutionDisabled', { value: true });
  await protocol.send('Emulation.setScriptExecutionDisabled', { value: false });
  try {
    return await run();
  } finally {
    await protocol.send('Emulation.setScriptExecutionDisabled', { value: true });
    await protocol.detach();
  }
}

function violations(page, only) {
  return page.evaluate(async (runOnly) => {
    const found = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] });
    return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}: ${n.failureSummary}`));
  }, only);
}

// Axe in the light scheme; in the dark one what depends on colours.
async function accessible(page) {
  const found = await withScripts(page, async () => {
    await page.evaluate(AXE);
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await violations(page, { type: 'tag', values: TAGS });
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await violations(page, { type: 'rule', values: ['color-contrast', 'link-in-text-block'] });
    await page.emulateMedia({ colorScheme: 'light' });
    return [...light, ...dark.map((v) => `dark: ${v}`)];
  });
  none(found, await page.title());
}

// What sticks out to the right, and by how much; [] = nothing scrolls sideways.
function sticksOut() {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) {
    return [];
  }
  const wide = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5);
  return [`${root.scrollWidth} px in ${root.clientWidth}: ${wide.map((e) => e.outerHTML.slice(0, 80)).join(' | ')}`];
}

async function fitsNarrow(page) {
  await page.setViewportSize(NARROW);
  const found = await page.evaluate(sticksOut);
  await page.setViewportSize(WIDE);
  none(found, await page.title());
}

// Set through the object model, which the policy on inline style lets pass.
async function fitsLargeText(page) {
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  const found = await page.evaluate(sticksOut);
  await page.evaluate(() => { document.documentElement.style.removeProperty('font-size'); });
  none(found, await page.title());
}

// What is said stands on paper, in black on white whatever the screen's scheme is; what can only be pressed does not.
async function prints(page) {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const found = await page.evaluate(() => {
    const shown = (e) => e.checkVisibility() && e.getBoundingClientRect().height > 0;
    const said = [...document.querySelectorAll('main :is(h1, h2, h3, h4, dt, dd, legend, p, textarea), main .field label')];
    const pressed = [...document.querySelectorAll('main .buttons button, .session button, .skip')];
    const { color, backgroundColor } = getComputedStyle(document.body);
    return [
      ...said.filter((e) => e.textContent.trim() && !e.closest('.links') && !shown(e)).map((e) => `not printed: ${e.outerHTML.slice(0, 120)}`),
      ...pressed.filter(shown).map((e) => `printed: ${e.outerHTML.slice(0, 120)}`),
      ...(color === 'rgb(0, 0, 0)' && backgroundColor === 'rgb(255, 255, 255)' ? [] : [`${color} on ${backgroundColor}`]),
    ];
  });
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  none(found, await page.title());
}

module.exports = { accessible, fitsNarrow, fitsLargeText, prints, WIDE };
