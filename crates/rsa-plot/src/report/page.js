// The report is complete without this script. It adds what paper cannot do: sorting, copying, saving, and values under the pointer.
"use strict";
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  /** A new element with classes and text. */
  function element(tag, className, text = "") {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  }

  // ---- Tables ------------------------------------------------------------------------------------------------------

  /** What a cell says to a program: all digits where the page shows fewer, and an ASCII minus. */
  const raw = (cell) => (cell?.dataset.value ?? cell?.textContent ?? "").trim().replace(/^[−–](?=[\d.])/, "-");

  /** The number in a cell; NaN for text and for a cell without a value. */
  const number = (cell) => (raw(cell) === "" ? NaN : Number(raw(cell)));
  const empty = (cell) => ["", "—", "–"].includes(raw(cell));

  /** Rows in the order of one column. Missing values stay last in either direction, and ties keep the order of the report. */
  function sorted(rows, column, descending) {
    const present = rows.filter((row) => !empty(row.cells[column]));
    const numeric = present.every((row) => !Number.isNaN(number(row.cells[column])));
    const compare = numeric
      ? (a, b) => number(a) - number(b)
      : (a, b) => raw(a).localeCompare(raw(b), undefined, { numeric: true });
    present.sort((a, b) => (descending ? -1 : 1) * compare(a.cells[column], b.cells[column]));
    return [...present, ...rows.filter((row) => empty(row.cells[column]))];
  }

  /** Each head of the table becomes a button: sort, sort the other way, back to the report's order. */
  function makeSortable(table) {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    heads.forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        // Numbers begin with the largest, since that is what one looks for; names with A.
        const first = original.some((row) => !Number.isNaN(number(row.cells[column]))) ? "descending" : "ascending";
        const second = first === "descending" ? "ascending" : "descending";
        const before = head.getAttribute("aria-sort");
        const now = before === null ? first : before === first ? second : null;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (now) head.setAttribute("aria-sort", now);
        body.append(...(now ? sorted(original, column, now === "descending") : original));
      });
    });
  }

  /** The table as text, in the order shown. */
  function delimited(table, separator, quote, end) {
    const line = (row) => [...row.cells].map((cell) => quote(raw(cell))).join(separator);
    return [...table.rows].map(line).join(end) + end;
  }
  const tsv = (table) => delimited(table, "\t", (text) => text.replace(/\s+/g, " "), "\n");
  // RFC 4180
  const csv = (table) => delimited(table, ",", (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text), "\r\n");

  function download(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // ---- Copying -----------------------------------------------------------------------------------------------------

  /** Some browsers keep the clipboard from pages opened from disk; the older way works there. */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const field = element("textarea", "unseen");
      field.value = text;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  function copyButton(label, text) {
    const button = element("button", "tool", label);
    button.type = "button";
    button.addEventListener("click", async () => {
      const done = await copy(text());
      button.focus();
      button.textContent = done ? "Copied" : "The browser does not allow it";
      say(button.textContent);
      setTimeout(() => (button.textContent = label), 1600);
    });
    return button;
  }

  function addTools(table) {
    const tools = element("div", "tools");
    const save = element("button", "tool", "Download CSV");
    save.type = "button";
    save.addEventListener("click", () => download(`${table.dataset.name || "table"}.csv`, csv(table)));
    tools.append(copyButton("Copy", () => tsv(table)), save);
    (table.closest(".scroll") ?? table).after(tools);
    const of = table.caption?.textContent.trim();
    if (of) for (const button of tools.children) button.title = `${button.textContent}: ${of}`;
  }

  // ---- Values in figures -------------------------------------------------------------------------------------------

  const tip = element("div", "tip");
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true");
  // Screen readers hear the keyboard's cursor here; a pointer would only chatter.
  const voice = element("div", "unseen");
  voice.setAttribute("role", "status");
  const say = (text) => (voice.textContent = text);
  let marked = null;       // takes the mark away again
  let followed = null;     // the cell under the keyboard's cursor, with which the tip scrolls

  /** Puts the tip above a rectangle of the window, or below it where there is no room, and never outside the window. */
  function placeTip(rect) {
    const { width, height } = tip.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    const within = (at, size, room) => Math.max(4, Math.min(at, room - size - 4));
    const above = rect.top - height - 10;
    tip.style.left = `${within(rect.left + rect.width / 2 - width / 2, width, clientWidth)}px`;
    tip.style.top = `${within(above > 4 ? above : rect.bottom + 14, height, clientHeight)}px`;
  }

  function hideTip() {
    tip.hidden = true;
    marked?.();
    marked = followed = null;
  }

  /** A grid of equal cells over a box of the figure; its values stand in a table, so the page says each number once. */
  function gridRegion(group) {
    const table = document.getElementById(group.dataset.grid);
    const rows = [...table.tBodies[0].rows];      // taken now: sorting the table must not move the picture's values
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    const [x, y, width, height] = group.dataset.box.split(/[\s,]+/).map(Number);
    const columns = heads.length - 1;
    const frame = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    frame.setAttribute("class", "cursor");
    frame.setAttribute("fill", "none");
    frame.setAttribute("width", width / columns);
    frame.setAttribute("height", height / rows.length);
    return {
      element: group,
      rows: rows.length,
      columns,
      text(row, column) {
        const value = rows[row].cells[column + 1]?.textContent.trim();
        return `${raw(rows[row].cells[0])} · ${raw(heads[column + 1])}\n${value || "no value"}`;
      },
      mark(row, column) {
        frame.setAttribute("x", x + (column * width) / columns);
        frame.setAttribute("y", y + (row * height) / rows.length);
        group.append(frame);
        marked = () => frame.remove();
        return frame;
      },
      at(event) {
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(group.getScreenCTM().inverse());
        const column = Math.floor(((point.x - x) / width) * columns);
        const row = Math.floor(((point.y - y) / height) * rows.length);
        return row >= 0 && row < rows.length && column >= 0 && column < columns ? [row, column] : null;
      },
    };
  }

  /** Bars, dots, lines: one text each, in the order in which they are drawn. */
  function itemRegion(svg, items) {
    return {
      element: svg,
      rows: 1,
      columns: items.length,
      text: (_, column) => items[column].dataset.tip,
      mark(_, column) {
        items[column].classList.add("cursor");
        marked = () => items[column].classList.remove("cursor");
        return items[column];
      },
      at(event) {
        const column = items.indexOf(event.target.closest("[data-tip]"));
        return column < 0 ? null : [0, column];
      },
    };
  }

  /** One stop of the Tab key for a figure; the arrows walk through its values and from one grid into the next. */
  function makeReadable(svg) {
    // The file says what a mark is in a title, which browsers show slowly and only to a pointer.
    for (const title of all("title", svg)) {
      title.parentElement.dataset.tip = title.textContent;
      title.remove();
    }
    const regions = all("[data-grid]", svg).map(gridRegion);
    const items = all("[data-tip]", svg);
    if (items.length) regions.push(itemRegion(svg, items));
    if (!regions.length) return;
    svg.setAttribute("tabindex", "0");
    let k = 0, row = 0, column = 0;

    const show = (pointer) => {
      hideTip();
      const cell = regions[k].mark(row, column);
      tip.textContent = regions[k].text(row, column);
      tip.hidden = false;
      if (!pointer) {
        followed = cell;
        cell.scrollIntoView({ block: "nearest", inline: "nearest" });
      }
      placeTip(pointer ?? cell.getBoundingClientRect());
      return tip.textContent;
    };
    const point = (event) => {
      for (const [index, region] of regions.entries()) {
        const found = region.at(event);
        if (!found) continue;
        k = index;
        [row, column] = found;
        show(new DOMRect(event.clientX, event.clientY, 0, 0));
        return;
      }
      hideTip();
    };
    svg.addEventListener("pointermove", point);
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointerleave", hideTip);
    svg.addEventListener("blur", hideTip);
    svg.addEventListener("focus", () => {
      if (svg.matches(":focus-visible")) say("Arrow keys read the values of this figure.");
    });
    svg.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return hideTip();
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -Infinity], End: [0, Infinity] }[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (!tip.hidden) {                          // the first key only shows where the cursor is
        const [down, right] = regions[k].rows === 1 ? [0, step[0] + step[1]] : step;
        row = Math.min(Math.max(0, row + down), regions[k].rows - 1);
        column += right;
        if (column < 0 && right === -1 && k > 0) column = regions[--k].columns - 1;
        else if (column >= regions[k].columns && right === 1 && k + 1 < regions.length) [k, column] = [k + 1, 0];
        row = Math.min(row, regions[k].rows - 1);
        column = Math.min(Math.max(0, column), regions[k].columns - 1);
      }
      say(show());
    });
  }

  // ---- Printing: folded tables are opened, and closed again afterwards ----------------------------------------------

  let opened = [];
  addEventListener("beforeprint", () => {
    hideTip();
    opened = all("details:not([open]):not(.bulk)");
    opened.forEach((fold) => (fold.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((fold) => (fold.open = false)));

  document.body.append(tip, voice);
  all("figure svg").forEach(makeReadable);        // before tables are touched: grids remember the report's order
  all("table.data").forEach((table) => {
    makeSortable(table);
    addTools(table);
  });
  all("pre[data-copy]").forEach((block) => {
    const text = block.textContent;
    block.prepend(copyButton("Copy", () => text));
  });
  const scrolled = () => (followed ? placeTip(followed.getBoundingClientRect()) : hideTip());
  addEventListener("scroll", scrolled, { passive: true, capture: true });
})();
