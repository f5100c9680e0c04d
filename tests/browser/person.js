'use strict';
// Somebody with a certificate and a browser in which pages run no script.

const path = require('path');
const { expect } = require('./report');

const DEADLINE_MS = 15000;
// Chromium says so of every page with such a status; the pages are visited on purpose
const REFUSAL = /^Failed to load resource: the server responded with a status of (403|404|409) /;

class Person {
  // `name`: of a certificate in the PKI; null: none
  static async arrive(browser, world, name) {
    const person = new Person();
    const at = (kind) => path.join(world.certificates, `${name}.${kind}`);
    person.origin = world.origin;
    person.context = await browser.newContext({
      javaScriptEnabled: false,
      baseURL: world.origin,
      // The library ends TLS itself where it has a certificate to show, and judges the server by NODE_EXTRA_CA_CERTS.
      // Chromium, which does without, does not know that authority.
      ...(name ? { clientCertificates: [{ origin: world.origin, certPath: at('chain.pem'), keyPath: at('key') }] }
        : { ignoreHTTPSErrors: true }),
    });
    person.context.setDefaultTimeout(DEADLINE_MS);
    person.troubles = [];
    person.context.on('request', (request) => person.judgeRequest(request));
    person.context.on('console', (message) => person.judgeMessage(message));
    person.context.on('weberror', (error) => person.troubles.push(`script: ${error.error().message}`));
    person.page = await person.context.newPage();
    person.page.on('filechooser', () => {}); // intercepted from now on: later a key would be faster than the asking for it
    return person;
  }

  judgeRequest(request) {
    if (!request.url().startsWith(`${this.origin}/`)) {
      this.troubles.push(`request for ${request.url()}`);
    }
  }

  judgeMessage(message) {
    if (['error', 'warning'].includes(message.type()) && !REFUSAL.test(message.text())) {
      this.troubles.push(`${message.page().url()}: ${message.text()}`);
    }
  }

  async open(where, status = 200) {
    const response = await this.page.goto(where);
    expect(response.status() === status, `${where}: status ${response.status()}`);
  }

  // The document that comes of what is done here.
  async loads(act) {
    const loaded = this.page.waitForEvent('load');
    await Promise.all([loaded, act()]);
  }

  begin(procedure) {
    return this.loads(() => this.page.locator(`form[action="/procedure/${procedure}"] button`).first().click());
  }

  press(button) {
    return this.loads(() => this.page.locator(`button[value^="${button}"]:not(.enter)`).first().click());
  }

  choose(name, value) {
    return this.page.locator(`input[name="${name}"][value="${value}"]`).check();
  }

  // The option that is labelled so.
  async chooseText(name, text) {
    const id = await this.page.locator('.option', { hasText: text }).locator(`input[name="${name}"]`).first().getAttribute('id');
    await this.page.locator(`#${id}`).check();
  }

  fill(name, text) {
    return this.page.locator(`[name^="${name}"]`).first().fill(text);
  }

  attach(name, file) {
    return this.page.locator(`[name="${name}"]`).setInputFiles(file);
  }

  // A second window of the same session does `act`; this one stays as it is.
  async meanwhile(where, act) {
    const here = this.page;
    this.page = await this.context.newPage();
    await this.open(where);
    await act();
    await this.page.close();
    this.page = here;
  }

  async login(text) {
    await this.open('/');
    await this.begin('vs101');
    await this.chooseText('record', text);
    await this.press('login');
  }
}

module.exports = { Person, DEADLINE_MS };
