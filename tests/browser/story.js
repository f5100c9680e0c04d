'use strict';
// A registration, its decision and its end, by keyboard alone, on pages that run no script. Slovene: the words are those of the
// pages.

const keyboard = require('./keyboard');
const { Person } = require('./person');
const { check, expect, same, none } = require('./report');
const { saved, pdfText, zipMember } = require('./saved');

const MENU_207 = 'Dodatna registracija zunanjega uporabnika za uporabo spletnih storitev';
const MENU_211 = 'Potrditev / izbris uporabnikov v uporabniški skupini, ki jo upravlja administrator';
const MENU_212 = 'Potrditev / izbris pooblaščenih oseb samostojnega uporabnika';
const NEW = 'potrditev novih uporabnikov';
const LOGIN = 'Prijavi se kot zunanji uporabnik / zunanji administrator';

const shows = async (page, selector) => expect(await page.locator(selector).count() > 0, `${selector} is not there:\n${await page.innerText('main')}`);

// After an error the focus is on the summary; its link leads to the field, which says that it is wrong, and why.
async function errorLeadsToField(page) {
  same((await keyboard.focused(page)).classes, ['errors'], 'the focus after an error');
  expect((await page.title()).startsWith('Napaka:'), `the title ${await page.title()}`);
  await page.keyboard.press('Tab');
  const link = await keyboard.focused(page);
  await page.keyboard.press('Enter');
  const field = await keyboard.focused(page);
  same(`#${field.id}`, link.href, 'where the link of the error leads');
  const said = await page.evaluate(() => {
    const e = document.activeElement.closest('[aria-invalid]');
    return e && e.closest('[aria-describedby]').getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent).join(' ');
  });
  expect(said && said.includes('Napaka:'), `the field says ${said}`);
}

async function login(page, record) {
  await page.goto('/');
  await keyboard.order(page);
  await keyboard.press(page, LOGIN);
  await keyboard.order(page);
  await keyboard.choose(page, record);
  await keyboard.loads(page, 'Enter');
  await keyboard.press(page, 'Upravljanje pooblastil v varnostni shemi');
}

const logsIn = ({ page }) => async () => {
  await login(page, 'vsa e-opravila');
  await shows(page, 'form[action="/procedure/vs207"]');
  await keyboard.order(page);
};

const skips = ({ page }) => async () => {
  await page.reload();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  same((await keyboard.focused(page)).id, 'main', 'the focus behind the skip link');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement.closest('main') !== null), 'the next stop is not in the content');
};

const choosesGroup = ({ page }) => async () => {
  await keyboard.press(page, MENU_207, 'Space');
  await keyboard.order(page);
  await keyboard.press(page, 'Naprej');
  await errorLeadsToField(page);
  await keyboard.choose(page, '1003');
  await keyboard.loads(page, 'Enter');
  await shows(page, 'textarea[name=certificate]');
};

const pastesCertificate = ({ page }, { files }) => async () => {
  await keyboard.order(page);
  await keyboard.press(page, 'Potrdi');
  await errorLeadsToField(page);
  await keyboard.paste(page, 'otrdilo', files.good);
  await keyboard.press(page, 'Prikaži podatke');
  same((await page.inputValue('textarea')).trim(), files.good.trim(), 'what was pasted');
  expect((await page.innerText('dl')).includes('Predmet'), 'the facts of the certificate');
  await keyboard.order(page);
  await keyboard.press(page, 'Potrdi');
  await shows(page, '[name="client.name"]');
};

const switchesLanguage = ({ page }) => async () => {
  const before = await page.getAttribute('form.page', 'action');
  await keyboard.press(page, 'English');
  same([await page.getAttribute('html', 'lang'), await page.getAttribute('form.page', 'action')], ['en', before], 'the page in English');
  await shows(page, '[name="client.name"]');
  await keyboard.press(page, 'Slovenščina');
  same([await page.getAttribute('html', 'lang'), await page.getAttribute('form.page', 'action')], ['sl', before], 'the page in Slovene');
  await keyboard.press(page, 'Potrdi');
  await keyboard.press(page, 'English');
  same(await page.getAttribute('form.page', 'action'), before, 'the page that a form came from');
  await keyboard.press(page, 'Slovenščina');
};

