"""Test of a report in headless Chromium, used as a reader would use it.

    pip install playwright; apt-get install chromium poppler-utils
    python tests/browser/report.py REPORT.html [--out SHOTS] [--axe node_modules/axe-core/axe.min.js]

The script checks that
- the console has no message, and the page requests nothing but its own file;
- the page does not scroll sideways at widths from 360 to 1600 px;
- each table sorts in numeric order and back, and copies and CSV files have the content of the table;
- values in figures appear under the pointer and by keyboard, and every figure has a label and a caption;
- all text has enough contrast, in light and dark;
- the page has the same text without its script;
- the printed page has no buttons, and its tables are unfolded.
Screenshots and printed pages are written to SHOTS for inspection. If a check fails, the script lists it and exits with 1.
"""

import argparse, csv, io, shutil, subprocess, sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS = (360, 600, 768, 1024, 1100, 1400, 1600)
SHOTS = (1400, 600)

# Every piece of text that can be seen: its colour against what is painted below it. Backgrounds here are opaque.
CONTRAST = """() => {
  const rgb = (s) => (s.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const seen = (c) => c.length && !(c.length === 4 && c[3] === 0);
  const below = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (seen(c)) return c;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    // Cells are strokes of paths, whose colour a page cannot ask for; the crate tests numbers on every colour of its maps.
    if (!walk.currentNode.data.trim() || element.closest('script, .unseen, [data-grid]') || !element.checkVisibility()) continue;
    const drawn = element.closest('svg') !== null;
    let front = rgb(getComputedStyle(element)[drawn ? 'fill' : 'color']), back = below(element), what = 'page';
    if (drawn) {
      const box = element.getBoundingClientRect(), x = box.x + box.width / 2, y = box.y + box.height / 2;
      const svg = element.closest('svg');
      for (const shape of [...svg.querySelectorAll('rect')].reverse()) {
        if (shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING) continue;
        const b = shape.getBoundingClientRect(), fill = rgb(getComputedStyle(shape).fill);
        if (getComputedStyle(shape).fill !== 'none' && seen(fill) && b.left <= x && x <= b.right && b.top <= y && y <= b.bottom) {
          back = fill; what = 'cell'; break;
        }
      }
    }
    const [a, b] = [light(front), light(back)].sort((p, q) => q - p);
    found.push({ ratio: (a + .05) / (b + .05), text: walk.currentNode.data.trim().slice(0, 40), what });
  }
  return found;
}"""


