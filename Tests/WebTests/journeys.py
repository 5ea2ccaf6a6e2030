#!/usr/bin/env python3
"""Goes the ways that people go through the server, in a real browser against the real program.

    journeys.py PROGRAM HOME [--axe axe.min.js] [--pictures FOLDER] [--sign-on oidc-provider-mock]

Begins with an empty folder: first start, password, upload with refusals, confirmation, from the overview to the dossiers behind a number,
explanation, freezing, download, accounts, seeing as another, refused access, and the same without JavaScript. With --axe every page is
held against the rules of axe-core at two widths; none may scroll sideways. With --sign-on only the way through a provider of identities
is gone: refused there, not linked here, linked by the administrator, let in, signed out. Exit code 1 with a line for each thing that is not as it should be.
"""
import argparse
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

PASSWORD = "một câu đủ dài để nhớ"
WIDTHS = {"wide": 1280, "narrow": 375}
AXE = """const done = arguments[0]; axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}})
  .then(r => done(r.violations.map(v => v.id + ', ' + v.help + ': ' + v.nodes.length + ' x, first ' + v.nodes[0].target.join(' '))))"""

problems = []


def check(right, what):
    if not right:
        problems.append(what)


class Server:
    """The program as an office runs it."""

    def __init__(self, program, home, folder, place=("--listen", "127.0.0.1:0")):
        environment = {"PATH": os.environ["PATH"], "HOME": folder}
        self.process = subprocess.Popen([program, "serve", "--home", home, "--store", f"{folder}/uptake.sqlite", *place], cwd=folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        lines = [self.process.stderr.readline(), self.process.stderr.readline()]
        found = [re.search(r"http://\S+", line) for line in lines]
        if not all(found):
            sys.exit(f"the server does not say where it is: {lines}")
        self.address, self.link = (match.group().rstrip(":") for match in found)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None


class Provider:
    """Another office's provider of identities, with a real page to sign in at."""

    def __init__(self, program, folder):
        said = Path(folder, "provider")
        with said.open("wb") as output:
            self.process = subprocess.Popen([program, "--port", "0"], cwd=folder, stdout=output, stderr=output)
        for _ in range(200):
            found = re.search(r"running on (http://127\.0\.0\.1:\d+)\s", said.read_text())
            if found:
                self.address = found.group(1)
                return
            time.sleep(0.1)
        self.stop()
        sys.exit(f"the provider does not say where it is: {said.read_text()}")

    def stop(self):
        self.process.kill()
        self.process.wait()


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, server, has_scripts=True):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1280,1000", "--lang=vi", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"):
            options.add_argument(argument)
        if not has_scripts:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver, self.server = webdriver.Chrome(options=options), server
        self.driver.set_page_load_timeout(60)

    def go(self, place):
        self.driver.get(place if place.startswith("http") else self.server.address + place)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def fill(self, within="main", **fields):
        for name, text in fields.items():
            field = self.one(f"{within} [name='{name}']")
            if field.tag_name == "select":
                Select(field).select_by_value(text)
            else:
                field.clear()
                field.send_keys(text)

    def press(self, selector):
        button = self.one(selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()

    def wait(self, condition, what, seconds=60):
        try:
            WebDriverWait(self.driver, seconds).until(lambda _: condition())
            return True
        except Exception:
            problems.append(f"{what}: not within {seconds} s; at {self.driver.current_url}: {self.text[:300]}")
            return False

    @property
    def text(self):
        # A page that is just being left has no body any more.
        for _ in range(20):
            try:
                return self.one("body").text
            except (StaleElementReferenceException, NoSuchElementException):
                time.sleep(0.1)
        return ""

    @property
    def place(self):
        return self.driver.current_url.removeprefix(self.server.address)

    def choose_password(self, link):
        self.go(link)
        self.fill(password=PASSWORD, again=PASSWORD)
        self.press("main form button")
        self.wait(lambda: "/setup/" not in self.place, "the first page after the password")

    def looked_at(self, name, axe, pictures):
        """The page at two widths: accessible, not scrolling sideways, and pictured."""
        for width, pixels in WIDTHS.items():
            self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": width == "narrow"})
            root = self.driver.execute_script("return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            check(root[0] <= root[1], f"{name}, {pixels} px: scrolls sideways, {root[0]} px in {root[1]}")
            if axe:
                # The page's policy forbids scripts of others; the browser's own tools may bring one.
                self.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})
                for violation in self.driver.execute_async_script(AXE):
                    problems.append(f"{name}, {pixels} px: {violation}")
            if pictures:
                height = min(1600, self.driver.execute_script("return document.documentElement.scrollHeight"))
                self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": pixels, "height": height, "deviceScaleFactor": 1, "mobile": width == "narrow"})
                self.driver.save_screenshot(str(pictures / f"{name}-{width}.png"))
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE" and "favicon" not in entry["message"] and "status of 4" not in entry["message"]]


