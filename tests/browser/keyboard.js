'use strict';
// Hands that have no mouse: Tab, arrows, Space, Enter, and what is pasted.

const { expect, same } = require('./report');

const STOPS_MAX = 80;

// What has the focus, where it stands in the document, and whether the eye can see that.
function focused(page) {
  return page.evaluate(() => {
    const e = document.activeElement;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    return {
      at: [...document.querySelectorAll('*')].indexOf(e), tag: e.localName, id: e.id, name: e.getAttribute('name'), type: e.type,
      value: e.getAttribute('value'), classes: [...e.classList], text: e.textContent.trim(), href: e.getAttribute('href'),
      seen: style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2 && box.right > 0 && box.bottom > 0
        && box.left < innerWidth && box.top < innerHeight,
    };
  });
}

// Tab until the focus is on what is wanted.
async function tabTo(page, wanted, what) {
  const passed = [];
  for (let i = 0; i < STOPS_MAX; i++) {
    const now = await focused(page);
    if (wanted(now)) {
      return now;
    }
    passed.push(now.text || now.name);
    await page.keyboard.press('Tab');
  }
  throw new Error(`the key Tab does not reach ${what}, but: ${passed.join(' | ')}`);
}

async function labelled(page, text) {
  const id = await page.locator('label', { hasText: text }).first().getAttribute('for');
  expect(id, `no label says ${text}`);
  return id;
}

// A radio button: Tab to its group, arrows within; a check box: Tab and Space.
async function choose(page, text) {
  const id = await labelled(page, text);
  const name = await page.locator(`#${id}`).getAttribute('name');
  await tabTo(page, (f) => f.name === name, text);
  await page.keyboard.press('Space');
  for (let i = 0; i < STOPS_MAX && (await focused(page)).id !== id; i++) {
    await page.keyboard.press('ArrowDown');
  }
  expect(await page.locator(`#${id}`).isChecked(), `${text} is not chosen`);
}

// As from the clipboard.
async function paste(page, label, text) {
  const id = await labelled(page, label);
  await tabTo(page, (f) => f.id === id, label);
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
}

async function loads(page, key) {
  const loaded = page.waitForEvent('load');
  await Promise.all([loaded, page.keyboard.press(key)]);
}

const pressable = (text) => (f) => f.text === text && (f.tag === 'button' || f.tag === 'a');

async function press(page, text, key = 'Enter') {
  await tabTo(page, pressable(text), text);
  await loads(page, key);
}

// What a link leads to is saved, not shown: the page stays.
async function save(page, text) {
  await tabTo(page, pressable(text), text);
  await page.keyboard.press('Alt+Enter');
}

async function attach(page, label, file) {
  const id = await labelled(page, label);
  await tabTo(page, (f) => f.id === id, label);
  const opened = page.waitForEvent('filechooser');
  await page.keyboard.press('Space');
  await (await opened).setFiles(file);
}

// All that the key Tab stops at: the skip link first, then all that can be used, in the order of the document, seen.
async function order(page) {
  const stops = [];
  for (let i = 0; i < STOPS_MAX; i++) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (now.tag === 'body' || (stops.length > 0 && now.at === stops[0].at)) {
      break;
    }
    stops.push(now);
  }
  const title = await page.title();
  same(stops[0].classes, ['skip'], `${title}: the first stop`);
  const back = stops.find((stop, i) => i > 0 && stop.at <= stops[i - 1].at);
  expect(!back, `${title}: the focus goes back to ${JSON.stringify(back)}`);
  const unseen = stops.find((stop) => !stop.seen);
  expect(!unseen, `${title}: the focus is not seen on ${JSON.stringify(unseen)}`);
  same(stops.map((s) => s.at), await usable(page), `${title}: the stops`);
}

// Where what can be used stands in the document; of a group of radio buttons the one that the key Tab goes to.
function usable(page) {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll('*')];
    const first = (e) => e.type !== 'radio' || e === (document.querySelector(`input[name="${e.name}"]:checked`) || document.querySelector(`input[name="${e.name}"]`));
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), textarea')]
      .filter((e) => !e.matches('.enter') && first(e)).map((e) => all.indexOf(e));
  });
}

module.exports = { focused, tabTo, choose, paste, press, save, attach, order, loads };
