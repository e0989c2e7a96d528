"""Coming in and going out, against a real provider of OpenID Connect and in a real browser."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from central.people.roles import Role
from central.people.settings import GrantSetting, PeopleConfig
from central.store import staff_log
from tests.central.rig import SITE, Centre, command
from tests.pages.rig import Staff

OURS = {"Sec-Fetch-Site": "same-origin"}


def browserless(centre: Centre) -> httpx.Client:
    return httpx.Client(base_url=centre.url, trust_env=False, timeout=20, headers={"Accept": "text/html"})


def log_of(centre: Centre) -> list[tuple[str, str]]:
    with centre.store.reading() as connection:
        return [(one.what, one.name) for one in staff_log.entries(connection)]


# --- what every answer carries --------------------------------------------------------------------------------------


def test_every_answer_keeps_others_out(centre: Centre) -> None:
    with browserless(centre) as http:
        for path in ("/sign-in", "/", "/nowhere", "/static/centre.css", "/static/none"):
            headers = http.get(path).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["Cache-Control"] == ("public, max-age=3600" if path.endswith(".css") else "no-store")
        style = re.search(r'href="(/static/centre.css\?v=\w+)"', http.get("/sign-in").text)
        assert style is not None
        assert "immutable" in http.get(style[1]).headers["Cache-Control"]


def test_programs_get_problems_and_people_get_pages(centre: Centre) -> None:
    with browserless(centre) as http:
        assert http.get("/v1/nothing").headers["Content-Type"] == "application/problem+json"
        assert http.get("/nowhere", headers={"Accept": "*/*"}).json()["status"] == 404
        assert "<h1>" in http.get("/nowhere").text
        assert http.post("/sign-in", headers=OURS).status_code == 405
        assert http.get("/healthz").json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/", f"/reception/{SITE}", f"/reception/{SITE}?q=1", "/reception"])
def test_who_is_not_signed_in_is_led_there_and_back(centre: Centre, path: str) -> None:
    with browserless(centre) as http:
        answer = http.get(path)
        assert answer.status_code == 303
        onward = parse_qs(urlsplit(answer.headers["Location"]).query)["onward"]
        assert onward == [path]
        assert http.get(path, headers={"Accept": "text/event-stream"}).text == "event: ended\ndata: \n\n"
        assert http.post(path.split("?")[0], headers=OURS).status_code in (401, 405)


# --- by a link ------------------------------------------------------------------------------------------------------


def test_a_link_leads_in_once_and_only_by_a_touch(staff: Staff) -> None:
    staff.centre.moment = datetime.now(UTC)
    link = command(staff.centre.data, "admin-link", "--url", staff.centre.url, "--name", "Try-out").stdout.strip()
    page = staff.page(signed_in=False)
    page.goto(link)
    page.reload()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What would you like to do?")
    [cookie] = [one for one in page.context.cookies() if one["name"] == "centre-session"]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Lax", -1)
    with browserless(staff.centre) as http:
        token = parse_qs(urlsplit(link).query)["code"][0]
        again = http.post("/sign-in/link", data={"code": token}, headers=OURS)
        assert (again.status_code, "vanhentunut" in again.text) == (403, True)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    with browserless(staff.centre) as http:
        http.cookies.set("centre-session", cookie["value"])
        assert http.get("/").status_code == 303, "the session has ended at the centre too"
    assert {what for what, _ in log_of(staff.centre)} == {"admin-link-made", "signed-in", "signed-out"}


def test_a_forged_request_does_nothing(staff: Staff) -> None:
    token = staff.token()
    with browserless(staff.centre) as http:
        http.cookies.set("centre-session", token)
        for forged in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
            assert http.post("/sign-out", headers=forged).status_code == 403
        assert http.get("/").status_code == 200, "still signed in"
        assert http.post("/sign-out", headers={"Origin": staff.centre.url}).status_code == 303
        assert http.get("/").status_code == 303


def test_a_session_ends_by_itself(staff: Staff) -> None:
    page = staff.page(Role.RECEPTION)
    page.goto("/")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    staff.centre.moment += timedelta(hours=2)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_page_that_is_open_ends_with_its_session(staff: Staff) -> None:
    page = staff.page(Role.RECEPTION)
    page.goto(f"/reception/{SITE}")
    with staff.centre.store.writing() as connection:
        from sqlalchemy import delete

        from central.store.tables import session

        connection.execute(delete(session))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in", timeout=15_000)
    staff.complaints.clear()  # htmx says that its stream has ended.


def test_who_is_limited_to_a_site_sees_no_other(staff: Staff) -> None:
    page = staff.page(Role.RECEPTION, sites=(SITE,))
    page.goto("/reception")
    expect(page).to_have_url(re.compile(rf"/reception/{SITE}$"))
    with browserless(staff.centre) as http:
        http.cookies.set("centre-session", staff.token(Role.RECEPTION, sites=("vuosaari",)))
        assert http.get(f"/reception/{SITE}").status_code == 403
        assert http.get("/reception/nowhere").status_code == 403
        http.cookies.set("centre-session", staff.token(Role.TECHNICIAN), domain="")
    with browserless(staff.centre) as http:
        http.cookies.set("centre-session", staff.token(Role.TECHNICIAN))
        assert http.get(f"/reception/{SITE}").status_code == 403
        http.cookies.set("centre-session", "x" * 43)
        assert http.get(f"/reception/{SITE}").status_code == 303


# --- languages ------------------------------------------------------------------------------------------------------


def test_a_language_is_chosen_and_kept(staff: Staff) -> None:
    page = staff.page(Role.RECEPTION, language="en")
    page.goto("/")
    page.get_by_role("button", name="Svenska").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page).to_have_url(f"{staff.centre.url}/")
    page.goto(f"/reception/{SITE}")
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    with browserless(staff.centre) as http:
        led = http.post("/language", data={"language": "sv", "onward": "//evil.example"}, headers=OURS)
        assert led.headers["Location"] == "/"


# --- by the provider ------------------------------------------------------------------------------------------------


@pytest.fixture
def provider() -> Iterator[str]:
    """A provider of OpenID Connect in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    users = [
        {"sub": "u1", "name": "Aino Testi", "groups": ["desk-kalasatama"]},
        {"sub": "u2", "name": "Eero Testi", "groups": ["cleaning"]},
    ]
    line = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    for user in users:
        line += ["--user-claims", json.dumps(user)]
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    deadline = datetime.now(UTC) + timedelta(seconds=20)
    while True:
        try:
            httpx.get(f"{url}/.well-known/openid-configuration", trust_env=False).raise_for_status()
            break
        except httpx.HTTPError:
            assert process.poll() is None
            assert datetime.now(UTC) < deadline
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def city(browser: Browser, provider: str, tmp_path: Path) -> Iterator[Staff]:
    """A centre whose people sign in at the provider. Its clock is the real one: tokens have dates."""
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    grant = GrantSetting(value="desk-kalasatama", roles=(Role.RECEPTION,), sites=(SITE,))
    people = PeopleConfig(
        issuer=provider, client_id="centre", client_secret_file=secret, roles_claim="groups", grants=(grant,)
    )
    with Centre(tmp_path, people=people) as centre:
        centre.moment = datetime.now(UTC)
        centre.seed(("A1", "010594Y9032", "09:00"))
        staff = Staff(browser, centre)
        yield staff
        staff.close()