def dropped(person, name, text):
    """A file made in the page, let fall on the form as from another window."""
    person.driver.execute_script("""
        const carried = new DataTransfer();
        carried.items.add(new File([arguments[1]], arguments[0], {type: 'text/csv'}));
        const form = document.querySelector('form#upload');
        for (const kind of ['dragover', 'drop']) form.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
        """, name, text)


def listed(person):
    return [item.text for item in person.all("form#upload .files li")]


def upload(person, paths):
    person.go("/upload")
    person.one("input[name='file']").send_keys("\n".join(map(str, paths)))
    person.press("form#upload button:not([type=button])")
    person.wait(lambda: "/upload/" in person.place and person.all("form[action$='/confirm'], .flash"), "the rehearsal")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("home", type=lambda text: Path(text).resolve())
    parser.add_argument("--axe", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--sign-on", type=os.path.abspath)
    options = parser.parse_args()
    axe = options.axe.read_text(encoding="utf-8") if options.axe else None
    example = options.home / "examples" / "kon-tum-2025"
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ends:
        program = os.path.abspath(options.program)
        provider = Provider(options.sign_on, folder) if options.sign_on else None
        if provider:
            ends.callback(provider.stop)
        server = Server(program, str(options.home), folder, sign_on_settings(folder, provider)) if provider else Server(program, str(options.home), folder, delivery_settings(folder))
        people = []
        try:
            if provider:
                sign_on(server, provider, axe, people)
            else:
                journeys(server, example, axe, options.pictures, people)
        except Exception as error:
            where = people[-1] if people else None
            problems.append(f"{type(error).__name__}: {str(error).splitlines()[0]}; at {where.place if where else 'the start'}: {where.text[:400] if where else ''}")
        finally:
            for person in people:
                person.driver.quit()
            code = server.stop()
        check(code == 0, f"the server ended with {code} when it was told to")
    print("\n".join(problems) if problems else "every way was gone to its end")
    return 1 if problems else 0


def journeys(server, example, axe, pictures, people):
    # First start.
    admin = Person(server)
    people.append(admin)
    admin.go("/")
    check("/login" in admin.place, "a stranger is led to the door")
    admin.looked_at("sign-in", axe, pictures)
    admin.choose_password(server.link)
    admin.wait(lambda: admin.place == "/", "the first page after the password")
    check("Chưa có số liệu nào" in admin.text, "an empty server says what to do")
    admin.looked_at("empty", axe, pictures)

    # Upload with refusals: rehearsed, looked at, confirmed.
    names = ["units.csv", "procedures.csv", "services.csv", "targets.yaml", "accounts.csv", "submissions.csv", "payments.csv"]
    upload(admin, [example / name for name in names])
    check("chưa lưu gì" in admin.text and "submissions.csv:549" in admin.text, f"the rehearsal names what would be kept aside: {admin.text[:400]}")
    admin.looked_at("rehearsal", axe, pictures)
    admin.press("form[action$='/confirm'] button")
    admin.wait(lambda: admin.place.startswith("/imports/1"), "the import after its confirmation", 120)
    admin.looked_at("import", axe, pictures)
    upload(admin, [example / "corrections.csv"])
    admin.press("form[action$='/confirm'] button")
    admin.wait(lambda: admin.place.startswith("/imports/2"), "the second import")

    # What is picked is listed before it is sent, and so is what is dropped, which goes the same way.
    admin.go("/upload")
    admin.one("input[name='file']").send_keys(str(example / "corrections.csv"))
    check(any("corrections.csv" in item and "MB" in item for item in listed(admin)), f"a picked file is listed: {listed(admin)}")
    check(admin.driver.execute_script("return document.querySelector('input[name=profile]').files.length") == 0, "the mapping profile is left alone")
    dropped(admin, "thả vào.csv", (example / "corrections.csv").read_text(encoding="utf-8"))
    check(len(listed(admin)) == 2 and "thả vào.csv" in listed(admin)[1], f"a dropped file stands beside the picked one: {listed(admin)}")
    admin.go("/upload")
    dropped(admin, "thả vào.csv", (example / "corrections.csv").read_text(encoding="utf-8"))
    check(len(listed(admin)) == 1 and "thả vào.csv" in listed(admin)[0], f"a dropped file is listed: {listed(admin)}")
    admin.press("form#upload button:not([type=button])")
    admin.wait(lambda: "/upload/" in admin.place and "chưa lưu gì" in admin.text, "the rehearsal of a dropped file")
    check("thả vào.csv" in admin.text or "Không có gì mới" in admin.text, f"the dropped file was read: {admin.text[:300]}")
    admin.press("form[action$='/discard'] button")
    admin.wait(lambda: admin.place == "/upload", "the dropped file is let go")

    # From the overview to the dossiers behind a number.
    admin.go("/?period=2025-05")
    check("71,46%" in admin.text and "TẠM TÍNH" in admin.text, "the overview has the province's rate and its state")
    admin.looked_at("overview", axe, pictures)
    admin.press(".card-number a")
    admin.wait(lambda: admin.place.startswith("/figures"), "the page of a number")
    check("313 / 438" in admin.text, "the number's page has its counts")
    admin.looked_at("figure", axe, pictures)
    admin.driver.find_element(By.LINK_TEXT, "trực tuyến").click()
    admin.wait(lambda: "online" in admin.place, "the online dossiers")
    check("Hồ sơ 1–50 trong 313" in admin.text and len(admin.all("#table-dossiers tbody tr")) == 50, "the dossiers are listed by fifty")
    admin.driver.back()

    # Sorting by a head of the table.
    admin.go("/pages/units?period=2025-05")
    admin.looked_at("units", axe, pictures)
    head = next(h for h in admin.all("#table-shortfall-table thead th") if "Hồ sơ còn thiếu" in h.text)
    head.find_element(By.CSS_SELECTOR, "button").click()
    check(head.get_attribute("aria-sort") in ("ascending", "descending"), "a table is sorted by its head")
    admin.go("/units/616?period=2025-05")
    admin.looked_at("unit", axe, pictures)

    # Download of exactly what is seen.
    link = admin.one("a[href*='/pages/unit/procedures-table.csv']").get_attribute("href")
    text = admin.driver.execute_async_script("fetch(arguments[0]).then(r => r.text()).then(arguments[1])", link)
    shown = len(admin.all("#table-procedures-table tbody tr"))
    check(len(text.strip().splitlines()) == shown + 1, f"the list has {len(text.strip().splitlines())} lines for {shown} rows")

    # Freeze, with a reason for what is missing.
    admin.go("/periods?period=2025-05")
    admin.looked_at("periods", axe, pictures)
    form = admin.one("form[action='/periods/freeze']")
    form.find_element(By.NAME, "why").send_keys("Thông báo 12")
    form.find_element(By.NAME, "override").send_keys("nghỉ bù")
    admin.press("form[action='/periods/freeze'] button")
    admin.wait(lambda: accepted(admin), "the question before freezing", 10)
    admin.wait(lambda: "done=freeze" in admin.place, "the frozen period")
    check("ĐÃ CHỐT" in admin.text.upper() or "CHÍNH THỨC" in admin.text.upper(), f"the period is final: {admin.text[:300]}")

    for name, place in (("procedures", "/pages/procedures?period=2025-05"), ("targets", "/pages/targets-and-gaps?period=2025-05"), ("quality", "/pages/quality?period=2025-05"), ("imports", "/imports"), ("upload", "/upload"),
                        ("publications", "/publications"), ("organisation", "/organisation"), ("search", "/search?q=sa+thay"), ("schedules", "/schedules"), ("audit", "/audit"), ("slides", "/slides?period=2025-05"), ("account", "/account")):
        admin.go(place)
        admin.looked_at(name, axe, pictures)
    check("Chưa" not in admin.text, "the account page is there")

    # A schedule is made now, and what became of it is looked at.
    admin.go("/schedules")
    check("Mười lần tới" in admin.text and "2 ngày làm việc sau ngày 14" in admin.text, "the schedules with their next times")
    admin.press("form[action='/schedules/unit-monthly/run'] button")
    admin.wait(lambda: accepted(admin), "the question before running", 10)
    admin.wait(lambda: admin.place.startswith("/schedules/runs/1"), "the run")
    check("đến hạn" in admin.text, "the run is due")
    admin.looked_at("run", axe, pictures)

    # An account for a head of unit, and a look through their eyes.
    admin.go("/users")
    admin.fill("form[action='/users']", name="sa-thay", display="Chủ tịch Sa Thầy", role="head", scope="616")
    admin.press("form[action='/users'] button")
    admin.wait(lambda: admin.all(".secret"), "the link for the head")
    link = re.search(r"http://\S+", admin.one(".secret").text).group()
    admin.looked_at("users", axe, pictures)
    row = next(r for r in admin.all("#table-users tbody tr") if "sa-thay" in r.text)
    row.find_element(By.CSS_SELECTOR, "form[action='/see-as'] button").click()
    admin.wait(lambda: "Đang xem như sa-thay" in admin.text, "seeing as the head")
    admin.go("/?period=2025-05")
    check("Sa Thầy" in admin.text and "Đắk Tô" not in admin.text, "the administrator sees what the head sees")
    admin.looked_at("seeing-as", axe, pictures)
    admin.press("form[action='/see-as/end'] button")
    admin.wait(lambda: "Đang xem như" not in admin.text, "the end of seeing as another")

    # The head: own pages, refused access, an explanation. Without any script.
    head = Person(server, has_scripts=False)
    people.append(head)
    address = link if link.startswith(server.address) else server.address + "/setup/" + link.rsplit("/", 1)[1]
    head.choose_password(address)
    head.go("/?period=2025-05")
    check("Sa Thầy" in head.text and "Đắk Tô" not in head.text, "the head sees the own unit")
    head.go("/units/611?period=2025-05")
    check("ngoài phạm vi" in head.text and "611" not in head.text, "another unit is not there")
    head.go("/users")
    check("không được làm việc này" in head.text, "accounts are not for heads")
    # Of a month that is still open: what is final stays as it is.
    head.go("/figures?name=O1.v1/616/2025-04/administrative")
    head.fill(text="Mất mạng ba ngày")
    head.press("form[action='/explain'] button")
    head.wait(lambda: "done=explain" in head.place, "the explanation")
    check("Mất mạng ba ngày (sa-thay" in head.text, "the explanation is printed with the figure")
    head.press("form[action='/logout'] button")
    head.wait(lambda: "/login" in head.place, "signed out")

    # A clerk without scripts uploads as well.
    admin.go("/users")
    admin.fill("form[action='/users']", name="nhap-lieu", role="clerk", scope="all")
    admin.press("form[action='/users'] button")
    admin.wait(lambda: admin.all(".secret"), "the link for the clerk")
    clerk = Person(server, has_scripts=False)
    people.append(clerk)
    clerk.choose_password(server.address + "/setup/" + re.search(r"http://\S+", admin.one(".secret").text).group().rsplit("/", 1)[1])
    clerk.go("/upload")
    clerk.one("input[name='file']").send_keys(str(example / "corrections.csv"))
    clerk.press("form#upload button")
    for _ in range(40):
        if clerk.all(".flash, form[action$='/confirm']"):
            break
        time.sleep(0.5)
        clerk.go(clerk.place)
    check("Không có gì mới" in clerk.text, f"a known file has nothing new: {clerk.text[:300]}")
    for person in people:
        for complaint in person.complaints():
            problems.append(f"the browser complains: {complaint[:200]}")


def delivery_settings(folder):
    """Reports could go into a folder."""
    place = Path(folder, "van-thu")
    place.mkdir()
    Path(folder, "settings.yaml").write_text(f"delivery: {{folders: {{van-thu: '{place}'}}}}\n", encoding="utf-8")
    return ["--settings", f"{folder}/settings.yaml"]


def sign_on_settings(folder, provider):
    """The provider has to know beforehand where people come back to, so the port is chosen here."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    Path(folder, "secret").write_text("invented")
    Path(folder, "settings.yaml").write_text(
        f"listen: 127.0.0.1:{port}\npublic_url: http://127.0.0.1:{port}\nlog: {folder}/log\n"
        f"sso: {{issuer: '{provider.address}', client_id: uptake, client_secret_file: '{folder}/secret', button: Đăng nhập bằng tài khoản tỉnh}}\n", encoding="utf-8")
    return ["--settings", f"{folder}/settings.yaml"]


def sign_on(server, provider, axe, people):
    admin = Person(server)
    people.append(admin)
    admin.choose_password(server.link)
    admin.wait(lambda: admin.place == "/", "the first page after the password")
    admin.go("/users")
    admin.fill("form[action='/users']", name="binh", role="auditor", scope="all")
    admin.press("form[action='/users'] button")
    admin.wait(lambda: admin.all(".secret"), "the new account")

    def link(subject):
        admin.go("/users")
        admin.fill("form[action='/users/binh/link']", subject=subject)
        admin.press("form[action='/users/binh/link'] button")
        admin.wait(lambda: "done=link" in admin.place, f"the link to '{subject}'")

    # The cookies are for TLS only; browsers make an exception for the machine itself.
    binh = Person(server)
    people.append(binh)

    def through_the_provider(what):
        binh.go("/login")
        binh.driver.find_element(By.LINK_TEXT, "Đăng nhập bằng tài khoản tỉnh").click()
        binh.wait(lambda: binh.driver.current_url.startswith(provider.address), "the provider's page")
        if what:
            binh.fill(sub=what)
            binh.press("form:has([name='sub']) button")
        else:
            binh.press("button[value='deny']")
        binh.wait(lambda: binh.driver.current_url.startswith(server.address), "the way back from the provider")

    binh.go("/login")
    binh.looked_at("sign-in through a provider", axe, None)
    through_the_provider(None)
    check("Không đăng nhập được qua nhà cung cấp" in binh.text, f"whoever is refused by the provider is told: {binh.text[:300]}")
    through_the_provider("sub-of-binh")
    check("Chưa có tài khoản nào gắn với người này" in binh.text, f"whoever is not linked is told: {binh.text[:300]}")
    binh.go("/account")
    check("/login" in binh.place, "whoever is not linked stays outside")

    link("sub-of-binh")
    admin.looked_at("users with single sign-on", axe, None)
    through_the_provider("sub-of-binh")
    check(binh.place == "/", f"whoever is linked is let in: {binh.place}, {binh.text[:300]}")
    binh.go("/account")
    check("binh" in binh.text and "Kiểm tra viên" in binh.text, f"it is the linked account: {binh.text[:300]}")
    binh.press("form[action='/logout'] button")
    binh.wait(lambda: "/login" in binh.place, "signed out")

    link("")
    through_the_provider("sub-of-binh")
    check("Chưa có tài khoản nào gắn với người này" in binh.text, f"whoever is not linked any more is told: {binh.text[:300]}")
    for person in people:
        problems.extend(f"the browser complains: {complaint[:200]}" for complaint in person.complaints() if provider.address not in complaint and "cdn." not in complaint)


def accepted(person):
    try:
        person.driver.switch_to.alert.accept()
        return True
    except Exception:
        return "done=" in person.place


if __name__ == "__main__":
    sys.exit(main())
