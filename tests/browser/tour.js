'use strict';
// Every kind of page, in one language: [kind, what only this page has, how it is reached from the one before].

const { Person } = require('./person');
const { check, expect, none } = require('./report');
const look = require('./look');

const ERRORS = '.errors a[href^="#b"]';
const begins = (procedure) => `form[action="/procedure/${procedure}"]`;

const beforeLogin = ({ nobody, organ, clerk }) => [
  ['entry without a certificate', '.notice.warning', nobody, (p) => p.open('/')],
  ['entry', begins('vs101'), clerk, (p) => p.open('/')],
  ['404', '.notice.warning', clerk, (p) => p.open('/nowhere', 404)],
  ['vs101-01a', '[name=dso]', organ, async (p) => { await p.open('/'); await p.begin('vs101'); }],
  ['vs101-01a with an error', ERRORS, organ, (p) => p.press('next')],
  ['vs101-01a with an error of the number', ERRORS, organ,
    async (p) => { await p.choose('position', '31'); await p.fill('dso', '12345678'); await p.press('next'); }],
  ['vs101-03', '[name=record]', clerk, async (p) => { await p.open('/'); await p.begin('vs101'); }],
  ['vs101-03 with an error', ERRORS, clerk, (p) => p.press('login')],
  ['vs101-04', 'a[href="/menu"]', clerk, async (p) => { await p.chooseText('record', '701'); await p.press('login'); }],
  ['menu', begins('vs207'), clerk, (p) => p.open('/menu')],
];