const entersClient = ({ page }) => async () => {
  await keyboard.order(page);
  await keyboard.tabTo(page, (f) => f.name === 'client.name', 'the name of the client');
  await keyboard.loads(page, 'Enter');
  await errorLeadsToField(page);
  await keyboard.tabTo(page, (f) => f.name === 'client.name', 'the name of the client');
  await page.keyboard.insertText('Premoženjska evidenca');
  await keyboard.tabTo(page, (f) => f.name === 'client.uris', 'the addresses of the client');
  await page.keyboard.insertText('https://smarje.example/prijava');
  await page.keyboard.press('Shift+Tab');
  await keyboard.loads(page, 'Enter');
  await shows(page, '[name=application]');
};

const attachesApplication = ({ page }, { files }) => async () => {
  await keyboard.order(page);
  await keyboard.press(page, 'Potrdi');
  await errorLeadsToField(page);
  await keyboard.attach(page, 'Vloga', files.application);
  await keyboard.press(page, 'Potrdi');
  await keyboard.order(page);
  await keyboard.press(page, 'Oddaj prijavo');
  await shows(page, '.notice.done');
};

const enterDoesNotLeave = ({ page }) => async () => {
  await keyboard.press(page, 'Portal eSodstvo');
  await page.goto('/menu');
  await keyboard.press(page, 'Izstop uporabnika iz uporabniške skupine');
  await keyboard.order(page);
  const before = await page.content();
  await keyboard.choose(page, '701');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  same(await page.content(), before, 'the page after Enter');
  await page.goto('/menu');
  await shows(page, 'form[action="/procedure/vs207"]');
};

// `texts`: what is chosen before the list
const decides = ({ page }, procedure, texts, what) => async () => {
  await page.goto('/menu');
  await keyboard.press(page, procedure);
  await keyboard.order(page);
  for (const text of texts) {
    await keyboard.choose(page, text);
  }
  await keyboard.loads(page, 'Enter');
  await keyboard.order(page);
  await what(page);
  await keyboard.press(page, 'Izvrši označeno');
  await shows(page, '.notice.done');
};

async function approves(page) {
  await keyboard.press(page, 'Potrdi');
  await shows(page, '.mark.confirm');
}

async function refuses(page) {
  await keyboard.press(page, 'Zavrni');
  await errorLeadsToField(page);
  await page.keyboard.insertText('Vlogo mora podpisati župan.');
  await keyboard.loads(page, 'Enter');
  same(await page.locator('.mark').count(), 0, 'marks after Enter in the field of the reason');
  same(await page.inputValue('[name^="reason."]'), 'Vlogo mora podpisati župan.', 'the reason after Enter');
  await keyboard.press(page, 'Zavrni');
  await shows(page, '.mark.refuse');
}

async function deletes(page) {
  await keyboard.press(page, 'Izbriši');
  await errorLeadsToField(page);
  await page.keyboard.insertText('Občina ne potrebuje več podatkov.');
  await keyboard.press(page, 'Izbriši');
  await shows(page, '.mark.delete');
}

async function deletesPerson(page) {
  expect((await page.innerText('.record')).includes('Žiga Čuden'), `another list:\n${await page.innerText('main')}`);
  await keyboard.press(page, 'Izbriši');
  await shows(page, '.mark.delete');
  await keyboard.order(page);
}

const savesList = ({ page }) => async () => {
  await page.goto('/menu');
  await keyboard.press(page, 'Seznam uporabniških skupin uporabnika');
  const name = await page.innerText('.login strong >> nth=0');
  const lines = await page.locator('.list li').allInnerTexts();
  const text = pdfText(await saved(page, '.pdf', () => keyboard.save(page, 'Pridobi PDF'))).replace(/\s+/g, ' ');
  expect(lines.length > 0 && [name, ...lines].every((said) => text.includes(said)), `${[name, ...lines]} in\n${text}`);
};

const savesCase = ({ page }) => async () => {
  await page.goto('/menu');
  await keyboard.press(page, 'Zadeve');
  const link = page.locator('a[href$=".zip"]').first();
  const [label, address] = [await link.innerText(), await link.getAttribute('href')];
  const file = await saved(page, '.zip', () => keyboard.save(page, label));
  const proof = zipMember(file, 'proof.txt');
  expect(/^case v=1 log=\w+ record=\d+ /.test(proof), `proof.txt of ${address}:\n${proof}`);
};

