"""The web pages as a person uses them: reads HTML, follows links, fills in forms and presses buttons. No JavaScript, as the portal promises."""
import re
import urllib.parse

import lxml.html

import stage


class Browser:
    def __init__(self, w, name):
        self.base = f"https://localhost:{w.portal_port}"
        self.session = stage.certificate_session(name)
        self.open("/")

    def _show(self, response):
        stage.expect(response.status_code == 200, f"{response.request.method} {response.url}: {response.status_code}\n{response.text}")
        self.url, self.page = response.url, lxml.html.fromstring(response.content)

    def open(self, path):
        self._show(self.session.get(urllib.parse.urljoin(self.base, path)))

    @property
    def notices(self):
        return [re.sub(r"\s+", " ", e.text_content()).strip() for e in self.page.xpath("//*[@data-code]")]

    def _one(self, text, found):
        stage.expect(found, f"there is no {text!r} on the page\n{self.page.text_content()}")
        return found[0]

    def _labelled(self, text):
        label = self._one(text, [e for e in self.page.iter("label") if text in e.text_content()])
        return self.page.get_element_by_id(label.get("for"))

    def choose(self, text):
        """name -> value of the option that is labelled so."""
        option = self._labelled(text)
        return {option.get("name"): option.get("value")}

    def field(self, text):
        """The name of the field that is labelled so."""
        return self._labelled(text).get("name")

    def value_of(self, label):
        """What the list of facts says."""
        name = self._one(label, [dt for dt in self.page.iter("dt") if dt.text_content().strip() == label])
        return name.getnext().text_content().strip()

    def save(self, text):
        """The bytes behind the first link that is labelled so."""
        link = self._one(text, [a for a in self.page.iter("a") if text in a.text_content()])
        response = self.session.get(urllib.parse.urljoin(self.url, link.get("href")))
        stage.expect(response.status_code == 200, f"{link.get('href')}: {response.status_code}")
        return response.content

    def press(self, button, fields=None, file=None):
        """Submits the form that has a button labelled so; file = (field, name, bytes)."""
        pressed = self._one(button, [b for b in self.page.iter("button") if b.text_content().strip() == button and b.get("tabindex") != "-1"])
        form = next(f for f in pressed.iterancestors("form"))
        values = {**dict(form.form_values()), **(fields or {})}
        if pressed.get("name"):
            values[pressed.get("name")] = pressed.get("value")
        parts = [(name, (None, value)) for name, value in values.items() if value is not None]
        if file:
            parts.append((file[0], (file[1], file[2], "application/pdf")))
        self._show(self.session.post(urllib.parse.urljoin(self.url, form.get("action")), files=parts, headers={"Origin": self.base}))