const applying = ({ clerk }, files) => [
  ['vs206-01', 'button[value=leave]', clerk, (p) => p.begin('vs206')],
  ['vs206-01 with an error', ERRORS, clerk, (p) => p.press('leave')],
  ['vs207-02', '[name=group]', clerk, async (p) => { await p.open('/menu'); await p.begin('vs207'); }],
  ['vs207-02 with an error', ERRORS, clerk, (p) => p.press('next')],
  ['vs207-03', 'textarea[name=certificate]', clerk, async (p) => { await p.choose('group', '1002'); await p.press('next'); }],
  ['vs207-03 with an error', ERRORS, clerk, (p) => p.press('confirm')],
  ['vs207-03 with facts', 'dl', clerk, async (p) => { await p.fill('certificate', files.good); await p.press('preview'); }],
  ['vs207-03 with a refused certificate', '.notice.warning', clerk,
    async (p) => { await p.fill('certificate', files.expired); await p.press('confirm'); }],
  ['vs207-04', '[name="client.name"]', clerk, async (p) => { await p.fill('certificate', files.good); await p.press('confirm'); }],
  ['vs207-04 with an error', ERRORS, clerk, (p) => p.press('confirm')],
  ['vs207-05', '[name=application]', clerk, fillClient],
  ['vs207-05 with an error', ERRORS, clerk, (p) => p.press('confirm')],
  ['vs207-05 with a refused file', '.notice.warning', clerk,
    async (p) => { await p.attach('application', { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') }); await p.press('confirm'); }],
  ['vs207-06', 'button[value=submit]', clerk, async (p) => { await p.attach('application', files.application); await p.press('confirm'); }],
  ['409', '.notice.warning', clerk, async (p) => { await p.meanwhile(await casePath(p), () => p.press('cancel')); await p.press('submit'); }],
  ['vs207-07', '.notice.done', clerk, async (p) => { await apply(p, files); await p.press('submit'); }],
  ['case that was stopped', '.notice', clerk, async (p) => { await p.open('/menu'); await p.begin('vs207'); await p.press('cancel'); }],
];

async function fillClient(p) {
  await p.choose('client', 'new');
  await p.fill('client.name', 'Naš odjemalec');
  await p.fill('client.uris', 'https://obcina.test/nazaj');
  await p.press('confirm');
}

async function apply(p, files) {
  await p.open('/menu');
  await p.begin('vs207');
  await p.choose('group', '1001');
  await p.press('next');
  await p.fill('certificate', files.good);
  await p.press('confirm');
  await fillClient(p);
  await p.attach('application', files.application);
  await p.press('confirm');
}

const casePath = (p) => p.page.locator('form.page').getAttribute('action');

// The session that comes after it speaks the same language.
async function logOut(p, language) {
  await p.begin('vs302');
  await p.open(`/?lang=${language}`);
}

const changing = ({ clerk }, files, language) => [
  ['vs301-01', '[name=record]', clerk, async (p) => { await p.open('/menu'); await p.begin('vs301'); }],
  ['vs301-01 with an error', ERRORS, clerk, (p) => p.press('next')],
  ['vs301-02', 'a[href="/menu"]', clerk, async (p) => { await p.chooseText('record', '1003'); await p.press('next'); }],
  ['menu of a service', begins('vs208'), clerk, (p) => p.open('/menu')],
  ['vs208-00', 'button[value=certificate]', clerk, (p) => p.begin('vs208')],
  ['vs208-01', 'textarea[name=certificate]', clerk, (p) => p.press('certificate')],
  ['vs208-01 with an error', ERRORS, clerk, (p) => p.press('confirm')],
  ['vs208-01.3', '[name=overlap]', clerk, async (p) => { await p.fill('certificate', files.seal); await p.press('confirm'); }],
  ['vs208-01.3 with an error', ERRORS, clerk, async (p) => { await p.fill('overlap', '99'); await p.press('accept'); }],
  ['vs208-01.4', '.notice.done', clerk, async (p) => { await p.fill('overlap', '3'); await p.press('accept'); }],
  ['vs208-02', '[name="client.name"]', clerk, async (p) => { await p.open('/menu'); await p.begin('vs208'); await p.press('client'); }],
  ['vs208-02 with an error', ERRORS, clerk, (p) => p.press('confirm')],
  ['vs208-02.4', 'button[value=accept]', clerk, fillClient],
  ['vs208-02.5', '.notice.done', clerk, (p) => p.press('accept')],
  ['calls', '.record', clerk, async (p) => { await p.open('/menu'); await p.begin('calls'); }],
  ['cases', 'a[href$=".zip"]', clerk, async (p) => { await p.open('/menu'); await p.begin('cases'); }],
  ['certificates', '.record', clerk, async (p) => { await p.open('/menu'); await p.begin('certificates'); }],
  ['certificates with an error', ERRORS, clerk, (p) => p.press('confirm')],
  ['vs221-01', 'a[href$=".pdf"]', clerk, async (p) => { await p.open('/menu'); await p.begin('vs221'); }],
  ['403', '.notice.warning', clerk, async (p) => { await p.open('/menu'); await p.meanwhile('/menu', () => logOut(p, language)); await p.begin('vs207'); }],
];

const leaving = ({ clerk }) => [
  ['vs206-03', '.notice.done', clerk,
    async (p) => { await p.login('701'); await p.open('/menu'); await p.begin('vs206'); await p.chooseText('records', '701'); await p.press('leave'); }],
];

const persons = ({ director }) => [
  ['vs212-02', '[name=what]', director, async (p) => { await p.login('501'); await p.open('/menu'); await p.begin('vs212'); }],
  ['vs212-02 with an error', ERRORS, director, (p) => p.press('next')],
  ['vs212-04', 'button[value^="confirm."]', director, async (p) => { await p.choose('what', 'approve'); await p.press('next'); }],
  ['vs212-04 with an error', ERRORS, director, (p) => p.press('filter')],
  ['vs212-04 with nothing marked', '.notice.warning', director, (p) => p.press('execute')],
  ['vs212-04 with a mark', '.mark.confirm', director, (p) => p.press('confirm.')],
  ['vs212-07', '.notice.done', director, (p) => p.press('execute')],
  ['vs212-05', 'button[value^="delete."]', director,
    async (p) => { await p.open('/menu'); await p.begin('vs212'); await p.choose('what', 'delete'); await p.press('next'); }],
  ['vs212-05 with a mark', '.mark.delete', director, (p) => p.press('delete.')],
  ['vs212-07 after a deletion', '.notice.done', director, (p) => p.press('execute')],
  ['vs223-01', '[name=status]', director, async (p) => { await p.open('/menu'); await p.begin('vs223'); }],
  ['vs223-01 with an error', ERRORS, director, (p) => p.press('next')],
  ['vs223 list', '.list li', director, async (p) => { await p.choose('status', 'active'); await p.press('next'); }],
];

const chooseGroup = async (p, nth, what) => {
  await p.page.locator('input[name=record]').nth(nth).check();
  await p.choose(...what);
  await p.press('next');
};

const deciding = ({ court }) => [
  ['vs211-01', '[name=what]', court, async (p) => { await p.login(/^90/); await p.open('/menu'); await p.begin('vs211'); }],
  ['vs211-01 with an error', ERRORS, court, (p) => p.press('next')],
  ['vs211-02 with records', 'button[value^="refuse."]', court, (p) => chooseGroup(p, 1, ['what', 'approve'])],
  ['vs211-02 with an error', ERRORS, court, (p) => p.press('refuse.')],
  ['vs211-02 with marks', '.mark.refuse', court,
    async (p) => { await p.press('confirm.'); await p.page.locator('.record [name^="reason."]').last().fill('Ni podpisa.'); await p.press('refuse.'); }],
  ['vs211-05', '.notice.done', court, (p) => p.press('execute')],
  ['vs211-03 with records', 'button[value^="delete."]', court,
    async (p) => { await p.open('/menu'); await p.begin('vs211'); await chooseGroup(p, 0, ['what', 'delete']); }],
  ['vs211-03 with a mark', '.mark.delete', court,
    async (p) => { await p.page.locator('.record [name^="reason."]').first().fill('Storitve ne uporablja več.'); await p.press('delete.'); }],
  ['vs211-05 after a deletion', '.notice.done', court, (p) => p.press('execute')],
  ['vs222-01', '[name=status]', court, async (p) => { await p.open('/menu'); await p.begin('vs222'); }],
  ['vs222-01 with an error', ERRORS, court, (p) => p.press('next')],
  ['vs222 list', '.list li', court, (p) => chooseGroup(p, 1, ['status', 'active'])],
];

const entering = ({ court }) => [
  ['vs231-01', '[name=maticna]', court,
    async (p) => { await p.open('/menu'); await p.begin('vs301'); await p.chooseText('record', /^80/); await p.press('next'); await p.open('/menu'); await p.begin('vs231'); }],
  ['vs231-01 with errors', ERRORS, court, (p) => p.press('next')],
  ['vs231-02', '[name=email]', court, async (p) => { await p.choose('position', '21'); await p.fill('maticna', '5888158000'); await p.press('next'); }],
  ['vs231-02 with an error', ERRORS, court, (p) => p.press('next')],
  ['vs231-03', '[name=group]', court, async (p) => { await p.fill('email', 'zbornica@notarji.test'); await p.press('next'); }],
  ['vs231-03 with an error', ERRORS, court, (p) => p.press('next')],
  ['vs231-05', '.notice.done', court, async (p) => { await p.choose('group', '1001'); await p.press('next'); }],
  ['vs232-01', 'button[value=delete]', court, async (p) => { await p.open('/menu'); await p.begin('vs232'); }],
  ['vs232-01 with an error', ERRORS, court, (p) => p.press('delete')],
  ['vs302-02', 'a[href="/"]', court, (p) => p.begin('vs302')],
];

const WHO = { nobody: null, clerk: 'uradnica', organ: 'uradnik_sigov', director: 'direktor', court: 'referentka' };
const ROOM = { 'nothing scrolls sideways at 320 px': look.fitsNarrow, 'nothing scrolls sideways at 200 % text': look.fitsLargeText,
  'what is said is printed, black on white': look.prints };

async function gather(found, kind, run) {
  try {
    await run();
  } catch (e) {
    found.push(`${kind}: ${e.message}`);
  }
}

async function visit([kind, mark, person, reach], language, found, shoot) {
  await check(`${language}: ${kind}: no violation of axe-core's rules`, async () => {
    await reach(person);
    expect(await person.page.locator(mark).count() > 0, `${mark} is not on ${person.page.url()}\n${await person.page.innerText('main')}`);
    expect(await person.page.getAttribute('html', 'lang') === language, 'another language');
    await look.accessible(person.page);
  });
  for (const [what, looks] of Object.entries(ROOM)) {
    await gather(found[what], kind, () => looks(person.page));
  }
  await shoot(person.page, `${language}-${kind}`);
}

const PARTS = [beforeLogin, applying, changing, leaving, persons, deciding, entering];

async function tour(browser, world, language, shoot, parts = PARTS.length) {
  const people = {};
  for (const [who, name] of Object.entries(WHO)) {
    people[who] = await Person.arrive(browser, world, name);
    await people[who].page.setViewportSize(look.WIDE);
    await people[who].open(`/?lang=${language}`);
  }
  const stops = PARTS.slice(0, parts).flatMap((part) => part(people, world.files, language));
  const found = Object.fromEntries(Object.keys(ROOM).map((what) => [what, []]));
  for (const stop of stops) {
    await visit(stop, language, found, shoot);
  }
  for (const [what, troubles] of Object.entries(found)) {
    await check(`${language}: ${what}`, () => none(troubles, what));
  }
  await check(`${language}: no word on the console, no request to elsewhere`,
    () => none(Object.values(people).flatMap((p) => p.troubles), 'heard'));
}

module.exports = { tour };