const leaves = ({ page }) => async () => {
  await page.goto('/menu');
  await keyboard.press(page, 'Izstop uporabnika iz uporabniške skupine');
  await keyboard.press(page, 'Izstopi');
  await errorLeadsToField(page);
  await keyboard.choose(page, '701');
  await keyboard.press(page, 'Izstopi');
  same(await page.innerText('.notice.done p'),
    'Opravljeno: Iz varnostne sheme ste bili izbrisani za izbrane uporabniške skupine.', 'the page after the leaving');
  same(await page.locator('.login').count(), 0, 'logins in the head');
  await keyboard.press(page, 'Nazaj na prvo stran');
  await shows(page, 'form[action="/procedure/vs101"]');
  await page.goto('/menu');
  same(new URL(page.url()).pathname, '/', 'where the menu leads without a login');
};

async function cookies(person) {
  const [cookie, ...more] = await person.context.cookies();
  same(more, [], 'more cookies');
  const { name, domain, path, httpOnly, secure, sameSite, expires } = cookie;
  same({ name, domain, path, httpOnly, secure, sameSite, expires },
    { name: '__Host-vashgate', domain: 'localhost', path: '/', httpOnly: true, secure: true, sameSite: 'Strict', expires: -1 }, 'the cookie');
}

// What the story and the tours rest on, with a page of our own making: a script does not run, a foreign style is refused and heard of.
async function runsNoScript(person) {
  await person.page.setContent('<title>as it was</title><script>document.title = "changed"</script>');
  same(await person.page.title(), 'as it was', 'the title');
}

async function refusesStyle(person) {
  await person.open('/');
  await person.page.evaluate(() => document.head.append(Object.assign(document.createElement('style'), { textContent: 'h1 { color: red }' })));
  expect(person.troubles.some((heard) => heard.includes('Content Security Policy')), `heard: ${person.troubles}`);
}

async function story(browser, world) {
  const stranger = await Person.arrive(browser, world, 'uradnica');
  await check('pages run no script: everything here works without', () => runsNoScript(stranger));
  await check('the policy on content is in force, and a breach of it is heard', () => refusesStyle(stranger));
  const clerk = await Person.arrive(browser, world, 'uradnica');
  const administrator = await Person.arrive(browser, world, 'referentka');
  const director = await Person.arrive(browser, world, 'direktor');
  const chapters = [
    ['keyboard: vs101 logs in', logsIn(clerk)],
    ['keyboard: the skip link leads to the content', skips(clerk)],
    ['the session is one cookie that no script and no other site gets', () => cookies(clerk)],
    ['keyboard: vs207-02, an error and the group', choosesGroup(clerk)],
    ['keyboard: vs207-03, an error, the pasted certificate and its facts', pastesCertificate(clerk, world)],
    ['keyboard: the switch of language keeps the page', switchesLanguage(clerk)],
    ['keyboard: vs207-04, an error, and Enter in a field goes on', entersClient(clerk)],
    ['keyboard: vs207-05 to 07, an error, the PDF and the end', attachesApplication(clerk, world)],
    ['keyboard: Enter does not leave a group (vs206)', enterDoesNotLeave(clerk)],
    ['keyboard: the administrator logs in', () => login(administrator.page, 'po imetniku')],
    ['keyboard: vs211 approves', decides(administrator, MENU_211, ['po imetniku', NEW], approves)],
    ['keyboard: vs211 refuses with a reason, and not by Enter in its field', decides(administrator, MENU_211, ['getOdprtiPostopki', NEW], refuses)],
    ['keyboard: the file of a case is saved, with its proof', savesCase(clerk)],
    ['keyboard: vs211-03, an error, and a deletion with its reason', decides(administrator, MENU_211, ['po imetniku', 'izbris uporabnikov'], deletes)],
    ['keyboard: the director logs in', () => login(director.page, '501')],
    ['keyboard: vs212-05 deletes an authorised person', decides(director, MENU_212, ['izbris pooblaščenih oseb'], deletesPerson)],
    ['keyboard: vs221, the list is saved as a PDF that says what the page says', savesList(clerk)],
    ['keyboard: vs206-03, who leaves his group is logged out', leaves(clerk)],
  ];
  let whole = true;
  for (const [name, tell] of chapters) {
    whole = await check(name, whole ? tell : () => expect(false, 'the story ended before')) && whole;
  }
  await check('the story has no word on the console and no request to elsewhere', () => none([clerk, administrator, director].flatMap((p) => p.troubles), 'heard'));
}

module.exports = { story };