class Check:
    """Counts what was seen, and keeps what failed."""

    def __init__(self):
        self.passed, self.failed = 0, []

    def __call__(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed.append(what)
            print("FAILED", what)


def number(cell):
    text = cell.get_attribute("data-value") or cell.inner_text()
    try:
        return float(text.strip().replace("−", "-"))
    except ValueError:
        return None


def column(table, index):
    return [number(c) for c in table.locator(f"tbody tr > :nth-child({index + 1})").all()]


def values(table):
    """What a program should get: the data of each cell, as the HTML declares them."""
    return table.evaluate("""t => [...t.rows].map(r => [...r.cells].map(c =>
        (c.dataset.value ?? c.textContent).trim().replace(/^−(?=[\\d.])/, '-')))""")


def open_folds(page):
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def check_tables(page, check):
    tables = page.locator("table.data").all()
    check(tables, "there is a table")
    for table in tables:
        # Whatever a report's own names are, one that every format must quote.
        table.locator("tbody th").first.evaluate("""cell => cell.dataset.value = '1 "a", "b"'""")
        name = table.get_attribute("data-name") or "?"
        before, heads = values(table), table.locator("thead tr:last-child th").all()
        for index in {1, len(heads) - 1}:
            head, original = heads[index], column(table, index)
            known = [v for v in original if v is not None]
            if len(known) < 2 or len(known) < len([r for r in before[1:] if r[index] not in ("", "—")]):
                continue
            head.locator("button").click()
            check(head.get_attribute("aria-sort") == "descending", f"{name}: aria-sort after one click")
            shown = [v for v in column(table, index) if v is not None]
            check(shown == sorted(known, reverse=True), f"{name}: column {index} from the largest")
            head.locator("button").press("Enter")
            check(head.get_attribute("aria-sort") == "ascending", f"{name}: aria-sort after a key")
            shown = [v for v in column(table, index) if v is not None]
            check(shown == sorted(known), f"{name}: column {index} from the smallest")
            check(column(table, index)[: len(known)] == shown, f"{name}: missing values last")
            head.locator("button").press("Space")
            check(head.get_attribute("aria-sort") is None and values(table) == before, f"{name}: back to the order of the report")
        tools = table.locator("xpath=ancestor::div[@class='scroll'][1]/following-sibling::*[1]")
        tools.get_by_text("Copy", exact=True).click()
        tools.get_by_text("Copied").wait_for(timeout=3000)
        copied = [line.split("\t") for line in page.evaluate("navigator.clipboard.readText()").strip("\n").split("\n")]
        check(copied == [[" ".join(c.split()) for c in row] for row in before], f"{name}: copied text")
        with page.expect_download() as saving:
            tools.get_by_text("Download CSV").click()
        saved = saving.value
        check(saved.suggested_filename == f"{name}.csv", f"{name}: file name {saved.suggested_filename}")
        text = Path(saved.path()).read_bytes().decode("utf-8")
        table.locator("tbody th").first.evaluate("cell => delete cell.dataset.value")
        check(list(csv.reader(io.StringIO(text, newline=""))) == before, f"{name}: CSV")
    print(f"{len(tables)} tables sorted, copied and saved")


def check_figures(page, check):
    """The pointer in the middle of a cell, and the arrows, show what the table says, however the table is sorted."""
    shown = 0
    for grid in page.locator("[data-grid]").all():
        ident = grid.get_attribute("data-grid")
        table = page.locator(f"table#{ident}")
        check(table.count() == 1, f"grid names the table {ident}")
        cells = table.evaluate("t => [...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.textContent.trim()))")
        heads = table.evaluate("t => [...t.tHead.rows[t.tHead.rows.length - 1].cells].map(c => c.textContent.trim())")
        rows, columns = len(cells), len(heads) - 1
        declared, drawn = grid.evaluate("""g => {
            const { x, y, width, height } = g.getBBox();
            return [g.dataset.box.split(/[\\s,]+/).map(Number), [x, y, width, height]];
        }""")
        # A box of strokes goes along their middle lines, half a cell within the cells.
        near = all(abs(a - b) <= .51 * max(drawn[2] / columns, drawn[3] / rows) * 2 for a, b in zip(declared, drawn))
        check(near, f"{ident}: data-box {declared} is not where the cells are, {drawn}")
        head = table.locator("thead th").last.locator("button")
        head.click()
        for row, col in ((0, 0), (rows - 1, columns // 2), (rows // 2, columns - 1)):
            x, y = grid.evaluate("""(g, [row, col, rows, columns]) => {
                const [x, y, w, h] = g.dataset.box.split(/[\\s,]+/).map(Number);
                const middle = new DOMPoint(x + (col + .5) * w / columns, y + (row + .5) * h / rows);
                scrollBy(0, middle.matrixTransform(g.getScreenCTM()).y - innerHeight / 2);
                const p = middle.matrixTransform(g.getScreenCTM());
                return [p.x, p.y];
            }""", [row, col, rows, columns])
            page.mouse.move(x, y)
            text = page.locator(".tip").inner_text()
            wanted = f"{cells[row][0]} · {heads[col + 1]}\n{cells[row][col + 1] or 'no value'}"
            check(text == wanted, f"{ident} at {row}, {col}: {text!r}, not {wanted!r}")
            shown += 1
        page.mouse.move(1, 1)
        check(page.locator(".tip").is_hidden(), f"{ident}: the tip goes with the pointer")
        head.click()
        head.click()
    for svg in page.locator("svg:has([data-tip])").all():
        item = svg.locator("[data-tip]").last
        svg.scroll_into_view_if_needed()
        item.hover()
        check(page.locator(".tip").inner_text() == item.get_attribute("data-tip"), "tip of a mark")
        shown += 1
    page.mouse.move(1, 1)
    for svg in page.locator("figure svg:has([data-grid]), figure svg:has([data-tip])").all():
        svg.focus()
        svg.press("Home")                           # the first key shows the cursor where it was
        svg.press("Home")
        first = page.locator(".tip").inner_text()
        svg.press("ArrowRight")
        second = page.locator(".tip").inner_text()
        alone = svg.evaluate("s => s.querySelectorAll('[data-tip]').length === 0") and len(values(page.locator(
            f"table#{svg.locator('[data-grid]').first.get_attribute('data-grid')}"))) == 2 and first == second
        check(alone or (first and second and first != second), f"arrows walk: {first!r}, {second!r}")
        check(page.get_by_role("status").text_content() == second, "the screen reader hears it")
        box, wide = page.locator(".tip").bounding_box(), page.viewport_size
        check(box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= wide["width"] and box["y"] + box["height"] <= wide["height"], "the tip is inside the window")
        svg.press("Escape")
        check(page.locator(".tip").is_hidden(), "Escape hides the tip")
    check(shown or not page.locator("figure svg").count(), "values appear in figures")
    print(f"{shown} values under the pointer")


def check_labels(page, check):
    for index, svg in enumerate(page.locator("figure svg").all()):
        check(svg.get_attribute("aria-label"), f"figure svg {index} has a label")
    check(page.locator("figure:not(:has(figcaption))").count() == 0, "every figure has a caption")
    check(page.locator("table.data:not(:has(caption))").count() == 0, "every table has a caption")
    check(page.locator("h1").count() == 1, "one title")
    twice = page.evaluate("""() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id); return ids.filter((id, i) => ids.indexOf(id) !== i); }""")
    check(not twice, f"ids are unique: {twice}")
    for block in page.locator("pre[data-copy]").all():
        text = block.locator("code").text_content()
        block.get_by_role("button").click()
        block.get_by_text("Copied").wait_for(timeout=3000)
        check(page.evaluate("navigator.clipboard.readText()") == text, "a command is copied as it stands")


def check_contrast(page, check, scheme):
    found = page.evaluate(CONTRAST)
    for kind in ("page", "cell"):
        ratios = [f for f in found if f["what"] == kind]
        if ratios:
            worst = min(ratios, key=lambda f: f["ratio"])
            print(f"{scheme}: {len(ratios)} texts on {kind}, least contrast {worst['ratio']:.2f} ({worst['text']!r})")
            check(worst["ratio"] >= 4.5, f"{scheme}: contrast {worst['ratio']:.2f} of {worst['text']!r} on {kind}")


def check_axe(page, check, source, scheme):
    page.evaluate(source)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for violation in result["violations"]:
        where = "; ".join(str(n["target"]) for n in violation["nodes"][:3])
        check(False, f"axe ({scheme}): {violation['id']}: {violation['help']}: {where}")
    print(f"axe {result['testEngine']['version']} ({scheme}): {len(result['violations'])} violations, {len(result['passes'])} rules passed")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("report", type=Path)
    arguments.add_argument("--out", type=Path, default=Path("shots"))
    arguments.add_argument("--axe", type=Path)
    arguments.add_argument("--chromium", default=shutil.which("chromium"), help="default: the system's, otherwise playwright's")
    args = arguments.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    address = args.report.resolve().as_uri()
    check, requests, console = Check(), [], []

    def watch(context):
        context.on("request", lambda r: requests.append(r.url))
        page = context.new_page()
        page.on("console", lambda m: console.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: console.append(f"error: {e}"))
        page.goto(address)
        return page

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=args.chromium)
        for scheme in ("light", "dark"):
            context = browser.new_context(color_scheme=scheme, viewport={"width": 1400, "height": 1000}, accept_downloads=True)
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            page = watch(context)
            for width in SHOTS:
                page.set_viewport_size({"width": width, "height": 1000})
                page.screenshot(path=args.out / f"{scheme}-{width}.png", full_page=True)
            page.set_viewport_size({"width": 1400, "height": 1000})
            svg = page.locator("svg:has([data-grid])").first
            if svg.count():
                svg.hover()
                page.screenshot(path=args.out / f"{scheme}-tip.png")
            open_folds(page)
            page.screenshot(path=args.out / f"{scheme}-unfolded.png", full_page=True)
            check_contrast(page, check, scheme)
            if args.axe:
                check_axe(page, check, args.axe.read_text(), scheme)
            if scheme == "light":
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 1000})
                    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    check(over <= 0, f"{width} px: {over} px wider than the window")
                page.set_viewport_size({"width": 1400, "height": 1000})
                check_figures(page, check)
                check_tables(page, check)
                check_labels(page, check)
            context.close()

        phone = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True, device_scale_factor=2)
        watch(phone).screenshot(path=args.out / "phone-360.png", full_page=True)
        phone.close()

        bare = browser.new_context(java_script_enabled=False, viewport={"width": 1400, "height": 1000})
        page = watch(bare)
        check(page.locator("table.data").count() > 0 and page.get_by_role("button").count() == 0, "without the script: tables, and no dead buttons")
        page.screenshot(path=args.out / "no-script-1400.png", full_page=True)
        bare.close()

        context = browser.new_context(color_scheme="dark")
        page = watch(context)
        page.pdf(path=args.out / "print.pdf", prefer_css_page_size=True, print_background=True)
        page.emulate_media(media="print")
        check(page.locator(".tool:visible, nav:visible").count() == 0, "no buttons on paper")
        check(page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", "paper is white in dark mode, too")
        context.close()
        browser.close()

    words = subprocess.run(["pdftotext", "-layout", args.out / "print.pdf", "-"], capture_output=True, text=True, check=True).stdout
    with sync_playwright() as play:                 # folded tables must be on paper: the last caption of each fold
        browser = play.chromium.launch(executable_path=args.chromium)
        page = browser.new_page()
        page.goto(address)
        for caption in page.locator("details:not(.bulk) caption").all():
            start = " ".join(caption.text_content().split())[:24]
            check(start in " ".join(words.split()), f"printed: {start!r}")
        browser.close()
    subprocess.run(["pdftoppm", "-r", "60", "-png", args.out / "print.pdf", args.out / "print"], check=True)

    other = {u for u in requests if u.split("#")[0] != address and not u.startswith(("data:", "blob:"))}
    check(not other, f"requests: {sorted(other)[:5]}")
    check(not console, f"console: {console[:5]}")
    size = args.report.stat().st_size
    check(size < 2_000_000, f"{size} bytes")
    print(f"{len(requests)} requests, all for the file itself; {len(console)} console messages; {size:,} bytes")
    print(f"{check.passed} checks passed, {len(check.failed)} failed")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