def test_somebody_comes_in_by_the_provider(city: Staff) -> None:
    page = city.page(signed_in=False)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/oauth2/authorize" in one.url else None)
    page.goto(f"/reception/{SITE}")
    page.get_by_role("link", name="Sign in with your work account").click()
    page.get_by_role("button", name=re.compile("u1")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reception")
    expect(page.get_by_text("Aino Testi")).to_be_visible()
    query = parse_qs(urlsplit(asked[0]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    assert query["redirect_uri"] == [f"{city.centre.url}/sign-in/back"]
    assert ("signed-in", "Aino Testi") in log_of(city.centre)


def test_somebody_without_a_role_here_stays_outside(city: Staff) -> None:
    page = city.page(signed_in=False)
    page.goto("/sign-in/provider")
    page.get_by_role("button", name=re.compile("u2")).click()
    expect(page.get_by_text("Your account is known, but has no rights here.")).to_be_visible()
    assert log_of(city.centre) == [("sign-in-refused", "Eero Testi")]


def test_who_says_no_at_the_provider_is_told_so(city: Staff) -> None:
    page = city.page(signed_in=False)
    page.goto("/sign-in/provider")
    state = parse_qs(urlsplit(page.url).query)["state"][0]
    page.goto(f"{city.centre.url}/sign-in/back?error=access_denied&state={state}")
    expect(page.get_by_text("did not let you in")).to_be_visible()


def test_an_answer_counts_once_in_the_browser_that_asked_and_for_its_own_code(city: Staff, provider: str) -> None:
    with browserless(city.centre) as http, browserless(city.centre) as other:
        left = http.get("/sign-in/provider")
        address = left.headers["Location"]
        back = httpx.post(address, data={"sub": "u1"}, trust_env=False).headers["Location"]
        assert other.get(back).status_code == 403, "another browser"
        # A code of another sign-in: its nonce is another one.
        elsewhere = other.get("/sign-in/provider").headers["Location"]
        stolen = httpx.post(elsewhere, data={"sub": "u1"}, trust_env=False).headers["Location"]
        code = parse_qs(urlsplit(stolen).query)["code"][0]
        state = parse_qs(urlsplit(address).query)["state"][0]
        assert http.get("/sign-in/back", params={"code": code, "state": state}).status_code == 502
        assert http.get(back).status_code == 403, "the state was spent"
        assert log_of(city.centre) == []


def test_a_provider_that_is_away_is_told(browser: Browser, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with Centre(tmp_path, people=PeopleConfig(issuer=issuer, client_id="c")) as centre, browserless(centre) as http:
            answer = http.get("/sign-in/provider", headers={"Accept-Language": "en"})
            assert (answer.status_code, "does not answer" in answer.text) == (502, True)
